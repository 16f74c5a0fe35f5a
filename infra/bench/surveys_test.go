package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// linkOf is a link that was mailed to a person: who, in which mail, and the token.
func (w *world) linkOf(t *testing.T, person string) (mailID, token string) {
	t.Helper()
	mails, err := w.items().MailsOf(t.Context(), person)
	if err != nil || len(mails) == 0 {
		t.Fatalf("%d mails: %v", len(mails), err)
	}
	d, err := w.items().Delivery(t.Context(), person, mails[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	token = "made-up token"
	_, err = w.items().ClaimMail(t.Context(), d.Mail, table.Claim{
		ID: "claim", To: d.Person.Address.Comparable, Subject: "件名", Text: "本文", Now: w.now,
		Grants: []table.Grant{{Hash: table.TokenHash(token), Purpose: mail.OpenPage, Minted: table.At(w.now), Until: table.At(w.now.Add(time.Hour))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return mails[0].ID, token
}

// What leaving a page of a survey asks of the table: the link is opened, with all that
// the page depends on, and what was answered is saved.
func TestSavingASurveyPageIsOneReadAndOneTransaction(t *testing.T) {
	t.Parallel()
	w, c := recorded(t)
	id, err := w.register(t.Context(), w.items(), newAddress(), w.experiment.Briefings[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	mailID, token := w.linkOf(t, id)
	person, _, err := w.items().PersonWithSettings(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	application := table.Submission{Token: "made-up form", Day: "2020-11-02", Person: person, Application: table.Application{Reference: "APPLI-CATION"}}
	if _, err := w.items().Submit(t.Context(), application, w.now); err != nil {
		t.Fatal(err)
	}
	consent := w.experiment.Research.Consent
	agreed := table.Consent{Purpose: consent.ID, Version: consent.Version, Hash: consent.Hash(), Lang: locale.Japanese, Given: true, At: table.At(w.now)}
	if err := w.items().AnswerResearch(t.Context(), person, agreed, w.now); err != nil {
		t.Fatal(err)
	}
	i, _ := w.instruments.Current(w.experiment.Waves[0].Instruments[0])
	for _, page := range []string{"first", "next"} {
		w.recorder.forget()
		store := table.New(c, w.table)
		opened, err := store.OpenSurveys(t.Context(), id, mailID, token, mail.OpenPage, w.now, w.experiment.RoundIDs(), w.experiment.ID)
		if err != nil {
			t.Fatal(err)
		}
		var before *table.Response
		if r, begun := opened.Responses["pre"]; begun {
			before = &r
		}
		err = store.SavePage(t.Context(), opened.Person, before, table.SavedPage{
			Wave: "pre", Lang: locale.Japanese, Instrument: i.ID, Edition: table.Edition{Version: i.Version, Hash: i.Hash()},
			Answers: map[string][]string{"D1": {"4"}}, Place: 2,
		}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := w.recorder.recorded()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]float64{"BatchGetItem": 1, "TransactWriteItems": 1}, seen.counted()); diff != "" {
			t.Errorf("the %s page: %s", page, diff)
		}
		if (before == nil) != (page == "first") {
			t.Errorf("the %s page found a response: %v", page, before != nil)
		}
	}
}
