// Package stream stands in for Lambda's event source mappings: it reads the
// stream of the table in DynamoDB Local and hands the records to the functions
// that listen to it, each in its order.
package stream

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"livinglab/infra/local/clock"
)

// heartbeat is how often the stream is read when nobody is known to have
// written: some write past the store, and a position in a stream gets too old.
const heartbeat = 2 * time.Second

// Stream hands the changes of a table to the functions that listen to them. It
// is safe for concurrent use.
type Stream struct {
	// Invoke hands an event to a function and waits for the answer.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)

	clock   *clock.Clock
	sources []*source
	wake    chan struct{} // somebody has written

	reading sync.Mutex // held while records are read
	reader  *reader

	mu     sync.Mutex
	writes int64     // that were noted
	read   int64     // of them, those whose records were read
	wrote  time.Time // when the last one was noted
	held   bool
}

// Open returns the stream of a table for the sources. What was written before
// is not in it. Without sources nothing is read.
func Open(ctx context.Context, client *dynamodbstreams.Client, table string, c *clock.Clock, sources ...Source) (*Stream, error) {
	s := &Stream{clock: c, wake: make(chan struct{}, 1)}
	for _, given := range sources {
		opened, err := newSource(given)
		if err != nil {
			return nil, fmt.Errorf("event %s of function %s: %w", given.Name, given.Function, err)
		}
		s.sources = append(s.sources, opened)
	}
	if len(sources) == 0 {
		return s, nil
	}
	var err error
	if s.reader, err = openReader(ctx, client, table); err != nil {
		return nil, fmt.Errorf("opening the table's stream: %w", err)
	}
	return s, nil
}

// Wrote notes that somebody may have written. It is called when that is done
// and before the writer hears of it.
func (s *Stream) Wrote() {
	s.mu.Lock()
	s.writes++
	s.wrote = s.clock.Now()
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run hands over records as they are written, until the context ends, and
// returns when no function is at work on them.
func (s *Stream) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, to := range s.sources {
		all.Go(func() { s.serve(ctx, to) })
	}
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.take(ctx, false)
		case <-ticker.C:
			s.take(ctx, true)
		}
	}
}

// serve hands over the records of one source, one batch at a time.
func (s *Stream) serve(ctx context.Context, to *source) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-to.ready:
		}
		for more := true; more && ctx.Err() == nil; {
			to.turn.Lock()
			more = s.deliver(ctx, to)
			to.turn.Unlock()
		}
	}
}

// Hold has records wait until Settle is called or the stream is released. It
// returns when no function is at work on any. The clock stands still meanwhile,
// or is moved.
func (s *Stream) Hold(ctx context.Context) (release func()) {
	for _, to := range s.sources {
		to.turn.Lock()
	}
	s.take(ctx, true)
	s.setHeld(true)
	return func() {
		s.setHeld(false)
		for _, to := range s.sources {
			to.turn.Unlock()
			to.look()
		}
	}
}

func (s *Stream) setHeld(held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = held
}

// Settle hands over what was written until now, what the functions write then,
// and so on until nothing is left: always in the same order. Only who holds the
// stream may call it.
func (s *Stream) Settle(ctx context.Context) {
	for again := true; again && ctx.Err() == nil; {
		again = false
		s.take(ctx, false)
		for _, to := range s.sources {
			for ctx.Err() == nil && s.deliver(ctx, to) {
				again = true
			}
		}
	}
}

// take reads what was written and gives it to the sources. Unless it is always
// to ask, it does only if a write was noted since it last did.
func (s *Stream) take(ctx context.Context, always bool) {
	if len(s.sources) == 0 {
		return
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	s.mu.Lock()
	writes, before := s.writes, s.read
	s.mu.Unlock()
	if !always && writes == before {
		return
	}
	records, err := s.reader.next(ctx)
	s.offer(records, s.taken(before, writes, err == nil))
	if err != nil && ctx.Err() == nil {
		slog.Error("the table's stream was not read", "error", err)
	}
}

// taken notes how far the stream was read, and returns when that was written.
//
// It is read at once: with a running clock the present is right to a few
// milliseconds, and never before the write. While the clock is moved the
// present may already be another day, but the last write that was noted tells.
func (s *Stream) taken(before, writes int64, whole bool) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if whole {
		s.read = writes
	}
	if s.held && s.writes > before {
		return s.wrote
	}
	return s.clock.Now()
}

// offer queues records with every source that wants them.
func (s *Stream) offer(records []types.Record, at time.Time) {
	for _, r := range records {
		told := newRecord(r, at)
		for _, to := range s.sources {
			to.offer(told)
		}
	}
}

// Status is a source and what became of its records.
type Status struct {
	Source
	Records int // that were handed over
	Batches int // in which
	Failed  int // batches that were given up
}

// List tells of all sources.
func (s *Stream) List() []Status {
	all := make([]Status, 0, len(s.sources))
	for _, to := range s.sources {
		all = append(all, to.seen())
	}
	return all
}
