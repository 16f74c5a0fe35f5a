package main

import (
	"slices"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/table"
)

// last reads the last analysis.
func (w *world) last() (table.Analysis, analysis.Result) {
	w.Helper()
	a, err := w.table.LastAnalysis(w.Context(), w.e.ID)
	w.must(err)
	r, err := analysis.ParseResult(a.Content)
	w.must(err)
	return a, r
}

// analyses counts those that were made.
func (w *world) analyses() int {
	w.Helper()
	n := 0
	for _, err := range w.table.AnalysesBetween(w.Context(), w.e.ID, time.Time{}, w.now.AddDate(1, 0, 0)) {
		w.must(err)
		n++
	}
	return n
}

func TestOnceAWaveHasClosedItsAnswersAreAnalyzedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c"} {
		p := w.apply(name)
		w.agrees(p)
		w.finishes(p, "pre")
	}
	w.on(time.December, 13, 23, 0)
	w.hour()
	w.on(time.December, 14, 0, 0) // the wave closes now: answers may be under way
	w.hour()
	if n := w.analyses(); n != 0 {
		t.Errorf("there are %d analyses before the close", n)
	}
	for range 3 { // at once, again, and in a new process
		w.on(time.December, 14, 1, 0)
		w.hour()
	}
	w.on(time.December, 14, 2, 0)
	w.hour()
	a, r := w.last()
	if w.analyses() != 1 || !slices.Equal(a.Waves, []string{"pre"}) || a.By != "" || a.At.In(w.e.Zone()).Hour() != 1 {
		t.Errorf("of %d analyses the last is of %v at %v by %q", w.analyses(), a.Waves, a.At, a.By)
	}
	if n, ok := r.Figure(analysis.Wave, "C", "total", "", "pre", analysis.Mean); !ok {
		t.Error("it has no mean")
	} else if v, _ := n.Value.Value(); v <= 0 {
		t.Errorf("the mean is %v", n.Value)
	}
	if !r.Plan.Frozen.IsZero() {
		t.Error("the plan was frozen already")
	}
}

// What staff asked for after the close need not be made again.
func TestAnAnalysisThatStaffAskedForIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on(time.December, 14, 0, 30)
	entry := w.record()
	w.must(w.table.NoteAnalysis(w.Context(), table.Analysis{
		Experiment: w.e.ID, At: w.now, Waves: []string{"pre"}, By: "架空の担当者", Content: []byte(`{}`),
	}, &entry))
	w.on(time.December, 14, 1, 0)
	if r := w.hour(); r.Analyzed != 0 || w.analyses() != 1 {
		t.Errorf("it did %+v", r)
	}
	w.on(time.February, 24, 1, 0) // the next wave has closed
	if r := w.hour(); r.Analyzed != 1 || w.analyses() != 2 {
		t.Errorf("after the next wave it did %+v", r)
	}
}

func TestAfterAStandstillWhatHasClosedIsAnalyzedTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.April, 15, 8, 0)
	w.hour()
	a, r := w.last()
	if !slices.Equal(a.Waves, []string{"pre", "mid", "post"}) || !slices.Equal(r.Waves, a.Waves) {
		t.Errorf("it is of %v", a.Waves)
	}
	w.on(time.April, 15, 9, 0) // a Thursday
	w.hour()
	if notes := w.summary().Analyses; len(notes) != 1 || !notes[0].At.Equal(a.At) || !slices.Equal(notes[0].Waves, a.Waves) {
		t.Errorf("staff are told of %+v", notes)
	}
	entry := w.record()
	w.must(w.table.PutRelease(w.Context(), table.Release{
		Experiment: w.e.ID, Number: 1, At: w.now, Analysis: a.At, Content: []byte(`{}`), Basis: []byte(`{}`),
	}, entry))
	w.on(time.April, 19, 9, 0)
	w.hour()
	if notes := w.summary().Analyses; notes != nil {
		t.Errorf("staff are told of what is released: %+v", notes)
	}
}
