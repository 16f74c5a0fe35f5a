package main

import (
	"net/http"
	"net/url"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// foreignOrigin answers a post from a page that is not on the list.
var foreignOrigin = &web.Problem{
	Status: http.StatusForbidden,
	Title:  locale.Text{JA: "このページからは応募できません", EN: "Applications cannot be sent from that page"},
	Body: locale.Text{
		JA: "応募フォームは、このサイトの募集ページから開いてください。応募は受け付けられていません。",
		EN: "Please open the application form from the experiment's page on this site. No application was received.",
	},
}

// admitOrigin lets posts through that come from our own form, from a page on an
// allowed origin, or from a program that names none.
func (h *handler) admitOrigin(w http.ResponseWriter, r *http.Request) error {
	origin := r.Header.Get("Origin")
	w.Header().Add("Vary", "Origin")
	switch {
	case origin == "":
		return nil
	case sameOrigin(r, origin):
		return nil
	case !slices.Contains(h.origins, origin):
		return foreignOrigin
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return nil
}

// sameOrigin reports whether the origin is the one that the request came to.
func sameOrigin(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && u.Host == r.Host
}

// preflight answers a browser that asks whether a page elsewhere may post JSON.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request, _ *experiment.Experiment) error {
	if err := h.admitOrigin(w, r); err != nil {
		return err
	}
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.Header().Set("Allow", "OPTIONS, POST")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
