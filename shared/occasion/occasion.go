// Package occasion says which mails to many an experiment calls for, when, and to
// whom: by its file and by what staff have set. These are the rules alone; what
// plans the mails, and what shows staff which ones a change would cause, both ask
// here.
package occasion

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// Occasion is a mail to many that the file or a setting calls for: when, and to
// whom. A changed date makes it another one, with other mails.
type Occasion struct {
	Campaign string // its name among the experiment's campaigns
	Words    string // what its mails are told apart by; the first word is the briefing or the survey round, if it is about one

	// Rule is what calls for it, whatever the date: two occasions of one rule are the
	// same thing on two dates. It is empty for the news of a change.
	Rule string

	At       time.Time // from when its mails are due
	NotAfter time.Time // from when on they are of no use
	Among    Audience  // it looks for people here

	// To says which mail somebody gets, and whether any.
	To func(a Addressee, now time.Time) (mail.Kind, bool)

	// Then is the occasion, at the same instant, to write again to somebody for whom the
	// mail of this one was first planned at some time; nil if there is none ever.
	Then func(planned time.Time) (Occasion, bool)
}

// Audience is among whom an occasion looks for the people whom it is for. One of its
// fields is set.
type Audience struct {
	Briefings []string // who has registered for one of these
	Everybody bool     // who has ever come
	Applied   Span     // who applied then
	Hosts     bool     // the hosts' contacts
}

// Span is the time from one instant to before another.
type Span struct{ From, To time.Time }

// Addressee is somebody whom an occasion may be for.
type Addressee struct {
	Person  string
	Lang    locale.Lang
	Ticket  table.Ticket  // of who has registered for a briefing
	Subject table.Subject // of anybody else; a host's contact is a Person alone
	Cursor  string        // to go on after
}

// ID names the occasion among those of all experiments.
func (o Occasion) ID(e *experiment.Experiment) string { return e.ID + " " + o.Campaign }

// followUpUseful is how long after its instant a mail after a briefing is of use.
const followUpUseful = 3 * 24 * time.Hour

// All returns every mail to many of an experiment, by the file and its briefings as
// they stand, in the order of their instants.
func All(e *experiment.Experiment, sessions []experiment.Session) []Occasion {
	var all []Occasion
	for _, s := range sessions {
		all = append(all, Changes(s)...)
		if !s.Canceled {
			all = append(all, Reminders(e, s)...)
			all = append(all, FollowUps(e, s, sessions)...)
		}
	}
	all = append(all, applicationReminders(e)...)
	all = append(all, surveys(e, sessions)...)
	slices.SortStableFunc(all, func(a, b Occasion) int { return a.At.Compare(b.At) })
	return all
}

// Changes tells everybody who is registered of the last change of a briefing.
// Who came after it was told the present date from the beginning.
func Changes(s experiment.Session) []Occasion {
	if s.Sequence == 0 {
		return nil
	}
	kind := mail.BriefingMoved
	if s.Canceled {
		kind = mail.BriefingCanceled
	}
	return []Occasion{{
		Campaign: fmt.Sprintf("%s %s %d", kind, s.ID, s.Sequence), Words: ChangeWords(s),
		At: s.Announced, NotAfter: s.Start, Among: Audience{Briefings: []string{s.ID}},
		To: func(a Addressee, _ time.Time) (mail.Kind, bool) { return kind, a.Ticket.Sequence < s.Sequence },
	}}
}

// ChangeWords tells one change of a briefing from another.
func ChangeWords(s experiment.Session) string { return fmt.Sprintf("%s %d", s.ID, s.Sequence) }

// Reminders are the reminders of a briefing to who has a seat. Who took it after a
// reminder's instant, or was told of a new date after it, knows already what it
// would say. A reminder is of no use once the next one is due.
func Reminders(e *experiment.Experiment, s experiment.Session) []Occasion {
	var all []Occasion
	for _, rule := range s.Reminders {
		at := s.RemindAt(rule, e.Zone())
		if s.Announced.After(at) {
			continue
		}
		all = append(all, Occasion{
			Campaign: fmt.Sprintf("%s %s", mail.BriefingReminder, reminderWords(s, rule)), Words: reminderWords(s, rule),
			Rule: "reminder " + rule.String(), At: at, Among: Audience{Briefings: []string{s.ID}},
			To: func(a Addressee, _ time.Time) (mail.Kind, bool) {
				return mail.BriefingReminder, a.Ticket.Standing == table.Confirmed && a.Ticket.Booked.Time().Before(at)
			},
		})
	}
	slices.SortStableFunc(all, func(a, b Occasion) int { return a.At.Compare(b.At) })
	for i := range all {
		all[i].NotAfter = s.Start
		if i+1 < len(all) {
			all[i].NotAfter = all[i+1].At
		}
	}
	return all
}

// reminderWords tells one reminder of a briefing from another: the rule, and the
// start that it is about.
func reminderWords(s experiment.Session, rule experiment.Reminder) string {
	return fmt.Sprintf("%s %s %s", s.ID, cmp.Or(rule.ID, rule.DefaultID()), table.At(s.Start))
}

// FollowUps are the mails after a briefing: thanks to who came, the other date to
// who did not, if there is one.
func FollowUps(e *experiment.Experiment, s experiment.Session, sessions []experiment.Session) []Occasion {
	var all []Occasion
	for _, rule := range s.FollowUps {
		at := s.RemindAt(rule, e.Zone())
		words := fmt.Sprintf("%s %s", s.ID, cmp.Or(rule.ID, rule.DefaultID()))
		all = append(all, Occasion{
			Campaign: "follow-up " + words, Words: words,
			Rule: "follow-up " + rule.String(), At: at, NotAfter: at.Add(followUpUseful), Among: Audience{Briefings: []string{s.ID}},
			To: func(a Addressee, now time.Time) (mail.Kind, bool) {
				switch {
				case a.Ticket.Standing != table.Confirmed:
					return "", false
				case a.Ticket.Attended != "":
					return mail.BriefingThanks, true
				}
				return mail.BriefingMissed, len(Others(sessions, s.ID, now)) > 0
			},
		})
	}
	return all
}

// Others are the briefings still to come beside one.
func Others(sessions []experiment.Session, id string, now time.Time) []experiment.Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s experiment.Session) bool {
		return s.ID == id || s.Canceled || !now.Before(s.Start)
	})
}

// applicationReminders remind of applying: who has registered for a briefing and
// not applied.
func applicationReminders(e *experiment.Experiment) []Occasion {
	var briefings []string
	for _, b := range e.Briefings {
		briefings = append(briefings, b.ID)
	}
	var all []Occasion
	for _, rule := range e.Application.Reminders {
		words := cmp.Or(rule.ID, rule.DefaultID()) + " " + string(table.At(e.Application.Close))
		all = append(all, Occasion{
			Campaign: fmt.Sprintf("%s %s", mail.ApplicationReminder, words), Words: words,
			Rule: "application reminder " + rule.String(),
			At:   e.Application.RemindAt(rule, e.Zone()), NotAfter: e.Application.Close, Among: Audience{Briefings: briefings},
			To: func(Addressee, time.Time) (mail.Kind, bool) { return mail.ApplicationReminder, true },
		})
	}
	return all
}
