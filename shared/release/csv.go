package release

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"livinglab/shared/analysis"
)

// flow is the section of results.csv that counts people.
const flow = "flow"

// column is one of results.csv: of figures, and of counts of people, which are written as
// figures.
type column struct {
	name  string
	value func(Release, Figure) string
}

var columns = []column{
	{"section", func(_ Release, f Figure) string { return string(f.Section) }},
	{"outcome", func(_ Release, f Figure) string { return f.Outcome }},
	{"arm", func(_ Release, f Figure) string { return f.Arm }},
	{"region", func(_ Release, f Figure) string { return f.Region }},
	{"from", func(_ Release, f Figure) string { return f.From }},
	{"to", func(_ Release, f Figure) string { return f.To }},
	{"statistic", func(_ Release, f Figure) string { return string(f.Statistic) }},
	{"n", func(_ Release, f Figure) string { return people(f.N) }},
	{"n_comparison", func(_ Release, f Figure) string { return people(f.NComparison) }},
	{"value", func(_ Release, f Figure) string { return f.plain() }},
	{"below", func(_ Release, f Figure) string { return yesNo(f.Below) }},
	{"decimals", func(_ Release, f Figure) string { return decimals(f) }},
	{"status", func(_ Release, f Figure) string { return string(f.Status) }},
	{"note", func(_ Release, f Figure) string { return f.Note }},
	{"since", func(_ Release, f Figure) string { return release(f.Since) }},
	{"made_up", func(r Release, _ Figure) string { return yesNo(r.MadeUp) }},
}

func people(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func decimals(f Figure) string {
	if f.Value == nil {
		return ""
	}
	return strconv.Itoa(f.Decimals)
}

func release(number int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number)
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// CSV is the release as results.csv: UTF-8, RFC 4180, one row for each figure and each
// count of people.
func (r Release) CSV() ([]byte, error) {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return table(names, r.rows())
}

// rows are those of results.csv, by column.
func (r Release) rows() [][]string {
	var rows [][]string
	for _, f := range append(counts(r.Flow), r.Figures...) {
		var row []string
		for _, c := range columns {
			row = append(row, c.value(r, f))
		}
		rows = append(rows, row)
	}
	return rows
}

// counts are the people of a flow, as figures.
func counts(of analysis.Flow) []Figure {
	var all []Figure
	add := func(what string, n int, arm, wave string) {
		all = append(all, Figure{
			Section: flow, Arm: arm, To: wave, Statistic: analysis.Statistic(what), Value: new(float64(n)), Status: Shown,
		})
	}
	add("registered", of.Registered, "", "")
	add("applied", of.Applied, "", "")
	add("withdrew", of.Withdrew, "", "")
	add("agreed", of.Agreed, "", "")
	add("offered", of.Offered, "", "")
	add("accepted", of.Accepted, "", "")
	add("started", of.Started, "", "")
	add("ended_early", of.EndedEarly, "", "")
	add("completed", of.Completed, "", "")
	for _, a := range of.Arms {
		add("people", a.N, a.Arm, "")
	}
	for _, w := range of.Waves {
		add("asked", w.Asked, w.Arm, w.Wave)
		add("answered", w.Answered, w.Arm, w.Wave)
	}
	return all
}

// table writes names and rows as CSV.
func table(names []string, rows [][]string) ([]byte, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.UseCRLF = true
	if err := w.WriteAll(append([][]string{names}, rows...)); err != nil {
		return nil, fmt.Errorf("writing CSV: %w", err)
	}
	return text.Bytes(), nil
}
