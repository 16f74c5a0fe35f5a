package main

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// Whoever is written beside the one who registers is found by the ticket, and gets
// mails like that one.
func TestWhoIsGivenASeatIsAsWhoeverRegistered(t *testing.T) {
	t.Parallel()
	w, _ := recorded(t)
	briefing := w.experiment.Briefings[0].ID
	if err := w.seat(t.Context(), 30, briefing); err != nil {
		t.Fatal(err)
	}
	var people, addresses []string
	for ticket, err := range w.items().Tickets(t.Context(), w.experiment.ID, briefing, 0) {
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, ticket.Person)
		if ticket.Number != len(people) || ticket.Standing != table.Confirmed {
			t.Errorf("place %d has number %d and is %s", len(people), ticket.Number, ticket.Standing)
		}
		plan := table.Plan{
			Person: ticket.Person, Experiment: w.experiment.ID, Lang: ticket.Lang,
			Kind: mail.BriefingMoved, Occasion: briefing + " 1", Due: w.now, NotAfter: w.now,
		}
		if _, _, err := w.items().PlanMail(t.Context(), plan, w.now); err != nil {
			t.Fatal(err)
		}
		d, err := w.items().Delivery(t.Context(), ticket.Person, mail.ID(plan.Kind, plan.Person, plan.Occasion))
		if err != nil {
			t.Fatalf("person %d: %v", ticket.Number, err)
		}
		if r := d.Registration; r == nil || !r.Active() || r.Person != d.Person.ID || r.Ticket != ticket.Number || r.Question == "" {
			t.Errorf("person %d is registered as %+v", ticket.Number, r)
		}
		addresses = append(addresses, d.Person.Address.Send)
	}
	for what, all := range map[string][]string{"person": people, "address": addresses} {
		slices.Sort(all)
		if n := len(slices.Compact(all)); n != 30 {
			t.Errorf("each %s is there once: %d of 30", what, n)
		}
	}
	seats, err := w.items().Seats(t.Context(), w.experiment.ID, briefing)
	if err != nil || seats[briefing].Taken != 30 || seats[briefing].Next != 31 {
		t.Errorf("the seats are %+v, %v", seats[briefing], err)
	}
}

// What a place at a briefing costs: the conditions that it depends on count, too.
func TestAFirstRegistrationIsOneReadAndOneTransaction(t *testing.T) {
	t.Parallel()
	w, c := recorded(t)
	r, err := w.registration(t.Context(), newAddress(), w.experiment.Briefings[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	w.recorder.forget()
	if _, err := table.New(c, w.table).Register(t.Context(), r, w.now); err != nil {
		t.Fatal(err)
	}
	seen, err := w.recorder.recorded()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{"BatchGetItem": 1, "TransactWriteItems": 1}, seen.counted()); diff != "" {
		t.Error(diff)
	}
}

func TestCountedMailsAreNotKept(t *testing.T) {
	t.Parallel()
	m, err := newMailbox()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.stop() })
	m.onlyCount()
	for range 2 {
		answer, err := http.PostForm(m.URL, url.Values{
			"Action": {"SendRawEmail"}, "Destinations.member.1": {"hanako@example.jp"}, "RawMessage.Data": {"RnJvbTo="},
		})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	if mails, bytes := m.counted(); mails != 2 || bytes != 2*len("From:") {
		t.Errorf("%d mails with %d bytes came", mails, bytes)
	}
	if _, err := m.link("hanako@example.jp"); err == nil {
		t.Error("a mail was kept")
	}
}
