package table

import (
	"log/slog"
	"time"

	"livinglab/shared/experiment"
)

// Standing is where a registration for a briefing is.
type Standing string

// The standings of a registration.
const (
	Confirmed Standing = "confirmed" // has a seat
	Waiting   Standing = "waiting"   // is on the waiting list
	Offered   Standing = "offered"   // is kept a seat that became free, until an instant
	Left      Standing = "cancelled" // the person gave it up
	Lapsed    Standing = "lapsed"    // the kept seat was not answered for
)

// Registration is a person's registration for a briefing: one, changed in place.
type Registration struct {
	Key
	entry
	Person     string   `dynamodbav:"person"`
	Experiment string   `dynamodbav:"experiment"`
	Reference  string   `dynamodbav:"reference"` // what the person quotes to the office
	Briefing   string   `dynamodbav:"briefing"`
	Standing   Standing `dynamodbav:"standing"`
	Ticket     int      `dynamodbav:"ticket"` // the order in which people came, of the briefing
	Registered Instant  `dynamodbav:"registered"`
	Booked     Instant  `dynamodbav:"booked"`             // since when it is for this briefing
	Until      Instant  `dynamodbav:"until,omitempty"`    // Offered: until when it is kept, exclusive
	Attended   Instant  `dynamodbav:"attended,omitempty"` // when the person went to the room
	Source     string   `dynamodbav:"source,omitempty"`   // which page sent the person

	Question string  `dynamodbav:"question,omitempty"` // to the hosts
	Consent  Consent `dynamodbav:"consent"`

	// Past lists the briefings that the registration was for before and that took
	// place meanwhile, or to which the person had come already.
	Past []PastBriefing `dynamodbav:"past,omitempty"`

	Version int    `dynamodbav:"version"`             // 1, and one more for each change
	Held    bool   `dynamodbav:"held"`                // before the last change there was a seat
	From    string `dynamodbav:"from,omitempty"`      // the briefing before the last change, if that moved it
	Changed string `dynamodbav:"changedBy,omitempty"` // digest of the last change's form token

	// The calendar entry of the seat: which one, and how often it has changed. What
	// the lab announces is counted by the briefing, from SequenceBase on.
	Entry        int `dynamodbav:"entry"`
	Sequence     int `dynamodbav:"sequence"`
	SequenceBase int `dynamodbav:"sequenceBase"`
}

// PastBriefing is what became of a registration for a briefing that is over.
type PastBriefing struct {
	Briefing string   `dynamodbav:"briefing"`
	Standing Standing `dynamodbav:"standing"`
	Booked   Instant  `dynamodbav:"booked"`
	Attended Instant  `dynamodbav:"attended,omitempty"`
}

// LogValue keeps personal data out of logs.
func (Registration) LogValue() slog.Value { return redacted }

// Active reports whether the person has a seat, is kept one or waits for one.
func (r *Registration) Active() bool {
	if r == nil {
		return false
	}
	return r.Standing == Confirmed || r.Standing == Waiting || r.Standing == Offered
}

// HasSeat reports whether the person has a seat or is kept one.
func (r *Registration) HasSeat() bool { return r.Standing == Confirmed || r.Standing == Offered }

// Stands reports whether the registration is active for a briefing that takes
// place and is not over.
func (r *Registration) Stands(sessions []experiment.Session, now time.Time) bool {
	if !r.Active() {
		return false
	}
	s, ok := sessionOf(sessions, r.Briefing)
	return ok && !s.Canceled && now.Before(s.End)
}

// toCome reports whether the registration is active for a briefing that takes place
// and has not begun.
func (r *Registration) toCome(sessions []experiment.Session, now time.Time) bool {
	if !r.Active() {
		return false
	}
	s, ok := sessionOf(sessions, r.Briefing)
	return ok && upcoming(s, now)
}

// hasBegun reports whether the briefing of an active registration has begun, or is
// over: the place at it stays as it is, for who was there is part of the record.
func (r *Registration) hasBegun(sessions []experiment.Session, now time.Time) bool {
	if !r.Active() {
		return false
	}
	s, ok := sessionOf(sessions, r.Briefing)
	return ok && !s.Canceled && !now.Before(s.Start)
}

// ChangedBy reports whether the form with the token made the last change.
func (r *Registration) ChangedBy(token string) bool { return r != nil && r.Changed == digest(token) }

// CalendarSequence is the SEQUENCE of the seat's calendar entry (RFC 5545, 3.8.7.4),
// given what the lab has announced of the briefing.
func (r *Registration) CalendarSequence(s experiment.Session) int {
	return r.Sequence + max(0, s.Sequence-r.SequenceBase)
}

// ticketKey is where the registration's place is.
func (r *Registration) ticketKey() Key { return ticketKey(r.Experiment, r.Briefing, r.Ticket) }

func (r *Registration) isTicket(k Key) bool { return k == r.ticketKey() }
