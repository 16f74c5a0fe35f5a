package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Subject is a person with all on which it depends whether a survey is for the person.
type Subject struct {
	Person        Person
	Application   *Application   // nil if there is none
	Surveys       *Surveys       // nil for who was never asked
	Participation *Participation // nil for who was never offered a side job
	Cursor        string         // where to go on after this person
}

// Group is the arm that the person belongs to.
func (s Subject) Group() string { return Group(s.Person, s.Participation, s.Surveys) }

// PeopleAfter yields the people of an experiment in the order in which they came, from
// after a cursor on: an empty one for all. The list lags a little behind the items: who
// came in the last seconds may be missing, and is found by going on later from a person
// who came before. It costs a consistent read for every 25 people, and holds no more of
// them in memory.
func (t *Table) PeopleAfter(ctx context.Context, experiment, after string) iter.Seq2[Subject, error] {
	return t.subjects(ctx, func(shard string) string { return personList(experiment, shard) }, afterCursor(after), "")
}

// AppliedBetween yields who applied in [from, to) and has not withdrawn, in the order of
// submission, from after a cursor on, as PeopleAfter.
func (t *Table) AppliedBetween(ctx context.Context, experiment string, from, to time.Time, after string) iter.Seq2[Subject, error] {
	return t.subjects(ctx, func(shard string) string { return applicationList(experiment, shard) },
		max(string(At(from)), afterCursor(after)), string(At(to)))
}

// afterCursor is where a list goes on after a person: beyond all that the entry says
// after the id. Ids have a fixed width: nobody else's entry begins with this one.
func afterCursor(cursor string) string {
	if cursor == "" {
		return ""
	}
	return cursor + "$" // the character after the one between parts
}

// position is a person's place on a list: the instant and the id that its entry begins with.
type position struct{ at, person string }

// subjects reads the people on the shards of a list from one place to another.
func (t *Table) subjects(ctx context.Context, list func(shard string) string, from, to string) iter.Seq2[Subject, error] {
	return func(yield func(Subject, error) bool) {
		var shards []iter.Seq2[position, error]
		for shard := range allShards {
			shards = append(shards, t.positions(ctx, list(shard), from, to))
		}
		order := merged(func(a, b position) int { return cmp.Compare(a.at, b.at) }, shards...)
		for some, err := range chunked(batch/4, order) {
			var people []Subject
			if err == nil {
				people, err = t.subjectsAt(ctx, some)
			}
			if err != nil {
				yield(Subject{}, fmt.Errorf("listing people: %w", err))
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

// positions yields the entries of a list between two places.
func (t *Table) positions(ctx context.Context, list, from, to string) iter.Seq2[position, error] {
	return func(yield func(position, error) bool) {
		for item, err := range t.listBetween(ctx, list, from, to, partitionPage) {
			person := lastPart(text(item["pk"]))
			if !yield(position{part(firstPart(text(item["at"])), person), person}, err) || err != nil {
				return
			}
		}
	}
}

// subjectsAt reads listed people, consistently.
func (t *Table) subjectsAt(ctx context.Context, some []position) ([]Subject, error) {
	var keys []Key
	for _, p := range some {
		keys = append(keys, profileKey(p.person), applicationKey(p.person), surveysKey(p.person), participationKey(p.person))
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, err
	}
	people := make([]Subject, 0, len(some))
	for i, p := range some {
		of := items[4*i : 4*i+4]
		if of[0] == nil {
			continue // erased since the person was listed
		}
		one := Subject{Cursor: p.at}
		var applied, surveyed, participates error
		one.Application, applied = decodeIfAny[Application](of[1])
		one.Surveys, surveyed = decodeIfAny[Surveys](of[2])
		one.Participation, participates = decodeIfAny[Participation](of[3])
		if err := errors.Join(decode(of[0], &one.Person), applied, surveyed, participates); err != nil {
			return nil, err
		}
		people = append(people, one)
	}
	return people, nil
}
