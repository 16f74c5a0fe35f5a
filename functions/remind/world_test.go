package main

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

// world is the function between a table of its own and a stand-in for SES.
type world struct {
	*testing.T
	env         *tabletest.Env
	table       *table.Table
	ses         *sestest.Server
	experiments experiment.Set
	now         time.Time // of the next tick
	mails       []sent    // every mail that was planned
}

// sent names a mail.
type sent struct{ person, mail string }

func newWorld(t *testing.T) *world {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	env := tabletest.New(t)
	return &world{
		T: t, env: env, table: table.New(env.Client(t), env.Name), ses: sestest.New(t), experiments: experiments,
		now: time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC),
	}
}

// function is a fresh process of the function, whose requests to the table meet
// the faults.
func (w *world) function(faults ...faulty.Fault) *handler {
	h, _ := w.watched(faults...)
	return h
}

// watched is a fresh process and the transport that counts its requests to the
// table.
func (w *world) watched(faults ...faulty.Fault) (*handler, *faulty.Transport) {
	w.Helper()
	c, transport := w.env.Watched(w.T, faults...)
	mailer := sending.Client(tabletest.Config(nil), func(o *ses.Options) { o.BaseEndpoint = aws.String(w.ses.URL) })
	return &handler{
		table: table.New(c, w.env.Name), experiments: w.experiments,
		sender: sending.New(mailer, "lab"),
		pace:   &sending.Pace{Sleep: func(context.Context, time.Duration) error { return nil }},
		from:   mail.Identity{From: "no-reply@lab.example", Office: "office@lab.example", Site: "https://lab.example"},
		random: rand.Text,
	}, transport
}

// apply makes a made-up person (架空の人物) apply, which plans the acknowledgement.
func (w *world) apply(address string) table.Person {
	w.Helper()
	e := w.experiments.All()[0]
	person := table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: e.ID, Lang: locale.Japanese,
		Address:    table.Address{Typed: address, Send: address, Comparable: address},
		FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
	}
	application := table.Application{Reference: "ABCDE-FGHIJ", Choices: []string{e.Listings[0].ID}, Motivation: "架空の動機", Adult: true}
	for _, c := range e.Application.Consents {
		application.Consents = append(application.Consents, table.Consent{
			Purpose: c.ID, Version: c.Version, Hash: e.ConsentHash(c.ID), Lang: locale.Japanese, Given: true, At: table.At(w.now),
		})
	}
	_, err := w.table.Submit(w.Context(), table.Submission{
		Token: rand.Text(), Body: address, Person: person, Application: application, Day: "2020-11-02",
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	w.mails = append(w.mails, sent{person.ID, mail.ID(mail.Acknowledgement, person.ID, application.Reference)})
	return person
}

// tick runs the function as the scheduler does, a minute after the last time.
func (w *world) tick(h *handler) (report, error) {
	w.Helper()
	w.now = w.now.Add(time.Minute)
	return h.remind(w.Context(), event{ScheduledTime: w.now})
}

// states reads the state of every mail that was planned.
func (w *world) states() map[string]table.Mail {
	w.Helper()
	found := map[string]table.Mail{}
	for _, one := range w.mails {
		d, err := w.table.Delivery(w.Context(), one.person, one.mail)
		if err != nil {
			w.Fatal(err)
		}
		found[one.mail] = d.Mail
	}
	return found
}

// one reads the one mail that was planned.
func (w *world) one() table.Mail {
	w.Helper()
	for _, m := range w.states() {
		return m
	}
	w.Fatal("no mail was planned")
	return table.Mail{}
}
