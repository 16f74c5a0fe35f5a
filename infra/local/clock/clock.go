// Package clock is the time of the local stack. It runs from the instant that
// it was set to, or stands still, and only ever goes forward.
package clock

import (
	"sync"
	"time"
)

// Tokyo is the zone in which the stack prints its time; Japan has known no other
// offset since 1951.
var Tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

// Clock is a clock. It is safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	at      time.Time // the time when it was last set
	since   time.Time // the machine's monotonic clock then
	frozen  bool      // it stands still until told to run
	holding bool      // it stands still while it is being moved
}

// New returns a clock that runs from an instant.
func New(at time.Time) *Clock { return &Clock{at: at, since: time.Now()} }

// Now is the time, to the millisecond.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	at := c.at
	if !c.frozen && !c.holding {
		at = at.Add(time.Since(c.since))
	}
	return at.Truncate(time.Millisecond).In(Tokyo)
}

// Frozen reports whether the clock stands still.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frozen
}

// Freeze stops the clock, or lets it run on from where it stands.
func (c *Clock) Freeze(frozen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now())
	c.frozen = frozen
}

// Hold stands the clock at an instant until it is released; an instant that has
// passed changes nothing but that.
func (c *Clock) Hold(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now())
	c.holding = true
	if at.After(c.at) {
		c.at = at
	}
}

// Release lets a held clock run on, unless it is frozen.
func (c *Clock) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now())
	c.holding = false
}

func (c *Clock) set(at time.Time) { c.at, c.since = at, time.Now() }
