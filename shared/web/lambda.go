package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"livinglab/shared/locale"
)

// MaxBody is the size in bytes of the largest body that is read.
const MaxBody = 64 << 10

// Handler turns an API Gateway HTTP API event (payload 2.0) into a call of the
// mux and its answer into the event's response. It never returns an error:
// whatever a client sends is answered with a page or with JSON, so an alarm on
// the function's errors cannot be rung from outside.
func Handler(pages *Pages, mux *http.ServeMux) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		ctx, cancel := leavingTime(ctx)
		defer cancel()
		r := newRequest(ctx, event)
		w := pages.serve(r, event, mux)
		return w.event(r), nil
	}
}

// timeToAnswer is kept of the function's time for telling a person that something
// took too long.
const timeToAnswer = 2 * time.Second

// leavingTime ends the work on a request in time to answer it: when the function's
// own time is over there is nobody left to do so.
func leavingTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-timeToAnswer))
}

// serve answers one request. Nothing has left before the handler is done, so a
// panic discards what it wrote.
func (p *Pages) serve(r *http.Request, event events.APIGatewayV2HTTPRequest, mux *http.ServeMux) (w *response) {
	w = newResponse(r)
	defer func() {
		if v := recover(); v != nil {
			logPanic(r.Context(), v)
			w = newResponse(r)
			p.Fail(w, r, failed)
		}
	}()
	body, err := readBody(event)
	if err != nil {
		p.Fail(w, r, err)
		return w
	}
	r.Body, r.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		r.Body = bodyReader{bytes.NewReader(body)}
	}
	p.route(w, r, mux)
	return w
}

// readBody returns the decoded body. What is too long is refused by its length
// alone, before anything is decoded.
func readBody(event events.APIGatewayV2HTTPRequest) ([]byte, error) {
	size := len(event.Body)
	if event.IsBase64Encoded {
		unpadded := strings.TrimRight(event.Body[max(0, size-2):], "=")
		size = base64.RawStdEncoding.DecodedLen(max(0, size-2) + len(unpadded))
	}
	if size > MaxBody {
		return nil, tooLarge
	}
	if !event.IsBase64Encoded {
		return []byte(event.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return nil, unreadable
	}
	return body, nil
}

// bodyReader is a body in memory.
type bodyReader struct{ *bytes.Reader }

func (bodyReader) Close() error { return nil }

// requestKey finds the facts of a request in its context.
type requestKey struct{}

// facts is what a request brings beside its HTTP form.
type facts struct {
	now  time.Time
	lang locale.Lang
}

// newRequest builds the request without its body. No input makes it fail: a
// path that cannot be unescaped is taken as it stands and leads nowhere.
func newRequest(ctx context.Context, event events.APIGatewayV2HTTPRequest) *http.Request {
	about := event.RequestContext.HTTP
	u := &url.URL{Path: event.RawPath, RawQuery: event.RawQueryString}
	if path, err := url.PathUnescape(event.RawPath); err == nil {
		u.Path, u.RawPath = path, event.RawPath
	}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path, u.RawPath = "/"+u.Path, ""
	}
	header := make(http.Header, len(event.Headers)+1)
	for name, value := range event.Headers {
		header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	host := header.Get("Host")
	if host == "" {
		host = event.RequestContext.DomainName
	}
	r := &http.Request{
		Method: about.Method, URL: u, RequestURI: u.RequestURI(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Host: host, RemoteAddr: about.SourceIP, Body: http.NoBody,
	}
	return r.WithContext(context.WithValue(ctx, requestKey{}, facts{
		now:  time.UnixMilli(event.RequestContext.TimeEpoch).UTC(),
		lang: negotiate(r),
	}))
}

// response collects an answer.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// newResponse returns an empty answer with the headers that all answers have.
func newResponse(r *http.Request) *response {
	w := &response{header: make(http.Header, 16)}
	setHeaders(w.header)
	rememberLang(w.header, r)
	return w
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// event returns the answer as the gateway wants it.
func (w *response) event(r *http.Request) events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	w.validate(r)
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: make(map[string]string, len(w.header))}
	for name, values := range w.header {
		if name == "Set-Cookie" {
			out.Cookies = values
			continue
		}
		out.Headers[name] = strings.Join(values, ", ")
	}
	switch body := w.body.Bytes(); {
	case r.Method == http.MethodHead:
	case utf8.Valid(body):
		out.Body = string(body)
	default:
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return out
}

// logPanic says where it happened. The value itself may quote what a person
// typed: only the runtime's own errors are printed, of others the type.
func logPanic(ctx context.Context, v any) {
	text := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		text = err.Error()
	}
	slog.ErrorContext(ctx, "handler panicked", "panic", text, "stack", string(debug.Stack()))
}
