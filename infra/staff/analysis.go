package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// analyze computes the analysis of the waves that have closed, and keeps it.
func (d desk) analyze(ctx context.Context, s session, o order) error {
	e, now := o.experiment, stored(d.now())
	closed := closedWaves(e, now)
	if len(closed) == 0 {
		return fmt.Errorf("nothing was done, because no survey of %s has closed", e.ID)
	}
	in, err := analysis.Gather(ctx, s.table, e, d.instruments, now)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.say, planSaid(e, in.Plan))
	question := fmt.Sprintf("The answers to %s will be analyzed. The analysis is exact and for staff alone; the next release is made from it.", listed(closed))
	if err := d.confirm(o, question); err != nil {
		return err
	}
	r, err := analysis.Run(in)
	if err != nil {
		return fmt.Errorf("nothing was done, because the answers cannot be analyzed: %w", err)
	}
	content, err := r.JSON()
	if err != nil {
		return fmt.Errorf("encoding the analysis of %s: %w", e.ID, err)
	}
	entry := d.entry(s, o, "waves "+strings.Join(r.Waves, " "), "plan "+r.Plan.Hash)
	kept := table.Analysis{Experiment: e.ID, At: now, Waves: r.Waves, By: s.who, Content: content}
	if err := s.table.NoteAnalysis(ctx, kept, &entry); err != nil {
		return undone(err)
	}
	if err := sayAnalysis(d.out, e, r); err != nil {
		return fmt.Errorf("the analysis is kept, but not all of it was printed: %w", err)
	}
	fmt.Fprintf(d.say, "it is kept. All figures: analysis %s. To publish what may be shown of it: release %s\n", e.ID, e.ID)
	return nil
}

// stored is an instant as the table has it, so that what is computed and what is kept say the
// same.
func stored(at time.Time) time.Time { return table.At(at).Time() }

// closedWaves are the waves that had closed at an instant.
func closedWaves(e *experiment.Experiment, now time.Time) []string {
	var ids []string
	for _, w := range e.Waves {
		if w.Close.Before(now) {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// planSaid says by which plan an analysis is made.
func planSaid(e *experiment.Experiment, plan analysis.Plan) string {
	if plan.Frozen.IsZero() {
		return "The plan is not frozen yet: the analysis follows the experiment's file as it is now, and cannot be released. For that, first: freeze " + e.ID
	}
	return fmt.Sprintf("The analysis follows the plan as it was frozen at %s.", clock(plan.Frozen.In(e.Zone())))
}

// sayAnalysis prints how many people there are in each arm and wave, and the primary outcome.
func sayAnalysis(to io.Writer, e *experiment.Experiment, r analysis.Result) error {
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	sayFlow(out, e, r.Flow)
	fmt.Fprintln(out)
	primary := slices.DeleteFunc(slices.Clone(r.Figures), func(f analysis.Figure) bool {
		return f.Section != analysis.Difference || f.Outcome != r.Plan.Primary.Outcome || f.Region != "" ||
			r.Plan.Primary.Estimand != "did_"+f.From+"_"+f.To
	})
	if len(primary) == 0 {
		fmt.Fprintf(out, "%s (%s)\tnot yet: its surveys have not closed\n", r.Plan.Primary.Outcome, r.Plan.Primary.Estimand)
		return out.Flush()
	}
	fmt.Fprintf(out, "%s (%s)\t%s\n", strings.ToUpper(r.Plan.Primary.Outcome), r.Plan.Primary.Estimand, peopleBehind(r, primary[0]))
	for _, f := range primary {
		fmt.Fprintf(out, "%s\t%s\n", f.Statistic, valueSaid(f))
	}
	return out.Flush()
}

// groupName is what a group is called; for none, that it is in neither.
func groupName(e *experiment.Experiment, id string) string {
	for _, g := range e.Groups {
		if g.ID == id {
			return id + " " + g.Title.EN
		}
	}
	return id
}

// peopleBehind says how many people of each arm a figure rests on.
func peopleBehind(r analysis.Result, f analysis.Figure) string {
	var said []string
	for _, i := range f.Sets {
		said = append(said, strings.TrimSpace(fmt.Sprintf("n %s %d", r.Sets[i].Arm, r.Sets[i].N)))
	}
	return strings.Join(said, ", ")
}

// valueSaid is a figure to four decimals or, where there is none, why.
func valueSaid(f analysis.Figure) string {
	value, exists := f.Value.Value()
	if !exists {
		return string(f.Value.Status())
	}
	return fmt.Sprintf("%.4f", value)
}

// figuresSaid says what the file of the last analysis is.
func figuresSaid(count int) string {
	if count == 0 {
		return "there is no analysis so far: analyze"
	}
	return fmt.Sprintf("%d figures, exact and for staff alone. release publishes what may be shown of them", count)
}
