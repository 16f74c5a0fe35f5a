package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/clock"
)

var nine = time.Date(2020, 11, 2, 9, 0, 0, 0, clock.Tokyo)

// world is a scheduler on a clock that stands still. It notes who was invoked
// for which scheduled time, and what the clock showed.
type world struct {
	*Scheduler
	t     *testing.T
	clock *clock.Clock

	mu     sync.Mutex
	log    []string
	answer func(function string, scheduled time.Time) (string, error)
	writes map[string]int64
}

// newWorld makes one of tasks such as "remind: rate(1 minute)".
func newWorld(t *testing.T, tasks ...[2]string) *world {
	t.Helper()
	w := &world{t: t, clock: clock.New(nine), writes: map[string]int64{}}
	w.clock.Freeze(true)
	var all []Task
	for _, task := range tasks {
		e, err := ParseExpression(task[1], "Asia/Tokyo")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Task{Name: task[0] + "-schedule", Function: task[0], Expression: e, Input: `{"at":"<aws.scheduler.scheduled-time>"}`})
	}
	w.Scheduler = New(w.clock, all...)
	w.answer = func(string, time.Time) (string, error) { return "null", nil }
	w.Invoke = w.invoke
	w.Writes = func(function string) (own, others int64) {
		w.mu.Lock()
		defer w.mu.Unlock()
		for name, n := range w.writes {
			if name == function {
				own += n
			} else {
				others += n
			}
		}
		return own, others
	}
	return w
}

func (w *world) invoke(_ context.Context, function string, event []byte) ([]byte, error) {
	var tick struct{ At time.Time }
	if err := json.Unmarshal(event, &tick); err != nil {
		w.t.Error(err)
	}
	w.mu.Lock()
	w.log = append(w.log, fmt.Sprintf("%s %s at %s", function, short(tick.At), short(w.clock.Now())))
	w.mu.Unlock()
	answer, err := w.answer(function, tick.At)
	return []byte(answer), err
}

func (w *world) wrote(function string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes[function]++
}

func short(at time.Time) string { return at.In(clock.Tokyo).Format("2T15:04") }

func (w *world) advance(d time.Duration) Moved {
	w.t.Helper()
	moved, err := w.Advance(w.t.Context(), d)
	if err != nil {
		w.t.Fatal(err)
	}
	return moved
}

func (w *world) expect(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff(want, w.log); diff != "" {
		w.t.Error(diff)
	}
	w.log = nil
}

func next(at time.Time) string { return fmt.Sprintf(`{"next":%q}`, at.Format(time.RFC3339Nano)) }

func TestMovingTheClockFiresEveryScheduleInOrderAtItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"summarize", "cron(0/30 * * * ? *)"}, [2]string{"remind", "rate(20 minutes)"})
	moved := w.advance(time.Hour)
	w.expect(
		"remind 2T09:20 at 2T09:20", "summarize 2T09:30 at 2T09:30", "remind 2T09:40 at 2T09:40",
		"summarize 2T10:00 at 2T10:00", "remind 2T10:00 at 2T10:00",
	)
	if moved.Fired != 5 || moved.Failed != 0 || !moved.Now.Equal(nine.Add(time.Hour)) || !w.clock.Now().Equal(moved.Now) {
		t.Errorf("%+v", moved)
	}
	w.advance(19 * time.Minute)
	w.expect()
	if _, err := w.Move(t.Context(), nine); !errors.Is(err, ErrPast) {
		t.Errorf("the clock went back: %v", err)
	}
}

func TestTicksThatWouldFindNothingAreLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.answer = func(_ string, scheduled time.Time) (string, error) {
		switch {
		case scheduled.Before(nine.Add(3 * time.Hour)):
			return next(nine.Add(3*time.Hour + 10*time.Second)), nil
		case scheduled.Before(nine.Add(100 * time.Hour)):
			return next(nine.Add(100 * time.Hour)), nil
		}
		return `{"settled":1}`, nil // nothing is waiting
	}
	w.advance(30 * 24 * time.Hour)
	w.expect("remind 2T09:01 at 2T09:01", "remind 2T12:01 at 2T12:01", "remind 6T13:00 at 6T13:00")
}

func TestAPromiseEndsWhenSomebodyElseWrites(t *testing.T) {
	t.Parallel()
	remind, survey := [2]string{"remind", "rate(1 minute)"}, [2]string{"survey", "cron(0 12 * * ? *)"}
	for _, c := range []struct {
		tasks [][2]string
		want  string // whose turn had passed when survey wrote looks a minute later
	}{
		{[][2]string{remind, survey}, "remind 2T12:01 at 2T12:01"},
		{[][2]string{survey, remind}, "remind 2T12:00 at 2T12:00"},
	} {
		w := newWorld(t, c.tasks...)
		w.answer = func(function string, _ time.Time) (string, error) {
			w.wrote(function)
			return "{}", nil
		}
		w.advance(4 * time.Hour)
		w.expect("remind 2T09:01 at 2T09:01", "survey 2T12:00 at 2T12:00", c.want)
	}
}

func TestAWriteDuringATickIsNotOverlooked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	first := true
	w.answer = func(string, time.Time) (string, error) {
		if first {
			w.wrote("apply") // after the tick has looked
		}
		first = false
		return "{}", nil
	}
	w.advance(time.Hour)
	w.expect("remind 2T09:01 at 2T09:01", "remind 2T09:02 at 2T09:02")
}

func TestWhatFollowsFromATickIsDoneAtItsInstantAndBeforeTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 hour)"}, [2]string{"survey", "rate(1 hour)"})
	note := func(text string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.log = append(w.log, text)
	}
	w.Hold = func(context.Context) func() {
		note("held at " + short(w.clock.Now()))
		return func() { note("released at " + short(w.clock.Now())) }
	}
	w.Settle = func(context.Context) { note("settled at " + short(w.clock.Now())) }
	w.At(nine.Add(30*time.Minute), func(context.Context) { note("kept") })
	w.advance(90 * time.Minute)
	w.expect(
		"held at 2T09:00", "settled at 2T09:00",
		"kept", "settled at 2T09:30",
		"remind 2T10:00 at 2T10:00", "settled at 2T10:00",
		"survey 2T10:00 at 2T10:00", "settled at 2T10:00",
		"released at 2T10:30",
	)
}

func TestAPromiseEndsWhenTheFunctionIsWokenByWhatFollowedAndWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.answer = func(string, time.Time) (string, error) { return "{}", nil }
	woken := true
	w.Settle = func(context.Context) {
		if now := w.clock.Now(); woken && now.After(nine) {
			woken = false
			w.wrote("remind") // which has something to do later, of which the tick could not know
		}
	}
	w.advance(time.Hour)
	w.expect("remind 2T09:01 at 2T09:01", "remind 2T09:02 at 2T09:02")
}

// Whoever makes up for what a function does when it has nothing to do is told of every
// instant that it was not called for, and of no other but those at which somebody wrote:
// then it was called after all.
func TestWhatWasLeftOutIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(15 minutes)"}, [2]string{"survey", "rate(1 hour)"})
	looked := map[string]int{}
	next := nine.Add(150 * time.Minute)
	w.answer = func(function string, at time.Time) (string, error) {
		if function != "remind" {
			return "null", nil
		}
		looked[short(at)]++
		until, err := json.Marshal(next)
		next = next.Add(3 * time.Hour)
		return `{"next":` + string(until) + `}`, err
	}
	w.Skipped = func(_ context.Context, function string, after, until time.Time) {
		if function != "remind" {
			t.Errorf("%s is quiet", function)
		}
		for at := after.Truncate(15 * time.Minute).Add(15 * time.Minute); !at.After(until); at = at.Add(15 * time.Minute) {
			looked[short(at)]++
		}
	}
	w.At(nine.Add(3*time.Hour), func(context.Context) { w.wrote("apply") })
	w.advance(7 * time.Hour)
	for n := range 7 * 4 {
		at, want := short(nine.Add(time.Duration(n+1)*15*time.Minute)), 1
		if n+1 == 3*4 {
			want = 2
		}
		if looked[at] != want {
			t.Errorf("at %s it was looked %d times", at, looked[at])
		}
	}
	if len(w.log) > 14 {
		t.Errorf("nothing was left out: %q", w.log)
	}
}

func TestEveryMoveLooksAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.answer = func(string, time.Time) (string, error) { return "{}", nil }
	w.advance(time.Hour)
	w.advance(time.Hour)
	w.expect("remind 2T09:01 at 2T09:01", "remind 2T10:01 at 2T10:01")
}

func TestOnlyAPromiseLeavesTicksOut(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() (string, error){
		"null":     func() (string, error) { return "null", nil },
		"a number": func() (string, error) { return "1", nil },
		"an error": func() (string, error) { return "", errors.New("as told") },
		"a word":   func() (string, error) { return `{"next":"soon"}`, nil },
	} {
		w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
		w.answer = func(string, time.Time) (string, error) { return answer() }
		if moved := w.advance(10 * time.Minute); moved.Fired != 10 {
			t.Errorf("%s: %d ticks", name, moved.Fired)
		}
	}
}

func TestSchedulesAreTurnedOffRepeatedAndLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.Change("remind", func(t *Task) { t.Off = true })
	w.advance(5 * time.Minute)
	w.expect()
	w.Change("REMIND-schedule", func(t *Task) { t.Off, t.Repeat, t.Delay = false, 2, 90*time.Second })
	w.advance(3 * time.Minute)
	w.expect("remind 2T09:06 at 2T09:07", "remind 2T09:06 at 2T09:07")
	w.Change("remind", func(t *Task) { t.Repeat, t.Delay = 1, 0 })
	w.advance(2 * time.Minute)
	// What was late is not lost, and keeps its scheduled time.
	w.expect(
		"remind 2T09:07 at 2T09:08", "remind 2T09:07 at 2T09:08", "remind 2T09:09 at 2T09:09",
		"remind 2T09:08 at 2T09:09", "remind 2T09:08 at 2T09:09", "remind 2T09:10 at 2T09:10",
	)
	if w.Change("nobody", func(*Task) {}) {
		t.Error("a schedule that is not there was changed")
	}
}

func TestAppointmentsAreKeptBetweenTicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	note := func(text string) func(context.Context) {
		return func(context.Context) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.log = append(w.log, text)
		}
	}
	w.At(nine.Add(90*time.Second), note("second"))
	w.At(nine.Add(30*time.Second), func(ctx context.Context) {
		note("first")(ctx)
		w.At(nine.Add(100*time.Second), note("third"))
	})
	w.advance(2 * time.Minute)
	w.expect("first", "remind 2T09:01 at 2T09:01", "second", "third", "remind 2T09:02 at 2T09:02")
}

func TestTheRunningClockFiresToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.advance(59*time.Second + 900*time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { w.Run(ctx) })
	kept := make(chan struct{})
	w.At(w.clock.Now(), func(context.Context) { close(kept) }) // also while the clock stands still
	<-kept
	w.expect()
	w.Freeze(false)
	for range 200 {
		time.Sleep(10 * time.Millisecond)
		if w.List()[0].Fired > 0 {
			break
		}
	}
	w.expect("remind 2T09:01 at 2T09:01")
	w.Freeze(true)
	w.advance(time.Minute)
	w.expect("remind 2T09:02 at 2T09:02")
	stop()
	ended.Wait()
}

func TestAMoveThatIsGivenUpStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	ctx, stop := context.WithCancel(t.Context())
	w.answer = func(_ string, scheduled time.Time) (string, error) {
		if scheduled.Equal(nine.Add(3 * time.Minute)) {
			stop()
		}
		return "null", nil
	}
	if _, err := w.Advance(ctx, time.Hour); err == nil {
		t.Error("it arrived")
	}
	if now := w.clock.Now(); !now.Equal(nine.Add(3 * time.Minute)) {
		t.Errorf("the clock stands at %v", now)
	}
}

func TestTheListTellsWhatBecameOfASchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t, [2]string{"remind", "rate(1 minute)"})
	w.answer = func(string, time.Time) (string, error) { return "", errors.New("as told") }
	w.advance(time.Minute)
	i := slices.IndexFunc(w.List(), func(s Status) bool { return s.Name == "remind-schedule" })
	s := w.List()[i]
	if s.Fired != 1 || s.Failed != 1 || s.Answer != "as told" || !s.Last.Equal(nine.Add(time.Minute)) || !s.Next.Equal(nine.Add(2*time.Minute)) {
		t.Errorf("%+v", s)
	}
}
