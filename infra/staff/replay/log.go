// Package replay tells a table that was restored to an earlier moment which mails
// have left since, from the functions' logs.
package replay

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// The messages of the functions' logs that tell of mails. The first is written before
// a mail is handed over to SES, the second after, the third when SES itself tells.
const (
	handedOver = "mail handed over"
	settled    = "mail"
	told       = "feedback"
)

// line is one line of a log that tells of a mail.
type line struct {
	at         time.Time
	message    string
	mail       string
	person     string
	experiment string
	kind       mail.Kind
	attempt    int
	state      table.State
}

// Log is what logs tell of mails, whatever the order of their lines. A line that comes
// twice counts once.
type Log struct {
	Lines int // that told of a mail

	seen  map[string]bool
	mails map[string]*story
}

// story is what the log tells of one mail.
type story struct {
	first    line
	attempts map[int]*attempt
}

// attempt is what became of the requests to SES that had one number. There may be
// several: one that SES certainly did not take does not count.
type attempt struct {
	handed, refused, doubted int
	sent                     bool
	at                       time.Time // of what counts
}

// open reports whether SES took the mail, or may have.
func (a attempt) open() bool {
	return a.sent || a.handed > a.refused || a.handed == 0 && a.refused == 0 && a.doubted > 0
}

// Read reads logs as they come out of CloudWatch: the JSON of `aws logs
// filter-log-events`, on one line or many, the lines of `aws logs tail`, or the lines
// themselves. What is not ours is passed over.
func Read(in io.Reader) (*Log, error) {
	log := &Log{seen: map[string]bool{}, mails: map[string]*story{}}
	lines := bufio.NewReader(in)
	for {
		text, err := lines.ReadString('\n')
		log.take(text)
		if errors.Is(err, io.EOF) {
			return log, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the log: %w", err)
		}
	}
}

// take takes a line of what was read, wherever in it the functions' own line is.
func (l *Log) take(text string) {
	text = strings.TrimSpace(text)
	if quoted, ok := strings.CutPrefix(text, `"message":`); ok { // an event over many lines
		var inner string
		if json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimSpace(quoted), ",")), &inner) == nil {
			l.take(inner)
		}
		return
	}
	begin := strings.IndexByte(text, '{')
	if begin < 0 {
		return
	}
	var object json.RawMessage
	if json.NewDecoder(strings.NewReader(text[begin:])).Decode(&object) != nil {
		return
	}
	l.takeObject(object)
}

// takeObject takes a line of ours, an event of CloudWatch that holds one, or a whole
// answer of events.
func (l *Log) takeObject(object json.RawMessage) {
	fields := firstOfEach(object)
	var events []json.RawMessage
	if json.Unmarshal(fields["events"], &events) == nil {
		for _, event := range events {
			l.takeObject(event)
		}
		return
	}
	message := text(fields["message"])
	if strings.HasPrefix(strings.TrimSpace(message), "{") {
		l.take(message)
		return
	}
	if one, ok := lineOf(message, fields); ok && !l.seen[string(object)] {
		l.seen[string(object)] = true
		l.Lines++
		l.add(one)
	}
}

// firstOfEach are the members of an object, of two with one name the first: the
// function's message comes before its attributes, one of which may be named so too.
func firstOfEach(object json.RawMessage) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	members := json.NewDecoder(strings.NewReader(string(object)))
	if start, err := members.Token(); err != nil || start != json.Delim('{') {
		return fields
	}
	for members.More() {
		var value json.RawMessage
		name, err := members.Token()
		if err != nil || members.Decode(&value) != nil {
			return nil
		}
		if name, ok := name.(string); ok && fields[name] == nil {
			fields[name] = value
		}
	}
	return fields
}

func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// lineOf reads a line of ours.
func lineOf(message string, fields map[string]json.RawMessage) (line, bool) {
	if message != handedOver && message != settled && message != told {
		return line{}, false
	}
	one := line{
		message: message, mail: text(fields["mail"]), person: text(fields["person"]), experiment: text(fields["experiment"]),
		kind: mail.Kind(text(fields["kind"])), state: table.State(text(fields["state"])),
	}
	number := cmp.Or(text(fields["attempt"]), string(fields["attempt"])) // feedback has it as SES's tag
	var at, attempt error
	one.at, at = time.Parse(time.RFC3339Nano, text(fields["timestamp"]))
	one.attempt, attempt = strconv.Atoi(number)
	return one, at == nil && attempt == nil && one.mail != "" && one.person != "" && one.kind.Known()
}

// add adds a line to the story of its mail.
func (l *Log) add(one line) {
	s := l.mails[one.mail]
	if s == nil {
		s = &story{first: one, attempts: map[int]*attempt{}}
		l.mails[one.mail] = s
	}
	s.first.experiment = cmp.Or(s.first.experiment, one.experiment)
	if one.at.Before(s.first.at) {
		s.first.at = one.at
	}
	a := s.attempts[one.attempt]
	if a == nil {
		a = new(attempt)
		s.attempts[one.attempt] = a
	}
	switch {
	case one.message == handedOver:
		a.handed++
	case one.message == told, one.state == table.Sent:
		if !a.sent || one.at.Before(a.at) {
			a.at = one.at
		}
		a.sent = true
		return
	case one.state == table.Pending, one.state == table.Failed:
		a.refused++
	case one.state == table.Unknown:
		a.doubted++
	}
	if !a.sent && one.at.After(a.at) {
		a.at = one.at
	}
}

// Handed returns the mails that SES took or may have taken, the oldest first. One that
// confirms a withdrawal is among them even if SES did not take it, because it tells
// of that.
func (l *Log) Handed() []table.Handed {
	var all []table.Handed
	for _, s := range l.mails {
		h := table.Handed{
			Person: s.first.person, Mail: s.first.mail, Experiment: s.first.experiment, Kind: s.first.kind,
			State: table.Pending, At: s.first.at,
		}
		for n, a := range s.attempts {
			if !a.open() || n < h.Attempt {
				continue
			}
			h.Attempt, h.State, h.At = n, table.Unknown, a.at
			if a.sent {
				h.State = table.Sent
			}
		}
		if h.State != table.Pending || h.Kind == mail.Withdrawn {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b table.Handed) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Mail, b.Mail))
	})
	return all
}
