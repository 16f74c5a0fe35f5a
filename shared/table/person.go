package table

import (
	"context"
	"log/slog"

	"livinglab/shared/locale"
)

// Person is who takes part in one experiment: the profile that applications,
// registrations and surveys of the person share.
type Person struct {
	Key
	entry
	ID         string      `dynamodbav:"id"` // random; the pseudonym in every file
	Experiment string      `dynamodbav:"experiment"`
	Lang       locale.Lang `dynamodbav:"lang"` // of mails
	Created    Instant     `dynamodbav:"created"`
	Applied    Instant     `dynamodbav:"applied,omitempty"` // never: who has only registered for a briefing
	Host       string      `dynamodbav:"host,omitempty"`    // the listing whose host's contact this is; see SetHost
	Staff      bool        `dynamodbav:"staff,omitempty"`   // who gets the summaries of the experiment; see AddStaff

	Address    Address `dynamodbav:"address"`
	FamilyName string  `dynamodbav:"familyName"`
	GivenName  string  `dynamodbav:"givenName"`
	FamilyKana string  `dynamodbav:"familyKana"` // empty for who has only registered for a briefing,
	GivenKana  string  `dynamodbav:"givenKana"`  // and so are these
	Prefecture string  `dynamodbav:"prefecture"` // JIS X 0401, or "99" for abroad

	// LinksFrom is the instant before which links in mails no longer open anything.
	LinksFrom Instant `dynamodbav:"linksFrom,omitempty"`
	// Withdrawn is when the person left the experiment. Mails of a withdrawn person
	// are cancelled, whatever their stored state, but for the one that confirms it. Of a
	// host's contact it is when somebody else took its place; of staff, since when it gets
	// no summaries.
	Withdrawn Instant `dynamodbav:"withdrawn,omitempty"`
	// Unsubscribed is since when the person wants no announcements.
	Unsubscribed Instant `dynamodbav:"unsubscribed,omitempty"`
	// Outside lists every key outside the partition that belongs to the person.
	Outside []Key `dynamodbav:"outside"`

	// NewAddress waits to be confirmed from itself.
	NewAddress *NewAddress `dynamodbav:"newAddress,omitempty"`
	// Confirmed is the mail that confirmed the present address, if it was changed.
	Confirmed string `dynamodbav:"confirmed,omitempty"`
	// Asked counts the changes of address asked for on a day, of which there may be
	// maxAddressAsks.
	Asked Asked `dynamodbav:"asked"`
	// Suppressed are the addresses of the person that take no mail, by digest.
	Suppressed []Suppression `dynamodbav:"suppressed,omitempty"`
}

// Gone says why a person gets no mail any more; nothing if that is not so.
func (p Person) Gone() string {
	switch {
	case p.Withdrawn == "":
		return ""
	case p.Host != "":
		return "somebody else is the host's contact"
	case p.Staff:
		return "the person gets no summaries any more"
	}
	return "the person has withdrawn"
}

// Contact reports whether a person is a host's contact or a member of staff, who gets
// mail and is not among the people of the experiment: such a person has no private page, and
// may have the address of one who has.
func (p Person) Contact() bool { return p.Host != "" || p.Staff }

// Address is a mail address in its three forms.
type Address struct {
	Typed      string `dynamodbav:"typed"`      // as the person wrote it
	Send       string `dynamodbav:"send"`       // as SES takes it: ASCII
	Comparable string `dynamodbav:"comparable"` // equal for spellings of one address
}

// NewAddress is an address that a person wants to change to.
type NewAddress struct {
	Address Address `dynamodbav:"address"`
	Mail    string  `dynamodbav:"mail"` // the one mail whose link confirms it
	Asked   Instant `dynamodbav:"asked"`
}

// Asked counts requests on one day of the experiment's zone.
type Asked struct {
	Day   string `dynamodbav:"day"`
	Count int    `dynamodbav:"count"`
}

// LogValue keeps personal data out of logs.
func (Person) LogValue() slog.Value { return redacted }

// LogValue keeps personal data out of logs.
func (Address) LogValue() slog.Value { return redacted }

// LogValue keeps personal data out of logs.
func (NewAddress) LogValue() slog.Value { return redacted }

var redacted = slog.StringValue("[redacted]")

// holder is the item that makes an address unique in an experiment. It knows
// the person and whether the person has applied, and on which day mails that
// anybody can cause were last caused.
type holder struct {
	Key
	Person     string  `dynamodbav:"person"`
	Applied    Instant `dynamodbav:"applied,omitempty"`
	Standing   string  `dynamodbav:"standing,omitempty"`   // day of the last "your application stands"
	Registered string  `dynamodbav:"registered,omitempty"` // day of the last "your registration stands"
	Linked     string  `dynamodbav:"linked,omitempty"`     // day of the last "your link"
}

// act is one thing that a person did, as the person's own record shows it.
type act struct {
	Key
	Kind    string   `dynamodbav:"kind"`
	At      Instant  `dynamodbav:"when"`
	Version int      `dynamodbav:"version,omitempty"` // of the application after it
	Changed []string `dynamodbav:"changed,omitempty"` // names of the fields
}

func newAct(person, kind string, at Instant) act {
	return act{Key: actKey(person, at, kind), Kind: kind, At: at}
}

// PersonWithSettings reads a person, and then the settings of the person's
// experiment, consistently.
func (t *Table) PersonWithSettings(ctx context.Context, person string) (Person, Settings, error) {
	var p Person
	if err := t.readOne(ctx, profileKey(person), &p); err != nil {
		return Person{}, Settings{}, err
	}
	settings, err := t.Settings(ctx, p.Experiment)
	return p, settings, err
}
