// Package gateway stands in for API Gateway's HTTP API: it chooses the route of
// a request, hands it to the function as an event (payload 2.0) and turns the
// answer into HTTP.
package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"livinglab/infra/local/runtime"
)

// The limits of API Gateway and Lambda.
const (
	maxBody  = 10 << 20         // bytes of a request
	maxEvent = 6 << 20          // bytes of an event
	patience = 30 * time.Second // for a function to answer
)

// Gateway is the API.
type Gateway struct {
	// Invoke hands an event to a function.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)
	// Now is the instant that requests carry.
	Now func() time.Time
	// Patience is how long a function may take to answer; 0 is API Gateway's 30
	// seconds.
	Patience time.Duration

	routes routes
}

// New returns an API with the routes.
func New(all []Route) *Gateway { return &Gateway{routes: sorted(all)} }

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, values, ok := g.routes.match(r.Method, r.URL.EscapedPath())
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "Not Found")
		return
	case !route.Open:
		refuse(w, http.StatusForbidden, "Forbidden")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return // the client has gone
	case len(body) > maxBody:
		// Clients listen when they have said all.
		_, _ = io.CopyN(io.Discard, r.Body, 10*maxBody)
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	input, err := event(r, body, route, values, g.Now())
	switch {
	case err != nil:
		slog.Error("a request was not handed over", "error", err)
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	case len(input) > maxEvent:
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	limit := g.Patience
	if limit == 0 {
		limit = patience
	}
	// The function runs on when the client goes.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), limit)
	defer cancel()
	output, err := g.Invoke(ctx, route.Function, input)
	switch {
	case errors.Is(err, runtime.ErrBusy), errors.Is(err, runtime.ErrStopped), errors.Is(err, context.DeadlineExceeded):
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		slog.Warn("a function failed", "function", route.Function, "route", route.key(), "error", err, "log", "/_local/functions/"+route.Function+"/log")
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		answer(w, output)
	}
}

// refuse is an answer of the gateway itself.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":`+strconv.Quote(message)+"}")
}
