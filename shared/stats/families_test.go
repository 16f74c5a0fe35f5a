package stats

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
)

// pairsInput has two scores of each person, either of which may be missing.
type pairsInput struct{ Pre, Post []*float64 }

func (in pairsInput) pairs() (Pairs, error) {
	var p Pairs
	if len(in.Pre) != len(in.Post) {
		return p, errors.New("the two waves have different lengths")
	}
	for i, pre := range in.Pre {
		if post := in.Post[i]; pre != nil && post != nil {
			p.Add(*pre, *post)
		} else {
			p.Drop()
		}
	}
	return p, nil
}

// complete returns the scores before and after of the complete pairs.
func (in pairsInput) complete() (pre, post []float64) {
	for i := range in.Pre {
		if in.Pre[i] != nil && in.Post[i] != nil {
			pre, post = append(pre, *in.Pre[i]), append(post, *in.Post[i])
		}
	}
	return pre, post
}

func readPairs(c referenceCase) (pairsInput, Pairs, error) {
	var in pairsInput
	if err := strictly(c.Input, &in); err != nil {
		return in, Pairs{}, err
	}
	p, err := in.pairs()
	return in, p, err
}

func examinePairedT(_ *examination, c referenceCase) (fields, error) {
	_, p, err := readPairs(c)
	if err != nil {
		return nil, err
	}
	test := PairedTTest(p)
	return fields{
		"n_pairs": p.N(), "n_dropped": p.Dropped(),
		"mean_pre": p.Pre().Mean(), "mean_post": p.Post().Mean(), "sd_pre": p.Pre().SD(), "sd_post": p.Post().SD(),
		"r": p.Correlation(), "mean_diff": test.Estimate, "sd_diff": p.Change().SD(),
		"status": test.Status, "se": test.SE, "t": test.T, "df": test.DF, "p_two_sided": test.P,
		"ci95_low": test.CI.Low, "ci95_high": test.CI.High,
	}, nil
}

func examineEffectSizes(_ *examination, c referenceCase) (fields, error) {
	_, p, err := readPairs(c)
	if err != nil {
		return nil, err
	}
	s := StandardizeChange(p)
	got := fields{
		"n_pairs": p.N(), "status": s.Status, "j_exact": s.J,
		"ncp_low": s.Noncentrality.Low, "ncp_high": s.Noncentrality.High,
		"d_z": s.Z.D, "d_z_ci_low": s.Z.DCI.Low, "d_z_ci_high": s.Z.DCI.High,
		"g_z": s.Z.G, "g_z_ci_low": s.Z.GCI.Low, "g_z_ci_high": s.Z.GCI.High,
		"d_av": s.Average.D, "d_av_ak_low": s.Average.DCI.Low, "d_av_ak_high": s.Average.DCI.High,
		"g_av": s.Average.G, "g_av_ak_low": s.Average.GCI.Low, "g_av_ak_high": s.Average.GCI.High,
		// A g with the limits that the R package effectsize finds with an optimizer,
		// which stops there.
		"effectsize_0_8_3_hedges_g_paired": fields{
			"g":       s.Z.G,
			"ci_low":  loose{s.Z.GCI.Low, tolerance{1e-6, 1e-6}},
			"ci_high": loose{s.Z.GCI.High, tolerance{1e-6, 1e-6}},
		},
	}
	for name, value := range otherEffectSizes(p, s) {
		got[name] = derived{value}
	}
	return got, nil
}

// otherEffectSizes works out the effect sizes that R printed beside those of the plan.
func otherEffectSizes(p Pairs, s StandardizedChange) fields {
	n := float64(p.N())
	var approximate, wald Number
	if p.N() >= 2 {
		approximate = Known(1 - 3/(4*(n-1)-1))
	}
	mean, _ := p.Change().Mean().Value()
	sdPre, _ := p.Pre().SD().Value()
	sdPost, _ := p.Post().SD().Value()
	sdChange, _ := p.Change().SD().Value()
	average := math.Sqrt((sdPre*sdPre + sdPost*sdPost) / 2)
	if s.Z.D.Status() == OK {
		wald = Known(normalUpper * sdChange / math.Sqrt(n) / average)
	}
	var means, cousineau, raw, common Number
	if s.Average.D.Status() == OK {
		means = Known(mean / ((sdPre + sdPost) / 2))
	}
	if r, ok := p.Correlation().Value(); ok {
		cousineau = s.Average.D.times(HedgesJ(2 * (n - 1) / (1 + r*r)))
		raw = s.Z.D.times(Known(math.Sqrt(2 * max(1-r, 0))))
	}
	if d, ok := s.Z.D.Value(); ok {
		common = Known(distuv.UnitNormal.CDF(d))
	}
	low, high := s.Average.D.minus(wald), s.Average.D.minus(wald.times(Known(-1)))
	return fields{
		"j_approx": approximate, "g_z_approx": s.Z.D.times(approximate), "g_av_approx": s.Average.D.times(approximate),
		"d_av_wald_low": low, "d_av_wald_high": high, "g_av_wald_low": low.times(s.J), "g_av_wald_high": high.times(s.J),
		"d_av_meansd": means, "g_av_df2n2": s.Average.D.times(HedgesJ(2 * (n - 1))), "g_av_dfcousineau": cousineau,
		"d_rm": raw, "cles": common,
	}
}

// whole returns scores in the largest unit in which all of them are whole numbers, and how
// many of it make a point: a tenth, a sixth, and so on.
func whole(scores ...[]float64) (inUnits [][]int, perPoint int, err error) {
	for perPoint = range 10_000 {
		if perPoint > 0 && !slices.ContainsFunc(slices.Concat(scores...), func(x float64) bool {
			x *= float64(perPoint)
			return math.Abs(x-math.Round(x)) > 1e-9
		}) {
			break
		}
	}
	if perPoint == 9_999 {
		return nil, 0, errors.New("the scores have no common unit")
	}
	for _, list := range scores {
		var units []int
		for _, x := range list {
			units = append(units, int(math.Round(x*float64(perPoint))))
		}
		inUnits = append(inUnits, units)
	}
	return inUnits, perPoint, nil
}

func examineWilcoxon(_ *examination, c referenceCase) (fields, error) {
	in, p, err := readPairs(c)
	if err != nil {
		return nil, err
	}
	pre, post := in.complete()
	units, perPoint, err := whole(pre, post)
	if err != nil {
		return nil, err
	}
	var differences Differences
	var list []int
	for i := range units[0] {
		list = append(list, units[1][i]-units[0][i])
		differences.Add(list[i])
	}
	s := SignedRankTest(differences)
	got := fields{
		"n_pairs": p.N(), "n_zero": s.Zero, "n_nonzero": s.Nonzero, "status": s.Status,
		"v": s.Positive, "w_minus": s.Negative, "z_cc": s.Z, "p_normal_cc": s.NormalP,
		"rank_biserial": s.RankBiserial, "p_exact_permutation": s.P,
		"ties": nil, "method": nil, "p_two_sided": nil, "p_normal_nocc": nil, "hl_walsh_median_all": nil,
	}
	if s.Status != OK {
		return got, nil
	}
	if s.Method == Normal {
		got["p_exact_permutation"] = derived{permutationP(list)} // beyond what the package counts
	}
	got["ties"] = s.Ties
	// The p that R's wilcox.test returns, which is exact without ties and zeros only.
	if s.Nonzero < 50 && !s.Ties && s.Zero == 0 {
		got["method"], got["p_two_sided"] = derived{"exact"}, s.P
	} else {
		got["method"], got["p_two_sided"] = derived{"normal_cc"}, s.NormalP
	}
	r := rank(differences)
	corrected := r.z()
	uncorrected := corrected
	if distance := float64(2*r.positive-r.total()) / 4; corrected != 0 {
		uncorrected = corrected * distance / (distance - math.Copysign(0.5, distance))
	} else if distance != 0 {
		uncorrected = distance / math.Sqrt(float64(r.n*(r.n+1)*(2*r.n+1))/24-r.ties/48)
	}
	got["p_normal_nocc"] = derived{Known(twoSidedNormal(uncorrected))}
	got["hl_walsh_median_all"] = derived{Known(walshMedian(list) / float64(perPoint))}
	return got, nil
}

// walshMedian is the median of the means of each two differences, and each with itself.
func walshMedian(differences []int) float64 {
	var sums []int
	for i, a := range differences {
		for _, b := range differences[i:] {
			sums = append(sums, a+b)
		}
	}
	slices.Sort(sums)
	return float64(sums[(len(sums)-1)/2]+sums[len(sums)/2]) / 4
}

// permutationP counts signings in the plainest way, of any number of differences: the
// package's count is held against it, too.
func permutationP(differences []int) Number {
	nonzero := slices.DeleteFunc(slices.Clone(differences), func(d int) bool { return d == 0 })
	ways := map[int]*big.Int{0: big.NewInt(1)}
	seen, total := 0, 0
	for _, d := range nonzero {
		rank := 1 // doubled
		for _, other := range nonzero {
			switch {
			case max(other, -other) < max(d, -d):
				rank += 2
			case max(other, -other) == max(d, -d):
				rank++
			}
		}
		total += rank
		if d > 0 {
			seen += rank
		}
		next := make(map[int]*big.Int)
		for sum, n := range ways {
			for _, sum := range []int{sum, sum + rank} {
				if next[sum] == nil {
					next[sum] = new(big.Int)
				}
				next[sum].Add(next[sum], n)
			}
		}
		ways = next
	}
	extreme := new(big.Int)
	for sum, n := range ways {
		if distance := 2*sum - total; max(distance, -distance) >= max(2*seen-total, total-2*seen) {
			extreme.Add(extreme, n)
		}
	}
	p, _ := new(big.Rat).SetFrac(extreme, new(big.Int).Lsh(big.NewInt(1), uint(len(nonzero)))).Float64()
	return Known(p)
}

func examineReliability(_ *examination, c referenceCase) (fields, error) {
	var in struct{ Rows [][]*float64 }
	if err := strictly(c.Input, &in); err != nil {
		return nil, err
	}
	if len(in.Rows) == 0 {
		return nil, errors.New("without rows the number of items is unknown")
	}
	k := len(in.Rows[0])
	it, err := readItems(k, in.Rows)
	if err != nil {
		return nil, err
	}
	got := reliabilityFields(it)
	got["k"], got["n_rows"], got["status"] = k, it.N()+it.Dropped(), CronbachAlpha(it).Status
	got["sem"] = CronbachAlpha(it).SEM
	got["total_variance"], got["item_mean"], got["item_var"] = nil, nil, nil
	if k >= 2 && it.N() >= 2 {
		got["total_variance"] = it.Total().Variance()
		got["item_mean"] = perItem(k, it.Mean)
		got["item_var"] = perItem(k, func(i int) Number { return it.Covariance(i, i) })
	}
	for name, value := range itemAnalysis(it, in.Rows) {
		got[name] = derived{value}
	}
	return got, nil
}

func readItems(k int, rows [][]*float64) (*Items, error) {
	it := NewItems(k)
	for _, row := range rows {
		if len(row) != k {
			return nil, errors.New("rows have different lengths")
		}
		if slices.Contains(row, nil) {
			it.Drop()
			continue
		}
		var answers []float64
		for _, x := range row {
			answers = append(answers, *x)
		}
		it.Add(answers)
	}
	return it, nil
}

func perItem(k int, value func(int) Number) []any {
	var list []any
	for i := range k {
		list = append(list, value(i))
	}
	return list
}

func reliabilityFields(it *Items) fields {
	alpha, omega := CronbachAlpha(it), McDonaldOmega(it)
	got := fields{
		"n_complete": it.N(), "alpha": alpha.Alpha, "feldt95_low": alpha.CI.Low, "feldt95_high": alpha.CI.High,
		"omega_total_1f": omega.Total, "omega_note": nil,
	}
	switch {
	case omega.Total.Status() == Heywood:
		got["omega_note"] = "Heywood case (negative unique variance): not reported"
	case omega.Estimation == ClosedForm:
		got["omega_note"] = "k=3 closed form: lambda1^2=s12*s13/s23 etc.; omega=(sum lambda)^2/total variance"
	case omega.Estimation == MaximumLikelihood:
		got["omega_note"] = "one-factor ML (stats::factanal), unstandardised loadings; model-implied denominator; compare to 1e-4"
		got["omega_total_1f"] = loose{omega.Total, tolerance{1e-4, 0}}
	}
	return got
}

// itemAnalysis works out what R printed beside alpha and omega.
func itemAnalysis(it *Items, rows [][]*float64) fields {
	got := fields{"alpha_std": nil, "mean_inter_item_r": nil, "item_rest_r": nil, "alpha_if_dropped": nil, "psych_raw_alpha_pairwise": nil}
	if CronbachAlpha(it).Status != OK {
		return got
	}
	k := it.K()
	mean := 0.0
	for i := range k {
		for j := range i {
			mean += correlations(it)[i][j] / float64(k*(k-1)/2)
		}
	}
	got["mean_inter_item_r"] = Known(mean)
	got["alpha_std"] = Known(float64(k) * mean / (1 + float64(k-1)*mean))
	variances := func(without int) (ofItems, total, with float64) {
		for i := range k {
			for j := range k {
				switch {
				case i == without && j != without:
					with += it.covariance(i, j)
				case i != without && j != without:
					total += it.covariance(i, j)
				}
			}
			if i != without {
				ofItems += it.covariance(i, i)
			}
		}
		return ofItems, total, with
	}
	got["item_rest_r"] = perItem(k, func(i int) Number {
		_, rest, with := variances(i)
		return Known(with / math.Sqrt(rest*it.covariance(i, i)))
	})
	got["alpha_if_dropped"] = perItem(k, func(i int) Number {
		ofItems, total, _ := variances(i)
		return Known(float64(k-1) / float64(k-2) * (1 - ofItems/total))
	})
	got["psych_raw_alpha_pairwise"] = pairwiseAlpha(k, rows)
	return got
}

// pairwiseAlpha is alpha of the covariances of whoever answered both items.
func pairwiseAlpha(k int, rows [][]*float64) Number {
	ofItems, total := 0.0, 0.0
	for i := range k {
		for j := range k {
			both := NewItems(2)
			for _, row := range rows {
				if row[i] != nil && row[j] != nil {
					both.Add([]float64{*row[i], *row[j]})
				}
			}
			total += both.covariance(0, 1)
			if i == j {
				ofItems += both.covariance(0, 1)
			}
		}
	}
	return Known(float64(k) / float64(k-1) * (1 - ofItems/total))
}

// groupsInput has two scores of each person of two groups.
type groupsInput struct {
	PreT  []*float64 `json:"pre_t"`
	PostT []*float64 `json:"post_t"`
	PreC  []*float64 `json:"pre_c"`
	PostC []*float64 `json:"post_c"`
}

func readGroups(c referenceCase) (participants, comparison pairsInput, err error) {
	var in groupsInput
	if err := strictly(c.Input, &in); err != nil {
		return pairsInput{}, pairsInput{}, err
	}
	return pairsInput{in.PreT, in.PostT}, pairsInput{in.PreC, in.PostC}, nil
}

func examineDifference(_ *examination, c referenceCase) (fields, error) {
	inT, inC, err := readGroups(c)
	if err != nil {
		return nil, err
	}
	t, errT := inT.pairs()
	comparison, errC := inC.pairs()
	if err := errors.Join(errT, errC); err != nil {
		return nil, err
	}
	d := DifferenceInDifferences(t, comparison)
	return fields{
		"n1": t.N(), "n0": comparison.N(), "status": d.Welch.Status,
		"sd1": t.Change().SD(), "sd0": comparison.Change().SD(), "did": d.Welch.Estimate,
		"mean_change_t": t.Change().Mean(), "mean_change_c": comparison.Change().Mean(),
		"welch_se": d.Welch.SE, "welch_t": d.Welch.T, "welch_df": d.Welch.DF, "welch_p": d.Welch.P,
		"welch_ci_low": d.Welch.CI.Low, "welch_ci_high": d.Welch.CI.High,
		"pooled_se": d.Pooled.SE, "pooled_t": d.Pooled.T, "pooled_df": d.Pooled.DF, "pooled_p": d.Pooled.P,
		"pooled_ci_low": d.Pooled.CI.Low, "pooled_ci_high": d.Pooled.CI.High,
		"d_s": d.Change.D, "d_s_ci_low": d.Change.DCI.Low, "d_s_ci_high": d.Change.DCI.High,
		"g_s": d.Change.G, "g_s_ci_low": d.Change.GCI.Low, "g_s_ci_high": d.Change.GCI.High,
		"baseline_diff": d.Baseline.Estimate, "baseline_g_s": d.BaselineStandardized.G, "baseline_welch_p": d.Baseline.P,
		"sd_pre_pooled": d.PooledSDPre, "d_ppc2": d.DPPC2,
	}, nil
}

func (in pairsInput) observations() Observations {
	var o Observations
	pre, post := in.complete()
	for i := range pre {
		o.Add(pre[i], post[i])
	}
	return o
}

func examineANCOVA(_ *examination, c referenceCase) (fields, error) {
	inT, inC, err := readGroups(c)
	if err != nil {
		return nil, err
	}
	a := AnalyzeCovariance(inT.observations(), inC.observations())
	got := fields{
		"n1": a.N1, "n0": a.N0, "status": a.Status, "b_group": a.Group.Estimate, "se": a.Group.SE, "t": a.Group.T,
		"df": a.Group.DF, "p": a.Group.P, "ci_low": a.Group.CI.Low, "ci_high": a.Group.CI.High,
		"b_pre": a.Slope, "se_pre": a.SlopeSE, "intercept": a.Intercept, "sigma": a.Sigma, "r2": a.R2,
		"adj_mean_t": a.FirstMean, "adj_mean_c": a.SecondMean, "hc3_se": a.HC3SE, "hc3_p": a.HC3P,
		"slope_interaction_p": a.InteractionP, "b_group_std_sigma": nil, "partial_eta2": nil,
	}
	if t, ok := a.Group.T.Value(); ok {
		df, _ := a.Group.DF.Value()
		sigma, _ := a.Sigma.Value()
		got["b_group_std_sigma"] = derived{a.Group.Estimate.times(Known(1 / sigma))}
		got["partial_eta2"] = derived{Known(t * t / (t*t + df))}
	}
	return got, nil
}

func examineHolm(_ *examination, c referenceCase) (fields, error) {
	var in struct{ P []*float64 }
	if err := strictly(c.Input, &in); err != nil {
		return nil, err
	}
	var p []Number
	for _, x := range in.P {
		if x == nil {
			p = append(p, Undefined(Missing))
		} else {
			p = append(p, Known(*x))
		}
	}
	adjusted, m := Holm(p)
	return fields{
		"m_used": m, "holm": list(adjusted), "bonferroni": derived{list(bonferroni(p, m))}, "bh": derived{list(benjaminiHochberg(p, m))},
	}, nil
}

func list(numbers []Number) []any {
	var l []any
	for _, n := range numbers {
		l = append(l, n)
	}
	return l
}

func bonferroni(p []Number, m int) []Number {
	var adjusted []Number
	for _, n := range p {
		if x, ok := n.Value(); ok {
			n = Known(min(x*float64(m), 1))
		}
		adjusted = append(adjusted, n)
	}
	return adjusted
}

// benjaminiHochberg takes for each p the smallest of m p(j)/j over those that are no smaller.
func benjaminiHochberg(p []Number, m int) []Number {
	var adjusted []Number
	for _, n := range p {
		x, ok := n.Value()
		smallest := 1.0
		for _, other := range p {
			y, known := other.Value()
			if !ok || !known || y < x {
				continue
			}
			rank := 0
			for _, third := range p {
				if z, known := third.Value(); known && z <= y {
					rank++
				}
			}
			smallest = min(smallest, float64(m)*y/float64(rank))
		}
		if ok {
			n = Known(smallest)
		}
		adjusted = append(adjusted, n)
	}
	return adjusted
}

func examineReliableChange(_ *examination, c referenceCase) (fields, error) {
	var in struct {
		Pre, Post   float64
		SDPre       *float64 `json:"sd_pre"`
		SDPost      *float64 `json:"sd_post"`
		Reliability *float64
	}
	if err := strictly(c.Input, &in); err != nil {
		return nil, err
	}
	sdPre, sdPost, reliability := optional(in.SDPre), optional(in.SDPost), optional(in.Reliability)
	scale := NewReliableChange(sdPre, reliability)
	index, direction := scale.Of(in.Pre, in.Post)
	got := fields{
		"status": scale.Status, "se_measurement": scale.SEM, "s_diff": scale.SDifference,
		"min_reliable_change": scale.SmallestMove, "rci": index, "category": nil, "rci_maassen": nil,
	}
	if scale.Status == OK {
		got["category"] = string(direction)
		spread := math.Hypot(sdPre.value, sdPost.value) * math.Sqrt(1-reliability.value)
		got["rci_maassen"] = derived{Known((in.Post - in.Pre) / spread)}
	}
	return got, nil
}

func optional(x *float64) Number {
	if x == nil {
		return Undefined(Missing)
	}
	return Known(*x)
}

func examineAttrition(_ *examination, c referenceCase) (fields, error) {
	var in struct {
		NT    int `json:"n_t"`
		LostT int `json:"lost_t"`
		NC    int `json:"n_c"`
		LostC int `json:"lost_c"`
	}
	if err := strictly(c.Input, &in); err != nil {
		return nil, err
	}
	a := CompareAttrition(Retention{in.NT, in.LostT}, Retention{in.NC, in.LostC})
	return fields{
		"overall_attrition": a.Overall, "attrition_t": a.Participants, "attrition_c": a.Comparison,
		"differential": a.Differential, "fisher_p": a.FisherP,
		"wilson95_t_low": a.ParticipantsCI.Low, "wilson95_t_high": a.ParticipantsCI.High,
		"wilson95_c_low": a.ComparisonCI.Low, "wilson95_c_high": a.ComparisonCI.High,
	}, nil
}

// examineDistribution compares row by row; in each, what is expected stands beside the input.
func examineDistribution(e *examination, c referenceCase) (fields, error) {
	var rows []map[string]*float64
	if err := json.Unmarshal(c.Rows, &rows); err != nil {
		return nil, err
	}
	for i, row := range rows {
		inputs, result, compute, within := distribution(c.ID)
		if compute == nil {
			return nil, fmt.Errorf("the distribution %q is not known", c.ID)
		}
		var arguments []float64
		for _, name := range inputs {
			if row[name] == nil {
				return nil, fmt.Errorf("row %d has no %s", i, name)
			}
			arguments = append(arguments, *row[name])
		}
		for name := range row {
			if name != result && !slices.Contains(inputs, name) {
				e.problem("%s.%d.%s is not understood", c.ID, i, name)
			}
		}
		want, ok := row[result]
		if !ok {
			return nil, fmt.Errorf("row %d has no %s", i, result)
		}
		var expected any
		if want != nil {
			expected = *want
		}
		e.compare(fmt.Sprintf("%s.%d.%s", c.ID, i, result), compute(arguments), expected, within)
	}
	return nil, nil
}

func distribution(id string) (inputs []string, result string, compute func([]float64) Number, within tolerance) {
	switch id {
	case "noncentral_t_cdf": // R's pnt stops its series at 1e-12
		return []string{"t", "df", "ncp"}, "p", func(x []float64) Number { return Known(noncentralT(x[0], x[1], x[2])) }, tolerance{1e-8, 1e-12}
	case "f_quantile":
		return []string{"p", "d1", "d2"}, "q", func(x []float64) Number {
			return Known(distuv.F{D1: x[1], D2: x[2]}.Quantile(x[0]))
		}, tolerance{1e-8, 0}
	case "signrank_cdf":
		return []string{"n", "v"}, "cdf", func(x []float64) Number { return Known(signedRankCDF(int(x[0]), int(x[1]))) }, tolerance{1e-8, 0}
	}
	return nil, "", nil, tolerance{}
}

// signedRankCDF returns P(V <= v) of n ranks without ties.
func signedRankCDF(n, v int) float64 {
	var ranks []int
	for i := range n {
		ranks = append(ranks, 2*(i+1))
	}
	var below count
	for _, ways := range signings(ranks, 2*v) {
		below.add(&ways)
	}
	p, _ := new(big.Rat).SetFrac(below.big(), new(big.Int).Lsh(big.NewInt(1), uint(n))).Float64()
	return p
}

// experimentInput is a whole experiment: who answered what, in which wave.
type experimentInput struct {
	Subscales map[string][]int // the items of each, from 1
	Persons   []struct {
		ID      string
		Group   string
		Answers map[string][]*int
	}
}

// order is the order of the subscales, by their first item.
func (in experimentInput) order() []string {
	var names []string
	for name := range in.Subscales {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return in.Subscales[a][0] - in.Subscales[b][0] })
	return names
}

// sixths returns the mean of the answered items in sixths of a point, which is whole for
// two and for three answers of three. With fewer there is no score.
func (in experimentInput) sixths(answers []*int, subscale string) (score int, ok bool) {
	sum, n := 0, 0
	for _, item := range in.Subscales[subscale] {
		if answers != nil && answers[item-1] != nil {
			sum += *answers[item-1]
			n++
		}
	}
	if n < 2 {
		return 0, false
	}
	return sum * 6 / n, true
}

func score(sixths int) float64 { return float64(sixths) / 6 }

var waves = []string{"pre", "mid", "post", "followup"}

func examineExperiment(_ *examination, c referenceCase) (fields, error) {
	var in experimentInput
	if err := strictly(c.Input, &in); err != nil {
		return nil, err
	}
	var want struct{ Scores []struct{ ID string } }
	if err := json.Unmarshal(c.Expected, &want); err != nil {
		return nil, err
	}
	for _, p := range in.Persons {
		for wave, answers := range p.Answers {
			if !slices.Contains(waves, wave) || len(answers) != 12 || !strings.Contains("TC", p.Group) {
				return nil, fmt.Errorf("person %s is not understood", p.ID)
			}
		}
	}
	var scored []any
	for _, one := range want.Scores {
		scored = append(scored, in.scoresOf(one.ID))
	}
	reliability := make(fields)
	for subscale := range in.Subscales {
		reliability[subscale] = reliabilityFields(in.items(subscale))
	}
	return fields{
		"scores": scored, "alpha_pre_all": reliability, "paired_t_group": in.changes(), "did": in.differences(),
		"response": in.responses(), "attrition_pre_post": in.attrition(), "reliable_change": in.reliableChanges(),
	}, nil
}

func (in experimentInput) scoresOf(id string) any {
	for _, p := range in.Persons {
		if p.ID != id {
			continue
		}
		scores := make(fields)
		for _, wave := range waves {
			ofWave := make(fields)
			for subscale := range in.Subscales {
				ofWave[subscale] = nil
				if sixths, ok := in.sixths(p.Answers[wave], subscale); ok {
					ofWave[subscale] = derived{Known(score(sixths))}
				}
			}
			scores[wave] = ofWave
		}
		return fields{"id": id, "scores": scores}
	}
	return nil
}

// items returns the answers of both groups before.
func (in experimentInput) items(subscale string) *Items {
	it := NewItems(len(in.Subscales[subscale]))
	for _, p := range in.Persons {
		var row []float64
		for _, item := range in.Subscales[subscale] {
			if answers := p.Answers["pre"]; answers != nil && answers[item-1] != nil {
				row = append(row, float64(*answers[item-1]))
			}
		}
		if len(row) == it.K() {
			it.Add(row)
		} else {
			it.Drop()
		}
	}
	return it
}

// prePost has what the plan asks of one group's scores before and after.
type prePost struct {
	pairs        Pairs
	differences  Differences
	observations Observations
}

func (in experimentInput) prePost(group, subscale string) *prePost {
	x := new(prePost)
	for _, p := range in.Persons {
		before, hasBefore := in.sixths(p.Answers["pre"], subscale)
		after, hasAfter := in.sixths(p.Answers["post"], subscale)
		switch {
		case p.Group != group:
		case hasBefore && hasAfter:
			x.pairs.Add(score(before), score(after))
			x.differences.Add(after - before)
			x.observations.Add(score(before), score(after))
		default:
			x.pairs.Drop()
		}
	}
	return x
}

func (in experimentInput) changes() []any {
	var rows []any
	var p []Number
	for _, subscale := range in.order() {
		x := in.prePost("T", subscale)
		test, effect, ranks := PairedTTest(x.pairs), StandardizeChange(x.pairs), SignedRankTest(x.differences)
		p = append(p, test.P)
		rows = append(rows, fields{
			"subscale": subscale, "n_pairs": x.pairs.N(), "mean_pre": x.pairs.Pre().Mean(), "mean_post": x.pairs.Post().Mean(),
			"mean_diff": test.Estimate, "t": test.T, "df": test.DF, "p_t": test.P, "ci95_low": test.CI.Low, "ci95_high": test.CI.High,
			"d_z": effect.Z.D, "g_av": effect.Average.G, "g_av_ak_low": effect.Average.GCI.Low, "g_av_ak_high": effect.Average.GCI.High,
			"wilcoxon_v": ranks.Positive, "wilcoxon_p_exact": ranks.P, "rank_biserial": ranks.RankBiserial,
		})
	}
	adjusted, _ := Holm(p)
	for i := range rows {
		rows[i].(fields)["p_t_holm"] = adjusted[i]
	}
	return rows
}

func (in experimentInput) differences() []any {
	var rows []any
	var p []Number
	for _, subscale := range in.order() {
		t, comparison := in.prePost("T", subscale), in.prePost("C", subscale)
		d := DifferenceInDifferences(t.pairs, comparison.pairs)
		a := AnalyzeCovariance(t.observations, comparison.observations)
		p = append(p, d.Welch.P)
		rows = append(rows, fields{
			"subscale": subscale, "n_t": t.pairs.N(), "n_c": comparison.pairs.N(), "did": d.Welch.Estimate,
			"welch_t": d.Welch.T, "welch_df": d.Welch.DF, "welch_p": d.Welch.P,
			"welch_ci_low": d.Welch.CI.Low, "welch_ci_high": d.Welch.CI.High,
			"d_ppc2": d.DPPC2, "baseline_g_s": d.BaselineStandardized.G,
			"ancova_b": a.Group.Estimate, "ancova_p": a.Group.P, "ancova_ci_low": a.Group.CI.Low, "ancova_ci_high": a.Group.CI.High,
		})
	}
	adjusted, _ := Holm(p)
	for i := range rows {
		rows[i].(fields)["welch_p_holm"] = adjusted[i]
	}
	return rows
}

func (in experimentInput) responses() []any {
	var rows []any
	for _, wave := range waves {
		answered := make(map[string]int)
		for _, p := range in.Persons {
			if p.Answers[wave] != nil {
				answered[p.Group]++
			}
		}
		rows = append(rows, fields{"wave": wave, "answered_t": derived{answered["T"]}, "answered_c": derived{answered["C"]}})
	}
	return rows
}

func (in experimentInput) attrition() fields {
	kept := make(map[string]Retention)
	for _, p := range in.Persons {
		k := kept[p.Group]
		if p.Answers["pre"] != nil {
			k.Answered++
			if p.Answers["post"] == nil {
				k.Lost++
			}
		}
		kept[p.Group] = k
	}
	return fields{
		"lost_t": derived{kept["T"].Lost}, "lost_c": derived{kept["C"].Lost}, "fisher_p": CompareAttrition(kept["T"], kept["C"]).FisherP,
	}
}

func (in experimentInput) reliableChanges() []any {
	var rows []any
	for _, subscale := range in.order() {
		var before Moments
		for _, p := range in.Persons {
			if sixths, ok := in.sixths(p.Answers["pre"], subscale); ok {
				before.Add(score(sixths))
			}
		}
		alpha := CronbachAlpha(in.items(subscale)).Alpha
		scale := NewReliableChange(before.SD(), alpha)
		people := make(map[Direction]int)
		for difference, n := range in.prePost("T", subscale).differences.people {
			_, direction := scale.Of(0, score(difference))
			people[direction] += n
		}
		rows = append(rows, fields{
			"subscale": subscale, "alpha": alpha, "sd_pre_all": before.SD(), "s_diff": scale.SDifference,
			"n": in.prePost("T", subscale).pairs.N(), "reliable_increase": people[ReliableIncrease],
			"no_reliable_change": people[NoReliableChange], "reliable_decrease": people[ReliableDecrease],
		})
	}
	return rows
}
