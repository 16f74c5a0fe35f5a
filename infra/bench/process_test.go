package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"livinglab/infra/bench/window"
)

// TestMain lets this program be a function that can be looked into.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	window.Open()
	kept := [][]byte{}
	lambda.Start(func(_ context.Context, event map[string]int) (string, error) {
		if event["allocate"] == 0 {
			return "", errors.New("nothing to allocate")
		}
		for range event["allocate"] {
			kept = append(kept, make([]byte, 1<<20))
		}
		return "done", nil
	})
}

func TestAFunctionIsTimedAskedAndLookedInto(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := start(function{name: "self", binary: self, window: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	at, err := p.ready()
	if err != nil {
		t.Fatal(err)
	}
	if !at.After(p.started) {
		t.Errorf("it was ready at %v, and started at %v", at, p.started)
	}
	before, err := p.look()
	if err != nil {
		t.Fatal(err)
	}
	said, err := p.invoke([]byte(`{"allocate":8}`))
	if err != nil || string(said) != `"done"` {
		t.Fatalf("it answered %s, %v", said, err)
	}
	after, err := p.look()
	if err != nil {
		t.Fatal(err)
	}
	if bytes := after.Bytes - before.Bytes; bytes < 8<<20 || bytes > 9<<20 {
		t.Errorf("it allocated %d bytes for 8 MB", bytes)
	}
	if after.CPUBefore <= before.CPUAfter {
		t.Errorf("it used no processor time: %v to %v", before.CPUAfter, after.CPUBefore)
	}
	weight, err := p.weigh()
	if err != nil {
		t.Fatal(err)
	}
	if weight.Live < 8<<20 || weight.Heap < weight.Live || weight.Resident != 0 && weight.Resident < weight.Live {
		t.Errorf("with 8 MB in use it weighs %+v", weight)
	}
	if _, err := p.invoke([]byte(`{}`)); err == nil || !strings.Contains(err.Error(), "nothing to allocate") {
		t.Errorf("its error is told as %v", err)
	}
}
