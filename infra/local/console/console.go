// Package console is what the local stack shows and lets do under /_local/: the
// mailbox, the clock, and switches for everything that can go wrong. Its routes
// take JSON and the forms of its own page.
package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"livinglab/infra/local/clock"
	"livinglab/infra/local/mailbox"
	"livinglab/infra/local/runtime"
	"livinglab/infra/local/schedule"
	"livinglab/infra/local/ses"
	"livinglab/infra/local/store"
	"livinglab/infra/local/stream"
)

// Console shows and moves a running stack.
type Console struct {
	Clock     *clock.Clock
	Scheduler *schedule.Scheduler
	Mailbox   *mailbox.Mailbox
	SES       *ses.Server
	Store     *store.Store
	Runtime   *runtime.Runtime
	Streams   func() []stream.Status // which functions listen to the table
	Functions []Function
	DynamoDB  string          // address of the DynamoDB Local behind Store
	Table     string          // its name
	Running   <-chan struct{} // closed when the stack stops
	Moved     func()          // is called when the clock was moved

	Experiments []Sampled
	Sample      func(ctx context.Context, experiment string) (fresh bool, err error) // publishes made-up results unless there are any
}

// Function is a function as the page names it.
type Function struct {
	Name string // "site"
	ID   string // "SiteFunction"
	Log  string // file that it prints to
}

// Handler answers everything below /_local/. Pages of other sites cannot post
// to it.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_local/{$}", c.showHome)
	mux.HandleFunc("GET /_local", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/_local/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /_local/mail", c.showMails)
	mux.HandleFunc("GET /_local/mail/{file}", c.showMail)
	mux.HandleFunc("GET /_local/clock", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.time()) })
	mux.HandleFunc("POST /_local/clock", c.setClock)
	mux.HandleFunc("GET /_local/stack", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.about()) })
	mux.HandleFunc("GET /_local/ses", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.SES.Settings()) })
	mux.HandleFunc("POST /_local/ses", c.setSES)
	mux.HandleFunc("GET /_local/table", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.Store.Settings()) })
	mux.HandleFunc("POST /_local/table", c.setTable)
	mux.HandleFunc("GET /_local/schedules", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.schedules()) })
	mux.HandleFunc("POST /_local/schedules", c.setSchedule)
	mux.HandleFunc("GET /_local/functions/{name}/log", c.showLog)
	mux.HandleFunc("POST /_local/functions/{name}/kill", c.kill)
	mux.HandleFunc("POST /_local/sample", c.showSample)
	return http.NewCrossOriginProtection().Handler(secured(mux))
}

// secured lets mails and logs run nothing.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// clockState is the clock in JSON.
type clockState struct {
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"`
	Fired  *int   `json:"fired,omitempty"`  // invocations by schedules during a move
	Failed *int   `json:"failed,omitempty"` // of them
}

// stamp prints instants in JSON: with milliseconds if there are any.
func stamp(at time.Time) string { return at.In(clock.Tokyo).Format("2006-01-02T15:04:05.999Z07:00") }

func (c *Console) time() clockState {
	return clockState{Now: stamp(c.Clock.Now()), Frozen: c.Clock.Frozen()}
}

// setClock moves the clock forward, by a duration or to an instant, and stops
// it or lets it run.
// about is what the staff's command has to know to work with the stack.
func (c *Console) about() map[string]any {
	return map[string]any{"dynamodb": c.DynamoDB, "table": c.Table, "now": c.Clock.Now()}
}

func (c *Console) setClock(w http.ResponseWriter, r *http.Request) {
	posted, err := readFields(w, r, "advance", "now", "frozen")
	if err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	if posted["advance"] != "" && posted["now"] != "" || len(posted) == 0 {
		fail(w, r, http.StatusBadRequest, errors.New("give advance, now or frozen"))
		return
	}
	// Once the clock moves it arrives, whether or not somebody waits.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	go func() {
		select {
		case <-c.Running:
			cancel()
		case <-ctx.Done():
		}
	}()
	var moved *schedule.Moved
	if text := posted["frozen"]; text != "" {
		frozen, err := strconv.ParseBool(text)
		if err != nil {
			fail(w, r, http.StatusBadRequest, fmt.Errorf("frozen is true or false, not %q", text))
			return
		}
		c.Scheduler.Freeze(frozen)
	}
	if posted["advance"] != "" || posted["now"] != "" {
		result, err := c.move(ctx, posted)
		if err != nil {
			fail(w, r, statusOf(err), err)
			return
		}
		moved = &result
	}
	c.Moved()
	state := c.time()
	if moved != nil {
		state.Fired, state.Failed = &moved.Fired, &moved.Failed
	}
	done(w, r, state)
}

// errInput is a value that cannot be read.
var errInput = errors.New("not understood")

func (c *Console) move(ctx context.Context, posted fields) (schedule.Moved, error) {
	if text := posted["advance"]; text != "" {
		by, err := duration(text)
		if err != nil {
			return schedule.Moved{}, errors.Join(err, errInput)
		}
		return c.Scheduler.Advance(ctx, by)
	}
	to, err := instant(posted["now"])
	if err != nil {
		return schedule.Moved{}, errors.Join(err, errInput)
	}
	return c.Scheduler.Move(ctx, to)
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, errInput):
		return http.StatusBadRequest
	case errors.Is(err, schedule.ErrPast):
		return http.StatusConflict
	}
	return http.StatusServiceUnavailable
}

func (c *Console) setSES(w http.ResponseWriter, r *http.Request) {
	posted, err := readFields(w, r, "mode", "rate", "events")
	change := ses.Settings{Mode: ses.Mode(posted["mode"]), Events: ses.Timing(posted["events"])}
	if err == nil {
		change.Rate, err = number(posted["rate"], 0)
	}
	if err == nil {
		err = c.SES.Set(change)
	}
	if err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	done(w, r, c.SES.Settings())
}

// setTable changes what the functions see of the table. Without a rate every
// request fares so.
func (c *Console) setTable(w http.ResponseWriter, r *http.Request) {
	posted, err := readFields(w, r, "mode", "rate")
	change := store.Settings{Mode: posted["mode"]}
	if err == nil {
		change.Rate, err = number(posted["rate"], 1)
	}
	if err == nil {
		err = c.Store.Set(change)
	}
	if err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	done(w, r, c.Store.Settings())
}

func number(text string, otherwise float64) (float64, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return n, nil
}

// scheduleState is a schedule in JSON.
type scheduleState struct {
	Name       string `json:"name"`
	Function   string `json:"function"`
	Expression string `json:"expression"`
	State      string `json:"state"`
	Repeat     int    `json:"repeat"`
	Delay      string `json:"delay"`
	Next       string `json:"next,omitempty"`
	Last       string `json:"last,omitempty"`
	Answer     string `json:"answer,omitempty"` // to the last one
	Fired      int    `json:"fired"`
	Failed     int    `json:"failed"`
}

func (c *Console) schedules() []scheduleState {
	all := []scheduleState{}
	for _, s := range c.Scheduler.List() {
		state := scheduleState{
			Name: s.Name, Function: s.Function, Expression: s.Expression.String(), State: "on",
			Repeat: max(1, s.Repeat), Delay: s.Delay.String(), Answer: s.Answer, Fired: s.Fired, Failed: s.Failed,
		}
		if s.Off {
			state.State = "off"
		}
		if !s.Next.IsZero() {
			state.Next = stamp(s.Next)
		}
		if !s.Last.IsZero() {
			state.Last = stamp(s.Last)
		}
		all = append(all, state)
	}
	return all
}

// setSchedule changes the schedule of a name, or all those of a function. What
// is not named stays as it is.
func (c *Console) setSchedule(w http.ResponseWriter, r *http.Request) {
	posted, err := readFields(w, r, "name", "state", "repeat", "delay")
	var repeat int
	var delay time.Duration
	if err == nil && posted["state"] != "" && posted["state"] != "on" && posted["state"] != "off" {
		err = fmt.Errorf("the state is on or off, not %q", posted["state"])
	}
	if text := posted["repeat"]; err == nil && text != "" {
		if repeat, err = strconv.Atoi(text); err != nil || repeat < 1 || repeat > runtime.Limit {
			err = fmt.Errorf("repeat is a number from 1 to %d, not %q", runtime.Limit, text)
		}
	}
	if text := posted["delay"]; err == nil && text != "" {
		if delay, err = duration(text); err == nil && delay < 0 {
			err = errors.New("a delay is not negative")
		}
	}
	if err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	found := c.Scheduler.Change(c.functionName(posted["name"]), func(t *schedule.Task) {
		if posted["state"] != "" {
			t.Off = posted["state"] == "off"
		}
		if posted["repeat"] != "" {
			t.Repeat = repeat
		}
		if posted["delay"] != "" {
			t.Delay = delay
		}
	})
	if !found {
		fail(w, r, http.StatusNotFound, fmt.Errorf("there is no schedule %q", posted["name"]))
		return
	}
	done(w, r, c.schedules())
}

// functionName lets functions be called by their logical ids too.
func (c *Console) functionName(name string) string {
	for _, f := range c.Functions {
		if strings.EqualFold(f.ID, name) || strings.EqualFold(f.Name, name) {
			return f.Name
		}
	}
	return name
}

func (c *Console) kill(w http.ResponseWriter, r *http.Request) {
	if _, err := readFields(w, r); err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	killed, err := c.Runtime.Kill(c.functionName(r.PathValue("name")))
	if err != nil {
		fail(w, r, http.StatusNotFound, err)
		return
	}
	done(w, r, map[string]int{"killed": killed})
}

// done answers a change: a form with the page that it came from, all others with
// the new state.
func done(w http.ResponseWriter, r *http.Request, state any) {
	if fromPage(r) {
		http.Redirect(w, r, back(r), http.StatusSeeOther)
		return
	}
	writeJSON(w, http.StatusOK, state)
}

// fromPage reports whether a browser posted a form.
func fromPage(r *http.Request) bool {
	return isForm(r) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// back is the page of the console that a form was on.
func back(r *http.Request) string {
	if from, err := url.Parse(r.Referer()); err == nil && strings.HasPrefix(from.Path, "/_local/") {
		return from.Path
	}
	return "/_local/"
}

func fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	if fromPage(r) {
		http.Error(w, err.Error(), status)
		return
	}
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		slog.Warn("an answer was not written", "error", err)
	}
}
