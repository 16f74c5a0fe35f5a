package survey

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

func idsOf(items []Item) string {
	var ids []string
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	return strings.Join(ids, " ")
}

func TestEachWaveAsksEachGroupItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ instrument, wave, group, want string }{
		{"open_questions", "pre", "", "O1 O2"},
		{"open_questions", "mid", "T", "O3 O4"},
		{"open_questions", "post", "T", "O5 O6 O8"},
		{"open_questions", "post", "C", ""},
		{"open_questions", "followup", "T", "O7"},
		{"open_questions", "followup", "C", ""},
		{"load_check", "mid", "T", "W1 W2"},
		{"load_check", "post", "C", ""},
		{"global_change", "post", "C", "G1"},
		{"host_before", "host_before", "", "H1 H2 H3 H4"},
	} {
		if got := idsOf(shipped(t, c.instrument).Asked(Asking{Wave: c.wave, Group: c.group})); got != c.want {
			t.Errorf("%s asks %q in %s: %q, want %q", c.instrument, c.group, c.wave, got, c.want)
		}
	}
	if got := idsOf(shipped(t, "load_check").ForWave("mid", "T")); got != "W1 W2 W3" {
		t.Errorf("if every condition holds, the load check asks %q", got)
	}
}

func TestWhereTheStrainIsIsAskedOfWhoFeelsIt(t *testing.T) {
	t.Parallel()
	load := shipped(t, "load_check")
	for answer, want := range map[string]string{"1": "W1 W2 W3", "2": "W1 W2 W3", "3": "W1 W2", "5": "W1 W2"} {
		if got := idsOf(load.Asked(Asking{Wave: "mid", Group: "T", Answers: Answers{"W2": {answer}}})); got != want {
			t.Errorf("who answers %s is asked %q, want %q", answer, got, want)
		}
	}
	if got := idsOf(load.Asked(Asking{Wave: "mid", Group: "T", Answers: Answers{"W2": {}, "W3": {"眠れない"}}})); got != "W1 W2" {
		t.Errorf("who left W2 out is asked %q", got)
	}
}

// chain is an instrument in which each question depends on the one before it.
func chain(id string, n int) *Instrument {
	i := &Instrument{ID: id, Version: 1}
	for k := range n {
		it := Item{ID: fmt.Sprintf("%s%d", strings.ToUpper(id), k), Type: Single, Choices: []Choice{{ID: "yes"}, {ID: "no"}}}
		if k > 0 {
			it.If = Condition{i.Items[k-1].ID, []string{"yes"}}
		}
		i.Items = append(i.Items, it)
	}
	return i
}

func TestAnAnswerToAQuestionThatIsNotAskedDoesNotCount(t *testing.T) {
	t.Parallel()
	a, b := chain("a", 3), chain("b", 2)
	b.Items[0].If = Condition{"A2", []string{"yes"}}
	yes := []string{"yes"}
	everything := Answers{"A0": yes, "A1": yes, "A2": yes, "B0": yes, "B1": {"no"}}
	if diff := cmp.Diff(everything, Given([]*Instrument{a, b}, Asking{Answers: everything})); diff != "" {
		t.Errorf("while all conditions hold (-want +got):\n%s", diff)
	}
	changed := Answers{"A0": {"no"}, "A1": yes, "A2": yes, "B0": yes, "B1": {"no"}, "Z9": yes}
	if got := idsOf(a.Asked(Asking{Answers: changed})); got != "A0" {
		t.Errorf("once the first answer has changed %q is asked", got)
	}
	if diff := cmp.Diff(Answers{"A0": {"no"}}, Given([]*Instrument{a, b}, Asking{Answers: changed})); diff != "" {
		t.Errorf("once the first answer has changed (-want +got):\n%s", diff)
	}
	if got := Given([]*Instrument{a}, Asking{}); len(got) != 0 {
		t.Errorf("without answers %v count", got)
	}
}

// Whatever was answered, in any state of any conditions: what counts is answers to
// questions that are asked of who gave what counts, and nothing else.
func TestWhatCountsIsWhatIsAsked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var instruments []*Instrument
		var known []string
		answers := Answers{}
		for n := range rapid.IntRange(1, 3).Draw(r, "instruments") {
			i := &Instrument{ID: fmt.Sprint(n)}
			for k := range rapid.IntRange(1, 4).Draw(r, "items") {
				it := Item{ID: fmt.Sprintf("Q%d%d", n, k), Type: Single, Choices: []Choice{{ID: "yes"}, {ID: "no"}}}
				if len(known) > 0 && rapid.Bool().Draw(r, "depends") {
					it.If = Condition{rapid.SampledFrom(known).Draw(r, "on"), []string{"yes"}}
				}
				if rapid.IntRange(0, 4).Draw(r, "for") == 0 {
					it.Groups = []string{"T"}
				}
				if rapid.IntRange(0, 3).Draw(r, "answered") > 0 {
					answers[it.ID] = []string{rapid.SampledFrom([]string{"yes", "no"}).Draw(r, it.ID)}
				}
				known = append(known, it.ID)
				i.Items = append(i.Items, it)
			}
			instruments = append(instruments, i)
		}
		group := rapid.SampledFrom([]string{"T", "C"}).Draw(r, "group")
		given := Given(instruments, Asking{Group: group, Answers: answers})
		var asked []Item
		for _, i := range instruments {
			asked = append(asked, i.Asked(Asking{Group: group, Answers: given})...)
		}
		for _, it := range asked {
			holds := it.If.Item == "" || slices.Equal(given[it.If.Item], []string{"yes"})
			if !holds || !among(it.Groups, group) {
				r.Fatalf("%s is asked, given %v", it.ID, given)
			}
			if answer, ok := answers[it.ID]; ok && !slices.Equal(answer, given[it.ID]) {
				r.Fatalf("the answer to %s is lost", it.ID)
			}
		}
		for id := range given {
			if !slices.ContainsFunc(asked, func(it Item) bool { return it.ID == id }) {
				r.Fatalf("%s counts and is not asked", id)
			}
		}
		if again := Given(instruments, Asking{Group: group, Answers: given}); !cmp.Equal(given, again) {
			r.Fatalf("what counts of %v is %v", given, again)
		}
	})
}

func words(t *testing.T, id string, a Asking) locale.Text {
	t.Helper()
	it, ok := all(t).Item(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return it.Words(a, all(t))
}

func TestTheComparisonGroupIsAskedInItsOwnWords(t *testing.T) {
	t.Parallel()
	if got := words(t, "G1", Asking{Wave: "post", Group: "C"}); !strings.HasPrefix(got.JA, "昨年11月ごろと比べて") || !strings.HasPrefix(got.EN, "Compared with around last November") {
		t.Errorf("C is asked %q", got)
	}
	if got := words(t, "G1", Asking{Wave: "post", Group: "T"}); !strings.HasPrefix(got.JA, "副業が始まる前と比べて") {
		t.Errorf("T is asked %q", got)
	}
}

func TestAQuestionRepeatsWhatThePersonWrote(t *testing.T) {
	t.Parallel()
	wrote := func(text string) Asking {
		return Asking{Wave: "post", Group: "T", Earlier: map[string]Answers{"pre": {"O2": {text}}}}
	}
	if got := words(t, "O8", wrote("{{pre.O1}} 架空の町で\nのんびり")); !strings.Contains(got.JA, "として「{{pre.O1}} 架空の町で のんびり」とお書きでした。いま") || !strings.Contains(got.EN, "“{{pre.O1}} 架空の町で のんびり”.") {
		t.Errorf("asked %q", got)
	}
	long := strings.Repeat("あ", 139) + "か\u3099" + "終わり" // the 140th character has a mark
	if got := words(t, "O8", wrote(long)); !strings.Contains(got.JA, "「"+strings.Repeat("あ", 139)+"…」") {
		t.Errorf("of a long answer it repeats %q", got.JA)
	}
	for story, a := range map[string]Asking{
		"nothing before":   {Wave: "post", Group: "T"},
		"the question out": {Wave: "post", Group: "T", Earlier: map[string]Answers{"pre": {"O1": {"架空"}}}},
		"an empty answer":  {Wave: "post", Group: "T", Earlier: map[string]Answers{"pre": {"O2": {}}}},
		"it in this wave":  {Wave: "post", Group: "T", Answers: Answers{"O2": {"架空"}}},
		"another wave's":   {Wave: "post", Group: "T", Earlier: map[string]Answers{"mid": {"O2": {"架空"}}}},
	} {
		if got := words(t, "O8", a); !strings.HasPrefix(got.JA, "応募したころに") || !strings.HasPrefix(got.EN, "Compared with what you hoped") {
			t.Errorf("who left %s is asked %q", story, got)
		}
	}
}

func TestAnAnswerIsRepeatedInTheWordsOfTheQuestion(t *testing.T) {
	t.Parallel()
	first := &Instrument{ID: "a", Version: 1, Items: []Item{
		{ID: "Q1", Type: Multiple, Choices: []Choice{{"old", locale.Text{JA: "昔の選択肢", EN: "An old choice"}}, {"kept", locale.Text{JA: "いまも", EN: "Still here"}}}},
		{ID: "Q2", Type: Number, Max: 9, Unit: locale.Text{JA: "時間", EN: "hours"}},
		{ID: "Q3", Type: Date},
		{ID: "Q4", Type: Likert, Min: -1, Labels: []locale.Text{{JA: "減った", EN: "Less"}, {JA: "同じ", EN: "Same"}}},
	}}
	second := &Instrument{ID: "a", Version: 2, Items: []Item{
		{ID: "Q1", Type: Multiple, Choices: []Choice{{"kept", locale.Text{JA: "いまもある", EN: "Kept"}}}},
		{ID: "Q5", Type: ShortText, Text: locale.Text{JA: "{{pre.Q1}}、{{pre.Q2}}、{{pre.Q3}}、{{pre.Q4}}", EN: "{{pre.Q1}}; {{pre.Q2}}; {{pre.Q3}}; {{pre.Q4}}"}, TextWithout: locale.Text{JA: "なし", EN: "None"}},
	}}
	set := NewSet(first, second)
	it, _ := set.Item("Q5")
	answers := Answers{"Q1": {"old", "kept"}, "Q2": {"7.5"}, "Q3": {"2021-03-29"}, "Q4": {"-1"}}
	want := locale.Text{JA: "昔の選択肢、いまもある、7.5時間、2021年3月29日(月)、減った", EN: "An old choice, Kept; 7.5 hours; Mon 29 March 2021; Less"}
	if got := it.Words(Asking{Earlier: map[string]Answers{"pre": answers}}, set); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for id, value := range map[string]string{"Q1": "gone", "Q3": "soon", "Q4": "7"} {
		unread := Answers{"Q1": {"kept"}, "Q2": {"1"}, "Q3": {"2021-03-29"}, "Q4": {"0"}}
		unread[id] = []string{value}
		if got := it.Words(Asking{Earlier: map[string]Answers{"pre": unread}}, set); got != it.TextWithout {
			t.Errorf("with %s = %s, which nobody can read, it asks %q", id, value, got)
		}
	}
}
