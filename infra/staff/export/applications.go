package export

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// person is the column that joins all files.
func person[T any](id func(T) string) column[T] {
	return column[T]{
		name: "person", kind: ID, value: id,
		text: locale.Text{JA: "応募者の番号(氏名の代わりに、すべてのファイルをつなぐ)", EN: "The person's pseudonym, which joins all files"},
	}
}

// status is the column that says who has withdrawn.
func status() column[table.Applicant] {
	return column[table.Applicant]{
		name: "status", kind: Choice,
		text:    locale.Text{JA: "応募の状態", EN: "State of the application"},
		choices: applied(),
		value: func(a table.Applicant) string {
			if a.Application.Withdrawn != "" {
				return "withdrawn"
			}
			return "submitted"
		},
	}
}

func applied() []experiment.Choice {
	return []experiment.Choice{
		{ID: "submitted", Label: locale.Text{JA: "応募中", EN: "Submitted"}},
		{ID: "withdrawn", Label: locale.Text{JA: "取り下げ", EN: "Withdrawn"}},
	}
}

// Applications is the file of applications: what people asked for, without
// names and addresses. What they typed as free text is theirs and may hold any.
func Applications(e *experiment.Experiment) File[table.Applicant] {
	file := File[table.Applicant]{
		person(func(a table.Applicant) string { return a.Application.Person }),
		{name: "reference", text: locale.Text{JA: "受付番号", EN: "Reference"}, kind: ID,
			value: func(a table.Applicant) string { return a.Application.Reference }},
		status(),
		instant(e, "submitted", locale.Text{JA: "応募した日時", EN: "When it was submitted"},
			func(a table.Application) table.Instant { return a.Submitted }),
		instant(e, "edited", locale.Text{JA: "最後に内容を変更した日時", EN: "When it was last edited"},
			func(a table.Application) table.Instant { return a.Edited }),
		instant(e, "withdrawn", locale.Text{JA: "取り下げた日時", EN: "When it was withdrawn"},
			func(a table.Application) table.Instant { return a.Withdrawn }),
		{name: "version", text: locale.Text{JA: "版(変更のたびに1増える)", EN: "Version: 1, and one more for each edit"}, kind: Integer,
			value: func(a table.Applicant) string { return number(a.Application.Version) }},
		{name: "language", text: locale.Text{JA: "応募した言語", EN: "Language of the form"}, kind: Choice,
			choices: languages(),
			value:   func(a table.Applicant) string { return string(a.Person.Lang) }},
		{name: "source", text: locale.Text{JA: "どのページから来たか", EN: "Which page sent the person"}, kind: Text,
			value: func(a table.Applicant) string { return a.Application.Source }},
		{name: "prefecture", text: locale.Text{JA: "都道府県(JIS X 0401)", EN: "Prefecture (JIS X 0401)"}, kind: Choice,
			choices: prefectures(),
			value:   func(a table.Applicant) string { return a.Person.Prefecture }},
	}
	file = append(file, wishes(e)...)
	file = append(file, column[table.Applicant]{
		name: "motivation", text: locale.Text{JA: "応募の動機", EN: "Why the person applies"}, kind: Text,
		value: func(a table.Applicant) string { return a.Application.Motivation },
	})
	for _, q := range e.Application.Questions {
		file = append(file, answer(q))
	}
	for _, c := range e.Application.Consents {
		file = append(file, consent(e, c)...)
	}
	file = append(file, participation(e)...)
	return append(file,
		column[table.Applicant]{
			name: "adult", text: locale.Text{JA: "18歳以上であることの確認", EN: "Confirmed to be 18 or older"}, kind: YesNo,
			value: func(a table.Applicant) string { return yesNo(a.Application.Adult) },
		},
		column[table.Applicant]{
			name: "unlisted", kind: JSON,
			text: locale.Text{
				JA: "保存されているが、実証のファイルが変わったため列のない希望・回答・同意(なければ空)",
				EN: "Choices, answers and consents that are stored but have no column, because the experiment's file has changed (else empty)",
			},
			value: func(a table.Applicant) string { return unlisted(e, a.Application) },
		},
	)
}

func instant(e *experiment.Experiment, name string, text locale.Text, at func(table.Application) table.Instant) column[table.Applicant] {
	return column[table.Applicant]{
		name: name, text: text, kind: Instant,
		value: func(a table.Applicant) string { return rfc3339(at(a.Application), e.Zone()) },
	}
}

func prefectures() []experiment.Choice {
	var all []experiment.Choice
	for _, p := range input.Prefectures {
		all = append(all, experiment.Choice{ID: p.Code, Label: p.Name})
	}
	return all
}

// listings are the side jobs as the values of a column.
func listings(e *experiment.Experiment) []experiment.Choice {
	var all []experiment.Choice
	for _, l := range e.Listings {
		all = append(all, experiment.Choice{
			ID: l.ID, Label: locale.Text{JA: l.Title.JA + "(" + l.Host.JA + ")", EN: l.Title.EN + " (" + l.Host.EN + ")"},
		})
	}
	return all
}

// wishes are the columns of the chosen listings, the first wish first.
func wishes(e *experiment.Experiment) File[table.Applicant] {
	var file File[table.Applicant]
	for i := range e.Application.MaxChoices {
		n := number(i + 1)
		file = append(file, column[table.Applicant]{
			name: "choice_" + n, text: locale.Text{JA: "第" + n + "希望の副業", EN: "Side job of choice " + n}, kind: Choice, choices: listings(e),
			value: func(a table.Applicant) string {
				if i >= len(a.Application.Choices) {
					return ""
				}
				return a.Application.Choices[i]
			},
		})
	}
	return file
}

// answer is the column of one of the file's own questions.
func answer(q experiment.Question) column[table.Applicant] {
	kind := Text
	switch q.Type {
	case experiment.SingleChoice:
		kind = Choice
	case experiment.MultiChoice:
		kind = Choices
	}
	return column[table.Applicant]{
		name: "answer_" + q.ID, text: q.Label, kind: kind, choices: q.Choices,
		value: func(a table.Applicant) string { return strings.Join(a.Application.Answers[q.ID], " ") },
	}
}

// consent are the columns of one text that people were asked to agree to.
func consent(e *experiment.Experiment, c experiment.Consent) File[table.Applicant] {
	find := func(a table.Applicant, say func(table.Consent) string) string {
		i := slices.IndexFunc(a.Application.Consents, func(given table.Consent) bool { return given.Purpose == c.ID })
		if i < 0 {
			return ""
		}
		return say(a.Application.Consents[i])
	}
	about := func(ja, en string) locale.Text {
		return locale.Text{JA: "「" + c.Title.JA + "」" + ja, EN: "“" + c.Title.EN + "”: " + en}
	}
	name := "consent_" + c.ID
	return File[table.Applicant]{
		{name: name, text: about("への同意", "consent given"), kind: YesNo, value: func(a table.Applicant) string {
			return find(a, func(c table.Consent) string { return yesNo(c.Given) })
		}},
		{name: name + "_version", text: about("の版", "version of the text"), kind: Text, value: func(a table.Applicant) string {
			return find(a, func(c table.Consent) string { return c.Version })
		}},
		{name: name + "_at", text: about("に答えた日時", "when it was answered"), kind: Instant, value: func(a table.Applicant) string {
			return find(a, func(c table.Consent) string { return rfc3339(c.At, e.Zone()) })
		}},
	}
}

// participation are the columns of what became of a person after the selection.
func participation(e *experiment.Experiment) File[table.Applicant] {
	of := func(name string, kind Type, text locale.Text, say func(table.Participation) string) column[table.Applicant] {
		return column[table.Applicant]{name: name, text: text, kind: kind, value: func(a table.Applicant) string {
			if a.Participation == nil {
				return ""
			}
			return say(*a.Participation)
		}}
	}
	at := func(name string, text locale.Text, when func(table.Participation) table.Instant) column[table.Applicant] {
		return of(name, Instant, text, func(p table.Participation) string { return rfc3339(when(p), e.Zone()) })
	}
	offer := of("offer", Choice, locale.Text{JA: "お願いした副業", EN: "Side job that was offered"}, func(p table.Participation) string { return p.Listing })
	offer.choices = listings(e)
	return File[table.Applicant]{
		offer,
		at("offered", locale.Text{JA: "お願いした日時", EN: "When it was offered"}, func(p table.Participation) table.Instant { return p.Offered }),
		at("offer_until", locale.Text{JA: "お返事の期限(この日時より前)", EN: "Before when it could be accepted"}, func(p table.Participation) table.Instant { return p.Until }),
		at("accepted", locale.Text{JA: "引き受けた日時", EN: "When it was accepted"}, func(p table.Participation) table.Instant { return p.Accepted }),
		of("started", Day, locale.Text{JA: "副業を始めた日", EN: "Day on which the person started"}, func(p table.Participation) string { return p.Started }),
		of("ended_early", Day, locale.Text{JA: "途中で終えた日", EN: "Day on which the person stopped before the end"}, func(p table.Participation) string { return p.Ended }),
		of("ended_reason", Text, locale.Text{JA: "途中で終えた理由(事務局の記録)", EN: "Why, in staff's words"}, func(p table.Participation) string { return p.Reason }),
		of("completed", Day, locale.Text{JA: "副業を終えた日", EN: "Day on which the person completed it"}, func(p table.Participation) string { return p.Completed }),
	}
}

// unlisted is what of an application no column of the file shows, so that a
// change of the experiment's file never takes stored answers out of sight.
func unlisted(e *experiment.Experiment, a table.Application) string {
	var rest struct {
		Choices  []string            `json:"choices,omitempty"`
		Answers  map[string][]string `json:"answers,omitempty"`
		Consents []string            `json:"consents_given,omitempty"`
	}
	if len(a.Choices) > e.Application.MaxChoices {
		rest.Choices = a.Choices[e.Application.MaxChoices:]
	}
	for id, answer := range a.Answers {
		if _, asked := e.Application.Question(id); !asked {
			if rest.Answers == nil {
				rest.Answers = map[string][]string{}
			}
			rest.Answers[id] = answer
		}
	}
	for _, c := range a.Consents {
		if asked := slices.ContainsFunc(e.Application.Consents, func(a experiment.Consent) bool { return a.ID == c.Purpose }); !asked && c.Given {
			rest.Consents = append(rest.Consents, c.Purpose+" "+c.Version)
		}
	}
	return asJSON(rest, rest.Choices == nil && rest.Answers == nil && rest.Consents == nil)
}

// asJSON writes what has no column of its own; nothing for nothing.
func asJSON(rest any, nothing bool) string {
	if nothing {
		return ""
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(rest) // strings always encode
	return strings.TrimSuffix(text.String(), "\n")
}
