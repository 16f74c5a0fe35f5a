package release

import (
	"fmt"
	"slices"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
)

// about is what codebook.csv says of a column of results.csv.
type about struct {
	kind  string // code, integer, number, yes_no
	text  locale.Text
	value func(naming, string) locale.Text // of a column of codes: what one means
}

var columnTexts = map[string]about{
	"section":      {"code", locale.Text{JA: "数値の種類", EN: "Kind of figure"}, func(_ naming, s string) locale.Text { return SectionText(analysis.Section(s)) }},
	"outcome":      {"code", locale.Text{JA: "尺度(空欄は尺度によらない数値)", EN: "Scale; empty for what is of none"}, naming.outcome},
	"arm":          {"code", locale.Text{JA: "グループ(空欄は両方)", EN: "Group; empty for both"}, naming.arm},
	"region":       {"code", locale.Text{JA: "副業の地域(空欄はすべて)", EN: "Region of the side job; empty for all"}, naming.region},
	"from":         {"code", locale.Text{JA: "前の回のアンケート", EN: "Survey before"}, naming.wave},
	"to":           {"code", locale.Text{JA: "後の回の、または当の回のアンケート", EN: "Survey after, or the one survey"}, naming.wave},
	"statistic":    {"code", locale.Text{JA: "統計量と単位", EN: "Statistic, with its unit"}, func(_ naming, s string) locale.Text { return StatisticText(analysis.Statistic(s)) }},
	"n":            {"integer", locale.Text{JA: "数値のもとになった人数(差では参加した方)", EN: "People behind the figure; of a difference, the participants"}, nil},
	"n_comparison": {"integer", locale.Text{JA: "差のもとになった、比較の方の人数", EN: "Of a difference, people of the comparison group"}, nil},
	"value":        {"number", locale.Text{JA: "四捨五入した値(空欄は公開しない値)", EN: "The figure, rounded; empty if it is not shown"}, nil},
	"below":        {"yes_no", locale.Text{JA: "valueより小さい値か(p<0.001など)", EN: "Whether the figure is smaller than value, as in p < 0.001"}, nil},
	"decimals":     {"integer", locale.Text{JA: "valueの小数点以下の桁数", EN: "Decimals of value"}, nil},
	"status":       {"code", locale.Text{JA: "公開しているか、していない理由", EN: "Whether the figure is shown, and if not, why"}, func(_ naming, s string) locale.Text { return StatusText(Status(s)) }},
	"note":         {"code", locale.Text{JA: "計算の方法、または計算できない理由", EN: "How the figure was computed, or why it cannot be"}, func(_ naming, s string) locale.Text { return NoteText(s) }},
	"since":        {"integer", locale.Text{JA: "前に公開した値のままのとき、その公開の番号", EN: "Of a figure that stands as published before: the number of that release"}, nil},
	"made_up":      {"yes_no", locale.Text{JA: "架空のデータか(yesなら、実在の方の回答ではありません)", EN: "Whether the data are made up; if yes, they are no real people's answers"}, nil},
}

// Codebook is codebook.csv: one row for each column of results.csv and for each value that a
// column of codes has there, in Japanese and English.
func (r Release) Codebook(e *experiment.Experiment) ([]byte, error) {
	scales, err := r.Scales()
	if err != nil {
		return nil, err
	}
	names := naming{e, scales}
	all := r.rows()
	var rows [][]string
	for i, c := range columns {
		of := columnTexts[c.name]
		rows = append(rows, []string{c.name, "", of.kind, of.text.JA, of.text.EN})
		if of.value == nil {
			continue
		}
		var values []string
		for _, row := range all {
			if row[i] != "" && !slices.Contains(values, row[i]) {
				values = append(values, row[i])
			}
		}
		for _, value := range values {
			text := of.value(names, value)
			rows = append(rows, []string{c.name, value, of.kind, text.JA, text.EN})
		}
	}
	return table([]string{"column", "value", "type", "label_ja", "label_en"}, rows)
}

// naming knows what an experiment calls things.
type naming struct {
	e      *experiment.Experiment
	scales []survey.Scale
}

func (n naming) outcome(id string) locale.Text {
	for _, s := range n.scales {
		if s.ID == id {
			return s.Title
		}
	}
	return locale.Text{JA: id, EN: id}
}

func (n naming) arm(id string) locale.Text {
	for _, g := range n.e.Groups {
		if g.ID == id {
			return g.Title
		}
	}
	return locale.Text{JA: id, EN: id}
}

func (n naming) region(id string) locale.Text {
	if region, ok := n.e.Region(id); ok {
		return region.Name
	}
	return locale.Text{JA: id, EN: id}
}

func (n naming) wave(id string) locale.Text {
	if wave, ok := n.e.Wave(id); ok {
		return wave.Title
	}
	return locale.Text{JA: id, EN: id}
}

// Scales are those of the instruments that were scored, subscales before totals, as their
// newest versions in the release name them.
func (r Release) Scales() ([]survey.Scale, error) {
	set, err := survey.Shipped()
	if err != nil {
		return nil, fmt.Errorf("naming the scales: %w", err)
	}
	var scales []survey.Scale
	take := func(s survey.Scale) {
		if s.ID != "" && !slices.ContainsFunc(scales, func(known survey.Scale) bool { return known.ID == s.ID }) {
			scales = append(scales, s)
		}
	}
	for _, of := range slices.Backward(r.Instruments) {
		if i, ok := set.Edition(of.ID, of.Version); ok {
			for _, s := range i.Subscales {
				take(s.Scale)
			}
			take(i.Total)
		}
	}
	return scales, nil
}
