package main

import (
	"errors"
	"mime"
	"net/http"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// What the buttons of the page post.
const (
	act    = "act"
	stop   = "stop"   // no announcements any more
	resume = "resume" // announcements again
)

// mailsView says which mails come, and lets the person stop those that are optional.
type mailsView struct {
	Experiment *experiment.Experiment
	Path       string // of this page
	Stopped    bool
	Withdrawn  bool // and gets no mail at all
	Notice     *web.Notice
}

var mailsTitle = locale.Text{JA: "お知らせのメール", EN: "Announcements by mail"}

// showMails is where the link in an announcement leads, and showMailsOfPage where the
// private page does. Mail programs open links by themselves, so neither changes anything.
func (h *handler) showMails(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.showMailsAt(w, r, v, v.Link, v.Page(mailsTitle, nil), nil)
}

func (h *handler) showMailsOfPage(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.showMailsAt(w, r, v, mailsPath(v), stepOfMails(v), nil)
}

func mailsPath(v *visit.Visit) string { return v.Link + "/mails" }

func stepOfMails(v *visit.Visit) web.Page {
	page := v.Step(mailsTitle, nil)
	page.Self = mailsPath(v)
	return page
}

func (h *handler) showMailsAt(w http.ResponseWriter, r *http.Request, v *visit.Visit, path string, page web.Page, notice *web.Notice) error {
	page.Data = mailsView{
		Experiment: v.Experiment, Path: path, Stopped: v.Person.Unsubscribed != "", Withdrawn: v.Person.Withdrawn != "", Notice: notice,
	}
	h.pages.Show(w, r, http.StatusOK, "mails", page)
	return nil
}

// unsubscribe stops announcements, by one click in a mail program (RFC 8058) or by the
// button of the page, which alone can also let them come again.
//
// Mail programs post from wherever they run, without cookies, with
// List-Unsubscribe=One-Click as a form of either type, perhaps more than once, and
// follow no redirect. So anything that is posted here stops them, but for the page's own
// button, and is answered with 200 and the page. There is no check of the origin:
// who has the link may use it, and all that it can do is this.
func (h *handler) unsubscribe(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	stopping := true
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/x-www-form-urlencoded" {
		if typed, err := web.ReadForm(r); err == nil {
			stopping = typed.Get(act) != resume
		}
	}
	return h.subscribe(w, r, v, stopping, v.Link, v.Page(mailsTitle, nil))
}

// changeMails stops announcements or lets them come again, from the private page.
func (h *handler) changeMails(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	switch typed.Get(act) {
	case stop, resume:
		return h.subscribe(w, r, v, typed.Get(act) == stop, mailsPath(v), stepOfMails(v))
	}
	return h.showMailsOfPage(w, r, v)
}

// subscribe changes what the person gets and shows the result.
func (h *handler) subscribe(w http.ResponseWriter, r *http.Request, v *visit.Visit, stopping bool, path string, page web.Page) error {
	err := h.table.Unsubscribe(r.Context(), v.Person.ID, stopping, web.Now(r))
	switch {
	case errors.Is(err, table.ErrNotFound):
		return h.links().Dead()
	case err != nil:
		return submission.NotTaken(err)
	}
	notice := web.Notice{Kind: web.Success, Focus: true,
		Title: locale.Text{JA: "お知らせのメールを再開しました", EN: "You get announcements again"}}
	v.Person.Unsubscribed = ""
	if stopping {
		notice.Title = locale.Text{JA: "お知らせのメールを止めました", EN: "Announcements are stopped"}
		v.Person.Unsubscribed = table.At(web.Now(r))
	}
	return h.showMailsAt(w, r, v, path, page, &notice)
}
