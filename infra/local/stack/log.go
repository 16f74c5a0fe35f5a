package stack

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// openLog begins the file that a function prints to.
func openLog(folder, function string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(folder, function+".log"), os.O_CREATE|os.O_TRUNC|os.O_APPEND|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("beginning a log: %w", err)
	}
	return f, nil
}

// shared writes whole lines of several writers to one, each with its name before.
type shared struct {
	mu *sync.Mutex
	to io.Writer
}

func (s shared) named(name string) io.Writer { return &named{shared: s, name: name} }

type named struct {
	shared
	name string
	rest []byte // the beginning of a line
}

func (n *named) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rest = append(n.rest, p...)
	for {
		line, rest, whole := bytes.Cut(n.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		if _, err := fmt.Fprintf(n.to, "%s: %s\n", n.name, line); err != nil {
			return 0, err
		}
		n.rest = rest
	}
}
