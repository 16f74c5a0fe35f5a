// Package tabletest gives every test a table of its own: created from the
// template's own resource on DynamoDB Local, and reached through the real client.
//
//	env := tabletest.New(t)
//	t := table.New(env.Client(t), env.Name)
//	broken := table.New(env.Client(t, faulty.At(1, faulty.NoAnswer)), env.Name)
//
// DynamoDB Local is the one that DYNAMODB_LOCAL names; without it the first
// test of a process starts one, which ends with the process.
package tabletest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/client"
	"livinglab/shared/table/dynamodblocal"
	"livinglab/shared/table/faulty"
)

// Env is a fresh table.
type Env struct {
	Name string
	url  string
}

// New creates a table for the test and deletes it when the test ends. Its stream is
// off: nobody listens, and DynamoDB Local gets slower with everything that a stream
// has ever told.
func New(t testing.TB) *Env {
	t.Helper()
	env := Streaming(t)
	_, err := env.Client(t).UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: &env.Name, StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(false)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// Streaming is New with the stream on.
func Streaming(t testing.TB) *Env {
	t.Helper()
	url, err := address()
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{Name: "test-" + rand.Text(), url: url}
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	c := env.Client(t)
	if err := dynamodblocal.CreateTable(t.Context(), c, env.Name, filepath.Join(root, "template.yaml")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = c.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &env.Name})
	})
	return env
}

// Client returns a client of the table's DynamoDB with the faults between.
func (e *Env) Client(t testing.TB, faults ...faulty.Fault) *dynamodb.Client {
	t.Helper()
	c, _ := e.Watched(t, faults...)
	return c
}

// Watched returns a client with the faults between, and the transport that
// counts its requests.
func (e *Env) Watched(t testing.TB, faults ...faulty.Fault) (*dynamodb.Client, *faulty.Transport) {
	t.Helper()
	base := &http.Transport{MaxIdleConnsPerHost: 50}
	t.Cleanup(base.CloseIdleConnections)
	transport := &faulty.Transport{Base: base, Faults: faults}
	return client.DynamoDB(Config(transport), e.url), transport
}

// Config is what a function's environment would give, with the transport.
func Config(transport http.RoundTripper) aws.Config {
	return aws.Config{
		Region: "ap-northeast-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
		HTTPClient: &http.Client{Transport: transport},
	}
}

// Restored creates another table with what this one holds at this moment, as a restore
// to it would.
func (e *Env) Restored(t testing.TB) *Env {
	t.Helper()
	restored := New(t)
	restored.write(t, e.Moment(t), nil)
	return restored
}

// Moment is everything that a table held at a moment.
type Moment []map[string]types.AttributeValue

// Moment returns what the table holds now.
func (e *Env) Moment(t testing.TB) Moment {
	t.Helper()
	var all Moment
	pages := dynamodb.NewScanPaginator(e.Client(t), &dynamodb.ScanInput{TableName: &e.Name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("reading the table: %v", err)
		}
		all = append(all, page.Items...)
	}
	return all
}

// Rewind takes the table back to a moment, for a fraction of what a new one costs. It is
// for a test that tries one thing in many ways from there.
func (e *Env) Rewind(t testing.TB, to Moment) {
	t.Helper()
	kept := map[[2]string]bool{}
	for _, item := range to {
		kept[keyOf(item)] = true
	}
	var gone Moment
	for _, item := range e.Moment(t) {
		if !kept[keyOf(item)] {
			gone = append(gone, item)
		}
	}
	e.write(t, to, gone)
}

func keyOf(item map[string]types.AttributeValue) [2]string {
	pk, _ := item["pk"].(*types.AttributeValueMemberS)
	sk, _ := item["sk"].(*types.AttributeValueMemberS)
	return [2]string{pk.Value, sk.Value}
}

// batchLimit is how many items DynamoDB writes at once.
const batchLimit = 25

// write puts some items and deletes others.
func (e *Env) write(t testing.TB, put, gone Moment) {
	t.Helper()
	var all []types.WriteRequest
	for _, item := range put {
		all = append(all, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
	}
	for _, item := range gone {
		key := map[string]types.AttributeValue{"pk": item["pk"], "sk": item["sk"]}
		all = append(all, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
	}
	c := e.Client(t)
	for some := range slices.Chunk(all, batchLimit) {
		done, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{e.Name: some}})
		if err != nil || len(done.UnprocessedItems) > 0 {
			t.Fatalf("writing items: %v, %d left", err, len(done.UnprocessedItems))
		}
	}
}

// Item is an item of the table as it is stored.
type Item struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`

	Attributes map[string]any `dynamodbav:"-"`
}

// Items lists everything in the table.
func (e *Env) Items(t testing.TB) []Item {
	t.Helper()
	var items []Item
	pages := dynamodb.NewScanPaginator(e.Client(t), &dynamodb.ScanInput{TableName: &e.Name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("listing the table: %v", err)
		}
		for _, attributes := range page.Items {
			var item Item
			if err := errors.Join(attributevalue.UnmarshalMap(attributes, &item), attributevalue.UnmarshalMap(attributes, &item.Attributes)); err != nil {
				t.Fatalf("reading an item: %v", err)
			}
			items = append(items, item)
		}
	}
	return items
}

// address is where DynamoDB Local answers.
var address = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("DYNAMODB_LOCAL"); url != "" {
		return url, nil
	}
	server, err := dynamodblocal.Start(context.Background(), "")
	if err != nil {
		return "", fmt.Errorf("these tests run on DynamoDB Local: %w", err)
	}
	return server.URL, nil
})
