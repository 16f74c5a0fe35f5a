package main

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// Every made-up person of these tests has these in the name, address, answers and links.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "花子", "hanako", "example.jp", "本音", "/me/", "/survey/"))
}
