package stack

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// looks makes up for what the sender of mail does when it has nothing to do: each quarter
// of an hour it notes that it has looked. The clock is moved past such ticks, and without
// the notes a summary would tell staff that nobody looked after mail.
//
// As long as nobody gets summaries they wait: a run of months would fill the table's stream
// with thousands of notes that nobody reads, and slow everything down.
type looks struct {
	table       *table.Table
	experiments experiment.Set
	waiting     []span // skipped and not noted
}

type span struct{ after, until time.Time }

const (
	sender    = "remind" // the function
	lookEvery = 15 * time.Minute

	// lookers is how many looks are noted at once: a month has thousands.
	lookers = 8
	// kept is how long a look is of use.
	kept = 35 * 24 * time.Hour
)

// skipped notes the looks after an instant, up to another.
func (l *looks) skipped(ctx context.Context, function string, after, until time.Time) {
	if function != sender {
		return
	}
	l.waiting = slices.DeleteFunc(append(l.waiting, span{after, until}), func(s span) bool { return s.until.Before(until.Add(-kept)) })
	if !l.read(ctx) {
		return
	}
	for _, s := range l.waiting {
		l.note(ctx, s)
	}
	l.waiting = nil
}

// read reports whether anybody gets summaries, or that cannot be asked.
func (l *looks) read(ctx context.Context) bool {
	for _, e := range l.experiments.All() {
		for _, err := range l.table.Staff(ctx, e.ID) {
			if err != nil {
				slog.Warn("who gets summaries could not be asked", "error", err)
			}
			return true
		}
	}
	return false
}

func (l *looks) note(ctx context.Context, s span) {
	var all sync.WaitGroup
	next := make(chan time.Time)
	for range lookers {
		all.Go(func() {
			for at := range next {
				if err := l.table.NoteLook(ctx, table.Look{At: at}); err != nil && ctx.Err() == nil {
					slog.Warn("a look at the mail was not noted", "at", at, "error", err)
				}
			}
		})
	}
	for at := s.after.Truncate(lookEvery).Add(lookEvery); !at.After(s.until); at = at.Add(lookEvery) {
		next <- at
	}
	close(next)
	all.Wait()
}
