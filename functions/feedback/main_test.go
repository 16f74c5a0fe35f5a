package main

import (
	"os"
	"strings"
	"testing"

	"livinglab/shared/logtest"
)

// Every made-up person of these tests has these in their names, address and links,
// and every event in what it quotes.
func TestMain(m *testing.M) {
	os.Exit(logtest.Run(m, "架空", "花子", "カクウ", "example.jp", "simulator", "550 5.1.1", "/me/"))
}

func TestAFunctionWithoutItsEnvironmentNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := newHandler(func(string) string { return "" })
	if err == nil {
		t.Fatal("it starts")
	}
	for _, name := range []string{"TABLE", "MAIL_CONFIGURATION_SET", "AWS_REGION", "AWS_ACCESS_KEY_ID"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	if _, err := newHandler(func(string) string { return "set" }); err != nil {
		t.Error(err)
	}
}
