package store

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// newStore returns a store before a database that answers everything with {},
// a client for the holder of an access key, and how often it was reached.
func newStore(t *testing.T) (*Store, func(key string) *dynamodb.Client, *atomic.Int64) {
	t.Helper()
	var reached atomic.Int64
	database := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(database.Close)
	s, err := New(database.URL)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	return s, func(key string) *dynamodb.Client {
		return dynamodb.New(dynamodb.Options{
			Region: "ap-northeast-1", BaseEndpoint: &front.URL, Retryer: aws.NopRetryer{},
			Credentials: credentials.NewStaticCredentialsProvider(key, "local", ""),
		})
	}, &reached
}

func put(ctx context.Context, c *dynamodb.Client) error {
	_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Table"), Item: map[string]types.AttributeValue{}})
	return err
}

func read(ctx context.Context, c *dynamodb.Client) error {
	_, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: map[string]types.AttributeValue{}})
	return err
}

func TestEveryModeIsAFaultOfTheRealTable(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]struct {
		write, read string // what the errors say; nothing is none
		reached     int64
	}{
		"ok":               {"", "", 2},
		"conflict":         {"TransactionConflictException", "", 1},
		"throttle":         {"ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException", 0},
		"error500":         {"InternalServerError", "InternalServerError", 0},
		"unreachable":      {"request send failed", "request send failed", 0},
		"commit-no-answer": {"request send failed", "request send failed", 2},
	} {
		s, client, reached := newStore(t)
		if err := s.Set(Settings{Mode: mode, Rate: 1}); err != nil {
			t.Fatal(err)
		}
		for said, err := range map[string]error{"write: " + want.write: put(t.Context(), client("A")), "read: " + want.read: read(t.Context(), client("A"))} {
			_, expected, _ := strings.Cut(said, ": ")
			if (err != nil) != (expected != "") || err != nil && !strings.Contains(err.Error(), expected) {
				t.Errorf("%s, %s: %v", mode, said, err)
			}
		}
		if n := reached.Load(); n != want.reached {
			t.Errorf("%s: the database was reached %d times, want %d", mode, n, want.reached)
		}
	}
}

func TestAShareOfTheRequestsFailsTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	s, client, _ := newStore(t)
	run := func() string {
		if err := s.Set(Settings{Mode: "throttle", Rate: 0.3}); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for range 100 {
			if put(t.Context(), client("A")) != nil {
				out.WriteByte('x')
			} else {
				out.WriteByte('.')
			}
		}
		return out.String()
	}
	first := run()
	if n := strings.Count(first, "x"); n < 15 || n > 45 {
		t.Errorf("of 100 requests %d failed, want about 30", n)
	}
	if second := run(); second != first {
		t.Errorf("the second run differs:\n%s\n%s", first, second)
	}
}

func TestWritesAreCountedByWhoWrote(t *testing.T) {
	t.Parallel()
	s, client, _ := newStore(t)
	for _, err := range []error{put(t.Context(), client("A")), put(t.Context(), client("A")), put(t.Context(), client("B")), read(t.Context(), client("A"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Set(Settings{Mode: "commit-no-answer", Rate: 1}); err != nil {
		t.Fatal(err)
	}
	if put(t.Context(), client("B")) == nil {
		t.Error("it was answered")
	}
	for key, want := range map[string][2]int64{"A": {2, 2}, "B": {2, 2}, "C": {0, 4}} {
		if own, others := s.Writes(key); own != want[0] || others != want[1] {
			t.Errorf("%s: %d and %d of others, want %v", key, own, others, want)
		}
	}
}

func TestAWriteIsToldOfBeforeItsWriterHearsOfIt(t *testing.T) {
	t.Parallel()
	s, client, _ := newStore(t)
	var told atomic.Int64
	s.Wrote = func() { told.Add(1) }
	for i := range int64(3) {
		if err := errors.Join(put(t.Context(), client("A")), read(t.Context(), client("A"))); err != nil {
			t.Fatal(err)
		}
		if n := told.Load(); n != i+1 {
			t.Errorf("%d of %d writes were told of", n, i+1)
		}
	}
}

func TestSettingsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	s, _, _ := newStore(t)
	for _, settings := range []Settings{{Mode: "broken", Rate: 1}, {Rate: 1}, {Mode: "conflict", Rate: 1.5}, {Mode: "conflict", Rate: -1}} {
		if err := s.Set(settings); err == nil {
			t.Errorf("%+v was taken", settings)
		}
	}
}
