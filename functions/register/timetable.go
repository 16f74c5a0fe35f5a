package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// timetable is the briefings of an experiment as they stand at a request.
type timetable struct {
	e        *experiment.Experiment
	settings table.Settings
	sessions []experiment.Session
	now      time.Time
	seats    map[string]table.Seats // nil: not known, and pages do not speak of them
}

func newTimetable(e *experiment.Experiment, settings table.Settings, now time.Time) timetable {
	return timetable{e: e, settings: settings, sessions: settings.Sessions(e), now: now}
}

// timetable reads how the briefings stand. If that is not ok it has answered: with
// all that was posted, ready to be sent again.
func (h *handler) timetable(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) (tt timetable, ok bool, err error) {
	settings, err := h.table.Settings(r.Context(), e.ID)
	switch {
	case err == nil:
		return newTimetable(e, settings, web.Now(r)), true, nil
	case web.HasJSON(r):
		h.notStoredJSON(w, r, e, err)
		return timetable{}, false, nil
	case errors.Is(err, table.ErrBusy) && r.Method == http.MethodPost:
		if unread := h.pages.SendAgain(w, r); unread != nil {
			return timetable{}, false, unread
		}
		slog.ErrorContext(r.Context(), "settings not read", "experiment", e.ID, "error", err)
		return timetable{}, false, nil
	}
	return timetable{}, false, submission.NotTaken(err)
}

// withSeats adds how many seats are left, for a page that shows it. A page is of
// use without that, too.
func (h *handler) withSeats(r *http.Request, tt timetable) timetable {
	var open []string
	for _, s := range tt.registrable() {
		open = append(open, s.ID)
	}
	if len(open) == 0 {
		return tt
	}
	seats, err := h.table.Seats(r.Context(), tt.e.ID, open...)
	if err != nil {
		slog.ErrorContext(r.Context(), "seats not read", "experiment", tt.e.ID, "error", err)
		return tt
	}
	tt.seats = seats
	return tt
}

// session returns the briefing with the id and whether there is one.
func (tt timetable) session(id string) (experiment.Session, bool) {
	for _, s := range tt.sessions {
		if s.ID == id {
			return s, true
		}
	}
	return experiment.Session{}, false
}

// registrable are the briefings for which people can register now.
func (tt timetable) registrable() []experiment.Session {
	var open []experiment.Session
	for _, s := range tt.sessions {
		if s.Registrable(tt.e, tt.now) {
			open = append(open, s)
		}
	}
	return open
}

// full reports whether whoever comes now has to wait.
func (tt timetable) full(s experiment.Session) bool {
	seats, known := tt.seats[s.ID]
	return known && seats.Full(s.Capacity)
}

// line is one briefing as a page tells of it.
type line struct {
	experiment.Session
	Moved    bool // it is at another time than was first announced,
	From, To time.Time
	Begun    bool
	Over     bool
}

// line tells of a briefing.
func (tt timetable) line(s experiment.Session) line {
	l := line{Session: s, Begun: !tt.now.Before(s.Start), Over: !tt.now.Before(s.End)}
	if first, ok := tt.e.Briefing(s.ID); ok {
		l.From, l.To = first.Start, first.End
		l.Moved = !s.Start.Equal(first.Start) || !s.End.Equal(first.End)
	}
	return l
}

// lines tells of all briefings.
func (tt timetable) lines() []line {
	lines := make([]line, len(tt.sessions))
	for i, s := range tt.sessions {
		lines[i] = tt.line(s)
	}
	return lines
}

// closedLines tells of the briefings for which nobody can register now.
func (tt timetable) closedLines() []line {
	var lines []line
	for _, s := range tt.sessions {
		if !s.Registrable(tt.e, tt.now) {
			lines = append(lines, tt.line(s))
		}
	}
	return lines
}

// span is when a briefing takes place, in words.
func (tt timetable) span(start, end time.Time) locale.Text {
	return locale.Text{
		JA: locale.Span(locale.Japanese, start, end, tt.e.Zone()),
		EN: locale.Span(locale.English, start, end, tt.e.Zone()),
	}
}

// option offers a briefing: by when it is, with what else to know of it.
func (tt timetable) option(s experiment.Session) web.Option {
	about := locale.Text{
		JA: s.Title.JA + "。場所：" + s.Place.JA + "。",
		EN: s.Title.EN + ". Place: " + s.Place.EN + ".",
	}
	if l := tt.line(s); l.Moved {
		first := tt.span(l.From, l.To)
		about.JA += "はじめにお知らせした" + first.JA + "から変わりました。"
		about.EN += " Moved from " + first.EN + "."
	}
	switch {
	case tt.seats == nil:
	case tt.full(s):
		about.JA += "満席です。キャンセル待ちの登録になります。"
		about.EN += " Full: you would be on the waiting list."
	default:
		about.JA += "お席があります。"
		about.EN += " Seats are available."
	}
	return web.Option{Value: s.ID, Label: tt.span(s.Start, s.End), Hint: about}
}

// stamp stands for when a briefing takes place. A form carries what it showed, so that
// nobody is registered for another time than that.
func stamp(s experiment.Session) string {
	return fmt.Sprintf("%d-%d", s.Start.Unix(), s.End.Unix())
}
