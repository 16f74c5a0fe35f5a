package experiment

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// minutes counts the minutes in [from, to) at which a summary is due.
func minutes(s StaffSummary, from, to time.Time, zone *time.Location) []string {
	var due []string
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if s.DueAt(at, zone) {
			due = append(due, at.In(zone).Format("Mon 02 15:04 -07:00"))
		}
	}
	return due
}

func TestSummariesAreDueOnTheirDaysAtTheirHour(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	from := time.Date(2020, 11, 1, 0, 0, 0, 0, e.Zone())
	want := []string{"Mon 02 09:00 +09:00", "Thu 05 09:00 +09:00", "Mon 09 09:00 +09:00", "Thu 12 09:00 +09:00"}
	if diff := cmp.Diff(want, minutes(e.StaffSummary, from, from.AddDate(0, 0, 14), e.Zone())); diff != "" {
		t.Errorf("two weeks (-want +got):\n%s", diff)
	}
	for _, second := range []int{0, 1, 59} {
		at := time.Date(2020, 11, 2, 0, 0, second, 999, time.UTC)
		if !e.StaffSummary.DueAt(at, e.Zone()) {
			t.Errorf("the minute of a summary does not count at %s", at)
		}
	}
}

// What Next promises is due, and nothing is due that Next does not promise.
func TestTheNextSummaryIsTheNextThatIsDue(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	monday := time.Date(2020, 11, 2, 9, 0, 0, 0, e.Zone())
	for _, c := range []struct {
		story       string
		after, want time.Time
	}{
		{"a moment before", monday.Add(-time.Nanosecond), monday},
		{"at the very instant", monday, monday.AddDate(0, 0, 3)},
		{"in another zone", monday.Add(time.Minute).UTC(), monday.AddDate(0, 0, 3)},
		{"over the weekend", monday.AddDate(0, 0, 3), monday.AddDate(0, 0, 7)},
	} {
		if got := e.StaffSummary.Next(c.after, e.Zone()); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
	weekly := StaffSummary{Days: []Weekday{Weekday(time.Monday)}, At: 9 * 60}
	if got, want := weekly.Next(monday, e.Zone()), monday.AddDate(0, 0, 7); !got.Equal(want) {
		t.Errorf("once a week: %s, want %s", got, want)
	}
}

// In Berlin the clocks skip 02:00 to 03:00 on 28 March 2021, and have it twice on 31
// October: there is one summary on either day.
func TestThereIsOneSummaryOnTheDayOnWhichTheClocksChange(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	sundays := StaffSummary{Days: []Weekday{Weekday(time.Sunday)}, At: 2 * 60}
	for _, day := range []Date{{2021, 3, 28}, {2021, 10, 31}} {
		from, to := day.In(berlin), day.AddDays(1).In(berlin)
		if due := minutes(sundays, from, to, berlin); len(due) != 1 {
			t.Errorf("on %s summaries are due at %q", day, due)
		}
		if next := sundays.Next(from, berlin); !sundays.DueAt(next, berlin) || DateOf(next) != day {
			t.Errorf("the summary of %s is promised for %s", day, next)
		}
	}
	mornings := StaffSummary{Days: sundays.Days, At: 9 * 60}
	want := []string{"Sun 28 09:00 +02:00"}
	if diff := cmp.Diff(want, minutes(mornings, Date{2021, 3, 28}.In(berlin), Date{2021, 3, 29}.In(berlin), berlin)); diff != "" {
		t.Errorf("nine in the morning (-want +got):\n%s", diff)
	}
}

func TestWithoutDaysThereAreNoSummaries(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	from := time.Date(2020, 11, 1, 0, 0, 0, 0, e.Zone())
	if due := minutes(StaffSummary{At: 9 * 60}, from, from.AddDate(0, 0, 8), e.Zone()); due != nil {
		t.Errorf("summaries are due at %q", due)
	}
	if next := (StaffSummary{}).Next(from, e.Zone()); !next.IsZero() {
		t.Errorf("a summary is promised for %s", next)
	}
}

func TestADayOfTheWeekIsWrittenAsTheFileHasIt(t *testing.T) {
	t.Parallel()
	written, err := json.Marshal(shiojiri(t).StaffSummary)
	if want := `{"days":["mon","thu"],"at":"09:00","skip_empty":true}`; err != nil || string(written) != want {
		t.Errorf("%s, %v, want %s", written, err, want)
	}
	var read StaffSummary
	if err := json.Unmarshal(written, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shiojiri(t).StaffSummary, read); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	for _, wrong := range []string{"", "Mon", "monday", "月"} {
		if day, err := ParseWeekday(wrong); err == nil {
			t.Errorf("%q is read as %s", wrong, day)
		}
	}
}
