package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/survey"
)

// reader turns a release into what one page prints in one language. Every number that it
// prints is a figure or a count of the release, and carries its key, so that a test finds
// it in results.json; nothing is computed but places in charts.
type reader struct {
	*release.Release
	experiment *experiment.Experiment
	instrument *survey.Instrument // whose scales the outcomes are; nil if this build lacks it
	lang       locale.Lang
}

// cell is a figure as the page prints it.
type cell struct {
	Key    string // section/outcome/arm/region/from/to/statistic
	Count  string // instead, of a number of people: what of the release it is
	Text   string // empty if the figure is not shown
	Short  string // then: why, in a few words
	Mark   string // the letter under which the page explains why, or that it is held
	Note   string // how it was computed, where that differs
	Reason reason
	Size   bool // without its sign, which the words around it say
}

// keyOf names a figure; the columns of results.csv in their order.
func keyOf(f release.Figure) string {
	return strings.Join([]string{string(f.Section), f.Outcome, f.Arm, f.Region, f.From, f.To, string(f.Statistic)}, "/")
}

// cell returns a figure for printing.
func (r reader) cell(f release.Figure) cell {
	c := cell{Key: keyOf(f), Text: f.Say(), Reason: reasonOf(f)}
	if c.Text != "" {
		c.Note = r.method(f.Note)
	}
	switch {
	case c.Text == "":
		c.Short, c.Mark = r.short(f.Status), r.markOf(c.Reason)
		if c.Reason.note != "" {
			c.Short = r.why(c.Reason)
		}
	case f.Status == release.Held:
		c.Mark = r.markOf(c.Reason)
	}
	return c
}

// figure returns a figure of all regions; an empty cell if the release has none.
func (r reader) figure(s analysis.Section, arm, outcome string, w waves, what analysis.Statistic) cell {
	f, ok := r.Figure(s, arm, outcome, w.From, w.To, what)
	if !ok {
		return cell{}
	}
	return r.cell(f)
}

// people returns how many people a figure rests on: of a difference, those of an arm.
func (r reader) people(f release.Figure, comparison bool) cell {
	n, what := f.N, "n"
	if comparison {
		n, what = f.NComparison, "n_comparison"
	}
	if n == nil {
		return cell{}
	}
	return cell{Key: keyOf(f), Count: what, Text: strconv.Itoa(*n)}
}

// count returns a number of people of the flow.
func (r reader) count(what string, n int) cell { return cell{Count: what, Text: strconv.Itoa(n)} }

// size is the cell without the sign.
func (c cell) size() cell {
	c.Text, c.Size = strings.TrimPrefix(c.Text, "−"), true
	return c
}

// waves is from which wave to which a figure tells.
type waves struct{ From, To string }

// value returns the place of a shown figure on its scale.
func (r reader) value(s analysis.Section, arm, outcome string, w waves, what analysis.Statistic) (float64, bool) {
	f, ok := r.Figure(s, arm, outcome, w.From, w.To, what)
	if !ok || f.Value == nil {
		return 0, false
	}
	return *f.Value, true
}

// primary returns between which waves the plan's primary contrast is: the estimand
// did_pre_post is from pre to post.
func (r reader) primary() waves {
	for _, from := range r.experiment.Waves {
		for _, to := range r.experiment.Waves {
			if r.Plan.Primary.Estimand == "did_"+from.ID+"_"+to.ID {
				return waves{from.ID, to.ID}
			}
		}
	}
	for _, f := range r.Figures {
		if f.Section == analysis.Difference {
			return waves{f.From, f.To}
		}
	}
	return waves{}
}

// contrasts returns between which waves the release compares, the primary one first.
func (r reader) contrasts() []waves {
	all := []waves{r.primary()}
	for _, f := range r.Figures {
		if w := (waves{f.From, f.To}); f.Section == analysis.Change && f.Region == "" && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// outcomes returns the plan's outcomes, the primary one first.
func (r reader) outcomes() []string {
	all := []string{r.Plan.Primary.Outcome}
	for _, o := range r.Plan.Secondary.Outcomes {
		if !slices.Contains(all, o) {
			all = append(all, o)
		}
	}
	return all
}

// figureTable is figures of one kind, a row for each outcome and arm.
type figureTable struct {
	ID      string
	Title   string
	Columns []string
	Rows    []figureRow
	Marks   []mark // of the cells that are not shown
}

// figureRow is a row: what it is of, how many people it rests on, and its cells, each of
// one figure or, for an interval, of two.
type figureRow struct {
	Head  []string
	Cells [][]cell
}

// column is one column of the tables of a section.
type column struct {
	title  locale.Text
	of     []analysis.Statistic // one, or the ends of an interval
	people bool                 // it is not the figure but how many people that rests on
}

// sheet is a table of some of the figures of a section.
type sheet struct {
	section analysis.Section
	title   locale.Text
	people  bool // with how many people a row rests on
	columns []column
}

// tables returns every figure of the release, by sheets: one for each pair of waves.
func (r reader) tables() []figureTable {
	var all []figureTable
	for _, s := range sheets {
		var spans []waves
		for _, f := range r.Figures {
			if w := (waves{f.From, f.To}); f.Section == s.section && s.has(f.Statistic) && !slices.Contains(spans, w) {
				spans = append(spans, w)
			}
		}
		for _, w := range spans {
			t := r.table(s, w)
			t.ID = "figures-" + strconv.Itoa(len(all)+1)
			all = append(all, t)
		}
	}
	return all
}

func (s sheet) has(what analysis.Statistic) bool {
	return slices.ContainsFunc(s.columns, func(c column) bool { return slices.Contains(c.of, what) })
}

// table lays the figures of a sheet between two waves in rows.
func (r reader) table(s sheet, w waves) figureTable {
	t := figureTable{Title: s.title.In(r.lang) + r.during(w)}
	type row struct{ outcome, arm, region string }
	var rows []row
	cells := map[row]map[analysis.Statistic]release.Figure{}
	for _, f := range r.Figures {
		if f.Section != s.section || (waves{f.From, f.To}) != w || !s.has(f.Statistic) {
			continue
		}
		of := row{f.Outcome, f.Arm, f.Region}
		if cells[of] == nil {
			rows, cells[of] = append(rows, of), map[analysis.Statistic]release.Figure{}
		}
		cells[of][f.Statistic] = f
	}
	columns := slices.DeleteFunc(slices.Clone(s.columns), func(c column) bool {
		return !slices.ContainsFunc(rows, func(of row) bool { _, ok := cells[of][c.of[0]]; return ok })
	})
	if s.people {
		t.Columns = append(t.Columns, "n")
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.title.In(r.lang))
	}
	for _, of := range rows {
		line := figureRow{Head: r.head(s.section, of.outcome, of.arm, of.region)}
		if doubt := r.doubt(w, of.outcome); doubt != "" && s.section == analysis.Difference {
			line.Head = append(line.Head, doubt)
		}
		if s.people {
			line.Cells = append(line.Cells, r.peopleOf(cells[of], columns))
		}
		for _, c := range columns {
			var printed []cell
			for _, what := range c.of {
				f, ok := cells[of][what]
				switch {
				case ok && c.people:
					printed = append(printed, r.people(f, false))
				case ok:
					printed = append(printed, r.cell(f))
				}
			}
			line.Cells = append(line.Cells, together(printed))
		}
		t.Rows = append(t.Rows, line)
	}
	t.Marks = r.marks(t.Rows)
	return t
}

// peopleOf returns how many people the figures of a row rest on: those of its first
// column that tells.
func (r reader) peopleOf(row map[analysis.Statistic]release.Figure, columns []column) []cell {
	for _, c := range columns {
		f, ok := row[c.of[0]]
		if !ok || f.N == nil {
			continue
		}
		n := []cell{r.people(f, false)}
		if f.NComparison != nil {
			n = append(n, r.people(f, true))
		}
		return n
	}
	return nil
}

// together leaves one cell of an interval neither end of which is shown.
func together(cells []cell) []cell {
	if len(cells) == 2 && cells[0].Text == "" && cells[1].Text == "" {
		return cells[:1]
	}
	return cells
}

// head names a row. Without an arm it is of both, which a difference is anyway.
func (r reader) head(s analysis.Section, outcome, arm, region string) []string {
	var head []string
	if outcome != "" {
		head = append(head, r.outcome(outcome))
	}
	switch {
	case arm != "":
		head = append(head, r.arm(arm))
	case s == analysis.Attrition:
		head = append(head, r.say("両グループ", "Both groups"))
	}
	if region != "" {
		head = append(head, r.region(region))
	}
	return head
}

// mark explains a letter beside a figure.
type mark struct {
	Letter string
	Text   string
	N      int // figures that have it
}

// marks returns the letters that the rows use.
func (r reader) marks(rows []figureRow) []mark {
	count := map[reason]int{}
	for _, row := range rows {
		for _, cells := range row.Cells {
			for _, c := range cells {
				if c.Mark != "" {
					count[c.Reason]++
				}
			}
		}
	}
	return r.marksOf(count)
}

func (r reader) marksOf(count map[reason]int) []mark {
	var all []mark
	for _, why := range r.reasons() {
		if n := count[why]; n > 0 {
			all = append(all, mark{r.markOf(why), r.why(why), n})
		}
	}
	return all
}

// withheld counts the figures of the whole release that are not shown, and those that
// are held, by reason.
func (r reader) withheld() []mark {
	count := map[reason]int{}
	for _, f := range r.Figures {
		if f.Status != release.Shown {
			count[reasonOf(f)]++
		}
	}
	return r.marksOf(count)
}

// held returns the releases whose figures this one repeats.
func (r reader) held() []int {
	var since []int
	for _, f := range r.Figures {
		if f.Status == release.Held && f.Since > 0 && !slices.Contains(since, f.Since) {
			since = append(since, f.Since)
		}
	}
	slices.SortFunc(since, cmp.Compare[int])
	return since
}
