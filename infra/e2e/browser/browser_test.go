//go:build e2e

package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"livinglab/shared/locale"
)

// The stories can only be trusted if the browser notices what they look for:
// this page does everything wrong.
const careless = `<!doctype html><html><title>x</title><style>:focus{outline:none} p{width:400px}</style>
<form action="/next"><input name="first"><input name="second"><button>go</button></form><p style="color:#ccc;background:#fff">pale and wide</p>
<script>document.querySelector("[name=second]").addEventListener("keydown", e => { if (e.key === "Enter") setTimeout(() => e.target.form.submit(), 200) })
document.title = navigator.language + matchMedia("(prefers-color-scheme: dark)").matches</script>`

func TestACarelessPageIsFoundOut(t *testing.T) {
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "%s<!-- %s %s -->", careless, r.URL, r.Header.Get("Accept-Language"))
	}))
	defer pages.Close()
	rules, err := ReadRules("../../..")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	tab, err := b.Open(Window{Width: 320, Height: 640, Lang: locale.Japanese, Dark: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if status, err := tab.Visit(pages.URL); status != http.StatusOK || err != nil {
		t.Fatal(status, err)
	}
	if title, err := Ask[string](tab, "document.title"); title != "jatrue" || err != nil {
		t.Errorf("the language and scheme are %q, %v", title, err)
	}
	if wide, err := tab.Overflow(); wide < 50 || err != nil {
		t.Errorf("a page that is too wide by %d px, %v", wide, err)
	}
	violations, err := tab.Violations(rules)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, v := range violations {
		found[v.ID] = true
	}
	for _, id := range []string{"html-has-lang", "label", "color-contrast"} {
		if !found[id] {
			t.Errorf("%s was not found among %v", id, violations)
		}
	}
	if err := tab.TabTo("[name=second]"); err == nil {
		t.Error("a focus that cannot be seen was not noticed")
	}
	if err := tab.Do(chromedp.Focus(chromedp.CSS("[name=first]"))); err != nil {
		t.Fatal(err)
	}
	if err := tab.Convert("しおじり", "塩尻"); err != nil {
		t.Fatal(err)
	}
	if text, err := Ask[string](tab, "location.pathname + document.forms[0].first.value"); text != "/塩尻" || err != nil {
		t.Errorf("conversion text gave %q, %v", text, err)
	}
	if err := tab.Do(chromedp.Focus(chromedp.CSS("[name=second]"))); err != nil {
		t.Fatal(err)
	}
	if status, err := tab.load("converting", chromedp.Func(func(_ context.Context, _ *chromedp.Target) error { return tab.Convert("あ", "亜") })); status == 0 || err != nil {
		t.Errorf("a page that submits during conversion was not noticed: %d, %v", status, err)
	}
	if err := tab.Set(Window{Width: 320, Height: 640, Lang: locale.English, NoScript: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Visit(pages.URL); err != nil {
		t.Fatal(err)
	}
	if title, err := Ask[string](tab, "document.title"); title != "x" || err != nil {
		t.Errorf("a script ran: %q, %v", title, err)
	}
	if err := tab.Do(chromedp.Focus(chromedp.CSS("[name=first]"))); err != nil {
		t.Fatal(err)
	}
	if status, err := tab.Press(kb.Enter); status != http.StatusOK || err != nil {
		t.Errorf("Enter without conversion: %d, %v", status, err)
	}
}
