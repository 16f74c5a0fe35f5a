package table

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/mail"
)

// ResearchState is whether a person takes part in the research.
type ResearchState string

// Before the first of these the person has not been asked, or has not answered.
const (
	Agreed       ResearchState = "agreed"
	Declined     ResearchState = "declined"
	LeftResearch ResearchState = "withdrawn" // after having agreed
)

// AnswerResearch records that a person agrees to take part in the research, or declines.
// Saying the same again to the same text changes nothing. Who has agreed leaves with
// LeaveResearch and not by declining: that is ErrAnswered. Who declined or left may agree
// (again); who left has no more to decline. Only who has applied is asked: it returns
// ErrNotFound for anybody else, and ErrWithdrawn for who has left the experiment. It is one
// transaction of three items.
func (t *Table) AnswerResearch(ctx context.Context, person Person, c Consent, now time.Time) error {
	at := At(now)
	err := t.decide(ctx, func() error {
		x := t.begin()
		atSurveys := x.answerResearch(person, c)
		atPerson := x.check(profileKey(person.ID), "attribute_exists(#applied) AND attribute_not_exists(#withdrawn)", nil)
		x.put(newAct(person.ID, string(stateAfter(c))+"-research", at), "", nil)
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		item, failed := refusal.at(atSurveys)
		if !failed {
			item, _ := refusal.at(atPerson)
			return notAsked(item)
		}
		var stands Surveys
		if err := decode(item, &stands); err != nil {
			return err
		}
		if stands.Research == Agreed && !c.Given {
			return ErrAnswered
		}
		return nil // said before
	})
	if err != nil {
		return fmt.Errorf("recording a consent to the research: %w", err)
	}
	return nil
}

// notAsked says why a person is not asked about the research.
func notAsked(item map[string]types.AttributeValue) error {
	person, err := decodeIfAny[Person](item)
	switch {
	case err != nil:
		return err
	case person != nil && person.Withdrawn != "":
		return ErrWithdrawn
	}
	return ErrNotFound
}

func stateAfter(c Consent) ResearchState {
	if c.Given {
		return Agreed
	}
	return Declined
}

// answerResearch writes what a person says to a text, if it is news.
func (x *transaction) answerResearch(person Person, c Consent) int {
	condition := "attribute_not_exists(#research) OR #consent.#version <> :version OR #consent.#hash <> :hash OR #research <> :state"
	listed := researchEntry(person.Experiment, person.ID, stateAfter(c), c.Version, false)
	v := values{
		":list": listed.List, ":at": listed.At,
		":state": stateAfter(c), ":consent": c, ":version": c.Version, ":hash": c.Hash,
		":person": person.ID, ":experiment": person.Experiment, ":none": map[string]Instant{}, ":zero": 0, ":one": 1,
	}
	if !c.Given {
		condition = "attribute_not_exists(#research) OR #research = :state AND (#consent.#version <> :version OR #consent.#hash <> :hash)"
	}
	return x.update(surveysKey(person.ID),
		`SET #person = :person, #experiment = :experiment, #research = :state, #consent = :consent, #list = :list, #at = :at,
		#begun = if_not_exists(#begun, :none), #saved = if_not_exists(#saved, :none), #done = if_not_exists(#done, :none),
		#version = if_not_exists(#version, :zero) + :one REMOVE #left, #erased`, condition, v)
}

// LeaveResearch withdraws a person's consent to the research: no survey is offered any
// more. The answers given so far are kept or, with erase, erased in the same transaction,
// alerts included; anonymous ones cannot be found again, and stay. A mail confirms it
// (mail.ResearchLeft; see Mail.ErasedAnswers). Leaving twice is leaving once; who left keeping
// the answers may still have them erased, also after having withdrawn from the experiment,
// and gets a mail of that. It returns ErrNotAgreed for who never took part.
//
// It is one read, with erase three, and one transaction.
func (t *Table) LeaveResearch(ctx context.Context, person Person, erase bool, now time.Time) error {
	err := t.decide(ctx, func() error {
		s, err := t.surveys(ctx, person.ID)
		switch {
		case err != nil:
			return err
		case s == nil || s.Research != Agreed && s.Research != LeftResearch:
			return ErrNotAgreed
		case !s.leaves(erase):
			return nil
		}
		told := newMail(person, mail.ResearchLeft, leftOccasion(erase, s.Version+1), At(now))
		return t.leaveNow(ctx, person.ID, s, erase, told, At(now))
	})
	if err != nil {
		return fmt.Errorf("leaving the research: %w", err)
	}
	return nil
}

// leaveNow takes a person out of the research, with the mail that confirms it.
func (t *Table) leaveNow(ctx context.Context, person string, s *Surveys, erase bool, told Mail, at Instant) error {
	x := t.begin()
	if err := t.leaveResearch(ctx, x, person, s, erase, at); err != nil {
		return err
	}
	x.put(newAct(person, "left-research", at), "", nil)
	x.put(told, isNew, nil)
	return x.commitOrLookAgain(ctx)
}

// surveys reads how a person stands; nil for who has never been asked.
func (t *Table) surveys(ctx context.Context, person string) (*Surveys, error) {
	var s Surveys
	err := t.readOne(ctx, surveysKey(person), &s)
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	return &s, err
}

// leaves reports whether leaving changes anything.
func (s *Surveys) leaves(erase bool) bool {
	return s.Research == Agreed || s.Research == LeftResearch && erase && !s.Erased
}

// leaveResearch adds to a decision that a person takes no part in the research any
// more. The decision is bound to how the person stands: an answer that is saved between,
// or a consent that is given, has it taken anew.
func (t *Table) leaveResearch(ctx context.Context, x *transaction, person string, s *Surveys, erase bool, at Instant) error {
	switch {
	case s == nil:
		x.check(surveysKey(person), isNew, nil)
		return nil
	case !s.leaves(erase):
		x.check(s.Key, "#version = :version", values{":version": s.Version})
		return nil
	}
	listed := researchEntry(s.Experiment, person, LeftResearch, s.Consent.Version, erase)
	change := "SET #research = :left, #left = if_not_exists(#left, :now), #version = :next, #list = :list, #at = :at"
	v := values{
		":left": LeftResearch, ":now": at, ":next": s.Version + 1, ":version": s.Version, ":list": listed.List, ":at": listed.At,
	}
	if erase {
		change += ", #erased = :yes, #begun = :none, #saved = :none, #done = :none"
		v[":yes"], v[":none"] = true, map[string]Instant{}
		given, err := t.answersOf(ctx, person)
		if err != nil {
			return err
		}
		for _, key := range given {
			x.remove(key, "", nil)
		}
	}
	x.update(s.Key, change, "#version = :version", v)
	return nil
}

// answersOf finds a person's responses and the alerts that they caused, consistently.
func (t *Table) answersOf(ctx context.Context, person string) ([]Key, error) {
	var keys []Key
	for _, prefix := range []Key{responseKey(person, ""), alertPrefix(person)} {
		for item, err := range t.partition(ctx, prefix.PK, prefix.SK, "pk", "sk") {
			if err != nil {
				return nil, err
			}
			keys = append(keys, keyOf(item))
		}
	}
	return keys, nil
}

// erased is how the occasion of a mail begins that confirms an erasure, too.
const erased = "erased"

// leftOccasion names one leaving of the research by the version of Surveys that it made.
func leftOccasion(erase bool, version int) string {
	if erase {
		return fmt.Sprint(erased, " ", version)
	}
	return fmt.Sprint("kept ", version)
}

// withdrawnOccasion names the one leaving of the experiment.
func withdrawnOccasion(erase bool) string {
	if erase {
		return erased
	}
	return ""
}

// ErasedAnswers reports, of a mail that confirms that a person left the research or the
// experiment, whether the answers were erased with it.
func (m Mail) ErasedAnswers() bool {
	return (m.Kind == mail.ResearchLeft || m.Kind == mail.Withdrawn) && strings.HasPrefix(m.Occasion, erased)
}
