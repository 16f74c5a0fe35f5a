package release

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

// control is disclosure control over one analysis, after earlier releases.
type control struct {
	result analysis.Result
	limits Limits
	past   []Past

	from, to string            // waves of the plan's primary contrast
	whole    string            // the scale that is the mean of others
	parts    []string          // the others
	uniform  map[int]bool      // sets all of whose people answered alike, or nearly so
	verdicts map[int]verdict   // by set: of those that are in a sum, and of those that are held
	kept     map[int]Status    // by set: why something of it is kept from being told
	spaces   map[string]*space // by variable
	noSums   map[int]bool      // sets that reliability alone rests on: no sum is published of them
}

// uniform is why something is kept of people who all answered alike. It is never published, because
// it says what it withholds: such figures are Complement.
const uniform Status = "uniform"

// verdict says what becomes of the figures that rest on a set.
type verdict int

const (
	free      verdict = iota // nothing speaks against them
	meansOnly                // more than means would tell of the spread in another set
	held                     // it differs by too few people from one that was shown
	refused                  // with others it would tell of a few people
)

func newControl(r analysis.Result, e *experiment.Experiment, past []Past) *control {
	c := &control{
		result: r, limits: LimitsOf(e.Publication, r.Plan.AnalysisPlan), past: past,
		uniform: map[int]bool{}, verdicts: map[int]verdict{}, kept: map[int]Status{}, spaces: map[string]*space{}, noSums: map[int]bool{},
		whole: r.Plan.Primary.Outcome, parts: r.Plan.Secondary.Outcomes,
	}
	for _, from := range e.Waves {
		for _, to := range e.Waves {
			if r.Plan.Primary.Estimand == "did_"+from.ID+"_"+to.ID {
				c.from, c.to = from.ID, to.ID
			}
		}
	}
	for _, f := range r.Figures {
		if f.Section == analysis.Reliability {
			for _, set := range f.Sets {
				c.noSums[set] = true
			}
		}
		if sd, known := f.Value.Value(); (known && isSD(f.Statistic) && sd < 1e-9) || c.atEnd(f) {
			for _, set := range f.Sets {
				c.uniform[set] = true
			}
		}
	}
	return c
}

// atEnd reports whether a figure is the mean of a few people that is printed as an end of the scale:
// then nearly all answers are that end.
func (c *control) atEnd(f analysis.Figure) bool {
	mean, known := f.Value.Value()
	if !known || !isScore(f.Statistic) || c.fewest(f) >= c.limits.DetailMinN || c.result.Largest <= c.result.Smallest {
		return false
	}
	half := 0.5*math.Pow10(-c.decimals(f)) + 1e-9
	return mean <= float64(c.result.Smallest)+half || mean >= float64(c.result.Largest)-half
}

// admit decides for each set whether figures may rest on it: first those that differ too
// little from an earlier version, then, by their rank, the others beside what is shown already.
//
// What is refused is kept from being told by what is only descriptive, so that it cannot be computed
// either, such as from the total and the other subscales. It is known only after others
// were shown: then it is decided once more.
func (c *control) admit() {
	for set := range c.result.Sets {
		if c.close(set) {
			c.verdicts[set] = held
		}
	}
	hidden := map[int]bool{}
	for c.decide(hidden) {
	}
}

// decide admits sets beside each other but those that are hidden. It reports whether another
// one has to be.
func (c *control) decide(hidden map[int]bool) (again bool) {
	c.spaces = map[string]*space{}
	maps.DeleteFunc(c.verdicts, func(_ int, v verdict) bool { return v != held })
	c.remember()
	c.keep()
	candidates, ranks := c.candidates()
	for i, set := range candidates {
		if ranks[set] >= descriptive && (i == 0 || ranks[candidates[i-1]] < descriptive) {
			for _, other := range slices.Sorted(maps.Keys(hidden)) {
				c.secret(c.result.Sets[other], secret{})
			}
		}
		what := c.told(set)
		switch {
		case hidden[set]:
			c.verdicts[set] = refused
		case c.admitted(set, what):
		case what.means && what.spread && c.admitted(set, tell{means: true}):
			c.verdicts[set] = meansOnly
		default:
			c.verdicts[set] = refused
			hidden[set], again = true, true
		}
	}
	return again
}

// close reports whether a set was shown with a few other people.
func (c *control) close(set int) bool {
	now := c.result.Sets[set]
	for _, p := range c.past {
		for _, before := range p.Basis.people() {
			if differ := apart(now, before); slotOf(before) == slotOf(now) && differ > 0 && differ < c.limits.guarded() {
				return true
			}
		}
	}
	return false
}

// remember takes in what earlier releases have shown, and what they have kept.
func (c *control) remember() {
	for _, p := range c.past {
		c.shown(p.Basis, p.Basis.Sets, true)
		c.shown(p.Basis, p.Basis.Means, false)
	}
	for _, p := range c.past {
		for _, set := range p.Basis.Withheld {
			c.secret(set, secret{})
		}
		for _, set := range p.Basis.Uniform {
			c.secret(set, secret{near: true})
		}
	}
}

// shown takes in sets of a release. What people of both arms are in is told by the sets
// of the arms at that time.
func (c *control) shown(in Basis, sets []analysis.Set, spread bool) {
	for _, set := range sets {
		if parts, ok := partsOf(set, in.Scored); ok {
			c.show(set, parts, tell{means: set.Arm != "", spread: spread})
		}
	}
}

// keep has the sets of this analysis of which something is withheld kept from being told. Not if
// their people are all of a larger group, too: of that it is decided by its own limits.
func (c *control) keep() {
	candidates, _ := c.candidates()
	for set, s := range c.result.Sets {
		if slices.ContainsFunc(candidates, func(other int) bool {
			larger := c.result.Sets[other]
			return s.Region != "" && larger.Region == "" && larger.Outcome == s.Outcome && slices.Equal(larger.Waves, s.Waves) && apart(larger, s) == 0
		}) {
			continue
		}
		c.kept[set] = c.withheld(set)
		switch c.kept[set] {
		case uniform:
			c.secret(s, secret{near: true})
		case TooFew:
			c.secret(s, secret{})
		case Coarse:
			c.secret(s, secret{details: true})
		}
	}
}

func (c *control) secret(set analysis.Set, s secret) {
	if set.Arm == "" {
		return // of both arms there is nothing that the arms do not tell
	}
	s.set = parts{set.Arm: set.People}
	for _, wave := range set.Waves {
		in := c.space(set.Outcome, wave)
		in.kept = append(in.kept, s)
	}
}

// withheld says what of a set's sums is not shown, whatever else is: TooFew for all,
// uniform likewise, Coarse for all but a mean, and "" for nothing. Those of fewer people
// than the limit of combinations need no keeping, because nothing may tell of so few.
func (c *control) withheld(set int) Status {
	var why Status
	for _, f := range c.result.Figures {
		if !c.released(f) || !slices.Contains(c.sums(f), set) || c.result.Sets[set].N < c.limits.guarded() {
			continue
		}
		switch size := c.size(f); {
		case c.uniform[set]:
			return uniform
		case size == TooFew:
			return TooFew
		case size == Coarse:
			why = Coarse
		}
	}
	return why
}

// candidates are the sets that figures would be shown of, by rank: what the plan asks
// first is shown first, and what would tell too much with it is not.
func (c *control) candidates() (sets []int, rank map[int]int) {
	rank = map[int]int{}
	for _, f := range c.result.Figures {
		if !c.released(f) || c.size(f) != "" {
			continue
		}
		for _, set := range c.sums(f) {
			if before, ok := rank[set]; c.verdicts[set] != held && !c.uniform[set] && (!ok || c.rank(f, set) < before) {
				rank[set] = c.rank(f, set)
			}
		}
	}
	for set := range rank {
		sets = append(sets, set)
	}
	slices.SortFunc(sets, func(a, b int) int { return cmp.Or(rank[a]-rank[b], a-b) })
	return sets, rank
}

// descriptive is the rank from which on figures are of no contrast of all people, but of regions, of
// single waves, and of who stayed and who left.
const descriptive = 4

func (c *control) rank(f analysis.Figure, set int) int {
	primary := f.From == c.from && f.To == c.to
	total := f.Outcome == c.whole
	switch {
	case c.result.Sets[set].Arm == "":
		return 7
	case f.Region != "":
		return 4
	case f.Section == analysis.Wave:
		return 5
	case f.Section == analysis.Attrition:
		return 6
	case primary && total:
		return 0
	case primary:
		return 1
	case total:
		return 2
	}
	return 3
}

// told is what the figures would tell of a set. Of both arms together it is only the spread.
func (c *control) told(set int) tell {
	what := tell{means: c.result.Sets[set].Arm != ""}
	for _, f := range c.result.Figures {
		if c.released(f) && !isMean(f.Statistic) && slices.Contains(c.sums(f), set) && c.size(f) == "" {
			what.spread = true
		}
	}
	return what
}

// admitted takes a set into all variables that it is of, or into none.
func (c *control) admitted(set int, what tell) bool {
	s := c.result.Sets[set]
	parts, ok := partsOf(s, c.result.Sets)
	if !ok {
		return false
	}
	for _, wave := range s.Waves {
		ok = ok && c.space(s.Outcome, wave).admits(parts, what)
		ok = ok && !(what.means && c.completes(s, wave, parts))
	}
	if ok {
		c.show(s, parts, what)
	}
	return ok
}

// show takes a set in.
func (c *control) show(set analysis.Set, parts parts, what tell) {
	for _, wave := range set.Waves {
		c.space(set.Outcome, wave).add(parts, what)
	}
}

// completes reports whether a set completes those of the total and all subscales but one, so that
// they tell what is kept of the last.
func (c *control) completes(set analysis.Set, wave string, parts parts) bool {
	scales := append([]string{c.whole}, c.parts...)
	if !slices.Contains(scales, set.Outcome) {
		return false
	}
	with := c.space(set.Outcome, wave).clone()
	with.add(parts, tell{means: true})
	for _, last := range scales {
		if last == set.Outcome {
			continue
		}
		for _, k := range c.space(last, wave).kept {
			told := !k.details && k.toldBy(with)
			for _, other := range scales {
				told = told && (other == last || other == set.Outcome || k.toldBy(c.space(other, wave)))
			}
			if told {
				return true
			}
		}
	}
	return false
}

func (c *control) space(outcome, wave string) *space {
	variable := outcome + "\n" + wave
	if c.spaces[variable] == nil {
		c.spaces[variable] = newSpace(c.limits.guarded(), c.moved(wave))
	}
	return c.spaces[variable]
}
