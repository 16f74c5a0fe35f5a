package stats

import (
	"cmp"
	"math"
	"slices"
)

// Observations accumulates the scores of people at two times for a regression that looks
// at them more than once: it keeps how often each pair of scores occurs, not whose it is.
// The zero value has seen nobody.
type Observations struct {
	people map[observation]int
}

type observation struct{ pre, post float64 }

// Add takes in a person's scores before and after.
func (o *Observations) Add(pre, post float64) {
	if o.people == nil {
		o.people = make(map[observation]int)
	}
	o.people[observation{pre, post}]++
}

// ANCOVA is the difference of two groups after, between people who were equal before.
type ANCOVA struct {
	Status Status
	N1, N0 int // people in the first and in the second group

	Group TTest // the first group less the second; its estimate and limits in points

	Slope, SlopeSE Number // points after for each point before
	Intercept      Number // of the second group, in points
	Sigma          Number // residual standard deviation, in points
	R2             Number // share of the variance explained

	// FirstMean and SecondMean are the means after that people would have whose score
	// before is everybody's mean, in points.
	FirstMean, SecondMean Number

	// HC3SE, HC3P and HC3CI do without the assumption of one residual variance.
	HC3SE, HC3P Number
	HC3CI       Interval

	// InteractionP is the p of the groups having one slope, which the model assumes.
	InteractionP Number
}

// AnalyzeCovariance fits post = intercept + b·group + slope·pre by least squares, group
// being 1 for participants and 0 for the comparison group (analysis of covariance; Fisher
// 1932), with t intervals of n - 3 degrees of freedom. As a check it gives the standard
// error HC3 (MacKinnon and White 1985), which weighs residuals by 1/(1 - leverage)², with
// the same degrees of freedom; and the p of equal slopes from the model with two, of
// n - 4.
//
// Undefined with nobody in a group, below four people, where nobody differs within the
// groups before, and where the model leaves no residual. Undefined on their own: HC3
// where one person alone decides a fitted value; the p of equal slopes below five people, where in one
// group nobody differs before, and where the model with two slopes leaves no residual.
func AnalyzeCovariance(participants, comparison Observations) ANCOVA {
	first, second := newRegression(participants), newRegression(comparison)
	a := ANCOVA{N1: int(first.n), N0: int(second.n)}
	undefined := func(why Status) ANCOVA {
		a.Status, a.Group.Status = why, why
		return a
	}
	n, squares := first.n+second.n, first.pre.squares+second.pre.squares
	switch {
	case first.n == 0 || second.n == 0:
		return undefined(NoPeople)
	case n < 4:
		return undefined(TooFewOfTwo)
	case first.pre.constant() && second.pre.constant():
		return undefined(ConstantCovariate)
	}
	slope := (first.products + second.products) / squares
	residual := first.residual(slope) + second.residual(slope)
	if exact(residual, first, second) {
		return undefined(ZeroResidual)
	}
	a.Status = OK
	df := n - 3
	sigma := math.Sqrt(residual / df)
	before := first.pre.mean - second.pre.mean
	group := first.post.mean - second.post.mean - slope*before
	se := sigma * math.Sqrt(1/first.n+1/second.n+before*before/squares)
	a.Group = tTest(group, 0, se, df)
	a.Slope, a.SlopeSE = Known(slope), Known(sigma/math.Sqrt(squares))
	intercept := second.post.mean - slope*second.pre.mean
	a.Intercept, a.Sigma = Known(intercept), Known(sigma)
	between := first.post.mean - second.post.mean
	a.R2 = Known(1 - residual/(first.post.squares+second.post.squares+between*between*first.n*second.n/n))
	adjusted := intercept + slope*(first.n*first.pre.mean+second.n*second.pre.mean)/n
	a.FirstMean, a.SecondMean = Known(adjusted+group), Known(adjusted)
	a.HC3SE, a.HC3P, a.HC3CI = hc3(group, slope, df, first, second)
	a.InteractionP = interaction(first, second)
	return a
}

// regression has what a regression needs to know of one group.
type regression struct {
	cells     []cell // ordered, so that sums are the same each time
	n         float64
	pre, post spread
	products  float64 // Σ (pre - mean)(post - mean)
}

type cell struct {
	observation
	people float64
}

// spread is a mean and the sum of the squared distances from it.
type spread struct{ n, mean, squares, largest float64 }

// constant reports whether the distances are but rounding errors of the values.
func (s spread) constant() bool {
	return s.squares <= s.n*math.Pow(10*epsilon*s.largest, 2)
}

func newRegression(o Observations) regression {
	var r regression
	for scores, people := range o.people {
		r.cells = append(r.cells, cell{scores, float64(people)})
	}
	slices.SortFunc(r.cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.pre, b.pre), cmp.Compare(a.post, b.post))
	})
	r.pre = r.spread(func(c cell) float64 { return c.pre })
	r.post = r.spread(func(c cell) float64 { return c.post })
	r.n = r.pre.n
	for _, c := range r.cells {
		r.products += c.people * (c.pre - r.pre.mean) * (c.post - r.post.mean)
	}
	return r
}

func (r regression) spread(value func(cell) float64) spread {
	var s spread
	for _, c := range r.cells {
		s.n += c.people
		s.mean += c.people * value(c)
		s.largest = max(s.largest, math.Abs(value(c)))
	}
	s.mean /= max(s.n, 1)
	for _, c := range r.cells {
		s.squares += c.people * math.Pow(value(c)-s.mean, 2)
	}
	return s
}

// residual returns the sum of squared distances from a line through the group's means.
func (r regression) residual(slope float64) float64 {
	sum := 0.0
	for _, c := range r.cells {
		sum += c.people * math.Pow(r.above(c, slope), 2)
	}
	return sum
}

// above returns how far a cell lies above a line through the group's means.
func (r regression) above(c cell, slope float64) float64 {
	return c.post - r.post.mean - slope*(c.pre-r.pre.mean)
}

// exact reports whether a residual sum of squares is but the rounding error of the scores.
func exact(residual float64, first, second regression) bool {
	largest := max(first.post.largest, second.post.largest)
	return residual <= (first.n+second.n)*math.Pow(100*epsilon*largest, 2)
}

// hc3 returns the standard error of the groups' difference by HC3, its p and its limits.
func hc3(group, slope, df float64, first, second regression) (se, p Number, ci Interval) {
	squares := first.pre.squares + second.pre.squares
	before := first.pre.mean - second.pre.mean
	ofFirst, okFirst := first.hc3(slope, 1/first.n, before/squares, squares)
	ofSecond, okSecond := second.hc3(slope, -1/second.n, before/squares, squares)
	if !okFirst || !okSecond {
		none := Undefined(FullLeverage)
		return none, none, Interval{none, none}
	}
	robust := math.Sqrt(ofFirst + ofSecond)
	return Known(robust), Known(twoSidedT(group/robust, df)), tInterval(group, robust, df)
}

// hc3 returns a group's part of the variance of the groups' difference, which each score
// after moves by share - tilt·(pre - mean). It is not ok where a cell's line passes through
// its only person whatever the score after.
func (r regression) hc3(slope, share, tilt, squares float64) (variance float64, ok bool) {
	for _, c := range r.cells {
		distance := c.pre - r.pre.mean
		free := 1 - 1/r.n - distance*distance/squares // 1 - leverage
		if free < 1e-12 {
			return 0, false
		}
		variance += c.people * math.Pow((share-tilt*distance)*r.above(c, slope)/free, 2)
	}
	return variance, true
}

// interaction tests whether the slopes within the groups are one.
func interaction(first, second regression) Number {
	df := first.n + second.n - 4
	switch {
	case df < 1:
		return Undefined(TooFewOfSlopes)
	case first.pre.constant() || second.pre.constant():
		return Undefined(ConstantCovariate)
	}
	ownFirst, ownSecond := first.products/first.pre.squares, second.products/second.pre.squares
	residual := first.residual(ownFirst) + second.residual(ownSecond)
	if exact(residual, first, second) {
		return Undefined(ZeroResidual)
	}
	se := math.Sqrt(residual / df * (1/first.pre.squares + 1/second.pre.squares))
	return Known(twoSidedT((ownFirst-ownSecond)/se, df))
}
