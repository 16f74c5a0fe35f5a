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
// A kind is one function, in a file with its family, which builds its letter with
// the words of both languages side by side, and one row in the table of kinds. One
// letter is rendered twice, as text and as HTML, so both parts always say the same.
// Who has a seat at a briefing gets it as a calendar file, too.
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

	BriefingConfirmation Kind = "briefing-confirmation"  // you have a seat
	BriefingWaiting      Kind = "briefing-waiting"       // you are on the waiting list
	SeatOffered          Kind = "seat-offered"           // a seat is kept for you until an instant
	SeatLapsed           Kind = "seat-lapsed"            // it was not taken, and went on
	BriefingChanged      Kind = "briefing-changed"       // you chose another date and have a seat
	RegistrationCanceled Kind = "registration-cancelled" // you gave your registration up
	RegistrationStanding Kind = "registration-standing"  // your address was posted again; this is the registration that stands
	BriefingReminder     Kind = "briefing-reminder"      // when it is and how to join
	BriefingMoved        Kind = "briefing-moved"         // the lab changed the date, or the words
	BriefingCanceled     Kind = "briefing-cancelled"     // the lab calls it off
	BriefingThanks       Kind = "briefing-thanks"        // to who came
	BriefingMissed       Kind = "briefing-missed"        // to who did not, while there are other dates
	ApplicationReminder  Kind = "application-reminder"   // applications close, to who registered and has not applied

	SurveyInvitation   Kind = "survey-invitation"    // a survey is open
	SurveyReminder     Kind = "survey-reminder"      // it is, and you have not finished it
	HostSurvey         Kind = "host-survey"          // to a host's contact: a survey of the hosts is open
	HostSurveyReminder Kind = "host-survey-reminder" // it is, and you have not finished it
	ResearchLeft       Kind = "research-left"        // you withdrew your consent to the research

	StaffSummary Kind = "staff-summary" // to staff: what came in, what is due, what is stuck
)

// Class says whether a person may unsubscribe from a mail.
type Class string

const (
	Necessary    Class = "necessary"    // belongs to what the person asked for
	Announcement Class = "announcement" // carries List-Unsubscribe, and always a link for it
)

// Purpose is what a private link opens, and nothing else.
type Purpose string

const (
	OpenPage       Purpose = "page"        // the person's own page: read, change, withdraw
	ConfirmAddress Purpose = "address"     // confirm the address to which the mail went
	Join           Purpose = "join"        // take the seat at a briefing
	Unsubscribe    Purpose = "unsubscribe" // stop announcements, and never anything else
	OpenSurvey     Purpose = "survey"      // one survey round: answer it, or see that it is closed
)

// LinkRule is one private link of a kind of mail: what it opens, and for how long
// from the moment of sending.
type LinkRule struct {
	Purpose  Purpose
	Lifetime time.Duration // zero for Join and OpenSurvey, which end with the briefing and the survey
}

const day = 24 * time.Hour

// The links of the mails. A private page is opened long after the mail: when the
// result is known, during the side job, after the last survey.
var (
	toPage        = LinkRule{OpenPage, 180 * day}
	toAddress     = LinkRule{ConfirmAddress, 2 * day}
	toSeat        = LinkRule{Join, 0}
	toUnsubscribe = LinkRule{Unsubscribe, 365 * day}
	toSurvey      = LinkRule{OpenSurvey, 0}
)

// SayItIsClosed is for how long after a survey its link still opens the page, which
// says then that it is closed, or what was received.
const SayItIsClosed = 30 * day

// subject is what a mail is about.
type subject int

const (
	ofApplication  subject = iota // the person as an applicant
	ofAddress                     // one address of the person, and not the present one
	ofRegistration                // the registration for a briefing
	ofSurvey                      // a survey of who takes part in the research
	ofHostSurvey                  // a survey of the hosts
	ofStaff                       // the experiment as a whole, to staff
)

// rule is one kind of mail: what it is about, its class, its links in the order of its buttons, what
// becomes of the calendar entry of who has a seat, and how its letter is written.
type rule struct {
	about subject
	class Class
	links []LinkRule
	entry method
	write func(*letter)
}

// rules is the table of kinds.
var rules = map[Kind]rule{
	Acknowledgement: {ofApplication, Necessary, []LinkRule{toPage}, noEntry, acknowledgement},
	Standing:        {ofApplication, Necessary, []LinkRule{toPage}, noEntry, standing},
	Link:            {ofApplication, Necessary, []LinkRule{toPage}, noEntry, privateLink},
	Changed:         {ofApplication, Necessary, []LinkRule{toPage}, noEntry, changed},
	Withdrawn:       {ofApplication, Necessary, nil, cancel, withdrawn},
	AddressConfirm:  {ofAddress, Necessary, []LinkRule{toAddress}, noEntry, addressConfirm},
	AddressChanged:  {ofAddress, Necessary, nil, noEntry, addressChanged},
	AddressMoved:    {ofAddress, Necessary, []LinkRule{toPage}, noEntry, addressMoved},

	BriefingConfirmation: {ofRegistration, Necessary, []LinkRule{toSeat, toPage}, request, briefingConfirmation},
	BriefingWaiting:      {ofRegistration, Necessary, []LinkRule{toPage}, noEntry, briefingWaiting},
	SeatOffered:          {ofRegistration, Necessary, []LinkRule{toPage}, noEntry, seatOffered},
	SeatLapsed:           {ofRegistration, Necessary, []LinkRule{toPage}, noEntry, seatLapsed},
	BriefingChanged:      {ofRegistration, Necessary, []LinkRule{toSeat, toPage}, request, briefingChanged},
	RegistrationCanceled: {ofRegistration, Necessary, []LinkRule{toPage}, cancel, registrationCanceled},
	RegistrationStanding: {ofRegistration, Necessary, []LinkRule{toPage}, noEntry, registrationStanding},
	BriefingReminder:     {ofRegistration, Necessary, []LinkRule{toSeat, toPage}, noEntry, briefingReminder},
	BriefingMoved:        {ofRegistration, Necessary, []LinkRule{toSeat, toPage}, request, briefingMoved},
	BriefingCanceled:     {ofRegistration, Necessary, []LinkRule{toPage}, cancel, briefingCanceled},
	BriefingThanks:       {ofRegistration, Announcement, []LinkRule{toSurvey, toUnsubscribe}, noEntry, briefingThanks},
	BriefingMissed:       {ofRegistration, Announcement, []LinkRule{toPage, toUnsubscribe}, noEntry, briefingMissed},
	ApplicationReminder:  {ofRegistration, Announcement, []LinkRule{toUnsubscribe}, noEntry, applicationReminder},

	SurveyInvitation:   {ofSurvey, Necessary, []LinkRule{toSurvey}, noEntry, surveyInvitation},
	SurveyReminder:     {ofSurvey, Announcement, []LinkRule{toSurvey, toUnsubscribe}, noEntry, surveyReminder},
	HostSurvey:         {ofHostSurvey, Necessary, []LinkRule{toSurvey}, noEntry, hostSurvey},
	HostSurveyReminder: {ofHostSurvey, Announcement, []LinkRule{toSurvey, toUnsubscribe}, noEntry, hostSurveyReminder},
	ResearchLeft:       {ofApplication, Necessary, []LinkRule{toPage}, noEntry, researchLeft},

	StaffSummary: {ofStaff, Necessary, nil, noEntry, staffSummary},
}

// Known says whether there is such a kind. A state written by newer code may
// name one that this code does not know.
func (k Kind) Known() bool { _, ok := rules[k]; return ok }

// OutlivesWithdrawal says whether the mail is sent to a person who has withdrawn:
// the one that confirms it, the one that tells who was at the old address, and the one
// that confirms that answers were erased, which can be asked for later, too.
func (k Kind) OutlivesWithdrawal() bool {
	return k == Withdrawn || k == AddressChanged || k == ResearchLeft
}

// AboutAddress says whether the mail is bound to one address of the person, and not to
// the present one.
func (k Kind) AboutAddress() bool { return rules[k].about == ofAddress }

// AboutRegistration says whether the mail is about a registration for a briefing, also
// of a person who has applied.
func (k Kind) AboutRegistration() bool { return rules[k].about == ofRegistration }

// AboutSurvey says whether the mail invites to a survey round or reminds of it. Its
// occasion names the round.
func (k Kind) AboutSurvey() bool { return rules[k].about == ofSurvey || k.ToHost() }

// ToHost says whether the mail goes to the contact of a host.
func (k Kind) ToHost() bool { return rules[k].about == ofHostSurvey }

// ToStaff says whether the mail goes to a member of staff. Such a mail tells of nobody by
// name, and opens nothing.
func (k Kind) ToStaff() bool { return rules[k].about == ofStaff }

// Class returns whether the kind is necessary or an announcement.
func (k Kind) Class() Class { return rules[k].class }

// Links returns the private links of such a mail, in the order of its buttons. An
// announcement has one to unsubscribe, and no other mail has.
func (k Kind) Links() []LinkRule { return rules[k].links }
