// Package schedule stands in for EventBridge Scheduler on a clock that can be
// moved: it invokes functions at their instants, in order, in real time or as
// fast as the functions answer.
package schedule

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"livinglab/infra/local/clock"
)

// ErrPast means that the clock would have to go back.
var ErrPast = errors.New("the clock only goes forward")

// Task is a schedule of one function.
type Task struct {
	Name       string
	Function   string
	Expression Expression
	Input      string // with <aws.scheduler.scheduled-time> and its like
	Off        bool
	Repeat     int           // how often each tick arrives, at the same time; 0 is once
	Delay      time.Duration // by how much each tick arrives late; it keeps its scheduled time
}

// Status is a task and what became of it.
type Status struct {
	Task
	Next   time.Time // when it fires next by its expression
	Last   time.Time // its last scheduled time that was fired
	Answer string    // to that
	Fired  int
	Failed int
}

// Scheduler fires schedules. It is safe for concurrent use.
type Scheduler struct {
	// Invoke hands an event to a function and waits for the answer.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)
	// Writes tells how often a function, and how often anybody else, has
	// written to the table so far.
	Writes func(function string) (own, others int64)
	// Hold keeps what follows from writes by itself, such as what listens to
	// the table's stream, from happening until the function that it returns is
	// called. It is called when the clock begins to be moved, and returns when
	// nothing of that kind is under way.
	Hold func(context.Context) (release func())
	// Skipped is told, while the clock is moved, through which time a function was not
	// called because it had said that it would find nothing to do: after an instant, up to
	// and with another. It is told before anything happens at that one, which may be
	// that somebody writes, and that the function is called after all.
	Skipped func(ctx context.Context, function string, after, until time.Time)
	// Settle has happen what followed from writes so far, and returns when
	// nothing is left. It is called while it is held back.
	Settle func(context.Context)

	clock *clock.Clock
	wake  chan struct{} // something has changed: look again

	moving   sync.Mutex     // held while the clock is moved, and while ticks are taken in real time
	inFlight sync.WaitGroup // what was fired in real time

	mu     sync.Mutex
	tasks  []*task
	agenda []appointment
	count  int       // of appointments so far, to keep the order of those at one instant
	at     time.Time // of what was taken last
	turn   int       // whose turn that was, by its place in tasks; -1 for an appointment
}

// task is a schedule with its state.
type task struct {
	Status
	taken time.Time // ticks up to here were fired or passed over
	quiet promise
}

// promise is what a function said about its own future: that ticks before an
// instant would find nothing to do. It holds until somebody writes: somebody
// else, or the function itself when something else than a tick woke it.
type promise struct {
	made        bool
	until       time.Time // zero: nothing is waiting at all
	own, others int64     // writes when it was made
}

// appointment is something to be done once.
type appointment struct {
	at    time.Time
	order int
	do    func(context.Context)
}

// New returns a scheduler of the tasks on the clock. Ticks after the clock's
// present time will be fired.
func New(c *clock.Clock, tasks ...Task) *Scheduler {
	s := &Scheduler{
		clock: c, wake: make(chan struct{}, 1),
		Writes:  func(string) (int64, int64) { return 0, 0 },
		Hold:    func(context.Context) func() { return func() {} },
		Skipped: func(context.Context, string, time.Time, time.Time) {},
		Settle:  func(context.Context) {},
	}
	now := c.Now()
	for _, t := range tasks {
		s.tasks = append(s.tasks, &task{Status: Status{Task: t}, taken: now})
	}
	return s
}

// At has something done when the clock reaches an instant.
func (s *Scheduler) At(at time.Time, do func(context.Context)) {
	s.mu.Lock()
	s.count++
	s.agenda = append(s.agenda, appointment{at, s.count, do})
	s.mu.Unlock()
	s.look()
}

// look has the scheduler find anew what is next.
func (s *Scheduler) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run fires what becomes due as the clock runs, until the context ends, and
// returns when all that was fired has ended.
func (s *Scheduler) Run(ctx context.Context) {
	defer s.inFlight.Wait()
	for {
		s.moving.Lock()
		now := s.clock.Now()
		for {
			due, ok := s.take(now, false)
			if !ok {
				break
			}
			s.inFlight.Go(func() { due.do(ctx) })
		}
		wait := s.untilNext(now)
		s.moving.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// untilNext is how long the loop may sleep. A frozen clock never gets there: the
// loop is woken when that changes.
func (s *Scheduler) untilNext(now time.Time) time.Duration {
	if s.clock.Frozen() {
		return 24 * time.Hour
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := time.Hour
	for _, a := range s.agenda {
		wait = min(wait, a.at.Sub(now))
	}
	for _, t := range s.tasks {
		if next := t.next(false); !next.IsZero() {
			wait = min(wait, next.Sub(now))
		}
	}
	return max(0, wait) + time.Millisecond // the clock tells whole milliseconds
}

// Freeze stops the clock or lets it run.
func (s *Scheduler) Freeze(frozen bool) {
	s.clock.Freeze(frozen)
	s.look()
}

// Moved is what happened while the clock was moved.
type Moved struct {
	Now    time.Time
	Fired  int // invocations by schedules
	Failed int
}

// Advance moves the clock forward by d; see Move.
func (s *Scheduler) Advance(ctx context.Context, d time.Duration) (Moved, error) {
	if d < 0 {
		return Moved{}, ErrPast
	}
	return s.move(ctx, func(now time.Time) time.Time { return now.Add(d) })
}

// Move moves the clock forward to an instant and has everything done on the
// way that is due until then, one after the other in order, each at its own
// time, and what follows from it before the next. It returns when all is done.
// Ticks that a function said would find nothing to do are passed over.
func (s *Scheduler) Move(ctx context.Context, to time.Time) (Moved, error) {
	return s.move(ctx, func(time.Time) time.Time { return to })
}

func (s *Scheduler) move(ctx context.Context, target func(now time.Time) time.Time) (Moved, error) {
	s.moving.Lock()
	defer s.look()
	defer s.moving.Unlock()
	s.inFlight.Wait()
	now := s.clock.Now()
	to := target(now)
	if to.Before(now) {
		return Moved{}, ErrPast
	}
	defer s.clock.Release()
	s.clock.Hold(now)
	release := s.Hold(ctx)
	defer release()
	s.forgetPromises()
	s.Settle(ctx)
	fired, failed := s.counts()
	for ctx.Err() == nil {
		due, ok := s.take(to, true)
		if !ok {
			s.skip(ctx, now, to)
			break
		}
		s.skip(ctx, now, due.at)
		now = due.at
		s.clock.Hold(due.at)
		due.do(ctx)
		s.Settle(ctx)
	}
	if err := ctx.Err(); err != nil {
		return Moved{}, fmt.Errorf("moving the clock: %w", err)
	}
	s.clock.Hold(to)
	s.passOver(to)
	firedNow, failedNow := s.counts()
	return Moved{Now: s.clock.Now(), Fired: firedNow - fired, Failed: failedNow - failed}, nil
}

// skip tells which functions were not called after an instant, up to another.
func (s *Scheduler) skip(ctx context.Context, after, until time.Time) {
	for function, last := range s.quiet(until) {
		s.Skipped(ctx, function, after, last)
	}
}

// quiet are the functions that have nothing to do, and up to when they are not called: not
// at an instant at which one is.
func (s *Scheduler) quiet(until time.Time) map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	functions := map[string]time.Time{}
	for _, t := range s.tasks {
		switch {
		case !t.quiet.made || t.Off:
		case t.taken.Equal(until):
			functions[t.Function] = until.Add(-time.Nanosecond)
		default:
			functions[t.Function] = until
		}
	}
	return functions
}

// due is what is to be done next.
type due struct {
	at time.Time
	do func(context.Context)
}

// take returns what is due first up to the limit: by its instant, then
// appointments before ticks, then in the order of the tasks. What it returns is
// not returned again.
func (s *Scheduler) take(limit time.Time, jump bool) (due, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if jump {
		s.checkPromises()
	}
	first := -1 // among the agenda
	for i, a := range s.agenda {
		if !a.at.After(limit) && (first < 0 || a.before(s.agenda[first])) {
			first = i
		}
	}
	var tick time.Time
	var turn int
	for i, t := range s.tasks {
		if next := t.next(jump); !next.IsZero() && !next.After(limit) && (tick.IsZero() || next.Before(tick)) {
			tick, turn = next, i
		}
	}
	switch {
	case first >= 0 && (tick.IsZero() || !s.agenda[first].at.After(tick)):
		a := s.agenda[first]
		s.agenda = slices.Delete(s.agenda, first, first+1)
		s.at, s.turn = a.at, -1
		return due{a.at, a.do}, true
	case !tick.IsZero():
		t := s.tasks[turn]
		t.taken = tick
		s.at, s.turn = tick, turn
		return due{tick, s.tick(t, tick)}, true
	}
	return due{}, false
}

func (a appointment) before(b appointment) bool {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) < 0
}

// checkPromises drops promises after which somebody has written. The ticks
// that were left out until now have passed; the task's turn comes again at
// this instant if it comes after that of what was done last, as if every tick
// had been fired.
func (s *Scheduler) checkPromises() {
	for i, t := range s.tasks {
		if !t.quiet.made {
			continue
		}
		if own, others := s.Writes(t.Function); own == t.quiet.own && others == t.quiet.others {
			continue
		}
		t.quiet = promise{}
		passed := s.at
		if i > s.turn {
			passed = passed.Add(-time.Nanosecond)
		}
		if passed.After(t.taken) {
			t.taken = passed
		}
	}
}

// next is when the task fires next; the zero time if it does not. In a jump the
// ticks that were promised to find nothing are left out.
func (t *task) next(jump bool) time.Time {
	if t.Off {
		return time.Time{}
	}
	after := t.taken
	if jump && t.quiet.made {
		if t.quiet.until.IsZero() {
			return time.Time{}
		}
		if before := t.quiet.until.Add(-time.Nanosecond); before.After(after) {
			after = before
		}
	}
	return t.Expression.Next(after)
}

// tick returns what one tick of the task does. s.mu is held.
func (s *Scheduler) tick(t *task, scheduled time.Time) func(context.Context) {
	copies, delay := max(1, t.Repeat), t.Delay
	fire := func(ctx context.Context) {
		var all sync.WaitGroup
		for range copies {
			all.Go(func() { s.fire(ctx, t, scheduled) })
		}
		all.Wait()
	}
	if delay <= 0 {
		return fire
	}
	return func(context.Context) { s.At(scheduled.Add(delay), fire) }
}

// fire invokes the function once for a tick.
func (s *Scheduler) fire(ctx context.Context, t *task, scheduled time.Time) {
	_, others := s.Writes(t.Function)
	answer, err := s.Invoke(ctx, t.Function, input(t.Task, scheduled))
	if ctx.Err() != nil {
		return // the stack ends
	}
	own, othersNow := s.Writes(t.Function)
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Fired++
	t.Last, t.Answer = scheduled, string(answer)
	t.quiet = promise{}
	if err != nil {
		t.Failed++
		t.Answer = err.Error()
		slog.Warn("a schedule's function failed", "schedule", t.Name, "scheduled", scheduled, "error", err)
		return
	}
	if until, ok := promised(answer); ok && others == othersNow {
		t.quiet = promise{made: true, until: until, own: own, others: othersNow}
	}
}

func (s *Scheduler) forgetPromises() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		t.quiet = promise{}
	}
}

// passOver leaves out the ticks up to an instant that have not been taken.
func (s *Scheduler) passOver(to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		if t.taken.Before(to) {
			t.taken = to
		}
	}
}

func (s *Scheduler) counts() (fired, failed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		fired, failed = fired+t.Fired, failed+t.Failed
	}
	return fired, failed
}

// Change applies a change to the schedules with the name, or of the function
// with the name. It reports whether there are any.
func (s *Scheduler) Change(name string, change func(*Task)) bool {
	defer s.look()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	found := false
	for _, t := range s.tasks {
		if !strings.EqualFold(t.Name, name) && !strings.EqualFold(t.Function, name) {
			continue
		}
		found = true
		wasOff := t.Off
		change(&t.Task)
		if wasOff && !t.Off && t.taken.Before(now) {
			t.taken = now // what fell into the time when it was off is not made up for
		}
	}
	return found
}

// List tells of all schedules.
func (s *Scheduler) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, 0, len(s.tasks))
	for _, t := range s.tasks {
		status := t.Status
		status.Next = t.next(false)
		all = append(all, status)
	}
	return all
}

// input is the event of a tick: the schedule's input with its placeholders
// filled in.
func input(t Task, scheduled time.Time) []byte {
	return []byte(strings.NewReplacer(
		"<aws.scheduler.scheduled-time>", scheduled.UTC().Format(time.RFC3339),
		"<aws.scheduler.schedule-arn>", "arn:aws:scheduler:ap-northeast-1:000000000000:schedule/default/"+t.Name,
		"<aws.scheduler.execution-id>", strings.ToLower(rand.Text()),
		"<aws.scheduler.attempt-number>", "1",
	).Replace(cmp.Or(t.Input, "{}")))
}
