package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
// and returns the answer.
type step struct {
	name  string
	setUp func(*world) (do func(*webtest.Browser) *webtest.Answer)
	holds func(*world) error // of the table, once the person has been answered
}

// steps are what a person does that changes the table, at briefings with one seat.
// However often a step is repeated, it holds.
var steps = []step{
	{
		name: "register",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			typed := w.filled(w.browser(), "hanako@example.jp", "b1")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(send, typed) }
		},
		holds: func(w *world) error { return w.holds("confirmed", "", mail.BriefingConfirmation) },
	},
	{
		name: "register an address that has applied",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.apply("hanako@example.jp")
			typed := w.filled(w.browser(), "hanako@example.jp", "b1")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(send, typed) }
		},
		holds: func(w *world) error { return w.holds("confirmed", "", mail.BriefingConfirmation) },
	},
	{
		name: "register a registered address",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.registered("hanako@example.jp", "b1")
			typed := w.filled(w.browser(), "hanako@example.jp", "b2")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(send, typed) }
		},
		holds: func(w *world) error { return w.holds("confirmed", "", mail.RegistrationStanding) },
	},
	{
		name: "book from the private page",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			link := w.apply("hanako@example.jp")
			typed := w.booking(link, "b1")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/briefing/book", typed) }
		},
		holds: func(w *world) error { return w.holds("confirmed", "", mail.BriefingConfirmation) },
	},
	{
		name: "change the date while somebody waits",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			link := w.registered("hanako@example.jp", "b1")
			w.registered("taro@example.jp", "b1")
			typed := w.booking(link, "b2")
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/briefing/book", typed) }
		},
		holds: func(w *world) error { return w.holds("offered", "confirmed", mail.BriefingChanged, mail.SeatOffered) },
	},
	{
		name: "cancel while somebody waits",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			link := w.registered("hanako@example.jp", "b1")
			w.registered("taro@example.jp", "b1")
			typed := w.browser().Get(link + "/briefing/cancel").Want(http.StatusOK).Fields()
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/briefing/cancel", typed) }
		},
		holds: func(w *world) error { return w.holds("offered", "", mail.RegistrationCanceled, mail.SeatOffered) },
	},
	{
		name: "take the seat that became free",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			link := w.offered()
			return func(b *webtest.Browser) *webtest.Answer { return b.Post(link+"/briefing/take", nil) }
		},
		holds: func(w *world) error { return w.holds("confirmed", "", mail.BriefingConfirmation) },
	},
	{
		name: "stop announcements",
		setUp: func(w *world) func(*webtest.Browser) *webtest.Answer {
			w.register("hanako@example.jp", "b1")
			link := w.receive(mail.BriefingConfirmation, mail.Unsubscribe)
			return func(b *webtest.Browser) *webtest.Answer {
				return b.Post(link, url.Values{"List-Unsubscribe": {"One-Click"}})
			}
		},
		holds: func(w *world) error {
			person := w.tickets("b1")[0].Person
			p, _, err := w.table.PersonWithSettings(w.Context(), person)
			if err != nil || p.Unsubscribed == "" {
				return fmt.Errorf("announcements go on, %w", err)
			}
			return w.holds("confirmed", "")
		},
	},
}

// offered returns the private page of somebody for whom a seat at the first briefing
// is kept.
func (w *world) offered() string {
	w.Helper()
	first := w.registered("taro@example.jp", "b1")
	link := w.registered("hanako@example.jp", "b1")
	typed := w.browser().Get(first + "/briefing/cancel").Want(http.StatusOK).Fields()
	w.browser().Post(first+"/briefing/cancel", typed).Want(http.StatusSeeOther)
	w.receive(mail.RegistrationCanceled, mail.OpenPage)
	w.receive(mail.SeatOffered, mail.OpenPage)
	return link
}

// booking is the form of the private page, filled in.
func (w *world) booking(link, session string) url.Values {
	w.Helper()
	typed := w.browser().Get(link + "/briefing").Want(http.StatusOK).Fields()
	typed.Set(briefing, session)
	if typed.Has(question) {
		typed.Set(question, "架空の質問です。")
	}
	typed.Set(consentPrefix+"briefing", w.e.Registration.Consent.Version)
	return typed
}

// holds compares what the table holds with what it should: who is at each of the
// briefings, and which mails wait.
func (w *world) holds(first, second string, waiting ...mail.Kind) error {
	for session, want := range map[string]string{"b1": first, "b2": second} {
		var got strings.Builder
		for i, ticket := range w.tickets(session) {
			if i > 0 {
				got.WriteString(", ")
			}
			got.WriteString(string(ticket.Standing))
		}
		if got.String() != want {
			return fmt.Errorf("at %s people are %q, want %q", session, got.String(), want)
		}
	}
	slices.Sort(waiting)
	if diff := cmp.Diff(waiting, w.kinds()); diff != "" {
		return fmt.Errorf("waiting mails: %s", diff)
	}
	return nil
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
			if requests == 0 {
				t.Fatal("the step makes no request")
			}
			t.Logf("%s makes %d requests", s.name, requests)
			for n := 1; n <= requests; n++ {
				for when, kill := range kills {
					t.Run(fmt.Sprintf("%s request %d", when, n), func(t *testing.T) {
						w := newWorld(t, 1)
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
		w := newWorldHere(t, 1)
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
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("%s, seed %d", s.name, seed), func(t *testing.T) {
				w := newWorld(t, 1)
				do := s.setUp(w)
				random := rand.New(rand.NewPCG(seed, 1))
				disturbed, _ := w.behind(faulty.Sometimes(random, 0.4,
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

func TestABrokenTableIsToldAndEveryAnswerIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		effect faulty.Effect
		says   string
	}{
		{"unreachable", faulty.Unreachable, "登録はまだ受け付けられていません"},
		{"in conflict for ever", faulty.Conflict, "登録はまだ受け付けられていません"},
		{"failing", faulty.Error500, "登録の受け付けを完了できませんでした"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 20)
			typed := w.filled(w.browser(), "hanako@example.jp", "b1")
			broken, _ := w.behind(faulty.Writes(faulty.Always(c.effect)))
			page := webtest.New(t, broken, w.now).Post(send, typed).Want(http.StatusServiceUnavailable).Says(c.says, "架空の質問です。")
			webtest.New(t, broken, w.now).PostJSON(send, w.posted("hanako@example.jp", nil), nil).Want(http.StatusServiceUnavailable)
			// The page itself can be sent again once the table is back.
			w.browser().Post(send, page.Fields()).Want(http.StatusSeeOther)
			if err := w.holds("confirmed", "", mail.BriefingConfirmation); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsTypedIsKeptWhileNothingCanBeRead(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("taro@example.jp")
	typed, booking := w.filled(w.browser(), "hanako@example.jp", "b1"), w.booking(link, "b1")
	broken, _ := w.behind(faulty.Always(faulty.Throttle))
	b := webtest.New(t, broken, w.now)
	for _, path := range []string{form, link + "/briefing", link + "/mails", link + "/join"} {
		b.Get(path).Want(http.StatusServiceUnavailable)
	}
	for path, posted := range map[string]url.Values{form: typed, send: typed, link + "/briefing/book": booking} {
		kept := b.Post(path, posted).Want(http.StatusServiceUnavailable).Says("もう一度送信する").Fields()
		if diff := cmp.Diff(posted, kept); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
		if answer := w.browser().Post(path, kept); !succeeded(answer) {
			t.Errorf("%s, sent again: status %d", path, answer.Status)
		}
	}
	b.PostJSON(send, w.posted("hanako@example.jp", nil), nil).Want(http.StatusServiceUnavailable)
	if err := w.holds("confirmed, confirmed", "", mail.BriefingConfirmation, mail.BriefingConfirmation); err != nil {
		t.Error(err)
	}
}

// How many seats are left is of use, and not needed: without it the form is shown.
func TestTheFormIsShownWhileSeatsCannotBeRead(t *testing.T) {
	w := newWorld(t, 20)
	noSeats, _ := w.behind(func(r faulty.Request) faulty.Effect {
		if r.Operation == "BatchGetItem" {
			return faulty.Throttle
		}
		return faulty.None
	})
	b := webtest.New(t, noSeats, w.now)
	b.Get(form).Want(http.StatusOK).Says("2020年11月6日(金)").SaysNot("お席があります", "満席")
	b.Post(form, w.filled(w.browser(), "hanako@example.jp", "b1")).Want(http.StatusOK).Says("まだ送信していません")
}

func TestABookingThatIsNotSavedCanBeSentAgain(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]faulty.Effect{"unreachable": faulty.Unreachable, "failing": faulty.Error500} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 20)
			link := w.apply("hanako@example.jp")
			broken, _ := w.behind(faulty.Writes(faulty.Always(effect)))
			page := webtest.New(t, broken, w.now).Post(link+"/briefing/book", w.booking(link, "b1")).
				Want(http.StatusServiceUnavailable).Says("もう一度「この回に登録する」を押してください", "架空の質問です。")
			w.browser().Post(link+"/briefing/book", page.Fields()).Want(http.StatusSeeOther)
			w.is(link, "confirmed b1")
			if got := w.stored(link).Registration; got.Version != 1 {
				t.Errorf("version %d", got.Version)
			}
		})
	}
}

// A table that hangs leaves time to say so.
func TestAHangingTableIsToldInTime(t *testing.T) {
	w := newWorld(t, 20)
	typed := w.filled(w.browser(), "hanako@example.jp", "b1")
	hanging, _ := w.behind(faulty.Writes(faulty.Always(faulty.Hang)))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // the function's own
	defer cancel()
	within := func(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return hanging(ctx, event)
	}
	webtest.New(t, within, w.now).Post(send, typed).
		Want(http.StatusServiceUnavailable).Says("登録の受け付けを完了できませんでした", "架空の質問です。")
	if ctx.Err() != nil {
		t.Error("the answer came after the function's time")
	}
}

// What each step costs at the table.
func TestRoundTripsOfAPost(t *testing.T) {
	w := newWorld(t, 20)
	typed := w.filled(w.browser(), "hanako@example.jp", "b1")
	known := w.filled(w.browser(), "hanako@example.jp", "b2")
	watched, transport := w.behind()
	b := webtest.New(t, watched, w.now)
	for _, c := range []struct {
		name string
		form url.Values
		want []string
	}{
		{"a new address", typed, []string{"GetItem", "BatchGetItem", "TransactWriteItems"}},
		{"a repeated form", typed, []string{"GetItem", "BatchGetItem", "TransactWriteItems"}},
		{"a known address", known, []string{"GetItem", "BatchGetItem", "TransactWriteItems", "BatchGetItem", "TransactWriteItems"}},
	} {
		transport.Reset()
		b.Post(send, c.form).Want(http.StatusSeeOther)
		var got []string
		for _, r := range transport.Requests() {
			got = append(got, r.Operation)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
