package release_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/stats"
	"livinglab/shared/survey"
)

// group makes up people of an arm who answer all of the waves, with points that differ.
func (c crowd) group(r *rand.Rand, arm string, n int, waves ...string) []string {
	var ids []string
	for range n {
		p := person{arm: arm, region: "shiojiri", waves: map[string]map[string]int{}}
		for _, wave := range waves {
			p.answer(r, wave, 1, various)
		}
		id := fmt.Sprintf("%s%08x", arm, r.Uint32())
		c[id] = p
		ids = append(ids, id)
	}
	return ids
}

// seeded is a source of chance that is the same each time.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	const seed = 20210412
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, seed))
}

func figure(t *testing.T, m made, s analysis.Section, arm, outcome, from, to string, what analysis.Statistic) release.Figure {
	t.Helper()
	f, ok := m.release.Figure(s, arm, outcome, from, to, what)
	if !ok {
		t.Fatalf("there is no %s %s %s %s %s %s", s, arm, outcome, from, to, what)
	}
	return f
}

func TestTheLimitsOfAFileAreNeverBelowThoseOfAllExperiments(t *testing.T) {
	t.Parallel()
	least := release.Limits{MinN: 5, DetailMinN: 10, MinNPerArm: 10, PerRegionMinN: 5, MinNewRespondents: 5}
	if got := release.LimitsOf(experiment.Publication{MinN: 1, DistributionMinN: 2, PerRegionMinN: 1}, experiment.AnalysisPlan{MinNPerArm: 2}); got != least {
		t.Errorf("a file that asks for less has %+v", got)
	}
	stricter := release.Limits{MinN: 8, DetailMinN: 20, MinNPerArm: 12, PerRegionMinN: 15, MinNewRespondents: 9, Decimals: 1}
	if got := release.LimitsOf(experiment.Publication{
		MinN: 8, DistributionMinN: 11, SDMinN: 20, PerRegionMinN: 15, RepublishMinNewRespondents: 9, Decimals: 1,
	}, experiment.AnalysisPlan{MinNPerArm: 12}); got != stricter {
		t.Errorf("a file that asks for more has %+v", got)
	}
}

func TestAFigureIsSaidAsItIsPrinted(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]release.Figure{
		"0.44":   {Value: new(0.44), Decimals: 2},
		"−0.40":  {Value: new(-0.4), Decimals: 2},
		"0.00":   {Value: new(0.0), Decimals: 2},
		"3.4":    {Value: new(3.4), Decimals: 1},
		"12":     {Value: new(12.0)},
		"<0.001": {Value: new(0.001), Decimals: 3, Below: true},
		"":       {Status: release.TooFew},
	} {
		if got := f.Say(); got != want {
			t.Errorf("%+v is said %q, not %q", f, got, want)
		}
	}
}

func TestHowMuchIsShownDependsOnHowManyPeopleAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		n                          int
		mean, sd, p, did, alphaOf2 release.Status
		decimals                   int
	}{
		{0, release.TooFew, release.TooFew, release.TooFew, release.NotEnoughData, release.TooFew, 0},
		{4, release.TooFew, release.TooFew, release.TooFew, release.NotEnoughData, release.Coarse, 0},
		{5, release.Shown, release.Coarse, release.Coarse, release.NotEnoughData, release.Shown, 1},
		{9, release.Shown, release.Coarse, release.Coarse, release.NotEnoughData, release.Shown, 1},
		{10, release.Shown, release.Shown, release.Shown, release.Shown, release.Shown, 2},
	} {
		c, r := crowd{}, seeded(t)
		c.group(r, "T", tt.n, "pre", "mid", "post")
		c.group(r, "C", tt.n, "pre", "post")
		m := w.publish(t, c, nil)
		mean := figure(t, m, analysis.Change, "T", total, "pre", "post", analysis.MeanChange)
		if mean.Status != tt.mean || (mean.Value != nil) != (tt.mean == release.Shown) || mean.Decimals != tt.decimals {
			t.Errorf("the mean of %d people is %+v", tt.n, mean)
		}
		if mean.N == nil || *mean.N != tt.n {
			t.Errorf("the mean of %d people does not say of how many it is", tt.n)
		}
		for what, status := range map[analysis.Statistic]release.Status{analysis.SDChange: tt.sd, analysis.P: tt.p} {
			if f := figure(t, m, analysis.Change, "T", total, "pre", "post", what); f.Status != status {
				t.Errorf("%s of %d people is %s, not %s", what, tt.n, f.Status, status)
			}
		}
		did := figure(t, m, analysis.Difference, "", total, "pre", "post", analysis.DID)
		if did.Status != tt.did || *did.N != tt.n || *did.NComparison != tt.n {
			t.Errorf("the difference of twice %d people is %+v", tt.n, did)
		}
		if f := figure(t, m, analysis.Reliability, "", total, "", "pre", analysis.Alpha); f.Status != tt.alphaOf2 {
			t.Errorf("alpha of twice %d people is %s", tt.n, f.Status)
		}
		if f := figure(t, m, analysis.Attrition, "T", "", "pre", "post", analysis.Answered); f.Status != release.Shown || f.Say() != strconv.Itoa(tt.n) {
			t.Errorf("of %d people, %q answered, and that is %s", tt.n, f.Say(), f.Status)
		}
	}
}

func TestWhatOneOfAFewWouldTellIsNotShownBesideTheOthers(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "T", 2, "pre", "mid") // who did not answer at the end
	c.group(r, "C", 20, "pre", "post")
	c.group(r, "C", 5, "pre")
	m := w.publish(t, c, nil)
	for arm, status := range map[string]release.Status{"T": release.Complement, "C": release.Shown} {
		if f := figure(t, m, analysis.Change, arm, total, "pre", "post", analysis.MeanFrom); f.Status != release.Shown {
			t.Errorf("what the plan asks first is %s for %s", f.Status, arm)
		}
		if f := figure(t, m, analysis.Wave, arm, total, "", "pre", analysis.Mean); f.Status != status {
			t.Errorf("the mean of all of %s in the first wave is %s", arm, f.Status)
		}
	}
}

func TestASubscaleThatSomebodyLeftOutIsShownBesideTheTotal(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "C", 20, "pre", "post")
	delete(c[ids[0]].waves["post"], "F1") // half of a subscale: no score on it, but a total
	m := w.publish(t, c, nil)
	for outcome, status := range map[string]release.Status{total: release.Shown, other: release.Shown, first: release.Shown} {
		if f := figure(t, m, analysis.Difference, "", outcome, "pre", "post", analysis.DID); f.Status != status {
			t.Errorf("the difference in %s is %s", outcome, f.Status)
		}
	}
}

func TestASubscaleThatSomebodyLeftOutCostsNoContrast(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "T", 2, "pre") // who make the mean of the first wave untellable
	c.group(r, "C", 20, "pre", "post")
	delete(c[ids[0]].waves["post"], "F1")
	delete(c[ids[1]].waves["mid"], "F1")
	m := w.publish(t, c, nil)
	for _, outcome := range []string{total, first, other} {
		for _, to := range []string{"mid", "post"} {
			want := release.Shown
			if outcome == first && to == "mid" { // one more and one fewer than at the end: two people
				want = release.Complement
			}
			if f := figure(t, m, analysis.Change, "T", outcome, "pre", to, analysis.MeanChange); f.Status != want {
				t.Errorf("the change in %s until %s is %s", outcome, to, f.Status)
			}
		}
		if f := figure(t, m, analysis.Difference, "", outcome, "pre", "post", analysis.DID); f.Status != release.Shown {
			t.Errorf("the difference in %s is %s", outcome, f.Status)
		}
	}
}

func TestWhatEverybodyAnsweredAlikeIsNotShown(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := c.group(r, "T", 12, "pre", "mid", "post")
	c.group(r, "C", 12, "pre", "post")
	for _, id := range ids {
		c[id].waves["post"]["F1"], c[id].waves["post"]["F2"] = 4, 4
	}
	m := w.publish(t, c, nil)
	for _, f := range m.release.Figures {
		if f.Outcome == first && f.To == "post" && f.Region == "" && (f.Arm == "T" || f.Section == analysis.Difference) && f.Section != analysis.Attrition && f.Status != release.Complement {
			t.Errorf("%s %s is %s", f.Section, f.Statistic, f.Status)
		}
	}
	if text, err := m.release.JSON(); err != nil || bytes.Contains(text, []byte("uniform")) {
		t.Errorf("that they answered alike is published (%v)", err)
	}
	// The total and the other subscale, of the same people, would tell it together.
	shown := 0
	for _, outcome := range []string{total, other} {
		if f := figure(t, m, analysis.Change, "T", outcome, "pre", "post", analysis.MeanTo); f.Status == release.Shown {
			shown++
		}
	}
	if shown != 1 {
		t.Errorf("%d of the total and the other subscale are shown", shown)
	}
}

// Two people answer 5 and all others 1, each the same on every item: the scale measures without
// error, which says so.
func TestWhyAFigureDoesNotExistIsNotSaidWhereItTellsOfAnswers(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := append(c.group(r, "T", 12, "pre", "mid", "post"), c.group(r, "C", 12, "pre", "post")...)
	for i, id := range ids {
		for item := range c[id].waves["pre"] {
			c[id].waves["pre"][item] = map[bool]int{true: 5, false: 1}[i%12 < 2]
		}
	}
	m := w.publish(t, c, nil)
	for _, what := range []analysis.Statistic{analysis.SEM, analysis.Increased, analysis.Unchanged, analysis.Decreased} {
		exact, _ := m.result.Figure(analysis.ReliableChange, "T", total, "pre", "post", what)
		if exact.Value.Status() != stats.PerfectReliability {
			t.Errorf("%s is %s", what, exact.Value.Status())
		}
		if f := figure(t, m, analysis.ReliableChange, "T", total, "pre", "post", what); f.Status != release.Complement || f.Note != "" {
			t.Errorf("%s is %s, because of %q", what, f.Status, f.Note)
		}
	}
	for _, f := range m.release.Figures {
		if f.Status == release.Undefined && f.Note != string(stats.NotIdentified) && f.Note != string(stats.Heywood) {
			t.Errorf("%s %s %s is said to be %s", f.Section, f.Outcome, f.Statistic, f.Note)
		}
	}
}

func TestAMeanOfAFewAtTheEndOfTheScaleIsNotShown(t *testing.T) {
	t.Parallel()
	for end, other := range map[int]int{1: 2, 5: 4} {
		for n, status := range map[int]release.Status{8: release.Complement, 12: release.Shown} {
			w, c, r := newWorld(t), crowd{}, seeded(t)
			ids := c.group(r, "T", n, "pre", "mid", "post")
			for i, id := range ids {
				for item := range c[id].waves["post"] {
					c[id].waves["post"][item] = end
				}
				if i == 0 {
					c[id].waves["post"]["F1"] = other
				}
			}
			m := w.publish(t, c, nil)
			for _, what := range []analysis.Statistic{analysis.MeanFrom, analysis.MeanTo, analysis.MeanChange} {
				if f := figure(t, m, analysis.Change, "T", total, "pre", "post", what); f.Status != status {
					t.Errorf("%s of %d people who nearly all answered %d is %q, %s", what, n, end, f.Say(), f.Status)
				}
			}
			if f := figure(t, m, analysis.Wave, "T", total, "", "pre", analysis.Mean); f.Status != release.Shown && n == 12 {
				t.Errorf("the mean of the same people in another wave is %s", f.Status)
			}
		}
	}
}

func TestThatPeopleAnswerAlikeLaterDoesNotShowBesideAnEarlierFigure(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "C", 20, "pre", "post")
	before := w.publish(t, c, nil)
	for _, id := range ids[:8] {
		delete(c, id)
	}
	for _, id := range ids[8:] { // the answers of the others stay, but for one wave
		for item := range c[id].waves["mid"] {
			c[id].waves["mid"][item] = 4
		}
	}
	after := w.publish(t, c, []made{before})
	for _, outcome := range scales {
		for _, what := range []analysis.Statistic{analysis.Mean, analysis.SD} {
			was := figure(t, before, analysis.Wave, "T", outcome, "", "mid", what)
			if f := figure(t, after, analysis.Wave, "T", outcome, "", "mid", what); f.Status != release.Held || f.Say() != was.Say() || f.Since != 1 {
				t.Errorf("%s of %s was %s and is %q, %s", what, outcome, was.Say(), f.Say(), f.Status)
			}
		}
	}
}

func TestFewWhoChangedReliablyAreNotCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	compared := 0
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 33))
		c := crowd{}
		c.group(r, "T", 12+r.IntN(30), "pre", "mid", "post")
		c.group(r, "C", 12+r.IntN(30), "pre", "post")
		m := w.publish(t, c, nil)
		hidden, people, all := 0, 0, 0
		for _, what := range []analysis.Statistic{analysis.Increased, analysis.Unchanged, analysis.Decreased} {
			exact, _ := m.result.Figure(analysis.ReliableChange, "T", total, "pre", "post", what)
			count, known := exact.Value.Value()
			f := figure(t, m, analysis.ReliableChange, "T", total, "pre", "post", what)
			if !known {
				continue
			}
			all++
			switch {
			case f.Value == nil:
				hidden, people = hidden+1, people+int(count)
			case count < 5 || *f.Value != count:
				t.Errorf("seed %d: %g people are counted as %s", seed, count, f.Say())
			}
		}
		if all > 0 {
			compared++
		}
		if hidden == 1 || (hidden > 0 && people < 5) {
			t.Errorf("seed %d: %d counts are hidden, of %d people", seed, hidden, people)
		}
		if _, ok := m.release.Figure(analysis.ReliableChange, "T", first, "pre", "post", analysis.Increased); ok {
			t.Error("reliable change is told of a subscale")
		}
	}
	if compared == 0 {
		t.Error("nobody changed reliably in any of them")
	}
}

func TestWhenOnePersonIsErasedNothingThatWasPublishedChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kept := 0
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 6))
		c := newCrowd(r)
		before := w.publish(t, c, nil)
		ids := c.ids()
		delete(c, ids[r.IntN(len(ids))])
		after := w.publish(t, c, []made{before})
		for i, f := range before.release.Figures {
			now := after.release.Figures[i]
			if f.Value == nil || (f.Section == analysis.Attrition && f.Outcome == "") { // counts of people are no answers
				continue
			}
			if now.Value == nil || *now.Value != *f.Value || now.Decimals != f.Decimals {
				t.Errorf("seed %d: %s %s %s %s %s %s was %s and is %q (%s)", seed, f.Section, f.Arm, f.Outcome, f.From, f.To, f.Statistic, f.Say(), now.Say(), now.Status)
			}
			if now.Status == release.Held {
				kept++
				if now.Since != 1 || *now.N != *f.N {
					t.Errorf("seed %d: a figure that is held is of release %d and %d people", seed, now.Since, *now.N)
				}
			}
		}
	}
	if kept == 0 {
		t.Error("no figure is held")
	}
}

func TestAFigureChangesOnceEnoughPeopleHaveCome(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "C", 20, "pre", "post")
	releases := []made{w.publish(t, c, nil)}
	for _, step := range []struct {
		come   int
		status release.Status
		since  int
		n      int
	}{{3, release.Held, 1, 20}, {1, release.Held, 1, 20}, {1, release.Shown, 0, 25}, {2, release.Held, 4, 25}, {4, release.Shown, 0, 31}} {
		c.group(r, "T", step.come, "pre", "mid", "post")
		m := w.publish(t, c, releases)
		f := figure(t, m, analysis.Change, "T", total, "pre", "post", analysis.MeanChange)
		if f.Status != step.status || f.Since != step.since || *f.N != step.n {
			t.Errorf("after %d more, release %d has %s (%s, since %d, of %d people)", step.come, m.release.Number, f.Say(), f.Status, f.Since, *f.N)
		}
		releases = append(releases, m)
	}
}

func TestAnswersThatChangedAreNotPublished(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	ids := c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "C", 20, "pre", "post")
	m := w.publish(t, c, nil)
	points := c[ids[0]].waves["pre"]
	points["F1"] = 6 - points["F1"] + points["F1"]/3 // another answer
	_, _, err := release.Make(w.analyze(t, c), w.experiment, []release.Past{{Release: m.release, Basis: m.basis}}, w.at)
	if err == nil {
		t.Fatal("an answer was changed, and the release says nothing")
	}
	at := w.at.UTC().Format(time.RFC3339)
	for _, said := range []string{
		" in release 1 (from the analysis of " + at + ") and ", " in the analysis of " + at + ", of the same people",
		"their answers, the plan's rules or the questionnaire have changed", "put it back if it was a mistake, and analyze again", "release 1 stands",
	} {
		if !strings.Contains(err.Error(), said) {
			t.Errorf("%q is not said: %v", said, err)
		}
	}
}

func TestARuleThatChangedIsNotTakenForAnAnswer(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	c.group(r, "T", 20, "pre", "mid", "post")
	c.group(r, "C", 20, "pre", "post")
	m := w.publish(t, c, nil)
	small, _ := w.instruments.Current("small")
	turned := *small
	turned.Items = slices.Clone(small.Items)
	turned.Items[0].Reverse = true
	w.instruments = survey.NewSet(&turned)
	_, _, err := release.Make(w.analyze(t, c), w.experiment, []release.Past{{Release: m.release, Basis: m.basis}}, w.at)
	if err == nil || !strings.Contains(err.Error(), "the plan's rules or the questionnaire") {
		t.Errorf("the questionnaire was changed, and the release says %v", err)
	}
}

func TestAReleaseIsOfItsExperimentAndFollowsAllBeforeIt(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	c.group(r, "T", 12, "pre", "mid", "post")
	m := w.publish(t, c, nil)
	again := w.publish(t, c, []made{m})
	if m.release.Number != 1 || again.release.Number != 2 || again.basis.Number != 2 {
		t.Errorf("the releases have the numbers %d and %d", m.release.Number, again.release.Number)
	}
	elsewhere := *w.experiment
	elsewhere.ID = "elsewhere-2021"
	if _, _, err := release.Make(m.result, &elsewhere, nil, w.at); err == nil {
		t.Error("the analysis of one experiment is released as another's")
	}
	if _, _, err := release.Make(m.result, w.experiment, []release.Past{{Release: again.release, Basis: again.basis}}, w.at); err == nil {
		t.Error("a release is missing among the earlier ones, and nobody says so")
	}
	first, _ := m.release.JSON()
	repeated, _ := w.publish(t, c, nil).release.JSON()
	if !bytes.Equal(first, repeated) {
		t.Error("one analysis makes two different releases")
	}
}

func TestAReleaseOfNobodyHasItsStructureAndNoAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.publish(t, crowd{}, nil)
	if len(m.release.Figures) == 0 {
		t.Error("there are no figures")
	}
	for _, f := range m.release.Figures {
		if f.Value != nil && f.Statistic != analysis.Answered && f.Statistic != analysis.Lost {
			t.Errorf("%s %s of nobody is %s", f.Section, f.Statistic, f.Say())
		}
	}
}

func TestTheFilesSayTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := newCrowd(seeded(t))
	m := w.publish(t, c, nil)
	delete(c, c.ids()[0])
	for _, made := range []made{m, w.publish(t, c, []made{m})} {
		text, err := made.release.JSON()
		if err != nil {
			t.Fatal(err)
		}
		read, err := release.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(made.release, read, cmp.AllowUnexported(stats.Number{})); diff != "" {
			t.Errorf("read from JSON it differs:\n%s", diff)
		}
		var figures []map[string]any
		var object struct{ Figures json.RawMessage }
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(object.Figures, &figures); err != nil {
			t.Fatal(err)
		}
		rows := readCSV(t, made.release.CSV)
		compared := 0
		for _, row := range rows {
			if row["section"] == "flow" {
				continue
			}
			figure := figures[compared]
			compared++
			for _, name := range []string{"section", "outcome", "arm", "region", "from", "to", "statistic", "n", "n_comparison", "value", "status", "note", "since"} {
				want := ""
				switch x := figure[name].(type) {
				case string:
					want = x
				case float64:
					want = strconv.FormatFloat(x, 'f', -1, 64)
					if name == "value" {
						want = strconv.FormatFloat(x, 'f', int(figure["decimals"].(float64)), 64)
					}
				}
				if row[name] != want {
					t.Errorf("%s is %q in the CSV and %q in JSON: %v", name, row[name], want, figure)
				}
			}
		}
		if compared != len(figures) {
			t.Errorf("the CSV has %d figures, and JSON %d", compared, len(figures))
		}
	}
	if _, err := release.Parse([]byte(`{"format":"release/v2"}`)); err == nil {
		t.Error("a release of another format was read")
	}
}

func TestTheCodebookNamesWhatOccursAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.publish(t, newCrowd(seeded(t)), nil)
	rows := readCSV(t, m.release.CSV)
	occurs := map[string][]string{}
	for _, row := range rows {
		for column, value := range row {
			if !slices.Contains(occurs[column], value) {
				occurs[column] = append(occurs[column], value)
			}
		}
	}
	book := readCSV(t, func() ([]byte, error) { return m.release.Codebook(w.experiment) })
	columns, named := []string{}, map[string][]string{}
	for _, row := range book {
		if row["label_ja"] == "" || row["label_en"] == "" || (row["label_ja"] == row["label_en"] && row["column"] != "outcome") {
			t.Errorf("no label in one of the languages: %v", row)
		}
		if row["value"] == "" {
			columns = append(columns, row["column"])
			continue
		}
		if row["type"] != "code" {
			t.Errorf("the value of a column without codes: %v", row)
		}
		named[row["column"]] = append(named[row["column"]], row["value"])
	}
	text, err := m.release.CSV()
	if err != nil {
		t.Fatal(err)
	}
	names, _, _ := strings.Cut(string(text), "\r\n")
	if got := strings.Join(columns, ","); got != names {
		t.Errorf("the codebook has the columns\n%s, and the file\n%s", got, names)
	}
	for column, values := range named {
		occur := slices.DeleteFunc(occurs[column], func(s string) bool { return s == "" })
		slices.Sort(occur)
		slices.Sort(values)
		if diff := cmp.Diff(occur, values); diff != "" {
			t.Errorf("of the column %s (file, codebook):\n%s", column, diff)
		}
	}
}

func TestMadeUpPeopleAreLabelledInEveryRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.publish(t, newCrowd(seeded(t)), nil)
	for _, madeUp := range []bool{false, true} {
		m.release.MadeUp = madeUp
		for _, row := range readCSV(t, m.release.CSV) {
			if want := map[bool]string{false: "no", true: "yes"}[madeUp]; row["made_up"] != want {
				t.Fatalf("a row says %q, not %q", row["made_up"], want)
			}
		}
	}
}

// Every value that a release can have is named in both languages.
func TestEveryStatusAndSectionIsNamed(t *testing.T) {
	t.Parallel()
	for _, s := range []release.Status{
		release.Shown, release.Held, release.TooFew, release.Coarse, release.NotEnoughData, release.Complement, release.Undefined,
	} {
		if text := release.StatusText(s); text.JA == "" || text.EN == "" {
			t.Errorf("%s has no name", s)
		}
	}
	for _, n := range []string{string(stats.Exact), string(stats.Normal), string(stats.Heywood)} {
		if text := release.NoteText(n); text.JA == "" || text.EN == "" {
			t.Errorf("%s has no name", n)
		}
	}
}

func readCSV(t *testing.T, write func() ([]byte, error)) []map[string]string {
	t.Helper()
	text, err := write()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
		t.Error("lines do not end as RFC 4180 has them")
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestWhatIsShownIsWhatWasAnalyzedRounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	compared := 0
	for seed := range uint64(8) {
		m := w.publish(t, newCrowd(rand.New(rand.NewPCG(seed, 2))), nil)
		for _, f := range m.release.Figures {
			if f.Status != release.Shown {
				if f.Value != nil || f.Below || f.Say() != "" {
					t.Errorf("seed %d: %s %s is %s, and has a value", seed, f.Section, f.Statistic, f.Status)
				}
				continue
			}
			exact, ok := m.exact(f)
			if !ok {
				t.Errorf("seed %d: %s %s is shown, and was not computed", seed, f.Section, f.Statistic)
				continue
			}
			compared++
			if off := math.Abs(*f.Value - exact); off > 0.5*math.Pow10(-f.Decimals)+1e-9 && (!f.Below || exact >= 0.001) {
				t.Errorf("seed %d: %s %s is %g, and was %g", seed, f.Section, f.Statistic, *f.Value, exact)
			}
		}
	}
	t.Logf("compared %d figures", compared)
	if compared == 0 {
		t.Error("nothing is shown")
	}
}
