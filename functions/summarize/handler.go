package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// handler summarizes and analyzes. It is safe for concurrent use; of one event nothing
// is kept in it but what never changes again.
type handler struct {
	table       *table.Table
	experiments experiment.Set
	instruments survey.Set

	done sync.Map // names of what is done for good: a plan that is frozen, waves that are analyzed
}

// event is what wakes the function: an hour of the schedule, or alarms that SNS tells of.
type event struct {
	ScheduledTime time.Time               `json:"scheduledTime"`
	Records       []events.SNSEventRecord `json:"Records"`
}

// report is what an hour did.
type report struct {
	Frozen     int        `json:"frozen"`         // plans
	Analyzed   int        `json:"analyzed"`       // experiments
	Summarized int        `json:"summarized"`     // summaries that were new
	Mailed     int        `json:"mailed"`         // mails of them
	Next       *time.Time `json:"next,omitempty"` // when there is work again; none if nothing is waiting
}

// summarize does what the event asks for. What failed is returned, for Lambda to count
// and to try again: everything is done once, however often an event comes.
func (h *handler) summarize(ctx context.Context, e event) (report, error) {
	switch {
	case len(e.Records) > 0:
		return report{}, h.hear(ctx, e.Records)
	case e.ScheduledTime.IsZero():
		return report{}, errors.New("the event has neither a scheduledTime nor Records")
	}
	return h.hour(ctx, e.ScheduledTime.Truncate(time.Minute))
}

// run is one hour. Whenever it takes place, it is about its scheduled time.
type run struct {
	*handler
	at     time.Time
	report report
}

// hour does for each experiment what is due at a scheduled time. One that fails does not
// stop the others, nor does one task the next.
func (h *handler) hour(ctx context.Context, at time.Time) (report, error) {
	r := &run{handler: h, at: at}
	var problems []error
	for _, e := range h.experiments.All() {
		for _, task := range []func(context.Context, *experiment.Experiment) error{r.freeze, r.analyze, r.tell} {
			if err := task(ctx, e); err != nil {
				problems = append(problems, fmt.Errorf("experiment %s: %w", e.ID, err))
			}
		}
	}
	slog.InfoContext(ctx, "hour", "frozen", r.report.Frozen, "analyzed", r.report.Analyzed, "summarized", r.report.Summarized, "mailed", r.report.Mailed)
	return r.report, errors.Join(problems...)
}

// waitUntil notes that there is work again at an instant.
func (r *run) waitUntil(at time.Time) {
	if at.IsZero() || r.report.Next != nil && !at.Before(*r.report.Next) {
		return
	}
	r.report.Next = &at
}
