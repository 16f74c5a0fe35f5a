package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// turn turns the switch of all mail and says how it stands.
func (d desk) turn(ctx context.Context, s session, how func(context.Context, time.Time) error) error {
	if err := how(ctx, d.now()); err != nil {
		return err
	}
	return d.status(ctx, s)
}

// status says whether mail may leave, how much is due, and when that will be done; how many
// people get summaries, and where somebody may be under strain.
func (d desk) status(ctx context.Context, s session) error {
	sw, err := s.table.Switch(ctx)
	if err != nil {
		return err
	}
	due, err := s.table.CountDue(ctx, d.now())
	if err != nil {
		return err
	}
	waits := "no mail is due"
	if due > 0 {
		oldest, err := d.oldest(ctx, s)
		if err != nil {
			return err
		}
		waits = d.leaving(sw, due, oldest)
	}
	lines := []string{d.standing(sw), waits}
	for _, say := range []func(context.Context, session, *experiment.Experiment) (string, error){informed, strain} {
		for _, e := range d.experiments.All() {
			said, err := say(ctx, s, e)
			if err != nil {
				return err
			}
			if said != "" {
				lines = append(lines, said)
			}
		}
	}
	if _, err := fmt.Fprintln(d.out, strings.Join(lines, "\n")); err != nil {
		return fmt.Errorf("printing the status: %w", err)
	}
	return nil
}

// oldest is since when the first of what is due has been.
func (d desk) oldest(ctx context.Context, s session) (time.Time, error) {
	for due, err := range s.table.DueItems(ctx) {
		return due.At, err
	}
	return d.now(), nil // it has left since it was counted
}

// standing says whether mail may leave.
func (d desk) standing(sw table.Switch) string {
	until := sw.Until.Time().In(d.zone()).Format(time.RFC3339)
	switch {
	case sw.Paused && sw.PausedFor != "":
		return "mail paused itself at " + sw.Since.Time().In(d.zone()).Format(time.RFC3339) +
			", because " + sw.PausedFor + ": nothing leaves before resume, after which the count begins anew"
	case sw.Paused:
		return "mail is paused by staff: nothing leaves before resume"
	case !sw.Open(d.now()):
		return "mail is stopped until " + until + ", because SES refused to send: " + sw.Reason
	case sw.Until != "":
		return "mail may leave; it was last stopped until " + until + ", because SES refused to send: " + sw.Reason
	}
	return "mail may leave"
}

// The pace at which mail leaves: a sender keeps to half the rate that SES allows and
// sends for as long as a tick of each minute may.
const (
	shareOfRate    = 0.5
	sendingSeconds = 45
)

// leaving says how much waits, and when it will have left.
func (d desk) leaving(sw table.Switch, due int, oldest time.Time) string {
	said := fmt.Sprintf("%s due, the oldest since %s", mails(due, "is", "are"), oldest.In(d.zone()).Format(time.RFC3339))
	from := d.now()
	switch {
	case sw.Paused:
		return said
	case sw.Rate <= 0:
		return said + "; how fast they leave is known once a mail has left"
	case !sw.Open(from):
		from = sw.Until.Time()
	}
	pace := sw.Rate * shareOfRate
	minutes := math.Ceil(float64(due) / (pace * sendingSeconds))
	done := from.Add(time.Duration(minutes) * time.Minute)
	return fmt.Sprintf("%s; at %.3g a second in %d of 60 seconds they will have left at about %s",
		said, pace, sendingSeconds, done.In(d.zone()).Format("2006-01-02 15:04"))
}

// mails counts mails, with the verb for one and for several.
func mails(n int, one, several string) string {
	if n == 1 {
		return "1 mail " + one
	}
	return fmt.Sprintf("%d mails %s", n, several)
}
