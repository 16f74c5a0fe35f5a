package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

const (
	// lookEvery is how often the sender looks at how mail fares.
	lookEvery = 15 * time.Minute

	// remembered is for how long looks and alarms are kept.
	remembered = 35 * 24 * time.Hour
)

// health tells how the system itself fared.
func (c *count) health(ctx context.Context) error {
	if err := c.looks(ctx); err != nil {
		return err
	}
	if err := c.alarms(ctx); err != nil {
		return err
	}
	allowed, err := c.table.Switch(ctx)
	if err != nil {
		return err
	}
	if !allowed.Open(c.At) {
		c.Health.Paused, c.Health.Reason = true, cmp.Or(allowed.PausedFor, allowed.Reason)
	}
	return nil
}

// looks counts the quarter hours of the span in which mail was looked after, and those in
// which it should have been: before the first summary, from the first look on.
func (c *count) looks(ctx context.Context) error {
	from := later(c.Since, c.At.Add(-remembered))
	first, last := time.Time{}, time.Time{}
	for l, err := range c.table.Looks(ctx, from, c.At) {
		if err != nil {
			return err
		}
		if at := l.At.Truncate(lookEvery); at.After(last) {
			c.Health.Looks++
			last = at
		}
		if first.IsZero() {
			first = l.At
		}
		c.Health.Oldest = max(c.Health.Oldest, l.Oldest)
	}
	if c.Since.IsZero() {
		if first.IsZero() {
			return nil
		}
		from = first
	}
	c.Health.Expected = quarters(from, c.At)
	return nil
}

// quarters counts the quarter hours that begin in [from, to).
func quarters(from, to time.Time) int {
	first := from.Truncate(lookEvery)
	if first.Before(from) {
		first = first.Add(lookEvery)
	}
	if !first.Before(to) {
		return 0
	}
	return int((to.Sub(first) + lookEvery - 1) / lookEvery)
}

// alarms names the alarms that rang in the span and those that ring, each once: since its
// first ring and, if it does not ring any more, until it was over last.
func (c *count) alarms(ctx context.Context) error {
	notes := map[string]*mail.AlarmNote{}
	for a, err := range c.table.Alarms(ctx, c.At.Add(-remembered), c.At) {
		if err != nil {
			return err
		}
		ring(notes, a, c.Since)
	}
	for _, n := range notes {
		if n.Over.IsZero() || !n.Over.Before(c.Since) {
			c.Health.Alarms = append(c.Health.Alarms, *n)
		}
	}
	slices.SortFunc(c.Health.Alarms, func(a, b mail.AlarmNote) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Name, b.Name))
	})
	return nil
}

// ring notes the next change of an alarm. What was over before the span is forgotten when
// the alarm rings anew.
func ring(notes map[string]*mail.AlarmNote, a table.Alarm, since time.Time) {
	n := notes[a.Name]
	switch {
	case !a.Rings && n == nil:
	case !a.Rings:
		n.Over = a.At
	case n == nil || !n.Over.IsZero() && n.Over.Before(since):
		notes[a.Name] = &mail.AlarmNote{Name: a.Name, About: a.About, Since: a.At}
	default:
		n.About, n.Over = a.About, time.Time{}
	}
}

// later is the later one of two instants.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
