package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"livinglab/infra/bench/window"
	"livinglab/shared/table"
)

// mailing is what a mail to many takes: staff move a briefing, and everybody who has
// a seat is told, with a calendar entry and two links of one's own. It is planned
// while mail is paused, so that planning and sending are measured apart.
type mailing struct {
	people   int
	begin    cost          // of the first tick of all, when nothing is due
	planning cost          // of all mails together
	planned  int           // ticks that it took
	sending  cost          // of all mails together
	sent     int           // ticks that it took
	took     time.Duration // the sending
	bytes    int           // of one mail

	// The memory of the process that planned, and of the one that sent.
	toPlan, toSend window.Weight
}

// mail has a new process of remind plan what so many people are told, and another one
// send it, in a world of its own. If that is counted, the recorder stands between them
// and DynamoDB.
func (w *world) mail(ctx context.Context, f function, people int, counted bool) (mailing, error) {
	m := mailing{people: people}
	store := w.store
	if counted {
		store = w.recorder.URL
	}
	p, err := w.keepRunning(f, store)
	if err != nil {
		return m, err
	}
	if m.begin, err = w.watch(p, w.deliver); err != nil {
		return m, err
	}
	if err := w.moveBriefing(ctx, people); err != nil {
		return m, err
	}
	m.planning, err = w.watch(p, func() error {
		// A mail that is being planned when a tick's time ends is found by the next tick,
		// and no longer new: that all are there is seen when they are sent.
		m.planned, _, err = w.ticks(ctx, people, func(r ticked) int { return r.Planned })
		return err
	})
	if err != nil {
		return m, fmt.Errorf("planning: %w\n%s", err, p.said)
	}
	if m.toPlan, err = p.weigh(); err != nil {
		return m, err
	}
	if p, err = w.restart(f, store); err != nil {
		return m, err
	}
	if err := w.items().Resume(ctx, w.now); err != nil {
		return m, err
	}
	started, settled := time.Now(), 0
	m.sending, err = w.watch(p, func() error {
		m.sent, settled, err = w.ticks(ctx, people, func(r ticked) int { return r.Settled })
		return err
	})
	if err != nil {
		return m, fmt.Errorf("sending: %w\n%s", err, p.said)
	}
	m.took = time.Since(started)
	sent, bytes := w.mailbox.counted()
	if settled != people || sent != people {
		return m, fmt.Errorf("%d mails were settled and %d came, not %d\n%s", settled, sent, people, p.said)
	}
	m.bytes = bytes / sent
	m.toSend, err = p.weigh()
	return m, err
}

// keepRunning starts a function of this world.
func (w *world) keepRunning(f function, store string, env ...string) (*process, error) {
	p, err := start(f, append(w.environment(store), env...))
	if err != nil {
		return nil, err
	}
	w.open[f.name] = p
	_, err = p.ready()
	return p, err
}

// moveBriefing gives people their seats, pauses mail, and moves the first briefing.
func (w *world) moveBriefing(ctx context.Context, people int) error {
	if err := w.seat(ctx, people, w.experiment.Briefings[0].ID); err != nil {
		return err
	}
	if err := w.deliver(); err != nil { // the confirmation of the one who registered
		return err
	}
	w.mailbox.onlyCount()
	if err := w.items().Pause(ctx, w.now); err != nil {
		return err
	}
	settings, err := w.items().Settings(ctx, w.experiment.ID)
	if err != nil {
		return err
	}
	briefing := w.experiment.Briefings[0]
	set := settings.Briefing(briefing.ID)
	set.Start, set.End = table.At(briefing.Start.Add(time.Hour)), table.At(briefing.End.Add(time.Hour))
	return w.items().Set(ctx, settings.With(briefing.ID, set), table.AuditEntry{
		ID: rand.Text(), At: table.At(w.now), Who: "bench", Act: "set", Experiment: w.experiment.ID,
	})
}

// ticked is what a tick reports.
type ticked struct{ Planned, Settled int }

// ticks lets remind tick until it has done so much, or nothing more. It returns how
// many ticks that took, and what they did.
func (w *world) ticks(ctx context.Context, want int, of func(ticked) int) (n, done int, err error) {
	for done < want {
		if err := ctx.Err(); err != nil {
			return n, done, err
		}
		w.pass()
		event, err := tick(w.now)
		body, err := w.call("remind", event, err)
		if err != nil {
			return n, done, err
		}
		var report ticked
		if err := json.Unmarshal(body, &report); err != nil {
			return n, done, fmt.Errorf("reading a report: %w", err)
		}
		n++
		more := of(report)
		if more == 0 {
			break
		}
		done += more
	}
	return n, done, nil
}
