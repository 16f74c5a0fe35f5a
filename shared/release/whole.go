package release

import (
	"slices"

	"livinglab/shared/analysis"
)

// A total is the mean of its subscales for everybody who has answered all items. So the sums over one
// set of people of the total and of all subscales but one tell that of the last, shown or
// not; and where a subscale is shown of all of them but one, who left it out, they tell of
// that one. What follows looks for such a combination: of few sets of the total, less few sets of
// each subscale, that leaves a few people.
//
// It takes everybody for one who has answered all items. Who left out single ones differs from
// that by less than the rounding of the means hides.

// Of the total fewer sets are combined than of a subscale: each combination is compared with all
// of theirs.
const (
	mostOfWhole = 2
	mostOfPart  = 3
)

// setOff reports whether a set, shown in addition, can be set off against those of the other
// scales in a wave so that it tells of a few people, or of a set of which something is
// withheld.
func (c *control) setOff(set analysis.Set, wave string) bool {
	scales := append([]string{c.whole}, c.parts...)
	if set.Arm == "" || !slices.Contains(scales, set.Outcome) {
		return false
	}
	if c.rest(set, wave, "", nil)&^1 != 0 {
		return true
	}
	for _, scale := range scales {
		if scale == set.Outcome {
			continue
		}
		for _, k := range c.space(scale, wave).kept {
			if k.details || k.set[set.Arm] == (analysis.Sketch{}) {
				continue
			}
			told := c.rest(set, wave, scale, []analysis.Sketch{k.set[set.Arm]})
			if told&1 != 0 || (k.near && told != 0) {
				return true
			}
		}
	}
	return false
}

// rest returns on how few people combinations with a set rest, as bits; of one of the
// scales, instead of what is shown, some sets can be given.
func (c *control) rest(set analysis.Set, wave, instead string, given []analysis.Sketch) uint {
	of := func(scale string, most int) []analysis.Sketch {
		if scale == instead {
			return given
		}
		var sets []analysis.Sketch
		for _, one := range c.space(scale, wave).arms[set.Arm] {
			sets = append(sets, one.set)
		}
		if scale == set.Outcome {
			return combinations(set.People, sets, most-1)
		}
		return combinations(analysis.Sketch{}, sets, most)
	}
	limit := c.limits.guarded()
	parts := make([][]analysis.Sketch, len(c.parts))
	for i, part := range c.parts {
		parts[i] = of(part, mostOfPart)
	}
	var found uint
	for _, whole := range of(c.whole, mostOfWhole) {
		if whole == (analysis.Sketch{}) {
			continue // it sets nothing off
		}
		found |= unions(analysis.Sketch{}, whole, parts, limit, 1)
	}
	return found
}

// unions returns, as bits, on how few people combinations of the total less some of each
// subscale rest together. The people of each subscale have their own digit in a weight, so that
// they do not cancel out between subscales.
func unions(sum, whole analysis.Sketch, parts [][]analysis.Sketch, limit, digit int) uint {
	if len(parts) == 0 {
		if people := sum.People(limit); people < limit {
			return 1 << people
		}
		return 0
	}
	var found uint
	tried := map[analysis.Sketch]bool{}
	for _, part := range parts[0] {
		rest := whole.Plus(-1, part)
		if tried[rest] || rest.People(limit) == limit {
			continue
		}
		tried[rest] = true
		found |= unions(sum.Plus(digit, rest), whole, parts[1:], limit, digit<<digitBits)
	}
	return found
}

const digitBits = 12 // four subscales fit in a weight below the modulus, and weights below 2¹¹ in a digit

// combinations returns a base with up to so many sets added to it or taken from it.
func combinations(base analysis.Sketch, sets []analysis.Sketch, most int) []analysis.Sketch {
	all := []analysis.Sketch{base}
	if most == 0 {
		return all
	}
	for i, set := range sets {
		for _, weight := range []int{1, -1} {
			all = append(all, combinations(base.Plus(weight, set), sets[i+1:], most-1)...)
		}
	}
	return all
}
