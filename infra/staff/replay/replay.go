package replay

import (
	"context"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// Report counts what became of the mails of a log.
type Report struct {
	Outcomes  map[table.Replayed]int
	Forgotten []table.Handed // told of what the table no longer knows
	Unclear   []string       // people who left the research, with or without their answers
	Strangers map[string]int // mails by person, of people whom it does not know
}

// Into brings a restored table up to what the log knows of the mails of some
// experiments. All mail has to be paused meanwhile.
func Into(ctx context.Context, t *table.Table, log *Log, experiments []*experiment.Experiment, now time.Time) (Report, error) {
	report := Report{Outcomes: map[table.Replayed]int{}, Strangers: map[string]int{}}
	sessions := map[string][]experiment.Session{}
	var rules []occasion.Occasion
	for _, e := range experiments {
		settings, err := t.Settings(ctx, e.ID)
		if err != nil {
			return Report{}, err
		}
		sessions[e.ID] = settings.Sessions(e)
		next, _ := occasion.Untold(e, settings, now) // as the next tick will see them
		rules = slices.Concat(rules, occasion.All(e, sessions[e.ID]), occasion.All(e, next))
		for _, r := range e.Rounds(next) {
			rules = append(rules, occasion.SurveyMails(e, r)...)
		}
	}
	for _, h := range log.Handed() {
		if _, concerned := sessions[h.Experiment]; h.Experiment != "" && !concerned {
			continue
		}
		about(&h, rules)
		done, err := t.Replay(ctx, h, sessions, now)
		if err != nil {
			return report, err
		}
		if done == table.Elsewhere {
			continue
		}
		report.Outcomes[done]++
		switch done {
		case table.Forgotten:
			report.Forgotten = append(report.Forgotten, h)
		case table.LeftUnclear:
			report.Unclear = append(report.Unclear, h.Person)
		case table.Stranger:
			report.Strangers[h.Person]++
		}
	}
	return report, nil
}

// about finds the occasion of a mail: the one of whose words its identity is made.
func about(h *table.Handed, rules []occasion.Occasion) {
	for _, o := range rules {
		if mail.ID(h.Kind, h.Person, o.Words) == h.Mail {
			h.Occasion, h.NotAfter = o.Words, o.NotAfter
			return
		}
	}
}
