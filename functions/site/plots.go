package main

import (
	"math"
	"slices"
	"strconv"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

// forest is a chart of changes and of their difference with intervals, drawn to be read
// without color: participants have a filled circle and a solid line, the comparison group
// a square and a dashed line, the difference a diamond and a bold line.
type forest struct {
	ID     string
	Title  string
	Text   string // what it shows, for who does not see it
	Height int
	Base   int // of the plot
	TickY  int // of the words under it
	Zero   int // the place of no change
	Ticks  []forestTick
	Blocks []forestBlock
	Shows  bool   // at least one figure
	MadeUp string // a label; empty for real data
}

type forestTick struct {
	X    int
	Text string
}

// forestBlock is one outcome.
type forestBlock struct {
	Y     int
	Title string
	Lines []forestLine
}

// forestLine is one figure with its interval.
type forestLine struct {
	Kind         string // participants, comparison, difference
	Name         string
	Y, TextY     int
	X, Low, High int  // places
	Interval     bool // is there
	Shown        bool
	Cell         cell
	Short        string // why there is none
}

// point is a value in a chart.
type point struct {
	Kind string
	X, Y int
}

// At is the line's point at a place.
func (l forestLine) At(x, y int) point { return point{l.Kind, x, y} }

// The charts' measures, in their own units. A label stands left of the plot, its value
// right of it.
const (
	forestLeft, forestRight = 100, 312
	forestTop               = 34
	forestTitle             = 22 // from a block's top to its title's baseline
	forestRow               = 19
	forestGap               = 14
)

// forest draws the plan's outcomes between two waves; nil if the release has none.
func (r reader) forest(w waves, id string) *forest {
	half := r.reach(w)
	place := func(v float64) int {
		return (forestLeft+forestRight)/2 + int(math.Round(v/half*float64(forestRight-forestLeft)/2))
	}
	f := &forest{ID: id, Zero: place(0), Title: r.say("変化とその差", "Changes and their difference") + r.during(w), MadeUp: r.madeUp()}
	y := forestTop
	for _, outcome := range r.outcomes() {
		b := forestBlock{Y: y + forestTitle - 6, Title: r.outcome(outcome)}
		rowY := y + forestTitle + forestRow/2
		for _, l := range r.lines(w, outcome) {
			l.Y, l.TextY = rowY, rowY+4
			l.X, l.Low, l.High = place(l.value), place(l.low), place(l.high)
			b.Lines = append(b.Lines, l.forestLine)
			f.Shows = f.Shows || l.Shown
			rowY += forestRow
		}
		if len(b.Lines) > 0 {
			f.Blocks = append(f.Blocks, b)
			y = rowY - forestRow/2 + forestGap
		}
	}
	if len(f.Blocks) == 0 {
		return nil
	}
	f.Base, f.TickY, f.Height = y, y+16, y+24
	for _, v := range []float64{-half, -half / 2, 0, half / 2, half} {
		f.Ticks = append(f.Ticks, forestTick{place(v), minus(strconv.FormatFloat(v, 'f', -1, 64))})
	}
	f.Text = r.say(
		"側面ごとに、参加者の変化(丸)、比較グループの変化(四角)、その差(ひし形)を、95%信頼区間の線とともに示します。縦の線は変化なしです。数値はすべて下の表にあります。",
		"For each scale the change of the participants (circle), that of the comparison group (square), and the difference (diamond), with lines for the 95% intervals. The vertical line is no change. The table below has all numbers.")
	return f
}

// placed is a line with its values.
type placed struct {
	forestLine
	value, low, high float64
}

// lines returns the two changes of an outcome and their difference, as far as the release
// has them.
func (r reader) lines(w waves, outcome string) []placed {
	var all []placed
	for _, of := range []struct {
		kind, name, arm string
		section         analysis.Section
		what            analysis.Statistic
	}{
		{"participants", r.say("参加者", "Participants"), experiment.GroupParticipants, analysis.Change, analysis.MeanChange},
		{"comparison", r.say("比較グループ", "Comparison"), experiment.GroupComparison, analysis.Change, analysis.MeanChange},
		{"difference", r.say("差", "Difference"), "", analysis.Difference, analysis.DID},
	} {
		f, ok := r.Figure(of.section, of.arm, outcome, w.From, w.To, of.what)
		if !ok {
			continue
		}
		l := placed{forestLine: forestLine{Kind: of.kind, Name: of.name, Cell: r.cell(f)}}
		if f.Value == nil {
			l.Short = r.short(f.Status)
			all = append(all, l)
			continue
		}
		l.Shown, l.value = true, *f.Value
		low, hasLow := r.value(of.section, of.arm, outcome, w, analysis.CILow)
		high, hasHigh := r.value(of.section, of.arm, outcome, w, analysis.CIHigh)
		if hasLow && hasHigh {
			l.Interval, l.low, l.high = true, low, high
		}
		all = append(all, l)
	}
	return all
}

// reach returns the end of the axis, which runs as far down as up: the first of some
// round numbers that holds every value between the waves.
func (r reader) reach(w waves) float64 {
	most := 0.0
	for _, outcome := range r.outcomes() {
		for _, l := range r.lines(w, outcome) {
			most = max(most, math.Abs(l.value), math.Abs(l.low), math.Abs(l.high))
		}
	}
	ends := []float64{0.5, 1, 2, 3, 4, 6, 8, 10, 20, 50, 100}
	if i := slices.IndexFunc(ends, func(end float64) bool { return end >= most }); i >= 0 {
		return ends[i]
	}
	return most
}

func minus(number string) string {
	if number[0] == '-' {
		return "−" + number[1:]
	}
	return number
}

// slope is a chart of the two arms' means before and after, over the whole scale.
type slope struct {
	ID     string
	Title  string
	Text   string
	Waves  [2]string
	Ticks  []slopeTick
	Lines  []slopeLine
	MadeUp string
}

type slopeTick struct {
	Y, TextY int
	Value    int
}

// slopeLine is an arm.
type slopeLine struct {
	Kind, Name   string
	Y1, Y2       int // places of the means
	Text1, Text2 int // places of their numbers, which keep apart
	From, To     cell
}

// At is the line's point at a place.
func (l slopeLine) At(x, y int) point { return point{l.Kind, x, y} }

// The measures of a slope chart.
const (
	slopeTop, slopeBottom = 30, 150
	slopeApart            = 15 // of two numbers beside one another
)

// slopes draws the plan's outcomes between two waves, as far as means are shown.
func (r reader) slopes(w waves) []slope {
	smallest, largest := r.points()
	if largest <= smallest {
		return nil
	}
	place := func(v float64) int {
		return slopeBottom - int(math.Round((v-float64(smallest))/float64(largest-smallest)*(slopeBottom-slopeTop)))
	}
	var all []slope
	for _, outcome := range r.outcomes() {
		s := slope{ID: "slope-" + outcome, Title: r.outcome(outcome), Waves: [2]string{r.wave(w.From), r.wave(w.To)}, MadeUp: r.madeUp()}
		for v := smallest; v <= largest; v++ {
			s.Ticks = append(s.Ticks, slopeTick{place(float64(v)), place(float64(v)) + 4, v})
		}
		for _, arm := range []string{experiment.GroupParticipants, experiment.GroupComparison} {
			from, okFrom := r.value(analysis.Change, arm, outcome, w, analysis.MeanFrom)
			to, okTo := r.value(analysis.Change, arm, outcome, w, analysis.MeanTo)
			if !okFrom || !okTo {
				continue
			}
			l := slopeLine{
				Kind: "participants", Name: r.say("参加者", "Participants"), Y1: place(from), Y2: place(to),
				From: r.figure(analysis.Change, arm, outcome, w, analysis.MeanFrom), To: r.figure(analysis.Change, arm, outcome, w, analysis.MeanTo),
			}
			if arm == experiment.GroupComparison {
				l.Kind, l.Name = "comparison", r.say("比較", "Comparison")
			}
			s.Lines = append(s.Lines, l)
		}
		if len(s.Lines) == 0 {
			continue
		}
		keepApart(s.Lines, func(l *slopeLine) (int, *int) { return l.Y1, &l.Text1 })
		keepApart(s.Lines, func(l *slopeLine) (int, *int) { return l.Y2, &l.Text2 })
		s.Text = r.say(
			"「%s」から「%s」への平均の動きを、参加者(丸と実線)と比較グループ(四角と破線)について示します。数値は下の表にあります。",
			"The means from “%s” to “%s”: participants (circles, solid line) and comparison group (squares, dashed line). The table below has the numbers.", s.Waves[0], s.Waves[1])
		all = append(all, s)
	}
	return all
}

// keepApart places the numbers of two lines beside their points, far enough from one
// another to be read.
func keepApart(lines []slopeLine, of func(*slopeLine) (point int, text *int)) {
	for i := range lines {
		point, text := of(&lines[i])
		*text = point + 4
	}
	if len(lines) < 2 {
		return
	}
	a, first := of(&lines[0])
	b, second := of(&lines[1])
	upper, lower := first, second
	if a > b {
		upper, lower = second, first
	}
	if lack := slopeApart - (*lower - *upper); lack > 0 {
		*upper -= (lack + 1) / 2
		*lower += lack / 2
	}
}

// points are the ends of the scale that people answered on.
func (r reader) points() (smallest, largest int) {
	if r.instrument == nil {
		return 0, 0
	}
	for _, it := range r.instrument.Items {
		if it.Subscale != "" {
			return it.Range()
		}
	}
	return 0, 0
}

// madeUp is the label within charts that show people who do not exist.
func (r reader) madeUp() string {
	if !r.MadeUp {
		return ""
	}
	return r.say("架空データ", "Made-up data")
}

// changeTable holds the numbers of a forest.
type changeTable struct {
	Columns []string
	Rows    []changeRow
	Marks   []mark
}

type changeRow struct {
	Head      string
	Estimates []estimate
}

// estimate is a figure, its interval, and how many people it rests on, as far as they are
// shown.
type estimate struct {
	Of       *cell
	Interval []cell
	People   []cell
	Doubt    string // that the data do not settle a difference
}

func (r reader) changeTable(w waves) changeTable {
	t := changeTable{Columns: []string{r.say("参加者の変化", "Participants"), r.say("比較グループの変化", "Comparison group"), r.say("差", "Difference")}}
	count := map[reason]int{}
	for _, outcome := range r.outcomes() {
		row := changeRow{Head: r.outcome(outcome), Estimates: []estimate{
			r.estimate(analysis.Change, experiment.GroupParticipants, outcome, w, analysis.MeanChange),
			r.estimate(analysis.Change, experiment.GroupComparison, outcome, w, analysis.MeanChange),
			r.estimate(analysis.Difference, "", outcome, w, analysis.DID),
		}}
		for _, e := range row.Estimates {
			if e.Of != nil && e.Of.Mark != "" {
				count[e.Of.Reason]++
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.Marks = r.marksOf(count)
	return t.withoutEmpty()
}

// withoutEmpty leaves out the columns of an arm that a wave was not for.
func (t changeTable) withoutEmpty() changeTable {
	for c := len(t.Columns) - 1; c >= 0; c-- {
		if slices.ContainsFunc(t.Rows, func(row changeRow) bool { return row.Estimates[c].Of != nil }) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, c, c+1)
		for i := range t.Rows {
			t.Rows[i].Estimates = slices.Delete(t.Rows[i].Estimates, c, c+1)
		}
	}
	return t
}

func (r reader) estimate(s analysis.Section, arm, outcome string, w waves, what analysis.Statistic) estimate {
	f, ok := r.Figure(s, arm, outcome, w.From, w.To, what)
	if !ok {
		return estimate{}
	}
	e := estimate{Of: new(r.cell(f))}
	low, high := r.figure(s, arm, outcome, w, analysis.CILow), r.figure(s, arm, outcome, w, analysis.CIHigh)
	if low.Text != "" && high.Text != "" {
		e.Interval = []cell{low, high}
	}
	for _, n := range []cell{r.people(f, false), r.people(f, true)} {
		if n.Text != "" {
			e.People = append(e.People, n)
		}
	}
	if s == analysis.Difference {
		e.Doubt = r.doubt(w, outcome)
	}
	return e
}

// meanTable holds the numbers of the slope charts.
func (r reader) meanTable(w waves) figureTable {
	t := figureTable{Columns: []string{
		r.say("参加者(前)", "Participants, before"), r.say("(後)", "after"), "n",
		r.say("比較グループ(前)", "Comparison group, before"), r.say("(後)", "after"), "n",
	}}
	for _, outcome := range r.outcomes() {
		row := figureRow{Head: []string{r.outcome(outcome)}}
		for _, arm := range []string{experiment.GroupParticipants, experiment.GroupComparison} {
			n := cell{}
			if f, ok := r.Figure(analysis.Change, arm, outcome, w.From, w.To, analysis.MeanFrom); ok {
				n = r.people(f, false)
			}
			row.Cells = append(row.Cells,
				[]cell{r.figure(analysis.Change, arm, outcome, w, analysis.MeanFrom)},
				[]cell{r.figure(analysis.Change, arm, outcome, w, analysis.MeanTo)}, []cell{n})
		}
		t.Rows = append(t.Rows, row)
	}
	t.Marks = r.marks(t.Rows)
	return t
}
