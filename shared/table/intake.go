package table

import (
	"context"
	"errors"
	"iter"
	"time"

	"livinglab/shared/mail"
)

// Intake is what came in, in a span of time.
type Intake struct {
	Applied   int
	Withdrawn int
	First     map[string]int // applications of the span that stand, by the listing wished for first
	Any       map[string]int // and by each listing wished for
	Days      map[string]int // applications by day, 2020-11-07, in the zone of the span's From or, without one, its To
}

// Intake counts the applications and withdrawals in [from, to), from the beginning for a
// zero from. It reads keys alone but for those who withdrew since to.
func (t *Table) Intake(ctx context.Context, experiment string, from, to time.Time) (Intake, error) {
	return Intake{}, errors.ErrUnsupported
}

// Places is how many places of a briefing there are, by how they stand.
type Places struct {
	Booked   int // in the span, whatever became of them
	Seats    int // held or kept for somebody who was offered one
	Waiting  int
	Canceled int
}

// Places counts the places of a briefing, and those booked in [from, to).
func (t *Table) Places(ctx context.Context, experiment, briefing string, from, to time.Time) (Places, error) {
	return Places{}, errors.ErrUnsupported
}

// EndedMail is a mail that has ended, as the keys of a list have it.
type EndedMail struct {
	Person, Mail string
	At           Instant // when it ended
	State        State
	Kind         mail.Kind
	Occasion     string
	Due          Instant
}

// EndedMails yields the mails of an experiment that ended in [from, to), from the
// beginning for a zero from, shard after shard. It reads keys alone. A mail that ended
// twice, because staff had it sent again, is where it ended last.
func (t *Table) EndedMails(ctx context.Context, experiment string, from, to time.Time) iter.Seq2[EndedMail, error] {
	return func(yield func(EndedMail, error) bool) { yield(EndedMail{}, errors.ErrUnsupported) }
}

// OpenMail is a mail that has not ended, as the keys of a list have it.
type OpenMail struct {
	Person, Mail string
	At           Instant // when it needs the sender or, in doubt, since when it is
	Unknown      bool
	Kind         mail.Kind
}

// OpenMails yields the mails of an experiment that have not ended, shard after shard: those
// that wait or are under way, and those in doubt. It reads keys alone.
func (t *Table) OpenMails(ctx context.Context, experiment string) iter.Seq2[OpenMail, error] {
	return func(yield func(OpenMail, error) bool) { yield(OpenMail{}, errors.ErrUnsupported) }
}

// TallyBetween counts the bounces and complaints of an experiment in [from, to), of the
// last 35 days at the most.
func (t *Table) TallyBetween(ctx context.Context, experiment string, from, to time.Time) (Tally, error) {
	return Tally{}, errors.ErrUnsupported
}
