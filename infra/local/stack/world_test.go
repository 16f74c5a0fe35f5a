package stack_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/infra/local/stack"
	"livinglab/shared/client"
	"livinglab/shared/table/dynamodblocal"
	"livinglab/shared/table/tabletest"
)

// world is a running stack of the made-up product in testdata.
type world struct {
	*stack.Stack
	t *testing.T
}

// newWorld starts a stack whose clock stands still at nine on a Monday.
func newWorld(t *testing.T, change func(*stack.Options)) world {
	t.Helper()
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	database, err := dynamodb()
	if err != nil {
		t.Fatal(err)
	}
	o := stack.Options{
		Root: filepath.Join("testdata", "product"), Cache: filepath.Join(root, ".cache", "local-test"),
		Frozen: true, DynamoDB: database, Log: t.Output(),
	}
	if change != nil {
		change(&o)
	}
	s, err := stack.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return world{s, t}
}

// dynamodb is where a DynamoDB Local answers that all tests here share, and no others: these
// tables have streams, and each record that a server keeps of them slows all of its tables.
var dynamodb = sync.OnceValues(func() (string, error) {
	server, err := dynamodblocal.Start(context.Background(), "") // it ends with this process
	if err != nil {
		return "", err
	}
	return server.URL, nil
})

// call makes a request and returns status and body.
func (w world) call(method, path, body string, headers ...string) (int, string) {
	w.t.Helper()
	status, _, text := w.request(method, path, body, headers...)
	return status, text
}

func (w world) request(method, path, body string, headers ...string) (int, http.Header, string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Add(pair[0], pair[1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

// ask reads JSON.
func ask[T any](w world, method, path, body string) T {
	w.t.Helper()
	status, text := w.call(method, path, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	var out T
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		w.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
	return out
}

// set posts a change and expects it to be made.
func (w world) set(path, body string) {
	w.t.Helper()
	ask[any](w, http.MethodPost, path, body)
}

// items lists the keys in the table that begin with a text, in order.
func (w world) items(prefix string) []string {
	w.t.Helper()
	c := client.DynamoDB(tabletest.Config(http.DefaultTransport), w.DynamoDB)
	var keys []string
	for pages := sdk.NewScanPaginator(c, &sdk.ScanInput{TableName: aws.String(w.Table)}); pages.HasMorePages(); {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, item := range page.Items {
			if key := item["pk"].(*types.AttributeValueMemberS).Value; strings.HasPrefix(key, prefix) {
				keys = append(keys, strings.TrimPrefix(key, prefix))
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// eventually waits for what takes a moment.
func (w world) eventually(what string, holds func() bool) {
	w.t.Helper()
	for range 200 {
		if holds() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatalf("in four seconds it did not come true that %s", what)
}
