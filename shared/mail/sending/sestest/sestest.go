// Package sestest stands in for SES in tests: it answers SendRawEmail and
// GetSendQuota over HTTP as told, and remembers what it has accepted.
package sestest

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Answer is what SES does with a mail.
type Answer int

// The answers.
const (
	Accept         Answer = iota // takes it and says so
	AcceptNoAnswer               // takes it and breaks the connection off
	AcceptError500               // takes it and answers 500
	Error500                     // does not take it and answers 500
	Throttle
	Reject
	Quota
	Paused
)

// Server is one account of SES.
type Server struct {
	URL string

	mu       sync.Mutex
	answer   func(Mail) Answer
	tell     func(Mail) // of an accepted mail, before it is answered
	accepted []Mail
	sends    int // requests of SendRawEmail
	quotas   int // requests of GetSendQuota
	today    int // mails of the last 24 hours, as the quota tells
}

// Mail is what SES was handed.
type Mail struct {
	ID   string // that SES gave it; empty before it is accepted
	To   string
	Raw  string
	Tags map[string]string // "mail", "attempt", "kind", "person"
}

// New returns an account that accepts everything.
func New(t testing.TB) *Server {
	s := &Server{answer: func(Mail) Answer { return Accept }}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Answers makes the account answer each mail as told.
func (s *Server) Answers(answer func(Mail) Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Always makes the account answer every mail in one way.
func (s *Server) Always(answer Answer) { s.Answers(func(Mail) Answer { return answer }) }

// OnAccept has a function told of each accepted mail before whoever handed it over
// hears of it, as SES's own events may be.
func (s *Server) OnAccept(tell func(Mail)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell = tell
	s.tell = tell
}

// Today makes the account tell that it sent so many mails in the last 24 hours.
func (s *Server) Today(mails int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today = mails
}

// Accepted lists what was accepted, the oldest first.
func (s *Server) Accepted() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.accepted...)
}

// Copies counts the accepted copies of each mail.
func (s *Server) Copies() map[string]int {
	copies := map[string]int{}
	for _, m := range s.Accepted() {
		copies[m.Tags["mail"]]++
	}
	return copies
}

// Requests returns how often mails were handed over and the quota was read.
func (s *Server) Requests() (sends, quotas int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sends, s.quotas
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch action := r.Form.Get("Action"); action {
	case "GetSendQuota":
		s.mu.Lock()
		s.quotas++
		today := s.today
		s.mu.Unlock()
		reply(w, action, "<Max24HourSend>50000</Max24HourSend><MaxSendRate>1000000</MaxSendRate><SentLast24Hours>"+strconv.Itoa(today)+"</SentLast24Hours>")
	case "SendRawEmail":
		s.take(w, mailOf(r))
	default:
		http.Error(w, "no such action: "+action, http.StatusBadRequest)
	}
}

func (s *Server) take(w http.ResponseWriter, m Mail) {
	s.mu.Lock()
	s.sends++
	answer := s.answer(m)
	id := "0106-" + strconv.Itoa(len(s.accepted)+1)
	tell := s.tell
	if answer <= AcceptError500 {
		m.ID = id
		s.accepted = append(s.accepted, m)
	}
	s.mu.Unlock()
	if answer <= AcceptError500 && tell != nil {
		tell(m)
	}

	switch answer {
	case Accept:
		reply(w, "SendRawEmail", "<MessageId>"+id+"</MessageId>")
	case AcceptNoAnswer:
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	case AcceptError500, Error500:
		refuse(w, http.StatusInternalServerError, "InternalFailure", "The request processing has failed.")
	case Throttle:
		refuse(w, http.StatusBadRequest, "Throttling", "Maximum sending rate exceeded.")
	case Reject:
		refuse(w, http.StatusBadRequest, "MessageRejected", "Transaction failed: the message is not accepted.")
	case Quota:
		refuse(w, http.StatusBadRequest, "Throttling", "Daily message quota exceeded.")
	case Paused:
		refuse(w, http.StatusBadRequest, "AccountSendingPausedException", "Email sending is paused for the account.")
	}
}

// mailOf reads a posted SendRawEmail.
func mailOf(r *http.Request) Mail {
	raw, err := base64.StdEncoding.DecodeString(r.Form.Get("RawMessage.Data"))
	if err != nil {
		raw = nil
	}
	m := Mail{To: r.Form.Get("Destinations.member.1"), Raw: string(raw), Tags: map[string]string{}}
	for i := 1; r.Form.Has("Tags.member." + strconv.Itoa(i) + ".Name"); i++ {
		member := "Tags.member." + strconv.Itoa(i)
		m.Tags[r.Form.Get(member+".Name")] = r.Form.Get(member + ".Value")
	}
	return m
}

func reply(w http.ResponseWriter, action, result string) {
	fmt.Fprint(w, strings.ReplaceAll(`<ACTIONResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><ACTIONResult>`, "ACTION", action),
		result, strings.ReplaceAll(`</ACTIONResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ACTIONResponse>`, "ACTION", action))
}

func refuse(w http.ResponseWriter, status int, code, words string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type>`+
		`<Code>%s</Code><Message>%s</Message></Error><RequestId>r</RequestId></ErrorResponse>`, code, words)
}
