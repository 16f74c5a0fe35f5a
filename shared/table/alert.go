package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"time"
)

// Alert is an answer that staff are to look at: somebody may be under strain. No host
// ever sees it. There is one for each person, wave and item.
type Alert struct {
	Key
	entry
	Person     string  `dynamodbav:"person"`
	Experiment string  `dynamodbav:"experiment"`
	Wave       string  `dynamodbav:"wave"`
	Item       string  `dynamodbav:"item"`
	Value      string  `dynamodbav:"value"` // as it was when the page was left
	At         Instant `dynamodbav:"when"`
	Seen       Instant `dynamodbav:"seen,omitempty"` // when staff closed it
}

// LogValue keeps personal data out of logs.
func (Alert) LogValue() slog.Value { return redacted }

// alert notes an answer, unless the same one has been noted before: then it stays as it
// is, and off the list if staff have taken it off.
func (x *transaction) alert(person Person, wave string, a Alert, at Instant) {
	listed := alertEntry(person.Experiment, person.ID, at)
	x.update(alertKey(person.ID, wave, a.Item),
		`SET #person = :person, #experiment = :experiment, #wave = :wave, #item = :item,
		#value = if_not_exists(#value, :value), #when = if_not_exists(#when, :now),
		#list = if_not_exists(#list, :list), #at = if_not_exists(#at, :at)`, "",
		values{
			":person": person.ID, ":experiment": person.Experiment, ":wave": wave, ":item": a.Item,
			":value": a.Value, ":now": at, ":list": listed.List, ":at": listed.At,
		})
}

// Alerts yields the alerts of an experiment that staff have not closed, the oldest first.
func (t *Table) Alerts(ctx context.Context, experiment string) iter.Seq2[Alert, error] {
	return func(yield func(Alert, error) bool) {
		var shards []iter.Seq2[Alert, error]
		for shard := range allShards {
			shards = append(shards, t.alertsIn(ctx, alertList(experiment, shard)))
		}
		order := merged(func(a, b Alert) int { return cmp.Compare(a.entry.At, b.entry.At) }, shards...)
		for a, err := range order {
			if err != nil {
				err = fmt.Errorf("listing alerts: %w", err)
			}
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}

// CountAlerts counts the alerts of an experiment that staff have not closed: work for
// staff. It reads keys alone.
func (t *Table) CountAlerts(ctx context.Context, experiment string) (int, error) {
	count := 0
	for shard := range allShards {
		for _, err := range t.keysOn(ctx, alertList(experiment, shard)) {
			if err != nil {
				return 0, fmt.Errorf("counting alerts: %w", err)
			}
			count++
		}
	}
	return count, nil
}

// alertsIn yields the open alerts of one shard.
func (t *Table) alertsIn(ctx context.Context, list string) iter.Seq2[Alert, error] {
	return func(yield func(Alert, error) bool) {
		for keys, err := range chunked(batch, t.keysOn(ctx, list)) {
			if err != nil {
				yield(Alert{}, err)
				return
			}
			items, err := t.read(ctx, keys...)
			if err != nil {
				yield(Alert{}, err)
				return
			}
			for _, item := range items {
				a, err := decodeIfAny[Alert](item)
				if err != nil {
					yield(Alert{}, err)
					return
				}
				open := a != nil && a.Seen == "" // neither erased nor closed since it was listed
				if open && !yield(*a, nil) {
					return
				}
			}
		}
	}
}

// CloseAlert takes an alert off the list because staff have seen to it, on record.
// Closing it twice is closing it once; ErrNotFound if there is none.
func (t *Table) CloseAlert(ctx context.Context, person, wave, item string, entry AuditEntry, now time.Time) error {
	entry.Key = auditKey(entry.ID, entry.At)
	err := t.decide(ctx, func() error {
		var a Alert
		if err := t.readOne(ctx, alertKey(person, wave, item), &a); err != nil {
			return err
		}
		if a.Seen != "" {
			return nil
		}
		seen := seenAlertEntry(a.Experiment, person, At(now))
		x := t.begin()
		x.put(entry, isNew, nil)
		x.update(a.Key, "SET #seen = :now, #list = :list, #at = :at", "attribute_exists(#pk) AND attribute_not_exists(#seen)",
			values{":now": At(now), ":list": seen.List, ":at": seen.At})
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("closing an alert: %w", err)
	}
	return nil
}
