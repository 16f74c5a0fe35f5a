package main

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"livinglab/shared/table"
)

// event is what SES publishes about one copy of a mail ("Contents of event data
// that Amazon SES publishes to Amazon SNS", in its developer guide).
type event struct {
	Type string `json:"eventType"`
	Mail struct {
		Accepted  time.Time           `json:"timestamp"`
		MessageID string              `json:"messageId"`
		To        []string            `json:"destination"`
		Tags      map[string][]string `json:"tags"`
	} `json:"mail"`
	Delivery *struct {
		At time.Time `json:"timestamp"`
	} `json:"delivery"`
	Bounce    *bounce    `json:"bounce"`
	Complaint *complaint `json:"complaint"`
}

type bounce struct {
	At         time.Time `json:"timestamp"`
	Type       string    `json:"bounceType"`
	SubType    string    `json:"bounceSubType"`
	Recipients []struct {
		Status string `json:"status"`
	} `json:"bouncedRecipients"`
}

type complaint struct {
	At      time.Time `json:"timestamp"`
	Type    string    `json:"complaintFeedbackType"`
	SubType string    `json:"complaintSubType"`
}

// The types of events.
const (
	sent             = "Send"
	delivered        = "Delivery"
	bounced          = "Bounce"
	complained       = "Complaint"
	rejected         = "Reject"
	delayed          = "DeliveryDelay"
	renderingFailure = "Rendering Failure" // of templates of SES, which no mail here is made from
)

// permanent is the type of a bounce after which nothing will ever arrive. The
// others are "Transient" and "Undetermined".
const permanent = "Permanent"

// onSuppressionList is the subtype of bounces and complaints that repeat what SES
// knew: it did not pass the copy on, and does not count it either.
const onSuppressionList = "OnAccountSuppressionList"

// notSpam is the type of a complaint by which a recipient takes one back.
const notSpam = "not-spam"

// Why a record is broken. Nothing of it is repeated: it names an address.
var (
	errUnreadable = errors.New("the event is not JSON of its known form")
	errIncomplete = errors.New("the event lacks what its type has")
)

// decode reads an event: every name in its own case and once, but with further
// members, which SES reserves the right to add, and headers that it may have cut
// within a character. What the type has must be there.
func decode(message string) (event, error) {
	var e event
	if err := json.Unmarshal([]byte(message), &e, jsontext.AllowInvalidUTF8(true)); err != nil {
		return event{}, errUnreadable // the error would quote it
	}
	complete := e.Type != "" && !e.Mail.Accepted.IsZero() && plain.MatchString(e.Mail.MessageID)
	switch e.Type {
	case delivered:
		complete = complete && e.Delivery != nil && !e.Delivery.At.IsZero()
	case bounced:
		complete = complete && e.Bounce != nil && !e.Bounce.At.IsZero() && len(e.Mail.To) == 1 &&
			(e.Bounce.Type == permanent || e.Bounce.Type == "Transient" || e.Bounce.Type == "Undetermined")
	case complained:
		complete = complete && e.Complaint != nil && !e.Complaint.At.IsZero() && len(e.Mail.To) == 1
	}
	if !complete {
		return event{}, errIncomplete
	}
	return e, nil
}

// plain is what ids are made of.
var plain = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// tag returns the one value of a tag; nothing if it is not one that a sender here
// gives.
func (e event) tag(name string) string {
	if values := e.Mail.Tags[name]; len(values) == 1 && plain.MatchString(values[0]) {
		return values[0]
	}
	return ""
}

// at is when the thing happened that is told. A rejection has no time of its own:
// it follows at once.
func (e event) at() time.Time {
	switch e.Type {
	case delivered:
		return e.Delivery.At
	case bounced:
		return e.Bounce.At
	case complained:
		return e.Complaint.At
	}
	return e.Mail.Accepted
}

// feedback is the event as the ledger takes it.
func (e event) feedback() table.Feedback {
	f := table.Feedback{
		Person: e.tag("person"), Mail: e.tag("mail"), Message: e.Mail.MessageID, Accepted: e.Mail.Accepted, At: e.at(),
	}
	if len(e.Mail.To) == 1 { // a mail goes to one address, as SES was given it
		f.To = strings.ToLower(e.Mail.To[0])
	}
	f.Known = e.Bounce != nil && e.Bounce.SubType == onSuppressionList ||
		e.Complaint != nil && e.Complaint.SubType == onSuppressionList
	return f
}

// arrival is what the event tells of the mail beyond its having been accepted.
func (e event) arrival() table.Arrival {
	switch {
	case e.Type == delivered:
		return table.Delivered
	case e.Type == rejected:
		return table.Rejected
	case e.Type == bounced && e.Bounce.Type == permanent:
		return table.Bounced
	case e.Type == bounced && !e.Bounce.automatic():
		return table.Returned
	case e.Type == complained && e.Complaint.Type != notSpam:
		return table.Complained
	}
	return table.Accepted
}

// automatic reports whether a bounce that is not permanent is nothing but an
// automatic reply, such as an out-of-office note. SES calls that a transient or
// undetermined bounce, but it has no delivery status in it, which whoever returns a
// mail gives.
func (b bounce) automatic() bool {
	for _, r := range b.Recipients {
		if r.Status != "" {
			return false
		}
	}
	return true
}
