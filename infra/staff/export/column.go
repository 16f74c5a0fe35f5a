// Package export writes what came in as CSV files and describes their columns.
// A file's columns and the rows of its codebook come from one list, so that
// neither can have what the other lacks.
package export

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// Type says how the values of a column are written.
type Type string

const (
	ID      Type = "id"      // letters and digits, to join files by
	Text    Type = "text"    // as it was typed, with its line breaks
	Instant Type = "instant" // RFC 3339, in the experiment's zone
	Integer Type = "integer"
	YesNo   Type = "yes_no"  // "yes" or "no"; empty if it was not asked
	Choice  Type = "choice"  // the id of one of the choices
	Choices Type = "choices" // ids of choices, separated by spaces
	JSON    Type = "json"
)

// column is one column of a file whose rows are Ts.
type column[T any] struct {
	name    string
	text    locale.Text
	kind    Type
	choices []experiment.Choice
	value   func(T) string
}

// File is what a file contains: its columns, in order.
type File[T any] []column[T]

// Write writes the names of the columns and a row for each value. It stops at
// the first error; what was written is then not the whole file.
func (f File[T]) Write(to *Sheet, rows iter.Seq2[T, error]) error {
	cells := make([]string, len(f))
	for i, c := range f {
		cells[i] = c.name
	}
	if err := to.Row(cells); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i, c := range f {
			cells[i] = c.value(row)
		}
		if err := to.Row(cells); err != nil {
			return err
		}
	}
	return to.Flush()
}

// Codebook writes one row for each column of the file.
func (f File[T]) Codebook(to *Sheet) error {
	if err := to.Row([]string{"name", "text_ja", "text_en", "type", "choices"}); err != nil {
		return err
	}
	for _, c := range f {
		var choices []string
		for _, choice := range c.choices {
			choices = append(choices, choice.ID+" = "+choice.Label.JA+" / "+choice.Label.EN)
		}
		row := []string{c.name, c.text.JA, c.text.EN, string(c.kind), strings.Join(choices, "\n")}
		if err := to.Row(row); err != nil {
			return err
		}
	}
	return to.Flush()
}

// rfc3339 writes an instant with the milliseconds that are stored; empty for never.
func rfc3339(at table.Instant, zone *time.Location) string {
	if at == "" {
		return ""
	}
	return at.Time().In(zone).Format("2006-01-02T15:04:05.000Z07:00")
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func number(n int) string { return strconv.Itoa(n) }
