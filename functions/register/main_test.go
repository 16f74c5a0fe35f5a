package main

import (
	"os"
	"testing"

	"livinglab/shared/logtest"
)

// Every made-up person of these tests has these in their names, address, question and
// links.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "花子", "hanako", "example.jp", "example.com", "gmial", "質問", "/me/", "/join/", "/unsubscribe/", "/survey/"))
}
