package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"livinglab/shared/mail/sending"
	"livinglab/shared/table"
)

// run is the work of one event.
type run struct {
	*handler
	clock   clock
	report  report
	stopped bool          // no mail can leave
	oldest  time.Duration // for how long the first of what is due has been
	rate    float64       // mails a second that SES allows, as staff are told
}

// When to try again.
const (
	afterThrottling = 5 * time.Second  // and up to as much as a minute more
	afterRefusal    = 30 * time.Second // SES could not be reached
	afterStop       = 5 * time.Minute  // the account or its configuration does not send
	afterQuota      = time.Hour        // the day's quota is used up
)

// waitUntil notes an instant at which there will be work.
func (r *run) waitUntil(at time.Time) {
	if at.IsZero() || r.report.Next != nil && !at.Before(*r.report.Next) {
		return
	}
	r.report.Next = new(at)
}

// settle takes one due item a step further: sends a mail, closes it, or gives up an
// attempt that never reported; gives a seat that was not taken to the next.
func (r *run) settle(ctx context.Context, due table.Due) error {
	if due.Mail == "" {
		return r.lapse(ctx, due.Person)
	}
	d, err := r.delivery(ctx, due)
	if errors.Is(err, table.ErrNotFound) {
		return nil // erased since it was listed
	}
	if err != nil {
		return err
	}
	read := r.clock.now()
	if toSend, err := r.decide(ctx, d, read); !toSend {
		return err
	}
	if err := r.wait(ctx); err != nil || r.stopped {
		return err
	}
	if r.clock.now().Sub(read) > freshness {
		return r.settleAgain(ctx, due)
	}
	return r.send(ctx, d)
}

// delivery reads all that sending a mail depends on.
func (r *run) delivery(ctx context.Context, due table.Due) (table.Delivery, error) {
	var ids []string
	for _, e := range r.experiments.All() {
		ids = append(ids, e.ID)
	}
	return r.table.Delivery(ctx, due.Person, due.Mail, ids...)
}

// lapse takes back a seat that was kept for a person and not taken in time.
func (r *run) lapse(ctx context.Context, person string) error {
	p, settings, err := r.table.PersonWithSettings(ctx, person)
	if errors.Is(err, table.ErrNotFound) {
		return nil // erased since it was listed
	}
	if err != nil {
		return err
	}
	e, ok := r.experiments.Experiment(p.Experiment)
	if !ok {
		return fmt.Errorf("experiment %q is not shipped", p.Experiment)
	}
	lapsed, err := r.table.LapseSeat(ctx, person, settings.Sessions(e), r.clock.now())
	if lapsed {
		slog.InfoContext(ctx, "seat", "person", person, "standing", table.Lapsed)
	}
	return err
}

// freshness is how old the facts may be that a mail is sent by.
const freshness = time.Second

// settleAgain reads anew what has become old while the pace was kept.
func (r *run) settleAgain(ctx context.Context, due table.Due) error {
	d, err := r.delivery(ctx, due)
	if err != nil {
		return err
	}
	if toSend, err := r.decide(ctx, d, r.clock.now()); !toSend {
		return err
	}
	return r.send(ctx, d)
}

// decide reports whether a mail is to be sent. If not, it has done what is to be
// done instead.
func (r *run) decide(ctx context.Context, d table.Delivery, now time.Time) (toSend bool, err error) {
	switch m := d.Mail; {
	case m.State == table.Sending && m.Lease.Passed(now):
		slog.WarnContext(ctx, "attempt never reported", "mail", m.ID, "kind", m.Kind, "attempt", m.Attempt)
		return false, r.closed(ctx, m, table.Unknown, r.table.Doubt(ctx, m, "the attempt never reported", now))
	case m.State != table.Pending || !m.Due.Passed(now):
		return false, nil // the list lags behind, or newer code knows what to do
	case !m.Kind.Known():
		slog.WarnContext(ctx, "mail of an unknown kind is left to newer code", "mail", m.ID, "kind", m.Kind)
		return false, nil
	case m.NotAfter.Passed(now):
		return false, r.closed(ctx, m, table.Missed, r.table.End(ctx, m, table.Missed, "its time has passed", now))
	}
	e, ok := r.experiments.Experiment(d.Mail.Experiment)
	if !ok {
		return false, fmt.Errorf("experiment %q is not shipped", d.Mail.Experiment)
	}
	if reason := unwanted(e, d, now); reason != "" {
		return false, r.closed(ctx, d.Mail, table.Canceled, r.table.End(ctx, d.Mail, table.Canceled, reason, now))
	}
	if s, suppressed := d.Person.SuppressedAt(recipient(d)); suppressed {
		return false, r.closed(ctx, d.Mail, table.Suppressed, r.table.End(ctx, d.Mail, table.Suppressed, "the address takes no mail: "+string(s.Reason), now))
	}
	return true, nil
}

// wait keeps the pace that SES allows. It stops the run if that is not known, or
// if the wait leaves no time to send.
func (r *run) wait(ctx context.Context) error {
	quota, err := r.sender.Quota(ctx, r.clock.now())
	if err != nil {
		r.stopped = true
		r.waitUntil(r.clock.now().Add(afterRefusal))
		return err
	}
	r.noteRate(ctx, quota.Rate)
	waiting, cancel := beforeSending(ctx)
	defer cancel()
	if err := r.pace.Wait(waiting, quota); err != nil {
		r.stopped = true
		r.waitUntil(r.clock.now())
	}
	return nil
}

// noteRate notes for staff how fast mail may leave, if that is news. No mail waits
// for it.
func (r *run) noteRate(ctx context.Context, rate float64) {
	if rate == r.rate {
		return
	}
	r.rate = rate
	if err := r.table.NoteRate(ctx, rate); err != nil {
		slog.WarnContext(ctx, "rate was not noted", "error", err)
	}
}

// send composes, claims and hands over one mail.
func (r *run) send(ctx context.Context, d table.Delivery) error {
	e, ok := r.experiments.Experiment(d.Mail.Experiment)
	if !ok {
		return fmt.Errorf("experiment %q is not shipped", d.Mail.Experiment)
	}
	summary, err := r.summary(ctx, d.Mail)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	letter, err := r.compose(e, d, summary)
	if err != nil {
		slog.ErrorContext(ctx, "mail cannot be written", "mail", d.Mail.ID, "kind", d.Mail.Kind, "error", err)
		return r.closed(ctx, d.Mail, table.Failed, r.table.End(ctx, d.Mail, table.Failed, err.Error(), r.clock.now()))
	}
	m, err := r.table.ClaimMail(ctx, d.Mail, table.Claim{
		ID: r.random(), To: recipient(d).Comparable, Grants: letter.grants,
		Subject: letter.message.Subject, Text: letter.message.Record(), Now: r.clock.now(),
	})
	if errors.Is(err, table.ErrTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	// The log outside the table: what was handed over stays known if the table has
	// to be restored to an earlier moment.
	slog.InfoContext(ctx, "mail handed over", "mail", m.ID, "person", m.Person, "experiment", m.Experiment, "kind", m.Kind, "attempt", m.Attempt)
	outcome := r.sender.Send(ctx, letter.message)
	r.pace.Saw(outcome.Verdict)
	return r.record(ctx, m, outcome)
}

// record writes what became of the attempt. If that fails the mail stays
// claimed, and is settled by SES's event or given up after its lease.
func (r *run) record(ctx context.Context, m table.Mail, outcome sending.Outcome) error {
	now := r.clock.now()
	switch outcome.Verdict {
	case sending.Accepted:
		return r.closed(ctx, m, table.Sent, r.table.Accept(ctx, m, outcome.MessageID, now))
	case sending.Rejected:
		return r.closed(ctx, m, table.Failed, r.table.Fail(ctx, m, outcome.Reason, now))
	case sending.Throttled:
		return r.again(ctx, m, now.Add(afterThrottling+rand.N(55*time.Second)), outcome)
	case sending.Refused:
		return r.again(ctx, m, now.Add(afterRefusal), outcome)
	case sending.QuotaExceeded:
		return r.stop(ctx, m, now.Add(afterQuota), outcome)
	case sending.Stopped:
		return r.stop(ctx, m, now.Add(afterStop), outcome)
	}
	slog.WarnContext(ctx, "answer of SES was lost", "mail", m.ID, "kind", m.Kind, "attempt", m.Attempt, "reason", outcome.Reason)
	return r.closed(ctx, m, table.Unknown, r.table.Doubt(ctx, m, outcome.Reason, now))
}

// again puts the mail back for a later attempt.
func (r *run) again(ctx context.Context, m table.Mail, due time.Time, outcome sending.Outcome) error {
	r.waitUntil(due)
	return r.closed(ctx, m, table.Pending, r.table.Requeue(ctx, m, due, outcome.Reason))
}

// stop puts the mail back as it was and holds all mail back, because the next
// one would fare the same.
func (r *run) stop(ctx context.Context, m table.Mail, until time.Time, outcome sending.Outcome) error {
	r.stopped = true
	r.waitUntil(until)
	return errors.Join(
		fmt.Errorf("SES refuses to send: %s", outcome.Reason), // an alarm watches for errors
		r.closed(ctx, m, table.Pending, r.table.Requeue(ctx, m, m.Due.Time(), outcome.Reason)),
		r.table.StopUntil(ctx, until, outcome.Reason),
	)
}

// closed logs and counts a mail that has reached a state, if it has: another
// sender may have been faster, which is no error.
func (r *run) closed(ctx context.Context, m table.Mail, state table.State, err error) error {
	if errors.Is(err, table.ErrTaken) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("recording %s: %w", state, err)
	}
	r.report.Settled++
	slog.InfoContext(ctx, "mail", "mail", m.ID, "person", m.Person, "experiment", m.Experiment, "kind", m.Kind, "state", state, "attempt", m.Attempt)
	return nil
}
