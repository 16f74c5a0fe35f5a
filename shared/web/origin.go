package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Origins are the other sites whose pages may post here, each as browsers name it.
type Origins []string

// ParseOrigins reads a list of origins, between spaces or commas.
func ParseOrigins(list string) Origins {
	return strings.Fields(strings.ReplaceAll(list, ",", " "))
}

// Admit lets posts through that come from our own form, from a page on one of
// the origins, or from a program that names none. Any other is answered with foreign.
func (o Origins) Admit(w http.ResponseWriter, r *http.Request, foreign *Problem) error {
	origin := r.Header.Get("Origin")
	w.Header().Add("Vary", "Origin")
	switch {
	case origin == "":
		return nil
	case sameOrigin(r, origin):
		return nil
	case !slices.Contains(o, origin):
		return foreign
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return nil
}

// sameOrigin reports whether the origin is the one that the request came to.
func sameOrigin(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && u.Host == r.Host
}

// Preflight answers a browser that asks whether a page elsewhere may post JSON.
func (o Origins) Preflight(w http.ResponseWriter, r *http.Request, foreign *Problem) error {
	if err := o.Admit(w, r, foreign); err != nil {
		return err
	}
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.Header().Set("Allow", "OPTIONS, POST")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
