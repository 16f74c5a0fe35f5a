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

//go:embed keep.js
var keep []byte

// asset is a file that pages are made with.
type asset struct {
	name, ext string
	media     string
	content   []byte
}

// The assets: the stylesheet of every page, and the script that saves a form while it
// is filled in, for the pages that have one.
var (
	stylesheet = asset{"style", "css", "text/css; charset=utf-8", style}
	keeping    = asset{"keep", "js", "text/javascript; charset=utf-8", keep}
)

// path is where the asset is served, named by its content.
func (a asset) path() string {
	sum := sha256.Sum256(a.content)
	return "/assets/" + a.name + "." + hex.EncodeToString(sum[:6]) + "." + a.ext
}

// ServeAsset serves the stylesheet and the script at GET /assets/{name}. Their present
// names may be kept for a year. Any other hash gets the present content too, uncached:
// while a new version is rolled out, pages of the old one still look right.
func (p *Pages) ServeAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	for _, a := range []asset{stylesheet, keeping} {
		if !strings.HasPrefix(name, a.name+".") || !strings.HasSuffix(name, "."+a.ext) {
			continue
		}
		if r.URL.Path == a.path() {
			Public(w, 365*24*time.Hour)
			w.Header().Set("Cache-Control", w.Header().Get("Cache-Control")+", immutable")
		}
		w.Header().Del("Vary")
		w.Header().Set("Content-Type", a.media)
		_, _ = w.Write(a.content)
		return
	}
	p.Fail(w, r, NotFound)
}
