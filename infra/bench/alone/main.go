// Command alone analyzes made-up people who come from an iterator, without a table: what
// is left of an analysis's memory and time is its own. It is told how many people there are.
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"livinglab/infra/madeup"
	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// work is so many people, and how many figures came of them.
type work struct {
	People  int `json:"people"`
	Figures int `json:"figures,omitempty"`
}

func main() {
	experiments, experimentErr := experiment.Shipped()
	instruments, instrumentErr := survey.Shipped()
	if err := errors.Join(experimentErr, instrumentErr); err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	e := experiments.All()[0]
	lambda.Start(func(_ context.Context, w work) (work, error) {
		crowd := madeup.Of(w.People)
		r, err := analysis.Run(analysis.Input{
			Experiment: e, Instruments: instruments, Plan: analysis.Plan{AnalysisPlan: e.Analysis, Hash: analysis.Hash(e.Analysis)},
			At: e.Waves[len(e.Waves)-1].Close.Add(time.Hour), Subjects: crowd.Subjects(e, instruments),
		})
		w.Figures = len(r.Figures)
		return w, err
	})
}
