package table_test

import (
	"bytes"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

var writeEffects = []faulty.Effect{faulty.None, faulty.NoAnswer, faulty.Conflict, faulty.Error500, faulty.Throttle}

func planOf(text string, at time.Time) table.FrozenPlan {
	return table.FrozenPlan{Experiment: experimentID, At: at, Hash: "hash of " + text, Content: []byte(text), File: "file of " + text}
}

func releaseOf(number int, text string) table.Release {
	return table.Release{
		Experiment: experimentID, Number: number, At: noon.Add(time.Duration(number) * time.Hour), Analysis: noon,
		Content: []byte("released " + text), Basis: []byte("known of " + text),
	}
}

// releases are all releases with their bases.
func (w *world) releases() []table.Release {
	w.Helper()
	var all []table.Release
	for r, err := range w.Releases(w.Context(), experimentID) {
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestAPlanIsFrozenOnceWhoeverComesSecond(t *testing.T) {
	for _, effect := range writeEffects {
		t.Run(fmt.Sprint(effect), func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.FrozenPlan(t.Context(), experimentID); !errors.Is(err, table.ErrNotFound) {
				t.Errorf("before it is frozen: %v", err)
			}
			frozen, err := w.through(firstWrite(effect)).FreezePlan(t.Context(), planOf("one", noon))
			if err != nil {
				t.Fatal(err)
			}
			second, err := w.FreezePlan(t.Context(), planOf("two", noon.Add(time.Hour)))
			if err != nil {
				t.Fatal(err)
			}
			stands, err := w.FrozenPlan(t.Context(), experimentID)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []table.FrozenPlan{frozen, second, stands} {
				if diff := cmp.Diff(planOf("one", noon), got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestAnAnalysisIsKeptOnceForEachInstantAndTheLastIsFound(t *testing.T) {
	w := newWorld(t)
	if _, err := w.LastAnalysis(t.Context(), experimentID); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	asked := audit("analyze")
	for i, effect := range writeEffects {
		a := table.Analysis{Experiment: experimentID, At: noon.Add(time.Duration(i) * time.Hour), Waves: []string{"pre", "mid"}, Content: fmt.Appendf(nil, "analysis %d", i)}
		var entry *table.AuditEntry
		if i == 0 {
			a.By, entry = asked.Who, &asked
		}
		for range 2 {
			if err := w.through(firstWrite(effect)).NoteAnalysis(t.Context(), a, entry); err != nil {
				t.Fatal(err)
			}
		}
		again := a
		again.Content = []byte("another")
		if err := w.NoteAnalysis(t.Context(), again, nil); err != nil {
			t.Fatal(err)
		}
		last, err := w.LastAnalysis(t.Context(), experimentID)
		if diff := cmp.Diff(a, last); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	if w.acts() != 1 {
		t.Errorf("%d acts are on record, want the one that somebody asked for", w.acts())
	}
	for _, c := range []struct {
		from, to time.Time
		want     string
	}{
		{time.Time{}, noon.Add(9 * time.Hour), "0 1 2 3 4"},
		{noon.Add(time.Hour), noon.Add(3 * time.Hour), "1 2"},
		{noon.Add(9 * time.Hour), noon.Add(10 * time.Hour), ""},
		{time.Time{}, noon, ""},
	} {
		var got []string
		for a, err := range w.AnalysesBetween(t.Context(), experimentID, c.from, c.to) {
			if err != nil || a.Content != nil || len(a.Waves) != 2 || (a.By != "") != a.At.Equal(noon) {
				t.Errorf("%+v: %v", a, err)
			}
			got = append(got, fmt.Sprint(int(a.At.Sub(noon).Hours())))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("from %s to %s: %v, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestAReleaseIsPublishedOnceWhateverBecomesOfTheAnswer(t *testing.T) {
	w := newWorld(t)
	if _, err := w.LastRelease(t.Context(), experimentID); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	var want []table.Release
	for i, effect := range writeEffects {
		r, entry := releaseOf(i+1, fmt.Sprint(i)), audit("release")
		for range 2 {
			if err := w.through(firstWrite(effect)).PutRelease(t.Context(), r, entry); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.PutRelease(t.Context(), releaseOf(i+1, "another"), audit("release")); !errors.Is(err, table.ErrReleasedSince) {
			t.Errorf("the same number again: %v", err)
		}
		want = append(want, r)
		r.Basis = nil
		last, err := w.LastRelease(t.Context(), experimentID)
		if diff := cmp.Diff(r, last); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	for _, n := range []int{-1, 0, len(want) + 2} {
		if err := w.PutRelease(t.Context(), releaseOf(n, "out of order"), audit("release")); !errors.Is(err, table.ErrReleasedSince) {
			t.Errorf("release %d: %v", n, err)
		}
	}
	if diff := cmp.Diff(want, w.releases()); diff != "" || w.acts() != len(want) {
		t.Errorf("%d acts are on record\n%s", w.acts(), diff)
	}
}

func TestOneOfTwoReleasesAtOnceIsPublished(t *testing.T) {
	w := newWorld(t)
	var published atomic.Int32
	var publishing sync.WaitGroup
	for i := range 4 {
		publishing.Go(func() {
			switch err := w.PutRelease(t.Context(), releaseOf(1, fmt.Sprint(i)), audit("release")); {
			case err == nil:
				published.Add(1)
			case !errors.Is(err, table.ErrReleasedSince):
				t.Error(err)
			}
		})
	}
	publishing.Wait()
	if all := w.releases(); published.Load() != 1 || len(all) != 1 || w.acts() != 1 {
		t.Errorf("%d were published, %d stand, %d are on record", published.Load(), len(all), w.acts())
	}
	all := w.releases()
	if got := strings.TrimPrefix(string(all[0].Content), "released "); "known of "+got != string(all[0].Basis) {
		t.Errorf("%q rests on %q", all[0].Content, all[0].Basis)
	}
}

func TestWhoShowsResultsReadsNothingButTheReleases(t *testing.T) {
	w := newWorld(t)
	if err := w.PutRelease(t.Context(), releaseOf(1, "one"), audit("release")); err != nil {
		t.Fatal(err)
	}
	client, transport := w.env.Watched(t)
	last, err := table.New(client, w.env.Name).LastRelease(t.Context(), experimentID)
	if err != nil || len(last.Basis) != 0 {
		t.Errorf("the last release has %d bytes of a basis: %v", len(last.Basis), err)
	}
	requests := transport.Requests()
	if len(requests) != 1 || requests[0].Operation != "Query" || !bytes.Contains(requests[0].Body, []byte(`"release#`+experimentID+`"`)) {
		t.Errorf("it takes %+v", requests)
	}
}

func TestWhatDoesNotFitIntoAnItemIsRefusedBeforeItIsSent(t *testing.T) {
	w := newWorld(t)
	random := seeded(t)
	r := releaseOf(1, "one")
	r.Content = noise(random, 390<<10)
	client, transport := w.env.Watched(t)
	if err := table.New(client, w.env.Name).PutRelease(t.Context(), r, audit("release")); !errors.Is(err, table.ErrTooLarge) {
		t.Errorf("incompressible content: %v", err)
	}
	a := table.Analysis{Experiment: experimentID, At: noon, Content: make([]byte, 17<<20)}
	if err := table.New(client, w.env.Name).NoteAnalysis(t.Context(), a, nil); !errors.Is(err, table.ErrTooLarge) {
		t.Errorf("content that unpacks to too much: %v", err)
	}
	if n := len(transport.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	a.Content = a.Content[:16<<20]
	r.Content, r.Basis = noise(random, 370<<10), noise(random, 370<<10)
	if err := errors.Join(w.NoteAnalysis(t.Context(), a, nil), w.PutRelease(t.Context(), r, audit("release"))); err != nil {
		t.Fatal(err)
	}
	last, err := w.LastAnalysis(t.Context(), experimentID)
	if err != nil || !bytes.Equal(last.Content, a.Content) {
		t.Errorf("%d bytes come back as %d: %v", len(a.Content), len(last.Content), err)
	}
	if diff := cmp.Diff([]table.Release{r}, w.releases()); diff != "" {
		t.Error("the largest release that fits does not come back")
	}
}

// noise does not compress.
func noise(random *mathrand.Rand, bytes int) []byte {
	all := make([]byte, bytes)
	for i := range all {
		all[i] = byte(random.Uint32())
	}
	return all
}
