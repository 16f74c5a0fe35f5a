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

// Errors of changing a registration.
var (
	// ErrFull means that a person who has a seat cannot have one at the other
	// briefing: only who has none goes on a waiting list.
	ErrFull = errors.New("the briefing is full")
	// ErrNotOffered means that no seat is kept for the person, or no longer.
	ErrNotOffered = errors.New("no seat is kept for the person")
	// ErrNotRegistered means that the person has no registration that could be given up.
	ErrNotRegistered = errors.New("the person is not registered")
)

// place is a person's registration under change: what it is now, with the profile.
type place struct {
	person       Person
	registration *Registration
}

// place reads a person's registration with the profile, consistently.
func (t *Table) place(ctx context.Context, person string) (place, error) {
	items, err := t.read(ctx, profileKey(person), registrationKey(person))
	if err != nil {
		return place{}, err
	}
	var p place
	if err := decode(items[0], &p.person); err != nil {
		return place{}, err
	}
	if p.registration, err = decodeIfAny[Registration](items[1]); err != nil {
		return place{}, err
	}
	if p.person.Withdrawn != "" {
		return place{}, ErrWithdrawn
	}
	return p, nil
}

// without returns the keys outside the person's partition but for some.
func (p Person) without(is func(Key) bool) []Key {
	kept := make([]Key, 0, len(p.Outside)+2)
	for _, k := range p.Outside {
		if !is(k) {
			kept = append(kept, k)
		}
	}
	return kept
}

// leaving returns the keys outside the person's partition without the ticket of a
// briefing that was called off, if a booking leaves that.
func (p Person) leaving(old *Registration, b Booking, now time.Time) []Key {
	if !old.Active() || old.hasBegun(b.Sessions, now) {
		return slices.Clone(p.Outside)
	}
	return p.without(old.isTicket)
}

// Book gives a person a place at a briefing from the private page: a first one, or
// another in the place of the one that there is. A briefing that has begun is not
// replaced: whether the person came to it is kept. Whoever has a seat keeps it if the
// other briefing is full, and ErrFull is returned. The same form sent twice is one
// booking. It returns ErrSettingsChanged if the briefing is no longer as the booking
// has it, and ErrWithdrawn.
func (t *Table) Book(ctx context.Context, person string, b Booking, wish Registration, now time.Time) error {
	err := t.decideWith(ctx, crowded, func() error {
		p, err := t.place(ctx, person)
		if err != nil {
			return err
		}
		old := p.registration
		if old.ChangedBy(b.Token) || old.Active() && old.Briefing == b.Session.ID {
			return nil
		}
		moves := old.toCome(b.Sessions, now)
		seats, err := t.Seats(ctx, p.person.Experiment, briefings(b.Session, old)...)
		if err != nil {
			return err
		}
		if moves {
			return t.changeBriefing(ctx, p, b, seats, now)
		}
		return t.bookAnew(ctx, p, b, seats, wish, now)
	})
	if err != nil {
		return fmt.Errorf("booking a briefing: %w", err)
	}
	return nil
}

// briefings are those whose seats a booking changes.
func briefings(to experiment.Session, old *Registration) []string {
	if old == nil || old.Briefing == to.ID {
		return []string{to.ID}
	}
	return []string{to.ID, old.Briefing}
}

// bookAnew gives a place to a person who has none that stands.
func (t *Table) bookAnew(ctx context.Context, p place, b Booking, seats map[string]Seats, wish Registration, now time.Time) error {
	old := p.registration
	if old != nil {
		wish.Reference = old.Reference
		if wish.Consent.Version == "" {
			wish.Consent = old.Consent
		}
	}
	x := t.begin()
	atSettings := x.checkSettings(b.Settings)
	var oldSeats Seats
	if old != nil {
		oldSeats = seats[old.Briefing]
	}
	booked := x.book(registering{Registering: Registering{Booking: b, Registration: wish}, seats: seats[b.Session.ID], now: now}, p.person, old, oldSeats)
	x.setOutside(p.person, append(p.person.leaving(old, b, now), booked.ticketKey()))
	x.put(newAct(p.person.ID, "booked", At(now)), "", nil)
	return x.commitBooking(ctx, atSettings)
}

// setOutside replaces the list of a person's keys outside the partition, which
// also binds the decision to a person who has not withdrawn.
func (x *transaction) setOutside(p Person, outside []Key) {
	x.update(profileKey(p.ID), "SET #outside = :outside", "#outside = :before AND attribute_not_exists(#withdrawn)",
		values{":outside": outside, ":before": p.Outside})
}

func (x *transaction) commitBooking(ctx context.Context, atSettings int) error {
	err := x.commit(ctx)
	refusal, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	if _, failed := refusal.at(atSettings); failed {
		return ErrSettingsChanged
	}
	return unexplained(refusal)
}

// changeBriefing moves a registration that stands to another briefing: the old
// place is given up and the new one taken in one transaction.
func (t *Table) changeBriefing(ctx context.Context, p place, b Booking, seats map[string]Seats, now time.Time) error {
	old, to, from := *p.registration, seats[b.Session.ID], seats[p.registration.Briefing]
	if old.HasSeat() && to.Full(b.Session.Capacity) {
		return ErrFull
	}
	session, _ := sessionOf(b.Sessions, old.Briefing)
	var next *waiter
	if old.HasSeat() {
		var err error
		if next, err = t.next(ctx, from, session, p.person.Experiment, now); err != nil {
			return err
		}
	}
	at := At(now)
	x := t.begin()
	atSettings := x.checkSettings(b.Settings)
	x.release(&from, session, old, next, now)
	x.putSeats(from)
	ticket := x.take(&to, b.Session, p.person, at)
	x.putSeats(to)

	after := old
	after.entry, after.Until, after.From = entry{}, "", old.Briefing
	after.Briefing, after.Booked, after.Ticket, after.Standing = b.Session.ID, at, ticket.Number, ticket.Standing
	after.Version, after.Held, after.Changed = old.Version+1, old.Standing == Confirmed, digest(b.Token)
	kind := mailOf(after.Standing)
	if old.Standing == Confirmed { // the entry in the person's calendar moves
		kind = mail.BriefingChanged
		after.Sequence, after.SequenceBase = old.CalendarSequence(session)+1, b.Session.Sequence
	} else {
		after.SequenceBase = b.Session.Sequence
	}
	after.Past, after.Attended = past(old, b.Sessions, now), ""
	x.putRegistration(after, &old)
	x.setOutside(p.person, append(p.person.without(old.isTicket), after.ticketKey()))
	done := newAct(p.person.ID, "changed-briefing", at)
	done.Version, done.Changed = after.Version, []string{old.Briefing, after.Briefing}
	x.put(done, "", nil)
	x.put(newMail(p.person, kind, Occasion(after.Briefing, after.Version), at), isNew, nil)
	return x.commitBooking(ctx, atSettings)
}

// TakeSeat answers for the seat that is kept for a person: it is the person's own
// from now on. Twice is once. It returns ErrNotOffered if none is kept, or no longer.
func (t *Table) TakeSeat(ctx context.Context, person string, sessions []experiment.Session, now time.Time) error {
	err := t.decideWith(ctx, crowded, func() error {
		p, err := t.place(ctx, person)
		if err != nil {
			return err
		}
		old := p.registration
		if old != nil && old.Standing == Confirmed {
			return nil
		}
		if old == nil || old.Standing != Offered || old.Until.Passed(now) || !old.Stands(sessions, now) {
			return ErrNotOffered
		}
		session, _ := sessionOf(sessions, old.Briefing)
		after := *old
		after.entry, after.Until, after.From = entry{}, "", ""
		after.Standing, after.Version, after.Held, after.Booked = Confirmed, old.Version+1, false, At(now)
		after.SequenceBase = session.Sequence
		x := t.begin()
		x.putRegistration(after, old)
		x.update(ticketKey(p.person.Experiment, old.Briefing, old.Ticket), "SET #standing = :confirmed, #booked = :now, #sequence = :sequence",
			"#person = :person AND #standing = :offered",
			values{":confirmed": Confirmed, ":offered": Offered, ":person": person, ":now": At(now), ":sequence": session.Sequence})
		x.put(newAct(person, "took-seat", At(now)), "", nil)
		x.put(newMail(p.person, mail.BriefingConfirmation, Occasion(after.Briefing, after.Version), At(now)), isNew, nil)
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("taking a seat: %w", err)
	}
	return nil
}

// CancelRegistration gives a person's place up, for good or until the person books
// anew. Twice is once. It returns ErrNotRegistered if there is nothing to give up.
func (t *Table) CancelRegistration(ctx context.Context, person string, sessions []experiment.Session, now time.Time) error {
	err := t.decideWith(ctx, crowded, func() error {
		p, err := t.place(ctx, person)
		if err != nil {
			return err
		}
		switch {
		case p.registration != nil && p.registration.Standing == Left:
			return nil
		case !p.registration.Stands(sessions, now):
			return ErrNotRegistered
		}
		x := t.begin()
		after, err := t.giveUp(ctx, x, p.registration, Left, sessions, now)
		if err != nil {
			return err
		}
		x.setOutside(p.person, p.person.without(func(k Key) bool { return p.registration.isTicket(k) || isRegistrationReceipt(k) }))
		for _, key := range p.person.Outside {
			if isRegistrationReceipt(key) { // so that the same answers, sent anew, are a new registration
				x.remove(key, "", nil)
			}
		}
		x.put(newAct(person, "cancelled-registration", At(now)), "", nil)
		x.put(newMail(p.person, mail.RegistrationCanceled, Occasion(after.Briefing, after.Version), At(now)), isNew, nil)
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("canceling a registration: %w", err)
	}
	return nil
}

// LapseSeat takes back the seat that was kept for a person and not answered for,
// and keeps it for the next. It does nothing before the deadline, or if the person
// has answered. It tells whether it was taken back.
func (t *Table) LapseSeat(ctx context.Context, person string, sessions []experiment.Session, now time.Time) (bool, error) {
	lapsed := false
	err := t.decideWith(ctx, crowded, func() error {
		p, err := t.place(ctx, person)
		if errors.Is(err, ErrWithdrawn) || errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		old := p.registration
		if old == nil || old.Standing != Offered || !old.Until.Passed(now) {
			return nil
		}
		x := t.begin()
		if s, ok := sessionOf(sessions, old.Briefing); !ok || s.Canceled {
			// It was called off, as the person is told: nobody is next. Should it take place
			// after all, the seat is still kept.
			kept := *old
			kept.entry, kept.Until = entry{}, ""
			x.putRegistration(kept, old)
			return x.commitOrLookAgain(ctx)
		}
		after, err := t.giveUp(ctx, x, old, Lapsed, sessions, now)
		if err != nil {
			return err
		}
		x.setOutside(p.person, p.person.without(old.isTicket))
		if err := t.tell(ctx, x, newMail(p.person, mail.SeatLapsed, Occasion(after.Briefing, after.Version), At(now))); err != nil {
			return err
		}
		if err := x.commitOrLookAgain(ctx); err != nil {
			return err
		}
		lapsed = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("taking back a seat: %w", err)
	}
	return lapsed, nil
}

// giveUp ends a registration and releases its place.
func (t *Table) giveUp(ctx context.Context, x *transaction, old *Registration, to Standing, sessions []experiment.Session, now time.Time) (Registration, error) {
	session, _ := sessionOf(sessions, old.Briefing)
	all, err := t.Seats(ctx, old.Experiment, old.Briefing)
	if err != nil {
		return Registration{}, err
	}
	seats := all[old.Briefing]
	var next *waiter
	if old.HasSeat() {
		if next, err = t.next(ctx, seats, session, old.Experiment, now); err != nil {
			return Registration{}, err
		}
	}
	after := *old
	after.entry, after.Until, after.From = entry{}, "", ""
	after.Standing, after.Version, after.Held = to, old.Version+1, old.Standing == Confirmed
	if after.Held {
		after.Sequence = old.CalendarSequence(session) + 1
	}
	after.SequenceBase = session.Sequence
	x.putRegistration(after, old)
	x.release(&seats, session, *old, next, now)
	x.putSeats(seats)
	return after, nil
}

// Attend notes that a person goes to the room of a briefing, once.
func (t *Table) Attend(ctx context.Context, person, briefing string, now time.Time) error {
	err := t.decideWith(ctx, crowded, func() error {
		p, err := t.place(ctx, person)
		if err != nil {
			return err
		}
		r := p.registration
		if r == nil || r.Briefing != briefing || r.Standing != Confirmed {
			return ErrNotRegistered
		}
		if r.Attended != "" {
			return nil
		}
		x := t.begin()
		x.update(r.Key, "SET #attended = :now", "#version = :version AND attribute_not_exists(#attended)",
			values{":now": At(now), ":version": r.Version})
		x.update(ticketKey(r.Experiment, briefing, r.Ticket), "SET #attended = :now", "#person = :person",
			values{":now": At(now), ":person": person})
		x.put(newAct(person, "attended", At(now)), "", nil)
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("noting an attendance: %w", err)
	}
	return nil
}

// Unsubscribe stops announcements to a person, or lets them come again. Whatever
// else the person gets is not affected. Twice is once.
func (t *Table) Unsubscribe(ctx context.Context, person string, stop bool, now time.Time) error {
	change, kind, v := "REMOVE #unsubscribed", "subscribed", values(nil)
	condition := "attribute_exists(#pk) AND attribute_exists(#unsubscribed)"
	if stop {
		change, kind, v = "SET #unsubscribed = :now", "unsubscribed", values{":now": At(now)}
		condition = "attribute_exists(#pk) AND attribute_not_exists(#unsubscribed)"
	}
	err := t.decide(ctx, func() error {
		x := t.begin()
		atPerson := x.update(profileKey(person), change, condition, v)
		x.put(newAct(person, kind, At(now)), "", nil)
		err := x.commit(ctx)
		if refusal, ok := errors.AsType[*refusal](err); ok {
			if item, failed := refusal.at(atPerson); failed && item == nil {
				return ErrNotFound
			}
			return nil // it is so already
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("changing a subscription: %w", err)
	}
	return nil
}
