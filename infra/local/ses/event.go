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

// eventsOf returns what SES tells of a mail that it has accepted. The mailbox
// simulator's addresses, bare or with a label, bounce and complain as at AWS.
func eventsOf(mail mailbox.Stored, set string, at time.Time) []Event {
	types := []string{"Send", "Delivery"}
	local, domain, _ := strings.Cut(strings.ToLower(mail.To[0]), "@")
	if name, _, _ := strings.Cut(local, "+"); domain == "simulator.amazonses.com" {
		switch name {
		case "bounce", "suppressionlist":
			types = []string{"Send", "Bounce"}
		case "complaint":
			types = []string{"Send", "Delivery", "Complaint"}
		}
	}
	events := make([]Event, 0, len(types))
	for _, kind := range types {
		key := strings.ToLower(kind)
		message, err := json.Marshal(map[string]any{
			"eventType": kind,
			"mail":      about(mail, set),
			key:         detail(key, mail, at),
		})
		if err != nil {
			continue // nothing in it can fail
		}
		events = append(events, Event{Type: key, Message: message})
	}
	return events
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

func detail(kind string, mail mailbox.Stored, at time.Time) map[string]any {
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
		for _, r := range recipients {
			r["action"], r["status"], r["diagnosticCode"] = "failed", "5.1.1", "smtp; 550 5.1.1 user unknown"
		}
		return map[string]any{
			"timestamp": stamp(at), "feedbackId": mail.ID + "-bounce", "bounceType": "Permanent",
			"bounceSubType": "General", "bouncedRecipients": recipients, "reportingMTA": "dns; local",
		}
	case "complaint":
		return map[string]any{
			"timestamp": stamp(at), "feedbackId": mail.ID + "-complaint", "complaintFeedbackType": "abuse",
			"complaintSubType": nil, "complainedRecipients": recipients, "userAgent": "Amazon SES Mailbox Simulator",
		}
	}
	return map[string]any{}
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
