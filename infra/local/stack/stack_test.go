package stack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/stack"
)

func TestAFormReachesTheFunctionAsTheGatewayOfAWSHandsItOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	status, text := w.call(http.MethodPost, "/things/a%2Fb?x=1&x=2&y=%E5%B1%B1", "name=%E5%B1%B1",
		"Content-Type", "application/x-www-form-urlencoded", "Cookie", "lang=ja; theme=dark", "X-Made-Up", "1", "X-Made-Up", "2")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	got := []any{
		e.RouteKey, e.RawPath, e.RawQueryString, e.PathParameters, e.QueryStringParameters["x"], e.Cookies,
		e.Headers["x-made-up"], e.Headers["x-forwarded-proto"], e.Body, e.IsBase64Encoded,
		e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP, e.RequestContext.TimeEpoch,
	}
	want := []any{
		"ANY /things/{thing}", "/things/a/b", "x=1&x=2&y=%E5%B1%B1", map[string]string{"thing": "a/b"}, "1,2", []string{"lang=ja", "theme=dark"},
		"1,2", "http", "bmFtZT0lRTUlQjElQjE=", true,
		"POST", "127.0.0.1", stack.Beginning.UnixMilli(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, found := e.Headers["cookie"]; found {
		t.Error("the cookies are among the headers")
	}
}

func TestAnAnswerBringsItsCookiesHeadersAndBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	status, header, body := w.request(http.MethodGet, "/cookies", "")
	if diff := cmp.Diff([]string{"a=1; Path=/", "b=2"}, header["Set-Cookie"]); status != 201 || diff != "" || body != "\x00\x01\xff" || header.Get("X-Made-Up") != "yes" {
		t.Errorf("%d %q %s", status, body, diff)
	}
}

func TestARouteThatIsNotSaidToBePublicIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if status, text := w.call(http.MethodGet, "/closed", ""); status != http.StatusForbidden {
		t.Errorf("%d %s", status, text)
	}
}

func TestOfTheDevelopersEnvironmentOnlyThePathReachesAFunction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, variable := range ask[[]string](w, http.MethodGet, "/environment", "") {
		name, value, _ := strings.Cut(variable, "=")
		known := strings.HasPrefix(name, "AWS_") || slices.Contains([]string{"PATH", "LANG", "LAMBDA_TASK_ROOT", "_HANDLER", "TABLE", "SITE", "SET", "_X_AMZN_TRACE_ID"}, name)
		if !known {
			t.Errorf("it has %s", variable)
		}
		if name == "SITE" && value != w.URL {
			t.Errorf("the site is at %s, and the function believes %s", w.URL, value)
		}
	}
}

func TestWhateverAFunctionDoesTheNextRequestIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for path, want := range map[string]int{"/fail": 500, "/panic": 500, "/exit": 500, "/sleep?value=3s": 500} {
		if status, text := w.call(http.MethodGet, path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, text)
		}
		if status, text := w.call(http.MethodGet, "/", ""); status != http.StatusOK {
			t.Errorf("after %s: %d %s", path, status, text)
		}
	}
}

func TestNoMoreThanTenRequestsAreAnsweredAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *stack.Options) { o.Patience = 300 * time.Millisecond })
	var mu sync.Mutex
	var all sync.WaitGroup
	statuses := map[int]int{}
	for range 14 {
		all.Go(func() {
			status, _ := w.call(http.MethodGet, "/sleep?value=1500ms", "")
			mu.Lock()
			statuses[status]++
			mu.Unlock()
		})
	}
	all.Wait()
	if diff := cmp.Diff(map[int]int{200: 10, 503: 4}, statuses); diff != "" {
		t.Error(diff)
	}
	if n := len(w.Runtime.Processes()); n != 10 {
		t.Errorf("%d processes run, want 10", n)
	}
	// An idle process makes room for another function's.
	w.set("/_local/clock", `{"advance":"1m"}`)
	if ticks, n := w.items("tick "), len(w.Runtime.Processes()); len(ticks) != 1 || n != 10 {
		t.Errorf("%d ticks, %d processes", len(ticks), n)
	}
}

func TestKilledProcessesAreReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before := ask[int](w, http.MethodGet, "/pid", "")
	for _, name := range []string{"probe", "ProbeFunction"} {
		killed := ask[map[string]int](w, http.MethodPost, "/_local/functions/"+name+"/kill", "")
		if killed["killed"] == 0 {
			t.Errorf("%s: nothing was killed", name)
		}
		if now := ask[int](w, http.MethodGet, "/pid", ""); now == before {
			t.Errorf("%d still runs", now)
		}
	}
}

func TestAFunctionCanBeKilledInTheMiddleOfAnEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var all sync.WaitGroup
	all.Go(func() {
		if status, text := w.call(http.MethodGet, "/sleep?value=1900ms", ""); status != http.StatusInternalServerError {
			t.Errorf("%d %s", status, text)
		}
	})
	w.eventually("a process is busy", func() bool {
		for _, p := range w.Runtime.Processes() {
			if p.Busy && p.Events > 0 {
				return true
			}
		}
		return false
	})
	w.set("/_local/functions/probe/kill", "")
	all.Wait()
}

func TestTheFunctionsSeeTheTableAsTheyAreToldTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for mode, want := range map[string]string{
		"conflict": "TransactionConflictException", "throttle": "ProvisionedThroughputExceededException",
		"error500": "InternalServerError", "unreachable": "request send failed", "commit-no-answer": "request send failed",
	} {
		w.set("/_local/table", `{"mode":"`+mode+`"}`)
		status, text := w.call(http.MethodGet, "/write?value=item-"+mode, "")
		if status != http.StatusInternalServerError || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", mode, status, text)
		}
	}
	w.set("/_local/table", `{"mode":"conflict","rate":0}`)
	if status, text := w.call(http.MethodGet, "/write?value=item-ok", ""); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	w.set("/_local/table", `{"mode":"ok"}`)
	if diff := cmp.Diff([]string{"commit-no-answer", "ok"}, w.items("item-")); diff != "" {
		t.Error(diff)
	}
}

func TestADayPassesInTheTicksThatHadWorkToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	moved := ask[struct {
		Now    time.Time
		Fired  int
		Failed int
	}](w, http.MethodPost, "/_local/clock", `{"advance":"24h"}`)
	if !moved.Now.Equal(stack.Beginning.Add(24*time.Hour)) || moved.Fired != 4 || moved.Failed != 0 {
		t.Errorf("%+v", moved)
	}
	want := []string{"2020-11-02T00:01:00Z", "2020-11-02T06:01:00Z", "2020-11-02T12:01:00Z", "2020-11-02T18:01:00Z"}
	if diff := cmp.Diff(want, w.items("tick ")); diff != "" {
		t.Error(diff)
	}
}

func TestAMailLiesInTheMailboxAndItsEventsArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.set("/_local/ses", `{"events":"late"}`)
	if status, text := w.call(http.MethodGet, "/mail?value=bounce%2Bhanako@simulator.amazonses.com", ""); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	mails := ask[[]struct{ ID, To, Subject, Text string }](w, http.MethodGet, "/_local/mail?format=json", "")
	if len(mails) != 1 || mails[0].To != "bounce+hanako@simulator.amazonses.com" || mails[0].Subject != "probe" || mails[0].Text != "A made-up mail.\n" {
		t.Fatalf("%+v", mails)
	}
	if status, raw := w.call(http.MethodGet, "/_local/mail/"+mails[0].ID+".eml", ""); status != http.StatusOK || !strings.HasPrefix(raw, "From: lab@example.jp\r\n") {
		t.Errorf("%d %s", status, raw)
	}
	w.set("/_local/clock", `{"advance":"9m"}`)
	if got := w.items("event "); len(got) > 0 {
		t.Errorf("events came early: %s", got)
	}
	w.set("/_local/clock", `{"advance":"1m"}`)
	if diff := cmp.Diff([]string{"Bounce", "Send"}, w.items("event ")); diff != "" {
		t.Error(diff)
	}
}

func TestTimePassesByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *stack.Options) {
		o.Frozen = false
		o.Now = stack.Beginning.Add(59 * time.Second)
	})
	w.eventually("the minute's tick has arrived", func() bool {
		return cmp.Equal([]string{"2020-11-02T00:01:00Z"}, w.items("tick "))
	})
}

func TestWhatHappenedIsThereAgainAfterARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	persisting := func(o *stack.Options) { o.Data, o.DynamoDB = folder, "" }
	w := newWorld(t, persisting)
	if status, text := w.call(http.MethodGet, "/mail?value=hanako@example.jp", ""); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	w.set("/_local/clock", `{"advance":"30h"}`)
	ticks := w.items("tick ")
	if _, err := stack.Start(t.Context(), stack.Options{Root: "testdata/product", Data: folder}); err == nil || !strings.Contains(err.Error(), "another stack uses") {
		t.Errorf("a second stack got the same folder: %v", err)
	}
	w.Stop()

	w = newWorld(t, func(o *stack.Options) {
		persisting(o)
		o.Now = stack.Beginning.Add(time.Hour) // does not count any more
	})
	if now := w.Clock.Now(); !now.Equal(stack.Beginning.Add(30 * time.Hour)) {
		t.Errorf("the clock stands at %v", now)
	}
	if n := w.Mailbox.Count(); n != 1 {
		t.Errorf("%d mails lie in the mailbox, want 1", n)
	}
	if diff := cmp.Diff(ticks, w.items("tick ")); diff != "" || len(ticks) != 5 {
		t.Errorf("%d items: %s", len(ticks), diff)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { w.call(http.MethodGet, "/sleep?value=200ms", "") })
	}
	all.Wait()
	processes := w.Runtime.Processes()
	if len(processes) != 3 {
		t.Fatalf("%d processes, want 3", len(processes))
	}
	w.Stop()
	for _, p := range processes {
		if err := syscall.Kill(p.PID, 0); err == nil {
			t.Errorf("process %d of %s still runs", p.PID, p.Function)
		}
	}
	if response, err := http.Get(w.URL); err == nil {
		response.Body.Close()
		t.Error("the port still answers")
	}
}

func TestATakenPortIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	port, err := strconv.Atoi(w.URL[strings.LastIndex(w.URL, ":")+1:])
	if err != nil {
		t.Fatal(err)
	}
	_, err = stack.Start(t.Context(), stack.Options{Root: "testdata/product", Port: port})
	if want := fmt.Sprintf("PORT=%d", port+1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want a word of %s", err, want)
	}
}

// The staff's command works with what the stack tells of itself.
func TestTheStackTellsWhereItsTableIsAndWhatTimeItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	about := ask[struct {
		DynamoDB, Table string
		Now             time.Time
	}](w, http.MethodGet, "/_local/stack", "")
	if about.DynamoDB != w.DynamoDB || about.DynamoDB == "" || about.Table != w.Table || !about.Now.Equal(w.Clock.Now()) {
		t.Errorf("it tells %+v", about)
	}
}
