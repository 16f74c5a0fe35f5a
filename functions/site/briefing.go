package main

import (
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// phase is where a briefing stands at an instant.
type phase string

const (
	closed      phase = "closed"      // registration is not open yet
	registrable phase = "registrable" // until it starts
	underWay    phase = "under-way"
	over        phase = "over"
	calledOff   phase = "called-off"
)

func phaseOf(e *experiment.Experiment, s experiment.Session, now time.Time) phase {
	switch {
	case s.Canceled:
		return calledOff
	case !now.Before(s.End):
		return over
	case !now.Before(s.Start):
		return underWay
	case s.Registrable(e, now):
		return registrable
	}
	return closed
}

// briefing is a briefing as it stands.
type briefing struct {
	experiment.Session
	Phase    phase
	Planned  experiment.Briefing // as the file has it
	Moved    bool                // takes place at another time than that
	Register string              // the form's address, with where the person came from
}

func briefingsOf(e *experiment.Experiment, sessions []experiment.Session, now time.Time, from string) []briefing {
	briefings := make([]briefing, len(sessions))
	for i, s := range sessions {
		planned, moved := s.Moved(e)
		briefings[i] = briefing{
			Session: s, Phase: phaseOf(e, s, now), Planned: planned, Moved: moved && !s.Canceled,
			Register: formPath(e.ID, "register", from, url.Values{"briefing": {s.ID}}),
		}
	}
	return briefings
}

// Registrable reports whether a person can register for a briefing now.
func (d details) Registrable() bool {
	for _, b := range d.Sessions {
		if b.Phase == registrable {
			return true
		}
	}
	return false
}

// change says in the schedule what has become of a briefing, if anything.
func (b briefing) change() locale.Text {
	switch {
	case b.Canceled:
		return locale.Text{JA: "（開催中止）", EN: "(called off)"}
	case b.Moved:
		return locale.Text{JA: "（日程変更）", EN: "(new date)"}
	}
	return locale.Text{}
}
