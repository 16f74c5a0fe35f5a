package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // Japanese mails may come in ISO-2022-JP
)

// Mail is a mail as a person reads it.
type Mail struct {
	ID          string            `json:"id"`
	To          string            `json:"to"`   // of the envelope
	From        string            `json:"from"` // of the header, decoded
	Subject     string            `json:"subject"`
	Date        time.Time         `json:"date"`
	Text        string            `json:"text"`
	HTML        string            `json:"html"`
	Headers     map[string]string `json:"headers"` // decoded; several of one name are separated by line breaks
	Attachments []Attachment      `json:"attachments"`
	Tags        map[string]string `json:"tags"`
	Accepted    time.Time         `json:"accepted"`
	Problem     string            `json:"problem,omitempty"` // why the text cannot be read to its end
}

// Attachment is a part that is neither the text nor the HTML of a mail.
type Attachment struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Body     string `json:"body"`
	Encoding string `json:"encoding,omitempty"` // "base64" if the body is not text
}

// Read takes a mail apart. What cannot be read is told in Problem.
func (s Stored) Read() Mail {
	m := Mail{
		ID: s.ID, To: strings.Join(s.To, ", "), Accepted: s.Accepted, Date: s.Accepted,
		Headers: map[string]string{}, Attachments: []Attachment{}, Tags: s.Tags,
	}
	if m.Tags == nil {
		m.Tags = map[string]string{}
	}
	entity, err := message.Read(bytes.NewReader(s.Raw))
	if entity == nil {
		m.Problem = fmt.Sprint(err)
		return m
	}
	for fields := entity.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		if before, twice := m.Headers[fields.Key()]; twice {
			value = before + "\n" + value
		}
		m.Headers[fields.Key()] = value
	}
	m.From, m.Subject = m.Headers["From"], m.Headers["Subject"]
	if date, err := parseDate(m.Headers["Date"]); err == nil {
		m.Date = date
	}
	if err := m.part(entity); err != nil {
		m.Problem = err.Error()
	}
	return m
}

// parseDate reads the date of a mail, RFC 5322.
func parseDate(text string) (time.Time, error) {
	text, _, _ = strings.Cut(text, " (")
	for _, layout := range []string{time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("not a date")
}

// part reads one part and those within it.
func (m *Mail) part(entity *message.Entity) error {
	parts := entity.MultipartReader()
	if parts == nil {
		return m.leaf(entity)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if part == nil {
			return fmt.Errorf("reading a part: %w", err)
		}
		if err := m.part(part); err != nil {
			return err
		}
	}
}

// leaf reads a part that holds no others: the first text and the first HTML that
// are not attached are those of the mail.
func (m *Mail) leaf(entity *message.Entity) error {
	body, err := io.ReadAll(entity.Body)
	if err != nil {
		return fmt.Errorf("reading a part: %w", err)
	}
	media, parameters, err := entity.Header.ContentType()
	if err != nil || media == "" {
		media = "text/plain"
	}
	disposition, shown, err := entity.Header.ContentDisposition()
	if err != nil {
		disposition = ""
	}
	switch {
	case disposition != "attachment" && media == "text/plain" && m.Text == "":
		m.Text = lines(body)
		return nil
	case disposition != "attachment" && media == "text/html" && m.HTML == "":
		m.HTML = lines(body)
		return nil
	}
	a := Attachment{Name: shown["filename"], Type: mime.FormatMediaType(media, parameters), Body: string(body)}
	if a.Name == "" {
		a.Name = parameters["name"]
	}
	if a.Type == "" {
		a.Type = media
	}
	if !utf8.Valid(body) {
		a.Body, a.Encoding = base64.StdEncoding.EncodeToString(body), "base64"
	}
	m.Attachments = append(m.Attachments, a)
	return nil
}

// lines ends lines as everything but mail does.
func lines(body []byte) string { return strings.ReplaceAll(string(body), "\r\n", "\n") }
