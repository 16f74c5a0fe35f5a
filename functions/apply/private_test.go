package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// applied is a world in which a made-up person has applied and opened the mail.
func applied(t *testing.T) (*world, string) {
	w := newWorld(t)
	w.apply("hanako@example.jp")
	return w, w.send(mail.Acknowledgement)
}

// stored reads what is stored of the link's person.
func (w *world) stored(link string) table.Delivery {
	w.Helper()
	s := segmentOf(w.T, link)
	d, err := w.table.Delivery(w.Context(), s.Person, s.Mail)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

func TestThePrivatePageShowsTheApplicationOnAnyDevice(t *testing.T) {
	w, link := applied(t)
	page := w.browser().Get(link).Want(http.StatusOK)
	page.Says("あなたのページ", w.stored(link).Application.Reference, "hanako@example.jp", "架空の動機です。", "まで変更できます", "同意済み")
	b := w.browser()
	b.Get(link+"?lang=en").Want(http.StatusOK).Says("Your page", "You can change it until Mon 30 November 2020, 23:59 (Japan time)")
	if page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control is %q", page.Header.Get("Cache-Control"))
	}
}

func TestOpeningLinksChangesNothing(t *testing.T) {
	w, link := applied(t)
	w.browser().Post(link+"/address", url.Values{email: {"new@example.jp"}, formToken: {strings.Repeat("a", 26)}}).Want(http.StatusSeeOther)
	confirm := w.send(mail.AddressConfirm)
	before := w.env.Items(t)
	for range 10 {
		for _, path := range []string{link, link + "/edit", link + "/withdraw", link + "/address", confirm} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				w.browser().Do(method, path, nil, "").Want(http.StatusOK)
			}
		}
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("opening links changed the table:\n%s", diff)
	}
	w.browser().Get(link).Want(http.StatusOK)
}

func TestALinkOpensItsPersonsPageAndNothingElse(t *testing.T) {
	w, link := applied(t)
	w.apply("taro@example.jp")
	theirs := w.send(mail.Acknowledgement)
	mine, other := segmentOf(t, link), segmentOf(t, theirs)
	for name, s := range map[string]table.Segment{
		"another token":            {Person: mine.Person, Mail: mine.Mail, Token: other.Token},
		"my token on their mail":   {Person: other.Person, Mail: other.Mail, Token: mine.Token},
		"my mail on their partner": {Person: other.Person, Mail: mine.Mail, Token: mine.Token},
	} {
		w.browser().Get(s.Path(mail.OpenPage)).Want(http.StatusNotFound).SaysNot("架空")
		w.browser().Post(s.Path(mail.OpenPage)+"/withdraw", nil).Want(http.StatusNotFound)
		if w.count() != 2 {
			t.Fatalf("%s withdrew an application", name)
		}
	}
	w.browser().Get(mine.Path(mail.ConfirmAddress)).Want(http.StatusNotFound)
	w.browser().Get("/me/short").Want(http.StatusNotFound)
	b := w.browser()
	b.Now = w.now.Add(181 * 24 * time.Hour)
	b.Get(link).Want(http.StatusNotFound).Says("専用ページのリンクを送る")
}

func TestAnApplicationIsChangedUntilTheDeadline(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	form := b.Get(link + "/edit").Want(http.StatusOK).Fields()
	if form.Get(motivation) == "" || form.Get(email) != "" {
		t.Errorf("the form begins with motivation %q and address %q", form.Get(motivation), form.Get(email))
	}
	form.Set(motivation, "変えた動機")
	form.Set(familyName, "仮名")
	form[choices] = []string{"job-3", "", ""}
	check := b.Post(link+"/check", form).Want(http.StatusOK).Says("変えた動機", "仮名")
	if got := w.stored(link).Application.Version; got != 1 {
		t.Fatalf("checking made version %d", got)
	}
	b.Post(link+"/edit", check.Fields()).Want(http.StatusSeeOther)
	b.Post(link+"/edit", check.Fields()).Want(http.StatusSeeOther) // the second click
	b.Get(link+"?done=edited").Want(http.StatusOK).Says("変更を保存しました", "変えた動機", "最終変更")

	d := w.stored(link)
	if d.Application.Version != 2 || d.Person.FamilyName != "仮名" || !slices.Equal(d.Application.Choices, []string{"job-3"}) {
		t.Errorf("stored: version %d, %q, %v", d.Application.Version, d.Person.FamilyName, d.Application.Choices)
	}
	if diff := cmp.Diff([]mail.Kind{mail.Changed}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	w.actsAre("edited")

	// At the last millisecond it is saved, at the deadline it is not.
	form = b.Get(link + "/edit").Fields()
	form.Set(motivation, "ぎりぎりの動機")
	b.Now = w.e.Application.Close
	b.Post(link+"/edit", form).Want(http.StatusForbidden).Says("変更の受付は終了しました")
	b.Get(link + "/edit").Want(http.StatusForbidden)
	b.Get(link).Want(http.StatusOK).Says("変更できる期間は終わりました", "変えた動機")
	b.Now = w.e.Application.Close.Add(-time.Millisecond)
	b.Post(link+"/edit", form).Want(http.StatusSeeOther)
	if got := w.stored(link).Application.Motivation; got != "ぎりぎりの動機" {
		t.Errorf("the motivation is %q", got)
	}
}

// actsAre compares the kinds of acts on record with what is wanted.
func (w *world) actsAre(want ...string) {
	w.Helper()
	var got []string
	for _, item := range w.env.Items(w.T) {
		if strings.HasPrefix(item.SK, "act#") {
			got = append(got, item.SK[strings.LastIndexByte(item.SK, '#')+1:])
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("acts on record: %s", diff)
	}
}

func TestTwoWindowsDoNotOverwriteEachOther(t *testing.T) {
	w, link := applied(t)
	one, two := w.browser(), w.browser()
	first, second := one.Get(link+"/edit").Fields(), two.Get(link+"/edit").Fields()
	first.Set(motivation, "窓一")
	second.Set(motivation, "窓二")
	one.Post(link+"/edit", first).Want(http.StatusSeeOther)
	two.Post(link+"/edit", second).Want(http.StatusConflict).Says("別の画面で変更されています")
	if got := w.stored(link).Application.Motivation; got != "窓一" {
		t.Errorf("the motivation is %q", got)
	}
}

func TestAMistakeInAnEditIsToldAndNothingIsSaved(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	form := b.Get(link + "/edit").Fields()
	form.Set(familyKana, "kakuu")
	form.Set(motivation, "変えた動機")
	page := b.Post(link+"/edit", form).Want(http.StatusUnprocessableEntity)
	if page.Fields().Get(motivation) != "変えた動機" {
		t.Error("what was typed is lost")
	}
	if got := w.stored(link).Application.Version; got != 1 {
		t.Errorf("version %d is stored", got)
	}
}

func TestWithdrawingEndsEverything(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	b.Get(link + "/withdraw").Want(http.StatusOK).Says("元に戻せません")
	if w.count() != 1 {
		t.Fatal("the page withdrew the application")
	}
	b.Post(link+"/withdraw", nil).Want(http.StatusSeeOther)
	b.Post(link+"/withdraw", nil).Want(http.StatusSeeOther) // the second click
	page := b.Get(link).Want(http.StatusOK).Says("取り下げられました", "2020年11月2日(月) 12:00(日本時間)")
	page.SaysNot("応募内容を変更する")
	if n := w.count(); n != 0 {
		t.Errorf("%d applications stand", n)
	}
	if diff := cmp.Diff([]mail.Kind{mail.Withdrawn}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	w.actsAre("withdrawn")
	b.Get(link + "/edit").Want(http.StatusForbidden)
	b.Post(link+"/address", url.Values{email: {"new@example.jp"}, formToken: {strings.Repeat("a", 26)}}).Want(http.StatusSeeOther)
	if diff := cmp.Diff([]mail.Kind{mail.Withdrawn}, w.kinds()); diff != "" {
		t.Errorf("after withdrawing: %s", diff)
	}

	// The address is free: a new application is a new person's.
	w.apply("hanako@example.jp")
	if n := w.count(); n != 1 {
		t.Errorf("%d applications stand after applying anew", n)
	}
}

func TestAnAddressMovesWhenTheNewOneConfirms(t *testing.T) {
	w, link := applied(t)
	b := w.browser()
	form := b.Get(link + "/address").Want(http.StatusOK).Fields()
	form.Set(email, "new@example.jp")
	b.Post(link+"/address", form).Want(http.StatusSeeOther)
	b.Post(link+"/address", form).Want(http.StatusSeeOther) // the second click
	if diff := cmp.Diff([]mail.Kind{mail.AddressConfirm}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	if got := w.mails()[0].Mail.To.Send; got != "new@example.jp" {
		t.Errorf("the mail goes to %q", got)
	}
	confirm := w.send(mail.AddressConfirm)
	w.browser().Get(confirm).Want(http.StatusOK).Says("new@example.jp")
	w.browser().Get(segmentOf(t, confirm).Path(mail.OpenPage)).Want(http.StatusNotFound) // it opens only this

	w.now = w.now.Add(time.Minute)
	w.browser().Post(confirm, nil).Want(http.StatusOK).Says("新しいアドレス")
	w.browser().Post(confirm, nil).Want(http.StatusOK).Says("新しいアドレス") // the second click
	w.browser().Get(confirm).Want(http.StatusOK).SaysNot("hanako@example.jp", "new@example.jp")
	d := w.mails()
	if diff := cmp.Diff([]mail.Kind{mail.AddressChanged, mail.AddressMoved}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	for _, one := range d {
		if one.Person.Address.Send != "new@example.jp" {
			t.Errorf("the person's address is %q", one.Person.Address.Send)
		}
		if one.Mail.Kind == mail.AddressChanged && one.Mail.To.Send != "hanako@example.jp" {
			t.Errorf("the notice goes to %q", one.Mail.To.Send)
		}
	}
	w.browser().Get(link).Want(http.StatusNotFound)
	fresh := w.send(mail.AddressMoved)
	w.browser().Get(fresh).Want(http.StatusOK).Says("new@example.jp")
	w.actsAre("asked-address", "changed-address")

	// The old address is free, the new one is not.
	w.apply("hanako@example.jp")
	w.apply("new@example.jp")
	if n := w.count(); n != 2 {
		t.Errorf("%d applications stand, want 2", n)
	}
}

func TestAnAddressOfSomebodyElseCannotBeTaken(t *testing.T) {
	w, link := applied(t)
	w.apply("taro@example.jp")
	form := w.browser().Get(link + "/address").Fields()
	form.Set(email, "taro@example.jp")
	w.browser().Post(link+"/address", form).Want(http.StatusSeeOther) // says nothing about who has it
	confirm := w.send(mail.AddressConfirm)
	w.browser().Post(confirm, nil).Want(http.StatusConflict)
	if got := w.stored(link).Person.Address.Send; got != "hanako@example.jp" {
		t.Errorf("the address is %q", got)
	}
}

func TestAChangeOfAddressCanBeAskedForThreeTimesADay(t *testing.T) {
	w, link := applied(t)
	ask := func(address string, want int) {
		form := w.browser().Get(link + "/address").Fields()
		form.Set(email, address)
		w.browser().Post(link+"/address", form).Want(want)
	}
	ask("a@example.jp", http.StatusSeeOther)
	ask("b@example.jp", http.StatusSeeOther)
	ask("c@example.jp", http.StatusSeeOther)
	ask("d@example.jp", http.StatusTooManyRequests)
	w.now = w.now.Add(24 * time.Hour)
	ask("d@example.jp", http.StatusSeeOther)
	if n := len(w.mails()); n != 4 {
		t.Errorf("%d mails wait, want 4", n)
	}
}

func TestWhoLostTheMailGetsTheLinkAgainOnceADay(t *testing.T) {
	w, _ := applied(t)
	ask := func(address string) string {
		form := w.browser().Get("/shiojiri-2020/link").Want(http.StatusOK).Fields()
		form.Set(email, address)
		return w.browser().Post("/shiojiri-2020/link", form).Want(http.StatusOK).Body
	}
	known, again, unknown := ask("HANAKO@example.jp"), ask("hanako@example.jp"), ask("nobody@example.jp")
	if known != unknown || known != again {
		t.Error("the answers tell whether an address is known")
	}
	if diff := cmp.Diff([]mail.Kind{mail.Link}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	link := w.send(mail.Link)
	w.browser().Get(link).Want(http.StatusOK)
	w.now = w.now.Add(24 * time.Hour)
	ask("hanako@example.jp")
	if diff := cmp.Diff([]mail.Kind{mail.Link}, w.kinds()); diff != "" {
		t.Errorf("the next day: %s", diff)
	}
}
