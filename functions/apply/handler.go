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

// handler serves the application form and the private page. It is safe for
// concurrent use; nothing about one request is kept in it.
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
		at := func(pattern string, serve func(http.ResponseWriter, *http.Request, *experiment.Experiment) error) {
			method, path, _ := strings.Cut(pattern, " ")
			mux.HandleFunc(method+" /"+e.ID+path, h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
				return serve(w, r, e)
			}))
		}
		at("GET /apply", h.showForm)
		at("POST /apply", h.checkForm)
		at("POST /applications", h.submit)
		at("OPTIONS /applications", h.preflight)
		at("GET /receipt/{token}", h.showReceipt)
		at("GET /link", h.showLinkForm)
		at("POST /link", h.sendLink)
	}
	links := h.links()
	private := func(purpose mail.Purpose, pattern string, serve func(http.ResponseWriter, *http.Request, *visit.Visit) error) {
		mux.HandleFunc(pattern, h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
			return links.Open(w, r, purpose, serve)
		}))
	}
	private(mail.OpenPage, "GET /me/{link}", h.showPrivate)
	private(mail.OpenPage, "GET /me/{link}/edit", h.showEdit)
	private(mail.OpenPage, "POST /me/{link}/check", h.checkEdit)
	private(mail.OpenPage, "POST /me/{link}/edit", h.edit)
	private(mail.OpenPage, "GET /me/{link}/withdraw", h.showWithdraw)
	private(mail.OpenPage, "POST /me/{link}/withdraw", h.withdraw)
	private(mail.OpenPage, "GET /me/{link}/address", h.showAddress)
	private(mail.OpenPage, "POST /me/{link}/address", h.askAddress)
	private(mail.ConfirmAddress, "GET /confirm/{link}", h.showConfirm)
	private(mail.ConfirmAddress, "POST /confirm/{link}", h.confirmAddress)
	return mux
}

// links are the private links that lead here.
func (h *handler) links() visit.Links {
	return visit.Links{Table: h.table, Experiments: h.experiments, Pages: h.pages}
}
