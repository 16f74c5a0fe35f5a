package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// route calls the handler that the mux has for the request; where it has none
// the answer is one of our pages instead of the mux's plain words.
func (p *Pages) route(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) {
	h, pattern := mux.Handler(r)
	if pattern != "" {
		mux.ServeHTTP(w, r)
		return
	}
	if to, ok := withoutSlash(r, mux); ok {
		http.Redirect(w, r, to, http.StatusPermanentRedirect)
		return
	}
	// What the mux would say tells an unknown path from a wrong method.
	said := &response{header: make(http.Header)}
	h.ServeHTTP(said, r)
	if said.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", said.header.Get("Allow"))
		p.Fail(w, r, wrongMethod)
		return
	}
	p.Fail(w, r, NotFound)
}

// withoutSlash returns the address without its last slash, if that one leads
// somewhere.
func withoutSlash(r *http.Request, mux *http.ServeMux) (string, bool) {
	trimmed := strings.TrimRight(r.URL.Path, "/")
	if trimmed == r.URL.Path || trimmed == "" || path.Clean(trimmed) != trimmed {
		return "", false
	}
	u := url.URL{Path: trimmed, RawQuery: r.URL.RawQuery}
	_, pattern := mux.Handler(&http.Request{Method: r.Method, Host: r.Host, URL: &u})
	return u.String(), pattern != ""
}
