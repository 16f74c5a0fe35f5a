package web

import (
	"mime"
	"net/http"
	"time"
)

// Now returns the instant at which the gateway took the request. Nothing else
// decides what is open, due or expired. Outside a request that came through
// Handler it is the zero time, at which nothing is open yet.
func Now(r *http.Request) time.Time {
	return factsOf(r).now
}

func factsOf(r *http.Request) facts {
	f, _ := r.Context().Value(requestKey{}).(facts)
	return f
}

// WantsJSON reports whether the client speaks JSON: it sent JSON, or it
// prefers JSON to a page.
func WantsJSON(r *http.Request) bool {
	if HasJSON(r) {
		return true
	}
	accept := r.Header.Get("Accept")
	return quality(accept, "application/json") > quality(accept, "text/html")
}

// HasJSON reports whether the request's body says that it is JSON.
func HasJSON(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/json"
}
