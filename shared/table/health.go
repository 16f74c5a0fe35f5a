package table

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Look is what a quarter-hourly look at the mail found: one item each, kept for as long
// as the table can be restored.
type Look struct {
	At      time.Time
	Oldest  time.Duration // how long the mail had waited that was due the longest
	Unknown int           // mails in doubt
	Alerts  int           // answers that staff are to look at
}

// NoteLook notes a look, once for each instant.
func (t *Table) NoteLook(ctx context.Context, l Look) error { return errors.ErrUnsupported }

// Looks yields the looks in [from, to), by time.
func (t *Table) Looks(ctx context.Context, from, to time.Time) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) { yield(Look{}, errors.ErrUnsupported) }
}

// Alarm is a change of an alarm: it rings, or it is over.
type Alarm struct {
	Name  string // as the template names it
	About string // its description
	At    time.Time
	Rings bool
}

// NoteAlarm notes a change of an alarm, once.
func (t *Table) NoteAlarm(ctx context.Context, a Alarm) error { return errors.ErrUnsupported }

// Alarms yields the changes of alarms in [from, to), by time, of the last 35 days at the most.
func (t *Table) Alarms(ctx context.Context, from, to time.Time) iter.Seq2[Alarm, error] {
	return func(yield func(Alarm, error) bool) { yield(Alarm{}, errors.ErrUnsupported) }
}
