package stats

import (
	"maps"
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// Differences accumulates changes as whole numbers: of sums of items, never of means,
// whose thirds break ties in floating point. Scores that are means of two or three items
// are whole in sixths. It keeps how often each difference occurs, not whose it is. The
// zero value has seen none.
type Differences struct {
	people map[int]int // by difference
}

// Add takes in a person's score after less that before, in whole units.
func (d *Differences) Add(difference int) {
	if d.people == nil {
		d.people = make(map[int]int)
	}
	d.people[difference]++
}

// Method says what a Wilcoxon test's p rests on; it is stated beside the p.
type Method string

const (
	Exact  Method = "exact permutation"
	Normal Method = "normal approximation, corrected for ties and continuity"
)

// exactLimit is up to how many non-zero differences p is exact.
const exactLimit = 200

// SignedRanks is the outcome of a Wilcoxon test.
type SignedRanks struct {
	Status   Status
	Zero     int // differences of 0, which are dropped
	Nonzero  int
	Ties     bool // whether some of the non-zero differences are of one size
	Positive Number
	Negative Number // the sums of the ranks of rises (V) and of falls (W)

	Method Method // of P
	P      Number // two-sided

	// Z is the statistic of the normal approximation with its continuity correction,
	// and NormalP its two-sided p, also where the exact one stands.
	Z, NormalP Number

	RankBiserial Number
}

// SignedRankTest tests whether changes are symmetric about 0 (Wilcoxon 1945): zeros are
// dropped, equal sizes share the mean of their ranks, V is the sum of the ranks of the
// rises. Up to 200 non-zero differences p is exact, given the ranks: the share of the 2^m
// ways of giving them signs that lie at least as far from the middle, counted in whole
// numbers (Streitberg and Röhmel 1986). Above, V is taken as normal with mean m(m + 1)/4
// and variance m(m + 1)(2m + 1)/24 - Σ(t³ - t)/48 over ties of t (Lehmann 1975), half a
// unit nearer to the middle. The rank-biserial correlation is (V - W)/(m(m + 1)/2), from
// -1 to 1 (Kerby 2014). Neither changes with the unit of the differences.
//
// Undefined without pairs, and where nobody changed.
func SignedRankTest(d Differences) SignedRanks {
	r := rank(d)
	s := SignedRanks{Zero: d.people[0], Nonzero: r.n, Ties: r.ties > 0}
	switch {
	case s.Zero+s.Nonzero == 0:
		s.Status = NoPairs
		return s
	case s.Nonzero == 0:
		s.Status = AllZero
		return s
	}
	s.Status = OK
	s.Positive, s.Negative = Known(float64(r.positive)/2), Known(float64(r.total()-r.positive)/2)
	s.RankBiserial = Known(float64(2*r.positive-r.total()) / float64(r.total()))
	z := r.z()
	s.Z, s.NormalP = Known(z), Known(twoSidedNormal(z))
	s.Method, s.P = Normal, s.NormalP
	if s.Nonzero <= exactLimit {
		s.Method, s.P = Exact, Known(r.exactP())
	}
	return s
}

// ranked holds the ranks of sizes, all doubled: so mid-ranks are whole.
type ranked struct {
	n        int
	ranks    []int // of each non-zero difference
	positive int   // sum of the ranks of the rises
	ties     float64
}

// rank ranks the non-zero differences by size. Of t equal ones after r smaller ones each
// has the doubled rank 2r + t + 1.
func rank(d Differences) ranked {
	bySize := make(map[int]int)
	for difference, people := range d.people {
		if difference != 0 {
			bySize[max(difference, -difference)] += people
		}
	}
	var r ranked
	for _, size := range slices.Sorted(maps.Keys(bySize)) {
		tied := bySize[size]
		doubled := 2*r.n + tied + 1
		r.n += tied
		r.positive += doubled * d.people[size]
		r.ties += math.Pow(float64(tied), 3) - float64(tied)
		for range min(tied, exactLimit+1-len(r.ranks)) { // more are not asked for
			r.ranks = append(r.ranks, doubled)
		}
	}
	return r
}

// total is the sum of all ranks, doubled.
func (r ranked) total() int { return r.n * (r.n + 1) }

// z standardizes V by its mean and variance under symmetry.
func (r ranked) z() float64 {
	m := float64(r.n)
	variance := m*(m+1)*(2*m+1)/24 - r.ties/48
	distance := float64(2*r.positive-r.total()) / 4
	if distance == 0 {
		return 0
	}
	return (distance - math.Copysign(0.5, distance)) / math.Sqrt(variance)
}

// exactP doubles the probability of the nearer tail, which is at most 1.
func (r ranked) exactP() float64 {
	tail := min(r.positive, r.total()-r.positive)
	var ways count
	counts := signings(r.ranks, tail)
	for i := range counts {
		ways.add(&counts[i])
	}
	all := new(big.Int).Lsh(big.NewInt(1), uint(r.n-1)) // 2^m, halved for the two tails
	p, _ := new(big.Rat).SetFrac(ways.big(), all).Float64()
	return min(p, 1)
}

// signings returns for each sum from 0 to a limit in how many ways signs can be given to
// ranks so that the positive ones have that sum: by dynamic programming, one rank after
// the other. There are at most exactLimit ranks.
func signings(ranks []int, limit int) []count {
	ways := make([]count, limit+1)
	ways[0] = count{1}
	reached := 0
	for _, rank := range ranks {
		reached = min(reached+rank, limit)
		for sum := reached; sum >= rank; sum-- {
			ways[sum].add(&ways[sum-rank])
		}
	}
	return ways
}

// count is a whole number below 2^256, its lowest digit first. All signings of
// exactLimit ranks are 2^200.
type count [4]uint64

func (c *count) add(d *count) {
	var carry uint64
	for i := range c {
		c[i], carry = bits.Add64(c[i], d[i], carry)
	}
}

func (c *count) big() *big.Int {
	sum := new(big.Int)
	for _, digit := range slices.Backward(c[:]) {
		sum.Lsh(sum, 64)
		sum.Or(sum, new(big.Int).SetUint64(digit))
	}
	return sum
}
