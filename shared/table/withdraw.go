package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// Withdraw takes a person out of the experiment: from now on no mail is wanted
// but the one that confirms it, the address is free again, and a place at a briefing
// goes to the next. Withdrawing twice is withdrawing once.
func (t *Table) Withdraw(ctx context.Context, person Person, sessions []experiment.Session, now time.Time) error {
	at := At(now)
	return t.withdraw(ctx, person, sessions, newMail(person, mail.Withdrawn, "", at), at, now)
}

// withdraw takes a person out as of an instant. The mail confirms it, or did so
// before the table was restored.
func (t *Table) withdraw(ctx context.Context, person Person, sessions []experiment.Session, told Mail, at Instant, now time.Time) error {
	err := t.decide(ctx, func() error {
		has, err := t.read(ctx, applicationKey(person.ID), registrationKey(person.ID))
		if err != nil {
			return err
		}
		x := t.begin()
		atPerson := x.update(profileKey(person.ID), "SET #withdrawn = :now",
			"#address.#comparable = :address AND attribute_not_exists(#withdrawn)",
			values{":now": at, ":address": person.Address.Comparable})
		if has[0] != nil {
			list := withdrawnEntry(person.Experiment, person.ID, at)
			x.update(applicationKey(person.ID), "SET #withdrawn = :now, #list = :list, #at = :at", "attribute_exists(#pk)",
				values{":now": at, ":list": list.List, ":at": list.At})
		} else {
			x.check(applicationKey(person.ID), isNew, nil)
		}
		if err := t.leaveBriefing(ctx, x, person.ID, has[1], sessions, now); err != nil {
			return err
		}
		x.remove(addressKey(person.Experiment, person.Address.Comparable), "#person = :person", values{":person": person.ID})
		for _, key := range person.Outside {
			if isReceipt(key) || isRegistrationReceipt(key) { // so that the same answers, sent anew, are a new application
				x.remove(key, "", nil)
			}
		}
		x.put(newAct(person.ID, "withdrawn", at), "", nil)
		x.put(told, isNew, nil)
		err = x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		item, failed := refusal.at(atPerson)
		if !failed {
			return unexplained(refusal)
		}
		var stands Person
		if err := decode(item, &stands); err != nil {
			return err
		}
		if stands.Withdrawn != "" {
			return nil
		}
		person = stands // the address changed since it was read
		return fmt.Errorf("%w: %w", errConflict, err)
	})
	if err != nil {
		return fmt.Errorf("withdrawing: %w", err)
	}
	return nil
}

// leaveBriefing gives up the place that a person who withdraws has at a briefing
// that is still to come.
func (t *Table) leaveBriefing(ctx context.Context, x *transaction, person string, item map[string]types.AttributeValue, sessions []experiment.Session, now time.Time) error {
	r, err := decodeIfAny[Registration](item)
	switch {
	case err != nil:
		return err
	case r == nil:
		x.check(registrationKey(person), isNew, nil)
		return nil
	case !r.Stands(sessions, now):
		x.check(r.Key, "#version = :version", values{":version": r.Version})
		return nil
	}
	_, err = t.giveUp(ctx, x, r, Left, sessions, now)
	return err
}
