package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"livinglab/shared/mail/sending"
	"livinglab/shared/table"
)

// handler applies events to the ledger. It is safe for concurrent use; of one event
// nothing is kept in it.
type handler struct {
	table            *table.Table
	sender           *sending.Sender // asked how much was sent; it sends nothing
	configurationSet string          // of the mails that are ours
}

// introduction is what SES publishes when it is first told of the topic. It is not
// documented, and not JSON.
const introduction = "Successfully validated SNS topic for Amazon SES event publishing."

// feedback applies what SNS delivers. One bad record does not stop the rest; what
// failed is returned, so that it is delivered again and in the end kept.
func (h *handler) feedback(ctx context.Context, delivery events.SNSEvent) error {
	if len(delivery.Records) == 0 {
		return errors.New("the event has no records")
	}
	var problems []error
	for _, record := range delivery.Records {
		if err := h.take(ctx, record.SNS); err != nil {
			problems = append(problems, fmt.Errorf("notification %q: %w", record.SNS.MessageID, err))
		}
	}
	return errors.Join(problems...)
}

// take applies one notification.
func (h *handler) take(ctx context.Context, n events.SNSEntity) error {
	if n.Message == introduction {
		slog.InfoContext(ctx, "the topic was introduced to SES")
		return nil
	}
	if n.Timestamp.IsZero() {
		return errIncomplete
	}
	e, err := decode(n.Message)
	if err != nil {
		return err
	}
	switch e.Type {
	case sent, delivered, bounced, complained, rejected:
	case delayed:
		slog.DebugContext(ctx, "delivery delayed", "ses_message", e.Mail.MessageID)
		return nil
	case renderingFailure:
		return nil
	default:
		slog.WarnContext(ctx, "event of an unknown type", "ses_message", e.Mail.MessageID)
		return nil
	}
	if e.tag("mail") == "" || e.tag("person") == "" || e.tag("ses:configuration-set") != h.configurationSet {
		slog.WarnContext(ctx, "event of an unknown mail", "ses_message", e.Mail.MessageID, "reason", "foreign tags")
		return nil
	}
	err = h.apply(ctx, e, n.Timestamp)
	if errors.Is(err, table.ErrNotFound) {
		slog.WarnContext(ctx, "event of an unknown mail", "ses_message", e.Mail.MessageID, "mail", e.tag("mail"), "reason", "not in the ledger")
		return nil
	}
	return err
}

// apply writes an event of one of our mails to the ledger, and to the log, which
// outlasts the table's own history. What calls for a person is found in the mail as
// it then stands, so that it is told again when the event is repeated.
func (h *handler) apply(ctx context.Context, e event, now time.Time) error {
	f, arrival := e.feedback(), e.arrival()
	record, cameBack := h.table.MarkArrival, arrival == table.Bounced || arrival == table.Complained
	if cameBack {
		record = h.table.Suppress
	}
	m, err := record(ctx, f, arrival)
	if err != nil {
		return err
	}
	log := slog.With("mail", f.Mail, "person", f.Person, "kind", e.tag("kind"), "attempt", e.tag("attempt"), "ses_message", f.Message)
	log.InfoContext(ctx, "feedback", "event", e.Type, "arrival", cmp.Or(arrival, "accepted"), "at", table.At(f.At))
	if m.Overruled != "" {
		log.ErrorContext(ctx, "mail was sent in spite of its end", "was", m.Overruled)
	}
	if len(m.Messages) > max(1, m.Attempt) { // staff may have decided to send it again
		log.ErrorContext(ctx, "mail was accepted more than once", "copies", len(m.Messages))
	}
	if cameBack {
		return h.guard(ctx, now)
	}
	return nil
}
