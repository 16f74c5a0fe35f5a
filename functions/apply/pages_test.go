package main

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table/faulty"
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
func newReaders(t *testing.T) *readers {
	w := newWorld(t)
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
func (r *readers) receives(kind mail.Kind) string {
	r.Helper()
	link := r.send(kind)
	r.links = append(r.links, link)
	return link
}

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
func (r *readers) typed(address string) url.Values {
	r.Helper()
	form := r.filled(r.browser(), address)
	form.Set(formToken, strings.Repeat("b", 26))
	return form
}

func TestThePagesOfApplyingReadAsAgreed(t *testing.T) {
	r := newReaders(t)
	const form, send = "/shiojiri-2020/apply", "/shiojiri-2020/applications"
	r.opens("form", http.StatusOK, form+"?source=doda")
	r.sends("form-all-errors", http.StatusUnprocessableEntity, form, url.Values{formToken: {strings.Repeat("b", 26)}, shownAt: {"1604285940000"}})

	slips := r.typed("hanako@example,jp")
	slips.Set(familyName, "架空@")
	slips.Set(familyKana, "kakuu")
	slips[choices] = []string{"job-2", "job-2", ""}
	slips.Set(motivation, strings.Repeat("長い動機。", 401))
	slips.Set(consentPrefix+"provision", "2019-01-01")
	r.sends("form-slips", http.StatusUnprocessableEntity, form, slips)

	trapped := r.typed("hanako@example.jp")
	trapped.Set(trap, "https://spam.example/")
	r.sends("form-refused-trap", http.StatusUnprocessableEntity, send, trapped)
	fast := r.typed("hanako@example.jp")
	fast.Set(shownAt, fmt.Sprint(r.now.UnixMilli()))
	r.sends("form-refused-fast", http.StatusUnprocessableEntity, send, fast)
	old := r.typed("hanako@example.jp")
	old.Set(shownAt, fmt.Sprint(r.now.Add(-25*time.Hour).UnixMilli()))
	r.sends("form-refused-old", http.StatusUnprocessableEntity, send, old)

	typed := r.typed("hanako@example.jp")
	r.sends("confirm", http.StatusOK, form, typed)
	r.sends("confirm-suggestion", http.StatusOK, form, r.typed("hanako@gmial.com"))
	back := r.typed("hanako@example.jp")
	back.Set(editField, motivation)
	r.sends("form-back", http.StatusOK, send, back)
	r.breaks(faulty.Unreachable).sends("confirm-not-stored", http.StatusServiceUnavailable, send, again(r.typed("taro@example.jp"), "unreachable"))
	r.breaks(faulty.NoAnswer).sends("confirm-uncertain", http.StatusServiceUnavailable, send, again(r.typed("taro@example.jp"), "unanswered"))

	r.browser().Post(send, typed).Want(http.StatusSeeOther)
	r.opens("receipt", http.StatusOK, "/shiojiri-2020/receipt/"+typed.Get(formToken))
	known := again(r.typed("hanako@example.jp"), "known")
	r.browser().Post(send, known).Want(http.StatusSeeOther)
	r.opens("receipt-known", http.StatusOK, "/shiojiri-2020/receipt/"+known.Get(formToken))
	mistyped := again(r.typed("hanako@gmial.com"), "mistyped")
	r.browser().Post(send, mistyped).Want(http.StatusSeeOther)
	r.opens("receipt-suggestion", http.StatusOK, "/shiojiri-2020/receipt/"+mistyped.Get(formToken))
	r.opens("receipt-gone", http.StatusNotFound, "/shiojiri-2020/receipt/"+strings.Repeat("z", 26))
	changed := r.typed("hanako@example.jp")
	changed.Set(motivation, "変えた動機")
	r.sends("sent-already", http.StatusUnprocessableEntity, send, changed)
	r.sees("foreign-origin", http.StatusForbidden, func(b *webtest.Browser) *webtest.Answer {
		b.Header.Set("Origin", "https://unknown.example")
		return b.Post(send, typed)
	})

	r.opens("link", http.StatusOK, "/shiojiri-2020/link")
	r.sends("link-error", http.StatusUnprocessableEntity, "/shiojiri-2020/link", url.Values{email: {"hanako"}})
	r.sends("link-sent", http.StatusOK, "/shiojiri-2020/link", url.Values{email: {"nobody@example.jp"}})

	r.now = r.e.Application.Open.Add(-time.Hour)
	r.opens("not-yet-open", http.StatusOK, form)
	r.now = r.e.Application.Close
	r.opens("closed", http.StatusOK, form)
	r.sends("closed-refused", http.StatusForbidden, send, typed)
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
	other.Set(formToken, token+strings.Repeat("c", 26-len(token)))
	return other
}

func TestThePagesOfThePrivateLinkReadAsAgreed(t *testing.T) {
	r := newReaders(t)
	r.browser().Post("/shiojiri-2020/applications", r.typed("hanako@example.jp")).Want(http.StatusSeeOther)
	link := r.receives(mail.Acknowledgement)
	r.opens("private", http.StatusOK, link)
	r.opens("dead-link", http.StatusNotFound, "/me/short")

	edit := r.browser().Get(link + "/edit").Want(http.StatusOK).Fields()
	edit.Set(formToken, strings.Repeat("d", 26))
	r.opens("edit", http.StatusOK, link+"/edit")
	wrong := again(edit, "wrong")
	wrong.Set(familyKana, "kakuu")
	wrong.Set(motivation, "")
	r.sends("edit-errors", http.StatusUnprocessableEntity, link+"/check", wrong)
	edit.Set(motivation, "変えた動機です。")
	edit[choices] = []string{"job-3", "", ""}
	r.sends("edit-confirm", http.StatusOK, link+"/check", edit)
	r.breaks(faulty.Unreachable).sends("edit-not-saved", http.StatusServiceUnavailable, link+"/edit", edit)
	r.breaks(faulty.NoAnswer).sends("edit-uncertain", http.StatusServiceUnavailable, link+"/edit", again(edit, "unanswered"))
	edit = r.browser().Get(link + "/edit").Want(http.StatusOK).Fields()
	edit.Set(motivation, "もう一度変えた動機です。")
	edit[choices] = []string{"job-3", "", ""}
	r.now = r.now.Add(time.Hour)
	r.browser().Post(link+"/edit", edit).Want(http.StatusSeeOther)
	r.opens("private-edited", http.StatusOK, link+"?done=edited")
	second := again(edit, "second")
	second.Set(motivation, "別の画面で変えた動機です。")
	r.sends("edit-conflict", http.StatusConflict, link+"/edit", second)

	r.opens("address", http.StatusOK, link+"/address")
	r.sends("address-same", http.StatusUnprocessableEntity, link+"/address", url.Values{email: {"hanako@example.jp"}})
	r.browser().Post(link+"/address", url.Values{email: {"new@example.jp"}, formToken: {strings.Repeat("e", 26)}}).Want(http.StatusSeeOther)
	r.opens("private-asked", http.StatusOK, link+"?done=asked")
	confirm := r.receives(mail.AddressConfirm)
	r.opens("confirm-address", http.StatusOK, confirm)
	r.opens("withdraw", http.StatusOK, link+"/withdraw")

	open := r.now
	r.now = r.e.Application.Close
	r.opens("private-closed", http.StatusOK, link)
	r.opens("edit-closed", http.StatusForbidden, link+"/edit")
	r.now = open.Add(time.Hour)

	r.sends("confirm-address-done", http.StatusOK, confirm, nil) // the second time, it is done already
	fresh := r.receives(mail.AddressMoved)
	r.browser().Post(fresh+"/withdraw", nil).Want(http.StatusSeeOther)
	r.opens("private-withdrawn", http.StatusOK, fresh)
}

func TestWhatWasDoneIsSaidOnlyWhileItStands(t *testing.T) {
	w, link := applied(t)
	w.browser().Get(link + "?done=edited").Want(http.StatusOK).SaysNot("変更を保存しました")
	w.browser().Get(link + "?done=asked").Want(http.StatusOK).SaysNot("確認のメールをお送りします")
	w.browser().Post(link+"/address", url.Values{email: {"new@example.jp"}, formToken: {strings.Repeat("a", 26)}}).Want(http.StatusSeeOther)
	w.browser().Get(link + "?done=asked").Want(http.StatusOK).Says("確認のメールをお送りします")
	w.browser().Post(link+"/withdraw", nil).Want(http.StatusSeeOther)
	w.browser().Get(link+"?done=asked").Want(http.StatusOK).SaysNot("確認のメールをお送りします", "new@example.jp")
}

func TestAnEditThatCameTooLateKeepsWhatWasTyped(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	first, second := b.Get(link+"/edit").Fields(), b.Get(link+"/edit").Fields()
	first.Set(motivation, "先の動機")
	second.Set(motivation, "後の動機")
	b.Post(link+"/edit", first).Want(http.StatusSeeOther)
	form := b.Post(link+"/edit", second).Want(http.StatusConflict).Fields()
	check := b.Post(link+"/check", form).Want(http.StatusOK).Says("後の動機")
	b.Post(link+"/edit", check.Fields()).Want(http.StatusSeeOther)
	if got := w.stored(link).Application.Motivation; got != "後の動機" {
		t.Errorf("the reasons are %q", got)
	}
}

func TestAnEditThatIsNotSavedCanBeSentAgain(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]faulty.Effect{"unreachable": faulty.Unreachable, "unanswered": faulty.NoAnswer} {
		t.Run(name, func(t *testing.T) {
			w, link := applied(t)
			form := w.browser().Get(link + "/edit").Fields()
			form.Set(motivation, "変えた動機")
			broken, _ := w.behind(faulty.Writes(faulty.Always(effect)))
			page := webtest.New(t, broken, w.now).Post(link+"/edit", form).Want(http.StatusServiceUnavailable).Says("変えた動機")
			w.browser().Post(link+"/edit", page.Fields()).Want(http.StatusSeeOther)
			if got := w.stored(link).Application; got.Motivation != "変えた動機" || got.Version != 2 {
				t.Errorf("version %d says %q", got.Version, got.Motivation)
			}
		})
	}
}

// An answer to a post has no address: another language would lose what was typed.
func TestNoLinkOnAFormLosesWhatWasTyped(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	wrong := w.filled(b, "taro@example.jp")
	wrong.Set(familyKana, "kakuu")
	edit := b.Get(link + "/edit").Fields()
	for name, page := range map[string]*webtest.Answer{
		"form with an error": b.Post("/shiojiri-2020/apply", wrong).Want(http.StatusUnprocessableEntity),
		"confirmation":       b.Post("/shiojiri-2020/apply", w.filled(b, "taro@example.jp")).Want(http.StatusOK),
		"checked edit":       b.Post(link+"/check", edit).Want(http.StatusOK),
	} {
		for _, to := range page.Links() {
			if strings.Contains(to, "lang=") {
				t.Errorf("%s: a link to %s", name, to)
			}
		}
	}
	if !slices.Contains(b.Get("/shiojiri-2020/apply?source=doda").Links(), "/shiojiri-2020/apply?lang=en&source=doda") {
		t.Error("the empty form has no other language")
	}
}

func TestEveryTextIsInBothLanguages(t *testing.T) {
	t.Parallel()
	webtest.CheckTexts(t, os.DirFS("."))
}
