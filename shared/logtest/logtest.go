// Package logtest keeps personal data out of logs: it captures everything that
// a package's tests log and fails them if any of it holds what a made-up person
// typed.
package logtest

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
)

// Run runs the tests of a package, for its TestMain, and returns the exit code.
// The canaries are the strings that no log may hold: each test's people should
// have one of them in every field. Something has to be logged.
func Run(m *testing.M, canaries ...string) int {
	captured := &log{}
	slog.SetDefault(slog.New(slog.NewJSONHandler(captured, &slog.HandlerOptions{Level: slog.LevelDebug})))
	code := m.Run()
	lines := captured.lines()
	for _, line := range lines {
		for _, canary := range canaries {
			if strings.Contains(line, canary) {
				fmt.Fprintf(os.Stderr, "personal data in a log: %q in %s\n", canary, line)
				code = 1
			}
		}
	}
	if len(lines) == 0 && !filtered() {
		fmt.Fprintln(os.Stderr, "nothing was logged: the check for personal data has seen nothing")
		code = 1
	}
	return code
}

// filtered reports whether only some tests were asked for, which may log nothing.
func filtered() bool {
	for _, arg := range os.Args[1:] {
		for _, flag := range []string{"-test.run=", "-test.bench=", "-test.list=", "-test.skip="} {
			if value, ok := strings.CutPrefix(arg, flag); ok && value != "" {
				return true
			}
		}
	}
	return false
}

// log is what was logged, a line each.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *log) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.FieldsFunc(l.text.String(), func(r rune) bool { return r == '\n' })
}
