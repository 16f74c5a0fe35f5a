package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// checked is what was typed, by the rules: ready to be stored.
type checked struct {
	person      table.Person
	application table.Application
	address     input.Address
}

// check reads what was typed and tells everything that is wrong with it.
func check(e *experiment.Experiment, p purpose, typed url.Values, lang locale.Lang, now time.Time) (checked, web.Errors) {
	var c checked
	var errs web.Errors
	note := func(field string, problem locale.Text) {
		if problem != (locale.Text{}) {
			errs.Add(field, problem)
		}
	}
	c.person, c.address = checkPerson(p, typed, note)
	c.person.Experiment, c.person.Lang = e.ID, lang
	c.application = checkApplication(e, typed, note)
	c.application.Source = input.Source(typed.Get(source))
	if p == applying {
		checkConsents(e, &c.application, typed, lang, now, note)
	}
	return c, errs
}

func checkPerson(p purpose, typed url.Values, note func(string, locale.Text)) (table.Person, input.Address) {
	var person table.Person
	var address input.Address
	person.FamilyName, person.GivenName = submission.CheckName(typed, note)
	for _, one := range []struct {
		field string
		into  *string
		label locale.Text
	}{
		{familyKana, &person.FamilyKana, locale.Text{JA: "セイ", EN: "the reading of your family name"}},
		{givenKana, &person.GivenKana, locale.Text{JA: "メイ", EN: "the reading of your given name"}},
	} {
		value, problem := input.Kana(one.label, typed.Get(one.field))
		*one.into = value
		note(one.field, problem)
	}
	if p == applying {
		var problem locale.Text
		address, problem = input.Email(typed.Get(email))
		note(email, problem)
		person.Address = submission.Address(address)
	}
	code, problem := input.PrefectureCode(typed.Get(prefecture))
	person.Prefecture = code
	note(prefecture, problem)
	return person, address
}

func checkApplication(e *experiment.Experiment, typed url.Values, note func(string, locale.Text)) table.Application {
	a := table.Application{Answers: map[string][]string{}}
	ids := make([]string, len(e.Listings))
	for i, l := range e.Listings {
		ids[i] = l.ID
	}
	wishes, problems := input.OrderedChoices(locale.Text{JA: "希望する副業", EN: "a side job"}, typed[choices], ids, e.Application.MaxChoices)
	for i := range typed[choices] {
		if problem, wrong := problems[i]; wrong {
			if i > 0 {
				problem = atRank(i+1, problem)
			}
			note(choices, problem)
			break
		}
	}
	if len(typed[choices]) == 0 {
		note(choices, problems[0])
	}
	a.Choices = wishes

	text, problem := input.Text(locale.Text{JA: "応募の理由", EN: "your reasons for applying"}, typed.Get(motivation), motivationLimit, true)
	a.Motivation = text
	note(motivation, problem)

	for _, q := range e.Application.Questions {
		answer, problem := checkQuestion(q, typed[questionPrefix+q.ID])
		if len(answer) > 0 {
			a.Answers[q.ID] = answer
		}
		note(questionPrefix+q.ID, problem)
	}
	return a
}

// atRank says at which place of the ordered choice a problem is.
func atRank(rank int, problem locale.Text) locale.Text {
	return locale.Text{
		JA: fmt.Sprintf("第%d希望：%s", rank, problem.JA),
		EN: fmt.Sprintf("Choice %d: %s", rank, problem.EN),
	}
}

// checkQuestion returns the answer to one of the file's own questions: one
// text, or the ids that were chosen.
func checkQuestion(q experiment.Question, typed []string) ([]string, locale.Text) {
	label := input.Question(q.Label)
	first := ""
	if len(typed) > 0 {
		first = typed[0]
	}
	ids := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		ids[i] = c.ID
	}
	var one string
	var problem locale.Text
	switch q.Type {
	case experiment.MultiChoice:
		return input.Choices(label, typed, ids, q.Required)
	case experiment.SingleChoice:
		one, problem = input.Choice(label, first, ids, q.Required)
	case experiment.ShortText:
		one, problem = input.Line(label, first, q.Max, q.Required)
	case experiment.LongText:
		one, problem = input.Text(label, first, q.Max, q.Required)
	}
	if one == "" {
		return nil, problem
	}
	return []string{one}, problem
}

// checkConsents records what the person was asked to agree to and the answers.
func checkConsents(e *experiment.Experiment, a *table.Application, typed url.Values, lang locale.Lang, now time.Time, note func(string, locale.Text)) {
	if e.Application.AdultOnly {
		yes, problem := input.Adult(typed.Get(adult), true)
		a.Adult = yes
		note(adult, problem)
	}
	for _, c := range e.Application.Consents {
		field := consentPrefix + c.ID
		given, problem := input.Consent(c.Title, typed.Get(field), c.Version, c.Required)
		note(field, problem)
		a.Consents = append(a.Consents, table.Consent{
			Purpose: c.ID, Version: c.Version, Hash: e.ConsentHash(c.ID), Lang: lang, Given: given, At: table.At(now),
		})
	}
}

// body is the one form of what was posted by which posts are compared: the
// same answers are the same body, in whatever spelling and language they came.
func (c checked) body() (string, error) {
	given := map[string]string{}
	for _, consent := range c.application.Consents {
		if consent.Given {
			given[consent.Purpose] = consent.Version
		}
	}
	text, err := json.Marshal([]any{
		c.person.Experiment, c.person.Address.Send,
		c.person.FamilyName, c.person.GivenName, c.person.FamilyKana, c.person.GivenKana, c.person.Prefecture,
		c.application.Choices, c.application.Motivation, c.application.Answers, c.application.Adult, given,
	})
	if err != nil {
		return "", fmt.Errorf("encoding a submission: %w", err)
	}
	return string(text), nil
}
