package table_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// calledOff is the two briefings, the first one called off.
func calledOff(sessions []experiment.Session) []experiment.Session {
	off := slices.Clone(sessions)
	off[0].Canceled = true
	return off
}

// book chooses a briefing on the private page.
func (w *world) book(person, token string, sessions []experiment.Session, to int, now time.Time) {
	w.Helper()
	err := w.Book(w.Context(), person, table.Booking{
		Token: token, Session: sessions[to], Sessions: sessions, Settings: noSettings,
	}, table.Registration{}, now)
	if err != nil {
		w.Fatal(err)
	}
}

func TestWhoLeavesABriefingThatWasCalledOffLeavesNoPlaceBehind(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(2)
	first := w.register("first@example.jp", sessions, 0, noon)
	second := w.register("second@example.jp", sessions, 0, noon.Add(time.Second))
	third := w.register("third@example.jp", sessions, 0, noon.Add(2*time.Second))
	fourth := w.register("fourth@example.jp", sessions, 0, noon.Add(3*time.Second))
	// It is called off: one who waits chooses the other date, by either way; one withdraws.
	off := calledOff(sessions)
	w.book(third, "one", off, 1, noon.Add(time.Hour))
	if err := w.Withdraw(t.Context(), w.profile(second), off, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// It takes place after all: whoever is left is the next, and nobody else.
	if filled, err := w.FillSeats(t.Context(), experimentID, sessions[0], noon.Add(2*time.Hour)); !filled || err != nil {
		t.Errorf("the free seat goes to the next: %t, %v", filled, err)
	}
	if got := w.registration(fourth).Standing; got != table.Offered {
		t.Errorf("who waits is %s", got)
	}
	if err := w.CancelRegistration(t.Context(), first, sessions, noon.Add(3*time.Hour)); err != nil {
		t.Error(err)
	}
	w.checkSeats(sessions)
}

func TestAKeptSeatOfABriefingThatWasCalledOffDoesNotLapse(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(1)
	first := w.register("first@example.jp", sessions, 0, noon)
	second := w.register("second@example.jp", sessions, 0, noon.Add(time.Second))
	third := w.register("third@example.jp", sessions, 1, noon)
	fourth := w.register("fourth@example.jp", sessions, 1, noon.Add(time.Second))
	for _, person := range []string{first, third} {
		if err := w.CancelRegistration(t.Context(), person, sessions, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	off := calledOff(sessions)
	off[1].Canceled = true
	late := noon.Add(26 * time.Hour)
	lapsed, err := w.LapseSeat(t.Context(), second, off, late)
	if err != nil || lapsed || w.registration(second).Standing != table.Offered {
		t.Errorf("the seat lapses: %t, %v; it is %s", lapsed, err, w.registration(second).Standing)
	}
	if err := w.Withdraw(t.Context(), w.profile(fourth), off, false, late); err != nil {
		t.Fatal(err)
	}
	for due, err := range w.DueItems(t.Context()) {
		if err != nil || due.Mail == "" {
			t.Errorf("%s is due for ever, %v", due, err)
		}
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingWaiting, mail.SeatOffered}, kindsOf(w.mailsOf(second))); diff != "" {
		t.Error(diff)
	}
	offer := w.mailsOf(second)[1]
	if until := table.At(noon.Add(25 * time.Hour)); offer.NotAfter != until {
		t.Errorf("the offer is of use until %s, want %s", offer.NotAfter, until)
	}
}

func TestComingToOneBriefingIsNotComingToAnother(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(2)
	person := w.register("hanako@example.jp", sessions, 0, noon)
	early := sessions[0].JoinFrom()
	if err := w.Attend(t.Context(), person, "b1", early); err != nil {
		t.Fatal(err)
	}
	w.book(person, "one", sessions, 1, early.Add(time.Minute))
	r := w.registration(person)
	if r.Attended != "" || len(r.Past) != 1 || r.Past[0].Attended != table.At(early) {
		t.Errorf("attended %q, before: %+v", r.Attended, r.Past)
	}
	if err := w.Attend(t.Context(), person, "b2", sessions[1].Start); err != nil {
		t.Fatal(err)
	}
	for ticket, err := range w.Tickets(t.Context(), experimentID, "b2", 0) {
		if err != nil || ticket.Attended == "" {
			t.Errorf("the place at the second knows nothing of it: %+v, %v", ticket, err)
		}
	}
}

func TestABookingAfterACancellationReplacesTheCalendarEntry(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(2)
	person := w.register("hanako@example.jp", sessions, 0, noon)
	before := w.registration(person)
	if err := w.CancelRegistration(t.Context(), person, sessions, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	canceled := w.registration(person)
	w.book(person, "one", sessions, 1, noon.Add(time.Hour)) // before the mail has left that takes the entry back
	after := w.registration(person)
	got := []int{before.CalendarSequence(sessions[0]), canceled.CalendarSequence(sessions[0]), after.CalendarSequence(sessions[1])}
	if diff := cmp.Diff([]int{0, 1, 2}, got); diff != "" || after.Entry != before.Entry {
		t.Errorf("the sequence runs %v, the entry changes from %d to %d", got, before.Entry, after.Entry)
	}
	// After a briefing has taken place its entry stays, and the next one is new.
	w.book(person, "two", sessions, 1, sessions[1].End.Add(-time.Minute))
	if again := w.registration(person); again.Entry != after.Entry {
		t.Errorf("the same booking again changes the entry to %d", again.Entry)
	}
}

func TestABriefingWithFewerSeatsThanPeoplePromotesNobody(t *testing.T) {
	w := newWorld(t)
	first := w.register("first@example.jp", sessionsOf(2), 0, noon)
	w.register("second@example.jp", sessionsOf(2), 0, noon.Add(time.Second))
	third := w.register("third@example.jp", sessionsOf(2), 0, noon.Add(2*time.Second))
	fewer := sessionsOf(1)
	if err := w.CancelRegistration(t.Context(), first, fewer, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := w.registration(third).Standing; got != table.Waiting {
		t.Errorf("who waits is %s, and one seat is taken of one", got)
	}
	w.checkSeats(fewer)
}
