package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	gomail "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// e is the shipped experiment; its briefings begin at 19:30 on 6 and 16 November.
func (w *world) e() *experiment.Experiment { return w.experiments.All()[0] }

func (w *world) sessions() []experiment.Session {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e().ID)
	if err != nil {
		w.Fatal(err)
	}
	return settings.Sessions(w.e())
}

// register has a made-up person (架空の人物) register for a briefing, and returns
// the person's id.
func (w *world) register(address, briefing string) string {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e().ID)
	if err != nil {
		w.Fatal(err)
	}
	sessions := settings.Sessions(w.e())
	session, ok := find(sessions, briefing)
	if !ok {
		w.Fatalf("there is no briefing %s", briefing)
	}
	consent := w.e().Registration.Consent
	person := strings.ToLower(rand.Text())
	_, err = w.table.Register(w.Context(), table.Registering{
		Booking: table.Booking{Token: rand.Text(), Session: session, Sessions: sessions, Settings: settings},
		Body:    address, Day: "2020-11-02",
		Person: table.Person{
			ID: person, Experiment: w.e().ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: table.Address{Typed: address, Send: address, Comparable: address},
		},
		Registration: table.Registration{
			Reference: "REGIS-TERED", Question: "架空の質問",
			Consent: table.Consent{Purpose: consent.ID, Version: consent.Version, Hash: consent.Hash(), Lang: locale.Japanese, Given: true, At: table.At(w.now)},
		},
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return person
}

// at moves the time to a moment of November 2020 in Tokyo.
func (w *world) at(day, hour, minute, second int) {
	w.now = time.Date(2020, 11, day, hour, minute, second, 0, w.e().Zone())
}

// tickAt runs the function at this very time.
func (w *world) tickAt(h *handler) report {
	w.Helper()
	done, err := h.remind(w.Context(), event{ScheduledTime: w.now})
	if err != nil {
		w.Errorf("the tick at %s: %v", w.now, err)
	}
	return done
}

// got lists what an address was sent, by kind.
func (w *world) got(address string) []string {
	var kinds []string
	for _, m := range w.ses.Accepted() {
		if m.To == address {
			kinds = append(kinds, m.Tags["kind"])
		}
	}
	return kinds
}

// wants checks what an address was sent, by kind.
func (w *world) wants(address string, kinds ...string) {
	w.Helper()
	if diff := cmp.Diff(kinds, w.got(address)); diff != "" {
		w.Errorf("%s (-want +got)\n%s", address, diff)
	}
}

// ends checks what became of a person's mails of a kind.
func (w *world) ends(person string, kind mail.Kind, states ...table.State) {
	w.Helper()
	mails, err := w.table.MailsOf(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	var got []table.State
	for _, m := range mails {
		if m.Kind == kind {
			got = append(got, m.State)
			if m.State != table.Sent && m.State != table.Pending && m.Reason == "" {
				w.Errorf("a %s is %s without a reason", kind, m.State)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(states)
	if diff := cmp.Diff(states, got); diff != "" {
		w.Errorf("%s of %s (-want +got)\n%s", kind, person, diff)
	}
}

// set changes the setting of a briefing, as staff do.
func (w *world) set(briefing string, change func(*table.BriefingSetting)) {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e().ID)
	if err != nil {
		w.Fatal(err)
	}
	set := settings.Briefing(briefing)
	change(&set)
	err = w.table.Set(w.Context(), settings.With(briefing, set), table.AuditEntry{ID: rand.Text(), At: table.At(w.now), Who: "staff", Act: "set"})
	if err != nil {
		w.Fatal(err)
	}
}

// entry is the calendar file of the last mail of a kind to an address, read with
// an independent parser.
func (w *world) entry(address, kind string) *ical.Calendar {
	w.Helper()
	for _, m := range slices.Backward(w.ses.Accepted()) {
		if m.To != address || m.Tags["kind"] != kind {
			continue
		}
		r, err := gomail.CreateReader(strings.NewReader(m.Raw))
		if err != nil {
			w.Fatal(err)
		}
		for {
			part, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				w.Fatalf("the %s has no calendar file", kind)
			}
			if err != nil {
				w.Fatal(err)
			}
			if !strings.HasPrefix(part.Header.Get("Content-Type"), "text/calendar") {
				continue
			}
			file, err := io.ReadAll(part.Body)
			if err != nil {
				w.Fatal(err)
			}
			calendar, err := ical.NewDecoder(bytes.NewReader(file)).Decode()
			if err != nil {
				w.Fatal(err)
			}
			return calendar
		}
	}
	w.Fatalf("%s got no %s", address, kind)
	return nil
}

// said is METHOD, UID, SEQUENCE and DTSTART of a calendar file with one event.
func said(w *world, c *ical.Calendar) (method, uid, sequence, start string) {
	w.Helper()
	events := c.Events()
	if len(events) != 1 {
		w.Fatalf("the calendar file has %d events", len(events))
	}
	text := func(props ical.Props, name string) string {
		if p := props.Get(name); p != nil {
			return p.Value
		}
		return ""
	}
	return text(c.Props, ical.PropMethod), text(events[0].Props, ical.PropUID), text(events[0].Props, ical.PropSequence), text(events[0].Props, ical.PropDateTimeStart)
}

func TestRemindersFollowTheFactsAtTheMomentOfSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	w.register("comes@example.jp", "b1")
	cancels := w.register("cancels@example.jp", "b1")
	changes := w.register("changes@example.jp", "b1")
	withdraws := w.register("withdraws@example.jp", "b1")
	w.tickAt(w.function())

	w.at(5, 19, 29, 59) // one second before the reminder's instant
	if err := w.table.CancelRegistration(t.Context(), cancels, w.sessions(), w.now); err != nil {
		t.Fatal(err)
	}
	b2, _ := find(w.sessions(), "b2")
	settings, err := w.table.Settings(t.Context(), w.e().ID)
	if err != nil {
		t.Fatal(err)
	}
	err = w.table.Book(t.Context(), changes, table.Booking{
		Token: "once", Session: b2, Sessions: w.sessions(), Settings: settings,
	}, table.Registration{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	person, _, err := w.table.PersonWithSettings(t.Context(), withdraws)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.table.Withdraw(t.Context(), person, w.sessions(), false, w.now); err != nil {
		t.Fatal(err)
	}
	w.at(5, 19, 30, 0)
	w.tickAt(w.function())
	w.at(5, 19, 31, 0)
	w.register("late@example.jp", "b1") // after the instant: the confirmation says it all
	w.tickAt(w.function())
	w.at(6, 18, 30, 0)
	w.tickAt(w.function())
	w.at(15, 19, 30, 0)
	w.tickAt(w.function())

	w.wants("comes@example.jp", "briefing-confirmation", "briefing-reminder", "briefing-reminder")
	w.wants("cancels@example.jp", "briefing-confirmation", "registration-cancelled")
	w.wants("changes@example.jp", "briefing-confirmation", "briefing-changed", "briefing-reminder")
	w.wants("withdraws@example.jp", "briefing-confirmation", "withdrawn")
	w.wants("late@example.jp", "briefing-confirmation", "briefing-reminder")
}

func TestAChangeBetweenPlanningAndSendingIsObeyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	person := w.register("hanako@example.jp", "b1")
	w.tickAt(w.function())
	w.at(5, 19, 30, 0)
	w.ses.Always(sestest.Throttle)
	w.tickAt(w.function()) // planned, and put off
	w.ends(person, mail.BriefingReminder, table.Pending)
	if err := w.table.CancelRegistration(t.Context(), person, w.sessions(), w.now); err != nil {
		t.Fatal(err)
	}
	w.ses.Always(sestest.Accept)
	w.at(5, 19, 40, 0)
	w.tickAt(w.function())
	w.ends(person, mail.BriefingReminder, table.Canceled)
	w.wants("hanako@example.jp", "briefing-confirmation", "registration-cancelled")
}

func TestAScheduleThatStoodStillRemindsOfNothingStale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hour, minute int // on the day of the briefing, when it runs again
		sent         []string
		states       []table.State
	}{
		"until the second reminder is due": {18, 45, []string{"briefing-confirmation", "briefing-reminder"}, []table.State{table.Missed, table.Sent}},
		"until the first is still of use":  {9, 0, []string{"briefing-confirmation", "briefing-reminder", "briefing-reminder"}, []table.State{table.Sent, table.Sent}},
		"until the briefing has begun":     {19, 30, []string{"briefing-confirmation"}, []table.State{table.Missed, table.Missed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.at(2, 9, 0, 0)
			person := w.register("hanako@example.jp", "b1")
			w.tickAt(w.function())
			w.at(6, c.hour, c.minute, 0)
			w.tickAt(w.function())
			w.at(6, 19, 40, 0)
			if c.hour < 18 {
				w.at(6, 18, 30, 0)
			}
			w.tickAt(w.function())
			w.wants("hanako@example.jp", c.sent...)
			w.ends(person, mail.BriefingReminder, c.states...)
		})
	}
}

func TestTicksAtOnceTwiceAndLateRemindOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	for i := range 12 {
		w.register(fmt.Sprintf("p%02d@example.jp", i), "b1")
	}
	w.tickAt(w.function())
	sometimes := faulty.Writes(faulty.Sometimes(seeded(5), 0.1, faulty.Conflict))
	w.at(5, 19, 30, 0)
	var all sync.WaitGroup
	for range 3 { // three at once
		h := w.function(sometimes)
		all.Go(func() { w.tickAt(h) })
	}
	all.Wait()
	for range 10 { // the first one again, ten minutes later, between the others
		w.now = w.now.Add(time.Minute)
		w.tickAt(w.function())
	}
	w.at(5, 19, 30, 0)
	w.tickAt(w.function())
	for i := range 12 {
		w.wants(fmt.Sprintf("p%02d@example.jp", i), "briefing-confirmation", "briefing-reminder")
	}
}

func TestAMovedBriefingIsToldOnceAndItsRemindersMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	person := w.register("hanako@example.jp", "b1")
	w.tickAt(w.function())
	method, uid, sequence, start := said(w, w.entry("hanako@example.jp", "briefing-confirmation"))
	if method != "REQUEST" || sequence != "0" || start != "20201106T103000Z" {
		t.Errorf("the confirmation's entry is %s, sequence %s, from %s", method, sequence, start)
	}
	w.at(5, 12, 0, 0)
	moved := time.Date(2020, 11, 9, 19, 30, 0, 0, w.e().Zone())
	w.set("b1", func(s *table.BriefingSetting) { s.Start, s.End = table.At(moved), table.At(moved.Add(time.Hour)) })
	w.tickAt(w.function())
	w.register("later@example.jp", "b1") // knows the new date from the beginning
	for range 3 {
		w.now = w.now.Add(time.Minute)
		w.tickAt(w.function())
	}
	method, again, sequence, start := said(w, w.entry("hanako@example.jp", "briefing-moved"))
	if method != "REQUEST" || again != uid || sequence != "1" || start != "20201109T103000Z" {
		t.Errorf("the entry moves by %s, sequence %s, to %s; its UID stays: %t", method, sequence, start, again == uid)
	}
	if _, _, sequence, _ := said(w, w.entry("later@example.jp", "briefing-confirmation")); sequence != "0" {
		t.Errorf("who came later begins with sequence %s", sequence)
	}
	for _, day := range []int{5, 6, 8, 9} { // the old instants, and the new ones
		w.at(day, 19, 30, 0)
		if day == 9 {
			w.at(9, 18, 30, 0)
		}
		w.tickAt(w.function())
	}
	w.wants("hanako@example.jp", "briefing-confirmation", "briefing-moved", "briefing-reminder", "briefing-reminder")
	w.wants("later@example.jp", "briefing-confirmation", "briefing-reminder", "briefing-reminder")
	w.ends(person, mail.BriefingReminder, table.Sent, table.Sent)
}

func TestABriefingCalledOffIsToldAndNobodyIsReminded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	w.register("hanako@example.jp", "b1")
	w.tickAt(w.function())
	w.at(5, 19, 29, 0)
	w.set("b1", func(s *table.BriefingSetting) { s.Canceled = true })
	for range 3 {
		w.now = w.now.Add(time.Minute)
		w.tickAt(w.function())
	}
	w.at(7, 10, 0, 0) // no follow-up either
	w.tickAt(w.function())
	w.wants("hanako@example.jp", "briefing-confirmation", "briefing-cancelled")
	if method, _, sequence, _ := said(w, w.entry("hanako@example.jp", "briefing-cancelled")); method != "CANCEL" || sequence != "1" {
		t.Errorf("the entry is taken back by %s, sequence %s", method, sequence)
	}
}

func TestAfterABriefing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	came := w.register("came@example.jp", "b1")
	w.register("missed@example.jp", "b1")
	other := w.register("other@example.jp", "b1")
	stopped := w.register("stopped@example.jp", "b1")
	w.tickAt(w.function())
	if err := w.table.Unsubscribe(t.Context(), stopped, true, w.now); err != nil {
		t.Fatal(err)
	}
	w.at(6, 19, 25, 0)
	for range 2 {
		if err := w.table.Attend(t.Context(), came, "b1", w.now); err != nil {
			t.Fatal(err)
		}
	}
	w.at(7, 8, 0, 0)
	b2, _ := find(w.sessions(), "b2")
	settings, err := w.table.Settings(t.Context(), w.e().ID)
	if err != nil {
		t.Fatal(err)
	}
	err = w.table.Book(t.Context(), other, table.Booking{Token: "t", Session: b2, Sessions: w.sessions(), Settings: settings}, table.Registration{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.at(7, 10, 0, 0)
	w.tickAt(w.function())
	// Three days before applications close, who has not applied is reminded once.
	w.apply("applied@example.jp")
	w.at(27, 10, 0, 0)
	w.tickAt(w.function())
	w.wants("came@example.jp", "briefing-confirmation", "briefing-thanks", "application-reminder")
	w.wants("missed@example.jp", "briefing-confirmation", "briefing-missed", "application-reminder")
	w.wants("other@example.jp", "briefing-confirmation", "briefing-confirmation", "application-reminder")
	w.wants("stopped@example.jp", "briefing-confirmation")
	w.ends(stopped, mail.BriefingMissed, table.Canceled)
	w.wants("applied@example.jp", "acknowledgement")
}

func TestAKeptSeatGoesToTheNextAtItsDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	people := make([]string, 103) // a hundred seats
	var all sync.WaitGroup
	for part := range 4 {
		all.Go(func() {
			for i := part; i < 100; i += 4 {
				people[i] = w.register(fmt.Sprintf("p%03d@example.jp", i), "b1")
			}
		})
	}
	all.Wait()
	for i := 100; i < 103; i++ {
		people[i] = w.register(fmt.Sprintf("p%03d@example.jp", i), "b1")
	}
	w.tickAt(w.function())
	w.wants("p100@example.jp", "briefing-waiting")
	w.at(3, 9, 0, 0)
	if err := w.table.CancelRegistration(t.Context(), people[0], w.sessions(), w.now); err != nil {
		t.Fatal(err)
	}
	done := w.tickAt(w.function())
	if deadline := w.now.Add(24 * time.Hour); done.Next == nil || !done.Next.Equal(deadline) {
		t.Errorf("there is work again at %v, want %v", done.Next, deadline)
	}
	w.at(4, 8, 59, 59)
	w.tickAt(w.function())
	w.wants("p100@example.jp", "briefing-waiting", "seat-offered")
	w.wants("p101@example.jp", "briefing-waiting")
	w.at(4, 9, 0, 0)
	w.tickAt(w.function())
	w.at(4, 9, 1, 0)
	w.tickAt(w.function())
	w.wants("p100@example.jp", "briefing-waiting", "seat-offered", "seat-lapsed")
	w.wants("p101@example.jp", "briefing-waiting", "seat-offered")
	w.wants("p102@example.jp", "briefing-waiting")
}

// A process that is killed at any request while it plans leaves a campaign that
// the next tick carries on: everybody is reminded, once.
func TestAKilledPlannerLeavesNobodyOut(t *testing.T) {
	t.Parallel()
	prepare := func(t *testing.T) *world {
		w := newWorld(t)
		w.at(2, 9, 0, 0)
		for i := range 3 {
			w.register(fmt.Sprintf("p%d@example.jp", i), "b1")
		}
		w.tickAt(w.function())
		for i := range 3 {
			w.wants(fmt.Sprintf("p%d@example.jp", i), "briefing-confirmation")
		}
		w.at(5, 19, 30, 0)
		return w
	}
	requests := func() int {
		w := prepare(t)
		h, transport := w.watched()
		w.tickAt(h)
		return len(transport.Requests())
	}()
	t.Logf("a tick that reminds three people makes %d requests to the table", requests)
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for when, kill := range kills {
		for part := range 3 {
			t.Run(fmt.Sprintf("killed %s, part %d", when, part), func(t *testing.T) {
				t.Parallel()
				w := prepare(t)
				again := w.fromHere()
				for n := 1 + part; n <= requests; n += 3 {
					again()
					_, _ = w.function(kill(n)).remind(t.Context(), event{ScheduledTime: w.now})
					for range 2 {
						w.now = w.now.Add(3 * time.Minute)
						w.tickAt(w.function())
					}
					for i := range 3 {
						address := fmt.Sprintf("p%d@example.jp", i)
						// Killed around SES, one is in doubt, and left to SES's events.
						if got := w.got(address); len(got) > 1 || len(got) < 1 && !w.inDoubt(address) {
							t.Errorf("killed %s request %d: %s got %v", when, n, address, got)
						}
					}
				}
			})
		}
	}
}

// fromHere returns what takes the table and the time back to this moment, with another
// SES, which has not accepted anything yet.
func (w *world) fromHere() func() {
	w.Helper()
	moment, now := w.env.Moment(w.T), w.now
	return func() {
		w.Helper()
		w.env.Rewind(w.T, moment)
		w.now, w.ses = now, sestest.New(w.T)
	}
}

// inDoubt reports whether one of the mails to an address is unknown.
func (w *world) inDoubt(address string) bool {
	for known, err := range w.table.People(w.Context(), w.e().ID) {
		if err != nil {
			w.Fatal(err)
		}
		if known.Person.Address.Send != address {
			continue
		}
		mails, err := w.table.MailsOf(w.Context(), known.Person.ID)
		if err != nil {
			w.Fatal(err)
		}
		return slices.ContainsFunc(mails, func(m table.Mail) bool { return m.State == table.Unknown })
	}
	return false
}

func TestANewMailWakesTheFunctionAndLeavesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.register("hanako@example.jp", "b1")
	w.register("waits-for-the-tick@example.jp", "b1")
	mails, err := w.table.MailsOf(t.Context(), person)
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	var told record
	told.Change.Keys.PK.S, told.Change.Keys.SK.S = "person#"+person, "mail#"+mails[0].ID
	told.Change.ApproximateCreationDateTime = float64(w.now.Unix())
	other := told
	other.Change.Keys.SK.S = "profile"
	h := w.function()
	for range 2 { // delivered twice
		if _, err := h.remind(t.Context(), event{Records: []record{other, told}}); err != nil {
			t.Fatal(err)
		}
	}
	w.wants("hanako@example.jp", "briefing-confirmation")
	w.wants("waits-for-the-tick@example.jp")
	if err := w.table.Pause(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.register("paused@example.jp", "b1")
	if _, err := h.remind(t.Context(), event{Records: []record{told}}); err != nil {
		t.Fatal(err)
	}
	w.wants("paused@example.jp")
}

// A tick may run long after the instant that it was scheduled for. Who booked
// meanwhile, before a change, hears of it all the same.
func TestATickThatLagsTellsEverybodyOfAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	w.tickAt(w.function())
	w.at(2, 12, 0, 20)
	w.register("hanako@example.jp", "b1")
	w.at(2, 12, 0, 30)
	moved := time.Date(2020, 11, 9, 19, 30, 0, 0, w.e().Zone())
	w.set("b1", func(s *table.BriefingSetting) { s.Start, s.End = table.At(moved), table.At(moved.Add(time.Hour)) })
	w.at(2, 12, 0, 0) // it runs after that
	w.tickAt(w.function())
	for range 2 {
		w.now = w.now.Add(time.Minute)
		w.tickAt(w.function())
	}
	if got := w.got("hanako@example.jp"); !slices.Contains(got, "briefing-moved") {
		t.Errorf("she got %v", got)
	}
}

// While mail is held back, seats that nobody took go on; an offer whose time has
// passed meanwhile is not sent any more.
func TestWhileMailIsHeldBackSeatsGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	settings, err := w.table.Settings(t.Context(), w.e().ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range w.e().Briefings {
		w.e().Briefings[i].Capacity = 1 // of this test's own copy of the file
	}
	first := w.register("first@example.jp", "b1")
	w.now = w.now.Add(time.Second)
	second := w.register("second@example.jp", "b1")
	w.now = w.now.Add(time.Second)
	w.register("third@example.jp", "b1")
	w.tickAt(w.function())
	if err := w.table.Pause(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	if err := w.table.CancelRegistration(t.Context(), first, settings.Sessions(w.e()), w.now); err != nil {
		t.Fatal(err)
	}
	w.at(3, 12, 0, 0)
	w.tickAt(w.function())
	w.at(3, 12, 1, 0)
	if err := w.table.Resume(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.tickAt(w.function())
	w.ends(second, mail.SeatOffered, table.Missed)
	w.wants("second@example.jp", "briefing-waiting", "seat-lapsed")
	w.wants("third@example.jp", "briefing-waiting", "seat-offered")
}
