package experiment

import (
	"fmt"
	"time"
)

// Moment names what a reminder counts from. What each rule of the file may
// count from is said where the rule stands.
type Moment string

const (
	MomentStart    Moment = "start"    // a briefing's
	MomentEnd      Moment = "end"      // a briefing's
	MomentOpen     Moment = "open"     // a wave's or the application's
	MomentClose    Moment = "close"    // a wave's or the application's
	MomentInvited  Moment = "invited"  // when the person was invited to a wave: its opening or, if later, the application
	MomentOffered  Moment = "offered"  // when the offer was sent
	MomentDeadline Moment = "deadline" // until when an offer can be answered
)

// Reminder is a rule for the instant of a mail, counted from a moment either
// by the clock or by the calendar:
//
//	{before: start, offset: 24h}            exactly 24 hours before
//	{before: close, days: 1, at: "09:00"}   at nine on the day before
//
// The day of a close, an end or a deadline is the last day on which there is
// still time: a close at midnight belongs to the day before it, as people
// read it.
type Reminder struct {
	ID           string        `json:"id,omitempty"` // in the identity of its mails; made of the rule where the file gives none
	Before       Moment        `json:"before,omitempty"`
	After        Moment        `json:"after,omitempty"`
	Offset       time.Duration `json:"offset,omitempty"` // 0 for a rule by the calendar
	Days         int           `json:"days,omitempty"`
	At           TimeOfDay     `json:"at,omitempty"`
	StopWhenDone bool          `json:"stop_when_done,omitempty"` // for waves: not sent to who has finished
}

// Moment returns what the reminder counts from.
func (r Reminder) Moment() Moment {
	if r.Before != "" {
		return r.Before
	}
	return r.After
}

// Instant returns when the reminder is due, given the instant of its moment.
func (r Reminder) Instant(moment time.Time, zone *time.Location) time.Time {
	if r.Offset != 0 {
		if r.Before != "" {
			return moment.Add(-r.Offset).In(zone)
		}
		return moment.Add(r.Offset).In(zone)
	}
	switch r.Moment() {
	case MomentClose, MomentEnd, MomentDeadline:
		moment = moment.Add(-time.Nanosecond)
	}
	days := r.Days
	if r.Before != "" {
		days = -days
	}
	day := DateOf(moment.In(zone)).AddDays(days)
	return time.Date(day.Year, day.Month, day.Day, r.At.Hour(), r.At.Minute(), 0, 0, zone)
}

// String returns the rule in words: "24h before the start", "1 day before the close at 09:00".
func (r Reminder) String() string {
	moment := "after " + r.After.words()
	if r.Before != "" {
		moment = "before " + r.Before.words()
	}
	switch {
	case r.Offset != 0:
		return HoursAndMinutes(r.Offset) + " " + moment
	case r.Days == 0:
		return fmt.Sprintf("on the day of %s at %s", r.Moment().words(), r.At)
	case r.Days == 1:
		return fmt.Sprintf("1 day %s at %s", moment, r.At)
	}
	return fmt.Sprintf("%d days %s at %s", r.Days, moment, r.At)
}

func (m Moment) words() string {
	switch m {
	case MomentOpen:
		return "the opening"
	case MomentInvited:
		return "the invitation"
	case MomentOffered:
		return "the offer"
	}
	return "the " + string(m)
}

// DefaultID is the id of a reminder that the file gives none: two rules have
// the same one only if they are the same rule.
func (r Reminder) DefaultID() string {
	sign := "+"
	if r.Before != "" {
		sign = "-"
	}
	if r.Offset != 0 {
		return fmt.Sprintf("%s%s%s", r.Moment(), sign, HoursAndMinutes(r.Offset))
	}
	return fmt.Sprintf("%s%s%dd-%02d%02d", r.Moment(), sign, r.Days, r.At.Hour(), r.At.Minute())
}

// HoursAndMinutes prints a duration of whole minutes as the file writes
// it, without the zeros that time.Duration adds: "24h", "1h30m", "45m".
func HoursAndMinutes(d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case minutes == 0:
		return fmt.Sprintf("%dh", hours)
	case hours == 0:
		return fmt.Sprintf("%dm", minutes)
	}
	return fmt.Sprintf("%dh%dm", hours, minutes)
}

// TimeOfDay is a time on a clock, in minutes after midnight.
type TimeOfDay int

// ParseTimeOfDay reads "09:00" and nothing else.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("parsing the time of day %q: not as in 09:00", s)
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// Hour returns the full hours, 0 to 23.
func (t TimeOfDay) Hour() int { return int(t) / 60 }

// Minute returns the minutes of the hour, 0 to 59.
func (t TimeOfDay) Minute() int { return int(t) % 60 }

// String returns "09:00".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute()) }

// MarshalText writes the time as String does.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the time as ParseTimeOfDay does.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	parsed, err := ParseTimeOfDay(string(text))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

// RemindAt returns when a reminder or a follow-up of the briefing is due. For
// a session that was moved, one by the time of day may not lie before the
// start any more; such a reminder is not wanted.
func (b Briefing) RemindAt(r Reminder, zone *time.Location) time.Time {
	if r.Moment() == MomentEnd {
		return r.Instant(b.End, zone)
	}
	return r.Instant(b.Start, zone)
}

// RemindAt returns when a reminder of the application window is due.
func (a Application) RemindAt(r Reminder, zone *time.Location) time.Time {
	if r.Moment() == MomentOpen {
		return r.Instant(a.Open, zone)
	}
	return r.Instant(a.Close, zone)
}

// InvitedAt returns when a person is invited to the wave who came in at the
// given instant: when it opens or, if later, at once.
func (w Wave) InvitedAt(cameIn time.Time) time.Time {
	if cameIn.After(w.Open) {
		return cameIn
	}
	return w.Open
}

// RemindAt returns when a reminder of the wave is due for a person who was
// invited at the given instant. It may lie before the invitation or not
// before the close; such a reminder is not wanted.
func (w Wave) RemindAt(r Reminder, invited time.Time, zone *time.Location) time.Time {
	switch r.Moment() {
	case MomentOpen:
		return r.Instant(w.Open, zone)
	case MomentInvited:
		return r.Instant(invited, zone)
	}
	return r.Instant(w.Close, zone)
}

// Deadline returns until when (exclusive) an offer can be answered that was
// sent at the given instant.
func (o Offers) Deadline(offered time.Time, zone *time.Location) time.Time {
	return DateOf(offered.In(zone)).AddDays(o.AnswerDays + 1).In(zone)
}

// RemindAt returns when a reminder of an offer is due that was sent at the given instant.
func (o Offers) RemindAt(r Reminder, offered time.Time, zone *time.Location) time.Time {
	if r.Moment() == MomentOffered {
		return r.Instant(offered, zone)
	}
	return r.Instant(o.Deadline(offered, zone), zone)
}
