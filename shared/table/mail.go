package table

import (
	"log/slog"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
)

// State is where a mail is on its way.
type State string

// The states of a mail. It waits, is being sent by one attempt, and ends in one
// of the others; Unknown alone may still become Sent.
const (
	Pending    State = "pending"
	Sending    State = "sending"
	Sent       State = "sent"
	Unknown    State = "unknown"    // SES may have accepted it: never sent again by itself
	Failed     State = "failed"     // refused for what it is
	Canceled   State = "cancelled"  // no longer wanted when it was due
	Missed     State = "missed"     // too late to be of use
	Suppressed State = "suppressed" // the address takes no mail
)

// Mail is one message to one person on one occasion, with its state: a line of
// the ledger.
type Mail struct {
	Key
	entry
	ID         string      `dynamodbav:"id"`
	Person     string      `dynamodbav:"person"`
	Experiment string      `dynamodbav:"experiment"`
	Kind       mail.Kind   `dynamodbav:"kind"`
	Occasion   string      `dynamodbav:"occasion"`
	Lang       locale.Lang `dynamodbav:"lang"`
	To         *Address    `dynamodbav:"to,omitempty"` // instead of the person's address

	State    State   `dynamodbav:"status"`
	Reason   string  `dynamodbav:"reason,omitempty"`
	Created  Instant `dynamodbav:"created"`
	Due      Instant `dynamodbav:"due"`
	NotAfter Instant `dynamodbav:"notAfter,omitempty"`

	Attempt  int      `dynamodbav:"attempt"`
	Claim    string   `dynamodbav:"claim,omitempty"` // of the last attempt
	Lease    Instant  `dynamodbav:"lease,omitempty"` // until when the attempt may be under way
	Links    []Grant  `dynamodbav:"links,omitempty"`
	Subject  string   `dynamodbav:"subject,omitempty"`
	Text     string   `dynamodbav:"text,omitempty"` // as rendered, secrets blanked
	Messages []string `dynamodbav:"messages,omitempty,stringset"`
	Sent     Instant  `dynamodbav:"sent,omitempty"`

	// What SES has told of it, beside the state.
	SentTo     []string `dynamodbav:"sentTo,omitempty,stringset"` // digests of the addresses that attempts were for
	Overruled  State    `dynamodbav:"overruled,omitempty"`        // how it had ended when SES told that it was sent after all
	Delivery   Arrival  `dynamodbav:"delivery,omitempty"`
	DeliveryAt Instant  `dynamodbav:"deliveryAt,omitempty"`
}

// LogValue keeps personal data out of logs.
func (m Mail) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.String("kind", string(m.Kind)))
}

// Grant is what a link in a mail opens, and until when.
type Grant struct {
	Hash    string       `dynamodbav:"hash"` // SHA-256 of the token, hex
	Purpose mail.Purpose `dynamodbav:"purpose"`
	Minted  Instant      `dynamodbav:"minted"`
	Until   Instant      `dynamodbav:"until"`
	To      string       `dynamodbav:"to"`    // digest of the address that it went to
	Claim   string       `dynamodbav:"claim"` // the attempt that carries it
}

// newMail returns the mail to a person on an occasion, due at once.
func newMail(to Person, kind mail.Kind, occasion string, at Instant) Mail {
	id := mail.ID(kind, to.ID, occasion)
	m := Mail{
		Key: mailKey(to.ID, id),
		ID:  id, Person: to.ID, Experiment: to.Experiment, Kind: kind, Occasion: occasion, Lang: to.Lang,
		State: Pending, Created: at, Due: at,
	}
	m.entry = dueEntry(m, at)
	return m
}

// ParseMailKey returns whose mail lies under a key, and which; ErrNotFound for the
// key of anything else.
func ParseMailKey(k Key) (person, mail string, err error) {
	person, mail = lastPart(k.PK), lastPart(k.SK)
	if k != mailKey(person, mail) {
		return "", "", ErrNotFound
	}
	return person, mail, nil
}
