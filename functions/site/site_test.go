package main

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"livinglab/shared/experiment"
	"livinglab/shared/experiment/notes"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files")

// The instants at which the stories take place, one in each stage.
var instants = map[stage]time.Time{
	announced:  at("2020-10-30T11:59:59+09:00"),
	open:       at("2020-11-10T09:00:00+09:00"),
	selecting:  at("2020-12-01T00:00:00+09:00"),
	preparing:  at("2020-12-14T12:00:00+09:00"),
	running:    at("2021-03-31T23:59:59+09:00"),
	evaluating: at("2021-04-01T00:00:00+09:00"),
	concluded:  at("2021-07-01T00:00:00+09:00"),
}

var madeUpNotes = []notes.Note{
	{
		ID: "books", Kind: notes.Reading, Date: day("2020-10-30"),
		Title:   text("本を読む(架空)", "Reading books (made-up)"),
		Summary: text("三冊の本の共通点を探しました。", "What three books share."),
		Body: text(
			"三冊の本を読みました。\n\n## 気づき\n\n- **問い**が先にある\n- [続き](/notes)\n\n<script>alert(1)</script>\n\n[悪いリンク](javascript:alert(1))\n",
			"We read three books.\n\n## Findings\n\n- The **question** comes first\n"),
	},
	{
		ID: "talk", Kind: notes.Interview, Date: day("2020-11-01"),
		Title: text("話を聞く(架空)", "Listening (made-up)"), Summary: text("話を聞きました。", "We listened."), Body: text("話を聞きました。", "We listened."),
	},
}

// visit opens the site of a lab with the experiments at an instant.
func visit(t testing.TB, now time.Time, experiments ...*experiment.Experiment) *webtest.Browser {
	t.Helper()
	return newLab(t, experiments...).visit(now)
}

func TestThePagesReadAsAgreed(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct {
		now  time.Time
		path string
		set  map[string]table.BriefingSetting
	}{
		"home":                  {instants[open], "/", nil},
		"experiment-announced":  {instants[announced], "/trial-2020", nil},
		"experiment-open":       {instants[open], "/trial-2020?source=doda", nil},
		"experiment-selecting":  {instants[selecting], "/trial-2020", nil},
		"experiment-evaluating": {instants[evaluating], "/trial-2020", nil},
		"notes":                 {instants[open], "/notes", nil},
		"note":                  {instants[open], "/notes/books", nil},
		"not-found":             {instants[open], "/nowhere", nil},

		"briefings-open":      {at("2020-11-02T12:00:00+09:00"), "/trial-2020", nil},
		"briefings-under-way": {at("2020-11-06T19:30:00+09:00"), "/trial-2020", nil},
		"briefings-changed": {at("2020-11-02T12:00:00+09:00"), "/trial-2020", map[string]table.BriefingSetting{
			"b1": {Start: table.At(at("2020-11-10T18:00:00+09:00"))}, "b2": {Canceled: true},
		}},
		"briefings-called-off": {at("2020-11-02T12:00:00+09:00"), "/trial-2020", map[string]table.BriefingSetting{
			"b1": {Canceled: true}, "b2": {Canceled: true},
		}},
	} {
		for _, lang := range locale.Langs {
			t.Run(name+"."+string(lang), func(t *testing.T) {
				t.Parallel()
				lab := newLab(t, trial(t))
				for id, set := range at.set {
					lab.sets(id, set)
				}
				b := lab.visit(at.now)
				b.Header.Set("Accept-Language", string(lang))
				agreed(t, name+"."+string(lang), b.Get(at.path).Body)
			})
		}
	}
}

// agreed compares a page with its golden file.
func agreed(t *testing.T, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("reading the golden file (go test -update writes it): %v", err)
	}
	if diff := cmp.Diff(withoutStyle(string(want)), withoutStyle(got)); diff != "" {
		t.Errorf("the page differs (-want +got); go test -update accepts it:\n%s", diff)
	}
}

// withoutStyle blanks the stylesheet's name, which changes with its content.
func withoutStyle(page string) []string {
	before, after, _ := strings.Cut(page, "/assets/style.")
	_, after, _ = strings.Cut(after, ".css")
	return strings.Split(before+"/assets/style."+after, "\n")
}

func TestEachStageSaysWhatAPersonCanDo(t *testing.T) {
	t.Parallel()
	const apply, link = "/trial-2020/apply", "/trial-2020/link"
	for s, c := range map[stage]struct {
		page, home  string
		apply, link bool
	}{
		announced:  {"応募の受付は2020年10月30日(金) 12:00(日本時間)に始まります。", "応募受付前", false, false},
		open:       {"2020年11月30日(月) 23:59(日本時間)まで応募を受け付けています。", "応募受付中", true, true},
		selecting:  {"選考の結果は2020年12月14日(月) 12:00(日本時間)にお知らせします。", "選考中", false, true},
		preparing:  {"副業は2021年1月4日(月)に始まります。", "開始準備中", false, true},
		running:    {"期間は2021年3月31日(水)までです。", "実施中", false, true},
		evaluating: {"結果は2021年6月30日(水)までの公表を予定しています。", "結果の取りまとめ中", false, true},
		concluded:  {"この社会実験は終了しました。", "実施終了", false, true},
	} {
		b := visit(t, instants[s], trial(t))
		b.Get("/").Want(200).Says(c.home).SaysNot("UTC")
		page := b.Get("/trial-2020").Want(200).Says(c.page, c.home)
		if got := slices.Contains(page.Links(), apply); got != c.apply {
			t.Errorf("%s: the way to the form is there: %t", s, got)
		}
		if got := slices.Contains(page.Links(), link); got != c.link {
			t.Errorf("%s: the way for those who lost their mail is there: %t", s, got)
		}
	}
}

func TestApplicationsOpenAndCloseAtTheInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   time.Time
		open bool
	}{
		{at("2020-10-30T12:00:00+09:00").Add(-time.Millisecond), false},
		{at("2020-10-30T12:00:00+09:00"), true},
		{at("2020-12-01T00:00:00+09:00").Add(-time.Millisecond), true},
		{at("2020-12-01T00:00:00+09:00"), false},
	} {
		links := visit(t, c.at, trial(t)).Get("/trial-2020").Links()
		if got := slices.Contains(links, "/trial-2020/apply"); got != c.open {
			t.Errorf("at %s one can apply: %t", c.at, got)
		}
	}
}

func TestThePageThatSentAPersonIsCarriedToTheForm(t *testing.T) {
	t.Parallel()
	b := visit(t, instants[open], trial(t))
	for source, want := range map[string]string{
		"doda":                  "/trial-2020/apply?source=doda",
		"A-z_0":                 "/trial-2020/apply?source=A-z_0",
		strings.Repeat("a", 40): "/trial-2020/apply?source=" + strings.Repeat("a", 40),
		strings.Repeat("a", 41): "/trial-2020/apply",
		`"><script>`:            "/trial-2020/apply",
		"a\nb":                  "/trial-2020/apply",
		"日本":                    "/trial-2020/apply",
		"":                      "/trial-2020/apply",
	} {
		page := b.Get("/trial-2020?" + url.Values{"source": {source}}.Encode()).Want(200)
		if !slices.Contains(page.Links(), want) {
			t.Errorf("source %q: no link to %s", source, want)
		}
	}
}

func TestWhatIsProvisionalIsMarkedAndExplained(t *testing.T) {
	t.Parallel()
	page := visit(t, instants[open], trial(t)).Get("/trial-2020").Want(200)
	page.Says("月額50,000円 仮", "「仮」の表示について", "報酬は調整中です。").SaysNot("4名 仮", "23:59(日本時間) 仮")

	whole := trial(t)
	whole.Placeholders[0].Path = "listings[*]"
	visit(t, instants[open], whole).Get("/trial-2020").Says("仮 この副業の内容と条件は、確定前のものです。").SaysNot("月額50,000円 仮")

	settled := trial(t)
	settled.Placeholders = nil
	visit(t, instants[open], settled).Get("/trial-2020").SaysNot("仮")
}

func TestALabWithoutExperimentsSaysSo(t *testing.T) {
	t.Parallel()
	visit(t, instants[open]).Get("/").Want(200).Says("ただいまご案内できる社会実験はありません")
}

func TestNotesShowTheirTextAndRunNothing(t *testing.T) {
	t.Parallel()
	b := visit(t, instants[open], trial(t))
	b.Get("/notes").Want(200).Says("本を読む(架空)", "三冊の本の共通点を探しました。")
	page := b.Get("/notes/books").Want(200).Says("気づき", "問いが先にある")
	if strings.Contains(page.Body, "<script") || slices.ContainsFunc(page.Links(), func(l string) bool { return strings.HasPrefix(l, "javascript") }) {
		t.Errorf("the note runs something:\n%s", page.Body)
	}
	b.Get("/notes/nowhere").Want(404)
	b.Get("/notes/books?lang=en").Says("The question comes first")
}

// elsewhere are the addresses that other functions answer.
var elsewhere = []string{"/trial-2020/apply", "/trial-2020/link", "/trial-2020/register"}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for s, now := range instants {
		b := visit(t, now, trial(t))
		seen, todo := map[string]bool{}, []string{"/"}
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			page := b.Get(path).Want(200)
			for _, link := range page.Links() {
				target, err := url.Parse(link)
				if err != nil {
					t.Errorf("%s: %s links to %q: %v", s, path, link, err)
					continue
				}
				known := target.Scheme == "https" || target.Scheme == "mailto" || slices.Contains(elsewhere, target.Path)
				if known {
					continue
				}
				if target.Path == "" {
					target.Path = path
				}
				if target.Fragment != "" && !hasID(b.Get(target.Path), target.Fragment) {
					t.Errorf("%s: %s links to %s, which is nowhere", s, path, link)
				}
				if !strings.Contains(target.RawQuery, "lang=") {
					todo = append(todo, target.Path)
				}
			}
		}
		if !seen["/trial-2020"] || !seen["/notes/books"] || !seen["/favicon.svg"] {
			t.Errorf("%s: not everything is linked: %v", s, seen)
		}
	}
}

func hasID(page *webtest.Answer, id string) bool {
	for _, tag := range []string{"h1", "h2", "h3", "main", "div", "article", "p"} {
		if slices.ContainsFunc(page.Elements(tag), func(n *html.Node) bool {
			got, _ := webtest.Attr(n, "id")
			return got == id
		}) {
			return true
		}
	}
	return false
}

func TestEveryPageHasOneHeadingAndNoLevelLeftOut(t *testing.T) {
	t.Parallel()
	b := visit(t, instants[open], trial(t))
	for _, path := range []string{"/", "/trial-2020", "/notes", "/notes/books", "/nowhere"} {
		headingsInOrder(t, path, b.Get(path))
	}
}

func headingsInOrder(t *testing.T, path string, page *webtest.Answer) {
	t.Helper()
	if got := len(page.Elements("h1")); got != 1 {
		t.Errorf("%s has %d main headings", path, got)
	}
	level := 0
	for n := range page.Elements("html")[0].Descendants() {
		if n.Type != html.ElementNode || len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
			continue
		}
		next := int(n.Data[1] - '0')
		if next > level+1 {
			t.Errorf("%s: level %d follows level %d at %q", path, next, level, webtest.TextOf(n))
		}
		level = next
	}
	if page.Title() == "" {
		t.Errorf("%s has no title", path)
	}
}

func TestPublicPagesAreKeptForAMinuteInEachLanguage(t *testing.T) {
	t.Parallel()
	b := visit(t, instants[open], trial(t))
	for _, path := range []string{"/", "/trial-2020", "/trial-2020/results", "/notes", "/notes/books"} {
		page := b.Get(path).Want(200)
		if got := page.Header.Get("Cache-Control"); got != "public, max-age=60" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		known := http.Header{"If-None-Match": {page.Header.Get("ETag")}}
		b.Do("GET", path, known, "").Want(304)
		known.Set("Accept-Language", "en")
		b.Do("GET", path, known, "").Want(200)
		if head := b.Do("HEAD", path, nil, "").Want(200); head.Body != "" {
			t.Errorf("%s: HEAD has a body", path)
		}
	}
	later := b.Get("/trial-2020").Header.Get("ETag")
	b.Now = instants[selecting]
	b.Do("GET", "/trial-2020", http.Header{"If-None-Match": {later}}, "").Want(200).Says("受付は終了しました")
}

func TestTheSiteAnswersEveryAddress(t *testing.T) {
	t.Parallel()
	b := visit(t, instants[open], trial(t))
	b.Get("/robots.txt").Want(200).Says("User-agent: *")
	if got := b.Get("/favicon.svg").Want(200).Header.Get("Content-Type"); got != "image/svg+xml" {
		t.Errorf("favicon: %s", got)
	}
	b.Get("/another-2021").Want(404).Says("ページが見つかりません")
	b.Get("/trial-2020/nowhere").Want(404)
	if got := b.Post("/trial-2020", nil).Want(405).Header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow %q", got)
	}
	b.Do("GET", "/nowhere", http.Header{"Accept": {"application/json"}}, "").Want(404).Says(`{"errors":{"request":"ページが見つかりません"}}`)
}

func TestEveryTextIsInBothLanguages(t *testing.T) {
	t.Parallel()
	webtest.CheckTexts(t, os.DirFS("."), "results.json", "results.csv", "codebook.csv")
}

func TestTheShippedExperimentsAreShownInEveryStage(t *testing.T) {
	t.Parallel()
	h, err := newHandler(func(name string) string {
		if strings.HasPrefix(name, "AWS_ENDPOINT_URL") {
			return ""
		}
		return "office@lab.example"
	})
	if err != nil {
		t.Fatal(err)
	}
	env := tabletest.New(t)
	h.calendar, h.library = newCalendar(table.New(env.Client(t), env.Name)), newLibrary(table.New(env.Client(t), env.Name))
	if len(h.experiments.All()) == 0 || len(h.notes) == 0 {
		t.Fatal("nothing is shipped")
	}
	for _, e := range h.experiments.All() {
		for _, now := range []time.Time{e.Application.Open.Add(-1), e.Application.Open, e.Application.Close, e.Application.ResultNotice, e.SideJob.Start.In(e.Zone()), e.SideJob.End.AddDays(1).In(e.Zone()), e.Publication.Expected.AddDays(1).In(e.Zone())} {
			for _, lang := range locale.Langs {
				b := webtest.New(t, web.Handler(h.pages, h.routes()), now)
				b.Header.Set("Accept-Language", string(lang))
				b.Get("/"+e.ID).Want(200).Says(e.Title.In(lang), e.Question.In(lang)).SaysNot("{{", "%!")
				b.Get("/").Want(200).Says(e.Title.In(lang))
				b.Get("/"+e.ID+"/results").Want(200).Says(e.Question.In(lang), e.Publication.Expected.Print(lang)).SaysNot("{{", "%!")
			}
		}
	}
	b := webtest.New(t, web.Handler(h.pages, h.routes()), h.experiments.All()[0].Application.Open)
	for _, n := range h.notes {
		b.Get("/notes/" + n.ID).Want(200).Says(n.Title.JA)
	}
}

func TestWithoutItsEnvironmentItDoesNotStart(t *testing.T) {
	t.Parallel()
	_, err := newHandler(func(string) string { return "" })
	for _, name := range []string{"OFFICE", "TABLE", "AWS_REGION"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
