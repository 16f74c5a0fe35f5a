package main

import (
	"net/url"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/web"
)

// The names of the form's fields, which are also those of JSON, where consents stand
// under "consents".
const (
	email    = submission.Email
	briefing = "briefing"
	question = "question"
	source   = "source"

	consentPrefix = "consent_" // and the consent's id; the value is the version that was read
	shownPrefix   = "shown_"   // and the briefing's id; the value is the time that was shown
)

// questionLimit is the length of a question, in characters.
const questionLimit = 500

// sections builds the form with what was typed and what is wrong with it. It is
// the one place that knows which fields there are and in which order.
func sections(tt timetable, typed url.Values, errs web.Errors) []web.Section {
	consent := consentField(tt.e)
	all := []web.Section{
		{Title: locale.Text{JA: "説明会", EN: "The briefing"}, Fields: []web.Field{briefingField(tt, tt.registrable()), questionField()}},
		{Title: locale.Text{JA: "あなたについて", EN: "About you"}, Fields: append(submission.NameFields(), submission.EmailField(
			locale.Text{JA: "メールアドレス", EN: "E-mail address"}, locale.Text{
				JA: "受付の確認と、当日の参加のご案内を、このアドレスにお送りします。例：name@example.jp",
				EN: "The confirmation and the way to join go to it. For example: name@example.jp",
			}))},
		{Title: locale.Text{JA: "確認と同意", EN: "Consent"}, Fields: []web.Field{consent}},
	}
	for i := range all {
		all[i].Fields = web.Filled(all[i].Fields, typed, errs)
	}
	return all
}

// briefingField lets a person choose among some briefings.
func briefingField(tt timetable, among []experiment.Session) web.Field {
	f := web.Field{Kind: web.RadioGroup, Name: briefing, Required: true, Label: locale.Text{JA: "参加する回", EN: "Which session"}}
	for _, s := range among {
		f.Options = append(f.Options, tt.option(s))
	}
	return f
}

func questionField() web.Field {
	return web.Field{Kind: web.TextArea, Name: question, Max: questionLimit, Rows: 4,
		Label: locale.Text{JA: "受け入れ先に聞いてみたいこと", EN: "A question for the hosts"},
		Hint: locale.Text{
			JA: "なければ空欄のままで構いません。説明会で、お名前を出さずに読み上げてお答えすることがあります。",
			EN: "Leave it empty if you have none. It may be read out and answered at the briefing, without your name.",
		}}
}

func consentField(e *experiment.Experiment) web.Field {
	c := e.Registration.Consent
	return web.Field{Kind: web.Checkbox, Name: consentPrefix + c.ID, Required: c.Required,
		Label: c.Title, Text: c.Text, Options: []web.Option{{Value: c.Version, Label: c.Label}},
	}
}

// shown are the times of the briefings as a form shows them, to be posted with it.
func shown(some []experiment.Session) []web.Hidden {
	var hidden []web.Hidden
	for _, s := range some {
		hidden = append(hidden, web.Hidden{Name: shownPrefix + s.ID, Value: stamp(s)})
	}
	return hidden
}
