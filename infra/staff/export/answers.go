package export

import (
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// InResearch reports whether a person's answers may be used: whoever agrees, and who
// left or withdrew and let the answers stay. Who declined has none, and of who had
// them erased there is nothing.
func InResearch(f table.File) bool {
	return f.Surveys != nil && f.Surveys.Research == table.Agreed || len(f.Responses) > 0
}

// Answers is the file of all answers and scores, one row for each person.
func (s Surveys) Answers() File[table.File] {
	file := File[table.File]{
		person(func(f table.File) string { return f.Person.ID }),
		s.group(),
		{name: "listing", text: locale.Text{JA: "始めた副業(受け入れ先)", EN: "The side job that the person started, with the host"}, kind: Choice, choices: listings(s.experiment),
			value: func(f table.File) string {
				if p := f.Participation; p != nil && p.Started != "" {
					return p.Listing
				}
				return ""
			}},
	}
	file = append(file, s.research()...)
	rounds := s.roundsOf(experiment.ToPeople, experiment.ToAttendees)
	for _, r := range rounds {
		file = append(file, s.response(r)...)
	}
	return append(file, s.unlisted(rounds))
}

// HostAnswers is the file of what the hosts' contacts answered.
func (s Surveys) HostAnswers() File[table.File] {
	file := File[table.File]{
		person(func(f table.File) string { return f.Person.ID }),
		host(s.experiment, func(f table.File) table.Person { return f.Person }),
	}
	rounds := s.roundsOf(experiment.ToHosts)
	for _, r := range rounds {
		file = append(file, s.response(r)...)
	}
	return append(file, s.unlisted(rounds))
}

// AnonymousAnswers is the file of the anonymous answers.
func (s Surveys) AnonymousAnswers() File[table.AnonymousAnswer] {
	rounds := slices.DeleteFunc(slices.Clone(s.rounds), func(r experiment.Round) bool { return !s.has(r, true) })
	file := File[table.AnonymousAnswer]{
		{name: "answer", text: locale.Text{JA: "回答の番号(無作為。人とはつながらない)", EN: "The answer's number, at random: it leads to nobody"}, kind: ID,
			value: func(a table.AnonymousAnswer) string { return a.ID }},
		{name: "survey", text: locale.Text{JA: "アンケート", EN: "The survey"}, kind: Choice, choices: roundChoices(rounds),
			value: func(a table.AnonymousAnswer) string { return a.Wave }},
		{name: "day", text: locale.Text{JA: "回答した日", EN: "The day of the answer"}, kind: Day,
			value: func(a table.AnonymousAnswer) string { return a.Day }},
		{name: "language", text: locale.Text{JA: "回答した言語", EN: "Language of the page"}, kind: Choice, choices: languages(),
			value: func(a table.AnonymousAnswer) string { return string(a.Lang) }},
		{name: "instrument", text: locale.Text{JA: "質問紙", EN: "The questionnaire"}, kind: ID,
			value: func(a table.AnonymousAnswer) string { return a.Instrument }},
		{name: "version", text: locale.Text{JA: "質問紙の版", EN: "Version of the questionnaire"}, kind: Integer,
			value: func(a table.AnonymousAnswer) string { return number(a.Edition.Version) }},
		{name: "hash", text: locale.Text{JA: "質問紙の内容のハッシュ値", EN: "Hash of its content"}, kind: ID,
			value: func(a table.AnonymousAnswer) string { return a.Edition.Hash }},
	}
	for _, instrument := range instrumentsOf(rounds) {
		for _, i := range s.editions(instrument, true) {
			file = append(file, answersTo(i, "", i.Items, func(a table.AnonymousAnswer) (survey.Answers, bool) {
				return a.Answers, a.Instrument == i.ID && a.Edition.Version == i.Version
			})...)
		}
	}
	return append(file, column[table.AnonymousAnswer]{
		name: "unlisted", text: unlistedText, kind: JSON,
		value: func(a table.AnonymousAnswer) string {
			rest := map[string][]string{}
			i, known := s.instruments.Edition(a.Instrument, a.Edition.Version)
			for item, values := range a.Answers {
				if _, listed := itemOf(i, item); (!known || !i.Anonymous || !listed) && len(values) > 0 {
					rest[item] = values
				}
			}
			return asJSON(rest, len(rest) == 0)
		},
	})
}

func itemOf(i *survey.Instrument, id string) (survey.Item, bool) {
	if i == nil {
		return survey.Item{}, false
	}
	return i.Item(id)
}

// instrumentsOf are the instruments of rounds, each once.
func instrumentsOf(rounds []experiment.Round) []string {
	var ids []string
	for _, r := range rounds {
		for _, id := range r.Instruments {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// response are the columns of the answers to a round: how it went, then each instrument.
func (s Surveys) response(r experiment.Round) File[table.File] {
	of := func(name string, kind Type, text locale.Text, choices []experiment.Choice, say func(table.Response) string) column[table.File] {
		return column[table.File]{
			name: r.ID + "." + name, kind: kind, choices: choices,
			text: locale.Text{JA: "「" + r.Title.JA + "」" + text.JA, EN: "“" + r.Title.EN + "”: " + text.EN},
			value: func(f table.File) string {
				response, any := f.Responses[r.ID]
				if !any {
					return ""
				}
				return say(response)
			},
		}
	}
	at := func(name string, text locale.Text, say func(table.Response) table.Instant) column[table.File] {
		return of(name, Instant, text, nil, func(r table.Response) string { return rfc3339(say(r), s.experiment.Zone()) })
	}
	file := File[table.File]{
		at("begun", locale.Text{JA: "に最初に回答した日時", EN: "when the first answer was saved"}, func(r table.Response) table.Instant { return r.Begun }),
		at("saved", locale.Text{JA: "に最後に回答した日時", EN: "when the last answer was saved"}, func(r table.Response) table.Instant { return r.Saved }),
		at("done", locale.Text{JA: "の回答を終えた日時", EN: "when it was finished"}, func(r table.Response) table.Instant { return r.Done }),
		of("language", Choice, locale.Text{JA: "に回答した言語", EN: "language of the page saved last"}, languages(), func(r table.Response) string { return string(r.Lang) }),
	}
	if r.Audience == experiment.ToPeople {
		file = append(file, of("group", Choice, locale.Text{JA: "に答え始めたときの群", EN: "the group when the response began"}, groups(s.experiment),
			func(r table.Response) string { return r.Group }))
	}
	for _, id := range r.Instruments {
		editions := s.editions(id, false)
		if len(editions) == 0 {
			continue
		}
		title := editions[len(editions)-1].Title
		about := func(ja, en string) locale.Text {
			return locale.Text{JA: "のうち「" + title.JA + "」" + ja, EN: "“" + title.EN + "”, " + en}
		}
		file = append(file,
			of(id+".version", Integer, about("の版", "version of the questionnaire"), nil, func(r table.Response) string {
				if e, any := r.Instruments[id]; any {
					return number(e.Version)
				}
				return ""
			}),
			of(id+".hash", ID, about("の内容のハッシュ値", "hash of its content"), nil, func(r table.Response) string { return r.Instruments[id].Hash }),
		)
		for _, i := range editions {
			file = append(file, answersTo(i, r.ID+".", itemsIn(i, r.ID), func(f table.File) (survey.Answers, bool) {
				response, any := f.Responses[r.ID]
				return response.Answers, any && response.Instruments[i.ID].Version == i.Version
			})...)
		}
	}
	return file
}

// itemsIn are the items that an instrument may ask somebody in a round.
func itemsIn(i *survey.Instrument, round string) []survey.Item {
	return slices.DeleteFunc(slices.Clone(i.Items), func(it survey.Item) bool {
		return len(it.Waves) > 0 && !slices.Contains(it.Waves, round)
	})
}

var unlistedText = locale.Text{
	JA: "保存されているが、実証や質問紙のファイルが変わったため列のない回答(なければ空)",
	EN: "Answers that are stored but have no column, because the file of the experiment or of a questionnaire has changed (else empty)",
}

// unlisted is the column of what of a person's answers no other column shows.
func (s Surveys) unlisted(rounds []experiment.Round) column[table.File] {
	return column[table.File]{name: "unlisted", text: unlistedText, kind: JSON, value: func(f table.File) string {
		rest := map[string]map[string][]string{}
		for wave, response := range f.Responses {
			for item, values := range response.Answers {
				if len(values) == 0 || s.listed(rounds, response, item) {
					continue
				}
				if rest[wave] == nil {
					rest[wave] = map[string][]string{}
				}
				rest[wave][item] = values
			}
		}
		return asJSON(rest, len(rest) == 0)
	}}
}

// listed reports whether an answer has a column in the file of some rounds.
func (s Surveys) listed(rounds []experiment.Round, response table.Response, item string) bool {
	i := slices.IndexFunc(rounds, func(r experiment.Round) bool { return r.ID == response.Wave })
	return i >= 0 && slices.ContainsFunc(rounds[i].Instruments, func(id string) bool {
		edition, known := s.instruments.Edition(id, response.Instruments[id].Version)
		return known && !edition.Anonymous &&
			slices.ContainsFunc(itemsIn(edition, response.Wave), func(it survey.Item) bool { return it.ID == item })
	})
}
