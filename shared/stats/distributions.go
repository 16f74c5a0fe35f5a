package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// The level of every interval of the plan, as the probabilities below its limits.
const (
	lower = 0.025
	upper = 0.975
)

// normalUpper is the upper quantile of the standard normal distribution: the 1.96 of the
// formulas before it is rounded.
const normalUpper = 1.959963984540054

// twoSidedT returns P(|T| >= |t|) of Student's t with df degrees of freedom: the
// incomplete beta function at df/(df + t²), which distuv.StudentsT uses too, or in the
// middle its complement at t²/(df + t²). There, and with many degrees of freedom, the
// first is so near to 1 that it has lost t.
func twoSidedT(t, df float64) float64 {
	if t*t < 2 {
		return 1 - mathext.RegIncBeta(0.5, df/2, t*t/(df+t*t))
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// twoSidedNormal returns P(|Z| >= |z|) of the standard normal distribution.
func twoSidedNormal(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// tInterval returns estimate ± t(0.975; df) · se.
func tInterval(estimate, se, df float64) Interval {
	half := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(upper) * se
	return interval(estimate-half, estimate+half)
}

// noncentralT returns P(T <= t) for the noncentral t distribution: T = (Z + δ)/S with
// Z standard normal and S = sqrt(χ²(df)/df) independent of it (Johnson, Kotz and
// Balakrishnan 1995, chapter 31). It integrates Φ(t·s - δ) over the density of S.
//
// distuv.NoncentralT sums the series of AS 243 (Lenth 1989), which agrees with this
// to 1e-10 while |δ| is below 37. Beyond, e^(-δ²/2) underflows and it changes over to
// a normal approximation that is off by up to 1e-2; 10,000 pairs with d = 0.4 are there.
func noncentralT(t, df, delta float64) float64 {
	switch {
	case t == 0:
		return distuv.UnitNormal.CDF(-delta)
	case t < 0:
		return 1 - noncentralT(-t, df, -delta)
	}
	// Outside of ±reach Φ is 0 or 1 to 1e-18, and so is the distribution of S: the
	// square root of χ² is a distance, which as a function of normal variables never
	// moves faster than they do.
	const reach = 9
	from := max((delta-reach)/t, 1-reach/math.Sqrt(df), 0)
	to := min((delta+reach)/t, 1+reach/math.Sqrt(df))
	if to <= from { // Φ is a step where S varies, or S is a constant where Φ does
		step := max(delta/t, 0)
		return mathext.GammaIncRegComp(df/2, df*step*step/2)
	}
	norm, _ := math.Lgamma(df / 2)
	norm = (1-df/2)*math.Ln2 - norm + df/2*math.Log(df)
	below := quad.Fixed(func(s float64) float64 {
		density := math.Exp(norm + (df-1)*math.Log(s) - df*s*s/2)
		return density * distuv.UnitNormal.CDF(t*s-delta)
	}, from, to, 100, quad.Legendre{}, 0)
	return below + mathext.GammaIncRegComp(df/2, df*to*to/2)
}

// noncentrality returns the δ with P(T <= t) = p: the pivot of the intervals of Cumming
// (2012) and of Algina and Keselman (2003). P falls as δ grows, so that δ lies between two
// bounds, which regula falsi draws together; one that stays where it is counts for half,
// so that it moves too (the Illinois rule; Dowell and Jarratt 1971). Of a t that is no finite number
// there is none.
func noncentrality(t, df, p float64) float64 {
	if math.IsNaN(t) || math.IsInf(t, 0) {
		return math.NaN()
	}
	above := func(delta float64) float64 { return noncentralT(t, df, delta) - p }
	low, high := t-1, t+1
	for above(low) < 0 {
		low -= high - low
	}
	for above(high) > 0 {
		high += high - low
	}
	atLow, atHigh := above(low), above(high)
	for delta := low; ; {
		before := delta
		delta = low + (high-low)*atLow/(atLow-atHigh)
		switch at := above(delta); {
		case at == 0 || math.Abs(delta-before) <= 1e-14*max(math.Abs(delta), 1):
			return delta
		case at > 0:
			if low == before {
				atHigh /= 2
			}
			low, atLow = delta, at
		default:
			if high == before {
				atLow /= 2
			}
			high, atHigh = delta, at
		}
	}
}
