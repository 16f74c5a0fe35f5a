package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"livinglab/infra/bench/window"
	"livinglab/shared/table/dynamodblocal/child"
)

// process is a function that runs, with a Lambda Runtime API of its own.
type process struct {
	name    string
	command *exec.Cmd
	server  *http.Server
	started time.Time
	ended   chan struct{}
	said    *log

	polls   chan time.Time // when the function asked for an event
	events  chan []byte
	answers chan answer

	ask, tell *os.File // the window; nil without one
}

// answer is what a function made of an event.
type answer struct {
	at     time.Time
	body   []byte
	failed bool
}

const (
	// patience is how long a function may take to get ready.
	patience = 30 * time.Second
	// timeout is how long a function may take for an event: what the template gives
	// the one that takes longest.
	timeout = 300 * time.Second
)

// start starts a function. It returns at once; ready waits.
func start(f function, env []string) (*process, error) {
	p := &process{
		name: f.name, command: exec.Command(f.binary), ended: make(chan struct{}), said: new(log),
		polls: make(chan time.Time, 1), events: make(chan []byte), answers: make(chan answer, 1),
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("offering the Runtime API: %w", err)
	}
	p.server = &http.Server{Handler: p.runtimeAPI()}
	go func() { _ = p.server.Serve(listener) }()

	p.command.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=" + f.name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512", "AWS_LAMBDA_LOG_FORMAT=JSON", "_HANDLER=bootstrap",
		"AWS_REGION=ap-northeast-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=local",
	}, env...)
	p.command.Stdout, p.command.Stderr = p.said, p.said
	if f.window {
		if err := p.openWindow(); err != nil {
			return nil, err
		}
	}
	p.started = time.Now()
	if err := child.Start(p.command); err != nil {
		return nil, fmt.Errorf("starting %s: %w", f.name, err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	for _, theirs := range p.command.ExtraFiles {
		if err := theirs.Close(); err != nil {
			return nil, fmt.Errorf("opening a window: %w", err)
		}
	}
	return p, nil
}

// openWindow makes the two pipes through which a function is looked into.
func (p *process) openWindow() error {
	asked, ask, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("opening a window: %w", err)
	}
	tell, told, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("opening a window: %w", err)
	}
	p.ask, p.tell, p.command.ExtraFiles = ask, tell, []*os.File{asked, told}
	return nil
}

// look says what the function has used so far.
func (p *process) look() (window.Sight, error) { return window.Look(p.ask, p.tell) }

// weigh says how much memory the function has needed so far.
func (p *process) weigh() (window.Weight, error) { return window.Weigh(p.ask, p.tell) }

// runtimeAPI hands out events and takes the answers.
func (p *process) runtimeAPI() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		p.polls <- time.Now()
		select {
		case event := <-p.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "bench")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(timeout).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:ap-northeast-1:000000000000:function:"+p.name)
			_, _ = w.Write(event)
		case <-r.Context().Done():
		}
	})
	take := func(failed bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			at := time.Now()
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return // the function ended while it answered
			}
			p.answers <- answer{at, body, failed}
			w.WriteHeader(http.StatusAccepted)
		}
	}
	mux.HandleFunc("POST "+base+"invocation/bench/response", take(false))
	mux.HandleFunc("POST "+base+"invocation/bench/error", take(true))
	mux.HandleFunc("POST "+base+"init/error", take(true))
	return mux
}

// ready waits until the function asks for its next event, and tells when.
func (p *process) ready() (time.Time, error) {
	select {
	case at := <-p.polls:
		return at, nil
	case a := <-p.answers:
		return time.Time{}, fmt.Errorf("%s: %s", p.name, a.body)
	case <-p.ended:
		return time.Time{}, fmt.Errorf("%s ended: %s", p.name, p.said)
	case <-time.After(patience):
		return time.Time{}, fmt.Errorf("%s does not get ready", p.name)
	}
}

// handle gives a ready function an event and waits for its answer, after which
// the function gets ready again.
func (p *process) handle(event []byte) (answer, error) {
	p.events <- event
	select {
	case a := <-p.answers:
		if a.failed {
			return answer{}, fmt.Errorf("%s failed: %s", p.name, a.body)
		}
		return a, nil
	case <-p.ended:
		return answer{}, fmt.Errorf("%s ended: %s", p.name, p.said)
	case <-time.After(timeout):
		return answer{}, fmt.Errorf("%s does not answer", p.name)
	}
}

// invoke gives a ready function an event and waits until it is ready again.
func (p *process) invoke(event []byte) ([]byte, error) {
	a, err := p.handle(event)
	if err != nil {
		return nil, err
	}
	_, err = p.ready()
	return a.body, err
}

// stop ends the function at once.
func (p *process) stop() error {
	err := p.command.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-p.ended
	for _, f := range []*os.File{p.ask, p.tell} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return errors.Join(err, p.server.Shutdown(context.Background()))
}
