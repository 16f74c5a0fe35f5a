package mail

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The calendar file is written here and not by a library: arran4/golang-ical 0.3.4
// folds and escapes texts well but writes parameters with backslashes, which
// RFC 5545 (3.1) does not know. An office named "Lab: Office" reads back as
// another organizer, one with quotation marks not at all.

// method is what a calendar file asks of the calendar (RFC 5546).
type method string

const (
	noEntry method = ""
	request method = "REQUEST" // enter it, or replace the entry by this one
	cancel  method = "CANCEL"  // remove it
)

// entry is what becomes of the person's calendar entry, and the briefing that it
// stands for. Only a seat is in the calendar.
func (f Facts) entry() (method, *Session) {
	switch m := rules[f.Kind].entry; {
	case f.Kind == BriefingWaiting && f.Before != nil: // which was a seat
		return cancel, f.Before
	case m != noEntry && f.Held && f.Session != nil:
		return m, f.Session
	}
	return noEntry, nil
}

// calendar writes the file for the person's calendar; nothing, if the mail is not
// about a seat. Calendars take a file for the one they have by its UID and its
// organizer, and the higher SEQUENCE; they heed one that names the recipient as an
// attendee. Nobody has to answer: the lab knows who has a seat.
func (l *letter) calendar(from Identity) string {
	m, s := l.facts.entry()
	if m == noEntry {
		return ""
	}
	var b strings.Builder
	line := func(text string) { b.WriteString(fold(text)) }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//livinglab//mail//EN")
	line("CALSCALE:GREGORIAN")
	line("METHOD:" + string(m))
	line("BEGIN:VEVENT")
	line("UID:" + s.UID)
	line("SEQUENCE:" + strconv.Itoa(s.Sequence))
	line("DTSTAMP:" + utc(l.facts.Date))
	line("DTSTART:" + utc(s.Start))
	line("DTEND:" + utc(s.End))
	line("SUMMARY:" + escaped(s.Title.In(l.facts.Lang)+" – "+l.values["short"]))
	line("LOCATION:" + escaped(s.Place.In(l.facts.Lang)))
	line("DESCRIPTION:" + escaped(l.described(m)))
	if m == request {
		line("URL:" + l.facts.Links[Join].Address)
	}
	line("ORGANIZER;CN=" + parameter(l.values["office"]) + ":" + mailto(from.Office))
	line("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:" + mailto(l.facts.To))
	line("STATUS:" + map[method]string{request: "CONFIRMED", cancel: "CANCELLED"}[m])
	line("TRANSP:OPAQUE")
	line("END:VEVENT")
	line("END:VCALENDAR")
	return b.String()
}

// described is what the entry says. Several calendars do not show the URL, so the
// way in stands here too.
func (l *letter) described(m method) string {
	if m == cancel {
		return plain(l.fill("この予定は取り消されました。\nお問い合わせ: {contact}", "This entry was cancelled.\nContact: {contact}"))
	}
	return plain(l.fill("{join from}から、次のあなた専用のリンクで入室できます。ほかの方に転送しないでください。\n{join}\n\n日程の変更やキャンセルは、{office}からのメールのリンクで承ります。\nお問い合わせ: {contact}",
		"From {join from} you can enter with this link. It is yours alone: please do not forward it.\n{join}\n\nTo change the date or cancel, use the link in our mail.\nContact: {contact}"))
}

// check refuses a briefing that cannot be told of or entered into a calendar.
func (s Session) check() error {
	switch {
	case s.Start.IsZero() || !s.End.After(s.Start):
		return errors.New("a briefing ends before it starts")
	case strings.TrimSpace(s.Title.JA) == "" || strings.TrimSpace(s.Title.EN) == "":
		return errors.New("a briefing has no title")
	case s.Sequence < 0:
		return errors.New("a calendar entry has a negative sequence")
	}
	return errors.Join(fit(s.Title.JA), fit(s.Title.EN))
}

// checkEntry refuses what would leave two entries in a calendar, or one too many.
func (f Facts) checkEntry() error {
	switch m, s := f.entry(); {
	case m == noEntry:
		return nil
	case !webAddress("https://" + s.UID):
		return errors.New("a calendar entry needs a UID")
	case m == cancel && s.Sequence == 0:
		return errors.New("a calendar entry is cancelled by a higher sequence")
	}
	return nil
}

// fold writes one line of the file, broken into pieces of at most 75 bytes
// between characters (RFC 5545, 3.1).
func fold(line string) string {
	const limit = 75
	var b strings.Builder
	for used := 0; line != ""; {
		_, size := utf8.DecodeRuneInString(line)
		if used+size > limit {
			b.WriteString("\r\n ")
			used = 1
		}
		b.WriteString(line[:size])
		used += size
		line = line[size:]
	}
	return b.String() + "\r\n"
}

// escaped is a text as the file holds it (RFC 5545, 3.3.11).
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(text)
}

// parameter is a text as the value of a parameter, which cannot hold the mark that
// ends it (RFC 5545, 3.1).
func parameter(text string) string { return `"` + strings.ReplaceAll(text, `"`, "'") + `"` }

// utc is an instant that every calendar shows in its own zone.
func utc(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// mailto is a mail address as an URI (RFC 6068). Dots stay where they are: programs
// compare it with the address that they know.
func mailto(address string) string {
	var b strings.Builder
	b.WriteString("mailto:")
	for i := range len(address) {
		if c := address[i]; strings.IndexByte(letters+digits+"-._~!$'*+@", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		}
	}
	return b.String()
}
