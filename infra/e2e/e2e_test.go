//go:build e2e

// Package e2e tells how people use the product in a browser. `make verify` runs
// it; one story alone runs with
//
//	go test -tags e2e ./infra/e2e -run 'TestPeople/applies_by_keyboard'
package e2e

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"livinglab/infra/e2e/applicant"
	"livinglab/infra/e2e/browser"
	"livinglab/infra/e2e/system"
	"livinglab/shared/locale"
)

const root = "../.."

// world is the running product and the browser in which people meet it.
type world struct {
	system  *system.System
	browser *browser.Browser
	rules   browser.Rules
}

func TestPeople(t *testing.T) {
	rules, err := browser.ReadRules(root)
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	s, err := system.Start(t.Context(), path, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	b, err := browser.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	w := &world{system: s, browser: b, rules: rules}

	t.Run("a person applies at 320 px without JavaScript, comes back, edits and withdraws", w.appliesWithoutJavaScript)
	t.Run("a person applies by keyboard only", w.appliesByKeyboard)
	t.Run("a person registers for a briefing at 320 px without JavaScript, changes the date and cancels", w.registersWithoutJavaScript)
	t.Run("a person registers for a briefing by keyboard only", w.registersByKeyboard)
	t.Run("a person answers the first survey at 320 px without JavaScript, and goes on elsewhere", w.answersWithoutJavaScript)
	t.Run("a person answers the first survey by keyboard only, and each choice is kept", w.answersByKeyboard)
	t.Run("a person declines the research, agrees after all, and leaves it", w.declines)
	t.Run("Enter during conversion sends nothing", w.convertsText)
	t.Run("what is wrong is said at once, on top and beside its field", w.makesMistakes)
	t.Run("every page is accessible in Japanese", func(t *testing.T) { w.looksAtEveryPage(t, locale.Japanese) })
	t.Run("every page is accessible in English", func(t *testing.T) { w.looksAtEveryPage(t, locale.English) })
	t.Run("every recorded page of surveys and results is accessible", w.looksAtRecordedPages)
	t.Run("who comes after closing is told so, accessibly", w.looksAfterClosing)
}

// visitor is one person with one browser.
type visitor struct {
	*browser.Tab
	t      *testing.T
	system *system.System
}

func (w *world) visitor(t *testing.T, window browser.Window) *visitor {
	t.Helper()
	tab, err := w.browser.Open(window)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return &visitor{Tab: tab, t: t, system: w.system}
}

// must ends the story if an act could not be carried out.
func (v *visitor) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// arrives checks that a page was answered as it should be.
func (v *visitor) arrives(status int, err error, want int) {
	v.t.Helper()
	v.must(err)
	if status != want {
		v.t.Fatalf("the page answered %d, want %d: %s", status, want, v.text("main"))
	}
}

func (v *visitor) text(selector string) string {
	v.t.Helper()
	text, err := browser.Ask[string](v.Tab, "(document.querySelector(`"+selector+"`) || {innerText: ''}).innerText")
	v.must(err)
	return text
}

func (v *visitor) path() string {
	v.t.Helper()
	path, err := browser.Ask[string](v.Tab, "location.pathname")
	v.must(err)
	return path
}

// reads checks that the page says all of this.
func (v *visitor) reads(words ...string) {
	v.t.Helper()
	page := v.text("main")
	for _, word := range words {
		for line := range strings.Lines(word) {
			if !strings.Contains(page, strings.TrimSpace(line)) {
				v.t.Errorf("the page does not say %q:\n%s", line, page)
			}
		}
	}
}

// fits checks that nobody has to scroll sideways.
func (v *visitor) fits() {
	v.t.Helper()
	wide, err := v.Overflow()
	v.must(err)
	if wide > 0 {
		v.t.Errorf("%s is %d px wider than the window", v.path(), wide)
	}
}

// takesTime lets the minutes pass in which a person fills in the form. Who is
// done at once is taken for a program.
func (v *visitor) takesTime() {
	v.t.Helper()
	v.must(v.system.Advance(v.t.Context(), 5*time.Minute))
}

// mails waits until the mail is out and returns what the address has received.
func (v *visitor) mails(address string) []system.Mail {
	v.t.Helper()
	v.must(v.system.Advance(v.t.Context(), 2*time.Minute))
	mails, err := v.system.MailTo(v.t.Context(), address)
	v.must(err)
	return mails
}

func (w *world) appliesWithoutJavaScript(t *testing.T) {
	phone := w.visitor(t, browser.Window{Width: 320, Height: 640, Scale: 2, Lang: locale.Japanese, NoScript: true})
	answers := applicant.Made()

	status, err := phone.Visit(w.system.URL + applicant.Experiment)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	status, err = phone.Click(`main a.button[href*="/apply"]`)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.must(applicant.Fill(phone.Tab, answers))
	phone.takesTime()
	status, err = phone.Click(applicant.Forward)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.reads("入力内容の確認", answers.Typed["family_name"], answers.Email(), answers.Typed["motivation"], "長野県")
	status, err = phone.Click(applicant.Forward)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.reads("応募を受け付けました", answers.Email())
	reference := phone.text(".reference")
	if len(reference) < 8 {
		t.Errorf("the reference is %q", reference)
	}

	mails := phone.mails(answers.Email())
	if len(mails) != 1 {
		t.Fatalf("the applicant has %d mails, want 1", len(mails))
	}
	for _, part := range []string{mails[0].Text, mails[0].HTML} {
		if !strings.Contains(part, reference) || strings.Contains(part, "架空の応募です") {
			t.Errorf("the mail lacks the reference or repeats free text:\n%s", part)
		}
	}
	link, err := applicant.Link(mails[0].Text)
	phone.must(err)

	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	status, err = desk.Visit(link)
	desk.arrives(status, err, http.StatusOK)
	desk.reads(reference, answers.Typed["motivation"], "ヨシノ", "サクラ")
	status, err = desk.Click(`main a[href$="/edit"]`)
	desk.arrives(status, err, http.StatusOK)
	desk.must(applicant.Fill(desk.Tab, applicant.Answers{Typed: map[string]string{"motivation": "書き直した動機です。"}}))
	status, err = desk.Click(applicant.Forward)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("まだ保存していません", "書き直した動機です。")
	status, err = desk.Click(applicant.Forward)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("変更を保存しました", "書き直した動機です。", reference)

	status, err = desk.Click(`main a[href$="/withdraw"]`)
	desk.arrives(status, err, http.StatusOK)
	status, err = desk.Click(applicant.Forward)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("取り下げ")
	confirming := 0 // among them, beside that of the change
	for _, m := range desk.mails(answers.Email()) {
		if strings.Contains(m.Text, "取り下げを受け付けました") {
			confirming++
		}
	}
	if confirming != 1 {
		t.Errorf("withdrawing sent %d mails that confirm it, want one", confirming)
	}
	status, err = desk.Visit(link)
	desk.arrives(status, err, http.StatusOK)
	if links, err := browser.Ask[int](desk.Tab, `document.querySelectorAll('main a[href$="/edit"], main a[href$="/withdraw"]').length`); links != 0 || err != nil {
		t.Errorf("a withdrawn application still offers %d ways to change it, %v", links, err)
	}
}

func (w *world) appliesByKeyboard(t *testing.T) {
	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	answers := applicant.Made()

	status, err := desk.Visit(w.system.URL + applicant.Experiment)
	desk.arrives(status, err, http.StatusOK)
	desk.must(desk.TabTo(".skip"))
	desk.must(desk.TabTo(`main a.button[href*="/apply"]`))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusOK)

	write := func(name, text string) {
		t.Helper()
		desk.must(desk.TabTo(`[name="` + name + `"]`))
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				desk.must(desk.Type(kb.Enter)) // a new line, in a text of several
			}
			desk.must(desk.Insert(line))
		}
	}
	choose := func(id, value string) {
		t.Helper()
		desk.must(desk.TabTo("#" + id))
		for range 60 {
			chosen, err := browser.Ask[string](desk.Tab, "document.activeElement.value")
			desk.must(err)
			if chosen == value {
				return
			}
			desk.must(desk.Type(kb.ArrowDown))
		}
		t.Fatalf("the arrow keys do not lead to %s in %s", value, id)
	}
	check := func(name string) {
		t.Helper()
		desk.must(desk.TabTo(`[name="` + name + `"]`))
		desk.must(desk.Type(" "))
	}
	for _, name := range []string{"family_name", "given_name", "family_kana", "given_kana", "email"} {
		write(name, answers.Typed[name])
	}
	choose("prefecture", "20")
	choose("choices", "job-3")
	choose("choices-2", "job-1")
	write("motivation", answers.Typed["motivation"])
	check("q_current_work")
	write("q_contribution", answers.Typed["q_contribution"])
	check("q_weekly_hours")
	check("adult")
	check("consent_privacy")
	check("consent_provision")

	desk.takesTime()
	desk.must(desk.TabTo(applicant.Forward))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("入力内容の確認", answers.Email(), answers.Typed["motivation"])
	desk.must(desk.TabTo(applicant.Forward))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("応募を受け付けました", answers.Email())
	if mails := desk.mails(answers.Email()); len(mails) != 1 {
		t.Errorf("the applicant has %d mails, want 1", len(mails))
	}
}

func (w *world) registersWithoutJavaScript(t *testing.T) {
	phone := w.visitor(t, browser.Window{Width: 320, Height: 640, Scale: 2, Lang: locale.Japanese, NoScript: true})
	answers := applicant.MadeRegistration()

	status, err := phone.Visit(w.system.URL + applicant.Experiment + "/register?briefing=b1")
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.must(applicant.Fill(phone.Tab, answers))
	phone.takesTime()
	status, err = phone.Click(applicant.Forward)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.reads("入力内容の確認", answers.Typed["family_name"], answers.Email(), answers.Typed["question"], "2020年11月16日(月) 19:30")
	status, err = phone.Click(applicant.Forward)
	phone.arrives(status, err, http.StatusOK)
	phone.fits()
	phone.reads("説明会の登録を受け付けました", answers.Email())
	reference := phone.text(".reference")

	mails := phone.mails(answers.Email())
	if len(mails) != 1 {
		t.Fatalf("the person has %d mails, want 1", len(mails))
	}
	for _, part := range []string{mails[0].Text, mails[0].HTML} {
		if !strings.Contains(part, reference) || strings.Contains(part, "架空の質問です") {
			t.Errorf("the mail lacks the reference or repeats free text:\n%s", part)
		}
	}
	link, err := applicant.Link(mails[0].Text)
	phone.must(err)
	door, err := applicant.LinkTo(mails[0].Text, "/join/")
	phone.must(err)

	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	status, err = desk.Visit(door)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("2020年11月16日(月) 19:15(日本時間)から")
	status, err = desk.Visit(link + "/briefing")
	desk.arrives(status, err, http.StatusOK)
	desk.reads(reference, "説明会のお席を確保しています", answers.Typed["question"])
	desk.must(applicant.Fill(desk.Tab, applicant.Answers{Checked: []string{"input[name=briefing][value=b1]"}}))
	status, err = desk.Click(applicant.Forward)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("参加する回を変更しました", "2020年11月6日(金) 19:30", reference)
	if mails = desk.mails(answers.Email()); len(mails) != 2 {
		t.Errorf("the person has %d mails, want the confirmation and the change", len(mails))
	}

	status, err = desk.Click(`main a[href$="/briefing/cancel"]`)
	desk.arrives(status, err, http.StatusOK)
	status, err = desk.Click(applicant.Forward)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("登録を取り消しました")
	if mails = desk.mails(answers.Email()); len(mails) != 3 {
		t.Errorf("the person has %d mails, want one more, of the cancellation", len(mails))
	}
}

func (w *world) registersByKeyboard(t *testing.T) {
	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	answers := applicant.MadeRegistration()
	status, err := desk.Visit(w.system.URL + applicant.Experiment + "/register")
	desk.arrives(status, err, http.StatusOK)
	desk.must(desk.TabTo("[name=briefing]"))
	desk.must(desk.Type(" "))
	desk.must(desk.Type(kb.ArrowDown)) // the second session
	for _, name := range []string{"question", "family_name", "given_name", "email"} {
		desk.must(desk.TabTo("[name=" + name + "]"))
		for i, line := range strings.Split(answers.Typed[name], "\n") {
			if i > 0 {
				desk.must(desk.Type(kb.Enter))
			}
			desk.must(desk.Insert(line))
		}
	}
	desk.must(desk.TabTo("[name=consent_briefing]"))
	desk.must(desk.Type(" "))
	desk.takesTime()
	desk.must(desk.TabTo(applicant.Forward))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("入力内容の確認", answers.Email(), answers.Typed["question"], "2020年11月16日(月) 19:30")
	desk.must(desk.TabTo(applicant.Forward))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusOK)
	desk.reads("説明会の登録を受け付けました", answers.Email())
	if mails := desk.mails(answers.Email()); len(mails) != 1 {
		t.Errorf("the person has %d mails, want 1", len(mails))
	}
}

func (w *world) convertsText(t *testing.T) {
	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	status, err := desk.Visit(w.system.URL + applicant.Experiment + "/apply")
	desk.arrives(status, err, http.StatusOK)
	for _, c := range []struct{ name, reading, converted string }{
		{"family_name", "しおじり", "塩尻"},
		{"given_name", "はなこ", "花子"},
		{"family_kana", "しおじり", "シオジリ"},
		{"motivation", "ちいき", "地域"},
	} {
		desk.must(desk.Do(chromedp.Focus(chromedp.CSS(`[name="` + c.name + `"]`))))
		desk.must(desk.Convert(c.reading, c.converted))
		value, err := browser.Ask[string](desk.Tab, "document.readyState + location.pathname + ' ' + document.activeElement.value")
		desk.must(err)
		if want := "complete" + applicant.Experiment + "/apply " + c.converted; value != want {
			t.Errorf("after converting in %s the page is %q, want %q", c.name, value, want)
		}
	}
	// The Enter after the conversion is an ordinary one: the form is checked, and
	// sends nothing yet.
	desk.must(desk.Do(chromedp.Focus(chromedp.CSS("[name=family_name]"))))
	status, err = desk.Press(kb.Enter)
	desk.arrives(status, err, http.StatusUnprocessableEntity)
	if value, err := browser.Ask[string](desk.Tab, "document.querySelector('[name=family_name]').value"); value != "塩尻" || err != nil {
		t.Errorf("the converted name came back as %q, %v", value, err)
	}
}

func (w *world) makesMistakes(t *testing.T) {
	phone := w.visitor(t, browser.Window{Width: 390, Height: 800, Lang: locale.Japanese})
	status, err := phone.Visit(w.system.URL + applicant.Experiment + "/apply")
	phone.arrives(status, err, http.StatusOK)
	phone.must(applicant.Fill(phone.Tab, applicant.Answers{Typed: map[string]string{
		"family_name": "山田@", "given_name": "<b>", "family_kana": "山田", "email": "山田@example.jp", "motivation": "書きかけの動機",
	}}))
	status, err = phone.Click(applicant.Forward)
	phone.arrives(status, err, http.StatusUnprocessableEntity)
	phone.fits()
	said, err := browser.Ask[struct {
		Title, Focus, Kept string
		Summary, Beside    []string
		Lost               []string
	}](phone.Tab, `(() => {
		const words = e => e.innerText.replace(/^エラー：\s*/, "").trim()
		const links = [...document.querySelectorAll(".error-summary li a")]
		return {
			Title: document.title,
			Focus: document.activeElement.className,
			Kept: document.querySelector("[name=motivation]").value + document.querySelector("[name=given_name]").value,
			Summary: links.map(words),
			Beside: [...document.querySelectorAll("form .error")].map(words),
			Lost: links.map(a => a.hash.slice(1)).filter(id => !document.getElementById(id)),
		}
	})()`)
	phone.must(err)
	if !strings.HasPrefix(said.Title, "エラー") {
		t.Errorf("the title is %q", said.Title)
	}
	if said.Focus != "error-summary" {
		t.Errorf("the focus is on %q, not on the summary", said.Focus)
	}
	if said.Kept != "書きかけの動機<b>" {
		t.Errorf("what was typed came back as %q", said.Kept)
	}
	if strings.Join(said.Summary, "\n") != strings.Join(said.Beside, "\n") || len(said.Summary) < 10 {
		t.Errorf("the summary says\n%s\nand the fields say\n%s", strings.Join(said.Summary, "\n"), strings.Join(said.Beside, "\n"))
	}
	if told := slices.Compact(slices.Sorted(slices.Values(said.Summary))); len(told) != len(said.Summary) {
		t.Errorf("lines of the summary cannot be told apart:\n%s", strings.Join(said.Summary, "\n"))
	}
	if len(said.Lost) > 0 {
		t.Errorf("lines of the summary lead nowhere: %q", said.Lost)
	}
	phone.must(phone.Do(chromedp.Click(chromedp.CSS(`.error-summary a[href="#email"]`))))
	phone.must(phone.Insert("直"))
	if value, err := browser.Ask[string](phone.Tab, "document.querySelector('[name=email]').value"); !strings.Contains(value, "直") || err != nil {
		t.Errorf("following a line of the summary does not lead into its field: %q, %v", value, err)
	}
}

// looksAtEveryPage walks through all pages in a language.
func (w *world) looksAtEveryPage(t *testing.T, lang locale.Lang) {
	v := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: lang})
	pages := 0
	v.must(applicant.Walk(t.Context(), w.system, v.Tab, lang, func(page string) error {
		pages++
		return v.look(w.rules, page, lang)
	}))
	if pages < 40 {
		t.Errorf("only %d pages were seen", pages)
	}
}

// looksAfterClosing lets applications close, so it is the last story.
func (w *world) looksAfterClosing(t *testing.T) {
	for range 30 { // in steps that a run of all schedules in between takes
		if err := w.system.Advance(t.Context(), 24*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range locale.Langs {
		v := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: lang})
		v.must(applicant.WalkClosed(w.system, v.Tab, lang, func(page string) error { return v.look(w.rules, page, lang) }))
		if form, err := browser.Ask[bool](v.Tab, "document.querySelector('main form') !== null"); form || err != nil {
			t.Errorf("the closed form is still a form: %v", err)
		}
	}
}

// look checks the open page in light and dark, in a narrow window, with the
// page enlarged twice and with text enlarged twice.
func (v *visitor) look(rules browser.Rules, page string, lang locale.Lang) error {
	v.t.Helper()
	desk := browser.Window{Width: 1280, Height: 800, Lang: lang}
	dark, narrow, zoomed, large := desk, desk, desk, desk
	dark.Dark = true
	narrow.Width, narrow.Height = 320, 640
	zoomed.Width, zoomed.Height, zoomed.Scale = 640, 400, 2
	large.FontSize = 32
	for _, window := range []browser.Window{desk, dark, narrow} {
		if err := v.Set(window); err != nil {
			return err
		}
		violations, err := v.Violations(rules)
		if err != nil {
			return err
		}
		for _, violation := range violations {
			v.t.Errorf("%s, %d px, dark %v: %s", page, window.Width, window.Dark, violation)
		}
	}
	small, err := v.SmallTargets()
	if err != nil {
		return err
	}
	if len(small) > 0 {
		v.t.Errorf("%s has targets that are hard to hit: %q", page, small)
	}
	for _, c := range []struct {
		name   string
		window browser.Window
	}{{"320 px", narrow}, {"200 %", zoomed}, {"text of 200 %", large}} {
		if err := v.Set(c.window); err != nil {
			return err
		}
		wide, err := v.Overflow()
		if err != nil {
			return err
		}
		if wide > 0 {
			v.t.Errorf("%s is %d px too wide at %s", page, wide, c.name)
		}
	}
	said, err := browser.Ask[string](v.Tab, "document.documentElement.lang")
	if err != nil {
		return err
	}
	if said != string(lang) {
		v.t.Errorf("%s says that it is in %q", page, said)
	}
	return v.Set(desk)
}
