package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"livinglab/infra/local/clock"
)

// data is the folder in which a stack persists: the table, the mailbox and the
// clock. The zero value persists nothing.
type data struct {
	folder string
	lock   *os.File
}

// openData takes the folder for this stack alone, and creates it if it is not
// there.
func openData(folder string) (data, error) {
	if folder == "" {
		return data{}, nil
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return data{}, fmt.Errorf("opening the data: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "table"), 0o755); err != nil {
		return data{}, fmt.Errorf("opening the data: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return data{}, fmt.Errorf("opening the data: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return data{}, fmt.Errorf("opening the data: another stack uses %s", folder)
	}
	return data{folder: folder, lock: lock}, nil
}

func (d data) close() {
	if d.lock != nil {
		_ = d.lock.Close()
	}
}

// table is where DynamoDB Local persists; empty if it does not.
func (d data) table() string { return d.in("table") }

// mail is where the mailbox persists; empty if it does not.
func (d data) mail() string { return d.in("mail") }

func (d data) in(name string) string {
	if d.folder == "" {
		return ""
	}
	return filepath.Join(d.folder, name)
}

// time is the clock as it is stored.
type storedClock struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

// clock returns the stored clock, or a new one that runs from an instant.
func (d data) clock(start time.Time) (*clock.Clock, error) {
	if d.folder == "" {
		return clock.New(start), nil
	}
	text, err := os.ReadFile(d.in("clock.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return clock.New(start), nil
	}
	var stored storedClock
	if err == nil {
		err = json.Unmarshal(text, &stored)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the stored clock: %w", err)
	}
	c := clock.New(stored.Now)
	c.Freeze(stored.Frozen)
	return c, nil
}

// save stores the clock.
func (d data) save(c *clock.Clock) error {
	if d.folder == "" {
		return nil
	}
	text, err := json.Marshal(storedClock{Now: c.Now(), Frozen: c.Frozen()})
	if err == nil {
		err = os.WriteFile(d.in("clock.json.new"), text, 0o644)
	}
	if err == nil {
		err = os.Rename(d.in("clock.json.new"), d.in("clock.json"))
	}
	if err != nil {
		return fmt.Errorf("storing the clock: %w", err)
	}
	return nil
}
