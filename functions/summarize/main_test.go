package main

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// Every made-up person of these tests has these in their names, address and
// links.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "花子", "カクウ", "example.jp", "/me/"))
}
