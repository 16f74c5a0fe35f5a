package table_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func TestAReceiptIsReadWithItsTokenAlone(t *testing.T) {
	w := newWorld(t)
	s := submission("hanako@example.jp", "token-1")
	if _, err := w.Submit(t.Context(), s, noon); err != nil {
		t.Fatal(err)
	}
	got, err := w.Receipt(t.Context(), experimentID, "token-1", noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if address, err := got.Address("token-1"); address != "hanako@example.jp" || err != nil {
		t.Errorf("with its token the receipt names %q, %v", address, err)
	}
	if _, err := got.Address("token-2"); err == nil {
		t.Error("another token opens the receipt")
	}
	for _, item := range w.env.Items(t) {
		inside := strings.HasPrefix(item.PK, "person#")
		for name, value := range item.Attributes {
			if text, ok := value.(string); ok && !inside && strings.Contains(text, "hanako") {
				t.Errorf("the address lies in %s of %s", name, item.PK)
			}
		}
	}
}

func TestATokenThatHasLapsedIsANewPost(t *testing.T) {
	w := newWorld(t)
	first := submission("a@example.jp", "same-token")
	second := submission("b@example.jp", "same-token")
	if _, err := w.Submit(t.Context(), first, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Submit(t.Context(), second, noon.Add(24*time.Hour-time.Millisecond)); !errors.Is(err, table.ErrOtherBody) {
		t.Errorf("within a day: %v", err)
	}
	if _, err := w.Submit(t.Context(), second, noon.Add(24*time.Hour)); err != nil {
		t.Errorf("after a day: %v", err)
	}
}

func TestAFailedConditionIsNeverRepeatedAndAConflictIs(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp", noon)
	for _, c := range []struct {
		name     string
		fault    faulty.Fault
		token    string
		requests int
	}{
		{"a known address", faulty.Always(faulty.None), "t-1", 2},
		{"the same again", faulty.Always(faulty.None), "t-1", 1},
		{"one conflict", faulty.At(1, faulty.Conflict), "t-2", 3},
		{"one throttle", faulty.At(1, faulty.Throttle), "t-3", 3},
	} {
		client, transport := w.env.Watched(t, c.fault)
		_, err := table.New(client, w.env.Name).Submit(t.Context(), submission("hanako@example.jp", c.token), noon)
		if got := len(transport.Requests()); err != nil || got != c.requests {
			t.Errorf("%s: %d requests, want %d; %v", c.name, got, c.requests, err)
		}
	}
}

func TestWhatWasWrittenIsNeverCalledBusy(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		fault faulty.Fault
		want  error
	}{
		{"conflicts without end", faulty.Always(faulty.Conflict), table.ErrBusy},
		{"throttling without end", faulty.Always(faulty.Throttle), table.ErrBusy},
		{"no connection", faulty.Always(faulty.Unreachable), table.ErrBusy},
		{"every answer lost", faulty.Always(faulty.Error500), table.ErrUncertain},
		{"the first answer lost, then no connection", faulty.KillAfter(1), table.ErrUncertain},
		{"the first answer lost, then conflicts", func(r faulty.Request) faulty.Effect {
			if r.N == 1 {
				return faulty.NoAnswer
			}
			return faulty.Conflict
		}, table.ErrUncertain},
	} {
		_, err := w.through(c.fault).Submit(t.Context(), submission(c.name+"@example.jp", c.name), noon)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestALostAnswerIsFoundOutByTheSameDecision(t *testing.T) {
	w := newWorld(t)
	s := submission("hanako@example.jp", "token")
	got, err := w.through(faulty.At(1, faulty.NoAnswer)).Submit(t.Context(), s, noon)
	if err != nil || got.Reference != s.Application.Reference {
		t.Errorf("the receipt is %q, %v", got.Reference, err)
	}
	if n, err := w.CountApplications(t.Context(), experimentID); n != 1 || err != nil {
		t.Errorf("%d applications, %v", n, err)
	}
}

func TestTwoExperimentsNeverSeeEachOthersPeople(t *testing.T) {
	w := newWorld(t)
	one, two := submission("hanako@example.jp", "token"), submission("hanako@example.jp", "token")
	two.Person.Experiment = "kamaishi-2021"
	for _, s := range []table.Submission{one, two} {
		if _, err := w.Submit(t.Context(), s, noon); err != nil {
			t.Fatal(err)
		}
		if n, err := w.CountApplications(t.Context(), s.Person.Experiment); n != 1 || err != nil {
			t.Errorf("%s has %d applications, %v", s.Person.Experiment, n, err)
		}
	}
}
