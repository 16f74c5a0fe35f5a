package visit_test

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// The made-up person of these tests has these in the name, the address and the links.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "hanako", "/me/", "/confirm/"))
}
