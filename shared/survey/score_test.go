package survey

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

// reference is a whole experiment of made-up people, scored with R.
type reference struct {
	Persons []struct {
		ID      string
		Group   string
		Answers map[string][]*int // by wave, then by item; null for one that was left out
	}
	Scores []struct { // of a few persons
		ID     string
		Scores map[string]map[string]*float64 // by wave and subscale; null for none
	}
	Pairs []struct { // of the participants who have both scores
		Subscale string
		N        int     `json:"n_pairs"`
		Pre      float64 `json:"mean_pre"`
		Post     float64 `json:"mean_post"`
	}
	DiD []struct { // of everybody who has both scores
		Subscale string
		T        int     `json:"n_t"`
		C        int     `json:"n_c"`
		DiD      float64 `json:"did"`
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	content, err := os.ReadFile("testdata/endtoend_scores.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// scored are the scores of the reference's persons, by person and wave.
func (r reference) scored(core *Instrument) map[string]map[string]Scores {
	scored := map[string]map[string]Scores{}
	for _, person := range r.Persons {
		scored[person.ID] = map[string]Scores{}
		for _, wave := range []string{"pre", "mid", "post", "followup"} {
			answers := Answers{}
			for item, x := range person.Answers[wave] {
				if x != nil {
					answers[core.Items[item].ID] = []string{strconv.Itoa(*x)}
				}
			}
			scored[person.ID][wave] = core.Score(answers)
		}
	}
	return scored
}

func same(got, want float64) bool { return math.Abs(got-want) <= 1e-8*math.Max(1, math.Abs(want)) }

func TestScoresOfPersonsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	scored := r.scored(shipped(t, "career_ownership_core"))
	compared := 0
	for _, person := range r.Scores {
		for wave, subscales := range person.Scores {
			for subscale, want := range subscales {
				score, ok := scored[person.ID][wave].Of(subscale)
				mean, enough := score.Mean()
				if !ok || enough != (want != nil) || enough && !same(mean, *want) {
					t.Errorf("%s, %s, %s: got %v, %t", person.ID, wave, subscale, mean, enough)
				}
				compared++
			}
		}
	}
	if compared < 40 {
		t.Errorf("only %d scores were compared", compared)
	}
}

func TestMeanScoresOfTheArmsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	scored := r.scored(shipped(t, "career_ownership_core"))
	arm := func(group, subscale string) (n int, pre, post float64) {
		for _, person := range r.Persons {
			before, _ := scored[person.ID]["pre"].Of(subscale)
			after, _ := scored[person.ID]["post"].Of(subscale)
			x, both := before.Mean()
			y, too := after.Mean()
			if person.Group == group && both && too {
				n, pre, post = n+1, pre+x, post+y
			}
		}
		return n, pre / float64(n), post / float64(n)
	}
	for _, want := range r.Pairs {
		if n, pre, post := arm("T", want.Subscale); n != want.N || !same(pre, want.Pre) || !same(post, want.Post) {
			t.Errorf("%s of the participants: %d pairs, %v before, %v after; want %+v", want.Subscale, n, pre, post, want)
		}
	}
	for _, want := range r.DiD {
		nT, preT, postT := arm("T", want.Subscale)
		nC, preC, postC := arm("C", want.Subscale)
		if did := postT - preT - (postC - preC); nT != want.T || nC != want.C || !same(did, want.DiD) {
			t.Errorf("%s: %d and %d pairs, a difference of %v; want %+v", want.Subscale, nT, nC, did, want)
		}
	}
	if len(r.Pairs) != 4 || len(r.DiD) != 4 {
		t.Errorf("%d and %d subscales were compared", len(r.Pairs), len(r.DiD))
	}
}

// The reference's subscales are three items each, in the order of the questionnaire.
func TestTheSubscalesAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	core := shipped(t, "career_ownership_core")
	n := 0
	for _, s := range core.Subscales {
		for _, id := range s.Items {
			if core.Items[n].ID != id {
				t.Errorf("item %d is %s, and %s of the subscale %s", n+1, core.Items[n].ID, id, s.ID)
			}
			n++
		}
	}
	if n != 12 {
		t.Errorf("%d items are scored", n)
	}
}

func TestAScoreNeedsEnoughAnswers(t *testing.T) {
	t.Parallel()
	core := shipped(t, "career_ownership_core")
	answers := Answers{}
	for n, it := range core.Items {
		if total, ok := core.Score(answers).Of("total"); !ok || total.Enough != (n >= 9) || total.Answered != n || total.Of != 12 {
			t.Errorf("%d answers give the total %+v", n, total)
		}
		answers[it.ID] = []string{"4"}
	}
	for id, n := range map[string]int{"direction": 0, "agency": 1, "action": 2, "connection": 3} {
		given := Answers{}
		s := core.Subscales[map[string]int{"direction": 0, "agency": 1, "action": 2, "connection": 3}[id]]
		for _, item := range s.Items[:n] {
			given[item] = []string{"5"}
		}
		score, _ := core.Score(given).Of(id)
		mean, enough := score.Mean()
		if enough != (n >= 2) || enough && mean != 5 || score.Answered != n || score.Of != 3 {
			t.Errorf("%d of 3 answers give %+v", n, score)
		}
	}
}

func TestWhatIsNoPointOfAnItemIsNoAnswer(t *testing.T) {
	t.Parallel()
	core := shipped(t, "career_ownership_core")
	for _, values := range [][]string{nil, {}, {""}, {"0"}, {"6"}, {"-1"}, {"1.5"}, {"three"}, {"3", "4"}} {
		score, _ := core.Score(Answers{"D1": values, "D2": {"2"}, "D3": {"2"}}).Of("direction")
		if mean, ok := score.Mean(); score.Answered != 2 || !ok || mean != 2 {
			t.Errorf("with %q: %+v", values, score)
		}
	}
}

func TestAnInstrumentWithoutSubscalesHasNoScores(t *testing.T) {
	t.Parallel()
	if scores := shipped(t, "load_check").Score(Answers{"W2": {"1"}}); scores != nil {
		t.Errorf("got %+v", scores)
	}
	if _, ok := (Scores{}).Of("total"); ok {
		t.Error("a score is found where there is none")
	}
}

// A made-up scale with any points, any items reversed, any answers left out: the sum
// is that of the answers, the other way round for the reversed, and what each reversed
// item adds is the mirror of its answer.
func TestAReversedItemIsTheMirrorOfItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		smallest, points := rapid.IntRange(-5, 5).Draw(r, "min"), rapid.IntRange(2, 9).Draw(r, "points")
		i := &Instrument{Min: smallest, Labels: make([]locale.Text, points), Total: Scale{ID: "total"}, Scoring: Scoring{1, 1}}
		answers, mirrored := Answers{}, Answers{}
		want, answered := 0, 0
		scale := Subscale{Scale: Scale{ID: "s"}}
		reverse := rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(r, "reversed")
		for n, reversed := range reverse {
			id := fmt.Sprintf("Q%d", n)
			i.Items = append(i.Items, Item{ID: id, Type: Likert, Subscale: "s", Reverse: reversed})
			scale.Items = append(scale.Items, id)
			if rapid.Bool().Draw(r, "answers "+id) {
				x := rapid.IntRange(smallest, smallest+points-1).Draw(r, id)
				answers[id], mirrored[id] = []string{strconv.Itoa(x)}, []string{strconv.Itoa(2*smallest + points - 1 - x)}
				if reversed {
					x = 2*smallest + points - 1 - x
				}
				want, answered = want+x, answered+1
			}
		}
		i.Subscales = []Subscale{scale}
		i, _ = NewSet(i).Current(i.ID)
		score, total := i.Score(answers)[0], i.Score(answers)[1]
		if score.Sum != want || score.Answered != answered || score.Of != len(reverse) || score.Enough != (answered > 0) {
			r.Fatalf("got %+v, want the sum %d of %d", score, want, answered)
		}
		if total.Sum != want || total.Answered != answered {
			r.Fatalf("the total of one subscale is %+v", total)
		}
		if other := i.Score(mirrored)[0]; other.Sum+score.Sum != answered*(2*smallest+points-1) {
			r.Fatalf("mirrored answers give %d beside %d", other.Sum, score.Sum)
		}
	})
}
