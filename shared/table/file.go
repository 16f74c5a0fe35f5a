package table

import (
	"context"
	"errors"
	"iter"
)

// File is all that the table holds of one person, as staff's files and a person's
// disclosure need it.
type File struct {
	Known
	Surveys       *Surveys
	Participation *Participation
	Responses     map[string]Response // by wave
	Alerts        []Alert
	Mails         []Mail
}

// Group is the arm that the person belongs to.
func (f File) Group() string { return Group(f.Person, f.Participation, f.Surveys) }

// File reads what there is of a person, one query of the partition, consistently.
func (t *Table) File(ctx context.Context, person string) (File, error) {
	return File{}, errors.ErrUnsupported
}

// Files yields the files of everybody of an experiment in the order in which they came,
// those who have withdrawn included.
func (t *Table) Files(ctx context.Context, experiment string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) { yield(File{}, errors.ErrUnsupported) }
}
