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
		fmt.Fprintf(d.out, "there is no summary of %s so far. %s\n", e.ID, d.nextSummary(e))
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

// saySummary prints a summary: what needs staff, and then what is new since the one before
// and what there is in total.
func saySummary(to io.Writer, e *experiment.Experiment, s mail.Summary) error {
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	since := "from the beginning"
	if !s.Since.IsZero() {
		since = "since " + clock(s.Since.In(e.Zone()))
	}
	fmt.Fprintf(out, "%s, %s, until %s\n", e.ID, since, clock(s.At.In(e.Zone())))
	sayTasks(out, e, s)
	sayIntake(out, s)
	sayMails(out, s)
	sayAhead(out, e, s)
	return out.Flush()
}

// sayTasks prints what needs staff.
func sayTasks(out io.Writer, e *experiment.Experiment, s mail.Summary) {
	at := func(t time.Time) string { return clock(t.In(e.Zone())) }
	fmt.Fprintln(out, "\nFOR YOU")
	if s.Alerts > 0 {
		fmt.Fprintf(out, "%s: alerts %s\n", strained(s.Alerts), e.ID)
	}
	for _, m := range s.Stuck {
		fmt.Fprintf(out, "%s, %s since %s: work %s\n", mails(m.N, "is stuck", "are stuck")+" ("+string(m.Kind)+")", m.State, at(m.Since), e.ID)
	}
	for _, m := range s.Missed {
		fmt.Fprintf(out, "%s (%s, %s), due %s: %s\n", mails(m.N, "was too late", "were too late"), m.Kind, m.Occasion, at(m.Due), strings.Join(m.People, " "))
	}
	if s.Health.Paused {
		fmt.Fprintln(out, strings.TrimSuffix("mail was held back: "+s.Health.Reason, ": "))
	}
	for _, a := range s.Health.Alarms {
		over := "and rang still"
		if !a.Over.IsZero() {
			over = "until " + at(a.Over)
		}
		fmt.Fprintf(out, "alarm %s (%s) since %s, %s\n", a.Name, a.About, at(a.Since), over)
	}
	for _, a := range s.Analyses {
		fmt.Fprintf(out, "%s analyzed at %s, not published: release %s\n", listed(a.Waves), at(a.At), e.ID)
	}
	if s.Alerts == 0 && len(s.Stuck)+len(s.Missed)+len(s.Health.Alarms)+len(s.Analyses) == 0 && !s.Health.Paused {
		fmt.Fprintln(out, "nothing of this kind; what is older and not decided: work "+e.ID)
	}
}

// sayIntake prints what came in: applications, places and answers.
func sayIntake(out io.Writer, s mail.Summary) {
	fmt.Fprintln(out, "\nWHAT CAME IN\tNEW\tTOTAL")
	row := func(what string, c mail.Count) { fmt.Fprintf(out, "%s\t%d\t%d\n", what, c.New, c.Total) }
	row("applications", s.Applied)
	row("withdrawn", s.Withdrawn)
	for _, l := range s.Listings {
		row(l.Listing+" as the first wish", l.First)
		row(l.Listing+" as any wish", l.Any)
	}
	for _, b := range s.Briefings {
		fmt.Fprintf(out, "%s\t%d\t%d of %d seats, %d waiting, %d cancelled\n", b.Briefing, b.New, b.Seats, b.Capacity, b.Waiting, b.Canceled)
	}
	fmt.Fprintln(out, "\nSURVEY\tNEW\tFINISHED\tOF\tBEGUN\tSILENT")
	for _, w := range s.Waves {
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\n", w.Round, w.Done.New, w.Done.Total, w.Asked, w.Begun, w.Silent)
	}
}

// sayMails prints the mails by state.
func sayMails(out io.Writer, s mail.Summary) {
	m := s.Mails
	fmt.Fprintln(out, "\nMAIL\tNEW\tTOTAL")
	for _, state := range []struct {
		what string
		mail.Count
	}{{"sent", m.Sent}, {"failed", m.Failed}, {"missed", m.Missed}, {"suppressed", m.Suppressed}, {"cancelled", m.Canceled}} {
		fmt.Fprintf(out, "%s\t%d\t%d\n", state.what, state.New, state.Total)
	}
	fmt.Fprintf(out, "bounced\t%d\t\ncomplained of\t%d\t\n", s.Bounced, s.Complained)
	fmt.Fprintf(out, "waiting\t\t%d, of them overdue: %d\nin doubt\t\t%d\n", m.Waiting, m.Overdue, m.Unknown)
}

// sayAhead prints what is due, and how the system fared.
func sayAhead(out io.Writer, e *experiment.Experiment, s mail.Summary) {
	fmt.Fprintln(out, "\nDUE IN SEVEN DAYS")
	for _, u := range s.DueSoon {
		fmt.Fprintf(out, "%s\t%s\n", clock(u.At.In(e.Zone())), u.What.EN)
	}
	fmt.Fprintf(out, "\nmail was looked after in %d of %d quarter hours; the longest that one waited was %s\n",
		s.Health.Looks, s.Health.Expected, s.Health.Oldest.Round(time.Second))
}
