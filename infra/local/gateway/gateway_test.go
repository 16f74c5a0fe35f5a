package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/runtime"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// echoing returns a gateway whose function answers with what it was handed.
func echoing(routes ...Route) *Gateway {
	g := New(routes)
	g.Now = func() time.Time { return noon }
	g.Invoke = func(_ context.Context, function string, event []byte) ([]byte, error) {
		return json.Marshal(map[string]any{"function": function, "event": json.RawMessage(event)})
	}
	return g
}

// handed makes a request and returns who got it and what.
func handed(t *testing.T, g *Gateway, r *http.Request) (string, events.APIGatewayV2HTTPRequest) {
	t.Helper()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	var out struct {
		Function string
		Event    events.APIGatewayV2HTTPRequest
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return out.Function, out.Event
}

func TestTheMostSpecificRouteWins(t *testing.T) {
	t.Parallel()
	g := echoing(
		Route{Path: "$default", Open: true, Function: "default"},
		Route{Method: "ANY", Path: "/{proxy+}", Open: true, Function: "greedy any"},
		Route{Method: "GET", Path: "/{proxy+}", Open: true, Function: "greedy get"},
		Route{Method: "ANY", Path: "/{experiment}", Open: true, Function: "experiment"},
		Route{Method: "ANY", Path: "/{experiment}/apply", Open: true, Function: "apply"},
		Route{Method: "ANY", Path: "/notes/{note}", Open: true, Function: "note"},
		Route{Method: "ANY", Path: "/notes", Open: true, Function: "notes"},
		Route{Method: "POST", Path: "/notes", Open: true, Function: "new note"},
		Route{Method: "ANY", Path: "/", Open: true, Function: "home"},
		Route{Method: "ANY", Path: "/me/{link}/{action}", Open: true, Function: "action"},
	)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/", "home"},
		{"GET", "/notes", "notes"},
		{"POST", "/notes", "new note"},
		{"GET", "/shiojiri-2020", "experiment"},
		{"GET", "/shiojiri-2020/apply", "apply"},
		{"GET", "/notes/apply", "note"},
		{"DELETE", "/shiojiri-2020/apply", "apply"},
		{"GET", "/me/x/edit", "action"},
		{"GET", "/me/x%2Fy/edit", "action"},
		{"GET", "/me/x/y/edit", "greedy get"},
		{"PUT", "/me/x/y/edit", "greedy any"},
		{"GET", "/notes/", "greedy get"},
	} {
		if got, _ := handed(t, g, httptest.NewRequest(c.method, c.path, nil)); got != c.want {
			t.Errorf("%s %s led to %q, want %q", c.method, c.path, got, c.want)
		}
	}
	g = echoing(Route{Method: "GET", Path: "/a", Open: true, Function: "a"}, Route{Path: "$default", Open: true, Function: "default"})
	if got, e := handed(t, g, httptest.NewRequest(http.MethodPost, "/a", nil)); got != "default" || e.RouteKey != "$default" {
		t.Errorf("it led to %q by %q", got, e.RouteKey)
	}
}

func TestBodiesTravelAsTheyDoAtAWS(t *testing.T) {
	t.Parallel()
	g := echoing(Route{Path: "$default", Open: true, Function: "f"})
	for _, c := range []struct {
		contentType, body, want string
		encoded                 bool
	}{
		{"application/json", `{"a":"山"}`, `{"a":"山"}`, false},
		{"text/plain; charset=utf-8", "山", "山", false},
		{"application/x-www-form-urlencoded", "a=b", "YT1i", true},
		{"multipart/form-data; boundary=x", "--x--", "LS14LS0=", true},
		{"", "a", "YQ==", true},
		{"application/json", "\xff", "/w==", true}, // the very bytes, which JSON could not hold
		{"application/json", "", "", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.contentType)
		_, e := handed(t, g, r)
		if e.Body != c.want || e.IsBase64Encoded != c.encoded {
			t.Errorf("%q as %q came as %q, encoded %t", c.body, c.contentType, e.Body, e.IsBase64Encoded)
		}
	}
}

func TestTheEventTellsOfTheRequest(t *testing.T) {
	t.Parallel()
	g := echoing(Route{Method: "ANY", Path: "/{experiment}/receipt/{token}", Open: true, Function: "f"})
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/%E5%A1%A9%E5%B0%BB/receipt/t?lang=en&a=%2B", nil)
	r.RemoteAddr = "192.0.2.7:4711"
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	r.Header.Set("User-Agent", "made up")
	_, e := handed(t, g, r)
	got := []any{
		e.Version, e.RawPath, e.RawQueryString, e.PathParameters, e.QueryStringParameters, e.Headers["host"], e.Headers["x-forwarded-for"],
		e.Headers["x-forwarded-port"], e.RequestContext.DomainName, e.RequestContext.TimeEpoch, e.RequestContext.Time,
		e.RequestContext.HTTP.SourceIP, e.RequestContext.HTTP.UserAgent, e.RequestContext.HTTP.Path,
	}
	want := []any{
		"2.0", "/塩尻/receipt/t", "lang=en&a=%2B", map[string]string{"experiment": "塩尻", "token": "t"}, map[string]string{"lang": "en", "a": "+"}, "localhost:8080", "198.51.100.1, 192.0.2.7",
		"8080", "localhost", noon.UnixMilli(), "02/Nov/2020:03:00:00 +0000",
		"192.0.2.7", "made up", "/塩尻/receipt/t",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAFunctionAnswersBecomesTheResponse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer string
		err    error
		status int
		body   string
	}{
		{answer: `{"statusCode":404,"body":"no"}`, status: 404, body: "no"},
		{answer: `{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`, status: 200, body: "\x00\xff"},
		{answer: `{"statusCode":303,"headers":{"location":"/"}}`, status: 303},
		{answer: `{"a":1}`, status: 200, body: `{"a":1}`},
		{answer: `"a"`, status: 200, body: `"a"`},
		{answer: `null`, status: 500, body: `{"message":"Internal Server Error"}`},
		{answer: `not JSON`, status: 500, body: `{"message":"Internal Server Error"}`},
		{answer: `{"statusCode":"200"}`, status: 200, body: `{"statusCode":"200"}`},
		{answer: `{"statusCode":7}`, status: 500, body: `{"message":"Internal Server Error"}`},
		{answer: `{"statusCode":200,"body":"?","isBase64Encoded":true}`, status: 500, body: `{"message":"Internal Server Error"}`},
		{err: &runtime.FunctionError{Type: "x"}, status: 500, body: `{"message":"Internal Server Error"}`},
		{err: runtime.ErrBusy, status: 503, body: `{"message":"Service Unavailable"}`},
	} {
		g := New([]Route{{Path: "$default", Open: true}})
		g.Now = func() time.Time { return noon }
		g.Invoke = func(context.Context, string, []byte) ([]byte, error) { return []byte(c.answer), c.err }
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%q %v: %d %q", c.answer, c.err, w.Code, w.Body)
		}
	}
}

func TestWhatIsTooMuchNeverReachesTheFunction(t *testing.T) {
	t.Parallel()
	g := New([]Route{{Path: "$default", Open: true}, {Method: "GET", Path: "/closed"}})
	g.Now = func() time.Time { return noon }
	g.Invoke = func(context.Context, string, []byte) ([]byte, error) {
		t.Error("the function was invoked")
		return nil, errors.New("invoked")
	}
	for path, c := range map[string]struct {
		method string
		size   int
		want   int
	}{
		"/11mb":   {"POST", 11 << 20, 413},
		"/5mb":    {"POST", 5 << 20, 413}, // as base64 more than Lambda takes
		"/closed": {"GET", 0, 403},
	} {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(c.method, path, bytes.NewReader(make([]byte, c.size))))
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", path, w.Code, c.want)
		}
	}
}

func TestAFunctionThatDoesNotAnswerInTimeIsGivenUp(t *testing.T) {
	t.Parallel()
	g := New([]Route{{Path: "$default", Open: true}})
	g.Now, g.Patience = func() time.Time { return noon }, 10*time.Millisecond
	g.Invoke = func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
