package main

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// The names of the form's fields, which are also those of JSON, where the
// answers to the file's own questions stand under "answers" and consents under "consents".
const (
	familyName = submission.FamilyName
	givenName  = submission.GivenName
	familyKana = "family_kana"
	givenKana  = "given_kana"
	email      = submission.Email
	prefecture = "prefecture"
	choices    = "choices"
	motivation = "motivation"
	adult      = "adult"
	source     = "source"

	questionPrefix = "q_"       // and the question's id
	consentPrefix  = "consent_" // and the consent's id; the value is the version that was read

	formToken = submission.Token
	shownAt   = submission.Shown
	trap      = submission.Trap
	editField = web.Back // on the confirmation: back to this field
)

// motivationLimit is the length of the motivation, in characters.
const motivationLimit = 2000

// purpose says what a form is filled in for: edits leave out what cannot be
// edited.
type purpose int

const (
	applying purpose = iota
	editing
)

// sections builds the form with what was typed and what is wrong with it. It is
// the one place that knows which fields there are and in which order.
func sections(e *experiment.Experiment, p purpose, typed url.Values, errs web.Errors) []web.Section {
	all := []web.Section{
		{Title: locale.Text{JA: "あなたについて", EN: "About you"}, Fields: personFields(p)},
		{Title: locale.Text{JA: "応募の内容", EN: "Your application"}, More: web.Link{
			Path: "/" + e.ID + "#listings",
			Text: locale.Text{JA: "副業の内容を読む(新しいタブで開きます)", EN: "Read about the side jobs (opens in a new tab)"},
		}, Fields: choiceFields(e)},
	}
	if p == applying {
		all = append(all, web.Section{
			Title: locale.Text{JA: "確認と同意", EN: "Confirmation and consent"}, Fields: consentFields(e),
		})
	}
	for i := range all {
		all[i].Fields = web.Filled(all[i].Fields, typed, errs)
	}
	return all
}

func personFields(p purpose) []web.Field {
	fields := append(submission.NameFields(), []web.Field{
		{Kind: web.TextField, Name: familyKana, Required: true, Width: "medium",
			Label: locale.Text{JA: "セイ", EN: "Family name in katakana"},
			Hint:  locale.Text{JA: "例：シオジリ(ひらがなでも入力できます)", EN: "How your name is read, for example シオジリ. Hiragana is fine too."}},
		{Kind: web.TextField, Name: givenKana, Required: true, Width: "medium",
			Label: locale.Text{JA: "メイ", EN: "Given name in katakana"},
			Hint:  locale.Text{JA: "例：ハナコ(ひらがなでも入力できます)", EN: "For example ハナコ. Hiragana is fine too."}},
	}...)
	if p == applying {
		fields = append(fields, submission.EmailField(locale.Text{JA: "メールアドレス", EN: "E-mail address"}, locale.Text{
			JA: "受付の確認と選考の結果を、このアドレスにお送りします。例：name@example.jp",
			EN: "The confirmation and the result go to it. For example: name@example.jp",
		}))
	}
	where := web.Field{Kind: web.Select, Name: prefecture, Required: true, Width: "medium", Autocomplete: "address-level1",
		Label: locale.Text{JA: "お住まいの都道府県", EN: "Prefecture you live in"}}
	for _, p := range input.Prefectures {
		where.Options = append(where.Options, web.Option{Value: p.Code, Label: p.Name})
	}
	return append(fields, where)
}

func choiceFields(e *experiment.Experiment) []web.Field {
	wish := web.Field{Kind: web.OrderedChoice, Name: choices, Required: true, Choices: e.Application.MaxChoices,
		Label: locale.Text{JA: "希望する副業", EN: "The side jobs you would like"},
		Hint: locale.Text{
			JA: fmt.Sprintf("希望の高い順に、%d件まで選べます。1件だけでもかまいません。", e.Application.MaxChoices),
			EN: fmt.Sprintf("Choose up to %d, starting with the one you would like best. One is enough.", e.Application.MaxChoices),
		}}
	for _, l := range e.Listings {
		wish.Options = append(wish.Options, web.Option{Value: l.ID, Label: listingTitle(l)})
	}
	fields := []web.Field{wish, {
		Kind: web.TextArea, Name: motivation, Required: true, Max: motivationLimit,
		Label: locale.Text{JA: "応募の理由", EN: "Your reasons for applying"},
		Hint: locale.Text{
			JA: "関心を持ったきっかけや、この副業で試してみたいことをお書きください。",
			EN: "Tell us what drew your interest and what you would like to try.",
		},
	}}
	for _, q := range e.Application.Questions {
		fields = append(fields, questionField(q))
	}
	return fields
}

// listingTitle names a listing with its host, as forms and summaries show it.
func listingTitle(l experiment.Listing) locale.Text {
	return locale.Text{JA: l.Title.JA + "/" + l.Host.JA, EN: l.Title.EN + ", " + l.Host.EN}
}

func questionField(q experiment.Question) web.Field {
	f := web.Field{Name: questionPrefix + q.ID, Label: q.Label, Hint: q.Hint, Required: q.Required, Max: q.Max}
	for _, c := range q.Choices {
		f.Options = append(f.Options, web.Option{Value: c.ID, Label: c.Label})
	}
	switch q.Type {
	case experiment.ShortText:
		f.Kind = web.TextField
	case experiment.LongText:
		f.Kind = web.TextArea
	case experiment.SingleChoice:
		f.Kind = web.RadioGroup
	case experiment.MultiChoice:
		f.Kind = web.CheckboxGroup
	}
	return f
}

func consentFields(e *experiment.Experiment) []web.Field {
	var fields []web.Field
	if e.Application.AdultOnly {
		fields = append(fields, web.Field{Kind: web.Checkbox, Name: adult, Required: true,
			Label:   locale.Text{JA: "年齢の確認", EN: "Your age"},
			Options: []web.Option{{Value: "yes", Label: locale.Text{JA: "応募の時点で成年に達しています", EN: "I am of legal age"}}},
		})
	}
	for _, c := range e.Application.Consents {
		fields = append(fields, web.Field{Kind: web.Checkbox, Name: consentPrefix + c.ID, Required: c.Required,
			Label: c.Title, Text: c.Text, Options: []web.Option{{Value: c.Version, Label: c.Label}},
		})
	}
	return fields
}

// typedOf is a person's application as the form would show it.
func typedOf(p table.Person, a table.Application) url.Values {
	typed := url.Values{
		familyName: {p.FamilyName}, givenName: {p.GivenName}, familyKana: {p.FamilyKana}, givenKana: {p.GivenKana},
		email: {p.Address.Typed}, prefecture: {p.Prefecture}, choices: a.Choices, motivation: {a.Motivation},
	}
	for id, answer := range a.Answers {
		typed[questionPrefix+id] = answer
	}
	return typed
}

// normalized is what was typed as it is going to be stored, so that the
// confirmation shows that and nothing else.
func normalized(typed url.Values, c checked) url.Values {
	kept := maps.Clone(typed)
	maps.Copy(kept, typedOf(c.person, c.application))
	return kept
}

// version is a number that a form carries.
func version(typed url.Values) int {
	n, err := strconv.Atoi(typed.Get(editVersion))
	if err != nil {
		return 0
	}
	return n
}
