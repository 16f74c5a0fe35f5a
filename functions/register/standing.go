package main

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
	"livinglab/shared/visit"
)

// state is where a person is with a briefing, as pages tell it.
type state string

const (
	unregistered state = "unregistered" // never registered
	seated       state = "seated"       // has a seat, before the start
	underway     state = "underway"     // has a seat, and the session is on
	waiting      state = "waiting"      // is on the waiting list
	offered      state = "offered"      // is kept a seat
	expired      state = "expired"      // was kept a seat, which is about to go on
	unseated     state = "unseated"     // waited, and no seat became free
	lapsed       state = "lapsed"       // was kept a seat, which went on
	left         state = "left"         // gave it up
	calledOff    state = "calledOff"    // the lab has canceled the session
	attended     state = "attended"     // over, and the person was there
	missed       state = "missed"       // over, and the person was not seen
)

// stateOf is where a registration for a session is at an instant.
func stateOf(r *table.Registration, s experiment.Session, now time.Time) state {
	switch {
	case r == nil:
		return unregistered
	case r.Standing == table.Left:
		return left
	case r.Standing == table.Lapsed:
		return lapsed
	case s.Canceled:
		return calledOff
	case r.Standing == table.Confirmed:
		return seatedAt(r, s, now)
	case !now.Before(s.Start):
		return unseated
	case r.Standing == table.Offered && r.Until.Passed(now):
		return expired
	case r.Standing == table.Offered:
		return offered
	}
	return waiting
}

// seatedAt is where a person with a seat is.
func seatedAt(r *table.Registration, s experiment.Session, now time.Time) state {
	switch {
	case now.Before(s.Start):
		return seated
	case now.Before(s.End):
		return underway
	case r.Attended != "":
		return attended
	}
	return missed
}

// standing is a person's registration as a page shows it.
type standing struct {
	State        state
	Registration *table.Registration // nil if there is none
	Session      line                // zero if there is none
	Until        time.Time           // offered: until when the seat is kept
}

// standing returns where the visitor is with the briefings.
func (tt timetable) standing(v *visit.Visit) standing {
	r := v.Registration
	if r == nil {
		return standing{State: unregistered}
	}
	s, ok := tt.session(r.Briefing)
	if !ok { // the file has it no longer
		return standing{State: unregistered}
	}
	return standing{
		State: stateOf(r, s, tt.now), Registration: r, Session: tt.line(s), Until: r.Until.Time(),
	}
}

// Holds reports whether the person has a place that is still to come or under way,
// which can be given up.
func (s standing) Holds() bool {
	switch s.State {
	case seated, underway, waiting, offered, expired:
		return true
	}
	return false
}

// hasSeat reports whether the person has a seat, or is kept one, that is still to come.
func (s standing) hasSeat() bool { return s.State == seated || s.State == offered }
