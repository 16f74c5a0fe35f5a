package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// list yields the keys of the items on a list, in order, page after page.
func (t *Table) list(ctx context.Context, list string, page int32) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		query := &dynamodb.QueryInput{
			TableName: &t.name, IndexName: aws.String("lists"),
			KeyConditionExpression:    aws.String("#list = :list"),
			ExpressionAttributeNames:  names("#list"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":list": &types.AttributeValueMemberS{Value: list}},
		}
		if page > 0 {
			query.Limit = &page
		}
		t.pages(ctx, query)(yield)
	}
}

// listBetween yields the keys of the items on a list from one place to another, both
// included, so many at a time: from its beginning or to its end if they are empty.
func (t *Table) listBetween(ctx context.Context, list, from, to string, page int32) iter.Seq2[map[string]types.AttributeValue, error] {
	const first, last = "0", "~" // every place begins with an instant
	v, err := encodeValues(values{":list": list, ":from": cmp.Or(from, first), ":to": cmp.Or(to, last)})
	if err != nil || cmp.Or(from, first) > cmp.Or(to, last) {
		return func(yield func(map[string]types.AttributeValue, error) bool) {
			if err != nil {
				yield(nil, err)
			}
		}
	}
	condition := "#list = :list AND #at BETWEEN :from AND :to"
	return t.pages(ctx, &dynamodb.QueryInput{
		TableName: &t.name, IndexName: aws.String("lists"), Limit: &page,
		KeyConditionExpression: &condition, ExpressionAttributeNames: names(condition), ExpressionAttributeValues: v,
	})
}

// pages yields what a query finds, page after page.
func (t *Table) pages(ctx context.Context, query *dynamodb.QueryInput) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		query := *query
		for {
			out, err := t.client.Query(ctx, &query)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range out.Items {
				if !yield(item, nil) {
					return
				}
			}
			if len(out.LastEvaluatedKey) == 0 {
				return
			}
			query.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

// partition yields the items of a partition whose sort keys have a prefix, in
// order, page after page, consistently: whole, or with some attributes alone.
func (t *Table) partition(ctx context.Context, pk, prefix string, attributes ...string) iter.Seq2[map[string]types.AttributeValue, error] {
	if prefix == "" {
		return t.within(ctx, "#pk = :pk", values{":pk": pk}, attributes...)
	}
	return t.within(ctx, "#pk = :pk AND begins_with(#sk, :prefix)", values{":pk": pk, ":prefix": prefix}, attributes...)
}

// partitionFrom yields the items of a partition from a sort key on, as partition.
func (t *Table) partitionFrom(ctx context.Context, pk, from string, attributes ...string) iter.Seq2[map[string]types.AttributeValue, error] {
	return t.within(ctx, "#pk = :pk AND #sk >= :from", values{":pk": pk, ":from": from}, attributes...)
}

// partitionBetween yields the items of a partition from one sort key to another, both
// included, as partition.
func (t *Table) partitionBetween(ctx context.Context, pk, from, to string, attributes ...string) iter.Seq2[map[string]types.AttributeValue, error] {
	return t.within(ctx, "#pk = :pk AND #sk BETWEEN :from AND :to", values{":pk": pk, ":from": from, ":to": to}, attributes...)
}

// within yields the items of a partition that a condition on their keys names.
func (t *Table) within(ctx context.Context, condition string, v values, attributes ...string) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		encoded, err := encodeValues(v)
		if err != nil {
			yield(nil, err)
			return
		}
		var projection string
		if len(attributes) > 0 {
			projection = "#" + strings.Join(attributes, ", #")
		}
		t.pages(ctx, &dynamodb.QueryInput{
			TableName: &t.name, ConsistentRead: aws.Bool(true), Limit: aws.Int32(partitionPage),
			KeyConditionExpression: &condition, ProjectionExpression: optional(projection),
			ExpressionAttributeNames: names(condition, projection), ExpressionAttributeValues: encoded,
		})(yield)
	}
}

// latest decodes the last item of a partition whose sort key begins with a digit, by one
// consistent query. It returns ErrNotFound if there is none.
func (t *Table) latest(ctx context.Context, pk string, out any) error {
	const digits = ":" // comes right after them
	condition := "#pk = :pk AND #sk < :digits"
	v, err := encodeValues(values{":pk": pk, ":digits": digits})
	if err != nil {
		return err
	}
	found, err := t.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true), Limit: aws.Int32(1), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression: &condition, ExpressionAttributeNames: names(condition), ExpressionAttributeValues: v,
	})
	switch {
	case err != nil:
		return fmt.Errorf("reading the last item: %w", unread(err))
	case len(found.Items) == 0:
		return ErrNotFound
	}
	return decode(found.Items[0], out)
}

// merged yields what several sorted lists hold as one sorted list.
func merged[T any](compare func(a, b T) int, lists ...iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type front struct {
			value T
			err   error
			next  func() (T, error, bool)
		}
		var fronts []*front
		for _, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			if value, err, more := next(); more {
				fronts = append(fronts, &front{value, err, next})
			}
		}
		for len(fronts) > 0 {
			first := slices.MinFunc(fronts, func(a, b *front) int { return compare(a.value, b.value) })
			if !yield(first.value, first.err) || first.err != nil {
				return
			}
			var more bool
			if first.value, first.err, more = first.next(); !more {
				fronts = slices.DeleteFunc(fronts, func(f *front) bool { return f == first })
			}
		}
	}
}

// batch is how many items one read can ask for.
const batch = 100

// chunked yields what a list holds, n at a time.
func chunked[T any](n int, list iter.Seq2[T, error]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		chunk := make([]T, 0, n)
		for value, err := range list {
			if err != nil {
				yield(nil, err)
				return
			}
			if chunk = append(chunk, value); len(chunk) < n {
				continue
			}
			if !yield(chunk, nil) {
				return
			}
			chunk = chunk[:0]
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

// partitionPage is how many items of a partition are asked for at a time: a briefing
// may have thousands of places, which never are in memory at once.
const partitionPage = 200

// keyPage is how many entries of a list are asked for at a time where they alone are
// read, to the end.
const keyPage = 1000
