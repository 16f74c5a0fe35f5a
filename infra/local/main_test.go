package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/stack"
)

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestTheEnvironmentSetsTheStackUp(t *testing.T) {
	t.Parallel()
	got, err := readOptions(environment(nil))
	if diff := cmp.Diff(stack.Options{Port: 8080}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	got, err = readOptions(environment(map[string]string{"PORT": "8081", "DATA": "there", "NOW": "2020-11-06T19:30:00+09:00"}))
	want := stack.Options{Port: 8081, Data: "there", Now: time.Date(2020, 11, 6, 10, 30, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestAllThatIsWrongWithTheEnvironmentIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, err := readOptions(environment(map[string]string{"PORT": "http", "NOW": "tomorrow"}))
	if err == nil || !strings.Contains(err.Error(), "PORT") || !strings.Contains(err.Error(), "NOW") {
		t.Errorf("got %v", err)
	}
}
