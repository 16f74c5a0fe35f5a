package experiment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func round(t *testing.T, e *Experiment, id string, settings map[string]Setting) Round {
	t.Helper()
	r, ok := e.Round(id, e.Sessions(settings))
	if !ok {
		t.Fatalf("there is no round %s", id)
	}
	return r
}

func TestEverySurveyIsARoundOfItsAudience(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	type line struct {
		ID, Instrument, Briefing string
		Audience                 Audience
	}
	var got []line
	var ids []string
	for _, r := range e.Rounds(e.Sessions(nil)) {
		got = append(got, line{r.ID, r.Instruments[0], r.Briefing, r.Audience})
		ids = append(ids, r.ID)
		if r.Title.JA == "" || r.Title.EN == "" || !r.Open.Before(r.Close) || r.Minutes == 0 {
			t.Errorf("%s, from %s to %s, is called %q and takes %d minutes", r.ID, r.Open, r.Close, r.Title, r.Minutes)
		}
	}
	want := []line{
		{"pre", "career_ownership_core", "", ToPeople},
		{"mid", "career_ownership_core", "", ToPeople},
		{"post", "career_ownership_core", "", ToPeople},
		{"followup", "career_ownership_core", "", ToPeople},
		{"host_before", "host_before", "", ToHosts},
		{"host_after", "host_after", "", ToHosts},
		{"briefing-b1", "briefing_satisfaction", "b1", ToAttendees},
		{"briefing-b2", "briefing_satisfaction", "b2", ToAttendees},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ids, e.RoundIDs()); diff != "" {
		t.Errorf("ids (-of the rounds +alone):\n%s", diff)
	}
	if _, ok := e.Round("briefing-b9", e.Sessions(nil)); ok {
		t.Error("a round of no briefing is found")
	}
}

func TestTheSurveyAboutABriefingIsOpenFromItsEndForWholeDays(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for _, c := range []struct {
		story       string
		set         Setting
		open, close time.Time
	}{
		{"as in the file", Setting{}, november(e, 6, 21, 0), november(e, 11, 0, 0)},
		{"moved", Setting{Start: november(e, 9, 19, 30)}, november(e, 9, 21, 0), november(e, 14, 0, 0)},
		{"moved by a clock of another zone", Setting{Start: november(e, 9, 19, 30).UTC()}, november(e, 9, 21, 0), november(e, 14, 0, 0)},
		{"until midnight", Setting{End: november(e, 7, 0, 0)}, november(e, 7, 0, 0), november(e, 12, 0, 0)},
		{"until a minute before midnight", Setting{End: november(e, 6, 23, 59)}, november(e, 6, 23, 59), november(e, 11, 0, 0)},
	} {
		r := round(t, e, "briefing-b1", map[string]Setting{"b1": c.set})
		if !r.Open.Equal(c.open) || !r.Close.Equal(c.close) {
			t.Errorf("%s: from %s to %s, want %s to %s", c.story, r.Open, r.Close, c.open, c.close)
		}
		for at, want := range map[time.Time]State{
			c.open.Add(-time.Millisecond):  NotYetOpen,
			c.open:                         Open,
			c.close.Add(-time.Millisecond): Open,
			c.close:                        Closed,
		} {
			if got := r.State(at); got != want {
				t.Errorf("%s, at %s: %s, want %s", c.story, at, got, want)
			}
		}
	}
}

func TestNobodyIsAskedAboutABriefingThatWasCalledOff(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	if _, ok := e.Round("briefing-b1", e.Sessions(map[string]Setting{"b1": {Canceled: true}})); ok {
		t.Error("a briefing that was called off has a survey")
	}
	e.AfterBriefing = BriefingSurvey{}
	if _, ok := e.Round("briefing-b2", e.Sessions(nil)); ok || len(e.RoundIDs()) != len(e.Waves)+len(e.HostSurveys) {
		t.Error("there is a round where the file has no survey about briefings")
	}
}

func TestTheWaveOfTheApplicationOpensWhilePeopleApply(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for opens, want := range map[time.Time]bool{
		e.Application.Open:                         true,
		e.Application.Close.Add(-time.Millisecond): true,
		e.Application.Close:                        false,
	} {
		e.Waves[0].Open = opens
		if w, ok := e.WithApplication(); ok != want || ok && w.ID != "pre" {
			t.Errorf("a first wave that opens at %s is answered with the application: %t", opens, ok)
		}
	}
	e.Waves = nil
	if _, ok := e.WithApplication(); ok {
		t.Error("there is a wave where the file has none")
	}
}

func TestEachWaveIsForItsGroupsAndTheFirstForEveryApplicant(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for _, c := range []struct {
		wave                       string
		participant, other, nobody bool
	}{
		{"pre", true, true, true},
		{"mid", true, false, false},
		{"post", true, true, false},
		{"followup", true, true, false},
	} {
		w, _ := e.Wave(c.wave)
		for group, want := range map[string]bool{GroupParticipants: c.participant, GroupComparison: c.other, "": c.nobody} {
			if got := e.ForGroup(*w, group); got != want {
				t.Errorf("%s is for %q: %t", c.wave, group, got)
			}
		}
	}
	e.Waves[0].Open = e.Application.Close // it is no longer answered with the application
	if e.ForGroup(e.Waves[0], "") || !e.ForGroup(e.Waves[0], GroupComparison) {
		t.Error("a first wave after the applications is for who is in no group")
	}
}

func TestOwnScoresAreShownOnceTheLastWaveOfTheGroupHasClosed(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	e.Waves[3].Groups = []string{GroupParticipants} // the last is for participants alone
	post, followup := e.Waves[2].Close, e.Waves[3].Close
	for group, want := range map[string]time.Time{GroupParticipants: followup, GroupComparison: post, "": followup} {
		if from, ok := e.ResultsFrom(group); !ok || !from.Equal(want) {
			t.Errorf("%q sees the own scores from %s, %t", group, from, ok)
		}
	}
	if _, ok := e.ResultsFrom("X"); ok {
		t.Error("a group without waves has results")
	}
	e.Waves = nil
	if _, ok := e.ResultsFrom(""); ok {
		t.Error("there are results without a wave")
	}
}
