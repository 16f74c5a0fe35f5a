package table_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// told is an event about a mail, an hour after noon and so many minutes.
func told(m table.Mail, message string, minutes int) table.Feedback {
	return table.Feedback{
		Person: m.Person, Mail: m.ID, Message: message, To: "hanako@example.jp",
		Accepted: noon.Add(time.Second), At: noon.Add(time.Hour + time.Duration(minutes)*time.Minute),
	}
}

// sending is a mail whose attempt is under way.
func (w *world) sending(address string) table.Mail {
	w.Helper()
	c := claim("c", rand.Text(), noon)
	c.To = address
	m, err := w.ClaimMail(w.Context(), w.apply(address, noon).Mail, c)
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func TestASendEventMakesAMailSentWhateverItsState(t *testing.T) {
	w := newWorld(t)
	for state, reach := range map[table.State]func(table.Mail) error{
		table.Sending: func(table.Mail) error { return nil },
		table.Sent:    func(m table.Mail) error { return w.Accept(t.Context(), m, "0106-1", noon) },
		table.Unknown: func(m table.Mail) error { return w.Doubt(t.Context(), m, "no answer", noon) },
		table.Failed:  func(m table.Mail) error { return w.Fail(t.Context(), m, "refused", noon) },
		table.Pending: func(m table.Mail) error { return w.Requeue(t.Context(), m, noon, "throttled") },
		table.Canceled: func(m table.Mail) error {
			return errors.Join(w.Requeue(t.Context(), m, noon, "throttled"), w.end(m, table.Canceled))
		},
		table.Missed: func(m table.Mail) error {
			return errors.Join(w.Requeue(t.Context(), m, noon, "throttled"), w.end(m, table.Missed))
		},
		table.Suppressed: func(m table.Mail) error {
			return errors.Join(w.Requeue(t.Context(), m, noon, "throttled"), w.end(m, table.Suppressed))
		},
	} {
		m := w.sending(string(state) + "@example.jp")
		if err := reach(m); err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if was := w.delivery(m.Person, m.ID).Mail.State; was != state {
			t.Fatalf("the mail is %s, want %s", was, state)
		}
		var overruled table.State
		if slices.Contains([]table.State{table.Failed, table.Canceled, table.Missed, table.Suppressed}, state) {
			overruled = state
		}
		for _, repeated := range []bool{false, true} {
			got, err := w.MarkSent(t.Context(), told(m, "0106-1", 0))
			if err != nil {
				t.Fatal(err)
			}
			stands := w.delivery(m.Person, m.ID).Mail
			if got.Overruled != overruled || stands.Overruled != overruled {
				t.Errorf("from %s, repeated %t: it overrules %q, and %q is stored", state, repeated, got.Overruled, stands.Overruled)
			}
			if stands.State != table.Sent || listOf(stands) != "ended" || stands.Sent == "" || len(stands.Messages) != 1 || len(got.Messages) != 1 {
				t.Errorf("from %s, repeated %t: %s on the list %q, sent %s, %v", state, repeated, stands.State, stands.List, stands.Sent, stands.Messages)
			}
			if kept := stands.Reason != ""; kept != (overruled != "") {
				t.Errorf("from %s: the reason is %q", state, stands.Reason)
			}
		}
	}
}

// end closes a mail that waits.
func (w *world) end(m table.Mail, state table.State) error {
	return w.End(w.Context(), w.delivery(m.Person, m.ID).Mail, state, "ended", noon)
}

func TestASendEventBeforeTheAnswerLeavesNothingToSend(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	if _, err := w.MarkSent(t.Context(), told(m, "0106-1", 0)); err != nil {
		t.Fatal(err)
	}
	if err := w.Accept(t.Context(), m, "0106-1", noon); err != nil {
		t.Errorf("the answer that comes later: %v", err)
	}
	for name, err := range map[string]error{
		"requeue": w.Requeue(t.Context(), m, noon, "throttled"), "fail": w.Fail(t.Context(), m, "refused", noon), "doubt": w.Doubt(t.Context(), m, "no answer", noon),
	} {
		if !errors.Is(err, table.ErrTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	waiting := w.apply("waiting@example.jp", noon).Mail
	if _, err := w.MarkSent(t.Context(), told(waiting, "0106-2", 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClaimMail(t.Context(), waiting, claim("c", "t", noon)); !errors.Is(err, table.ErrTaken) {
		t.Errorf("a mail that was waiting is claimed although it was sent: %v", err)
	}
	if got := w.delivery(m.Person, m.ID).Mail; len(got.Messages) != 1 {
		t.Errorf("one copy has the ids %v", got.Messages)
	}
}

func TestASecondCopyIsSeenWhicheverWayItIsTold(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	if err := w.Accept(t.Context(), m, "0106-1", noon); err != nil {
		t.Fatal(err)
	}
	for _, repeated := range []bool{false, true} {
		got, err := w.MarkSent(t.Context(), told(m, "0106-2", 0))
		if err != nil || len(got.Messages) != 2 {
			t.Errorf("repeated %t: %v, %v", repeated, got.Messages, err)
		}
	}
}

// Whatever the order of the events, and however often each comes, the same is
// known in the end.
func TestEventsLeadToTheSameInEveryOrder(t *testing.T) {
	w := newWorld(t)
	events := map[string]func(table.Mail) error{
		"sent": func(m table.Mail) error { _, err := w.MarkSent(t.Context(), told(m, "0106-1", 0)); return err },
		"delivered": func(m table.Mail) error {
			_, err := w.MarkArrival(t.Context(), told(m, "0106-1", 1), table.Delivered)
			return err
		},
		"returned": func(m table.Mail) error {
			_, err := w.MarkArrival(t.Context(), told(m, "0106-1", 2), table.Returned)
			return err
		},
		"bounced": func(m table.Mail) error {
			_, err := w.Suppress(t.Context(), told(m, "0106-1", 3), table.Bounced)
			return err
		},
		"complained": func(m table.Mail) error {
			_, err := w.Suppress(t.Context(), told(m, "0106-1", 4), table.Complained)
			return err
		},
		"late": func(m table.Mail) error {
			_, err := w.MarkArrival(t.Context(), told(m, "0106-1", 9), table.Delivered)
			return err
		},
	}
	strongest := map[string]table.Arrival{
		"sent": "", "delivered": table.Delivered, "returned": table.Returned, "bounced": table.Bounced, "complained": table.Complained, "late": table.Delivered,
	}
	instants := map[table.Arrival]table.Instant{
		"": "", table.Delivered: table.At(noon.Add(61 * time.Minute)), table.Returned: table.At(noon.Add(62 * time.Minute)),
		table.Bounced: table.At(noon.Add(63 * time.Minute)), table.Complained: table.At(noon.Add(64 * time.Minute)),
	}
	order := []table.Arrival{"", table.Delivered, table.Returned, table.Bounced, table.Complained}
	stories := 0
	permute([]string{"sent", "delivered", "returned", "bounced", "complained", "late"}, func(story []string) {
		stories++
		if stories%12 != 0 { // sixty of the 720, every event in every place
			return
		}
		m := w.sending(fmt.Sprintf("p%d@example.jp", stories))
		var want table.Arrival
		for _, name := range story {
			if slices.Index(order, strongest[name]) > slices.Index(order, want) {
				want = strongest[name]
			}
			for range 2 {
				if err := events[name](m); err != nil {
					t.Fatalf("%v: %s: %v", story, name, err)
				}
			}
			if got := w.delivery(m.Person, m.ID).Mail; got.Delivery != want || got.State != table.Sent || len(got.Messages) != 1 {
				t.Fatalf("%v: after %s it is %s and %q, want %q", story, name, got.State, got.Delivery, want)
			}
		}
		d := w.delivery(m.Person, m.ID)
		if d.Mail.DeliveryAt != instants[table.Complained] || len(d.Person.Suppressed) != 2 {
			t.Errorf("%v: told at %s, marked %d times", story, d.Mail.DeliveryAt, len(d.Person.Suppressed))
		}
	})
	tally, err := w.TallySince(t.Context(), noon)
	if want := (table.Tally{Bounces: stories / 12, Complaints: stories / 12}); err != nil || tally != want {
		t.Errorf("%+v are counted, %v; want %+v", tally, err, want)
	}
	// Of two deliveries the first one is told.
	m := w.sending("twice@example.jp")
	for _, name := range []string{"late", "delivered"} {
		if err := events[name](m); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.delivery(m.Person, m.ID).Mail; got.DeliveryAt != instants[table.Delivered] {
		t.Errorf("it was delivered at %s", got.DeliveryAt)
	}
}

// permute calls visit with every order of the names.
func permute(names []string, visit func([]string)) {
	var walk func(done, left []string)
	walk = func(done, left []string) {
		if len(left) == 0 {
			visit(done)
			return
		}
		for i, name := range left {
			walk(append(slices.Clone(done), name), slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	walk(nil, names)
}

func TestABouncedAddressTakesNoMailAndACorrectedOneDoes(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	if _, err := w.Suppress(t.Context(), told(m, "0106-1", 0), table.Bounced); err != nil {
		t.Fatal(err)
	}
	person := w.delivery(m.Person, m.ID).Person
	got, marked := person.SuppressedAt(person.Address)
	if !marked || got.Reason != table.Bounced || got.Mail != m.ID || got.At != table.At(noon.Add(time.Hour)) {
		t.Errorf("the address is marked: %t, %+v", marked, got)
	}
	if _, marked := person.SuppressedAt(addressOf("hanako@example.com")); marked {
		t.Error("an address that never bounced is marked")
	}
	if _, err := w.Suppress(t.Context(), told(m, "0106-1", 5), table.Complained); err != nil {
		t.Fatal(err)
	}
	if got, _ := w.delivery(m.Person, m.ID).Person.SuppressedAt(person.Address); got.Reason != table.Complained {
		t.Errorf("a complaint does not outweigh a bounce: %s", got.Reason)
	}
}

func TestABounceMarksTheAddressThatTheMailWentTo(t *testing.T) {
	w := newWorld(t)
	person := w.apply("hanako@example.jp", noon).Person
	slip := addressOf("hanako@example.con")
	if err := w.AskAddress(t.Context(), person, slip, today, noon); err != nil {
		t.Fatal(err)
	}
	asked := w.delivery(person.ID, mail.ID(mail.AddressConfirm, person.ID, today+" 1"))
	c := claim("c", rand.Text(), noon)
	c.To = slip.Comparable
	m, err := w.ClaimMail(t.Context(), asked.Mail, c)
	if err != nil {
		t.Fatal(err)
	}
	f := told(m, "0106-1", 0)
	f.To = "postmaster@example.con" // a provider may name whom it likes
	if _, err := w.Suppress(t.Context(), f, table.Bounced); err != nil {
		t.Fatal(err)
	}
	now := w.delivery(person.ID, m.ID).Person
	if _, marked := now.SuppressedAt(person.Address); marked {
		t.Error("the person's address is marked for another one's bounce")
	}
	if _, marked := now.SuppressedAt(slip); !marked {
		t.Error("the address that bounced is not marked")
	}
}

// The attempts of one mail may be for two addresses. The event says which it was.
func TestABounceOfAnOldCopyMarksTheOldAddress(t *testing.T) {
	w := newWorld(t)
	m := w.sending("old@example.jp")
	if err := w.Requeue(t.Context(), m, noon, "throttled"); err != nil {
		t.Fatal(err)
	}
	c := claim("again", rand.Text(), noon)
	c.To = "new@example.jp"
	if _, err := w.ClaimMail(t.Context(), w.delivery(m.Person, m.ID).Mail, c); err != nil {
		t.Fatal(err)
	}
	f := told(m, "0106-1", 0)
	f.To = "old@example.jp"
	if _, err := w.Suppress(t.Context(), f, table.Bounced); err != nil {
		t.Fatal(err)
	}
	person := w.delivery(m.Person, m.ID).Person
	_, old := person.SuppressedAt(addressOf("old@example.jp"))
	_, moved := person.SuppressedAt(addressOf("new@example.jp"))
	if !old || moved {
		t.Errorf("the old address is marked: %t, the new one: %t", old, moved)
	}
}

func TestFeedbackOnAMailThatThereIsNotChangesNothing(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	before := w.env.Items(t)
	for _, f := range []table.Feedback{
		told(table.Mail{Person: m.Person, ID: strings.Repeat("x", 22)}, "0106-1", 0),
		told(table.Mail{Person: strings.Repeat("x", 26), ID: m.ID}, "0106-1", 0),
	} {
		_, sent := w.MarkSent(t.Context(), f)
		_, delivered := w.MarkArrival(t.Context(), f, table.Delivered)
		_, bounced := w.Suppress(t.Context(), f, table.Bounced)
		for _, err := range []error{sent, delivered, bounced} {
			if !errors.Is(err, table.ErrNotFound) {
				t.Errorf("it is told: %v", err)
			}
		}
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("the table has changed (-before +after)\n%s", diff)
	}
}

func TestEventsAtOnceLoseNothing(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	var all sync.WaitGroup
	for i := range 4 {
		f := told(m, fmt.Sprintf("0106-%d", i), i)
		for _, tell := range []func() error{
			func() error { _, err := w.MarkSent(t.Context(), f); return err },
			func() error { _, err := w.MarkArrival(t.Context(), f, table.Delivered); return err },
			func() error { _, err := w.Suppress(t.Context(), f, table.Bounced); return err },
		} {
			all.Go(func() {
				for err := tell(); err != nil; err = tell() { // as SNS does
					if !errors.Is(err, table.ErrBusy) {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	all.Wait()
	d := w.delivery(m.Person, m.ID)
	if len(d.Mail.Messages) != 4 || d.Mail.Delivery != table.Bounced || len(d.Person.Suppressed) != 1 {
		t.Errorf("%v, %s, marked %d times", d.Mail.Messages, d.Mail.Delivery, len(d.Person.Suppressed))
	}
	if tally, err := w.TallySince(t.Context(), noon); err != nil || tally.Bounces != 4 {
		t.Errorf("%+v are counted, %v", tally, err)
	}
}

// Two mails of one person may come back at the same moment: neither mark takes the
// other's place.
func TestMarksAtOnceLoseNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		address := fmt.Sprintf("p%d@example.jp", i)
		first := w.sending(address)
		if err := w.SendLink(t.Context(), first.Experiment, addressOf(address), today, noon); err != nil {
			t.Fatal(err)
		}
		var mails []table.Mail
		for m, err := range w.Mails(t.Context(), first.Experiment) {
			if err != nil {
				t.Fatal(err)
			}
			if m.Person == first.Person {
				mails = append(mails, m)
			}
		}
		if len(mails) != 2 {
			t.Fatalf("the person has %d mails", len(mails))
		}
		var all sync.WaitGroup
		for j, reason := range []table.Arrival{table.Bounced, table.Complained} {
			all.Go(func() {
				if _, err := w.Suppress(t.Context(), told(mails[j], "0106-1", j), reason); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := w.delivery(first.Person, first.ID).Person.Suppressed; len(got) != 2 {
			t.Errorf("the person is marked %d times", len(got))
		}
	}
}

func TestWhatCameBackIsCountedFromAnInstantOn(t *testing.T) {
	w := newWorld(t)
	for i := range 6 {
		f := told(w.sending(fmt.Sprintf("p%d@example.jp", i)), "0106-1", i)
		f.Known = i == 5
		if _, err := w.Suppress(t.Context(), f, []table.Arrival{table.Bounced, table.Complained}[i%2]); err != nil {
			t.Fatal(err)
		}
	}
	for since, want := range map[time.Duration]table.Tally{
		0: {Bounces: 3, Complaints: 2}, 61 * time.Minute: {Bounces: 2, Complaints: 2},
		64 * time.Minute: {Bounces: 1}, 65 * time.Minute: {},
	} {
		if got, err := w.TallySince(t.Context(), noon.Add(since)); err != nil || got != want {
			t.Errorf("since %s: %+v, %v; want %+v", since, got, err, want)
		}
	}
}

func TestStaffSeeWhomMailDoesNotReachWithoutTheAddress(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i, address := range []string{"a@example.jp", "b@example.jp", "c@example.jp"} {
		m := w.sending(address)
		if _, err := w.Suppress(t.Context(), told(m, "0106-1", i), table.Bounced); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("%s %s bounced true", m.Person, m.ID))
	}
	var got []string
	for s, err := range w.Suppressions(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %s %t", s.Person, s.Mail, s.Reason, s.Present))
		if strings.Contains(fmt.Sprintf("%+v", s), "example.jp") {
			t.Errorf("it tells an address: %+v", s)
		}
	}
	slices.Sort(want) // they came at one instant
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for s, err := range w.Suppressions(t.Context(), "kamaishi-2021") {
		t.Errorf("another experiment has %+v, %v", s, err)
	}
}

func TestMailThatPausedItselfStaysPausedUntilStaffResume(t *testing.T) {
	w := newWorld(t)
	before, err := w.Switch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, reason := range []string{"12 bounces", "13 bounces"} { // the first one is kept
		if paused, err := w.PauseFor(t.Context(), before, reason, noon); err != nil || !paused {
			t.Fatalf("%t, %v", paused, err)
		}
	}
	sw, err := w.Switch(t.Context())
	if err != nil || sw.Open(noon) || sw.PausedFor != "12 bounces" || sw.Since != table.At(noon) {
		t.Errorf("%+v, %v", sw, err)
	}
	if err := w.StopUntil(t.Context(), noon.Add(time.Hour), "throttled"); err != nil {
		t.Fatal(err)
	}
	if sw, err := w.Switch(t.Context()); err != nil || sw.Open(noon.Add(2*time.Hour)) || sw.PausedFor != "12 bounces" {
		t.Errorf("after SES refused: %+v, %v", sw, err)
	}
	if err := w.Resume(t.Context(), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if paused, err := w.PauseFor(t.Context(), sw, "14 bounces", noon.Add(time.Hour)); err != nil || paused {
		t.Errorf("a count from before staff resumed pauses again: %t, %v", paused, err)
	}
	sw, err = w.Switch(t.Context())
	if err != nil || !sw.Open(noon.Add(time.Hour)) || sw.PausedFor != "" || sw.Since != "" || sw.Resumed != table.At(noon.Add(time.Hour)) {
		t.Errorf("after staff resumed: %+v, %v", sw, err)
	}
}
