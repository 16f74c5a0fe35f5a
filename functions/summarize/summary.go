package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// tell writes the summary that the file calls for at the scheduled time, with its mails:
// about the time since the last one, which is longer if the schedule stood still.
func (r *run) tell(ctx context.Context, e *experiment.Experiment) error {
	r.waitUntil(e.StaffSummary.Next(r.at, e.Zone()))
	if !e.StaffSummary.DueAt(r.at, e.Zone()) {
		return nil
	}
	last, err := r.table.LastSummary(ctx, e.ID)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	if !last.At.Before(r.at) {
		return nil // this one is written, or overtaken
	}
	staff, err := r.staff(ctx, e)
	if err != nil {
		return err
	}
	if len(staff) == 0 {
		slog.WarnContext(ctx, "summary has no recipients", "experiment", e.ID)
		return nil
	}
	s, err := r.summary(ctx, e, last)
	if err != nil {
		return err
	}
	return r.write(ctx, e, s, staff)
}

// staff are the people who get the summaries.
func (r *run) staff(ctx context.Context, e *experiment.Experiment) ([]table.Person, error) {
	var staff []table.Person
	for p, err := range r.table.Staff(ctx, e.ID) {
		if err != nil {
			return nil, err
		}
		staff = append(staff, p)
	}
	return staff, nil
}

// write keeps a summary with its mails. One that tells nothing is kept, too: the next
// goes on from it.
func (r *run) write(ctx context.Context, e *experiment.Experiment, s mail.Summary, to []table.Person) error {
	if e.StaffSummary.SkipEmpty && s.Empty() {
		to = nil
	}
	content, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encoding a summary: %w", err)
	}
	fresh, err := r.table.PutSummary(ctx, table.StaffSummary{
		Experiment: e.ID, At: s.At, Since: s.Since, Content: content, Mailed: len(to),
	}, to, r.at)
	if err != nil || !fresh {
		return err
	}
	r.report.Summarized++
	r.report.Mailed += len(to)
	slog.InfoContext(ctx, "summary", "experiment", e.ID, "at", table.At(s.At), "since", table.At(s.Since), "mails", len(to))
	return nil
}

// summary counts what there is to tell. Nobody is kept in memory.
func (r *run) summary(ctx context.Context, e *experiment.Experiment, last table.StaffSummary) (mail.Summary, error) {
	settings, err := r.table.Settings(ctx, e.ID)
	if err != nil {
		return mail.Summary{}, err
	}
	c := &count{
		run: r, e: e, sessions: settings.Sessions(e), last: last,
		Summary: mail.Summary{Since: inZone(last.At, e.Zone()), At: r.at.In(e.Zone())},
	}
	c.DueSoon = soon(e, c.sessions, c.At)
	for _, part := range []func(context.Context) error{c.intake, c.briefings, c.ended, c.open, c.returned, c.waves, c.alerts, c.health, c.analyses} {
		if err := part(ctx); err != nil {
			return mail.Summary{}, fmt.Errorf("summarizing: %w", err)
		}
	}
	return c.Summary, nil
}

// inZone is an instant in a zone; the zero time has none.
func inZone(at time.Time, zone *time.Location) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(zone)
}

// count is a summary that is being counted.
type count struct {
	*run
	mail.Summary
	e        *experiment.Experiment
	sessions []experiment.Session // the briefings as they stand
	last     table.StaffSummary   // the one before
}

// recent reports whether an instant lies in the span that the summary is about.
func (c *count) recent(at table.Instant) bool { return at >= table.At(c.Since) && at < table.At(c.At) }

// alerts counts the answers that staff have not seen to.
func (c *count) alerts(ctx context.Context) (err error) {
	c.Alerts, err = c.table.CountAlerts(ctx, c.e.ID)
	return err
}

// analyses names those made in the span that nothing published shows or has overtaken.
func (c *count) analyses(ctx context.Context) error {
	released, err := c.table.LastRelease(ctx, c.e.ID)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	for a, err := range c.table.AnalysesBetween(ctx, c.e.ID, c.Since, c.At) {
		if err != nil {
			return err
		}
		if a.At.After(released.Analysis) {
			c.Analyses = append(c.Analyses, mail.AnalysisNote{At: a.At.In(c.e.Zone()), Waves: a.Waves})
		}
	}
	return nil
}
