package release

import (
	"fmt"
	"math"
	"slices"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

const format = "release/v1"

// Basis is what deciding on later releases needs to know of one, and nobody else: whom
// its figures rest on. It is never published.
type Basis struct {
	Number   int            `json:"number"`
	Sets     []analysis.Set `json:"sets"`               // those over whose scores sums were shown
	Others   []analysis.Set `json:"others,omitempty"`   // those behind other figures that were shown
	Scored   []analysis.Set `json:"scored,omitempty"`   // everybody with a score, by scale, wave and arm
	Withheld []analysis.Set `json:"withheld,omitempty"` // those that other figures must not tell
	Uniform  []analysis.Set `json:"uniform,omitempty"`  // nor come close to: everybody answered alike
}

// people are all sets behind figures that were shown.
func (b Basis) people() []analysis.Set { return slices.Concat(b.Sets, b.Others) }

// Past is an earlier release with its basis.
type Past struct {
	Release Release
	Basis   Basis
}

// Make decides what of an analysis may be shown after all earlier releases, in their
// order. It returns an error if the analysis is not of the experiment, or where answers
// changed without the people behind them changing.
func Make(r analysis.Result, e *experiment.Experiment, past []Past, approved time.Time) (Release, Basis, error) {
	if err := check(r, e, past); err != nil {
		return Release{}, Basis{}, err
	}
	c := newControl(r, e, past)
	c.admit()
	figures, err := c.figures()
	if err != nil {
		return Release{}, Basis{}, err
	}
	return Release{
		Format:      format,
		Experiment:  r.Experiment,
		Number:      len(past) + 1,
		Approved:    approved,
		Analyzed:    r.At,
		File:        r.File,
		Plan:        r.Plan,
		Deviations:  analysis.Deviations(r.Plan.AnalysisPlan, e.Analysis),
		Instruments: r.Instruments,
		Waves:       r.Waves,
		Limits:      c.limits,
		Flow:        r.Flow,
		Figures:     figures,
	}, c.basis(figures), nil
}

func check(r analysis.Result, e *experiment.Experiment, past []Past) error {
	if r.Experiment != e.ID {
		return fmt.Errorf("the analysis is of %q, and the release of %q", r.Experiment, e.ID)
	}
	for i, p := range past {
		if p.Release.Number != i+1 || p.Basis.Number != i+1 || p.Release.Experiment != e.ID {
			return fmt.Errorf("release %d of %s is not the one with the number %d (its basis has %d)",
				p.Release.Number, p.Release.Experiment, i+1, p.Basis.Number)
		}
	}
	for _, f := range r.Figures {
		for _, set := range f.Sets {
			if set < 0 || set >= len(r.Sets) {
				return fmt.Errorf("the figure %s rests on a set that the analysis does not have", placeOf(f))
			}
		}
	}
	return nil
}

// figures are those of the release, in the order of the analysis.
func (c *control) figures() ([]Figure, error) {
	figures := []Figure{}
	for _, f := range c.result.Figures {
		if !c.released(f) {
			continue
		}
		figure, err := c.figure(f)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure)
	}
	hideCounts(figures, c.limits.MinN)
	return figures, nil
}

// released reports whether a figure is of those that are ever shown. Reliable change is
// told of the total alone, and the scores of who stayed and who left by arm alone. Their spread
// only serves to see whether they answered alike.
func (c *control) released(f analysis.Figure) bool {
	switch {
	case f.Section == analysis.ReliableChange:
		return f.Outcome == c.whole
	case f.Section == analysis.Attrition && !peopleAlone(f):
		return f.Arm != "" && isMean(f.Statistic)
	}
	return true
}

// figure rounds a number, or says why it is not shown.
func (c *control) figure(f analysis.Figure) (Figure, error) {
	figure := Figure{
		Section: f.Section, Outcome: f.Outcome, Arm: f.Arm, Region: f.Region, From: f.From, To: f.To, Statistic: f.Statistic,
		Status: c.status(f),
	}
	figure.N, figure.NComparison = c.people(f)
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
			return now, fmt.Errorf("the figure %s was %s in release %d and is %g now, of the same people: their answers have changed",
				placeOf(f), before.Say(), p.Release.Number, value)
		}
		if before.Decimals == now.Decimals {
			now.Value, now.Below = before.Value, before.Below
		}
		return now, nil
	}
	return now, nil
}

// says reports whether a number is what was rounded to the figure, as far as floating
// point tells.
func (f Figure) says(value float64) bool {
	if f.Below {
		return value < *f.Value+1e-9
	}
	return math.Abs(value-*f.Value) <= 0.5*math.Pow10(-f.Decimals)+1e-9
}

// hideCounts hides small counts of answers, with as many others as keep them from being the
// total less the rest. All that are hidden look alike.
func hideCounts(figures []Figure, least int) {
	for i := range figures {
		if figures[i].Statistic != analysis.Increased {
			continue
		}
		var group []*Figure
		for j := range figures {
			if isCountOfAnswers(figures[j].Statistic) && besides(figures[i], figures[j]) && figures[j].Status == Shown {
				group = append(group, &figures[j])
			}
		}
		hideSmallest(group, least)
	}
}

func hideSmallest(group []*Figure, least int) {
	slices.SortStableFunc(group, func(a, b *Figure) int { return int(*a.Value - *b.Value) })
	hidden, people := 0, 0
	for _, f := range group {
		count := int(*f.Value)
		if count >= least && (hidden == 0 || (hidden > 1 && people >= least)) {
			return
		}
		hidden, people = hidden+1, people+count
		f.Value, f.Decimals, f.Status = nil, 0, Complement
	}
}

// besides reports whether two figures are of one row.
func besides(a, b Figure) bool {
	a.Statistic, b.Statistic = "", ""
	return samePlace(a, b)
}

func samePlace(a, b Figure) bool {
	return a.Section == b.Section && a.Outcome == b.Outcome && a.Arm == b.Arm && a.Region == b.Region &&
		a.From == b.From && a.To == b.To && a.Statistic == b.Statistic
}

func find(figures []Figure, place Figure) (Figure, bool) {
	i := slices.IndexFunc(figures, func(f Figure) bool { return samePlace(f, place) })
	if i < 0 {
		return Figure{}, false
	}
	return figures[i], true
}
