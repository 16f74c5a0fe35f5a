package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/table"
)

// addStaff has the summaries of an experiment sent to somebody. The entry on record names
// nobody: the person is in the file staff.
func (d desk) addStaff(ctx context.Context, s session, o order) error {
	e := o.experiment
	staff, err := contact(o, o.arguments[1], o.arguments[2:])
	if err != nil {
		return err
	}
	staff.ID, staff.Experiment = strings.ToLower(rand.Text()), e.ID
	present, err := staffOf(ctx, s, e.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(present, func(p table.Person) bool { return p.Address.Comparable == staff.Address.Comparable }); i >= 0 {
		before := present[i]
		if o.lang == "" {
			staff.Lang = before.Lang
		}
		if same(before, staff) {
			fmt.Fprintf(d.say, "nothing was done, because that is so already: the summaries of %s go to %s\n", e.ID, before.ID)
			return nil
		}
		fmt.Fprintf(d.say, "The address is that of %s, who gets the summaries already: the name or the language will be another.\n", before.ID)
	}
	if better, ok := input.Suggest(staff.Address.Typed); ok {
		fmt.Fprintf(d.say, "Is the address right? It looks much like %s.\n", better)
	}
	question := fmt.Sprintf("The summaries of %s will go to %s (family name), %s (given name), %s.", e.ID, staff.FamilyName, staff.GivenName, staff.Address.Typed)
	if err := d.confirm(o, question); err != nil {
		return err
	}
	stands, err := s.table.AddStaff(ctx, staff, d.entry(s, o), d.now())
	if errors.Is(err, table.ErrTooManyStaff) {
		return fmt.Errorf("nothing was done, because %d people get the summaries of %s, and no more can", len(present), e.ID)
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintf(d.say, "it is noted: the summaries of %s go to %s. %s\n", e.ID, stands.ID, d.nextSummary(e))
	return nil
}

// removeStaff sends somebody no more summaries.
func (d desk) removeStaff(ctx context.Context, s session, o order) error {
	e, id := o.experiment, o.arguments[1]
	all, err := everyStaff(ctx, s, e.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(p table.Person) bool { return p.ID == id })
	switch {
	case i < 0:
		return fmt.Errorf("nobody who gets the summaries of %s has that id: take it from the file staff", e.ID)
	case all[i].Withdrawn != "":
		fmt.Fprintln(d.say, "nothing was done: the person gets no summaries since "+clock(all[i].Withdrawn.Time().In(e.Zone())))
		return nil
	}
	present := slices.DeleteFunc(all, func(p table.Person) bool { return p.Withdrawn != "" })
	if len(present) == 1 {
		fmt.Fprintf(d.say, "Nobody else gets the summaries of %s: none will be written until somebody does.\n", e.ID)
	}
	if err := d.confirm(o, id+" will get no more summaries, also not those that wait to be sent."); err != nil {
		return err
	}
	err = s.table.RemoveStaff(ctx, e.ID, id, d.entry(s, o, "person "+id), d.now())
	if errors.Is(err, table.ErrNotFound) {
		return errors.New("nothing was done, because somebody else has just removed the person")
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintln(d.say, "it is noted: the person gets no more summaries")
	return nil
}

// staffOf are the people who get the summaries of an experiment.
func staffOf(ctx context.Context, s session, experiment string) ([]table.Person, error) {
	all, err := everyStaff(ctx, s, experiment)
	return slices.DeleteFunc(all, func(p table.Person) bool { return p.Withdrawn != "" }), err
}

// everyStaff are those who get them, and who did.
func everyStaff(ctx context.Context, s session, experiment string) ([]table.Person, error) {
	var all []table.Person
	for p, err := range s.table.EveryStaff(ctx, experiment) {
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// nextSummary says when the next summary of an experiment is due.
func (d desk) nextSummary(e *experiment.Experiment) string {
	next := e.StaffSummary.Next(d.now(), e.Zone())
	if next.IsZero() {
		return "But its file has no staff_summary, so none are written."
	}
	return "The next one is due at " + clock(next) + "."
}

// informed says how many people get the summaries of an experiment; nothing if its file has
// none.
func informed(ctx context.Context, s session, e *experiment.Experiment) (string, error) {
	if len(e.StaffSummary.Days) == 0 {
		return "", nil
	}
	staff, err := staffOf(ctx, s, e.ID)
	switch {
	case err != nil:
		return "", err
	case len(staff) == 1:
		return "1 person gets the summaries of " + e.ID, nil
	case len(staff) > 1:
		return fmt.Sprintf("%d people get the summaries of %s", len(staff), e.ID), nil
	}
	return fmt.Sprintf("nobody gets the summaries of %s, so none are written: go run ./infra/staff add-staff %s ADDRESS \"FAMILY-NAME GIVEN-NAME\"", e.ID, e.ID), nil
}
