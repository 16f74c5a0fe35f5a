package release

import (
	"cmp"
	"encoding/json"
	"fmt"
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
	uniform  map[int]bool      // sets all of whose people answered alike
	verdicts map[int]verdict   // by set: of those that are in a sum, and of those that are held
	kept     map[int]Status    // by set: why something of it is kept from being told
	spaces   map[string]*space // by variable
	noSums   map[int]bool      // sets that reliability alone rests on: no sum is published of them
}

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
		if sd, known := f.Value.Value(); known && isSD(f.Statistic) && sd < 1e-9 {
			for _, set := range f.Sets {
				c.uniform[set] = true
			}
		}
	}
	return c
}

// admit decides for each set whether figures may rest on it: first those that differ too
// little from an earlier version, then, by their rank, the others beside what is shown already.
func (c *control) admit() {
	for set := range c.result.Sets {
		if c.close(set) {
			c.verdicts[set] = held
		}
	}
	c.remember()
	c.keep()
	for _, set := range c.candidates() {
		switch detailed := c.detailed(set); {
		case c.admitted(set, detailed):
		case detailed && c.admitted(set, false):
			c.verdicts[set] = meansOnly
		default:
			c.verdicts[set] = refused
		}
	}
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

func apart(a, b analysis.Set) int {
	return a.People.Plus(-1, b.People).People(analysis.SketchLimit)
}

// remember takes in what earlier releases have shown, and what they have kept.
func (c *control) remember() {
	for _, p := range c.past {
		for _, set := range p.Basis.Sets {
			if parts, ok := partsOf(set, p.Basis.Scored); ok {
				c.show(set, parts, set.N >= c.limits.DetailMinN)
			}
		}
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

// keep has the sets of this analysis of which something is withheld kept from being told. Not if
// their people are all of a larger group, too: of that it is decided by its own limits.
func (c *control) keep() {
	candidates := c.candidates()
	for set, s := range c.result.Sets {
		if slices.ContainsFunc(candidates, func(other int) bool {
			larger := c.result.Sets[other]
			return s.Region != "" && larger.Region == "" && larger.Outcome == s.Outcome && slices.Equal(larger.Waves, s.Waves) && apart(larger, s) == 0
		}) {
			continue
		}
		c.kept[set] = c.withheld(set)
		switch c.kept[set] {
		case Uniform:
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
// Uniform likewise, Coarse for all but a mean, and "" for nothing. Those of fewer people
// than the limit of combinations need no keeping, because nothing may tell of so few.
func (c *control) withheld(set int) Status {
	var why Status
	for _, f := range c.result.Figures {
		if !c.released(f) || !slices.Contains(c.sums(f), set) || c.result.Sets[set].N < c.limits.guarded() {
			continue
		}
		switch size := c.size(f); {
		case c.uniform[set]:
			return Uniform
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
func (c *control) candidates() []int {
	rank := map[int]int{}
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
	sets := []int{}
	for set := range rank {
		sets = append(sets, set)
	}
	slices.SortFunc(sets, func(a, b int) int { return cmp.Or(rank[a]-rank[b], c.odd(a)-c.odd(b), a-b) })
	return sets
}

// odd is 1 for a set of a subscale whose people are not those of the total in the same
// place. If they are nearly so, it is not shown beside the others.
func (c *control) odd(set int) int {
	of := c.result.Sets[set]
	total := of
	total.Outcome = c.whole
	for _, s := range c.result.Sets {
		if s.N == of.N && slotOf(s) == slotOf(total) && apart(s, of) == 0 {
			return 0
		}
	}
	return 1
}

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

// detailed reports whether more than means would be told of a set.
func (c *control) detailed(set int) bool {
	return slices.ContainsFunc(c.result.Figures, func(f analysis.Figure) bool {
		return c.released(f) && !isMean(f.Statistic) && slices.Contains(c.sums(f), set) && c.size(f) == ""
	})
}

// admitted takes a set into all variables that it is of, or into none.
func (c *control) admitted(set int, detailed bool) bool {
	s := c.result.Sets[set]
	parts, ok := partsOf(s, c.result.Sets)
	if !ok {
		return false
	}
	for _, wave := range s.Waves {
		own := c.space(s.Outcome, wave)
		ok = ok && own.admits(parts, detailed)
		if s.Arm != "" && own.near(parts, false)&1 == 0 {
			ok = ok && c.space(c.together(s.Outcome), wave).admits(parts, detailed)
		}
		ok = ok && !c.completes(s, wave, parts, detailed)
	}
	if ok {
		c.show(s, parts, detailed)
	}
	return ok
}

// show takes a set in. Of both arms together only the spread of scores is told, which says
// nothing about another scale.
func (c *control) show(set analysis.Set, parts parts, detailed bool) {
	for _, wave := range set.Waves {
		c.space(set.Outcome, wave).add(parts, detailed)
		if set.Arm != "" {
			c.space(c.together(set.Outcome), wave).add(parts, detailed)
		}
	}
}

// together is the scale under which the total and its subscales are one. The total is the
// mean of the subscales for who has answered all items, so that sums over the people of one can
// be set off against those of the others: what no combination of one may tell, none of all
// of them may. Somebody who left a subscale out is in the sets of the others alone.
func (c *control) together(outcome string) string {
	if outcome == c.whole || slices.Contains(c.parts, outcome) {
		return ""
	}
	return outcome
}

// completes reports whether a set completes those of the total and all subscales but one, so that
// they tell what is kept of the last.
func (c *control) completes(set analysis.Set, wave string, parts parts, detailed bool) bool {
	scales := append([]string{c.whole}, c.parts...)
	if set.Arm == "" || !slices.Contains(scales, set.Outcome) {
		return false
	}
	with := c.space(set.Outcome, wave).clone()
	with.add(parts, detailed)
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

// moved reports whether, for all that is known, somebody with scores in a wave was in one arm for
// one release and in another for a later one. Who moves leaves the one and comes to the
// other, which is seen where few came or went.
func (c *control) moved(wave string) bool {
	now := scored(c.result)
	for i, p := range c.past {
		for _, later := range c.past[i+1:] {
			if movedBetween(p.Basis.Scored, later.Basis.Scored, wave) {
				return true
			}
		}
		if movedBetween(p.Basis.Scored, now, wave) {
			return true
		}
	}
	return false
}

func movedBetween(before, now []analysis.Set, wave string) bool {
	changes := map[string][]analysis.Sketch{} // by scale: who came into each arm, less who left it
	for _, set := range now {
		if !slices.Contains(set.Waves, wave) {
			continue
		}
		change := set.People
		for _, was := range before {
			if slotOf(was) == slotOf(set) {
				change = change.Plus(-1, was.People)
			}
		}
		changes[set.Outcome] = append(changes[set.Outcome], change)
	}
	for _, arms := range changes {
		if overlap(arms) {
			return true
		}
	}
	return false
}

// overlap reports whether somebody may be in more than one of some combinations.
func overlap(of []analysis.Sketch) bool {
	var all analysis.Sketch
	people, some := 0, 0
	for _, one := range of {
		n := one.People(analysis.SketchLimit)
		if n > 0 {
			some++
		}
		people += n
		all = all.Plus(1, one)
	}
	return some > 1 && (people >= analysis.SketchLimit || all.People(analysis.SketchLimit) != people)
}

// scored are everybody with a score, by scale, wave and arm.
func scored(r analysis.Result) []analysis.Set {
	var all []analysis.Set
	taken := map[int]bool{}
	for _, f := range r.Figures {
		for _, set := range f.Sets {
			if f.Section == analysis.Wave && !taken[set] {
				taken[set] = true
				all = append(all, r.Sets[set])
			}
		}
	}
	return all
}

func (c *control) space(outcome, wave string) *space {
	variable := outcome + "\n" + wave
	if c.spaces[variable] == nil {
		c.spaces[variable] = newSpace(c.limits.guarded(), c.moved(wave))
	}
	return c.spaces[variable]
}

// partsOf returns a set by arm. One of both arms is known by the sets of the arms, which are the
// same but for the arm; it has no parts if they do not make it up.
func partsOf(set analysis.Set, all []analysis.Set) (parts, bool) {
	if set.Arm != "" {
		return parts{set.Arm: set.People}, true
	}
	p := parts{}
	rest := set.People
	for _, part := range all {
		if of := part; of.Arm != "" {
			of.Arm = ""
			if _, ok := p[part.Arm]; !ok && slotOf(of) == slotOf(set) {
				p[part.Arm] = part.People
				rest = rest.Plus(-1, part.People)
			}
		}
	}
	return p, rest.People(analysis.SketchLimit) == 0
}

// slotOf names what a set is of, whoever is in it.
func slotOf(set analysis.Set) string {
	set.N, set.People = 0, analysis.Sketch{}
	name, err := json.Marshal(set)
	if err != nil {
		panic(fmt.Sprintf("naming a set: %v", err)) // it is texts and numbers
	}
	return string(name)
}

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
		if c.uniform[set] {
			return Uniform
		}
	}
	for _, set := range c.sums(f) {
		if v := c.verdicts[set]; v == refused || (v == meansOnly && !isMean(f.Statistic)) {
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

// instead is Held if there is an earlier figure to show instead of one that would tell too much.
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
	now, stands := c.restsOn(figures)
	for set, s := range c.result.Sets {
		if now[set] {
			b.take(s, c.noSums[set])
			delete(stands, slotOf(s))
		}
		switch c.kept[set] {
		case Uniform:
			b.Uniform = append(b.Uniform, s)
		case TooFew:
			b.Withheld = append(b.Withheld, s)
		}
	}
	if len(c.past) == 0 {
		return b
	}
	last := c.past[len(c.past)-1].Basis
	for _, s := range last.people() {
		if stands[slotOf(s)] {
			b.take(s, !slices.ContainsFunc(last.Sets, func(sum analysis.Set) bool { return slotOf(sum) == slotOf(s) }))
		}
	}
	return b
}

// restsOn returns the sets that something was told of, if only that it has no value, and the
// slots of which an earlier figure stands.
func (c *control) restsOn(figures []Figure) (now map[int]bool, stands map[string]bool) {
	now, stands = map[int]bool{}, map[string]bool{}
	i := 0
	for _, f := range c.result.Figures {
		if !c.released(f) {
			continue
		}
		figure := figures[i]
		i++
		told := figure.Status == Shown || figure.Status == Undefined || (figure.Status == Complement && isCountOfAnswers(f.Statistic))
		for _, set := range f.Sets {
			switch {
			case peopleAlone(f):
			case figure.Status == Held:
				stands[slotOf(c.result.Sets[set])] = true
			case told && c.verdicts[set] < held:
				now[set] = true
			}
		}
	}
	return now, stands
}

// take keeps a set: among those of sums or the others.
func (b *Basis) take(set analysis.Set, other bool) {
	if other {
		b.Others = append(b.Others, set)
		return
	}
	b.Sets = append(b.Sets, set)
}

func placeOf(f analysis.Figure) string {
	place := string(f.Section)
	for _, part := range []string{f.Outcome, f.Arm, f.Region, f.From, f.To, string(f.Statistic)} {
		if part != "" {
			place += " " + part
		}
	}
	return place
}
