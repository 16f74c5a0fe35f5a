package release

import (
	"slices"

	"livinglab/shared/analysis"
)

// space is what is shown of one variable, the scores of one scale in one wave, or of a total and
// its subscales: the sets of people over whose scores sums are published, by this release and all
// before it.
//
// Whoever knows the sums over two sets knows the sum over their difference; so with any
// combination. A set is taken in only if no combination of it with what is there rests
// on a few people. Where nobody is in two arms, combinations within one arm and within the
// other are sought apart, and their people added up.
type space struct {
	limit int
	mixed bool // somebody has been in one arm and in the other
	arms  map[string][]shown
	both  []parts  // sets that people of both arms are in, of which the spread is told
	kept  []secret // sets that must not be told by what is taken in
}

// shown is a set of which something is published.
type shown struct {
	set  analysis.Sketch
	tell tell
}

// tell is what figures tell of a set: a sum of scores, their spread, or both. Sums combine with
// sums, and sums of squares with sums of squares.
type tell struct{ means, spread bool }

// parts is a set by arm.
type parts map[string]analysis.Sketch

// secret is a set of which something is withheld, though it has people enough.
type secret struct {
	set     parts
	near    bool // it must not be approached either, by fewer people than the limit
	details bool // its mean is shown: only the spread is kept
}

// Searching all combinations takes 3ⁿ or 5ⁿ steps.
const (
	mostSets   = 9 // beyond as many in one search, only what they tell already is taken in
	doubleSets = 6 // up to as many, weights of 2 are tried
)

func newSpace(limit int, mixed bool) *space {
	return &space{limit: limit, mixed: mixed, arms: map[string][]shown{}}
}

// searched returns a set by where it is sought: by arm or, where these are mixed, as one.
func (s *space) searched(set parts) parts {
	if !s.mixed {
		return set
	}
	var all analysis.Sketch
	for _, part := range set {
		all = all.Plus(1, part)
	}
	return parts{"": all}
}

// clone returns a space to which a set can be added on trial.
func (s *space) clone() *space {
	c := &space{limit: s.limit, mixed: s.mixed, arms: map[string][]shown{}, both: slices.Clone(s.both), kept: s.kept}
	for arm, sets := range s.arms {
		c.arms[arm] = slices.Clone(sets)
	}
	return c
}

// add takes in what is shown, without asking: a set of one arm or, for its spread, of both.
func (s *space) add(set parts, what tell) {
	set = s.searched(set)
	if len(set) > 1 {
		s.both = append(s.both, set)
		return
	}
	for arm, sketch := range set {
		i := slices.IndexFunc(s.arms[arm], func(one shown) bool { return one.set == sketch })
		if i < 0 {
			s.arms[arm] = append(s.arms[arm], shown{sketch, what})
			continue
		}
		known := &s.arms[arm][i].tell
		known.means, known.spread = known.means || what.means, known.spread || what.spread
	}
}

// admits reports whether a set can be shown beside what is there. What is told already can,
// if it keeps what is to be kept.
func (s *space) admits(set parts, what tell) bool {
	for _, spread := range []bool{false, true} {
		if (spread && !what.spread) || (!spread && !what.means) {
			continue
		}
		if told := s.near(set, spread); told&1 == 0 && (told != 0 || s.full(set)) {
			return false
		}
	}
	with := s.clone()
	with.add(set, what)
	return !slices.ContainsFunc(s.kept, func(k secret) bool { return k.toldBy(with) && !k.toldBy(s) })
}

// toldBy reports whether sets tell what is kept.
func (k secret) toldBy(s *space) bool {
	near := s.near(k.set, k.details)
	return near&1 != 0 || (k.near && near != 0)
}

func (s *space) full(set parts) bool {
	set = s.searched(set)
	for arm := range set {
		if len(s.arms[arm]) >= mostSets {
			return true
		}
	}
	return len(set) > 1 && len(s.both) >= 2
}

// near returns on how few people a set may rest after combinations of what is shown were taken
// from it, of sums or of spreads: bit n for n people, below the limit. Bit 0 says that it is
// such a combination.
func (s *space) near(set parts, spread bool) uint {
	var found uint
	for _, base := range s.besides(s.searched(set), spread) {
		total := uint(1)
		for arm, rest := range base {
			var sets []analysis.Sketch
			for _, one := range s.arms[arm] {
				if (spread && one.tell.spread) || (!spread && one.tell.means) {
					sets = append(sets, one.set)
				}
			}
			total = s.added(total, combined(rest, sets, s.limit))
		}
		found |= total
	}
	return found
}

// besides returns a set together with every combination of the sets of both arms, whose spread
// is told.
func (s *space) besides(set parts, spread bool) []parts {
	all := []parts{set}
	if !spread {
		return all
	}
	for _, both := range s.both {
		for _, base := range slices.Clone(all) {
			for _, weight := range []int{-1, 1} {
				sum := parts{}
				for arm := range both {
					sum[arm] = base[arm].Plus(weight, both[arm])
				}
				for arm := range base {
					if _, ok := both[arm]; !ok {
						sum[arm] = base[arm]
					}
				}
				all = append(all, sum)
			}
		}
	}
	return all
}

// added returns which numbers of people two groups can have together.
func (s *space) added(a, b uint) uint {
	var sum uint
	for n := range s.limit {
		if b>>n&1 != 0 {
			sum |= a << n
		}
	}
	return sum & (1<<s.limit - 1)
}

// combined tries all combinations of sets on top of a base, and returns the numbers of people
// that they rest on, below the limit.
func combined(base analysis.Sketch, sets []analysis.Sketch, limit int) uint {
	double := len(sets) <= doubleSets
	var found uint
	var try func(sum analysis.Sketch, rest []analysis.Sketch)
	try = func(sum analysis.Sketch, rest []analysis.Sketch) {
		if len(rest) == 0 {
			if people := sum.People(limit); people < limit {
				found |= 1 << people
			}
			return
		}
		more, less := sum.Plus(1, rest[0]), sum.Plus(-1, rest[0])
		try(sum, rest[1:])
		try(more, rest[1:])
		try(less, rest[1:])
		if double {
			try(more.Plus(1, rest[0]), rest[1:])
			try(less.Plus(-1, rest[0]), rest[1:])
		}
	}
	try(base, sets)
	return found
}
