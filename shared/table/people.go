package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
)

// Known is a person of an experiment with what there is of the person.
type Known struct {
	Person       Person
	Application  *Application  // nil if there is none
	Registration *Registration // nil if there is none
}

// People yields everybody of an experiment in the order in which they came:
// whoever has applied or registered for a briefing, those who have withdrawn included.
// Only who comes when is held in memory.
func (t *Table) People(ctx context.Context, experiment string) iter.Seq2[Known, error] {
	return func(yield func(Known, error) bool) {
		for some, err := range chunked(batch/3, t.inOrder(ctx, experiment)) {
			var people []Known
			if err == nil {
				people, err = t.known(ctx, some)
			}
			if err != nil {
				yield(Known{}, fmt.Errorf("listing people: %w", err))
				return
			}
			for _, one := range people {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}

// inOrder names everybody of an experiment in the order in which they came.
func (t *Table) inOrder(ctx context.Context, experiment string) iter.Seq2[listed, error] {
	var shards []iter.Seq2[listed, error]
	for shard := range allShards {
		shards = append(shards, t.peopleIn(ctx, personList(experiment, shard)))
	}
	return merged(func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.submitted, b.submitted), cmp.Compare(a.person, b.person))
	}, shards...)
}

// peopleIn yields the people of one shard.
func (t *Table) peopleIn(ctx context.Context, list string) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		for item, err := range t.list(ctx, list, 0) {
			if !yield(listed{Instant(firstPart(text(item["at"]))), lastPart(text(item["pk"]))}, err) || err != nil {
				return
			}
		}
	}
}

// known reads listed people with what there is of them, consistently.
func (t *Table) known(ctx context.Context, some []listed) ([]Known, error) {
	keys := make([]Key, 0, 3*len(some))
	for _, l := range some {
		keys = append(keys, profileKey(l.person), applicationKey(l.person), registrationKey(l.person))
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, err
	}
	people := make([]Known, 0, len(some))
	for i := range some {
		profile, application, registration := items[3*i], items[3*i+1], items[3*i+2]
		if profile == nil {
			continue // erased since the person was listed
		}
		var one Known
		var applied, registered error
		one.Application, applied = decodeIfAny[Application](application)
		one.Registration, registered = decodeIfAny[Registration](registration)
		if err := errors.Join(decode(profile, &one.Person), applied, registered); err != nil {
			return nil, err
		}
		people = append(people, one)
	}
	return people, nil
}

// Known reads a person with what there is of the person, consistently; ErrNotFound
// if there is none.
func (t *Table) Known(ctx context.Context, person string) (Known, error) {
	people, err := t.known(ctx, []listed{{person: person}})
	if err != nil {
		return Known{}, fmt.Errorf("reading a person: %w", err)
	}
	if len(people) == 0 {
		return Known{}, ErrNotFound
	}
	return people[0], nil
}
