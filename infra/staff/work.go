package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
)

// workSaid says what can be done about the mails that wait for staff.
func workSaid(count int) string {
	return mails(count, "waits", "wait") + " for you: send-again, treat-as-sent, or address if it is wrong"
}

// sendAgain has a mail sent once more.
func (d desk) sendAgain(ctx context.Context, s session, o order) error {
	person, id := o.arguments[0], o.arguments[1]
	m, err := mailOf(ctx, s, person, id)
	if err != nil {
		return err
	}
	question := fmt.Sprintf("The mail is a %s, %s. If it had arrived after all, it arrives twice.", m.Kind, m.State)
	if err := d.confirm(o, question); err != nil {
		return err
	}
	err = s.table.SendAgain(ctx, person, id, d.decision(s, o, m), d.now())
	switch {
	case errors.Is(err, table.ErrNotOpen):
		return fmt.Errorf("nothing was done: the mail is %s. Only one in doubt, failed, held back, missed or come back can be sent again", m.State)
	case err != nil:
		return undone(err)
	}
	fmt.Fprintln(d.say, "it leaves with the next minute")
	return nil
}

// treatAsSent takes a mail in doubt for sent.
func (d desk) treatAsSent(ctx context.Context, s session, o order) error {
	person, id := o.arguments[0], o.arguments[1]
	m, err := mailOf(ctx, s, person, id)
	if err != nil {
		return err
	}
	err = s.table.TreatAsSent(ctx, person, id, d.decision(s, o, m), d.now())
	switch {
	case errors.Is(err, table.ErrNotOpen):
		return fmt.Errorf("nothing was done: the mail is %s. Only one in doubt can be taken for sent", m.State)
	case err != nil:
		return undone(err)
	}
	fmt.Fprintln(d.say, "it counts as sent")
	return nil
}

// decision is what is put on record of a decision about a mail.
func (d desk) decision(s session, o order, m table.Mail) table.AuditEntry {
	e := d.entry(s, o, "person "+m.Person, "mail "+m.ID)
	e.Experiment = m.Experiment
	return e
}

// mailOf finds a mail of a person.
func mailOf(ctx context.Context, s session, person, id string) (table.Mail, error) {
	all, err := s.table.MailsOf(ctx, person)
	if err != nil {
		return table.Mail{}, err
	}
	i := slices.IndexFunc(all, func(m table.Mail) bool { return m.ID == id })
	if i < 0 {
		return table.Mail{}, errors.New("there is no such mail: take person and mail from the files work or mails")
	}
	return all[i], nil
}

// correctAddress gives a person the right address. It is not put on record: the
// person is.
func (d desk) correctAddress(ctx context.Context, s session, o order) error {
	id := o.arguments[0]
	address, problem := input.Email(o.arguments[1])
	if problem != (locale.Text{}) {
		return fmt.Errorf("nothing was done: %s / %s", problem.EN, problem.JA)
	}
	person, _, err := s.table.PersonWithSettings(ctx, id)
	if errors.Is(err, table.ErrNotFound) {
		return errors.New("there is no such person: take the person from one of the files")
	}
	if err != nil {
		return err
	}
	next := submission.Address(address)
	switch {
	case person.Withdrawn != "":
		return errWithdrawn
	case person.Address.Comparable == next.Comparable && person.Address.Send == next.Send:
		return errors.New("nothing was done: that is the person's address")
	}
	all, err := s.table.MailsOf(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.say, lost(table.LostMails(all)))
	fmt.Fprintln(d.say, linksSaid(person))
	if better, ok := input.Suggest(address.Original); ok {
		fmt.Fprintf(d.say, "Is it right? It looks much like %s.\n", better)
	}
	if err := d.confirm(o, "The address will be "+address.Original+"."); err != nil {
		return err
	}
	entry := d.entry(s, o, "person "+id)
	entry.Experiment = person.Experiment
	err = s.table.CorrectAddress(ctx, id, next, entry, d.now())
	switch {
	case errors.Is(err, table.ErrAddressTaken):
		return errors.New("nothing was done: the address belongs to another person of the experiment")
	case errors.Is(err, table.ErrWithdrawn):
		return errWithdrawn
	case err != nil:
		return undone(err)
	}
	fmt.Fprintln(d.say, "it is corrected")
	return nil
}

// linksSaid says what becomes of a person's links with another address.
func linksSaid(person table.Person) string {
	if person.Host != "" {
		return "Links that went to the old address stop working. A host's contact gets no mail about it: the next mail about a survey has a link again."
	}
	if person.Staff {
		return "The person gets the summaries of " + person.Experiment + ", and no mail about it: the next summary goes to the new address."
	}
	return "The new address gets a mail with a link of its own; links that went to the old one stop working."
}

var errWithdrawn = errors.New("nothing was done: the person has withdrawn and gets no more mail")

// lost says which mails go again to a corrected address.
func lost(again []table.Mail) string {
	if len(again) == 0 {
		return "No mail had come back or was held back, so none is sent again."
	}
	var kinds []string
	for _, m := range again {
		kinds = append(kinds, string(m.Kind))
	}
	return mails(len(again), "goes", "go") + " again to the new address, unless no longer wanted: " + strings.Join(kinds, ", ")
}
