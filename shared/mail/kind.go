// Package mail writes the lab's mails: who gets which words, in which
// language, as text and as HTML, and the message around them.
//
// Every mail is one message to one person on one occasion. [ID] names it,
// [Kind] says what it is for, and [Compose] writes it from [Facts]:
//
//	id := mail.ID(mail.Acknowledgement, person, application)
//	message, err := mail.Compose(from, mail.Facts{ID: id, Kind: mail.Acknowledgement, ...})
//	// claim the mail, storing message.Record(), then
//	outcome := sender.Send(ctx, message) // package sending
//
// Composing is a pure function: same facts, same bytes. A fact that is missing
// or unfit fails the whole mail, so that nobody receives one with a hole in it.
//
// A kind is one file, which builds its letter with the words of both languages
// side by side, and one row in the table of kinds. One letter is rendered
// twice, as text and as HTML, so both parts always say the same.
//
// This package links nothing of AWS: a function that only needs [ID] to plan a
// mail pays nothing for sending it.
package mail

import "time"

// Kind is what a mail is for. It is part of a mail's identity, so a kind's
// value never changes.
type Kind string

// The kinds of mail.
const (
	Acknowledgement Kind = "acknowledgement" // your application was received
	Standing        Kind = "standing"        // your address was posted again; this is the application that stands
	Link            Kind = "link"            // the private link you asked for
	Changed         Kind = "changed"         // your application was changed
	Withdrawn       Kind = "withdrawn"       // your application was withdrawn; the last mail
	AddressConfirm  Kind = "address-confirm" // to the new address: confirm it
	AddressChanged  Kind = "address-changed" // to the old address: it is not used any more
	AddressMoved    Kind = "address-moved"   // to the new address: it is used from now on
)

// Class says whether a person may unsubscribe from a mail.
type Class string

const (
	Necessary    Class = "necessary"    // belongs to what the person asked for
	Announcement Class = "announcement" // carries List-Unsubscribe, and always a link for it
)

// Purpose is what a mail's private link opens, and nothing else.
type Purpose string

const (
	NoLink         Purpose = ""
	OpenPage       Purpose = "page"    // the person's own page: read, change, withdraw
	ConfirmAddress Purpose = "address" // confirm the address to which the mail went
)

const day = 24 * time.Hour

// rule is one kind of mail: its class, what its link opens and for how long,
// and how its letter is written.
type rule struct {
	class    Class
	link     Purpose
	lifetime time.Duration
	write    func(*letter)
}

// rules is the table of kinds. A private page is opened long after the mail:
// when the result is known, during the side job, after the last survey.
var rules = map[Kind]rule{
	Acknowledgement: {Necessary, OpenPage, 180 * day, acknowledgement},
	Standing:        {Necessary, OpenPage, 180 * day, standing},
	Link:            {Necessary, OpenPage, 180 * day, privateLink},
	Changed:         {Necessary, OpenPage, 180 * day, changed},
	Withdrawn:       {Necessary, NoLink, 0, withdrawn},
	AddressConfirm:  {Necessary, ConfirmAddress, 2 * day, addressConfirm},
	AddressChanged:  {Necessary, NoLink, 0, addressChanged},
	AddressMoved:    {Necessary, OpenPage, 180 * day, addressMoved},
}

// Known says whether there is such a kind. A state written by newer code may
// name one that this code does not know.
func (k Kind) Known() bool { _, ok := rules[k]; return ok }

// Class returns whether the kind is necessary or an announcement.
func (k Kind) Class() Class { return rules[k].class }

// Link returns what the private link of such a mail opens and how long it is
// valid from the moment of sending. [NoLink] means that the mail has none.
func (k Kind) Link() (Purpose, time.Duration) { return rules[k].link, rules[k].lifetime }
