package export

import (
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Noted is an alert with the file of the person whose answer it is.
type Noted struct {
	Alert table.Alert
	File  table.File
}

// Alerts is the file of the answers that staff are to look at.
func (s Surveys) Alerts() File[Noted] {
	of := func(name string, text locale.Text, say func(survey.Item, table.Alert) string) column[Noted] {
		return column[Noted]{name: name, text: text, kind: Text, value: func(n Noted) string { return say(s.itemOf(n), n.Alert) }}
	}
	at := func(name string, text locale.Text, when func(table.Alert) table.Instant) column[Noted] {
		return column[Noted]{name: name, text: text, kind: Instant, value: func(n Noted) string { return rfc3339(when(n.Alert), s.experiment.Zone()) }}
	}
	return File[Noted]{
		person(func(n Noted) string { return n.Alert.Person }),
		{name: "survey", text: locale.Text{JA: "アンケート", EN: "The survey"}, kind: Choice, choices: roundChoices(s.rounds),
			value: func(n Noted) string { return n.Alert.Wave }},
		{name: "item", text: locale.Text{JA: "質問", EN: "The question"}, kind: ID, value: func(n Noted) string { return n.Alert.Item }},
		of("text_ja", locale.Text{JA: "質問文(日本語)", EN: "What was asked, in Japanese"}, func(it survey.Item, _ table.Alert) string { return it.Text.JA }),
		of("text_en", locale.Text{JA: "質問文(英語)", EN: "What was asked, in English"}, func(it survey.Item, _ table.Alert) string { return it.Text.EN }),
		of("value", locale.Text{JA: "回答(そのときの値)", EN: "The answer, as it was then"}, func(_ survey.Item, a table.Alert) string { return a.Value }),
		of("label_ja", locale.Text{JA: "回答の日本語の文", EN: "The words of the answer, in Japanese"}, func(it survey.Item, a table.Alert) string { return it.Say(a.Value).JA }),
		of("label_en", locale.Text{JA: "回答の英語の文", EN: "The words of the answer, in English"}, func(it survey.Item, a table.Alert) string { return it.Say(a.Value).EN }),
		of("note_ja", locale.Text{JA: "何のお知らせか(日本語)", EN: "What it is about, in Japanese"}, func(it survey.Item, _ table.Alert) string { return it.Alert.Note.JA }),
		of("note_en", locale.Text{JA: "何のお知らせか(英語)", EN: "What it is about, in English"}, func(it survey.Item, _ table.Alert) string { return it.Alert.Note.EN }),
		at("when", locale.Text{JA: "回答した日時", EN: "When it was answered"}, func(a table.Alert) table.Instant { return a.At }),
	}
}

// itemOf is the question of an alert, in the version that was answered.
func (s Surveys) itemOf(n Noted) survey.Item {
	if response, any := n.File.Responses[n.Alert.Wave]; any {
		if instrument, it := s.asked(response, n.Alert.Item); instrument != "" {
			return it
		}
	}
	it, _ := s.instruments.Item(n.Alert.Item)
	return it
}

// asked finds the question that an answer was given to, in the version that was answered.
func (s Surveys) asked(response table.Response, item string) (instrument string, it survey.Item) {
	for _, i := range s.editionsOf(response) {
		if it, ok := i.Item(item); ok {
			return i.ID, it
		}
	}
	return "", survey.Item{ID: item}
}
