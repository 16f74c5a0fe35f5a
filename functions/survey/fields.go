package main

import (
	"net/url"
	"strconv"

	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/web"
)

// The names that a page's form has beside the items' own, which are their ids.
const (
	shown = "shown" // an item that the page asks; once for each
	going = "go"    // where the button leads
	seen  = "seen"  // when what the check shows was saved
	was   = "was."  // and an item's id: what was stored of it when the page was shown
)

// Where the buttons of a page lead. Without one, as a program may post, it is next.
const (
	goBack = "back"
	goKeep = "keep" // nowhere: the script saves what is filled in so far
)

// fields are the questions of a page, numbered, with what was answered and what is wrong
// with it.
func (s *sitting) fields(items []survey.Item, typed url.Values, errs web.Errors) []web.Field {
	var fields []web.Field
	asking := s.asking(nil)
	for n, it := range items {
		words := it.Words(asking, s.set)
		number := strconv.Itoa(n+1) + ". "
		fields = append(fields, field(it, locale.Text{JA: number + words.JA, EN: number + words.EN}))
	}
	fields = web.Filled(fields, typed, errs)
	for i, f := range fields {
		if f.Kind == web.RadioGroup && !f.Required && f.Value != "" {
			fields[i].Clear = locale.Text{JA: "選択を取り消す(答えない)", EN: "Take my choice back (no answer)"}
		}
		if f.Type == "date" && f.Wrong() { // a browser's own date field would not show it
			fields[i].Type = "text"
		}
	}
	return fields
}

// field is one question in the words in which it is put.
func field(it survey.Item, words locale.Text) web.Field {
	f := web.Field{Name: it.ID, Label: words, Hint: it.Hint, Required: it.Required}
	for _, choice := range it.Points() {
		f.Options = append(f.Options, web.Option{Value: choice.ID, Label: choice.Label})
	}
	switch it.Type {
	case survey.Likert:
		f.Kind, f.Scale = web.RadioGroup, true
	case survey.Single:
		f.Kind = web.RadioGroup
	case survey.Multiple:
		f.Kind = web.CheckboxGroup
		f.Hint = hinted(f.Hint, atMost(it))
	case survey.Number:
		f.Kind, f.Width, f.Unit = web.TextField, "short", it.Unit
		f.Hint = hinted(f.Hint, within(it))
		if smallest, _ := it.Range(); smallest >= 0 {
			f.InputMode = "decimal"
		}
	case survey.Date:
		f.Kind, f.Type, f.Width = web.TextField, "date", "medium"
	case survey.ShortText:
		f.Kind, f.Max = web.TextField, it.Max
	case survey.LongText:
		f.Kind, f.Max, f.Rows = web.TextArea, it.Max, 6
	}
	if f.Kind == web.TextField {
		f.Autocomplete = "off"
	}
	return f
}

// hinted is a hint with one more sentence.
func hinted(hint, more locale.Text) locale.Text {
	if hint == (locale.Text{}) {
		return more
	}
	if more == (locale.Text{}) {
		return hint
	}
	return locale.Text{JA: hint.JA + more.JA, EN: hint.EN + " " + more.EN}
}

func atMost(it survey.Item) locale.Text {
	if it.Max == 0 {
		return locale.Text{JA: "あてはまるものをすべて選んでください。", EN: "Choose all that apply."}
	}
	n := strconv.Itoa(it.Max)
	return locale.Text{JA: n + "つまで選べます。", EN: "Choose up to " + n + "."}
}

func within(it survey.Item) locale.Text {
	smallest, largest := it.Range()
	from, to := strconv.Itoa(smallest), strconv.Itoa(largest)
	return locale.Text{JA: from + "から" + to + "までの数字で入力してください。", EN: "A number from " + from + " to " + to + "."}
}

// numbered are what is wrong with the answers, each with the number of its question: the
// summary of errors stands apart from the questions.
func numbered(items []survey.Item, errs web.Errors) web.Errors {
	var all web.Errors
	for n, it := range items {
		if problem := errs.Of(it.ID); problem != (locale.Text{}) {
			number := strconv.Itoa(n + 1)
			all.Add(it.ID, locale.Text{JA: "質問" + number + "：" + problem.JA, EN: "Question " + number + ": " + problem.EN})
		}
	}
	return all
}
