package main

import (
	"mime"
	"net/http"
	"strconv"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// resultsFiles are the forms of a release beside its page.
var resultsFiles = []string{"results.json", "results.csv", "codebook.csv"}

// notPublished is the answer for the files of an experiment without a release. It is in
// both languages, as the files are.
const notPublished = "結果はまだ公表していません。公表の予定は、結果のページをご覧ください。 / The results have not been published yet. The page of the results says when they are expected."

// cannotShow is for a page that only the table knows.
var cannotShow = &web.Problem{
	Status: http.StatusServiceUnavailable,
	Title:  locale.Text{JA: "結果をいま表示できません", EN: "The results cannot be shown just now"},
	Body: locale.Text{
		JA: "こちら側の問題で、公表している結果を読み出せませんでした。結果がなくなったわけではありません。1分ほどおいて、もう一度お試しください。",
		EN: "The fault is ours: the published results could not be read. They are not lost. Please wait about a minute and try again.",
	},
}

// resultsPath is where the results of an experiment are, or will be.
func resultsPath(e *experiment.Experiment) string { return "/" + e.ID + "/results" }

// routeResults registers the addresses of the results of an experiment: the page, and
// the files beside it and beneath it.
func (h *handler) routeResults(mux *http.ServeMux, e *experiment.Experiment) {
	mux.HandleFunc("GET "+resultsPath(e), h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error { return h.showResults(w, r, e) }))
	for _, name := range resultsFiles {
		serve := h.pages.Answer(func(w http.ResponseWriter, r *http.Request) error { return h.serveResults(w, r, e, name) })
		mux.HandleFunc("GET /"+e.ID+"/"+name, serve)
		mux.HandleFunc("GET "+resultsPath(e)+"/"+name, serve)
	}
}

// showResults shows the last release, or when there will be one.
func (h *handler) showResults(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	last, err := h.library.last(r.Context(), e, web.Now(r))
	if err != nil {
		return cannotShow
	}
	web.Public(w, fresh)
	if last.release == nil {
		h.pages.Show(w, r, http.StatusOK, "expected", web.About(e, resultsTitle(e, false), h.expect(e, last.plan, web.Now(r), web.Lang(r))))
		return nil
	}
	page := web.About(e, resultsTitle(e, last.release.MadeUp), h.report(e, last, "https://"+r.Host, web.Lang(r)))
	page.Description = e.Question
	h.pages.Show(w, r, http.StatusOK, "results", page)
	return nil
}

func resultsTitle(e *experiment.Experiment, madeUp bool) locale.Text {
	title := locale.Text{JA: e.Short.JA + "の結果", EN: "Results: " + e.Short.EN}
	if madeUp {
		return locale.Text{JA: "【架空データ】" + title.JA, EN: "[Made-up data] " + title.EN}
	}
	return title
}

// serveResults serves a file of the last release. The files are open data: pages of any
// origin may read them.
func (h *handler) serveResults(w http.ResponseWriter, r *http.Request, e *experiment.Experiment, name string) error {
	last, err := h.library.last(r.Context(), e, web.Now(r))
	if err != nil {
		return cannotShow
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Del("Vary")
	w.Header().Del("Content-Language")
	if last.release == nil {
		refuseFile(w, name)
		return nil
	}
	body, err := h.file(last, e, name)
	if err != nil {
		return err
	}
	web.Public(w, fresh)
	if name == "results.json" {
		w.Header().Set("Content-Type", "application/json")
	} else {
		as := e.ID + "-" + strconv.Itoa(last.release.Number) + "-" + name
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": as}))
	}
	_, _ = w.Write(body) //nolint:gosec // a released file, served as JSON or CSV and never sniffed
	return nil
}

// file returns one form of the release.
func (h *handler) file(last published, e *experiment.Experiment, name string) ([]byte, error) {
	switch name {
	case "results.csv":
		return last.release.CSV()
	case "codebook.csv":
		return last.release.Codebook(e)
	}
	return last.json, nil
}

// refuseFile says that there is nothing to download yet, in the form that was asked for.
func refuseFile(w http.ResponseWriter, name string) {
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(fresh/time.Second)))
	if name == "results.json" {
		web.WriteJSON(w, http.StatusNotFound, map[string]any{"errors": map[string]string{"request": notPublished}})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(notPublished + "\n"))
}
