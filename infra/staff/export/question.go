package export

import (
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
)

// answersTo are the columns of one version of an instrument: the items, then the
// scores. The answers of a row are found by of, which says whether they are to this version.
func answersTo[T any](i *survey.Instrument, prefix string, items []survey.Item, of func(T) (survey.Answers, bool)) File[T] {
	suffix := ""
	if i.Version > 1 {
		suffix = ".v" + number(i.Version)
	}
	var file File[T]
	for _, it := range items {
		file = append(file, column[T]{
			name: prefix + it.ID + suffix, text: wording(it), kind: kindOf(it), choices: points(it), about: aboutItem(i, it),
			value: func(row T) string {
				answers, to := of(row)
				if !to {
					return ""
				}
				return strings.Join(answers[it.ID], " ")
			},
		})
	}
	if len(i.Subscales) == 0 || !asksAll(items, i.Subscales) {
		return file
	}
	for n, scale := range scalesOf(i) {
		file = append(file, column[T]{
			name: prefix + i.ID + "." + scale.ID + suffix, text: scoreText(i, scale), kind: Number, about: aboutScore(i, scale),
			value: func(row T) string {
				answers, to := of(row)
				if !to {
					return ""
				}
				mean, enough := i.Score(answers)[n].Mean()
				if !enough {
					return ""
				}
				return strconv.FormatFloat(mean, 'f', -1, 64)
			},
		})
	}
	return file
}

// asksAll reports whether the items of all subscales are among those.
func asksAll(items []survey.Item, subscales []survey.Subscale) bool {
	for _, s := range subscales {
		for _, id := range s.Items {
			if !slices.ContainsFunc(items, func(it survey.Item) bool { return it.ID == id }) {
				return false
			}
		}
	}
	return true
}

// scored is a score of an instrument: its items, and how many have to be answered.
type scored struct {
	survey.Scale
	items []string
	least int
}

// scalesOf are the scores of an instrument in the order in which they are scored.
func scalesOf(i *survey.Instrument) []scored {
	total := scored{Scale: i.Total, least: i.Scoring.MinAnsweredTotal}
	var all []scored
	for _, s := range i.Subscales {
		all = append(all, scored{s.Scale, s.Items, i.Scoring.MinAnsweredPerSubscale})
		total.items = append(total.items, s.Items...)
	}
	return append(all, total)
}

func scoreText(i *survey.Instrument, s scored) locale.Text {
	n := number(s.least)
	text := locale.Text{
		JA: "「" + s.Title.JA + "」の得点(答えた質問の平均。" + n + "問以上に答えた人だけ)",
		EN: "Score “" + s.Title.EN + "”: the mean of the answered questions, if at least " + n + " were answered",
	}
	return withLine(text, i.Caution.JA, i.Caution.EN)
}

// withLine adds a line to a text, if there is one.
func withLine(text locale.Text, ja, en string) locale.Text {
	if ja != "" {
		text.JA += "\n" + ja
	}
	if en != "" {
		text.EN += "\n" + en
	}
	return text
}

// wording is a question with the other words in which some people were asked it.
func wording(it survey.Item) locale.Text {
	text := it.Text
	if other := it.TextComparison; other != (locale.Text{}) {
		text = withLine(text, "(比較グループには)"+other.JA, "(to the comparison group) "+other.EN)
	}
	if other := it.TextWithout; other != (locale.Text{}) {
		text = withLine(text, "(前の回答がない人には)"+other.JA, "(to who has not given that answer) "+other.EN)
	}
	return text
}

func kindOf(it survey.Item) Type {
	switch it.Type {
	case survey.Likert:
		return Likert
	case survey.Single:
		return Choice
	case survey.Multiple:
		return Choices
	case survey.Number:
		return Number
	case survey.Date:
		return Day
	}
	return Text
}

func points(it survey.Item) []experiment.Choice {
	var all []experiment.Choice
	for _, p := range it.Points() {
		all = append(all, experiment.Choice{ID: p.ID, Label: p.Label})
	}
	return all
}

func aboutItem(i *survey.Instrument, it survey.Item) question {
	q := question{
		instrument: i.ID, version: number(i.Version), unit: it.Unit,
		scale: it.Subscale, condition: conditionOf(it), required: yesNo(it.Required),
	}
	if it.Subscale != "" {
		q.reverse = yesNo(it.Reverse)
	}
	switch it.Type {
	case survey.Likert, survey.Number:
		smallest, largest := it.Range()
		q.min, q.max = number(smallest), number(largest)
	case survey.ShortText, survey.LongText, survey.Multiple:
		if it.Max > 0 {
			q.max = number(it.Max)
		}
	}
	return q
}

func aboutScore(i *survey.Instrument, s scored) question {
	q := question{instrument: i.ID, version: number(i.Version), scale: strings.Join(s.items, " ")}
	if len(s.items) > 0 {
		if it, ok := i.Item(s.items[0]); ok {
			smallest, largest := it.Range()
			q.min, q.max = number(smallest), number(largest)
		}
	}
	return q
}

// conditionOf says who is asked: "group in T; W2 in 1, 2".
func conditionOf(it survey.Item) string {
	var all []string
	if len(it.Groups) > 0 {
		all = append(all, "group in "+strings.Join(it.Groups, ", "))
	}
	if it.If.Item != "" {
		all = append(all, it.If.Item+" in "+strings.Join(it.If.In, ", "))
	}
	return strings.Join(all, "; ")
}
