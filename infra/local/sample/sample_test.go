package sample_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"livinglab/infra/local/sample"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
)

// However often the button is pressed, also at once, there is one release, and it says that
// its people do not exist.
func TestSampleResultsArePublishedOnceAndSayThatTheyAreMadeUp(t *testing.T) {
	t.Parallel()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	env := tabletest.New(t)
	results := table.New(env.Client(t), env.Name)
	e := experiments.All()[0]
	var all sync.WaitGroup
	var published atomic.Int32
	for range 4 {
		all.Go(func() {
			fresh, err := sample.Publish(t.Context(), results, e, instruments)
			if err != nil {
				t.Error(err)
			}
			if fresh {
				published.Add(1)
			}
		})
	}
	all.Wait()
	if n := published.Load(); n != 1 {
		t.Errorf("it was published %d times", n)
	}
	stored, err := results.LastRelease(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	r, err := release.Parse(stored.Content)
	if err != nil {
		t.Fatal(err)
	}
	if !r.MadeUp || r.Number != 1 || r.Experiment != e.ID || len(r.Waves) != len(e.Waves) {
		t.Errorf("release %d of %s over %v, made up: %v", r.Number, r.Experiment, r.Waves, r.MadeUp)
	}
	shown := map[release.Status]int{}
	for _, f := range r.Figures {
		shown[f.Status]++
	}
	t.Logf("%v", shown)
	for _, outcome := range append([]string{e.Analysis.Primary.Outcome}, e.Analysis.Secondary.Outcomes...) {
		if f, ok := r.Figure("difference", "", outcome, "pre", "post", "did"); !ok || f.Status != release.Shown {
			t.Errorf("the difference in %s is %s", outcome, f.Status)
		}
	}
}
