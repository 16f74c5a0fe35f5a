package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/stats"
	"livinglab/shared/survey"
)

// person is a made-up one (架空の人物) who answers the core in waves: twelve points each, 0
// for an item that is left out.
type person struct {
	id, arm string
	waves   map[string][12]int
}

func (p person) subject(core *survey.Instrument) analysis.Subject {
	s := analysis.Subject{ID: p.id, Arm: p.arm, Responses: map[string]analysis.Response{}}
	for wave, points := range p.waves {
		answers := survey.Answers{}
		for n, x := range points {
			if x > 0 {
				answers[core.Items[n].ID] = []string{strconv.Itoa(typed(core, core.Items[n].ID, x))}
			}
		}
		s.Responses[wave] = analysis.Response{Editions: map[string]int{core.ID: core.Version}, Answers: answers}
	}
	return s
}

// all is an answer of the same points to every item.
func all(x int) [12]int {
	var points [12]int
	for n := range points {
		points[n] = x
	}
	return points
}

// with is twelve points, each item of the first subscale so many.
func with(rest int, first ...int) [12]int {
	points := all(rest)
	copy(points[:], first)
	return points
}

func (w *world) people(people ...person) []analysis.Subject {
	var subjects []analysis.Subject
	for _, p := range people {
		subjects = append(subjects, p.subject(w.core))
	}
	return subjects
}

// number returns a figure that has to be there.
func number(t *testing.T, r analysis.Result, s analysis.Section, arm, outcome, from, to string, what analysis.Statistic) stats.Number {
	t.Helper()
	f, ok := r.Figure(s, arm, outcome, from, to, what)
	if !ok {
		t.Fatalf("there is no %s of %s/%s/%s/%s/%s", what, s, arm, outcome, from, to)
	}
	return f.Value
}

// want fails unless a figure is so much.
func (w *world) want(r analysis.Result, s analysis.Section, arm, outcome, from, to string, what analysis.Statistic, expected float64) {
	w.Helper()
	got := number(w.T, r, s, arm, outcome, from, to, what)
	if x, ok := got.Value(); !ok || math.Abs(x-expected) > 1e-9*max(1, math.Abs(expected)) {
		w.Errorf("%s of %s/%s/%s/%s/%s is %v (%s), not %v", what, s, arm, outcome, from, to, x, got.Status(), expected)
	}
}

func (w *world) wantNone(r analysis.Result, s analysis.Section, arm, outcome, from, to string, what analysis.Statistic, why stats.Status) {
	w.Helper()
	if got := number(w.T, r, s, arm, outcome, from, to, what); got.Status() != why {
		w.Errorf("%s of %s/%s/%s/%s/%s is %q, not %q", what, s, arm, outcome, from, to, got.Status(), why)
	}
}

func TestAFewPeopleComeOutAsByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	prePost := func(id, arm string, pre, post [12]int) person {
		return person{id, arm, map[string][12]int{"pre": pre, "post": post}}
	}
	r := w.run(w.people(
		// Direction 2, 3, 4 before, and 1, 1, 0 more after.
		prePost("t1", "T", with(3, 2, 2, 2), with(3, 3, 3, 3)),
		prePost("t2", "T", with(3, 3, 3, 3), with(3, 4, 4, 4)),
		prePost("t3", "T", with(3, 4, 4, 4), with(3, 4, 4, 4)),
		// 1, 3 before, and 0, 2 more after; one without a score after, and one who left.
		prePost("c1", "C", with(3, 1, 1, 1), with(3, 1, 1, 1)),
		prePost("c2", "C", with(3, 3, 3, 3), with(3, 5, 5, 5)),
		prePost("c3", "C", with(3, 5, 5, 5), with(3, 5, 0, 0)),
		person{"c4", "C", map[string][12]int{"pre": with(3, 4, 4, 4)}},
	)...)

	w.want(r, analysis.Wave, "T", "direction", "", "pre", analysis.Mean, 3)
	w.want(r, analysis.Wave, "T", "direction", "", "pre", analysis.SD, 1)
	w.want(r, analysis.Wave, "C", "direction", "", "pre", analysis.Mean, 13.0/4)
	w.want(r, analysis.Wave, "C", "direction", "", "post", analysis.Mean, 3)

	change := func(what analysis.Statistic, x float64) {
		w.want(r, analysis.Change, "T", "direction", "pre", "post", what, x)
	}
	change(analysis.MeanFrom, 3)
	change(analysis.MeanTo, 11.0/3)
	change(analysis.MeanChange, 2.0/3)
	change(analysis.SDChange, math.Sqrt(1.0/3))
	change(analysis.T, 2) // (2/3)/(√(1/3)/√3)
	change(analysis.DF, 2)
	change(analysis.P, 1-2/math.Sqrt(6)) // of two degrees of freedom: 1 - t/√(2 + t²)
	change(analysis.CILow, 2.0/3-4.302652729911275/3)
	change(analysis.CIHigh, 2.0/3+4.302652729911275/3)
	change(analysis.DZ, 2/math.Sqrt(3))
	change(analysis.V, 3) // ranks 1.5 and 1.5; no change has none
	change(analysis.WilcoxonP, 0.5)
	change(analysis.RankBiser, 1)

	difference := func(what analysis.Statistic, x float64) {
		w.want(r, analysis.Difference, "", "direction", "pre", "post", what, x)
	}
	difference(analysis.DID, 2.0/3-1)
	difference(analysis.T, -1.0/3/math.Sqrt(1.0/9+1)) // s² of 1/3 and 2
	difference(analysis.DF, math.Pow(10.0/9, 2)/(1.0/81/2+1))

	// The total changes by a quarter of it: three items of twelve.
	w.want(r, analysis.Change, "T", "total", "pre", "post", analysis.MeanChange, 2.0/3/4)

	attrition := func(arm string, what analysis.Statistic, x float64) {
		w.want(r, analysis.Attrition, arm, "", "pre", "post", what, x)
	}
	attrition("T", analysis.Lost, 0)
	attrition("C", analysis.Answered, 4)
	attrition("C", analysis.Lost, 1)
	attrition("C", analysis.Share, 0.25)
	attrition("", analysis.Answered, 7)
	attrition("", analysis.Share, 1.0/7)
	attrition("", analysis.FisherP, 1)
	w.want(r, analysis.Attrition, "C", "direction", "pre", "post", analysis.MeanStayers, 3)
	w.want(r, analysis.Attrition, "C", "direction", "pre", "post", analysis.MeanLeavers, 4)

	// Everybody answers the items of the scale alike: it has no error of measurement.
	w.want(r, analysis.Reliability, "", "direction", "", "pre", analysis.Alpha, 1)
	w.wantNone(r, analysis.ReliableChange, "T", "direction", "pre", "post", analysis.Increased, stats.PerfectReliability)

	w.wantSets(r, analysis.Difference, "", "direction", analysis.DID, "T/direction/pre+post 3", "C/direction/pre+post 2")
	w.wantSets(r, analysis.Attrition, "C", "direction", analysis.MeanStayers, "C/direction/pre with post 3")
	w.wantSets(r, analysis.Attrition, "C", "direction", analysis.MeanLeavers, "C/direction/pre without post 1")
	w.wantSets(r, analysis.Attrition, "", "", analysis.FisherP, "T//pre 3", "T//pre without post 0", "C//pre 4", "C//pre without post 1")
	w.wantSets(r, analysis.ReliableChange, "T", "direction", analysis.SEM, "/direction/pre 7", "/direction/pre whole 7")
}

// wantSets fails unless a figure from pre to post rests on those sets.
func (w *world) wantSets(r analysis.Result, s analysis.Section, arm, outcome string, what analysis.Statistic, sets ...string) {
	w.Helper()
	f, ok := r.Figure(s, arm, outcome, "pre", "post", what)
	var got []string
	for _, n := range f.Sets {
		set := r.Sets[n]
		text := set.Arm + "/" + set.Outcome + "/" + strings.Join(set.Waves, "+")
		if set.With != "" {
			text += " with " + set.With
		}
		if set.Without != "" {
			text += " without " + set.Without
		}
		if set.Whole {
			text += " whole"
		}
		got = append(got, text+" "+strconv.Itoa(set.N))
	}
	if !ok || !slices.Equal(got, sets) {
		w.Errorf("%s of %s/%s/%s rests on %q, not %q", what, s, arm, outcome, got, sets)
	}
}

func TestAKnownEffectIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	var people []person
	// 80 participants with two points more on one item of each subscale, and noise of the same
	// mean and spread whoever has it; 60 others whom nothing changes; 8 and 15 who leave.
	noise := []int{-1, 0, 0, 1}
	for n := range 80 {
		before := all(2 + random.IntN(2))
		after := before
		for item := range after {
			after[item] += noise[(n+item/3)%4]
			if item%3 == 0 {
				after[item] += 1
			}
		}
		people = append(people, person{fmt.Sprint("t", n), "T", map[string][12]int{"pre": before, "post": after}})
	}
	for n := range 60 {
		before := all(2 + random.IntN(3))
		people = append(people, person{fmt.Sprint("c", n), "C", map[string][12]int{"pre": before, "post": before}})
	}
	for n := range 23 {
		arm := "T"
		if n >= 8 {
			arm = "C"
		}
		people = append(people, person{fmt.Sprint("l", n), arm, map[string][12]int{"pre": all(1 + random.IntN(5))}})
	}
	random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	r := w.run(w.people(people...)...)

	// One point on a third of the items: a third of a point, for each subscale and the total.
	for _, outcome := range []string{"total", "direction", "agency", "action", "connection"} {
		w.want(r, analysis.Change, "T", outcome, "pre", "post", analysis.MeanChange, 1.0/3)
		w.want(r, analysis.Difference, "", outcome, "pre", "post", analysis.DID, 1.0/3)
		w.want(r, analysis.Change, "C", outcome, "pre", "post", analysis.MeanChange, 0)
	}
	// Of each subscale every four people have noise of -1, 0, 0 and 1: s² = 40/79.
	half := 1.990450210230127 * math.Sqrt(40.0/79/80) // t(0.975; 79)
	w.want(r, analysis.Change, "T", "action", "pre", "post", analysis.CILow, 1.0/3-half)
	w.want(r, analysis.Change, "T", "action", "pre", "post", analysis.CIHigh, 1.0/3+half)
	// The others all changed alike, by nothing: Welch's interval is that of the participants.
	w.want(r, analysis.Difference, "", "action", "pre", "post", analysis.CILow, 1.0/3-half)
	w.want(r, analysis.Difference, "", "action", "pre", "post", analysis.DF, 79)
	w.want(r, analysis.Attrition, "T", "", "pre", "post", analysis.Share, 8.0/88)
	w.want(r, analysis.Attrition, "C", "", "pre", "post", analysis.Share, 15.0/75)
	w.want(r, analysis.Attrition, "", "", "pre", "post", analysis.Share, 23.0/163)
	z := 1.959963984540054
	wilson := (15 + z*z/2 - z*math.Sqrt(15.0*60/75+z*z/4)) / (75 + z*z)
	w.want(r, analysis.Attrition, "C", "", "pre", "post", analysis.CILow, wilson)
}

func TestTooFewPeopleAreSaidToBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alike := func(n int, arm string, pre, post int) []person {
		var people []person
		for i := range n {
			people = append(people, person{fmt.Sprint(arm, i), arm, map[string][12]int{"pre": all(pre), "post": all(post)}})
		}
		return people
	}
	cases := map[string]struct {
		people                                     []person
		mean, t, dav, wilcoxon, did, ancova, alpha stats.Status
	}{
		"nobody": {
			nil, stats.NoPeople, stats.TooFew, stats.TooFew, stats.NoPairs, stats.TooFew, stats.NoPeople, stats.TooFew},
		"one": {
			alike(1, "T", 3, 4), stats.OK, stats.TooFew, stats.TooFew, stats.OK, stats.TooFew, stats.NoPeople, stats.TooFew},
		"two who are alike": {
			alike(2, "T", 3, 4), stats.OK, stats.ZeroVariance, stats.ZeroVariance, stats.OK, stats.TooFew, stats.NoPeople, stats.ZeroTotalVariance},
		"everybody unchanged": {
			slices.Concat(alike(20, "T", 3, 3), alike(20, "C", 3, 3)),
			stats.OK, stats.ZeroVariance, stats.ZeroVariance, stats.AllZero, stats.OK, stats.ConstantCovariate, stats.ZeroTotalVariance},
	}
	for name, c := range cases {
		r := w.run(w.people(c.people...)...)
		w.wantStatus(name, r, analysis.Change, "T", analysis.MeanChange, c.mean)
		w.wantStatus(name, r, analysis.Change, "T", analysis.T, c.t)
		w.wantStatus(name, r, analysis.Change, "T", analysis.DAv, c.dav)
		w.wantStatus(name, r, analysis.Change, "T", analysis.WilcoxonP, c.wilcoxon)
		w.wantStatus(name, r, analysis.Difference, "", analysis.DID, c.did)
		w.wantStatus(name, r, analysis.Difference, "", analysis.AncovaHC3Low, c.ancova)
		if got := number(t, r, analysis.Reliability, "", "total", "", "post", analysis.Alpha).Status(); got != c.alpha {
			t.Errorf("%s: alpha is %q, not %q", name, got, c.alpha)
		}
		for _, f := range r.Figures {
			if x, ok := f.Value.Value(); ok && (math.IsNaN(x) || math.IsInf(x, 0)) || f.Value.Status() == stats.Missing {
				t.Errorf("%s: %+v is %v without a reason", name, f, x)
			}
		}
	}
}

func (w *world) wantStatus(name string, r analysis.Result, s analysis.Section, arm string, what analysis.Statistic, status stats.Status) {
	w.Helper()
	if got := number(w.T, r, s, arm, "total", "pre", "post", what).Status(); got != status {
		w.Errorf("%s: %s of the %s is %q, not %q", name, what, s, got, status)
	}
}

func TestOnlyWhatHadClosedIsAnalyzed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	someone := w.people(person{"t1", "T", map[string][12]int{"pre": all(3), "mid": all(3), "post": all(4)}})
	post, _ := w.experiment.Wave("post")
	at := func(at time.Time) analysis.Result {
		w.at = at
		return w.run(someone...)
	}
	r := at(post.Close)
	if want := []string{"pre", "mid"}; !slices.Equal(r.Waves, want) {
		t.Errorf("the waves %v had closed, not %v", r.Waves, want)
	}
	if slices.ContainsFunc(r.Figures, func(f analysis.Figure) bool { return f.To == "post" }) {
		t.Error("there are figures of a wave that closes now")
	}
	if slices.ContainsFunc(r.Figures, func(f analysis.Figure) bool { return f.Section == analysis.Difference }) {
		t.Error("there is a difference in a wave that is for the participants alone")
	}
	r = at(post.Close.Add(time.Nanosecond))
	w.want(r, analysis.Change, "T", "total", "pre", "post", analysis.MeanChange, 1)
	w.want(r, analysis.Change, "T", "total", "pre", "mid", analysis.MeanChange, 0)
	first, _ := w.experiment.Wave("pre")
	if r := at(first.Open); len(r.Figures) != 0 || len(r.Waves) != 0 {
		t.Errorf("before any wave closed there are %d figures of %v", len(r.Figures), r.Waves)
	}
}

func TestThePlanIsFollowedAndNotTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(w.people(person{"t1", "T", map[string][12]int{"pre": with(3, 4, 0, 0)}})...)
	mean := func(outcome string) stats.Number {
		r, err := analysis.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		return number(t, r, analysis.Wave, "T", outcome, "", "pre", analysis.Mean)
	}
	if got := mean("direction"); got.Status() != stats.NoPeople {
		t.Errorf("one answer of three makes a score of %v", got)
	}
	in.Plan.MinAnsweredPerSubscale = 1
	if x, ok := mean("direction").Value(); !ok || x != 4 {
		t.Errorf("the plan asks for one answer, and there is %v, %v", x, ok)
	}
	in.Plan.MinAnsweredTotal = 11
	if got := mean("total"); got.Status() != stats.NoPeople {
		t.Errorf("the plan asks for eleven answers, and ten make %v", got)
	}
	in.Plan.Secondary.Outcomes = []string{"agency"}
	r, err := analysis.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Figures {
		if f.Outcome != "total" && f.Outcome != "agency" && f.Outcome != "" || f.Statistic == analysis.PHolm && f.Outcome != "agency" {
			t.Errorf("the plan does not ask for %+v", f)
		}
	}
	in.Plan.Primary.Estimand = "did_pre_later"
	if _, err := analysis.Run(in); err == nil {
		t.Error("an estimand of waves that there are not is computed")
	}
	in.Plan.Primary = w.experiment.Analysis.Primary
	in.Plan.Primary.Outcome = "happiness"
	if _, err := analysis.Run(in); err == nil {
		t.Error("an outcome that nothing scores is computed")
	}
}

func TestThePlanMayCompareLaterWaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(w.people(
		person{"t1", "T", map[string][12]int{"post": all(3), "followup": all(5)}},
		person{"c1", "C", map[string][12]int{"post": all(2), "followup": all(3)}},
	)...)
	in.Plan.Primary.Estimand = "did_post_followup"
	in.Plan.Secondary = experiment.Estimates{}
	r, err := analysis.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	if x, ok := number(t, r, analysis.Difference, "", "total", "post", "followup", analysis.DID).Value(); !ok || x != 1 {
		t.Errorf("the difference is %v, %v", x, ok)
	}
	var contrasts []string
	for _, f := range r.Figures {
		if one := f.From + "-" + f.To; f.Section == analysis.Difference && !slices.Contains(contrasts, one) {
			contrasts = append(contrasts, one)
		}
	}
	if want := []string{"pre-post", "pre-followup", "post-followup"}; !slices.Equal(contrasts, want) {
		t.Errorf("the contrasts are %v, not %v", contrasts, want)
	}
}

func TestWhoIsInNoArmIsInNoFigure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	someone := person{"t1", "T", map[string][12]int{"pre": all(3), "post": all(4)}}
	nobody := person{"x1", "", map[string][12]int{"pre": all(5), "post": all(1)}}
	astray := person{"c1", "C", map[string][12]int{"pre": all(2), "mid": all(2)}} // a wave that is not for the arm
	r := w.run(w.people(someone, nobody, astray)...)
	w.want(r, analysis.Wave, "T", "total", "", "pre", analysis.Mean, 3)
	w.want(r, analysis.Wave, "C", "total", "", "pre", analysis.Mean, 2)
	for _, f := range r.Figures {
		if f.Arm == "C" && f.To == "mid" {
			t.Errorf("there is %+v", f)
		}
	}
	for _, c := range r.Flow.Waves {
		if want := map[string]int{"preT": 1, "preC": 1, "postT": 1}[c.Wave+c.Arm]; c.Answered != want {
			t.Errorf("%d of %s answered %s, not %d", c.Answered, c.Arm, c.Wave, want)
		}
	}
}

func TestAnswersToOtherVersionsAreReadAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second := *w.core
	second.Version = 2
	second.Items = slices.Clone(second.Items)
	second.Items[0].Reverse = true
	w.instruments = survey.NewSet(append(w.instruments.All(), &second)...)
	early := w.people(person{"t1", "T", map[string][12]int{"pre": all(5)}})
	late := person{"t2", "T", map[string][12]int{"pre": all(5)}}.subject(&second)
	r := w.run(append(early, late)...)
	w.want(r, analysis.Wave, "T", "direction", "", "pre", analysis.Mean, 5)
	if len(r.Instruments) != 2 || r.Instruments[1].Version != 2 || r.Instruments[1].Hash != second.Hash() {
		t.Errorf("the instruments are %v", r.Instruments)
	}
	w.want(r, analysis.Attrition, "T", "", "pre", "post", analysis.Lost, 2)

	third := second
	third.Version, third.Items = 3, slices.Clone(second.Items)
	for n := range third.Items {
		third.Items[n].Labels = append(slices.Clone(third.Items[n].Labels), third.Items[n].Labels...)
	}
	w.instruments = survey.NewSet(append(w.instruments.All(), &third)...)
	wider := person{"t3", "T", map[string][12]int{"pre": all(5)}}.subject(&third)
	if _, err := analysis.Run(w.input(append(early, wider)...)); err == nil {
		t.Error("scores on five points and on ten are put together")
	}
	unknown := late
	unknown.Responses = map[string]analysis.Response{"pre": {Editions: map[string]int{second.ID: 9}}}
	if _, err := analysis.Run(w.input(unknown)); err == nil || !strings.Contains(err.Error(), "t2") {
		t.Errorf("a version that there is not is read: %v", err)
	}
}

func TestSeveralRegionsAreToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var subjects []analysis.Subject
	for n, region := range []string{"shiojiri", "shiojiri", "kamaishi"} {
		s := person{fmt.Sprint("t", n), "T", map[string][12]int{"pre": all(2), "post": all(3 + n)}}.subject(w.core)
		s.Region = region
		subjects = append(subjects, s)
	}
	inRegion := func(r analysis.Result, region string) (changes []float64) {
		for _, f := range r.Figures {
			if f.Arm == "T" && f.Region == region && f.Outcome == "total" && f.To == "post" && f.Statistic == analysis.MeanChange {
				x, _ := f.Value.Value()
				changes = append(changes, x)
			}
		}
		return changes
	}
	if got := inRegion(w.run(subjects...), "shiojiri"); got != nil {
		t.Errorf("the only region has changes of its own: %v", got)
	}
	w.experiment.Regions = []experiment.Region{{ID: "shiojiri"}, {ID: "kamaishi"}}
	r := w.run(subjects...)
	for region, want := range map[string]float64{"shiojiri": 1.5, "kamaishi": 3, "": 2} {
		if got := inRegion(r, region); len(got) != 1 || math.Abs(got[0]-want) > 1e-12 {
			t.Errorf("the change in %q is %v, not %v", region, got, want)
		}
	}
}

func TestTheSamePeopleMakeTheSameBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	subjects := readReference(t).subjects(t, w.core)
	one, err := w.run(subjects...).JSON()
	if err != nil {
		t.Fatal(err)
	}
	two, err := w.run(subjects...).JSON()
	if err != nil || !bytes.Equal(one, two) {
		t.Fatalf("two analyses of the same people differ: %v", err)
	}
	read, err := analysis.ParseResult(one)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := read.JSON(); err != nil || !bytes.Equal(one, again) {
		t.Fatalf("what was read is not what was written: %v", err)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(one, &object); err != nil {
		t.Fatal(err)
	}
	for key, value := range object {
		if string(value) == "null" {
			t.Errorf("%s is null", key)
		}
	}
}

func TestTheOrderOfPeopleChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	subjects := readReference(t).subjects(t, w.core)
	before := w.run(subjects...)
	for range 5 {
		random.Shuffle(len(subjects), func(i, j int) { subjects[i], subjects[j] = subjects[j], subjects[i] })
		after := w.run(subjects...)
		if len(after.Figures) != len(before.Figures) {
			t.Fatalf("there are %d figures, and were %d", len(after.Figures), len(before.Figures))
		}
		for n, f := range after.Figures {
			was := before.Figures[n]
			x, ok := f.Value.Value()
			y, known := was.Value.Value()
			if ok != known || math.Abs(x-y) > 1e-12*max(1, math.Abs(y)) {
				t.Errorf("%+v was %v (%s)", f, y, was.Value.Status())
			}
			f.Value, was.Value = stats.Number{}, stats.Number{}
			if fmt.Sprint(f) != fmt.Sprint(was) {
				t.Errorf("%v was %v", f, was)
			}
		}
		if fmt.Sprint(after.Sets) != fmt.Sprint(before.Sets) {
			t.Error("the sets differ")
		}
	}
}

func TestAFailureOnTheWayIsNoAnalysis(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input()
	in.Subjects = func(yield func(analysis.Subject, error) bool) { yield(analysis.Subject{}, errTable) }
	if _, err := analysis.Run(in); !isTable(err) {
		t.Errorf("the analysis says %v", err)
	}
}
