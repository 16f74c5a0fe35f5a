package locale

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestPeopleReadOneFormOfEachInstant(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	closing := time.Date(2020, 9, 30, 15, 0, 0, 0, time.UTC) // 1 October 00:00 in Tokyo
	start := time.Date(2020, 11, 6, 10, 30, 0, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"an instant", Instant(Japanese, start, tokyo), "2020年11月6日(金) 19:30(日本時間)"},
		{"an instant in English", Instant(English, start, tokyo), "Fri 6 November 2020, 19:30 (Japan time)"},
		{"a close at midnight is the day before", Deadline(Japanese, closing, tokyo), "2020年9月30日(水) 23:59(日本時間)"},
		{"a close within the day is the minute before", Deadline(English, start, tokyo), "Fri 6 November 2020, 19:29 (Japan time)"},
		{"a span within a day", Span(Japanese, start, start.Add(90*time.Minute), tokyo), "2020年11月6日(金) 19:30–21:00(日本時間)"},
		{"a span over midnight", Span(English, start, start.Add(5*time.Hour), tokyo), "Fri 6 November 2020, 19:30 (Japan time) – Sat 7 November 2020, 00:30 (Japan time)"},
		{"an instant of a known year", Brief(Japanese, start, tokyo), "11月6日(金) 19:30"},
		{"an instant of a known year in English", Brief(English, start, tokyo), "Fri 6 Nov, 19:30"},
		{"a day of a known year, as its location has it", BriefDay(Japanese, closing), "9月30日(水)"},
		{"a day of a known year in English", BriefDay(English, closing.In(tokyo)), "Thu 1 Oct"},
		{"another zone shows its offset", Instant(English, start, time.FixedZone("X", -3600)), "Fri 6 November 2020, 09:30 (UTC-01:00)"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}
