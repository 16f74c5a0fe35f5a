package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// aboutBriefing adds the facts of a person's registration to those of a mail.
func (r *run) aboutBriefing(e *experiment.Experiment, d table.Delivery, f *mail.Facts) {
	g := d.Registration
	if f.Kind.AboutRegistration() || d.Application == nil {
		f.Reference = g.Reference
		f.Consents = []mail.Consent{{ID: g.Consent.Purpose, Version: g.Consent.Version, Given: g.Consent.Given}}
	}
	sessions := d.Settings.Sessions(e)
	about := briefingOf(d)
	s, ok := find(sessions, about)
	if !ok {
		return
	}
	f.Session = r.session(s, g)
	f.Held = g.Standing == table.Confirmed || !g.Active() && g.Held
	f.ReplyBy = g.Until.Time()
	for _, other := range occasion.Others(sessions, about, f.Date) {
		f.Others = append(f.Others, *r.session(other, g))
	}
	switch told := d.Settings.Briefing(about).Told; {
	case f.Kind == mail.BriefingMoved && told != nil && told.OldStart != "" && told.OldStart != told.Start:
		before := *f.Session
		before.Start, before.End = told.OldStart.Time(), told.OldEnd.Time()
		f.Before = &before
	case f.Kind == mail.BriefingChanged:
		if from, ok := find(sessions, g.From); ok {
			f.Before = r.session(from, g)
		}
	}
}

// session is a briefing with its entry in the person's calendar.
func (r *run) session(s experiment.Session, g *table.Registration) *mail.Session {
	_, domain, _ := strings.Cut(r.from.From, "@")
	return &mail.Session{
		Title: s.Title, Place: s.Place, Start: s.Start, End: s.End,
		UID: fmt.Sprintf("%s-%d@%s", g.Person, g.Entry, domain), Sequence: g.CalendarSequence(s),
	}
}

// briefingOf is the briefing that a mail is about: the one that its occasion names,
// or else the one that the person is registered for.
func briefingOf(d table.Delivery) string {
	switch d.Mail.Kind {
	case mail.RegistrationStanding, mail.Withdrawn, mail.ApplicationReminder:
		return d.Registration.Briefing
	}
	if !d.Mail.Kind.AboutRegistration() {
		return d.Registration.Briefing
	}
	briefing, _, _ := strings.Cut(d.Mail.Occasion, " ")
	return briefing
}

func find(sessions []experiment.Session, id string) (experiment.Session, bool) {
	for _, s := range sessions {
		if s.ID == id {
			return s, true
		}
	}
	return experiment.Session{}, false
}

// unwantedBriefing says why a mail about a registration is no longer to be sent;
// nothing if it is.
func unwantedBriefing(e *experiment.Experiment, d table.Delivery, now time.Time) string {
	g := d.Registration
	if g == nil {
		return "there is no registration"
	}
	sessions := d.Settings.Sessions(e)
	about := briefingOf(d)
	s, ok := find(sessions, about)
	if !ok {
		return "the briefing is no longer in the file"
	}
	if d.Mail.Kind.Class() == mail.Announcement && d.Person.Unsubscribed != "" {
		return "the person wants no announcements"
	}
	switch d.Mail.Kind {
	case mail.RegistrationStanding:
		return unless(g.Stands(sessions, now), "the registration no longer stands")
	case mail.BriefingReminder:
		return unwantedReminder(e, d, s)
	case mail.BriefingMoved:
		return unless(g.Active() && g.Briefing == s.ID && !s.Canceled && d.Mail.Occasion == occasion.ChangeWords(s), "something else is told instead")
	case mail.BriefingCanceled:
		return unless(g.Active() && g.Briefing == s.ID && s.Canceled && d.Mail.Occasion == occasion.ChangeWords(s), "something else is told instead")
	case mail.BriefingThanks:
		return unless(attended(g, s.ID), "the person was not there")
	case mail.BriefingMissed:
		return unless(g.Briefing == s.ID && g.Standing == table.Confirmed && g.Attended == "" && len(occasion.Others(sessions, s.ID, now)) > 0,
			"the person has another date, or there is none")
	case mail.ApplicationReminder:
		return unless(d.Application == nil && now.Before(e.Application.Close), "the person has applied")
	}
	// What is left tells of one version of the registration.
	switch {
	case d.Mail.Occasion != table.Occasion(g.Briefing, g.Version):
		return "a later change is told instead"
	case g.Active() && s.Canceled:
		return "the briefing was called off"
	case g.Active() && !now.Before(s.End):
		return "the briefing is over"
	}
	return ""
}

// unwantedReminder says why a reminder is no longer to be sent: the person must have
// a seat at the briefing on the very date that the reminder was planned for.
func unwantedReminder(e *experiment.Experiment, d table.Delivery, s experiment.Session) string {
	g := d.Registration
	switch {
	case g.Briefing != s.ID || g.Standing != table.Confirmed:
		return "the person has no seat there"
	case s.Canceled:
		return "the briefing was called off"
	}
	for _, o := range occasion.Reminders(e, s) {
		if o.Words == d.Mail.Occasion {
			return unless(g.Booked.Time().Before(o.At), "the person was told of the date after it")
		}
	}
	return "the date has changed"
}

// attended reports whether the person went to the briefing.
func attended(g *table.Registration, briefing string) bool {
	if g.Briefing == briefing {
		return g.Attended != ""
	}
	return slices.ContainsFunc(g.Past, func(p table.PastBriefing) bool { return p.Briefing == briefing && p.Attended != "" })
}

// unless returns the reason if what is wanted does not hold.
func unless(holds bool, reason string) string {
	if holds {
		return ""
	}
	return reason
}

// unwanted says why a mail is no longer to be sent, by the facts of this
// moment; nothing if it is.
func unwanted(e *experiment.Experiment, d table.Delivery, now time.Time) string {
	// That answers were erased is true for good, and is told in any case.
	if d.Mail.Kind == mail.ResearchLeft && !d.Mail.ErasedAnswers() && (d.Surveys == nil || d.Surveys.Research != table.LeftResearch) {
		return "the person takes part again"
	}
	if d.Mail.Kind.OutlivesWithdrawal() {
		return ""
	}
	switch d.Mail.Kind {
	case mail.AddressConfirm:
		if d.Person.NewAddress == nil || d.Person.NewAddress.Mail != d.Mail.ID {
			return "another change of address took its place"
		}
	case mail.Changed:
		if d.Application != nil && strconv.Itoa(d.Application.Version) != d.Mail.Occasion {
			return "a later change is told instead"
		}
	}
	if gone := d.Person.Gone(); gone != "" {
		return gone
	}
	if d.Mail.Kind.AboutRegistration() {
		return unwantedBriefing(e, d, now)
	}
	if d.Mail.Kind.AboutSurvey() {
		return unwantedSurvey(e, d, now)
	}
	return ""
}
