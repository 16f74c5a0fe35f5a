package analysis_test

import (
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// world is the shipped experiment with its instruments, after all of its waves.
type world struct {
	*testing.T
	experiment  *experiment.Experiment
	instruments survey.Set
	core        *survey.Instrument
	at          time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	shipped, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	e, ok := shipped.Experiment("shiojiri-2020")
	if !ok {
		t.Fatal("the experiment is not shipped")
	}
	copied := *e // for tests that change it
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	core, ok := instruments.Edition("career_ownership_core", 1)
	if !ok {
		t.Fatal("the instrument is not shipped")
	}
	return &world{t, &copied, instruments, core, e.Waves[len(e.Waves)-1].Close.Add(time.Hour)}
}

func (w *world) input(subjects ...analysis.Subject) analysis.Input {
	plan := w.experiment.Analysis
	return analysis.Input{
		Experiment: w.experiment, Plan: analysis.Plan{AnalysisPlan: plan, Hash: analysis.Hash(plan)}, Instruments: w.instruments,
		At: w.at, Subjects: func(yield func(analysis.Subject, error) bool) {
			for _, s := range subjects {
				if !yield(s, nil) {
					return
				}
			}
		},
	}
}

func (w *world) run(subjects ...analysis.Subject) analysis.Result {
	w.Helper()
	r, err := analysis.Run(w.input(subjects...))
	if err != nil {
		w.Fatal(err)
	}
	return r
}
