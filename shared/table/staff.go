package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// ErrNotOpen means that a mail is not in a state in which staff can decide on it.
var ErrNotOpen = errors.New("there is nothing to decide about the mail")

// resendable are the states from which staff may have a mail sent again. What was
// sent is among them if it came back.
var resendable = map[State]bool{Unknown: true, Failed: true, Suppressed: true, Missed: true}

// SendAgain has a mail sent once more, because staff have decided so: it may then
// arrive twice. The act is put on record in the same transaction. It returns ErrNotOpen
// for a mail that waits, is under way, arrived or is no longer wanted.
func (t *Table) SendAgain(ctx context.Context, person, id string, entry AuditEntry, now time.Time) error {
	err := t.resolve(ctx, person, id, entry, func(x *transaction, m Mail) error {
		if !resendable[m.State] && !m.CameBack() {
			return ErrNotOpen
		}
		at := At(now)
		e := dueEntry(m, at)
		x.update(m.Key, `SET #status = :pending, #due = :now, #reason = :reason, #list = :list, #at = :at
			REMOVE #notAfter, #delivery, #deliveryAt`,
			"#status = :before AND #attempt = :attempt", values{
				":pending": Pending, ":now": at, ":reason": "sent again by staff", ":list": e.List, ":at": e.At,
				":before": m.State, ":attempt": m.Attempt,
			})
		return nil
	})
	if err != nil {
		return fmt.Errorf("sending mail %s again: %w", id, err)
	}
	return nil
}

// TreatAsSent ends a mail of which nobody knows whether SES took it, because staff
// have decided so. The act is put on record in the same transaction.
func (t *Table) TreatAsSent(ctx context.Context, person, id string, entry AuditEntry, now time.Time) error {
	err := t.resolve(ctx, person, id, entry, func(x *transaction, m Mail) error {
		if m.State != Unknown {
			return ErrNotOpen
		}
		e := endedEntry(m, Sent, At(now))
		x.update(m.Key, "SET #status = :sent, #sent = :now, #reason = :reason, #list = :list, #at = :at",
			"#status = :before AND #attempt = :attempt", values{
				":sent": Sent, ":now": At(now), ":reason": "treated as sent by staff", ":list": e.List, ":at": e.At,
				":before": Unknown, ":attempt": m.Attempt,
			})
		return nil
	})
	if err != nil {
		return fmt.Errorf("treating mail %s as sent: %w", id, err)
	}
	return nil
}

// resolve takes a decision of staff about a mail, with its entry in the audit.
func (t *Table) resolve(ctx context.Context, person, id string, entry AuditEntry, how func(*transaction, Mail) error) error {
	entry.Key = auditKey(entry.ID, entry.At)
	return t.decide(ctx, func() error {
		var m Mail
		if err := t.readOne(ctx, mailKey(person, id), &m); err != nil {
			return err
		}
		x := t.begin()
		atEntry := x.put(entry, isNew, nil)
		undecided := how(x, m)
		if undecided != nil && !errors.Is(undecided, ErrNotOpen) {
			return undecided
		}
		if undecided != nil {
			return t.decidedBefore(ctx, entry, undecided)
		}
		err := x.commit(ctx)
		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atEntry); failed && item != nil {
			return nil // it was decided, and the answer lost
		}
		return unexplained(refusal)
	})
}

// decidedBefore returns nothing if the entry is on record already, so that a
// decision recognizes itself, and otherwise why it cannot be taken.
func (t *Table) decidedBefore(ctx context.Context, entry AuditEntry, otherwise error) error {
	var there AuditEntry
	if err := t.readOne(ctx, entry.Key, &there); err == nil {
		return nil
	}
	return otherwise
}

// CorrectAddress gives a person the address that staff know to be right: links sent
// to the old one stop working, the new one gets a link of its own, and the mails that
// came back or were held back for the old address are sent again. A host's contact and a
// member of staff have no private page: they get those mails alone. The act is put on record
// in the same transaction. It returns ErrAddressTaken and ErrWithdrawn.
func (t *Table) CorrectAddress(ctx context.Context, person string, next Address, entry AuditEntry, now time.Time) error {
	at := At(now)
	entry.Key = auditKey(entry.ID, entry.At)
	err := t.decide(ctx, func() error {
		var p Person
		if err := t.readOne(ctx, profileKey(person), &p); err != nil {
			return err
		}
		if p.Withdrawn != "" {
			return ErrWithdrawn
		}
		if p.Address.Comparable == next.Comparable && p.Address.Send == next.Send {
			return t.decidedBefore(ctx, entry, nil)
		}
		mails, err := t.MailsOf(ctx, person)
		if err != nil {
			return err
		}
		x := t.begin()
		atEntry := x.put(entry, isNew, nil)
		x.update(p.Key, "SET #address = :address, #linksFrom = :now, #outside = :outside REMOVE #newAddress",
			"#address.#comparable = :old AND #outside = :before AND attribute_not_exists(#withdrawn)",
			values{":address": next, ":now": at, ":outside": moved(p, next), ":old": p.Address.Comparable, ":before": p.Outside})
		atAddress := -1
		if next.Comparable != p.Address.Comparable && !p.Contact() {
			atAddress = x.put(holder{Key: addressKey(p.Experiment, next.Comparable), Person: p.ID, Applied: p.Applied}, isNew, nil)
			x.remove(addressKey(p.Experiment, p.Address.Comparable), "#person = :person", values{":person": p.ID})
		}
		if p.Staff {
			if err := t.moveStaff(ctx, x, p, next, entry); err != nil {
				return err
			}
		}
		if !p.Contact() {
			x.put(newMail(p, mail.AddressMoved, "corrected "+entry.ID, at), isNew, nil)
		}
		x.put(newAct(p.ID, "address-corrected", at), "", nil)
		for _, m := range LostMails(mails) {
			e := dueEntry(m, at)
			x.update(m.Key, `SET #status = :pending, #due = :now, #reason = :reason, #list = :list, #at = :at
				REMOVE #delivery, #deliveryAt`,
				"#status = :before AND #attempt = :attempt", values{
					":pending": Pending, ":now": at, ":reason": "the address was corrected by staff", ":list": e.List, ":at": e.At,
					":before": m.State, ":attempt": m.Attempt,
				})
		}
		err = x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atEntry); failed && item != nil {
			return nil // it was done, and the answer lost
		}
		if _, failed := refusal.at(atAddress); failed {
			return ErrAddressTaken
		}
		return unexplained(refusal)
	})
	if err != nil {
		return fmt.Errorf("correcting an address: %w", err)
	}
	return nil
}

// mostResent is how many mails a correction sends again, the latest ones: a
// transaction has a hundred writes.
const mostResent = 50

// LostMails are the mails that did not reach a wrong address: those that a correction
// sends again.
func LostMails(mails []Mail) []Mail {
	var lost []Mail
	for _, m := range mails {
		if (m.State == Suppressed || m.CameBack()) && !m.Kind.AboutAddress() {
			lost = append(lost, m)
		}
	}
	return lost[max(0, len(lost)-mostResent):]
}

// CameBack reports whether SES took the mail and it did not arrive.
func (m Mail) CameBack() bool {
	return m.State == Sent && (m.Delivery == Returned || m.Delivery == Rejected || m.Delivery == Bounced)
}
