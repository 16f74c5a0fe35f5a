package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/clock"
	"livinglab/infra/local/mailbox"
	"livinglab/infra/local/runtime"
	"livinglab/infra/local/schedule"
	"livinglab/infra/local/ses"
	"livinglab/infra/local/store"
	"livinglab/infra/local/stream"
)

var nine = time.Date(2020, 11, 2, 9, 0, 0, 0, clock.Tokyo)

// newConsole returns the console of a stack whose clock stands still and whose
// one function is never started: ticks are answered with null.
func newConsole(t *testing.T) *Console {
	t.Helper()
	c := &Console{Clock: clock.New(nine), Running: t.Context().Done(), Moved: func() {}, Streams: func() []stream.Status { return nil }}
	c.Clock.Freeze(true)
	var err error
	if c.Mailbox, err = mailbox.Open(""); err != nil {
		t.Fatal(err)
	}
	if c.Store, err = store.New("http://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	c.SES = ses.New(c.Mailbox, c.Clock.Now)
	every, err := schedule.ParseExpression("rate(1 minute)", "")
	if err != nil {
		t.Fatal(err)
	}
	c.Scheduler = schedule.New(c.Clock, schedule.Task{Name: "Minute", Function: "remind", Expression: every})
	c.Scheduler.Invoke = func(context.Context, string, []byte) ([]byte, error) { return []byte("null"), nil }
	c.Runtime = runtime.New(runtime.Function{Name: "remind"})
	t.Cleanup(c.Runtime.Stop)
	log := filepath.Join(t.TempDir(), "remind.log")
	if err := os.WriteFile(log, []byte("it said so\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.Functions = []Function{{Name: "remind", ID: "RemindFunction", Log: log}}
	c.Experiments = []Sampled{{ID: "first", Title: "架空の実証"}, {ID: "second", Title: "もう一つの架空の実証"}}
	released := map[string]bool{}
	c.Sample = func(_ context.Context, experiment string) (bool, error) {
		fresh := !released[experiment]
		released[experiment] = true
		return fresh, nil
	}
	return c
}

func (c *Console) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w
}

func TestRoutesTakeJSON(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string // JSON
	}{
		{"GET", "/_local/clock", "", 200, `{"now":"2020-11-02T09:00:00+09:00","frozen":true}`},
		{"POST", "/_local/clock", `{"advance":"90m"}`, 200, `{"now":"2020-11-02T10:30:00+09:00","frozen":true,"fired":90,"failed":0}`},
		{"POST", "/_local/clock", `{"now":"2020-11-02T02:00:00Z"}`, 200, `{"now":"2020-11-02T11:00:00+09:00","frozen":true,"fired":30,"failed":0}`},
		{"POST", "/_local/clock", `{"now":"2020-11-02T10:59:59+09:00"}`, 409, `{"error":"the clock only goes forward"}`},
		{"POST", "/_local/clock", `{"advance":"-1h"}`, 409, `{"error":"the clock only goes forward"}`},
		{"POST", "/_local/clock", `{}`, 400, `{"error":"give advance, now or frozen"}`},
		{"POST", "/_local/clock", `{"forward":"1h"}`, 400, `{"error":"there is no field \"forward\", there are advance, now, frozen"}`},
		{"POST", "/_local/ses", `{"mode":"throttle"}`, 200, `{"mode":"throttle","rate":14,"events":"prompt"}`},
		{"POST", "/_local/ses", `{"rate":2,"events":"never"}`, 200, `{"mode":"throttle","rate":2,"events":"never"}`},
		{"POST", "/_local/ses", `{"mode":"gone"}`, 400, `{"error":"there is no mode \"gone\""}`},
		{"POST", "/_local/table", `{"mode":"conflict","rate":0.3}`, 200, `{"mode":"conflict","rate":0.3}`},
		{"POST", "/_local/table", `{"mode":"ok"}`, 200, `{"mode":"ok","rate":1}`},
		{"POST", "/_local/table", `{"mode":"conflict","rate":3}`, 400, `{"error":"a rate is between 0 and 1, not 3"}`},
		{"POST", "/_local/schedules", `{"name":"other","state":"off"}`, 404, `{"error":"there is no schedule \"other\""}`},
		{"POST", "/_local/schedules", `{"name":"Minute","repeat":11}`, 400, `{"error":"repeat is a number from 1 to 10, not \"11\""}`},
		{"POST", "/_local/functions/RemindFunction/kill", "", 200, `{"killed":0}`},
		{"POST", "/_local/functions/other/kill", "", 404, `{"error":"there is no function \"other\""}`},
		{"POST", "/_local/sample", "", 200, `{"results":"/first/results","fresh":true}`},
		{"POST", "/_local/sample", `{"experiment":"second"}`, 200, `{"results":"/second/results","fresh":true}`},
		{"POST", "/_local/sample", `{"experiment":"first"}`, 200, `{"results":"/first/results","fresh":false}`},
		{"POST", "/_local/sample", `{"experiment":"third"}`, 404, `{"error":"there is no experiment \"third\""}`},
		{"GET", "/_local/mail?format=json", "", 200, `[]`},
	} {
		w := c.ask(step.method, step.path, step.body)
		var got, want any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Errorf("%s: %v", w.Body, err)
		}
		if err := json.Unmarshal([]byte(step.want), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || w.Code != step.status {
			t.Errorf("%s %s %s: %d %s", step.method, step.path, step.body, w.Code, diff)
		}
	}
}

func TestASchedulesSwitchesAreTold(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	w := c.ask("POST", "/_local/schedules", `{"name":"RemindFunction","state":"off","repeat":3,"delay":"10m"}`)
	var got []scheduleState
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	want := []scheduleState{{Name: "Minute", Function: "remind", Expression: "rate(1 minute)", State: "off", Repeat: 3, Delay: "10m0s"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheFormsOfThePageLeadBackToIt(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	for path, form := range map[string]string{
		"/_local/clock":                 "now=2020-11-06T19%3A30",
		"/_local/ses":                   "mode=paused&rate=1.5&events=late",
		"/_local/table":                 "mode=throttle&rate=",
		"/_local/schedules":             "name=Minute&state=on&repeat=2&delay=1m",
		"/_local/functions/remind/kill": "",
	} {
		w := c.ask("POST", path, form, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html,*/*", "Referer", "http://localhost/_local/mail")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/_local/mail" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if now := c.Clock.Now(); !now.Equal(time.Date(2020, 11, 6, 19, 30, 0, 0, clock.Tokyo)) {
		t.Errorf("the clock stands at %v", now)
	}
	if diff := cmp.Diff(ses.Settings{Mode: ses.Paused, Rate: 1.5, Events: ses.Late}, c.SES.Settings()); diff != "" {
		t.Error(diff)
	}
	w := c.ask("POST", "/_local/sample", "experiment=second", "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html,*/*", "Referer", "http://localhost/_local/")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/second/results" {
		t.Errorf("the sample leads to %q, %d %s", w.Header().Get("Location"), w.Code, w.Body)
	}
	// curl -d says that JSON is a form.
	if w := c.ask("POST", "/_local/ses", `{"mode":"ok"}`, "Content-Type", "application/x-www-form-urlencoded"); w.Code != 200 || c.SES.Settings().Mode != ses.OK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	w := c.ask("POST", "/_local/clock", "advance=1h", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
	if w.Code != http.StatusForbidden || !c.Clock.Now().Equal(nine) {
		t.Errorf("%d, and the clock stands at %v", w.Code, c.Clock.Now())
	}
}

func TestThePagesShowWhatThereIs(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.Streams = func() []stream.Status {
		return []stream.Status{{Source: stream.Source{Name: "NewMail", Function: "remind"}, Records: 7, Batches: 5, Failed: 1}}
	}
	if body := c.ask("GET", "/_local/", "").Body.String(); !strings.Contains(body, "No mail yet") || !strings.Contains(body, "Mon 2 Nov 2020, 09:00:00") {
		t.Error(body)
	}
	for _, id := range []string{"first", "second"} {
		err := c.Mailbox.Put(mailbox.Stored{
			Envelope: mailbox.Envelope{ID: id, To: []string{"hanako@example.jp"}, Accepted: nine, Tags: map[string]string{"kind": "acknowledgement"}},
			Raw: []byte("Subject: " + id + "\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n" +
				"--x\r\n\r\nText <b> http://localhost:8080/me/a.b\r\n--x\r\nContent-Type: text/html\r\n\r\n<p onclick=\"x\">HTML</p>\r\n--x--\r\n"),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, wanted := range map[string][]string{
		"/_local/":                     {`href="/_local/mail/second"`, "acknowledgement", "rate(1 minute)", `href="/_local/functions/remind/log"`, "架空データ", "made-up data", `name="experiment" value="second"`, "<strong>remind</strong> (NewMail): 7 records in 5 batches"},
		"/_local/mail":                 {`href="/_local/mail/first"`, "hanako@example.jp"},
		"/_local/mail/first":           {`<a href="http://localhost:8080/me/a.b">`, "Text &lt;b&gt;", `srcdoc="&lt;base target=&#34;_top&#34;&gt;&lt;p onclick=`, `sandbox="allow-top-navigation-by-user-activation"`},
		"/_local/mail/first.eml":       {"Subject: first\r\n"},
		"/_local/functions/remind/log": {"it said so"},
	} {
		w := c.ask("GET", path, "")
		for _, part := range wanted {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: %q is not in %s", path, part, w.Body)
			}
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || w.Code != 200 {
			t.Errorf("%s: %d, policy %q", path, w.Code, policy)
		}
	}
	list := c.ask("GET", "/_local/mail", "").Body.String()
	if strings.Index(list, "mail/second") > strings.Index(list, "mail/first") {
		t.Error("the newest mail is not the first on the page")
	}
	var mails []mailbox.Mail
	if err := json.Unmarshal(c.ask("GET", "/_local/mail?format=json", "").Body.Bytes(), &mails); err != nil || len(mails) != 2 || mails[0].ID != "first" {
		t.Errorf("%v %+v", err, mails)
	}
	for _, path := range []string{"/_local/mail/third", "/_local/mail/third.eml", "/_local/functions/other/log", "/_local/other"} {
		if w := c.ask("GET", path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
