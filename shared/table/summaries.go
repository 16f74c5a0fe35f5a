package table

import (
	"context"
	"errors"
	"iter"
	"time"
)

// A member of staff who gets summaries is a person of the table whose Staff says so: the
// ledger, its addresses and its states serve the summaries, too. It is not among the people of
// the experiment, has no application, and is in none of their files.

// AddStaff has summaries of an experiment sent to a person, on record, once for each
// address: at the address of one that there is, it changes the name and language of
// that one. staff.Experiment, Lang, FamilyName, GivenName and Address are given, and an ID
// for a new one. It returns the person as it is then.
func (t *Table) AddStaff(ctx context.Context, staff Person, entry AuditEntry, now time.Time) (Person, error) {
	return Person{}, errors.ErrUnsupported
}

// RemoveStaff sends no more summaries to a person, on record: mails that wait are not
// wanted any more. ErrNotFound for who gets none.
func (t *Table) RemoveStaff(ctx context.Context, experiment, person string, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// Staff yields who gets the summaries of an experiment, consistently.
func (t *Table) Staff(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) { yield(Person{}, errors.ErrUnsupported) }
}

// maxStaff is how many people may get the summaries of an experiment: all their mails
// are written in one transaction.
const maxStaff = 50

// ErrTooManyStaff means that no more people can get summaries.
var ErrTooManyStaff = errors.New("no more people can get summaries")

// StaffSummary is one summary, as it was made for its scheduled time.
type StaffSummary struct {
	Experiment string
	At         time.Time // the scheduled time, which it covers up to
	Since      time.Time // At of the one before; zero for the first
	Content    []byte    // a mail.Summary as JSON
	Mailed     int       // to how many people
}

// PutSummary writes a summary, and the mail (mail.StaffSummary) that tells of it to each of the
// people: once for each experiment and scheduled time, and only after the summary of
// s.Since, in one transaction. A second time it changes nothing and reports false; so does one
// that is overtaken by a later summary.
func (t *Table) PutSummary(ctx context.Context, s StaffSummary, to []Person, now time.Time) (fresh bool, err error) {
	return false, errors.ErrUnsupported
}

// LastSummary returns the last summary of an experiment; ErrNotFound if there is none.
func (t *Table) LastSummary(ctx context.Context, experiment string) (StaffSummary, error) {
	return StaffSummary{}, errors.ErrUnsupported
}

// Summary returns the summary that a mail tells of, by the mail's occasion.
func (t *Table) Summary(ctx context.Context, experiment, occasion string) (StaffSummary, error) {
	return StaffSummary{}, errors.ErrUnsupported
}
