// Command alone analyzes made-up people who come from an iterator, without a table: what
// is left of an analysis's memory and time is its own. It is told how many people there are,
// and tells how much memory was in use on the way.
package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"os"
	"runtime"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"livinglab/infra/madeup"
	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// work is so many people, how many figures came of them, and the most that was in use, in
// bytes, at any of a few places on the way.
type work struct {
	People  int    `json:"people"`
	Figures int    `json:"figures,omitempty"`
	InUse   uint64 `json:"inUse,omitempty"`
}

// places is where the garbage is collected on the way, to see what is in use.
const places = 10

func main() {
	experiments, experimentErr := experiment.Shipped()
	instruments, instrumentErr := survey.Shipped()
	if err := errors.Join(experimentErr, instrumentErr); err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	a := analyst{experiments.All()[0], instruments}
	lambda.Start(a.analyze)
}

type analyst struct {
	experiment  *experiment.Experiment
	instruments survey.Set
}

func (a analyst) analyze(_ context.Context, w work) (work, error) {
	r, err := analysis.Run(analysis.Input{
		Experiment: a.experiment, Instruments: a.instruments,
		Plan: analysis.Plan{AnalysisPlan: a.experiment.Analysis, Hash: analysis.Hash(a.experiment.Analysis)},
		At:   a.experiment.Waves[len(a.experiment.Waves)-1].Close.Add(time.Hour), Subjects: a.people(&w),
	})
	w.Figures = len(r.Figures)
	return w, err
}

// people makes the people up, and notes what is in use when a tenth more of them has come.
func (a analyst) people(w *work) iter.Seq2[analysis.Subject, error] {
	return func(yield func(analysis.Subject, error) bool) {
		var memory runtime.MemStats
		n := 0
		for s, err := range madeup.Of(w.People).Subjects(a.experiment, a.instruments) {
			if !yield(s, err) {
				return
			}
			if n++; n%max(1, w.People/places) == 0 {
				runtime.GC()
				runtime.ReadMemStats(&memory)
				w.InUse = max(w.InUse, memory.HeapAlloc)
			}
		}
	}
}
