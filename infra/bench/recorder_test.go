package main

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/bench/capacity"
	"livinglab/shared/client"
	"livinglab/shared/table/dynamodblocal"
	"livinglab/shared/table/tabletest"
)

// recorded is a world, and a client whose requests are recorded.
func recorded(t *testing.T) (*world, *dynamodb.Client) {
	t.Helper()
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(t.Context(), root, os.Getenv("DYNAMODB_LOCAL"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.end(); err != nil {
			t.Error(err)
		}
	})
	return w, client.DynamoDB(tabletest.Config(nil), w.recorder.URL)
}

type attributes = map[string]types.AttributeValue

func letter(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// item is an item on a list, with so many bytes of text.
func item(at string, bytes int) attributes {
	return attributes{"pk": letter("p"), "sk": letter("s"), "list": letter("l"), "at": letter(at), "text": letter(strings.Repeat("a", bytes))}
}

func TestUnitsAreThoseThatDynamoDBReports(t *testing.T) {
	t.Parallel()
	w, c := recorded(t)
	total := types.ReturnConsumedCapacityTotal
	key := attributes{"pk": letter("p"), "sk": letter("s")}
	update := func(change string) (*types.ConsumedCapacity, error) {
		in := &dynamodb.UpdateItemInput{TableName: &w.table, Key: key, UpdateExpression: &change, ReturnConsumedCapacity: total}
		in.ExpressionAttributeNames = map[string]string{"#at": "at"}
		if strings.Contains(change, ":at") {
			in.ExpressionAttributeValues = attributes{":at": letter("2")}
		}
		out, err := c.UpdateItem(t.Context(), in)
		if err != nil {
			return nil, err
		}
		return out.ConsumedCapacity, nil
	}
	put := func(bytes int) (*types.ConsumedCapacity, error) {
		out, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: item("1", bytes), ReturnConsumedCapacity: total})
		if err != nil {
			return nil, err
		}
		return out.ConsumedCapacity, nil
	}
	get := func(consistent bool) (*types.ConsumedCapacity, error) {
		out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &w.table, Key: key, ConsistentRead: &consistent, ReturnConsumedCapacity: total})
		if err != nil {
			return nil, err
		}
		return out.ConsumedCapacity, nil
	}
	for _, step := range []struct {
		name  string
		write bool
		ask   func() (*types.ConsumedCapacity, error)
	}{
		{"a read of nothing", false, func() (*types.ConsumedCapacity, error) { return get(true) }},
		{"a large item on a list", true, func() (*types.ConsumedCapacity, error) { return put(5000) }},
		{"a consistent read of it", false, func() (*types.ConsumedCapacity, error) { return get(true) }},
		{"another read of it", false, func() (*types.ConsumedCapacity, error) { return get(false) }},
		{"a small one in its place", true, func() (*types.ConsumedCapacity, error) { return put(10) }},
		{"moved on its list", true, func() (*types.ConsumedCapacity, error) { return update("SET #at = :at") }},
		{"taken off its list", true, func() (*types.ConsumedCapacity, error) { return update("REMOVE #at") }},
	} {
		w.recorder.forget()
		said, err := step.ask()
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		want := capacity.Units{Read: aws.ToFloat64(said.CapacityUnits)}
		if step.write {
			want = capacity.Units{Write: aws.ToFloat64(said.CapacityUnits)}
		}
		seen, err := w.recorder.recorded()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, seen.units); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

// A query that returns a part of what it reads is charged for all of that.
func TestAQueryIsChargedForWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	w, c := recorded(t)
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: item("1", 9000)}); err != nil {
		t.Fatal(err)
	}
	query := &dynamodb.QueryInput{
		TableName: &w.table, KeyConditionExpression: aws.String("pk = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: attributes{":pk": letter("p")},
	}
	for _, projection := range []*string{nil, aws.String("sk")} {
		w.recorder.forget()
		query.ProjectionExpression = projection
		out, err := c.Query(t.Context(), query)
		if err != nil || len(out.Items) != 1 {
			t.Fatalf("%d items, %v", len(out.Items), err)
		}
		seen, err := w.recorder.recorded()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(capacity.Units{Read: 3}, seen.units); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatNobodyWaitsForAnyMoreIsChargedAllTheSame(t *testing.T) {
	t.Parallel()
	w, _ := recorded(t)
	gaveUp, cancel := context.WithCancel(t.Context())
	cancel()
	put := `{"TableName":"` + w.table + `","Item":{"pk":{"S":"p"},"sk":{"S":"s"}}}`
	request, err := http.NewRequestWithContext(gaveUp, http.MethodPost, w.store, strings.NewReader(put))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"Authorization": {"AWS4-HMAC-SHA256 Credential=local/20201102/ap-northeast-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"},
		"X-Amz-Date":    {"20201102T030000Z"}, "Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"DynamoDB_20120810.PutItem"},
	}
	answer, err := w.recorder.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	seen, err := w.recorder.recorded()
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the answer is %s, %v", answer.Status, err)
	}
	if diff := cmp.Diff(traffic{map[string]int{"PutItem": 1}, capacity.Units{Write: 1}}, seen, cmp.AllowUnexported(traffic{})); diff != "" {
		t.Error(diff)
	}
}

func TestAConflictIsOneMoreTripAndChargedInFull(t *testing.T) {
	t.Parallel()
	w, c := recorded(t)
	write := func() error {
		_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: &w.table, Item: item("1", 1500)}},
		}})
		return err
	}
	w.recorder.forget()
	w.recorder.conflictOnce()
	if err := write(); err == nil {
		t.Fatal("there was no conflict")
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	seen, err := w.recorder.recorded()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"TransactWriteItems": 2}, seen.trips); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(capacity.Units{Write: 4 + 4 + 1}, seen.units); diff != "" { // the entry on the list is put once
		t.Error(diff)
	}
}
