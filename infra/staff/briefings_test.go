package main

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// register has a made-up person (架空の人物) register for a briefing.
func (w *world) register(address, briefing string, at time.Time) string {
	w.Helper()
	settings, err := w.Settings(w.Context(), shiojiri)
	if err != nil {
		w.Fatal(err)
	}
	sessions := settings.Sessions(w.e)
	i := slices.IndexFunc(w.e.Briefings, func(b experiment.Briefing) bool { return b.ID == briefing })
	consent := w.e.Registration.Consent
	person := strings.ToLower(rand.Text())
	_, err = w.Register(w.Context(), table.Registering{
		Booking: table.Booking{Token: rand.Text(), Session: sessions[i], Sessions: sessions, Settings: settings},
		Body:    address, Day: today,
		Person: table.Person{
			ID: person, Experiment: shiojiri, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: table.Address{Typed: address, Send: address, Comparable: strings.ToLower(address)},
		},
		Registration: table.Registration{
			Reference: "REGIS-TERED", Question: "架空の質問", Source: "doda",
			Consent: table.Consent{Purpose: consent.ID, Version: consent.Version, Hash: consent.Hash(), Lang: locale.Japanese, Given: true, At: table.At(at)},
		},
	}, at)
	if err != nil {
		w.Fatal(err)
	}
	return person
}

func (w *world) stands() table.Settings {
	w.Helper()
	settings, err := w.Settings(w.Context(), shiojiri)
	if err != nil {
		w.Fatal(err)
	}
	return settings
}

// contains checks that a command printed each of some texts.
func (w *world) contains(got string, texts ...string) {
	w.Helper()
	for _, text := range texts {
		if !strings.Contains(got, text) {
			w.Errorf("it does not say %q, but\n%s", text, got)
		}
	}
}

func TestStaffSeeWhichMailsANewDateCausesBeforeTheyMoveIt(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.register(fmt.Sprintf("p%d@example.jp", i), "b1", noon)
	}
	w.register("b2@example.jp", "b2", noon)
	at := noon.Add(time.Hour)
	move := []string{"set", shiojiri, "b1.start=2020-11-09 19:30", "b1.room=https://room.example/secret"}

	for _, answer := range []string{"", "no\n", "y\n"} {
		got := w.says(at, answer, move...)
		if got.code != 1 || !strings.HasSuffix(got.say, "nothing was done\n") || w.stands().Version != 0 {
			t.Errorf("answered %q: exit code %d, said %q", answer, got.code, got.say)
		}
	}
	got := w.says(at, "yes\n", move...)
	if got.code != 0 {
		t.Fatalf("exit code %d, said %q", got.code, got.say)
	}
	w.contains(strings.Join(strings.Fields(got.out), " "),
		"b1.start Fri 2020-11-06 19:30 +09:00 Mon 2020-11-09 19:30 +09:00 changes",
		"b1.end Fri 2020-11-06 21:00 +09:00 Mon 2020-11-09 21:00 +09:00 changes",
		"b1.cancelled no no",
		"b1.room none https://room.example/secret changes",
		"within a minute: briefing-moved to 3 with a seat, 0 waiting",
		"reminder 24h before the start: moves from Thu 2020-11-05 19:30 +09:00 to Sun 2020-11-08 19:30 +09:00 (3 with a seat now)",
		"reminder 1h before the start: moves from Fri 2020-11-06 18:30 +09:00 to Mon 2020-11-09 18:30 +09:00",
		"follow-up 1 day after the end at 10:00: moves from Sat 2020-11-07 10:00 +09:00 to Tue 2020-11-10 10:00 +09:00",
		"An example to a made-up person (架空) with a seat, ja", "2020年11月9日(月) 19:30–21:00(日本時間)", "2020年11月6日(金) 19:30–21:00(日本時間)",
		"An example to a made-up person (架空) with a seat, en", "Mon 9 November 2020, 19:30–21:00 (Japan time)", "[…]",
		"It is set.")
	if strings.Contains(got.out, "example-join") || strings.Contains(got.out, "b2.") {
		t.Errorf("it shows a token, or a briefing that stays:\n%s", got.out)
	}
	session, _ := w.e.Session("b1", nil)
	if set := w.stands().Sessions(w.e)[0]; !set.Start.Equal(session.Start.AddDate(0, 0, 3)) || set.Room != "https://room.example/secret" {
		t.Errorf("b1 stands at %v in %q", set.Start, set.Room)
	}
	audit := w.file("audit")
	want := []string{"b1.start from Fri 2020-11-06 19:30 +09:00 to Mon 2020-11-09 19:30 +09:00; b1.end from Fri 2020-11-06 21:00 +09:00 to Mon 2020-11-09 21:00 +09:00; b1.room from none to an address"}
	if diff := cmp.Diff(want, w.column(audit, "details")); diff != "" {
		t.Errorf("the audit (-want +got)\n%s", diff)
	}
	w.contains(w.staff("settings", shiojiri).out, "https://room.example/secret", "what the file says", "set")
}

func TestWhatHasLeftIsNotTakenBack(t *testing.T) {
	w := newWorld(t)
	w.register("a@example.jp", "b1", noon)
	soon := time.Date(2020, 11, 6, 12, 0, 0, 0, w.e.Zone()) // after the first reminder
	w.contains(w.says(soon, "", "set", shiojiri, "b1.start=2020-11-06 20:00").out,
		"reminder 24h before the start: left at Thu 2020-11-05 19:30 +09:00 (1",
		"reminder 1h before the start: moves from Fri 2020-11-06 18:30 +09:00 to Fri 2020-11-06 19:00 +09:00")
	w.contains(w.says(soon, "", "set", shiojiri, "b1.start=2020-11-10 19:30").out,
		"reminder 24h before the start: left at Thu 2020-11-05 19:30 +09:00, and leaves again at Mon 2020-11-09 19:30 +09:00")
	w.contains(w.says(noon, "", "set", shiojiri, "b1.start=2020-11-03 10:00").out,
		"reminder 24h before the start: not sent, because Mon 2020-11-02 10:00 +09:00 is past")
}

func TestACanceledBriefingTakesItsMailsBackAndARoomCausesNone(t *testing.T) {
	w := newWorld(t)
	w.register("a@example.jp", "b1", noon)
	later := noon.Add(time.Minute)
	got := w.says(later, "", "set", "-yes", shiojiri, "b1.room=https://room.example/1")
	w.contains(got.out, "This causes no mail", "It is set.")
	if strings.Contains(got.out, "example to") {
		t.Errorf("it shows a mail:\n%s", got.out)
	}
	if err := w.Pause(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	got = w.says(later, "", "set", "-yes", shiojiri, "b1.cancelled=yes")
	w.contains(got.out, "briefing-cancelled to 1 with a seat, 0 waiting",
		"reminder 24h before the start: taken back, was due at Thu 2020-11-05 19:30 +09:00",
		"follow-up 1 day after the end at 10:00: taken back", "Note: mail is paused by staff")
	got = w.says(later, "", "set", "-yes", shiojiri, "b1.cancelled=no") // before anybody was told
	w.contains(got.out, "no news: that is what people have been told", "reminder 24h before the start: due at Thu 2020-11-05 19:30 +09:00")
	got = w.says(later, "", "set", "-yes", shiojiri, "b1.room=")
	w.contains(got.out, "This causes no mail")
	for _, detail := range w.column(w.file("audit"), "details") {
		if strings.Contains(detail, "room.example") {
			t.Errorf("the audit names the room: %q", detail)
		}
	}
}

func TestTheSettingsSayWhatPeopleHaveBeenTold(t *testing.T) {
	w := newWorld(t)
	w.register("a@example.jp", "b1", noon)
	b := w.e.Briefings[0]
	told := table.Announcement{
		Start: table.At(b.Start.AddDate(0, 0, 3)), End: table.At(b.End.AddDate(0, 0, 3)), Sequence: 1, At: table.At(noon),
		OldStart: table.At(b.Start), OldEnd: table.At(b.End),
	}
	w.says(noon, "", "set", "-yes", shiojiri, "b1.start=2020-11-09T10:30:00Z")
	if err := w.Announce(t.Context(), w.stands(), "b1", told); err != nil {
		t.Fatal(err)
	}
	w.contains(strings.Join(strings.Fields(w.staff("settings", shiojiri).out), " "),
		"b1.start Mon 2020-11-09 19:30 +09:00 set b1.end Mon 2020-11-09 21:00 +09:00 as in the file",
		"b1 told Mon 2020-11-09 19:30 +09:00 to Mon 2020-11-09 21:00 +09:00, at Mon 2020-11-02 12:00 +09:00 (sequence 1)",
		"b2 told what the file says")
	got := w.says(noon.Add(time.Minute), "", "set", shiojiri, "b1.start=") // back to the file's
	w.contains(got.out, "briefing-moved to 1 with a seat", "これまでの日時: 2020年11月9日(月) 19:30", "新しい日時: 2020年11月6日(金) 19:30")
	told.Canceled = true
	w.says(noon, "", "set", "-yes", shiojiri, "b1.cancelled=yes")
	if err := w.Announce(t.Context(), w.stands(), "b1", told); err != nil {
		t.Fatal(err)
	}
	w.contains(w.staff("settings", shiojiri).out, "that it is cancelled, at")
	w.contains(w.says(noon.Add(time.Minute), "", "set", shiojiri, "b1.cancelled=no").out, "briefing-moved to 1 with a seat",
		"reminder 24h before the start: due at Sun 2020-11-08 19:30 +09:00")
}

func TestEveryMistakeOfAChangeIsToldAtOnceAndNothingChanged(t *testing.T) {
	w := newWorld(t)
	got := w.says(noon, "yes\n", "set", shiojiri, "b9.start=2020-11-09 19:30", "b1.start=tomorrow", "b1.cancelled=maybe",
		"b1.room=http://room.example", "b2.title=x", "b2.end=", "b2.end=", "b2")
	w.contains(got.say, "b9.start: there is no briefing \"b9\", but: b1, b2", "b1.start: \"tomorrow\" is no time such as", "b1.cancelled: it is yes or no",
		"b1.room: a room is an address that begins with https://", "b2.title: what can be set is", "b2.end is given twice", "\"b2\" is not of the form")
	for _, c := range []struct {
		at     time.Time
		wishes []string
		say    []string
	}{
		{noon, []string{"b1.start=2020-11-01 19:30", "b2.end=2020-11-16T19:30:00+09:00"}, []string{"b1 would start at Sun 2020-11-01 19:30 +09:00, which is past", "b2 would end at Mon 2020-11-16 19:30 +09:00, which is not after its start"}},
		{noon, []string{"b1.start=2020-11-06 19:30", "b1.cancelled=no", "b1.room="}, []string{"nothing would change"}},
		{w.e.Briefings[0].Start, []string{"b1.cancelled=yes"}, []string{"b1 has begun at"}},
		{w.e.Briefings[0].End, []string{"b1.start=2020-11-20 19:30"}, []string{"b1 is over since"}},
		{noon, []string{"b1.room=https://user:word@room.example"}, []string{"no user name"}},
		{noon, []string{"b1.room=https://"}, []string{"begins with https://"}},
	} {
		got := w.says(c.at, "yes\n", append([]string{"set", shiojiri}, c.wishes...)...)
		if got.code != 1 || got.out != "" {
			t.Errorf("%q: exit code %d, printed %q", c.wishes, got.code, got.out)
		}
		w.contains(got.say, append(c.say, "nothing was changed")...)
	}
	if w.stands().Version != 0 || len(w.file("audit")) != 1 {
		t.Error("something was changed or put on record")
	}
	// A room may be set while the briefing takes place.
	if got := w.says(w.e.Briefings[0].Start, "yes\n", "set", shiojiri, "b1.room=https://room.example"); got.code != 0 {
		t.Errorf("exit code %d: %s", got.code, got.say)
	}
}

func TestTwoOfStaffDoNotOverwriteEachOther(t *testing.T) {
	w := newWorld(t)
	changed := false
	got := w.staffAt(noon, "yes\n", func(r faulty.Request) faulty.Effect {
		if r.Operation == "TransactWriteItems" && !changed {
			changed = true
			w.says(noon, "", "set", "-yes", shiojiri, "b2.room=https://other.example")
		}
		return 0
	}, "set", shiojiri, "b1.cancelled=yes")
	if got.code != 1 {
		t.Errorf("exit code %d", got.code)
	}
	w.contains(got.say, "somebody else has just changed the settings")
	if s := w.stands(); s.Briefing("b1").Canceled || s.Briefing("b2").Room == "" || len(w.file("audit")) != 2 {
		t.Errorf("they are %+v", s.Briefings)
	}
}

func TestAChangeThatCannotBePutOnRecordIsNotMade(t *testing.T) {
	w := newWorld(t)
	got := w.staffThrough(faulty.Writes(faulty.Always(faulty.Error500)), "set", "-yes", shiojiri, "b1.cancelled=yes")
	if got.code != 1 || w.stands().Version != 0 {
		t.Errorf("exit code %d: %s", got.code, got.say)
	}
	w.contains(got.say, "run it again")
}

func TestARowForEachPersonAndBriefing(t *testing.T) {
	w := newWorld(t)
	first := w.register("a@example.jp", "b1", noon)
	waits := w.register("b@example.jp", "b2", noon.Add(time.Second))
	applied := w.submit(w.submission("c@example.jp"), noon.Add(2*time.Second))
	settings := w.stands()
	sessions := settings.Sessions(w.e)
	if err := w.Attend(t.Context(), first, "b1", w.e.Briefings[0].Start); err != nil {
		t.Fatal(err)
	}
	next := w.e.Briefings[0].End.Add(time.Hour)
	booking := table.Booking{Token: "once", Session: sessions[1], Sessions: sessions, Settings: settings}
	if err := w.Book(t.Context(), first, booking, table.Registration{Question: "架空の質問", Source: "doda"}, next); err != nil {
		t.Fatal(err)
	}
	if err := w.Withdraw(t.Context(), w.person(waits), sessions, false, next); err != nil {
		t.Fatal(err)
	}
	rows := w.file("registrations", shiojiri)
	for name, want := range map[string][]string{
		"person": {first, first, waits}, "briefing": {"b1", "b2", "b2"}, "present": {"no", "yes", "yes"},
		"standing": {"confirmed", "confirmed", "cancelled"}, "ticket": {"", "2", "1"}, "question": {"", "架空の質問", "架空の質問"},
		"registered": {"2020-11-02T12:00:00.000+09:00", "2020-11-02T12:00:00.000+09:00", "2020-11-02T12:00:01.000+09:00"},
		"booked":     {"2020-11-02T12:00:00.000+09:00", "2020-11-06T22:00:00.000+09:00", "2020-11-02T12:00:01.000+09:00"},
		"attended":   {"2020-11-06T19:30:00.000+09:00", "", ""}, "withdrawn": {"", "", "2020-11-06T22:00:00.000+09:00"},
		"consent": {"yes", "yes", "yes"}, "source": {"doda", "doda", "doda"}, "language": {"ja", "ja", "ja"},
	} {
		if diff := cmp.Diff(want, w.column(rows, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	people := w.file("people", shiojiri)
	if diff := cmp.Diff([]string{first, waits, applied.ID}, w.column(people, "person")); diff != "" {
		t.Errorf("people (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"registered", "withdrawn", "submitted"}, w.column(people, "status")); diff != "" {
		t.Errorf("their status (-want +got)\n%s", diff)
	}
	if kinds := w.column(w.file("mails", shiojiri), "kind"); !slices.Contains(kinds, "briefing-confirmation") {
		t.Errorf("the ledger lacks the mails of who only registered: %q", kinds)
	}
}
