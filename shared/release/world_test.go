package release_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/survey"
)

// world is the shipped experiment with a smaller questionnaire, of two subscales with two
// items each, in three waves; the second is for the participants alone. Side jobs are in two
// regions. The people are made up (架空).
type world struct {
	experiment  *experiment.Experiment
	instruments survey.Set
	at          time.Time
}

const (
	total = "total"
	first = "first"
	other = "other"
)

var (
	scales = []string{total, first, other}
	items  = map[string][]string{first: {"F1", "F2"}, other: {"O1", "O2"}}
)

func newWorld(t testing.TB) world {
	t.Helper()
	shipped, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	e, ok := shipped.Experiment("shiojiri-2020")
	if !ok {
		t.Fatal("the experiment is not shipped")
	}
	text := locale.Text{JA: "架空", EN: "made up"}
	small := &survey.Instrument{
		ID: "small", Version: 1, Title: text, Min: 1, Labels: []locale.Text{text, text, text, text, text},
		Subscales: []survey.Subscale{
			{Scale: survey.Scale{ID: first, Title: text, Meaning: text}, Items: items[first]},
			{Scale: survey.Scale{ID: other, Title: text, Meaning: text}, Items: items[other]},
		},
		Scoring: survey.Scoring{MinAnsweredPerSubscale: 2, MinAnsweredTotal: 2},
		Total:   survey.Scale{ID: total, Title: text, Meaning: text},
	}
	for _, scale := range []string{first, other} {
		for _, id := range items[scale] {
			small.Items = append(small.Items, survey.Item{ID: id, Type: survey.Likert, Text: text, Subscale: scale})
		}
	}
	changed := *e
	changed.Waves = slices.Clone(e.Waves[:3])
	for i := range changed.Waves {
		changed.Waves[i].Instruments = []string{small.ID}
	}
	elsewhere := e.Regions[0]
	elsewhere.ID = "elsewhere"
	changed.Regions = append(slices.Clone(e.Regions), elsewhere)
	changed.Analysis.Secondary.Outcomes = []string{first, other}
	changed.Analysis.MinAnsweredPerSubscale, changed.Analysis.MinAnsweredTotal = 2, 2
	return world{&changed, survey.NewSet(small), changed.Waves[2].Close.Add(time.Hour)}
}

// person is a made-up person: the points of each item in each wave that the person sent.
type person struct {
	arm, region string
	waves       map[string]map[string]int
}

// score is the exact score: twice the sum, and over how many items; false if there is none.
func (p person) score(scale, wave string) (float64, bool) {
	sum, n := 0, 0
	for _, subscale := range []string{first, other} {
		if scale != total && scale != subscale {
			continue
		}
		for _, item := range items[subscale] {
			if x, ok := p.waves[wave][item]; ok {
				sum, n = sum+x, n+1
			}
		}
	}
	if n < 2 {
		return 0, false
	}
	return float64(sum) / float64(n), true
}

func (p person) sent(wave string) bool { return p.waves[wave] != nil }

// crowd is people by id.
type crowd map[string]person

// habit is how the people of a group answer.
type habit int

const (
	various habit = iota // any point
	steady               // all items of a wave by about one point, so that reliable change is seen
	alike                // everybody the same
	nearly               // nearly everybody the end of the scale
)

// point is an answer of somebody whose answers of the wave are about another.
func (h habit) point(r *rand.Rand, about int) int {
	switch h {
	case steady:
		return min(5, max(1, about+r.IntN(5)/4))
	case alike:
		return 4
	case nearly:
		return 5 - r.IntN(25)/24
	}
	return 1 + r.IntN(5)
}

// newCrowd makes up people: some do not answer a wave, some leave a subscale out. Now and
// then everybody of a group answers alike, or nearly so.
func newCrowd(r *rand.Rand) crowd {
	c := crowd{}
	stay, answer := 0.5+0.5*r.Float64(), 0.8+0.2*r.Float64()
	for _, arm := range []string{"T", "C"} {
		how := []habit{various, various, various, steady, steady, steady, alike, nearly}[r.IntN(8)]
		for range 4 + r.IntN(26) {
			c.add(r, arm, stay, answer, how)
		}
	}
	return c
}

func (c crowd) add(r *rand.Rand, arm string, stay, answer float64, how habit) {
	p := person{arm: arm, region: []string{"shiojiri", "elsewhere"}[min(1, r.IntN(4)/2)], waves: map[string]map[string]int{}}
	for i, wave := range []string{"pre", "mid", "post"} {
		if (arm == "C" && wave == "mid") || (i > 0 && r.Float64() > stay) || r.IntN(12) == 0 {
			continue
		}
		p.answer(r, wave, answer, how)
	}
	c[fmt.Sprintf("p%08x", r.Uint32())] = p
}

func (p person) answer(r *rand.Rand, wave string, answer float64, how habit) {
	p.waves[wave] = map[string]int{}
	about := 1 + r.IntN(5)
	for _, subscale := range []string{first, other} {
		if r.Float64() > answer {
			continue
		}
		for _, item := range items[subscale] {
			p.waves[wave][item] = how.point(r, about)
		}
	}
}

// ids are those of the people in a fixed order.
func (c crowd) ids() []string { return slices.Sorted(maps.Keys(c)) }

// later is the crowd some time on: people are erased, answer late, come, or turn out to be of
// another group or region.
func (c crowd) later(r *rand.Rand) crowd {
	now := maps.Clone(c)
	ids := c.ids()
	some := func(most int) []string {
		var chosen []string
		for range min(r.IntN(most+1), len(ids)) {
			chosen = append(chosen, ids[r.IntN(len(ids))])
		}
		return chosen
	}
	switch r.IntN(4) {
	case 0: // nothing
	case 1:
		for _, id := range some(2) {
			delete(now, id)
		}
	default:
		for _, id := range some(7) {
			delete(now, id)
		}
	}
	for _, id := range some(3) { // a late answer
		p, ok := now[id]
		wave := []string{"pre", "post"}[r.IntN(2)]
		if !ok || p.sent(wave) {
			continue
		}
		p.waves = maps.Clone(p.waves)
		p.answer(r, wave, 0.9, steady)
		now[id] = p
	}
	for _, id := range some(1) { // a correction
		if p, ok := now[id]; ok {
			if r.IntN(2) == 0 && !p.sent("mid") {
				p.arm = map[string]string{"T": "C", "C": "T"}[p.arm]
			} else {
				p.region = map[string]string{"shiojiri": "elsewhere", "elsewhere": "shiojiri"}[p.region]
			}
			now[id] = p
		}
	}
	for range r.IntN(4) * r.IntN(4) {
		now.add(r, []string{"T", "C"}[r.IntN(2)], 0.8, 0.9, steady)
	}
	return now
}

// analyze computes the analysis of a crowd.
func (w world) analyze(t testing.TB, c crowd) analysis.Result {
	t.Helper()
	plan := w.experiment.Analysis
	r, err := analysis.Run(analysis.Input{
		Experiment: w.experiment, Plan: analysis.Plan{AnalysisPlan: plan, Hash: analysis.Hash(plan)}, Instruments: w.instruments, At: w.at,
		Subjects: func(yield func(analysis.Subject, error) bool) {
			for _, id := range c.ids() {
				p := c[id]
				s := analysis.Subject{ID: id, Arm: p.arm, Region: p.region, Responses: map[string]analysis.Response{}}
				for wave, points := range p.waves {
					answers := survey.Answers{}
					for item, x := range points {
						answers[item] = []string{strconv.Itoa(x)}
					}
					s.Responses[wave] = analysis.Response{Editions: map[string]int{"small": 1}, Answers: answers}
				}
				if !yield(s, nil) {
					return
				}
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// made is a release with what it was made from.
type made struct {
	crowd   crowd
	result  analysis.Result
	release release.Release
	basis   release.Basis
}

// publish makes the next release after others.
func (w world) publish(t testing.TB, c crowd, before []made) made {
	t.Helper()
	r := w.analyze(t, c)
	var past []release.Past
	for _, m := range before {
		past = append(past, release.Past{Release: m.release, Basis: m.basis})
	}
	now, basis, err := release.Make(r, w.experiment, past, w.at)
	if err != nil {
		t.Fatal(err)
	}
	return made{c, r, now, basis}
}
