package main

import (
	"context"
	"encoding/json"
	"fmt"
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

// A cost is measured in rounds, in each of which every operation is repeated:
// its processor time and memory are the mean of a round, which lets the garbage
// collector's part count, and the median of the rounds.
const (
	rounds  = 5
	repeats = 5
)

// measure runs the operations in functions that stay warm.
func (w *world) measure(ctx context.Context, open map[string]function) ([]cost, error) {
	for _, name := range names {
		p, err := start(open[name], w.environment(w.recorder.URL))
		if err != nil {
			return nil, err
		}
		w.open[name] = p
		if _, err := p.ready(); err != nil {
			return nil, err
		}
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
	sum := cost{Function: o.function, Operation: o.name, Conflict: o.conflict, RoundTrips: map[string]float64{}}
	for range repeats {
		if err := w.once(o, &sum); err != nil {
			return cost{}, err
		}
	}
	for name := range sum.RoundTrips {
		sum.RoundTrips[name] /= repeats
	}
	sum.Units.Read /= repeats
	sum.Units.Write /= repeats
	sum.Allocations /= repeats
	sum.Bytes /= repeats
	sum.CPU /= repeats
	return sum, nil
}

// once runs an operation and adds what it costs.
func (w *world) once(o operation, sum *cost) error {
	event, err := o.prepare(w)
	if err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	p := w.open[o.function]
	if o.conflict {
		w.recorder.conflictOnce()
	}
	w.recorder.forget()
	before, err := p.look()
	if err != nil {
		return err
	}
	body, err := p.invoke(event)
	if err != nil {
		return err
	}
	after, err := p.look()
	if err != nil {
		return err
	}
	seen, err := w.recorder.recorded()
	if err != nil {
		return err
	}
	if err := o.check(body); err != nil {
		return err
	}
	for name, n := range seen.trips {
		sum.RoundTrips[name] += float64(n)
	}
	sum.Units = sum.Units.Plus(seen.units)
	sum.Allocations += float64(after.Allocations - before.Allocations)
	sum.Bytes += float64(after.Bytes - before.Bytes)
	sum.CPU += (after.CPUBefore - before.CPUAfter).Seconds() * 1000
	return nil
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
