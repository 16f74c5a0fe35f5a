package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// setHeaders sets what every answer carries. Hardly a page has a script, so the
// policy allows none. Nothing is stored or indexed unless Public says so.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy("'self'"))
	h.Set("Strict-Transport-Security", "max-age=63072000")
	h.Set("X-Content-Type-Options", "nosniff")
	// Browsers send "Origin: null" with the forms of a page whose policy is no-referrer.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Vary", "Accept, Accept-Language, Cookie")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
}

// policy is the Content-Security-Policy of a page whose forms may lead to the targets.
func policy(targets string) string {
	return "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action " + targets + "; base-uri 'none'; frame-ancestors 'none'"
}

// LeadAway lets the forms of the answered page lead to other sites. Browsers hold
// the whole way of a form to the policy, each redirect too, and a meeting's address
// may send people on to a host of its own: so any site will do, over TLS. It is
// for a page on which nothing is typed.
func LeadAway(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", policy("'self' https:"))
}

// allowScript lets the answered page run the site's own script and let it speak to
// the site.
func allowScript(h http.Header) {
	h.Set("Content-Security-Policy", policy("'self'")+"; script-src 'self'; connect-src 'self'")
}

// Public lets anybody keep and index the answer, for the given time. It is for
// pages that show nothing about a person. An answer that sets a cookie stays
// uncached.
func Public(w http.ResponseWriter, age time.Duration) {
	h := w.Header()
	h.Del("X-Robots-Tag")
	if h.Get("Set-Cookie") == "" {
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(age.Seconds())))
	}
}

// validate gives a cacheable answer its ETag, and answers 304 to a client that
// has it already.
func (w *response) validate(r *http.Request) {
	cacheable := strings.HasPrefix(w.header.Get("Cache-Control"), "public") &&
		w.status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if !cacheable {
		return
	}
	sum := sha256.Sum256(w.body.Bytes())
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	w.header.Set("ETag", tag)
	for known := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			w.status = http.StatusNotModified
			w.body.Reset()
			w.header.Del("Content-Type")
			return
		}
	}
}
