package release_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"livinglab/shared/analysis"
	"livinglab/shared/release"
	"livinglab/shared/stats"
)

// The attacker knows everything but the answers: who is in which set, and every figure that
// was ever published. A published mean is an equation: a sum over some
// people's scores. The attacker combines the equations, with any weights, into one in
// which few people are left.

// cell is one person's score on a scale in a wave, or its square: what is unknown.
type cell struct{ id, scale, wave string }

// equation is the weights of cells whose sum a figure tells, as whole numbers.
type equation map[cell]int

// knowledge is all that was published, as equations in scores, and in their squares, and the counts
// of reliable change of each release.
type knowledge struct {
	scores, squares []equation
	counts          []map[analysis.Statistic]float64
}

// members are the people whom a figure is about, by its place.
func (c crowd) members(f release.Figure, arm string) []string {
	var ids []string
	for _, id := range c.ids() {
		p := c[id]
		_, from := p.score(f.Outcome, f.From)
		_, to := p.score(f.Outcome, f.To)
		in := arm == "" || p.arm == arm
		switch {
		case f.Statistic == analysis.MeanStayers:
			in = in && from && p.sent(f.To)
		case f.Statistic == analysis.MeanLeavers:
			in = in && from && !p.sent(f.To)
		case f.Section == analysis.Wave:
			in = in && to
		case f.Section == analysis.ReliableChange:
			in = in && from
		default:
			in = in && from && to && (f.Region == "" || f.Region == p.region)
		}
		if in {
			ids = append(ids, id)
		}
	}
	return ids
}

// add adds the sum of people's scores in a wave.
func (e equation) add(ids []string, scale, wave string, weight int) {
	for _, id := range ids {
		e[cell{id, scale, wave}] += weight
	}
}

// alike reports whether everybody behind a mean of a few or more answered alike, or a few nearly so:
// then the mean would be printed as an end of the scale.
func (c crowd) alike(f release.Figure) bool {
	wave := f.To
	switch f.Statistic {
	case analysis.Mean, analysis.MeanTo:
	case analysis.MeanFrom, analysis.MeanStayers, analysis.MeanLeavers:
		wave = f.From
	default:
		return false
	}
	scores, sum := map[float64]bool{}, 0.0
	ids := c.members(f, f.Arm)
	for _, id := range ids {
		score, _ := c[id].score(f.Outcome, wave)
		scores[score] = true
		sum += score
	}
	mean := fmt.Sprintf("%.1f", sum/float64(max(1, len(ids))))
	return len(ids) >= 5 && (len(scores) == 1 || (len(ids) < 10 && (mean == "1.0" || mean == "5.0")))
}

// equation is what a mean, or a difference of mean changes, says.
func (c crowd) equation(f release.Figure) (equation, bool) {
	e := equation{}
	switch f.Statistic {
	case analysis.Mean, analysis.MeanTo:
		e.add(c.members(f, f.Arm), f.Outcome, f.To, 1)
	case analysis.MeanFrom, analysis.MeanStayers, analysis.MeanLeavers:
		e.add(c.members(f, f.Arm), f.Outcome, f.From, 1)
	case analysis.MeanChange:
		e.add(c.members(f, f.Arm), f.Outcome, f.To, 1)
		e.add(c.members(f, f.Arm), f.Outcome, f.From, -1)
	case analysis.DID:
		t, comparison := c.members(f, "T"), c.members(f, "C")
		e.add(t, f.Outcome, f.To, len(comparison))
		e.add(t, f.Outcome, f.From, -len(comparison))
		e.add(comparison, f.Outcome, f.To, -len(t))
		e.add(comparison, f.Outcome, f.From, len(t))
	default:
		return nil, false
	}
	return e, true
}

// square is what a standard deviation says beside its mean. Everybody's, of reliable change,
// is told by the error of measurement, too.
func (c crowd) square(f release.Figure) (equation, bool) {
	wave, arm := f.To, f.Arm
	switch f.Statistic {
	case analysis.SD:
		if f.Section == analysis.ReliableChange {
			wave, arm = f.From, ""
		}
	case analysis.SDTo:
	case analysis.SDFrom:
		wave = f.From
	case analysis.SEM, analysis.SDifference:
		wave, arm = f.From, ""
	default:
		return nil, false
	}
	e := equation{}
	for _, id := range c.members(f, arm) {
		e[cell{id, f.Outcome, wave}] = 1
	}
	return e, true
}

// learn takes in what a release tells that no release before it told.
func (k *knowledge) learn(m made) {
	for _, f := range m.release.Figures {
		if f.Status != release.Shown {
			continue // what is held is known
		}
		if e, ok := m.crowd.equation(f); ok {
			k.scores = append(k.scores, e)
		}
		if e, ok := m.crowd.square(f); ok {
			k.squares = append(k.squares, e)
		}
	}
}

// counted takes in the counts of reliable change of a release, and returns where they differ from
// earlier ones by a few people, one by one or all others together.
func (k *knowledge) counted(m made) string {
	counts := map[analysis.Statistic]float64{}
	for _, f := range m.release.Figures {
		if f.Section != analysis.ReliableChange || f.From != "pre" || f.To != "post" || f.Status != release.Shown || f.Value == nil {
			continue
		}
		switch f.Statistic {
		case analysis.Increased, analysis.Unchanged, analysis.Decreased:
			counts[f.Statistic] = *f.Value
			counts["others than "+f.Statistic] = float64(*f.N) - *f.Value
		}
	}
	few := func(a, b float64) bool { return a != b && math.Abs(a-b) < 5 }
	for what, count := range counts {
		others := strings.HasPrefix(string(what), "others")
		if !others && count < 5 {
			return fmt.Sprintf("that %g people are counted as %s", count, what)
		}
		for _, earlier := range k.counts {
			hid := len(earlier) == 2 // one was shown: the others together were not
			if was, ok := earlier[what]; ok && few(count, was) && (!others || hid) {
				return fmt.Sprintf("that %g people are counted as %s, after %g", count, what, was)
			}
		}
	}
	if len(counts) > 0 {
		k.counts = append(k.counts, counts)
	}
	return ""
}

// recounting is a broken disclosure control: it publishes the counts of each release.
func recounting(m made) made {
	m.release.Figures = slices.Clone(m.release.Figures)
	for i := range m.release.Figures {
		f := &m.release.Figures[i]
		exact, known := m.exact(*f)
		if f.Section != analysis.ReliableChange || f.Status != release.Held || f.Decimals != 0 || !known {
			continue
		}
		change, _ := m.result.Figure(analysis.Change, f.Arm, f.Outcome, f.From, f.To, analysis.MeanChange)
		f.Status, f.Value, f.N = release.Shown, &exact, new(m.result.Sets[change.Sets[0]].N)
	}
	return m
}

// modulus is a prime, in whose field the attacker reckons: exactly, for whole numbers as small
// as these.
const modulus = 1<<31 - 1

type matrix [][]uint64

// power is for inverses: xᵖ⁻² x = 1.
func inverse(x uint64) uint64 {
	result := uint64(1)
	for n := modulus - 2; n > 0; n >>= 1 {
		if n&1 == 1 {
			result = result * x % modulus
		}
		x = x * x % modulus
	}
	return result
}

// reduce brings the first columns of a matrix into echelon form, and returns how many rows they
// have left that are not zero there; those come first.
func (m matrix) reduce(columns int) int {
	rank := 0
	for column := range columns {
		pivot := slices.IndexFunc(m[rank:], func(row []uint64) bool { return row[column] != 0 })
		if pivot < 0 {
			continue
		}
		m[rank], m[rank+pivot] = m[rank+pivot], m[rank]
		scale := inverse(m[rank][column])
		for _, row := range m[rank+1:] {
			if row[column] == 0 {
				continue
			}
			factor := modulus - row[column]*scale%modulus
			for k := column; k < len(row); k++ {
				row[k] = (row[k] + factor*m[rank][k]) % modulus
			}
		}
		if rank++; rank == len(m) {
			break
		}
	}
	return rank
}

// group is people whom no equation tells apart.
type group struct {
	ids     []string
	columns []int // of one of them
}

// isolated returns a few people about whom alone the equations, combined, tell something.
func isolated(equations []equation, few int) []string {
	cells := map[string]map[cell]bool{}
	for _, e := range equations {
		for at := range e {
			if cells[at.id] == nil {
				cells[at.id] = map[cell]bool{}
			}
			cells[at.id][at] = true
		}
	}
	patterns := map[string][]string{}
	columns := map[string][][]uint64{}
	for id, of := range cells {
		pattern, numbers := "", [][]uint64{}
		for _, scale := range scales {
			for _, wave := range []string{"pre", "mid", "post"} {
				at := cell{id, scale, wave}
				if !of[at] {
					continue
				}
				var column []uint64
				for _, e := range equations {
					column = append(column, uint64(e[at]+modulus)%modulus)
				}
				pattern += fmt.Sprint(scale, wave, column)
				numbers = append(numbers, column)
			}
		}
		patterns[pattern] = append(patterns[pattern], id)
		columns[pattern] = numbers
	}
	// First the groups that are too large for the attacker: combinations without them.
	var all [][]uint64
	var small []group
	for pattern, ids := range patterns {
		if len(ids) >= few {
			all = append(all, columns[pattern]...)
		}
	}
	large := len(all)
	for pattern, ids := range patterns {
		if len(ids) < few {
			g := group{ids: ids}
			for _, column := range columns[pattern] {
				g.columns = append(g.columns, len(all)-large)
				all = append(all, column)
			}
			small = append(small, g)
		}
	}
	m := make(matrix, len(equations))
	for row := range m {
		for _, column := range all {
			m[row] = append(m[row], column[row])
		}
	}
	left := matrix{}
	for _, row := range m[m.reduce(large):] {
		left = append(left, row[large:])
	}
	left = left[:left.reduce(len(all)-large)]
	if len(left) == 0 {
		return nil
	}
	return left.within(small, nil, few-1)
}

// within returns the people of some groups, together no more than there is room for, for whom
// the rows have a combination that is zero for everybody else.
func (m matrix) within(groups, chosen []group, room int) []string {
	if len(chosen) > 0 && m.tellsOf(chosen) {
		var ids []string
		for _, g := range chosen {
			ids = append(ids, g.ids...)
		}
		return ids
	}
	for i, g := range groups {
		if len(g.ids) > room {
			continue
		}
		if ids := m.within(groups[i+1:], append(slices.Clone(chosen), g), room-len(g.ids)); ids != nil {
			return ids
		}
	}
	return nil
}

func (m matrix) tellsOf(chosen []group) bool {
	theirs := map[int]bool{}
	for _, g := range chosen {
		for _, column := range g.columns {
			theirs[column] = true
		}
	}
	rest := make(matrix, len(m))
	width := len(m[0]) - len(theirs)
	for row := range m {
		rest[row] = make([]uint64, 0, width)
		for column, x := range m[row] {
			if !theirs[column] {
				rest[row] = append(rest[row], x)
			}
		}
	}
	return rest.reduce(width) < len(m)
}

// tells reports whether an equation is a combination of others.
func tells(equations []equation, of equation) bool {
	index := map[cell]int{}
	for _, e := range append(slices.Clone(equations), of) {
		for at := range e {
			if _, ok := index[at]; !ok {
				index[at] = len(index)
			}
		}
	}
	rank := func(equations []equation) int {
		m := make(matrix, len(equations))
		for row, e := range equations {
			m[row] = make([]uint64, len(index))
			for at, weight := range e {
				m[row][index[at]] = uint64(weight+modulus) % modulus
			}
		}
		return m.reduce(len(index))
	}
	return len(equations) > 0 && rank(append(slices.Clone(equations), of)) == rank(equations)
}

// telling are the notes from which an attacker reads that people answered alike.
var telling = []stats.Status{
	stats.ZeroVariance, stats.ZeroTotalVariance, stats.ZeroResidual, stats.ZeroChangeVariance, stats.AllZero,
	stats.ConstantCovariate, stats.PerfectReliability, stats.FullLeverage,
}

// noting is a broken disclosure control: it says of each figure that is kept why it has no value.
func noting(m made) made {
	m.release.Figures = slices.Clone(m.release.Figures)
	for i, f := range m.release.Figures {
		if exact, ok := m.result.Figure(f.Section, f.Arm, f.Outcome, f.From, f.To, f.Statistic); ok && f.Status == release.Complement && f.Region == "" {
			m.release.Figures[i].Note = string(exact.Value.Status())
		}
	}
	return m
}

// attack returns what an attacker learns from a release after others, "" for nothing.
func attack(before knowledge, m made) (knowledge, string) {
	now := knowledge{slices.Clone(before.scores), slices.Clone(before.squares), slices.Clone(before.counts)}
	now.learn(m)
	if learned := now.counted(m); learned != "" {
		return now, learned
	}
	if ids := isolated(now.scores, 5); ids != nil {
		return now, fmt.Sprintf("something about the scores of %s alone", strings.Join(ids, ", "))
	}
	if ids := isolated(now.squares, 5); ids != nil {
		return now, fmt.Sprintf("something about the spread of %s alone", strings.Join(ids, ", "))
	}
	for _, f := range m.release.Figures {
		if slices.Contains(telling, stats.Status(f.Note)) {
			return now, fmt.Sprintf("by a note that people answered alike: %s %s %s %s %s %s is %s", f.Section, f.Outcome, f.Arm, f.From, f.To, f.Statistic, f.Note)
		}
		if f.Status == release.Shown && m.crowd.alike(f) {
			return now, fmt.Sprintf("what nearly everybody answered: %s %s %s %s %s %s %s is %s", f.Section, f.Outcome, f.Arm, f.Region, f.From, f.To, f.Statistic, f.Say())
		}
		if f.Status != release.TooFew && (f.Status != release.Complement || !m.crowd.alike(f)) {
			continue
		}
		if everywhere := f; f.Region != "" {
			everywhere.Region = ""
			if slices.Equal(m.crowd.members(f, f.Arm), m.crowd.members(everywhere, f.Arm)) {
				continue // the limits of a region are not those of all
			}
		}
		if e, ok := m.crowd.equation(f); ok && len(e) > 0 && tells(now.scores, e) && !tells(before.scores, e) {
			return now, fmt.Sprintf("%s %s %s %s %s %s %s, which is withheld as %s", f.Section, f.Outcome, f.Arm, f.Region, f.From, f.To, f.Statistic, f.Status)
		}
	}
	return now, m.computed()
}

// place names the mean of a set of people's scores in a wave, whatever section it stands in.
type place struct{ arm, outcome, region, wave, with, without string }

// printed is a mean as it is published.
type printed struct {
	n     int
	mean  float64
	error float64 // of rounding, at most
}

// means are the published means of a release, by place, and those that are withheld with the
// exact value.
func (m made) means() (shown, withheld map[place]printed) {
	shown, withheld = map[place]printed{}, map[place]printed{}
	for i, f := range m.release.Figures {
		at := place{arm: f.Arm, outcome: f.Outcome, region: f.Region, wave: f.To}
		switch f.Statistic {
		case analysis.Mean:
		case analysis.MeanTo:
			at.with = f.From
		case analysis.MeanFrom:
			at.wave, at.with = f.From, f.To
		case analysis.MeanStayers:
			at.wave, at.with = f.From, "sent "+f.To
		case analysis.MeanLeavers:
			at.wave, at.without = f.From, f.To
		default:
			continue
		}
		if f.Status == release.Shown && f.Value != nil {
			shown[at] = printed{*f.N, *f.Value, 0.5 * math.Pow10(-f.Decimals)}
			continue
		}
		if exact, ok := m.exact(m.release.Figures[i]); ok && f.Status != release.Held && *f.N > 0 {
			withheld[at] = printed{*f.N, exact, 0}
		}
	}
	return shown, withheld
}

func (m made) exact(place release.Figure) (float64, bool) {
	for _, f := range m.result.Figures {
		if f.Section == place.Section && f.Arm == place.Arm && f.Outcome == place.Outcome && f.Region == place.Region &&
			f.From == place.From && f.To == place.To && f.Statistic == place.Statistic {
			return f.Value.Value()
		}
	}
	return 0, false
}

// computed tries what anybody can with one release and a pocket calculator: the total less
// the parts. It returns what of the withheld comes out right.
func (m made) computed() string {
	shown, withheld := m.means()
	for at, of := range withheld {
		for _, terms := range waysTo(at) {
			n, sum, wrong := 0, 0.0, 0.0
			all := true
			for _, term := range terms {
				p, ok := shown[term.of]
				all = all && ok
				if term.scale { // of the same people, another scale
					ok = ok && p.n == of.n
					all = all && ok
					n = of.n
				} else {
					n += int(term.weight) * p.n
				}
				sum += term.weight * float64(p.n) * p.mean
				wrong += math.Abs(term.weight) * float64(p.n) * p.error
			}
			if all && n == of.n && math.Abs(sum/float64(n)-of.mean) <= wrong/float64(n)+1e-9 {
				return fmt.Sprintf("%+v by %+v: the other figures: %.3f±%.3f, and it is %.3f", at, terms, sum/float64(n), wrong/float64(n), of.mean)
			}
		}
	}
	return ""
}

type term struct {
	weight float64
	of     place
	scale  bool
}

// waysTo are the sums that a mean is known to be part of.
func waysTo(at place) [][]term {
	var ways [][]term
	as := func(change func(*place)) place {
		other := at
		change(&other)
		return other
	}
	whole := as(func(p *place) { p.with, p.without = "", "" })
	for _, wave := range []string{"mid", "post"} {
		stayed := as(func(p *place) { p.with, p.without = "sent "+wave, "" })
		left := as(func(p *place) { p.with, p.without = "", wave })
		switch at {
		case whole:
			ways = append(ways, []term{{1, stayed, false}, {1, left, false}})
		case stayed:
			ways = append(ways, []term{{1, whole, false}, {-1, left, false}})
		case left:
			ways = append(ways, []term{{1, whole, false}, {-1, stayed, false}})
		}
	}
	regions := map[string]string{"shiojiri": "elsewhere", "elsewhere": "shiojiri"}
	everywhere := as(func(p *place) { p.region = "" })
	if rest, ok := regions[at.region]; ok {
		ways = append(ways, []term{{1, everywhere, false}, {-1, as(func(p *place) { p.region = rest }), false}})
	} else {
		ways = append(ways, []term{{1, as(func(p *place) { p.region = "shiojiri" }), false}, {1, as(func(p *place) { p.region = "elsewhere" }), false}})
	}
	if at.with == "pre" || at.with == "mid" || at.with == "post" {
		return ways // of a contrast no scale is hidden for what it tells of another
	}
	scale := func(outcome string) place { return as(func(p *place) { p.outcome = outcome }) }
	switch at.outcome {
	case total:
		ways = append(ways, []term{{0.5, scale(first), true}, {0.5, scale(other), true}})
	case first:
		ways = append(ways, []term{{2, scale(total), true}, {-1, scale(other), true}})
	case other:
		ways = append(ways, []term{{2, scale(total), true}, {-1, scale(first), true}})
	}
	return ways
}

// sequence publishes up to four releases of a crowd that changes, and attacks each. What is
// published can be something else than what was made.
func (w world) sequence(t testing.TB, seed uint64, published func(made) made) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 4))
	c := newCrowd(r)
	var past []made
	var known knowledge
	for n := range 1 + r.IntN(4) {
		m := w.publish(t, c, past)
		past = append(past, m)
		var learned string
		if known, learned = attack(known, published(m)); learned != "" {
			return fmt.Sprintf("release %d tells %s", n+1, learned)
		}
		c = c.later(r)
	}
	return ""
}

func asMade(m made) made { return m }

// revealing is a broken disclosure control: it shows what has one status as if nothing
// spoke against it.
func revealing(status release.Status) func(made) made {
	return revealingIf(func(_ made, f release.Figure) bool { return f.Status == status })
}

func revealingIf(shown func(made, release.Figure) bool) func(made) made {
	return func(m made) made {
		m.release.Figures = slices.Clone(m.release.Figures)
		for i, f := range m.release.Figures {
			if shown(m, f) {
				m.release.Figures[i].Status = release.Shown
			}
		}
		return m
	}
}

func TestNothingThatIsEverPublishedTellsOfAFewPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seeds := []uint64{61, 4068} // of which weaker control told something
	for seed := range uint64(12) {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		if learned := w.sequence(t, seed, asMade); learned != "" {
			t.Fatalf("with the seed %d %s", seed, learned)
		}
	}
}

func TestTheAttackSucceedsAgainstWeakerControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, published := range map[string]func(made) made{
		"without complementary suppression": revealing(release.Complement),
		"without holding figures":           revealing(release.Held),
		"without a smallest number":         revealing(release.TooFew),
		"without holding counts":            recounting,
		"without keeping notes":             noting,
		"without hiding what all answered":  revealingIf(func(m made, f release.Figure) bool { return f.Status == release.Complement && m.crowd.alike(f) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(100) {
				if learned := w.sequence(t, seed, published); learned != "" {
					t.Logf("with the seed %d %s", seed, learned)
					return
				}
			}
			t.Error("the attack learns nothing")
		})
	}
}
