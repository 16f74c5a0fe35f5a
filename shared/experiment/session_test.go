package experiment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// first returns the first briefing, on 6 November from 19:30 to 21:00, as it
// stands with a setting.
func first(t *testing.T, e *Experiment, set Setting) Session {
	t.Helper()
	s, ok := e.Session("b1", map[string]Setting{"b1": set})
	if !ok {
		t.Fatal("briefing b1 is not found")
	}
	return s
}

func november(e *Experiment, day, hour, minute int) time.Time {
	return time.Date(2020, 11, day, hour, minute, 0, 0, e.Zone())
}

func TestABriefingWithoutSettingsStandsAsInTheFile(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for name, settings := range map[string]map[string]Setting{
		"no settings":                         nil,
		"the setting of a briefing not there": {"b9": {Canceled: true}},
		"a setting that sets nothing":         {"b1": {}},
	} {
		want := []Session{{Briefing: e.Briefings[0]}, {Briefing: e.Briefings[1]}}
		if diff := cmp.Diff(want, e.Sessions(settings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := e.Session("b9", map[string]Setting{"b9": {Room: "https://room.example/b9"}}); ok {
		t.Error("a briefing is found that the file does not have")
	}
}

func TestWhatStaffSetOfABriefingCounts(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	announced := november(e, 4, 10, 0).UTC()
	set := Setting{
		Start: november(e, 9, 18, 0).UTC(), End: november(e, 9, 19, 0).UTC(),
		Canceled: true, Room: "https://room.example/b2", Sequence: 2, Announced: announced,
	}
	sessions := e.Sessions(map[string]Setting{"b2": set})
	if diff := cmp.Diff(Session{Briefing: e.Briefings[0]}, sessions[0]); diff != "" {
		t.Errorf("the briefing that nobody set (-want +got):\n%s", diff)
	}
	want := Session{Briefing: e.Briefings[1], Canceled: true, Room: set.Room, Sequence: 2, Announced: announced}
	want.Start, want.End = set.Start, set.End
	if diff := cmp.Diff(want, sessions[1]); diff != "" {
		t.Errorf("the briefing that staff set (-want +got):\n%s", diff)
	}
	for name, at := range map[string]time.Time{"start": sessions[1].Start, "end": sessions[1].End, "announcement": sessions[1].Announced} {
		if at.Location() != e.Zone() {
			t.Errorf("the %s is in %s", name, at.Location())
		}
	}
	one, ok := e.Session("b2", map[string]Setting{"b2": set})
	if diff := cmp.Diff(sessions[1], one); !ok || diff != "" {
		t.Errorf("alone it is found %t and is another (-of all +alone):\n%s", ok, diff)
	}
	if got := e.Briefings[1].Start; !got.Equal(november(e, 16, 19, 30)) {
		t.Errorf("the file's own start has become %s", got)
	}
}

func TestAMovedBriefingTakesAsLongAsBefore(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for _, c := range []struct {
		story      string
		set        Setting
		start, end time.Time
	}{
		{"moved to an earlier evening", Setting{Start: november(e, 4, 18, 0)}, november(e, 4, 18, 0), november(e, 4, 19, 30)},
		{"moved over midnight", Setting{Start: november(e, 6, 23, 0)}, november(e, 6, 23, 0), november(e, 7, 0, 30)},
		{"prolonged", Setting{End: november(e, 6, 21, 30)}, november(e, 6, 19, 30), november(e, 6, 21, 30)},
		{"moved and shortened", Setting{Start: november(e, 6, 20, 0), End: november(e, 6, 20, 30)}, november(e, 6, 20, 0), november(e, 6, 20, 30)},
	} {
		if s := first(t, e, c.set); !s.Start.Equal(c.start) || !s.End.Equal(c.end) {
			t.Errorf("%s: got %s to %s, want %s to %s", c.story, s.Start, s.End, c.start, c.end)
		}
	}
}

func TestTheRulesOfAMovedBriefingMoveAlong(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	dayBefore := Reminder{Before: MomentStart, Days: 1, At: 9 * 60}
	sameMorning := Reminder{Before: MomentStart, At: 9 * 60}
	dayAfter := Reminder{After: MomentEnd, Days: 1, At: 10 * 60}
	for _, c := range []struct {
		story string
		start time.Time
		rule  Reminder
		want  time.Time
	}{
		{"hours before", november(e, 10, 8, 0), Reminder{Before: MomentStart, Offset: 24 * time.Hour}, november(e, 9, 8, 0)},
		{"the morning before", november(e, 10, 8, 0), dayBefore, november(e, 9, 9, 0)},
		{"the same morning, too late for an early start", november(e, 10, 8, 0), sameMorning, november(e, 10, 9, 0)},
		{"a minute after midnight, by the clock of Tokyo", november(e, 10, 0, 1), dayBefore, november(e, 9, 9, 0)},
		{"at midnight, by the clock of Tokyo", november(e, 10, 0, 0), dayBefore, november(e, 9, 9, 0)},
		{"given in UTC, where it is still the day before", november(e, 10, 8, 0).UTC(), dayBefore, november(e, 9, 9, 0)},
		{"hours after", november(e, 10, 8, 0), Reminder{After: MomentEnd, Offset: 2 * time.Hour}, november(e, 10, 11, 30)},
		{"the morning after", november(e, 10, 8, 0), dayAfter, november(e, 11, 10, 0)},
		{"the morning after an end at midnight", november(e, 10, 22, 30), dayAfter, november(e, 11, 10, 0)},
		{"the morning after an end past midnight", november(e, 10, 22, 31), dayAfter, november(e, 12, 10, 0)},
		{"over the end of the month", time.Date(2020, 12, 1, 8, 0, 0, 0, e.Zone()), dayBefore, november(e, 30, 9, 0)},
	} {
		s := first(t, e, Setting{Start: c.start})
		if got := s.RemindAt(c.rule, e.Zone()); !got.Equal(c.want) {
			t.Errorf("%s (%s): got %s, want %s", c.story, c.rule, got, c.want)
		}
	}
}

func TestPeopleRegisterFromTheOpeningUntilTheSessionStarts(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	opens, start := e.Application.Open, e.Briefings[0].Start
	moved := november(e, 10, 19, 30)
	late := e.Application.Close.AddDate(0, 0, 7)
	for _, c := range []struct {
		story string
		set   Setting
		now   time.Time
		want  bool
	}{
		{"just before the opening", Setting{}, opens.Add(-time.Nanosecond), false},
		{"at the opening", Setting{}, opens, true},
		{"in the last moment", Setting{}, start.Add(-time.Nanosecond), true},
		{"at the start", Setting{}, start, false},
		{"at the old start of a moved session", Setting{Start: moved}, start, true},
		{"at its new start", Setting{Start: moved}, moved, false},
		{"for one that takes place after the deadline", Setting{Start: late}, late.Add(-time.Hour), true},
		{"for a canceled one", Setting{Canceled: true}, opens, false},
	} {
		if got := first(t, e, c.set).Registrable(e, c.now); got != c.want {
			t.Errorf("%s: registrable %t", c.story, got)
		}
	}
}

func TestASessionHasMovedIfItsTimeIsNotTheFiles(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for name, c := range map[string]struct {
		set   Setting
		moved bool
	}{
		"as in the file":       {Setting{Room: "https://room.example/b1"}, false},
		"at its own time":      {Setting{Start: november(e, 6, 19, 30).UTC()}, false},
		"on another day":       {Setting{Start: november(e, 9, 19, 30)}, true},
		"longer":               {Setting{End: november(e, 6, 21, 30)}, true},
		"canceled, not moved":  {Setting{Canceled: true}, false},
		"moved, then canceled": {Setting{Start: november(e, 9, 19, 30), Canceled: true}, true},
	} {
		planned, moved := first(t, e, c.set).Moved(e)
		if moved != c.moved || !planned.Start.Equal(november(e, 6, 19, 30)) {
			t.Errorf("%s: moved %t, planned for %s", name, moved, planned.Start)
		}
	}
}

func TestASessionIsJoinedFromAQuarterOfAnHourBeforeItsStartUntilItsEnd(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for name, day := range map[string]int{"as in the file": 6, "moved": 10} {
		set := Setting{Start: november(e, day, 19, 30)}
		s := first(t, e, set)
		if from, until := november(e, day, 19, 15), november(e, day, 21, 0); !s.JoinFrom().Equal(from) || !s.JoinUntil().Equal(until) {
			t.Errorf("%s: joined from %s until %s", name, s.JoinFrom(), s.JoinUntil())
		}
		set.Canceled = true
		canceled := first(t, e, set)
		for at, want := range map[time.Time]bool{
			s.JoinFrom().Add(-time.Nanosecond):  false,
			s.JoinFrom():                        true,
			s.JoinUntil().Add(-time.Nanosecond): true,
			s.JoinUntil():                       false,
		} {
			if got := s.Joinable(at); got != want {
				t.Errorf("%s, at %s: joinable %t", name, at, got)
			}
			if canceled.Joinable(at) {
				t.Errorf("%s, at %s: joinable, but canceled", name, at)
			}
		}
	}
}

func TestAFreeSeatIsKeptForTheReplyButNeverBeyondTheStart(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	s := first(t, e, Setting{}) // 24 hours to reply
	for _, c := range []struct {
		story         string
		offered, want time.Time
	}{
		{"days before", november(e, 3, 12, 0).UTC(), november(e, 4, 12, 0)},
		{"a day before, to the minute", november(e, 5, 19, 30), november(e, 6, 19, 30)},
		{"a minute later", november(e, 5, 19, 31), november(e, 6, 19, 30)},
		{"an hour before", november(e, 6, 18, 30), november(e, 6, 19, 30)},
	} {
		if got := s.ReplyBy(c.offered); !got.Equal(c.want) || got.Location() != e.Zone() {
			t.Errorf("%s: kept until %s, want %s", c.story, got, c.want)
		}
	}
}
