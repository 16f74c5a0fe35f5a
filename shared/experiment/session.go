package experiment

import "time"

// Session is a briefing as it stands: the file's, with what staff have set
// since. What counts from its start or end counts from these.
type Session struct {
	Briefing
	Canceled bool
	Room     string // where it takes place, an https address; empty until staff set it

	// Sequence counts how often a change of the briefing was announced, and
	// Announced is when it last was; zero for a briefing that never changed.
	Sequence  int
	Announced time.Time
}

// Setting is what staff have set of a briefing. The zero Setting is a
// briefing that stands as in the file.
type Setting struct {
	Start, End time.Time // zero: the file's; with a start alone, the briefing takes as long as in the file
	Canceled   bool
	Room       string
	Sequence   int
	Announced  time.Time
}

// Sessions returns the briefings as they stand, in the order of the file, with
// their times in its zone. The settings are found by the briefing's id; one of
// a briefing that the file does not have counts for nothing.
func (e *Experiment) Sessions(settings map[string]Setting) []Session {
	sessions := make([]Session, len(e.Briefings))
	for i, b := range e.Briefings {
		sessions[i] = e.session(b, settings[b.ID])
	}
	return sessions
}

// Session returns the briefing with the id as it stands and whether there is one.
func (e *Experiment) Session(id string, settings map[string]Setting) (Session, bool) {
	b, ok := e.Briefing(id)
	if !ok {
		return Session{}, false
	}
	return e.session(*b, settings[id]), true
}

func (e *Experiment) session(b Briefing, set Setting) Session {
	duration := b.End.Sub(b.Start)
	if !set.Start.IsZero() {
		b.Start = set.Start.In(e.zone)
		b.End = b.Start.Add(duration)
	}
	if !set.End.IsZero() {
		b.End = set.End.In(e.zone)
	}
	return Session{
		Briefing: b, Canceled: set.Canceled, Room: set.Room,
		Sequence: set.Sequence, Announced: set.Announced.In(e.zone),
	}
}

// Registrable says whether a person can register at the instant: from the
// opening of applications until the session starts, unless it is canceled.
// Whether a seat is left is another question.
func (s Session) Registrable(e *Experiment, now time.Time) bool {
	return !s.Canceled && stateOf(e.Application.Open, s.Start, now) == Open
}

// Moved returns the briefing as the file has it and whether the session takes place
// at another time than that.
func (s Session) Moved(e *Experiment) (Briefing, bool) {
	b, ok := e.Briefing(s.ID)
	if !ok {
		return Briefing{}, false
	}
	return *b, !s.Start.Equal(b.Start) || !s.End.Equal(b.End)
}

// doorsOpen is how long before its start a session can be joined.
const doorsOpen = 15 * time.Minute

// JoinFrom returns from when on the session can be joined.
func (s Session) JoinFrom() time.Time { return s.Start.Add(-doorsOpen) }

// JoinUntil returns until when, exclusive, the session can be joined: its end.
func (s Session) JoinUntil() time.Time { return s.End }

// Joinable says whether the session can be joined at the instant.
func (s Session) Joinable(now time.Time) bool {
	return !s.Canceled && stateOf(s.JoinFrom(), s.JoinUntil(), now) == Open
}

// ReplyBy returns until when, exclusive, a seat is kept that became free and
// was offered at the given instant: for the time to reply, but never beyond
// the start.
func (s Session) ReplyBy(offered time.Time) time.Time {
	by := offered.Add(s.Reply).In(s.Start.Location())
	if by.After(s.Start) {
		return s.Start
	}
	return by
}
