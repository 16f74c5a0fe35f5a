package stream

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Source says which function is told of which records: an event source mapping.
type Source struct {
	Name     string // of the event in the template: "NewMail"
	Function string
	ARN      string        // of the stream, as the template names it
	Patterns []string      // filters in JSON: a record has to match one of them, if there are any
	Batch    int           // how many records are handed over at once, at most
	Retries  int           // how often a batch that failed is handed over again
	MaxAge   time.Duration // what is older is not handed over any more; 0: everything is
}

// source is a source with the records that wait for it.
type source struct {
	filters []filter
	ready   chan struct{} // there are records

	turn sync.Mutex // held by who hands over

	mu    sync.Mutex
	state Status
	queue []events.DynamoDBEventRecord
}

func newSource(given Source) (*source, error) {
	s := &source{state: Status{Source: given}, ready: make(chan struct{}, 1)}
	for _, pattern := range given.Patterns {
		f, err := parseFilter(pattern)
		if err != nil {
			return nil, err
		}
		s.filters = append(s.filters, f)
	}
	return s, nil
}

// offer queues a record if a filter lets it pass.
func (s *source) offer(r record) {
	if len(s.filters) > 0 && !slices.ContainsFunc(s.filters, func(f filter) bool { return f.matches(r.plain) }) {
		return
	}
	s.mu.Lock()
	r.event.EventSourceArn = s.state.ARN
	r.event.AWSRegion = region(s.state.ARN)
	s.queue = append(s.queue, r.event)
	s.mu.Unlock()
	s.look()
}

// look has the source find that records wait.
func (s *source) look() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// next takes the next batch from the queue.
func (s *source) next() []events.DynamoDBEventRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(s.state.Batch, len(s.queue))
	batch := slices.Clone(s.queue[:n])
	s.queue = slices.Delete(s.queue, 0, n)
	return batch
}

func (s *source) seen() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// deliver hands over one batch and reports whether there was one. A batch that
// fails is handed over again as often as the source says, and then given up: the
// next one follows. The source's turn is held.
//
// Lambda pauses before it repeats, which here would only be a wait.
func (s *Stream) deliver(ctx context.Context, to *source) bool {
	batch := to.next()
	if len(batch) == 0 {
		return false
	}
	given := to.seen().Source
	var err error
	for range 1 + given.Retries {
		batch = s.young(batch, given.MaxAge)
		if len(batch) == 0 {
			break
		}
		if err = s.hand(ctx, given.Function, batch); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		slog.Warn("a batch of the table's stream was given up", "function", given.Function, "records", len(batch), "error", err)
	}
	to.count(len(batch), err != nil)
	return true
}

// young leaves out records that are too old.
func (s *Stream) young(batch []events.DynamoDBEventRecord, most time.Duration) []events.DynamoDBEventRecord {
	if most == 0 {
		return batch
	}
	oldest := s.clock.Now().Add(-most)
	return slices.DeleteFunc(batch, func(r events.DynamoDBEventRecord) bool {
		return r.Change.ApproximateCreationDateTime.Before(oldest)
	})
}

func (s *Stream) hand(ctx context.Context, function string, batch []events.DynamoDBEventRecord) error {
	event, err := json.Marshal(events.DynamoDBEvent{Records: batch})
	if err != nil {
		return err
	}
	_, err = s.Invoke(ctx, function, event)
	return err
}

func (s *source) count(records int, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failed {
		s.state.Failed++
	}
	if records > 0 {
		s.state.Batches++
		s.state.Records += records
	}
}
