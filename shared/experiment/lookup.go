package experiment

import (
	"time"
)

// Zone returns the zone in which every local date of the file is meant.
func (e *Experiment) Zone() *time.Location { return e.zone }

// Listing returns the listing with the id and whether there is one.
func (e *Experiment) Listing(id string) (*Listing, bool) {
	return find(e.Listings, func(l *Listing) bool { return l.ID == id })
}

// Briefing returns the briefing with the id and whether there is one.
func (e *Experiment) Briefing(id string) (*Briefing, bool) {
	return find(e.Briefings, func(b *Briefing) bool { return b.ID == id })
}

// Region returns the region with the id and whether there is one.
func (e *Experiment) Region(id string) (*Region, bool) {
	return find(e.Regions, func(r *Region) bool { return r.ID == id })
}

// Wave returns the wave with the id and whether there is one.
func (e *Experiment) Wave(id string) (*Wave, bool) {
	return find(e.Waves, func(w *Wave) bool { return w.ID == id })
}

// Question returns the file's own question with the id and whether there is one.
func (a *Application) Question(id string) (*Question, bool) {
	return find(a.Questions, func(q *Question) bool { return q.ID == id })
}

// Consent returns the consent with the id and whether there is one, of those
// of applying, the one of registering for a briefing, and the one to the research.
func (e *Experiment) Consent(id string) (*Consent, bool) {
	if c, ok := find(e.Application.Consents, func(c *Consent) bool { return c.ID == id }); ok {
		return c, true
	}
	for _, c := range []*Consent{&e.Registration.Consent, &e.Research.Consent} {
		if c.ID == id && id != "" {
			return c, true
		}
	}
	return nil, false
}

// Choice returns the answer with the id and whether the question offers it.
func (q *Question) Choice(id string) (*Choice, bool) {
	return find(q.Choices, func(c *Choice) bool { return c.ID == id })
}

// find returns a pointer into the list, which nobody writes to after loading.
func find[T any](list []T, is func(*T) bool) (*T, bool) {
	for i := range list {
		if is(&list[i]) {
			return &list[i], true
		}
	}
	return nil, false
}

// State says where an instant lies against a half-open window [open, close).
type State int

const (
	NotYetOpen State = iota
	Open
	Closed
)

// String returns "not yet open", "open" or "closed".
func (s State) String() string {
	return [...]string{"not yet open", "open", "closed"}[s]
}

// State says whether people can apply at the instant.
func (a Application) State(now time.Time) State { return stateOf(a.Open, a.Close, now) }

// State says whether the wave can be answered at the instant.
func (w Wave) State(now time.Time) State { return stateOf(w.Open, w.Close, now) }

// State says whether the hosts can answer at the instant.
func (h HostSurvey) State(now time.Time) State { return stateOf(h.Open, h.Close, now) }

func stateOf(opens, closes, now time.Time) State {
	switch {
	case now.Before(opens):
		return NotYetOpen
	case now.Before(closes):
		return Open
	}
	return Closed
}

// AfterLeaving returns the day by which the data of a person are erased who leaves the
// experiment on a day: as of who never took part, while that is ahead.
func (r Retention) AfterLeaving(left Date) Date {
	if left.Compare(r.Applicants) <= 0 {
		return r.Applicants
	}
	return r.Participants
}
