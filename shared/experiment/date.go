package experiment

import (
	"cmp"
	"fmt"
	"time"

	"livinglab/shared/locale"
)

// Date is a day without a time, as a calendar on the wall has it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2021-01-04" and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("parsing the day %q: not as in 2021-01-04", s)
	}
	return DateOf(t), nil
}

// DateOf returns the day of an instant as its location has it.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// In returns the instant at which the day begins in the zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// AddDays returns the day that lies n days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Compare returns -1, 0 or +1 as the day lies before, on or after the other.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// IsZero says whether no day is given.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "2021-01-04".
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Print returns the day as people read it: "2021年1月4日(月)".
func (d Date) Print(lang locale.Lang) string {
	return locale.Day(lang, d.In(time.UTC))
}

// MarshalText writes the day as String does, no day as nothing.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
