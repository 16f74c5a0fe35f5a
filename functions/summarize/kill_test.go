package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// disturbed is an hour that has everything to do, of an experiment of its own: a wave has
// closed, the plan is not frozen, and two members of staff get a summary.
func (w *world) disturbed(id string) (staff []table.Person) {
	w.Helper()
	own := *w.e
	own.ID = id
	w.e = &own
	w.on(time.April, 8, 9, 0)
	_, err := w.table.PutSummary(w.Context(), table.StaffSummary{Experiment: id, At: w.now, Content: []byte("{}")}, nil, w.now)
	w.must(err)
	staff = append(staff, w.staff("taro"), w.staff("jiro"))
	p := w.apply("a")
	w.agrees(p)
	w.finishes(p, "pre")
	w.on(time.April, 12, 9, 0)
	return staff
}

// toldTo reports to how many of staff the mail of the present hour's summary lies in the ledger.
func (w *world) toldTo(staff []table.Person) int {
	w.Helper()
	n := 0
	for _, p := range staff {
		_, err := w.table.Delivery(w.Context(), p.ID, mail.ID(mail.StaffSummary, p.ID, string(table.At(w.now))))
		switch {
		case err == nil:
			n++
		case !errors.Is(err, table.ErrNotFound):
			w.Fatal(err)
		}
	}
	return n
}

// written reports whether the summary of the present hour is there.
func (w *world) written() bool {
	w.Helper()
	last, err := w.table.LastSummary(w.Context(), w.e.ID)
	w.must(err)
	return last.At.Equal(w.now)
}

// Whenever a run is killed, the summary is there with all its mails or not at all, and
// the next attempt leaves one of each; so it is with the plan and the analysis.
func TestARunThatIsKilledLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.disturbed("counted")
	h, transport := w.watched()
	if _, err := h.summarize(w.Context(), event{ScheduledTime: w.now}); err != nil {
		t.Fatal(err)
	}
	steps := len(transport.Requests())
	t.Logf("such an hour makes %d requests to the table", steps)
	for name, fault := range map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for n := 1; n <= steps; n++ {
				staff := w.disturbed(fmt.Sprint("trial-", n))
				_, _ = w.function(fault(n)).summarize(w.Context(), event{ScheduledTime: w.now})
				if got := w.toldTo(staff); got != 0 && got != 2 || w.written() != (got == 2) {
					t.Errorf("killed %s request %d it told %d of staff; the summary is there: %t", name, n, got, w.written())
				}
				w.hour()
				if got := w.toldTo(staff); got != 2 || !w.written() || w.analyses() != 1 {
					t.Errorf("killed %s request %d it told %d of staff in the end, of %d analyses", name, n, got, w.analyses())
				}
				_, err := w.table.FrozenPlan(w.Context(), w.e.ID)
				w.must(err)
			}
		})
	}
}

// The table's own failures lose and double nothing either.
func TestTheTablesFailuresLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			staff := w.disturbed("shiojiri-2020")
			random := seeded(seed)
			for range 4 {
				_, _ = w.function(faulty.Sometimes(random, 0.3, faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.NoAnswer)).
					summarize(w.Context(), event{ScheduledTime: w.now})
			}
			w.hour()
			if got := w.toldTo(staff); got != 2 || w.analyses() != 1 {
				t.Errorf("it told %d of staff, of %d analyses", got, w.analyses())
			}
		})
	}
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }
