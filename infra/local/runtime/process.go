package runtime

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Lambda's limits.
const (
	initTime  = 10 * time.Second // from the start to the first request for an event
	maxAnswer = 6 << 20          // bytes
)

// process is one execution environment: a process of a function with a Runtime
// API of its own. It handles one event at a time.
type process struct {
	function Function
	busy     bool // owned by Runtime.mu
	doomed   bool // owned by Runtime.mu: it gets no further event

	spawn *spawner
	start sync.Once

	events chan *invocation // to the process
	polled chan struct{}    // one value whenever the process asks for an event
	failed chan error       // the process could not start
	ended  chan struct{}    // closed when nothing of it runs

	mu      sync.Mutex
	command *exec.Cmd
	dead    bool // killed, perhaps before it was started
	current *invocation
	count   int
}

// invocation is one event on its way.
type invocation struct {
	id       string
	event    []byte
	deadline time.Time
	answer   chan reply
}

type reply struct {
	body []byte
	err  error
}

func newProcess(f Function, spawn *spawner) *process {
	return &process{
		function: f, spawn: spawn,
		events: make(chan *invocation), polled: make(chan struct{}, 1),
		failed: make(chan error, 1), ended: make(chan struct{}),
	}
}

// errNotTaken means that the process had ended before it could take an event.
var errNotTaken = errors.New("the process had ended")

// handle hands one event over and waits for what becomes of it.
func (p *process) handle(event []byte) ([]byte, error) {
	if err := p.ready(); err != nil {
		p.kill()
		<-p.ended
		return nil, err
	}
	i := &invocation{
		id: requestID(), event: event,
		deadline: time.Now().Add(p.function.Timeout),
		answer:   make(chan reply, 1),
	}
	p.mu.Lock()
	p.current = i
	p.count++
	p.mu.Unlock()
	timeout := time.NewTimer(p.function.Timeout)
	defer timeout.Stop()
	select {
	case p.events <- i:
	case <-p.ended:
		return nil, errNotTaken
	}
	select {
	case answer := <-i.answer:
		return answer.body, answer.err
	case <-p.ended:
		select { // it may have answered with its last breath
		case answer := <-i.answer:
			return answer.body, answer.err
		default:
			return nil, p.exit()
		}
	case <-timeout.C:
		p.kill()
		<-p.ended
		return nil, &FunctionError{Type: "Sandbox.Timedout", Message: fmt.Sprintf("the function did not end within %s", p.function.Timeout)}
	}
}

// ready starts the process if it was not and waits until it asks for its first
// event.
func (p *process) ready() error {
	var first bool
	var err error
	p.start.Do(func() { first, err = true, p.run() })
	if err != nil {
		return fmt.Errorf("starting %s: %w", p.function.Name, err)
	}
	if !first {
		return nil
	}
	select {
	case <-p.polled:
		return nil
	case err := <-p.failed:
		return err
	case <-p.ended:
		return p.exit()
	case <-time.After(initTime):
		return &FunctionError{Type: "Sandbox.Timedout", Message: "the function did not start within " + initTime.String()}
	}
}

// settled waits a moment for the process to be ready for its next event or to
// end, and reports whether that happened.
func (p *process) settled() bool {
	select {
	case <-p.polled:
		return true
	case <-p.ended:
		return true
	case <-time.After(20 * time.Millisecond):
		return false
	}
}

// settle waits until the process asks for its next event or ends. Lambda takes
// what goes on after the answer for a part of the invocation too.
func (p *process) settle() {
	select {
	case <-p.polled:
	case <-p.ended:
	case <-time.After(p.function.Timeout):
		p.kill()
		<-p.ended
	}
}

func (p *process) exit() error {
	return &FunctionError{Type: "Runtime.ExitError", Message: "the process ended: " + p.function.Name}
}

// run starts the process and its Runtime API.
func (p *process) run() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return p.exit()
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		p.dead = true
		close(p.ended)
		return err
	}
	api := &http.Server{Handler: p.api(), ReadHeaderTimeout: time.Minute}
	go func() { _ = api.Serve(listener) }()
	command := exec.Command(p.function.Binary) // it lives until kill
	command.Dir = filepath.Dir(p.function.Binary)
	command.Env = p.environment(listener.Addr().String())
	command.Stdout, command.Stderr = p.function.Log, p.function.Log
	command.SysProcAttr = ownGroup()
	command.WaitDelay = time.Second
	if err := p.spawn.start(command); err != nil {
		p.dead = true
		_ = api.Close()
		close(p.ended)
		return err
	}
	p.command = command
	go func() {
		_ = command.Wait()
		// What it started in turn goes with it.
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		_ = api.Close()
		close(p.ended)
	}()
	return nil
}

// environment is what Lambda sets, and the function's own. Nothing of the
// developer's environment reaches a function but the path.
func (p *process) environment(api string) []string {
	f := p.function
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "LANG=en_US.UTF-8",
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.ID,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.Memory),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.ID,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(f.Binary),
		"_HANDLER=bootstrap",
	}, f.Env...)
}

// kill ends the process at once. It may be called at any time and again.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.hasEnded():
	case p.command != nil:
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	default: // before it was started
		p.dead = true
		close(p.ended)
	}
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

func (p *process) seen() (pid, events int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.command != nil {
		pid = p.command.Process.Pid
	}
	return pid, p.count
}

// api is the Lambda Runtime API, version 2018-06-01.
func (p *process) api() http.Handler {
	const root = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"invocation/next", p.next)
	mux.HandleFunc("POST "+root+"invocation/{id}/response", p.answered(func(body []byte) reply { return reply{body: body} }))
	mux.HandleFunc("POST "+root+"invocation/{id}/error", p.answered(func(body []byte) reply { return reply{err: functionError(body)} }))
	mux.HandleFunc("POST "+root+"init/error", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
		select {
		case p.failed <- functionError(body):
		default:
		}
		accept(w)
	})
	return mux
}

func (p *process) next(w http.ResponseWriter, r *http.Request) {
	select {
	case p.polled <- struct{}{}:
	default:
	}
	var i *invocation
	select {
	case i = <-p.events:
	case <-r.Context().Done():
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", i.id)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:ap-northeast-1:000000000000:function:"+p.function.ID)
	header.Set("Lambda-Runtime-Trace-Id", "Root=1-"+i.id[:8]+"-"+strings.ReplaceAll(i.id, "-", "")[8:]+";Sampled=0")
	_, _ = w.Write(i.event)
}

func (p *process) answered(read func([]byte) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		i := p.current
		p.mu.Unlock()
		if i == nil || i.id != r.PathValue("id") {
			http.Error(w, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`, http.StatusBadRequest)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
		result := read(body)
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			result = reply{err: &FunctionError{Type: "Function.ResponseSizeTooLarge", Message: fmt.Sprintf("the answer is larger than %d bytes", tooLarge.Limit)}}
		} else if err != nil {
			result = reply{err: &FunctionError{Type: "Runtime.BrokenResponse", Message: err.Error()}}
		}
		select {
		case i.answer <- result:
		default: // it has answered before
		}
		accept(w)
	}
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

// requestID is a random UUID, as Lambda names invocations.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
