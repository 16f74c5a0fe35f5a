package table

import (
	"context"
	"errors"
	"iter"
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
}

// Involvements yields how everybody of an experiment stands who has answered about the
// research, was offered a side job or began a survey: by shard, then by id, in flat memory. It
// reads keys alone, from the index, which lags a little behind the items.
func (t *Table) Involvements(ctx context.Context, experiment string) iter.Seq2[Involvement, error] {
	return func(yield func(Involvement, error) bool) { yield(Involvement{}, errors.ErrUnsupported) }
}

// Group is the arm that the person belongs to now: see Group.
func (i Involvement) Group() string { return "" }

// Arm is the arm that the person's answers count to: the group or, for who left the
// research or withdrew and let them stay, the one that they were given in.
func (i Involvement) Arm() string { return "" }

// Answered is a person with the responses that the person has finished.
type Answered struct {
	Involvement
	Responses map[string]Response // by round
}

// Answered yields who of an experiment's people has finished one of the rounds, in the
// order of Involvements, with those responses: a consistent read for every 100 of them, and
// no more in memory.
func (t *Table) Answered(ctx context.Context, experiment string, rounds ...string) iter.Seq2[Answered, error] {
	return func(yield func(Answered, error) bool) { yield(Answered{}, errors.ErrUnsupported) }
}
