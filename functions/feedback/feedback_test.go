package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
)

const address = "hanako@example.jp"

func TestEachEventSaysWhatBecameOfAMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, c := range []struct {
		name    string
		kind    string
		detail  object
		want    table.Arrival
		at      table.Instant
		reasons []table.Arrival // why the address is marked
	}{
		{"accepted", "Send", object{"send": object{}}, table.Accepted, "", nil},
		{"delivered", "Delivery", deliveredAt(1), table.Delivered, "2020-11-02T04:01:00.000Z", nil},
		{"full mailbox", "Bounce", bouncedAt(2, "Transient", "MailboxFull"), table.Returned, "2020-11-02T04:02:00.000Z", nil},
		{"unclear bounce", "Bounce", bouncedAt(2, "Undetermined", "Undetermined"), table.Returned, "2020-11-02T04:02:00.000Z", nil},
		{"out of office", "Bounce", answeredAt(2), table.Accepted, "", nil},
		{"no such address", "Bounce", bouncedAt(3, "Permanent", "General"), table.Bounced, "2020-11-02T04:03:00.000Z", []table.Arrival{table.Bounced}},
		{"known to bounce", "Bounce", bouncedAt(3, "Permanent", "OnAccountSuppressionList"), table.Bounced, "2020-11-02T04:03:00.000Z", []table.Arrival{table.Bounced}},
		{"spam", "Complaint", complainedAt(4, "abuse"), table.Complained, "2020-11-02T04:04:00.000Z", []table.Arrival{table.Complained}},
		{"spam, for an unnamed reason", "Complaint", complainedAt(4, nil), table.Complained, "2020-11-02T04:04:00.000Z", []table.Arrival{table.Complained}},
		{"no spam after all", "Complaint", complainedAt(4, "not-spam"), table.Accepted, "", nil},
		{"a virus", "Reject", object{"reject": object{"reason": "Bad content"}}, table.Rejected, "2020-11-02T03:00:01.012Z", nil},
	} {
		m := w.handOver(fmt.Sprintf("p%d@example.jp", i))
		for range 2 {
			w.told(about(m, c.kind, "0106-1", address, c.detail))
		}
		d := w.stands(m)
		if d.Mail.State != table.Sent || d.Mail.Delivery != c.want || d.Mail.DeliveryAt != c.at || d.Mail.Sent != "2020-11-02T03:00:01.012Z" {
			t.Errorf("%s: %s at %s, %q at %q", c.name, d.Mail.State, d.Mail.Sent, d.Mail.Delivery, d.Mail.DeliveryAt)
		}
		var reasons []table.Arrival
		for _, s := range d.Person.Suppressed {
			reasons = append(reasons, s.Reason)
		}
		if _, marked := d.Person.SuppressedAt(d.Person.Address); !slices.Equal(reasons, c.reasons) || marked != (c.reasons != nil) {
			t.Errorf("%s: the address is marked for %v", c.name, reasons)
		}
	}
	// What SES knew already does not count.
	if got, err := w.table.TallySince(t.Context(), noon); err != nil || got != (table.Tally{Bounces: 1, Complaints: 2}) {
		t.Errorf("%+v are counted, %v", got, err)
	}
}

func TestALateDeliveryClearsNoComplaint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.handOver(address)
	w.told(about(m, "Complaint", "0106-1", address, complainedAt(1, "abuse")))
	w.told(about(m, "Delivery", "0106-1", address, deliveredAt(50)))
	w.told(about(m, "Send", "0106-1", address))
	if got := w.stands(m).Mail; got.Delivery != table.Complained || got.State != table.Sent {
		t.Errorf("the mail is %s and %s", got.State, got.Delivery)
	}
}

func TestAnAddressThatSESWritesOtherwiseIsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.handOver("Hanako@example.jp")
	w.told(about(m, "Bounce", "0106-1", "Hanako@Example.JP", bouncedAt(1, "Permanent", "General")))
	d := w.stands(m)
	if _, marked := d.Person.SuppressedAt(d.Person.Address); !marked {
		t.Error("the address is not marked")
	}
}

func TestEventsOfMailsThatAreNotOursChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.handOver(address)
	before := w.env.Items(t)
	for name, change := range map[string]func(tags object){
		"no tags":                   func(tags object) { clear(tags) },
		"no mail":                   func(tags object) { delete(tags, "mail") },
		"no person":                 func(tags object) { delete(tags, "person") },
		"two mails":                 func(tags object) { tags["mail"] = []string{m.ID, m.ID} },
		"a mail that is a text":     func(tags object) { tags["mail"] = []string{"hanako@example.jp"} },
		"a key":                     func(tags object) { tags["person"] = []string{"x#mail"} },
		"another configuration set": func(tags object) { tags["ses:configuration-set"] = []string{"other"} },
		"an unknown mail":           func(tags object) { tags["mail"] = []string{strings.Repeat("x", 22)} },
		"an unknown person":         func(tags object) { tags["person"] = []string{strings.Repeat("x", 26)} },
	} {
		for kind, detail := range map[string]object{
			"Send": {}, "Delivery": deliveredAt(1), "Bounce": bouncedAt(1, "Permanent", "General"), "Complaint": complainedAt(1, "abuse"), "Reject": {},
		} {
			e := about(m, kind, "0106-1", address, detail)
			change(e["mail"].(object)["tags"].(object))
			if err := w.tell(w.function(), e); err != nil {
				t.Errorf("%s of %s: %v", kind, name, err)
			}
		}
	}
	for _, kind := range []string{"Open", "Click", "Rendering Failure", "DeliveryDelay", "Subscription", "架空"} {
		if err := w.tell(w.function(), about(m, kind, "0106-1", address)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := w.function().feedback(t.Context(), notified("Successfully validated SNS topic for Amazon SES event publishing.", noon)); err != nil {
		t.Errorf("the topic's introduction: %v", err)
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("the table has changed (-before +after)\n%s", diff)
	}
}

func TestABrokenRecordIsAnErrorThatRepeatsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.handOver(address)
	before := w.env.Items(t)
	encoded := func(e object) string {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	without := func(kind string, detail object, name string) string {
		e := about(m, kind, "0106-1", address, detail)
		e["mail"].(object)[name] = nil
		return encoded(e)
	}
	whole := encoded(about(m, "Send", "0106-1", address))
	for name, message := range map[string]string{
		"nothing":                  "",
		"a text":                   "hanako@example.jp",
		"a list":                   "[]",
		"an object without a type": "{}",
		"half an event":            whole[:len(whole)/2],
		"two events":               whole + whole,
		"a name twice":             `{"eventType":"Bounce",` + whole[1:],
		"a name in another case":   strings.Replace(whole, "eventType", "EventType", 1),
		"no mail":                  `{"eventType":"Send"}`,
		"no message id":            without("Send", nil, "messageId"),
		"no time":                  without("Send", nil, "timestamp"),
		"no recipient":             without("Bounce", bouncedAt(1, "Permanent", "General"), "destination"),
		"a time that is none":      strings.Replace(whole, "2020-11-02T03:00:01.012Z", "hanako@example.jp", 1),
		"an id that is none":       strings.Replace(whole, "0106-1", "hanako@example.jp", 1),
		"a delivery without one":   encoded(about(m, "Delivery", "0106-1", address)),
		"a bounce without one":     encoded(about(m, "Bounce", "0106-1", address)),
		"an unknown bounce":        encoded(about(m, "Bounce", "0106-1", address, bouncedAt(1, "Sudden", "General"))),
		"a complaint without one":  encoded(about(m, "Complaint", "0106-1", address)),
		"another's detail":         encoded(about(m, "Complaint", "0106-1", address, bouncedAt(1, "Permanent", "General"))),
	} {
		err := w.function().feedback(t.Context(), notified(message, noon))
		if err == nil {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "example.jp") || !strings.Contains(err.Error(), "n-1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.function().feedback(t.Context(), notified(whole, time.Time{})); err == nil {
		t.Error("a notification without a time is taken")
	}
	empty := w.notification(nil)
	empty.Records = nil
	if err := w.function().feedback(t.Context(), empty); err == nil {
		t.Error("an event without records is taken")
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("the table has changed (-before +after)\n%s", diff)
	}
}

func TestOneBadRecordOfTenLeavesNineDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mails []table.Mail
	all := w.notification(nil)
	all.Records = nil
	for i := range 10 {
		m := w.handOver(fmt.Sprintf("p%d@example.jp", i))
		mails = append(mails, m)
		one := w.notification(about(m, "Send", fmt.Sprintf("0106-%d", i), address))
		if i == 4 {
			one = notified("broken", noon)
		}
		all.Records = append(all.Records, one.Records...)
	}
	if err := w.function().feedback(t.Context(), all); err == nil {
		t.Error("the bad record is no error")
	}
	for i, m := range mails {
		if sent := w.stands(m).Mail.State == table.Sent; sent != (i != 4) {
			t.Errorf("mail %d is sent: %t", i, sent)
		}
	}
}

// The alarms count these lines, so each has to be written again when its event is
// repeated: the first time the process may have died before. Not parallel: it reads
// the log.
func TestWhatCallsForAPersonIsLoggedEachTime(t *testing.T) {
	w := newWorld(t)
	ended := w.handOver("ended@example.jp")
	if err := w.table.Fail(t.Context(), ended, "refused", noon); err != nil {
		t.Fatal(err)
	}
	twice := w.handOver("twice@example.jp")
	stranger := table.Mail{ID: strings.Repeat("x", 22), Person: strings.Repeat("x", 26)}
	delivered, bounced, complained := w.handOver("a@example.jp"), w.handOver("b@example.jp"), w.handOver("c@example.jp")
	for range 2 {
		for _, c := range []struct {
			event object
			want  []string
		}{
			{about(ended, "Send", "0106-1", address), []string{"feedback Send accepted", "mail was sent in spite of its end"}},
			{about(stranger, "Send", "0106-3", address), []string{"event of an unknown mail"}},
			{about(ended, "Open", "0106-1", address), []string{"event of an unknown type"}},
			{about(delivered, "Delivery", "0106-4", address, deliveredAt(1)), []string{"feedback Delivery delivered"}},
			{about(bounced, "Bounce", "0106-5", address, bouncedAt(1, "Permanent", "General")), []string{"feedback Bounce bounced"}},
			{about(complained, "Complaint", "0106-6", address, complainedAt(1, "abuse")), []string{"feedback Complaint complained"}},
		} {
			if diff := cmp.Diff(c.want, logged(func() { w.told(c.event) })); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
	}
	w.told(about(twice, "Send", "0106-1", address))
	for range 2 {
		got := logged(func() { w.told(about(twice, "Send", "0106-2", address)) })
		if diff := cmp.Diff([]string{"feedback Send accepted", "mail was accepted more than once"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// logged returns what is logged meanwhile: the message, and what was told.
func logged(do func()) []string {
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.MultiWriter(&text, logWriter{before}), nil)))
	do()
	slog.SetDefault(before)
	var lines []string
	for line := range strings.Lines(text.String()) {
		var entry struct{ Msg, Event, Arrival string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return []string{err.Error()}
		}
		lines = append(lines, strings.TrimSpace(entry.Msg+" "+entry.Event+" "+entry.Arrival))
	}
	return lines
}

// logWriter passes lines on to the log that looks for personal data.
type logWriter struct{ to *slog.Logger }

func (w logWriter) Write(line []byte) (int, error) {
	w.to.Info("logged", "line", string(line))
	return len(line), nil
}

func TestATableThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.handOver(address)
	gone := w.function()
	gone.table = table.New(w.env.Client(t), "no-such-table")
	for kind, detail := range map[string]object{"Send": {}, "Bounce": bouncedAt(1, "Permanent", "General")} {
		err := w.tell(gone, about(m, kind, "0106-1", address, detail))
		if err == nil || errors.Is(err, table.ErrNotFound) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
