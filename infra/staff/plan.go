package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// freeze freezes the plan of analysis as the file has it.
func (d desk) freeze(ctx context.Context, s session, o order) error {
	e := o.experiment
	frozen, err := s.table.FrozenPlan(ctx, e.ID)
	switch {
	case err == nil:
		fmt.Fprintln(d.say, "nothing was done, because the plan is frozen already")
		return d.sayPlan(e, frozen)
	case !errors.Is(err, table.ErrNotFound):
		return err
	}
	content, err := json.Marshal(e.Analysis)
	if err != nil {
		return fmt.Errorf("encoding the plan of %s: %w", e.ID, err)
	}
	shown, err := json.MarshalIndent(e.Analysis, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the plan of %s: %w", e.ID, err)
	}
	hash := analysis.Hash(e.Analysis)
	fmt.Fprintf(d.say, "The plan is:\n%s\nIts hash is %s.\n", shown, hash)
	if opens, known := frozenBefore(e, e.Analysis); known && !d.now().Before(opens) {
		fmt.Fprintf(d.say, "It was to be frozen before %s: the results will say that it was frozen late.\n", clock(opens.In(e.Zone())))
	}
	if err := d.confirm(o, "It will be frozen, and cannot be changed after that: what the file says differently later is published as a deviation."); err != nil {
		return err
	}
	if err := s.table.NoteAudit(ctx, d.entry(s, o, "plan "+hash)); err != nil {
		return fmt.Errorf("nothing was done, because it cannot be put on record: %w", err)
	}
	now := d.now()
	frozen, err = s.table.FreezePlan(ctx, table.FrozenPlan{Experiment: e.ID, At: now, Hash: hash, Content: content, File: e.Hash()})
	if err != nil {
		return undone(err)
	}
	if table.At(frozen.At) != table.At(now) {
		fmt.Fprintln(d.say, "somebody else has just frozen the plan")
		return d.sayPlan(e, frozen)
	}
	fmt.Fprintln(d.say, "it is frozen")
	return nil
}

// sayPlan says of a plan when it was frozen, and in what the file differs since.
func (d desk) sayPlan(e *experiment.Experiment, frozen table.FrozenPlan) error {
	var plan experiment.AnalysisPlan
	if err := json.Unmarshal(frozen.Content, &plan); err != nil {
		return fmt.Errorf("reading the frozen plan of %s: %w", e.ID, err)
	}
	fmt.Fprintf(d.say, "It was frozen at %s. Its hash is %s.\n", clock(frozen.At.In(e.Zone())), frozen.Hash)
	if opens, known := frozenBefore(e, plan); known && !frozen.At.Before(opens) {
		fmt.Fprintf(d.say, "That was late: it was to be frozen before %s, and the results say so.\n", clock(opens.In(e.Zone())))
	}
	fmt.Fprintln(d.say, deviationsSaid(analysis.Deviations(plan, e.Analysis)))
	return nil
}

// deviationsSaid says in what the file differs from the frozen plan.
func deviationsSaid(all []analysis.Deviation) string {
	if len(all) == 0 {
		return "The experiment's file has the same plan."
	}
	said := []string{"The experiment's file has another plan now. Analyses follow the frozen one, and the results show where the file deviates:"}
	for _, dev := range all {
		said = append(said, fmt.Sprintf("  %s: frozen as %q, now %q", dev.Key, dev.Frozen, dev.Now))
	}
	return strings.Join(said, "\n")
}

// frozenBefore is the opening of a wave before which a plan is to be frozen.
func frozenBefore(e *experiment.Experiment, plan experiment.AnalysisPlan) (time.Time, bool) {
	id, _ := strings.CutSuffix(plan.FrozenBefore, ".open")
	w, known := e.Wave(id)
	if !known {
		return time.Time{}, false
	}
	return w.Open, true
}
