package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"livinglab/shared/web/webtest"
)

func TestThePageSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, target, cookie, accept, want string }{
		{"nothing said", "/hello", "", "", "ja"},
		{"an English browser", "/hello", "", "en-GB,en;q=0.9", "en"},
		{"a Japanese browser that knows English", "/hello", "", "ja,en-US;q=0.9,en;q=0.8", "ja"},
		{"English preferred by weight", "/hello", "", "ja;q=0.5, en;q=0.7", "en"},
		{"Japanese refused", "/hello", "", "ja;q=0, *;q=0.1", "en"},
		{"another language", "/hello", "", "fr-FR,fr", "ja"},
		{"another language, then anything", "/hello", "", "fr, *;q=0.5", "ja"},
		{"a broken header", "/hello", "", "en;q=nonsense,;;,q=1", "ja"},
		{"an earlier choice", "/hello", "en", "ja", "en"},
		{"a broken cookie", "/hello", "xx", "en", "en"},
		{"the address over all", "/hello?lang=ja", "en", "en", "ja"},
		{"an unknown language in the address", "/hello?lang=fr", "en", "", "en"},
	} {
		b := browser(t)
		header := http.Header{}
		if c.accept != "" {
			header.Set("Accept-Language", c.accept)
		}
		if c.cookie != "" {
			header.Set("Cookie", "lang="+c.cookie)
		}
		a := b.Do("GET", c.target, header, "").Want(200)
		lang, _ := webtest.Attr(a.Elements("html")[0], "lang")
		if lang != c.want || a.Header.Get("Content-Language") != c.want {
			t.Errorf("%s: the page is in %s, the header says %s, want %s", c.name, lang, a.Header.Get("Content-Language"), c.want)
		}
		if !strings.Contains(a.Header.Get("Vary"), "Accept-Language") || !strings.Contains(a.Header.Get("Vary"), "Cookie") {
			t.Errorf("%s: Vary %q", c.name, a.Header.Get("Vary"))
		}
	}
}

func TestAChosenLanguageStaysChosen(t *testing.T) {
	t.Parallel()
	b := browser(t)
	cookie := b.Get("/hello?lang=en").Want(200).Says("Hello").Header.Get("Set-Cookie")
	if want := "lang=en; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax"; cookie != want {
		t.Errorf("cookie %q, want %q", cookie, want)
	}
	b.Get("/hello").Says("Hello")
	if got := b.Get("/hello").Header.Get("Set-Cookie"); got != "" {
		t.Errorf("the cookie is set again: %q", got)
	}
	b.Get("/hello?lang=ja").Says("こんにちは")
	b.Get("/hello").Says("こんにちは")
}

func TestOnThisMachineTheCookieNeedsNoTLS(t *testing.T) {
	t.Parallel()
	for host, secure := range map[string]bool{"localhost:8080": false, "127.0.0.1:8080": false, "[::1]:8080": false, "lab.example": true, "localhost.evil.example": true} {
		a := browser(t).Do("GET", "/hello?lang=en", http.Header{"Host": {host}, "X-Forwarded-Proto": {"http"}}, "")
		if got := strings.Contains(a.Header.Get("Set-Cookie"), "Secure"); got != secure {
			t.Errorf("%s: Secure %t, want %t", host, got, secure)
		}
	}
}

func TestTheLanguageSwitchKeepsThePlace(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/hello":                    "/hello?lang=en",
		"/hello?name=a%26b&lang=ja": "/hello?lang=en&name=a%26b",
		"/hello?lang=en":            "/hello?lang=ja",
	} {
		if got := browser(t).Get(target).Links(); !slices.Contains(got, want) {
			t.Errorf("%s: no link to %s in %v", target, want, got)
		}
	}
	// The answer to a post cannot be had again by a link.
	page := browser(t).Do("POST", "/hello", nil, "").Want(405)
	for _, link := range page.Links() {
		if strings.Contains(link, "lang=") {
			t.Errorf("the answer to a post links to %s", link)
		}
	}
}
