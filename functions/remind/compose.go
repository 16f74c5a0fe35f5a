package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// letter is a mail ready to be claimed: the message, and what its links open.
type letter struct {
	message mail.Message
	grants  []table.Grant
}

// summary reads what a mail to staff tells; of any other mail it reads nothing.
func (r *run) summary(ctx context.Context, m table.Mail) (table.StaffSummary, error) {
	if !m.Kind.ToStaff() {
		return table.StaffSummary{}, nil
	}
	return r.table.Summary(ctx, m.Experiment, m.Occasion)
}

// compose writes a mail from the facts of this moment, with fresh links; to staff, what a
// summary tells. A panic in it is an error of this one mail.
func (r *run) compose(e *experiment.Experiment, d table.Delivery, summary table.StaffSummary) (l letter, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("composing panicked: %T", v) // the value may hold personal data
		}
	}()
	now := r.clock.now()
	facts := mail.Facts{
		ID: d.Mail.ID, Attempt: d.Mail.Attempt + 1, Kind: d.Mail.Kind, Lang: d.Mail.Lang, Date: now,
		Person: d.Person.ID, To: recipient(d).Send, Experiment: e, At: happened(d),
		Name: mail.Name{
			Family: d.Person.FamilyName, Given: d.Person.GivenName,
			FamilyKana: d.Person.FamilyKana, GivenKana: d.Person.GivenKana,
		},
	}
	if a := d.Application; a != nil {
		facts.Applied, facts.Reference, facts.Choices = true, a.Reference, a.Choices
		for _, c := range a.Consents {
			facts.Consents = append(facts.Consents, mail.Consent{ID: c.Purpose, Version: c.Version, Given: c.Given})
		}
	}
	if d.Registration != nil {
		r.aboutBriefing(e, d, &facts)
	}
	aboutSurvey(e, d, &facts)
	if k := d.Mail.Kind; k == mail.ResearchLeft || k == mail.Withdrawn {
		facts.Answers = fateOfAnswers(d)
	}
	if d.Mail.Kind.ToStaff() {
		if facts.Summary, err = readSummary(summary.Content); err != nil {
			return letter{}, err
		}
	}
	facts.Links, l.grants = r.links(facts)
	l.message, err = mail.Compose(r.from, facts)
	return l, err
}

// readSummary reads a summary as it was made.
func readSummary(content []byte) (*mail.Summary, error) {
	if content == nil {
		return nil, errors.New("the summary is not there")
	}
	var s mail.Summary
	if err := json.Unmarshal(content, &s); err != nil {
		return nil, fmt.Errorf("reading the summary: %w", err)
	}
	return &s, nil
}

// links mints the links of a mail, each with a token of its own, and what the table
// is to know of them.
func (r *run) links(f mail.Facts) (map[mail.Purpose]mail.PrivateLink, []table.Grant) {
	links, grants := map[mail.Purpose]mail.PrivateLink{}, []table.Grant(nil)
	for _, rule := range f.Kind.Links() {
		segment := table.Segment{Person: f.Person, Mail: f.ID, Token: r.random()}
		until := linkEnds(f, rule)
		links[rule.Purpose] = mail.PrivateLink{Address: r.from.Site + segment.Path(rule.Purpose), Until: until}
		grants = append(grants, table.Grant{
			Hash: table.TokenHash(segment.Token), Purpose: rule.Purpose, Minted: table.At(f.Date), Until: table.At(until),
		})
	}
	return links, grants
}

// sayItIsOver is for how long after a briefing its link still opens the page, which
// says then that it is over.
const sayItIsOver = 24 * time.Hour

// linkEnds is when a link stops working: after its lifetime, or when the data that
// it opens are to be erased. Announcements can be stopped as long as there are any.
// Whom a survey is for is kept on as long as participants are.
func linkEnds(f mail.Facts, rule mail.LinkRule) time.Time {
	ends, retention := f.Date.Add(rule.Lifetime), f.Experiment.Retention.Applicants
	switch rule.Purpose {
	case mail.Unsubscribe:
		return ends
	case mail.Join:
		if f.Session != nil {
			ends = f.Session.End.Add(sayItIsOver)
		}
	case mail.OpenSurvey:
		ends, retention = f.Date.Add(mail.SayItIsClosed), f.Experiment.Retention.Participants
		if f.Round != nil {
			ends = f.Round.Close.Add(mail.SayItIsClosed)
		}
	}
	if erased := retention.In(f.Experiment.Zone()); erased.After(f.Date) && erased.Before(ends) {
		return erased
	}
	return ends
}

// recipient is the person's address at this moment, unless the mail is about
// another one.
func recipient(d table.Delivery) table.Address {
	if d.Mail.To != nil {
		return *d.Mail.To
	}
	return d.Person.Address
}

// happened is when the thing took place that the mail tells of.
func happened(d table.Delivery) time.Time {
	switch {
	case d.Mail.Kind == mail.RegistrationStanding && d.Registration != nil:
		return d.Registration.Booked.Time()
	case d.Mail.Kind.AboutRegistration():
		return d.Mail.Created.Time()
	case d.Mail.Kind == mail.Withdrawn:
		return d.Person.Withdrawn.Time()
	case d.Mail.Kind == mail.ResearchLeft && d.Surveys != nil && d.Surveys.Left != "":
		return d.Surveys.Left.Time()
	case d.Mail.Kind == mail.ResearchLeft, d.Mail.Kind == mail.AddressChanged, d.Mail.Kind == mail.AddressMoved, d.Application == nil:
		return d.Mail.Created.Time()
	case d.Mail.Kind == mail.Changed:
		return d.Application.Edited.Time()
	}
	return d.Application.Submitted.Time()
}
