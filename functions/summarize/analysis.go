package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// analyze analyzes the answers once a wave has closed whose answers are in no analysis. It
// does so with the first hour after the close, when also an answer has been saved that was
// under way.
func (r *run) analyze(ctx context.Context, e *experiment.Experiment) error {
	closed := r.closed(e)
	if len(closed) == 0 {
		return nil
	}
	name := fmt.Sprintf("analysis %s %s", e.ID, strings.Join(closed, " "))
	if _, analyzed := r.done.Load(name); analyzed {
		return nil
	}
	last, err := r.table.LastAnalysis(ctx, e.ID)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	lacks := func(wave string) bool { return !slices.Contains(last.Waves, wave) }
	if slices.ContainsFunc(closed, lacks) {
		if err := r.analyzeNow(ctx, e); err != nil {
			return err
		}
	}
	r.done.Store(name, true)
	return nil
}

// closed are the waves that had closed before the scheduled time.
func (r *run) closed(e *experiment.Experiment) []string {
	var closed []string
	for _, w := range e.Waves {
		if w.Close.Before(r.at) {
			closed = append(closed, w.ID)
			continue
		}
		r.waitUntil(w.Close.Add(time.Nanosecond))
	}
	return closed
}

// analyzeNow keeps an analysis of the scheduled time.
func (r *run) analyzeNow(ctx context.Context, e *experiment.Experiment) error {
	input, err := analysis.Gather(ctx, r.table, e, r.instruments, r.at)
	if err != nil {
		return err
	}
	result, err := analysis.Run(input)
	if err != nil {
		return fmt.Errorf("analyzing: %w", err)
	}
	content, err := result.JSON()
	if err != nil {
		return fmt.Errorf("encoding an analysis: %w", err)
	}
	err = r.table.NoteAnalysis(ctx, table.Analysis{Experiment: e.ID, At: r.at, Waves: result.Waves, Content: content}, nil)
	if err != nil {
		return err
	}
	r.report.Analyzed++
	slog.InfoContext(ctx, "analysis", "experiment", e.ID, "at", table.At(r.at), "waves", result.Waves)
	return nil
}
