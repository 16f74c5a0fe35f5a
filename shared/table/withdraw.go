package table

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// Withdraw takes a person out of the experiment: from now on no mail is wanted
// but the one that confirms it, the address is free again, and a place at a briefing
// goes to the next. Who takes part in the research leaves it, too: the answers given so
// far are kept or, with erase, erased, as LeaveResearch does. Withdrawing twice is
// withdrawing once.
func (t *Table) Withdraw(ctx context.Context, person Person, sessions []experiment.Session, erase bool, now time.Time) error {
	at := At(now)
	told := newMail(person, mail.Withdrawn, withdrawnOccasion(erase), at)
	return t.withdraw(ctx, person, sessions, told, erase, at, now)
}

// withdraw takes a person out as of an instant. The mail confirms it, or did so
// before the table was restored.
func (t *Table) withdraw(ctx context.Context, person Person, sessions []experiment.Session, told Mail, erase bool, at Instant, now time.Time) error {
	err := t.decideWith(ctx, crowded, func() error {
		has, err := t.read(ctx, profileKey(person.ID), applicationKey(person.ID), registrationKey(person.ID), surveysKey(person.ID))
		if err != nil {
			return err
		}
		var person Person // as it is now: the address may have changed
		if err := decode(has[0], &person); err != nil {
			return err
		}
		if person.Withdrawn != "" {
			return nil
		}
		x := t.begin()
		x.update(person.Key, "SET #withdrawn = :now",
			"#address.#comparable = :address AND #outside = :outside AND attribute_not_exists(#withdrawn)",
			values{":now": at, ":address": person.Address.Comparable, ":outside": person.Outside})
		if err := x.withdrawApplication(person, has[1], at); err != nil {
			return err
		}
		if err := t.leaveBriefing(ctx, x, person.ID, has[2], sessions, now); err != nil {
			return err
		}
		s, err := decodeIfAny[Surveys](has[3])
		if err != nil {
			return err
		}
		if err := t.leaveResearch(ctx, x, person.ID, s, erase, at); err != nil {
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
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("withdrawing: %w", err)
	}
	return nil
}

// withdrawApplication takes an application back, as it was read; nil if there is none.
func (x *transaction) withdrawApplication(person Person, item map[string]types.AttributeValue, at Instant) error {
	a, err := decodeIfAny[Application](item)
	switch {
	case err != nil:
		return err
	case a == nil:
		x.check(applicationKey(person.ID), isNew, nil)
		return nil
	}
	listed := withdrawnEntry(person.Experiment, person.ID, at, a.Submitted, a.Choices)
	x.update(a.Key, "SET #withdrawn = :now, #list = :list, #at = :at", "#version = :version",
		values{":now": at, ":list": listed.List, ":at": listed.At, ":version": a.Version})
	return nil
}

// leaveBriefing gives up the place that a person who withdraws has at a briefing
// that has not begun, also at one that was called off.
func (t *Table) leaveBriefing(ctx context.Context, x *transaction, person string, item map[string]types.AttributeValue, sessions []experiment.Session, now time.Time) error {
	r, err := decodeIfAny[Registration](item)
	switch {
	case err != nil:
		return err
	case r == nil:
		x.check(registrationKey(person), isNew, nil)
		return nil
	case !r.Active() || r.hasBegun(sessions, now) && r.Standing != Offered:
		x.check(r.Key, "#version = :version", values{":version": r.Version})
		return nil
	}
	_, err = t.giveUp(ctx, x, r, Left, sessions, now)
	return err
}
