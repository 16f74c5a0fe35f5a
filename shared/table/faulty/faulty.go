// Package faulty is the transport between a client of DynamoDB and the table
// in tests and in the local stack: it counts the requests and lets faults come
// between, as they come between at AWS.
package faulty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Effect is what happens to one request.
type Effect int

// The effects.
const (
	None        Effect = iota
	Conflict           // another transaction is under way on one of the items; for reads: none
	Throttle           // the partition is throttled
	Error500           // the service fails before it does anything
	Unreachable        // there is no connection
	NoAnswer           // the request is carried out, and its answer lost
	Hang               // no answer comes, until the client gives up
	Dead               // the process is gone: nothing leaves, and nothing is tried again
)

// Effects are the effects by their names in the local stack.
var Effects = map[string]Effect{
	"ok": None, "conflict": Conflict, "throttle": Throttle, "error500": Error500,
	"unreachable": Unreachable, "commit-no-answer": NoAnswer,
}

// Request is one request to the table.
type Request struct {
	N         int    // of this transport, from 1
	Operation string // "TransactWriteItems", ...
	Body      []byte // JSON
}

// Write reports whether the request may change the table.
func (r Request) Write() bool {
	switch r.Operation {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem":
		return true
	}
	return false
}

// Fault decides what happens to a request. It is called for one at a time.
type Fault func(Request) Effect

// At gives the n-th request an effect.
func At(n int, effect Effect) Fault {
	return func(r Request) Effect {
		if r.N == n {
			return effect
		}
		return None
	}
}

// Always gives every request an effect.
func Always(effect Effect) Fault { return func(Request) Effect { return effect } }

// Writes limits a fault to requests that write.
func Writes(fault Fault) Fault {
	return func(r Request) Effect {
		if r.Write() {
			return fault(r)
		}
		return None
	}
}

// Sometimes gives requests one of the effects at a rate between 0 and 1.
func Sometimes(random *rand.Rand, rate float64, effects ...Effect) Fault {
	var mu sync.Mutex // one fault may serve several transports
	return func(Request) Effect {
		mu.Lock()
		defer mu.Unlock()
		if random.Float64() < rate {
			return effects[random.IntN(len(effects))]
		}
		return None
	}
}

// KillBefore ends the process just before its n-th request: that one and all
// later ones never leave.
func KillBefore(n int) Fault {
	return func(r Request) Effect {
		if r.N >= n {
			return Dead
		}
		return None
	}
}

// KillAfter ends the process just after its n-th request: it is carried out,
// nobody hears of it, and no later one leaves.
func KillAfter(n int) Fault {
	return func(r Request) Effect {
		switch {
		case r.N == n:
			return NoAnswer
		case r.N > n:
			return Dead
		}
		return None
	}
}

// Transport carries requests to the table, with the faults between. It is safe
// for concurrent use.
type Transport struct {
	Base    http.RoundTripper    // default http.DefaultTransport
	Faults  []Fault              // the first one with an effect decides
	Rewrite func(Request) []byte // if set, what is sent instead: a client that is written wrongly

	mu       sync.Mutex
	requests []Request
}

// Requests lists what was asked of the table, in order.
func (t *Transport) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Request(nil), t.requests...)
}

// Set replaces the faults.
func (t *Transport) Set(faults ...Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Faults = faults
}

// Reset forgets the requests and starts counting anew.
func (t *Transport) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests = nil
}

// RoundTrip carries one request.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("reading a request: %w", err)
		}
		_ = r.Body.Close()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if t.Rewrite != nil {
		body = t.Rewrite(Request{Operation: operation, Body: body})
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	switch t.effect(operation, body) {
	case Conflict:
		return conflict(r, operation, body), nil
	case Throttle:
		return refusal(r, http.StatusBadRequest, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded."), nil
	case Error500:
		return refusal(r, http.StatusInternalServerError, "InternalServerError", "The request could not be processed because of an internal failure."), nil
	case Unreachable:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	case Dead:
		return nil, gone{}
	case Hang:
		<-r.Context().Done()
		return nil, r.Context().Err()
	case NoAnswer:
		response, err := t.base().RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	}
	return t.base().RoundTrip(r)
}

// gone is the error of a process that has ended. The SDK does not repeat what
// was canceled.
type gone struct{}

func (gone) Error() string       { return "the process has ended" }
func (gone) CanceledError() bool { return true }

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return http.DefaultTransport
}

func (t *Transport) effect(operation string, body []byte) Effect {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := Request{N: len(t.requests) + 1, Operation: operation, Body: body}
	t.requests = append(t.requests, r)
	for _, fault := range t.Faults {
		effect := fault(r)
		if effect == Conflict && !r.Write() {
			effect = None
		}
		if effect != None {
			return effect
		}
	}
	return None
}

// conflict is how a write hears of another transaction on its item: a
// transaction is canceled with one reason for each of its writes.
func conflict(r *http.Request, operation string, body []byte) *http.Response {
	if operation != "TransactWriteItems" {
		return refusal(r, http.StatusBadRequest, "TransactionConflictException", "Transaction is ongoing for the item")
	}
	var transaction struct{ TransactItems []json.RawMessage }
	_ = json.Unmarshal(body, &transaction)
	type reason struct{ Code, Message string }
	reasons := make([]reason, max(1, len(transaction.TransactItems)))
	for i := range reasons {
		reasons[i].Code = "None"
	}
	reasons[0] = reason{"TransactionConflict", "Transaction is ongoing for the item"}
	return answer(r, http.StatusBadRequest, map[string]any{
		"__type":              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"message":             "Transaction cancelled, please refer cancellation reasons for specific reasons",
		"CancellationReasons": reasons,
	})
}

func refusal(r *http.Request, status int, code, message string) *http.Response {
	return answer(r, status, map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": message})
}

func answer(r *http.Request, status int, body any) *http.Response {
	text, _ := json.Marshal(body)
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Requestid": {"injected"}},
		Body:          io.NopCloser(bytes.NewReader(text)),
		ContentLength: int64(len(text)), Request: r,
	}
}
