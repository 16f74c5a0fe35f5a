package submission_test

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// What the made-up person of these tests types has these in it.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "hanako", "spam.example"))
}
