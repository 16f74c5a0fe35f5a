package main

import (
	"net/http"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// handler serves the surveys. It is safe for concurrent use; nothing about one
// request is kept in it.
type handler struct {
	table       *table.Table
	experiments experiment.Set
	instruments survey.Set
	pages       *web.Pages
	random      func() string // at least 128 random bits as base32 text
}

// routes is every address that the function answers.
func (h *handler) routes() *http.ServeMux {
	mux := http.NewServeMux()
	links := h.links()
	private := func(purpose mail.Purpose, pattern string, serve func(http.ResponseWriter, *http.Request, *visit.Visit) error) {
		mux.HandleFunc(pattern, h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
			return links.OpenSurveys(w, r, purpose, serve)
		}))
	}
	// The same pages are behind the link in a mail about one survey, and behind that of
	// the private page, which leads to all of them.
	survey := func(pattern string, serve func(http.ResponseWriter, *http.Request, *sitting) error) {
		method, path, _ := strings.Cut(pattern, " ")
		private(mail.OpenSurvey, method+" /survey/{link}"+path, h.sitByMail(serve))
		private(mail.OpenPage, method+" /me/{link}/surveys/{wave}"+path, h.sitByPage(serve))
	}
	survey("GET ", h.showSurvey)
	survey("POST /consent", h.answerConsent)
	survey("GET /consent", h.backToSurvey) // of who reloads the answer to a post
	survey("GET /check", h.showCheck)
	survey("POST /check", h.finish)
	survey("GET /{page}", h.showPage)
	survey("POST /{page}", h.savePage)
	private(mail.OpenPage, "GET /me/{link}/research", h.showResearch)
	private(mail.OpenPage, "POST /me/{link}/research", h.changeResearch)
	private(mail.OpenPage, "GET /me/{link}/scores", h.showScores)
	return mux
}

// links are the private links that lead here.
func (h *handler) links() visit.Links {
	return visit.Links{Table: h.table, Experiments: h.experiments, Pages: h.pages}
}
