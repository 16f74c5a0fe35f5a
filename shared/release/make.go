package release

import (
	"fmt"
	"slices"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

const format = "release/v1"

// Past is an earlier release with its basis.
type Past struct {
	Release Release
	Basis   Basis
}

// Make decides what of an analysis may be shown after all earlier releases, in their
// order. It returns an error if the analysis is not of the experiment, or where a figure
// changed without the people behind it changing.
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
	c.count(figures)
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
