package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// summary prints the numbers of the last summary. Its mail has more words.
func (d desk) summary(ctx context.Context, s session, o order) error {
	e := o.experiment
	last, err := s.table.LastSummary(ctx, e.ID)
	if errors.Is(err, table.ErrNotFound) {
		fmt.Fprintf(d.say, "there is no summary of %s so far. %s\n", e.ID, d.nextSummary(e))
		return nil
	}
	if err != nil {
		return err
	}
	var told mail.Summary
	if err := json.Unmarshal(last.Content, &told); err != nil {
		return fmt.Errorf("reading the last summary of %s: %w", e.ID, err)
	}
	if err := saySummary(d.out, e, told); err != nil {
		return fmt.Errorf("printing the summary: %w", err)
	}
	fmt.Fprintf(d.say, "it was mailed to %d of staff. %s\n", last.Mailed, d.nextSummary(e))
	return nil
}

// saySummary prints a summary: what is new since the one before, and what there is in total.
func saySummary(to io.Writer, e *experiment.Experiment, s mail.Summary) error {
	at := func(t time.Time) string { return clock(t.In(e.Zone())) }
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	since := "from the beginning"
	if !s.Since.IsZero() {
		since = "since " + at(s.Since)
	}
	fmt.Fprintf(out, "%s, %s, until %s\n\n", e.ID, since, at(s.At))

	fmt.Fprintln(out, "WHAT CAME IN\tNEW\tTOTAL")
	counted := func(what string, c mail.Count) { fmt.Fprintf(out, "%s\t%d\t%d\n", what, c.New, c.Total) }
	counted("applications", s.Applied)
	counted("withdrawn", s.Withdrawn)
	for _, l := range s.Listings {
		counted(l.Listing+" as the first wish", l.First)
		counted(l.Listing+" as any wish", l.Any)
	}
	for _, b := range s.Briefings {
		fmt.Fprintf(out, "%s\t%d\t%d of %d seats, %d waiting, %d cancelled\n", b.Briefing, b.New, b.Seats, b.Capacity, b.Waiting, b.Canceled)
	}

	fmt.Fprintln(out, "\nSURVEY\tNEW\tFINISHED\tOF\tBEGUN\tSILENT")
	for _, w := range s.Waves {
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\n", w.Round, w.Done.New, w.Done.Total, w.Asked, w.Begun, w.Silent)
	}

	fmt.Fprintln(out, "\nMAIL\tNEW\tTOTAL")
	for _, m := range []struct {
		what string
		mail.Count
	}{
		{"sent", s.Mails.Sent}, {"failed", s.Mails.Failed}, {"missed", s.Mails.Missed},
		{"suppressed", s.Mails.Suppressed}, {"cancelled", s.Mails.Canceled},
	} {
		counted(m.what, m.Count)
	}
	fmt.Fprintf(out, "waiting\t\t%d, of them overdue %d\n", s.Mails.Waiting, s.Mails.Overdue)
	fmt.Fprintf(out, "in doubt\t\t%d\n", s.Mails.Unknown)
	fmt.Fprintf(out, "bounced\t%d\t\ncomplained of\t%d\t\n", s.Bounced, s.Complained)
	for _, m := range s.Stuck {
		fmt.Fprintf(out, "stuck: %d %s, %s since %s\n", m.N, m.Kind, m.State, at(m.Since))
	}
	for _, m := range s.Missed {
		fmt.Fprintf(out, "too late: %d %s (%s), due %s: %s\n", m.N, m.Kind, m.Occasion, at(m.Due), strings.Join(m.People, " "))
	}

	fmt.Fprintln(out, "\nDUE IN THE NEXT SEVEN DAYS")
	for _, u := range s.DueSoon {
		fmt.Fprintf(out, "%s\t%s\n", at(u.At), u.What.EN)
	}

	fmt.Fprintln(out, "\nTHE SYSTEM")
	fmt.Fprintf(out, "looked after mail in %d of %d quarter hours; the longest that a due mail waited was %s\n", s.Health.Looks, s.Health.Expected, s.Health.Oldest.Round(time.Second))
	if s.Health.Paused {
		fmt.Fprintln(out, strings.TrimSuffix("mail was held back: "+s.Health.Reason, ": "))
	}
	for _, a := range s.Health.Alarms {
		over := "rang still"
		if !a.Over.IsZero() {
			over = "until " + at(a.Over)
		}
		fmt.Fprintf(out, "alarm %s: %s, since %s, %s\n", a.Name, a.About, at(a.Since), over)
	}
	for _, a := range s.Analyses {
		fmt.Fprintf(out, "analyzed at %s: %s. To publish it: release %s\n", at(a.At), listed(a.Waves), e.ID)
	}
	if s.Alerts > 0 {
		fmt.Fprintf(out, "%s: alerts %s\n", strained(s.Alerts), e.ID)
	}
	return out.Flush()
}
