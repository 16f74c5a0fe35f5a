// Package webtest sends requests to a function the way API Gateway does and
// looks at the answers the way a browser does.
package webtest

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/net/html"
)

// Handler is what a function gives to Lambda.
type Handler = func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Browser is a client that keeps cookies and does not follow redirects.
type Browser struct {
	Now    time.Time   // the instant at which the gateway takes its requests
	IP     string      // where it comes from; default 192.0.2.1
	Header http.Header // sent with every request

	t       testing.TB
	handle  Handler
	cookies map[string]string
}

// New returns a browser for the function.
func New(t testing.TB, handle Handler, now time.Time) *Browser {
	return &Browser{Now: now, IP: "192.0.2.1", Header: http.Header{}, t: t, handle: handle, cookies: map[string]string{}}
}

// Get opens a path with its query.
func (b *Browser) Get(target string) *Answer {
	b.t.Helper()
	return b.Do(http.MethodGet, target, nil, "")
}

// Post posts a form.
func (b *Browser) Post(target string, form url.Values) *Answer {
	b.t.Helper()
	return b.Do(http.MethodPost, target, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
}

// PostJSON posts JSON.
func (b *Browser) PostJSON(target, body string, header http.Header) *Answer {
	b.t.Helper()
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	return b.Do(http.MethodPost, target, header, body)
}

// Do sends any request.
func (b *Browser) Do(method, target string, header http.Header, body string) *Answer {
	b.t.Helper()
	event := Event(method, target, body)
	event.RequestContext.TimeEpoch = b.Now.UnixMilli()
	event.RequestContext.HTTP.SourceIP = b.IP
	for _, h := range []http.Header{b.Header, header} {
		for name, values := range h {
			event.Headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	if isText := strings.HasPrefix(event.Headers["content-type"], "application/json"); body != "" && !isText {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(body)), true
	}
	for name, value := range b.cookies {
		event.Cookies = append(event.Cookies, name+"="+value)
	}
	out, err := b.handle(b.t.Context(), event)
	if err != nil {
		b.t.Fatalf("%s %s: the function failed: %v", method, target, err)
	}
	answer := &Answer{t: b.t, Status: out.StatusCode, Header: http.Header{}, Body: out.Body}
	for name, value := range out.Headers {
		answer.Header.Set(name, value)
	}
	for _, line := range out.Cookies {
		answer.Header.Add("Set-Cookie", line)
		if c, err := http.ParseSetCookie(line); err == nil {
			b.cookies[c.Name] = c.Value
		}
	}
	if out.IsBase64Encoded {
		raw, err := base64.StdEncoding.DecodeString(out.Body)
		if err != nil {
			b.t.Fatalf("%s %s: reading the body: %v", method, target, err)
		}
		answer.Body = string(raw)
	}
	return answer
}

// Event is what the gateway sends for a request, without its time.
func Event(method, target, body string) events.APIGatewayV2HTTPRequest {
	path, query, _ := strings.Cut(target, "?")
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: path, RawQueryString: query,
		Headers: map[string]string{"host": "lab.example", "x-forwarded-proto": "https"}, Body: body,
	}
	event.RequestContext.DomainName = "lab.example"
	event.RequestContext.Stage = "$default"
	event.RequestContext.RequestID = "test"
	event.RequestContext.HTTP.Method = method
	event.RequestContext.HTTP.Path = path
	event.RequestContext.HTTP.Protocol = "HTTP/1.1"
	return event
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string

	t testing.TB
}

// Want fails the test unless the answer has the status.
func (a *Answer) Want(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("status %d, want %d:\n%s", a.Status, status, a.Body)
	}
	return a
}

// Says fails the test unless the page's text has each of the words.
func (a *Answer) Says(words ...string) *Answer {
	a.t.Helper()
	text := a.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			a.t.Errorf("the page %q does not say %q: %.2000s", a.Title(), w, text)
		}
	}
	return a
}

// SaysNot fails the test if the page's text has one of the words.
func (a *Answer) SaysNot(words ...string) *Answer {
	a.t.Helper()
	text := a.Text()
	for _, w := range words {
		if before, after, found := strings.Cut(text, w); found {
			a.t.Errorf("the page %q says %q: ...%s%s%.60s...", a.Title(), w, before[max(0, len(before)-60):], w, after)
		}
	}
	return a
}

// Elements returns the elements with the tag, in the page's order.
func (a *Answer) Elements(tag string) []*html.Node {
	a.t.Helper()
	doc, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		a.t.Fatalf("parsing the page: %v", err)
	}
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			found = append(found, n)
		}
	}
	return found
}

// Attr returns an attribute of an element and whether it has it.
func Attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// TextOf returns the text in an element, with white space collapsed.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		} else if d.Type == html.ElementNode {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Text returns the text of the page's body.
func (a *Answer) Text() string {
	a.t.Helper()
	for _, body := range a.Elements("body") {
		return TextOf(body)
	}
	return a.Body
}

// Title returns the title of the window.
func (a *Answer) Title() string {
	a.t.Helper()
	for _, title := range a.Elements("title") {
		return TextOf(title)
	}
	return ""
}

// Links returns where the page's links and its stylesheet lead.
func (a *Answer) Links() []string {
	a.t.Helper()
	var found []string
	for _, tag := range []string{"link", "a"} {
		for _, n := range a.Elements(tag) {
			if href, ok := Attr(n, "href"); ok {
				found = append(found, href)
			}
		}
	}
	return found
}

// Fields returns what a browser would post if it pressed the form's first
// button at once: the page's inputs, selects and textareas with their values.
func (a *Answer) Fields() url.Values {
	a.t.Helper()
	form := url.Values{}
	for _, n := range a.Elements("input") {
		name, ok := Attr(n, "name")
		kind, _ := Attr(n, "type")
		_, checked := Attr(n, "checked")
		if value, _ := Attr(n, "value"); ok && (checked || kind != "checkbox" && kind != "radio") {
			form.Add(name, value)
		}
	}
	for _, n := range a.Elements("textarea") {
		if name, ok := Attr(n, "name"); ok && n.FirstChild != nil {
			form.Add(name, n.FirstChild.Data)
		} else if ok {
			form.Add(name, "")
		}
	}
	for _, n := range a.Elements("select") {
		name, ok := Attr(n, "name")
		if !ok {
			continue
		}
		chosen, first := "", true
		for o := range n.Descendants() {
			if o.Type != html.ElementNode || o.Data != "option" {
				continue
			}
			value, _ := Attr(o, "value")
			if _, selected := Attr(o, "selected"); selected || first {
				chosen, first = value, false
			}
		}
		form.Add(name, chosen)
	}
	return form
}
