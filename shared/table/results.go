package table

import (
	"context"
	"errors"
	"iter"
	"time"
)

// FrozenPlan is an experiment's plan of analysis as it was when it was frozen.
type FrozenPlan struct {
	Experiment string
	At         time.Time
	Hash       string
	Content    []byte // an experiment.AnalysisPlan as JSON
	File       string // hash of the experiment's file
}

// FreezePlan freezes a plan, once: it returns the one that is frozen, which is an earlier
// one if there is.
func (t *Table) FreezePlan(ctx context.Context, p FrozenPlan) (FrozenPlan, error) {
	return FrozenPlan{}, errors.ErrUnsupported
}

// FrozenPlan returns the plan that is frozen; ErrNotFound if none is.
func (t *Table) FrozenPlan(ctx context.Context, experiment string) (FrozenPlan, error) {
	return FrozenPlan{}, errors.ErrUnsupported
}

// Analysis is one analysis of an experiment. It is exact, and for staff alone.
type Analysis struct {
	Experiment string
	At         time.Time
	Waves      []string // that had closed
	By         string   // who asked for it; empty: the schedule
	Content    []byte   // an analysis.Result as JSON
}

// NoteAnalysis keeps an analysis, once for each instant. An entry on record comes with
// one that somebody asked for; nil for none.
func (t *Table) NoteAnalysis(ctx context.Context, a Analysis, entry *AuditEntry) error {
	return errors.ErrUnsupported
}

// LastAnalysis returns the last analysis of an experiment; ErrNotFound if there is none.
func (t *Table) LastAnalysis(ctx context.Context, experiment string) (Analysis, error) {
	return Analysis{}, errors.ErrUnsupported
}

// AnalysesBetween yields the analyses made in [from, to), by time, without their content.
func (t *Table) AnalysesBetween(ctx context.Context, experiment string, from, to time.Time) iter.Seq2[Analysis, error] {
	return func(yield func(Analysis, error) bool) { yield(Analysis{}, errors.ErrUnsupported) }
}

// Release is one published set of results. It never changes.
type Release struct {
	Experiment string
	Number     int // from 1
	At         time.Time
	Analysis   time.Time // At of the analysis that it shows
	Content    []byte    // a release.Release as JSON
	Basis      []byte    // a release.Basis as JSON; kept apart, for staff alone
}

// PutRelease publishes a release, on record, in one transaction. It returns
// ErrReleasedSince if it is not the next after the last one.
func (t *Table) PutRelease(ctx context.Context, r Release, entry AuditEntry) error {
	return errors.ErrUnsupported
}

// ErrReleasedSince means that there is a release that the new one does not know of.
var ErrReleasedSince = errors.New("there has been a release since")

// LastRelease returns what is public of an experiment, without the basis: one query.
// ErrNotFound if nothing is.
func (t *Table) LastRelease(ctx context.Context, experiment string) (Release, error) {
	return Release{}, errors.ErrUnsupported
}

// Releases yields the releases of an experiment, by number, with their bases.
func (t *Table) Releases(ctx context.Context, experiment string) iter.Seq2[Release, error] {
	return func(yield func(Release, error) bool) { yield(Release{}, errors.ErrUnsupported) }
}
