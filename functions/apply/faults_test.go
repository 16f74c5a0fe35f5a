package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
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
// and returns the status of the answer.
type step struct {
	name  string
	setUp func(*world) (do func(*webtest.Browser) *webtest.Answer)
	holds func(*world) error // of the table, once the person has been answered
}

// steps are what a person does that changes the table. However often a step
// is repeated, it holds.
var steps = []step{
	{
		name: "apply",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			form := w.filled(w.browser(), "hanako@example.jp")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post("/shiojiri-2020/applications", form) }
		},
		holds: func(w *world) error { return w.stands(1, mail.Acknowledgement) },
	},
	{
		name: "apply with a known address",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			form := w.filled(w.browser(), "hanako@example.jp")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post("/shiojiri-2020/applications", form) }
		},
		holds: func(w *world) error { return w.stands(1, mail.Acknowledgement, mail.Standing) },
	},
	{
		name: "apply after registering for a briefing",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.register("hanako@example.jp", "b1", 100)
			form := w.filled(w.browser(), "hanako@example.jp")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post("/shiojiri-2020/applications", form) }
		},
		holds: func(w *world) error {
			if got := w.person().Registration; got == nil || got.Standing != table.Confirmed {
				return fmt.Errorf("the registration is %+v", got)
			}
			return w.stands(1, mail.Acknowledgement)
		},
	},
	{
		name: "edit",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			link := w.send(mail.Acknowledgement)
			form := w.browser().Get(link + "/edit").Fields()
			form.Set(motivation, "変えた動機")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/edit", form) }
		},
		holds: func(w *world) error {
			if got := w.person().Application; got.Motivation != "変えた動機" || got.Version != 2 {
				return fmt.Errorf("version %d says %q", got.Version, got.Motivation)
			}
			return w.stands(1, mail.Changed)
		},
	},
	{
		name: "withdraw",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			link := w.send(mail.Acknowledgement)
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/withdraw", nil) }
		},
		holds: func(w *world) error { return w.stands(0, mail.Withdrawn) },
	},
	{
		name: "withdraw and have the survey answers erased",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			link := w.send(mail.Acknowledgement)
			w.says(link, true)
			w.begins(link, "pre")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/withdraw", choice(erase)) }
		},
		holds: func(w *world) error { return w.holds(0, false, mail.Withdrawn) },
	},
	{
		name: "withdraw while somebody waits for the seat",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			link := w.register("hanako@example.jp", "b1", 1)
			w.apply("hanako@example.jp")
			w.send(mail.Acknowledgement)
			w.register("taro@example.jp", "b1", 1)
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/withdraw", nil) }
		},
		holds: func(w *world) error {
			seats, err := w.table.Seats(w.Context(), w.e.ID, "b1")
			if err != nil {
				return err
			}
			if got := seats["b1"]; got.Taken != 1 || got.Waiting != 0 {
				return fmt.Errorf("%d seats are taken, %d people wait", got.Taken, got.Waiting)
			}
			return w.stands(0, mail.SeatOffered, mail.Withdrawn)
		},
	},
	{
		name: "ask for another address",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			link := w.send(mail.Acknowledgement)
			form := w.browser().Get(link + "/address").Fields()
			form.Set(email, "new@example.jp")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/address", form) }
		},
		holds: func(w *world) error { return w.stands(1, mail.AddressConfirm) },
	},
	{
		name: "confirm another address",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			link := w.send(mail.Acknowledgement)
			w.browser().Post(link+"/address", url.Values{email: {"new@example.jp"}, formToken: {strings.Repeat("a", 26)}}).Want(http.StatusSeeOther)
			confirm := w.send(mail.AddressConfirm)
			w.now = w.now.Add(time.Second)
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(confirm, nil) }
		},
		holds: func(w *world) error { return w.stands(1, mail.AddressChanged, mail.AddressMoved) },
	},
	{
		name: "ask for the link",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			w.send(mail.Acknowledgement)
			return func(b *webtest.Browser) *webtest.Answer {
				return b.Post("/shiojiri-2020/link", url.Values{email: {"hanako@example.jp"}})
			}
		},
		holds: func(w *world) error { return w.stands(1, mail.Link) },
	},
}

// stands compares what the table holds with what it should.
func (w *world) stands(applications int, waiting ...mail.Kind) error {
	slices.Sort(waiting)
	if n := w.count(); n != applications {
		return fmt.Errorf("%d applications stand, want %d", n, applications)
	}
	if diff := cmp.Diff(waiting, w.kinds()); diff != "" {
		return fmt.Errorf("waiting mails: %s", diff)
	}
	return nil
}

// succeeded reports whether the person was told that it is done.
func succeeded(a *webtest.Answer) bool {
	return a.Status == http.StatusSeeOther || a.Status == http.StatusOK
}

// Killing the function before and after each request to the table loses
// nothing and doubles nothing: the person sends the same again, and it is done once.
func TestAKilledFunctionLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			requests := countRequests(t, s)
			if requests == 0 {
				t.Fatal("the step makes no request")
			}
			t.Logf("%s makes %d requests", s.name, requests)
			for n := 1; n <= requests; n++ {
				for when, kill := range kills {
					t.Run(fmt.Sprintf("%s request %d", when, n), func(t *testing.T) {
						w := newWorld(t)
						do := s.setUp(w)
						killed, _ := w.behind(kill(n))
						answer := do(webtest.New(t, killed, w.now))
						if succeeded(answer) && s.holds(w) != nil {
							t.Fatalf("the person was told that it is done: %v", s.holds(w))
						}
						if again := do(w.browser()); !succeeded(again) {
							t.Fatalf("sent again: status %d", again.Status)
						}
						if err := s.holds(w); err != nil {
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
		do := s.setUp(w)
		watched, transport := w.behind()
		if answer := do(webtest.New(t, watched, w.now)); !succeeded(answer) {
			t.Fatalf("status %d:\n%s", answer.Status, answer.Body)
		}
		n = len(transport.Requests())
		if err := s.holds(w); err != nil {
			t.Error(err)
		}
	})
	return n
}

// Under conflicts, throttling, failures and lost answers people press the
// button again until they are told that it is done.
func TestPeoplePressAgainUntilItIsDone(t *testing.T) {
	t.Parallel()
	for _, s := range steps {
		for seed := range uint64(6) {
			t.Run(fmt.Sprintf("%s, seed %d", s.name, seed), func(t *testing.T) {
				w := newWorld(t)
				do := s.setUp(w)
				random := rand.New(rand.NewPCG(seed, 1))
				disturbed, _ := w.behind(faulty.Sometimes(random, 0.5,
					faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.Unreachable, faulty.NoAnswer))
				b := webtest.New(t, disturbed, w.now)
				for tries := 1; ; tries++ {
					if succeeded(do(b)) {
						break
					}
					if tries == 50 {
						t.Fatal("never done in 50 tries")
					}
				}
				if err := s.holds(w); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestTwentyPostsOfOneFormAreOneApplicationUnderConflicts(t *testing.T) {
	w := newWorld(t)
	form := w.filled(w.browser(), "hanako@example.jp")
	random := rand.New(rand.NewPCG(7, 7))
	disturbed, _ := w.behind(faulty.Sometimes(random, 0.3, faulty.Conflict))
	locations := make([]string, 20)
	var all sync.WaitGroup
	for i := range locations {
		all.Go(func() {
			answer := webtest.New(t, disturbed, w.now).Post("/shiojiri-2020/applications", form)
			locations[i] = fmt.Sprint(answer.Status, answer.Header.Get("Location"))
		})
	}
	all.Wait()
	if slices.Sort(locations); locations[0] != locations[19] || !strings.HasPrefix(locations[0], "303") {
		t.Errorf("the answers differ: %v", locations)
	}
	if err := w.stands(1, mail.Acknowledgement); err != nil {
		t.Error(err)
	}
}

func TestABrokenTableIsToldAndEveryAnswerIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		effect faulty.Effect
		says   string
	}{
		{"unreachable", faulty.Unreachable, "応募はまだ受け付けられていません"},
		{"throttled", faulty.Throttle, "応募はまだ受け付けられていません"},
		{"in conflict for ever", faulty.Conflict, "応募はまだ受け付けられていません"},
		{"failing", faulty.Error500, "応募の受け付けを完了できませんでした"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			form := w.filled(w.browser(), "hanako@example.jp")
			broken, transport := w.behind(faulty.Always(c.effect))
			b := webtest.New(t, broken, w.now)
			page := b.Post("/shiojiri-2020/applications", form).Want(http.StatusServiceUnavailable).Says(c.says, "架空の動機です。")
			if n := len(transport.Requests()); n > 8 {
				t.Errorf("it was tried %d times", n)
			}
			answer := webtest.New(t, broken, w.now).PostJSON("/shiojiri-2020/applications", w.posted("hanako@example.jp", nil), nil)
			answer.Want(http.StatusServiceUnavailable)
			// The page itself can be sent again once the table is back.
			w.browser().Post("/shiojiri-2020/applications", page.Fields()).Want(http.StatusSeeOther)
			if err := w.stands(1, mail.Acknowledgement); err != nil {
				t.Error(err)
			}
		})
	}
}

// What each post costs at the table: one transaction for a new address, one
// canceled one for a repeated form, two for a known address.
func TestRoundTripsOfAPost(t *testing.T) {
	w := newWorld(t)
	form := w.filled(w.browser(), "hanako@example.jp")
	known := w.filled(w.browser(), "hanako@example.jp")
	known.Set(motivation, "別の動機")
	watched, transport := w.behind()
	b := webtest.New(t, watched, w.now)
	for _, c := range []struct {
		name string
		form url.Values
		want []string
	}{
		{"a new address", form, []string{"TransactWriteItems"}},
		{"a repeated form", form, []string{"TransactWriteItems"}},
		{"a known address", known, []string{"TransactWriteItems", "TransactWriteItems"}},
	} {
		transport.Reset()
		b.Post("/shiojiri-2020/applications", c.form).Want(http.StatusSeeOther)
		var got []string
		for _, r := range transport.Requests() {
			got = append(got, r.Operation)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// A table that hangs leaves time to say so: nothing typed is lost to a function
// that is ended by its own time limit.
func TestAHangingTableIsToldInTime(t *testing.T) {
	w := newWorld(t)
	form := w.filled(w.browser(), "hanako@example.jp")
	hanging, _ := w.behind(faulty.Always(faulty.Hang))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // the function's own
	defer cancel()
	within := func(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return hanging(ctx, event)
	}
	webtest.New(t, within, w.now).Post("/shiojiri-2020/applications", form).
		Want(http.StatusServiceUnavailable).Says("応募の受け付けを完了できませんでした", "架空の動機です。")
	if ctx.Err() != nil {
		t.Error("the answer came after the function's time")
	}
}

func TestAnEditIsKeptWhileThePageCannotBeRead(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp")
	link := w.send(mail.Acknowledgement)
	form := w.browser().Get(link + "/edit").Fields()
	form.Set(motivation, "変えた動機")
	broken, _ := w.behind(faulty.Always(faulty.Throttle))
	b := webtest.New(t, broken, w.now)
	page := b.Post(link+"/edit?lang=ja", form).Want(http.StatusServiceUnavailable).Says("もう一度送信する")
	b.Get(link).Want(http.StatusServiceUnavailable)
	b.Post(link+"/withdraw", nil).Want(http.StatusServiceUnavailable).Says("もう一度送信する")
	w.browser().Post(link+"/edit", page.Fields()).Want(http.StatusSeeOther)
	if got := w.stored(link).Application.Motivation; got != "変えた動機" {
		t.Errorf("the motivation is %q", got)
	}
}
