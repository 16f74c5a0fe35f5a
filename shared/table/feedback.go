package table

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// What SES tells of a mail after it was handed over. Its events come late, twice,
// out of order or not at all, so each is applied to what stands: applying one again
// changes nothing, and any order leads to the same.

// Arrival is what became of a mail that SES had accepted.
type Arrival string

// The arrivals, each stronger than those before it: what is told of a mail later
// never weakens what is known.
const (
	Accepted   Arrival = ""           // nothing more is known
	Delivered  Arrival = "delivered"  // the recipient's provider took it
	Returned   Arrival = "returned"   // it did not arrive this time; the address stays good
	Rejected   Arrival = "rejected"   // SES took it and then did not pass it on
	Bounced    Arrival = "bounced"    // it will never arrive at this address
	Complained Arrival = "complained" // the recipient calls it spam
)

var arrivals = []Arrival{Accepted, Delivered, Returned, Rejected, Bounced, Complained}

// Feedback is one event of SES about one copy of a mail.
type Feedback struct {
	Person   string
	Mail     string
	Message  string    // SES's id of the copy
	Accepted time.Time // when SES took the copy
	At       time.Time // when the thing happened that is told

	// Of bounces and complaints also: the address that the copy went to, in its
	// comparable form, and whether SES itself kept the copy back because it knew the
	// address. No provider saw such a copy, and it does not count.
	To    string
	Known bool
}

// MarkSent records that SES has accepted a mail, whatever state that is in: an
// attempt that waits, is under way or in doubt is thereby over. It returns the mail
// as it then stands. Two things in it call for a person, and are found again when
// the event is repeated: Overruled, for a mail that had ended otherwise, and more
// than one of Messages, for one that was accepted twice. It returns ErrNotFound for
// a mail that there is not.
func (t *Table) MarkSent(ctx context.Context, f Feedback) (Mail, error) {
	return t.MarkArrival(ctx, f, Accepted)
}

// MarkArrival records what became of a mail that SES had accepted, and with it that
// it was accepted, as MarkSent does. Bounces and complaints are Suppress's.
func (t *Table) MarkArrival(ctx context.Context, f Feedback, arrival Arrival) (Mail, error) {
	var m Mail
	err := t.decide(ctx, func() error {
		m = Mail{}
		if err := t.readOne(ctx, mailKey(f.Person, f.Mail), &m); err != nil {
			return err
		}
		heard := m.hear(f, arrival)
		if heard == nil {
			return nil
		}
		_, err := t.change(ctx, m.Key, heard.change, heard.condition, heard.values)
		if errors.Is(err, errCondition) {
			return fmt.Errorf("%w: the mail has changed", errConflict)
		}
		m = heard.mail
		return err
	})
	if err != nil {
		return Mail{}, fmt.Errorf("recording feedback on mail %s: %w", f.Mail, err)
	}
	return m, nil
}

// heard is the change of a mail by an event: to what, and on which condition.
type heard struct {
	mail              Mail
	change, condition string
	values            values
}

// hear returns what an event changes of a mail; nil for nothing.
func (m Mail) hear(f Feedback, arrival Arrival) *heard {
	told, known := At(f.At), slices.Contains(m.Messages, f.Message)
	if known && m.State != Sent {
		return nil // staff have it sent again: what is told is of the copy before
	}
	stronger := slices.Index(arrivals, arrival) > slices.Index(arrivals, m.Delivery) ||
		arrival != "" && arrival == m.Delivery && told < m.DeliveryAt
	if known && !stronger {
		return nil
	}
	h := &heard{condition: "#status = :before", values: values{
		":before": m.State, ":sent": Sent, ":message": &types.AttributeValueMemberSS{Value: []string{f.Message}},
	}}
	set, remove := []string{"#status = :sent"}, ""
	if m.State != Sent { // it ended when SES took it, whichever event tells of that first
		m.entry = endedEntry(m, Sent, At(f.Accepted))
		set = append(set, "#list = :list, #at = :at")
		h.values[":list"], h.values[":at"] = m.List, m.At
	}
	switch m.State {
	case Pending, Sending, Unknown:
		m.Reason = ""
		remove = " REMOVE #reason"
	case Sent:
	default: // its end, whose reason is kept, was not one
		m.Overruled = m.State
		set, h.values[":overruled"] = append(set, "#overruled = :overruled"), m.Overruled
	}
	if m.Sent == "" {
		m.Sent = At(f.Accepted)
		set, h.values[":accepted"] = append(set, "#sent = :accepted"), m.Sent
	}
	if stronger {
		h.condition += " AND " + unchanged("#delivery", ":heard", string(m.Delivery), h.values)
		m.Delivery, m.DeliveryAt = arrival, told
		set = append(set, "#delivery = :delivery, #deliveryAt = :told")
		h.values[":delivery"], h.values[":told"] = arrival, told
	}
	m.State = Sent
	if !known {
		m.Messages = append(slices.Clone(m.Messages), f.Message)
	}
	h.mail = m
	h.change = "SET " + strings.Join(set, ", ") + remove + " ADD #messages :message"
	return h
}

// unchanged is the condition that an attribute is still as it was read.
func unchanged(attribute, placeholder, was string, v values) string {
	if was == "" {
		return "attribute_not_exists(" + attribute + ")"
	}
	v[placeholder] = was
	return attribute + " = " + placeholder
}
