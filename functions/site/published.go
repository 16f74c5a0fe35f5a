package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/table"
)

// library knows what is public of the experiments' results. It is safe for concurrent
// use.
type library struct {
	table *table.Table

	mu    sync.Mutex
	known map[string]published // by experiment
}

// published is what the last look at the releases of an experiment gave.
type published struct {
	release  *release.Release // the last one; nil if there is none
	json     []byte           // as it was published
	plan     *analysis.Plan   // before the first release: the plan, once it is frozen
	looked   time.Time
	doubtful error // the look failed: this is what was known before
}

func newLibrary(t *table.Table) *library {
	return &library{table: t, known: make(map[string]published)}
}

// last returns the last release of an experiment; its release is nil before the first.
// While the table cannot be asked, a release that is known stays: it never changes, and
// a later one may only be missed. That there is none is not known then: an error.
func (l *library) last(ctx context.Context, e *experiment.Experiment, now time.Time) (published, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, ok := l.known[e.ID]
	if age := now.Sub(last.looked); !ok || age >= lookAgain || age < 0 {
		last = l.look(ctx, e, last, now)
		l.known[e.ID] = last
	}
	if last.release == nil && last.doubtful != nil {
		return published{}, last.doubtful
	}
	return last, nil
}

// look asks the table once, and before the first release also for the frozen plan.
func (l *library) look(ctx context.Context, e *experiment.Experiment, last published, now time.Time) published {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := l.table.LastRelease(ctx, e.ID)
	next := published{looked: now}
	switch {
	case errors.Is(err, table.ErrNotFound):
		next.plan, err = l.frozenPlan(ctx, e)
	case err == nil && last.release != nil && last.release.Number == found.Number:
		next.release, next.json = last.release, last.json
	case err == nil:
		next.release, err = parseRelease(found)
		next.json = found.Content
	}
	if err != nil {
		slog.ErrorContext(ctx, "release not read", "experiment", e.ID, "error", err)
		last.looked, last.doubtful = now, err
		return last
	}
	return next
}

func parseRelease(found table.Release) (*release.Release, error) {
	parsed, err := release.Parse(found.Content)
	if err != nil {
		return nil, fmt.Errorf("reading release %d: %w", found.Number, err)
	}
	return &parsed, nil
}

// frozenPlan returns the plan that is frozen; nil if none is yet.
func (l *library) frozenPlan(ctx context.Context, e *experiment.Experiment) (*analysis.Plan, error) {
	frozen, err := l.table.FrozenPlan(ctx, e.ID)
	if errors.Is(err, table.ErrNotFound) {
		return nil, nil //nolint:nilnil // there being none is an answer
	}
	if err != nil {
		return nil, err
	}
	plan := analysis.Plan{Hash: frozen.Hash, Frozen: frozen.At, File: frozen.File}
	if err := json.Unmarshal(frozen.Content, &plan.AnalysisPlan); err != nil {
		return nil, fmt.Errorf("reading the frozen plan: %w", err)
	}
	return &plan, nil
}
