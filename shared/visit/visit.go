// Package visit opens the private links in mails. A route says what its links
// are for; a link that is for something else opens nothing there:
//
//	links := visit.Links{Table: h.table, Experiments: h.experiments, Pages: h.pages}
//	mux.HandleFunc("GET /me/{link}", h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
//		return links.Open(w, r, mail.OpenPage, h.showPrivate)
//	}))
package visit

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// Links are the private links whose pages a function serves.
type Links struct {
	Table       *table.Table
	Experiments experiment.Set
	Pages       *web.Pages
}

// Visit is one opening of a private link: whom the link belongs to, and where.
type Visit struct {
	table.Private
	Experiment *experiment.Experiment
	Segment    table.Segment
	Link       string // path of the page
}

// Open checks the link of a request, which is {link} in the route's pattern, and
// serves what it opens. Opening a link changes nothing. What was posted is kept
// while the link cannot be checked.
func (l Links) Open(w http.ResponseWriter, r *http.Request, purpose mail.Purpose, serve func(http.ResponseWriter, *http.Request, *Visit) error) error {
	return l.open(w, r, purpose, nil, serve)
}

// OpenSurveys is Open with what the person has answered of all surveys.
func (l Links) OpenSurveys(w http.ResponseWriter, r *http.Request, purpose mail.Purpose, serve func(http.ResponseWriter, *http.Request, *Visit) error) error {
	return l.open(w, r, purpose, l.rounds(), serve)
}

func (l Links) open(w http.ResponseWriter, r *http.Request, purpose mail.Purpose, rounds []string, serve func(http.ResponseWriter, *http.Request, *Visit) error) error {
	segment, err := table.ParseSegment(r.PathValue("link"))
	if err != nil {
		return l.Dead()
	}
	opened, err := l.Table.OpenSurveys(r.Context(), segment.Person, segment.Mail, segment.Token, purpose, web.Now(r), rounds, l.ids()...)
	switch {
	case errors.Is(err, table.ErrNotFound), errors.Is(err, table.ErrLinkExpired), errors.Is(err, table.ErrLinkRevoked):
		return l.Dead()
	case errors.Is(err, table.ErrBusy) && r.Method == http.MethodPost:
		if unread := l.Pages.SendAgain(w, r); unread != nil {
			return unread
		}
		slog.ErrorContext(r.Context(), "private page not read", "error", err)
		return nil
	case err != nil:
		return submission.NotTaken(err)
	}
	e, ok := l.Experiments.Experiment(opened.Person.Experiment)
	if !ok {
		return l.Dead()
	}
	return serve(w, r, &Visit{Private: opened, Experiment: e, Segment: segment, Link: segment.Path(purpose)})
}

// ids names the experiments, one of which the link's person takes part in.
func (l Links) ids() []string {
	var ids []string
	for _, e := range l.Experiments.All() {
		ids = append(ids, e.ID)
	}
	return ids
}

// rounds names the survey rounds of all experiments, each once: whose link it is, is
// known when it is open.
func (l Links) rounds() []string {
	var ids []string
	for _, e := range l.Experiments.All() {
		ids = append(ids, e.RoundIDs()...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Sessions are the experiment's briefings as they stand.
func (v *Visit) Sessions() []experiment.Session { return v.Settings.Sessions(v.Experiment) }

// OwnPage leads to the private page, from a visit whose link opens it.
func (v *Visit) OwnPage() web.Link {
	return web.Link{Path: v.Link, Text: locale.Text{JA: "あなたのページ", EN: "Your page"}}
}

// Page is a page that belongs to one person. Its address shows it again.
func (v *Visit) Page(title locale.Text, data any) web.Page {
	page := web.About(v.Experiment, title, data)
	page.Self = v.Link
	return page
}

// Step is a page of one step that the private page leads to.
func (v *Visit) Step(title locale.Text, data any) web.Page {
	page := web.About(v.Experiment, title, data)
	page.Up = v.OwnPage()
	return page
}
