package input

import "livinglab/shared/locale"

// Token checks the token of a form: 22 to 64 letters,
// digits, hyphens and underscores, room for 128 random bits in base64url, base32, hex or
// as a UUID. A shorter one could be guessed, and it opens the receipt.
func Token(typed string) (string, locale.Text) {
	if len(typed) < 22 || len(typed) > 64 || !plain(typed) {
		return "", locale.Text{
			JA: "ページを開き直してから、もう一度送信してください",
			EN: "Open the page again and send the form from there",
		}
	}
	return typed, locale.Text{}
}

// Source returns which page sent the person, as its link says: 1 to 40 letters,
// digits, hyphens and underscores. Anything else is nobody's mistake who fills in a
// form, so it is dropped.
func Source(typed string) string {
	if len(typed) > 40 || !plain(typed) {
		return ""
	}
	return typed
}

// plain says whether the text holds only what URLs and keys carry unescaped.
func plain(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
