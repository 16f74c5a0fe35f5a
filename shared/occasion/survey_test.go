package occasion_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// round is one of the experiment's, by its id.
func round(t *testing.T, e *experiment.Experiment, id string) experiment.Round {
	t.Helper()
	r, ok := e.Round(id, table.NoSettings(e.ID).Sessions(e))
	if !ok {
		t.Fatalf("there is no round %q", id)
	}
	return r
}

// about are the occasions of an experiment about one survey round.
func about(e *experiment.Experiment, id string) []occasion.Occasion {
	return slices.DeleteFunc(occasion.All(e, table.NoSettings(e.ID).Sessions(e)), func(o occasion.Occasion) bool {
		return !strings.HasPrefix(o.Words, id+" ")
	})
}

// on is an instant in the experiment's zone.
func on(e *experiment.Experiment, month time.Month, day, hour, minute int) time.Time {
	year := 2021
	if month > time.June+3 {
		year = 2020
	}
	return time.Date(year, month, day, hour, minute, 0, 0, e.Zone())
}

func TestRemindersCountFromTheInvitation(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	mid := round(t, e, "mid") // from 15 February, 09:00, until the end of the 23rd
	for name, c := range map[string]struct {
		invited time.Time
		want    []string
	}{
		"when it opens":              {mid.Open, []string{"18 09:00 until 22 09:00", "22 09:00 until 23 09:00", "23 09:00 until 24 00:00"}},
		"late on that day":           {on(e, 2, 15, 23, 59), []string{"18 09:00 until 22 09:00", "22 09:00 until 23 09:00", "23 09:00 until 24 00:00"}},
		"on the next":                {on(e, 2, 16, 0, 0), []string{"19 09:00 until 23 09:00", "23 09:00 until 24 00:00"}}, // 7 days later is the last day: one mail
		"on the day before the last": {on(e, 2, 22, 9, 0), []string{"23 09:00 until 24 00:00"}},
		"on the last day":            {on(e, 2, 23, 0, 0), nil},
	} {
		var got []string
		for _, o := range occasion.SurveyReminders(e, mid, c.invited) {
			got = append(got, o.At.In(e.Zone()).Format("02 15:04")+o.NotAfter.In(e.Zone()).Format(" until 02 15:04"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("invited %s (-want +got)\n%s", name, diff)
		}
	}
}

// Of two rules that fall on one day, the later one stands, and of two at one instant
// the one that the file names last.
func TestNoDayHasTwoReminders(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	mid := round(t, e, "mid")
	last := occasion.SurveyReminders(e, mid, on(e, 2, 16, 9, 0))[1]
	if last.Rule != "the survey mid: on the day of the close at 09:00" {
		t.Errorf("of two at one instant it is %q", last.Rule)
	}
	e.WaveReminders = slices.Clone(e.WaveReminders)
	e.WaveReminders[1].At = 18 * 60
	last = occasion.SurveyReminders(e, mid, on(e, 2, 16, 9, 0))[1]
	if last.Rule != "the survey mid: 7 days after the invitation at 18:00" || !last.At.Equal(on(e, 2, 23, 18, 0)) {
		t.Errorf("of two on one day it is %q", last.Rule)
	}
}

// While a round is open its people are gone through daily, so that nobody who comes
// late is left out.
func TestARoundsPeopleAreGoneThroughWhileItIsOpen(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	for id, kind := range map[string]mail.Kind{"mid": mail.SurveyInvitation, "host_before": mail.HostSurvey} {
		r := round(t, e, id)
		days := int(r.Close.Sub(r.Open).Hours()/24) + 1
		visits := about(e, id)
		if len(visits) != days || !visits[0].At.Equal(r.Open) {
			t.Errorf("%s: %d visits in %d days, the first at %v", id, len(visits), days, visits[0].At)
		}
		campaigns := map[string]bool{}
		for i, v := range visits {
			campaigns[v.Campaign] = true
			if !v.At.Equal(r.Open.AddDate(0, 0, i)) || !v.NotAfter.Equal(r.Close) || v.Words != visits[0].Words {
				t.Errorf("%s: visit %d is at %v, useful until %v, with the words %q", id, i, v.At, v.NotAfter, v.Words)
			}
			if v.Among.Hosts != (kind == mail.HostSurvey) || v.Among.Everybody == v.Among.Hosts {
				t.Errorf("%s: it looks among %+v", id, v.Among)
			}
			then, reminded := v.Then(r.Open.Add(time.Minute))
			if want := i == 3 || i == 7 || i == days-1; reminded != want || reminded && !then.At.Equal(v.At) {
				t.Errorf("%s: who was invited at the opening is reminded on day %d: %t, at %v", id, i, reminded, then.At)
			}
		}
		if len(campaigns) != days {
			t.Errorf("%s: %d visits have %d names", id, days, len(campaigns))
		}
	}
}

// Whenever somebody applies, the mails about the survey that is answered with the
// application are those that count from that day.
func TestWhoeverAppliesIsRemindedOfTheFirstSurveyFromThatDayOn(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	pre := round(t, e, "pre")
	all := about(e, "pre")
	for applied := e.Application.Open; applied.Before(e.Application.Close); applied = applied.Add(5*time.Hour + 59*time.Minute) {
		want, got := map[string]bool{}, map[string]bool{}
		for _, o := range occasion.SurveyReminders(e, pre, applied) {
			want[o.Words] = true
		}
		for _, o := range all {
			if span := o.Among.Applied; applied.Before(span.From) || !applied.Before(span.To) {
				continue
			}
			if got[o.Words] {
				t.Errorf("who applies at %v is looked for twice by %q", applied, o.Words)
			}
			got[o.Words] = true
			if !applied.Before(o.At) {
				t.Errorf("who applies at %v is looked for at %v", applied, o.At)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 3 {
			t.Fatalf("who applies at %v (-want +got)\n%s", applied, diff)
		}
	}
	closing := slices.DeleteFunc(slices.Clone(all), func(o occasion.Occasion) bool { return !strings.Contains(o.Rule, "close") })
	if len(closing) != 1 || !closing[0].Among.Applied.To.Equal(e.Application.Close) {
		t.Errorf("when it closes, people are gone through %d times", len(closing))
	}
}

// A person's day begins and ends at midnight in the experiment's zone.
func TestTheDayOfAnApplicationEndsAtMidnight(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	midnight := on(e, 11, 3, 0, 0)
	for applied, want := range map[time.Time]time.Time{
		midnight.Add(-time.Millisecond): on(e, 11, 5, 9, 0),
		midnight:                        on(e, 11, 6, 9, 0),
	} {
		if first := occasion.SurveyReminders(e, round(t, e, "pre"), applied)[0]; !first.At.Equal(want) {
			t.Errorf("who applies at %v is reminded at %v", applied, first.At)
		}
	}
}

// If the first survey opens after applications, who has applied by then is invited.
func TestWhoAppliedBeforeTheFirstSurveyIsInvited(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	e.Waves = slices.Clone(e.Waves)
	e.Waves[0].Open = e.Application.Open.Add(72 * time.Hour)
	pre := round(t, e, "pre")
	all := about(e, "pre")
	if first := all[0]; !first.At.Equal(pre.Open) || first.Among.Applied != (occasion.Span{From: e.Application.Open, To: pre.Open}) {
		t.Errorf("the first is at %v, for %+v", first.At, first.Among)
	}
	if second := all[1]; !second.Among.Applied.From.Equal(e.Application.Open) {
		t.Errorf("the first reminder looks among who applied from %v on", second.Among.Applied.From)
	}
	kind, _ := all[0].To(occasion.Addressee{Subject: table.Subject{Application: &table.Application{}}}, noon)
	if kind != mail.SurveyInvitation {
		t.Errorf("they get %q", kind)
	}
}

func TestWhomASurveyAsks(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	surveys := func(state table.ResearchState, done ...string) *table.Surveys {
		s := &table.Surveys{Research: state, Done: map[string]table.Instant{}}
		for _, wave := range done {
			s.Done[wave] = table.At(noon)
		}
		return s
	}
	applied := table.Subject{Person: table.Person{Applied: table.At(noon)}, Application: &table.Application{}}
	with := func(change func(*table.Subject)) table.Subject {
		s := applied
		change(&s)
		return s
	}
	participant := func(state table.ResearchState, done ...string) table.Subject {
		return with(func(s *table.Subject) {
			s.Participation, s.Surveys = &table.Participation{Started: "2021-01-04", Ended: "2021-02-01"}, surveys(state, done...)
		})
	}
	for name, c := range map[string]struct {
		subject table.Subject
		rounds  []string
	}{
		"an applicant who was not asked about the research": {applied, []string{"pre"}},
		"one who agreed":        {with(func(s *table.Subject) { s.Surveys = surveys(table.Agreed) }), []string{"followup", "post", "pre"}},
		"and has finished post": {with(func(s *table.Subject) { s.Surveys = surveys(table.Agreed, "post") }), []string{"followup", "pre"}},
		"one who declined":      {with(func(s *table.Subject) { s.Surveys = surveys(table.Declined) }), nil},
		"one who left":          {with(func(s *table.Subject) { s.Surveys = surveys(table.LeftResearch) }), nil},
		"one who withdrew": {with(func(s *table.Subject) {
			s.Surveys, s.Person.Withdrawn = surveys(table.Agreed), table.At(noon)
		}), nil},
		"one who was offered a side job and did not start": {with(func(s *table.Subject) {
			s.Surveys, s.Participation = surveys(table.Agreed), &table.Participation{Accepted: table.At(noon)}
		}), []string{"pre"}},
		"a participant, who ended early": {participant(table.Agreed), []string{"followup", "mid", "post", "pre"}},
		"who was never asked":            {participant(""), []string{"followup", "mid", "post", "pre"}},
		"who has finished mid":           {participant(table.Agreed, "mid"), []string{"followup", "post", "pre"}},
		"who declined":                   {participant(table.Declined), nil},
		"who left":                       {participant(table.LeftResearch), nil},
		"who has only registered":        {table.Subject{}, nil},
		"a host's contact":               {table.Subject{Person: table.Person{Host: e.Listings[0].ID}}, []string{"host_after", "host_before"}},
		"who has answered before":        {table.Subject{Person: table.Person{Host: e.Listings[0].ID}, Surveys: surveys("", "host_before")}, []string{"host_after"}},
		"of a host that left the file":   {table.Subject{Person: table.Person{Host: "job-99"}}, nil},
	} {
		asked := map[string]bool{}
		for _, r := range e.Rounds(nil) {
			if reason := occasion.NotAsked(e, r, c.subject); reason == "" {
				asked[r.ID] = true
			}
		}
		if diff := cmp.Diff(c.rounds, slices.Sorted(maps.Keys(asked))); diff != "" {
			t.Errorf("%s is asked (-want +got)\n%s", name, diff)
		}
	}
}

// What the file may lead to is all that is planned, by name: a restored table finds
// the mails of a log by it, and a mail that is no longer among it is not sent.
func TestTheMailsOfARoundAreKnownByTheirWords(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	for _, r := range e.Rounds(nil) {
		known := map[string]bool{}
		for _, o := range occasion.SurveyMails(e, r) {
			known[o.Words] = true
		}
		for _, o := range about(e, r.ID) {
			if !known[o.Words] {
				t.Errorf("%q is planned and not known", o.Words)
			}
			for invited := r.Open; o.Then != nil && invited.Before(o.At); invited = invited.Add(7 * time.Hour) {
				if then, ok := o.Then(invited); ok && !known[then.Words] {
					t.Errorf("%q is planned and not known", then.Words)
				}
			}
		}
		if want := fmt.Sprintf("%s open %s", r.ID, table.At(r.Open)); !known[want] {
			t.Errorf("%q is not known", want)
		}
	}
}
