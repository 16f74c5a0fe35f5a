// Package table is the single-table model: which items there are, under which
// keys (keys.go), and one method for each question that is asked and each
// decision that is taken. A decision is one transaction: the change, the mails
// that follow from it, the idempotency record and the note of the act are
// written together or not at all.
//
// A Table is safe for concurrent use.
package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	// ErrBusy means that the table could not be reached, or that a decision met
	// conflicts or throttling on every try. Nothing was written.
	ErrBusy = errors.New("the table is busy")
	// ErrUncertain means that the answer to a decision was lost: it may have been
	// taken. Trying the same again is safe and tells. After any other error nothing
	// was written.
	ErrUncertain = errors.New("the table did not answer")
	// ErrNotFound means that there is no such item, or none that the caller may see.
	ErrNotFound = errors.New("not found")
)

// Table is one DynamoDB table of the model.
type Table struct {
	client *dynamodb.Client
	name   string
	wait   func(context.Context, time.Duration) error
}

// New returns the table with the name.
func New(client *dynamodb.Client, name string) *Table {
	return &Table{client: client, name: name, wait: sleep}
}

// read returns the items under the keys, in the keys' order, by one consistent
// read; a missing one is nil. It asks again for keys that were left unprocessed.
func (t *Table) read(ctx context.Context, keys ...Key) ([]map[string]types.AttributeValue, error) {
	want := make([]map[string]types.AttributeValue, len(keys))
	for i, k := range keys {
		want[i] = k.attributes()
	}
	found := make(map[Key]map[string]types.AttributeValue, len(keys))
	for tries := 0; len(want) > 0; tries++ {
		if tries == maxTries {
			return nil, fmt.Errorf("reading %d items: %w", len(keys), ErrBusy)
		}
		if tries > 0 {
			if err := t.wait(ctx, ordinary.backoff(tries)); err != nil {
				return nil, err
			}
		}
		out, err := t.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{t.name: {Keys: want, ConsistentRead: aws.Bool(true)}},
		})
		if err != nil {
			return nil, fmt.Errorf("reading %d items: %w", len(keys), unread(err))
		}
		for _, item := range out.Responses[t.name] {
			found[keyOf(item)] = item
		}
		want = out.UnprocessedKeys[t.name].Keys
	}
	items := make([]map[string]types.AttributeValue, len(keys))
	for i, k := range keys {
		items[i] = found[k]
	}
	return items, nil
}

// readOne decodes the item under the key into out, by one consistent read.
// It returns ErrNotFound if there is none.
func (t *Table) readOne(ctx context.Context, key Key, out any) error {
	got, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key.attributes(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("reading an item: %w", unread(err))
	}
	return decode(got.Item, out)
}

// unread marks the error of a read that may be tried again with ErrBusy.
func unread(err error) error {
	if again := unsettled(err); errors.Is(again, errConflict) || errors.Is(again, errNoAnswer) {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return err
}

// decode fills out with the item; ErrNotFound for no item.
func decode(item map[string]types.AttributeValue, out any) error {
	if item == nil {
		return ErrNotFound
	}
	if err := attributevalue.UnmarshalMap(item, out); err != nil {
		return fmt.Errorf("decoding an item: %w", err)
	}
	return nil
}

func keyOf(item map[string]types.AttributeValue) Key {
	return Key{text(item["pk"]), text(item["sk"])}
}

func text(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// maxTries is how often an ordinary decision is tried at most.
const maxTries = 8

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
