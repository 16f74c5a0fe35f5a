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
	Likert  Type = "likert"  // the number of one of the labeled points, which are the choices
	Number  Type = "number"  // in decimal notation
	Day     Type = "date"    // 2021-01-04
	JSON    Type = "json"
)

// column is one column of a file whose rows are Ts.
type column[T any] struct {
	name    string
	text    locale.Text
	kind    Type
	choices []experiment.Choice
	value   func(T) string
	about   question // of an answer or a score: where it comes from
}

// question is what the codebook says beside text, type and choices of a column that
// holds answers to a question of a survey, or a score.
type question struct {
	instrument string
	version    string
	min, max   string // of a number or a point; most characters of a text
	unit       locale.Text
	scale      string // the score that the answer counts for; of a score, the answers that it is the mean of
	reverse    string // yes if it counts reversed, as min+max-x
	condition  string // of whom, and after which answers, it is asked
	required   string
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

// Codebook writes one row for each column of the file. All codebooks have the same
// columns; those that speak of questions are empty for whatever is none.
func (f File[T]) Codebook(to *Sheet) error {
	if err := to.Row([]string{
		"name", "text_ja", "text_en", "type", "choices",
		"instrument", "version", "min", "max", "unit_ja", "unit_en", "scale", "reverse", "condition", "required",
	}); err != nil {
		return err
	}
	for _, c := range f {
		var choices []string
		for _, choice := range c.choices {
			choices = append(choices, choice.ID+" = "+choice.Label.JA+" / "+choice.Label.EN)
		}
		q := c.about
		row := []string{
			c.name, c.text.JA, c.text.EN, string(c.kind), strings.Join(choices, "\n"),
			q.instrument, q.version, q.min, q.max, q.unit.JA, q.unit.EN, q.scale, q.reverse, q.condition, q.required,
		}
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
