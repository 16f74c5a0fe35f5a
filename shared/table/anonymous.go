package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// usedMark notes that a person has answered an anonymous wave, and nothing else.
type usedMark struct {
	Key
	Person string `dynamodbav:"person"`
	Wave   string `dynamodbav:"wave"`
}

// AnswerAnonymously keeps an answer, and notes beside the person, without a time, that the
// person has given one to this wave. It returns ErrAnswered, and keeps nothing, if that
// was noted before, and ErrWithdrawn for who has left the experiment. It is one transaction
// of three items. The id is new with every post.
func (t *Table) AnswerAnonymously(ctx context.Context, person string, a AnonymousAnswer) error {
	a.Key = answersKey(a.Experiment, a.Wave, a.ID)
	answers := make(map[string][]string, len(a.Answers))
	for item, answer := range a.Answers {
		answers[item] = given(answer)
	}
	a.Answers = answers
	err := t.decide(ctx, func() error {
		x := t.begin()
		atAnswer := x.put(a, isNew, nil)
		atMark := x.put(usedMark{Key: usedKey(person, a.Wave), Person: person, Wave: a.Wave}, isNew, nil)
		x.check(profileKey(person), "attribute_exists(#pk) AND attribute_not_exists(#withdrawn)", nil)
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atAnswer); failed && item != nil {
			return nil // it was kept, and the answer lost
		}
		if _, used := refusal.at(atMark); used {
			return ErrAnswered
		}
		return ErrWithdrawn
	})
	if err != nil {
		return fmt.Errorf("keeping an anonymous answer: %w", err)
	}
	return nil
}

// AnonymousAnswers yields the anonymous answers to a wave, in the order of their random ids.
func (t *Table) AnonymousAnswers(ctx context.Context, experiment, wave string) iter.Seq2[AnonymousAnswer, error] {
	var shards []iter.Seq2[AnonymousAnswer, error]
	for shard := range allShards {
		shards = append(shards, t.anonymousIn(ctx, answersPartition(experiment, wave, shard)))
	}
	return merged(func(a, b AnonymousAnswer) int { return cmp.Compare(a.ID, b.ID) }, shards...)
}

func (t *Table) anonymousIn(ctx context.Context, partition string) iter.Seq2[AnonymousAnswer, error] {
	return func(yield func(AnonymousAnswer, error) bool) {
		for item, err := range t.partition(ctx, partition, "") {
			var a AnonymousAnswer
			if err == nil {
				err = decode(item, &a)
			}
			if err != nil {
				yield(AnonymousAnswer{}, fmt.Errorf("listing anonymous answers: %w", err))
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}
