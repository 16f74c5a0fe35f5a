package table

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// File is all that the table holds of one person, as staff's files and a person's
// disclosure need it.
type File struct {
	Known
	Surveys       *Surveys
	Participation *Participation
	Responses     map[string]Response // by wave
	Used          map[string]bool     // the anonymous waves that the person has answered
	Alerts        []Alert
	Mails         []Mail // by when they were planned; of who withdrew, as the withdrawal leaves them
}

// Group is the arm that the person belongs to.
func (f File) Group() string { return Group(f.Person, f.Participation, f.Surveys) }

// File reads what there is of a person, one query of the partition, consistently.
// It returns ErrNotFound if there is no such person.
func (t *Table) File(ctx context.Context, person string) (File, error) {
	f := File{Responses: map[string]Response{}, Used: map[string]bool{}}
	for item, err := range t.partition(ctx, profileKey(person).PK, "") {
		if err == nil {
			err = f.add(item)
		}
		if err != nil {
			return File{}, fmt.Errorf("reading a person's file: %w", err)
		}
	}
	if f.Person.ID == "" {
		return File{}, ErrNotFound
	}
	sortMails(f.Mails)
	for i, m := range f.Mails {
		f.Mails[i] = m.of(f.Person)
	}
	return f, nil
}

// add reads one item of the person's partition into the file.
func (f *File) add(item map[string]types.AttributeValue) error {
	var err error
	switch kind := firstPart(text(item["sk"])); kind {
	case "profile":
		return decode(item, &f.Person)
	case "application":
		f.Application, err = decodeIfAny[Application](item)
	case "registration":
		f.Registration, err = decodeIfAny[Registration](item)
	case "surveys":
		f.Surveys, err = decodeIfAny[Surveys](item)
	case "participation":
		f.Participation, err = decodeIfAny[Participation](item)
	case "response":
		var r Response
		err = decode(item, &r)
		f.Responses[r.Wave] = r
	case "used":
		f.Used[lastPart(text(item["sk"]))] = true
	case "alert":
		var a Alert
		err = decode(item, &a)
		f.Alerts = append(f.Alerts, a)
	case "mail":
		var m Mail
		err = decode(item, &m)
		f.Mails = append(f.Mails, m)
	}
	return err
}

// Files yields the files of everybody of an experiment in the order in which they came,
// those who have withdrawn included: one query for each, and one file in memory.
func (t *Table) Files(ctx context.Context, experiment string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		for one, err := range t.inOrder(ctx, experiment) {
			var f File
			if err == nil {
				f, err = t.File(ctx, one.person)
			}
			if errors.Is(err, ErrNotFound) {
				continue // erased since the person was listed
			}
			if err != nil {
				yield(File{}, fmt.Errorf("listing files: %w", err))
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}
