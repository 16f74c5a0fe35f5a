package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/table"
)

// handler sends mails. It is safe for concurrent use; of one tick nothing is
// kept in it.
type handler struct {
	table       *table.Table
	experiments experiment.Set
	sender      *sending.Sender
	pace        *sending.Pace
	from        mail.Identity
	random      func() string // at least 128 random bits as base32 text
}

// tick is what the scheduler sends.
type tick struct {
	ScheduledTime time.Time `json:"scheduledTime"`
}

// report is what a tick did.
type report struct {
	Settled int        `json:"settled"`        // mails that reached another state
	Next    *time.Time `json:"next,omitempty"` // when there is work again; none if nothing is waiting
}

// timeToSend is what one mail may take: SES has ten seconds, and its answer has
// to be written. A mail is not begun with less time left.
const timeToSend = 15 * time.Second

// remind settles what is due at the tick's scheduled time, in the order in
// which it became due. One bad mail does not stop the rest; what failed is
// returned, for Lambda to count.
func (h *handler) remind(ctx context.Context, t tick) (report, error) {
	if t.ScheduledTime.IsZero() {
		return report{}, errors.New("the event has no scheduledTime")
	}
	run := &run{handler: h, clock: startClock(t.ScheduledTime)}
	allowed, err := h.table.Switch(ctx)
	if err != nil {
		return report{}, err
	}
	if !allowed.Open(t.ScheduledTime) {
		slog.WarnContext(ctx, "mail is held back", "paused", allowed.Paused, "reason", allowed.Reason)
		run.waitUntil(allowed.Until.Time())
		return run.report, nil
	}
	inTime, cancel := beforeSending(ctx)
	defer cancel()
	var problems []error
	for due, err := range h.table.DueItems(ctx) {
		if err != nil {
			problems = append(problems, err)
			break
		}
		if due.At.After(run.clock.now()) {
			run.waitUntil(due.At)
			break
		}
		if inTime.Err() != nil {
			run.waitUntil(run.clock.now())
			break
		}
		if err := run.settle(ctx, due); err != nil {
			problems = append(problems, fmt.Errorf("mail %s: %w", due.Mail, err))
		}
		if run.stopped {
			break
		}
	}
	return run.report, errors.Join(problems...)
}

// beforeSending ends when there is no longer time to send a mail and to settle it
// before the function is stopped.
func beforeSending(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-timeToSend))
}

// clock tells the time of a run: the event's, and what has passed since.
type clock struct{ event, started time.Time }

func startClock(event time.Time) clock {
	return clock{event: event, started: time.Now()} //nolint:forbidigo // read for what passes, not for the time of day
}

func (c clock) now() time.Time { return c.event.Add(time.Since(c.started)) } //nolint:forbidigo // a monotonic reading
