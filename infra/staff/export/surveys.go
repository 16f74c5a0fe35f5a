package export

import (
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Surveys makes the files of an experiment's surveys. They have a column for each
// question of each version that anybody may have answered, so that a new version adds
// columns and changes none.
type Surveys struct {
	experiment  *experiment.Experiment
	instruments survey.Set
	rounds      []experiment.Round
}

// NewSurveys returns the files of the surveys that the experiment's file names.
func NewSurveys(e *experiment.Experiment, instruments survey.Set) Surveys {
	return Surveys{e, instruments, e.Rounds(e.Sessions(nil))}
}

// editions are the versions of an instrument whose answers are kept anonymously, or
// those whose answers are kept with the person.
func (s Surveys) editions(instrument string, anonymous bool) []*survey.Instrument {
	return slices.DeleteFunc(s.instruments.All(), func(i *survey.Instrument) bool {
		return i.ID != instrument || i.Anonymous != anonymous
	})
}

// has reports whether answers to a round are kept so.
func (s Surveys) has(r experiment.Round, anonymous bool) bool {
	return slices.ContainsFunc(r.Instruments, func(id string) bool { return len(s.editions(id, anonymous)) > 0 })
}

// AnonymousRounds are the ids of the rounds whose answers are anonymous.
func (s Surveys) AnonymousRounds() []string {
	var ids []string
	for _, r := range s.rounds {
		if s.has(r, true) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// roundsOf are the rounds of some audiences whose answers are kept with the person.
func (s Surveys) roundsOf(audiences ...experiment.Audience) []experiment.Round {
	return slices.DeleteFunc(slices.Clone(s.rounds), func(r experiment.Round) bool {
		return !slices.Contains(audiences, r.Audience) || !s.has(r, false)
	})
}

// roundChoices are rounds as the values of a column.
func roundChoices(rounds []experiment.Round) []experiment.Choice {
	var all []experiment.Choice
	for _, r := range rounds {
		all = append(all, experiment.Choice{ID: r.ID, Label: r.Title})
	}
	return all
}

// group is the column of the arm that a person belongs to now, or did until leaving.
func (s Surveys) group() column[table.File] {
	return column[table.File]{
		name: "group", text: locale.Text{
			JA: "いまの群(どちらでもなければ空。協力を取りやめて回答を残した方は、回答したときの群)",
			EN: "The group now, empty for who is in neither; of who has left and let the answers stay, the one in which they were given",
		}, kind: Choice,
		choices: groups(s.experiment), value: table.File.Arm,
	}
}

func groups(e *experiment.Experiment) []experiment.Choice {
	var all []experiment.Choice
	for _, g := range e.Groups {
		all = append(all, experiment.Choice{ID: g.ID, Label: g.Title})
	}
	return all
}

func languages() []experiment.Choice {
	return []experiment.Choice{
		{ID: string(locale.Japanese), Label: locale.Text{JA: "日本語", EN: "Japanese"}},
		{ID: string(locale.English), Label: locale.Text{JA: "英語", EN: "English"}},
	}
}

// research are the columns of the consent to the research.
func (s Surveys) research() File[table.File] {
	of := func(name string, kind Type, ja, en string, say func(table.Surveys) string) column[table.File] {
		return column[table.File]{name: name, kind: kind, text: locale.Text{JA: ja, EN: en}, value: func(f table.File) string {
			if f.Surveys == nil {
				return ""
			}
			return say(*f.Surveys)
		}}
	}
	zone := s.experiment.Zone()
	return File[table.File]{
		researchState(func(f table.File) *table.Surveys { return f.Surveys }),
		of("research_version", Text, "答えた同意文の版", "Version of the text that was answered", func(s table.Surveys) string { return s.Consent.Version }),
		of("research_hash", ID, "答えた同意文のハッシュ値", "Hash of that text", func(s table.Surveys) string { return s.Consent.Hash }),
		of("research_at", Instant, "同意文に答えた日時", "When it was answered", func(s table.Surveys) string { return rfc3339(s.Consent.At, zone) }),
		of("research_left", Instant, "同意を取り消した日時", "When the consent was withdrawn", func(s table.Surveys) string { return rfc3339(s.Left, zone) }),
	}
}

// researchState is the column that says whether a person takes part in the research.
func researchState[T any](of func(T) *table.Surveys) column[T] {
	return column[T]{
		name: "research", text: locale.Text{JA: "研究への協力(まだ答えていなければ空)", EN: "Whether the person takes part in the research; empty before that was answered"}, kind: Choice,
		choices: []experiment.Choice{
			{ID: string(table.Agreed), Label: locale.Text{JA: "同意している", EN: "Agrees"}},
			{ID: string(table.Declined), Label: locale.Text{JA: "協力しない", EN: "Declined"}},
			{ID: string(table.LeftResearch), Label: locale.Text{JA: "同意を取り消した", EN: "Withdrew the consent"}},
		},
		value: func(row T) string {
			if s := of(row); s != nil {
				return string(s.Research)
			}
			return ""
		},
	}
}
