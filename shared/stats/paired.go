package stats

import "math"

// epsilon is the distance from 1 to the next float64.
const epsilon = 0x1p-52

// constant reports whether a standard error is the rounding error of values that do not
// vary: below 10 ε of their size, as R's t.test has it. An error of 0 is, of any size.
func constant(se, size float64) bool { return se <= 10*epsilon*math.Abs(size) }

// TTest is the outcome of a t test: an estimate against 0.
type TTest struct {
	Status   Status
	Estimate Number // in points; exists wherever there is a mean
	SE       Number // of the estimate, in points
	T        Number // estimate/SE
	DF       Number // degrees of freedom; with Welch's test not whole
	P        Number // two-sided
	CI       Interval
}

// PairedTTest tests whether the mean change is 0 (Student 1908):
// t = mean(d)/(s_d/√n) with n - 1 degrees of freedom. Undefined below two pairs, and
// where everybody changed alike: s_d/√n not above 10 ε |mean(d)|.
func PairedTTest(p Pairs) TTest {
	if p.N() < 2 {
		return TTest{Status: TooFew, Estimate: p.change.Mean()}
	}
	return tTest(p.change.mean, p.change.mean, meanSE(p.change), float64(p.N()-1))
}

// meanSE returns s/√n, the standard error of a mean.
func meanSE(m Moments) float64 { return math.Sqrt(m.variance() / float64(m.n)) }

// tTest tests an estimate whose error is compared with the size of what it was
// estimated from.
func tTest(estimate, size, se, df float64) TTest {
	if constant(se, size) {
		return TTest{Status: ZeroVariance, Estimate: Known(estimate)}
	}
	t := estimate / se
	return TTest{
		Status: OK, Estimate: Known(estimate), SE: Known(se), T: Known(t), DF: Known(df), P: Known(twoSidedT(t, df)),
		CI: tInterval(estimate, se, df),
	}
}
