package mail

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

// calendarOf is the calendar file of the mail, from its attachment.
func calendarOf(t testing.TB, f Facts) string {
	t.Helper()
	return standard(t, compose(t, f).Raw).calendar
}

// event reads the one event of a calendar file with a parser that is not ours, and
// holds the file to what all parsers may insist on.
func event(t reporter, file string) (method string, e ical.Event) {
	if !strings.HasSuffix(file, "\r\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Errorf("the file is not in lines that end in CRLF")
	}
	for line := range strings.SplitSeq(file, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("a line of %d bytes, or a broken character: %q", len(line), line)
		}
	}
	decoder := ical.NewDecoder(strings.NewReader(file))
	calendar, err := decoder.Decode()
	if err != nil {
		t.Fatalf("reading the calendar: %v", err)
	}
	// The encoder holds a calendar to which properties must and must not be there.
	if err := ical.NewEncoder(&bytes.Buffer{}).Encode(calendar); err != nil {
		t.Errorf("the calendar is not complete: %v", err)
	}
	events := calendar.Events()
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	return calendar.Props.Get(ical.PropMethod).Value, events[0]
}

func sequence(t *testing.T, e ical.Event) int {
	t.Helper()
	n, err := e.Props.Get(ical.PropSequence).Int()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A seat is in the calendar as the mail and the page tell of it, at the same
// instants, and answers nothing.
func TestASeatIsInTheCalendar(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Langs {
		f := facts(t, BriefingConfirmation, lang)
		method, e := event(t, calendarOf(t, f))
		start, startErr := e.DateTimeStart(time.UTC)
		end, endErr := e.DateTimeEnd(time.UTC)
		stamp, stampErr := e.Props.DateTime(ical.PropDateTimeStamp, time.UTC)
		if startErr != nil || endErr != nil || stampErr != nil || !start.Equal(f.Session.Start) || !end.Equal(f.Session.End) || !stamp.Equal(f.Date) {
			t.Errorf("from %v (%v) until %v (%v), written %v (%v)", start, startErr, end, endErr, stamp, stampErr)
		}
		if span := locale.Span(lang, start, end, f.Experiment.Zone()); !strings.Contains(compose(t, f).Text, span) {
			t.Errorf("the mail does not say %q", span)
		}
		text := func(name string) string {
			s, err := e.Props.Text(name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return s
		}
		for name, want := range map[string]string{
			ical.PropUID: f.Session.UID, ical.PropLocation: f.Session.Place.In(lang), ical.PropStatus: "CONFIRMED",
		} {
			if got := text(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if got := text(ical.PropSummary); !strings.HasPrefix(got, f.Session.Title.In(lang)) || !strings.Contains(got, f.Experiment.Short.In(lang)) {
			t.Errorf("the summary is %q", got)
		}
		if got := text(ical.PropDescription); !strings.Contains(got, "\n"+f.Links[Join].Address+"\n") {
			t.Errorf("the description lacks the way in: %q", got)
		}
		organizer, attendee := e.Props.Get(ical.PropOrganizer), e.Props.Get(ical.PropAttendee)
		if method != "REQUEST" || e.Props.Get(ical.PropURL).Value != f.Links[Join].Address ||
			organizer.Value != "mailto:"+lab.Office || organizer.Params.Get("CN") != f.Experiment.Mail.Office.In(lang) ||
			attendee.Value != "mailto:"+f.To || attendee.Params.Get("PARTSTAT") != "ACCEPTED" || attendee.Params.Get("RSVP") != "FALSE" {
			t.Errorf("%s by %v to %v", method, organizer, attendee)
		}
	}
}

// From the seat to another date, another time of the lab's, and its end, every file
// is about the entry that the first one made, and newer than the one before.
func TestUpdatesReplaceTheEntry(t *testing.T) {
	t.Parallel()
	seat := facts(t, BriefingConfirmation, locale.Japanese)
	_, entered := event(t, calendarOf(t, seat))
	before := -1
	for _, step := range []struct {
		kind   Kind
		method string
	}{
		{BriefingConfirmation, "REQUEST"}, {BriefingChanged, "REQUEST"}, {BriefingMoved, "REQUEST"},
		{RegistrationCanceled, "CANCEL"}, {BriefingCanceled, "CANCEL"},
	} {
		f := facts(t, step.kind, locale.Japanese)
		f.Session.Sequence = before + 1
		method, e := event(t, calendarOf(t, f))
		for _, name := range []string{ical.PropUID, ical.PropOrganizer, ical.PropAttendee} {
			if got, want := e.Props.Get(name).Value, entered.Props.Get(name).Value; got != want {
				t.Errorf("%s: %s is %q, want %q", step.kind, name, got, want)
			}
		}
		if got := sequence(t, e); method != step.method || got <= before {
			t.Errorf("%s: %s with sequence %d after %d", step.kind, method, got, before)
		}
		if canceled := e.Props.Get(ical.PropStatus).Value == "CANCELLED"; canceled != (method == "CANCEL") {
			t.Errorf("%s: the status is %q", step.kind, e.Props.Get(ical.PropStatus).Value)
		}
		before++
	}
}

// Only who has a seat, or had one that is gone, gets a calendar file.
func TestOnlyASeatIsInTheCalendar(t *testing.T) {
	t.Parallel()
	want := map[Kind]method{
		BriefingConfirmation: request, BriefingChanged: request, BriefingMoved: request,
		RegistrationCanceled: cancel, BriefingCanceled: cancel,
	}
	check := func(name string, f Facts, want method) {
		got := standard(t, compose(t, f).Raw)
		if (got.calendar != "") != (want != noEntry) {
			t.Errorf("%s: the mail has a calendar file: %v", name, got.calendar != "")
		}
		if mentioned := strings.Contains(got.text, "invite.ics"); mentioned != (want != noEntry) {
			t.Errorf("%s: the mail speaks of a calendar file: %v", name, mentioned)
		}
		if got.calendar != "" {
			if m, _ := event(t, got.calendar); m != string(want) {
				t.Errorf("%s: %s, want %s", name, m, want)
			}
		}
	}
	for _, lang := range locale.Langs {
		for kind := range rules {
			check(string(kind), facts(t, kind, lang), want[kind])
		}
		for name, method := range map[string]method{
			"withdrawn.registered": cancel, "withdrawn.both": cancel, "briefing-waiting.seat-given": cancel,
			"registration-cancelled.waited": noEntry, "briefing-moved.waiting": noEntry, "briefing-moved.words": request,
		} {
			check(name, variant(t, name, lang), method)
		}
	}
	f := variant(t, "briefing-waiting.seat-given", locale.Japanese)
	if _, e := event(t, calendarOf(t, f)); !strings.Contains(e.Props.Get(ical.PropDateTimeStart).Value, "20201106T103000Z") {
		t.Error("the entry of the seat that was given up is not the one that is removed")
	}
}

// An entry without a name would never be replaced, and one that is no newer would
// not be removed.
func TestAnEntryThatCouldNotBeReplacedIsRefused(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(*Session){
		"no UID":              func(s *Session) { s.UID = "" },
		"a UID of two lines":  func(s *Session) { s.UID = "a\r\nb" },
		"a UID with a space":  func(s *Session) { s.UID = "a b" },
		"the sequence of old": func(s *Session) { s.Sequence = 0 },
		"a negative sequence": func(s *Session) { s.Sequence = -1 },
		"no end":              func(s *Session) { s.End = time.Time{} },
		"an early end":        func(s *Session) { s.End = s.Start },
		"no title":            func(s *Session) { s.Title.EN = "" },
		"a title of lines":    func(s *Session) { s.Title.JA = "説明会\r\nATTENDEE:mailto:a@b.jp" },
	} {
		f := facts(t, RegistrationCanceled, locale.Japanese)
		spoil(f.Session)
		if _, err := Compose(lab, f); err == nil {
			t.Errorf("%s was written", what)
		}
	}
}

// Old mobile addresses and unusual ones are written so that they read back as
// themselves.
func TestEveryAddressFitsIntoTheCalendar(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"a..b@docomo.ne.jp":   "mailto:a..b@docomo.ne.jp",
		".a@docomo.ne.jp":     "mailto:.a@docomo.ne.jp",
		"a.@docomo.ne.jp":     "mailto:a.@docomo.ne.jp",
		"hanako+x@example.jp": "mailto:hanako+x@example.jp",
		"50%/a?#@example.jp":  "mailto:50%25%2Fa%3F%23@example.jp",
		`"a b"@example.jp`:    "mailto:%22a%20b%22@example.jp",
	} {
		f := facts(t, BriefingConfirmation, locale.Japanese)
		f.To = address
		_, e := event(t, calendarOf(t, f))
		if got := e.Props.Get(ical.PropAttendee).Value; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// Whatever the file's title, place and office are called, the parser reads back
// every character.
func TestWordsSurviveTheCalendar(t *testing.T) {
	t.Parallel()
	x := trial(t)
	words := rapid.StringOfN(rapid.RuneFrom([]rune("漢字かな ab,;:\\'^()<>=𠮷👨\u200d👩é。・")), 1, 120, -1)
	rapid.Check(t, func(t *rapid.T) {
		title, place, office := "t"+words.Draw(t, "title")+"t", "p"+words.Draw(t, "place")+"p", "o"+words.Draw(t, "office")+"o"
		f := Facts{
			Kind: BriefingConfirmation, Lang: locale.Japanese, Date: first().Start.Add(-day), To: "hanako@example.jp",
			Experiment: x, Session: first(), Held: true, Links: map[Purpose]PrivateLink{Join: {Address: "https://lab.example.jp/join/x"}},
		}
		f.Session.Title.JA, f.Session.Place.JA = title, place
		l := &letter{facts: f, values: f.values(lab)}
		l.values["office"] = office
		_, e := event(t, l.calendar(lab))
		summary, err := e.Props.Text(ical.PropSummary)
		if err != nil || !strings.HasPrefix(summary, title) {
			t.Errorf("the title %q reads %q, %v", title, summary, err)
		}
		if got, err := e.Props.Text(ical.PropLocation); err != nil || got != place {
			t.Errorf("the place %q reads %q, %v", place, got, err)
		}
		organizer := e.Props.Get(ical.PropOrganizer)
		if organizer.Params.Get("CN") != office || organizer.Value != "mailto:office@example.jp" {
			t.Errorf("the office %q reads %v", office, organizer)
		}
	})
}

// An entry holds the way in, so a kind that enters one has it.
func TestWhoIsSentAnEntryIsSentTheWayIn(t *testing.T) {
	t.Parallel()
	for _, kind := range slices.Sorted(maps.Keys(rules)) {
		joins := slices.ContainsFunc(kind.Links(), func(r LinkRule) bool { return r.Purpose == Join })
		if rules[kind].entry == request && !joins {
			t.Errorf("%s enters a briefing and has no link to join it", kind)
		}
	}
}
