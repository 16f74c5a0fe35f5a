package web_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"livinglab/shared/web/webtest"
)

func TestEveryTextOfTheLayoutAndThePartsIsInBothLanguages(t *testing.T) {
	t.Parallel()
	webtest.CheckTexts(t, os.DirFS("."))
}

func TestATextWithoutItsOtherLanguageIsFound(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`{{.T "日本語" "English"}}`: "",
		`{{$.T "%d件" "%d found" .N}}{{range .A}}{{with .B}}{{$.T "あ" "a"}}{{end}}{{end}}`: "",
		`<p class="lead">{{.In .Title}}</p>1,200 / 3 — <svg viewBox="0 0 1 1"/>`:          "",
		`Kept`:                                 "",
		`<p>日本語</p>`:                           "Japanese outside of T",
		`{{if .A}}{{else}}、{{end}}`:            "Japanese outside of T",
		`{{printf "日本語"}}`:                     "Japanese outside of T",
		`{{template "x" (.With "日本語")}}`:       "Japanese outside of T",
		`{{.T "日本語"}}`:                         "T without both languages",
		`{{.T "日本語" .English}}`:                "T without two literals",
		`{{.T "日本語" ""}}`:                      "T with an empty text",
		`{{if (.T "日本語" " ")}}{{end}}`:         "T with an empty text",
		`{{.T "%d件" "found" .N}}`:              "T whose languages take different arguments",
		`{{.T "%d件" "%d found"}}`:              "T with too few or too many arguments",
		`<p>Read <b>this</b></p>`:              "words outside of T",
		`<img alt="A house">`:                  "words outside of T",
		`<nav aria-label="Steps">{{.X}}</nav>`: "words outside of T",
	} {
		got := webtest.TextProblems(t, fstest.MapFS{"templates/page.html": {Data: []byte(source)}}, "Kept")
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), want)) {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}
