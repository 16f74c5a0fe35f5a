package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// reader reads a stream from where it was opened on, in the order of writing.
type reader struct {
	client *dynamodbstreams.Client
	arn    string
	shards []*shard        // that are not read to their end, parents first
	known  map[string]bool // ids of all that were ever met
}

// shard is a part of a stream. When it is closed, its children continue it.
type shard struct {
	id       string
	iterator *string // where to read on
	last     *string // sequence number of the last record that was read
}

// openReader finds the stream of a table and begins behind its last record.
func openReader(ctx context.Context, client *dynamodbstreams.Client, table string) (*reader, error) {
	r := &reader{client: client, known: map[string]bool{}}
	found, err := client.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: &table})
	if err != nil {
		return nil, fmt.Errorf("listing the streams of table %s: %w", table, err)
	}
	var label string // the instant at which a stream began
	for _, s := range found.Streams {
		if aws.ToString(s.StreamLabel) > label {
			label, r.arn = aws.ToString(s.StreamLabel), aws.ToString(s.StreamArn)
		}
	}
	if r.arn == "" {
		return nil, fmt.Errorf("table %s has none: give it a StreamSpecification", table)
	}
	return r, r.meet(ctx, types.ShardIteratorTypeLatest)
}

// meet begins to read the shards that are new.
func (r *reader) meet(ctx context.Context, from types.ShardIteratorType) error {
	input := &dynamodbstreams.DescribeStreamInput{StreamArn: &r.arn}
	for {
		page, err := r.client.DescribeStream(ctx, input)
		if err != nil {
			return fmt.Errorf("describing the stream: %w", err)
		}
		for _, s := range page.StreamDescription.Shards {
			closed := s.SequenceNumberRange != nil && s.SequenceNumberRange.EndingSequenceNumber != nil
			id := aws.ToString(s.ShardId)
			if r.known[id] || closed && from == types.ShardIteratorTypeLatest {
				r.known[id] = true
				continue
			}
			fresh := &shard{id: id}
			if err := r.place(ctx, fresh, from); err != nil {
				return err
			}
			r.known[id] = true
			r.shards = append(r.shards, fresh)
		}
		input.ExclusiveStartShardId = page.StreamDescription.LastEvaluatedShardId
		if input.ExclusiveStartShardId == nil {
			return nil
		}
	}
}

// place finds where to read a shard.
func (r *reader) place(ctx context.Context, s *shard, from types.ShardIteratorType) error {
	input := &dynamodbstreams.GetShardIteratorInput{StreamArn: &r.arn, ShardId: &s.id, ShardIteratorType: from}
	switch {
	case from == types.ShardIteratorTypeAfterSequenceNumber && s.last == nil:
		input.ShardIteratorType = types.ShardIteratorTypeLatest
	case from == types.ShardIteratorTypeAfterSequenceNumber:
		input.SequenceNumber = s.last
	}
	found, err := r.client.GetShardIterator(ctx, input)
	if err != nil {
		return fmt.Errorf("finding a place in the stream: %w", err)
	}
	s.iterator = found.ShardIterator
	return nil
}

// next returns what was written since it was last called. With an error it
// returns what was read before that.
func (r *reader) next(ctx context.Context) ([]types.Record, error) {
	var all []types.Record
	for len(r.shards) > 0 {
		var closed []*shard
		for _, s := range r.shards {
			records, err := r.readShard(ctx, s)
			all = append(all, records...)
			if err != nil {
				return all, err
			}
			if s.iterator == nil {
				closed = append(closed, s)
			}
		}
		if len(closed) == 0 {
			return all, nil
		}
		if err := r.meet(ctx, types.ShardIteratorTypeTrimHorizon); err != nil {
			return all, err
		}
		r.shards = slices.DeleteFunc(r.shards, func(s *shard) bool { return slices.Contains(closed, s) })
	}
	return all, errors.New("it has ended")
}

// lost says where to go on after an error that has lost the place in a shard.
func lost(err error) (from types.ShardIteratorType, again bool) {
	if _, expired := errors.AsType[*types.ExpiredIteratorException](err); expired { // this machine has slept
		return types.ShardIteratorTypeAfterSequenceNumber, true
	}
	if _, trimmed := errors.AsType[*types.TrimmedDataAccessException](err); trimmed {
		// The oldest record comes after the place. In DynamoDB Local the first one
		// does, if the shard was empty when its latest place was asked for.
		return types.ShardIteratorTypeTrimHorizon, true
	}
	return "", false
}

// page is how many records are asked for at once: as many as there may be.
const page = 1000

// readShard returns what is new in a shard. The iterator is nil after the last
// record of a closed one.
func (r *reader) readShard(ctx context.Context, s *shard) ([]types.Record, error) {
	var all []types.Record
	for s.iterator != nil {
		got, err := r.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator, Limit: aws.Int32(page)})
		if from, again := lost(err); again {
			if err := r.place(ctx, s, from); err != nil {
				return all, err
			}
			continue
		}
		if err != nil {
			return all, fmt.Errorf("reading records: %w", err)
		}
		all = append(all, got.Records...)
		s.iterator = got.NextShardIterator
		if n := len(got.Records); n > 0 && got.Records[n-1].Dynamodb != nil {
			s.last = got.Records[n-1].Dynamodb.SequenceNumber
		}
		if len(got.Records) < page {
			break
		}
	}
	return all, nil
}
