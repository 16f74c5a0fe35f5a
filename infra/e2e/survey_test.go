//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"livinglab/infra/e2e/applicant"
	"livinglab/infra/e2e/browser"
	"livinglab/shared/locale"
)

// core are the items of the questionnaire that every wave asks.
var core = []string{"D1", "D2", "D3", "A1", "A2", "A3", "X1", "X2", "X3", "C1", "C2", "C3"}

// applies sends an application and stays on its receipt.
func (v *visitor) applies(answers applicant.Answers) {
	v.t.Helper()
	status, err := v.Visit(v.system.URL + applicant.Experiment + "/apply")
	v.arrives(status, err, http.StatusOK)
	v.must(applicant.Fill(v.Tab, answers))
	v.takesTime()
	for range 2 {
		status, err = v.Click(applicant.Forward)
		v.arrives(status, err, http.StatusOK)
	}
	v.reads("応募を受け付けました", "はじめのアンケート")
}

// click presses what the selector finds, and reads the page that it leads to.
func (v *visitor) click(selector string, words ...string) {
	v.t.Helper()
	status, err := v.Click(selector)
	v.arrives(status, err, http.StatusOK)
	v.fits()
	v.reads(words...)
}

// chosen counts the radio buttons that are on.
func (v *visitor) chosen() int {
	v.t.Helper()
	n, err := browser.Ask[int](v.Tab, "document.querySelectorAll('input[type=radio]:checked').length")
	v.must(err)
	return n
}

func (w *world) answersWithoutJavaScript(t *testing.T) {
	phone := w.visitor(t, browser.Window{Width: 320, Height: 640, Scale: 2, Lang: locale.Japanese, NoScript: true})
	answers := applicant.Made()
	phone.applies(answers)
	phone.click(`main a.button[href*="/survey/"]`, "研究", "協力しない")
	phone.click("button[name=act][value=agree]", "はじめのアンケート")
	phone.click("main a.button", "1ページ目(全2ページ)", "自分の言葉で説明できる")
	for _, item := range core[:6] {
		phone.must(phone.Do(chromedp.Click(chromedp.CSS("label[for=" + item + "]"))))
	}
	phone.click("button[name=go][value=next]", "2ページ目(全2ページ)", "きっかけ")

	// The rest of it on another machine, by the link in the mail.
	mails := phone.mails(answers.Email())
	if len(mails) != 1 {
		t.Fatalf("the applicant has %d mails, want 1", len(mails))
	}
	link, err := applicant.Link(mails[0].Text)
	phone.must(err)
	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese, NoScript: true})
	status, err := desk.Visit(link)
	desk.arrives(status, err, http.StatusOK)
	desk.click(`main a[href$="/surveys/pre"]`, "続きから", "2ページ目")
	desk.click("main a.button", "2ページ目(全2ページ)")
	desk.must(applicant.Fill(desk.Tab, applicant.Answers{Typed: map[string]string{"O1": "架空の動機です。"}}))
	desk.click("button[name=go][value=back]", "1ページ目")
	if n := desk.chosen(); n != 6 {
		t.Errorf("of the first page %d answers are kept, want 6", n)
	}
	desk.click("button[name=go][value=next]", "2ページ目")
	desk.click("button[name=go][value=next]", "架空の動機です。", "まったくあてはまらない")
	desk.click(applicant.Forward, "受け取りました", "日本時間")

	// The telephone still shows the page on which it was left.
	phone.must(applicant.Fill(phone.Tab, applicant.Answers{Typed: map[string]string{"O2": "遅れて書いた答え"}}))
	if status, err := phone.Click("button[name=go][value=next]"); err != nil || status != http.StatusConflict && status != http.StatusOK {
		t.Errorf("a page left after the end was answered %d, %v", status, err)
	}
	phone.reads("受け取")
	status, err = phone.Visit(link + "/surveys/pre")
	phone.arrives(status, err, http.StatusOK)
	phone.reads("受け取り済み", "日本時間")
	if got := phone.mails(answers.Email()); len(got) != 1 {
		t.Errorf("answering caused %d mails", len(got)-1)
	}
}

func (w *world) answersByKeyboard(t *testing.T) {
	desk := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	desk.applies(applicant.Made())
	enter := func(selector string, words ...string) {
		t.Helper()
		desk.must(desk.TabTo(selector))
		status, err := desk.Press(kb.Enter)
		desk.arrives(status, err, http.StatusOK)
		desk.reads(words...)
	}
	enter(`main a.button[href*="/survey/"]`)
	enter("button[name=act][value=agree]")
	enter("main a.button", "1ページ目")
	for _, item := range core {
		desk.must(desk.TabTo("#" + item))
		desk.must(desk.Type(" "))
		desk.must(desk.Type(kb.ArrowDown))
	}
	// Each choice is kept as it is made: another tab has it before the page is left.
	for range 50 {
		if strings.Contains(desk.text("form.survey [role=status]"), "保存しました") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if said := desk.text("form.survey [role=status]"); !strings.Contains(said, "保存しました") {
		t.Errorf("after choosing the page says %q", said)
	}
	address, err := browser.Ask[string](desk.Tab, "location.href")
	desk.must(err)
	other := w.visitor(t, browser.Window{Width: 390, Height: 800, Lang: locale.Japanese})
	for range 50 { // the last choice may still be on its way
		status, err := other.Visit(address)
		other.arrives(status, err, http.StatusOK)
		if other.chosen() == len(core) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n := other.chosen(); n != len(core) {
		t.Errorf("another tab shows %d answers, want %d", n, len(core))
	}
	if kept, err := browser.Ask[bool](other.Tab, `document.getElementById("D1-2").checked`); !kept || err != nil {
		t.Errorf("the second point of the first item is not on, %v", err)
	}

	enter("button[name=go][value=next]", "2ページ目")
	desk.must(desk.TabTo("[name=O1]"))
	desk.must(desk.Convert("ちいき", "地域"))
	if path := desk.path(); !strings.HasSuffix(path, "/2") {
		t.Errorf("Enter during conversion led to %s", path)
	}
	enter("button[name=go][value=next]", "地域", "あまりあてはまらない")
	enter(applicant.Forward, "受け取りました")
}

func (w *world) declines(t *testing.T) {
	phone := w.visitor(t, browser.Window{Width: 390, Height: 800, Lang: locale.Japanese})
	answers := applicant.Made()
	phone.applies(answers)
	phone.click(`main a.button[href*="/survey/"]`)
	phone.click("button[name=act][value=decline]", "ほかのことは何も変わりません")
	link, err := applicant.Link(phone.mails(answers.Email())[0].Text)
	phone.must(err)
	status, err := phone.Visit(link + "/research")
	phone.arrives(status, err, http.StatusOK)
	phone.click("button[name=act][value=agree]", "協力")
	phone.click("button.button-warning", "協力")
	mails := phone.mails(answers.Email())
	if len(mails) != 2 || !strings.Contains(mails[1].Text, "研究") {
		t.Errorf("leaving the research sent %d mails", len(mails)-1)
	}
}

// looksAtRecordedPages checks the pages of the surveys and of the results in every state,
// as the functions' tests have recorded them: many of them come about only in the course
// of months.
func (w *world) looksAtRecordedPages(t *testing.T) {
	mux := http.NewServeMux()
	for _, function := range []string{"survey", "site"} {
		recorded := http.FileServer(http.Dir(filepath.Join(root, "functions", function, "testdata")))
		mux.Handle("/"+function+"/", http.StripPrefix("/"+function+"/", recorded))
	}
	// Recorded pages name the assets with or without the hash of their time.
	mux.HandleFunc("/assets/{name}", func(answer http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		name, _, _ = strings.Cut(name, ".")
		http.ServeFile(answer, r, filepath.Join(root, "shared/web", name+filepath.Ext(r.URL.Path)))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	v := w.visitor(t, browser.Window{Width: 1280, Height: 800, Lang: locale.Japanese})
	for pattern, least := range map[string]int{"survey/*": 40, "site/results-*": 16} {
		function, names, _ := strings.Cut(pattern, "/")
		pages, err := filepath.Glob(filepath.Join(root, "functions", function, "testdata", names+".html"))
		if err != nil || len(pages) < least {
			t.Fatalf("%d pages of %s are recorded, %v", len(pages), pattern, err)
		}
		for _, page := range pages {
			name := filepath.Base(page)
			lang := locale.Japanese
			if strings.HasSuffix(name, ".en.html") {
				lang = locale.English
			}
			status, err := v.Visit(server.URL + "/" + function + "/" + name)
			v.arrives(status, err, http.StatusOK)
			v.must(v.look(w.rules, name, lang))
		}
	}
}
