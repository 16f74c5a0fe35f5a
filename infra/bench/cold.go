package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// coldStart is how long a function takes from the start of its process, beside
// a bare Lambda. The times are medians, in milliseconds.
type coldStart struct {
	Function   string  `json:"function"`
	Event      string  `json:"event"`
	Bare       string  `json:"bare"`             // what the bare Lambda does with its event
	Init       float64 `json:"initMilliseconds"` // until it asks for an event
	BareInit   float64 `json:"bareInitMilliseconds"`
	InitRatio  float64 `json:"initRatio"`
	First      float64 `json:"firstAnswerMilliseconds"` // until it has answered the first one
	BareFirst  float64 `json:"bareFirstAnswerMilliseconds"`
	FirstRatio float64 `json:"firstAnswerRatio"`
	Runs       int     `json:"runs"`
}

// comparison is a function and the bare Lambdas that stand beside it.
type comparison struct {
	function string
	event    string
	status   int // of the answer; 0 for a function that answers no requests
	prepare  func(w *world) (event []byte, err error)
	beside   []beside
}

// beside is a bare Lambda: the value of BARE, and what that makes it do.
type beside struct{ bare, does string }

// comparisons are run in this order in every round: the mail that remind
// sends is the acknowledgement of the application before.
var comparisons = []comparison{
	{
		function: "site", event: "show the experiment", status: http.StatusOK,
		prepare: func(w *world) ([]byte, error) { return get(w.path(""), w.now) },
		beside:  []beside{{"page", "reads one item, answers with one line"}},
	},
	{
		function: "survey", event: "save a survey page, the first of all", status: http.StatusSeeOther,
		prepare: saveFirst,
		beside:  []beside{{"save", "reads one item, writes two in one transaction"}},
	},
	{
		function: "apply", event: "apply, new address", status: http.StatusSeeOther,
		prepare: applyNew,
		beside:  []beside{{"application", "puts five items in one transaction"}},
	},
	{
		function: "remind", event: "tick that sends one mail",
		prepare: func(w *world) ([]byte, error) {
			w.pass()
			return tick(w.now)
		},
		beside: []beside{
			{"mail", "reads one item, sends one mail"},
			{"tick", "makes the same eight and two calls"},
		},
	},
}

// times are those of one process.
type times struct{ init, first time.Duration }

// timed is a comparison with the times of its processes, those of the bare
// ones by the value of BARE.
type timed struct {
	comparison
	own   []times
	bares map[string][]times
}

// coldStarts starts every function and the bare ones beside it, over and over,
// so that whatever else the machine does meets all of them.
func (w *world) coldStarts(ctx context.Context, b binaries, runs int) ([]coldStart, error) {
	if err := w.deliver(); err != nil { // what others have left
		return nil, err
	}
	all := make([]timed, len(comparisons))
	for i, c := range comparisons {
		all[i] = timed{comparison: c, bares: map[string][]times{}}
	}
	for run := range runs + 1 {
		for i := range all {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := w.startBeside(b, &all[i]); err != nil {
				return nil, fmt.Errorf("starting %s: %w", all[i].function, err)
			}
			if run == 0 { // the first ones read the files from the disk
				all[i].own, all[i].bares = nil, map[string][]times{}
			}
		}
	}
	return compare(all), nil
}

// startBeside starts each bare Lambda and the function once.
func (w *world) startBeside(b binaries, t *timed) error {
	event, err := t.prepare(w)
	if err != nil {
		return err
	}
	for _, one := range t.beside {
		bare, _, err := w.startCold(b.bare, event, "BARE="+one.bare)
		if err != nil {
			return err
		}
		t.bares[one.bare] = append(t.bares[one.bare], bare)
	}
	own, answer, err := w.startCold(b.deployed[t.function], event)
	if err != nil {
		return err
	}
	t.own = append(t.own, own)
	o := operation{status: t.status}
	if t.status == 0 {
		o.mails = 1
	}
	return o.check(answer)
}

// startCold starts a process, has it handle one event, and ends it. It meets
// DynamoDB Local without the recorder between.
func (w *world) startCold(f function, event []byte, env ...string) (times, []byte, error) {
	p, err := start(f, append(w.environment(w.store), env...))
	if err != nil {
		return times{}, nil, err
	}
	defer func() { _ = p.stop() }()
	ready, err := p.ready()
	if err != nil {
		return times{}, nil, err
	}
	a, err := p.handle(event)
	if err != nil {
		return times{}, nil, err
	}
	return times{ready.Sub(p.started), a.at.Sub(p.started)}, a.body, nil
}

// compare takes the medians. Every bare process begins alike: for the init all
// of them count.
func compare(all []timed) []coldStart {
	var bareInits []times
	for _, t := range all {
		for _, bares := range t.bares {
			bareInits = append(bareInits, bares...)
		}
	}
	var starts []coldStart
	for _, t := range all {
		for _, one := range t.beside {
			s := coldStart{
				Function: t.function, Event: t.event, Bare: one.does, Runs: len(t.own),
				Init: middle(t.own, toInit), BareInit: middle(bareInits, toInit),
				First: middle(t.own, toFirst), BareFirst: middle(t.bares[one.bare], toFirst),
			}
			s.InitRatio, s.FirstRatio = s.Init/s.BareInit, s.First/s.BareFirst
			starts = append(starts, s)
		}
	}
	return starts
}

func toInit(t times) time.Duration  { return t.init }
func toFirst(t times) time.Duration { return t.first }

// middle is the median in milliseconds.
func middle(all []times, of func(times) time.Duration) float64 {
	figures := make([]float64, len(all))
	for i, t := range all {
		figures[i] = of(t).Seconds() * 1000
	}
	return median(figures)
}
