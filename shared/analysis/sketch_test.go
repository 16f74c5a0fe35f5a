package analysis

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// combination draws sets of people and weights for them, and returns each set's sketch
// and the weight of every person in the combination.
func combination(t *rapid.T) (weights []int, sets []Sketch, people map[string]int) {
	size := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 12, 40}).Draw(t, "people")
	people = map[string]int{}
	for n := range rapid.IntRange(0, 6).Draw(t, "sets") {
		weight := rapid.IntRange(-2, 2).Draw(t, fmt.Sprintf("weight %d", n))
		in := rapid.SliceOfN(rapid.Bool(), size, size).Draw(t, fmt.Sprintf("set %d", n))
		var set Sketch
		for i := range in {
			if in[i] {
				id := fmt.Sprintf("p%d", i)
				set.Add(id)
				people[id] += weight
			}
		}
		weights, sets = append(weights, weight), append(sets, set)
	}
	return weights, sets, people
}

func TestASketchTellsOnHowFewPeopleACombinationRests(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights, sets, people := combination(t)
		support := 0
		for _, weight := range people {
			if weight != 0 {
				support++
			}
		}
		if got := Support(weights, sets); got != min(support, SketchLimit) {
			t.Fatalf("the combination rests on %d people, and by its sketches on %d", support, got)
		}
		var sum Sketch
		for i := range sets {
			sum = sum.Plus(weights[i], sets[i])
		}
		for limit := range SketchLimit + 1 {
			if got := sum.People(limit); got != min(support, limit) {
				t.Fatalf("the combination rests on %d people, and by its sketch, up to %d, on %d", support, limit, got)
			}
		}
	})
}

// Differences as they come about: much the same people, and a few who came and went.
func TestASketchTellsTwoLargeSetsApartByAFewPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var before, after Sketch
		for i := range rapid.IntRange(0, 300).Draw(t, "who stayed") {
			before.Add(fmt.Sprintf("stayed %d", i))
			after.Add(fmt.Sprintf("stayed %d", i))
		}
		gone, come := rapid.IntRange(0, 7).Draw(t, "gone"), rapid.IntRange(0, 7).Draw(t, "come")
		for i := range gone {
			before.Add(fmt.Sprintf("gone %d", i))
		}
		for i := range come {
			after.Add(fmt.Sprintf("come %d", i))
		}
		if got := Support([]int{1, -1}, []Sketch{after, before}); got != min(gone+come, SketchLimit) {
			t.Fatalf("%d went and %d came, and the sketches differ by %d", gone, come, got)
		}
	})
}

func TestTheOrderInWhichPeopleComeChangesNoSketch(t *testing.T) {
	t.Parallel()
	ids := []string{"a", "b", "c", "d", "e", "f"}
	var forth, back Sketch
	for _, id := range ids {
		forth.Add(id)
	}
	for _, id := range slices.Backward(ids) {
		back.Add(id)
	}
	if forth != back {
		t.Error("two orders of the same people have two sketches")
	}
}

func TestASketchIsStoredExactly(t *testing.T) {
	t.Parallel()
	var s, read Sketch
	for i := range 1000 {
		s.Add(fmt.Sprintf("p%d", i))
	}
	text, err := json.Marshal(Set{People: s})
	if err != nil {
		t.Fatal(err)
	}
	set := Set{}
	if err := json.Unmarshal(text, &set); err != nil || set.People != s {
		t.Errorf("read %v, %v from %s", set.People, err, text)
	}
	for _, wrong := range []string{`""`, `"zz"`, `"0123"`, `"` + string(slices.Repeat([]byte("f"), 16*len(s.sums))) + `"`} {
		if err := json.Unmarshal([]byte(wrong), &read); err == nil {
			t.Errorf("%.20s was taken for a sketch", wrong)
		}
	}
}

func BenchmarkAPersonIsTakenInto100Sets(b *testing.B) {
	var sets [100]Sketch
	for b.Loop() {
		for i := range sets {
			sets[i].Add("01J9Z8X7W6V5T4S3R2Q1P0N9M8")
		}
	}
}

func BenchmarkACombinationIsTriedUpTo5(b *testing.B) {
	var s, other Sketch
	for i := range 20 {
		s.Add(fmt.Sprintf("p%d", i))
		other.Add(fmt.Sprintf("p%d", 2*i))
	}
	for b.Loop() {
		s.Plus(-1, other).People(5)
	}
}
