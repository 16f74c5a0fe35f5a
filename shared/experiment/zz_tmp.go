package experiment

import "time"

type Setting struct {
	Start, End time.Time
	Canceled   bool
	Room       string
	Sequence   int
	Announced  time.Time
}

func (e *Experiment) Sessions(settings map[string]Setting) []Session {
	var all []Session
	for _, b := range e.Briefings {
		s := Session{Briefing: b}
		if set, ok := settings[b.ID]; ok {
			if !set.Start.IsZero() {
				s.Start, s.End = set.Start, set.End
			}
			s.Canceled, s.Room, s.Sequence, s.Announced = set.Canceled, set.Room, set.Sequence, set.Announced
		}
		all = append(all, s)
	}
	return all
}
