package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// FrozenPlan is an experiment's plan of analysis as it was when it was frozen.
type FrozenPlan struct {
	Experiment string
	At         time.Time
	Hash       string
	Content    []byte // an experiment.AnalysisPlan as JSON
	File       string // hash of the experiment's file
}

// frozenPlan is a plan as it is stored.
type frozenPlan struct {
	Key
	Experiment string  `dynamodbav:"experiment"`
	At         Instant `dynamodbav:"when"`
	Hash       string  `dynamodbav:"hash"`
	File       string  `dynamodbav:"file"`
	Content    packed  `dynamodbav:"content"`
}

// FreezePlan freezes a plan, once: it returns the one that is frozen, which is an earlier
// one if there is.
func (t *Table) FreezePlan(ctx context.Context, p FrozenPlan) (FrozenPlan, error) {
	stands := frozenPlan{Key: planKey(p.Experiment), Experiment: p.Experiment, At: At(p.At), Hash: p.Hash, File: p.File, Content: p.Content}
	err := t.decide(ctx, func() error {
		x := t.begin()
		x.put(stands, isNew, nil)
		err := x.commit(ctx)
		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		item, _ := refusal.at(0)
		stands = frozenPlan{}
		return decode(item, &stands)
	})
	if err != nil {
		return FrozenPlan{}, fmt.Errorf("freezing the plan of %s: %w", p.Experiment, err)
	}
	return stands.told(), nil
}

// FrozenPlan returns the plan that is frozen; ErrNotFound if none is.
func (t *Table) FrozenPlan(ctx context.Context, experiment string) (FrozenPlan, error) {
	var p frozenPlan
	if err := t.readOne(ctx, planKey(experiment), &p); err != nil {
		return FrozenPlan{}, fmt.Errorf("reading the plan of %s: %w", experiment, err)
	}
	return p.told(), nil
}

func (p frozenPlan) told() FrozenPlan {
	return FrozenPlan{Experiment: p.Experiment, At: p.At.Time(), Hash: p.Hash, Content: p.Content, File: p.File}
}

// Analysis is one analysis of an experiment. It is exact, and for staff alone.
type Analysis struct {
	Experiment string
	At         time.Time
	Waves      []string // that had closed
	By         string   // who asked for it; empty: the schedule
	Content    []byte   // an analysis.Result as JSON
}

// storedAnalysis is an analysis as it is stored.
type storedAnalysis struct {
	Key
	Experiment string   `dynamodbav:"experiment"`
	At         Instant  `dynamodbav:"when"`
	Waves      []string `dynamodbav:"waves"`
	By         string   `dynamodbav:"by,omitempty"`
	Content    packed   `dynamodbav:"content"`
}

// analysisLine names the attributes of an analysis but for its content.
var analysisLine = []string{"pk", "sk", "experiment", "when", "waves", "by"}

// NoteAnalysis keeps an analysis, once for each instant. An entry on record comes with
// one that somebody asked for; nil for none. It returns ErrTooLarge.
func (t *Table) NoteAnalysis(ctx context.Context, a Analysis, entry *AuditEntry) error {
	made := storedAnalysis{Key: analysisKey(a.Experiment, At(a.At)), Experiment: a.Experiment, At: At(a.At), Waves: a.Waves, By: a.By, Content: a.Content}
	err := t.decide(ctx, func() error {
		x := t.begin()
		x.put(made, isNew, nil)
		if entry != nil {
			noted := *entry
			noted.Key = auditKey(noted.ID, noted.At)
			x.put(noted, isNew, nil)
		}
		err := x.commit(ctx)
		if refusal, ok := errors.AsType[*refusal](err); ok {
			if _, there := refusal.at(0); !there {
				return unexplained(refusal)
			}
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping an analysis of %s: %w", a.Experiment, err)
	}
	return nil
}

// LastAnalysis returns the last analysis of an experiment; ErrNotFound if there is none.
func (t *Table) LastAnalysis(ctx context.Context, experiment string) (Analysis, error) {
	var a storedAnalysis
	if err := t.latest(ctx, analysisKey(experiment, "").PK, &a); err != nil {
		return Analysis{}, fmt.Errorf("reading the last analysis of %s: %w", experiment, err)
	}
	return a.told(), nil
}

// AnalysesBetween yields the analyses made in [from, to), by time, without their content:
// from the beginning for a zero from.
func (t *Table) AnalysesBetween(ctx context.Context, experiment string, from, to time.Time) iter.Seq2[Analysis, error] {
	return func(yield func(Analysis, error) bool) {
		for item, err := range t.partitionFrom(ctx, analysisKey(experiment, "").PK, cmp.Or(string(At(from)), "0"), analysisLine...) {
			var a storedAnalysis
			if err == nil {
				err = decode(item, &a)
			}
			if err != nil {
				yield(Analysis{}, fmt.Errorf("listing the analyses of %s: %w", experiment, err))
				return
			}
			if a.At >= At(to) || !yield(a.told(), nil) {
				return
			}
		}
	}
}

func (a storedAnalysis) told() Analysis {
	return Analysis{Experiment: a.Experiment, At: a.At.Time(), Waves: a.Waves, By: a.By, Content: a.Content}
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

// publicRelease is what is public of a release as it is stored.
type publicRelease struct {
	Key
	Experiment string  `dynamodbav:"experiment"`
	Number     int     `dynamodbav:"number"`
	At         Instant `dynamodbav:"when"`
	Analysis   Instant `dynamodbav:"analysis"`
	Content    packed  `dynamodbav:"content"`
}

// basis is what is not.
type basis struct {
	Key
	Content packed `dynamodbav:"content"`
}

// ErrReleasedSince means that there is a release that the new one does not know of.
var ErrReleasedSince = errors.New("there has been a release since")

// PutRelease publishes a release, on record, in one transaction. It returns
// ErrReleasedSince if it is not the next after the last one, and ErrTooLarge.
func (t *Table) PutRelease(ctx context.Context, r Release, entry AuditEntry) error {
	entry.Key = auditKey(entry.ID, entry.At)
	public := publicRelease{
		Key: releaseKey(r.Experiment, r.Number), Experiment: r.Experiment, Number: r.Number,
		At: At(r.At), Analysis: At(r.Analysis), Content: r.Content,
	}
	err := t.decide(ctx, func() error {
		x := t.begin()
		atEntry := x.put(entry, isNew, nil)
		x.put(public, isNew, nil)
		x.put(basis{Key: basisKey(r.Experiment, r.Number), Content: r.Basis}, isNew, nil)
		if r.Number != 1 {
			x.check(releaseKey(r.Experiment, r.Number-1), "attribute_exists(#pk)", nil)
		}
		err := x.commit(ctx)
		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atEntry); failed && item != nil {
			return nil // it was done, and the answer lost
		}
		return ErrReleasedSince
	})
	if err != nil {
		return fmt.Errorf("publishing release %d of %s: %w", r.Number, r.Experiment, err)
	}
	return nil
}

// LastRelease returns what is public of an experiment, without the basis: one query.
// ErrNotFound if nothing is.
func (t *Table) LastRelease(ctx context.Context, experiment string) (Release, error) {
	var r publicRelease
	if err := t.latest(ctx, releaseKey(experiment, 0).PK, &r); err != nil {
		return Release{}, fmt.Errorf("reading the last release of %s: %w", experiment, err)
	}
	return r.told(), nil
}

// Releases yields the releases of an experiment, by number, with their bases.
func (t *Table) Releases(ctx context.Context, experiment string) iter.Seq2[Release, error] {
	return func(yield func(Release, error) bool) {
		for item, err := range t.partition(ctx, releaseKey(experiment, 0).PK, "") {
			var r Release
			if err == nil {
				r, err = t.withBasis(ctx, item)
			}
			if err != nil {
				yield(Release{}, fmt.Errorf("listing the releases of %s: %w", experiment, err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (r publicRelease) told() Release {
	return Release{Experiment: r.Experiment, Number: r.Number, At: r.At.Time(), Analysis: r.Analysis.Time(), Content: r.Content}
}

// withBasis decodes a release and reads the basis that was written with it.
func (t *Table) withBasis(ctx context.Context, item map[string]types.AttributeValue) (Release, error) {
	var public publicRelease
	var behind basis
	if err := decode(item, &public); err != nil {
		return Release{}, err
	}
	if err := t.readOne(ctx, basisKey(public.Experiment, public.Number), &behind); err != nil {
		return Release{}, err
	}
	r := public.told()
	r.Basis = behind.Content
	return r, nil
}
