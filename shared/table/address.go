package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// Errors of changing an address.
var (
	// ErrAddressTaken means that the address belongs to another person of the experiment.
	ErrAddressTaken = errors.New("the address belongs to another person")
	// ErrNotAsked means that there is no such change to confirm: it was replaced by
	// a later one, or has been confirmed from elsewhere.
	ErrNotAsked = errors.New("there is no such change of address")
	// ErrTooOften means that no more can be asked for today.
	ErrTooOften = errors.New("asked for too often today")
)

// maxAddressAsks is how many changes of address a person may ask for in a day,
// because each mails an address that nobody has confirmed.
const maxAddressAsks = 3

// AskAddress notes the address that a person wants to have and mails it a link
// that confirms it. Until then everything stays as it is. Asking for the same
// address twice on a day is asking once. It returns ErrTooOften and ErrWithdrawn.
func (t *Table) AskAddress(ctx context.Context, person Person, address Address, day string, now time.Time) error {
	at := At(now)
	err := t.decide(ctx, func() error {
		asked := Asked{Day: day, Count: 1}
		if person.Asked.Day == day {
			asked.Count = person.Asked.Count + 1
		}
		waiting := person.NewAddress
		switch {
		case person.Withdrawn != "":
			return ErrWithdrawn
		case asked.Count > 1 && waiting != nil && waiting.Address.Comparable == address.Comparable:
			return nil
		case asked.Count > maxAddressAsks:
			return ErrTooOften
		}
		confirm := newMail(person, mail.AddressConfirm, fmt.Sprintf("%s %d", day, asked.Count), at)
		confirm.To = &address
		x := t.begin()
		atPerson := x.update(profileKey(person.ID), "SET #newAddress = :new, #asked = :asked",
			"#asked = :before AND attribute_not_exists(#withdrawn)",
			values{
				":new":   NewAddress{Address: address, Mail: confirm.ID, Asked: at},
				":asked": asked, ":before": person.Asked,
			})
		x.put(confirm, isNew, nil)
		x.put(newAct(person.ID, "asked-address", at), "", nil)
		err := x.commit(ctx)

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
		person = stands // another request came between, or this one before
		return unexplained(refusal)
	})
	if err != nil {
		return fmt.Errorf("asking for another address: %w", err)
	}
	return nil
}

// ConfirmAddress moves a person to the address that the mail went to: the
// holder of the address, the person and the mails follow in one transaction. Links
// sent to the old address stop working; the new one gets a link, the old one a notice.
// It returns ErrAddressTaken and ErrNotAsked. Confirming twice is confirming once.
func (t *Table) ConfirmAddress(ctx context.Context, person Person, confirming string, now time.Time) error {
	at := At(now)
	err := t.decide(ctx, func() error {
		if done := confirmed(person, confirming); done != nil {
			return *done
		}
		next, old := person.NewAddress.Address, person.Address
		x := t.begin()
		atPerson := x.update(profileKey(person.ID),
			"SET #address = :address, #linksFrom = :now, #confirmed = :mail, #outside = :outside REMOVE #newAddress",
			"#newAddress.#mail = :mail AND #outside = :before AND attribute_not_exists(#withdrawn)",
			values{":address": next, ":now": at, ":mail": confirming, ":outside": moved(person, next), ":before": person.Outside})
		atAddress := -1
		if next.Comparable != old.Comparable {
			atAddress = x.put(holder{Key: addressKey(person.Experiment, next.Comparable), Person: person.ID, Applied: person.Applied}, isNew, nil)
			x.remove(addressKey(person.Experiment, old.Comparable), "#person = :person", values{":person": person.ID})
		}
		notice, welcome := newMail(person, mail.AddressChanged, confirming, at), newMail(person, mail.AddressMoved, confirming, at)
		notice.To, welcome.To = &old, &next
		x.put(notice, isNew, nil)
		x.put(welcome, isNew, nil)
		x.put(newAct(person.ID, "changed-address", at), "", nil)
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atPerson); failed {
			if err := decode(item, &person); err != nil {
				return err
			}
			return unexplained(refusal)
		}
		if _, failed := refusal.at(atAddress); failed {
			return ErrAddressTaken // by somebody else: one's own move would have changed the person too
		}
		return unexplained(refusal)
	})
	if err != nil {
		return fmt.Errorf("confirming an address: %w", err)
	}
	return nil
}

// confirmed tells what became of a change that is no longer open; nil if it is.
func confirmed(person Person, confirming string) *error {
	var done error
	switch {
	case person.Confirmed == confirming:
	case person.Withdrawn != "":
		done = ErrWithdrawn
	case person.NewAddress == nil || person.NewAddress.Mail != confirming:
		done = ErrNotAsked
	default:
		return nil
	}
	return &done
}

// moved is the list of a person's keys outside, with the new address for the old.
func moved(person Person, next Address) []Key {
	keys := make([]Key, 0, len(person.Outside))
	for _, k := range person.Outside {
		if k == addressKey(person.Experiment, person.Address.Comparable) {
			k = addressKey(person.Experiment, next.Comparable)
		}
		keys = append(keys, k)
	}
	return keys
}

// SendLink mails the holder of an address the link to the private page, at most
// once a day. It tells nobody whether the address has a holder.
func (t *Table) SendLink(ctx context.Context, experiment string, address Address, day string, now time.Time) error {
	err := t.decide(ctx, func() error {
		var held holder
		err := t.readOne(ctx, addressKey(experiment, address.Comparable), &held)
		if errors.Is(err, ErrNotFound) || held.Linked == day {
			return nil
		}
		if err != nil {
			return err
		}
		var person Person
		if err := t.readOne(ctx, profileKey(held.Person), &person); err != nil {
			return err
		}
		x := t.begin()
		x.update(held.Key, "SET #linked = :day",
			"#person = :person AND (attribute_not_exists(#linked) OR #linked <> :day)",
			values{":person": held.Person, ":day": day})
		x.put(newMail(person, mail.Link, day+" "+digest(address.Comparable), At(now)), isNew, nil)
		err = x.commit(ctx)
		if _, refused := errors.AsType[*refusal](err); refused {
			return nil // sent by a request at the same time, or the address has just moved
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("sending a link: %w", err)
	}
	return nil
}
