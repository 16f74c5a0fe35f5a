package release_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"livinglab/shared/analysis"
	"livinglab/shared/release"
)

// changing makes up people whose answers before are about one point of all items, and after
// about another.
func (c crowd) changing(r *rand.Rand, arm string, n, before, after int) {
	for range n {
		p := person{arm: arm, region: "shiojiri", waves: map[string]map[string]int{}}
		for wave, points := range map[string]int{"pre": before, "post": after} {
			p.waves[wave] = map[string]int{"F1": points, "F2": points, "O1": points, "O2": points}
		}
		p.waves["pre"][[]string{"F1", "F2", "O1", "O2"}[r.IntN(4)]] += 2*r.IntN(2) - 1
		c[fmt.Sprintf("%s%08x", arm, r.Uint32())] = p
	}
}

// counts says how many people rose, stayed and fell: exactly, and as published.
func counts(t *testing.T, m made) (exact []float64, published []string) {
	t.Helper()
	for _, what := range []analysis.Statistic{analysis.Increased, analysis.Unchanged, analysis.Decreased} {
		of, _ := m.result.Figure(analysis.ReliableChange, "T", total, "pre", "post", what)
		count, _ := of.Value.Value()
		exact = append(exact, count)
		f := figure(t, m, analysis.ReliableChange, "T", total, "pre", "post", what)
		published = append(published, fmt.Sprintf("%s %s %d", f.Say(), f.Status, f.Since))
	}
	return exact, published
}

func TestCountsThatDifferFromEarlierOnesByAFewPeopleAreHeld(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	c.changing(r, "C", 10, 2, 2)
	c.changing(r, "C", 10, 4, 4)
	var releases []made
	for _, step := range []struct {
		rise, stay, fall int
		exact            []float64
		published        []string
	}{
		{8, 7, 6, []float64{8, 7, 6}, []string{"8 shown 0", "7 shown 0", "6 shown 0"}},
		{2, 2, 1, []float64{10, 9, 7}, []string{"8 held 1", "7 held 1", "6 held 1"}},
		{3, 3, 4, []float64{13, 12, 11}, []string{"13 shown 0", "12 shown 0", "11 shown 0"}},
		{4, 4, 4, []float64{17, 16, 15}, []string{"13 held 3", "12 held 3", "11 held 3"}},
	} {
		c.changing(r, "T", step.rise, 2, 4)
		c.changing(r, "T", step.stay, 3, 3)
		c.changing(r, "T", step.fall, 4, 2)
		m := w.publish(t, c, releases)
		releases = append(releases, m)
		exact, published := counts(t, m)
		if !slices.Equal(exact, step.exact) || !slices.Equal(published, step.published) {
			t.Errorf("of %v release %d publishes %q", exact, m.release.Number, published)
		}
		if f := figure(t, m, analysis.Change, "T", total, "pre", "post", analysis.MeanChange); f.Status != release.Shown {
			t.Errorf("the mean change of so many more is %s", f.Status)
		}
	}
}

// What change is reliable depends on everybody's answers before: here the comparison group's, as
// others come instead.
func TestCountsThatWereHiddenStayHiddenWhileThePeopleAreTheSame(t *testing.T) {
	t.Parallel()
	w, c, r := newWorld(t), crowd{}, seeded(t)
	others := c.group(r, "C", 30, "pre", "post")
	c.changing(r, "T", 12, 2, 5)
	c.changing(r, "T", 6, 3, 3)
	c.changing(r, "T", 8, 4, 3)
	before := w.publish(t, c, nil)
	exact, published := counts(t, before)
	if !slices.Equal(exact, []float64{12, 14, 0}) || !slices.Equal(published, []string{" complement 0", "14 shown 0", " complement 0"}) {
		t.Errorf("of %v the first release publishes %q", exact, published)
	}
	for _, id := range others {
		delete(c, id)
	}
	c.changing(r, "C", 20, 2, 2)
	c.changing(r, "C", 20, 4, 4)
	exact, published = counts(t, w.publish(t, c, []made{before}))
	if !slices.Equal(exact, []float64{12, 6, 8}) || !slices.Equal(published, []string{" complement 0", "6 shown 0", " complement 0"}) {
		t.Errorf("of %v the second release publishes %q", exact, published)
	}
}
