package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Applicant is a person with the application, and what became of it.
type Applicant struct {
	Person        Person
	Application   Application
	Participation *Participation // nil for who was never offered a side job
}

// Applicants yields everybody who has applied to an experiment in the order of
// submission, those who have withdrawn included. Nobody is missing who withdraws
// meanwhile. Only who comes when is held in memory.
func (t *Table) Applicants(ctx context.Context, experiment string) iter.Seq2[Applicant, error] {
	return func(yield func(Applicant, error) bool) {
		order, err := t.submissions(ctx, experiment)
		if err != nil {
			yield(Applicant{}, fmt.Errorf("listing applications: %w", err))
			return
		}
		for some := range slices.Chunk(order, batch/3) {
			applicants, err := t.applicants(ctx, some)
			if err != nil {
				yield(Applicant{}, fmt.Errorf("listing applications: %w", err))
				return
			}
			for _, a := range applicants {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

// listed is an application as a list names it.
type listed struct {
	submitted Instant
	person    string
}

// submissions returns the applications of an experiment in the order of
// submission. Who withdraws moves from one list to the other: the one that
// people leave is read first, so that whoever moves meanwhile is on either, and
// who is on both counts once.
func (t *Table) submissions(ctx context.Context, experiment string) ([]listed, error) {
	var order []listed
	for shard := range allShards {
		for item, err := range t.list(ctx, applicationList(experiment, shard), 0) {
			if err != nil {
				return nil, err
			}
			order = append(order, listed{Instant(firstPart(text(item["at"]))), lastPart(text(item["pk"]))})
		}
	}
	for shard := range allShards {
		for keys, err := range chunked(batch, t.keysOn(ctx, withdrawnList(experiment, shard))) {
			if err != nil {
				return nil, err
			}
			withdrawn, err := t.read(ctx, keys...)
			if err != nil {
				return nil, err
			}
			for _, item := range withdrawn {
				if item == nil {
					continue // erased since it was listed
				}
				var a Application
				if err := decode(item, &a); err != nil {
					return nil, err
				}
				order = append(order, listed{a.Submitted, a.Person})
			}
		}
	}
	slices.SortFunc(order, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.submitted, b.submitted), cmp.Compare(a.person, b.person))
	})
	return slices.Compact(order), nil
}

// keysOn yields the keys of the items on a list.
func (t *Table) keysOn(ctx context.Context, list string) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		for item, err := range t.list(ctx, list, 0) {
			if !yield(keyOf(item), err) || err != nil {
				return
			}
		}
	}
}

// applicants reads listed applications with their people and what became of them,
// consistently.
func (t *Table) applicants(ctx context.Context, some []listed) ([]Applicant, error) {
	keys := make([]Key, 0, 3*len(some))
	for _, l := range some {
		keys = append(keys, profileKey(l.person), applicationKey(l.person), participationKey(l.person))
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, err
	}
	applicants := make([]Applicant, 0, len(some))
	for three := range slices.Chunk(items, 3) {
		if three[0] == nil || three[1] == nil {
			continue // erased since it was listed
		}
		var a Applicant
		var offered error
		a.Participation, offered = decodeIfAny[Participation](three[2])
		if err := errors.Join(decode(three[0], &a.Person), decode(three[1], &a.Application), offered); err != nil {
			return nil, err
		}
		applicants = append(applicants, a)
	}
	return applicants, nil
}

// CountApplications counts the applications of an experiment that are not withdrawn.
func (t *Table) CountApplications(ctx context.Context, experiment string) (int, error) {
	count := 0
	for shard := range allShards {
		for _, err := range t.list(ctx, applicationList(experiment, shard), 0) {
			if err != nil {
				return 0, fmt.Errorf("counting applications: %w", err)
			}
			count++
		}
	}
	return count, nil
}
