package table

import (
	"context"
	"errors"
	"iter"

	"livinglab/shared/locale"
)

// AnonymousAnswer is the answer of nobody in particular to an anonymous survey.
// Nothing in it leads to a person: the id is random, and there is only the day.
type AnonymousAnswer struct {
	Key
	ID         string              `dynamodbav:"id"`
	Experiment string              `dynamodbav:"experiment"`
	Wave       string              `dynamodbav:"wave"`
	Instrument string              `dynamodbav:"instrument"`
	Edition    Edition             `dynamodbav:"edition"`
	Lang       locale.Lang         `dynamodbav:"lang"`
	Day        string              `dynamodbav:"day"` // 2020-11-07, in the experiment's zone
	Answers    map[string][]string `dynamodbav:"answers"`
}

// AnswerAnonymously keeps an answer, and notes beside the person, without a time, that the
// person has given one to this wave. It returns ErrAnswered, and keeps nothing, if that
// was noted before.
func (t *Table) AnswerAnonymously(ctx context.Context, person string, a AnonymousAnswer) error {
	return errors.ErrUnsupported
}

// AnonymousAnswers yields the anonymous answers to a wave, in the order of their random ids.
func (t *Table) AnonymousAnswers(ctx context.Context, experiment, wave string) iter.Seq2[AnonymousAnswer, error] {
	return func(yield func(AnonymousAnswer, error) bool) { yield(AnonymousAnswer{}, errors.ErrUnsupported) }
}
