package table

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"livinglab/shared/experiment"
)

// Participation is what became of a person after the selection. A person who was never
// offered a side job has none.
type Participation struct {
	Key
	entry
	Person     string  `dynamodbav:"person"`
	Experiment string  `dynamodbav:"experiment"`
	Listing    string  `dynamodbav:"listing"`
	Offered    Instant `dynamodbav:"offered"`
	Until      Instant `dynamodbav:"until"` // until when (exclusive) the offer can be accepted
	Accepted   Instant `dynamodbav:"accepted,omitempty"`
	Started    string  `dynamodbav:"started,omitempty"`   // day, 2021-01-04
	Ended      string  `dynamodbav:"ended,omitempty"`     // day of an early end
	Reason     string  `dynamodbav:"reason,omitempty"`    // of the early end, in staff's words
	Completed  string  `dynamodbav:"completed,omitempty"` // day
	Version    int     `dynamodbav:"version"`             // 1, and one more for each step
}

// LogValue keeps personal data out of logs.
func (Participation) LogValue() slog.Value { return redacted }

// Known is the participation if the person knows of it: accepted, or an offer that has
// lapsed. An offer is told by mail; that staff have noted one shows nowhere before.
func (p *Participation) Known(now time.Time) *Participation {
	if p == nil || p.Accepted == "" && !p.Until.Passed(now) {
		return nil
	}
	return p
}

// Step is how far the participation has got; NoStep for none.
func (p *Participation) Step() Step {
	switch {
	case p == nil:
		return NoStep
	case p.Completed != "":
		return StepCompleted
	case p.Ended != "":
		return StepEndedEarly
	case p.Started != "":
		return StepStarted
	case p.Accepted != "":
		return StepAccepted
	}
	return StepOffered
}

// ErrWrongStep means that a step of a participation does not follow from where it is.
var ErrWrongStep = errors.New("that step does not follow")

// WrongStep is the ErrWrongStep that says why, in words for staff.
type WrongStep struct{ Why string }

func (e *WrongStep) Error() string { return ErrWrongStep.Error() + ": " + e.Why }

// Unwrap makes it ErrWrongStep.
func (e *WrongStep) Unwrap() error { return ErrWrongStep }

// The steps of a participation. Each is put on record (entry) in the same transaction, and
// taking the same step with the same facts again changes nothing. None of them mails anybody.
// Each is one read and one transaction of three items.

// Offer offers a listing to an applicant who has not withdrawn. It may move the deadline of an
// offer that is not accepted, and offer another listing once the former offer has lapsed.
func (t *Table) Offer(ctx context.Context, person, listing string, until time.Time, entry AuditEntry, now time.Time) error {
	return t.step(ctx, person, entry, func(who Person, p *Participation) error {
		same := p.Listing == listing && p.Until == At(until)
		switch {
		case same:
			return nil
		case who.Applied == "":
			return wrongStep("the person has not applied")
		case who.Withdrawn != "":
			return wrongStep("the person has withdrawn")
		case p.Accepted != "":
			return wrongStep("the person accepted the offer of %s already", p.Listing)
		case !now.Before(until):
			return wrongStep("the offer would have lapsed already")
		case p.Offered != "" && p.Listing != listing && !p.Until.Passed(now):
			return wrongStep("the offer of %s can still be accepted", p.Listing)
		}
		if p.Listing != listing {
			p.Listing, p.Offered = listing, At(now)
		}
		p.Until = At(until)
		return nil
	})
}

// AcceptOffer records that the person accepted the offer, which must not have lapsed.
func (t *Table) AcceptOffer(ctx context.Context, person string, entry AuditEntry, now time.Time) error {
	return t.step(ctx, person, entry, func(who Person, p *Participation) error {
		switch {
		case p.Accepted != "":
			return nil
		case p.Offered == "":
			return wrongStep("the person was never offered a side job")
		case who.Withdrawn != "":
			return wrongStep("the person has withdrawn")
		case p.Until.Passed(now):
			return wrongStep("the offer has lapsed")
		}
		p.Accepted = At(now)
		return nil
	})
}

// Start records that the person, who accepted, started the side job on a day.
func (t *Table) Start(ctx context.Context, person string, day experiment.Date, entry AuditEntry, now time.Time) error {
	return t.step(ctx, person, entry, func(who Person, p *Participation) error {
		switch {
		case p.Started == day.String():
			return nil
		case p.Started != "":
			return wrongStep("the person started on %s already", p.Started)
		case p.Accepted == "":
			return wrongStep("the person has not accepted an offer")
		case who.Withdrawn != "":
			return wrongStep("the person has withdrawn")
		}
		p.Started = day.String()
		return nil
	})
}

// EndEarly records that the person, who started, ended the side job before its time. Such a
// person still gets the later waves.
func (t *Table) EndEarly(ctx context.Context, person string, day experiment.Date, reason string, entry AuditEntry, now time.Time) error {
	return t.step(ctx, person, entry, func(_ Person, p *Participation) error {
		switch {
		case p.Ended == day.String() && p.Reason == reason:
			return nil
		case p.Ended != "":
			return wrongStep("the person ended early on %s already", p.Ended)
		}
		if err := p.over(day); err != nil {
			return err
		}
		p.Ended, p.Reason = day.String(), reason
		return nil
	})
}

// Complete records that the person, who started and did not end early, completed the side job.
func (t *Table) Complete(ctx context.Context, person string, day experiment.Date, entry AuditEntry, now time.Time) error {
	return t.step(ctx, person, entry, func(_ Person, p *Participation) error {
		switch {
		case p.Completed == day.String():
			return nil
		case p.Ended != "":
			return wrongStep("the person ended early on %s", p.Ended)
		}
		if err := p.over(day); err != nil {
			return err
		}
		p.Completed = day.String()
		return nil
	})
}

// over says why a side job cannot be over on a day.
func (p *Participation) over(day experiment.Date) error {
	switch {
	case p.Started == "":
		return wrongStep("the person has not started")
	case p.Completed != "":
		return wrongStep("the person completed on %s already", p.Completed)
	case day.String() < p.Started:
		return wrongStep("the person started later, on %s", p.Started)
	}
	return nil
}

func wrongStep(format string, facts ...any) error { return &WrongStep{fmt.Sprintf(format, facts...)} }

// step takes one step of a participation, on record, bound to what it was decided on: the
// participation as it is, and whether the person has withdrawn.
func (t *Table) step(ctx context.Context, person string, entry AuditEntry, take func(Person, *Participation) error) error {
	entry.Key = auditKey(entry.ID, entry.At)
	err := t.decide(ctx, func() error {
		items, err := t.read(ctx, profileKey(person), participationKey(person), entry.Key)
		if err != nil {
			return err
		}
		var who Person
		if err := decode(items[0], &who); err != nil {
			return err
		}
		if items[2] != nil {
			return nil // it was taken, and the answer lost
		}
		before := Participation{Key: participationKey(person), Person: person, Experiment: who.Experiment}
		if err := decode(items[1], &before); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		after := before
		if err := take(who, &after); err != nil || after == before {
			return err
		}
		after.Version++
		after.entry = participationEntry(who.Experiment, person, after.Listing, after.Step())
		x := t.begin()
		x.put(entry, isNew, nil)
		if before.Version == 0 {
			x.put(after, isNew, nil)
		} else {
			x.put(after, "#version = :before", values{":before": before.Version})
		}
		if who.Withdrawn == "" {
			x.check(who.Key, "attribute_exists(#pk) AND attribute_not_exists(#withdrawn)", nil)
		} else {
			x.check(who.Key, "attribute_exists(#withdrawn)", nil)
		}
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("taking a step of a participation: %w", err)
	}
	return nil
}
