package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"livinglab/shared/table/tabletest"
)

func TestTheDatabaseOfOnesOwnMachineNeedsNoAccount(t *testing.T) {
	env := tabletest.New(t)
	for _, name := range []string{"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/credentials")

	if _, err := connect(t.Context(), env.Name, ""); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("without a region: %v", err)
	}
	t.Setenv("AWS_REGION", "ap-northeast-1")
	if _, err := connect(t.Context(), env.Name, ""); err == nil || !strings.Contains(err.Error(), "AWS_PROFILE") {
		t.Errorf("without credentials: %v", err)
	}
	if _, err := connect(t.Context(), env.Name, "here"); err == nil || !strings.Contains(err.Error(), "http://localhost:8080") {
		t.Errorf("with an address that is none: %v", err)
	}

	reach := func(local string) {
		t.Helper()
		s, err := connect(t.Context(), env.Name, local)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(s.who, "user ") {
			t.Errorf("who works here is %q", s.who)
		}
		if _, err := s.table.Switch(t.Context()); err != nil {
			t.Error(err)
		}
	}
	local := *env.Client(t).Options().BaseEndpoint
	reach(local)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", local)
	t.Setenv("AWS_ACCESS_KEY_ID", "local")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "local")
	reach("")
}

func TestTheStackOfOnesOwnMachineBringsItsClock(t *testing.T) {
	t.Parallel()
	env := tabletest.New(t)
	then := time.Date(2020, 11, 3, 9, 0, 0, 0, time.UTC)
	stack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_local/stack" {
			http.NotFound(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"dynamodb": *env.Client(t).Options().BaseEndpoint, "table": env.Name, "now": then})
	}))
	t.Cleanup(stack.Close)
	s, err := connect(t.Context(), "Table", stack.URL+"/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.table.Switch(t.Context()); err != nil {
		t.Error(err)
	}
	if passed := s.now().Sub(then); passed < 0 || passed > time.Minute {
		t.Errorf("its clock is %v away", passed)
	}
}
