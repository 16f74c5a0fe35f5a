package main

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// Every made-up person of these tests has these in their names, kana, address,
// answers and links.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "花子", "カクウ", "hanako", "example.jp", "example.com", "gmial", "動機", "/me/", "/confirm/"))
}
