// Package runtime runs the functions as AWS Lambda does: unmodified binaries,
// each in a process of its own that asks the Lambda Runtime API for one event
// after the other. Under concurrency further processes are started.
package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

var (
	// ErrBusy means that as many events are being handled as the account allows.
	ErrBusy = errors.New("too many concurrent invocations")
	// ErrStopped means that the runtime is being stopped.
	ErrStopped = errors.New("the runtime has stopped")
)

// FunctionError is what a function made of an event that it did not handle.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Function is a function that can be invoked.
type Function struct {
	Name    string // its folder: "site"
	ID      string // in the template: "SiteFunction"
	Binary  string
	Env     []string // on top of what Lambda sets
	Timeout time.Duration
	Memory  int       // MB, as the function is told
	Log     io.Writer // what it prints
}

// Limit is how many events may be handled at a time, by all functions together:
// what a fresh account has.
const Limit = 10

// Runtime is the functions and their processes.
type Runtime struct {
	// Patience is how long Invoke waits for a process.
	Patience time.Duration

	functions map[string]Function
	spawn     *spawner

	mu        sync.Mutex
	processes []*process
	free      chan struct{} // closed and replaced when a process is done
	stopped   bool
	running   sync.WaitGroup // invocations
}

// New returns a runtime of the functions. None is started before its first
// event.
func New(functions ...Function) *Runtime {
	r := &Runtime{functions: map[string]Function{}, spawn: newSpawner(), free: make(chan struct{})}
	for _, f := range functions {
		r.functions[f.Name] = f
	}
	return r
}

// Invoke hands an event to a function and returns its answer. If no process may
// be started for it, and none gets free within a moment, it returns ErrBusy.
// When the context ends it returns, and the function goes on.
//
// Lambda does not wait. But here the processes share the processors of one
// machine, so that what comes in a burst overlaps for longer than it would there.
func (r *Runtime) Invoke(ctx context.Context, name string, event []byte) ([]byte, error) {
	patience, cancel := context.WithTimeoutCause(ctx, r.Patience, ErrBusy)
	defer cancel()
	p, err := r.await(patience, name)
	if err != nil {
		return nil, err
	}
	return r.hand(ctx, p, event)
}

// InvokeEvent hands an event over as soon as there is a process for it, as
// Lambda does with asynchronous invocations.
func (r *Runtime) InvokeEvent(ctx context.Context, name string, event []byte) ([]byte, error) {
	p, err := r.await(ctx, name)
	if err != nil {
		return nil, err
	}
	return r.hand(ctx, p, event)
}

// await returns a process for one event, when there is one.
func (r *Runtime) await(ctx context.Context, name string) (*process, error) {
	for {
		free := r.nextFree()
		p, err := r.acquire(name)
		if !errors.Is(err, ErrBusy) {
			return p, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-free:
		}
	}
}

func (r *Runtime) nextFree() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.free
}

// hand runs one event in a process and gives the process back. A process that
// turns out to have ended before it took the event is replaced.
func (r *Runtime) hand(ctx context.Context, p *process, event []byte) ([]byte, error) {
	for {
		answer, err := r.handOnce(ctx, p, event)
		if !errors.Is(err, errNotTaken) {
			return answer, err
		}
		if p, err = r.await(ctx, p.function.Name); err != nil {
			return nil, err
		}
	}
}

func (r *Runtime) handOnce(ctx context.Context, p *process, event []byte) ([]byte, error) {
	type outcome struct {
		answer []byte
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		defer r.running.Done()
		answer, err := p.handle(event)
		// The caller hears when the process is ready for the next event, so
		// that a caller's next one finds it; but does not wait long.
		if p.settled() {
			r.release(p)
			done <- outcome{answer, err}
			return
		}
		done <- outcome{answer, err}
		p.settle()
		r.release(p)
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case o := <-done:
		return o.answer, o.err
	}
}

// acquire returns a process that is now busy with one event: the one that was
// used last, or a new one.
func (r *Runtime) acquire(name string) (*process, error) {
	f, ok := r.functions[name]
	if !ok {
		return nil, fmt.Errorf("there is no function %q", name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return nil, ErrStopped
	}
	r.sweep()
	var idle *process // of another function
	living := 0
	for _, p := range slices.Backward(r.processes) {
		switch {
		case p.doomed && !p.busy:
			continue
		case !p.busy && p.function.Name == name:
			p.busy = true
			r.running.Add(1)
			return p, nil
		case !p.busy:
			idle = p
		}
		living++
	}
	if living >= Limit {
		if idle == nil {
			return nil, ErrBusy
		}
		idle.doomed = true // it makes room
		idle.kill()
	}
	p := newProcess(f, r.spawn)
	p.busy = true
	r.processes = append(r.processes, p)
	r.running.Add(1)
	return p, nil
}

// sweep forgets processes that have ended.
func (r *Runtime) sweep() {
	r.processes = slices.DeleteFunc(r.processes, func(p *process) bool { return !p.busy && p.hasEnded() })
}

func (r *Runtime) release(p *process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.busy = false
	r.sweep()
	// The last one used lies last: it is warm, the first may make room.
	if i := slices.Index(r.processes, p); i >= 0 {
		r.processes = append(slices.Delete(r.processes, i, i+1), p)
	}
	close(r.free)
	r.free = make(chan struct{})
}

// Kill ends the running processes of a function at once, whatever they do, and
// returns how many there were. The next event starts a new one.
func (r *Runtime) Kill(name string) (int, error) {
	if _, ok := r.functions[name]; !ok {
		return 0, fmt.Errorf("there is no function %q", name)
	}
	var killed []*process
	r.mu.Lock()
	for _, p := range r.processes {
		if p.function.Name == name && !p.doomed && !p.hasEnded() {
			p.doomed = true
			p.kill()
			killed = append(killed, p)
		}
	}
	r.mu.Unlock()
	for _, p := range killed {
		<-p.ended
	}
	return len(killed), nil
}

// Process is a running process, for people to see.
type Process struct {
	Function string
	PID      int
	Busy     bool
	Events   int // handled or begun
}

// Processes lists what runs.
func (r *Runtime) Processes() []Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	all := make([]Process, 0, len(r.processes))
	for _, p := range r.processes {
		pid, events := p.seen()
		all = append(all, Process{Function: p.function.Name, PID: pid, Busy: p.busy, Events: events})
	}
	slices.SortFunc(all, func(a, b Process) int { return a.PID - b.PID })
	return all
}

// Stop ends all processes and returns when none is left.
func (r *Runtime) Stop() {
	r.mu.Lock()
	r.stopped = true
	processes := slices.Clone(r.processes)
	for _, p := range processes {
		p.kill()
	}
	r.mu.Unlock()
	r.running.Wait()
	for _, p := range processes {
		<-p.ended
	}
	r.spawn.stop()
}

// functionError reads what a function says of an error.
func functionError(body []byte) *FunctionError {
	var e FunctionError
	if err := json.Unmarshal(body, &e); err != nil || e.Type == "" {
		e = FunctionError{Type: "Unknown", Message: string(body)}
	}
	return &e
}
