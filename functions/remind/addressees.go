package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// addressees yields those among whom an occasion looks for people, from after a cursor
// on.
func (r *run) addressees(ctx context.Context, e *experiment.Experiment, among occasion.Audience, after string) iter.Seq2[occasion.Addressee, error] {
	switch {
	case among.Everybody:
		return subjects(r.table.PeopleAfter(ctx, e.ID, after))
	case among.Hosts:
		return hosts(r.table.Hosts(ctx, e.ID), after)
	case among.Applied != occasion.Span{}:
		return subjects(r.table.AppliedBetween(ctx, e.ID, among.Applied.From, among.Applied.To, after))
	}
	return r.registered(ctx, e, among.Briefings, after)
}

// subjects are people who have come, and how they stand.
func subjects(people iter.Seq2[table.Subject, error]) iter.Seq2[occasion.Addressee, error] {
	return func(yield func(occasion.Addressee, error) bool) {
		for s, err := range people {
			if !yield(occasion.Addressee{Person: s.Person.ID, Lang: s.Person.Lang, Subject: s, Cursor: s.Cursor}, err) {
				return
			}
		}
	}
}

// hosts are the hosts' contacts, by listing. There are a few, so they are gone through
// from the beginning each time.
func hosts(contacts iter.Seq2[table.Person, error], after string) iter.Seq2[occasion.Addressee, error] {
	return func(yield func(occasion.Addressee, error) bool) {
		for p, err := range contacts {
			if err == nil && p.Host <= after {
				continue
			}
			if !yield(occasion.Addressee{Person: p.ID, Lang: p.Lang, Subject: table.Subject{Person: p}, Cursor: p.Host}, err) {
				return
			}
		}
	}
}

// registered are the people of some briefings, one after the other. The cursor is the
// last ticket of one.
func (r *run) registered(ctx context.Context, e *experiment.Experiment, briefings []string, after string) iter.Seq2[occasion.Addressee, error] {
	return func(yield func(occasion.Addressee, error) bool) {
		reached, number := readCursor(after)
		for _, briefing := range briefings {
			if reached != "" && briefing != reached {
				continue // it was done before
			}
			for ticket, err := range r.table.Tickets(ctx, e.ID, briefing, number) {
				a := occasion.Addressee{Person: ticket.Person, Lang: ticket.Lang, Ticket: ticket, Cursor: cursor(briefing, ticket.Number)}
				if !yield(a, err) {
					return
				}
			}
			reached, number = "", 0
		}
	}
}

func cursor(briefing string, ticket int) string { return fmt.Sprintf("%s %d", briefing, ticket) }

func readCursor(text string) (briefing string, ticket int) {
	briefing, number, _ := strings.Cut(text, " ")
	ticket, err := strconv.Atoi(number)
	if err != nil {
		return "", 0
	}
	return briefing, ticket
}
