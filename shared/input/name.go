package input

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"livinglab/shared/locale"
)

// NameLimit is the length of a family or given name, in characters, and of its
// reading.
const NameLimit = 40

// nameDigits is how many digits a name may hold: enough for 3世, too few for a
// telephone number, because names are repeated in a mail to an address that
// nobody has confirmed yet.
const nameDigits = 3

func decimal(n int) string { return strconv.Itoa(n) }

// Name checks a family or given name, which is required. It may hold letters of
// every script with their marks and variation selectors (𠮷, 髙, 﨑, 辻󠄀),
// 々 〆 〇 ー and the like, spaces, hyphens, apostrophes, middle dots, periods,
// commas, ゠ and ＝, at most three digits, and begins with a letter. Spaces,
// full-width ones too, become one ASCII space; invisible characters are
// dropped. Refused are control and bidi characters, emoji and other symbols,
// private-use characters, and whatever a mail program would turn into a link.
func Name(label locale.Text, typed string) (string, locale.Text) {
	if !utf8.ValidString(typed) {
		return "", unreadable(label)
	}
	if strings.ContainsFunc(typed, reorders) {
		return "", unseen(label)
	}
	name := compose(oneSpace(visible(typed)))
	if name == "" {
		return "", missing(label)
	}
	digits := 0
	for i, r := range name {
		switch {
		case unicode.IsControl(r):
			return "", unseen(label)
		case unicode.IsDigit(r):
			digits++
		case i == 0 && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) && !apostrophe(r):
			return "", refuse(label, r)
		case !inName(r):
			return "", refuse(label, r)
		}
	}
	if digits > nameDigits {
		return "", locale.Text{
			JA: label.JA + "に数字は" + decimal(nameDigits) + "桁まで使えます。電話番号などは取り除いてください",
			EN: "Use at most three digits in " + label.EN,
		}
	}
	if linked(name) {
		return "", locale.Text{
			JA: label.JA + "の「.」のあとには空白を入れてください。URLは入力できません",
			EN: "Put a space after the period in " + label.EN + ": web addresses cannot be used",
		}
	}
	if Count(name) > NameLimit {
		return "", tooLong(label, NameLimit)
	}
	return name, locale.Text{}
}

// visible drops what cannot be seen: invisible characters everywhere, variation
// selectors that do not follow an ideograph, and joiners outside of the scripts
// that join letters.
func visible(text string) string {
	before := rune(0)
	return strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case variationSelector(r) && !unicode.Is(unicode.Han, before):
			return -1
		case (r == zeroWidthJoiner || r == zeroWidthNonJoiner) && !joins(before):
			return -1
		}
		before = r
		return r
	}, text)
}

// joins says whether the letter is of a script in which a joiner changes how
// the next letter is written, such as Persian or Hindi.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
		unicode.Sinhala, unicode.Khmer, unicode.Myanmar)
}

// oneSpace trims the text and folds every run of spaces into one ASCII space.
// Line breaks and other control characters inside are left for the check.
func oneSpace(text string) string {
	var b strings.Builder
	for _, r := range trim(text) {
		if r == '\t' || unicode.Is(unicode.Zs, r) {
			if !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func inName(r rune) bool {
	switch r {
	case ' ', '.', ',', '．', '，',
		'-', '‐', '‑', '–', '−', '－', '゠', '＝',
		'・', '･', '·', '‧',
		zeroWidthJoiner, zeroWidthNonJoiner:
		return true
	}
	return apostrophe(r) || unicode.IsLetter(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nl)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == '＇' }

// linked says whether a mail program might turn part of the name into a link: a
// period between two words of two characters or more, as in example.com. J.R.R.
// is none.
func linked(name string) bool {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == ',' || r == '，' })
	for _, word := range words {
		parts := strings.FieldsFunc(word, func(r rune) bool { return r == '.' || r == '．' })
		for i := 1; i < len(parts); i++ {
			if Count(parts[i-1]) > 1 && Count(parts[i]) > 1 {
				return true
			}
		}
	}
	return false
}

// refuse words what to do about a character that the field does not take.
func refuse(label locale.Text, r rune) locale.Text {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.M, r), noncharacter(r):
		return unseen(label)
	case unicode.Is(unicode.Co, r), !unicode.IsGraphic(r), r == unicode.ReplacementChar:
		return locale.Text{
			JA: label.JA + "に外字など、ほかの画面では表示できない文字が含まれています。別の文字で入力してください",
			EN: "Enter " + label.EN + " with other characters: some of these cannot be shown elsewhere",
		}
	case unicode.In(r, unicode.So, unicode.Sk) && r > unicode.MaxLatin1:
		return locale.Text{
			JA: label.JA + "から絵文字や記号を取り除いてください",
			EN: "Remove emoji and symbols from " + label.EN,
		}
	}
	return remove(label, r)
}
