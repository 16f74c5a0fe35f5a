package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // schedules name zones, and a machine may have none

	"github.com/robfig/cron/v3"
)

// Expression is a schedule expression of EventBridge Scheduler.
type Expression struct {
	text string
	zone *time.Location

	every time.Duration // rate(...)
	once  time.Time     // at(...)
	cron  cron.Schedule // cron(...)
	years map[int]bool  // of cron; nil is every year
}

// ParseExpression reads rate(5 minutes), cron(0 9 ? * MON-FRI *) or
// at(2020-11-06T09:00:00), the last two in the zone (UTC if it is empty).
//
// Of cron the characters L, W and # are not understood.
func ParseExpression(text, zone string) (Expression, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return Expression{}, fmt.Errorf("schedule %s: %w", text, err)
	}
	e := Expression{text: text, zone: location}
	kind, rest, _ := strings.Cut(text, "(")
	argument, closed := strings.CutSuffix(strings.TrimSpace(rest), ")")
	switch {
	case !closed:
		err = errors.New("it is neither rate(...), cron(...) nor at(...)")
	case kind == "rate":
		e.every, err = parseRate(argument)
	case kind == "at":
		e.once, err = time.ParseInLocation("2006-01-02T15:04:05", argument, location)
	case kind == "cron":
		e.cron, e.years, err = parseCron(argument)
	default:
		err = errors.New("it is neither rate(...), cron(...) nor at(...)")
	}
	if err != nil {
		return Expression{}, fmt.Errorf("schedule %s: %w", text, err)
	}
	return e, nil
}

func (e Expression) String() string { return e.text }

// Next returns the first instant after the given one at which the schedule
// fires; the zero time if there is none. A rate fires at whole multiples of
// itself, rate(1 minute) at every whole minute.
func (e Expression) Next(after time.Time) time.Time {
	switch {
	case e.every > 0:
		return after.Truncate(e.every).Add(e.every)
	case !e.once.IsZero():
		if e.once.After(after) {
			return e.once
		}
		return time.Time{}
	}
	at := e.cron.Next(after.In(e.zone)) // the zero time if there is none within five years
	for !at.IsZero() && e.years != nil && !e.years[at.Year()] {
		if at.Year() > lastYear {
			return time.Time{}
		}
		at = e.cron.Next(at)
	}
	return at
}

// lastYear is the last one that EventBridge knows.
const lastYear = 2199

var units = map[string]time.Duration{
	"minute": time.Minute, "minutes": time.Minute,
	"hour": time.Hour, "hours": time.Hour,
	"day": 24 * time.Hour, "days": 24 * time.Hour,
}

func parseRate(argument string) (time.Duration, error) {
	fields := strings.Fields(argument)
	if len(fields) != 2 || units[fields[1]] == 0 {
		return 0, errors.New("a rate is a number and minutes, hours or days")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 {
		return 0, errors.New("a rate is a positive number")
	}
	return time.Duration(n) * units[fields[1]], nil
}

// parseCron reads the six fields minutes, hours, day of month, month, day of
// week (1 is Sunday) and year.
func parseCron(argument string) (cron.Schedule, map[int]bool, error) {
	fields := strings.Fields(argument)
	if len(fields) != 6 {
		return nil, nil, fmt.Errorf("cron has six fields, not %d", len(fields))
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, nil, errors.New("one of the day of the month and the day of the week is ?")
	}
	weekday, err := weekdays(fields[4])
	if err != nil {
		return nil, nil, err
	}
	years, err := parseYears(fields[5])
	if err != nil {
		return nil, nil, err
	}
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	parsed, err := parser.Parse(strings.Join([]string{fields[0], fields[1], fields[2], fields[3], weekday}, " "))
	return parsed, years, err
}

// weekdays turns AWS's numbers, from 1 for Sunday, into those of cron, from 0.
func weekdays(field string) (string, error) {
	var out strings.Builder
	for i, r := range field {
		switch {
		case r >= '1' && r <= '7' && (i == 0 || field[i-1] != '/'):
			out.WriteRune(r - 1)
		case r == '0' || r == '8' || r == '9':
			return "", errors.New("the days of the week are 1 (Sunday) to 7")
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), nil
}

func parseYears(field string) (map[int]bool, error) {
	if field == "*" {
		return nil, nil // every year
	}
	years := map[int]bool{}
	for part := range strings.SplitSeq(field, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(first)
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(last)
		}
		if err != nil || from < 1970 || to > lastYear || to < from {
			return nil, fmt.Errorf("%q is not a year", part)
		}
		for year := from; year <= to; year++ {
			years[year] = true
		}
	}
	return years, nil
}
