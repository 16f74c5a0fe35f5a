package main

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

// lab is the site of a lab over a table of its own.
type lab struct {
	testing.TB
	table *table.Table
	watch *faulty.Transport // counts what the site asks the table, and can break it
	serve webtest.Handler
}

func newLab(t testing.TB, experiments ...*experiment.Experiment) *lab {
	t.Helper()
	env := tabletest.New(t)
	set := experiment.NewSet(experiments...)
	client, watch := env.Watched(t)
	watched := table.New(client, env.Name)
	h := &handler{
		experiments: set, notes: madeUpNotes, instruments: shippedInstruments(t),
		calendar: newCalendar(watched), library: newLibrary(watched),
		pages: web.NewPages(templates, web.LabOf(set, "office@lab.example")),
	}
	return &lab{TB: t, table: table.New(env.Client(t), env.Name), watch: watch, serve: web.Handler(h.pages, h.routes())}
}

func (l *lab) visit(now time.Time) *webtest.Browser { return webtest.New(l.TB, l.serve, now) }

// sets has staff set something about a briefing.
func (l *lab) sets(briefing string, set table.BriefingSetting) {
	l.Helper()
	settings, err := l.table.Settings(l.Context(), "trial-2020")
	if err != nil {
		l.Fatal(err)
	}
	act := table.AuditEntry{ID: rand.Text(), At: table.At(instants[open]), Who: "架空", Act: "set"}
	if err := l.table.Set(l.Context(), settings.With(briefing, set), act); err != nil {
		l.Fatal(err)
	}
}

const (
	page     = "/trial-2020"
	register = "/trial-2020/register?briefing="
	doubt    = "日程に変更がないか確認できませんでした"
)

var monday = at("2020-11-02T12:00:00+09:00")

// registers lists the briefings that a page has a way to register for.
func registers(p *webtest.Answer) []string {
	var ids []string
	for _, link := range p.Links() {
		if id, ok := strings.CutPrefix(link, register); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestOneRegistersFromTheOpeningUntilTheBriefingStarts(t *testing.T) {
	t.Parallel()
	opening, first, second := at("2020-10-30T12:00:00+09:00"), at("2020-11-06T19:30:00+09:00"), at("2020-11-16T19:30:00+09:00")
	l := newLab(t, trial(t))
	for _, c := range []struct {
		at   time.Time
		want []string
	}{
		{opening.Add(-time.Millisecond), nil},
		{opening, []string{"b1", "b2"}},
		{first.Add(-time.Millisecond), []string{"b1", "b2"}},
		{first, []string{"b2"}},
		{second.Add(-time.Millisecond), []string{"b2"}},
		{second, nil},
	} {
		if diff := cmp.Diff(c.want, registers(l.visit(c.at).Get(page).Want(http.StatusOK))); diff != "" {
			t.Errorf("at %s: %s", c.at, diff)
		}
	}
	l.visit(opening.Add(-time.Millisecond)).Get(page).Says("2020年10月30日(金) 12:00(日本時間)から登録を受け付けます")
	l.visit(first).Get(page).Says("開催中", "登録の受け付けは終わりました")
	l.visit(first.Add(90 * time.Minute)).Get(page).Says("（終了しました）").SaysNot("開催中")
}

func TestABriefingThatStaffMovedOrCalledOffIsShownSo(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.sets("b1", table.BriefingSetting{Start: table.At(at("2020-11-10T18:00:00+09:00"))})
	l.sets("b2", table.BriefingSetting{Canceled: true, Room: "https://room.example/secret"})
	p := l.visit(monday).Get(page).Want(http.StatusOK)
	p.Says("2020年11月10日(火) 18:00–19:30(日本時間)", "当初の日程： 2020年11月6日(金) 19:30–21:00(日本時間)", "この回は開催を取りやめました", "（日程変更）", "（開催中止）")
	p.SaysNot("room.example", doubt)
	if diff := cmp.Diff([]string{"b1"}, registers(p)); diff != "" {
		t.Error(diff)
	}
	// The old time passes, and nothing ends by it.
	if diff := cmp.Diff([]string{"b1"}, registers(l.visit(at("2020-11-10T17:59:59+09:00")).Get(page))); diff != "" {
		t.Error(diff)
	}
}

func TestTheStepsAndTheCallLeadToRegisteringWhileOneCan(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	count := func(p *webtest.Answer) int {
		n := 0
		for _, link := range p.Links() {
			if strings.HasSuffix(link, "#briefings") {
				n++
			}
		}
		return n
	}
	if n := count(l.visit(monday).Get(page)); n != 3 { // the contents, the call, the steps
		t.Errorf("%d ways lead to the briefings", n)
	}
	if n := count(l.visit(monday).Get("/")); n != 1 {
		t.Errorf("%d ways lead from the home page to the briefings", n)
	}
	after := at("2020-11-17T00:00:00+09:00")
	if n := count(l.visit(after).Get(page)); n != 1 {
		t.Errorf("after the last one, %d ways lead to the briefings", n)
	}
	if n := count(l.visit(after).Get("/")); n != 0 {
		t.Errorf("after the last one, %d ways lead from the home page to the briefings", n)
	}
}

func TestTheTableIsAskedOnceInHalfAMinute(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	asked := func(at time.Time, path string) int {
		t.Helper()
		l.watch.Reset()
		l.visit(at).Get(path).Want(http.StatusOK)
		for _, r := range l.watch.Requests() {
			if r.Operation != "GetItem" {
				t.Errorf("%s asks the table to %s", path, r.Operation)
			}
		}
		return len(l.watch.Requests())
	}
	for _, c := range []struct {
		after time.Duration
		path  string
		want  int
	}{
		{0, "/", 0},
		{0, "/notes", 0},
		{0, "/trial-2020", 1},
		{0, "/trial-2020?lang=en", 0},
		{30*time.Second - time.Millisecond, "/trial-2020", 0},
		{30 * time.Second, "/trial-2020", 1},
		{40 * time.Second, "/trial-2020", 0},
		{10 * time.Second, "/trial-2020", 1}, // the clock was set back
	} {
		if got := asked(monday.Add(c.after), c.path); got != c.want {
			t.Errorf("%s after %s asks the table %d times, want %d", c.path, c.after, got, c.want)
		}
	}
	l.sets("b2", table.BriefingSetting{Canceled: true})
	l.visit(monday.Add(39 * time.Second)).Get(page).SaysNot("開催を取りやめました")
	l.visit(monday.Add(40 * time.Second)).Get(page).Says("開催を取りやめました")
}

func TestThePageIsThereWithoutTheTable(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]faulty.Effect{
		"unreachable": faulty.Unreachable, "throttled": faulty.Throttle, "failing": faulty.Error500, "hanging": faulty.Hang,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			l.watch.Set(faulty.Always(effect))
			began := time.Now()
			p := l.visit(monday).Get(page).Want(http.StatusOK).Says(doubt, "2020年11月6日(金) 19:30–21:00(日本時間)")
			if took := time.Since(began); took > patience+time.Second {
				t.Errorf("the visitor waited %s", took)
			}
			if diff := cmp.Diff([]string{"b1", "b2"}, registers(p)); diff != "" {
				t.Error(diff)
			}
			l.visit(monday).Get("/").Want(http.StatusOK)
			// What was known before counts as long as nothing newer is, and then the newer.
			l.watch.Set()
			l.sets("b2", table.BriefingSetting{Canceled: true})
			l.visit(monday.Add(time.Minute)).Get(page).SaysNot(doubt).Says("開催を取りやめました")
			l.watch.Set(faulty.Always(effect))
			l.visit(monday.Add(2*time.Minute)).Get(page).Want(http.StatusOK).Says(doubt, "開催を取りやめました")
			l.watch.Set()
			l.visit(monday.Add(3 * time.Minute)).Get(page).SaysNot(doubt)
		})
	}
}

func TestAPageInDoubtReadsAsAgreed(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.watch.Set(faulty.Always(faulty.Unreachable))
	for _, lang := range locale.Langs {
		b := l.visit(monday)
		b.Header.Set("Accept-Language", string(lang))
		agreed(t, "briefings-doubtful."+string(lang), b.Get(page).Want(http.StatusOK).Body)
	}
}

func TestThePageThatSentAPersonIsCarriedToTheRegistration(t *testing.T) {
	t.Parallel()
	links := newLab(t, trial(t)).visit(monday).Get("/trial-2020?source=doda").Links()
	if !slices.Contains(links, "/trial-2020/register?briefing=b2&source=doda") {
		t.Errorf("no link carries it: %v", links)
	}
}

func TestAnExperimentWithoutBriefingsAsksNothing(t *testing.T) {
	t.Parallel()
	e := trial(t)
	e.Briefings, e.Registration = nil, experiment.Registration{}
	l := newLab(t, e)
	l.visit(monday).Get(page).Want(http.StatusOK).SaysNot("説明会", doubt)
	if n := len(l.watch.Requests()); n != 0 {
		t.Errorf("the table was asked %d times", n)
	}
}
