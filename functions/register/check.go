package main

import (
	"encoding/json"
	"fmt"
	"net/url"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// checked is what was typed, by the rules: ready to be stored.
type checked struct {
	person       table.Person
	registration table.Registration
	session      experiment.Session
	address      input.Address
}

// check reads what was typed and tells everything that is wrong with it.
func check(tt timetable, typed url.Values, lang locale.Lang) (checked, web.Errors) {
	var c checked
	var errs web.Errors
	note := noting(&errs)
	c.session = checkBriefing(tt, typed, note)
	c.registration.Question = checkQuestion(typed, note)
	c.person.FamilyName, c.person.GivenName = submission.CheckName(typed, note)
	address, problem := input.Email(typed.Get(email))
	note(email, problem)
	c.address, c.person.Address = address, submission.Address(address)
	c.person.Experiment, c.person.Lang = tt.e.ID, lang
	c.registration.Consent = checkConsent(tt, typed, lang, note)
	c.registration.Source = input.Source(typed.Get(source))
	return c, errs
}

// noting adds problems to the errors.
func noting(errs *web.Errors) func(string, locale.Text) {
	return func(field string, problem locale.Text) {
		if problem != (locale.Text{}) {
			errs.Add(field, problem)
		}
	}
}

// checkBriefing returns the briefing that was chosen, which is told to be out of
// reach if it is so by now, or at another time than was shown.
func checkBriefing(tt timetable, typed url.Values, note func(string, locale.Text)) experiment.Session {
	chosen := typed.Get(briefing)
	s, known := tt.session(chosen)
	if !known {
		_, problem := input.Choice(locale.Text{JA: "参加する回", EN: "a session"}, chosen, nil, true)
		note(briefing, problem)
		return experiment.Session{}
	}
	when := tt.span(s.Start, s.End)
	var another locale.Text
	if len(tt.registrable()) > 0 {
		another = locale.Text{JA: "。ほかの回を選んでください", EN: ". Choose another session"}
	}
	switch was := typed.Get(shownPrefix + chosen); {
	case s.Canceled:
		note(briefing, locale.Text{
			JA: s.Title.JA + "は中止になりました" + another.JA,
			EN: "“" + s.Title.EN + "” is canceled" + another.EN,
		})
	case !tt.now.Before(s.Start):
		note(briefing, locale.Text{
			JA: s.Title.JA + "は開始時刻を過ぎました" + another.JA,
			EN: "“" + s.Title.EN + "” has begun" + another.EN,
		})
	case !s.Registrable(tt.e, tt.now): // before the opening, which the caller has told
	case was != "" && was != stamp(s):
		note(briefing, locale.Text{
			JA: s.Title.JA + "の日時が" + when.JA + "に変わりました。ご都合を確かめて、もう一度お進みください",
			EN: "Check the date and go on once more: “" + s.Title.EN + "” has moved to " + when.EN,
		})
	}
	return s
}

func checkQuestion(typed url.Values, note func(string, locale.Text)) string {
	text, problem := input.Text(locale.Text{JA: "聞いてみたいこと", EN: "your question"}, typed.Get(question), questionLimit, false)
	note(question, problem)
	return text
}

// checkConsent records what the person was asked to agree to and the answer.
func checkConsent(tt timetable, typed url.Values, lang locale.Lang, note func(string, locale.Text)) table.Consent {
	c := tt.e.Registration.Consent
	given, problem := input.Consent(c.Title, typed.Get(consentPrefix+c.ID), c.Version, c.Required)
	note(consentPrefix+c.ID, problem)
	return table.Consent{
		Purpose: c.ID, Version: c.Version, Hash: tt.e.ConsentHash(c.ID), Lang: lang, Given: given, At: table.At(tt.now),
	}
}

// body is the one form of what was posted by which posts are compared: the
// same answers are the same body, in whatever spelling and language they came.
func (c checked) body() (string, error) {
	given := ""
	if c.registration.Consent.Given {
		given = c.registration.Consent.Version
	}
	text, err := json.Marshal([]string{
		c.person.Experiment, c.person.Address.Send, c.person.FamilyName, c.person.GivenName,
		c.session.ID, c.registration.Question, given,
	})
	if err != nil {
		return "", fmt.Errorf("encoding a registration: %w", err)
	}
	return string(text), nil
}

// typed is what is going to be stored as the form would show it.
func (c checked) typed() url.Values {
	return url.Values{
		submission.FamilyName: {c.person.FamilyName}, submission.GivenName: {c.person.GivenName},
		email: {c.address.Original}, question: {c.registration.Question},
	}
}
