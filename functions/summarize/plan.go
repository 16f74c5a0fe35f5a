package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// freezeBefore is how long before the wave opens the plan is frozen: late enough for a
// last correction, and early enough to be tried again.
const freezeBefore = 24 * time.Hour

// freeze keeps the plan of the analysis as the file has it, once, before the wave opens
// that it is to be frozen before. A schedule that stood still freezes it later: the plan
// says when.
func (r *run) freeze(ctx context.Context, e *experiment.Experiment) error {
	from, ok := freezesFrom(e)
	if !ok {
		return nil
	}
	if from.After(r.at) {
		r.waitUntil(from)
		return nil
	}
	name := "plan " + e.ID
	if _, frozen := r.done.Load(name); frozen {
		return nil
	}
	_, err := r.table.FrozenPlan(ctx, e.ID)
	if errors.Is(err, table.ErrNotFound) {
		err = r.freezeNow(ctx, e)
	}
	if err != nil {
		return err
	}
	r.done.Store(name, true)
	return nil
}

func (r *run) freezeNow(ctx context.Context, e *experiment.Experiment) error {
	content, err := json.Marshal(e.Analysis)
	if err != nil {
		return fmt.Errorf("encoding the plan: %w", err)
	}
	plan, err := r.table.FreezePlan(ctx, table.FrozenPlan{
		Experiment: e.ID, At: r.at, Hash: analysis.Hash(e.Analysis), Content: content, File: e.Hash(),
	})
	if err != nil {
		return err
	}
	r.report.Frozen++
	slog.InfoContext(ctx, "plan frozen", "experiment", e.ID, "hash", plan.Hash, "at", table.At(plan.At))
	return nil
}

// freezesFrom is from when on the plan is to be frozen.
func freezesFrom(e *experiment.Experiment) (time.Time, bool) {
	wave, found := strings.CutSuffix(e.Analysis.FrozenBefore, ".open")
	w, ok := e.Wave(wave)
	if !found || !ok {
		return time.Time{}, false
	}
	return w.Open.Add(-freezeBefore), true
}
