package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"livinglab/shared/locale"
)

// Kana checks the reading of a name, which is required, and writes it in
// full-width katakana. Hiragana and half-width katakana are turned into it, a
// hyphen after a kana becomes ー. A space and ・ may stand between words;
// anything else is refused.
func Kana(label locale.Text, typed string) (string, locale.Text) {
	if !utf8.ValidString(typed) {
		return "", unreadable(label)
	}
	kana := oneSpace(visible(typed))
	if kana == "" {
		return "", missing(label)
	}
	kana = katakana(kana)
	if strings.ContainsFunc(kana, reorders) || strings.ContainsFunc(kana, unicode.IsControl) {
		return "", unseen(label)
	}
	for i, r := range kana {
		if !inKana(r) || i == 0 && !unicode.Is(unicode.Katakana, r) {
			return "", locale.Text{
				JA: label.JA + "はカタカナで入力してください(ひらがなでも構いません)",
				EN: "Enter " + label.EN + " in katakana or hiragana",
			}
		}
	}
	if Count(kana) > NameLimit {
		return "", tooLong(label, NameLimit)
	}
	return kana, locale.Text{}
}

const (
	voiced     = '\u3099' // combining ゛
	semivoiced = '\u309a' // combining ゜
)

// katakana folds widths and compositions and moves hiragana to katakana.
func katakana(text string) string {
	// NFKC would turn the spacing marks into a space and a mark.
	text = strings.NewReplacer("゛", string(voiced), "゜", string(semivoiced)).Replace(text)
	var b strings.Builder
	last := ' '
	for _, r := range norm.NFKC.String(text) {
		switch {
		case r >= 'ぁ' && r <= 'ゖ', r == 'ゝ', r == 'ゞ':
			r += 'ア' - 'あ'
		case strings.ContainsRune("-‐‑–—―−", r) && (last == 'ー' || unicode.Is(unicode.Katakana, last)):
			r = 'ー'
		}
		b.WriteRune(r)
		last = r
	}
	return norm.NFC.String(b.String())
}

func inKana(r rune) bool {
	switch {
	case r >= 'ァ' && r <= 'ヺ', r >= 'ー' && r <= 'ヾ':
		return true
	}
	return r == '・' || r == ' ' || r == voiced || r == semivoiced
}
