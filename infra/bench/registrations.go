package main

import (
	"context"
	"fmt"

	"livinglab/infra/bench/capacity"
	"livinglab/shared/client"
	"livinglab/shared/table"
)

// place is what a place at a briefing costs.
type place struct {
	Operation  string             `json:"operation"`
	RoundTrips map[string]float64 `json:"roundTrips"`
	Units      capacity.Units     `json:"units"`
}

// registrations are what happens to a person's place at a briefing. They are decided
// by the table itself, in this process: round trips and units are measured, and
// nothing else.
var registrations = []struct {
	name string

	// prepare does what has to be there before, and returns what is measured.
	prepare func(ctx context.Context, w *world, t *table.Table) (do func() error, err error)
}{
	{"register, new address", func(ctx context.Context, w *world, t *table.Table) (func() error, error) {
		return w.registering(ctx, t, newAddress())
	}},
	{"register, known address", func(ctx context.Context, w *world, t *table.Table) (func() error, error) {
		address := newAddress()
		if _, err := w.apply(w.form(address)); err != nil {
			return nil, err
		}
		return w.registering(ctx, t, address)
	}},
	{"register, registered address, first that day", func(ctx context.Context, w *world, t *table.Table) (func() error, error) {
		return w.registeringAgain(ctx, t, 1)
	}},
	{"register, registered address, later that day", func(ctx context.Context, w *world, t *table.Table) (func() error, error) {
		return w.registeringAgain(ctx, t, 2)
	}},
	{"change the date", func(ctx context.Context, w *world, t *table.Table) (func() error, error) {
		person, err := w.register(ctx, w.items(), newAddress(), w.experiment.Briefings[0].ID)
		if err != nil {
			return nil, err
		}
		other, err := w.booking(ctx, w.experiment.Briefings[1].ID)
		return func() error { return t.Book(ctx, person, other, table.Registration{}, w.now) }, err
	}},
}

func (w *world) registering(ctx context.Context, t *table.Table, address string) (func() error, error) {
	r, err := w.registration(ctx, address, w.experiment.Briefings[0].ID)
	return func() error {
		_, err := t.Register(ctx, r, w.now)
		return err
	}, err
}

// registeringAgain is a new form from an address that has registered and sent others.
func (w *world) registeringAgain(ctx context.Context, t *table.Table, before int) (func() error, error) {
	address := newAddress()
	for range before {
		if _, err := w.register(ctx, w.items(), address, w.experiment.Briefings[0].ID); err != nil {
			return nil, err
		}
	}
	return w.registering(ctx, t, address)
}

// measureRegistrations measures them in this world.
func (w *world) measureRegistrations(ctx context.Context) ([]place, error) {
	t := table.New(client.DynamoDB(local, w.recorder.URL), w.table)
	var places []place
	for _, r := range registrations {
		var samples []cost
		for range rounds {
			do, err := r.prepare(ctx, w, t)
			if err != nil {
				return nil, fmt.Errorf("preparing: %s: %w", r.name, err)
			}
			w.recorder.forget()
			if err := do(); err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			seen, err := w.recorder.recorded()
			if err != nil {
				return nil, err
			}
			samples = append(samples, cost{RoundTrips: seen.counted(), Units: seen.units})
		}
		c := typical(samples)
		places = append(places, place{r.name, c.RoundTrips, c.Units})
	}
	return places, nil
}
