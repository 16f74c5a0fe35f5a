package gateway

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// event is the request as HTTP API hands it to a function, payload version 2.0.
func event(r *http.Request, body []byte, route Route, values map[string]string, now time.Time) ([]byte, error) {
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		source = r.RemoteAddr
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = r.Host, "80"
	}
	id := strings.ToLower(rand.Text()[:15]) + "="
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: route.key(),
		RawPath:               r.URL.Path, // HTTP API hands it over decoded
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r),
		Headers:               headers(r, source, port),
		QueryStringParameters: query(r),
		PathParameters:        values,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: route.key(), AccountID: "000000000000", APIID: "local", Stage: "$default",
			RequestID: id, DomainName: host, DomainPrefix: strings.Split(host, ".")[0],
			Time: now.UTC().Format("02/Jan/2006:15:04:05 +0000"), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
			},
		},
	}
	if len(body) > 0 {
		if plain(r.Header, body) {
			e.Body = string(body)
		} else {
			e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
		}
	}
	encoded, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encoding a request: %w", err)
	}
	return encoded, nil
}

// plain reports whether HTTP API hands a body over as text. All others, forms
// among them, are base64. So is what is not UTF-8, which a JSON text cannot
// hold: the function is to see the very bytes.
func plain(header http.Header, body []byte) bool {
	if header.Get("Content-Encoding") != "" || !utf8.Valid(body) {
		return false
	}
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return false
	}
	switch media {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(media, "text/")
}

// headers are lower-cased, one text each; cookies travel apart.
func headers(r *http.Request, source, port string) map[string]string {
	all := make(map[string]string, len(r.Header)+6)
	for name, values := range r.Header {
		if name != "Cookie" {
			all[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	all["host"] = r.Host
	all["content-length"] = fmt.Sprint(max(0, r.ContentLength))
	all["x-amzn-trace-id"] = "Root=1-00000000-" + strings.ToLower(rand.Text()[:24])
	all["x-forwarded-port"] = port
	all["x-forwarded-proto"] = "http"
	if before := all["x-forwarded-for"]; before != "" {
		source = before + ", " + source
	}
	all["x-forwarded-for"] = source
	return all
}

func cookies(r *http.Request) []string {
	var all []string
	for _, line := range r.Header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				all = append(all, cookie)
			}
		}
	}
	return all
}

// query joins the values of one name with commas.
func query(r *http.Request) map[string]string {
	values := r.URL.Query()
	if len(values) == 0 {
		return nil
	}
	all := make(map[string]string, len(values))
	for name, list := range values {
		all[name] = strings.Join(list, ",")
	}
	return all
}
