package main

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/experiment/notes"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/web"
)

// handler serves the public pages. It is safe for concurrent use; nothing
// about one request is kept in it but what was last known of the briefings and of
// the results.
type handler struct {
	experiments experiment.Set
	notes       []notes.Note
	calendar    *calendar
	library     *library
	instruments survey.Set
	pages       *web.Pages
}

// toHome leads from a page to the one above it.
var toHome = web.Link{Path: "/", Text: locale.Text{JA: "ラボのトップページ", EN: "The lab’s home"}}

// fresh is how long a page may be kept: what it says changes with the time.
const fresh = time.Minute

// routes is every address that the function answers. Those of the experiments
// are registered by name, so that another name is simply not found.
func (h *handler) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.showHome)
	for _, e := range h.experiments.All() {
		mux.HandleFunc("GET /"+e.ID, func(w http.ResponseWriter, r *http.Request) { h.showExperiment(w, r, e) })
		h.routeResults(mux, e)
	}
	mux.HandleFunc("GET /notes", h.showNotes)
	mux.HandleFunc("GET /notes/{note}", h.showNote)
	mux.HandleFunc("GET /assets/{name}", h.pages.ServeAsset)
	mux.HandleFunc("GET /favicon.svg", serveFavicon)
	mux.HandleFunc("GET /robots.txt", serveRobots)
	return mux
}

// summary is an experiment in the list on the home page.
type summary struct {
	*experiment.Experiment
	Stage stage
	// Invites is whether a briefing of the file is still to come. Its page, to
	// which this leads, knows whether that is still so.
	Invites bool
}

type home struct {
	Experiments []summary
	Notes       []notes.Note
}

func (h *handler) showHome(w http.ResponseWriter, r *http.Request) {
	data := home{Notes: h.notes}
	for _, e := range h.experiments.All() {
		invites := slices.ContainsFunc(e.Sessions(nil), func(s experiment.Session) bool { return s.Registrable(e, web.Now(r)) })
		data.Experiments = append(data.Experiments, summary{e, stageOf(e, web.Now(r)), invites})
	}
	web.Public(w, fresh)
	h.pages.Show(w, r, http.StatusOK, "home", web.Page{
		Description: locale.Text{
			JA: "自分のキャリアを自分で動かすことがどのように育つのかを、社会実験と概念の探究で確かめるラボです。",
			EN: "A lab that finds out, by social experiments and by study, how people come to own their careers.",
		},
		Data: data,
	})
}

// details is what the page of an experiment shows.
type details struct {
	*experiment.Experiment
	Stage    stage
	Apply    string // the form's address, with where the person came from
	Dates    []date
	Sessions []briefing
	Doubtful bool // whether a date has changed could not be asked
}

// Notes are what the file says of its placeholders, each once.
func (d details) Notes() []locale.Text {
	var all []locale.Text
	for _, p := range d.Placeholders {
		if !slices.Contains(all, p.Note) {
			all = append(all, p.Note)
		}
	}
	return all
}

// ListingsNote is what the file says of its listings, if all of them stand in
// for others.
func (d details) ListingsNote() *locale.Text {
	if note, ok := d.PlaceholderNote("listings[*]"); ok {
		return &note
	}
	return nil
}

// Provisional reports whether the fact of the listings is marked by itself:
// not where the listings as a whole are.
func (d details) Provisional(fact string) bool {
	return d.ListingsNote() == nil && d.IsPlaceholder("listings[*]."+fact)
}

// date is one line of the schedule: an instant, a span or a day, ready to
// print.
type date struct {
	What locale.Text
	When locale.Text
	Note locale.Text // what has changed, if anything
	Past bool
	Mark bool // whether the date stands in for one that is not known
}

func (h *handler) showExperiment(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) {
	now, from := web.Now(r), r.URL.Query().Get("source")
	sessions, doubtful := h.calendar.sessions(r.Context(), e, now)
	briefings := briefingsOf(e, sessions, now, from)
	web.Public(w, fresh)
	h.pages.Show(w, r, http.StatusOK, "experiment", web.Page{
		Title:       e.Title,
		Description: e.Lead,
		Up:          toHome,
		Privacy:     "/" + e.ID + "#privacy",
		Zone:        e.Zone(),
		Data: details{
			Experiment: e, Stage: stageOf(e, now), Dates: datesOf(e, briefings, now),
			Apply: formPath(e.ID, "apply", from, nil), Sessions: briefings, Doubtful: doubtful,
		},
	})
}

// source is what a page that sends people here may call itself.
var source = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// formPath is the address of a form. Which page sent the person is carried on, so
// that it can be recorded with what the form sends.
func formPath(experiment, form, from string, query url.Values) string {
	path := "/" + experiment + "/" + form
	if source.MatchString(from) {
		query = maps.Clone(query)
		if query == nil {
			query = url.Values{}
		}
		query.Set("source", from)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// datesOf is the schedule, in the order of time.
func datesOf(e *experiment.Experiment, briefings []briefing, now time.Time) []date {
	type entry struct {
		at, over time.Time // over: from when on it is past
		date     date
	}
	zone := e.Zone()
	instant := func(at time.Time) locale.Text {
		return both(func(l locale.Lang) string { return locale.Instant(l, at, zone) })
	}
	entries := []entry{
		{e.Application.Open, e.Application.Open, date{
			What: locale.Text{JA: "応募の受付を開始", EN: "Applications open"},
			When: instant(e.Application.Open), Mark: e.IsPlaceholder("application.open"),
		}},
		{e.Application.Close, e.Application.Close, date{
			What: locale.Text{JA: "応募の締切", EN: "Applications close"},
			When: both(func(l locale.Lang) string { return locale.Deadline(l, e.Application.Close, zone) }), Mark: e.IsPlaceholder("application.close"),
		}},
		{e.Application.ResultNotice, e.Application.ResultNotice, date{
			What: locale.Text{JA: "選考結果のお知らせ", EN: "Applicants learn the result"},
			When: instant(e.Application.ResultNotice), Mark: e.IsPlaceholder("application.result_notice"),
		}},
		{e.SideJob.Start.In(zone), e.SideJob.End.AddDays(1).In(zone), date{
			What: locale.Text{JA: "副業の期間", EN: "Side jobs"},
			When: both(func(l locale.Lang) string { return e.SideJob.Start.Print(l) + " – " + e.SideJob.End.Print(l) }), Mark: e.IsPlaceholder("side_job.start"),
		}},
		{e.Publication.Expected.In(zone), e.Publication.Expected.AddDays(1).In(zone), date{
			What: locale.Text{JA: "結果の公表(予定)", EN: "Results expected"},
			When: both(e.Publication.Expected.Print), Mark: e.IsPlaceholder("publication.expected"),
		}},
	}
	for _, b := range briefings {
		entries = append(entries, entry{b.Start, b.End, date{
			What: b.Title,
			When: both(func(l locale.Lang) string { return locale.Span(l, b.Start, b.End, zone) }), Note: b.change(),
			Mark: !b.Moved && e.IsPlaceholder("briefings["+b.ID+"].start"),
		}})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.at.Compare(b.at) })
	dates := make([]date, len(entries))
	for i, one := range entries {
		dates[i] = one.date
		dates[i].Past = !now.Before(one.over)
	}
	return dates
}

// both prints in both languages.
func both(say func(locale.Lang) string) locale.Text {
	return locale.Text{JA: say(locale.Japanese), EN: say(locale.English)}
}

func serveFavicon(w http.ResponseWriter, _ *http.Request) {
	web.Public(w, 24*time.Hour)
	w.Header().Del("Vary")
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(favicon)
}

func serveRobots(w http.ResponseWriter, _ *http.Request) {
	web.Public(w, 24*time.Hour)
	w.Header().Del("Vary")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /me/\n"))
}
