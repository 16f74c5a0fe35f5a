package stats

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sums draws two waves' sums over three items from 1 to 5, of up to so many people.
func sums(t *rapid.T, most int) (pre, post []int) {
	one := rapid.IntRange(3, 15)
	n := rapid.IntRange(0, most).Draw(t, "people")
	return rapid.SliceOfN(one, n, n).Draw(t, "pre"), rapid.SliceOfN(one, n, n).Draw(t, "post")
}

func differencesOf(pre, post []int, unit int) Differences {
	var d Differences
	for i := range pre {
		d.Add(unit * (post[i] - pre[i]))
	}
	return d
}

func pairsOf(pre, post []int, scale, shift float64) Pairs {
	var p Pairs
	for i := range pre {
		p.Add(scale*float64(pre[i])+shift, scale*float64(post[i])+shift)
	}
	return p
}

func observationsOf(pre, post []int, scale, shift float64) Observations {
	var o Observations
	for i := range pre {
		o.Add(scale*float64(pre[i])+shift, scale*float64(post[i])+shift)
	}
	return o
}

func TestRanksAreWholeAndTheirSigningsAreCountedExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 60)
		countedExactly(t, differencesOf(pre, post, 1))
	})
	var most Differences // as many as are counted, the largest ranks among them
	for i := range exactLimit {
		most.Add(i + 1)
	}
	countedExactly(t, most)
}

func countedExactly(t rapid.TB, d Differences) {
	r := rank(d)
	all := 0
	for _, doubled := range r.ranks {
		all += doubled
	}
	if all != r.total() {
		t.Fatalf("%d doubled ranks have the sum %d, and not %d", r.n, all, r.total())
	}
	ways := signings(r.ranks, r.total())
	var sum count
	for i := range ways {
		if ways[i] != ways[len(ways)-1-i] {
			t.Fatalf("the sum %d has other ways than %d", i, len(ways)-1-i)
		}
		sum.add(&ways[i])
	}
	if sum.big().Cmp(new(big.Int).Lsh(big.NewInt(1), uint(r.n))) != 0 {
		t.Fatalf("the ways of %d signs are %v", r.n, sum.big())
	}
}

func TestTheExactPIsThatOfCountingPlainly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 40)
		s := SignedRankTest(differencesOf(pre, post, 1))
		if s.Status != OK {
			return
		}
		var list []int
		for i := range pre {
			list = append(list, post[i]-pre[i])
		}
		if want := permutationP(list); s.P != want {
			t.Fatalf("p is %v, counted plainly %v", s.P, want)
		}
	})
}

func TestTheLargestExactTestAndTheSmallestNormalOneAgree(t *testing.T) {
	t.Parallel()
	var d Differences
	for i := range exactLimit {
		d.Add((i%7 - 2) * 2) // some zeros among them
	}
	for d.people[0] > 0 {
		d.people[0]--
		d.Add(1)
	}
	exact := SignedRankTest(d)
	d.Add(1)
	normal := SignedRankTest(d)
	if exact.Method != Exact || normal.Method != Normal {
		t.Fatalf("%d differences: %s, %d: %s", exact.Nonzero, exact.Method, normal.Nonzero, normal.Method)
	}
	if math.Abs(exact.P.value-exact.NormalP.value) > 1e-3 {
		t.Errorf("of %d differences p is %v exactly and %v approximately", exact.Nonzero, exact.P, exact.NormalP)
	}
}

func TestTheOrderOfPeopleChangesNoRank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 60)
		order := make([]int, len(pre))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		otherPre, otherPost := make([]int, len(pre)), make([]int, len(pre))
		for i, at := range order {
			otherPre[at], otherPost[at] = pre[i], post[i]
		}
		if a, b := SignedRankTest(differencesOf(pre, post, 1)), SignedRankTest(differencesOf(otherPre, otherPost, 1)); a != b {
			t.Fatalf("%v became %v", a, b)
		}
		half := len(pre) / 2
		a := AnalyzeCovariance(observationsOf(pre[:half], post[:half], 1, 0), observationsOf(pre[half:], post[half:], 1, 0))
		slices.Sort(order[:half])
		b := AnalyzeCovariance(observationsOf(pre[:half], post[:half], 1, 0), observationsOf(reversed(pre[half:]), reversed(post[half:]), 1, 0))
		if a != b {
			t.Fatalf("%v became %v", a, b)
		}
		p, q := PairedTTest(pairsOf(pre, post, 1, 0)), PairedTTest(pairsOf(otherPre, otherPost, 1, 0))
		if !close(p.P, q.P) {
			t.Fatalf("p %v became %v", p.P, q.P)
		}
	})
}

func reversed(list []int) []int {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestAnotherUnitChangesNoP(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 40)
		unit := rapid.IntRange(1, 12).Draw(t, "unit")
		scale := math.Ldexp(float64(unit), rapid.IntRange(-6, 6).Draw(t, "halvings")) // exact, as is the shift
		shift := scale * float64(rapid.IntRange(-50, 50).Draw(t, "shift"))
		if a, b := SignedRankTest(differencesOf(pre, post, 1)), SignedRankTest(differencesOf(pre, post, unit)); a != b {
			t.Fatalf("%v became %v", a, b)
		}
		plain, other := pairsOf(pre, post, 1, 0), pairsOf(pre, post, scale, shift)
		half := len(pre) / 2
		difference := func(scale, shift float64) Difference {
			return DifferenceInDifferences(pairsOf(pre[:half], post[:half], scale, shift), pairsOf(pre[half:], post[half:], scale, shift))
		}
		covariance := func(scale, shift float64) ANCOVA {
			return AnalyzeCovariance(observationsOf(pre[:half], post[:half], scale, shift), observationsOf(pre[half:], post[half:], scale, shift))
		}
		did, otherDiD := difference(1, 0), difference(scale, shift)
		ancova, otherANCOVA := covariance(1, 0), covariance(scale, shift)
		for name, p := range map[string][2]Number{
			"paired t":    {PairedTTest(plain).P, PairedTTest(other).P},
			"d_av":        {StandardizeChange(plain).Average.D, StandardizeChange(other).Average.D},
			"Welch":       {did.Welch.P, otherDiD.Welch.P},
			"Morris":      {did.DPPC2, otherDiD.DPPC2},
			"ANCOVA":      {ancova.Group.P, otherANCOVA.Group.P},
			"HC3":         {ancova.HC3P, otherANCOVA.HC3P},
			"interaction": {ancova.InteractionP, otherANCOVA.InteractionP},
		} {
			if !close(p[0], p[1]) {
				t.Fatalf("%s: %v became %v", name, p[0], p[1])
			}
		}
	})
}

// close reports whether two numbers are one but for rounding, or both do not exist.
func close(a, b Number) bool {
	return a.status == b.status && math.Abs(a.value-b.value) <= 1e-7*max(math.Abs(a.value), math.Abs(b.value))+1e-9
}

func TestTurningTheWavesRoundTurnsTheSignAndNoP(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 40)
		a, b := SignedRankTest(differencesOf(pre, post, 1)), SignedRankTest(differencesOf(post, pre, 1))
		if a.P != b.P || a.Positive != b.Negative || a.Negative != b.Positive {
			t.Fatalf("%v became %v", a, b)
		}
		s, r := StandardizeChange(pairsOf(pre, post, 1, 0)), StandardizeChange(pairsOf(post, pre, 1, 0))
		if !close(s.Z.DCI.Low, r.Z.DCI.High.times(Known(-1))) || !close(s.Average.GCI.High, r.Average.GCI.Low.times(Known(-1))) {
			t.Fatalf("%v became %v", s, r)
		}
	})
}

func TestIntervalsContainTheirEstimates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pre, post := sums(t, 40)
		half := len(pre) / 2
		change := StandardizeChange(pairsOf(pre, post, 1, 0))
		did := DifferenceInDifferences(pairsOf(pre[:half], post[:half], 1, 0), pairsOf(pre[half:], post[half:], 1, 0))
		ancova := AnalyzeCovariance(observationsOf(pre[:half], post[:half], 1, 0), observationsOf(pre[half:], post[half:], 1, 0))
		items := NewItems(2)
		for i := range pre {
			items.Add([]float64{float64(pre[i]), float64(post[i])})
		}
		alpha := CronbachAlpha(items)
		for name, c := range map[string]struct {
			estimate Number
			interval Interval
		}{
			"mean change": {PairedTTest(pairsOf(pre, post, 1, 0)).Estimate, PairedTTest(pairsOf(pre, post, 1, 0)).CI},
			"d_z":         {change.Z.D, change.Z.DCI},
			"g_z":         {change.Z.G, change.Z.GCI},
			"d_av":        {change.Average.D, change.Average.DCI},
			"g_av":        {change.Average.G, change.Average.GCI},
			"difference":  {did.Welch.Estimate, did.Welch.CI},
			"d_s":         {did.Change.D, did.Change.DCI},
			"ANCOVA":      {ancova.Group.Estimate, ancova.Group.CI},
			"alpha":       {alpha.Alpha, alpha.CI},
		} {
			low, okLow := c.interval.Low.Value()
			high, okHigh := c.interval.High.Value()
			estimate, ok := c.estimate.Value()
			if okLow != okHigh || okLow && !ok {
				t.Fatalf("%s: %v in %v", name, c.estimate, c.interval)
			}
			if okLow && (estimate < low || estimate > high) {
				t.Fatalf("%s: %v is not in %v to %v", name, estimate, low, high)
			}
		}
	})
}

func TestHolmKeepsTheOrderOfPAndLowersNone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p []Number
		for _, x := range rapid.SliceOf(rapid.Float64Range(-0.2, 1)).Draw(t, "p") {
			if x < 0 {
				p = append(p, Undefined(TooFew))
			} else {
				p = append(p, Known(x))
			}
		}
		adjusted, m := Holm(p)
		for i := range p {
			if p[i].status != adjusted[i].status {
				t.Fatalf("%v became %v", p[i], adjusted[i])
			}
			if a := adjusted[i].value; p[i].status == OK && (a < p[i].value || a > 1 || a > float64(m)*p[i].value) {
				t.Fatalf("%v became %v of %d", p[i], adjusted[i], m)
			}
			for j := range p {
				if p[i].status == OK && p[j].status == OK && p[i].value <= p[j].value && adjusted[i].value > adjusted[j].value {
					t.Fatalf("%v before %v became %v before %v", p[i], p[j], adjusted[i], adjusted[j])
				}
			}
		}
	})
}

func TestWilsonStaysBetweenNobodyAndEverybody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, _ := Wilson(k, n).Low.Value()
		high, _ := Wilson(k, n).High.Value()
		if share := float64(k) / float64(n); low < 0 || low > share || share > high || high > 1 {
			t.Fatalf("%d of %d: %v to %v", k, n, low, high)
		}
		if mirrored, _ := Wilson(n-k, n).Low.Value(); math.Abs(1-mirrored-high) > 1e-12 {
			t.Fatalf("%d of %d end at %v, but the others begin at %v", k, n, high, mirrored)
		}
	})
}

func TestFisherAddsUpTheUnlikelyTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.IntRange(1, 40).Draw(t, "n1"), rapid.IntRange(1, 40).Draw(t, "n2")
		k1, k2 := rapid.IntRange(0, n1).Draw(t, "k1"), rapid.IntRange(0, n2).Draw(t, "k2")
		tables := func(k int) *big.Int { // how many ways lead to a table with k in the first group
			first := new(big.Int).Binomial(int64(n1), int64(k))
			return first.Mul(first, new(big.Int).Binomial(int64(n2), int64(k1+k2-k)))
		}
		unlikely, all := new(big.Int), new(big.Int).Binomial(int64(n1+n2), int64(k1+k2))
		for k := max(0, k1+k2-n2); k <= min(n1, k1+k2); k++ {
			if tables(k).Cmp(tables(k1)) <= 0 {
				unlikely.Add(unlikely, tables(k))
			}
		}
		want, _ := new(big.Rat).SetFrac(unlikely, all).Float64()
		if got, _ := FisherExact(k1, n1, k2, n2).Value(); math.Abs(got-want) > 1e-12*want {
			t.Fatalf("%d of %d and %d of %d: p is %v, counted %v", k1, n1, k2, n2, got, want)
		}
	})
}

// Whoever answers however: each figure is a finite number or says why it is none.
func TestWhatCannotBeComputedSaysWhy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		score := rapid.OneOf(rapid.IntRange(3, 3), rapid.IntRange(3, 4), rapid.IntRange(3, 15))
		group := func(name string) (pre, post []int) {
			n := rapid.IntRange(0, 5).Draw(t, name)
			return rapid.SliceOfN(score, n, n).Draw(t, "pre"), rapid.SliceOfN(score, n, n).Draw(t, "post")
		}
		preT, postT := group("participants")
		preC, postC := group("comparison")
		third := 1.0 / 3
		p, c := pairsOf(preT, postT, third, 0), pairsOf(preC, postC, third, 0)
		it := NewItems(rapid.IntRange(0, 5).Draw(t, "items"))
		for range rapid.IntRange(0, 6).Draw(t, "answered") {
			var answers []float64
			for range it.K() {
				answers = append(answers, float64(score.Draw(t, "answer")))
			}
			it.Add(answers)
		}
		consistency := CronbachAlpha(it)
		for name, result := range map[string]any{
			"paired t":           PairedTTest(p),
			"effect":             StandardizeChange(p),
			"difference":         DifferenceInDifferences(p, c),
			"ANCOVA":             AnalyzeCovariance(observationsOf(preT, postT, third, 0), observationsOf(preC, postC, third, 0)),
			"Wilcoxon":           SignedRankTest(differencesOf(preT, postT, 1)),
			"alpha":              consistency,
			"omega":              McDonaldOmega(it).Total,
			"reliable change":    NewReliableChange(p.Pre().SD(), consistency.Alpha),
			"attrition":          CompareAttrition(Retention{len(preT), min(1, len(preT))}, Retention{len(preC), 0}),
			"mean":               p.Pre().Mean(),
			"standard deviation": p.Pre().SD(),
			"variance":           p.Pre().Variance(),
			"correlation":        p.Correlation(),
		} {
			explained(t, name, reflect.ValueOf(result), false)
		}
	})
}

// explained fails where a number is not finite, or does not exist and neither it nor what
// it belongs to says why.
func explained(t *rapid.T, name string, v reflect.Value, why bool) {
	if n, ok := v.Interface().(Number); ok {
		value, exists := n.Value()
		if exists && (math.IsNaN(value) || math.IsInf(value, 0)) || !exists && n.Status() == NotFinite {
			t.Fatalf("%s is %v: %s", name, value, n.Status())
		}
		if !exists && n.Status() == Missing && !why {
			t.Fatalf("%s does not exist, and nothing says why", name)
		}
		return
	}
	if v.Kind() != reflect.Struct {
		return
	}
	if status := v.FieldByName("Status"); status.IsValid() {
		if status.String() == "" {
			t.Fatalf("%s has no status", name)
		}
		why = Status(status.String()) != OK
	}
	for i := range v.NumField() {
		explained(t, name+"."+v.Type().Field(i).Name, v.Field(i), why)
	}
}

func TestInputThatIsNoNumberLeadsToNone(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		var p Pairs
		var o, c Observations
		for i := range 6 {
			p.Add(float64(i), float64(i*i))
			o.Add(float64(i), float64(i*i))
			c.Add(float64(i), float64(i))
		}
		p.Add(1, bad)
		o.Add(1, bad)
		for name, n := range map[string]Number{
			"t": PairedTTest(p).P, "d": StandardizeChange(p).Z.D, "limit": StandardizeChange(p).Z.DCI.Low,
			"difference": DifferenceInDifferences(p, p).Welch.P, "ANCOVA": AnalyzeCovariance(o, c).Group.P,
		} {
			if x, ok := n.Value(); ok {
				t.Errorf("%s of %v is %v", name, bad, x)
			}
		}
	}
}

func TestNobodyIsKept(t *testing.T) { // not parallel: it counts allocations
	var p Pairs
	var d Differences
	var o Observations
	it := NewItems(3)
	answers := []float64{1, 2, 3}
	i := 0
	person := func() {
		i++
		pre, post := i%13+3, i%11+4
		p.Add(float64(pre), float64(post))
		d.Add(post - pre)
		o.Add(float64(pre), float64(post))
		answers[i%3] = float64(i%5 + 1)
		it.Add(answers)
	}
	for range 1000 { // until each score has occurred
		person()
	}
	if n := testing.AllocsPerRun(100_000, person); n > 0 {
		t.Errorf("a person takes %v allocations", n)
	}
	if len(d.people) > 25 || len(o.people) > 13*11 {
		t.Errorf("%d people left %d differences and %d pairs of scores", p.N(), len(d.people), len(o.people))
	}
}
