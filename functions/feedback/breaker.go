package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"livinglab/shared/table"
)

// What may come back of the mails of a day before all mail is paused. Amazon puts an
// account under review when 5 % of its mails bounce or 0.1 % are complained of, and
// stops it at 10 % and 0.5 % (SES developer guide, "Reputation metrics messages").
// Here mail pauses itself where a review would begin for bounces, and between the two
// for complaints: at a lab's volume one complaint alone would be 0.1 %. The least
// counts keep a few slips on a quiet day from stopping everybody's mail.
const (
	leastBounces    = 10
	bounceRate      = 0.05
	leastComplaints = 3
	complaintRate   = 0.003
	window          = 24 * time.Hour
)

// guard pauses all mail if too much has come back in the last 24 hours, or since
// staff last let mail leave again.
func (h *handler) guard(ctx context.Context, now time.Time) error {
	mail, err := h.table.Switch(ctx)
	if err != nil {
		return err
	}
	since := now.Add(-window)
	if resumed := mail.Resumed.Time(); resumed.After(since) {
		since = resumed
	}
	back, err := h.table.TallySince(ctx, since)
	if err != nil {
		return err
	}
	if back.Bounces < leastBounces && back.Complaints < leastComplaints {
		return nil
	}
	quota, err := h.sender.Quota(ctx, now)
	if err != nil {
		return err
	}
	reason := tooMuch(back, quota.Sent)
	if reason == "" {
		return nil
	}
	paused, err := h.table.PauseFor(ctx, mail, reason, now)
	if err != nil || !paused {
		return err
	}
	slog.ErrorContext(ctx, "mail paused itself", "bounces", back.Bounces, "complaints", back.Complaints, "sent", quota.Sent)
	return nil
}

// tooMuch says why mail has to be paused; nothing if it has not.
func tooMuch(back table.Tally, sent float64) string {
	sent = max(sent, 1)
	switch {
	case back.Complaints >= leastComplaints && float64(back.Complaints) >= complaintRate*sent:
		return fmt.Sprintf("%d of %.0f mails of the last 24 hours were complained of", back.Complaints, sent)
	case back.Bounces >= leastBounces && float64(back.Bounces) >= bounceRate*sent:
		return fmt.Sprintf("%d of %.0f mails of the last 24 hours bounced", back.Bounces, sent)
	}
	return ""
}
