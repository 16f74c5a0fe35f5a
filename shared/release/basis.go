package release

import (
	"slices"

	"livinglab/shared/analysis"
)

// Basis is what deciding on later releases needs to know of one, and nobody else: whom
// its figures rest on. It is never published.
type Basis struct {
	Number   int            `json:"number"`
	Sets     []analysis.Set `json:"sets"`               // those of whose scores the spread was shown and, of one arm, means
	Means    []analysis.Set `json:"means,omitempty"`    // those of whose scores means were shown alone
	Others   []analysis.Set `json:"others,omitempty"`   // those behind other figures that were shown
	Scored   []analysis.Set `json:"scored,omitempty"`   // everybody with a score, by scale, wave and arm
	Withheld []analysis.Set `json:"withheld,omitempty"` // those that other figures must not tell
	Uniform  []analysis.Set `json:"uniform,omitempty"`  // nor come close to: everybody answered alike
}

// people are all sets behind figures that were shown.
func (b Basis) people() []analysis.Set { return slices.Concat(b.Sets, b.Means, b.Others) }

// sameSets reports whether a figure rests on the people of an earlier release.
func (c *control) sameSets(f analysis.Figure, before Basis) bool {
	for _, set := range f.Sets {
		now := c.result.Sets[set]
		if !slices.ContainsFunc(before.people(), func(s analysis.Set) bool { return slotOf(s) == slotOf(now) && apart(s, now) == 0 }) {
			return false
		}
	}
	return true
}

// basis is what later releases need to know of the figures.
func (c *control) basis(figures []Figure) Basis {
	b := Basis{Number: len(c.past) + 1, Scored: scored(c.result)}
	spread, now, stands := c.restsOn(figures)
	for set, s := range c.result.Sets {
		if now[set] {
			delete(stands, slotOf(s))
		}
		switch {
		case !now[set]:
		case c.noSums[set]:
			b.Others = append(b.Others, s)
		case spread[set]:
			b.Sets = append(b.Sets, s)
		default:
			b.Means = append(b.Means, s)
		}
		switch c.kept[set] {
		case uniform:
			b.Uniform = append(b.Uniform, s)
		case TooFew:
			b.Withheld = append(b.Withheld, s)
		}
	}
	if len(c.past) == 0 {
		return b
	}
	last := c.past[len(c.past)-1].Basis
	standing := func(sets []analysis.Set) []analysis.Set {
		return slices.DeleteFunc(slices.Clone(sets), func(s analysis.Set) bool { return !stands[slotOf(s)] })
	}
	b.Sets = append(b.Sets, standing(last.Sets)...)
	b.Means = append(b.Means, standing(last.Means)...)
	b.Others = append(b.Others, standing(last.Others)...)
	return b
}

// restsOn returns the sets that more was told of than means, those that anything was told of,
// if only that it has no value, and the slots of which an earlier figure stands.
func (c *control) restsOn(figures []Figure) (spread, now map[int]bool, stands map[string]bool) {
	spread, now, stands = map[int]bool{}, map[int]bool{}, map[string]bool{}
	i := 0
	for _, f := range c.result.Figures {
		if !c.released(f) {
			continue
		}
		figure := figures[i]
		i++
		told := figure.Status == Shown || figure.Status == Undefined
		hidden := figure.Status == Complement && (isCountOfAnswers(f.Statistic) && !rowOf(figures, figure).held() || tellsAlike(f.Value.Status()))
		for _, set := range f.Sets {
			switch {
			case peopleAlone(f):
			case figure.Status == Held:
				stands[slotOf(c.result.Sets[set])] = true
			case (told || hidden && !c.uniform[set]) && c.verdicts[set] < held:
				now[set] = true
				spread[set] = spread[set] || (!isMean(f.Statistic) && slices.Contains(c.sums(f), set))
			}
		}
	}
	return spread, now, stands
}
