package main

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files")

// readers opens pages in both languages at once and compares them with what
// was agreed. What a story writes into the table, it writes once.
type readers struct {
	*world
	links []string // private links, which are random
}

// newReaders is a world whose tokens and references are the same in every run.
func newReaders(t *testing.T, seats int) *readers {
	w := newWorld(t, seats)
	n := 0
	w.handler.random = func() string {
		n++
		return fmt.Sprintf("K7QXM%05d%016d", n, 0)
	}
	return &readers{world: w}
}

// sees opens a page in each language and compares it with its golden file.
func (r *readers) sees(name string, status int, open func(*webtest.Browser) *webtest.Answer) {
	r.Helper()
	for _, lang := range locale.Langs {
		b := r.browser()
		b.Header.Set("Accept-Language", string(lang))
		r.agreed(name+"."+string(lang), open(b).Want(status).Body)
	}
}

// opens is sees for the address of a page.
func (r *readers) opens(name string, status int, path string) {
	r.Helper()
	r.sees(name, status, func(b *webtest.Browser) *webtest.Answer { return b.Get(path) })
}

// sends is sees for the answer to a form.
func (r *readers) sends(name string, status int, path string, form url.Values) {
	r.Helper()
	r.sees(name, status, func(b *webtest.Browser) *webtest.Answer { return b.Post(path, form) })
}

// receives hands the waiting mails of the kind out and returns the last one's link.
func (r *readers) receives(kind mail.Kind, purpose mail.Purpose) string {
	r.Helper()
	link := r.receive(kind, purpose)
	r.links = append(r.links, link)
	return link
}

// joins has a made-up person register, and returns the private page.
func (r *readers) joins(address, session string, kind mail.Kind) string {
	r.Helper()
	typed := again(r.typed(address, session), strings.ReplaceAll(address, "@example.jp", ""))
	r.browser().Post(send, typed).Want(http.StatusSeeOther)
	return r.receives(kind, mail.OpenPage)
}

// agreed compares a page, with its private links blanked, with its golden file.
func (r *readers) agreed(name, got string) {
	r.Helper()
	for i, link := range r.links {
		segment := link[strings.LastIndexByte(link, '/')+1:]
		got = strings.ReplaceAll(got, segment, fmt.Sprintf("private-link-%d", i+1))
	}
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
	if diff := cmp.Diff(withoutStyle(string(want)), withoutStyle(got)); diff != "" {
		r.Errorf("the page %s differs (-want +got); go test -update accepts it:\n%s", name, diff)
	}
}

// withoutStyle blanks the stylesheet's name, which changes with its content.
func withoutStyle(page string) []string {
	before, after, _ := strings.Cut(page, "/assets/style.")
	_, after, _ = strings.Cut(after, ".css")
	return strings.Split(before+"/assets/style."+after, "\n")
}

// typed is the form of a made-up person (架空の人物), shown a minute ago.
func (r *readers) typed(address, session string) url.Values {
	r.Helper()
	typed := r.answers(address, session)
	typed.Set(submission.Token, strings.Repeat("b", 26))
	typed.Set(submission.Shown, fmt.Sprint(r.now.Add(-time.Minute).UnixMilli()))
	return typed
}

// breaks gives readers for whom nothing that is written arrives as it should.
func (r *readers) breaks(effect faulty.Effect) *readers {
	r.Helper()
	broken := *r.world
	broken.serve, _ = r.behind(faulty.Writes(faulty.Always(effect)))
	return &readers{world: &broken, links: r.links}
}

// again is the same in another form, with a token of its own.
func again(form url.Values, token string) url.Values {
	other := maps.Clone(form)
	other.Set(submission.Token, token+strings.Repeat("c", 26-len(token)))
	return other
}

func TestThePagesOfRegisteringReadAsAgreed(t *testing.T) {
	r := newReaders(t, 1)
	r.opens("form", http.StatusOK, form+"?briefing=b1&source=doda")
	r.sends("form-all-errors", http.StatusUnprocessableEntity, form, url.Values{submission.Token: {strings.Repeat("b", 26)}, submission.Shown: {"1604285940000"}})
	slips := r.typed("hanako@example,jp", "b9")
	slips.Set(submission.FamilyName, "架空@")
	slips.Set(question, strings.Repeat("長い質問。", 101))
	slips.Set(consentPrefix+"briefing", "2019-01-01")
	r.sends("form-slips", http.StatusUnprocessableEntity, form, slips)
	trapped := r.typed("hanako@example.jp", "b1")
	trapped.Set(submission.Trap, "https://spam.invalid/")
	r.sends("form-refused-trap", http.StatusUnprocessableEntity, send, trapped)

	typed := r.typed("hanako@example.jp", "b1")
	r.sends("confirm", http.StatusOK, form, typed)
	r.sends("confirm-suggestion", http.StatusOK, form, r.typed("hanako@gmial.com", "b1"))
	back := r.typed("hanako@example.jp", "b1")
	back.Set(web.Back, question)
	r.sends("form-back", http.StatusOK, send, back)
	r.breaks(faulty.Unreachable).sends("confirm-not-stored", http.StatusServiceUnavailable, send, again(r.typed("taro@example.jp", "b1"), "unreachable"))
	r.breaks(faulty.Error500).sends("confirm-uncertain", http.StatusServiceUnavailable, send, again(r.typed("taro@example.jp", "b1"), "unanswered"))

	r.browser().Post(send, typed).Want(http.StatusSeeOther)
	r.opens("receipt", http.StatusOK, "/shiojiri-2020/registered/"+typed.Get(submission.Token))
	r.opens("form-full", http.StatusOK, form+"?briefing=b1")
	waits := again(r.typed("hanako@gmial.com", "b1"), "waits")
	r.sends("confirm-full", http.StatusOK, form, waits)
	r.browser().Post(send, waits).Want(http.StatusSeeOther)
	r.opens("receipt-waiting-suggestion", http.StatusOK, "/shiojiri-2020/registered/"+waits.Get(submission.Token))
	r.opens("receipt-gone", http.StatusNotFound, "/shiojiri-2020/registered/"+strings.Repeat("z", 26))
	changed := r.typed("hanako@example.jp", "b2")
	r.sends("sent-already", http.StatusUnprocessableEntity, send, changed)
	r.sees("foreign-origin", http.StatusForbidden, func(b *webtest.Browser) *webtest.Answer {
		b.Header.Set("Origin", "https://unknown.example")
		return b.Post(send, typed)
	})
	seen := r.typed("jiro@example.jp", "b2")
	seen.Set(shownPrefix+"b2", stamp(r.session("b2")))
	r.move("b2", r.session("b2").Start.Add(25*time.Hour))
	r.sends("form-moved", http.StatusUnprocessableEntity, form, seen)
	r.cancelBriefing("b1")
	r.opens("form-one-canceled", http.StatusOK, form)
	r.opens("receipt-canceled", http.StatusOK, "/shiojiri-2020/registered/"+typed.Get(submission.Token))
}

func TestThePagesWhenThereIsNothingToRegisterForReadAsAgreed(t *testing.T) {
	r := newReaders(t, 1)
	noon := r.now
	r.now = r.e.Application.Open.Add(-time.Hour)
	r.opens("not-yet-open", http.StatusOK, form)
	r.now = r.session("b2").Start
	r.opens("underway", http.StatusOK, form)
	r.sends("closed-refused", http.StatusForbidden, send, r.typed("hanako@example.jp", "b2"))
	r.now = r.e.Application.Close
	r.opens("over", http.StatusOK, form)
	r.now = noon
	r.cancelBriefing("b1")
	r.cancelBriefing("b2")
	r.opens("all-canceled", http.StatusOK, form)
}

func TestThePagesOfARegistrationReadAsAgreed(t *testing.T) {
	r := newReaders(t, 1)
	link := r.joins("hanako@example.jp", "b1", mail.BriefingConfirmation)
	page := func(name string, link string) {
		t.Helper()
		r.opens("briefing-"+name, http.StatusOK, link+"/briefing")
	}
	page("seated", link)
	r.opens("cancel", http.StatusOK, link+"/briefing/cancel")
	r.opens("briefing-stale", http.StatusOK, link+"/briefing?done=stale")
	waits := r.joins("taro@example.jp", "b1", mail.BriefingWaiting)
	page("waiting", waits)
	r.opens("cancel-waiting", http.StatusOK, waits+"/briefing/cancel")
	other := r.joins("jiro@example.jp", "b2", mail.BriefingConfirmation)
	page("seated-other-full", link)
	page("waiting-other-full", waits)

	r.browser().Post(link+"/briefing/cancel", r.canceling(link)).Want(http.StatusSeeOther)
	r.opens("briefing-left", http.StatusOK, link+"/briefing?done=canceled")
	page("offered", waits)
	r.opens("cancel-offered", http.StatusOK, waits+"/briefing/cancel")
	r.now = r.now.Add(24 * time.Hour)
	page("expired", waits)
	r.opens("briefing-late", http.StatusOK, waits+"/briefing?done=late")
	if _, err := r.table.LapseSeat(t.Context(), r.stored(waits).Person.ID, r.sessions(), r.now); err != nil {
		t.Fatal(err)
	}
	page("lapsed", waits)

	r.does(other, "/briefing/book", r.booking(other, "b1"))
	r.opens("briefing-changed", http.StatusOK, other+"/briefing?done=booked")
	r.now = r.session("b1").Start.Add(-10 * time.Minute)
	page("seated-joinable", other)
	r.now = r.session("b1").Start
	page("underway", other)
	r.now = r.session("b1").End
	page("missed", other)
}

func TestThePagesOfBookingReadAsAgreed(t *testing.T) {
	r := newReaders(t, 1)
	link := r.apply("hanako@example.jp")
	r.links = append(r.links, link)
	r.opens("briefing-unregistered", http.StatusOK, link+"/briefing")
	typed := r.booking(link, "b1")
	typed.Set(submission.Token, strings.Repeat("d", 26))
	wrong := maps.Clone(typed)
	wrong.Del(consentPrefix + "briefing")
	wrong.Del(briefing)
	r.sends("briefing-errors", http.StatusUnprocessableEntity, link+"/briefing/book", wrong)
	r.breaks(faulty.Unreachable).sends("briefing-not-saved", http.StatusServiceUnavailable, link+"/briefing/book", typed)
	r.browser().Post(link+"/briefing/book", typed).Want(http.StatusSeeOther)
	r.opens("briefing-booked", http.StatusOK, link+"/briefing?done=booked")
	full := r.booking(link, "b2")
	full.Set(submission.Token, strings.Repeat("e", 26))
	r.joins("taro@example.jp", "b2", mail.BriefingConfirmation)
	r.sends("briefing-full", http.StatusUnprocessableEntity, link+"/briefing/book", full)
	r.move("b1", r.session("b1").Start.Add(25*time.Hour))
	r.opens("briefing-moved", http.StatusOK, link+"/briefing")
	r.cancelBriefing("b1")
	r.opens("briefing-called-off", http.StatusOK, link+"/briefing")
	r.now = r.session("b2").Start
	r.opens("briefing-nothing-left", http.StatusOK, link+"/briefing")
}

func TestThePagesAtTheDoorReadAsAgreed(t *testing.T) {
	r := newReaders(t, 1)
	typed := r.typed("hanako@example.jp", "b1")
	r.browser().Post(send, typed).Want(http.StatusSeeOther)
	link := r.receives(mail.BriefingConfirmation, mail.Join)
	r.browser().Post(send, again(r.typed("taro@example.jp", "b1"), "taro")).Want(http.StatusSeeOther)
	waits := r.receives(mail.BriefingWaiting, mail.Join)
	r.opens("join-early", http.StatusOK, link)
	r.opens("join-waiting", http.StatusOK, waits)
	noon := r.now
	r.now = r.session("b1").Start.Add(-15 * time.Minute)
	r.opens("join-no-room", http.StatusOK, link)
	r.open("b1")
	r.opens("join", http.StatusOK, link)
	r.now = r.session("b1").Start
	r.opens("join-unseated", http.StatusOK, waits)
	r.now = r.session("b1").End
	r.opens("join-over", http.StatusOK, link)
	r.now = r.session("b1").Start
	r.browser().Post(link, nil).Want(http.StatusSeeOther)
	r.now = r.session("b1").End
	r.opens("join-attended", http.StatusOK, link)
	r.now = noon
	r.move("b1", r.session("b1").Start.Add(25*time.Hour))
	r.opens("join-moved", http.StatusOK, link)
	if err := r.table.CancelRegistration(t.Context(), r.stored(link).Person.ID, r.sessions(), r.now); err != nil {
		t.Fatal(err)
	}
	r.opens("join-left", http.StatusOK, link)
	r.opens("join-offered", http.StatusOK, waits)
	r.cancelBriefing("b1")
	r.opens("join-canceled", http.StatusOK, waits)
}

func TestThePagesOfMailsReadAsAgreed(t *testing.T) {
	r := newReaders(t, 3)
	var links []string
	for i, purpose := range []mail.Purpose{mail.Unsubscribe, mail.OpenPage} {
		r.browser().Post(send, again(r.typed(fmt.Sprintf("hanako%d@example.jp", i), "b1"), string(purpose))).Want(http.StatusSeeOther)
		links = append(links, r.receives(mail.BriefingConfirmation, purpose))
	}
	r.opens("mails", http.StatusOK, links[0])
	r.sends("mails-stopped", http.StatusOK, links[0], url.Values{"List-Unsubscribe": {"One-Click"}})
	r.sends("mails-resumed", http.StatusOK, links[0], url.Values{act: {resume}})
	r.opens("mails-own-page", http.StatusOK, links[1]+"/mails")
	if err := r.table.Withdraw(t.Context(), r.stored(links[1]).Person, r.sessions(), false, r.now); err != nil {
		t.Fatal(err)
	}
	r.opens("mails-withdrawn", http.StatusOK, links[1]+"/mails")
	r.opens("join-withdrawn", http.StatusOK, links[1]+"/join")
}

// An answer to a post has no address: another language would lose what was typed.
func TestNoLinkOnAFormLosesWhatWasTyped(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("taro@example.jp")
	b := w.browser()
	wrong := w.filled(b, "hanako", "b1")
	booking := w.booking(link, "")
	for name, page := range map[string]*webtest.Answer{
		"form with an error":    b.Post(form, wrong).Want(http.StatusUnprocessableEntity),
		"confirmation":          b.Post(form, w.filled(b, "hanako@example.jp", "b1")).Want(http.StatusOK),
		"booking with an error": b.Post(link+"/briefing/book", booking).Want(http.StatusUnprocessableEntity),
	} {
		for _, to := range page.Links() {
			if strings.Contains(to, "lang=") {
				t.Errorf("%s: a link to %s", name, to)
			}
		}
	}
	if links := b.Get(form + "?briefing=b1").Links(); !strings.Contains(strings.Join(links, " "), form+"?briefing=b1&lang=en") {
		t.Errorf("the empty form has no other language: %v", links)
	}
}

func TestEveryTextIsInBothLanguages(t *testing.T) {
	t.Parallel()
	webtest.CheckTexts(t, os.DirFS("."))
}

// A question of several lines is shown as it was written.
func TestAQuestionIsShownLineByLine(t *testing.T) {
	t.Parallel()
	v := briefingView{standing: standing{Registration: &table.Registration{Question: "一行目\n二行目"}}}
	if diff := cmp.Diff([]string{"一行目", "二行目"}, v.Question()); diff != "" {
		t.Error(diff)
	}
}
