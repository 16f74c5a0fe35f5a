package survey

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
)

func all(t *testing.T) Set {
	t.Helper()
	set, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func shipped(t *testing.T, id string) *Instrument {
	t.Helper()
	i, ok := all(t).Current(id)
	if !ok {
		t.Fatalf("the instrument %s is not shipped", id)
	}
	return i
}

func TestTheDefaultQuestionnaireIsShipped(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, i := range all(t).All() {
		var items []string
		for _, it := range i.Items {
			items = append(items, it.ID)
		}
		got[i.ID] = strings.Join(items, " ")
	}
	want := map[string]string{
		"career_ownership_core": "D1 D2 D3 A1 A2 A3 X1 X2 X3 C1 C2 C3",
		"global_change":         "G1",
		"open_questions":        "O1 O2 O3 O4 O5 O6 O7 O8",
		"load_check":            "W1 W2 W3",
		"briefing_satisfaction": "B1 B2 B3 B4 B5 B6 B7",
		"host_before":           "H1 H2 H3 H4",
		"host_after":            "K1 K2 K3 K4 K5 K6 K7 K8",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items by instrument (-want +got):\n%s", diff)
	}
}

func TestEveryScoreSaysWhatItMeansAndHowFarItCanBeTrusted(t *testing.T) {
	t.Parallel()
	core := shipped(t, "career_ownership_core")
	for _, scale := range append([]Subscale{{Scale: core.Total}}, core.Subscales...) {
		if scale.Meaning.JA == "" || scale.Meaning.EN == "" || scale.Title.JA == "" {
			t.Errorf("the score %s means %q", scale.ID, scale.Meaning)
		}
	}
	if !strings.Contains(core.Caution.JA, "確かめられていません") || !strings.Contains(core.Caution.EN, "not been validated") {
		t.Errorf("the caution says %q", core.Caution)
	}
}

func TestEveryLikertItemHasItsPointsAfterLoading(t *testing.T) {
	t.Parallel()
	for _, i := range all(t).All() {
		for _, it := range i.Items {
			points := it.Points()
			if (len(points) > 0) != (it.Type == Likert || it.Type == Single || it.Type == Multiple) {
				t.Errorf("%s, a %s, has %d points", it.ID, it.Type, len(points))
			}
		}
	}
	d1, _ := all(t).Item("D1")
	smallest, largest := d1.Range()
	want := Choice{"1", locale.Text{JA: "まったくあてはまらない", EN: "Not at all true of me"}}
	if points := d1.Points(); smallest != 1 || largest != 5 || len(points) != 5 || points[0] != want || points[4].ID != "5" {
		t.Errorf("D1 has the points %v, from %d to %d", points, smallest, largest)
	}
	g1, _ := all(t).Item("G1")
	if points := g1.Points(); points[0].ID != "-3" || points[3].Label.EN != "No change" || points[6].ID != "3" {
		t.Errorf("G1 has the points %v", points)
	}
}

func TestEachVersionOfAnInstrumentIsFound(t *testing.T) {
	t.Parallel()
	first := &Instrument{ID: "a", Version: 1, Items: []Item{{ID: "Q1"}, {ID: "Q2"}}}
	second := &Instrument{ID: "a", Version: 2, Items: []Item{{ID: "Q1", Required: true}}}
	tenth := &Instrument{ID: "a", Version: 10, Items: []Item{{ID: "Q1"}}}
	other := &Instrument{ID: "b", Version: 1, Items: []Item{{ID: "Q3"}}}
	set := NewSet(tenth, other, second, first)
	var order []int
	for _, i := range set.All() {
		order = append(order, i.Version)
	}
	if diff := cmp.Diff([]int{1, 2, 10, 1}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if i, ok := set.Current("a"); !ok || i.Version != 10 {
		t.Errorf("the newest version of a is %+v", i)
	}
	if i, ok := set.Edition("a", 2); !ok || !i.Items[0].Required {
		t.Errorf("version 2 of a is %+v", i)
	}
	for id, version := range map[string]int{"a": 3, "b": 2, "c": 1} {
		if _, ok := set.Edition(id, version); ok {
			t.Errorf("version %d of %s is found", version, id)
		}
	}
	if _, ok := set.Current("c"); ok {
		t.Error("an unknown instrument is found")
	}
	if it, ok := set.Item("Q2"); !ok || it.ID != "Q2" {
		t.Error("an item that only an earlier version has is lost")
	}
	if _, ok := set.Item("Q9"); ok {
		t.Error("an unknown item is found")
	}
}

// Responses name this hash: if it changes here, it changes for answers that were given.
func TestTheHashOfAnInstrumentNeverChanges(t *testing.T) {
	t.Parallel()
	likert := func(labels []locale.Text, smallest int) *Instrument {
		return &Instrument{
			ID: "a", Version: 1, Title: locale.Text{JA: "架空の問い", EN: "Made up"}, Min: 1,
			Labels: []locale.Text{{JA: "いいえ", EN: "No"}, {JA: "はい", EN: "Yes"}},
			Items: []Item{
				{ID: "Q1", Type: Likert, Text: locale.Text{JA: "<行く>", EN: "<Go>"}, Labels: labels, Min: smallest},
				{ID: "Q2", Type: LongText, Max: 10, Text: locale.Text{JA: "なぜ", EN: "Why"}, Waves: []string{"pre"}, Groups: []string{"T"}, If: Condition{"Q1", []string{"1"}}},
				{ID: "Q3", Type: Number, Max: 10, Unit: locale.Text{JA: "回", EN: "times"}, Alert: Alert{2, locale.Text{JA: "少ない", EN: "Few"}}},
			},
			Subscales: []Subscale{{Scale{ID: "s"}, []string{"Q1"}}}, Scoring: Scoring{1, 1}, Total: Scale{ID: "total"},
		}
	}
	i := likert(nil, 0)
	const want = "c433619d96d27c1599b03f6568b89942be0ea6af5e54ce49a7f17329934788bb"
	if got := i.Hash(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if filled, _ := NewSet(i).Current("a"); filled.Hash() != want {
		t.Error("loading changes the hash")
	}
	if written := likert(i.Labels, 1); written.Hash() != want {
		t.Error("points that are written out change the hash")
	}
	for story, change := range map[string]func(*Instrument){
		"another version": func(i *Instrument) { i.Version = 2 },
		"another word":    func(i *Instrument) { i.Items[0].Text.EN = "<Go on>" },
		"another point":   func(i *Instrument) { i.Labels[1].EN = "Yes!" },
		"another rule":    func(i *Instrument) { i.Items[1].If.In = []string{"2"} },
		"another score":   func(i *Instrument) { i.Items[0].Reverse = true },
	} {
		changed := likert(nil, 0)
		change(changed)
		if changed.Hash() == want {
			t.Errorf("%s has the same hash", story)
		}
	}
}

func TestADamagedCompiledFormIsRefused(t *testing.T) {
	t.Parallel()
	for n := 0; n < len(compiled)-3; n += 997 {
		if _, err := Parse(compiled[:n]); err == nil {
			t.Errorf("the first %d bytes are taken for the whole", n)
		}
	}
	if _, err := Parse([]byte(`[{"id":"a","version":1,"question":"?"}]`)); err == nil {
		t.Error("a key that nobody reads is accepted")
	}
}

func BenchmarkShipped(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Shipped(); err != nil {
			b.Fatal(err)
		}
	}
}
