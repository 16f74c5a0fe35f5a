package sending

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a pace's clock, which only its own sleep moves.
type clock struct {
	now   time.Duration
	slept []time.Duration
}

func (c *clock) pace() *Pace {
	return &Pace{
		Elapsed: func() time.Duration { return c.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			c.slept = append(c.slept, d)
			c.now += d
			return ctx.Err()
		},
	}
}

func TestMailsLeaveAtHalfTheRate(t *testing.T) {
	t.Parallel()
	c := &clock{}
	p := c.pace()
	quota := Quota{Rate: 10, Daily: 1000, Sent: 990}
	for range 4 {
		if err := p.Wait(t.Context(), quota); err != nil {
			t.Fatal(err)
		}
		c.now += 50 * time.Millisecond // what the sending takes counts
	}
	want := []time.Duration{150 * time.Millisecond, 150 * time.Millisecond, 150 * time.Millisecond}
	if diff := cmp.Diff(want, c.slept); diff != "" {
		t.Error(diff)
	}
}

func TestThrottlingSlowsDownAndSuccessSpeedsUp(t *testing.T) {
	t.Parallel()
	c := &clock{}
	p := c.pace()
	quota := Quota{Rate: 10}
	next := func() time.Duration {
		t.Helper()
		before := c.now
		if err := p.Wait(t.Context(), quota); err != nil {
			t.Fatal(err)
		}
		return c.now - before
	}
	next()
	p.Saw(Throttled)
	p.Saw(Throttled)
	next()
	if got, want := next(), 800*time.Millisecond; got != want {
		t.Errorf("after being throttled twice the interval is %v, want %v", got, want)
	}
	for range 100 {
		p.Saw(Throttled)
	}
	next()
	if got, want := next(), 6400*time.Millisecond; got != want {
		t.Errorf("the longest interval is %v, want %v", got, want)
	}
	for range 100 {
		p.Saw(Accepted)
	}
	next()
	if got, want := next(), 200*time.Millisecond; got != want {
		t.Errorf("after a hundred accepted mails the interval is %v, want %v", got, want)
	}
}

func TestAPausedRunStopsWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var p Pace
	if err := p.Wait(ctx, Quota{Rate: 0.001}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.Wait(ctx, Quota{Rate: 0.001}); err == nil {
		t.Error("it waited for a run that had ended")
	}
}

func TestTheQuotaIsAskedOnceAMinute(t *testing.T) {
	t.Parallel()
	sent := 0
	s := newStandIn(t, func(w http.ResponseWriter, _ *http.Request) {
		sent++
		fmt.Fprintf(w, `<GetSendQuotaResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetSendQuotaResult>`+
			`<Max24HourSend>50000.0</Max24HourSend><MaxSendRate>14.0</MaxSendRate><SentLast24Hours>%d.0</SentLast24Hours>`+
			`</GetSendQuotaResult></GetSendQuotaResponse>`, sent)
	})
	sender := senderTo(s.URL)
	at := time.Date(2020, 11, 2, 0, 0, 10, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want Quota
	}{
		{at, Quota{Rate: 14, Daily: 50000, Sent: 1}},
		{at.Add(49 * time.Second), Quota{Rate: 14, Daily: 50000, Sent: 1}},
		{at.Add(50 * time.Second), Quota{Rate: 14, Daily: 50000, Sent: 2}},
		{at.Add(24 * time.Hour), Quota{Rate: 14, Daily: 50000, Sent: 3}},
	} {
		got, err := sender.Quota(t.Context(), c.at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("at %v: %s", c.at, diff)
		}
	}
}

func TestAnUnreadableQuotaIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, refuse(400, "Throttling", "Rate exceeded"))
	sender := senderTo(s.URL)
	for range 2 {
		if _, err := sender.Quota(t.Context(), time.Date(2020, 11, 2, 0, 0, 0, 0, time.UTC)); err == nil {
			t.Error("it made up a quota")
		}
	}
	if n := s.requests.Load(); n != 2 {
		t.Errorf("%d requests, want one for each time asked", n)
	}
}
