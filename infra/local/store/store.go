// Package store is what the functions see of DynamoDB: DynamoDB Local, with the
// faults of the real one between on demand.
package store

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"livinglab/shared/table/faulty"
)

// Modes list what can be chosen.
var Modes = []string{"ok", "conflict", "throttle", "error500", "unreachable", "commit-no-answer"}

// Settings is how the table behaves.
type Settings struct {
	Mode string  `json:"mode"`
	Rate float64 `json:"rate"` // the share of the requests that fare so
}

// Store passes requests on to DynamoDB Local. It is safe for concurrent use.
type Store struct {
	// Wrote is called when a request that may have written is done, before the
	// writer hears of it.
	Wrote func()

	proxy     *httputil.ReverseProxy
	transport *faulty.Transport
	door      door

	mu       sync.Mutex
	settings Settings
	random   *rand.Rand
	writes   map[string]int64 // by the access key of the writer
	all      int64            // writes
}

// seed makes the faults of two equal runs equal.
const seed = 20201106

// New returns a store that passes everything on to an address.
func New(address string) (*Store, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address of DynamoDB Local: %w", err)
	}
	s := &Store{Wrote: func() {}, settings: Settings{Mode: "ok", Rate: 1}, writes: map[string]int64{}}
	s.random = rand.New(rand.NewPCG(seed, seed))
	s.transport = &faulty.Transport{
		Base:   &http.Transport{MaxIdleConnsPerHost: 64},
		Faults: []faulty.Fault{s.fault},
	}
	s.proxy = &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: s.transport,
		// A write counts when it is done and before the writer hears of it.
		ModifyResponse: func(r *http.Response) error {
			s.count(r.Request)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) {
			s.count(r)
			breakOff(w)
		},
	}
	s.door.handler = s
	return s, nil
}

// Open lets the functions in, and returns the address at which they reach the
// table.
func (s *Store) Open() (string, error) {
	if err := s.door.open(); err != nil {
		return "", err
	}
	return "http://" + s.door.address, nil
}

// Close ends what Open began.
func (s *Store) Close() { s.door.shut() }

// Settings returns how the table behaves.
func (s *Store) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// Set changes how the table behaves, from the same beginning each time.
func (s *Store) Set(settings Settings) error {
	if !slices.Contains(Modes, settings.Mode) {
		return fmt.Errorf("there is no mode %q", settings.Mode)
	}
	if settings.Rate < 0 || settings.Rate > 1 {
		return fmt.Errorf("a rate is between 0 and 1, not %g", settings.Rate)
	}
	s.mu.Lock()
	s.settings = settings
	s.random = rand.New(rand.NewPCG(seed, seed))
	s.mu.Unlock()
	if settings.Mode == "unreachable" && settings.Rate == 1 {
		s.door.shut()
		return nil
	}
	return s.door.open()
}

// fault decides what happens to a request.
func (s *Store) fault(faulty.Request) faulty.Effect {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings.Mode == "ok" || s.random.Float64() >= s.settings.Rate {
		return faulty.None
	}
	return faulty.Effects[s.settings.Mode]
}

// Writes returns how many requests that write were made with an access key, and
// how many with others.
func (s *Store) Writes(key string) (own, others int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes[key], s.all - s.writes[key]
}

func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.proxy.ServeHTTP(w, r)
	s.transport.Reset() // what it remembers is for tests
}

// count notes a request that may have written.
func (s *Store) count(r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !(faulty.Request{Operation: operation}).Write() {
		return
	}
	s.mu.Lock()
	s.writes[accessKey(r)]++
	s.all++
	s.mu.Unlock()
	s.Wrote()
}

// accessKey is who signed a request.
func accessKey(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(credential, "/")
	return key
}

// breakOff answers nothing, as a connection that is lost.
func breakOff(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
