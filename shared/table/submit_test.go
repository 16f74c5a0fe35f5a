package table_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"livinglab/shared/mail"
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

// linkEnds is when a link on to the survey stops opening it: long after the receipt.
var linkEnds = noon.Add(60 * 24 * time.Hour)

// surveying is a post of the lab's own form while the first wave is open.
func surveying(address, token string) table.Submission {
	s := submission(address, token)
	s.Survey = linkEnds
	return s
}

func TestWhoHasJustAppliedGoesOnToTheSurvey(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(5)
	registered := w.register("taro@example.jp", sessions, 0, noon)
	for _, address := range []string{"hanako@example.jp", "taro@example.jp"} {
		s := surveying(address, "token of "+address)
		receipt, err := w.through(faulty.Writes(faulty.At(1, faulty.NoAnswer))).Submit(t.Context(), s, noon)
		if err != nil {
			t.Fatal(err)
		}
		link, ok := receipt.SurveyLink(s.Token)
		if parsed, err := table.ParseSegment(link.String()); !ok || err != nil || parsed != link {
			t.Fatalf("the link of %s is %v, %t", address, link, ok)
		}
		if address == "taro@example.jp" && link.Person != registered {
			t.Errorf("the link is of %s, registered is %s", link.Person, registered)
		}
		again, err := w.Submit(t.Context(), surveying(address, s.Token), noon.Add(time.Hour))
		if got, _ := again.SurveyLink(s.Token); err != nil || got != link {
			t.Errorf("the repeated post leads to %v, %v", got, err)
		}
		if _, ok := receipt.SurveyLink("another token"); ok {
			t.Error("another token opens the link")
		}
		// The mail is sent meanwhile, with a link of its own.
		m := w.delivery(link.Person, link.Mail).Mail
		c := claim("c", "token-1", noon)
		c.To = address
		if m, err = w.ClaimMail(t.Context(), m, c); err != nil {
			t.Fatal(err)
		}
		if err := w.Requeue(t.Context(), m, noon, "throttled"); err != nil {
			t.Fatal(err)
		}
		open := func(now time.Time, purpose mail.Purpose) error {
			_, err := w.OpenSurveys(t.Context(), link.Person, link.Mail, link.Token, purpose, now, []string{pre}, experimentID)
			return err
		}
		if err := open(linkEnds.Add(-time.Millisecond), mail.OpenSurvey); err != nil {
			t.Errorf("before its end: %v", err)
		}
		if err := open(linkEnds, mail.OpenSurvey); !errors.Is(err, table.ErrLinkExpired) {
			t.Errorf("at its end: %v", err)
		}
		if err := open(noon, mail.OpenPage); !errors.Is(err, table.ErrNotFound) {
			t.Errorf("the private page: %v", err)
		}
	}
}

func TestAPostForAnAddressThatHasAppliedLeadsToNoSurvey(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp", noon)
	s := surveying("hanako@example.jp", "token-2")
	receipt, err := w.Submit(t.Context(), s, noon)
	if err != nil {
		t.Fatal(err)
	}
	if link, ok := receipt.SurveyLink(s.Token); ok {
		t.Errorf("it leads to %v", link)
	}
	other := submission("taro@example.jp", "token-3") // a program's
	if receipt, err = w.Submit(t.Context(), other, noon); err != nil {
		t.Fatal(err)
	}
	if link, ok := receipt.SurveyLink(other.Token); ok {
		t.Errorf("a post that did not ask for it leads to %v", link)
	}
}
