package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

// behind returns the function as it is when it reaches the same table through
// faults, and the transport that counts its requests.
func (w *world) behind(faults ...faulty.Fault) (webtest.Handler, *faulty.Transport) {
	w.Helper()
	c, transport := w.env.Watched(w.T, faults...)
	h := *w.handler
	h.table = table.New(c, w.env.Name)
	return web.Handler(h.pages, h.routes()), transport
}

// step is one thing that a person does: it sends one request with the browser,
// and returns the answer.
type step struct {
	name  string
	setUp func(*world) (p person, do func(*webtest.Browser) *webtest.Answer)
	holds func(*world, person) error // of the table, once the person has been answered
}

// steps are what a person does that changes the table. However often a step is
// repeated, it holds.
var steps = []step{
	{
		name: "agree",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.apply("hanako@example.jp")
			form := w.browser().Get(p.link).Fields()
			form.Set(act, agree)
			return p, func(b *webtest.Browser) *webtest.Answer { return b.Post(p.link+"/consent", form) }
		},
		holds: func(w *world, p person) error {
			return unless(w.stored(p).Surveys != nil && w.stored(p).Surveys.Research == table.Agreed, "the consent is not recorded")
		},
	},
	{
		name: "save the first page",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.applied("hanako@example.jp")
			form := w.fill(p.link+"/1", core("4"))
			return p, func(b *webtest.Browser) *webtest.Answer { return b.Post(p.link+"/1", form) }
		},
		holds: func(w *world, p person) error {
			r, ok := w.stored(p).Responses["pre"]
			return unless(ok && len(r.Answers) == 12 && r.Place == 2, "the page is not saved")
		},
	},
	{
		name: "save a later page",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.applied("hanako@example.jp")
			w.leave(p.link+"/1", "next", core("4")).Want(http.StatusSeeOther)
			form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}})
			return p, func(b *webtest.Browser) *webtest.Answer { return b.Post(p.link+"/2", form) }
		},
		holds: func(w *world, p person) error {
			r := w.stored(p).Responses["pre"]
			return unless(len(r.Answers) == 14 && r.Answers["O1"][0] == "架空の本音" && r.Answers["D1"][0] == "4", "the pages are not saved")
		},
	},
	{
		name: "send the answers",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.applied("hanako@example.jp")
			w.leave(p.link+"/1", "next", core("4")).Want(http.StatusSeeOther)
			form := w.seen(p.link)
			return p, func(b *webtest.Browser) *webtest.Answer { return b.Post(p.link+"/check", form) }
		},
		holds: func(w *world, p person) error {
			found := w.stored(p)
			done := found.Responses["pre"].Done
			return unless(done == table.At(w.now) && found.Surveys.Done["pre"] == done, "the response is not finished")
		},
	},
	{
		name: "answer anonymously",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.attend("hanako@example.jp")
			form := w.fill(p.link+"/1", url.Values{"B1": {"5"}})
			return p, func(b *webtest.Browser) *webtest.Answer {
				answer := b.Post(p.link+"/1", form)
				if answer.Status == http.StatusConflict { // it is received, and says so
					answer.Status = http.StatusOK
				}
				return answer
			}
		},
		holds: func(w *world, p person) error {
			n := 0
			for range w.table.AnonymousAnswers(w.Context(), w.e.ID, "briefing-b1") {
				n++
			}
			return unless(n == 1 && w.stored(p).Used["briefing-b1"], fmt.Sprintf("there are %d answers", n))
		},
	},
	{
		name: "leave the research and have the answers erased",
		setUp: func(w *world) (person, func(*webtest.Browser) *webtest.Answer) {
			p := w.applied("hanako@example.jp")
			w.answer(p, "pre", core("4"))
			form := url.Values{act: {leave}, answersField: {eraseThem}}
			return p, func(b *webtest.Browser) *webtest.Answer { return b.Post(p.page+"/research", form) }
		},
		holds: func(w *world, p person) error {
			found := w.stored(p)
			return unless(found.Surveys.Erased && len(found.Responses) == 0 && len(w.kinds(p.id)) == 1, "the answers are not erased and told of once")
		},
	},
}

func unless(holds bool, problem string) error {
	if holds {
		return nil
	}
	return fmt.Errorf("%s", problem)
}

// succeeded reports whether the person was told that it is done.
func succeeded(a *webtest.Answer) bool {
	return a.Status == http.StatusSeeOther || a.Status == http.StatusOK
}

// Killing the function before and after each request to the table loses nothing and
// doubles nothing: the person sends the same again, and it is done once.
func TestAKilledFunctionLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			requests := countRequests(t, s)
			t.Logf("%s makes %d requests", s.name, requests)
			for n := 1; n <= requests; n++ {
				for when, kill := range kills {
					t.Run(fmt.Sprintf("%s request %d", when, n), func(t *testing.T) {
						w := newWorld(t)
						p, do := s.setUp(w)
						killed, _ := w.behind(kill(n))
						answer := do(webtest.New(t, killed, w.now))
						if succeeded(answer) && s.holds(w, p) != nil {
							t.Fatalf("the person was told that it is done: %v", s.holds(w, p))
						}
						if again := do(w.browser()); !succeeded(again) {
							t.Fatalf("sent again: status %d", again.Status)
						}
						if err := s.holds(w, p); err != nil {
							t.Error(err)
						}
					})
				}
			}
		})
	}
}

func countRequests(t *testing.T, s step) int {
	t.Helper()
	n := 0
	t.Run("undisturbed", func(t *testing.T) {
		w := newWorldHere(t)
		p, do := s.setUp(w)
		watched, transport := w.behind()
		if answer := do(webtest.New(t, watched, w.now)); !succeeded(answer) {
			t.Fatalf("status %d:\n%s", answer.Status, answer.Body)
		}
		n = len(transport.Requests())
		if err := s.holds(w, p); err != nil {
			t.Error(err)
		}
	})
	if n == 0 {
		t.Fatal("the step makes no request")
	}
	return n
}

// Under conflicts, throttling, failures and lost answers people press the
// button again until they are told that it is done.
func TestPeoplePressAgainUntilItIsDone(t *testing.T) {
	t.Parallel()
	for _, s := range steps {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s, seed %d", s.name, seed), func(t *testing.T) {
				w := newWorld(t)
				p, do := s.setUp(w)
				random := rand.New(rand.NewPCG(seed, 1))
				disturbed, _ := w.behind(faulty.Sometimes(random, 0.4,
					faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.Unreachable, faulty.NoAnswer))
				b := webtest.New(t, disturbed, w.now)
				for tries := 1; !succeeded(do(b)); tries++ {
					if tries == 50 {
						t.Fatal("never done in 50 tries")
					}
				}
				if err := s.holds(w, p); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestWhatIsTypedIsKeptWhileTheTableIsBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault faulty.Fault
		says  string
	}{
		{"unreachable", faulty.Writes(faulty.Always(faulty.Unreachable)), "このページの回答はまだ保存されていません"},
		{"in conflict for ever", faulty.Writes(faulty.Always(faulty.Conflict)), "このページの回答はまだ保存されていません"},
		{"failing", faulty.Writes(faulty.Always(faulty.Error500)), "回答を保存できたか確認できませんでした"},
		{"unreadable", faulty.Always(faulty.Throttle), "入力した内容は、このページに残っています"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.applied("hanako@example.jp")
			w.leave(p.link+"/1", "next", core("4")).Want(http.StatusSeeOther)
			form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}, going: {"next"}})
			broken, _ := w.behind(c.fault)
			b := webtest.New(t, broken, w.now)
			kept := b.Post(p.link+"/2", form).Want(http.StatusServiceUnavailable).Says(c.says).Fields()
			kept.Set(going, "next") // the button
			if diff := cmp.Diff(form, kept); diff != "" {
				t.Error(diff)
			}
			form.Set(going, goKeep)
			b.Post(p.link+"/2", form).Want(http.StatusServiceUnavailable)
			b.Post(p.link+"/check", w.seen(p.link)).Want(http.StatusServiceUnavailable)
			b.Post(p.page+"/research", url.Values{act: {leave}, answersField: {keepThem}}).Want(http.StatusServiceUnavailable)
			// The page itself can be sent again once the table is back.
			w.leads(w.browser().Post(p.link+"/2", kept), p.link+"/check")
			if got := w.response(p, "pre"); got.Answers["O1"][0] != "架空の本音" || got.Done != "" {
				t.Errorf("stored: %v", got.Answers)
			}
		})
	}
}

func TestAnAnonymousAnswerThatIsNotKeptCanBeSentAgain(t *testing.T) {
	w := newWorld(t)
	p := w.attend("hanako@example.jp")
	form := w.fill(p.link+"/1", url.Values{"B7": {"架空の本音"}})
	broken, _ := w.behind(faulty.Writes(faulty.Always(faulty.Unreachable)))
	page := webtest.New(t, broken, w.now).Post(p.link+"/1", form).Want(http.StatusServiceUnavailable).Says("もう一度「回答を送る」を押してください", "架空の本音")
	w.leads(w.browser().Post(p.link+"/1", page.Fields()), p.link)
}

// A table that hangs leaves time to say so.
func TestAHangingTableIsToldInTime(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}})
	hanging, _ := w.behind(faulty.Writes(faulty.Always(faulty.Hang)))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // the function's own
	defer cancel()
	within := func(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return hanging(ctx, event)
	}
	webtest.New(t, within, w.now).Post(p.link+"/2", form).Want(http.StatusServiceUnavailable).Says("架空の本音")
	if ctx.Err() != nil {
		t.Error("the answer came after the function's time")
	}
}

// What each step costs at the table.
func TestSavingAPageIsTwoRoundTrips(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	watched, transport := w.behind()
	b := webtest.New(t, watched, w.now)
	first := w.fill(p.link+"/1", core("4"))
	for _, c := range []struct {
		name string
		do   func()
		want []string
	}{
		{"open", func() { b.Get(p.link).Want(http.StatusOK) }, []string{"BatchGetItem"}},
		{"show a page", func() { b.Get(p.link + "/1").Want(http.StatusOK) }, []string{"BatchGetItem"}},
		{"save the first page", func() { b.Post(p.link+"/1", first).Want(http.StatusSeeOther) }, []string{"BatchGetItem", "TransactWriteItems"}},
		{"save it again", func() { b.Post(p.link+"/1", first).Want(http.StatusSeeOther) }, []string{"BatchGetItem", "TransactWriteItems"}},
		{"send", func() { b.Post(p.link+"/check", w.seen(p.link)).Want(http.StatusSeeOther) }, []string{"BatchGetItem", "TransactWriteItems"}},
	} {
		transport.Reset()
		c.do()
		var got []string
		for _, r := range transport.Requests() {
			got = append(got, r.Operation)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// meanwhile is a fault that lets something happen between the read and the first write.
func meanwhile(happens func()) faulty.Fault {
	var once sync.Once
	return faulty.Writes(func(faulty.Request) faulty.Effect {
		once.Do(happens)
		return faulty.None
	})
}

func TestAPageThatIsOvertakenGivesBackWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leave(p.link+"/1", "next", core("4")).Want(http.StatusSeeOther)
	form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}, going: {"next"}})
	overtaken, transport := w.behind(meanwhile(func() { w.send(p.link).Want(http.StatusSeeOther) }))
	webtest.New(t, overtaken, w.now).Post(p.link+"/2", form).Want(http.StatusConflict).
		Says("回答を受け取りました", "いま送られた内容は、受け取っていません", "架空の本音")
	if got := len(transport.Requests()); got != 3 {
		t.Errorf("it takes %d requests", got)
	}
}

func TestACheckThatIsOvertakenIsShownAgain(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leave(p.at("pre")+"/1", "next", core("4")).Want(http.StatusSeeOther)
	check := w.seen(p.at("pre"))
	overtaken, _ := w.behind(meanwhile(func() {
		w.now = w.now.Add(time.Second)
		w.leave(p.at("pre")+"/1", goKeep, url.Values{"D1": {"1"}}).Want(http.StatusNoContent)
	}))
	again := webtest.New(t, overtaken, w.now).Post(p.at("pre")+"/check", check).Want(http.StatusConflict).Says("別の画面で回答が保存されています", "まったくあてはまらない")
	if w.response(p, "pre").Done != "" {
		t.Error("it was sent")
	}
	w.leads(w.browser().Post(p.at("pre")+"/check", again.Fields()), p.at("pre"))
}
