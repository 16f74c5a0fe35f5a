package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// Withdraw takes a person out of the experiment: from now on no mail is wanted
// but the one that confirms it, and the address is free again. Withdrawing twice
// is withdrawing once.
func (t *Table) Withdraw(ctx context.Context, person Person, now time.Time) error {
	at := At(now)
	err := t.decide(ctx, func() error {
		x := t.begin()
		atPerson := x.update(profileKey(person.ID), "SET #withdrawn = :now",
			"#address.#comparable = :address AND attribute_not_exists(#withdrawn)",
			values{":now": at, ":address": person.Address.Comparable})
		list := withdrawnEntry(person.Experiment, person.ID, at)
		x.update(applicationKey(person.ID), "SET #withdrawn = :now, #list = :list, #at = :at", "attribute_exists(#pk)",
			values{":now": at, ":list": list.List, ":at": list.At})
		x.remove(addressKey(person.Experiment, person.Address.Comparable), "#person = :person", values{":person": person.ID})
		for _, key := range person.Outside {
			if isReceipt(key) { // so that the same answers, sent anew, are a new application
				x.remove(key, "", nil)
			}
		}
		x.put(newAct(person.ID, "withdrawn", at), "", nil)
		x.put(newMail(person, mail.Withdrawn, "", at), isNew, nil)
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
