package table_test

import (
	crand "crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// ledgerModel is one mail between two workers, SES, its events, staff and the
// time: every one of them acts when it likes, on what it last saw.
type ledgerModel struct {
	*world
	now     time.Time
	mail    table.Mail
	workers [2]worker
	events  []table.Feedback // that SES has not told of yet

	accepted  int // copies that SES has taken
	allowed   int // copies that may be: one, and one more each time staff decide to send again
	withdrawn bool
}

// worker is a sender in the middle of its work.
type worker struct {
	seen    *table.Delivery // what it read
	claimed *table.Mail     // what it holds
	verdict string          // what SES said of it, once it was handed over
	message string          // SES's id, if it was accepted
}

// Two workers and everybody else act in any order: never does SES accept more
// copies than staff have allowed, what is sent was accepted or declared so by staff,
// and a mail that ended stays ended.
func TestTwoWorkersInAnyOrder(t *testing.T) {
	w := newWorld(t)
	attempts := 0
	rapid.Check(t, func(r *rapid.T) {
		attempts++
		d := w.apply(fmt.Sprintf("p%d@example.jp", attempts), noon)
		m := &ledgerModel{world: w, now: noon, mail: d.Mail, allowed: 1}
		for _, step := range rapid.SliceOfN(rapid.SampledFrom(steps), 25, 40).Draw(r, "steps") {
			m.take(r, step)
			m.check(r)
		}
	})
}

// steps are what may happen next, some of them more often than others.
var steps = slices.Concat(
	slices.Repeat([]string{"first", "second"}, 6), slices.Repeat([]string{"minutes", "sweep", "dies"}, 4),
	[]string{"tell", "again", "treat", "end"},
)

// take does one step; one that does not fit does nothing.
func (m *ledgerModel) take(r *rapid.T, step string) {
	switch step {
	case "first":
		m.goOn(r, &m.workers[0])
	case "second":
		m.goOn(r, &m.workers[1])
	case "dies":
		*m.pick(r) = worker{}
	case "sweep":
		m.sweep(r)
	case "tell":
		m.tell(r)
	case "again":
		m.sendAgain(r)
	case "treat":
		m.treatAsSent(r)
	case "end":
		m.end(r)
	case "minutes":
		m.now = m.now.Add(time.Duration(rapid.SampledFrom([]int{1, 119, 120, 150}).Draw(r, "seconds")) * time.Second)
	}
}

func (m *ledgerModel) pick(r *rapid.T) *worker {
	return &m.workers[rapid.IntRange(0, 1).Draw(r, "worker")]
}

// goOn has a worker take its next step: read, claim, hand over, record.
func (m *ledgerModel) goOn(r *rapid.T, w *worker) {
	switch {
	case w.claimed == nil && (w.seen == nil || w.seen.Mail.State != table.Pending):
		d := m.delivery(m.mail.Person, m.mail.ID)
		w.seen = &d
	case w.claimed == nil:
		m.claim(r, w)
	case w.verdict == "":
		m.handOver(r, w)
	default:
		m.record(r, w)
	}
}

// claim takes the mail as a worker last saw it, which may be long ago.
func (m *ledgerModel) claim(r *rapid.T, w *worker) {
	claimed, err := m.ClaimMail(m.Context(), w.seen.Mail, claim(crand.Text(), crand.Text(), m.now))
	w.seen = nil
	switch {
	case err == nil:
		w.claimed = &claimed
	case !errors.Is(err, table.ErrTaken):
		r.Fatal(err)
	}
}

// handOver makes the one request to SES that a claim allows.
func (m *ledgerModel) handOver(r *rapid.T, w *worker) {
	if w.claimed.Lease.Passed(m.now) { // a sender has less time than its lease
		*w = worker{}
		return
	}
	w.verdict = rapid.SampledFrom([]string{"accepted", "accepted", "accepted, no answer", "throttled", "rejected", "no answer"}).Draw(r, "verdict")
	if strings.HasPrefix(w.verdict, "accepted") {
		m.accepted++
		w.message = fmt.Sprintf("0106-%d", m.accepted)
		m.events = append(m.events, table.Feedback{
			Person: m.mail.Person, Mail: m.mail.ID, Message: w.message, Accepted: m.now, At: m.now,
		})
	}
}

// record writes what became of the request.
func (m *ledgerModel) record(r *rapid.T, w *worker) {
	var err error
	switch w.verdict {
	case "accepted":
		err = m.Accept(m.Context(), *w.claimed, w.message, m.now)
	case "throttled":
		err = m.Requeue(m.Context(), *w.claimed, m.now, "throttled")
	case "rejected":
		err = m.Fail(m.Context(), *w.claimed, "rejected", m.now)
	default:
		err = m.Doubt(m.Context(), *w.claimed, "no answer", m.now)
	}
	if err != nil && !errors.Is(err, table.ErrTaken) {
		r.Fatal(err)
	}
	*w = worker{}
}

// sweep gives up an attempt whose lease is over.
func (m *ledgerModel) sweep(r *rapid.T) {
	d := m.delivery(m.mail.Person, m.mail.ID)
	if d.Mail.State != table.Sending || !d.Mail.Lease.Passed(m.now) {
		return
	}
	if err := m.Doubt(m.Context(), d.Mail, "the attempt never reported", m.now); err != nil && !errors.Is(err, table.ErrTaken) {
		r.Fatal(err)
	}
}

// tell has an event arrive, perhaps once more, in any order.
func (m *ledgerModel) tell(r *rapid.T) {
	if len(m.events) == 0 {
		return
	}
	if _, err := m.MarkSent(m.Context(), rapid.SampledFrom(m.events).Draw(r, "event")); err != nil {
		r.Fatal(err)
	}
}

func (m *ledgerModel) sendAgain(r *rapid.T) {
	err := m.SendAgain(m.Context(), m.mail.Person, m.mail.ID, table.AuditEntry{
		ID: crand.Text(), At: table.At(m.now), Who: "staff", Act: "send-again",
	}, m.now)
	switch {
	case err == nil:
		m.allowed++
	case !errors.Is(err, table.ErrNotOpen):
		r.Fatal(err)
	}
}

func (m *ledgerModel) treatAsSent(r *rapid.T) {
	err := m.TreatAsSent(m.Context(), m.mail.Person, m.mail.ID, table.AuditEntry{
		ID: crand.Text(), At: table.At(m.now), Who: "staff", Act: "treat-as-sent",
	}, m.now)
	if err == nil {
		m.withdrawn = true // from the proof that sent means accepted
	} else if !errors.Is(err, table.ErrNotOpen) {
		r.Fatal(err)
	}
}

func (m *ledgerModel) end(r *rapid.T) {
	w := m.pick(r)
	if w.seen == nil || w.seen.Mail.State != table.Pending {
		return
	}
	if err := m.End(m.Context(), w.seen.Mail, table.Canceled, "no longer wanted", m.now); err != nil && !errors.Is(err, table.ErrTaken) {
		r.Fatal(err)
	}
	w.seen = nil
}

// check holds the promise after every step.
func (m *ledgerModel) check(r *rapid.T) {
	got := m.delivery(m.mail.Person, m.mail.ID).Mail
	if m.accepted > m.allowed {
		r.Fatalf("SES has accepted %d copies, staff have allowed %d; the mail is %s", m.accepted, m.allowed, got.State)
	}
	if got.State == table.Sent && m.accepted == 0 && !m.withdrawn {
		r.Fatalf("a mail is sent that SES has never accepted")
	}
	if len(got.Messages) > m.accepted {
		r.Fatalf("the ledger knows %v, SES has accepted %d", got.Messages, m.accepted)
	}
	if list := listOf(got); list != listFor(got.State) {
		r.Fatalf("a mail that is %s is on the list %q", got.State, list)
	}
	if got.Kind != mail.Acknowledgement || got.Person != m.mail.Person {
		r.Fatalf("the mail has become another one: %v", got)
	}
}
