package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// comeBack has so many mails bounce or be complained of, an hour after noon.
func (w *world) comeBack(from, until int, kind string) {
	w.Helper()
	for i := from; i < until; i++ {
		m := w.handOver(fmt.Sprintf("%s%d@example.jp", kind, i))
		detail := bouncedAt(i, "Permanent", "General")
		if kind == "Complaint" {
			detail = complainedAt(i, "abuse")
		}
		w.told(about(m, kind, fmt.Sprintf("0106-%d", i), address, detail))
	}
}

func (w *world) sending() table.Switch {
	w.Helper()
	sw, err := w.table.Switch(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return sw
}

func TestMailPausesItselfWhenTooMuchComesBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind     string
		sent, at int // at how many of how many mails
	}{
		{"Bounce", 100, 10}, {"Bounce", 220, 11}, {"Complaint", 100, 3}, {"Complaint", 1300, 4},
	} {
		t.Run(fmt.Sprintf("%d times %s of %d", c.at, c.kind, c.sent), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ses.Today(c.sent)
			w.comeBack(0, c.at-1, c.kind)
			if sw := w.sending(); sw.Paused {
				t.Errorf("it is paused too early, because %s", sw.PausedFor)
			}
			w.comeBack(c.at-1, c.at, c.kind)
			if sw := w.sending(); !sw.Paused || sw.PausedFor == "" || sw.Since != table.At(noon.Add(2*time.Hour)) {
				t.Errorf("it is not paused: %+v", sw)
			}
		})
	}
}

func TestAFewOfManyPauseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ses.Today(10000)
	w.comeBack(0, 12, "Bounce")
	w.comeBack(0, 4, "Complaint")
	if sw := w.sending(); sw.Paused {
		t.Errorf("it is paused, because %s", sw.PausedFor)
	}
}

func TestAfterStaffHaveResumedTheCountBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ses.Today(100)
	w.comeBack(0, 10, "Bounce")
	if err := w.table.Resume(t.Context(), noon.Add(90*time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.comeBack(31, 40, "Bounce") // nine after half past
	if sw := w.sending(); sw.Paused {
		t.Errorf("what staff have seen counts again: %s", sw.PausedFor)
	}
	w.comeBack(40, 41, "Bounce")
	if sw := w.sending(); !sw.Paused {
		t.Error("ten further bounces pause nothing")
	}
}

func TestWhatCameBackTwoDaysAgoNoLongerCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ses.Today(100)
	w.comeBack(0, 9, "Bounce")
	m := w.handOver("late@example.jp")
	event := w.notification(about(m, "Bounce", "0106-x", address, bouncedAt(2*24*60, "Permanent", "General")))
	event.Records[0].SNS.Timestamp = noon.Add(49 * time.Hour)
	if err := w.function().feedback(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if sw := w.sending(); sw.Paused {
		t.Errorf("it is paused, because %s", sw.PausedFor)
	}
}

// A pause is logged each time that something comes back while it holds, so that no
// death of the process keeps it from ringing. Not parallel: it reads the log.
func TestAPauseIsLogged(t *testing.T) {
	w := newWorld(t)
	w.ses.Today(100)
	w.comeBack(0, 2, "Complaint")
	e := about(w.handOver("last@example.jp"), "Complaint", "0106-x", address, complainedAt(3, "abuse"))
	for range 2 {
		if diff := cmp.Diff([]string{"feedback Complaint complained", "mail paused itself"}, logged(func() { w.told(e) })); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// Whatever request fails, the event is delivered again and the pause comes.
func TestAPauseThatFailsComesWithTheNextDelivery(t *testing.T) {
	t.Parallel()
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for name, kill := range kills {
		t.Run("killed "+name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				w := newWorld(t)
				w.ses.Today(100)
				w.comeBack(0, 2, "Complaint")
				e := about(w.handOver("last@example.jp"), "Complaint", "0106-x", address, complainedAt(3, "abuse"))
				h, transport := w.watched(kill(n))
				if w.tell(h, e) == nil && len(transport.Requests()) < n {
					return // there is no n-th request
				}
				w.told(e)
				if sw := w.sending(); !sw.Paused {
					t.Errorf("killed %s request %d: it is not paused", name, n)
				}
			}
		})
	}
}
