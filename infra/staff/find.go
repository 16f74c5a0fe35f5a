package main

import (
	"context"
	"errors"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

var errNobody = errors.New("there is no such person: take the person from one of the files")

// found is the person that a decision is about, with what there is of the person and the
// experiment.
type found struct {
	table.File
	experiment *experiment.Experiment
}

// find finds a person by id or by the reference of the application.
func (d desk) find(ctx context.Context, s session, word string) (found, error) {
	f, err := s.table.File(ctx, word)
	if errors.Is(err, table.ErrNotFound) {
		var id string
		if id, err = d.applicant(ctx, s, word); err == nil {
			f, err = s.table.File(ctx, id)
		}
	}
	if errors.Is(err, table.ErrNotFound) {
		return found{}, errNobody
	}
	if err != nil {
		return found{}, err
	}
	e, known := d.experiments.Experiment(f.Person.Experiment)
	if !known {
		return found{}, errNobody
	}
	return found{f, e}, nil
}

// applicant finds the person whose application has a reference, among all of them: it is
// no key of the table.
func (d desk) applicant(ctx context.Context, s session, reference string) (string, error) {
	if !strings.Contains(reference, "-") {
		return "", table.ErrNotFound
	}
	for _, e := range d.experiments.All() {
		for a, err := range s.table.Applicants(ctx, e.ID) {
			if err != nil {
				return "", err
			}
			if strings.EqualFold(a.Application.Reference, reference) {
				return a.Person.ID, nil
			}
		}
	}
	return "", table.ErrNotFound
}
