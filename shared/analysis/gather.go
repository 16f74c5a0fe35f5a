package analysis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Gather returns the analysis of an experiment at an instant that is to be run: by the plan
// that is frozen or, as long as none is, by the file's; with the people counted. The
// answers are read while it runs, a few people at a time.
func Gather(ctx context.Context, t *table.Table, e *experiment.Experiment, set survey.Set, at time.Time) (Input, error) {
	in := Input{Experiment: e, Instruments: set, At: at}
	var err error
	if in.Plan, err = planOf(ctx, t, e); err != nil {
		return Input{}, fmt.Errorf("gathering what is analyzed: %w", err)
	}
	if in.Flow, err = countPeople(ctx, t, e, at); err != nil {
		return Input{}, fmt.Errorf("gathering what is analyzed: %w", err)
	}
	in.Subjects = subjects(ctx, t, e, closed(e, at))
	return in, nil
}

// planOf returns the plan that is frozen, or the file's.
func planOf(ctx context.Context, t *table.Table, e *experiment.Experiment) (Plan, error) {
	frozen, err := t.FrozenPlan(ctx, e.ID)
	switch {
	case errors.Is(err, table.ErrNotFound):
		return Plan{AnalysisPlan: e.Analysis, Hash: Hash(e.Analysis)}, nil
	case err != nil:
		return Plan{}, err
	}
	p := Plan{Hash: frozen.Hash, Frozen: frozen.At, File: frozen.File}
	if err := json.Unmarshal(frozen.Content, &p.AnalysisPlan); err != nil {
		return Plan{}, fmt.Errorf("decoding the frozen plan: %w", err)
	}
	return p, nil
}

// countPeople counts people from the first contact to the last wave that had closed: those
// who have a place at a briefing or wait for one, what came in until then, and how everybody
// stands now.
func countPeople(ctx context.Context, t *table.Table, e *experiment.Experiment, at time.Time) (Flow, error) {
	f := Flow{}
	for _, b := range e.Briefings {
		places, err := t.Places(ctx, e.ID, b.ID, time.Time{}, at)
		if err != nil {
			return Flow{}, err
		}
		f.Registered += places.Seats + places.Waiting
	}
	intake, err := t.Intake(ctx, e.ID, time.Time{}, at)
	if err != nil {
		return Flow{}, err
	}
	f.Applied, f.Withdrew = intake.Applied, intake.Withdrawn
	f.count(e, closed(e, at))
	for i, err := range t.Involvements(ctx, e.ID) {
		if err != nil {
			return Flow{}, err
		}
		f.add(i)
	}
	return f, nil
}

// count prepares the counts of arms and waves.
func (f *Flow) count(e *experiment.Experiment, waves []experiment.Wave) {
	for _, group := range e.Groups {
		f.Arms = append(f.Arms, ArmCount{Arm: group.ID})
	}
	for _, wave := range waves {
		for _, group := range e.Groups {
			if e.ForGroup(wave, group.ID) {
				f.Waves = append(f.Waves, WaveCount{Wave: wave.ID, Arm: group.ID})
			}
		}
	}
}

func (f *Flow) add(i table.Involvement) {
	if i.Research == table.Agreed || i.Research == table.LeftResearch {
		f.Agreed++
	}
	switch i.Step { // each was every step before it
	case table.StepCompleted:
		f.Completed++
		f.started()
	case table.StepEndedEarly:
		f.EndedEarly++
		f.started()
	case table.StepStarted:
		f.started()
	case table.StepAccepted:
		f.accepted()
	case table.StepOffered:
		f.Offered++
	case table.NoStep:
	}
	arm := i.Arm()
	for n := range f.Arms {
		if f.Arms[n].Arm == arm {
			f.Arms[n].N++
		}
	}
	for n := range f.Waves {
		if w := &f.Waves[n]; w.Arm == arm {
			w.add(i)
		}
	}
}

func (f *Flow) accepted() {
	f.Offered++
	f.Accepted++
}

func (f *Flow) started() {
	f.accepted()
	f.Started++
}

// add counts a person of the arm. When somebody left the research is not on the list: the
// waves that such a person began count as those that the person was asked.
func (w *WaveCount) add(i table.Involvement) {
	finished, begun := i.Rounds[w.Wave]
	takesPart := i.Group() == w.Arm && i.Research != table.Declined && i.Research != table.LeftResearch
	if begun || takesPart {
		w.Asked++
	}
	if finished {
		w.Answered++
	}
}

// subjects yields who has finished one of the waves.
func subjects(ctx context.Context, t *table.Table, e *experiment.Experiment, waves []experiment.Wave) iter.Seq2[Subject, error] {
	var rounds []string
	for _, wave := range waves {
		rounds = append(rounds, wave.ID)
	}
	return func(yield func(Subject, error) bool) {
		for a, err := range t.Answered(ctx, e.ID, rounds...) {
			if err != nil {
				yield(Subject{}, err)
				return
			}
			if !yield(subjectOf(e, a), nil) {
				return
			}
		}
	}
}

func subjectOf(e *experiment.Experiment, a table.Answered) Subject {
	s := Subject{ID: a.Person, Arm: a.Arm(), Responses: map[string]Response{}}
	if listing, ok := e.Listing(a.Listing); ok && s.Arm == participants {
		s.Region = listing.Region
	}
	for wave, response := range a.Responses {
		editions := map[string]int{}
		for id, edition := range response.Instruments {
			editions[id] = edition.Version
		}
		s.Responses[wave] = Response{Editions: editions, Answers: response.Answers}
	}
	return s
}
