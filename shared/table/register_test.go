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

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// The two briefings of a made-up experiment, with so many seats.
func sessionsOf(seats int) []experiment.Session {
	session := func(id string, start time.Time) experiment.Session {
		return experiment.Session{Briefing: experiment.Briefing{
			ID: id, Start: start, End: start.Add(90 * time.Minute), Capacity: seats, Reply: 24 * time.Hour,
		}}
	}
	return []experiment.Session{session("b1", noon.Add(4*24*time.Hour)), session("b2", noon.Add(14*24*time.Hour))}
}

// registering is a post of the registration form by a made-up person (架空の人物).
func registering(address, token string, sessions []experiment.Session, briefing int) table.Registering {
	return table.Registering{
		Booking: table.Booking{Token: token, Session: sessions[briefing], Sessions: sessions, Settings: noSettings},
		Body:    "the answers of " + address, Day: today,
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: experimentID, Lang: locale.Japanese, Address: addressOf(address),
			FamilyName: "架空", GivenName: "花子",
		},
		Registration: table.Registration{
			Reference: rand.Text()[:10], Question: "架空の質問",
			Consent: table.Consent{Purpose: "briefing", Version: "1", Hash: "h", Lang: locale.Japanese, Given: true, At: table.At(noon)},
		},
	}
}

var noSettings = table.NoSettings(experimentID)

// register posts a registration and returns its person.
func (w *world) register(address string, sessions []experiment.Session, briefing int, now time.Time) string {
	w.Helper()
	r := registering(address, rand.Text(), sessions, briefing)
	if _, err := w.Register(w.Context(), r, now); err != nil {
		w.Fatal(err)
	}
	return r.Person.ID
}

// registration reads a person's registration.
func (w *world) registration(person string) table.Registration {
	w.Helper()
	for _, item := range w.mailsOf(person) {
		if d := w.delivery(person, item.ID); d.Registration != nil {
			return *d.Registration
		}
	}
	w.Fatalf("person %s has no registration", person)
	return table.Registration{}
}

// mailsOf lists the mails of a person in the order in which they were planned.
func (w *world) mailsOf(person string) []table.Mail {
	w.Helper()
	mails, err := w.MailsOf(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	return mails
}

func kindsOf(mails []table.Mail) []mail.Kind {
	var kinds []mail.Kind
	for _, m := range mails {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func TestFiftyAtOnceForTwentySeats(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(20)
	sometimes := faulty.Writes(faulty.Sometimes(seeded(t), 0.1, faulty.Conflict, faulty.NoAnswer))
	var all sync.WaitGroup
	people := make([]string, 50)
	for i := range people {
		through := w.through(sometimes)
		r := registering(fmt.Sprintf("p%02d@example.jp", i), rand.Text(), sessions, 0)
		people[i] = r.Person.ID
		all.Go(func() {
			_, err := through.Register(t.Context(), r, noon)
			for press := 0; press < 3 && (errors.Is(err, table.ErrBusy) || errors.Is(err, table.ErrUncertain)); press++ {
				t.Logf("person %d is told to press again: %v", i, err)
				_, err = through.Register(t.Context(), r, noon)
			}
			if err != nil {
				t.Errorf("person %d: %v", i, err)
			}
		})
	}
	all.Wait()
	var tickets []table.Ticket
	for ticket, err := range w.Tickets(t.Context(), experimentID, "b1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		tickets = append(tickets, ticket)
	}
	if len(tickets) != 50 {
		t.Fatalf("there are %d tickets, want 50", len(tickets))
	}
	for i, ticket := range tickets {
		want := table.Waiting
		if i < 20 {
			want = table.Confirmed
		}
		if ticket.Number != i+1 || ticket.Standing != want {
			t.Errorf("ticket %d is %s, want number %d %s", ticket.Number, ticket.Standing, i+1, want)
		}
		r := w.registration(ticket.Person)
		if r.Standing != want || r.Ticket != ticket.Number {
			t.Errorf("the registration of ticket %d is %s, ticket %d", ticket.Number, r.Standing, r.Ticket)
		}
	}
	seats, err := w.Seats(t.Context(), experimentID, "b1")
	if err != nil || seats["b1"].Taken != 20 || seats["b1"].Waiting != 30 {
		t.Errorf("the seats are %+v, %v", seats["b1"], err)
	}
	for _, person := range people {
		if n := len(w.mailsOf(person)); n != 1 {
			t.Errorf("a person has %d mails", n)
		}
	}
}

func TestACanceledSeatIsKeptForTheFirstOfTheWaitingList(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(1)
	first := w.register("first@example.jp", sessions, 0, noon)
	second := w.register("second@example.jp", sessions, 0, noon.Add(time.Second))
	third := w.register("third@example.jp", sessions, 0, noon.Add(2*time.Second))
	later := noon.Add(time.Hour)
	if err := w.CancelRegistration(t.Context(), first, sessions, later); err != nil {
		t.Fatal(err)
	}
	r := w.registration(second)
	if r.Standing != table.Offered || r.Until != table.At(later.Add(24*time.Hour)) {
		t.Errorf("the second is %s until %s", r.Standing, r.Until)
	}
	if got := w.registration(third).Standing; got != table.Waiting {
		t.Errorf("the third is %s", got)
	}
	// Nobody answers: at the deadline, and not before, it is the next one's.
	for _, c := range []struct {
		at   time.Time
		want bool
	}{{r.Until.Time().Add(-time.Millisecond), false}, {r.Until.Time(), true}, {r.Until.Time(), false}} {
		lapsed, err := w.LapseSeat(t.Context(), second, sessions, c.at)
		if err != nil || lapsed != c.want {
			t.Errorf("at %v the seat lapses: %t, %v", c.at, lapsed, err)
		}
	}
	if got := w.registration(third).Standing; got != table.Offered {
		t.Errorf("after the deadline the third is %s", got)
	}
	if err := w.TakeSeat(t.Context(), second, sessions, r.Until.Time()); !errors.Is(err, table.ErrNotOffered) {
		t.Errorf("the second answers too late: %v", err)
	}
	for range 2 {
		if err := w.TakeSeat(t.Context(), third, sessions, r.Until.Time().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}
	want := map[string][]mail.Kind{
		first:  {mail.BriefingConfirmation, mail.RegistrationCanceled},
		second: {mail.BriefingWaiting, mail.SeatOffered, mail.SeatLapsed},
		third:  {mail.BriefingWaiting, mail.SeatOffered, mail.BriefingConfirmation},
	}
	for person, kinds := range want {
		if diff := cmp.Diff(kinds, kindsOf(w.mailsOf(person))); diff != "" {
			t.Error(diff)
		}
	}
	w.checkSeats(sessions)
}

// checkSeats compares what is counted with what is there.
func (w *world) checkSeats(sessions []experiment.Session) {
	w.Helper()
	for _, s := range sessions {
		seats, err := w.Seats(w.Context(), experimentID, s.ID)
		if err != nil {
			w.Fatal(err)
		}
		taken, waiting := 0, 0
		for ticket, err := range w.Tickets(w.Context(), experimentID, s.ID, 0) {
			if err != nil {
				w.Fatal(err)
			}
			if ticket.Standing == table.Waiting {
				waiting++
			} else {
				taken++
			}
			if r := w.registration(ticket.Person); r.Standing != ticket.Standing || r.Briefing != s.ID || r.Ticket != ticket.Number {
				w.Errorf("ticket %d of %s is %s, its registration %s for %s", ticket.Number, s.ID, ticket.Standing, r.Standing, r.Briefing)
			}
			profile := w.delivery(ticket.Person, w.mailsOf(ticket.Person)[0].ID).Person
			if !slices.Contains(profile.Outside, ticket.Key) {
				w.Errorf("the person does not know of ticket %d of %s", ticket.Number, s.ID)
			}
		}
		if got := seats[s.ID]; got.Taken != taken || got.Waiting != waiting || taken > s.Capacity {
			w.Errorf("%s counts %d taken and %d waiting, there are %d and %d of %d", s.ID, got.Taken, got.Waiting, taken, waiting, s.Capacity)
		}
	}
}

func TestAPersonChangesTheDate(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(1)
	hanako := w.register("hanako@example.jp", sessions, 0, noon)
	waits := w.register("waits@example.jp", sessions, 0, noon)
	change := func(person, token string, to int) error {
		return w.Book(t.Context(), person, table.Booking{
			Token: token, Session: sessions[to], Sessions: sessions, Settings: noSettings,
		}, table.Registration{}, noon.Add(time.Hour))
	}
	for range 2 { // a double click
		if err := change(hanako, "one", 1); err != nil {
			t.Fatal(err)
		}
	}
	r := w.registration(hanako)
	if r.Briefing != "b2" || r.Standing != table.Confirmed || r.Sequence != 1 || r.Entry != 1 {
		t.Errorf("the registration is %s for %s, sequence %d of entry %d", r.Standing, r.Briefing, r.Sequence, r.Entry)
	}
	if got := w.registration(waits).Standing; got != table.Offered {
		t.Errorf("who waited is %s", got)
	}
	if err := change(waits, "two", 1); !errors.Is(err, table.ErrFull) {
		t.Errorf("a kept seat is given up for a waiting list: %v", err)
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation, mail.BriefingChanged}, kindsOf(w.mailsOf(hanako))); diff != "" {
		t.Error(diff)
	}
	w.checkSeats(sessions)
}

// Who books the other briefing while the first is on keeps the record of having
// been there, and is counted as coming to the other one.
func TestABriefingThatHasBegunIsNotReplaced(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(1)
	hanako := w.register("hanako@example.jp", sessions, 0, noon)
	on := sessions[0].Start.Add(time.Minute)
	if err := w.Attend(t.Context(), hanako, "b1", on); err != nil {
		t.Fatal(err)
	}
	booking := table.Booking{Token: "one", Session: sessions[1], Sessions: sessions, Settings: noSettings}
	if err := w.Book(t.Context(), hanako, booking, table.Registration{}, on); err != nil {
		t.Fatal(err)
	}
	r := w.registration(hanako)
	want := []table.PastBriefing{{Briefing: "b1", Standing: table.Confirmed, Booked: table.At(noon), Attended: table.At(on)}}
	if diff := cmp.Diff(want, r.Past); diff != "" {
		t.Error(diff)
	}
	if r.Briefing != "b2" || r.Standing != table.Confirmed || r.Attended != "" {
		t.Errorf("the registration is %s for %s, attended %q", r.Standing, r.Briefing, r.Attended)
	}
	later := sessions[1].Start
	if err := w.Attend(t.Context(), hanako, "b2", later); err != nil {
		t.Fatal(err)
	}
	for id, at := range map[string]time.Time{"b1": on, "b2": later} {
		for ticket, err := range w.Tickets(t.Context(), experimentID, id, 0) {
			if err != nil || ticket.Attended != table.At(at) {
				t.Errorf("the place at %s says %q, %v", id, ticket.Attended, err)
			}
		}
	}
}

func TestARegistrationCountsOnce(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(20)
	r := registering("hanako@example.jp", "token", sessions, 0)
	first, err := w.Register(t.Context(), r, noon)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Register(t.Context(), r, noon.Add(time.Minute))
	if err != nil || again.Reference != first.Reference || again.Standing != first.Standing {
		t.Errorf("the same post again: %+v, %v", again, err)
	}
	other := r
	other.Body = "something else"
	if _, err := w.Register(t.Context(), other, noon); !errors.Is(err, table.ErrOtherBody) {
		t.Errorf("the same form with other answers: %v", err)
	}
	// The address once more, from a new form and for the other date: nothing changes, one mail a day.
	for range 2 {
		receipt, err := w.Register(t.Context(), registering("hanako@example.jp", rand.Text(), sessions, 1), noon.Add(time.Hour))
		if err != nil || receipt.Standing != table.Confirmed {
			t.Errorf("the address once more: %+v, %v", receipt, err)
		}
	}
	if got := w.registration(r.Person.ID); got.Briefing != "b1" || got.Version != 1 {
		t.Errorf("the registration is for %s, version %d", got.Briefing, got.Version)
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation, mail.RegistrationStanding}, kindsOf(w.mailsOf(r.Person.ID))); diff != "" {
		t.Error(diff)
	}
	w.checkSeats(sessions)
}

func TestOnePersonWhicheverCameFirst(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(20)
	registered := w.register("first@example.jp", sessions, 0, noon)
	s := submission("first@example.jp", rand.Text())
	if _, err := w.Submit(t.Context(), s, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	d := w.delivery(registered, mail.ID(mail.Acknowledgement, registered, s.Application.Reference))
	if d.Application == nil || d.Registration == nil || d.Person.FamilyKana != "カクウ" || len(d.Person.Outside) != 4 {
		t.Errorf("after registering and applying the person has %v, %v, %q, %v", d.Application, d.Registration, d.Person.FamilyKana, d.Person.Outside)
	}
	if _, err := w.Submit(t.Context(), submission("first@example.jp", rand.Text()), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation, mail.Acknowledgement, mail.Standing}, kindsOf(w.mailsOf(registered))); diff != "" {
		t.Error(diff)
	}

	applied := w.apply("second@example.jp", noon).Person
	w.register("second@example.jp", sessions, 0, noon.Add(time.Minute))
	r := w.registration(applied.ID)
	if r.Standing != table.Confirmed {
		t.Errorf("the applicant's registration is %s", r.Standing)
	}
	w.checkSeats(sessions)
	// Withdrawing gives the seat to the next.
	for i := range 18 {
		w.register(fmt.Sprintf("p%d@example.jp", i), sessions, 0, noon.Add(time.Hour))
	}
	waits := w.register("waits@example.jp", sessions, 0, noon.Add(time.Hour))
	if got := w.registration(waits).Standing; got != table.Waiting {
		t.Fatalf("the 21st is %s", got)
	}
	person := w.delivery(applied.ID, w.mailsOf(applied.ID)[0].ID).Person
	if err := w.Withdraw(t.Context(), person, sessions, false, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := w.registration(waits).Standing; got != table.Offered {
		t.Errorf("after a withdrawal the 21st is %s", got)
	}
}
