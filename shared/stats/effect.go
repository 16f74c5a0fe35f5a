package stats

import "math"

// HedgesJ returns the exact correction of a standardized mean difference for small
// samples: J(v) = Γ(v/2)/(√(v/2) Γ((v-1)/2)) with v degrees of freedom (Hedges 1981).
// It has no unit. Undefined below two degrees of freedom.
func HedgesJ(df float64) Number {
	if df < 2 {
		return Undefined(TooFewDF)
	}
	above, _ := math.Lgamma(df / 2)
	below, _ := math.Lgamma((df - 1) / 2)
	return Known(math.Exp(above-below) / math.Sqrt(df/2))
}

// Effect is a standardized mean difference, in standard deviations.
type Effect struct {
	D   Number
	DCI Interval
	G   Number // J·d, without d's bias in small samples
	GCI Interval
}

// corrected returns an effect with Hedges' correction applied to it and its limits.
func corrected(d Number, limits Interval, j Number) Effect {
	return Effect{D: d, DCI: limits, G: d.times(j), GCI: limits.times(j)}
}

// StandardizedChange is a mean change in standard deviations.
type StandardizedChange struct {
	Status Status
	J      Number // of n - 1 degrees of freedom, for every g here

	// Noncentrality has the δ at which the t of the change lies at 97.5 % and at 2.5 %.
	Noncentrality Interval

	Z       Effect // d_z and g_z: in standard deviations of the change
	Average Effect // d_av and g_av: in the root mean square of the standard deviations before and after
}

// StandardizeChange standardizes the mean change in two ways (Cumming 2012):
// d_z = mean(d)/s_d = t/√n, its limits δ/√n from the noncentral t distribution; and
// d_av = mean(d)/√((s_pre² + s_post²)/2), its limits after Algina and Keselman (2003):
// δ √(2(s_pre² + s_post² - 2 s_pre,post)/(n (s_pre² + s_post²))). g = J(n - 1) d, and so
// its limits.
//
// Undefined below two pairs, and where neither change nor scores vary. Where everybody
// changed alike but the scores vary, d_av and g_av exist, without limits. The g do not
// exist with two pairs.
func StandardizeChange(p Pairs) StandardizedChange {
	if p.N() < 2 {
		return StandardizedChange{Status: TooFew}
	}
	n, df := float64(p.N()), float64(p.N()-1)
	s := StandardizedChange{Status: OK, J: HedgesJ(df)}
	mean, se := p.change.mean, meanSE(p.change)
	spread := math.Sqrt((p.pre.variance() + p.post.variance()) / 2)
	varies := !constant(se, mean)
	switch {
	case !varies && spread == 0:
		s.Status = ZeroVariance
		return s
	case !varies:
		s.Status = ZeroChangeVariance
		s.Average = corrected(Known(mean/spread), Interval{}, s.J)
		return s
	}
	t := mean / se
	s.Noncentrality = noncentralInterval(t, df)
	s.Z = corrected(Known(t/math.Sqrt(n)), s.Noncentrality.times(Known(1/math.Sqrt(n))), s.J)
	s.Average = corrected(Known(mean/spread), s.Noncentrality.times(Known(se/spread)), s.J)
	return s
}

// noncentralInterval returns the noncentralities between which a t is not unusual.
func noncentralInterval(t, df float64) Interval {
	return interval(noncentrality(t, df, upper), noncentrality(t, df, lower))
}

// StandardizedDifference is the difference of two groups' means in standard deviations.
type StandardizedDifference struct {
	Status Status
	J      Number // of n1 + n2 - 2 degrees of freedom
	Effect
}

// StandardizeDifference standardizes the difference of two independent groups' means by
// the pooled standard deviation within them: d_s = (mean1 - mean2)/s_p, its limits
// δ √(1/n1 + 1/n2) from the noncentral t distribution (Cumming 2012), g_s = J d_s.
// Undefined with fewer than two people in a group, and where nobody differs within them.
func StandardizeDifference(first, second Moments) StandardizedDifference {
	if first.n < 2 || second.n < 2 {
		return StandardizedDifference{Status: TooFew}
	}
	test := PooledTTest(first, second)
	t, ok := test.T.Value()
	if !ok {
		return StandardizedDifference{Status: test.Status}
	}
	df := float64(first.n + second.n - 2)
	unit := Known(math.Sqrt(1/float64(first.n) + 1/float64(second.n)))
	j := HedgesJ(df)
	return StandardizedDifference{
		Status: OK, J: j,
		Effect: corrected(Known(t).times(unit), noncentralInterval(t, df).times(unit), j),
	}
}
