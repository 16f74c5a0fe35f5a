package web_test

import (
	"net/http"
	"testing"

	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

// posting is a function that notes what is posted from allowed pages.
func posting(origins web.Origins) webtest.Handler {
	foreign := &web.Problem{Status: http.StatusForbidden, Title: text("ここからは送れません", "Not from there"), Body: text("元のページへ", "Go back")}
	pages := web.NewPages(files, lab)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /notes", pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
		if err := origins.Admit(w, r, foreign); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}))
	mux.HandleFunc("OPTIONS /notes", pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
		return origins.Preflight(w, r, foreign)
	}))
	return web.Handler(pages, mux)
}

func TestOnlyOurPagesListedOnesAndProgramsMayPost(t *testing.T) {
	t.Parallel()
	serve := posting(web.ParseOrigins("https://partner.example, https://other.example "))
	for _, c := range []struct {
		origin  string
		status  int
		allowed string
	}{
		{"", http.StatusNoContent, ""},                    // a program
		{"https://lab.example", http.StatusNoContent, ""}, // our own page
		{"https://partner.example", http.StatusNoContent, "https://partner.example"},
		{"https://other.example", http.StatusNoContent, "https://other.example"},
		{"https://partner.example.evil.example", http.StatusForbidden, ""},
		{"http://partner.example", http.StatusForbidden, ""},
		{"null", http.StatusForbidden, ""},
	} {
		for _, method := range []string{http.MethodPost, http.MethodOptions} {
			b := webtest.New(t, serve, noon)
			if c.origin != "" {
				b.Header.Set("Origin", c.origin)
			}
			answer := b.Do(method, "/notes", nil, "").Want(c.status)
			if got := answer.Header.Get("Access-Control-Allow-Origin"); got != c.allowed {
				t.Errorf("%s from %q: the answer allows %q, want %q", method, c.origin, got, c.allowed)
			}
			if c.status == http.StatusForbidden {
				answer.Says("ここからは送れません")
			}
		}
	}
}
