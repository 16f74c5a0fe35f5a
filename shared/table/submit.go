package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// ErrOtherBody means that a form token was used for something else before.
var ErrOtherBody = errors.New("the token was used with another body")

// Submission is one post of the application form.
type Submission struct {
	Token       string // of the form, or what stands for it; its digest keys the receipt
	Body        string // what was posted, in one canonical form
	Person      Person // new: with its id
	Application Application
	Day         string // the local day, on which one more mail may be caused
}

// Submit accepts a post once and returns its receipt.
//
// A first application of an address is written with its person and the
// acknowledgement: one transaction. A post that was accepted before gets the
// receipt that it got then: one canceled transaction. If the address already has
// an application, nothing of it changes: the post gets a receipt like any other,
// and at most one mail a day says which application stands: two transactions.
//
// It returns ErrOtherBody if the token came with another body before.
func (t *Table) Submit(ctx context.Context, s Submission, now time.Time) (Receipt, error) {
	receipt, err := newReceipt(s.Person.Experiment, s.Token, s.Body, s.Application.Reference, s.Person.Address.Typed, now)
	if err != nil {
		return Receipt{}, err
	}
	err = t.decide(ctx, func() error {
		held, err := t.submitFirst(ctx, s, receipt, now)
		if held != nil {
			err = t.submitAgain(ctx, s, receipt, *held, now)
		}
		if before, ok := errors.AsType[acceptedBefore](err); ok {
			if before.Body != receipt.Body {
				return ErrOtherBody
			}
			receipt, err = before.Receipt, nil
		}
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("submitting an application: %w", err)
	}
	return receipt, nil
}

// acceptedBefore carries the receipt that a token already has.
type acceptedBefore struct{ Receipt }

func (acceptedBefore) Error() string { return "accepted before" }

const (
	isNew         = "attribute_not_exists(#pk)"
	isNewOrLapsed = "attribute_not_exists(#pk) OR #until <= :now"
)

// submitFirst writes the application of a person whom the experiment does not
// know. If the address is known it returns its holder instead.
func (t *Table) submitFirst(ctx context.Context, s Submission, receipt Receipt, now time.Time) (*holder, error) {
	at := At(now)
	person, application := s.Person, s.Application
	address := addressKey(person.Experiment, person.Address.Comparable)

	person.Key = profileKey(person.ID)
	person.Created = at
	person.Outside = []Key{receipt.Key, address}
	application.Key = applicationKey(person.ID)
	application.entry = applicationEntry(person.Experiment, person.ID, at)
	application.Person, application.Experiment = person.ID, person.Experiment
	application.Submitted, application.Version = at, 1

	x := t.begin()
	atReceipt := x.put(receipt, isNewOrLapsed, values{":now": at})
	atAddress := x.put(holder{Key: address, Person: person.ID}, isNew, nil)
	x.put(person, "", nil)
	x.put(application, "", nil)
	x.put(newMail(person, mail.Acknowledgement, application.Reference, at), "", nil)
	err := x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return nil, err
	}
	if item, failed := refusal.at(atReceipt); failed {
		var before acceptedBefore
		if err := decode(item, &before.Receipt); err != nil {
			return nil, err
		}
		return nil, before
	}
	item, _ := refusal.at(atAddress)
	held := new(holder)
	if err := decode(item, held); err != nil {
		return nil, err
	}
	return held, nil
}

// submitAgain gives a post for a known address its receipt and tells the
// address, once a day, which application stands.
func (t *Table) submitAgain(ctx context.Context, s Submission, receipt Receipt, held holder, now time.Time) error {
	at := At(now)
	x := t.begin()
	atReceipt := x.put(receipt, isNewOrLapsed, values{":now": at})
	if held.Standing == s.Day {
		x.check(held.Key, "#person = :person AND #standing = :day", values{":person": held.Person, ":day": s.Day})
	} else {
		x.update(held.Key, "SET #standing = :day",
			"#person = :person AND (attribute_not_exists(#standing) OR #standing <> :day)",
			values{":person": held.Person, ":day": s.Day})
		standing := newMail(Person{ID: held.Person, Experiment: s.Person.Experiment, Lang: s.Person.Lang}, mail.Standing, receipt.PK, at)
		x.put(standing, isNew, nil)
	}
	err := x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	if item, failed := refusal.at(atReceipt); failed {
		var before acceptedBefore
		if err := decode(item, &before.Receipt); err != nil {
			return err
		}
		return before
	}
	// The address changed hands, or another post of it came between: look again.
	return fmt.Errorf("%w: %w", errConflict, err)
}
