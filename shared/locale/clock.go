package locale

import (
	"fmt"
	"time"
)

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// Instant prints an instant in the zone, to the minute:
// "2020年11月6日(金) 19:30(日本時間)" or "Fri 6 November 2020, 19:30 (Japan time)".
// Pages, mails and calendar files all print through it.
func Instant(lang Lang, at time.Time, zone *time.Location) string {
	at = at.In(zone)
	if lang == English {
		return at.Format("Mon 2 January 2006, 15:04 ") + "(" + zoneName(lang, at) + ")"
	}
	return Day(lang, at) + at.Format(" 15:04") + "(" + zoneName(lang, at) + ")"
}

// Deadline prints the last minute before a closing instant, because a close
// at 00:00 reads as the day before: "2020年11月30日(月) 23:59(日本時間)".
func Deadline(lang Lang, closing time.Time, zone *time.Location) string {
	return Instant(lang, closing.Add(-time.Nanosecond), zone)
}

// Span prints from when until when something takes place. The day is named
// once if it starts and ends on the same one:
// "2020年11月6日(金) 19:30–21:00(日本時間)".
func Span(lang Lang, start, end time.Time, zone *time.Location) string {
	start, end = start.In(zone), end.In(zone)
	if start.YearDay() != end.YearDay() || start.Year() != end.Year() {
		return Instant(lang, start, zone) + " – " + Instant(lang, end, zone)
	}
	hours := start.Format("15:04") + "–" + end.Format("15:04")
	if lang == English {
		return start.Format("Mon 2 January 2006, ") + hours + " (" + zoneName(lang, start) + ")"
	}
	return Day(lang, start) + " " + hours + "(" + zoneName(lang, start) + ")"
}

// Day prints the day of an instant as its location has it:
// "2020年11月6日(金)" or "Fri 6 November 2020".
func Day(lang Lang, at time.Time) string {
	if lang == English {
		return at.Format("Mon 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日(%s)", at.Year(), at.Month(), at.Day(), weekdays[at.Weekday()])
}

// Brief prints an instant in the zone where the year and the zone have been named already:
// "11月6日(金) 19:30" or "Fri 6 Nov, 19:30".
func Brief(lang Lang, at time.Time, zone *time.Location) string {
	at = at.In(zone)
	return BriefDay(lang, at) + at.Format(Text{JA: " 15:04", EN: ", 15:04"}.In(lang))
}

// BriefDay prints the day of an instant without its year: "11月6日(金)" or "Fri 6 Nov".
func BriefDay(lang Lang, at time.Time) string {
	if lang == English {
		return at.Format("Mon 2 Jan")
	}
	return fmt.Sprintf("%d月%d日(%s)", at.Month(), at.Day(), weekdays[at.Weekday()])
}

// zoneName says in words whose time it is; a zone without a name of ours is
// printed with its offset.
func zoneName(lang Lang, at time.Time) string {
	if at.Location().String() == "Asia/Tokyo" {
		return Text{JA: "日本時間", EN: "Japan time"}.In(lang)
	}
	return at.Format("UTC-07:00")
}
