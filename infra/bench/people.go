package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// register has a made-up person (架空の人物) with the address register for a
// briefing, and returns the person's id: a new one, if the experiment knew nobody
// with the address.
func (w *world) register(ctx context.Context, t *table.Table, address, briefing string) (string, error) {
	r, err := w.registration(ctx, address, briefing)
	if err != nil {
		return "", err
	}
	_, err = t.Register(ctx, r, w.now)
	return r.Person.ID, err
}

// registration is what the form of a person who registers becomes.
func (w *world) registration(ctx context.Context, address, briefing string) (table.Registering, error) {
	booking, err := w.booking(ctx, briefing)
	if err != nil {
		return table.Registering{}, err
	}
	consent := w.experiment.Registration.Consent
	return table.Registering{
		Booking: booking, Body: address, Day: w.now.In(w.experiment.Zone()).Format("2006-01-02"),
		Person: table.Person{
			ID: newPerson(), Experiment: w.experiment.ID, Lang: locale.Japanese,
			FamilyName: "架空", GivenName: "花子", Address: addressOf(address),
		},
		Registration: table.Registration{
			Reference: "REGIS-TERED", Question: question,
			Consent: table.Consent{
				Purpose: consent.ID, Version: consent.Version, Hash: consent.Hash(), Lang: locale.Japanese,
				Given: true, At: table.At(w.now),
			},
		},
	}, nil
}

// question is as long as people make it.
var question = strings.Repeat("架空の参加者からの質問です。", 8)

// booking is a wish for a place at a briefing as it stands.
func (w *world) booking(ctx context.Context, briefing string) (table.Booking, error) {
	settings, err := w.items().Settings(ctx, w.experiment.ID)
	if err != nil {
		return table.Booking{}, err
	}
	sessions := settings.Sessions(w.experiment)
	for _, s := range sessions {
		if s.ID == briefing {
			return table.Booking{Token: rand.Text(), Session: s, Sessions: sessions, Settings: settings}, nil
		}
	}
	return table.Booking{}, fmt.Errorf("there is no briefing %s", briefing)
}

func newPerson() string { return strings.ToLower(rand.Text()) }

func addressOf(text string) table.Address {
	return table.Address{Typed: text, Send: text, Comparable: text}
}

// seat gives so many people a seat at a briefing. One of them registers; the others
// get the same items, but for what is each one's own, many at a time: DynamoDB Local
// carries out some hundred transactions a second.
func (w *world) seat(ctx context.Context, people int, briefing string) error {
	person, err := w.register(ctx, w.items(), newAddress(), briefing)
	if err != nil {
		return err
	}
	mails, err := w.items().MailsOf(ctx, person)
	if err != nil {
		return err
	}
	first, err := w.items().Delivery(ctx, person, mails[0].ID)
	if err != nil {
		return err
	}
	ticket, err := w.ticket(ctx, briefing)
	if err != nil {
		return err
	}
	seats, err := w.items().Seats(ctx, w.experiment.ID, briefing)
	if err != nil {
		return err
	}
	counted := seats[briefing]
	counted.Next, counted.Taken = people+1, people
	items := []any{counted}
	for number := 2; number <= people; number++ {
		items = append(items, another(first, ticket, number)...)
	}
	return w.write(ctx, encoded(items))
}

// ticket is the first place at a briefing.
func (w *world) ticket(ctx context.Context, briefing string) (table.Ticket, error) {
	for ticket, err := range w.items().Tickets(ctx, w.experiment.ID, briefing, 0) {
		return ticket, err
	}
	return table.Ticket{}, errors.New("nobody has registered")
}

// another returns the items of another person who has registered: the profile, the
// registration, and the place.
func another(first table.Delivery, ticket table.Ticket, number int) []any {
	person, registration := first.Person, *first.Registration
	id := newPerson()
	person.PK = strings.ReplaceAll(person.PK, person.ID, id)
	registration.PK, registration.Person, registration.Ticket = person.PK, id, number
	person.ID, person.Address = id, addressOf(newAddress())
	before := fmt.Sprintf("%06d", ticket.Number)
	ticket.SK, ticket.Number, ticket.Person = strings.ReplaceAll(ticket.SK, before, fmt.Sprintf("%06d", number)), number, id
	return []any{person, registration, ticket}
}
