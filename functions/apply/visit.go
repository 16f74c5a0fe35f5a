package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// visit is one opening of a private page: whom the link belongs to, and where.
type visit struct {
	table.Private
	experiment *experiment.Experiment
	segment    table.Segment
	link       string // path of the page
}

// deadLink answers for every link that opens nothing: unknown, expired, replaced,
// or meant for something else.
var deadLink = &web.Problem{
	Status: http.StatusNotFound,
	Title:  locale.Text{JA: "このリンクは使えません", EN: "This link does not work"},
	Body: locale.Text{
		JA: "リンクが途中で切れているか、期限が過ぎたか、新しいリンクに置き換わっています。メールに書かれたリンクを最後までコピーして開き直すか、新しいリンクを受け取ってください。",
		EN: "It may be cut short, expired, or replaced by a newer one. Please copy the whole link from the mail and open it again, or ask for a new one.",
	},
}

// deadLink leads to where new links are asked for, once for each experiment.
func (h *handler) deadLink() error {
	all := h.experiments.All()
	var next []web.Link
	for _, e := range all {
		link := linkForm(e)
		if len(all) > 1 {
			link.Text.JA += "(" + e.Short.JA + ")"
			link.Text.EN += " (" + e.Short.EN + ")"
		}
		next = append(next, link)
	}
	return deadLink.Leading(next...)
}

// visit checks the link of a request and serves what it opens. Opening a page
// changes nothing.
func (h *handler) visit(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter, *http.Request, *visit) error) error {
	segment, err := table.ParseSegment(r.PathValue("link"))
	if err != nil {
		return h.deadLink()
	}
	purpose := mail.OpenPage
	if strings.HasPrefix(r.URL.Path, table.ConfirmPath) {
		purpose = mail.ConfirmAddress
	}
	opened, err := h.table.Open(r.Context(), segment.Person, segment.Mail, segment.Token, purpose, web.Now(r))
	switch {
	case errors.Is(err, table.ErrNotFound), errors.Is(err, table.ErrLinkExpired), errors.Is(err, table.ErrLinkRevoked):
		return h.deadLink()
	case errors.Is(err, table.ErrBusy) && r.Method == http.MethodPost:
		if unread := h.pages.SendAgain(w, r); unread != nil {
			return unread
		}
		slog.ErrorContext(r.Context(), "private page not read", "error", err)
		return nil
	case err != nil:
		return submission.NotTaken(err)
	}
	e, ok := h.experiments.Experiment(opened.Person.Experiment)
	if !ok {
		return h.deadLink()
	}
	return serve(w, r, &visit{Private: opened, experiment: e, segment: segment, link: segment.Path(purpose)})
}

// editable reports whether the application may still be changed.
func (v *visit) editable(r *http.Request) bool {
	return v.Application != nil && v.Person.Withdrawn == "" &&
		v.experiment.Application.State(web.Now(r)) == experiment.Open
}

// ownPage leads to the private page.
func (v *visit) ownPage() web.Link { return web.Link{Path: v.link, Text: privateTitle} }

// stepPage is a page of one step that the private page leads to.
func (h *handler) stepPage(v *visit, title locale.Text, data any) web.Page {
	page := web.About(v.experiment, title, data)
	page.Up = v.ownPage()
	return page
}

// privatePage is a page that belongs to one person.
func (h *handler) privatePage(v *visit, title locale.Text, data any) web.Page {
	page := web.About(v.experiment, title, data)
	page.Self = v.link
	return page
}
