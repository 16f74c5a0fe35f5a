package stats

import "math"

// WelchTTest tests whether two independent groups have one mean, without the assumption
// that they have one variance (Welch 1947): t = (mean1 - mean2)/√(s1²/n1 + s2²/n2), with
// the degrees of freedom of Satterthwaite (1946). Undefined with fewer than two people
// in a group, and where nobody differs within either.
func WelchTTest(first, second Moments) TTest {
	if first.n < 2 || second.n < 2 {
		return tooFew(first, second)
	}
	v1, v2 := first.variance()/float64(first.n), second.variance()/float64(second.n)
	df := (v1 + v2) * (v1 + v2) / (v1*v1/float64(first.n-1) + v2*v2/float64(second.n-1))
	return tTest(first.mean-second.mean, size(first, second), math.Sqrt(v1+v2), df)
}

// PooledTTest tests the same under the assumption of one variance (Student 1908), with
// n1 + n2 - 2 degrees of freedom. On changes it is the regression of change on group.
// Undefined where Welch's test is.
func PooledTTest(first, second Moments) TTest {
	if first.n < 2 || second.n < 2 {
		return tooFew(first, second)
	}
	se := pooledSD(first, second) * math.Sqrt(1/float64(first.n)+1/float64(second.n))
	return tTest(first.mean-second.mean, size(first, second), se, float64(first.n+second.n-2))
}

// tooFew has the difference of the means, where both exist, and no test of it.
func tooFew(first, second Moments) TTest {
	if first.n == 0 || second.n == 0 {
		return TTest{Status: TooFew, Estimate: Undefined(TooFew)}
	}
	return TTest{Status: TooFew, Estimate: Known(first.mean - second.mean)}
}

// size is what the rounding error of two means is compared with.
func size(first, second Moments) float64 {
	return max(math.Abs(first.mean), math.Abs(second.mean))
}

// pooledSD returns the standard deviation within two groups of two people or more.
func pooledSD(first, second Moments) float64 {
	return math.Sqrt((first.squares + second.squares) / float64(first.n+second.n-2))
}

// Difference is the difference in differences: the mean change of the participants less
// that of the comparison group. It is caused by the participation only if both would have
// changed alike without it.
type Difference struct {
	Welch  TTest                  // of the changes: the primary test
	Pooled TTest                  // of the changes, under one variance
	Change StandardizedDifference // of the changes, in their standard deviation within the groups

	PooledSDPre Number // standard deviation of the scores before, within the groups, in points
	DPPC2       Number // the difference in that unit, after Morris (2008)

	Baseline             TTest // Welch's test of the scores before, of the people analyzed
	BaselineStandardized StandardizedDifference
}

// DifferenceInDifferences compares the changes of two groups by Welch's test, and
// standardizes the difference after Morris (2008, d_ppc2): c (change1 - change2)/s_pre,
// with c = 1 - 3/(4 (n1 + n2 - 2) - 1) and the pooled standard deviation of the scores
// before. Undefined with fewer than two pairs in a group; the tests where nobody's change
// differs within the groups; d_ppc2 where nobody's score before does.
func DifferenceInDifferences(participants, comparison Pairs) Difference {
	d := Difference{
		Welch:                WelchTTest(participants.change, comparison.change),
		Pooled:               PooledTTest(participants.change, comparison.change),
		Change:               StandardizeDifference(participants.change, comparison.change),
		Baseline:             WelchTTest(participants.pre, comparison.pre),
		BaselineStandardized: StandardizeDifference(participants.pre, comparison.pre),
		PooledSDPre:          Undefined(TooFew),
		DPPC2:                Undefined(TooFew),
	}
	if participants.N() < 2 || comparison.N() < 2 {
		return d
	}
	spread := pooledSD(participants.pre, comparison.pre)
	d.PooledSDPre, d.DPPC2 = Known(spread), Undefined(ZeroVariance)
	if spread > 0 {
		bias := 1 - 3/(4*float64(participants.N()+comparison.N()-2)-1)
		d.DPPC2 = d.Welch.Estimate.times(Known(bias / spread))
	}
	return d
}
