package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// wished returns the settings as staff want to have them, or in plain words
// everything that is wrong with what was asked for.
func wished(e *experiment.Experiment, settings table.Settings, arguments []string) (table.Settings, []string) {
	var problems []string
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	seen := map[string]bool{}
	for _, argument := range arguments {
		key, value, assigned := strings.Cut(argument, "=")
		briefing, field, dotted := strings.Cut(key, ".")
		_, known := e.Briefing(briefing)
		switch {
		case !assigned || !dotted:
			bad("%q is not of the form b1.start=VALUE", argument)
			continue
		case seen[key]:
			bad("%s is given twice", key)
			continue
		case !known:
			bad("%s: there is no briefing %q, but: %s", key, briefing, strings.Join(briefingsOf(e), ", "))
			continue
		}
		seen[key] = true
		set := settings.Briefing(briefing)
		if problem := assign(&set, field, strings.TrimSpace(value), e.Zone()); problem != "" {
			bad("%s: %s", key, problem)
			continue
		}
		settings = settings.With(briefing, set)
	}
	return settings, problems
}

func briefingsOf(e *experiment.Experiment) []string {
	var ids []string
	for _, b := range e.Briefings {
		ids = append(ids, b.ID)
	}
	return ids
}

// assign sets one field of a briefing, or says what is wrong with the value.
func assign(set *table.BriefingSetting, field, value string, zone *time.Location) string {
	var problem string
	switch field {
	case "start":
		set.Start, problem = instantOf(value, zone)
	case "end":
		set.End, problem = instantOf(value, zone)
	case "cancelled":
		if value != "yes" && value != "no" {
			return fmt.Sprintf("it is yes or no, not %q", value)
		}
		set.Canceled = value == "yes"
	case "room":
		set.Room, problem = value, badRoom(value)
	default:
		return "what can be set is start, end, cancelled and room"
	}
	return problem
}

// instantOf reads an instant; never for nothing.
func instantOf(value string, zone *time.Location) (table.Instant, string) {
	if value == "" {
		return "", ""
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, value, zone); err == nil {
			return table.At(at), ""
		}
	}
	return "", fmt.Sprintf("%q is no time such as 2020-11-07T19:30:00+09:00 or \"2020-11-07 19:30\"", value)
}

// badRoom says what is wrong with the address of a room. Nothing is none.
func badRoom(value string) string {
	if value == "" {
		return ""
	}
	room, err := url.Parse(value)
	switch {
	case err != nil, room.Scheme != "https", room.Hostname() == "":
		return "a room is an address that begins with https://"
	case room.User != nil:
		return "the address of a room holds no user name or password"
	case len(value) > 1000, strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "the address of a room has no spaces or letters other than ASCII, and at most 1000 of them"
	}
	return ""
}

// difference is what a change makes of one key.
type difference struct{ key, from, to string }

// differences are what a change makes of the briefings, as people will see them.
func differences(before, after []experiment.Session) []difference {
	var all []difference
	for i, was := range before {
		will := after[i]
		add := func(field string, differs bool, from, to string) {
			if differs {
				all = append(all, difference{was.ID + "." + field, from, to})
			}
		}
		add("start", !was.Start.Equal(will.Start), clock(was.Start), clock(will.Start))
		add("end", !was.End.Equal(will.End), clock(was.End), clock(will.End))
		add("cancelled", was.Canceled != will.Canceled, yesNo(was.Canceled), yesNo(will.Canceled))
		add("room", was.Room != will.Room, roomIn(was.Room), roomIn(will.Room))
	}
	return all
}

func clock(at time.Time) string { return at.Format("Mon 2006-01-02 15:04 -07:00") }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// roomIn says of a room what may be on record of it.
func roomIn(address string) string {
	if address == "" {
		return "none"
	}
	return "an address"
}

// moves reports whether people have to be told: by date or cancellation.
func moves(was, will experiment.Session) bool {
	return !was.Start.Equal(will.Start) || !was.End.Equal(will.End) || was.Canceled != will.Canceled
}

// forbidden says in plain words everything for which a change cannot be made at an
// instant.
func forbidden(before, after []experiment.Session, now time.Time) []string {
	var problems []string
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for i, was := range before {
		will := after[i]
		if !moves(was, will) {
			continue
		}
		switch {
		case !now.Before(was.End):
			bad("%s is over since %s: it can no longer be moved or cancelled", was.ID, clock(was.End))
			continue
		case !now.Before(was.Start):
			bad("%s has begun at %s: it can no longer be moved or cancelled", was.ID, clock(was.Start))
			continue
		}
		if !will.End.After(will.Start) {
			bad("%s would end at %s, which is not after its start at %s", was.ID, clock(will.End), clock(will.Start))
		}
		if !now.Before(will.Start) {
			bad("%s would start at %s, which is past", was.ID, clock(will.Start))
		}
	}
	if len(differences(before, after)) == 0 {
		bad("nothing would change")
	}
	return slices.Compact(problems)
}
