package stream

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/clock"
	"livinglab/shared/table/tabletest"
)

var nine = time.Date(2020, 11, 2, 9, 0, 0, 0, clock.Tokyo)

// world is a table with a stream on a clock that stands still. It notes what
// was handed over to whom.
type world struct {
	*Stream
	t     *testing.T
	env   *tabletest.Env
	clock *clock.Clock

	mu     sync.Mutex
	log    []string
	answer func(function, told string) error
}

func newWorld(t *testing.T, sources ...Source) *world {
	t.Helper()
	w := &world{t: t, env: tabletest.Streaming(t), clock: clock.New(nine), answer: func(string, string) error { return nil }}
	w.clock.Freeze(true)
	for i := range sources {
		if sources[i].Batch == 0 {
			sources[i].Batch = 100
		}
	}
	client := dynamodbstreams.NewFromConfig(tabletest.Config(http.DefaultTransport), func(o *dynamodbstreams.Options) {
		o.BaseEndpoint = w.env.Client(t).Options().BaseEndpoint
	})
	w.write("before") // and is not delivered
	var err error
	if w.Stream, err = Open(t.Context(), client, w.env.Name, w.clock, sources...); err != nil {
		t.Fatal(err)
	}
	w.Invoke = w.invoke
	return w
}

// invoke notes what it is told: "remind: INSERT a, MODIFY b at 2T09:00:00".
func (w *world) invoke(_ context.Context, function string, event []byte) ([]byte, error) {
	var e events.DynamoDBEvent
	if err := json.Unmarshal(event, &e); err != nil {
		w.t.Error(err)
	}
	var told []string
	for _, r := range e.Records {
		at := r.Change.ApproximateCreationDateTime.In(clock.Tokyo)
		told = append(told, r.EventName+" "+r.Change.Keys["sk"].String()+" "+at.Format("2T15:04:05"))
	}
	line := function + ": " + strings.Join(told, ", ")
	w.mu.Lock()
	w.log = append(w.log, line)
	w.mu.Unlock()
	return nil, w.answer(function, line)
}

// write puts items, without telling the stream.
func (w *world) write(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		_, err := w.env.Client(w.t).UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
			TableName: &w.env.Name,
			Key: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: "one"}, "sk": &types.AttributeValueMemberS{Value: key},
			},
			UpdateExpression:          aws.String("ADD writes :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		})
		if err != nil {
			w.t.Error(err)
		}
	}
}

// put writes as the functions do.
func (w *world) put(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		w.write(key)
		w.Wrote()
	}
}

// expect compares what was handed over since it was last called.
func (w *world) expect(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff(want, w.log); diff != "" {
		w.t.Error(diff)
	}
	w.log = nil
}

// run lets the stream run until the test ends.
func (w *world) run() {
	ctx, stop := context.WithCancel(w.t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { w.Run(ctx) })
	w.t.Cleanup(func() {
		stop()
		ended.Wait()
	})
}

// eventually waits for a number of deliveries.
func (w *world) eventually(n int) {
	w.t.Helper()
	for range 500 {
		w.mu.Lock()
		got := len(w.log)
		w.mu.Unlock()
		if got >= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatalf("in five seconds there were not %d deliveries", n)
}

func TestRecordsComeInOrderAndInBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind", Batch: 3}, Source{Function: "survey", Patterns: []string{`{"eventName":["MODIFY"]}`}})
	defer w.Hold(t.Context())()
	w.put("a", "b", "a", "c", "d", "e", "f")
	w.Settle(t.Context())
	w.expect(
		"remind: INSERT a 2T09:00:00, INSERT b 2T09:00:00, MODIFY a 2T09:00:00",
		"remind: INSERT c 2T09:00:00, INSERT d 2T09:00:00, INSERT e 2T09:00:00",
		"remind: INSERT f 2T09:00:00",
		"survey: MODIFY a 2T09:00:00",
	)
	w.Settle(t.Context())
	w.expect()
}

func TestWhatFollowsFromADeliveryIsDeliveredToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind"}, Source{Function: "survey", Patterns: []string{`{"dynamodb":{"Keys":{"sk":{"S":["b"]}}}}`}})
	w.answer = func(function, told string) error {
		switch told {
		case "remind: INSERT a 2T09:00:00":
			w.put("b")
		case "survey: INSERT b 2T09:00:00":
			w.put("c")
		}
		return nil
	}
	defer w.Hold(t.Context())()
	w.put("a")
	w.Settle(t.Context())
	w.expect("remind: INSERT a 2T09:00:00", "remind: INSERT b 2T09:00:00", "survey: INSERT b 2T09:00:00", "remind: INSERT c 2T09:00:00")
}

func TestWhileTheClockIsMovedARecordKeepsTheTimeOfItsWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind"})
	defer w.Hold(t.Context())()
	w.clock.Hold(nine.Add(1999 * time.Millisecond))
	w.put("a")
	w.clock.Hold(nine.Add(24 * time.Hour))
	w.Settle(t.Context())
	w.expect("remind: INSERT a 2T09:00:01")
}

func TestWhatIsHeldBackComesWhenTheStreamIsReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind"})
	w.run()
	release := w.Hold(t.Context())
	w.put("a")
	time.Sleep(100 * time.Millisecond)
	w.expect()
	release()
	w.eventually(1)
	w.expect("remind: INSERT a 2T09:00:00")
}

func TestWhatIsWrittenPastTheStoreIsFoundToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind"})
	w.write("a")
	w.Hold(t.Context())()
	w.run()
	w.eventually(1)
	w.expect("remind: INSERT a 2T09:00:00")
	w.write("b")
	w.eventually(1)
	w.expect("remind: INSERT b 2T09:00:00")
}

func TestOfOneSourceThereIsOneBatchAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind", Batch: 1})
	var mu sync.Mutex
	busy, most := 0, 0
	w.answer = func(string, string) error {
		mu.Lock()
		busy++
		most = max(most, busy)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		busy--
		mu.Unlock()
		return nil
	}
	w.run()
	var all sync.WaitGroup
	for key := range strings.SplitSeq("abcdefghij", "") {
		all.Go(func() { w.put(key) })
	}
	w.Hold(t.Context())() // in the middle of it
	all.Wait()
	w.eventually(10)
	mu.Lock()
	defer mu.Unlock()
	if most != 1 {
		t.Errorf("%d batches were handed over at a time", most)
	}
}

func TestABatchIsRepeatedAsOftenAsTheSourceSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Name: "NewMail", Function: "remind", Batch: 1, Retries: 2})
	w.answer = func(_, told string) error {
		if strings.Contains(told, "INSERT a") {
			return errors.New("as told")
		}
		return nil
	}
	defer w.Hold(t.Context())()
	w.put("a", "b")
	w.Settle(t.Context())
	a, b := "remind: INSERT a 2T09:00:00", "remind: INSERT b 2T09:00:00"
	w.expect(a, a, a, b)
	want := []Status{{Source: Source{Name: "NewMail", Function: "remind", Batch: 1, Retries: 2}, Records: 2, Batches: 2, Failed: 1}}
	if diff := cmp.Diff(want, w.List()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsTooOldIsNotDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Source{Function: "remind", MaxAge: time.Minute})
	defer w.Hold(t.Context())()
	w.put("a")
	w.take(t.Context(), false)
	w.clock.Hold(nine.Add(61 * time.Second))
	w.put("b")
	w.Settle(t.Context())
	w.expect("remind: INSERT b 2T09:01:01")
}

func TestATableWithoutAStreamIsToldOf(t *testing.T) {
	t.Parallel()
	env := tabletest.Streaming(t)
	client := dynamodbstreams.NewFromConfig(tabletest.Config(http.DefaultTransport), func(o *dynamodbstreams.Options) {
		o.BaseEndpoint = env.Client(t).Options().BaseEndpoint
	})
	if _, err := Open(t.Context(), client, "no-such-table", clock.New(nine), Source{Function: "remind"}); err == nil {
		t.Error("it was opened")
	}
	if _, err := Open(t.Context(), client, "no-such-table", clock.New(nine)); err != nil {
		t.Errorf("nobody listens, and it was asked for: %v", err)
	}
}
