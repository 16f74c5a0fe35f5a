package export

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Given is one answer of one person to one question.
type Given struct {
	file       table.File
	response   table.Response
	instrument string      // empty for an answer whose question no file names any more
	item       survey.Item // with its id alone then
	values     []string
}

// AnswersLong is the file of all answers, one row for each.
func (s Surveys) AnswersLong() File[Given] {
	label := func(lang locale.Lang) func(Given) string {
		return func(g Given) string {
			var said []string
			if len(points(g.item)) > 0 {
				for _, value := range g.values {
					said = append(said, g.item.Say(value).In(lang))
				}
			}
			return strings.Join(said, locale.Text{JA: "、", EN: ", "}.In(lang))
		}
	}
	group := s.group()
	return File[Given]{
		person(func(g Given) string { return g.file.Person.ID }),
		{name: group.name, text: group.text, kind: group.kind, choices: group.choices, value: func(g Given) string { return group.value(g.file) }},
		{name: "survey", text: locale.Text{JA: "アンケート", EN: "The survey"}, kind: Choice, choices: roundChoices(s.roundsOf(experiment.ToPeople, experiment.ToAttendees)),
			value: func(g Given) string { return g.response.Wave }},
		{name: "done", text: locale.Text{JA: "そのアンケートの回答を終えたか", EN: "Whether the person finished that survey"}, kind: YesNo,
			value: func(g Given) string { return yesNo(g.response.Done != "") }},
		{name: "instrument", text: locale.Text{JA: "質問紙", EN: "The questionnaire"}, kind: ID, value: func(g Given) string { return g.instrument }},
		{name: "version", text: locale.Text{JA: "質問紙の版", EN: "Version of the questionnaire"}, kind: Integer, value: func(g Given) string {
			if g.instrument == "" {
				return ""
			}
			return number(g.response.Instruments[g.instrument].Version)
		}},
		{name: "hash", text: locale.Text{JA: "質問紙の内容のハッシュ値", EN: "Hash of its content"}, kind: ID,
			value: func(g Given) string { return g.response.Instruments[g.instrument].Hash }},
		{name: "item", text: locale.Text{JA: "質問(意味はファイルanswersのコードブックにある)", EN: "The question; the codebook of answers says what it asks"}, kind: ID,
			value: func(g Given) string { return g.item.ID }},
		{name: "value", text: locale.Text{JA: "回答(見たうえで答えなかったときは空。複数選択は空白で区切る)", EN: "The answer; empty where the question was seen and left out. Several choices are separated by spaces"}, kind: Text,
			value: func(g Given) string { return strings.Join(g.values, " ") }},
		{name: "label_ja", text: locale.Text{JA: "選んだ答えの日本語の文", EN: "The words of what was chosen, in Japanese"}, kind: Text, value: label(locale.Japanese)},
		{name: "label_en", text: locale.Text{JA: "選んだ答えの英語の文", EN: "The words of what was chosen, in English"}, kind: Text, value: label(locale.English)},
	}
}

// given are the answers of a person in the order of the surveys and their questions.
// Those whose question no file names any more come last.
func (s Surveys) given(f table.File) []Given {
	var all []Given
	for _, wave := range s.inOrder(f.Responses) {
		response := f.Responses[wave]
		rest := maps.Clone(response.Answers)
		for _, i := range s.editionsOf(response) {
			for _, it := range i.Items {
				if values, given := rest[it.ID]; given {
					all = append(all, Given{f, response, i.ID, it, values})
					delete(rest, it.ID)
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(rest)) {
			all = append(all, Given{f, response, "", survey.Item{ID: id}, rest[id]})
		}
	}
	return all
}

// inOrder are the ids of the surveys that a person has answered: as the experiment's
// file has them, then any others.
func (s Surveys) inOrder(responses map[string]table.Response) []string {
	var ids []string
	for _, r := range s.rounds {
		if _, answered := responses[r.ID]; answered {
			ids = append(ids, r.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(responses)) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// editionsOf are the instruments of a response, in the versions that were answered and
// the order in which they were asked.
func (s Surveys) editionsOf(response table.Response) []*survey.Instrument {
	var ids []string
	for _, r := range s.rounds {
		if r.ID == response.Wave {
			ids = append(ids, r.Instruments...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(response.Instruments)) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var all []*survey.Instrument
	for _, id := range ids {
		if edition, known := s.instruments.Edition(id, response.Instruments[id].Version); known {
			all = append(all, edition)
		}
	}
	return all
}

// OneByOne yields the answers of people, person after person.
func (s Surveys) OneByOne(people iter.Seq2[table.File, error]) iter.Seq2[Given, error] {
	return func(yield func(Given, error) bool) {
		for f, err := range people {
			if err != nil {
				yield(Given{}, err)
				return
			}
			for _, g := range s.given(f) {
				if !yield(g, nil) {
					return
				}
			}
		}
	}
}
