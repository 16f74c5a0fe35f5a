package mail

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"livinglab/shared/locale"
)

// The message is written here and not by a mail library, because the two that
// were tried cannot write ours: wneessen/go-mail 0.8.1 refuses real addresses
// such as a..b@docomo.ne.jp and leaves the line of the Subject itself empty,
// and emersion/go-message 0.18.2 puts all encoded words on one line of up to
// 998 bytes where RFC 2047 allows 76. What remains without them is a fixed list
// of headers and a few parts in base64.

// envelope is what only the message's headers say.
type envelope struct {
	fromName    string
	replyTo     string
	lang        locale.Lang
	unsubscribe string
	calendar    string // the file, in lines that end in CRLF, if there is one
	method      method
}

// lineLimit is the length of a line with an encoded word (RFC 2047, 2), and of
// base64 (RFC 2045, 6.8), in bytes.
const lineLimit = 76

// raw writes the message. Every value is ASCII without line breaks by the time
// it gets here, or becomes so by encoding: nothing that a person chose can
// start another header.
func raw(m Message, e envelope) []byte {
	var b bytes.Buffer
	header := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	header("From", phrase(len("From: "), e.fromName)+"<"+m.From+">")
	header("To", m.To)
	header("Reply-To", e.replyTo)
	header("Subject", unstructured(len("Subject: "), m.Subject))
	header("Date", m.Date.Format(time.RFC1123Z))
	header("Message-ID", "<"+m.ID+"."+strconv.Itoa(m.Attempt)+"@"+m.From[strings.LastIndexByte(m.From, '@')+1:]+">")
	header("MIME-Version", "1.0")
	header("Content-Language", string(e.lang))
	header("Auto-Submitted", "auto-generated")
	header("X-Auto-Response-Suppress", "OOF, AutoReply")
	if e.unsubscribe != "" {
		header("List-Unsubscribe", "<"+e.unsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	boundary := "mail-" + m.ID
	text := []part{{"text/plain; charset=utf-8", "", crlf(m.Text)}, {"text/html; charset=utf-8", "", crlf(m.HTML)}}
	if e.calendar == "" {
		bundle(&b, "multipart/alternative", boundary, text)
		return b.Bytes()
	}
	// Some programs take a meeting from the part beside the text, and only if its
	// header names the method too; others from the attachment.
	text = append(text, part{"text/calendar; charset=utf-8; method=" + string(e.method), "", e.calendar})
	header("Content-Type", "multipart/mixed;\r\n boundary=\""+boundary+"\"")
	b.WriteString("\r\n--" + boundary + "\r\n")
	bundle(&b, "multipart/alternative", "text-"+m.ID, text)
	b.WriteString("\r\n--" + boundary + "\r\n")
	part{"application/ics; name=\"invite.ics\"", "attachment; filename=\"invite.ics\"", e.calendar}.write(&b)
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return b.Bytes()
}

// part is a body with its type and, if it is no part of the running text, how it is
// offered.
type part struct{ kind, disposition, body string }

// write writes the part in base64, none of whose lines can be taken for another's
// boundary: those begin with two hyphens.
func (p part) write(b *bytes.Buffer) {
	b.WriteString("Content-Type: " + p.kind + "\r\nContent-Transfer-Encoding: base64\r\n")
	if p.disposition != "" {
		b.WriteString("Content-Disposition: " + p.disposition + "\r\n")
	}
	b.WriteString("\r\n")
	body := base64.StdEncoding.EncodeToString([]byte(p.body))
	for len(body) > lineLimit {
		b.WriteString(body[:lineLimit] + "\r\n")
		body = body[lineLimit:]
	}
	b.WriteString(body + "\r\n")
}

// bundle writes parts under the header that holds them together.
func bundle(b *bytes.Buffer, kind, boundary string, parts []part) {
	b.WriteString("Content-Type: " + kind + ";\r\n boundary=\"" + boundary + "\"\r\n")
	for _, p := range parts {
		b.WriteString("\r\n--" + boundary + "\r\n")
		p.write(b)
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
}

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// unstructured writes a header's value that begins so many bytes into its line.
func unstructured(column int, text string) string {
	if printable(text) && column+len(text) <= lineLimit {
		return text
	}
	return words(column, text)
}

// phrase writes a display name, and what separates it from the address.
func phrase(column int, name string) string {
	if printable(name) && !strings.ContainsAny(name, "\"(),.:;<>@[]\\") && !strings.Contains(name, "  ") && column+len(name) <= lineLimit {
		return name + " "
	}
	return words(column, name) + "\r\n "
}

// printable says whether the text stands for itself in a header.
func printable(text string) bool {
	return text != "" && strings.TrimSpace(text) == text && !strings.Contains(text, "=?") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f })
}

// words writes text as encoded words of at most 75 bytes, one to a line and
// split between characters (RFC 2047). The first shares its line with the
// header's name.
func words(column int, text string) string {
	const open, closing = "=?utf-8?B?", "?="
	var b strings.Builder
	for text != "" {
		room := (min(75, lineLimit-column) - len(open) - len(closing)) / 4 * 3
		end := 0
		for end < len(text) {
			_, size := utf8.DecodeRuneInString(text[end:])
			if end+size > room {
				break
			}
			end += size
		}
		b.WriteString(open + base64.StdEncoding.EncodeToString([]byte(text[:end])) + closing)
		if text = text[end:]; text != "" {
			b.WriteString("\r\n ")
		}
		column = 1
	}
	return b.String()
}
