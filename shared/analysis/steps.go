package analysis

import (
	"cmp"
	"maps"
	"slices"

	"livinglab/shared/stats"
)

// steps counts how many people changed by how much: exactly, as fractions, since scores
// are means of more or fewer answers. There are as many as the scale's points allow.
type steps map[fraction]int

// fraction is reduced, and what it is under is positive.
type fraction struct{ over, under int }

// stepBetween returns by how much a person changed, in points.
func stepBetween(from, to score) fraction {
	over := to.sum*from.answered - from.sum*to.answered
	under := from.answered * to.answered
	common := greatestDivisor(max(over, -over), under)
	return fraction{over / common, under / common}
}

func greatestDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (f fraction) points() float64 { return float64(f.over) / float64(f.under) }

func (f fraction) size() fraction { return fraction{max(f.over, -f.over), f.under} }

func (f fraction) compare(other fraction) int {
	return cmp.Compare(f.over*other.under, other.over*f.under)
}

// signedRanks tests the changes. Ranks need no more than the order of their sizes: the
// place in that order is a whole number for fractions of any kind, as it is for sixths.
func (s steps) signedRanks() stats.SignedRanks {
	sizes := map[fraction]bool{}
	for step := range s {
		if step.over != 0 {
			sizes[step.size()] = true
		}
	}
	order := slices.SortedFunc(maps.Keys(sizes), fraction.compare)
	var d stats.Differences
	for step, people := range s {
		place, _ := slices.BinarySearchFunc(order, step.size(), fraction.compare)
		whole := (place + 1) * cmp.Compare(step.over, 0) // 0 for no change
		for range people {
			d.Add(whole)
		}
	}
	return stats.SignedRankTest(d)
}

// directions counts the people whose change is larger than the error of measurement, and
// whose is not; nobody where the error is not known.
func (s steps) directions(scale stats.ReliableChange) map[stats.Direction]stats.Number {
	if scale.Status != stats.OK {
		return nil
	}
	people := map[stats.Direction]int{}
	for step, n := range s {
		_, direction := scale.Of(0, step.points())
		people[direction] += n
	}
	all := map[stats.Direction]stats.Number{}
	for _, direction := range []stats.Direction{stats.ReliableIncrease, stats.NoReliableChange, stats.ReliableDecrease} {
		all[direction] = count(people[direction])
	}
	return all
}
