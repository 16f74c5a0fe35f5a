package table

import "time"

// Instant is an instant as the table stores it: UTC to the millisecond, of
// fixed width, so that it sorts as text. The zero value means "never".
type Instant string

const instantLayout = "2006-01-02T15:04:05.000Z"

// At returns the stored form of an instant, truncated to the millisecond.
func At(t time.Time) Instant {
	if t.IsZero() {
		return ""
	}
	return Instant(t.UTC().Format(instantLayout))
}

// Time returns the instant; the zero time for the zero value and for text that
// no Instant has.
func (i Instant) Time() time.Time {
	t, err := time.Parse(instantLayout, string(i))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Passed reports whether the instant is set and not after now.
func (i Instant) Passed(now time.Time) bool { return i != "" && i <= At(now) }
