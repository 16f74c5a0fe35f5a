//go:build e2e

// Package system runs the product on this machine with `make run`, as a person
// who tries it out does, and moves its clock and reads its mailbox.
package system

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// System is a running product.
type System struct {
	URL  string // "http://localhost:8080"
	stop func()
}

// startup is how long a start may take, with everything fetched and built.
const startup = 5 * time.Minute

// Start runs the product below the root of the repository on a free port; Stop
// ends it. If LIVINGLAB_URL names one that runs, it is used and left running, with
// its clock moved.
func Start(ctx context.Context, root string, log io.Writer) (*System, error) {
	if url := os.Getenv("LIVINGLAB_URL"); url != "" {
		return &System{URL: strings.TrimSuffix(url, "/"), stop: func() {}}, nil
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding a port: %w", err)
	}
	run := exec.Command("make", "run") // ended by Stop, as Ctrl-C would
	run.Dir = root
	run.Env = append(os.Environ(), "PORT="+strconv.Itoa(port))
	run.Stdout, run.Stderr = log, log
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.WaitDelay = 10 * time.Second
	if err := run.Start(); err != nil {
		return nil, fmt.Errorf("starting `make run`: %w", err)
	}
	var outcome error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		outcome = run.Wait()
	}()
	s := &System{URL: "http://localhost:" + strconv.Itoa(port)}
	s.stop = func() {
		_ = syscall.Kill(-run.Process.Pid, syscall.SIGINT) // like Ctrl-C: the whole group
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = syscall.Kill(-run.Process.Pid, syscall.SIGKILL)
			<-ended
		}
	}
	patience := time.After(startup)
	for {
		if _, err := s.call(ctx, http.MethodGet, "/_local/clock", nil); err == nil {
			return s, nil
		}
		select {
		case <-ended:
			return nil, fmt.Errorf("running `make run`: it ended: %w", errors.Join(outcome, ctx.Err()))
		case <-patience:
			s.Stop()
			return nil, fmt.Errorf("running `make run`: it did not answer within %s", startup)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Stop ends the product and waits until nothing of it runs.
func (s *System) Stop() { s.stop() }

func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "localhost:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Advance moves the clock forward. All that becomes due is done when it returns.
func (s *System) Advance(ctx context.Context, by time.Duration) error {
	if _, err := s.call(ctx, http.MethodPost, "/_local/clock", map[string]string{"advance": by.String()}); err != nil {
		return fmt.Errorf("moving the clock by %s: %w", by, err)
	}
	return nil
}

// Mail is one message in the mailbox.
type Mail struct {
	ID, To, Subject, Text, HTML string
}

// MailTo lists the messages to an address, oldest first.
func (s *System) MailTo(ctx context.Context, address string) ([]Mail, error) {
	body, err := s.call(ctx, http.MethodGet, "/_local/mail?format=json", nil)
	if err != nil {
		return nil, fmt.Errorf("reading the mailbox: %w", err)
	}
	var all, mine []Mail
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("reading the mailbox: %w", err)
	}
	for _, m := range all {
		if strings.Contains(strings.ToLower(m.To), strings.ToLower(address)) {
			mine = append(mine, m)
		}
	}
	return mine, nil
}

func (s *System) call(ctx context.Context, method, path string, body any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, s.URL+path, bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %.200s", method, path, answer.Status, read)
	}
	return read, nil
}
