package sending

import (
	"context"
	"sync"
	"time"
)

// Pace spreads the mails of one process evenly, at half the rate that SES
// allows and slower after it was told to slow down. It is safe for concurrent
// use. The zero value is ready.
//
// Processes do not know of each other: SES's throttling is the limiter that
// they share.
type Pace struct {
	// Sleep waits for so long or until the context ends. Tests replace it;
	// nil waits for real.
	Sleep func(context.Context, time.Duration) error
	// Elapsed tells how much time has passed since any fixed moment; nil is
	// the monotonic clock. It measures, and decides nothing about a mail.
	Elapsed func() time.Duration

	mu      sync.Mutex
	started time.Time
	next    time.Duration // when the next mail may leave
	slower  float64       // by how much the interval is stretched, from 1
}

// slowest is how far the pace falls: at one mail a second and half of it, one
// mail in a minute or so.
const slowest = 32

// Wait returns when the next mail may leave. The first one leaves at once.
func (p *Pace) Wait(ctx context.Context, q Quota) error {
	p.mu.Lock()
	now := p.elapsed()
	at := max(now, p.next)
	p.next = at + time.Duration(float64(q.Interval())*max(1, p.slower))
	p.mu.Unlock()
	if at == now {
		return ctx.Err()
	}
	return p.sleep(ctx, at-now)
}

// Saw tells the pace how a mail fared: throttling halves the rate, and every
// accepted mail wins some of it back.
func (p *Pace) Saw(v Verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch v {
	case Throttled:
		p.slower = min(slowest, max(1, p.slower)*2)
	case Accepted:
		p.slower = max(1, p.slower*0.95)
	}
}

func (p *Pace) elapsed() time.Duration {
	if p.Elapsed != nil {
		return p.Elapsed()
	}
	if p.started.IsZero() {
		p.started = time.Now() //nolint:forbidigo // a monotonic reading: what passes between two mails
	}
	return time.Since(p.started) //nolint:forbidigo // a monotonic reading
}

func (p *Pace) sleep(ctx context.Context, d time.Duration) error {
	if p.Sleep != nil {
		return p.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
