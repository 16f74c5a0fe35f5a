package release

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"livinglab/shared/analysis"
)

// sums are the sets over whose scores a figure publishes a sum, or something that tells of one. How
// consistent the items of a scale are tells of none: it is a ratio of variances, of items
// of which nothing is published. Nor do counts of people. What change is reliable tells of the
// spread of everybody's scores, but see decimals; how many have changed so, only of their own.
func (c *control) sums(f analysis.Figure) []int {
	if f.Section == analysis.Reliability || f.Statistic == analysis.Alpha || f.Statistic == analysis.SmallestChange || peopleAlone(f) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Sets), func(set int) bool {
		return c.noSums[set] || (isCountOfAnswers(f.Statistic) && c.result.Sets[set].Arm == "")
	})
}

// status says whether a figure is shown, and if not, why; but for what has no value.
func (c *control) status(f analysis.Figure) Status {
	if peopleAlone(f) {
		return Shown
	}
	family := c.family(f)
	for _, one := range family {
		for _, set := range one.Sets {
			if c.verdicts[set] == held {
				return Held
			}
		}
	}
	if size := c.size(f); size != "" {
		return size
	}
	for _, set := range c.sums(f) {
		if v := c.verdicts[set]; c.uniform[set] || v == refused || (v == meansOnly && !isMean(f.Statistic)) {
			return c.instead(f)
		}
	}
	for _, one := range family {
		if c.size(one) != "" || slices.ContainsFunc(c.sums(one), func(set int) bool { return c.uniform[set] }) {
			return Complement
		}
	}
	return Shown
}

// instead is Held if there is an earlier figure to show instead of one that would tell too much,
// whatever it would tell.
func (c *control) instead(f analysis.Figure) Status {
	before, _, ok := c.last(Figure{
		Section: f.Section, Outcome: f.Outcome, Arm: f.Arm, Region: f.Region, From: f.From, To: f.To, Statistic: f.Statistic,
	})
	if ok && (before.Status == Shown || before.Status == Held) {
		return Held
	}
	return Complement
}

// last returns the figure of the last release in a place, and that release's number.
func (c *control) last(place Figure) (Figure, int, bool) {
	if len(c.past) == 0 {
		return Figure{}, 0, false
	}
	last := c.past[len(c.past)-1].Release
	f, ok := find(last.Figures, place)
	return f, last.Number, ok
}

// family are the figures from whose people a figure comes: itself, and of an adjusted p all those
// that were adjusted together.
func (c *control) family(f analysis.Figure) []analysis.Figure {
	if f.Statistic != analysis.PHolm {
		return []analysis.Figure{f}
	}
	var family []analysis.Figure
	for _, one := range c.result.Figures {
		if one.Section == f.Section && one.Statistic == f.Statistic && one.Arm == f.Arm && one.Region == f.Region && one.From == f.From && one.To == f.To {
			family = append(family, one)
		}
	}
	return family
}

// size says what a figure's number of people speaks against it with; "" for nothing.
func (c *control) size(f analysis.Figure) Status {
	n := c.fewest(f)
	switch {
	case peopleAlone(f):
		return ""
	case f.Section == analysis.Difference && n < c.limits.MinNPerArm:
		return NotEnoughData
	case n < c.limits.MinN, f.Region != "" && n < c.limits.PerRegionMinN:
		return TooFew
	case n < c.limits.DetailMinN && !isMean(f.Statistic):
		return Coarse
	}
	return ""
}

// fewest is the number of people in the smallest of the sets of a figure.
func (c *control) fewest(f analysis.Figure) int {
	if len(f.Sets) == 0 {
		return 0
	}
	n := c.result.Sets[f.Sets[0]].N
	for _, set := range f.Sets {
		n = min(n, c.result.Sets[set].N)
	}
	return n
}

func placeOf(f analysis.Figure) string {
	var place strings.Builder
	place.WriteString(string(f.Section))
	for _, part := range []string{f.Outcome, f.Arm, f.Region, f.From, f.To, string(f.Statistic)} {
		if part != "" {
			place.WriteString(" " + part)
		}
	}
	return place.String()
}

// figure rounds a number, or says why it is not shown.
func (c *control) figure(f analysis.Figure) (Figure, error) {
	figure := Figure{
		Section: f.Section, Outcome: f.Outcome, Arm: f.Arm, Region: f.Region, From: f.From, To: f.To, Statistic: f.Statistic,
		Status: c.status(f),
	}
	figure.N, figure.NComparison = c.people(f)
	if figure.Status == Shown && tellsAlike(f.Value.Status()) {
		figure.Status = c.instead(f)
	}
	value, known := f.Value.Value()
	switch {
	case figure.Status == Held:
		return c.earlier(figure), nil
	case figure.Status != Shown:
		return figure, nil
	case !known:
		figure.Status, figure.Note = Undefined, string(f.Value.Status())
		return figure, nil
	}
	figure.Note = f.Note
	figure.Decimals = c.decimals(f)
	figure.round(value)
	return c.unchanged(f, figure, value)
}

func (f *Figure) round(value float64) {
	if f.Decimals == decimalsOfP && isP(f.Statistic) && value < 0.001 {
		f.Value, f.Below = new(0.001), true
		return
	}
	unit := math.Pow10(f.Decimals)
	f.Value = new(math.Round(value*unit)/unit + 0) // never a negative zero
}

// decimals are those that a figure is shown with.
func (c *control) decimals(f analysis.Figure) int {
	switch {
	case isCount(f.Statistic):
		return 0
	case isP(f.Statistic):
		return decimalsOfP
	case f.Statistic == analysis.V:
		return 1 // a multiple of a half
	case f.Statistic == analysis.SmallestChange && slices.ContainsFunc(f.Sets, func(set int) bool { return c.verdicts[set] == refused }):
		return min(decimalsOfMean, c.limits.Decimals) // too coarse to tell of the spread of a few people's scores
	case isMean(f.Statistic) && c.fewest(f) < c.limits.DetailMinN:
		return min(decimalsOfMean, c.limits.Decimals)
	}
	return c.limits.Decimals
}

// people returns how many people a figure rests on; of both arms apart, where it compares them.
func (c *control) people(f analysis.Figure) (n, comparison *int) {
	if len(f.Sets) == 0 || f.Statistic == analysis.Answered || f.Statistic == analysis.Lost {
		return nil, nil
	}
	first := c.result.Sets[f.Sets[0]]
	for _, set := range f.Sets {
		if s := c.result.Sets[set]; f.Arm == "" && first.Arm != "" && s.Arm != first.Arm {
			return new(first.N), new(s.N)
		}
	}
	return new(first.N), nil
}

// earlier is the figure that the last release has in the same place, as it stands there.
func (c *control) earlier(now Figure) Figure {
	if f, release, ok := c.last(now); ok {
		if f.Status == Shown {
			f.Status, f.Since = Held, release
		}
		return f
	}
	now.Status = Complement
	return now
}

// unchanged compares a figure with those of earlier releases that rest on the same
// people: it is the same number. That of other people's p is not only theirs.
func (c *control) unchanged(f analysis.Figure, now Figure, value float64) (Figure, error) {
	if peopleAlone(f) || f.Statistic == analysis.PHolm {
		return now, nil
	}
	for _, p := range slices.Backward(c.past) {
		before, ok := find(p.Release.Figures, now)
		if !ok || before.Status != Shown || !c.sameSets(f, p.Basis) {
			continue
		}
		if !before.says(value) {
			return now, fmt.Errorf("the figure %s is %s in release %d (from the analysis of %s) and %g in the analysis of %s, of the same people: "+
				"their answers, the plan's rules or the questionnaire have changed since. "+
				"See which, put it back if it was a mistake, and analyze again; until both agree, release %d stands and no other can follow",
				placeOf(f), before.Say(), p.Release.Number, instant(p.Release.Analyzed), value, instant(c.result.At), len(c.past))
		}
		if before.Decimals == now.Decimals {
			now.Value, now.Below = before.Value, before.Below
		}
		return now, nil
	}
	return now, nil
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// says reports whether a number is what was rounded to the figure, as far as floating
// point tells.
func (f Figure) says(value float64) bool {
	if f.Below {
		return value < *f.Value+1e-9
	}
	return math.Abs(value-*f.Value) <= 0.5*math.Pow10(-f.Decimals)+1e-9
}
