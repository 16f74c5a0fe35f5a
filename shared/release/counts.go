package release

import (
	"slices"

	"livinglab/shared/analysis"
)

// row is how many people's scores rose, stayed and fell: the three counts of one place.
type row []*Figure

// rowOf returns the counts beside a figure, in their order.
func rowOf(figures []Figure, place Figure) row {
	var counts row
	for i := range figures {
		if isCountOfAnswers(figures[i].Statistic) && besides(place, figures[i]) {
			counts = append(counts, &figures[i])
		}
	}
	return counts
}

// shown returns the counts that a release shows by itself, and not those that it repeats.
func (r row) shown() row {
	return slices.DeleteFunc(slices.Clone(r), func(f *Figure) bool { return f.Status != Shown })
}

// held reports whether some of the counts repeat an earlier release.
func (r row) held() bool {
	return slices.ContainsFunc(r, func(f *Figure) bool { return f.Status == Held })
}

// count decides on the counts of answers, which tell of people even where the sums behind them
// do not: small ones are hidden, and a row that differs from an earlier one by a few people is
// not shown instead of it. What change is reliable depends on everybody's answers, so that counts of
// the same people can differ, too.
func (c *control) count(figures []Figure) {
	for i := range figures {
		if figures[i].Statistic != analysis.Increased {
			continue
		}
		counts := rowOf(figures, figures[i])
		if len(counts.shown()) < len(counts) {
			continue // something speaks against all of them
		}
		if c.differsByFew(counts) {
			c.hold(counts)
			continue
		}
		hideSmallest(counts, c.hidden(counts), c.limits.MinN)
	}
}

// hideSmallest hides small counts of answers, and those that an earlier release hid, with as many
// others as keep them from being the total less the rest. All that are hidden look alike.
func hideSmallest(counts, before row, least int) {
	counts = slices.Clone(counts)
	slices.SortStableFunc(counts, func(a, b *Figure) int {
		if was := slices.Contains(before, a); was != slices.Contains(before, b) {
			return map[bool]int{true: -1, false: 1}[was]
		}
		return int(*a.Value - *b.Value)
	})
	hidden, people := 0, 0
	for _, f := range counts {
		count := int(*f.Value)
		if count >= least && !slices.Contains(before, f) && (hidden == 0 || (hidden > 1 && people >= least)) {
			return
		}
		hidden, people = hidden+1, people+count
		f.hide()
	}
}

func (f *Figure) hide() { f.Value, f.Decimals, f.Status = nil, 0, Complement }

// differsByFew reports whether a count, or what is left of the people besides those that were
// shown, differs from what an earlier release showed by fewer people than two figures may.
func (c *control) differsByFew(counts row) bool {
	few := func(a, b float64) bool {
		differ := max(a-b, b-a)
		return differ > 0 && differ < float64(max(c.limits.MinN, c.limits.MinNewRespondents))
	}
	for _, p := range c.past {
		rest, restNow, some := 0.0, 0.0, false
		for _, f := range counts {
			before, ok := find(p.Release.Figures, *f)
			switch {
			case ok && before.Status == Shown:
				if few(*f.Value, *before.Value) {
					return true
				}
				if !some {
					rest += float64(*before.N)
				}
				rest, some = rest-*before.Value, true
			default:
				restNow += *f.Value
			}
		}
		if some && few(restNow, rest) {
			return true
		}
	}
	return false
}

// hold repeats the counts of the last release that showed some of them.
func (c *control) hold(counts row) {
	for _, p := range slices.Backward(c.past) {
		before := rowOf(p.Release.Figures, *counts[0])
		if len(before.shown()) == 0 {
			continue
		}
		for _, f := range counts {
			if earlier, ok := find(p.Release.Figures, *f); ok {
				*f = earlier
			} else {
				f.hide()
			}
			if f.Status == Shown {
				f.Status, f.Since = Held, p.Release.Number
			}
		}
		return
	}
}

// hidden are the counts that an earlier release hid of people of whom too few have come or gone
// since.
func (c *control) hidden(counts row) row {
	var all row
	for _, f := range counts {
		for _, p := range c.past {
			before, ok := find(p.Release.Figures, *f)
			if ok && before.Status == Complement && c.samePeople(*f, p.Basis) {
				all = append(all, f)
				break
			}
		}
	}
	return all
}

// samePeople reports whether the changes that a count is of are those of an earlier release's
// people, but for a few.
func (c *control) samePeople(count Figure, before Basis) bool {
	for _, f := range c.result.Figures {
		if f.Statistic != count.Statistic || !samePlace(count, Figure{
			Section: f.Section, Outcome: f.Outcome, Arm: f.Arm, Region: f.Region, From: f.From, To: f.To, Statistic: f.Statistic,
		}) {
			continue
		}
		now := c.result.Sets[f.Sets[0]]
		return slices.ContainsFunc(slices.Concat(before.people(), before.Withheld, before.Uniform), func(s analysis.Set) bool {
			return slotOf(s) == slotOf(now) && apart(s, now) < c.limits.guarded()
		})
	}
	return false
}
