package table

import (
	"context"
	"errors"
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

// Alerts yields the alerts of an experiment that staff have not closed, the oldest first.
func (t *Table) Alerts(ctx context.Context, experiment string) iter.Seq2[Alert, error] {
	return func(yield func(Alert, error) bool) { yield(Alert{}, errors.ErrUnsupported) }
}

// CloseAlert takes an alert off the list because staff have seen to it, on record.
// Closing it twice is closing it once; ErrNotFound if there is none.
func (t *Table) CloseAlert(ctx context.Context, person, wave, item string, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}
