package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"livinglab/shared/locale"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

var lab = web.Lab{
	Name:    locale.Text{JA: "ためしのラボ", EN: "Trial Lab"},
	Office:  locale.Text{JA: "ためし事務局", EN: "Trial office"},
	Contact: "office@lab.example",
}

// files is a function with a page that works, one that breaks half-way, and
// one that does not parse.
var files = fstest.MapFS{
	"templates/parts/own.html": {Data: []byte(`{{define "greeting"}}{{.T "こんにちは、%sさん" "Hello, %s" .Data}}{{end}}`)},
	"templates/hello.html":     {Data: []byte(`{{define "content"}}<h1>{{.In .Title}}</h1><p>{{template "greeting" (.With .Data)}}</p>{{end}}`)},
	"templates/broken.html":    {Data: []byte(`{{define "content"}}<h1>half a page</h1>{{.Data.Missing.Word}}{{end}}`)},
	"templates/garbled.html":   {Data: []byte(`{{define "content"}}{{end`)},
}

// function returns a function as a person's client sees it.
func function(t testing.TB) webtest.Handler {
	pages := web.NewPages(files, lab)
	mux := http.NewServeMux()
	hello := func(w http.ResponseWriter, r *http.Request) {
		pages.Show(w, r, http.StatusOK, "hello", web.Page{Title: locale.Text{JA: "挨拶", EN: "Greeting"}, Data: r.URL.Query().Get("name")})
	}
	mux.HandleFunc("GET /{$}", hello)
	mux.HandleFunc("GET /hello", hello)
	mux.HandleFunc("GET /public", func(w http.ResponseWriter, r *http.Request) {
		web.Public(w, time.Minute)
		hello(w, r)
	})
	mux.HandleFunc("GET /people/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s at %s from %s", r.PathValue("name"), web.Now(r).Format(time.RFC3339Nano), r.RemoteAddr)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		form, err := web.ReadForm(r)
		if err != nil {
			pages.Fail(w, r, err)
			return
		}
		fmt.Fprint(w, form.Get("text"))
	})
	mux.HandleFunc("GET /fail/{how}", func(w http.ResponseWriter, r *http.Request) {
		switch r.PathValue("how") {
		case "panic":
			fmt.Fprint(w, "half an answer")
			panic("canary@person.example")
		case "bug":
			var none []int
			fmt.Fprint(w, none[len(r.Host)])
		case "error":
			pages.Fail(w, r, errors.New("opening the drawer"))
		case "busy":
			pages.Fail(w, r, fmt.Errorf("booking a seat: %w", web.Busy))
		case "fields":
			pages.Fail(w, r, web.Errors{{Field: "email", Text: locale.Text{JA: "メールアドレスを入力してください", EN: "Enter your e-mail address"}}})
		default:
			pages.Show(w, r, http.StatusOK, r.PathValue("how"), web.Page{Data: struct{}{}})
		}
	})
	mux.HandleFunc("GET /assets/{name}", pages.ServeAsset)
	return web.Handler(pages, mux)
}

func browser(t testing.TB) *webtest.Browser {
	return webtest.New(t, function(t), noon)
}

func TestTheGatewayDecidesWhatTimeItIsAndWhoCalls(t *testing.T) {
	t.Parallel()
	b := browser(t)
	b.Now = noon.Add(123 * time.Millisecond)
	b.IP = "2001:db8::1"
	got := b.Get("/people/%E5%A1%A9%E5%B0%BB%2F1").Want(200).Body
	if want := "塩尻/1 at 2020-11-02T03:00:00.123Z from 2001:db8::1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAPathThatCannotBeReadLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/%zz", "/people/%", "", "no-slash", "/\x00", "//", "/people/a/../../../etc", "/?%zz=%", "/people"} {
		a := browser(t).Get(path)
		if a.Status >= 500 {
			t.Errorf("%q: status %d", path, a.Status)
		}
	}
}

func TestAFormArrivesAsTheGatewayEncodesIt(t *testing.T) {
	t.Parallel()
	text := "髙橋 𠮷野 ＆ か\u3099\r\n2行目"
	if got := browser(t).Post("/echo", url.Values{"text": {text}}).Want(200).Body; got != text {
		t.Errorf("got %q, want %q", got, text)
	}
}

func TestABodyOverTheLimitIsRefusedByItsLengthAlone(t *testing.T) {
	t.Parallel()
	handle := function(t)
	for _, c := range []struct {
		name   string
		body   string
		base64 bool
		want   int
	}{
		{"the limit, encoded", base64.StdEncoding.EncodeToString(make64("text=", web.MaxBody)), true, 200},
		{"one byte more, encoded", base64.StdEncoding.EncodeToString(make64("text=", web.MaxBody+1)), true, 413},
		{"one byte more and not even base64", strings.Repeat("!", web.MaxBody*2), true, 413},
		{"the limit, plain", string(make64("text=", web.MaxBody)), false, 200},
		{"one byte more, plain", string(make64("text=", web.MaxBody+1)), false, 413},
		{"broken base64", "%%%", true, 400},
		{"one character of base64", "A", true, 400},
	} {
		event := webtest.Event("POST", "/echo", c.body)
		event.IsBase64Encoded = c.base64
		event.Headers["content-type"] = "application/x-www-form-urlencoded"
		out, err := handle(t.Context(), event)
		if err != nil || out.StatusCode != c.want {
			t.Errorf("%s: status %d, error %v, want %d", c.name, out.StatusCode, err, c.want)
		}
	}
}

func make64(prefix string, size int) []byte {
	return append([]byte(prefix), bytes.Repeat([]byte("a"), size-len(prefix))...)
}

func TestAFormThatIsNotOneIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	b := browser(t)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	b.Do("POST", "/echo", form, "text=%ff").Want(400).Says("読み取れない文字があります")
	b.Do("POST", "/echo", form, "text=a%00b").Want(400)
	b.Do("POST", "/echo", form, "text=%zz").Want(400)
	b.Do("POST", "/echo", http.Header{"Content-Type": {"text/plain"}}, "text=a").Want(415).Says("この形式では受け取れません")
	b.Do("POST", "/echo", nil, "text=a").Want(415)
}

func TestEachProblemHasItsPageAndItsJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		status       int
		ja, en       string
	}{
		{"GET", "/nowhere/at/all", 404, "ページが見つかりません", "Page not found"},
		{"DELETE", "/hello", 405, "この操作はできません", "This cannot be done here"},
		{"GET", "/echo", 405, "この操作はできません", "This cannot be done here"},
		{"GET", "/fail/error", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/panic", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/bug", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/broken", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/garbled", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/unknown", 500, "ページを表示できませんでした", "The page could not be shown"},
		{"GET", "/fail/busy", 503, "ただいま混み合っています", "We are busy right now"},
		{"GET", "/fail/fields", 422, "メールアドレスを入力してください", "Enter your e-mail address"},
	} {
		b := browser(t)
		page := b.Do(c.method, c.path, nil, "").Want(c.status).Says(c.ja).SaysNot("half")
		if got := page.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s %s: Cache-Control %q", c.method, c.path, got)
		}
		b.Do(c.method, c.path, http.Header{"Accept-Language": {"en"}}, "").Want(c.status).Says(c.en)

		answer := b.Do(c.method, c.path, http.Header{"Accept": {"application/json"}, "Accept-Language": {"en"}}, "").Want(c.status)
		var got struct{ Errors map[string]string }
		if err := json.Unmarshal([]byte(answer.Body), &got); err != nil || len(got.Errors) != 1 {
			t.Fatalf("%s %s: JSON %q: %v", c.method, c.path, answer.Body, err)
		}
		for field, text := range got.Errors {
			if text != c.en || (field == "email") != (c.status == 422) {
				t.Errorf("%s %s: %q says %q", c.method, c.path, field, text)
			}
		}
	}
}

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/hello": "GET, HEAD", "/echo": "POST"} {
		if got := browser(t).Do("OPTIONS", path, nil, "").Want(405).Header.Get("Allow"); got != want {
			t.Errorf("%s: Allow %q, want %q", path, got, want)
		}
	}
	if got := browser(t).Get("/fail/busy").Header.Get("Retry-After"); got == "" {
		t.Error("a busy answer does not say when to come back")
	}
}

func TestALastSlashIsForgiven(t *testing.T) {
	t.Parallel()
	if got := browser(t).Get("/hello/?name=a").Want(308).Header.Get("Location"); got != "/hello?name=a" {
		t.Errorf("Location %q", got)
	}
	browser(t).Get("/nowhere/").Want(404)
	for _, path := range []string{"//evil.example/", "/\\evil.example/", "/%2f%2fevil.example/", "//evil.example//"} {
		a := browser(t).Get(path)
		if to := a.Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || strings.Contains(to, ":") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	t.Parallel()
	b := browser(t)
	for _, a := range []*webtest.Answer{
		b.Get("/hello"), b.Get("/nowhere"), b.Get("/fail/panic"), b.Get("/assets/style.0.css"), b.Get("/public"), b.Get("/hello/"),
		b.Post("/echo", url.Values{"text": {strings.Repeat("a", web.MaxBody)}}),
	} {
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"Referrer-Policy":           "same-origin",
			"X-Content-Type-Options":    "nosniff",
			"Strict-Transport-Security": "max-age=63072000",
			"Content-Language":          "ja",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("status %d: %s is %q, want %q", a.Status, name, got, want)
			}
		}
		if a.Header.Get("Permissions-Policy") == "" {
			t.Errorf("status %d: no Permissions-Policy", a.Status)
		}
	}
}

func TestOnlyWhatIsDeclaredPublicIsKeptAndFound(t *testing.T) {
	t.Parallel()
	b := browser(t)
	private := b.Get("/hello")
	if got := private.Header.Get("Cache-Control") + "; " + private.Header.Get("X-Robots-Tag"); got != "no-store; noindex" {
		t.Errorf("a page as such: %q", got)
	}
	public := b.Get("/public")
	if got := public.Header.Get("Cache-Control"); got != "public, max-age=60" || public.Header.Get("X-Robots-Tag") != "" {
		t.Errorf("a public page: %q", got)
	}
	tag := public.Header.Get("ETag")
	again := b.Do("GET", "/public", http.Header{"If-None-Match": {`"other", W/` + tag}}, "").Want(304)
	if again.Body != "" || again.Header.Get("ETag") != tag || again.Header.Get("Cache-Control") == "" {
		t.Errorf("not modified: %+v", again)
	}
	b.Do("GET", "/public", http.Header{"If-None-Match": {tag}, "Accept-Language": {"en"}}, "").Want(200)
	if got := browser(t).Get("/public?lang=en").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page that sets a cookie: %q", got)
	}
}

func TestHeadIsGetWithoutItsBody(t *testing.T) {
	t.Parallel()
	get, head := browser(t).Get("/public"), browser(t).Do("HEAD", "/public", nil, "")
	if head.Body != "" || head.Status != 200 || head.Header.Get("ETag") != get.Header.Get("ETag") {
		t.Errorf("HEAD answered %d with %q and ETag %s", head.Status, head.Body, head.Header.Get("ETag"))
	}
}

func TestAPanicIsLoggedWithItsPlaceAndNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	defer slog.SetDefault(before)
	b := browser(t)
	b.Get("/fail/panic?name=canary-in-query").Want(500)
	b.Get("/fail/bug").Want(500)
	b.Get("/%zz?canary=1").Want(404)
	if got := log.String(); strings.Contains(got, "canary") {
		t.Errorf("the log quotes a person: %s", got)
	}
	for _, want := range []string{`"panic":"string"`, "index out of range", "handler_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, log.String())
		}
	}
}

func TestTheStylesheetIsKeptUnderItsNameAndServedUnderOldOnes(t *testing.T) {
	t.Parallel()
	b := browser(t)
	var name string
	for _, link := range b.Get("/hello").Links() {
		if strings.HasPrefix(link, "/assets/style.") {
			name = link
		}
	}
	now, old := b.Get(name).Want(200), b.Get("/assets/style.0123456789ab.css").Want(200)
	if got := now.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("the present name: Cache-Control %q", got)
	}
	if got := old.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("an old name: Cache-Control %q", got)
	}
	if now.Body != old.Body || now.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the old name serves something else, or as %q", now.Header.Get("Content-Type"))
	}
	b.Get("/assets/other.css").Want(404)
}

func TestAPageThatKeepsBringsItsScriptAndMayRunNoOther(t *testing.T) {
	t.Parallel()
	pages, mux := web.NewPages(fstest.MapFS{
		"templates/form.html": {Data: []byte(`{{define "content"}}<form data-keep></form>{{end}}`)},
	}, web.Lab{}), http.NewServeMux()
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, r *http.Request) {
		pages.Show(w, r, http.StatusOK, "form", web.Page{Keeps: r.URL.Query().Has("keeps")})
	})
	mux.HandleFunc("GET /assets/{name}", pages.ServeAsset)
	b := webtest.New(t, web.Handler(pages, mux), noon)
	page, other := b.Get("/form?keeps").Want(200), b.Get("/form").Want(200)
	if got := page.Header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "; script-src 'self'; connect-src 'self'") {
		t.Errorf("the policy is %q", got)
	}
	if got := other.Header.Get("Content-Security-Policy"); strings.Contains(got, "script-src") || len(other.Elements("script")) > 0 {
		t.Errorf("a page that does not keep has a script, or the policy %q", got)
	}
	scripts := page.Elements("script")
	if len(scripts) != 1 {
		t.Fatalf("there are %d scripts", len(scripts))
	}
	name, _ := webtest.Attr(scripts[0], "src")
	script := b.Get(name).Want(200)
	if got := script.Header.Get("Content-Type") + " " + script.Header.Get("Cache-Control"); got != "text/javascript; charset=utf-8 public, max-age=31536000, immutable" {
		t.Errorf("the script comes as %q", got)
	}
	if old := b.Get("/assets/keep.0123456789ab.js").Want(200); old.Body != script.Body || old.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an old name serves something else, or %q", old.Header.Get("Cache-Control"))
	}
}

func TestAPageMayLetItsFormsLeadAway(t *testing.T) {
	t.Parallel()
	pages, mux := web.NewPages(nil, web.Lab{}), http.NewServeMux()
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, _ *http.Request) { web.LeadAway(w) })
	got := webtest.New(t, web.Handler(pages, mux), time.Unix(0, 0)).Get("/away").Header.Get("Content-Security-Policy")
	if !strings.Contains(got, "form-action 'self' https:;") || !strings.HasPrefix(got, "default-src 'none';") {
		t.Errorf("the policy is %q", got)
	}
}
