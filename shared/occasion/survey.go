package occasion

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// surveys are the mails about the survey rounds: an invitation when a round opens, and
// reminders until one has finished. About the survey after a briefing there is only the
// mail that thanks for coming.
func surveys(e *experiment.Experiment, sessions []experiment.Session) []Occasion {
	var all []Occasion
	for _, r := range e.Rounds(sessions) {
		switch {
		case r.Audience == experiment.ToAttendees:
		case withApplication(e, r):
			all = append(all, afterApplying(e, r)...)
		default:
			all = append(all, visits(e, r)...)
		}
	}
	return all
}

func withApplication(e *experiment.Experiment, r experiment.Round) bool {
	w, ok := e.WithApplication()
	return ok && r.Audience == experiment.ToPeople && w.ID == r.ID
}

// visits go through all whom a round may be for: when it opens, and daily while it is
// open. Whom it is for and who has not been invited is invited then; who has been is
// reminded on the days that count from the invitation. So it does not matter when
// somebody starts a side job, agrees to the research or becomes a host's contact, nor
// for how long the schedule stood still.
func visits(e *experiment.Experiment, r experiment.Round) []Occasion {
	var all []Occasion
	for _, at := range visitTimes(e, r) {
		o := invitation(e, r)
		o.Campaign = fmt.Sprintf("survey %s %s", r.ID, table.At(at))
		o.At, o.Among = at, Audience{Everybody: r.Audience == experiment.ToPeople, Hosts: r.Audience == experiment.ToHosts}
		o.Then = func(invited time.Time) (Occasion, bool) { return remindedAt(e, r, invited, at) }
		all = append(all, o)
	}
	return all
}

// visitTimes are the opening of a round and, while it is open, each instant at which
// somebody may be reminded, and one a day.
func visitTimes(e *experiment.Experiment, r experiment.Round) []time.Time {
	times := []time.Time{r.Open.In(e.Zone())}
	for _, day := range daysOf(e, r) {
		for _, o := range SurveyReminders(e, r, day.From) {
			times = append(times, o.At)
		}
		if at := dailyAt(e, r, day.From); at.After(r.Open) && at.Before(r.Close) {
			times = append(times, at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}

// dailyAt is when people are looked for on a day: at the time of the first rule that
// counts from the invitation, so that who is invited and who is reminded get their mail
// together, or else at that of the opening.
func dailyAt(e *experiment.Experiment, r experiment.Round, day time.Time) time.Time {
	open, date := r.Open.In(e.Zone()), experiment.DateOf(day)
	hour, minute := open.Hour(), open.Minute()
	for _, rule := range e.WaveReminders {
		if rule.Moment() == experiment.MomentInvited {
			hour, minute = rule.At.Hour(), rule.At.Minute()
			break
		}
	}
	return time.Date(date.Year, date.Month, date.Day, hour, minute, 0, 0, e.Zone())
}

// afterApplying are the mails about the round that is answered with the application.
// Who applies while it is open needs no invitation: the acknowledgement is one. The
// reminders count from the application, so there is one of each rule for who applied on
// one day.
func afterApplying(e *experiment.Experiment, r experiment.Round) []Occasion {
	var all []Occasion
	early := Span{e.Application.Open, r.Open}
	if early.From.Before(early.To) {
		o := invitation(e, r)
		o.Among = Audience{Applied: early}
		all = append(all, o)
	}
	for _, day := range daysOf(e, r) {
		if !day.From.Before(e.Application.Close) {
			break
		}
		applied := day
		if day.From.Equal(r.Open) && early.From.Before(early.To) {
			applied.From = early.From
		}
		for _, o := range SurveyReminders(e, r, day.From) {
			all = widened(all, o, applied)
		}
	}
	return all
}

// widened adds an occasion for who applied in a span: to the one that is the same for
// those who applied just before, if there is one.
func widened(all []Occasion, o Occasion, applied Span) []Occasion {
	for i := range all {
		if b := &all[i]; b.Words == o.Words && b.NotAfter.Equal(o.NotAfter) && b.Among.Applied.To.Equal(applied.From) {
			b.Among.Applied.To = applied.To
			return all
		}
	}
	o.Campaign += " " + string(table.At(applied.From))
	o.Among = Audience{Applied: applied}
	return append(all, o)
}

// daysOf are the days on which a round is open, in the experiment's zone.
func daysOf(e *experiment.Experiment, r experiment.Round) []Span {
	var days []Span
	for from := r.Open.In(e.Zone()); from.Before(r.Close); {
		to := experiment.DateOf(from).AddDays(1).In(e.Zone())
		days = append(days, Span{from, to})
		from = to
	}
	return days
}

// invitation tells that a round is open, to everybody whom it is for.
func invitation(e *experiment.Experiment, r experiment.Round) Occasion {
	kind := mail.SurveyInvitation
	if r.Audience == experiment.ToHosts {
		kind = mail.HostSurvey
	}
	words := fmt.Sprintf("%s open %s", r.ID, table.At(r.Open))
	return Occasion{
		Campaign: fmt.Sprintf("%s %s", kind, words), Words: words, Rule: fmt.Sprintf("the survey %s opens", r.ID),
		At: r.Open, NotAfter: r.Close, To: asked(e, r, kind),
	}
}

// SurveyReminders are the reminders of a round to who was invited at an instant. None
// is on the day of the invitation, and no day has two: the last one stands. A reminder is
// of no use once the next one is due.
func SurveyReminders(e *experiment.Experiment, r experiment.Round, invited time.Time) []Occasion {
	kind := mail.SurveyReminder
	if r.Audience == experiment.ToHosts {
		kind = mail.HostSurveyReminder
	}
	dayOf := func(at time.Time) experiment.Date { return experiment.DateOf(at.In(e.Zone())) }
	var all []Occasion
	for _, rule := range e.WaveReminders {
		at := r.RemindAt(rule, invited, e.Zone())
		if dayOf(at).Compare(dayOf(invited)) <= 0 || !at.Before(r.Close) {
			continue
		}
		words := fmt.Sprintf("%s %s %s", r.ID, cmp.Or(rule.ID, rule.DefaultID()), table.At(at))
		all = append(all, Occasion{
			Campaign: fmt.Sprintf("%s %s", kind, words), Words: words, Rule: fmt.Sprintf("the survey %s: %s", r.ID, rule),
			At: at, To: asked(e, r, kind),
		})
	}
	slices.SortStableFunc(all, func(a, b Occasion) int { return a.At.Compare(b.At) })
	var daily []Occasion
	for i, o := range all {
		o.NotAfter = r.Close
		if i+1 < len(all) {
			if dayOf(all[i+1].At) == dayOf(o.At) {
				continue
			}
			o.NotAfter = all[i+1].At
		}
		daily = append(daily, o)
	}
	return daily
}

// remindedAt is the reminder that somebody who was invited gets at an instant.
func remindedAt(e *experiment.Experiment, r experiment.Round, invited, at time.Time) (Occasion, bool) {
	for _, o := range SurveyReminders(e, r, invited) {
		if o.At.Equal(at) {
			return o, true
		}
	}
	return Occasion{}, false
}

// SurveyMails are all the mails that there may be about a round, by the file as it is:
// the invitation, and the reminders of who was invited on any day.
func SurveyMails(e *experiment.Experiment, r experiment.Round) []Occasion {
	all := []Occasion{invitation(e, r)}
	for _, day := range daysOf(e, r) {
		for _, o := range SurveyReminders(e, r, day.From) {
			if !slices.ContainsFunc(all, func(b Occasion) bool { return b.Words == o.Words }) {
				all = append(all, o)
			}
		}
	}
	return all
}

// asked says whether somebody gets a mail about a round.
func asked(e *experiment.Experiment, r experiment.Round, kind mail.Kind) func(Addressee, time.Time) (mail.Kind, bool) {
	return func(a Addressee, _ time.Time) (mail.Kind, bool) { return kind, NotAsked(e, r, a.Subject) == "" }
}

// NotAsked says why a round does not ask a person, or not any more; nothing if it does.
// Who takes part but was never asked about the research is invited, and meets the
// consent first.
func NotAsked(e *experiment.Experiment, r experiment.Round, s table.Subject) string {
	switch surveys := s.Surveys; {
	case s.Person.Withdrawn != "":
		return "the person has withdrawn"
	case surveys != nil && surveys.Done[r.ID] != "":
		return "the survey is finished"
	case r.Audience == experiment.ToHosts:
		if _, listed := e.Listing(s.Person.Host); !listed {
			return "the listing is no longer in the file"
		}
		return ""
	case s.Application == nil:
		return "the person has not applied"
	case surveys != nil && (surveys.Research == table.Declined || surveys.Research == table.LeftResearch):
		return "the person takes no part in the research"
	case !e.ForGroup(r.Wave, s.Group()):
		return "the survey is for others"
	}
	return ""
}
