package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table/faulty"
)

func TestAnEventHasToSayWhatItIsAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.function().summarize(w.Context(), event{}); err == nil {
		t.Error("an event without a time was taken")
	}
}

// A program that jumps to where the function says that it has work finds all of it: as if
// every hour were run.
func TestTheNextHourThatIsNamedIsTheNextWithWork(t *testing.T) {
	t.Parallel()
	run := func(jump bool) (did []string, hours int) {
		w := newWorld(t)
		w.staff("taro")
		w.on(time.February, 22, 0, 0)
		until := w.now.AddDate(0, 2, 0)
		h := w.function()
		for w.now.Before(until) {
			r, err := h.summarize(w.Context(), event{ScheduledTime: w.now})
			w.must(err)
			hours++
			if r.Frozen+r.Analyzed+r.Summarized+r.Mailed > 0 {
				did = append(did, fmt.Sprint(w.now.Format("01-02 15:04 "), r.Frozen, r.Analyzed, r.Summarized, r.Mailed))
			}
			next := w.now.Add(time.Hour)
			if jump {
				if r.Next == nil {
					break
				}
				next = r.Next.Add(time.Hour - time.Nanosecond).Truncate(time.Hour)
			}
			w.now = next.In(w.e.Zone())
		}
		return did, hours
	}
	every, all := run(false)
	jumped, some := run(true)
	if diff := cmp.Diff(every, jumped); diff != "" {
		t.Errorf("what a jump did (-every hour +jump)\n%s", diff)
	}
	if len(every) < 17 || some > 2*len(every) || all < 1000 {
		t.Errorf("in %d hours there was work in %d, and a jump looked at %d", all, len(every), some)
	}
	if !strings.Contains(strings.Join(every, "\n"), "03-28 09:00 1 0 0 0") {
		t.Errorf("the plan was not frozen a day before the closing survey opens:\n%s", strings.Join(every, "\n"))
	}
}

// What fails for one task is told, and done by the next attempt.
func TestATaskThatFailsDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.April, 15, 9, 0) // a Thursday after the closing survey
	h := w.function(faulty.At(1, faulty.Unreachable), faulty.At(2, faulty.Unreachable), faulty.At(3, faulty.Unreachable), faulty.At(4, faulty.Unreachable))
	r, err := h.summarize(w.Context(), event{ScheduledTime: w.now})
	if err == nil || r.Frozen != 0 || r.Analyzed != 1 || r.Summarized != 1 {
		t.Errorf("with the plan's item out of reach it did %+v: %v", r, err)
	}
	r, err = h.summarize(w.Context(), event{ScheduledTime: w.now})
	if err != nil || r.Frozen != 1 || r.Analyzed != 0 || r.Summarized != 0 {
		t.Errorf("the second attempt did %+v: %v", r, err)
	}
}
