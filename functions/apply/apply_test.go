package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

func TestAPersonAppliesAndIsThanked(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "Hanako@Example.JP")

	check := b.Post("/shiojiri-2020/apply", form).Want(http.StatusOK)
	check.Says("まだ送信していません", "架空", "カクウ", "ハナコ", "Hanako@Example.JP", "東京都", "架空の動機です。")
	if n := w.count(); n != 0 {
		t.Fatalf("checking stored %d applications", n)
	}
	sent := b.Post("/shiojiri-2020/applications", check.Fields()).Want(http.StatusSeeOther)
	receipt := b.Get(sent.Header.Get("Location")).Want(http.StatusOK)
	receipt.Says("応募を受け付けました", "Hanako@Example.JP", "2020年11月2日(月) 12:00(日本時間)", "2020年11月30日(月) 23:59(日本時間)")

	d := w.person()
	if d.Mail.Kind != mail.Acknowledgement || d.Mail.Lang != "ja" || d.Person.Address.Send != "Hanako@example.jp" {
		t.Errorf("the waiting mail is %v in %q", d.Mail.Kind, d.Mail.Lang)
	}
	receipt.Says(d.Application.Reference)
	if diff := cmp.Diff([]string{"job-2", "job-1"}, d.Application.Choices); diff != "" {
		t.Error(diff)
	}
	if d.Application.Motivation != "架空の動機です。\n二行目です。" {
		t.Errorf("motivation: %q", d.Application.Motivation)
	}
	for _, c := range d.Application.Consents {
		want := table.Consent{
			Purpose: c.Purpose, Version: consentVersion(w, c.Purpose), Hash: w.e.ConsentHash(c.Purpose),
			Lang: "ja", Given: true, At: table.At(w.now),
		}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Error(diff)
		}
	}
	if len(d.Application.Consents) != 2 {
		t.Errorf("%d consents are recorded, want 2", len(d.Application.Consents))
	}
}

func consentVersion(w *world, id string) string {
	c, _ := w.e.Consent(id)
	return c.Version
}

func TestTheConfirmationLeadsBackToEachAnswer(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	check := b.Post("/shiojiri-2020/apply", w.filled(b, "hanako@example.jp"))
	form := check.Fields()
	form.Set(editField, motivation)
	back := b.Post("/shiojiri-2020/applications", form).Want(http.StatusOK)
	kept := back.Fields()
	if kept.Get(motivation) != "架空の動機です。\n二行目です。" && kept.Get(motivation) != "架空の動機です。\r\n二行目です。" {
		t.Errorf("the motivation was lost on the way back: %q", kept.Get(motivation))
	}
	if kept.Get(formToken) != form.Get(formToken) {
		t.Error("the form has another token on the way back")
	}
	if !strings.Contains(back.Body, `name="motivation" rows="8" autofocus`) {
		t.Error("the way back does not lead to the field")
	}
	if w.count() != 0 {
		t.Error("going back stored an application")
	}
}

func TestTwentyPostsOfOneFormAreOneApplication(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	var all sync.WaitGroup
	answers := make([]string, 20)
	for i := range answers {
		all.Go(func() {
			answer := w.browser().Post("/shiojiri-2020/applications", form)
			answers[i] = http.StatusText(answer.Status) + " " + answer.Header.Get("Location")
		})
	}
	all.Wait()
	for _, got := range answers {
		if got != answers[0] || !strings.HasPrefix(got, "See Other /shiojiri-2020/receipt/") {
			t.Errorf("an answer is %q, another %q", got, answers[0])
		}
	}
	if n := w.count(); n != 1 {
		t.Errorf("%d applications are stored, want 1", n)
	}
	if diff := cmp.Diff([]mail.Kind{mail.Acknowledgement}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestASecondApplicationFromOneAddressChangesNothing(t *testing.T) {
	w := newWorld(t)
	first := w.apply("hanako@example.jp")
	before := w.person()

	w.now = w.now.Add(time.Hour)
	b := w.browser()
	form := w.filled(b, "ＨＡＮＡＫＯ＠example.jp")
	form.Set(motivation, "別の動機")
	second := b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther).Header.Get("Location")

	if one, two := w.reference(first), w.reference(second); one == two || two == "" {
		t.Errorf("the receipts name %q and %q", one, two)
	}
	unknown := w.browser().Post("/shiojiri-2020/applications", w.filled(w.browser(), "taro@example.jp")).Header.Get("Location")
	// Only the button that goes straight on to the survey is missing: see
	// TestAReceiptOfAKnownAddressOpensNoSurvey.
	same := strings.NewReplacer(w.reference(second), "", w.reference(unknown), "", "ＨＡＮＡＫＯ＠example.jp", "", "taro@example.jp", "", "アンケートに進む ", "")
	if diff := cmp.Diff(same.Replace(w.browser().Get(unknown).Text()), same.Replace(w.browser().Get(second).Text())); diff != "" {
		t.Errorf("the receipt of a known address tells that it is known: %s", diff)
	}
	after, err := w.table.Delivery(t.Context(), before.Person.ID, before.Mail.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after, cmp.AllowUnexported(table.Person{}, table.Application{}, table.Mail{})); diff != "" {
		t.Errorf("the first application changed:\n%s", diff)
	}
	if diff := cmp.Diff([]mail.Kind{mail.Acknowledgement, mail.Acknowledgement, mail.Standing}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestAHundredPostsOfOneAddressCauseTwoMailsADay(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				w.apply("hanako@example.jp")
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]mail.Kind{mail.Acknowledgement, mail.Standing}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	w.now = w.now.Add(24 * time.Hour)
	w.apply("hanako@example.jp")
	if diff := cmp.Diff([]mail.Kind{mail.Acknowledgement, mail.Standing, mail.Standing}, w.kinds()); diff != "" {
		t.Errorf("the next day: %s", diff)
	}
	if n := w.count(); n != 1 {
		t.Errorf("%d applications are stored, want 1", n)
	}
}

func TestAFormSentAgainWithOtherAnswersIsRefused(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther)
	form.Set(motivation, "別の動機")
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusUnprocessableEntity).Says("送信済み")
	if got := w.person().Application.Motivation; !strings.HasPrefix(got, "架空の動機") {
		t.Errorf("the stored motivation is %q", got)
	}
}

func TestEverythingWrongIsToldAtOnceAndEverythingTypedIsKept(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example")
	form.Set(familyName, "")
	form.Set(givenKana, "Hanako")
	form[choices] = []string{"job-1", "job-1", ""}
	form.Del(consentPrefix + "privacy")
	form.Set(motivation, `<script>alert("x")</script>{{.}}`)
	page := b.Post("/shiojiri-2020/apply", form).Want(http.StatusUnprocessableEntity)
	if !strings.HasPrefix(page.Title(), "エラー") {
		t.Errorf("the title is %q", page.Title())
	}
	for _, field := range []string{familyName, givenKana, email, choices, consentPrefix + "privacy"} {
		if !strings.Contains(page.Body, `<a href="#`+field+`"`) {
			t.Errorf("the summary does not link to %s", field)
		}
	}
	if strings.Contains(page.Body, "<script>") {
		t.Error("what was typed is not inert")
	}
	kept := page.Fields()
	for _, field := range []string{givenName, email, motivation, givenKana, prefecture} {
		if kept.Get(field) != form.Get(field) {
			t.Errorf("%s was %q and is now %q", field, form.Get(field), kept.Get(field))
		}
	}
	page.SaysNot("都道府県を選んでください")
}

func TestApplyingIsPossibleFromOpeningUpToClosing(t *testing.T) {
	w := newWorld(t)
	opening, closing := w.e.Application.Open, w.e.Application.Close
	for _, c := range []struct {
		name   string
		at     time.Time
		status int
		says   string
	}{
		{"just before opening", opening.Add(-time.Millisecond), http.StatusForbidden, "2020年10月30日(金) 12:00(日本時間)から"},
		{"at the opening", opening, http.StatusSeeOther, ""},
		{"in the last millisecond", closing.Add(-time.Millisecond), http.StatusSeeOther, ""},
		{"at the close", closing, http.StatusForbidden, "2020年11月30日(月) 23:59(日本時間)に締め切りました"},
	} {
		form := w.answers(strings.ReplaceAll(c.name, " ", "-") + "@example.jp") // as a form hosted elsewhere posts it
		b := w.browser()
		b.Now = c.at
		answer := b.Post("/shiojiri-2020/applications", form)
		if answer.Status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, answer.Status, c.status)
			continue
		}
		if c.says != "" {
			answer.Says(c.says, office, "架空の動機です。")
		}
		page := b.Get("/shiojiri-2020/apply").Want(http.StatusOK)
		if open := len(page.Elements("form")) > 0; open != (c.status == http.StatusSeeOther) {
			t.Errorf("%s: the form is shown: %t", c.name, open)
		}
	}
	if n := w.count(); n != 2 {
		t.Errorf("%d applications are stored, want 2", n)
	}
}

// A post whose answer was lost is sent again, perhaps after the close: it was
// received, and so it is told.
func TestWhatWasReceivedBeforeTheCloseIsSaidToBeAfterIt(t *testing.T) {
	w := newWorld(t)
	w.now = w.e.Application.Close.Add(-time.Millisecond)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	receipt := b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther).Header.Get("Location")
	key, body := http.Header{"Idempotency-Key": {"k-1"}}, w.posted("taro@example.jp", nil)
	first := b.PostJSON("/shiojiri-2020/applications", body, key).Want(http.StatusCreated)
	link := w.send(mail.Acknowledgement)
	edit := w.browser().Get(link + "/edit").Fields()
	edit.Set(motivation, "ぎりぎりの動機")
	w.browser().Post(link+"/edit", edit).Want(http.StatusSeeOther)

	w.now = w.e.Application.Close
	after := w.browser()
	if got := after.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther).Header.Get("Location"); got != receipt {
		t.Errorf("the receipt is at %q, and was at %q", got, receipt)
	}
	if again := after.PostJSON("/shiojiri-2020/applications", body, key).Want(http.StatusCreated); again.Body != first.Body {
		t.Errorf("the program is told %s, and was told %s", again.Body, first.Body)
	}
	after.Post(link+"/edit", edit).Want(http.StatusSeeOther)

	form.Set(motivation, "締め切り後の動機")
	after.Post("/shiojiri-2020/applications", form).Want(http.StatusForbidden)
	edit.Set(formToken, strings.Repeat("z", 26))
	after.Post(link+"/edit", edit).Want(http.StatusForbidden)
	if n := w.count(); n != 2 {
		t.Errorf("%d applications stand, want 2", n)
	}
}

func TestAnEditThatChangesNothingIsNone(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp")
	link := w.send(mail.Acknowledgement)
	b := w.browser()
	to := b.Post(link+"/edit", b.Get(link+"/edit").Fields()).Want(http.StatusSeeOther).Header.Get("Location")
	b.Get(to).Want(http.StatusOK).Says("変更はありませんでした")
	if got := w.stored(link).Application.Version; got != 1 || len(w.mails()) != 0 {
		t.Errorf("version %d, %d mails", got, len(w.mails()))
	}
}

func TestAnOldVersionOfAConsentIsAskedAgain(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	form.Set(consentPrefix+"privacy", "1999-01-01")
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusUnprocessableEntity).Says("改定されました")
	if w.count() != 0 {
		t.Error("an application was stored without consent to the present text")
	}
}

// Whether somebody takes part in the research is asked apart from the application. A
// form that was opened when it still asked is taken without the answer.
func TestApplyingDoesNotAskAboutTheResearch(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	if form.Has(consentPrefix + experiment.ConsentResearch) {
		t.Error("the form asks")
	}
	form.Set(consentPrefix+experiment.ConsentResearch, w.e.Research.Consent.Version)
	b.Post("/shiojiri-2020/apply", form).Want(http.StatusOK).SaysNot(w.e.Research.Consent.Title.JA)
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther)
	d := w.person()
	if d.Surveys != nil || slices.ContainsFunc(d.Application.Consents, func(c table.Consent) bool { return c.Purpose == experiment.ConsentResearch }) {
		t.Errorf("an answer is recorded: %v", d.Surveys)
	}
}

func TestProgramsAreRefusedPolitelyAndCauseNoMail(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name string
		age  time.Duration
		bait string
		want int
	}{
		{"fills in the trap", time.Minute, "http://spam.example", http.StatusUnprocessableEntity},
		{"sends after 200 ms", 200 * time.Millisecond, "", http.StatusUnprocessableEntity},
		{"sends a form that is 25 hours old", 25 * time.Hour, "", http.StatusUnprocessableEntity},
	} {
		b := w.browser()
		b.Now = w.now.Add(-c.age)
		form := b.Get("/shiojiri-2020/apply").Fields()
		b.Now = w.now
		maps.Copy(form, w.answers("hanako@example.jp"))
		form.Set(trap, c.bait)
		before := w.suspects()
		page := b.Post("/shiojiri-2020/applications", form).Want(c.want)
		page.Says("応募はまだ受け付けていません")
		kept := page.Fields()
		if kept.Get(familyName) != "架空" || kept.Get(trap) != "" {
			t.Errorf("%s: what was typed is lost", c.name)
		}
		if n := len(w.mails()) + w.count(); n != 0 {
			t.Fatalf("%s: %d mails and applications", c.name, n)
		}
		if n := w.suspects() - before; n != 1 {
			t.Errorf("%s: %d are noted, want 1", c.name, n)
		}
		// A person who pressed too early, or came back, simply sends it again.
		b.Now = b.Now.Add(2 * time.Second)
		b.Post("/shiojiri-2020/apply", kept).Want(http.StatusOK).Says("まだ送信していません")
	}
}

func TestAMistypedAddressIsPointedOutWithoutBlocking(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@gmial.com")
	check := b.Post("/shiojiri-2020/apply", form).Want(http.StatusOK).Says("hanako@gmail.com")
	receipt := b.Post("/shiojiri-2020/applications", check.Fields()).Want(http.StatusSeeOther).Header.Get("Location")
	b.Get(receipt).Want(http.StatusOK).Says("hanako@gmial.com", "hanako@gmail.com")
}

func TestFormsHostedElsewhereMayPost(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.answers("hanako@example.jp")
	form.Set(source, "doda")
	b.Header.Set("Origin", "https://somebody.example")
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusForbidden)
	b.Header.Set("Origin", "null")
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusForbidden)
	b.Header.Set("Origin", other)
	one := b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther).Header.Get("Location")
	two := b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther).Header.Get("Location")
	if one != two {
		t.Errorf("the same post got %q and %q", one, two)
	}
	if n := w.count(); n != 1 {
		t.Errorf("%d applications are stored, want 1", n)
	}
	if got := w.person().Application.Source; got != "doda" {
		t.Errorf("the source is %q", got)
	}
}

func TestOurOwnFormMayPost(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	b.Header.Set("Origin", "https://lab.example") // as browsers send it with every post
	b.Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther)
}

func TestNobodyElseChoosesTheTokenOfAForm(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.Header.Set("Origin", "https://somebody.example")
	lure := w.answers("")
	lure.Set(formToken, strings.Repeat("E", 26))
	lure.Set(editField, familyName)
	b.Post("/shiojiri-2020/apply", lure).Want(http.StatusForbidden)
}

func TestADamagedTokenIsToldAndReplaced(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	form := w.filled(b, "hanako@example.jp")
	form.Set(formToken, "short")
	page := b.Post("/shiojiri-2020/applications", form).Want(http.StatusUnprocessableEntity).Says("もう一度送信してください")
	kept := page.Fields()
	if token := kept.Get(formToken); len(token) != 26 || kept.Get(familyName) != "架空" {
		t.Errorf("the form comes back with the token %q and the name %q", token, kept.Get(familyName))
	}
}

func TestTheReceiptIsShownForADay(t *testing.T) {
	w := newWorld(t)
	receipt := w.apply("hanako@example.jp")
	b := w.browser()
	b.Now = w.now.Add(24*time.Hour - time.Millisecond)
	b.Get(receipt).Want(http.StatusOK)
	b.Now = w.now.Add(24 * time.Hour)
	b.Get(receipt).Want(http.StatusNotFound).Says("24時間")
	b.Get("/shiojiri-2020/receipt/AAAAAAAAAAAAAAAAAAAAAAAAAA").Want(http.StatusNotFound)
}

func TestOtherMethodsAreRefused(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodDelete, http.MethodPut} {
		answer := b.Do(method, "/shiojiri-2020/applications", nil, "").Want(http.StatusMethodNotAllowed)
		if !strings.Contains(answer.Header.Get("Allow"), "POST") {
			t.Errorf("%s: Allow is %q", method, answer.Header.Get("Allow"))
		}
	}
	b.Do(http.MethodOptions, "/shiojiri-2020/applications", nil, "").Want(http.StatusNoContent)
	b.Do(http.MethodPost, "/shiojiri-2020/applications", http.Header{"Content-Type": {"text/plain"}}, "x").Want(http.StatusUnsupportedMediaType)
}

// suspects counts the refused posts that were noted.
func (w *world) suspects() int {
	w.Helper()
	n := 0
	for _, item := range w.env.Items(w.T) {
		if strings.HasPrefix(item.PK, "suspect#") {
			n++
		}
	}
	return n
}
