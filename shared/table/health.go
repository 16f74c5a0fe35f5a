package table

import (
	"context"
	"errors"
	"fmt"
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

// storedLook is a look as it is stored.
type storedLook struct {
	Key
	Oldest  int64 `dynamodbav:"oldest"` // milliseconds
	Unknown int   `dynamodbav:"unknown"`
	Alerts  int   `dynamodbav:"alerts"`
	Expires int64 `dynamodbav:"expires"`
}

// NoteLook notes a look, once for each instant.
func (t *Table) NoteLook(ctx context.Context, l Look) error {
	err := t.putIf(ctx, storedLook{
		Key: lookKey(At(l.At)), Oldest: l.Oldest.Milliseconds(), Unknown: l.Unknown, Alerts: l.Alerts, Expires: expiry(l.At),
	}, isNew)
	if err != nil && !errors.Is(err, errCondition) {
		return fmt.Errorf("noting a look: %w", err)
	}
	return nil
}

// Looks yields the looks in [from, to), by time, of the last 35 days at the most.
func (t *Table) Looks(ctx context.Context, from, to time.Time) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) {
		for l, err := range noted[storedLook](ctx, t, lookKey, from, to) {
			if err != nil {
				yield(Look{}, fmt.Errorf("listing looks: %w", err))
				return
			}
			look := Look{At: Instant(l.SK).Time(), Oldest: time.Duration(l.Oldest) * time.Millisecond, Unknown: l.Unknown, Alerts: l.Alerts}
			if !yield(look, nil) {
				return
			}
		}
	}
}

// Alarm is a change of an alarm: it rings, or it is over.
type Alarm struct {
	Name  string // as the template names it
	About string // its description
	At    time.Time
	Rings bool
}

// storedAlarm is a change of an alarm as it is stored.
type storedAlarm struct {
	Key
	About   string `dynamodbav:"about"`
	Rings   bool   `dynamodbav:"rings"`
	Expires int64  `dynamodbav:"expires"`
}

// NoteAlarm notes a change of an alarm, once.
func (t *Table) NoteAlarm(ctx context.Context, a Alarm) error {
	err := t.putIf(ctx, storedAlarm{Key: alarmKey(a.Name, At(a.At)), About: a.About, Rings: a.Rings, Expires: expiry(a.At)}, isNew)
	if err != nil && !errors.Is(err, errCondition) {
		return fmt.Errorf("noting an alarm: %w", err)
	}
	return nil
}

// Alarms yields the changes of alarms in [from, to), by time, of the last 35 days at the most.
func (t *Table) Alarms(ctx context.Context, from, to time.Time) iter.Seq2[Alarm, error] {
	return func(yield func(Alarm, error) bool) {
		month := func(at Instant) Key { return alarmKey("", at) }
		for a, err := range noted[storedAlarm](ctx, t, month, from, to) {
			if err != nil {
				yield(Alarm{}, fmt.Errorf("listing alarms: %w", err))
				return
			}
			alarm := Alarm{Name: lastPart(a.SK), About: a.About, At: Instant(firstPart(a.SK)).Time(), Rings: a.Rings}
			if !yield(alarm, nil) {
				return
			}
		}
	}
}

// expiry is until when a note is kept: as feedback is.
func expiry(at time.Time) int64 { return at.Add(feedbackLife).Unix() }

// noted yields the notes in [from, to) of the last 35 days, by time: of each day's
// partition, or of each month's.
func noted[T any](ctx context.Context, t *Table, key func(Instant) Key, from, to time.Time) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if earliest := to.Add(-feedbackLife); from.Before(earliest) {
			from = earliest
		}
		last := ""
		for day := from.UTC().Truncate(24 * time.Hour); day.Before(to); day = day.AddDate(0, 0, 1) {
			partition := key(At(day)).PK
			if partition == last {
				continue
			}
			last = partition
			for item, err := range t.partitionBetween(ctx, partition, string(At(from)), string(At(to))) {
				var note T
				if err == nil {
					err = decode(item, &note)
				}
				over := err == nil && firstPart(text(item["sk"])) >= string(At(to))
				if over || !yield(note, err) || err != nil {
					return
				}
			}
		}
	}
}
