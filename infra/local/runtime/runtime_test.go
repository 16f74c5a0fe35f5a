package runtime

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script is a function that is a shell script: none asks for events.
func script(t *testing.T, name, text string) Function {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return Function{Name: name, ID: name, Binary: file, Timeout: time.Second, Log: t.Output()}
}

func TestAFunctionThatEndsBeforeItsFirstEventFails(t *testing.T) {
	t.Parallel()
	r := New(script(t, "short", "exit 3"))
	defer r.Stop()
	for range 3 {
		_, err := r.Invoke(t.Context(), "short", []byte("{}"))
		failed, ok := errors.AsType[*FunctionError](err)
		if !ok || failed.Type != "Runtime.ExitError" {
			t.Errorf("got %v", err)
		}
	}
	if n := len(r.Processes()); n != 0 {
		t.Errorf("%d processes", n)
	}
}

func TestABinaryThatIsNotThereIsToldOf(t *testing.T) {
	t.Parallel()
	r := New(Function{Name: "nowhere", Binary: filepath.Join(t.TempDir(), "nowhere"), Timeout: time.Second})
	defer r.Stop()
	if _, err := r.Invoke(t.Context(), "nowhere", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := r.Invoke(t.Context(), "nobody", nil); err == nil {
		t.Error("a function that is not there was invoked")
	}
	if _, err := r.Kill("nobody"); err == nil {
		t.Error("a function that is not there was killed")
	}
}

func TestWhatAFunctionStartedEndsWithIt(t *testing.T) {
	t.Parallel()
	note := filepath.Join(t.TempDir(), "pid")
	r := New(script(t, "parent", "sleep 60 &\necho $! > "+note+"\nwait"))
	ended := make(chan error, 1)
	go func() {
		_, err := r.Invoke(t.Context(), "parent", nil)
		ended <- err
	}()
	child := 0
	for range 400 {
		text, _ := os.ReadFile(note)
		if child, _ = strconv.Atoi(strings.TrimSpace(string(text))); child > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if child == 0 {
		t.Fatal("the function did not start")
	}
	r.Stop()
	if err := <-ended; err == nil {
		t.Error("the event was handled")
	}
	for range 100 { // init, which inherits it, may take a moment to bury it
		if dead(child) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !dead(child) {
		t.Errorf("process %d still runs", child)
	}
	if _, err := r.Invoke(t.Context(), "parent", nil); !errors.Is(err, ErrStopped) {
		t.Errorf("a stopped runtime took an event: %v", err)
	}
}

// dead reports whether nothing runs under the id any more.
func dead(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	return err == nil && strings.Contains(string(status), "State:\tZ")
}
