package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

// world is the function with a table of its own.
type world struct {
	*testing.T
	env         *tabletest.Env
	table       *table.Table
	e           *experiment.Experiment
	instruments survey.Set
	now         time.Time
}

// newWorld is the shipped experiment on Monday, 2 November 2020, at noon, with summaries on
// Mondays and Thursdays at nine, also of nothing.
func newWorld(t *testing.T) *world {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	e := *experiments.All()[0]
	e.StaffSummary = experiment.StaffSummary{
		Days: []experiment.Weekday{experiment.Weekday(time.Monday), experiment.Weekday(time.Thursday)}, At: 9 * 60,
	}
	env := tabletest.New(t)
	w := &world{T: t, env: env, table: table.New(env.Client(t), env.Name), e: &e, instruments: instruments}
	w.on(time.November, 2, 12, 0)
	return w
}

// on moves the time to a moment of the experiment's year in Tokyo: from October on it is
// 2020.
func (w *world) on(month time.Month, day, hour, minute int) {
	year := 2021
	if month >= time.October {
		year = 2020
	}
	w.now = time.Date(year, month, day, hour, minute, 0, 0, w.e.Zone())
}

// function is a fresh process of the function, whose requests to the table meet the
// faults.
func (w *world) function(faults ...faulty.Fault) *handler {
	h, _ := w.watched(faults...)
	return h
}

// watched is a fresh process and the transport that counts its requests to the table.
func (w *world) watched(faults ...faulty.Fault) (*handler, *faulty.Transport) {
	w.Helper()
	c, transport := w.env.Watched(w.T, faults...)
	return &handler{table: table.New(c, w.env.Name), experiments: experiment.NewSet(w.e), instruments: w.instruments}, transport
}

// hour has the function do the hour of the present time, which it must.
func (w *world) hour() report {
	w.Helper()
	r, err := w.function().summarize(w.Context(), event{ScheduledTime: w.now})
	w.must(err)
	return r
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// summary reads the last summary that was written.
func (w *world) summary() mail.Summary {
	w.Helper()
	last, err := w.table.LastSummary(w.Context(), w.e.ID)
	w.must(err)
	var s mail.Summary
	w.must(json.Unmarshal(last.Content, &s))
	return s
}

// none reports whether no summary was ever written.
func (w *world) none() bool {
	w.Helper()
	_, err := w.table.LastSummary(w.Context(), w.e.ID)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		w.Fatal(err)
	}
	return err != nil
}

// mailed lists the summaries that lie in the ledger: when each is of, and to whom it goes.
func (w *world) mailed() []string {
	w.Helper()
	var lines []string
	for _, item := range w.env.Items(w.T) {
		if item.Attributes["kind"] != string(mail.StaffSummary) {
			continue
		}
		at := table.Instant(item.Attributes["occasion"].(string)).Time().In(w.e.Zone())
		d, err := w.table.Delivery(w.Context(), item.Attributes["person"].(string), item.Attributes["id"].(string))
		w.must(err)
		name, _, _ := strings.Cut(d.Person.Address.Send, "@")
		lines = append(lines, at.Format("01-02 15:04 ")+name)
	}
	slices.Sort(lines)
	return lines
}

// record puts an act of made-up staff (架空) on record.
func (w *world) record() table.AuditEntry {
	return table.AuditEntry{ID: rand.Text(), At: table.At(w.now), Who: "架空の担当者", Act: "test"}
}

func address(name string) table.Address {
	typed := name + "@example.jp"
	return table.Address{Typed: typed, Send: typed, Comparable: typed}
}

// staff has a made-up member of staff (架空の担当者) get the summaries.
func (w *world) staff(name string) table.Person {
	w.Helper()
	p, err := w.table.AddStaff(w.Context(), table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: w.e.ID, Lang: locale.Japanese, Address: address(name),
		FamilyName: "架空", GivenName: "花子",
	}, w.record(), w.now)
	w.must(err)
	return p
}

// host makes a made-up person (架空の人物) the contact of a listing.
func (w *world) host(listing, name string) table.Person {
	w.Helper()
	p, err := w.table.SetHost(w.Context(), table.Person{
		ID: strings.ToLower(rand.Text()), Host: listing, Experiment: w.e.ID, Lang: locale.Japanese, Address: address(name),
		FamilyName: "架空", GivenName: "花子",
	}, w.record(), w.now)
	w.must(err)
	return p
}

// apply makes a made-up person (架空の人物) apply for side jobs, which plans the
// acknowledgement.
func (w *world) apply(name string, wishes ...string) table.Person {
	w.Helper()
	if wishes == nil {
		wishes = []string{w.e.Listings[0].ID}
	}
	p := table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: w.e.ID, Lang: locale.Japanese, Address: address(name),
		FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
	}
	a := table.Application{Reference: rand.Text()[:10], Choices: wishes, Motivation: "架空の動機", Adult: true}
	for _, c := range w.e.Application.Consents {
		a.Consents = append(a.Consents, table.Consent{
			Purpose: c.ID, Version: c.Version, Hash: w.e.ConsentHash(c.ID), Lang: locale.Japanese, Given: true, At: table.At(w.now),
		})
	}
	_, err := w.table.Submit(w.Context(), table.Submission{
		Token: rand.Text(), Body: name, Person: p, Application: a, Day: experiment.DateOf(w.now).String(),
	}, w.now)
	w.must(err)
	return p
}

// acknowledgement is the mail to who applied.
func (w *world) acknowledgement(p table.Person) table.Mail {
	w.Helper()
	for m, err := range w.table.Mails(w.Context(), w.e.ID) {
		w.must(err)
		if m.Person == p.ID && m.Kind == mail.Acknowledgement {
			return m
		}
	}
	w.Fatal("there is no acknowledgement")
	return table.Mail{}
}

// sends has the acknowledgement to a person leave.
func (w *world) sends(p table.Person) {
	w.Helper()
	m, err := w.table.ClaimMail(w.Context(), w.acknowledgement(p), table.Claim{
		ID: rand.Text(), To: p.Address.Comparable, Subject: "件名", Text: "本文", Now: w.now,
	})
	w.must(err)
	w.must(w.table.Accept(w.Context(), m, rand.Text(), w.now))
}

// ends has the acknowledgement to a person end unsent.
func (w *world) ends(p table.Person, state table.State) {
	w.Helper()
	w.must(w.table.End(w.Context(), w.acknowledgement(p), state, "架空の理由", w.now))
}

// agrees has a person agree to the research.
func (w *world) agrees(p table.Person) {
	w.Helper()
	c := w.e.Research.Consent
	w.must(w.table.AnswerResearch(w.Context(), p, table.Consent{
		Purpose: c.ID, Version: c.Version, Hash: c.Hash(), Lang: locale.Japanese, Given: true, At: table.At(w.now),
	}, w.now))
}

// starts has a person take up a side job.
func (w *world) starts(p table.Person) {
	w.Helper()
	w.must(w.table.Offer(w.Context(), p.ID, w.e.Listings[0].ID, w.now.Add(time.Hour), w.record(), w.now))
	w.must(w.table.AcceptOffer(w.Context(), p.ID, w.record(), w.now))
	w.must(w.table.Start(w.Context(), p.ID, w.e.SideJob.Start, w.record(), w.now))
}

// core are answers to every question that is scored.
func (w *world) core() (*survey.Instrument, map[string][]string) {
	w.Helper()
	i, ok := w.instruments.Current("career_ownership_core")
	if !ok {
		w.Fatal("there is no core questionnaire")
	}
	answers := map[string][]string{}
	for _, item := range i.Items {
		if item.Type == survey.Likert {
			answers[item.ID] = []string{"3"}
		}
	}
	return i, answers
}

// begins has somebody save a page of a survey, and finishes end it as well.
func (w *world) begins(p table.Person, wave string) {
	w.Helper()
	i, answers := w.core()
	w.must(w.table.SavePage(w.Context(), p, nil, table.SavedPage{
		Wave: wave, Lang: locale.Japanese, Instrument: i.ID, Edition: table.Edition{Version: i.Version, Hash: i.Hash()},
		Answers: answers, Place: 2,
	}, w.now))
}

func (w *world) finishes(p table.Person, wave string) {
	w.Helper()
	w.begins(p, wave)
	_, err := w.table.FinishSurvey(w.Context(), p, table.Finish{Wave: wave}, w.now)
	w.must(err)
}
