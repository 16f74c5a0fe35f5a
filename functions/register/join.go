package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// joinView is the door to a session.
type joinView struct {
	standing
	Experiment *experiment.Experiment
	Withdrawn  bool
	Early      bool // the door is not open yet
	JoinFrom   time.Time
	Open       bool     // it is, and leads to a room
	Path       string   // of this page
	Briefing   web.Link // where the registration is looked after
}

// showJoin is where the link in a mail leads, and showJoinOfPage where the private
// page does. Neither changes anything, however often it is opened.
func (h *handler) showJoin(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.showDoor(w, r, http.StatusOK, door(v, r, v.Link, visit.LinkForm(v.Experiment)), v.Page(joinTitle, nil))
}

func (h *handler) showJoinOfPage(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.showDoor(w, r, http.StatusOK, doorOfPage(v, r), v.Step(joinTitle, nil))
}

// join notes that the person came, and leads to the room.
func (h *handler) join(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.enter(w, r, v, door(v, r, v.Link, visit.LinkForm(v.Experiment)), v.Page(joinTitle, nil))
}

func (h *handler) joinFromPage(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.enter(w, r, v, doorOfPage(v, r), v.Step(joinTitle, nil))
}

var joinTitle = locale.Text{JA: "説明会に参加する", EN: "Join the briefing"}

// door is how the way to the session stands.
func door(v *visit.Visit, r *http.Request, path string, briefing web.Link) joinView {
	tt := timetableOf(v, r)
	view := joinView{
		standing: tt.standing(v), Experiment: v.Experiment, Withdrawn: v.Person.Withdrawn != "", Path: path, Briefing: briefing,
	}
	if view.Withdrawn || view.State != seated && view.State != underway {
		return view
	}
	view.JoinFrom, view.Early = view.Session.JoinFrom(), !view.Session.Joinable(tt.now)
	_, hasRoom := room(view.Session.Session)
	view.Open = !view.Early && hasRoom
	return view
}

func doorOfPage(v *visit.Visit, r *http.Request) joinView {
	return door(v, r, v.Link+"/join", web.Link{Path: v.Link + "/briefing", Text: locale.Text{JA: "登録の状況を見る", EN: "See your registration"}})
}

// room is the address of a session's room, if staff have set one. Nothing but that
// address leads a person away from the site, and only over TLS.
func room(s experiment.Session) (string, bool) {
	u, err := url.Parse(s.Room)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	return u.String(), true
}

func (h *handler) showDoor(w http.ResponseWriter, r *http.Request, status int, view joinView, page web.Page) error {
	if view.Open {
		web.LeadAway(w)
	}
	page.Data = view
	h.pages.Show(w, r, status, "join", page)
	return nil
}

// timeToNote is how long a person is kept from the room for the sake of the note.
const timeToNote = 3 * time.Second

// enter leads to the room. That a person came is noted first; but to get in matters
// more than the note, so whoever has a seat gets in while the table does not answer.
// Staff find in the log that a note is missing.
func (h *handler) enter(w http.ResponseWriter, r *http.Request, v *visit.Visit, view joinView, page web.Page) error {
	if !view.Open {
		return h.showDoor(w, r, http.StatusConflict, view, page)
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeToNote)
	defer cancel()
	err := h.table.Attend(ctx, v.Person.ID, view.Session.ID, web.Now(r))
	switch {
	case errors.Is(err, table.ErrNotRegistered), errors.Is(err, table.ErrWithdrawn), errors.Is(err, table.ErrNotFound):
		// Between reading and noting it was given up; the page says so.
		http.Redirect(w, r, view.Path, http.StatusSeeOther)
		return nil
	case err != nil:
		slog.ErrorContext(r.Context(), "attendance not noted", "experiment", v.Experiment.ID, "person", v.Person.ID, "briefing", view.Session.ID, "error", err)
	}
	to, _ := room(view.Session.Session)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
