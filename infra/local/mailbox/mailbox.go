// Package mailbox keeps the mails that were accepted for sending, and reads them
// as a mail program does.
package mailbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Envelope is what is known of a mail beside its text.
type Envelope struct {
	ID       string            `json:"id"` // SES's message id
	From     string            `json:"from"`
	To       []string          `json:"to"` // recipients, whatever the header says
	Accepted time.Time         `json:"accepted"`
	Tags     map[string]string `json:"tags"`
}

// Stored is a mail in the mailbox.
type Stored struct {
	Envelope
	Raw []byte
}

// Mailbox keeps mails in the order in which they were accepted. It is safe for
// concurrent use.
type Mailbox struct {
	folder string // empty keeps them in memory only

	mu    sync.Mutex
	mails []Stored
}

// Open returns the mailbox in a folder, which is created if it is not there.
// Without a folder it is empty and forgets.
func Open(folder string) (*Mailbox, error) {
	m := &Mailbox{folder: folder}
	if folder == "" {
		return m, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("opening the mailbox: %w", err)
	}
	entries, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("opening the mailbox: %w", err)
	}
	slices.Sort(entries)
	for _, name := range entries {
		var s Stored
		text, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(text, &s.Envelope)
		}
		if err == nil {
			s.Raw, err = os.ReadFile(strings.TrimSuffix(name, ".json") + ".eml")
		}
		if err != nil {
			return nil, fmt.Errorf("opening the mailbox: %w", err)
		}
		m.mails = append(m.mails, s)
	}
	return m, nil
}

// Put adds a mail. When it returns without an error the mail is kept.
func (m *Mailbox) Put(s Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.folder != "" {
		if err := m.write(s); err != nil {
			return fmt.Errorf("keeping a mail: %w", err)
		}
	}
	m.mails = append(m.mails, s)
	return nil
}

// write stores the text before the envelope, by which it is found.
func (m *Mailbox) write(s Stored) error {
	name := filepath.Join(m.folder, fmt.Sprintf("%06d", len(m.mails)+1))
	envelope, err := json.MarshalIndent(s.Envelope, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(name+".eml", s.Raw, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(name+".json.new", envelope, 0o644); err != nil {
		return err
	}
	return os.Rename(name+".json.new", name+".json")
}

// All returns the mails, the oldest first.
func (m *Mailbox) All() []Stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

// Count returns how many mails there are.
func (m *Mailbox) Count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.mails)
}

// Find returns a mail by its id; fs.ErrNotExist if there is none.
func (m *Mailbox) Find(id string) (Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.mails {
		if s.ID == id {
			return s, nil
		}
	}
	return Stored{}, errors.Join(fmt.Errorf("there is no mail %q", id), fs.ErrNotExist)
}
