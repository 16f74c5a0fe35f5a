package table_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func TestOneOfManySendersClaimsAMail(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	var won atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			_, err := w.ClaimMail(t.Context(), m, claim(fmt.Sprint(i), rand.Text(), noon))
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, table.ErrTaken):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d senders claimed the mail", won.Load())
	}
}

func TestALostAnswerToAClaimIsRecognized(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	if _, err := w.through(faulty.At(1, faulty.NoAnswer)).ClaimMail(t.Context(), m, claim("mine", "t", noon)); err != nil {
		t.Errorf("one's own claim looks like another's: %v", err)
	}
}

func TestAClaimNeedsAMailThatIsDue(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	if _, err := w.ClaimMail(t.Context(), m, claim("c", "t", noon.Add(-time.Millisecond))); !errors.Is(err, table.ErrTaken) {
		t.Errorf("before it is due: %v", err)
	}
	if err := w.End(t.Context(), m, table.Canceled, "no longer wanted", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClaimMail(t.Context(), m, claim("c", "t", noon)); !errors.Is(err, table.ErrTaken) {
		t.Errorf("after it has ended: %v", err)
	}
}

// Every transition is tried from every state: those of the ledger happen, no
// other does.
func TestTheStatesOfAMail(t *testing.T) {
	w := newWorld(t)
	lead := map[table.State]func(table.Mail) error{
		table.Pending: func(table.Mail) error { return nil },
		table.Sending: func(table.Mail) error { return nil },
		table.Sent:    func(m table.Mail) error { return w.Accept(t.Context(), m, "0106-1", noon) },
		table.Unknown: func(m table.Mail) error { return w.Doubt(t.Context(), m, "no answer", noon) },
		table.Failed:  func(m table.Mail) error { return w.Fail(t.Context(), m, "refused", noon) },
	}
	moves := map[string]func(table.Mail) error{
		"accept":  func(m table.Mail) error { return w.Accept(t.Context(), m, "0106-1", noon) },
		"requeue": func(m table.Mail) error { return w.Requeue(t.Context(), m, noon.Add(time.Minute), "throttled") },
		"fail":    func(m table.Mail) error { return w.Fail(t.Context(), m, "refused", noon) },
		"doubt":   func(m table.Mail) error { return w.Doubt(t.Context(), m, "no answer", noon) },
		"end":     func(m table.Mail) error { return w.End(t.Context(), m, table.Canceled, "not wanted", noon) },
	}
	allowed := map[table.State]map[string]table.State{
		table.Pending: {"end": table.Canceled},
		table.Sending: {"accept": table.Sent, "requeue": table.Pending, "fail": table.Failed, "doubt": table.Unknown},
		table.Sent:    {"accept": table.Sent},
		table.Unknown: {"accept": table.Sent, "requeue": table.Pending, "fail": table.Failed, "doubt": table.Unknown},
		table.Failed:  {"fail": table.Failed},
	}
	for from, reach := range lead {
		for name, move := range moves {
			d := w.apply(fmt.Sprintf("%s-%s@example.jp", from, name), noon)
			m := d.Mail
			if from != table.Pending {
				claimed, err := w.ClaimMail(t.Context(), m, claim("c", rand.Text(), noon))
				if err != nil {
					t.Fatal(err)
				}
				m = claimed
			}
			if err := reach(m); err != nil {
				t.Fatal(err)
			}
			err := move(m)
			got := w.delivery(m.Person, m.ID).Mail
			want, ok := allowed[from][name]
			switch {
			case ok && (err != nil || got.State != want):
				t.Errorf("%s from %s leads to %s, %v; want %s", name, from, got.State, err, want)
			case !ok && (!errors.Is(err, table.ErrTaken) || got.State != from):
				t.Errorf("%s from %s leads to %s, %v; want it refused", name, from, got.State, err)
			}
			if list := listOf(got); list != listFor(got.State) {
				t.Errorf("%s from %s: a mail that is %s is on the list %q", name, from, got.State, list)
			}
		}
	}
}

// listOf is the list that a mail is on, without whose it is and its shard.
func listOf(m table.Mail) string {
	list, _, _ := strings.Cut(m.List, "#")
	return list
}

// listFor is the list on which a mail belongs.
func listFor(s table.State) string {
	switch s {
	case table.Pending, table.Sending:
		return "due"
	case table.Unknown:
		return "unknown"
	}
	return "ended"
}

func TestDueItemsComeInOrderAcrossShardsAndPages(t *testing.T) {
	w := newWorld(t)
	const people = 120
	var all sync.WaitGroup
	for part := range 4 {
		all.Go(func() {
			for i := part; i < people; i += 4 {
				w.apply(fmt.Sprintf("p%03d@example.jp", i), noon.Add(time.Duration(people-i)*time.Second))
			}
		})
	}
	all.Wait()
	var times []time.Time
	for due, err := range w.DueItems(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, due.At)
	}
	if len(times) != people || !slices.IsSortedFunc(times, time.Time.Compare) {
		t.Errorf("%d mails are listed, in order: %t", len(times), slices.IsSortedFunc(times, time.Time.Compare))
	}
	if n, err := w.CountApplications(t.Context(), experimentID); n != people || err != nil {
		t.Errorf("%d applications are counted, %v", n, err)
	}
}

func TestALinkOpensWhatItIsFor(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	first, err := w.ClaimMail(t.Context(), m, claim("one", "token-1", noon))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Doubt(t.Context(), first, "no answer", noon); err != nil {
		t.Fatal(err)
	}
	open := func(token string, purpose mail.Purpose, now time.Time) error {
		_, err := w.Open(t.Context(), m.Person, m.ID, token, purpose, now)
		return err
	}
	for _, c := range []struct {
		name string
		got  error
		want error
	}{
		{"in time", open("token-1", mail.OpenPage, noon.Add(59*time.Minute)), nil},
		{"for another purpose", open("token-1", mail.ConfirmAddress, noon), table.ErrNotFound},
		{"with another token", open("token-2", mail.OpenPage, noon), table.ErrNotFound},
		{"when it has expired", open("token-1", mail.OpenPage, noon.Add(time.Hour)), table.ErrLinkExpired},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestALinkThatNeverLeftOpensNothing(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	claimed, err := w.ClaimMail(t.Context(), m, claim("one", "token-1", noon))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Requeue(t.Context(), claimed, noon.Add(time.Minute), "throttled"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), m.Person, m.ID, "token-1", mail.OpenPage, noon); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("the link of a refused attempt: %v", err)
	}
	if got := w.delivery(m.Person, m.ID).Mail; got.Attempt != 0 {
		t.Errorf("the refused attempt counts: %d", got.Attempt)
	}
}

// A mail that moves a person to another address leaves the links that went to the
// old one dead, but for the one that stops announcements: whoever reads them there
// can always do that, and it opens nothing else.
func TestAnOldMailboxOpensNothingButCanStopAnnouncements(t *testing.T) {
	w := newWorld(t)
	m := w.apply("hanako@example.jp", noon).Mail
	c := claim("one", "token-page", noon)
	for purpose, token := range map[mail.Purpose]string{mail.Join: "token-join", mail.OpenSurvey: "token-survey", mail.Unsubscribe: "token-stop"} {
		c.Grants = append(c.Grants, table.Grant{
			Hash: table.TokenHash(token), Purpose: purpose, Minted: table.At(noon), Until: table.At(noon.Add(48 * time.Hour)),
		})
	}
	if _, err := w.ClaimMail(t.Context(), m, c); err != nil {
		t.Fatal(err)
	}
	links := map[mail.Purpose]string{
		mail.OpenPage: "token-page", mail.Join: "token-join", mail.OpenSurvey: "token-survey", mail.Unsubscribe: "token-stop",
	}
	for purpose, token := range links {
		for other := range links {
			_, err := w.Open(t.Context(), m.Person, m.ID, token, other, noon.Add(time.Minute))
			if (err == nil) != (purpose == other) {
				t.Errorf("the link to %s opens %s: %v", purpose, other, err)
			}
		}
	}
	w.move(w.delivery(m.Person, m.ID).Person, "new@example.jp", today, noon.Add(time.Hour))
	for purpose, token := range links {
		want := table.ErrLinkRevoked
		if purpose == mail.Unsubscribe {
			want = nil
		}
		if _, err := w.Open(t.Context(), m.Person, m.ID, token, purpose, noon.Add(2*time.Hour)); !errors.Is(err, want) {
			t.Errorf("after the move the link to %s: %v, want %v", purpose, err, want)
		}
	}
	if _, err := w.Open(t.Context(), m.Person, m.ID, "token-stop", mail.Unsubscribe, noon.Add(48*time.Hour)); !errors.Is(err, table.ErrLinkExpired) {
		t.Errorf("after its time the link that stops announcements: %v", err)
	}
}
