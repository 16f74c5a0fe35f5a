package experiment

import (
	"testing"
	"time"
)

func TestARemindersInstantFollowsItsMoment(t *testing.T) {
	t.Parallel()
	tokyo := shiojiri(t).Zone()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := func(year int, month time.Month, day, hour, minute int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, tokyo)
	}
	for _, c := range []struct {
		story  string
		rule   Reminder
		moment time.Time
		zone   *time.Location
		want   time.Time
	}{
		{"hours before", Reminder{Before: MomentStart, Offset: 24 * time.Hour}, at(2020, 11, 6, 19, 30), tokyo, at(2020, 11, 5, 19, 30)},
		{"minutes after", Reminder{After: MomentOpen, Offset: 90 * time.Minute}, at(2020, 11, 6, 19, 30), tokyo, at(2020, 11, 6, 21, 0)},
		{"the morning before", Reminder{Before: MomentStart, Days: 1, At: 9 * 60}, at(2020, 11, 6, 19, 30), tokyo, at(2020, 11, 5, 9, 0)},
		{"the morning of the same day", Reminder{Before: MomentStart, At: 9 * 60}, at(2020, 11, 6, 19, 30), tokyo, at(2020, 11, 6, 9, 0)},
		{"three mornings later, over the end of a month", Reminder{After: MomentInvited, Days: 3, At: 9 * 60}, at(2020, 10, 30, 12, 0), tokyo, at(2020, 11, 2, 9, 0)},
		{"the last morning before a close at midnight", Reminder{Before: MomentClose, At: 9 * 60}, at(2020, 12, 14, 0, 0), tokyo, at(2020, 12, 13, 9, 0)},
		{"the morning before the last day", Reminder{Before: MomentDeadline, Days: 1, At: 9 * 60}, at(2020, 12, 14, 0, 0), tokyo, at(2020, 12, 12, 9, 0)},
		{"an opening at midnight is on its own day", Reminder{After: MomentOpen, At: 9 * 60}, at(2020, 12, 14, 0, 0), tokyo, at(2020, 12, 14, 9, 0)},
		{"a moment given in another zone", Reminder{Before: MomentStart, Days: 1, At: 9 * 60}, time.Date(2020, 11, 5, 23, 30, 0, 0, time.UTC), tokyo, at(2020, 11, 5, 9, 0)},
		{
			"nine in the morning stays nine when the clocks change",
			Reminder{Before: MomentStart, Days: 1, At: 9 * 60}, time.Date(2020, 11, 2, 9, 0, 0, 0, newYork), newYork, time.Date(2020, 11, 1, 9, 0, 0, 0, newYork),
		},
	} {
		if got := c.rule.Instant(c.moment, c.zone); !got.Equal(c.want) {
			t.Errorf("%s (%s): got %s, want %s", c.story, c.rule, got, c.want)
		}
	}
}

func TestWhoAppliesLateIsNudgedFromThenOn(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	pre := e.Waves[0]
	applied := time.Date(2020, 11, 20, 22, 0, 0, 0, e.Zone())
	nudge := e.WaveReminders[0] // three days after the invitation
	if got, want := pre.RemindAt(nudge, pre.InvitedAt(applied), e.Zone()), time.Date(2020, 11, 23, 9, 0, 0, 0, e.Zone()); !got.Equal(want) {
		t.Errorf("applied late: got %s, want %s", got, want)
	}
	mid := e.Waves[1]
	if got, want := mid.RemindAt(nudge, mid.InvitedAt(applied), e.Zone()), time.Date(2021, 2, 18, 9, 0, 0, 0, e.Zone()); !got.Equal(want) {
		t.Errorf("a later wave: got %s, want %s", got, want)
	}
}

func TestAnOfferCanBeAnsweredUntilTheEndOfItsLastDay(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	offered := e.Application.ResultNotice // 14 December, noon; five days to answer
	if got, want := e.Offers.Deadline(offered, e.Zone()), time.Date(2020, 12, 20, 0, 0, 0, 0, e.Zone()); !got.Equal(want) {
		t.Errorf("deadline: got %s, want %s", got, want)
	}
	if got, want := e.Offers.RemindAt(e.Offers.Reminders[0], offered, e.Zone()), time.Date(2020, 12, 18, 12, 0, 0, 0, e.Zone()); !got.Equal(want) {
		t.Errorf("reminder: got %s, want %s", got, want)
	}
}

func TestARuleIsReadableAndHasItsOwnID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule      Reminder
		words, id string
	}{
		{Reminder{Before: MomentStart, Offset: 24 * time.Hour}, "24h before the start", "start-24h"},
		{Reminder{Before: MomentStart, Offset: 90 * time.Minute}, "1h30m before the start", "start-1h30m"},
		{Reminder{After: MomentOffered, Offset: 45 * time.Minute}, "45m after the offer", "offered+45m"},
		{Reminder{Before: MomentClose, At: 9 * 60}, "on the day of the close at 09:00", "close-0d-0900"},
		{Reminder{Before: MomentClose, Days: 1, At: 570}, "1 day before the close at 09:30", "close-1d-0930"},
		{Reminder{After: MomentInvited, Days: 3, At: 9 * 60}, "3 days after the invitation at 09:00", "invited+3d-0900"},
	} {
		if got := c.rule.String(); got != c.words {
			t.Errorf("got %q, want %q", got, c.words)
		}
		if got := c.rule.DefaultID(); got != c.id {
			t.Errorf("%s: got id %q, want %q", c.words, got, c.id)
		}
	}
}
