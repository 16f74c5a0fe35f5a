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
	// Paused is set by staff, and until they clear it no mail leaves.
	Paused bool `dynamodbav:"paused"`
	// Until is when to try again after SES refused to send anything, and Reason
	// is what it said.
	Until  Instant `dynamodbav:"until,omitempty"`
	Reason string  `dynamodbav:"reason,omitempty"`
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
func (t *Table) Pause(ctx context.Context) error {
	return t.turn(ctx, "SET #paused = :paused", values{":paused": true})
}

// Resume lets mail leave again, also after a stop.
func (t *Table) Resume(ctx context.Context) error {
	return t.turn(ctx, "SET #paused = :paused REMOVE #until, #reason", values{":paused": false})
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
