package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestACommonFactorIsFoundAgain(t *testing.T) {
	t.Parallel()
	want := []float64{0.9, 0.7, 0.5, 0.3, -0.6}
	r := make([][]float64, len(want))
	for i := range r {
		r[i] = make([]float64, len(want))
		for j := range r[i] {
			r[i][j] = want[i] * want[j]
		}
		r[i][i] = 1
	}
	loadings, uniques, ok := oneFactor(r)
	if !ok {
		t.Fatal("the model was not fitted")
	}
	for i := range want {
		if math.Abs(loadings[i]-want[i]) > 1e-8 || math.Abs(uniques[i]-(1-want[i]*want[i])) > 1e-8 {
			t.Errorf("item %d loads %v and keeps %v, got %v and %v", i, want[i], 1-want[i]*want[i], loadings[i], uniques[i])
		}
	}
}

// With three items the model has as many values as there are covariances: both ways of
// finding them lead to one omega.
func TestTheClosedFormOfOmegaIsTheLikeliest(t *testing.T) {
	t.Parallel()
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		it := NewItems(3)
		common := rapid.IntRange(1, 7)
		own := rapid.IntRange(-2, 2)
		for range rapid.IntRange(10, 40).Draw(t, "people") {
			c := common.Draw(t, "common")
			it.Add([]float64{float64(c + own.Draw(t, "first")), float64(c + own.Draw(t, "second")), float64(c + own.Draw(t, "third"))})
		}
		closed, ok := McDonaldOmega(it).Total.Value()
		likeliest, fitted := omegaOfMany(it).Value()
		if !ok || !fitted {
			return
		}
		compared++
		if math.Abs(closed-likeliest) > 1e-6 {
			t.Fatalf("omega is %v in closed form, and likeliest %v", closed, likeliest)
		}
	})
	if compared == 0 {
		t.Error("no omega was compared")
	}
}

// Two items that differ from the first in opposite directions agree less with each other
// than with it: it would have to vary less than it has in common with them.
func TestANegativeUniqueVarianceIsAHeywoodCase(t *testing.T) {
	t.Parallel()
	three, four := NewItems(3), NewItems(4)
	for i := range 24 {
		first, apart, other := float64(i%6), float64(i/6), float64(i%4)
		three.Add([]float64{first, first + apart, first - apart})
		four.Add([]float64{first, first + apart, first - apart, first + other})
	}
	for _, it := range []*Items{three, four} {
		if omega := McDonaldOmega(it); omega.Total.Status() != Heywood {
			t.Errorf("omega of %d items is %v", it.K(), omega)
		}
	}
}

func TestAnItemThatEverybodyAnswersAlikeHasNoPartInAFactor(t *testing.T) {
	t.Parallel()
	it := NewItems(4)
	for i := range 12 {
		it.Add([]float64{float64(i % 5), float64(i % 4), float64(i % 3), 3})
	}
	if omega := McDonaldOmega(it); omega.Total.Status() != ZeroVariance {
		t.Errorf("omega is %v", omega)
	}
}

func TestNobodyHasNoMean(t *testing.T) {
	t.Parallel()
	var m Moments
	it := NewItems(3)
	if m.N() != 0 || m.Mean().Status() != NoPeople || m.Variance().Status() != TooFew || m.SD().Status() != TooFew {
		t.Errorf("nobody has %v, %v, %v", m.Mean(), m.Variance(), m.SD())
	}
	if it.Mean(0).Status() != NoPeople || it.Covariance(0, 1).Status() != TooFew {
		t.Errorf("nobody's items have %v, %v", it.Mean(0), it.Covariance(0, 1))
	}
	m.Add(4)
	if mean, ok := m.Mean().Value(); !ok || mean != 4 || m.SD().Status() != TooFew {
		t.Errorf("one person has %v, %v", m.Mean(), m.SD())
	}
}

func TestOmegaNeedsThreeItemsThatGoTogether(t *testing.T) {
	t.Parallel()
	two, apart := NewItems(2), NewItems(3)
	for i := range 8 {
		a, b, c := float64(i&1), float64(i>>1&1), float64(i>>2)
		two.Add([]float64{a, a + b})
		apart.Add([]float64{a, b, c})
	}
	for name, it := range map[string]*Items{"two items": two, "unrelated items": apart} {
		if omega := McDonaldOmega(it); omega.Total.Status() != NotIdentified {
			t.Errorf("omega of %s is %v", name, omega)
		}
	}
}

func TestARowThatIsNotWholeIsAProgrammersError(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("two answers were taken for three")
		}
	}()
	NewItems(3).Add([]float64{1, 2})
}

// A pair of people whose scores before alone make the slope decide what is fitted to them.
func TestHC3IsOmittedWhereOnePersonDecidesAFittedValue(t *testing.T) {
	t.Parallel()
	var single, few, alike, many Observations
	single.Add(4, 5)
	few.Add(3, 4)
	few.Add(9, 8)
	for i := range 6 {
		alike.Add(5, float64(i%3))
		many.Add(float64(i), float64(i*i%7))
	}
	for name, a := range map[string]ANCOVA{
		"one person against many":       AnalyzeCovariance(single, many),
		"two people and a constant one": AnalyzeCovariance(few, alike),
	} {
		if a.Status != OK || a.HC3SE.Status() != FullLeverage || a.HC3P.Status() != FullLeverage {
			t.Errorf("%s: %s, HC3 %v", name, a.Status, a.HC3SE)
		}
		if a.InteractionP.Status() != ConstantCovariate {
			t.Errorf("%s: the p of equal slopes is %v", name, a.InteractionP)
		}
	}
}

// The two intervals stand around one difference, and are as wide as their errors are large.
func TestHC3HasTheLimitsOfItsError(t *testing.T) {
	t.Parallel()
	var first, second Observations
	for i := range 9 {
		first.Add(float64(i%5), float64(i*i%7))
		second.Add(float64(i%4), float64(i*i%5))
	}
	a := AnalyzeCovariance(first, second)
	width := func(i Interval) float64 { return i.High.minus(i.Low).value }
	if middle := (a.HC3CI.Low.value + a.HC3CI.High.value) / 2; math.Abs(middle-a.Group.Estimate.value) > 1e-12 {
		t.Errorf("the limits stand around %v, not %v", middle, a.Group.Estimate)
	}
	if got, want := width(a.HC3CI)/a.HC3SE.value, width(a.Group.CI)/a.Group.SE.value; math.Abs(got-want) > 1e-12 {
		t.Errorf("the limits are %v errors apart, not %v", got, want)
	}
	var one Observations
	one.Add(7, 5)
	if b := AnalyzeCovariance(one, second); b.HC3CI.Low.Status() != FullLeverage || b.HC3CI.High.Status() != FullLeverage {
		t.Errorf("where one person decides, the limits are %v", b.HC3CI)
	}
}

func TestChangeIsNotJudgedWithoutAMeasureOfItsError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sd, reliability Number
		want            Status
	}{
		"no scores":          {Undefined(TooFew), Known(0.8), TooFew},
		"no reliability":     {Known(2), Undefined(ZeroTotalVariance), ZeroTotalVariance},
		"nothing given":      {Known(2), Number{}, Missing},
		"nobody differs":     {Known(0), Known(0.8), ZeroVariance},
		"no error":           {Known(2), Known(1), PerfectReliability},
		"a negative alpha":   {Known(2), Known(-0.3), OutOfRange},
		"more than complete": {Known(2), Known(1.2), OutOfRange},
	} {
		scale := NewReliableChange(c.sd, c.reliability)
		index, direction := scale.Of(3, 12)
		if scale.Status != c.want || index.Status() != c.want || direction != "" {
			t.Errorf("%s: %s, index %v, direction %q", name, scale.Status, index, direction)
		}
	}
}

func TestASmallestReliableMoveIsReliable(t *testing.T) {
	t.Parallel()
	scale := NewReliableChange(Known(2), Known(0.8))
	least, _ := scale.SmallestMove.Value()
	for move, want := range map[float64]Direction{
		least + 1e-9: ReliableIncrease, least - 1e-9: NoReliableChange, -least + 1e-9: NoReliableChange, -least - 1e-9: ReliableDecrease,
	} {
		if _, direction := scale.Of(5, 5+move); direction != want {
			t.Errorf("a move of %v is %s, and not %s", move, direction, want)
		}
	}
}

func TestMoreThanEverybodyIsNoShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n int
		want Status
	}{{0, 0, NoPeople}, {3, 2, OutOfRange}, {-1, 2, OutOfRange}} {
		if i := Wilson(c.k, c.n); i.Low.Status() != c.want || i.High.Status() != c.want {
			t.Errorf("%d of %d: %v", c.k, c.n, i)
		}
		if p := FisherExact(1, 2, c.k, c.n); p.Status() != c.want {
			t.Errorf("%d of %d: p is %v", c.k, c.n, p)
		}
	}
}

// Thirds are not exact in floating point: changes that are equal differ by rounding.
func TestEqualChangesInThirdsAreEqual(t *testing.T) {
	t.Parallel()
	var p Pairs
	for i := range 9 {
		p.Add(float64(i+3)/3, float64(i+4)/3)
	}
	if test := PairedTTest(p); test.Status != ZeroVariance {
		t.Errorf("everybody changed by a third: %+v", test)
	}
	if s := StandardizeChange(p); s.Status != ZeroChangeVariance || s.Average.D.Status() != OK {
		t.Errorf("everybody changed by a third: %+v", s)
	}
	if d := DifferenceInDifferences(p, p); d.Welch.Status != ZeroVariance || d.DPPC2.Status() != OK {
		t.Errorf("everybody changed by a third: %+v", d)
	}
	var participants, comparison Observations
	for i := range 9 {
		participants.Add(float64(i+3)/3, float64(i+4)/3)
		comparison.Add(float64(i+2)/3, float64(i+2)/3)
	}
	if a := AnalyzeCovariance(participants, comparison); a.Status != ZeroResidual {
		t.Errorf("everybody changed by a third or not at all: %+v", a)
	}
}
