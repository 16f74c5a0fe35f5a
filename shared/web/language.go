package web

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/locale"
)

// langCookie remembers the language that a person chose.
const langCookie = "lang"

// Lang returns the language of the answer: what the address asks for (?lang=),
// what the person chose before (cookie), what the browser prefers, or Japanese.
func Lang(r *http.Request) locale.Lang {
	if lang := factsOf(r).lang; lang != "" {
		return lang
	}
	return negotiate(r)
}

func negotiate(r *http.Request) locale.Lang {
	if lang, ok := asked(r); ok {
		return lang
	}
	if c, err := r.Cookie(langCookie); err == nil {
		if lang, ok := locale.Parse(c.Value); ok {
			return lang
		}
	}
	best, bestQuality := locale.Japanese, 0.0
	accept := r.Header.Get("Accept-Language")
	for _, lang := range locale.Langs {
		if q := quality(accept, string(lang)); q > bestQuality {
			best, bestQuality = lang, q
		}
	}
	return best
}

// asked returns the language that the address asks for.
func asked(r *http.Request) (locale.Lang, bool) {
	if !strings.Contains(r.URL.RawQuery, "lang=") {
		return "", false
	}
	return locale.Parse(r.URL.Query().Get("lang"))
}

// rememberLang keeps the language that the address asked for, for a year.
func rememberLang(h http.Header, r *http.Request) {
	h.Set("Content-Language", string(Lang(r)))
	lang, ok := asked(r)
	if !ok {
		return
	}
	c := http.Cookie{
		Name: langCookie, Value: string(lang), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		SameSite: http.SameSiteLaxMode, Secure: !plainLocalhost(r), HttpOnly: true,
	}
	h.Add("Set-Cookie", c.String())
}

// plainLocalhost reports whether the request came to this machine without TLS,
// where a browser would not return a Secure cookie.
func plainLocalhost(r *http.Request) bool {
	if r.Header.Get("X-Forwarded-Proto") == "https" {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// quality returns the weight that a header such as Accept or Accept-Language
// gives to the value: of the most specific range that covers it, or 0.
func quality(header, value string) float64 {
	best, specific := 0.0, -1
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		rank := coverage(name, value)
		if rank <= specific {
			continue
		}
		q := 1.0
		for param := range strings.SplitSeq(params, ";") {
			if weight, ok := strings.CutPrefix(strings.ReplaceAll(param, " ", ""), "q="); ok {
				parsed, err := strconv.ParseFloat(weight, 64)
				if err != nil || !(parsed >= 0 && parsed <= 1) {
					parsed = 0
				}
				q = parsed
			}
		}
		best, specific = q, rank
	}
	return best
}

// coverage says how closely a range names the value: 3 exactly, 2 by its main
// part (ja-JP for ja), 1 by its type (text/*), 0 by a wildcard, -1 not at all.
func coverage(name, value string) int {
	main, _, _ := strings.Cut(name, "-")
	kind, _, hasKind := strings.Cut(value, "/")
	switch {
	case name == value:
		return 3
	case !hasKind && main == value:
		return 2
	case hasKind && name == kind+"/*":
		return 1
	case name == "*", name == "*/*":
		return 0
	}
	return -1
}
