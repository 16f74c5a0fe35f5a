package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Items accumulates the answers to the items of one scale, reversed ones already turned
// round: of people who answered all of them.
type Items struct {
	people, dropped int
	means           []float64
	products        [][]float64 // Σ (x - mean x)(y - mean y) of each two items
	total           Moments     // of the sums over the items
}

// NewItems returns the accumulator of k items that has seen nobody.
func NewItems(k int) *Items {
	products := make([][]float64, k)
	for i := range products {
		products[i] = make([]float64, k)
	}
	return &Items{means: make([]float64, k), products: products}
}

// Add takes in a person's answers to all items, in the items' order. It panics if there
// are not as many answers as items: whoever left one out is dropped.
func (it *Items) Add(answers []float64) {
	if len(answers) != it.K() {
		panic("stats: a person's answers are not one for each item")
	}
	it.people++
	weight := float64(it.people-1) / float64(it.people)
	for i, x := range answers {
		for j, y := range answers {
			it.products[i][j] += weight * (x - it.means[i]) * (y - it.means[j])
		}
	}
	sum := 0.0
	for i, x := range answers {
		it.means[i] += (x - it.means[i]) / float64(it.people)
		sum += x
	}
	it.total.Add(sum)
}

// Drop counts a person who left an item out.
func (it *Items) Drop() { it.dropped++ }

// K returns how many items there are.
func (it *Items) K() int { return len(it.means) }

// N returns how many people answered all items.
func (it *Items) N() int { return it.people }

// Dropped returns how many people left an item out.
func (it *Items) Dropped() int { return it.dropped }

// Mean returns the mean answer to an item, in its points; undefined without people.
func (it *Items) Mean(item int) Number {
	if it.people == 0 {
		return Undefined(NoPeople)
	}
	return Known(it.means[item])
}

// Covariance returns Σ(x - mean x)(y - mean y)/(n - 1) of two items, in points squared; of
// an item with itself, its variance. Undefined below two people.
func (it *Items) Covariance(x, y int) Number {
	if it.people < 2 {
		return Undefined(TooFew)
	}
	return Known(it.covariance(x, y))
}

// Total returns the sums over the items.
func (it *Items) Total() Moments { return it.total }

func (it *Items) covariance(x, y int) float64 { return it.products[x][y] / float64(it.people-1) }

// status says whether anything can be said of the items' consistency.
func (it *Items) status() Status {
	switch {
	case it.K() < 2:
		return TooFewItems
	case it.people < 2:
		return TooFew
	case it.total.squares == 0:
		return ZeroTotalVariance
	}
	return OK
}

// Consistency is how far the items of a scale measure one thing.
type Consistency struct {
	Status Status
	Alpha  Number
	CI     Interval
	SEM    Number // standard error of measurement of the sum over the items, in points
}

// CronbachAlpha returns α = k/(k - 1) (1 - Σ s_i²/s_T²) (Cronbach 1951; no unit), its
// interval from 1 - (1 - α) F(0.975; n - 1, (n - 1)(k - 1)) to the same with F(0.025)
// (Feldt, Woodruff and Salih 1987), and SEM = s_T √(1 - α). Undefined with fewer than two
// items or people, and where everybody has one total. With α = 1 there is no interval.
func CronbachAlpha(it *Items) Consistency {
	if why := it.status(); why != OK {
		return Consistency{Status: why}
	}
	k, n := float64(it.K()), float64(it.people)
	ofItems := 0.0
	for i := range it.K() {
		ofItems += it.covariance(i, i)
	}
	total := it.total.variance()
	// 1 - α, since where it is 0 the rounding error of α would be taken for error.
	unreliable := (k*ofItems - total) / ((k - 1) * total)
	if math.Abs(unreliable) < 10*epsilon*k {
		unreliable = 0
	}
	c := Consistency{Status: OK, Alpha: Known(1 - unreliable), SEM: Known(math.Sqrt(total * unreliable))}
	c.CI = Interval{Undefined(PerfectReliability), Undefined(PerfectReliability)}
	if unreliable > 0 {
		f := distuv.F{D1: n - 1, D2: (n - 1) * (k - 1)}
		c.CI = interval(1-unreliable*f.Quantile(upper), 1-unreliable*f.Quantile(lower))
	}
	return c
}
