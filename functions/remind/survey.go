package main

import (
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// aboutSurvey adds the survey round that a mail is about to its facts, and how the
// person stands with it.
func aboutSurvey(e *experiment.Experiment, d table.Delivery, f *mail.Facts) {
	r, ok := roundOf(e, d)
	if !ok {
		return
	}
	f.Round = &r
	f.Listing = d.Person.Host
	if s := d.Surveys; s != nil {
		f.Agreed = s.Research == table.Agreed && s.Consent.Version == e.Research.Consent.Version
		f.Begun = s.Begun[r.ID] != ""
	}
}

// roundOf is the survey round that a mail is about: the one that its occasion names, or
// that of the briefing that it is about; for the acknowledgement the one that is
// answered with the application, unless the person has finished it or declined already.
func roundOf(e *experiment.Experiment, d table.Delivery) (experiment.Round, bool) {
	id, _, _ := strings.Cut(d.Mail.Occasion, " ")
	switch kind := d.Mail.Kind; {
	case kind == mail.BriefingThanks:
		id = experiment.BriefingWave(id)
	case kind == mail.Acknowledgement:
		w, _ := e.WithApplication()
		id = w.ID
	case !kind.AboutSurvey():
		return experiment.Round{}, false
	}
	r, ok := e.Round(id, d.Settings.Sessions(e))
	if ok && d.Mail.Kind == mail.Acknowledgement {
		ok = occasion.NotAsked(e, r, subject(d)) == ""
	}
	return r, ok
}

// unwantedSurvey says why a mail about a survey is no longer to be sent; nothing if it
// is. The file must still lead to the very mail: a changed date has others.
func unwantedSurvey(e *experiment.Experiment, d table.Delivery, now time.Time) string {
	r, ok := roundOf(e, d)
	switch {
	case !ok:
		return "the survey is no longer in the file"
	case r.State(now) != experiment.Open:
		return "the survey is not open"
	case d.Mail.Kind.Class() == mail.Announcement && d.Person.Unsubscribed != "":
		return "the person wants no announcements"
	case !slices.ContainsFunc(occasion.SurveyMails(e, r), func(o occasion.Occasion) bool { return o.Words == d.Mail.Occasion }):
		return "the date has changed"
	}
	return occasion.NotAsked(e, r, subject(d))
}

// subject is how the person stands to whom a mail goes.
func subject(d table.Delivery) table.Subject {
	return table.Subject{Person: d.Person, Application: d.Application, Surveys: d.Surveys, Participation: d.Participation}
}

// fateOfAnswers is what became of the answers of a person who has left the research.
func fateOfAnswers(d table.Delivery) mail.Answers {
	switch s := d.Surveys; {
	case d.Mail.ErasedAnswers(), s != nil && s.Erased:
		return mail.AnswersErased
	case s != nil && len(s.Begun) > 0:
		return mail.AnswersKept
	}
	return mail.NoAnswers
}
