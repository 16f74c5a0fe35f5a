package experiment

import (
	"testing"
	"time"
)

func TestAWindowIsOpenFromItsFirstInstantUpToButNotAtItsLast(t *testing.T) {
	t.Parallel()
	a := shiojiri(t).Application
	for _, c := range []struct {
		story string
		at    time.Time
		want  State
	}{
		{"just before opening", a.Open.Add(-time.Nanosecond), NotYetOpen},
		{"at the opening instant", a.Open, Open},
		{"in the last millisecond", a.Close.Add(-time.Millisecond), Open},
		{"at the closing instant", a.Close, Closed},
		{"later", a.Close.AddDate(1, 0, 0), Closed},
	} {
		if got := a.State(c.at); got != c.want {
			t.Errorf("%s: got %s, want %s", c.story, got, c.want)
		}
		if got := (Wave{Open: a.Open, Close: a.Close}).State(c.at); got != c.want {
			t.Errorf("a wave %s: got %s, want %s", c.story, got, c.want)
		}
		if got := (HostSurvey{Open: a.Open, Close: a.Close}).State(c.at); got != c.want {
			t.Errorf("a host survey %s: got %s, want %s", c.story, got, c.want)
		}
	}
}

func TestPartsAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	if l, ok := e.Listing("job-3"); !ok || l != &e.Listings[2] {
		t.Error("listing job-3 is not found")
	}
	if b, ok := e.Briefing("b2"); !ok || b != &e.Briefings[1] {
		t.Error("briefing b2 is not found")
	}
	if w, ok := e.Wave("followup"); !ok || w != &e.Waves[3] {
		t.Error("wave followup is not found")
	}
	if r, ok := e.Region("shiojiri"); !ok || r != &e.Regions[0] {
		t.Error("region shiojiri is not found")
	}
	q, ok := e.Application.Question("weekly_hours")
	if !ok || q != &e.Application.Questions[2] {
		t.Fatal("question weekly_hours is not found")
	}
	if c, ok := q.Choice("from_3"); !ok || c != &q.Choices[1] {
		t.Error("choice from_3 is not found")
	}
	if l, ok := e.Listing("job-7"); ok || l != nil {
		t.Error("a listing is found that is not there")
	}
}
