// Package locale holds what depends on the reader: the two languages, texts
// in both of them, and the one way in which pages, mails and calendar files
// print an instant.
package locale

import "log/slog"

// Lang is a language in which the lab speaks.
type Lang string

// The languages, in the lab's order: Japanese first, English beside it.
const (
	Japanese Lang = "ja"
	English  Lang = "en"
)

// Langs lists every language in the lab's order.
var Langs = [...]Lang{Japanese, English}

// Parse returns the language with the given tag and whether there is one.
func Parse(tag string) (Lang, bool) {
	switch lang := Lang(tag); lang {
	case Japanese, English:
		return lang, true
	}
	return Japanese, false
}

// Other returns the language that the reader may switch to.
func (l Lang) Other() Lang {
	if l == English {
		return Japanese
	}
	return English
}

// Text is one text in both languages.
type Text struct {
	JA string `json:"ja" yaml:"ja"`
	EN string `json:"en" yaml:"en"`
}

// In returns the text in the language.
func (t Text) In(lang Lang) string {
	if lang == English {
		return t.EN
	}
	return t.JA
}

// LogValue keeps both languages apart in a log.
func (t Text) LogValue() slog.Value {
	return slog.GroupValue(slog.String("ja", t.JA), slog.String("en", t.EN))
}
