package mail

import (
	"fmt"
	"log/slog"
	"path"
	"strings"
	"time"
)

// Message is one mail, complete and ready to hand to SES.
type Message struct {
	ID      string
	Attempt int
	Kind    Kind
	Person  string // id

	From string // the address alone, as SES takes it
	To   string // likewise; the one recipient

	Date    time.Time
	Subject string
	Text    string
	HTML    string
	Raw     []byte // all of it, as it goes to SES

	secrets []string
}

// LogValue keeps personal data and links out of logs.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("mail", m.ID), slog.String("kind", string(m.Kind)), slog.Int("attempt", m.Attempt))
}

// Compose writes the mail. An error means that no attempt with these facts can
// succeed; it names what is missing and holds no personal data.
func Compose(from Identity, f Facts) (Message, error) {
	l, err := write(from, f)
	if err != nil {
		return Message{}, fmt.Errorf("composing a mail of kind %q in %q: %w", f.Kind, f.Lang, err)
	}
	sender, err := mailbox(from.From)
	if err != nil {
		return Message{}, fmt.Errorf("reading the sender's address: %w", err)
	}
	to, err := mailbox(f.To)
	if err != nil {
		return Message{}, fmt.Errorf("reading the recipient's address: %w", err)
	}
	office, err := mailbox(from.Office)
	if err != nil {
		return Message{}, fmt.Errorf("reading the office's address: %w", err)
	}
	entry, _ := f.entry()
	m := Message{
		ID: f.ID, Attempt: f.Attempt, Kind: f.Kind, Person: f.Person,
		From: sender, To: to,
		Date: f.Date.In(f.Experiment.Zone()), Subject: l.subject, Text: l.text(), HTML: l.html(),
		secrets: secrets(f),
	}
	m.Raw = raw(m, envelope{
		fromName:    f.Experiment.Mail.FromName.In(f.Lang),
		replyTo:     office,
		lang:        f.Lang,
		unsubscribe: f.Links[Unsubscribe].Address,
		calendar:    l.file,
		method:      entry,
	})
	return m, nil
}

// secrets are the parts of the facts that open something: the last segments of
// the private links.
func secrets(f Facts) []string {
	var found []string
	for _, link := range f.Links {
		found = append(found, path.Base(strings.TrimRight(link.Address, "/")))
	}
	return found
}

// Record is the text of the mail without what its links hold, for the ledger:
// staff can read what was sent, and nobody can use it. A calendar file says
// nothing that the text does not, and is left out.
func (m Message) Record() string {
	return Blank(m.Subject+"\n\n"+m.Text, m.secrets...)
}

// Blank returns the text with every secret in it replaced.
func Blank(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[…]")
		}
	}
	return text
}
