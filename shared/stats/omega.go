package stats

import (
	"math"
	"slices"
)

// Estimation says how an omega's loadings were found.
type Estimation string

const (
	ClosedForm        Estimation = "closed form"
	MaximumLikelihood Estimation = "maximum likelihood"
)

// Omega is the share of the variance of a scale's sum that one common factor explains.
type Omega struct {
	Total      Number
	Estimation Estimation
}

// McDonaldOmega returns ω = (Σλ)²/((Σλ)² + Σψ) of a model with one factor (McDonald 1999;
// no unit), λ being the loadings in points and ψ the unique variances. With three items
// the model fits exactly: λ1² = s12 s13/s23, and so the others, and the denominator is the
// variance of the sum. With more it is fitted by maximum likelihood to the correlations.
//
// Undefined where alpha is, with two items, and where a covariance of three items is 0 or
// the product of the three is negative. A Heywood case is omitted: a unique variance below
// 0, or with more than three items below 0.005 of its item's variance, which is where
// factor analysis commonly stops.
func McDonaldOmega(it *Items) Omega {
	switch why := it.status(); {
	case why != OK:
		return Omega{Total: Undefined(why)}
	case it.K() == 2:
		return Omega{Total: Undefined(NotIdentified)}
	case it.K() == 3:
		return Omega{Total: omegaOfThree(it), Estimation: ClosedForm}
	}
	return Omega{Total: omegaOfMany(it), Estimation: MaximumLikelihood}
}

func omegaOfThree(it *Items) Number {
	s12, s13, s23 := it.covariance(0, 1), it.covariance(0, 2), it.covariance(1, 2)
	if s12*s13*s23 <= 0 {
		return Undefined(NotIdentified)
	}
	// The first loads positively; the signs of the others are those of their covariances with it.
	first := math.Sqrt(s12 * s13 / s23)
	loadings := []float64{first, s12 / first, s13 / first}
	sum := 0.0
	for i, loading := range loadings {
		if variance := it.covariance(i, i); variance-loading*loading < -1e-12*variance {
			return Undefined(Heywood)
		}
		sum += loading
	}
	return Known(sum * sum / it.total.variance())
}

// smallestUnique is the share of an item's variance that has to be its own.
const smallestUnique = 0.005

func omegaOfMany(it *Items) Number {
	for i := range it.K() {
		if it.products[i][i] == 0 {
			return Undefined(ZeroVariance)
		}
	}
	loadings, uniques, ok := oneFactor(correlations(it))
	switch {
	case slices.Min(uniques) < smallestUnique:
		return Undefined(Heywood)
	case !ok:
		return Undefined(NotConverged)
	}
	common, own := 0.0, 0.0
	for i := range loadings {
		variance := it.covariance(i, i)
		common += loadings[i] * math.Sqrt(variance)
		own += uniques[i] * variance
	}
	return Known(common * common / (common*common + own))
}

func correlations(it *Items) [][]float64 {
	r := make([][]float64, it.K())
	for i := range r {
		r[i] = make([]float64, it.K())
		for j := range r[i] {
			r[i][j] = it.products[i][j] / math.Sqrt(it.products[i][i]*it.products[j][j])
		}
	}
	return r
}

// oneFactor fits one factor to correlations by maximum likelihood, with the EM algorithm
// of Rubin and Thayer (1982): slow, but each step fits better, and scales are short. It
// gives up once a unique variance is as good as gone, or after a number of steps that
// takes a fraction of a second; then ok is false.
func oneFactor(r [][]float64) (loadings, uniques []float64, ok bool) {
	const steps, settled = 100_000, 1e-12
	k := len(r)
	loadings, uniques = make([]float64, k), make([]float64, k)
	for i := range k {
		loadings[i], uniques[i] = math.Sqrt(0.5), 0.5
	}
	weights, withFactor := make([]float64, k), make([]float64, k)
	for range steps {
		// The factor's regression on the items: ψ⁻¹λ/(1 + λ'ψ⁻¹λ).
		precision := 1.0
		for i := range k {
			weights[i] = loadings[i] / uniques[i]
			precision += loadings[i] * weights[i]
		}
		variance := 1 / precision // of the factor, once the items are known
		for i := range k {
			weights[i] /= precision
		}
		for i := range k {
			withFactor[i] = 0
			for j := range k {
				withFactor[i] += r[i][j] * weights[j]
			}
			variance += weights[i] * withFactor[i]
		}
		moved := 0.0
		for i := range k {
			loading := withFactor[i] / variance
			unique := r[i][i] - loading*withFactor[i]
			moved = max(moved, math.Abs(loading-loadings[i]), math.Abs(unique-uniques[i]))
			loadings[i], uniques[i] = loading, unique
		}
		if moved < settled {
			return loadings, uniques, true
		}
		if slices.Min(uniques) < smallestUnique/10 {
			return loadings, uniques, false
		}
	}
	return loadings, uniques, false
}
