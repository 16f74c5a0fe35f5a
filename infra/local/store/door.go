package store

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// door is the address at which the functions reach the store. Shut, it refuses
// connections, as an address does at which nothing listens: a function then
// knows that its request never left, which it cannot know of a broken one.
type door struct {
	handler http.Handler

	mu      sync.Mutex
	address string // once it was open
	server  *http.Server
}

// open listens, at the same address as before.
func (d *door) open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.server != nil {
		return nil
	}
	at := d.address
	if at == "" {
		at = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return fmt.Errorf("opening the table's port: %w", err)
	}
	d.address = listener.Addr().String()
	d.server = &http.Server{Handler: d.handler, ReadHeaderTimeout: time.Minute}
	go func(server *http.Server) { _ = server.Serve(listener) }(d.server)
	return nil
}

// shut ends every connection and refuses new ones.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.server != nil {
		_ = d.server.Close()
		d.server = nil
	}
}
