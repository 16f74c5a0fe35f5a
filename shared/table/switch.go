package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Switch says whether mail may be sent at all.
type Switch struct {
	Key
	// Paused holds since when it was set, and until staff clear it no mail leaves.
	// PausedFor is why, if it was not staff who paused.
	Paused    bool    `dynamodbav:"paused"`
	PausedFor string  `dynamodbav:"pausedFor,omitempty"`
	Since     Instant `dynamodbav:"since,omitempty"`
	// Resumed is when staff last let mail leave again: what came back before is
	// settled.
	Resumed Instant `dynamodbav:"resumed,omitempty"`
	// Until is when to try again after SES refused to send anything, and Reason
	// is what it said.
	Until  Instant `dynamodbav:"until,omitempty"`
	Reason string  `dynamodbav:"reason,omitempty"`
	// Rate is how many mails a second SES allows, as the sender was told last; zero
	// before the first mail.
	Rate float64 `dynamodbav:"rate,omitempty"`
}

// Open reports whether mail may be sent.
func (s Switch) Open(now time.Time) bool {
	return !s.Paused && (s.Until == "" || s.Until.Passed(now))
}

// Switch reads the switch of all mail, consistently. It is open unless
// something has closed it.
func (t *Table) Switch(ctx context.Context) (Switch, error) {
	var s Switch
	if err := t.readOne(ctx, sendingKey(), &s); err != nil && !errors.Is(err, ErrNotFound) {
		return Switch{}, fmt.Errorf("reading the switch of mail: %w", err)
	}
	return s, nil
}

// StopUntil keeps all mail back until an instant, because SES refuses to send.
func (t *Table) StopUntil(ctx context.Context, until time.Time, reason string) error {
	return t.turn(ctx, "SET #until = :until, #reason = :reason", values{":until": At(until), ":reason": reason})
}

// Pause keeps all mail back until Resume.
func (t *Table) Pause(ctx context.Context, now time.Time) error {
	return t.turn(ctx, "SET #paused = :paused, #since = if_not_exists(#since, :now)", values{":paused": true, ":now": At(now)})
}

// PauseFor keeps all mail back until Resume, for a reason found after the
// switch was read. It reports whether it is kept back for that or an earlier reason: if staff
// have resumed since the switch was read, their decision stands.
func (t *Table) PauseFor(ctx context.Context, was Switch, reason string, now time.Time) (bool, error) {
	v := values{":paused": true, ":now": At(now), ":reason": reason}
	condition := unchanged("#resumed", ":resumed", string(was.Resumed), v)
	_, err := t.change(ctx, sendingKey(),
		"SET #paused = :paused, #since = if_not_exists(#since, :now), #pausedFor = if_not_exists(#pausedFor, :reason)", condition, v)
	if errors.Is(err, errCondition) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("pausing mail: %w", err)
	}
	return true, nil
}

// Resume lets mail leave again, also after a stop.
func (t *Table) Resume(ctx context.Context, now time.Time) error {
	return t.turn(ctx, "SET #paused = :paused, #resumed = :now REMOVE #until, #reason, #pausedFor, #since",
		values{":paused": false, ":now": At(now)})
}

// NoteRate notes how many mails a second SES allows.
func (t *Table) NoteRate(ctx context.Context, rate float64) error {
	return t.turn(ctx, "SET #rate = :rate", values{":rate": rate})
}

func (t *Table) turn(ctx context.Context, change string, v values) error {
	encoded, err := encodeValues(v)
	if err != nil {
		return err
	}
	_, err = t.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: sendingKey().attributes(), UpdateExpression: &change,
		ExpressionAttributeNames: names(change), ExpressionAttributeValues: encoded,
	})
	if err != nil {
		return fmt.Errorf("turning the switch of mail: %w", err)
	}
	return nil
}
