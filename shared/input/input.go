// Package input turns what people type into what is stored. Each function
// takes the typed string, normalizes it and checks it by a rule that its
// comment states, and returns the value together with a problem: a sentence in
// both languages that says what to do. The zero problem means that all is well:
//
//	family, problem := input.Name(locale.Text{JA: "姓", EN: "your family name"}, typed)
//	if problem != (locale.Text{}) {
//		problems["family_name"] = problem
//	}
//
// If there is a problem the value is empty: a form is shown again with what was
// typed, never with what this package made of it.
//
// A label names the field inside a sentence: in Japanese as it stands on the
// page (姓), in English with its article (your family name). Question makes one
// of a title. An empty label gives a sentence without a name.
//
//	Name            a family or given name
//	Kana            its reading; becomes full-width katakana
//	Email           an address that SES can send to, see Address
//	Suggest         “did you mean …@gmail.com?”, never blocking
//	Line, Text      free text of one line, of many
//	Prefectures     the 47 of Japan, and abroad
//	Choice          one of the ids that a question offers
//	Choices         several of them, in any order
//	OrderedChoices  first choice, second choice, …
//	Consent, Adult  boxes that are checked or not
//	Source          which page sent the person; dropped if odd
//	Token           the random token of a form
//	DecodeJSON      a strict reading of a JSON body
//
// # Characters
//
// Text is kept in NFC, except that CJK compatibility ideographs stay as typed:
// NFC would put 神 (U+795E) in place of 神 (U+FA19), and people's names are
// written with either. So one string is shown on pages, in mails and in
// exports, and it looks as it did when it was typed. Comparison forms (Address.Key) are
// folded further and never shown.
//
// Limits count characters roughly as people see them: runes without combining
// marks, variation selectors and joiners; what follows the fourth of these on one
// character is counted, so that nothing grows without bound.
package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"livinglab/shared/locale"
)

// marksPerCharacter is how many combining marks and joiners one character
// carries before they count as characters. No living script needs more.
const marksPerCharacter = 4

// Count returns the number of characters in the text, as limits count them.
func Count(text string) int {
	count, marks := 0, 0
	for _, r := range text {
		if unicode.Is(unicode.M, r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner {
			marks++
			if marks <= marksPerCharacter {
				continue
			}
		} else {
			marks = 0
		}
		count++
	}
	return count
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// compose is NFC that leaves CJK compatibility ideographs alone.
func compose(text string) string {
	if norm.NFC.IsNormalString(text) {
		return text
	}
	var b strings.Builder
	for text != "" {
		next := strings.IndexFunc(text, compatibilityIdeograph)
		if next < 0 {
			b.WriteString(norm.NFC.String(text))
			break
		}
		_, size := utf8.DecodeRuneInString(text[next:])
		b.WriteString(norm.NFC.String(text[:next]))
		b.WriteString(text[next : next+size])
		text = text[next+size:]
	}
	return b.String()
}

func compatibilityIdeograph(r rune) bool {
	return r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f
}

// invisible says whether the rune shows nothing and is not needed to write any
// language: pasted by accident or to deceive. Joiners and variation selectors
// are not in it, because letters need them.
func invisible(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u2060', '\u2061', '\u2062', '\u2063', '\u2064', '\ufeff', '\u180e':
		return true
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// reorders says whether the rune is a bidi control, which makes text read in
// another order than it is stored.
func reorders(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// variationSelector says whether the rune picks a form of the character before
// it, as the ideographic variation sequences of names do.
func variationSelector(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) }

// noncharacter says whether the rune is none by definition; no file format
// holds them.
func noncharacter(r rune) bool {
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// trim removes what is invisible and white around the text.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// blank says whether nothing in the text can be seen.
func blank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsSpace(r) && !invisible(r) && !variationSelector(r) && !reorders(r) &&
			r != zeroWidthJoiner && r != zeroWidthNonJoiner && r != '\u2800'
	}) < 0
}

// Question is the label of a field that the page names by a title, as the
// experiment's own questions are: 「いまのお仕事」を選んでください.
func Question(title locale.Text) locale.Text {
	return locale.Text{JA: "「" + title.JA + "」", EN: "your answer to “" + title.EN + "”"}
}

// The sentences that several fields share.

func missing(label locale.Text) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{JA: "入力してください", EN: "Enter an answer"}
	}
	return locale.Text{JA: label.JA + "を入力してください", EN: "Enter " + label.EN}
}

func unchosen(label locale.Text) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{JA: "選んでください", EN: "Choose an answer"}
	}
	return locale.Text{JA: label.JA + "を選んでください", EN: "Choose " + label.EN}
}

func tooLong(label locale.Text, limit int) locale.Text {
	n := decimal(limit)
	if label == (locale.Text{}) {
		return locale.Text{JA: n + "文字以内で入力してください", EN: "Use at most " + n + " characters"}
	}
	return locale.Text{
		JA: label.JA + "は" + n + "文字以内で入力してください",
		EN: "Shorten " + label.EN + " to at most " + n + " characters",
	}
}

func unreadable(label locale.Text) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{
			JA: "文字を読み取れませんでした。もう一度入力してください",
			EN: "Enter this again: some characters could not be read",
		}
	}
	return locale.Text{
		JA: label.JA + "の文字を読み取れませんでした。もう一度入力してください",
		EN: "Enter " + label.EN + " again: some characters could not be read",
	}
}

func unseen(label locale.Text) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{
			JA: "画面に表示されない文字が含まれています。コピーせずに入力し直してください",
			EN: "Type this instead of pasting it: it contains characters that cannot be seen",
		}
	}
	return locale.Text{
		JA: label.JA + "に画面に表示されない文字が含まれています。コピーせずに入力し直してください",
		EN: "Type " + label.EN + " instead of pasting it: it contains characters that cannot be seen",
	}
}

func remove(label locale.Text, r rune) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{JA: "「" + string(r) + "」を取り除いてください", EN: "Remove “" + string(r) + "”"}
	}
	return locale.Text{
		JA: label.JA + "から「" + string(r) + "」を取り除いてください",
		EN: "Remove “" + string(r) + "” from " + label.EN,
	}
}
