package web

import (
	"net/url"

	"livinglab/shared/locale"
)

// Section is a part of a form under one heading.
type Section struct {
	Title  locale.Text
	More   Link // what to read before answering, if anything
	Fields []Field
}

// Back is what a confirmation posts to lead back to a field: the field's name is
// its value.
const Back = "edit"

// Filled returns the fields with what was typed, each with what is said about it.
// The one that a confirmation led back to is focused.
func Filled(fields []Field, typed url.Values, errs Errors) []Field {
	fields = WithErrors(fields, errs)
	for i, f := range fields {
		f.Value, f.Values = typed.Get(f.Name), typed[f.Name]
		f.Focus = typed.Get(Back) == f.Name
		fields[i] = f
	}
	return fields
}

// Answers lists what was answered, section by section, as a confirmation shows
// it. With a way back, each row has a button to its field.
func Answers(lang locale.Lang, all []Section, wayBack bool) [][]Row {
	groups := make([][]Row, len(all))
	for i, s := range all {
		for _, f := range s.Fields {
			row := Row{Label: f.Label}
			if f.Kind == OrderedChoice {
				row.Items = f.answered(lang)
			} else {
				row.Lines = f.answered(lang)
			}
			if wayBack {
				row.ChangeName, row.ChangeValue = Back, f.Name
			}
			groups[i] = append(groups[i], row)
		}
	}
	return groups
}

// answered is the answer to the field in words.
func (f Field) answered(lang locale.Lang) []string {
	if f.Kind == TextField || f.Kind == TextArea {
		if f.Value == "" {
			return nil
		}
		return []string{f.Value}
	}
	var lines []string
	for _, value := range f.Values {
		for _, o := range f.Options {
			if o.Value == value && value != "" {
				lines = append(lines, o.Label.In(lang))
			}
		}
	}
	if f.Kind == Checkbox && len(lines) == 0 {
		lines = []string{locale.Text{JA: "同意しない", EN: "Not agreed"}.In(lang)}
	}
	return lines
}

// Carried are the values that a confirmation posts again: those of the sections'
// fields, and the named ones.
func Carried(all []Section, typed url.Values, names ...string) []Hidden {
	var hidden []Hidden
	for _, s := range all {
		for _, f := range s.Fields {
			for _, value := range typed[f.Name] {
				hidden = append(hidden, Hidden{Name: f.Name, Value: value})
			}
		}
	}
	for _, name := range names {
		hidden = append(hidden, Hidden{Name: name, Value: typed.Get(name)})
	}
	return hidden
}
