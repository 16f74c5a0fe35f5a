package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"livinglab/shared/locale"
)

// Line checks free text of one line, with at most limit characters. Spaces around
// it are trimmed. Emoji are welcome; line breaks, control and bidi characters
// are refused.
func Line(label locale.Text, typed string, limit int, required bool) (string, locale.Text) {
	line, problem := Text(label, typed, limit, required)
	if strings.ContainsRune(line, '\n') {
		if label == (locale.Text{}) {
			return "", locale.Text{JA: "改行せずに入力してください", EN: "Write your answer on one line"}
		}
		return "", locale.Text{JA: label.JA + "は改行せずに入力してください", EN: "Write " + label.EN + " on one line"}
	}
	return line, problem
}

// Text checks free text of several lines, with at most limit characters. Every
// kind of line break becomes one newline, which counts as one character; tabs
// become spaces, and what is white around the text or at the end of a line goes.
// Emoji are welcome. Bidi characters, which pasted text carries unseen, are dropped:
// nobody could find them. Control characters are refused, and what is no character.
func Text(label locale.Text, typed string, limit int, required bool) (string, locale.Text) {
	if !utf8.ValidString(typed) {
		return "", unreadable(label)
	}
	if blank(typed) {
		if required {
			return "", missing(label)
		}
		return "", locale.Text{}
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n", "\t", " ").Replace(typed)
	text = strings.Map(func(r rune) rune {
		if reorders(r) {
			return -1
		}
		return r
	}, text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	text = trim(compose(strings.Join(lines, "\n")))
	for _, r := range text {
		if r == unicode.ReplacementChar { // what was there was lost on the way
			return "", unreadable(label)
		}
		if r != '\n' && unicode.IsControl(r) || noncharacter(r) || r >= '\ufff9' && r <= '\ufffb' {
			return "", unseen(label)
		}
	}
	if Count(text) > limit {
		return "", tooLong(label, limit)
	}
	return text, locale.Text{}
}
