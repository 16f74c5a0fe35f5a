package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"livinglab/shared/locale"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var formFiles = fstest.MapFS{
	"templates/form.html": {Data: []byte(`{{define "content"}}<h1>{{.In .Title}}</h1>
{{template "steps" (.With .Data.Step)}}
<form method="post" action="/form" novalidate>{{range .Data.Fields}}{{template "field" ($.With .)}}{{end}}
{{template "hidden" (.With .Data.Hidden)}}{{template "trap" (.With "website")}}<button class="button">{{.T "確認する" "Check"}}</button></form>{{end}}`)},
	"templates/check.html": {Data: []byte(`{{define "content"}}<h1>{{.In .Title}}</h1>
{{template "notice" (.With .Data.Notice)}}{{template "provisional" .}}{{template "summary" (.With .Data.Rows)}}{{end}}`)},
}

func text(ja, en string) locale.Text { return locale.Text{JA: ja, EN: en} }

var towns = []web.Option{
	{Value: "shiojiri", Label: text("塩尻市", "Shiojiri")},
	{Value: "kamaishi", Label: text("釜石市", "Kamaishi"), Hint: text("岩手県", "Iwate")},
}

// fields are one of each kind.
var fields = []web.Field{
	{Kind: web.TextField, Name: "family_name", Label: text("姓", "Family name"), Required: true, Autocomplete: "family-name", Value: `"onfocus=x <b>`, Width: "medium"},
	{Kind: web.TextField, Name: "email", Label: text("メールアドレス", "E-mail"), Type: "email", InputMode: "email", Hint: text("半角で入力", "As on your phone"), Note: text("gmail.com ではありませんか", "Did you mean gmail.com?")},
	{Kind: web.TextArea, Name: "motivation", Label: text("動機", "Motivation"), Max: 1200, Value: "\n<script>1</script>"},
	{Kind: web.Select, Name: "town", Label: text("まち", "Town"), Options: towns, Value: "kamaishi"},
	{Kind: web.RadioGroup, Name: "one", Label: text("ひとつ", "One"), Options: towns, Value: "shiojiri"},
	{Kind: web.CheckboxGroup, Name: "many", Label: text("いくつでも", "Any"), Options: towns, Values: []string{"shiojiri", "kamaishi"}},
	{Kind: web.Checkbox, Name: "consent", Label: text("同意", "Consent"), Required: true, Text: []locale.Text{text("読んでください", "Please read")}, Options: []web.Option{{Value: "v1", Label: text("同意します", "I agree")}}},
	{Kind: web.OrderedChoice, Name: "choices", Label: text("希望", "Choices"), Options: towns, Choices: 3, Values: []string{"kamaishi", "shiojiri"}},
}

// show returns the answer of a function that has one page to show.
func show(t *testing.T, lang, name string, page web.Page) *webtest.Answer {
	t.Helper()
	pages := web.NewPages(formFiles, lab)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) { pages.Show(w, r, 200, name, page) })
	return webtest.New(t, web.Handler(pages, mux), noon).Get("/page?lang=" + lang).Want(200)
}

type formData struct {
	Step   web.Step
	Fields []web.Field
	Hidden []web.Hidden
}

func TestAFormGivesBackExactlyWhatItWasGiven(t *testing.T) {
	t.Parallel()
	page := show(t, "ja", "form", web.Page{Title: text("申し込み", "Apply"), Data: formData{web.Entering, fields, []web.Hidden{{Name: "token", Value: "x&y"}}}})
	want := url.Values{
		"family_name": {`"onfocus=x <b>`}, "email": {""}, "motivation": {"\n<script>1</script>"}, "town": {"kamaishi"},
		"one": {"shiojiri"}, "many": {"shiojiri", "kamaishi"}, "choices": {"kamaishi", "shiojiri", ""}, "token": {"x&y"}, "website": {""},
	}
	got := page.Fields()
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: got %q, want %q", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got fields %v", got)
	}
	page.Says("姓 必須", "1,200文字以内", "第1希望", "第3希望", "gmail.com ではありませんか", "読んでください")
}

func TestEveryControlHasANameThatCanBeHeard(t *testing.T) {
	t.Parallel()
	page := show(t, "en", "form", web.Page{Data: formData{web.Entering, web.WithErrors(fields, everyError()), nil}})
	ids, labeled := map[string]*html.Node{}, map[string]bool{}
	for _, tag := range []string{"input", "select", "textarea", "p", "div", "h2", "fieldset"} {
		for _, n := range page.Elements(tag) {
			if id, ok := webtest.Attr(n, "id"); ok {
				if ids[id] != nil {
					t.Errorf("the id %s is used twice", id)
				}
				ids[id] = n
			}
		}
	}
	for _, n := range page.Elements("label") {
		id, _ := webtest.Attr(n, "for")
		if ids[id] == nil || webtest.TextOf(n) == "" {
			t.Errorf("the label %q names nothing", webtest.TextOf(n))
		}
		labeled[id] = true
	}
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, n := range page.Elements(tag) {
			if id, _ := webtest.Attr(n, "id"); !labeled[id] {
				t.Errorf("%s %q has no label", tag, id)
			}
		}
	}
	for _, tag := range []string{"input", "select", "textarea", "fieldset"} {
		for _, n := range page.Elements(tag) {
			about, _ := webtest.Attr(n, "aria-describedby")
			for id := range strings.FieldsSeq(about) {
				if ids[id] == nil {
					t.Errorf("%s is described by %s, which is nowhere", tag, id)
				}
			}
		}
	}
	if got := len(page.Elements("legend")); got != 4 {
		t.Errorf("%d legends, want one for each group", got)
	}
}

func everyError() web.Errors {
	var errs web.Errors
	for _, f := range fields {
		errs.Add(f.Name, text(f.Label.JA+"を入力してください", "Enter: "+f.Label.EN))
	}
	return errs
}

func TestMistakesStandOnTopAndBesideTheirFieldsInTheSameWords(t *testing.T) {
	t.Parallel()
	errs := everyError()
	page := show(t, "ja", "form", web.Page{Title: text("申し込み", "Apply"), Errors: errs, Data: formData{web.Entering, web.WithErrors(fields, errs), nil}})
	if got := page.Title(); got != "エラー：申し込み | ためしのラボ" {
		t.Errorf("the title is %q", got)
	}
	var summary *html.Node
	for _, n := range page.Elements("div") {
		if class, _ := webtest.Attr(n, "class"); class == "error-summary" {
			summary = n
		}
	}
	if summary == nil {
		t.Fatal("no summary")
	}
	if _, ok := webtest.Attr(summary, "autofocus"); !ok {
		t.Error("the summary does not take the focus")
	}
	controls := map[string]*html.Node{}
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, n := range page.Elements(tag) {
			id, _ := webtest.Attr(n, "id")
			controls[id] = n
		}
	}
	lines := map[string]string{}
	for n := range summary.Descendants() {
		if n.Data == "a" {
			href, _ := webtest.Attr(n, "href")
			lines[strings.TrimPrefix(href, "#")] = webtest.TextOf(n)
		}
	}
	for _, e := range errs {
		if lines[e.Field] != e.Text.JA {
			t.Errorf("the summary says %q about %s", lines[e.Field], e.Field)
		}
		control := controls[e.Field]
		if control == nil {
			t.Errorf("the summary's link to %s leads to no control", e.Field)
			continue
		}
		if invalid, _ := webtest.Attr(control, "aria-invalid"); invalid != "true" {
			t.Errorf("%s is not marked as invalid", e.Field)
		}
		beside := false
		for _, p := range page.Elements("p") {
			id, _ := webtest.Attr(p, "id")
			beside = beside || id == e.Field+"-error" && webtest.TextOf(p) == "エラー："+e.Text.JA
		}
		if !beside {
			t.Errorf("nothing beside %s", e.Field)
		}
	}
	page.Says("エラー：8件の入力を確認してください")
}

func TestTheCheckShowsTheAnswersWithAWayBackToEach(t *testing.T) {
	t.Parallel()
	rows := []web.Row{
		{Label: text("氏名", "Name"), Lines: []string{"髙橋 <i>"}, Change: "/page#family_name"},
		{Label: text("希望", "Choices"), Items: []string{"A", "B"}, ChangeName: "change", ChangeValue: "choices"},
		{Label: text("動機", "Motivation")},
	}
	data := struct {
		Notice web.Notice
		Rows   []web.Row
	}{web.Notice{Kind: web.Warning, Title: text("まだ送信していません", "Nothing was sent yet")}, rows}
	page := show(t, "ja", "check", web.Page{Data: data})
	page.Says("髙橋 <i>", "変更する (氏名)", "(未入力)", "注意 まだ送信していません", "仮")
	if !slices.Contains(page.Links(), "/page#family_name") {
		t.Error("no way back to the name")
	}
	buttons := page.Elements("button")
	if len(buttons) != 1 {
		t.Fatalf("%d buttons", len(buttons))
	}
	if value, _ := webtest.Attr(buttons[0], "value"); value != "choices" {
		t.Errorf("the button changes %q", value)
	}
	show(t, "en", "check", web.Page{Data: data}).Says("Change (Name)", "(not answered)", "Note Nothing was sent yet")
}
