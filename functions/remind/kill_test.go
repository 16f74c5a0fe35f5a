package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/mail/sending"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

// variant is the sender, or one that is written wrongly in a way that a proof has
// to notice. What is wrong about it is done on the way to the services, so that
// the function itself has no such switch.
type variant struct {
	name    string
	shows   sestest.Answer                                 // of SES, with which the fault is bound to show
	rewrite func(faulty.Request) []byte                    // of requests to the table
	sesBase func(base http.RoundTripper) http.RoundTripper // of requests to SES
}

var (
	asWritten = variant{name: "as it is written"}

	// broken are the variants that the same proof must refute.
	broken = []variant{
		{name: "an attempt that never reported is sent again", shows: sestest.Accept, rewrite: edit(`"the attempt never reported"`, func(values map[string]map[string]string) {
			values[":to"]["S"] = string(table.Pending)
			values[":list"]["S"] = strings.Replace(values[":list"]["S"], "unknown", "due", 1)
		}, false)},
		{name: "a claim has no condition", shows: sestest.Accept, rewrite: edit(`":sending"`, func(map[string]map[string]string) {}, true)},
		{name: "a 5xx of SES is tried again", shows: sestest.AcceptError500, sesBase: func(base http.RoundTripper) http.RoundTripper { return again{base} }},
	}
)

// edit rewrites the updates that hold a text: their values, or their condition away.
func edit(having string, values func(map[string]map[string]string), unconditional bool) func(faulty.Request) []byte {
	return func(r faulty.Request) []byte {
		if r.Operation != "UpdateItem" || !strings.Contains(string(r.Body), having) {
			return r.Body
		}
		var update map[string]json.RawMessage
		var all map[string]json.RawMessage
		if err := errors.Join(json.Unmarshal(r.Body, &update), json.Unmarshal(update["ExpressionAttributeValues"], &all)); err != nil {
			return r.Body
		}
		texts := map[string]map[string]string{}
		for name, value := range all {
			var text map[string]string
			if json.Unmarshal(value, &text) == nil {
				texts[name] = text
			}
		}
		values(texts)
		for name, text := range texts {
			all[name], _ = json.Marshal(text)
		}
		if unconditional {
			delete(update, "ConditionExpression")
			for _, unused := range []string{":pending", ":now", ":before"} { // DynamoDB refuses values that stand nowhere
				delete(all, unused)
			}
			var names map[string]string
			_ = json.Unmarshal(update["ExpressionAttributeNames"], &names)
			delete(names, "#due")
			delete(names, "#notAfter")
			update["ExpressionAttributeNames"], _ = json.Marshal(names)
		}
		update["ExpressionAttributeValues"], _ = json.Marshal(all)
		body, err := json.Marshal(update)
		if err != nil {
			return r.Body
		}
		return body
	}
}

// again sends a request once more after a 5xx.
type again struct{ base http.RoundTripper }

func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	send := func() (*http.Response, error) {
		copied := r.Clone(r.Context())
		copied.Body = io.NopCloser(strings.NewReader(string(body)))
		return a.base.RoundTrip(copied)
	}
	response, err := send()
	if err == nil && response.StatusCode >= 500 {
		_ = response.Body.Close()
		return send()
	}
	return response, err
}

// process is a fresh process of a variant of the function.
func (w *world) process(v variant, faults ...faulty.Fault) (*handler, *faulty.Transport) {
	w.Helper()
	h, transport := w.watched(faults...)
	transport.Rewrite = v.rewrite
	if v.sesBase != nil {
		h.sender = sending.New(sending.Client(tabletest.Config(v.sesBase(http.DefaultTransport)), func(o *ses.Options) {
			o.BaseEndpoint = aws.String(w.ses.URL)
		}), "lab")
	}
	return h, transport
}

// timing is when SES's own events arrive.
type timing string

const (
	prompt timing = "prompt" // before the answer to the request
	late   timing = "late"   // ten minutes after
	never  timing = "never"
)

// disturbance is what happens at the n-th request of a run to the table.
type disturbance string

const (
	killedBefore disturbance = "killed before"
	killedAfter  disturbance = "killed after"
	overtaken    disturbance = "overtaken before" // by a whole run of another worker
)

// trial is one way in which a mail may fare.
type trial struct {
	answer sestest.Answer
	events timing
	how    disturbance
}

var answers = map[sestest.Answer]string{
	sestest.Accept: "accept", sestest.AcceptNoAnswer: "accept-no-answer", sestest.AcceptError500: "accept-error500",
	sestest.Error500: "error500", sestest.Throttle: "throttle", sestest.Reject: "reject", sestest.Quota: "quota", sestest.Paused: "paused",
}

func (tr trial) String() string {
	return fmt.Sprintf("SES %s, events %s, %s", answers[tr.answer], tr.events, tr.how)
}

// trials are all of them: SES tells only of what it has accepted.
func trials() []trial {
	var all []trial
	for answer := range answers {
		for _, events := range []timing{prompt, late, never} {
			if answer > sestest.AcceptError500 && events != never {
				continue
			}
			for _, how := range []disturbance{killedBefore, killedAfter, overtaken} {
				all = append(all, trial{answer, events, how})
			}
		}
	}
	slices.SortFunc(all, func(a, b trial) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// The promise of the ledger, for every request of a run to the table at which it
// may be disturbed, every answer of SES, and events prompt, late and never: at most
// one copy of a mail is accepted; the mail ends, sent or failed, or is on the list of
// those that staff decide about; what is sent was accepted; what SES tells of is sent.
func TestWhateverHappensAMailIsSentOnceAndEnds(t *testing.T) {
	t.Parallel()
	steps := stepsOfATick(t)
	t.Logf("a tick with one mail makes %d requests to the table; %d trials at each", steps, len(trials()))
	var tried atomic.Int32
	t.Cleanup(func() { t.Logf("%d mails were tried", tried.Load()) })
	for _, tr := range trials() {
		t.Run(tr.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for n := 1; n <= steps; n++ {
				tried.Add(1)
				if problem := w.try(asWritten, tr, n); problem != "" {
					t.Errorf("%s request %d: %s", tr, n, problem)
				}
			}
		})
	}
}

// The same proof notices what is wrong with senders that are written wrongly.
func TestTheProofRefutesBrokenSenders(t *testing.T) {
	t.Parallel()
	steps := stepsOfATick(t)
	for _, v := range broken {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, tr := range trials() {
				if tr.answer != v.shows {
					continue
				}
				w := newWorld(t)
				for n := 1; n <= steps; n++ {
					if problem := w.try(v, tr, n); problem != "" {
						t.Logf("refuted: %s request %d: %s", tr, n, problem)
						return
					}
				}
			}
			t.Error("the proof takes it for right")
		})
	}
}

// stepsOfATick counts the requests to the table of a tick with one mail, in a
// process that does not know yet what is done.
func stepsOfATick(t *testing.T) int {
	t.Helper()
	w := newWorld(t)
	_, _ = w.tick(w.function())
	w.apply("a@example.jp")
	h, transport := w.watched()
	if _, err := w.tick(h); err != nil {
		t.Fatal(err)
	}
	return len(transport.Requests())
}

// try has one mail sent while the n-th request is disturbed, and lets two hours
// pass in which SES is well. It returns how the promise was broken, if it was.
func (w *world) try(v variant, tr trial, n int) string {
	w.Helper()
	var mu sync.Mutex // SES and the test are at it at once
	var events []table.Feedback
	at := w.now.Add(time.Minute)
	w.ses.OnAccept(func(m sestest.Mail) {
		mu.Lock()
		defer mu.Unlock()
		told := table.Feedback{Person: m.Tags["person"], Mail: m.Tags["mail"], Message: m.ID, Accepted: at, At: at}
		if tr.events == prompt {
			w.tell(told)
		}
		events = append(events, told)
	})
	w.ses.Always(sestest.Accept)
	w.mails = nil
	w.apply(fmt.Sprintf("p%d-%d@example.jp", w.now.UnixNano(), n))
	w.ses.Always(tr.answer)
	w.now = w.now.Add(time.Minute)
	h, _ := w.process(v, w.disturb(v, tr.how, n))
	_, _ = h.remind(w.Context(), event{ScheduledTime: w.now})
	w.ses.Always(sestest.Accept)
	for i, later := range []time.Duration{3 * time.Minute, 9 * time.Minute, 2 * time.Hour} {
		w.now = w.now.Add(later)
		if tr.events == late && i == 1 {
			mu.Lock()
			for _, told := range events {
				w.tell(told)
			}
			mu.Unlock()
		}
		h, _ := w.process(v)
		if _, err := h.remind(w.Context(), event{ScheduledTime: w.now}); err != nil {
			return "a later tick: " + err.Error()
		}
	}
	return w.broken(tr)
}

func (w *world) tell(f table.Feedback) {
	if _, err := w.table.MarkSent(context.WithoutCancel(w.Context()), f); err != nil {
		w.Errorf("telling of a mail: %v", err)
	}
}

// disturb makes the fault of a disturbance.
func (w *world) disturb(v variant, how disturbance, n int) faulty.Fault {
	switch how {
	case killedBefore:
		return faulty.KillBefore(n)
	case killedAfter:
		return faulty.KillAfter(n)
	}
	return func(r faulty.Request) faulty.Effect {
		if r.N == n {
			other, _ := w.process(v)
			_, _ = other.remind(w.Context(), event{ScheduledTime: w.now})
		}
		return faulty.None
	}
}

// broken says how the promise of the ledger was broken; nothing if it was kept.
func (w *world) broken(tr trial) string {
	copies := w.ses.Copies()
	for id, m := range w.states() {
		switch n := copies[id]; {
		case n > 1:
			return fmt.Sprintf("%d copies were accepted of a mail that is %s", n, m.State)
		case m.State == table.Sent && n != 1:
			return fmt.Sprintf("a mail is sent, of which SES has %d", n)
		case m.State == table.Failed && (n != 0 || tr.answer != sestest.Reject):
			return fmt.Sprintf("a mail failed, of which SES has %d", n)
		case m.State == table.Pending, m.State == table.Sending:
			return fmt.Sprintf("a mail is still %s", m.State)
		case m.State == table.Unknown && m.List == "":
			return "a doubtful mail is on no list"
		case m.State == table.Unknown && n == 1 && tr.events != never:
			return "SES has told of a mail that is still unknown"
		}
	}
	return ""
}

// The table's own failures lose and double nothing either.
func TestTheTablesFailuresLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range 8 {
				w.apply(fmt.Sprintf("p%d@example.jp", i))
			}
			random := seeded(seed)
			for range 4 {
				_, _ = w.tick(w.function(faulty.Sometimes(random, 0.3,
					faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.NoAnswer)))
			}
			for range 4 {
				w.now = w.now.Add(4 * time.Minute)
				if _, err := w.tick(w.function()); err != nil {
					t.Fatal(err)
				}
			}
			if problem := w.broken(trial{answer: sestest.Accept, events: never}); problem != "" {
				t.Error(problem)
			}
		})
	}
}

var linkPattern = regexp.MustCompile(`https://lab\.example/me/([A-Za-z0-9_-]+)`)

// linkIn finds the private link in a raw message.
func linkIn(t *testing.T, raw string) table.Segment {
	t.Helper()
	found := linkPattern.FindStringSubmatch(textOf(t, raw))
	if found == nil {
		t.Fatal("the mail holds no link")
	}
	segment, err := table.ParseSegment(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return segment
}

func contextWithin(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}
