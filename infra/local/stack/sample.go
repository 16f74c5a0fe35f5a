package stack

import (
	"context"
	"fmt"

	"livinglab/infra/local/console"
	"livinglab/infra/local/sample"
	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// loadExperiments reads the experiments of which sample results can be shown.
func (s *Stack) loadExperiments() error {
	var err error
	if s.experiments, err = experiment.Shipped(); err != nil {
		return err
	}
	s.instruments, err = survey.Shipped()
	return err
}

// sampled names them for the console.
func (s *Stack) sampled() []console.Sampled {
	var all []console.Sampled
	for _, e := range s.experiments.All() {
		all = append(all, console.Sampled{ID: e.ID, Title: e.Title.In(locale.Japanese)})
	}
	return all
}

// sample publishes sample results, whatever the functions see of the table. They are seen at
// once: a process that knows for a while of no results makes room for one that asks.
func (s *Stack) sample(ctx context.Context, id string) (bool, error) {
	e, ok := s.experiments.Experiment(id)
	if !ok {
		return false, fmt.Errorf("there is no experiment %q", id)
	}
	fresh, err := sample.Publish(ctx, table.New(client.DynamoDB(own(), s.DynamoDB), s.Table), e, s.instruments)
	if fresh {
		_, _ = s.Runtime.Kill("site")
	}
	return fresh, err
}
