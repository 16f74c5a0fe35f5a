package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"livinglab/infra/bench/capacity"
)

// cost is what an operation costs, each time.
type cost struct {
	Function    string             `json:"function"`
	Operation   string             `json:"operation"`
	RoundTrips  map[string]float64 `json:"roundTrips"` // to DynamoDB, by its operations
	Units       capacity.Units     `json:"units"`
	Allocations float64            `json:"allocations"`
	Bytes       float64            `json:"bytes"`           // allocated
	CPU         float64            `json:"cpuMilliseconds"` // of the whole process, in user and kernel mode
	Conflict    bool               `json:"conflict,omitempty"`
}

// plus returns the sum, as a cost of the first operation.
func (c cost) plus(other cost) cost {
	trips := maps.Clone(c.RoundTrips)
	if trips == nil {
		trips = map[string]float64{}
	}
	for name, n := range other.RoundTrips {
		trips[name] += n
	}
	c.RoundTrips, c.Units = trips, c.Units.Plus(other.Units)
	c.Allocations += other.Allocations
	c.Bytes += other.Bytes
	c.CPU += other.CPU
	return c
}

// over returns the cost of one of n.
func (c cost) over(n int) cost {
	each, trips := 1/float64(n), map[string]float64{}
	for name := range c.RoundTrips {
		trips[name] = c.RoundTrips[name] * each
	}
	c.RoundTrips, c.Units = trips, capacity.Units{Read: c.Units.Read * each, Write: c.Units.Write * each}
	c.Allocations *= each
	c.Bytes *= each
	c.CPU *= each
	return c
}

// called returns the cost under a name.
func (c cost) called(function, operation string) cost {
	c.Function, c.Operation = function, operation
	return c
}

// A cost is measured in rounds, in each of which every operation is repeated:
// its processor time and memory are the mean of a round, which lets the garbage
// collector's part count, and the median of the rounds.
const (
	rounds  = 5
	repeats = 5
)

// measure runs the operations in functions that stay warm.
func (w *world) measure(ctx context.Context, b binaries) ([]cost, error) {
	for _, name := range names {
		if _, err := w.keepRunning(b.open[name], w.recorder.URL); err != nil {
			return nil, err
		}
	}
	if _, err := w.keepRunning(b.openBare, w.recorder.URL, "BARE=save"); err != nil {
		return nil, err
	}
	samples := make([][]cost, len(operations))
	for round := range rounds + 1 {
		for i, o := range operations {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			c, err := w.round(o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", o.name, err, w.open[o.function].said)
			}
			if round > 0 { // the first one warms up
				samples[i] = append(samples[i], c)
			}
		}
	}
	return summarize(samples), nil
}

// summarize makes one cost of the rounds of each operation, and adds that of a
// further mail.
func summarize(samples [][]cost) []cost {
	var costs []cost
	for _, rounds := range samples {
		costs = append(costs, typical(rounds))
	}
	return append(costs, oneMore(costs))
}

// round repeats an operation and returns the mean of its costs.
func (w *world) round(o operation) (cost, error) {
	sum := cost{Function: o.function, Operation: o.name, Conflict: o.conflict}
	for range repeats {
		c, err := w.once(o)
		if err != nil {
			return cost{}, err
		}
		sum = sum.plus(c)
	}
	return sum.over(repeats), nil
}

// once runs an operation and returns what it costs.
func (w *world) once(o operation) (cost, error) {
	event, err := o.prepare(w)
	if err != nil {
		return cost{}, fmt.Errorf("preparing: %w", err)
	}
	if o.conflict {
		w.recorder.conflictOnce()
	}
	p := w.open[o.function]
	return w.watch(p, func() error {
		body, err := p.invoke(event)
		if err != nil {
			return err
		}
		return o.check(body)
	})
}

// watch returns what a process uses, and asks of DynamoDB through the recorder,
// while something is done with it.
func (w *world) watch(p *process, do func() error) (cost, error) {
	w.recorder.forget()
	before, err := p.look()
	if err != nil {
		return cost{}, err
	}
	if err := do(); err != nil {
		return cost{}, err
	}
	after, err := p.look()
	if err != nil {
		return cost{}, err
	}
	seen, err := w.recorder.recorded()
	if err != nil {
		return cost{}, err
	}
	return cost{
		RoundTrips: seen.counted(), Units: seen.units,
		Allocations: float64(after.Allocations - before.Allocations), Bytes: float64(after.Bytes - before.Bytes),
		CPU: (after.CPUBefore - before.CPUAfter).Seconds() * 1000,
	}, nil
}

// check makes sure that the function did what was to be measured.
func (o operation) check(body []byte) error {
	if o.status != 0 {
		_, err := answered(body, o.status)
		return err
	}
	var report struct{ Settled int }
	if err := json.Unmarshal(body, &report); err != nil {
		return fmt.Errorf("reading a report: %w", err)
	}
	if report.Settled != o.mails {
		return fmt.Errorf("%d mails were settled, not %d", report.Settled, o.mails)
	}
	return nil
}

// typical is the median of each figure, of round trips and units too: that an
// answer was late on a busy machine, and asked for again, does not show.
func typical(rounds []cost) cost {
	middle := func(figure func(cost) float64) float64 {
		figures := make([]float64, len(rounds))
		for i, c := range rounds {
			figures[i] = figure(c)
		}
		return median(figures)
	}
	c := rounds[0]
	for name := range c.RoundTrips {
		c.RoundTrips[name] = middle(func(c cost) float64 { return c.RoundTrips[name] })
	}
	c.Units.Read = middle(func(c cost) float64 { return c.Units.Read })
	c.Units.Write = middle(func(c cost) float64 { return c.Units.Write })
	c.Allocations = middle(func(c cost) float64 { return c.Allocations })
	c.Bytes = middle(func(c cost) float64 { return c.Bytes })
	c.CPU = middle(func(c cost) float64 { return c.CPU })
	return c
}

// oneMore is what each further mail of a tick costs, by the difference of the
// last two operations: a tick with a single mail and a long one.
func oneMore(costs []cost) cost {
	long := costs[len(costs)-1]
	one := costs[len(costs)-2]
	each := func(figure func(cost) float64) float64 {
		return (figure(long) - figure(one)) / (mailsInALongTick - 1)
	}
	c := cost{Function: long.Function, Operation: "each further mail", RoundTrips: map[string]float64{}}
	for name := range long.RoundTrips {
		if n := each(func(c cost) float64 { return c.RoundTrips[name] }); n != 0 {
			c.RoundTrips[name] = n
		}
	}
	c.Units.Read = each(func(c cost) float64 { return c.Units.Read })
	c.Units.Write = each(func(c cost) float64 { return c.Units.Write })
	c.Allocations = each(func(c cost) float64 { return c.Allocations })
	c.Bytes = each(func(c cost) float64 { return c.Bytes })
	c.CPU = each(func(c cost) float64 { return c.CPU })
	return c
}

// median returns the middle of the figures, the mean of the two in the middle
// for an even number.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
