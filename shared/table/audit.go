package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// AuditEntry is one act of staff, on record before it takes effect. It holds
// nothing of what staff saw.
type AuditEntry struct {
	Key
	ID         string  `dynamodbav:"id"` // random
	At         Instant `dynamodbav:"when"`
	Who        string  `dynamodbav:"who"`
	Act        string  `dynamodbav:"act"`                  // "applications", "pause", ...
	Experiment string  `dynamodbav:"experiment,omitempty"` // empty: all of them
	Details    string  `dynamodbav:"details,omitempty"`
}

// LogValue keeps the names of staff out of logs.
func (e AuditEntry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("act", e.Act))
}

// NoteAudit puts an act of staff on record. What is meant to be on record may
// happen only after it has returned without an error.
func (t *Table) NoteAudit(ctx context.Context, e AuditEntry) error {
	e.Key = auditKey(e.ID, e.At)
	item, err := attributevalue.MarshalMap(e)
	if err != nil {
		return fmt.Errorf("encoding an audit entry: %w", err)
	}
	if _, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: item}); err != nil {
		return fmt.Errorf("writing an audit entry: %w", err)
	}
	return nil
}

// AuditEntries yields what staff did, the oldest first.
func (t *Table) AuditEntries(ctx context.Context) iter.Seq2[AuditEntry, error] {
	var shards []iter.Seq2[AuditEntry, error]
	for shard := range allShards {
		shards = append(shards, t.auditIn(ctx, auditPartition(shard)))
	}
	return merged(func(a, b AuditEntry) int { return cmp.Compare(a.SK, b.SK) }, shards...)
}

func (t *Table) auditIn(ctx context.Context, partition string) iter.Seq2[AuditEntry, error] {
	return func(yield func(AuditEntry, error) bool) {
		for item, err := range t.partition(ctx, partition, "") {
			var e AuditEntry
			if err == nil {
				err = decode(item, &e)
			}
			if err != nil {
				yield(AuditEntry{}, fmt.Errorf("listing the audit: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
