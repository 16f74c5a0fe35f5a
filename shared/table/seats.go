package table

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
)

// Seats is how the seats of a briefing are counted out. Every decision about them
// is bound to the version that it was taken on.
type Seats struct {
	Key
	Next    int `dynamodbav:"next"`    // the next ticket, from 1
	Taken   int `dynamodbav:"taken"`   // seats that people have or are kept
	Waiting int `dynamodbav:"waiting"` // people on the waiting list
	Version int `dynamodbav:"version"` // 0: nobody has come yet
}

// Ticket is a person's place at a briefing. One that was given up stays, without the person.
type Ticket struct {
	Key
	Number     int         `dynamodbav:"number"`
	Came       Instant     `dynamodbav:"came"` // when it was given out
	Person     string      `dynamodbav:"person"`
	Experiment string      `dynamodbav:"experiment"`
	Lang       locale.Lang `dynamodbav:"lang"` // of mails
	Standing   Standing    `dynamodbav:"standing"`
	Booked     Instant     `dynamodbav:"booked"`
	Sequence   int         `dynamodbav:"sequence"` // of the briefing's announcements, when the person was told of the date
	Attended   Instant     `dynamodbav:"attended,omitempty"`
}

func newSeats(experiment, briefing string) Seats {
	return Seats{Key: seatsKey(experiment, briefing), Next: 1}
}

func decodeSeats(experiment, briefing string, item map[string]types.AttributeValue) (Seats, error) {
	s := newSeats(experiment, briefing)
	if err := decode(item, &s); err != nil && !errors.Is(err, ErrNotFound) {
		return Seats{}, err
	}
	return s, nil
}

// Full reports whether whoever comes now has to wait: who waits already is first.
func (s Seats) Full(capacity int) bool { return s.Taken >= capacity || s.Waiting > 0 }

// Seats reads the seats of briefings, by their id, consistently.
func (t *Table) Seats(ctx context.Context, experiment string, briefings ...string) (map[string]Seats, error) {
	keys := make([]Key, len(briefings))
	for i, b := range briefings {
		keys[i] = seatsKey(experiment, b)
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("reading seats: %w", err)
	}
	found := make(map[string]Seats, len(briefings))
	for i, b := range briefings {
		if found[b], err = decodeSeats(experiment, b, items[i]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Tickets yields the places that people have at a briefing in their order, those after a
// number, consistently.
func (t *Table) Tickets(ctx context.Context, experiment, briefing string, after int) iter.Seq2[Ticket, error] {
	return func(yield func(Ticket, error) bool) {
		for ticket, err := range t.everyTicket(ctx, experiment, briefing, after) {
			if err == nil && ticket.Standing == Left {
				continue
			}
			if !yield(ticket, err) {
				return
			}
		}
	}
}

// everyTicket yields them with those that were given up.
func (t *Table) everyTicket(ctx context.Context, experiment, briefing string, after int) iter.Seq2[Ticket, error] {
	return func(yield func(Ticket, error) bool) {
		first := ticketKey(experiment, briefing, after+1)
		for item, err := range t.partitionFrom(ctx, first.PK, first.SK) { // tickets are the last of the partition
			var ticket Ticket
			if err == nil {
				err = decode(item, &ticket)
			}
			if err != nil {
				yield(Ticket{}, fmt.Errorf("listing the places of %s: %w", briefing, err))
				return
			}
			if !yield(ticket, nil) {
				return
			}
		}
	}
}

// putSeats writes seats on the condition that nobody has changed them since they
// were read.
func (x *transaction) putSeats(s Seats) {
	before := s.Version
	s.Version++
	if before == 0 {
		x.put(s, isNew, nil)
		return
	}
	x.put(s, "#version = :before", values{":before": before})
}

// take gives a person the next place: a seat, or one on the waiting list.
func (x *transaction) take(s *Seats, session experiment.Session, person Person, at Instant) Ticket {
	ticket := Ticket{
		Key: ticketKey(person.Experiment, session.ID, s.Next), Number: s.Next,
		Person: person.ID, Experiment: person.Experiment, Lang: person.Lang, Standing: Confirmed, Came: at, Booked: at, Sequence: session.Sequence,
	}
	s.Next++
	if s.Full(session.Capacity) {
		ticket.Standing = Waiting
		s.Waiting++
	} else {
		s.Taken++
	}
	x.put(ticket, isNew, nil)
	return ticket
}

// release gives a person's place up. A seat goes to who waits longest, if there is
// somebody and the briefing is still to come.
func (x *transaction) release(s *Seats, session experiment.Session, r Registration, next *waiter, now time.Time) {
	x.update(ticketKey(r.Experiment, r.Briefing, r.Ticket), "SET #standing = :left REMOVE #person, #lang, #booked, #attended",
		"#person = :person", values{":left": Left, ":person": r.Person})
	if r.Standing == Waiting {
		s.Waiting--
		return
	}
	s.Taken--
	if next != nil {
		x.promote(s, session, *next, now)
	}
}

// waiter is who waits longest.
type waiter struct {
	ticket  Ticket
	version int // of the registration
}

// promote keeps a free seat for who waits longest, and tells the person.
func (x *transaction) promote(s *Seats, session experiment.Session, next waiter, now time.Time) {
	at, until := At(now), At(session.ReplyBy(now))
	due := lapsingEntry(next.ticket.Person, until)
	x.update(next.ticket.Key, "SET #standing = :offered", "#standing = :waiting AND #person = :person",
		values{":offered": Offered, ":waiting": Waiting, ":person": next.ticket.Person})
	x.update(registrationKey(next.ticket.Person),
		"SET #standing = :offered, #until = :until, #version = :next, #held = :no, #list = :list, #at = :at",
		"#version = :before AND #standing = :waiting AND #briefing = :briefing", values{
			":offered": Offered, ":waiting": Waiting, ":until": until, ":next": next.version + 1, ":before": next.version,
			":briefing": session.ID, ":no": false, ":list": due.List, ":at": due.At,
		})
	to := Person{ID: next.ticket.Person, Experiment: next.ticket.Experiment, Lang: next.ticket.Lang}
	offer := newMail(to, mail.SeatOffered, Occasion(session.ID, next.version+1), at)
	offer.NotAfter = until
	x.put(offer, isNew, nil)
	s.Waiting--
	s.Taken++
}

// Occasion names what a mail about a registration is for: a briefing, and the
// version of the registration that it tells of.
func Occasion(briefing string, version int) string { return fmt.Sprintf("%s %d", briefing, version) }

// next finds who waits longest for a seat of the briefing that is free or about to
// become so; nil for nobody, if it is too late, or if the briefing has fewer seats now
// than people who have one.
func (t *Table) next(ctx context.Context, s Seats, session experiment.Session, experiment string, now time.Time) (*waiter, error) {
	if s.Waiting == 0 || s.Taken > session.Capacity || !upcoming(session, now) {
		return nil, nil //nolint:nilnil // nobody waits
	}
	for ticket, err := range t.Tickets(ctx, experiment, session.ID, 0) {
		if err != nil {
			return nil, err
		}
		if ticket.Standing != Waiting {
			continue
		}
		var r Registration
		if err := t.readOne(ctx, registrationKey(ticket.Person), &r); err != nil {
			return nil, unsettledList(err)
		}
		if r.Standing != Waiting || r.Briefing != session.ID || r.Ticket != ticket.Number {
			return nil, fmt.Errorf("%w: the person does not wait any more", errConflict)
		}
		return &waiter{ticket: ticket, version: r.Version}, nil
	}
	return nil, nil //nolint:nilnil // they have left since the seats were read
}

// unsettledList says that a list and the item that it named do not fit together:
// between the two reads there was a change.
func unsettledList(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: %w", errConflict, err)
	}
	return err
}

// FillSeats keeps a free seat for who waits longest, one of them, and reports
// whether there was one: seats become free by themselves only when a briefing gets
// more of them.
func (t *Table) FillSeats(ctx context.Context, experiment string, session experiment.Session, now time.Time) (bool, error) {
	filled := false
	err := t.decideWith(ctx, crowded, func() error {
		all, err := t.Seats(ctx, experiment, session.ID)
		if err != nil {
			return err
		}
		s := all[session.ID]
		if s.Taken >= session.Capacity {
			return nil
		}
		next, err := t.next(ctx, s, session, experiment, now)
		if err != nil || next == nil {
			return err
		}
		x := t.begin()
		x.promote(&s, session, *next, now)
		x.putSeats(s)
		if err := x.commitOrLookAgain(ctx); err != nil {
			return err
		}
		filled = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("filling the seats of %s: %w", session.ID, err)
	}
	return filled, nil
}

// commitOrLookAgain commits a decision that, whatever condition fails, has to be
// taken anew on what there is now.
func (x *transaction) commitOrLookAgain(ctx context.Context) error {
	err := x.commit(ctx)
	if refusal, ok := errors.AsType[*refusal](err); ok {
		return unexplained(refusal)
	}
	return err
}
