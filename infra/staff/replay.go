package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"livinglab/infra/staff/replay"
	"livinglab/shared/table"
)

// paused refuses to go on while mail may leave: what the log knows of has to be in
// the ledger before the next tick.
func paused(ctx context.Context, s session) error {
	sw, err := s.table.Switch(ctx)
	if err != nil {
		return err
	}
	if !sw.Paused {
		return errors.New("nothing was done: pause all mail first, or what has left would leave again meanwhile")
	}
	return nil
}

// replay notes in a restored table which mails have left since, and says what
// remains to be done.
func (d desk) replay(ctx context.Context, s session, o order) error {
	log, err := replay.Read(d.in)
	if err != nil {
		return err
	}
	if log.Lines == 0 {
		return errors.New("nothing was done: no line of the log tells of a mail")
	}
	report, err := replay.Into(ctx, s.table, log, o.several, d.now())
	if err != nil {
		return fmt.Errorf("the log is not replayed to its end, run it again: %w", err)
	}
	fmt.Fprintf(d.out, "%d lines of the log tell of mails; of the mails of %s\n", log.Lines, strings.Join(o.arguments, ", "))
	for _, said := range []struct {
		outcome table.Replayed
		words   string
	}{
		{table.MarkedSent, "left and are now sent; the links in them stay dead"},
		{table.MarkedDoubt, "may have left and are now unknown: work shows them in 15 minutes"},
		{table.TakenOut, "confirm a withdrawal: the person is taken out"},
		{table.LeftAgain, "confirm that somebody left the research: the person is taken out of it"},
		{table.LeftUnclear, "confirm the same, but not whether the answers were erased: ask the people below"},
		{table.AsKnown, "are known to the table as they are, or better"},
		{table.Forgotten, "told of what the table no longer knows"},
		{table.Stranger, "went to people whom the table no longer knows"},
	} {
		if n := report.Outcomes[said.outcome]; n > 0 {
			fmt.Fprintf(d.out, "%6d %s\n", n, said.words)
		}
	}
	for _, person := range report.Unclear {
		fmt.Fprintf(d.out, "left the research, and perhaps had the answers erased, which are still there: person %s\n", person)
	}
	for _, h := range report.Forgotten {
		fmt.Fprintf(d.out, "no longer known: a %s to person %s\n", h.Kind, h.Person)
	}
	for _, person := range slices.Sorted(maps.Keys(report.Strangers)) {
		fmt.Fprintf(d.out, "no longer known: person %s\n", person)
	}
	return nil
}
