package export

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// sentMail is a mail that SES took, on an occasion.
func sentMail(kind mail.Kind, occasion string, at table.Instant) table.Mail {
	return table.Mail{Kind: kind, Occasion: occasion, State: table.Sent, Sent: at}
}

func TestAPersonHasARowForEachSurveyThatIsOrWasForThePerson(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	s := NewSurveys(e, set)
	applied := func(id string, f table.File) table.File {
		f.Person.ID, f.Person.Applied = id, "2020-11-02T03:00:00.000Z"
		return f
	}
	agreed := &table.Surveys{Research: table.Agreed}
	started := &table.Participation{Listing: "job-1", Started: "2021-01-04"}
	gone := applied("gone", table.File{Surveys: &table.Surveys{Research: table.LeftResearch, Left: "2021-04-01T00:00:00.000Z", Erased: true}})
	gone.Mails = []table.Mail{sentMail(mail.SurveyInvitation, "post open", "2021-03-29T00:00:00.000Z")}
	visitor := table.File{}
	visitor.Person.ID = "visitor"
	contact := table.File{}
	contact.Person = table.Person{ID: "contact", Host: "job-2"}

	var standings []Standing
	for st, err := range s.Standings(each(
		applied("participant", table.File{Surveys: agreed, Participation: started}),
		applied("comparison", table.File{Surveys: agreed}),
		applied("offered", table.File{Surveys: agreed, Participation: &table.Participation{Listing: "job-1"}}),
		applied("declined", table.File{Surveys: &table.Surveys{Research: table.Declined}}),
		gone, visitor, contact,
	)) {
		if err != nil {
			t.Fatal(err)
		}
		standings = append(standings, st)
	}
	rows := rowsOf(t, s.Waves(), standings...)
	var got []string
	for i, person := range under(t, rows, "person") {
		got = append(got, person+" "+under(t, rows, "survey")[i])
	}
	want := []string{
		"participant pre", "participant mid", "participant post", "participant followup",
		"comparison pre", "comparison post", "comparison followup",
		"offered pre", "declined pre", "gone pre", "gone post",
		"contact host_before", "contact host_after",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	last := len(rows) - 1
	if rows[last][1] != "job-2" {
		t.Errorf("the contact's row names the host %q", rows[last][1])
	}
}

func TestWhatBecameOfTheMailsAboutASurveyStandsInItsRow(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	s := NewSurveys(e, set)
	f := table.File{Surveys: &table.Surveys{
		Research: table.Agreed,
		Begun:    map[string]table.Instant{"pre": "2020-11-04T03:00:00.000Z", "post": "2021-03-30T03:00:00.000Z"},
		Saved:    map[string]table.Instant{"pre": "2020-11-04T03:05:00.000Z", "post": "2021-03-30T03:05:00.000Z"},
		Done:     map[string]table.Instant{"pre": "2020-11-04T03:06:00.000Z"},
	}}
	f.Person = table.Person{ID: "p", Applied: "2020-11-02T03:00:00.000Z"}
	f.Mails = []table.Mail{
		sentMail(mail.Acknowledgement, "", "2020-11-02T03:01:00.000Z"),
		sentMail(mail.SurveyReminder, "pre invited+3d-0900", "2020-11-05T00:00:00.000Z"),
		sentMail(mail.SurveyReminder, "pre invited+7d-0900", "2020-11-09T00:00:00.000Z"),
		sentMail(mail.SurveyInvitation, "post open", "2021-03-29T00:00:00.000Z"),
		sentMail(mail.SurveyReminder, "post invited+3d-0900", "2021-04-01T00:00:00.000Z"),
		{Kind: mail.SurveyReminder, Occasion: "pre close-0d-0900", State: table.Canceled},
		sentMail(mail.SurveyInvitation, "posterior open", "2021-01-01T00:00:00.000Z"), // of another survey
	}
	f.Mails[0].Delivery, f.Mails[0].DeliveryAt = table.Delivered, "2020-11-02T03:01:05.000Z"
	f.Mails[2].Delivery, f.Mails[2].DeliveryAt = table.Complained, "2020-11-09T01:00:00.000Z"
	f.Mails[3].Delivery, f.Mails[3].DeliveryAt = table.Bounced, "2021-03-29T00:00:09.000Z"
	var standings []Standing
	for st := range s.Standings(each(f)) {
		standings = append(standings, st)
	}
	rows := rowsOf(t, s.Waves(), standings...)
	for name, want := range map[string][]string{
		"survey":     {"pre", "post", "followup"},
		"invited":    {"2020-11-02T12:01:00.000+09:00", "2021-03-29T09:00:00.000+09:00", ""},
		"delivered":  {"2020-11-02T12:01:05.000+09:00", "", ""},
		"reminders":  {"2", "1", "0"},
		"reminded":   {"2020-11-09T09:00:00.000+09:00", "2021-04-01T09:00:00.000+09:00", ""},
		"bounced":    {"", "2021-03-29T09:00:09.000+09:00", ""},
		"complained": {"2020-11-09T10:00:00.000+09:00", "", ""},
		"started":    {"2020-11-04T12:00:00.000+09:00", "2021-03-30T12:00:00.000+09:00", ""},
		"partial":    {"no", "yes", "no"},
		"done":       {"2020-11-04T12:06:00.000+09:00", "", ""},
		"withdrawn":  {"", "", ""},
	} {
		if diff := cmp.Diff(want, under(t, rows, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
