package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/table"
)

// handler plans and sends mails. It is safe for concurrent use; of one event
// nothing is kept in it but what never changes again.
type handler struct {
	table       *table.Table
	experiments experiment.Set
	sender      *sending.Sender
	pace        *sending.Pace
	from        mail.Identity
	random      func() string // at least 128 random bits as base32 text

	done sync.Map // ids of campaigns that are done
}

// event is what wakes the function: a tick of the schedule, or new mails that the
// table's stream tells of.
type event struct {
	ScheduledTime time.Time `json:"scheduledTime"`
	Records       []record  `json:"Records"`
}

// record is a new item as the table's stream tells of it.
type record struct {
	Change struct {
		Keys struct {
			PK struct{ S string } `json:"pk"`
			SK struct{ S string } `json:"sk"`
		}
		// When it was written, in seconds since 1970, rounded down to one.
		ApproximateCreationDateTime float64
	} `json:"dynamodb"`
}

// written is the end of the second in which the item was written.
func (r record) written() time.Time {
	seconds := math.Floor(r.Change.ApproximateCreationDateTime)
	return time.Unix(int64(seconds), int64(time.Second-time.Millisecond))
}

// report is what a run did.
type report struct {
	Planned int        `json:"planned"`        // mails that were new
	Settled int        `json:"settled"`        // mails that reached another state
	Next    *time.Time `json:"next,omitempty"` // when there is work again; none if nothing is waiting
}

// timeToSend is what one mail may take: SES has ten seconds, and its answer has
// to be written. A mail is not begun with less time left.
const timeToSend = 15 * time.Second

// remind does what the event asks for. What failed is returned, for Lambda to
// count; the next tick does what was left undone.
func (h *handler) remind(ctx context.Context, e event) (report, error) {
	switch {
	case len(e.Records) > 0:
		return h.wake(ctx, e.Records)
	case e.ScheduledTime.IsZero():
		return report{}, errors.New("the event has neither a scheduledTime nor Records")
	}
	return h.tick(ctx, e.ScheduledTime)
}

// tick plans the mails that should exist by its scheduled time, and settles what
// is due in the order in which it became due. One bad mail does not stop the rest.
func (h *handler) tick(ctx context.Context, at time.Time) (report, error) {
	run := &run{handler: h, clock: startClock(at)}
	begun, err := h.table.Begin(ctx, h.experiments.All()...)
	if err != nil {
		return report{}, err
	}
	inTime, cancel := beforeSending(ctx)
	defer cancel()
	problems := []error{run.plan(inTime, begun)}
	allowed := begun.Switch
	run.rate = allowed.Rate
	if !allowed.Open(at) {
		slog.WarnContext(ctx, "mail held back", "paused", allowed.Paused, "reason", allowed.Reason)
		run.stopped = true
		run.waitUntil(allowed.Until.Time())
	}
	problems = append(problems, run.settleDue(ctx, inTime), run.look(ctx, at))
	return run.report, errors.Join(problems...)
}

// settleDue goes through what is due until there is nothing, or no time. While mail
// is held back it looks for how long, and gives seats that were not taken to the next
// all the same.
func (r *run) settleDue(ctx, inTime context.Context) error {
	var problems []error
	seen := 0
	for due, err := range r.table.DueItems(ctx) {
		if err != nil {
			problems = append(problems, err)
			break
		}
		now := r.clock.now()
		if due.At.After(now) {
			r.waitUntil(due.At)
			break
		}
		if seen == 0 {
			r.oldest = now.Sub(due.At)
		}
		if seen++; r.stopped && seen > lookThrough {
			break
		}
		if inTime.Err() != nil {
			r.waitUntil(now)
			break
		}
		if r.stopped && due.Mail != "" {
			continue
		}
		if err := r.settle(ctx, due); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", due, err))
		}
	}
	return errors.Join(problems...)
}

// lookThrough is how many due items a tick looks through for seats while no mail can
// leave.
const lookThrough = 1000

// lookEvery is how often a tick counts what waits for staff.
const lookEvery = 15

// unknownFor is how long a mail is in doubt before it is work for staff: SES's own
// events settle nearly all before that.
const unknownFor = 15 * time.Minute

// look logs how mail fares, and alarms watch these numbers. Each quarter of an hour it notes
// them as well, for the summaries to staff.
func (r *run) look(ctx context.Context, at time.Time) error {
	attributes := []any{"planned", r.report.Planned, "settled", r.report.Settled, "oldestDueSeconds", int(r.oldest.Seconds())}
	if at.Minute()%lookEvery == 0 {
		unknown, err := r.table.CountUnknown(ctx, at.Add(-unknownFor))
		if err != nil {
			return err
		}
		alerts, err := r.alerts(ctx)
		if err != nil {
			return err
		}
		if err := r.table.NoteLook(ctx, table.Look{At: at, Oldest: r.oldest, Unknown: unknown, Alerts: alerts}); err != nil {
			return err
		}
		attributes = append(attributes, "unknown", unknown, "alerts", alerts)
	}
	slog.InfoContext(ctx, "tick", attributes...)
	return nil
}

// alerts counts the answers of all experiments that say that somebody may be under
// strain, and that staff have not seen to.
func (r *run) alerts(ctx context.Context) (int, error) {
	all := 0
	for _, e := range r.experiments.All() {
		n, err := r.table.CountAlerts(ctx, e.ID)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

// wakeLimit is how many new mails at once are settled at once. More are a campaign
// or a rush, for which one process keeps the pace: the tick's.
const wakeLimit = 25

// wake settles new mails at once. What it leaves, the next tick does.
func (h *handler) wake(ctx context.Context, records []record) (report, error) {
	if len(records) > wakeLimit {
		return report{}, nil
	}
	run := &run{handler: h, clock: startClock(records[len(records)-1].written())}
	allowed, err := h.table.Switch(ctx)
	if err != nil {
		return report{}, err
	}
	if !allowed.Open(run.clock.now()) {
		return report{}, nil
	}
	run.rate = allowed.Rate
	inTime, cancel := beforeSending(ctx)
	defer cancel()
	var problems []error
	for _, record := range records {
		if inTime.Err() != nil || run.stopped {
			break
		}
		person, id, err := table.ParseMailKey(table.Key{PK: record.Change.Keys.PK.S, SK: record.Change.Keys.SK.S})
		if err != nil {
			continue // the stream's filter lets more through than it should
		}
		due := table.Due{Person: person, Mail: id}
		if err := run.settle(ctx, due); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", due, err))
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
