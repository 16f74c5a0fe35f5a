package table_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func audit(act string) table.AuditEntry {
	return table.AuditEntry{ID: rand.Text(), At: table.At(noon), Who: "staff", Act: act}
}

var (
	deadline = noon.Add(72 * time.Hour)
	january4 = experiment.Date{Year: 2021, Month: 1, Day: 4}
	march1   = experiment.Date{Year: 2021, Month: 3, Day: 1}
)

// steps takes the first steps of a participation: "offered", "accepted", "started".
func (w *world) steps(person string, upTo string) {
	w.Helper()
	for _, step := range []struct {
		name string
		take func() error
	}{
		{"offered", func() error { return w.Offer(w.Context(), person, "job-1", deadline, audit("offer"), noon) }},
		{"accepted", func() error { return w.AcceptOffer(w.Context(), person, audit("accept"), noon.Add(time.Hour)) }},
		{"started", func() error { return w.Start(w.Context(), person, january4, audit("start"), noon) }},
	} {
		if err := step.take(); err != nil {
			w.Fatal(err)
		}
		if step.name == upTo {
			return
		}
	}
}

func TestAParticipationFromTheOfferToItsEndDecidesTheArm(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	arm := func(want, when string) {
		t.Helper()
		if got := w.file(d.Person.ID).Group(); got != want {
			t.Errorf("%s the arm is %q, want %q", when, got, want)
		}
	}
	arm("C", "before the selection")
	for range 2 { // every command is given twice
		w.steps(d.Person.ID, "accepted")
	}
	arm("", "having accepted")
	for range 2 {
		w.steps(d.Person.ID, "started")
	}
	arm("T", "having started")
	for range 2 {
		if err := w.EndEarly(t.Context(), d.Person.ID, march1, "架空の理由", audit("end"), noon); err != nil {
			t.Fatal(err)
		}
	}
	arm("T", "having ended early")
	got := *w.file(d.Person.ID).Participation
	want := table.Participation{
		Key: got.Key, Person: d.Person.ID, Experiment: experimentID, Listing: "job-1",
		Offered: table.At(noon), Until: table.At(deadline), Accepted: table.At(noon.Add(time.Hour)),
		Started: "2021-01-04", Ended: "2021-03-01", Reason: "架空の理由", Version: 4,
	}
	want.List, want.At = got.List, d.Person.ID+"#participation#job-1#ended"
	if got != want {
		t.Errorf("on file is %#v", got)
	}
	acts := 0
	for _, err := range w.AuditEntries(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		acts++
	}
	if acts != 4 {
		t.Errorf("%d acts are on record, want 4", acts)
	}
	if err := w.LeaveResearch(t.Context(), d.Person, true, noon); err != nil {
		t.Fatal(err)
	}
	arm("T", "having left the research")
}

func TestAStepThatDoesNotFollowIsRefusedAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	n := 0
	who := func(upTo string) string {
		n++
		d := w.apply(fmt.Sprintf("p%d@example.jp", n), noon)
		if upTo != "" {
			w.steps(d.Person.ID, upTo)
		}
		return d.Person.ID
	}
	ctx := t.Context()
	offer := func(person, listing string, until, now time.Time) error {
		return w.Offer(ctx, person, listing, until, audit("offer"), now)
	}
	ended := who("started")
	if err := w.EndEarly(ctx, ended, march1, "", audit("end"), noon); err != nil {
		t.Fatal(err)
	}
	completed := who("started")
	if err := w.Complete(ctx, completed, march1, audit("complete"), noon); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"accepting without an offer":         w.AcceptOffer(ctx, who(""), audit("accept"), noon),
		"accepting at the deadline":          w.AcceptOffer(ctx, who("offered"), audit("accept"), deadline),
		"offering another listing meanwhile": offer(who("offered"), "job-2", deadline, deadline.Add(-time.Millisecond)),
		"offering to who accepted":           offer(who("accepted"), "job-2", deadline, noon),
		"offering until a moment ago":        offer(who(""), "job-1", noon, noon),
		"starting without accepting":         w.Start(ctx, who("offered"), january4, audit("start"), noon),
		"starting on another day":            w.Start(ctx, who("started"), march1, audit("start"), noon),
		"ending before starting":             w.EndEarly(ctx, who("accepted"), march1, "", audit("end"), noon),
		"ending on a day before the start":   w.EndEarly(ctx, who("started"), january4.AddDays(-1), "", audit("end"), noon),
		"ending after completing":            w.EndEarly(ctx, completed, march1, "", audit("end"), noon),
		"completing after an early end":      w.Complete(ctx, ended, march1, audit("complete"), noon),
		"completing before starting":         w.Complete(ctx, who("accepted"), march1, audit("complete"), noon),
	} {
		if !errors.Is(err, table.ErrWrongStep) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := offer("nobody", "job-1", deadline, noon); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("offering to nobody: %v", err)
	}
	for name, err := range map[string]error{
		"accepting a moment before the deadline": w.AcceptOffer(ctx, who("offered"), audit("accept"), deadline.Add(-time.Millisecond)),
		"offering another listing after it":      offer(who("offered"), "job-2", deadline.Add(time.Hour), deadline),
		"moving the deadline":                    offer(who("offered"), "job-1", deadline.Add(time.Hour), noon),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyIsOfferedAnythingAfterWithdrawing(t *testing.T) {
	w := newWorld(t)
	for n := 1; n <= 2; n++ { // just before the n-th request
		d := w.agreed(fmt.Sprintf("p%d@example.jp", n))
		between := w.through(func(r faulty.Request) faulty.Effect {
			if r.N == n {
				if err := w.Withdraw(w.Context(), d.Person, nil, false, noon); err != nil {
					t.Error(err)
				}
			}
			return faulty.None
		})
		if err := between.Offer(t.Context(), d.Person.ID, "job-1", deadline, audit("offer"), noon); !errors.Is(err, table.ErrWrongStep) {
			t.Errorf("withdrawn before request %d: %v", n, err)
		}
		if f := w.file(d.Person.ID); f.Participation != nil || f.Group() != "" {
			t.Errorf("on file is %+v in the arm %q", f.Participation, f.Group())
		}
	}
}

func TestAStepThatLostItsAnswerIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	through := w.through(faulty.Writes(faulty.At(2, faulty.NoAnswer)))
	if err := through.Offer(t.Context(), d.Person.ID, "job-1", deadline, audit("offer"), noon); err != nil {
		t.Fatal(err)
	}
	if p := w.file(d.Person.ID).Participation; p == nil || p.Version != 1 {
		t.Errorf("on file is %+v", p)
	}
}
