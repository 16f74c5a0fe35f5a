package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// Errors of a person's own decisions.
var (
	// ErrChangedElsewhere means that the application is no longer the version that
	// was edited: another window or device was faster.
	ErrChangedElsewhere = errors.New("the application was changed elsewhere")
	// ErrWithdrawn means that the person has left the experiment.
	ErrWithdrawn = errors.New("the person has withdrawn")
)

// Edit is a change of an application by its person.
type Edit struct {
	Token       string // of the form
	Version     int    // that the form showed
	Person      Person // with the names and prefecture as they should be, and when the person applied
	Application Application
	Changed     []string // names of the fields that differ
}

// Edit changes an application once, notes the act and plans the mail that says so.
// The same form sent twice is one change. It returns ErrChangedElsewhere if the
// form showed another version than there is, and ErrWithdrawn.
func (t *Table) Edit(ctx context.Context, e Edit, now time.Time) error {
	at := At(now)
	token := digest(e.Token)
	listed := applicationEntry(e.Person.Experiment, e.Person.ID, e.Person.Applied, e.Application.Choices)
	err := t.decide(ctx, func() error {
		x := t.begin()
		atApplication := x.update(applicationKey(e.Person.ID),
			`SET #choices = :choices, #motivation = :motivation, #answers = :answers,
			#version = :next, #edited = :now, #editToken = :token, #list = :list, #at = :at`,
			"#version = :version AND #submitted = :submitted AND attribute_not_exists(#withdrawn)",
			values{
				":submitted": e.Person.Applied, ":list": listed.List, ":at": listed.At,
				":choices": e.Application.Choices, ":motivation": e.Application.Motivation, ":answers": e.Application.Answers,
				":version": e.Version, ":next": e.Version + 1, ":now": at, ":token": token,
			})
		x.update(profileKey(e.Person.ID),
			`SET #familyName = :familyName, #givenName = :givenName, #familyKana = :familyKana,
			#givenKana = :givenKana, #prefecture = :prefecture`,
			"attribute_exists(#pk) AND attribute_not_exists(#withdrawn)",
			values{
				":familyName": e.Person.FamilyName, ":givenName": e.Person.GivenName, ":familyKana": e.Person.FamilyKana,
				":givenKana": e.Person.GivenKana, ":prefecture": e.Person.Prefecture,
			})
		done := newAct(e.Person.ID, "edited", at)
		done.Version, done.Changed = e.Version+1, e.Changed
		x.put(done, "", nil)
		x.put(newMail(e.Person, mail.Changed, fmt.Sprint(e.Version+1), at), isNew, nil)
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		item, failed := refusal.at(atApplication)
		if !failed {
			return unexplained(refusal)
		}
		var stands Application
		if err := decode(item, &stands); err != nil {
			return err
		}
		switch {
		case stands.EditToken == token:
			return nil
		case stands.Withdrawn != "":
			return ErrWithdrawn
		}
		return ErrChangedElsewhere
	})
	if err != nil {
		return fmt.Errorf("editing an application: %w", err)
	}
	return nil
}
