package ses

import (
	"encoding/json"
	"strings"
	"time"

	"livinglab/infra/local/mailbox"
)

// Event is one event of a mail.
type Event struct {
	Type    string // "send", "delivery", "bounce", "complaint"
	Message []byte // JSON, as SES publishes it to SNS
}

// simulated are the events of the mailbox simulator's addresses, bare or with a
// label, as at AWS: an automatic reply is a transient bounce there. The last two are
// the local stack's own: a mail that comes back, and one that SES refuses to pass on
// after it has accepted it.
var simulated = map[string][]string{
	"success":         {"Send", "Delivery"},
	"bounce":          {"Send", "Bounce"},
	"suppressionlist": {"Send", "Bounce"},
	"complaint":       {"Send", "Delivery", "Complaint"},
	"ooto":            {"Send", "Delivery", "Bounce"},
	"transient":       {"Send", "Bounce"},
	"reject":          {"Send", "Reject"},
}

// bounces are the types and subtypes of their bounces.
var bounces = map[string][2]string{
	"bounce":          {"Permanent", "General"},
	"suppressionlist": {"Permanent", "Suppressed"},
	"ooto":            {"Transient", "General"},
	"transient":       {"Transient", "MailboxFull"},
}

// eventsOf returns what SES tells of a mail that it has accepted.
func eventsOf(mail mailbox.Stored, set string, at time.Time) []Event {
	box := simulator(mail.To[0])
	types, ok := simulated[box]
	if !ok {
		types = simulated["success"]
	}
	events := make([]Event, 0, len(types))
	for _, kind := range types {
		key := strings.ToLower(kind)
		message, err := json.Marshal(map[string]any{
			"eventType": kind,
			"mail":      about(mail, set),
			key:         detail(key, box, mail, at),
		})
		if err != nil {
			continue // nothing in it can fail
		}
		events = append(events, Event{Type: key, Message: message})
	}
	return events
}

// simulator is which address of the mailbox simulator a mail goes to; nothing for
// any other.
func simulator(to string) string {
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	if domain != "simulator.amazonses.com" {
		return ""
	}
	name, _, _ := strings.Cut(local, "+")
	return name
}

// about is what every event says of its mail. SES leaves the tags' values in
// lists, and adds its own.
func about(mail mailbox.Stored, set string) map[string]any {
	tags := map[string][]string{
		"ses:operation": {"SendRawEmail"}, "ses:configuration-set": {set}, "ses:caller-identity": {"local"},
	}
	for name, value := range mail.Tags {
		tags[name] = []string{value}
	}
	read := mail.Read()
	return map[string]any{
		"timestamp": stamp(mail.Accepted), "source": mail.From, "sendingAccountId": "000000000000",
		"messageId": mail.ID, "destination": mail.To, "headersTruncated": false,
		"commonHeaders": map[string]any{"from": []string{read.From}, "to": mail.To, "subject": read.Subject, "messageId": mail.ID},
		"tags":          tags,
	}
}

// detail is what an event of a kind says beside its mail.
func detail(kind, box string, mail mailbox.Stored, at time.Time) map[string]any {
	recipients := make([]map[string]string, 0, len(mail.To))
	for _, to := range mail.To {
		recipients = append(recipients, map[string]string{"emailAddress": to})
	}
	switch kind {
	case "delivery":
		return map[string]any{
			"timestamp": stamp(at), "processingTimeMillis": 500, "recipients": mail.To,
			"smtpResponse": "250 2.0.0 OK", "reportingMTA": "local",
		}
	case "bounce":
		bounce := map[string]any{
			"timestamp": stamp(at), "feedbackId": mail.ID + "-bounce", "bounceType": bounces[box][0],
			"bounceSubType": bounces[box][1], "bouncedRecipients": recipients,
		}
		if box == "ooto" {
			return bounce // a reply, not a report on the delivery
		}
		bounce["reportingMTA"] = "dsn; local"
		for _, r := range recipients {
			r["action"], r["status"], r["diagnosticCode"] = "failed", "5.1.1", "smtp; 550 5.1.1 user unknown"
			if box == "transient" {
				r["status"], r["diagnosticCode"] = "4.2.2", "smtp; 452 4.2.2 mailbox full"
			}
		}
		return bounce
	case "reject":
		return map[string]any{"reason": "Bad content"}
	case "complaint":
		return map[string]any{
			"timestamp": stamp(at), "feedbackId": mail.ID + "-complaint", "complaintFeedbackType": "abuse",
			"complaintSubType": nil, "complainedRecipients": recipients, "userAgent": "Amazon SES Mailbox Simulator",
		}
	}
	return map[string]any{}
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
