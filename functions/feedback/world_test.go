package main

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// world is the function between a table of its own and a stand-in for SES.
type world struct {
	*testing.T
	env   *tabletest.Env
	table *table.Table
	ses   *sestest.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := tabletest.New(t)
	return &world{T: t, env: env, table: table.New(env.Client(t), env.Name), ses: sestest.New(t)}
}

// function is a fresh process of the function, whose requests to the table meet
// the faults.
func (w *world) function(faults ...faulty.Fault) *handler {
	h, _ := w.watched(faults...)
	return h
}

// watched is a fresh process and the transport that counts its requests to the
// table.
func (w *world) watched(faults ...faulty.Fault) (*handler, *faulty.Transport) {
	w.Helper()
	c, transport := w.env.Watched(w.T, faults...)
	account := sending.Client(tabletest.Config(nil), func(o *ses.Options) { o.BaseEndpoint = aws.String(w.ses.URL) })
	return &handler{table: table.New(c, w.env.Name), sender: sending.New(account, "lab"), configurationSet: "lab"}, transport
}

// handOver makes a made-up person (架空の人物) apply, and an attempt take the
// acknowledgement: nobody knows yet whether SES has it.
func (w *world) handOver(address string) table.Mail {
	w.Helper()
	person := table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: "shiojiri-2020", Lang: locale.Japanese,
		Address:    table.Address{Typed: address, Send: address, Comparable: strings.ToLower(address)},
		FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
	}
	application := table.Application{Reference: rand.Text()[:10], Choices: []string{"job-1"}, Motivation: "架空の動機", Adult: true}
	_, err := w.table.Submit(w.Context(), table.Submission{
		Token: rand.Text(), Body: address, Person: person, Application: application, Day: "2020-11-02",
	}, noon)
	if err != nil {
		w.Fatal(err)
	}
	d := w.delivery(person.ID, mail.ID(mail.Acknowledgement, person.ID, application.Reference))
	m, err := w.table.ClaimMail(w.Context(), d.Mail, table.Claim{
		ID: rand.Text(), To: person.Address.Comparable, Subject: "件名", Text: "本文", Now: noon,
	})
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) delivery(person, id string) table.Delivery {
	w.Helper()
	d, err := w.table.Delivery(w.Context(), person, id)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// stands reads a mail with its person as it now is.
func (w *world) stands(m table.Mail) table.Delivery {
	w.Helper()
	return w.delivery(m.Person, m.ID)
}

// object is a JSON object.
type object = map[string]any

// about is an event of SES on a mail's copy to the address, in the form that its
// developer guide shows: what is particular to the type is added by with.
func about(m table.Mail, kind, copied, address string, with ...object) object {
	e := object{
		"eventType": kind,
		"mail": object{
			"timestamp": "2020-11-02T03:00:01.012Z", "source": "架空 <lab@example.jp>", "sendingAccountId": "123456789012",
			"messageId": copied, "destination": []string{address}, "headersTruncated": false,
			"headers":       []object{{"name": "To", "value": address}},
			"commonHeaders": object{"from": []string{"lab@example.jp"}, "to": []string{address}, "subject": "件名"},
			"tags": object{
				"ses:configuration-set": []string{"lab"}, "ses:source-ip": []string{"192.0.2.1"},
				"mail": []string{m.ID}, "person": []string{m.Person}, "attempt": []string{strconv.Itoa(m.Attempt)}, "kind": []string{string(m.Kind)},
			},
		},
	}
	for _, more := range with {
		maps.Copy(e, more)
	}
	return e
}

// The details of events, some minutes after one o'clock.
func stamp(minutes int) string {
	return noon.Add(time.Hour + time.Duration(minutes)*time.Minute).Format("2006-01-02T15:04:05.000Z")
}

func deliveredAt(minutes int) object {
	return object{"delivery": object{"timestamp": stamp(minutes), "processingTimeMillis": 546, "recipients": []string{"hanako@example.jp"}, "smtpResponse": "250 ok"}}
}

func bouncedAt(minutes int, kind, subtype string) object {
	return object{"bounce": object{
		"bounceType": kind, "bounceSubType": subtype, "timestamp": stamp(minutes), "feedbackId": "f", "reportingMTA": "dsn; mta.example.jp",
		"bouncedRecipients": []object{{"emailAddress": "hanako@example.jp", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}},
	}}
}

func answeredAt(minutes int) object {
	return object{"bounce": object{"bounceType": "Transient", "bounceSubType": "General", "timestamp": stamp(minutes), "feedbackId": "f", "bouncedRecipients": []object{{"emailAddress": "hanako@example.jp"}}}}
}

func complainedAt(minutes int, kind any) object {
	return object{"complaint": object{
		"timestamp": stamp(minutes), "feedbackId": "f", "complaintFeedbackType": kind, "complaintSubType": nil,
		"complainedRecipients": []object{{"emailAddress": "hanako@example.jp"}}, "userAgent": "架空",
	}}
}

// notification is what SNS hands over of an event.
func (w *world) notification(e object) events.SNSEvent {
	w.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		w.Fatal(err)
	}
	return notified(string(text), noon.Add(2*time.Hour))
}

func notified(message string, at time.Time) events.SNSEvent {
	return events.SNSEvent{Records: []events.SNSEventRecord{{
		EventVersion: "1.0", EventSource: "aws:sns",
		SNS: events.SNSEntity{Type: "Notification", MessageID: "n-1", Message: message, Timestamp: at, Subject: "Amazon SES Email Event Notification"},
	}}}
}

// tell has the function take an event.
func (w *world) tell(h *handler, e object) error {
	w.Helper()
	return h.feedback(w.Context(), w.notification(e))
}

// told has a fresh function take an event, which it must.
func (w *world) told(e object) {
	w.Helper()
	if err := w.tell(w.function(), e); err != nil {
		w.Fatal(err)
	}
}
