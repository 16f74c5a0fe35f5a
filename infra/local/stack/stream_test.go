package stack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/stack"
	"livinglab/shared/table/dynamodblocal"
)

// write puts items into the table through a function, one after the other.
func (w world) write(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		if status, text := w.call(http.MethodGet, "/write?value="+key, ""); status != http.StatusOK {
			w.t.Fatalf("%d %s", status, text)
		}
	}
}

// followed is a mail of the function that listens to the table.
type followed struct {
	Subject string // what it was told of
	Date    time.Time
	Text    string // the event
}

func (w world) followed() []followed {
	w.t.Helper()
	return ask[[]followed](w, http.MethodGet, "/_local/mail?format=json", "")
}

// told lists what the function that listens was told of, batch by batch.
func (w world) told() []string {
	w.t.Helper()
	var all []string
	for _, f := range w.followed() {
		all = append(all, f.Subject)
	}
	return all
}

// promptly waits no longer than people would.
func (w world) promptly(what string, holds func() bool) {
	w.t.Helper()
	started := time.Now()
	w.eventually(what, holds)
	if waited := time.Since(started); waited > 2*time.Second {
		w.t.Errorf("it took %v until %s", waited, what)
	}
}

func TestAWriteWakesTheFunctionThatListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *stack.Options) { o.Now = stack.Beginning.Add(1500 * time.Millisecond) })
	w.write("news-a")
	w.promptly("it was told", func() bool { return len(w.followed()) == 1 })
	var event struct {
		Records []map[string]any
	}
	text := w.followed()[0].Text
	if err := json.Unmarshal([]byte(text), &event); err != nil || len(event.Records) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	got := event.Records[0]
	change := got["dynamodb"].(map[string]any)
	for _, varying := range []struct {
		of   map[string]any
		name string
	}{{got, "eventID"}, {change, "SequenceNumber"}} {
		if value, _ := varying.of[varying.name].(string); value == "" {
			t.Errorf("%s is missing in %s", varying.name, text)
		}
		delete(varying.of, varying.name)
	}
	want := map[string]any{
		"eventName": "INSERT", "eventSource": "aws:dynamodb", "eventVersion": "1.1", "awsRegion": "ap-northeast-1",
		"eventSourceARN": "arn:aws:dynamodb:ap-northeast-1:000000000000:table/" + w.Table + "/stream/2020-01-01T00:00:00.000",
		"dynamodb": map[string]any{
			"ApproximateCreationDateTime": float64(stack.Beginning.Add(time.Second).Unix()), // rounded down
			"Keys":                        map[string]any{"pk": map[string]any{"S": "news-a"}},
			"SizeBytes":                   8.0, "StreamViewType": "KEYS_ONLY",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var typed events.DynamoDBEvent
	if err := json.Unmarshal([]byte(text), &typed); err != nil {
		t.Error(err)
	}
}

func TestAWriteWakesTheFunctionWhileTheClockRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *stack.Options) { o.Frozen = false })
	w.write("news-first") // starts the function
	w.promptly("it was told", func() bool { return len(w.followed()) == 1 })
	before := w.Clock.Now()
	w.write("news-second")
	written := w.Clock.Now()
	w.promptly("it was told again", func() bool { return len(w.followed()) == 2 })
	f := w.followed()[1]
	t.Logf("from the answer to the delivery: %v", f.Date.Sub(written))
	_, stamp, _ := strings.Cut(f.Subject, "news-second ")
	if first, last := before.UTC().Format("02 15:04:05"), f.Date.UTC().Format("02 15:04:05"); stamp < first || stamp > last {
		t.Errorf("written after %s and delivered at %s, it is stamped %s", first, last, stamp)
	}
}

func TestOnlyWhatTheFilterLetsPassIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.write("news-a", "other", "news-a", "news-b") // the second news-a changes nothing but the item
	w.set("/_local/clock", `{"advance":"1s"}`)     // after which nothing is left to deliver
	got := strings.Join(w.told(), ", ")
	if diff := cmp.Diff("INSERT news-a 02 00:00:00, INSERT news-b 02 00:00:00", got); diff != "" {
		t.Error(diff)
	}
}

func TestABatchThatFailsIsNotRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.write("news-fail")
	w.promptly("it was told", func() bool { return len(w.followed()) == 1 })
	w.write("news-next")
	w.promptly("it was told of the next", func() bool { return len(w.followed()) == 2 })
	w.set("/_local/clock", `{"advance":"1h"}`)
	want := []string{"INSERT news-fail 02 00:00:00", "INSERT news-next 02 00:00:00"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	if _, page := w.call(http.MethodGet, "/_local/", ""); !strings.Contains(page, "2 records in 2 batches, <span class=\"bad\">1 failed</span>") {
		t.Error("the console does not tell")
	}
}

func TestAKilledFunctionLosesItsBatchAndIsToldOfTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.write("news-slow")
	w.promptly("it was told", func() bool { return len(w.followed()) == 1 })
	w.write("news-next") // waits: there is never a second batch at a time
	w.set("/_local/functions/follow/kill", "")
	w.promptly("it was told of the next", func() bool { return len(w.followed()) == 2 })
	want := []string{"INSERT news-slow 02 00:00:00", "INSERT news-next 02 00:00:00"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
}

// Every tick writes, and the function that listens is told at the tick's instant.
func TestAWeekPassesAndEveryRecordIsDeliveredAtItsInstant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *stack.Options) { o.Parameters = map[string]string{"Followed": "tick "} })
	w.set("/_local/ses", `{"rate":1000}`) // mails in a second of the machine's
	started := time.Now()
	w.set("/_local/clock", `{"advance":"168h"}`)
	t.Logf("a week passed in %v", time.Since(started))
	var want, got []string
	for at := stack.Beginning.Add(time.Minute); at.Before(stack.Beginning.Add(7 * 24 * time.Hour)); at = at.Add(6 * time.Hour) {
		stamp := at.UTC().Format("02 15:04:05")
		want = append(want, "at "+stamp+": INSERT tick "+at.UTC().Format(time.RFC3339)+" "+stamp)
	}
	for _, f := range w.followed() {
		got = append(got, "at "+f.Date.UTC().Format("02 15:04:05")+": "+f.Subject)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 28 {
		t.Errorf("%d deliveries: %s", len(got), diff)
	}
}

func TestWhatWasWrittenBeforeTheStartIsNotDelivered(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	persisting := func(o *stack.Options) { o.Data, o.DynamoDB = folder, "" }
	w := newWorld(t, func(o *stack.Options) {
		persisting(o)
		o.Parameters = map[string]string{"Followed": "other-"}
	})
	w.write("news-before")
	w.Stop()
	w = newWorld(t, persisting)
	w.write("news-after")
	w.promptly("it was told", func() bool { return len(w.followed()) > 0 })
	w.set("/_local/clock", `{"advance":"1s"}`)
	if diff := cmp.Diff([]string{"INSERT news-after 02 00:00:00"}, trimSeconds(w.told())); diff != "" {
		t.Error(diff)
	}
}

// trimSeconds makes stamps of one minute equal.
func trimSeconds(told []string) []string {
	var all []string
	for _, text := range told {
		all = append(all, text[:len(text)-len("00")]+"00")
	}
	return all
}

func TestAFilterThatIsNotKnownIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	root, rootErr := dynamodblocal.Root()
	database, err := dynamodb()
	if err := errors.Join(rootErr, err); err != nil {
		t.Fatal(err)
	}
	s, err := stack.Start(t.Context(), stack.Options{
		Root: "testdata/product", Cache: filepath.Join(root, ".cache", "local-test"), DynamoDB: database,
		Parameters: map[string]string{"Followed": `x"}, {"wildcard": "*`},
	})
	if err == nil {
		s.Stop()
		t.Fatal("it started")
	}
	for _, part := range []string{"event News of function follow", "pk", "wildcard"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("there is no word of %s in %v", part, err)
		}
	}
}
