package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// calendar knows the experiments' briefings as they stand: as in the file, with
// what staff have set since. It is safe for concurrent use.
type calendar struct {
	table *table.Table

	mu    sync.Mutex
	known map[string]known // by experiment
}

// known is what the last look at the settings of an experiment gave.
type known struct {
	settings table.Settings
	looked   time.Time
	doubtful bool // the look failed: these are older ones
}

const (
	// lookAgain is how long settings count as the present ones: who changes a date
	// sees it on the page within that time and the page's own.
	lookAgain = 30 * time.Second
	// patience is how long a visitor waits for the table. The page says enough
	// without it.
	patience = 2 * time.Second
)

func newCalendar(t *table.Table) *calendar {
	return &calendar{table: t, known: make(map[string]known)}
}

// sessions returns the experiment's briefings as they stand, and whether that is
// in doubt: the table could not be asked, so they are as they were last known to
// be, or else as in the file. There is never no answer.
func (c *calendar) sessions(ctx context.Context, e *experiment.Experiment, now time.Time) (sessions []experiment.Session, doubtful bool) {
	if len(e.Briefings) == 0 {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	last, ok := c.known[e.ID]
	if age := now.Sub(last.looked); !ok || age >= lookAgain || age < 0 {
		last = c.look(ctx, e, last, now)
		c.known[e.ID] = last
	}
	return last.settings.Sessions(e), last.doubtful
}

// look asks the table once.
func (c *calendar) look(ctx context.Context, e *experiment.Experiment, last known, now time.Time) known {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	settings, err := c.table.Settings(ctx, e.ID)
	if err != nil {
		slog.ErrorContext(ctx, "settings not read", "experiment", e.ID, "error", err)
		return known{settings: last.settings, looked: now, doubtful: true}
	}
	return known{settings: settings, looked: now}
}
