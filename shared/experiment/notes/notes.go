// Package notes holds the lab's notes on the concept itself: what it reads,
// whom it listens to, what it means by its words. They are Markdown files,
// one for each language, beside the experiments.
package notes

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// NAME.ja.md and NAME.en.md are one note. A leading number orders the notes
// and is no part of their ids.
//
//go:embed *.md
var files embed.FS

// Kind says how a note came about.
type Kind string

const (
	Concept    Kind = "concept"     // what the lab thinks
	Reading    Kind = "reading"     // analysis of books
	Interview  Kind = "interview"   // talking with people about their experience
	Hearing    Kind = "hearing"     // asking an expert
	StudyGroup Kind = "study-group" // thinking about one theme together
)

var kindTitles = map[Kind]locale.Text{
	Concept:    {JA: "考え方", EN: "Concept"},
	Reading:    {JA: "本を読む", EN: "Reading"},
	Interview:  {JA: "話を聞く", EN: "Interviews"},
	Hearing:    {JA: "専門家に聞く", EN: "Expert hearings"},
	StudyGroup: {JA: "研究会", EN: "Study groups"},
}

// Title returns the kind in words.
func (k Kind) Title() locale.Text { return kindTitles[k] }

// Note is one note in both languages.
type Note struct {
	ID      string
	Kind    Kind
	Date    experiment.Date
	Title   locale.Text
	Summary locale.Text // a sentence or two, for lists
	Body    locale.Text // Markdown, from the first paragraph on; it has no title of its own
}

// All returns the notes in the lab's order.
func All() ([]Note, error) { return read(files) }

func read(files fs.FS) ([]Note, error) {
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		return nil, fmt.Errorf("listing the notes: %w", err)
	}
	var bases []string
	for _, name := range names {
		base, ok := strings.CutSuffix(name, ".ja.md")
		if !ok {
			base, ok = strings.CutSuffix(name, ".en.md")
		}
		if !ok {
			return nil, fmt.Errorf("reading note %s: its name ends neither in .ja.md nor in .en.md", name)
		}
		bases = append(bases, base)
	}
	slices.Sort(bases)
	var all []Note
	for _, base := range slices.Compact(bases) {
		ja, err := readPage(files, base+".ja.md")
		if err != nil {
			return nil, err
		}
		en, err := readPage(files, base+".en.md")
		if err != nil {
			return nil, err
		}
		if ja.kind != en.kind || ja.date != en.date {
			return nil, fmt.Errorf("reading note %s: its two languages differ in kind or date", base)
		}
		all = append(all, Note{
			ID:      strings.TrimLeft(base, "0123456789-"),
			Kind:    ja.kind,
			Date:    ja.date,
			Title:   locale.Text{JA: ja.title, EN: en.title},
			Summary: locale.Text{JA: ja.summary, EN: en.summary},
			Body:    locale.Text{JA: ja.body, EN: en.body},
		})
	}
	return all, nil
}

// page is one note in one language.
type page struct {
	title, summary, body string
	date                 experiment.Date
	kind                 Kind
}

// readPage reads a file that begins with lines "key: value" between two lines
// of three hyphens; the Markdown follows.
func readPage(files fs.FS, name string) (page, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return page{}, fmt.Errorf("reading a note: %w", err)
	}
	head, found := strings.CutPrefix(string(content), "---\n")
	head, body, closed := strings.Cut(head, "\n---\n")
	if !found || !closed {
		return page{}, fmt.Errorf("reading note %s: it does not begin with its title, date, kind and summary between two lines ---", name)
	}
	p := page{body: strings.TrimSpace(body)}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "title":
			p.title = value
		case "summary":
			p.summary = value
		case "kind":
			p.kind = Kind(value)
		case "date":
			if p.date, err = experiment.ParseDate(value); err != nil {
				return page{}, fmt.Errorf("reading note %s: %w", name, err)
			}
		default:
			return page{}, fmt.Errorf("reading note %s: unknown line %q", name, line)
		}
	}
	if _, known := kindTitles[p.kind]; !known {
		return page{}, fmt.Errorf("reading note %s: unknown kind %q", name, p.kind)
	}
	if p.title == "" || p.summary == "" || p.date.IsZero() || p.body == "" {
		return page{}, fmt.Errorf("reading note %s: its title, date, summary or text is missing", name)
	}
	return p, nil
}
