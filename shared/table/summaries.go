package table

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// StaffSummary is one summary, as it was made for its scheduled time.
type StaffSummary struct {
	Experiment string
	At         time.Time // the scheduled time, which it covers up to
	Since      time.Time // At of the one before; zero for the first
	Content    []byte    // a mail.Summary as JSON
	Mailed     int       // to how many people
}

// summary is a summary as it is stored.
type summary struct {
	Key
	ID         string  `dynamodbav:"id"` // of the attempt that wrote it, random
	Experiment string  `dynamodbav:"experiment"`
	At         Instant `dynamodbav:"when"`
	Since      Instant `dynamodbav:"since,omitempty"`
	Mailed     int     `dynamodbav:"mailed"`
	Content    packed  `dynamodbav:"content"`
}

// lastSummary says up to when the summaries of an experiment reach.
type lastSummary struct {
	Key
	At Instant `dynamodbav:"when"`
}

// ErrSummarySince means that a summary was made without knowing of the one before it: it has
// to be made anew, since that one.
var ErrSummarySince = errors.New("there has been another summary since")

// summaryLife is for how long a summary is worth being mailed.
const summaryLife = 7 * 24 * time.Hour

// PutSummary writes a summary, and the mail (mail.StaffSummary) that tells of it to each of the
// people, due at once and for seven days: once for each experiment and scheduled time, and only
// after the summary of s.Since, in one transaction. A second time it changes nothing and reports
// false; so does one that is overtaken by a later summary. It returns ErrSummarySince if there
// is a summary between s.Since and s.At, and ErrTooManyStaff.
func (t *Table) PutSummary(ctx context.Context, s StaffSummary, to []Person, now time.Time) (fresh bool, err error) {
	switch {
	case len(to) > maxStaff:
		return false, fmt.Errorf("writing a summary: %w", ErrTooManyStaff)
	case At(s.At) <= At(s.Since):
		return false, nil
	}
	made := summary{
		Key: summaryKey(s.Experiment, At(s.At)), ID: rand.Text(), Experiment: s.Experiment,
		At: At(s.At), Since: At(s.Since), Mailed: len(to), Content: s.Content,
	}
	err = t.decide(ctx, func() error {
		x := t.begin()
		atSummary := x.put(made, isNew, nil)
		atLast := x.putLastSummary(made)
		for _, p := range to {
			m := newMail(p, mail.StaffSummary, string(made.At), At(now))
			m.NotAfter = At(now.Add(summaryLife))
			x.put(m, isNew, nil)
		}
		err := x.commit(ctx)
		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			fresh = err == nil
			return err
		}
		fresh, err = made.refused(refusal, atSummary, atLast)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("writing a summary: %w", err)
	}
	return fresh, nil
}

// putLastSummary has the summaries reach up to this one, if they reached up to the one
// before it.
func (x *transaction) putLastSummary(made summary) int {
	last := lastSummary{Key: lastSummaryKey(made.Experiment), At: made.At}
	if made.Since == "" {
		return x.put(last, isNew, nil)
	}
	return x.put(last, "#when = :since", values{":since": made.Since})
}

// refused tells why a summary could not be written: it is there, by this very attempt, whose
// answer was lost, or by another one; or it is not the next.
func (s summary) refused(r *refusal, atSummary, atLast int) (fresh bool, err error) {
	if item, failed := r.at(atSummary); failed {
		there, err := decodeIfAny[summary](item)
		if err != nil || there == nil {
			return false, errors.Join(err, unexplained(r))
		}
		return there.ID == s.ID, nil
	}
	item, failed := r.at(atLast)
	if !failed {
		return false, unexplained(r)
	}
	var last lastSummary
	if err := decode(item, &last); err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	if last.At > s.At {
		return false, nil
	}
	return false, ErrSummarySince
}

// LastSummary returns the last summary of an experiment; ErrNotFound if there is none.
func (t *Table) LastSummary(ctx context.Context, experiment string) (StaffSummary, error) {
	var s summary
	if err := t.latest(ctx, summaryKey(experiment, "").PK, &s); err != nil {
		return StaffSummary{}, fmt.Errorf("reading the last summary of %s: %w", experiment, err)
	}
	return s.told(), nil
}

// Summary returns the summary that a mail tells of, by the mail's occasion; ErrNotFound if
// there is none.
func (t *Table) Summary(ctx context.Context, experiment, occasion string) (StaffSummary, error) {
	var s summary
	err := t.readOne(ctx, summaryKey(experiment, Instant(occasion)), &s)
	if err == nil && s.At != Instant(occasion) {
		err = ErrNotFound
	}
	if err != nil {
		return StaffSummary{}, fmt.Errorf("reading the summary %s of %s: %w", occasion, experiment, err)
	}
	return s.told(), nil
}

func (s summary) told() StaffSummary {
	return StaffSummary{Experiment: s.Experiment, At: s.At.Time(), Since: s.Since.Time(), Content: s.Content, Mailed: s.Mailed}
}
