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

	// Survey is until when the receipt's link on to the survey opens; zero for none. The
	// token has to be our own form's, and random.
	Survey time.Time
}

// Submit accepts a post once and returns its receipt.
//
// A first application of an address is written with its person and the
// acknowledgement: one transaction. A person who has registered for a briefing before
// gets the application: two transactions. A post that was accepted before gets the
// receipt that it got then: one canceled transaction. If the address already has
// an application, nothing of it changes: the post gets a receipt like any other,
// and at most one mail a day says which application stands: two transactions.
//
// It returns ErrOtherBody if the token came with another body before.
func (t *Table) Submit(ctx context.Context, s Submission, now time.Time) (Receipt, error) {
	var receipt Receipt
	err := t.decide(ctx, func() error {
		var held *holder
		var err error
		receipt, held, err = t.submitFirst(ctx, s, now)
		switch {
		case held == nil:
		case held.Applied == "":
			receipt, err = t.submitRegistered(ctx, s, *held, now)
		default:
			receipt, err = t.submitAgain(ctx, s, *held, now)
		}
		if before, ok := errors.AsType[acceptedBefore](err); ok {
			if !before.IsOf(s.Body) {
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

// receipt is the record of the post. It leads on to the survey of a person who applies
// with it, if that is asked for.
func (s Submission) receipt(applies string, now time.Time) (Receipt, error) {
	r, err := newReceipt(receiptKey(s.Person.Experiment, s.Token), s.Token, s.Body, s.Application.Reference, s.Person.Address.Typed, now)
	if err != nil || applies == "" || s.Survey.IsZero() {
		return r, err
	}
	return r.leadingTo(surveyLink(s, applies), s.Token)
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
func (t *Table) submitFirst(ctx context.Context, s Submission, now time.Time) (Receipt, *holder, error) {
	receipt, err := s.receipt(s.Person.ID, now)
	if err != nil {
		return Receipt{}, nil, err
	}
	at := At(now)
	person := s.Person
	address := addressKey(person.Experiment, person.Address.Comparable)

	person.Key = profileKey(person.ID)
	person.entry = personEntry(person.Experiment, person.ID, at)
	person.Created, person.Applied = at, at
	person.Outside = []Key{receipt.Key, address}

	x := t.begin()
	atReceipt := x.put(receipt, isNewOrLapsed, values{":now": at})
	atAddress := x.put(holder{Key: address, Person: person.ID, Applied: at}, isNew, nil)
	x.put(person, "", nil)
	x.apply(person, s, now)
	err = x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return receipt, nil, err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return Receipt{}, nil, err
	}
	item, _ := refusal.at(atAddress)
	held := new(holder)
	if err := decode(item, held); err != nil {
		return Receipt{}, nil, err
	}
	return Receipt{}, held, nil
}

// apply writes a person's application and the mail that acknowledges it. That mail
// also knows the link by which the receipt leads on to the survey.
func (x *transaction) apply(person Person, s Submission, now time.Time) {
	at, application := At(now), s.Application
	application.Key = applicationKey(person.ID)
	application.entry = applicationEntry(person.Experiment, person.ID, at, application.Choices)
	application.Person, application.Experiment = person.ID, person.Experiment
	application.Submitted, application.Version = at, 1
	x.put(application, isNew, nil)
	acknowledgement := newMail(person, mail.Acknowledgement, application.Reference, at)
	if !s.Survey.IsZero() {
		acknowledgement.Links = []Grant{surveyGrant(s, now)}
	}
	x.put(acknowledgement, isNew, nil)
}

// submitRegistered writes the application of a person who has only registered for
// a briefing so far, with the names as they stand in it.
func (t *Table) submitRegistered(ctx context.Context, s Submission, held holder, now time.Time) (Receipt, error) {
	receipt, err := s.receipt(held.Person, now)
	if err != nil {
		return Receipt{}, err
	}
	at := At(now)
	person := s.Person
	person.ID = held.Person
	x := t.begin()
	atReceipt := x.put(receipt, isNewOrLapsed, values{":now": at})
	x.update(held.Key, "SET #applied = :now", "#person = :person AND attribute_not_exists(#applied)",
		values{":now": at, ":person": held.Person})
	x.update(profileKey(person.ID),
		`SET #familyName = :familyName, #givenName = :givenName, #familyKana = :familyKana,
		#givenKana = :givenKana, #prefecture = :prefecture, #lang = :lang, #applied = :now, #outside = list_append(#outside, :receipt)`,
		"attribute_exists(#pk) AND attribute_not_exists(#withdrawn)",
		values{
			":familyName": person.FamilyName, ":givenName": person.GivenName, ":familyKana": person.FamilyKana,
			":givenKana": person.GivenKana, ":prefecture": person.Prefecture, ":lang": person.Lang, ":now": at, ":receipt": []Key{receipt.Key},
		})
	x.apply(person, s, now)
	err = x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return receipt, err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return Receipt{}, err
	}
	return Receipt{}, unexplained(refusal)
}

// submitAgain gives a post for a known address its receipt and tells the
// address, once a day, which application stands.
func (t *Table) submitAgain(ctx context.Context, s Submission, held holder, now time.Time) (Receipt, error) {
	receipt, err := s.receipt("", now)
	if err != nil {
		return Receipt{}, err
	}
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
	err = x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return receipt, err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return Receipt{}, err
	}
	// The address changed hands, or another post of it came between: look again.
	return Receipt{}, fmt.Errorf("%w: %w", errConflict, err)
}
