package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The values were integrated with 30 digits; some lie where a series underflows.
func TestTheNoncentralTIsExactAlsoForLargeEffects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ t, df, delta, want float64 }{
		{-3, 9, 6, 4.6054620315641803e-15},
		{0.1, 5, -3, 0.99901163105160702},
		{5, 2, -1, 0.99708968300608526},
		{12, 1, 6, 0.61829172083602928},
		{2.262, 9, 2, 0.56870204572842991},
		{25, 9, 20, 0.76057842997974436},
		{35, 30, 30, 0.84648306213142446},
		{38, 500, 36.1, 0.88579173152960119},
		{40, 9999, 38.05, 0.96963668600589477},
		{45, 9, 30, 0.91024760953952139},
		{60, 24, 45, 0.95592061132221011},
		{60, 24, 80, 0.011229161957996345},
		{200, 3, 120, 0.78188755487946356},
		{1000, 9, 600, 0.95401279123674923},
		{2, 99999, 0.1, 0.97128186538400754},
		{126, 99999, 124, 0.97287092518529088},
		{100_000, 4, 50_000, 0.909795989447644},
	} {
		if got := noncentralT(c.t, c.df, c.delta); math.Abs(got-c.want) > 1e-10 {
			t.Errorf("P(T(%v, %v) <= %v) is %v, got %v", c.df, c.delta, c.t, c.want, got)
		}
	}
}

func TestTheNoncentralTAgreesWithTheSeriesWhereThatHolds(t *testing.T) {
	t.Parallel()
	for _, df := range []float64{1, 2, 3, 9, 30, 100, 1000, 100_000} {
		for _, x := range []float64{-20, -2, -0.1, 0, 0.01, 0.5, 1, 2, 5, 10, 20, 37} {
			for _, delta := range []float64{-30, -5, -1, 0, 0.5, 2, 6, 15, 30, 37} {
				series := distuv.NoncentralT{Nu: df, Mu: delta}.CDF(x)
				if got := noncentralT(x, df, delta); math.Abs(got-series) > 1e-10 {
					t.Errorf("P(T(%v, %v) <= %v) is %v as a series, got %v", df, delta, x, series, got)
				}
			}
		}
	}
}

func TestNoncentralityIsWhereTheProbabilityIs(t *testing.T) {
	t.Parallel()
	for _, df := range []float64{1, 2, 19, 999, 99_999} {
		for _, x := range []float64{-50, -1e-3, 0, 0.2, 2, 30, 1e4} {
			for _, p := range []float64{lower, upper} {
				if got := noncentralT(x, df, noncentrality(x, df, p)); math.Abs(got-p) > 1e-10 {
					t.Errorf("of t = %v with df = %v the probability is %v, and not %v", x, df, got, p)
				}
			}
		}
	}
}

// The values were computed with 30 digits.
func TestTheTailsOfTAreExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ t, df, want float64 }{
		{1e-9, 5, 0.99999999924078662},
		{0.001, 99_997, 0.99920211756694762},
		{0.7, 99_997, 0.48392893289617557},
		{1.41, 3, 0.25333322604423629},
		{1.42, 1, 0.39060197369052702},
		{1.42, 99_997, 0.15561079860477801},
		{1.9, 99_997, 0.05743599337032024},
		{8, 99_997, 1.2573923855585163e-15},
		{3.3, 36.9788639294643, 0.0021468584585614691},
		{200, 3, 2.7563963990409166e-7},
		{45, 9, 6.6081393855171439e-12},
		{12, 60, 1.3786322641817738e-17},
	} {
		if got := twoSidedT(-c.t, c.df); math.Abs(got-c.want) > 1e-10*c.want {
			t.Errorf("P(|T(%v)| >= %v) is %v, got %v", c.df, c.t, c.want, got)
		}
	}
}

// The values were computed with 30 digits.
func TestTheHalfWidthsOfIntervalsAreExact(t *testing.T) {
	t.Parallel()
	for df, want := range map[float64]float64{
		1: 12.706204736174705, 2: 4.3026527297494639, 2.86138613861386: 3.2714646658880063, 19: 2.0930240544083098,
		36.98: 2.0262294532427536, 999: 1.96234146113345, 99_997: 1.9599877082463293,
	} {
		high, _ := tInterval(0, 1, df).High.Value()
		if math.Abs(high-want) > 1e-9*want {
			t.Errorf("the 0.975 quantile of T(%v) is %v, got %v", df, want, high)
		}
	}
}

// The values were computed with 30 digits.
func TestTheCorrectionOfHedgesIsExact(t *testing.T) {
	t.Parallel()
	for df, want := range map[float64]float64{
		2: 0.56418958354775629, 3: 0.72360125455826766, 100: 0.99247805498144487, 99_999: 0.99999249990312374,
	} {
		if got, _ := HedgesJ(df).Value(); math.Abs(got-want) > 1e-9 {
			t.Errorf("J(%v) is %v, got %v", df, want, got)
		}
	}
	if got := HedgesJ(1); got.Status() != TooFewDF {
		t.Errorf("J(1) is %v", got)
	}
}
