package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// occasion is a mail to many that the file or a setting calls for: when, and to
// whom. A changed date makes it another one, with other mails.
type occasion struct {
	campaign  string    // its name among the experiment's campaigns
	words     string    // what its mails are told apart by; the first word is the briefing, if it is about one
	at        time.Time // from when its mails are due
	notAfter  time.Time // from when on they are of no use
	briefings []string  // whose people it may be for

	// to says which mail a person gets, and whether any.
	to func(t table.Ticket, now time.Time) (mail.Kind, bool)
}

func (o occasion) id(e *experiment.Experiment) string { return e.ID + " " + o.campaign }

// followUpUseful is how long after its instant a mail after a briefing is of use.
const followUpUseful = 3 * 24 * time.Hour

// occasions returns every mail to many of an experiment, by the file and what staff
// have set, in the order of their instants.
func occasions(e *experiment.Experiment, settings table.Settings, sessions []experiment.Session) []occasion {
	var all []occasion
	for _, s := range sessions {
		all = append(all, changesOf(s)...)
		if !s.Canceled {
			all = append(all, remindersOf(e, s)...)
			all = append(all, followUpsOf(e, s, sessions)...)
		}
	}
	all = append(all, applicationRemindersOf(e)...)
	slices.SortStableFunc(all, func(a, b occasion) int { return a.at.Compare(b.at) })
	return all
}

// changesOf tells everybody who is registered of the last change of a briefing.
// Who came after it was told the present date from the beginning.
func changesOf(s experiment.Session) []occasion {
	if s.Sequence == 0 {
		return nil
	}
	kind := mail.BriefingMoved
	if s.Canceled {
		kind = mail.BriefingCanceled
	}
	return []occasion{{
		campaign: fmt.Sprintf("%s %s %d", kind, s.ID, s.Sequence), words: changeWords(s),
		at: s.Announced, notAfter: s.Start, briefings: []string{s.ID},
		to: func(t table.Ticket, _ time.Time) (mail.Kind, bool) { return kind, t.Booked.Time().Before(s.Announced) },
	}}
}

// changeWords tells one change of a briefing from another.
func changeWords(s experiment.Session) string { return fmt.Sprintf("%s %d", s.ID, s.Sequence) }

// remindersOf are the reminders of a briefing to who has a seat. Who took it after a
// reminder's instant, or was told of a new date after it, knows already what it
// would say. A reminder is of no use once the next one is due.
func remindersOf(e *experiment.Experiment, s experiment.Session) []occasion {
	var all []occasion
	for _, rule := range s.Reminders {
		at := s.RemindAt(rule, e.Zone())
		if s.Announced.After(at) {
			continue
		}
		all = append(all, occasion{
			campaign: fmt.Sprintf("%s %s", mail.BriefingReminder, reminderWords(s, rule)), words: reminderWords(s, rule),
			at: at, briefings: []string{s.ID},
			to: func(t table.Ticket, _ time.Time) (mail.Kind, bool) {
				return mail.BriefingReminder, t.Standing == table.Confirmed && t.Booked.Time().Before(at)
			},
		})
	}
	slices.SortStableFunc(all, func(a, b occasion) int { return a.at.Compare(b.at) })
	for i := range all {
		all[i].notAfter = s.Start
		if i+1 < len(all) {
			all[i].notAfter = all[i+1].at
		}
	}
	return all
}

// reminderWords tells one reminder of a briefing from another: the rule, and the
// start that it is about.
func reminderWords(s experiment.Session, rule experiment.Reminder) string {
	return fmt.Sprintf("%s %s %s", s.ID, cmp.Or(rule.ID, rule.DefaultID()), table.At(s.Start))
}

// followUpsOf are the mails after a briefing: thanks to who came, the other date to
// who did not, if there is one.
func followUpsOf(e *experiment.Experiment, s experiment.Session, sessions []experiment.Session) []occasion {
	var all []occasion
	for _, rule := range s.FollowUps {
		at := s.RemindAt(rule, e.Zone())
		words := fmt.Sprintf("%s %s", s.ID, cmp.Or(rule.ID, rule.DefaultID()))
		all = append(all, occasion{
			campaign: "follow-up " + words, words: words,
			at: at, notAfter: at.Add(followUpUseful), briefings: []string{s.ID},
			to: func(t table.Ticket, now time.Time) (mail.Kind, bool) {
				switch {
				case t.Standing != table.Confirmed:
					return "", false
				case t.Attended != "":
					return mail.BriefingThanks, true
				}
				return mail.BriefingMissed, len(others(sessions, s.ID, now)) > 0
			},
		})
	}
	return all
}

// others are the briefings still to come beside one.
func others(sessions []experiment.Session, id string, now time.Time) []experiment.Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s experiment.Session) bool {
		return s.ID == id || s.Canceled || !now.Before(s.Start)
	})
}

// applicationRemindersOf remind of applying: who has registered for a briefing and
// not applied.
func applicationRemindersOf(e *experiment.Experiment) []occasion {
	var briefings []string
	for _, b := range e.Briefings {
		briefings = append(briefings, b.ID)
	}
	var all []occasion
	for _, rule := range e.Application.Reminders {
		words := cmp.Or(rule.ID, rule.DefaultID()) + " " + string(table.At(e.Application.Close))
		all = append(all, occasion{
			campaign: fmt.Sprintf("%s %s", mail.ApplicationReminder, words), words: words,
			at: e.Application.RemindAt(rule, e.Zone()), notAfter: e.Application.Close, briefings: briefings,
			to: func(table.Ticket, time.Time) (mail.Kind, bool) { return mail.ApplicationReminder, true },
		})
	}
	return all
}
