package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"livinglab/infra/bench/window"
)

// ledger is what mail costs on its way through remind and the table, with an SES that
// takes every mail at once and allows any rate: the pace never waits.
type ledger struct {
	Ticks        []cost   `json:"idleTicks"`
	Planning     []cost   `json:"planning"`      // each mail's
	Sending      []cost   `json:"sending"`       // each mail's: remind's, and those of the bare Lambdas
	Ratios       []ratio  `json:"sendingRatios"` // of remind's to those
	PerCPUSecond float64  `json:"mailsPerCPUSecond"`
	MailBytes    int      `json:"mailBytes"`
	Memory       []memory `json:"memory"`
	Flat         growth   `json:"memoryRatios"` // of the most mails to the fewest
}

// growth is by how much more memory is needed; 0 where the system does not say.
type growth struct {
	Plan     float64 `json:"planningResident"`
	PlanHeap float64 `json:"planningHeap"`
	Send     float64 `json:"sendingResident"`
	SendHeap float64 `json:"sendingHeap"`
}

// ratio is by how much a mail costs more than what a bare Lambda does for one.
type ratio struct {
	Bare        string  `json:"bare"`
	RoundTrips  float64 `json:"roundTrips"`
	WriteUnits  float64 `json:"writeUnits"`
	Allocations float64 `json:"allocations"`
	CPU         float64 `json:"cpu"`
}

// memory is what a process of remind needs from its start until it has planned so many
// mails, and another one until it has sent them, without the recorder; and how fast
// that goes.
type memory struct {
	Mails     int           `json:"mails"`
	Plan      window.Weight `json:"planning"`
	Send      window.Weight `json:"sending"`
	Ticks     int           `json:"ticks"` // of the sending
	CPU       float64       `json:"cpuMillisecondsPerMail"`
	PerSecond float64       `json:"mailsPerSecond"`
}

// measureLedger sends so many mails, counted, and so many and ten times as many
// uncounted, each in a world of its own on the DynamoDB Local of this one.
func (w *world) measureLedger(ctx context.Context, root string, b binaries, mails int) (l ledger, err error) {
	remind := b.open["remind"]
	for _, people := range []int{max(1, mails/10), mails} {
		err := w.apart(ctx, root, func(w *world) error {
			m, err := w.mail(ctx, remind, people, true)
			if err != nil {
				return err
			}
			l.Planning = append(l.Planning, m.planning.over(people).called("remind", fmt.Sprintf("%d people with seats, ticks: %d", people, m.planned)))
			if people < mails {
				return nil
			}
			l.MailBytes = m.bytes
			if l.Sending, err = w.beside(b, m); err != nil {
				return err
			}
			l.Ticks, err = w.idle(remind, m.begin)
			return err
		})
		if err != nil {
			return l, fmt.Errorf("telling %d people: %w", people, err)
		}
	}
	for _, people := range []int{mails, 10 * mails} {
		err := w.apart(ctx, root, func(w *world) error {
			m, err := w.mail(ctx, remind, people, false)
			l.Memory = append(l.Memory, m.memory())
			return err
		})
		if err != nil {
			return l, fmt.Errorf("telling %d people: %w", people, err)
		}
	}
	l.compare()
	return l, nil
}

// apart does something in a world of its own.
func (w *world) apart(ctx context.Context, root string, do func(*world) error) error {
	other, err := newWorld(ctx, root, w.store)
	if err != nil {
		return err
	}
	return errors.Join(do(other), other.end())
}

func (m mailing) memory() memory {
	return memory{
		Mails: m.people, Plan: m.toPlan, Send: m.toSend, Ticks: m.sent,
		CPU: m.sending.over(m.people).CPU, PerSecond: float64(m.people) / m.took.Seconds(),
	}
}

// besides are the bare Lambdas that a mail is compared with.
var besides = []beside{
	{"writes", "one write, one mail handed over"},
	{"calls", "the same four calls"},
}

// beside returns the cost of each mail of remind, and that of what the bare Lambdas do
// for each, in the mean of a quarter of the mails, of the same size.
func (w *world) beside(b binaries, m mailing) ([]cost, error) {
	costs := []cost{m.sending.over(m.people).called("remind", fmt.Sprintf("each of %d mails", m.people))}
	for _, one := range besides {
		p, err := start(b.openBare, append(w.environment(w.recorder.URL), "BARE="+one.bare))
		if err != nil {
			return nil, err
		}
		mails := (m.people + 3) / 4
		c, err := w.workOf(p, mails, m.bytes)
		if err := errors.Join(err, p.stop()); err != nil {
			return nil, fmt.Errorf("the bare Lambda: %w", err)
		}
		costs = append(costs, c.over(mails).called("bare", one.does))
	}
	return costs, nil
}

// workOf is the cost of so many mails of a bare Lambda.
func (w *world) workOf(p *process, mails, bytes int) (cost, error) {
	if _, err := p.ready(); err != nil {
		return cost{}, err
	}
	event, err := json.Marshal(map[string]int{"mails": mails, "bytes": bytes})
	if err != nil {
		return cost{}, fmt.Errorf("encoding an event: %w", err)
	}
	return w.watch(p, func() error {
		_, err := p.invoke(event)
		return err
	})
}

// idle measures ticks with which nothing is due, on the days of a campaign: the first
// of a process reads that it is done, the later ones remember it.
func (w *world) idle(f function, begin cost) ([]cost, error) {
	kinds := []struct {
		name string
		pass func()
	}{
		{"first tick of a process", w.pass},
		{"tick", w.pass},
		{"tick of a quarter hour, which counts what waits for staff", w.passQuarter},
	}
	samples := make([][]cost, len(kinds))
	for range rounds {
		p, err := w.restart(f, w.recorder.URL)
		if err != nil {
			return nil, err
		}
		for i, kind := range kinds {
			kind.pass()
			event, err := tick(w.now)
			if err != nil {
				return nil, err
			}
			c, err := w.watch(p, func() error {
				body, err := p.invoke(event)
				if err != nil {
					return err
				}
				return operation{}.check(body)
			})
			if err != nil {
				return nil, fmt.Errorf("idle %s: %w", kind.name, err)
			}
			samples[i] = append(samples[i], c.called("remind", kind.name))
		}
	}
	ticks := []cost{begin.called("remind", "first tick of all, which notes what people know of the briefings")}
	for _, each := range samples {
		ticks = append(ticks, typical(each))
	}
	return ticks, nil
}

// readADay is what the ticks of a day read, if nothing is due on it.
func (l ledger) readADay() float64 {
	const quarters, minutes = 24 * 4, 24 * 60
	tick, quarter := l.Ticks[len(l.Ticks)-2].Units.Read, l.Ticks[len(l.Ticks)-1].Units.Read
	return (minutes-quarters)*tick + quarters*quarter
}

// restart ends the function's process and starts another.
func (w *world) restart(f function, store string) (*process, error) {
	if err := w.open[f.name].stop(); err != nil {
		return nil, err
	}
	delete(w.open, f.name)
	return w.keepRunning(f, store)
}

// compare computes the ratios.
func (l *ledger) compare() {
	own := l.Sending[0]
	l.PerCPUSecond = 1000 / own.CPU
	for _, bare := range l.Sending[1:] {
		l.Ratios = append(l.Ratios, ratio{
			Bare: bare.Operation, RoundTrips: sum(own.RoundTrips) / sum(bare.RoundTrips), WriteUnits: own.Units.Write / bare.Units.Write,
			Allocations: own.Allocations / bare.Allocations, CPU: own.CPU / bare.CPU,
		})
	}
	few, many := l.Memory[0], l.Memory[len(l.Memory)-1]
	l.Flat = growth{
		Plan: by(many.Plan.Resident, few.Plan.Resident), PlanHeap: by(many.Plan.Heap, few.Plan.Heap),
		Send: by(many.Send.Resident, few.Send.Resident), SendHeap: by(many.Send.Heap, few.Send.Heap),
	}
}

func by(many, few uint64) float64 {
	if few == 0 {
		return 0
	}
	return float64(many) / float64(few)
}
