package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

//go:embed style.css
var style []byte

// stylePath is where the stylesheet is served, named by its content.
func stylePath() string {
	sum := sha256.Sum256(style)
	return "/assets/style." + hex.EncodeToString(sum[:6]) + ".css"
}

// ServeStyle serves the stylesheet at GET /assets/{name}. Its present name may
// be kept for a year. Any other hash gets the present stylesheet too, uncached:
// while a new version is rolled out, pages of the old one still look right.
func (p *Pages) ServeStyle(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !strings.HasPrefix(name, "style.") || !strings.HasSuffix(name, ".css") {
		p.Fail(w, r, NotFound)
		return
	}
	if r.URL.Path == p.style {
		Public(w, 365*24*time.Hour)
		w.Header().Set("Cache-Control", w.Header().Get("Cache-Control")+", immutable")
	}
	w.Header().Del("Vary")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style)
}
