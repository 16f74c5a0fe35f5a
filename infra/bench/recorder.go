package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"livinglab/infra/bench/capacity"
	"livinglab/shared/table/faulty"
)

// recorder stands between the functions and DynamoDB. It counts the round
// trips and what AWS would charge for them, and can let one of them meet a conflict.
type recorder struct {
	URL string

	schema capacity.Schema
	table  string
	store  string // of DynamoDB Local
	wire   *faulty.Transport
	server *http.Server

	mu   sync.Mutex
	seen traffic
	err  error // of recording, which spoils the figures
}

// traffic is what a function asked of DynamoDB.
type traffic struct {
	trips map[string]int // by operation
	units capacity.Units
}

// counted is how many round trips there were of each operation.
func (t traffic) counted() map[string]float64 {
	trips := make(map[string]float64, len(t.trips))
	for name, n := range t.trips {
		trips[name] = float64(n)
	}
	return trips
}

func newRecorder(store, table string, schema capacity.Schema) (*recorder, error) {
	target, err := url.Parse(store)
	if err != nil {
		return nil, fmt.Errorf("reading the address of DynamoDB Local: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the functions: %w", err)
	}
	r := &recorder{
		URL: "http://" + listener.Addr().String(), schema: schema, table: table, store: store,
		wire: &faulty.Transport{Base: &http.Transport{MaxIdleConnsPerHost: 20}},
	}
	r.server = &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(target) },
		Transport: r,
	}}
	go func() { _ = r.server.Serve(listener) }()
	return r, nil
}

func (r *recorder) stop() error { return r.server.Close() }

// forget begins a new count.
func (r *recorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = traffic{trips: map[string]int{}}
	r.wire.Reset()
}

// recorded is what was counted.
func (r *recorder) recorded() (traffic, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen, r.err
}

// conflictOnce lets the next transaction meet another one.
func (r *recorder) conflictOnce() {
	done := false
	r.wire.Set(func(q faulty.Request) faulty.Effect {
		if done || q.Operation != "TransactWriteItems" {
			return faulty.None
		}
		done = true
		return faulty.Conflict
	})
}

// RoundTrip carries one request, and reads the items that it writes before and
// after it, as its charge depends on them. It goes on if the function gives up
// waiting: what has reached DynamoDB is carried out and charged.
func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.WithContext(context.WithoutCancel(request.Context()))
	r.mu.Lock() // one at a time, so that nobody else's write comes between
	defer r.mu.Unlock()
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	charged, err := r.schema.Read(operation, body)
	if err != nil {
		return nil, r.spoil(err)
	}
	if asking := charged.Asking(); asking != nil {
		body = asking
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	get := func(key capacity.Item) (capacity.Item, error) { return r.get(request, key) }
	if err := charged.Before(get); err != nil {
		return nil, r.spoil(err)
	}
	response, err := r.wire.RoundTrip(request)
	if err != nil {
		return nil, r.spoil(err)
	}
	said, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(said))
	if err != nil {
		return nil, r.spoil(err)
	}
	if err := charged.After(get); err != nil {
		return nil, r.spoil(err)
	}
	units, err := charged.Charge(said)
	if err != nil {
		return nil, r.spoil(err)
	}
	if r.seen.trips == nil {
		r.seen.trips = map[string]int{}
	}
	r.seen.trips[operation]++
	r.seen.units = r.seen.units.Plus(units)
	return response, nil
}

func (r *recorder) spoil(err error) error {
	r.err = err
	return err
}

// get reads an item by itself; it is not counted. DynamoDB Local wants a
// signature and takes any.
func (r *recorder) get(signed *http.Request, key capacity.Item) (capacity.Item, error) {
	body, err := json.Marshal(map[string]any{"TableName": r.table, "Key": key, "ConsistentRead": true})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(signed.Context(), http.MethodPost, r.store, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{
		"Authorization": signed.Header["Authorization"], "X-Amz-Date": signed.Header["X-Amz-Date"],
		"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"DynamoDB_20120810.GetItem"},
	}
	response, err := r.wire.Base.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var found struct{ Item capacity.Item }
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("DynamoDB Local answers %s", response.Status)
	}
	return found.Item, nil
}
