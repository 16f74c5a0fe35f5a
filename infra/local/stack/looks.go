package stack

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"livinglab/shared/table"
)

// looks makes up for what the sender of mail does when it has nothing to do: each quarter
// of an hour it notes that it has looked. The clock is moved past such ticks, and without
// the notes a summary would tell staff that nobody looked after mail.
type looks struct{ table *table.Table }

const (
	sender    = "remind" // the function
	lookEvery = 15 * time.Minute

	// lookers is how many looks are noted at once: a month has thousands.
	lookers = 8
)

// skipped notes the looks after an instant, up to another.
func (l looks) skipped(ctx context.Context, function string, after, until time.Time) {
	if function != sender {
		return
	}
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
	for at := after.Truncate(lookEvery).Add(lookEvery); !at.After(until); at = at.Add(lookEvery) {
		next <- at
	}
	close(next)
	all.Wait()
}
