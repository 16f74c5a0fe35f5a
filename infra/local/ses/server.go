// Package ses stands in for Amazon SES: the two calls of its Query API (version
// 2010-12-01) that the product makes, the faults that it is known for, and the
// events that tell what became of a mail.
package ses

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"livinglab/infra/local/mailbox"
)

// Mode is what SES does with the mails that it is handed.
type Mode string

// The modes.
const (
	OK             Mode = "ok"
	Throttle       Mode = "throttle"         // too fast
	Reject         Mode = "reject"           // not this mail
	AcceptNoAnswer Mode = "accept-no-answer" // takes it and breaks the connection off
	Error500       Mode = "error500"         // fails and does not take it
	Paused         Mode = "paused"           // the account is paused
	Quota          Mode = "quota"            // the day's mails are used up
)

// Timing is when events arrive.
type Timing string

// The timings.
const (
	Prompt Timing = "prompt"
	Late   Timing = "late" // after lateness
	Never  Timing = "never"
)

// Modes and Timings list what can be chosen.
var (
	Modes   = []Mode{OK, Throttle, Reject, AcceptNoAnswer, Error500, Paused, Quota}
	Timings = []Timing{Prompt, Late, Never}
)

const (
	lateness   = 10 * time.Minute
	daily      = 50000    // mails in 24 hours
	maxMessage = 40 << 20 // bytes, after decoding
)

// Settings is how the account behaves.
type Settings struct {
	Mode   Mode    `json:"mode"`
	Rate   float64 `json:"rate"` // mails a second
	Events Timing  `json:"events"`
}

// Server is one account of SES. It is safe for concurrent use.
type Server struct {
	// Mailbox takes what is accepted.
	Mailbox *mailbox.Mailbox
	// Now is the time at which mails are accepted.
	Now func() time.Time
	// Sets are the configuration sets that mails may name.
	Sets []string
	// Publish has the events of one mail delivered, in order, at a later time.
	Publish func(at time.Time, set string, events []Event)

	mu       sync.Mutex
	settings Settings
	bucket   bucket
}

// New returns an account in good order that sends 14 mails a second.
func New(box *mailbox.Mailbox, now func() time.Time) *Server {
	return &Server{Mailbox: box, Now: now, settings: Settings{Mode: OK, Rate: 14, Events: Prompt}}
}

// Settings returns how the account behaves.
func (s *Server) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// Set changes how the account behaves. What is empty stays as it is.
func (s *Server) Set(change Settings) error {
	switch {
	case change.Mode != "" && !slices.Contains(Modes, change.Mode):
		return fmt.Errorf("there is no mode %q", change.Mode)
	case change.Events != "" && !slices.Contains(Timings, change.Events):
		return fmt.Errorf("events are not %q", change.Events)
	case change.Rate < 0:
		return errors.New("the rate is a positive number")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if change.Mode != "" {
		s.settings.Mode = change.Mode
	}
	if change.Events != "" {
		s.settings.Events = change.Events
	}
	if change.Rate > 0 {
		s.settings.Rate = change.Rate
	}
	return nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*maxMessage)
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "MalformedQueryString", "The query string contains a syntax error.")
		return
	}
	switch action := r.Form.Get("Action"); action {
	case "SendRawEmail":
		s.send(w, r)
	case "GetSendQuota":
		s.quota(w)
	default:
		refuse(w, http.StatusBadRequest, "InvalidAction", "The local stack does not know the action "+action+".")
	}
}

// send answers SendRawEmail.
func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	mail, set, err := s.read(r)
	if problem, ok := errors.AsType[*refusal](err); ok {
		refuse(w, http.StatusBadRequest, problem.code, problem.message)
		return
	}
	s.mu.Lock()
	settings := s.settings
	if settings.Mode == OK && !s.bucket.take(settings.Rate) {
		settings.Mode = Throttle
	}
	s.mu.Unlock()
	switch settings.Mode {
	case Throttle:
		refuse(w, http.StatusBadRequest, "Throttling", "Maximum sending rate exceeded.")
		return
	case Reject:
		refuse(w, http.StatusBadRequest, "MessageRejected", "Transaction failed: the content of the message is not accepted.")
		return
	case Error500:
		refuse(w, http.StatusInternalServerError, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure.")
		return
	case Paused:
		refuse(w, http.StatusBadRequest, "AccountSendingPausedException", "Email sending is disabled for the entire Amazon SES account.")
		return
	case Quota:
		refuse(w, http.StatusBadRequest, "Throttling", "Daily message quota exceeded.")
		return
	}
	if s.sentToday() >= daily {
		refuse(w, http.StatusBadRequest, "Throttling", "Daily message quota exceeded.")
		return
	}
	if err := s.Mailbox.Put(mail); err != nil {
		slog.Error("a mail was not kept", "error", err)
		refuse(w, http.StatusInternalServerError, "InternalFailure", "The mail could not be kept.")
		return
	}
	s.publish(settings.Events, set, mail)
	if settings.Mode == AcceptNoAnswer {
		reset(w)
		return
	}
	reply(w, "SendRawEmail", "<MessageId>"+mail.ID+"</MessageId>")
}

// refusal is an answer to a request that SES does not understand or allow.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

// token is what names and values of tags may hold.
var token = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// read reads a posted SendRawEmail as strictly as SES does.
func (s *Server) read(r *http.Request) (mailbox.Stored, string, error) {
	now := s.Now()
	mail := mailbox.Stored{Envelope: mailbox.Envelope{
		ID: messageID(now), From: r.Form.Get("Source"), Accepted: now, Tags: map[string]string{},
	}}
	set := r.Form.Get("ConfigurationSetName")
	if set != "" && !slices.Contains(s.Sets, set) {
		return mail, set, &refusal{"ConfigurationSetDoesNotExist", "Configuration set <" + set + "> does not exist."}
	}
	raw, err := base64.StdEncoding.DecodeString(r.Form.Get("RawMessage.Data"))
	if err != nil || len(raw) == 0 || len(raw) > maxMessage {
		return mail, set, &refusal{"InvalidParameterValue", "The raw message is empty, too long or not base64."}
	}
	mail.Raw = raw
	for i := 1; r.Form.Has("Destinations.member." + strconv.Itoa(i)); i++ {
		to := r.Form.Get("Destinations.member." + strconv.Itoa(i))
		if err := checkAddress(to); err != nil {
			return mail, set, err
		}
		mail.To = append(mail.To, to)
	}
	if len(mail.To) == 0 || len(mail.To) > 50 {
		return mail, set, &refusal{"InvalidParameterValue", "The local stack wants 1 to 50 destinations."}
	}
	for i := 1; r.Form.Has("Tags.member." + strconv.Itoa(i) + ".Name"); i++ {
		member := "Tags.member." + strconv.Itoa(i)
		name, value := r.Form.Get(member+".Name"), r.Form.Get(member+".Value")
		if !token.MatchString(name) || !token.MatchString(value) {
			return mail, set, &refusal{"InvalidParameterValue", "A message tag holds more than ASCII letters, digits, _ and -."}
		}
		mail.Tags[name] = value
	}
	return mail, set, nil
}

func checkAddress(address string) error {
	local, domain, found := strings.Cut(address, "@")
	ascii := !strings.ContainsFunc(address, func(r rune) bool { return r >= utf8.RuneSelf || r < ' ' })
	switch {
	case !found || local == "" || !strings.Contains(domain, "."):
		return &refusal{"InvalidParameterValue", "Missing final '@domain'"}
	case !ascii:
		return &refusal{"InvalidParameterValue", "The address contains characters that are not ASCII."}
	}
	return nil
}

// messageID is like SES's: hexadecimal, never the same twice.
func messageID(now time.Time) string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("0106%012x-%x-%x-%x-000000", now.UnixMilli(), b[:4], b[4:8], b[8:])
}

// quota answers GetSendQuota.
func (s *Server) quota(w http.ResponseWriter) {
	settings, sent := s.Settings(), s.sentToday()
	if settings.Mode == Quota {
		sent = daily
	}
	reply(w, "GetSendQuota", fmt.Sprintf("<Max24HourSend>%d.0</Max24HourSend><MaxSendRate>%g</MaxSendRate><SentLast24Hours>%d.0</SentLast24Hours>",
		daily, settings.Rate, sent))
}

// sentToday counts what was accepted within the last 24 hours.
func (s *Server) sentToday() int {
	since := s.Now().Add(-24 * time.Hour)
	count := 0
	for _, mail := range slices.Backward(s.Mailbox.All()) {
		if !mail.Accepted.After(since) {
			break
		}
		count++
	}
	return count
}

// publish has the mail's events delivered, now or late.
func (s *Server) publish(timing Timing, set string, mail mailbox.Stored) {
	if s.Publish == nil || set == "" || timing == Never {
		return
	}
	at := mail.Accepted
	if timing == Late {
		at = at.Add(lateness)
	}
	s.Publish(at, set, eventsOf(mail, set, at))
}

// reset breaks the connection off without an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

const namespace = "http://ses.amazonaws.com/doc/2010-12-01/"

func reply(w http.ResponseWriter, action, result string) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[1]sResponse xmlns="%[2]s"><%[1]sResult>%[3]s</%[1]sResult><ResponseMetadata><RequestId>%[4]s</RequestId></ResponseMetadata></%[1]sResponse>`,
		action, namespace, result, strings.ToLower(rand.Text()))
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	blame := "Sender"
	if status >= http.StatusInternalServerError {
		blame = "Receiver"
	}
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(message))
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse xmlns="%s"><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`,
		namespace, blame, code, escaped.String(), strings.ToLower(rand.Text()))
}
