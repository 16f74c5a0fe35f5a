package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"livinglab/shared/locale"
)

// The rules that every kind of file keeps. They follow the decoding and are silent about
// a part that could not be decoded: it has its mistake already.

var partID = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

const longestID = 40 // ids are parts of addresses and keys

// wrong notes a mistake at a path: where its value stands or, for what the
// file does not give, where the nearest thing around it stands.
func (d *decoder) wrong(path, format string, args ...any) {
	d.mistake(d.at(path), path, format, args...)
}

func (d *decoder) at(path string) position {
	for {
		if at, given := d.positions[path]; given {
			return at
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return position{1, 1}
		}
		path = path[:cut]
	}
}

// ids checks that the entries of a list have ids that can stand in addresses
// and keys, each its own.
func (d *decoder) ids(list string, n int, id func(int) string) {
	first := map[string]int{}
	for i := range n {
		path := fmt.Sprintf("%s[%d].id", list, i)
		switch id := id(i); {
		case id == "", !d.isID(path, id):
		default:
			if before, twice := first[id]; twice {
				d.wrong(path, "%q is already the id of %s[%d]", id, list, before)
				continue
			}
			first[id] = i
		}
	}
}

// isID says whether an id can stand in addresses and keys, and notes a
// mistake if not.
func (d *decoder) isID(path, id string) bool {
	if partID.MatchString(id) && len(id) <= longestID {
		return true
	}
	d.wrong(path, "%q is not an id: lower-case letters, digits and single hyphens or underscores, beginning with a letter, at most %d", id, longestID)
	return false
}

func (d *decoder) positive(path string, n int) {
	if d.given(path) && n <= 0 {
		d.wrong(path, "is %d; it must be at least 1", n)
	}
}

// given says whether the file gives a value at the path, and gives it rightly.
func (d *decoder) given(path string) bool {
	_, given := d.positions[path]
	return given && !d.alreadyWrong(path)
}

func (d *decoder) alreadyWrong(path string) bool {
	return slices.ContainsFunc(d.mistakes, func(m Mistake) bool { return m.Path == path })
}

// anyWrong says whether there is a mistake at the path or below it.
func (d *decoder) anyWrong(path string) bool {
	return slices.ContainsFunc(d.mistakes, func(m Mistake) bool {
		return m.Path == path || strings.HasPrefix(m.Path, path+".") || strings.HasPrefix(m.Path, path+"[")
	})
}

// text checks a text in one language: that it says something, can be shown, and fits.
func (d *decoder) text(path, text string, lang locale.Lang) {
	if strings.TrimSpace(text) == "" {
		d.wrong(path, "the %s text is empty", languageNames[lang])
		return
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		d.wrong(path, "holds the character %U, which cannot be shown", r)
	}
	limit := d.limits.of(path, lang)
	if n := utf8.RuneCountInString(text); n > limit {
		d.wrong(path, "has %d characters; what uses it has room for %d", n, limit)
	}
}

// limits are the most characters of texts that stand in a narrow place: a mail's
// subject, a button, a cell. Other texts are paragraphs.
type limits map[string]limit

type limit struct{ ja, en int }

// The most characters of a paragraph.
const (
	longestJA = 400
	longestEN = 800
)

var index = regexp.MustCompile(`\[\d+\]`)

func (ls limits) of(path string, lang locale.Lang) int {
	limit, narrow := ls[index.ReplaceAllString(strings.TrimSuffix(path, "."+string(lang)), "[*]")]
	switch {
	case !narrow && lang == locale.English:
		return longestEN
	case !narrow:
		return longestJA
	case lang == locale.English:
		return limit.en
	}
	return limit.ja
}
