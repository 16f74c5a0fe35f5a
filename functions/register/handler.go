package main

import (
	"net/http"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// handler serves the briefings' pages. It is safe for concurrent use; nothing about
// one request is kept in it.
type handler struct {
	table       *table.Table
	experiments experiment.Set
	pages       *web.Pages
	origins     web.Origins   // other sites whose pages may post
	random      func() string // at least 128 random bits as base32 text
}

// routes is every address that the function answers. Those of an experiment are
// registered by its name, so that another name is simply not found.
func (h *handler) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, e := range h.experiments.All() {
		if len(e.Briefings) == 0 {
			continue
		}
		at := func(pattern string, serve func(http.ResponseWriter, *http.Request, *experiment.Experiment) error) {
			method, path, _ := strings.Cut(pattern, " ")
			mux.HandleFunc(method+" /"+e.ID+path, h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
				return serve(w, r, e)
			}))
		}
		at("GET /register", h.showForm)
		at("POST /register", h.checkForm)
		at("POST /registrations", h.submit)
		at("OPTIONS /registrations", h.preflight)
		at("GET /registered/{token}", h.showReceipt)
	}
	links := h.links()
	private := func(purpose mail.Purpose, pattern string, serve func(http.ResponseWriter, *http.Request, *visit.Visit) error) {
		mux.HandleFunc(pattern, h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
			return links.Open(w, r, purpose, serve)
		}))
	}
	private(mail.OpenPage, "GET /me/{link}/briefing", h.showBriefing)
	private(mail.OpenPage, "POST /me/{link}/briefing/book", h.book)
	private(mail.OpenPage, "POST /me/{link}/briefing/take", h.takeSeat)
	private(mail.OpenPage, "GET /me/{link}/briefing/cancel", h.showCancel)
	private(mail.OpenPage, "POST /me/{link}/briefing/cancel", h.cancel)
	// Who reloads the answer to a post comes back to the page.
	private(mail.OpenPage, "GET /me/{link}/briefing/book", h.backToBriefing)
	private(mail.OpenPage, "GET /me/{link}/briefing/take", h.backToBriefing)
	private(mail.OpenPage, "GET /me/{link}/join", h.showJoinOfPage)
	private(mail.OpenPage, "POST /me/{link}/join", h.joinFromPage)
	private(mail.OpenPage, "GET /me/{link}/mails", h.showMailsOfPage)
	private(mail.OpenPage, "POST /me/{link}/mails", h.changeMails)
	private(mail.Join, "GET /join/{link}", h.showJoin)
	private(mail.Join, "POST /join/{link}", h.join)
	private(mail.Unsubscribe, "GET /unsubscribe/{link}", h.showMails)
	private(mail.Unsubscribe, "POST /unsubscribe/{link}", h.unsubscribe)
	return mux
}

// links are the private links that lead here.
func (h *handler) links() visit.Links {
	return visit.Links{Table: h.table, Experiments: h.experiments, Pages: h.pages}
}
