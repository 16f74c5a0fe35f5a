package experiment

import (
	"slices"
	"time"
)

// Audience is whom a survey round is for.
type Audience string

const (
	ToPeople    Audience = "people"    // who applied, by group
	ToHosts     Audience = "hosts"     // the hosts' contacts
	ToAttendees Audience = "attendees" // who came to one briefing
)

// Round is a survey round of any audience: a wave, a survey of the hosts, or the survey
// after a briefing. They are answered, closed and exported alike.
type Round struct {
	Wave
	Audience Audience
	Briefing string // the one that people came to, for ToAttendees
}

// Rounds returns every survey round of the experiment, with its briefings as they stand:
// the waves in their order, the hosts' surveys, the briefings'.
func (e *Experiment) Rounds(sessions []Session) []Round {
	var all []Round
	for _, w := range e.Waves {
		all = append(all, Round{Wave: w, Audience: ToPeople})
	}
	for _, h := range e.HostSurveys {
		w := Wave{ID: h.Instrument, Title: h.Title, Instruments: []string{h.Instrument}, Open: h.Open, Close: h.Close, Minutes: h.Minutes}
		all = append(all, Round{Wave: w, Audience: ToHosts})
	}
	for _, s := range sessions {
		if survey := e.AfterBriefing; survey.Instrument != "" && !s.Canceled {
			w := Wave{
				ID: BriefingWave(s.ID), Title: survey.Title, Instruments: []string{survey.Instrument},
				Open: s.End, Close: survey.Closes(s.End, e.Zone()), Minutes: survey.Minutes,
			}
			all = append(all, Round{Wave: w, Audience: ToAttendees, Briefing: s.ID})
		}
	}
	return all
}

// BriefingWave is the id of the survey round after a briefing.
func BriefingWave(briefing string) string { return "briefing-" + briefing }

// Closes returns until when (exclusive) the survey after a briefing can be answered that
// ended at the given instant.
func (b BriefingSurvey) Closes(end time.Time, zone *time.Location) time.Time {
	return DateOf(end.In(zone)).AddDays(b.Days + 1).In(zone)
}

// Round returns the survey round with the id and whether there is one.
func (e *Experiment) Round(id string, sessions []Session) (Round, bool) {
	for _, r := range e.Rounds(sessions) {
		if r.ID == id {
			return r, true
		}
	}
	return Round{}, false
}

// RoundIDs names every survey round.
func (e *Experiment) RoundIDs() []string {
	var ids []string
	for _, w := range e.Waves {
		ids = append(ids, w.ID)
	}
	for _, h := range e.HostSurveys {
		ids = append(ids, h.Instrument)
	}
	for _, b := range e.Briefings {
		if e.AfterBriefing.Instrument != "" {
			ids = append(ids, BriefingWave(b.ID))
		}
	}
	return ids
}

// WithApplication returns the wave that is answered with the application: the first, if
// it opens while people apply.
func (e *Experiment) WithApplication() (Wave, bool) {
	if len(e.Waves) == 0 || !e.Waves[0].Open.Before(e.Application.Close) {
		return Wave{}, false
	}
	return e.Waves[0], true
}

// ForGroup reports whether the wave is for a person of the group. The one that is
// answered with the application is for every applicant: nobody has a group yet.
func (e *Experiment) ForGroup(w Wave, group string) bool {
	if with, ok := e.WithApplication(); ok && with.ID == w.ID {
		return true
	}
	return slices.Contains(w.Groups, group)
}

// ResultsFrom returns from when a person of the group sees the own scores: when the last
// wave of the group has closed or, for who is in no group, the last of all. Earlier
// they would feed back into the answers.
func (e *Experiment) ResultsFrom(group string) (time.Time, bool) {
	var last time.Time
	for _, w := range e.Waves {
		if (group == "" || slices.Contains(w.Groups, group)) && w.Close.After(last) {
			last = w.Close
		}
	}
	return last, !last.IsZero()
}
