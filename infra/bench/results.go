package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"livinglab/infra/bench/window"
	"livinglab/infra/madeup"
)

// results is what summaries and analyses cost, by how many people take part.
type results struct {
	Hours  []hourly `json:"hours"`
	Growth []steps  `json:"growth"` // from each number of people to ten times as many
	Alone  []alone  `json:"analysisAlone"`
	Flat   flat     `json:"analysisAloneRatios"` // of the most people to the fewest
}

// hourly is an hour of summarize, in a process of its own.
type hourly struct {
	People int           `json:"people"`
	Does   string        `json:"does"`
	Cost   cost          `json:"cost"`
	Took   float64       `json:"seconds"`
	Memory window.Weight `json:"memory"`
}

// steps is by how much more an hour takes of each with ten times as many people.
type steps struct {
	Does       string  `json:"does"`
	From       int     `json:"from"`
	To         int     `json:"to"`
	RoundTrips float64 `json:"roundTrips"`
	ReadUnits  float64 `json:"readUnits"`
	WriteUnits float64 `json:"writeUnits"`
	CPU        float64 `json:"cpu"`
	Took       float64 `json:"seconds"`
	Resident   float64 `json:"resident"`
	Heap       float64 `json:"heap"`
}

// alone is an analysis of people who come from an iterator, in a process of its own.
type alone struct {
	People  int           `json:"people"`
	Figures int           `json:"figures"`
	InUse   uint64        `json:"inUse"`           // the most, in bytes, on the way
	CPU     float64       `json:"cpuMilliseconds"` // making the people up included
	Memory  window.Weight `json:"memory"`
}

// flat is by how much more the analysis alone takes of each: all are 1 if nothing grows.
type flat struct {
	CPU      float64 `json:"cpuPerPerson"`
	Resident float64 `json:"resident"`
	Heap     float64 `json:"heap"`
	InUse    float64 `json:"inUse"`
}

// What the hours do that are measured.
const (
	nothing  = "an hour with nothing to do"
	analyzes = "an hour that analyzes"
	tells    = "an hour that summarizes"
)

// fewestPeople is of how many people a hundredth is somebody to copy the others from.
const fewestPeople = 100 * madeup.Originally

// measureResults measures hours over so many people, a tenth and a hundredth of them, each
// in a world of its own, and the analysis alone over ten times as many.
func (w *world) measureResults(ctx context.Context, root string, b binaries, people int) (r results, err error) {
	for _, n := range []int{people / 100, people / 10, people} {
		err := w.apart(ctx, root, func(w *world) error {
			for _, name := range []string{"remind", "summarize"} {
				if _, err := w.keepRunning(b.open[name], w.recorder.URL); err != nil {
					return err
				}
			}
			hours, err := w.hours(ctx, b.open["summarize"], n)
			r.Hours = append(r.Hours, hours...)
			return err
		})
		if err != nil {
			return r, fmt.Errorf("summarizing and analyzing %d people: %w", n, err)
		}
	}
	for _, n := range []int{people / 10, people, 10 * people} {
		one, err := analyzeAlone(b.alone, n)
		if err != nil {
			return r, fmt.Errorf("analyzing %d people alone: %w", n, err)
		}
		r.Alone = append(r.Alone, one)
	}
	r.compare()
	return r, nil
}

// hours measures the hours of a week in which the last wave has closed. What was to be done
// before is done: the plan is frozen, the earlier waves are analyzed, and there are summaries.
func (w *world) hours(ctx context.Context, f function, people int) ([]hourly, error) {
	if err := w.addStaff(ctx); err != nil {
		return nil, err
	}
	if err := w.takePart(ctx, people); err != nil {
		return nil, err
	}
	last, zone := w.experiment.Waves[len(w.experiment.Waves)-1], w.experiment.Zone()
	before := w.experiment.StaffSummary.Next(last.Open, zone)
	if _, err := w.did(before); err != nil {
		return nil, err
	}
	closed := last.Close.Truncate(time.Hour).Add(time.Hour)
	summary := w.experiment.StaffSummary.Next(closed.Add(time.Hour), zone)
	var all []hourly
	for _, each := range []struct {
		does string
		at   time.Time
		want done
	}{
		{analyzes, closed, done{Analyzed: 1}},
		{nothing, closed.Add(time.Hour), done{}},
		{tells, summary, done{Summarized: 1, Mailed: 1}},
	} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one, err := w.measureHour(f, each.at, each.want)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.does, err)
		}
		one.People, one.Does = people, each.does
		one.Cost = one.Cost.called(f.name, each.does)
		all = append(all, one)
	}
	return all, nil
}

// done is what an hour reports.
type done struct{ Frozen, Analyzed, Summarized, Mailed int }

// did lets an hour pass in the running process.
func (w *world) did(at time.Time) (d done, err error) {
	event, err := tick(at)
	body, err := w.call("summarize", event, err)
	if err != nil {
		return d, errors.Join(err, errors.New(w.open["summarize"].said.String()))
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return d, fmt.Errorf("reading a report: %w", err)
	}
	return d, nil
}

// measureHour lets an hour pass in a new process.
func (w *world) measureHour(f function, at time.Time, want done) (h hourly, err error) {
	p, err := w.restart(f, w.recorder.URL)
	if err != nil {
		return h, err
	}
	started := time.Now()
	h.Cost, err = w.watch(p, func() error {
		got, err := w.did(at)
		if err == nil && got != want {
			err = fmt.Errorf("the hour did %+v, not %+v\n%s", got, want, p.said)
		}
		return err
	})
	if err != nil {
		return h, err
	}
	h.Took = time.Since(started).Seconds()
	h.Memory, err = p.weigh()
	return h, err
}

// analyzeAlone measures an analysis in a process of its own.
func analyzeAlone(f function, people int) (a alone, err error) {
	p, err := start(f, nil)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if _, err := p.ready(); err != nil {
		return a, err
	}
	event, err := json.Marshal(map[string]int{"people": people})
	if err != nil {
		return a, fmt.Errorf("encoding an event: %w", err)
	}
	before, err := p.look()
	if err != nil {
		return a, err
	}
	body, err := p.invoke(event)
	if err != nil {
		return a, err
	}
	after, err := p.look()
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(body, &a); err != nil || a.Figures == 0 {
		return a, fmt.Errorf("reading %s: %w", body, err)
	}
	a.CPU = (after.CPUBefore - before.CPUAfter).Seconds() * 1000
	a.Memory, err = p.weigh()
	return a, err
}

// compare computes the ratios.
func (r *results) compare() {
	for _, does := range []string{nothing, tells, analyzes} {
		var of []hourly
		for _, h := range r.Hours {
			if h.Does == does {
				of = append(of, h)
			}
		}
		for i := range of[1:] {
			few, many := of[i], of[i+1]
			r.Growth = append(r.Growth, steps{
				Does: does, From: few.People, To: many.People,
				RoundTrips: share(sum(many.Cost.RoundTrips), sum(few.Cost.RoundTrips)),
				ReadUnits:  share(many.Cost.Units.Read, few.Cost.Units.Read), WriteUnits: share(many.Cost.Units.Write, few.Cost.Units.Write),
				CPU: share(many.Cost.CPU, few.Cost.CPU), Took: share(many.Took, few.Took),
				Resident: by(many.Memory.Resident, few.Memory.Resident), Heap: by(many.Memory.Heap, few.Memory.Heap),
			})
		}
	}
	few, many := r.Alone[0], r.Alone[len(r.Alone)-1]
	r.Flat = flat{
		CPU:      share(many.CPU/float64(many.People), few.CPU/float64(few.People)),
		Resident: by(many.Memory.Resident, few.Memory.Resident), Heap: by(many.Memory.Heap, few.Memory.Heap), InUse: by(many.InUse, few.InUse),
	}
}

// share is how much more there is of something; 0 where there was nothing of it.
func share(many, few float64) float64 {
	if few == 0 {
		return 0
	}
	return many / few
}
