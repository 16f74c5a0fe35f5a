package analysis_test

import (
	"iter"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/survey"
)

// crowd yields made-up people (架空の人物), a third of them participants, and keeps none: they
// leave an item out now and then, and some leave on the way. After each hundredth of them
// somebody looks.
func (w *world) crowd(people int, seed uint64, look func(seen int)) iter.Seq2[analysis.Subject, error] {
	random := rand.New(rand.NewPCG(seed, 3))
	answered := make([]analysis.Response, 3000) // that people give one of, so that making them up costs little
	for n := range answered {
		answers := survey.Answers{}
		for _, it := range w.core.Items {
			if random.IntN(40) > 0 {
				answers[it.ID] = []string{strconv.Itoa(1 + random.IntN(5))}
			}
		}
		answered[n] = analysis.Response{Editions: map[string]int{w.core.ID: w.core.Version}, Answers: answers}
	}
	return func(yield func(analysis.Subject, error) bool) {
		for n := range people {
			s := analysis.Subject{ID: strconv.Itoa(n), Arm: "C", Responses: map[string]analysis.Response{"pre": answered[random.IntN(len(answered))]}}
			if n%3 == 0 {
				s.Arm = "T"
			}
			if random.IntN(5) > 0 {
				s.Responses["post"] = answered[random.IntN(len(answered))]
			}
			if !yield(s, nil) {
				return
			}
			if (n+1)%(people/100) == 0 {
				look(n + 1)
			}
		}
	}
}

func TestAHundredTimesThePeopleTakeNoMoreMemory(t *testing.T) { // not parallel: it looks at the heap
	const people = 100_000
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := newWorld(t)
	live := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	in := w.input()
	var before float64
	at := map[int]float64{}
	in.Subjects = w.crowd(people, seed, func(seen int) {
		if seen == people/100 || seen == people/10 || seen == people {
			at[seen] = live() - before
		}
	})
	before = live()
	if _, err := analysis.Run(in); err != nil {
		t.Fatal(err)
	}
	few, more, most := at[people/100], at[people/10], at[people]
	t.Logf("live after %d people: %.0f kB, after %d: %.0f kB, after %d: %.0f kB", people/100, few/1024, people/10, more/1024, people, most/1024)
	// What is kept is how often each score, and each two, occur. There are more of those
	// among more people, but no more than the points of the scale allow.
	if most > 5*few || most > 2*more {
		t.Errorf("memory grew by %.1f from %d to %d people and by %.1f from %d on", most/few, people/100, people, most/more, people/10)
	}
}
