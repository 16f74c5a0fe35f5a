package table

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"livinglab/shared/experiment"
)

// Participation is what became of a person after the selection. A person who was never
// offered a side job has none.
type Participation struct {
	Key
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

// ErrWrongStep means that a step of a participation does not follow from where it is.
// Its text says why in words for staff.
var ErrWrongStep = errors.New("that step does not follow")

// The steps of a participation. Each is put on record (entry) in the same transaction, and
// taking the same step with the same facts again changes nothing. None of them mails anybody.

// Offer offers a listing to an applicant who has not withdrawn.
func (t *Table) Offer(ctx context.Context, person, listing string, until time.Time, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// AcceptOffer records that the person accepted the offer, which must not have lapsed.
func (t *Table) AcceptOffer(ctx context.Context, person string, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// Start records that the person, who accepted, started the side job on a day.
func (t *Table) Start(ctx context.Context, person string, day experiment.Date, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// EndEarly records that the person, who started, ended the side job before its time. Such a
// person still gets the later waves.
func (t *Table) EndEarly(ctx context.Context, person string, day experiment.Date, reason string, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// Complete records that the person, who started and did not end early, completed the side job.
func (t *Table) Complete(ctx context.Context, person string, day experiment.Date, entry AuditEntry, now time.Time) error {
	return errors.ErrUnsupported
}

// Group is the arm of the experiment that a person belongs to: experiment.GroupParticipants
// for who started a side job, experiment.GroupComparison for who agreed to the research
// and was never offered one, "" for everybody else: offered but not started, not
// agreed, left, withdrawn. Who left the research after starting stays in the arm.
func Group(person Person, p *Participation, s *Surveys) string {
	switch {
	case p != nil && p.Started != "":
		return experiment.GroupParticipants
	case p == nil && person.Applied != "" && person.Withdrawn == "" && s != nil && s.Research == Agreed:
		return experiment.GroupComparison
	}
	return ""
}
