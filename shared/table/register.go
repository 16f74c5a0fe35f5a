package table

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// Booking is a wish for a place at a briefing.
type Booking struct {
	Token    string             // of the form, or what stands for it
	Session  experiment.Session // the briefing as it stands
	Sessions []experiment.Session
	Settings Settings // by which it stands so
}

// Registering is one post of the registration form.
type Registering struct {
	Booking
	Body         string // what was posted, in one canonical form
	Person       Person // new: with its id
	Registration Registration
	Day          string // the local day, on which one more mail may be caused
}

// Register accepts a post of the registration form once and returns its receipt.
//
// A person whom the experiment does not know is written with the registration, the
// place and the mail that tells of it: one read, one transaction. For a known address
// without a registration that stands, its person gets the place. If there is one,
// nothing of it changes: the post gets a receipt like any other, and at most one mail
// a day says which registration stands. A post that was accepted before gets the
// receipt that it got then.
//
// It returns ErrOtherBody if the token came with another body before, and
// ErrSettingsChanged if the briefing is no longer as the booking has it.
func (t *Table) Register(ctx context.Context, r Registering, now time.Time) (Receipt, error) {
	receipt, err := newReceipt(registrationReceiptKey(r.Person.Experiment, r.Token), r.Token, r.Body, r.Registration.Reference, r.Person.Address.Typed, now)
	if err != nil {
		return Receipt{}, err
	}
	receipt.Briefing = r.Session.ID
	var held *holder
	err = t.decideWith(ctx, crowded, func() error {
		seats, err := t.Seats(ctx, r.Person.Experiment, r.Session.ID)
		if err != nil {
			return err
		}
		registering := registering{r, receipt, seats[r.Session.ID], now}
		if held == nil {
			held, err = t.registerNew(ctx, registering)
		}
		if held != nil && err == nil {
			err = t.registerKnown(ctx, registering, *held)
		}
		switch before, ok := errors.AsType[acceptedBefore](err); {
		case ok && before.Body != receipt.Body:
			return ErrOtherBody
		case ok:
			receipt, err = before.Receipt, nil
		case errors.Is(err, errConflict):
			held = nil // the address may have changed hands
		}
		if err == nil && receipt.Standing == "" {
			receipt.Standing = standingOf(registering.seats, r.Session)
		}
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("registering for a briefing: %w", err)
	}
	return receipt, nil
}

// registering is one try of a registration.
type registering struct {
	Registering
	receipt Receipt
	seats   Seats
	now     time.Time
}

// standingOf is how whoever comes next stands.
func standingOf(s Seats, session experiment.Session) Standing {
	if s.Full(session.Capacity) {
		return Waiting
	}
	return Confirmed
}

// putReceipt writes the receipt of the post, on the condition that there is none.
func (r *registering) putReceipt(x *transaction) int {
	r.receipt.Standing = standingOf(r.seats, r.Session)
	return x.put(r.receipt, isNewOrLapsed, values{":now": At(r.now)})
}

// registerNew writes the registration of a person whom the experiment does not
// know. If the address is known it returns its holder instead.
func (t *Table) registerNew(ctx context.Context, r registering) (*holder, error) {
	at := At(r.now)
	person := r.Person
	address := addressKey(person.Experiment, person.Address.Comparable)
	x := t.begin()
	atReceipt := r.putReceipt(x)
	atAddress := x.put(holder{Key: address, Person: person.ID}, isNew, nil)
	atSettings := x.checkSettings(r.Settings)
	booked := x.book(r, person, nil, Seats{})
	person.Key = profileKey(person.ID)
	person.entry = personEntry(person.Experiment, person.ID, at)
	person.Created = at
	person.Outside = []Key{r.receipt.Key, address, booked.ticketKey()}
	x.put(person, isNew, nil)
	err := x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return nil, err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return nil, err
	}
	if item, failed := refusal.at(atAddress); failed {
		held := new(holder)
		if err := decode(item, held); err != nil {
			return nil, err
		}
		return held, nil
	}
	if _, failed := refusal.at(atSettings); failed {
		return nil, ErrSettingsChanged
	}
	return nil, unexplained(refusal)
}

// receiptRefused returns the receipt that a token already has, as an error, if
// that is why a transaction was refused.
func receiptRefused(refused *refusal, atReceipt int) error {
	item, failed := refused.at(atReceipt)
	if !failed {
		return nil
	}
	var before acceptedBefore
	if err := decode(item, &before.Receipt); err != nil {
		return err
	}
	return before
}

// book gives the person a place at the session and writes the registration. What it
// replaces is nil, has been given up, has begun, or was called off: the place at a
// briefing that was called off is released, with the seats as they were read.
func (x *transaction) book(r registering, person Person, old *Registration, oldSeats Seats) Registration {
	at := At(r.now)
	next := r.Registration
	next.Key = registrationKey(person.ID)
	next.Person, next.Experiment = person.ID, person.Experiment
	next.Registered, next.Version, next.Entry, next.Sequence = at, 1, 1, 0
	if old != nil {
		next.Registered, next.Version = old.Registered, old.Version+1
		next.Entry, next.Sequence = old.nextEntry(r.Sessions, r.now)
		next.Past = past(*old, r.Sessions, r.now)
		if old.Active() && !old.hasBegun(r.Sessions, r.now) {
			session, _ := sessionOf(r.Sessions, old.Briefing)
			x.release(&oldSeats, session, *old, nil, r.now)
			x.putSeats(oldSeats)
		}
	}
	ticket := x.take(&r.seats, r.Session, person, at)
	x.putSeats(r.seats)
	next.Briefing, next.Booked = r.Session.ID, at
	next.Ticket, next.Standing = ticket.Number, ticket.Standing
	next.SequenceBase = r.Session.Sequence
	next.Changed = digest(r.Token)
	x.putRegistration(next, old)
	x.put(newMail(person, mailOf(next.Standing), Occasion(next.Briefing, next.Version), at), isNew, nil)
	return next
}

// nextEntry is the calendar entry of a new booking, and its sequence. The entry of
// a briefing that has begun stays in the person's calendar; any other is replaced, even
// if the mail that takes it back has not left yet.
func (r *Registration) nextEntry(sessions []experiment.Session, now time.Time) (entry, sequence int) {
	if r.hasBegun(sessions, now) {
		return r.Entry + 1, 0
	}
	if r.Sequence == 0 && !r.Held && r.Standing != Confirmed {
		return r.Entry, 0 // the person never had one
	}
	session, _ := sessionOf(sessions, r.Briefing)
	return r.Entry, r.CalendarSequence(session) + 1
}

// mailOf is what tells a person how a new registration stands.
func mailOf(s Standing) mail.Kind {
	if s == Waiting {
		return mail.BriefingWaiting
	}
	return mail.BriefingConfirmation
}

// past is the history of a registration that is about to be for another session.
func past(old Registration, sessions []experiment.Session, now time.Time) []PastBriefing {
	if !old.hasBegun(sessions, now) && old.Attended == "" {
		return old.Past
	}
	return append(slices.Clone(old.Past), PastBriefing{Briefing: old.Briefing, Standing: old.Standing, Booked: old.Booked, Attended: old.Attended})
}

// putRegistration writes a registration in the place of the one that was read.
func (x *transaction) putRegistration(next Registration, old *Registration) {
	if old == nil {
		x.put(next, isNew, nil)
		return
	}
	condition, v := "#version = :before", values{":before": old.Version}
	if old.Attended == "" { // coming to a briefing is noted without another version
		condition += " AND attribute_not_exists(#attended)"
	}
	x.put(next, condition, v)
}

// registerKnown gives the holder of an address the place, or tells the address,
// once a day, which registration stands.
func (t *Table) registerKnown(ctx context.Context, r registering, held holder) error {
	items, err := t.read(ctx, profileKey(held.Person), registrationKey(held.Person))
	if err != nil {
		return err
	}
	var person Person
	if err := decode(items[0], &person); err != nil {
		return unsettledList(err)
	}
	if person.Withdrawn != "" {
		return fmt.Errorf("%w: the person has just withdrawn", errConflict)
	}
	old, err := decodeIfAny[Registration](items[1])
	if err != nil {
		return err
	}
	if old.Stands(r.Sessions, r.now) {
		return t.registerAgain(ctx, r, held)
	}
	oldSeats, err := t.seatsLeft(ctx, old, r.Booking, r.now)
	if err != nil {
		return err
	}
	return t.registerForKnown(ctx, r, held, person, old, oldSeats)
}

// seatsLeft reads the seats of a briefing that was called off and that a person is
// about to leave for another one; the zero Seats if there is none.
func (t *Table) seatsLeft(ctx context.Context, old *Registration, b Booking, now time.Time) (Seats, error) {
	if !old.Active() || old.hasBegun(b.Sessions, now) {
		return Seats{}, nil
	}
	all, err := t.Seats(ctx, old.Experiment, old.Briefing)
	return all[old.Briefing], err
}

// registerForKnown gives a known person, who has no registration that stands, the
// place. The name that was typed now is not taken over: whoever posted it need not be
// the person.
func (t *Table) registerForKnown(ctx context.Context, r registering, held holder, person Person, old *Registration, oldSeats Seats) error {
	x := t.begin()
	atReceipt := r.putReceipt(x)
	x.check(held.Key, "#person = :person", values{":person": held.Person})
	atSettings := x.checkSettings(r.Settings)
	booked := x.book(r, person, old, oldSeats)
	x.setOutside(person, append(person.leaving(old, r.Booking, r.now), r.receipt.Key, booked.ticketKey()))
	err := x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return err
	}
	if _, failed := refusal.at(atSettings); failed {
		return ErrSettingsChanged
	}
	return unexplained(refusal)
}

// registerAgain gives a post for an address that is registered its receipt and
// tells the address, once a day, which registration stands.
func (t *Table) registerAgain(ctx context.Context, r registering, held holder) error {
	at := At(r.now)
	x := t.begin()
	atReceipt := r.putReceipt(x)
	if held.Registered == r.Day {
		x.check(held.Key, "#person = :person AND #registered = :day", values{":person": held.Person, ":day": r.Day})
	} else {
		x.update(held.Key, "SET #registered = :day",
			"#person = :person AND (attribute_not_exists(#registered) OR #registered <> :day)",
			values{":person": held.Person, ":day": r.Day})
		to := Person{ID: held.Person, Experiment: r.Person.Experiment, Lang: r.Person.Lang}
		x.put(newMail(to, mail.RegistrationStanding, r.receipt.PK, at), isNew, nil)
	}
	err := x.commit(ctx)

	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	if err := receiptRefused(refusal, atReceipt); err != nil {
		return err
	}
	return unexplained(refusal)
}
