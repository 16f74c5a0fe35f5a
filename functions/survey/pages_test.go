package main

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files")

// readers opens pages in both languages at once and compares them with what was agreed.
type readers struct{ *world }

// sees opens a page in each language and compares it with its golden file.
func (r readers) sees(name string, status int, open func(*webtest.Browser) *webtest.Answer) {
	r.Helper()
	for _, lang := range locale.Langs {
		b := r.browser()
		b.Header.Set("Accept-Language", string(lang))
		r.agreed(name+"."+string(lang), open(b).Want(status).Body)
	}
}

// opens is sees for the address of a page.
func (r readers) opens(name, path string) {
	r.Helper()
	r.sees(name, http.StatusOK, func(b *webtest.Browser) *webtest.Answer { return b.Get(path) })
}

// sends is sees for the answer to a form.
func (r readers) sends(name string, status int, path string, form url.Values) {
	r.Helper()
	r.sees(name, status, func(b *webtest.Browser) *webtest.Answer { return b.Post(path, form) })
}

var (
	segment = regexp.MustCompile(`/(me|survey)/[A-Za-z0-9_-]{74}`)
	named   = regexp.MustCompile(`/assets/(style|keep)\.[0-9a-f]+`)
)

// agreed compares a page, with its private links and what changes with the content of
// assets blanked, with its golden file.
func (r readers) agreed(name, got string) {
	r.Helper()
	got = named.ReplaceAllString(segment.ReplaceAllString(got, "/$1/private-link"), "/assets/$1")
	golden := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			r.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		r.Fatalf("reading the golden file (go test -update writes it): %v", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		r.Errorf("the page %s differs (-want +got); go test -update accepts it:\n%s", name, diff)
	}
}

func TestThePagesOfASurveyReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t)}
	p := r.apply("hanako@example.jp")
	noon := r.now
	r.opens("consent", p.link)
	r.opens("consent-own-page", p.at("pre"))
	r.says(p, decline)
	r.opens("declined", p.link)
	r.now = r.wave("pre").Close
	r.opens("declined-closed", p.link)
	r.now = noon
	r.says(p, agree)
	r.opens("begin", p.link)
	r.opens("begin-own-page", p.at("pre"))
	r.opens("page", p.link+"/1")
	r.now = r.wave("pre").Close
	r.opens("closed-never-begun", p.link)
	r.now = noon
	r.leave(p.link+"/1", "next", core("4")).Want(http.StatusSeeOther)
	r.opens("go-on", p.link)
	r.opens("page-answered", p.link+"/1")
	r.opens("page-last", p.link+"/2")
	long := r.fill(p.link+"/2", url.Values{"O1": {strings.Repeat("長い", 501)}, "O2": {"架空の本音です。"}})
	r.sends("page-too-long", http.StatusUnprocessableEntity, p.link+"/2", long)
	r.opens("check", p.link+"/check")
	check := r.seen(p.link)
	r.sends("check-changed", http.StatusConflict, p.link+"/check", url.Values{seen: {"2020-11-02T02:59:59.999Z"}})
	r.opens("page-from-check", p.link+"/2?from=check")
	form := r.fill(p.link+"/2", url.Values{"O1": {"架空の本音です。"}})
	broken := *r.world
	broken.serve, _ = r.behind(faulty.Writes(faulty.Always(faulty.Unreachable)))
	readers{&broken}.sends("page-not-saved", http.StatusServiceUnavailable, p.link+"/2", form)
	readers{&broken}.sends("check-not-sent", http.StatusServiceUnavailable, p.link+"/check", check)
	lost := *r.world
	lost.serve, _ = r.behind(faulty.Writes(faulty.Always(faulty.Error500)))
	readers{&lost}.sends("page-uncertain", http.StatusServiceUnavailable, p.link+"/2", form)
	r.now = r.wave("pre").Close
	r.opens("closed-begun", p.link)
	r.sends("closed-refused", http.StatusConflict, p.link+"/2", form)
	r.now = noon.Add(time.Hour)
	r.send(p.link).Want(http.StatusSeeOther)
	r.opens("received", p.link)
	r.opens("received-own-page", p.at("pre"))
	r.sends("received-refused", http.StatusConflict, p.link+"/2", form)
	r.opens("not-yet", p.at("followup"))
	r.opens("not-for-you", p.at("mid"))
	r.e.Research.Consent.Version = "2020-11-03"
	other := r.applied("taro@example.jp")
	r.e.Research.Consent.Version = "2020-11-04"
	r.opens("new-text", other.link)
	r.sees("no-such-survey", http.StatusNotFound, func(b *webtest.Browser) *webtest.Answer { return b.Get(p.at("none")) })
	if err := r.table.Withdraw(t.Context(), r.stored(p).Person, nil, false, r.now); err != nil {
		t.Fatal(err)
	}
	r.opens("withdrawn", p.link)
}

func TestThePagesOfEveryKindOfQuestionReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t, made(1))}
	r.asks("made")
	p := r.applied("hanako@example.jp")
	r.opens("kinds", p.link+"/1")
	typed := r.fill(p.link+"/1", url.Values{"M1": {"とても"}, "M2": {"yes"}, "M4": {"a", "b", "c"}, "M5": {"来月"}, "M6": {strings.Repeat("長い", 11)}, "M7": {"9"}})
	r.sends("kinds-errors", http.StatusUnprocessableEntity, p.link+"/1", typed)
	r.leave(p.link+"/1", "next", url.Values{"M2": {"yes"}, "M4": {"b"}, "M5": {"2021-03-29"}}).Want(http.StatusSeeOther)
	r.opens("kinds-added", p.link+"/1?more=1")
	r.opens("check-missing", p.link+"/check")
	r.sends("check-refused", http.StatusUnprocessableEntity, p.link+"/check", nil)
}

func TestThePagesOfAnonymousSurveysReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t)}
	p := r.attend("hanako@example.jp")
	r.opens("anonymous", p.link)
	r.opens("anonymous-page", p.link+"/1")
	form := r.browser().Get(p.link + "/1").Fields()
	r.sends("anonymous-empty", http.StatusUnprocessableEntity, p.link+"/1", form)
	form.Set("B1", "4")
	broken := *r.world
	broken.serve, _ = r.behind(faulty.Writes(faulty.Always(faulty.Unreachable)))
	readers{&broken}.sends("anonymous-not-kept", http.StatusServiceUnavailable, p.link+"/1", form)
	r.browser().Post(p.link+"/1", form).Want(http.StatusSeeOther)
	r.opens("anonymous-received", p.link)
}

func TestThePagesOfAHostsSurveyReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t)}
	r.now = r.e.HostSurveys[0].Open
	p := r.host("host_before")
	r.opens("host", p.link)
	r.opens("host-page", p.link+"/1")
	r.now = r.e.HostSurveys[0].Close
	r.opens("host-closed", p.link)
}

func TestThePagesOfTheResearchReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t)}
	p := r.apply("hanako@example.jp")
	path := p.page + "/research"
	r.opens("research-unasked", path)
	r.says(p, decline)
	r.opens("research-declined", path)
	r.says(p, agree)
	r.opens("research-agreed", path)
	r.answer(p, "pre", core("3"))
	r.opens("research-answered", path)
	r.sends("research-unchosen", http.StatusUnprocessableEntity, path, url.Values{act: {leave}})
	r.browser().Post(path, url.Values{act: {leave}, answersField: {keepThem}}).Want(http.StatusSeeOther)
	r.opens("research-left", path)
	r.opens("left", p.link)
	r.browser().Post(path, url.Values{act: {leave}, answersField: {eraseThem}}).Want(http.StatusSeeOther)
	r.opens("research-erased", path)
	other := r.attend("taro@example.jp")
	r.opens("research-not-applied", other.page+"/research")
}

func TestThePagesOfScoresReadAsAgreed(t *testing.T) {
	r := readers{newWorld(t)}
	p := r.applied("hanako@example.jp")
	pre := core("3")
	for id, value := range map[string]string{"D1": "2", "A1": "5", "X1": "", "X2": "", "C3": "4"} {
		pre.Set(id, value)
	}
	r.answer(p, "pre", pre)
	r.now = r.e.Application.ResultNotice
	r.start(p)
	r.now = r.wave("mid").Open
	r.answer(p, "mid", core("4"))
	r.now = r.wave("post").Open
	r.answer(p, "post", core("5"))
	r.now = r.wave("followup").Open
	r.opens("scores-early", p.page+"/scores")
	later := core("4")
	later.Set("D2", "5")
	r.leave(p.at("followup")+"/1", "next", later).Want(http.StatusSeeOther)
	r.now = r.wave("followup").Close
	r.opens("scores", p.page+"/scores")
	other := r.apply("taro@example.jp")
	r.opens("scores-none", other.page+"/scores")
}

func TestEveryTextIsInBothLanguages(t *testing.T) {
	t.Parallel()
	webtest.CheckTexts(t, templates)
}
