package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/infra/madeup"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// takePart has so many made-up people take part in the experiment to its end: a few by the
// table's own methods, their acknowledgements sent, and the others as copies of them.
func (w *world) takePart(ctx context.Context, people int) error {
	originals, err := madeup.Originals(ctx, w.items(), w.experiment, w.instruments, w.now)
	if err != nil {
		return err
	}
	w.mailbox.onlyCount()
	if err := w.deliver(); err != nil {
		return err
	}
	crowd := madeup.Of(people - madeup.Originally)
	return w.write(ctx, crowd.Copies(ctx, w.client, w.table, originals, w.experiment, w.instruments))
}

// addStaff has summaries sent to somebody.
func (w *world) addStaff(ctx context.Context) error {
	staff := table.Person{
		ID: newPerson(), Experiment: w.experiment.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "事務局", Address: addressOf(newAddress()),
	}
	_, err := w.items().AddStaff(ctx, staff, table.AuditEntry{
		ID: rand.Text(), At: table.At(w.now), Who: "bench", Act: "add-staff", Experiment: w.experiment.ID,
	}, w.now)
	return err
}

// Items are written so many at a time, by so many at once.
const (
	writeBatch = 25 // as many as DynamoDB takes
	writers    = 4
)

// encoded are items as DynamoDB takes them.
func encoded(items []any) iter.Seq2[madeup.Item, error] {
	return func(yield func(madeup.Item, error) bool) {
		for _, item := range items {
			attributes, err := attributevalue.MarshalMap(item)
			if err != nil {
				err = fmt.Errorf("encoding an item: %w", err)
			}
			if !yield(attributes, err) || err != nil {
				return
			}
		}
	}
}

// write writes items as they come.
func (w *world) write(ctx context.Context, items iter.Seq2[madeup.Item, error]) error {
	var (
		all      sync.WaitGroup
		problems [writers + 1]error
	)
	batches := make(chan []types.WriteRequest)
	for i := range writers {
		all.Go(func() {
			for batch := range batches {
				if problems[i] == nil {
					problems[i] = w.writeBatch(ctx, batch)
				}
			}
		})
	}
	var batch []types.WriteRequest
	for item, err := range items {
		if err != nil {
			problems[writers] = err
			break
		}
		batch = append(batch, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		if len(batch) == writeBatch {
			batches <- batch
			batch = nil
		}
	}
	if len(batch) > 0 {
		batches <- batch
	}
	close(batches)
	all.Wait()
	return errors.Join(problems[:]...)
}

func (w *world) writeBatch(ctx context.Context, requests []types.WriteRequest) error {
	for len(requests) > 0 {
		out, err := w.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.table: requests}})
		if err != nil {
			return fmt.Errorf("writing %d items: %w", len(requests), err)
		}
		requests = out.UnprocessedItems[w.table]
	}
	return nil
}
