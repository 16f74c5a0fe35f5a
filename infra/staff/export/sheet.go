package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Form is how a file is written. Both have the same rows and columns.
type Form int

const (
	// Raw is for programs: CSV as RFC 4180 has it, in UTF-8, with LF at the end
	// of a row, every value as it is stored.
	Raw Form = iota
	// Excel is for people who open the file: it begins with a byte order mark,
	// ends rows with CRLF, and has an apostrophe before each value that a
	// spreadsheet would take for a formula (see neutral).
	Excel
)

const byteOrderMark = "\ufeff"

// Sheet writes the rows of one file.
type Sheet struct {
	out  *bufio.Writer
	form Form
	row  strings.Builder
	rows int
}

// NewSheet returns a sheet that writes to out. Nothing arrives there before
// enough has come together, or Flush.
func NewSheet(out io.Writer, form Form) *Sheet {
	return &Sheet{out: bufio.NewWriter(out), form: form}
}

// Row writes one row.
func (s *Sheet) Row(values []string) error {
	end := "\n"
	s.row.Reset()
	if s.form == Excel {
		end = "\r\n"
		if s.rows == 0 {
			s.row.WriteString(byteOrderMark)
		}
	}
	for i, value := range values {
		if i > 0 {
			s.row.WriteByte(',')
		}
		if s.form == Excel {
			value = neutral(value)
		}
		s.row.WriteString(quoted(value))
	}
	s.row.WriteString(end)
	s.rows++
	if _, err := s.out.WriteString(s.row.String()); err != nil {
		return fmt.Errorf("writing row %d: %w", s.rows, err)
	}
	return nil
}

// Flush writes what has been held back.
func (s *Sheet) Flush() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("writing the last rows: %w", err)
	}
	return nil
}

// quoted is a value as RFC 4180 has it: in quotation marks where it needs them.
// A line break inside a value stays the one it is.
func quoted(value string) string {
	if value == "" || !strings.ContainsAny(value, ",\"\r\n") && value == strings.TrimSpace(value) {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

// neutral keeps a spreadsheet from calculating what a person typed. A value gets
// an apostrophe in front if its first character that can be seen, or a tab or
// a carriage return before that, begins a formula: one of = + - @ in half or
// full width. So does a value that begins with an apostrophe itself, so that
// taking one away always gives the value as it was.
func neutral(value string) string {
	if strings.HasPrefix(value, "'") {
		return "'" + value
	}
	for _, r := range value {
		switch {
		case strings.ContainsRune("=+-@\t\r＝＋－＠", r):
			return "'" + value
		case unicode.In(r, unicode.Z, unicode.C):
			continue
		}
		break
	}
	return value
}
