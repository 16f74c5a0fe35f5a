package main

import (
	"errors"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/table"
)

func TestThePlanIsFrozenADayBeforeItsWaveOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on(time.March, 28, 8, 0)
	w.hour()
	if _, err := w.table.FrozenPlan(w.Context(), w.e.ID); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("25 hours before: %v", err)
	}
	w.on(time.March, 28, 9, 0)
	if r := w.hour(); r.Frozen != 1 {
		t.Errorf("24 hours before it did %+v", r)
	}
	frozen, err := w.table.FrozenPlan(w.Context(), w.e.ID)
	w.must(err)
	if !frozen.At.Equal(w.now) || frozen.Hash != analysis.Hash(w.e.Analysis) || frozen.Hash == "" || frozen.File != w.e.Hash() {
		t.Errorf("the plan is %+v", frozen)
	}

	// The file changes, and what was frozen stands: the analysis follows it.
	w.e.Analysis.MinNPerArm += 5
	w.on(time.April, 12, 1, 0)
	if r := w.hour(); r.Frozen != 0 || r.Analyzed != 1 {
		t.Errorf("later it did %+v", r)
	}
	_, result := w.last()
	if result.Plan.Hash != frozen.Hash || !result.Plan.Frozen.Equal(frozen.At) || result.Plan.MinNPerArm != w.e.Analysis.MinNPerArm-5 {
		t.Errorf("the analysis follows %+v", result.Plan)
	}
}

// Of a schedule that stood still the plan says so: it was frozen late.
func TestAPlanThatIsFrozenLateSaysWhen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on(time.April, 12, 1, 0)
	w.hour()
	frozen, err := w.table.FrozenPlan(w.Context(), w.e.ID)
	w.must(err)
	_, result := w.last()
	if !frozen.At.Equal(w.now) || !result.Plan.Frozen.Equal(w.now) {
		t.Errorf("it was frozen at %v, and the analysis says %v", frozen.At, result.Plan.Frozen)
	}
}
