package main

import (
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// open reports whether applications are taken now. If not, it has answered: with
// the reason, whom to ask, and what was typed.
func (h *handler) open(w http.ResponseWriter, r *http.Request, e *experiment.Experiment, typed url.Values) bool {
	state := e.Application.State(web.Now(r))
	if state == experiment.Open {
		return true
	}
	page := h.closedPage(e, state)
	if web.WantsJSON(r) {
		web.WriteJSONErrors(w, r, http.StatusForbidden, web.Errors{{Field: "request", Text: page.Data.(closedView).Reason}})
		return false
	}
	view := page.Data.(closedView)
	view.Refused = true
	all := sections(e, applying, typed, nil)
	view.Summary = web.Answers(web.Lang(r), all[:2], false)
	view.Sections = all[:2]
	page.Data = view
	h.pages.Show(w, r, http.StatusForbidden, "closed", page)
	return false
}

// closedView says why no application can be sent now.
type closedView struct {
	Experiment *experiment.Experiment
	NotYet     bool
	Reason     locale.Text
	Refused    bool // an application was sent and not taken
	Sections   []web.Section
	Summary    [][]web.Row
}

func (h *handler) closedPage(e *experiment.Experiment, state experiment.State) web.Page {
	view := closedView{Experiment: e, NotYet: state == experiment.NotYetOpen}
	title := locale.Text{JA: "応募の受付は終了しました", EN: "Applications are closed"}
	print := func(lang locale.Lang, at func(locale.Lang, time.Time, *time.Location) string, t time.Time) string {
		return at(lang, t, e.Zone())
	}
	view.Reason = locale.Text{
		JA: "応募は" + print(locale.Japanese, locale.Deadline, e.Application.Close) + "に締め切りました。",
		EN: "Applications closed on " + print(locale.English, locale.Deadline, e.Application.Close) + ".",
	}
	if view.NotYet {
		title = locale.Text{JA: "応募の受付はまだ始まっていません", EN: "Applications are not open yet"}
		view.Reason = locale.Text{
			JA: "応募は" + print(locale.Japanese, locale.Instant, e.Application.Open) + "から受け付けます。",
			EN: "Applications open on " + print(locale.English, locale.Instant, e.Application.Open) + ".",
		}
	}
	return web.About(e, title, view)
}
