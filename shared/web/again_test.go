package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

func TestWhatCannotBeWorkedOnIsSentAgainByOneButton(t *testing.T) {
	t.Parallel()
	pages := web.NewPages(files, lab)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /notes", pages.Answer(pages.SendAgain))
	b := webtest.New(t, web.Handler(pages, mux), noon)

	form := url.Values{"text": {"架空の\"<b>メモ"}, "many": {"1", "2"}}
	page := b.Post("/notes?lang=ja", form).Want(http.StatusServiceUnavailable).Says("もう一度送信する")
	if diff := cmp.Diff(form, page.Fields()); diff != "" {
		t.Error(diff)
	}
	if action, _ := webtest.Attr(page.Elements("form")[0], "action"); action != "/notes?lang=ja" {
		t.Errorf("it is sent to %q", action)
	}
	if page.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	b.Do(http.MethodPost, "/notes", nil, "").Want(http.StatusServiceUnavailable).Says("もう一度送信する") // a button without fields
	b.Post("/notes", url.Values{"text": {"\xff"}}).Want(http.StatusBadRequest)
}
