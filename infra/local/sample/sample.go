// Package sample publishes results of people who do not exist, so that the results page can
// be seen before there are any. It is part of the local stack alone: nothing of it is
// deployed, and the release says of itself that it is made up.
package sample

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"livinglab/infra/madeup"
	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Publish publishes sample results of an experiment as they would be once it is over, and
// reports whether it did. Where results are published already nothing changes.
func Publish(ctx context.Context, t *table.Table, e *experiment.Experiment, instruments survey.Set) (fresh bool, err error) {
	_, err = t.LastRelease(ctx, e.ID)
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, table.ErrNotFound) {
		return false, err
	}
	r, err := makeUp(e, instruments)
	if err != nil {
		return false, fmt.Errorf("making up results: %w", err)
	}
	err = t.PutRelease(ctx, r, table.AuditEntry{
		ID: rand.Text(), At: table.At(r.At), Who: "infra/local", Act: "release", Experiment: e.ID, Details: "made-up data",
	})
	if errors.Is(err, table.ErrReleasedSince) {
		return false, nil
	}
	return err == nil, err
}

// makeUp analyzes made-up people an hour after the last wave has closed, and releases what
// may be shown of them a day later.
func makeUp(e *experiment.Experiment, instruments survey.Set) (table.Release, error) {
	crowd := madeup.Sample()
	closed := e.Waves[len(e.Waves)-1].Close
	result, err := analysis.Run(analysis.Input{
		Experiment: e, Instruments: instruments, At: closed.Add(time.Hour),
		Plan:     analysis.Plan{AnalysisPlan: e.Analysis, Hash: analysis.Hash(e.Analysis), Frozen: frozen(e)},
		Flow:     crowd.Flow(e, instruments),
		Subjects: crowd.Subjects(e, instruments),
	})
	if err != nil {
		return table.Release{}, err
	}
	approved := result.At.Add(24 * time.Hour)
	made, basis, err := release.Make(result, e, nil, approved)
	if err != nil {
		return table.Release{}, err
	}
	made.MadeUp = true
	content, err := made.JSON()
	if err != nil {
		return table.Release{}, err
	}
	private, err := json.Marshal(basis)
	return table.Release{
		Experiment: e.ID, Number: made.Number, At: approved, Analysis: result.At, Content: content, Basis: private,
	}, err
}

// frozen is a day before the wave opens before which the plan is frozen.
func frozen(e *experiment.Experiment) time.Time {
	before, _, _ := strings.Cut(e.Analysis.FrozenBefore, ".")
	for _, wave := range e.Waves {
		if wave.ID == before {
			return wave.Open.Add(-24 * time.Hour)
		}
	}
	return time.Time{}
}
