package table

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Step is how far a participation has got.
type Step string

// The steps, each after those before it; the last two exclude one another.
const (
	NoStep         Step = ""
	StepOffered    Step = "offered"
	StepAccepted   Step = "accepted"
	StepStarted    Step = "started"
	StepEndedEarly Step = "ended"
	StepCompleted  Step = "completed"
)

// Involvement is how a person stands with the research, as the keys of a list have it: who
// answers, counts or analyzes surveys looks through everybody without reading an item.
type Involvement struct {
	Person   string
	Research ResearchState // "" for who has not answered, and for hosts' contacts
	Erased   bool          // left, and had the answers erased
	Consent  string        // version of the text that the person answered last
	Listing  string        // that the person was offered
	Step     Step
	Rounds   map[string]bool // survey rounds begun; whether the person finished

	When map[string]Instant // when the person began a round or, where finished, finished it
}

// Involvements yields how everybody of an experiment stands who has answered about the
// research, was offered a side job or began a survey: by shard, then by id, in flat memory. It
// reads keys alone, from the index, which lags a little behind the items. Anonymous answers
// are nobody's.
func (t *Table) Involvements(ctx context.Context, experiment string) iter.Seq2[Involvement, error] {
	return func(yield func(Involvement, error) bool) {
		for shard := range allShards {
			for i, err := range t.involvedIn(ctx, involvedList(experiment, shard)) {
				if err != nil {
					err = fmt.Errorf("listing who is involved: %w", err)
				}
				if !yield(i, err) || err != nil {
					return
				}
			}
		}
	}
}

// involvedIn yields the people of one shard: the entries of each come together. An item
// that changes meanwhile is not missed: no other entry lies between its two places.
func (t *Table) involvedIn(ctx context.Context, list string) iter.Seq2[Involvement, error] {
	return func(yield func(Involvement, error) bool) {
		var one Involvement
		for item, err := range t.list(ctx, list, keyPage) {
			if err != nil {
				yield(Involvement{}, err)
				return
			}
			place := parts(text(item["at"]))
			if place[0] != one.Person {
				if one.Person != "" && !yield(one, nil) {
					return
				}
				one = Involvement{Person: place[0], Rounds: map[string]bool{}, When: map[string]Instant{}}
			}
			one.add(place[1:])
		}
		if one.Person != "" {
			yield(one, nil)
		}
	}
}

// add reads one of the person's entries. What it does not know is for newer code.
func (i *Involvement) add(place []string) {
	if len(place) < 3 {
		return
	}
	switch kind, what, how := place[0], place[1], place[2]; kind {
	case involvedResearch:
		i.Research, i.Consent, i.Erased = ResearchState(what), how, len(place) > 3
	case involvedParticipation:
		i.Listing, i.Step = what, Step(how)
	case involvedResponse:
		i.Rounds[what] = how == responseDone
		if len(place) > 3 {
			i.When[what] = Instant(place[3])
		}
	}
}

// Answered is a person with the responses that the person has finished.
type Answered struct {
	Involvement
	Responses map[string]Response // by round
}

// Answered yields who of an experiment's people has finished one of the rounds, in the
// order of Involvements, with those responses: a consistent read for every 100 of them, and
// no more in memory. What was erased since it was listed is not among them.
func (t *Table) Answered(ctx context.Context, experiment string, rounds ...string) iter.Seq2[Answered, error] {
	return func(yield func(Answered, error) bool) {
		var waiting []Answered
		var keys []Key
		all := func() bool {
			read, err := t.answered(ctx, waiting, keys)
			if err != nil {
				yield(Answered{}, fmt.Errorf("reading what was answered: %w", err))
				return false
			}
			for _, a := range read {
				if !yield(a, nil) {
					return false
				}
			}
			waiting, keys = waiting[:0], keys[:0]
			return true
		}
		for i, err := range t.Involvements(ctx, experiment) {
			if err != nil {
				yield(Answered{}, err)
				return
			}
			finished := i.finished(rounds)
			if len(finished) == 0 {
				continue
			}
			if len(keys)+len(finished) > batch && !all() {
				return
			}
			waiting, keys = append(waiting, Answered{i, map[string]Response{}}), append(keys, finished...)
		}
		all()
	}
}

// finished are the keys of the responses to some rounds that the person has finished.
func (i Involvement) finished(rounds []string) []Key {
	var keys []Key
	for _, round := range rounds {
		if i.Rounds[round] {
			keys = append(keys, responseKey(i.Person, round))
		}
	}
	return keys
}

// answered reads the responses under the keys, which are those of the people in their
// order, and returns who has one.
func (t *Table) answered(ctx context.Context, people []Answered, keys []Key) ([]Answered, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, err
	}
	of := make(map[string]Answered, len(people))
	for _, a := range people {
		of[a.Person] = a
	}
	for _, item := range items {
		if err := keepFinished(of, item); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(people, func(a Answered) bool { return len(a.Responses) == 0 }), nil
}

// keepFinished adds a response to its person's, if there still is one and it is finished.
func keepFinished(of map[string]Answered, item map[string]types.AttributeValue) error {
	r, err := decodeIfAny[Response](item)
	if err == nil && r != nil && r.Done != "" {
		of[r.Person].Responses[r.Wave] = *r
	}
	return err
}
