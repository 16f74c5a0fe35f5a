package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/emersion/go-message/mail"
)

// mailbox stands in for SES: it takes every mail at once, and finds the links in
// them.
type mailbox struct {
	URL    string
	server *http.Server

	mu    sync.Mutex
	mails map[string][]string // raw, by recipient; nil if they are only counted
	taken int
	bytes int // of all that were taken
}

func newMailbox() (*mailbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for mail: %w", err)
	}
	m := &mailbox{URL: "http://" + listener.Addr().String(), mails: map[string][]string{}}
	m.server = &http.Server{Handler: http.HandlerFunc(m.serve)}
	go func() { _ = m.server.Serve(listener) }()
	return m, nil
}

func (m *mailbox) stop() error { return m.server.Close() }

// serve answers as SES does, with a quota that nobody reaches.
func (m *mailbox) serve(w http.ResponseWriter, r *http.Request) {
	result := "<MessageId>0106-bench</MessageId>"
	action := r.FormValue("Action")
	switch action {
	case "SendRawEmail":
		raw, err := base64.StdEncoding.DecodeString(r.FormValue("RawMessage.Data"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		to := r.FormValue("Destinations.member.1")
		m.take(to, raw)
	case "GetSendQuota":
		result = "<Max24HourSend>-1</Max24HourSend><MaxSendRate>1000000</MaxSendRate><SentLast24Hours>0</SentLast24Hours>"
	default:
		http.Error(w, "no such action", http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, `<%[1]sResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><%[1]sResult>%[2]s</%[1]sResult>`+
		`<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></%[1]sResponse>`, action, result)
}

func (m *mailbox) take(to string, raw []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.taken++
	m.bytes += len(raw)
	if m.mails != nil {
		m.mails[to] = append(m.mails[to], string(raw))
	}
}

// onlyCount lets go of the mails, and of all that come.
func (m *mailbox) onlyCount() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails, m.taken, m.bytes = nil, 0, 0
}

// counted is how many mails have come, and how many bytes they have together.
func (m *mailbox) counted() (mails, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken, m.bytes
}

// link returns the path of the link in the last mail to the address.
func (m *mailbox) link(to string) (string, error) {
	m.mu.Lock()
	mails := m.mails[to]
	m.mu.Unlock()
	if len(mails) == 0 {
		return "", errors.New("no mail has come")
	}
	parts, err := mail.CreateReader(strings.NewReader(mails[len(mails)-1]))
	if err != nil {
		return "", fmt.Errorf("reading a mail: %w", err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", fmt.Errorf("looking for a link in a mail: %w", err)
		}
		text, err := io.ReadAll(part.Body)
		if err != nil {
			return "", fmt.Errorf("reading a mail: %w", err)
		}
		if found := link.FindSubmatch(text); found != nil {
			return string(found[1]), nil
		}
	}
}

var link = regexp.MustCompile(regexp.QuoteMeta(site) + `(/(?:me|confirm)/[A-Za-z0-9_-]+)`)
