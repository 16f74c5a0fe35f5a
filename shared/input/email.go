package input

import (
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"livinglab/shared/locale"
)

// Address is an e-mail address that SES can send to. It is personal data:
// it logs and prints as [redacted], so pages and mails name the field they show.
type Address struct {
	Original string // as typed, trimmed; what the person is shown
	Send     string // ASCII, the domain in lower case and Punycode; what goes to SES
}

// Key is the form in which addresses are compared: case-insensitive, widths
// folded, the domain in Punycode. Its hash keys the uniqueness item.
func (a Address) Key() string { return strings.ToLower(a.Send) }

// The forms in which an address gets into a log by accident.

func (a Address) LogValue() slog.Value { return slog.StringValue("[redacted]") }
func (a Address) String() string       { return "[redacted]" }
func (a Address) GoString() string     { return "[redacted]" }

// The lengths of SMTP (RFC 5321, 4.5.3.1, with erratum 1690), in octets.
const (
	localOctets   = 64
	addressOctets = 254
)

// Email checks an e-mail address, which is required: exactly one, without a
// display name. Spaces around it are trimmed, full-width forms of ASCII and 。 are
// folded, a Japanese domain is sent as Punycode. The local part is ASCII, because
// SES sends to no other, and may have dots anywhere, because addresses of
// Japanese carriers do (a..b@docomo.ne.jp). Quoted local parts, comments and IP literals are
// refused: they are legal and nobody's.
func Email(typed string) (Address, locale.Text) {
	label := locale.Text{JA: "メールアドレス", EN: "your e-mail address"}
	if !utf8.ValidString(typed) {
		return Address{}, unreadable(label)
	}
	if blank(typed) {
		return Address{}, missing(label)
	}
	original := trim(typed)
	if strings.ContainsFunc(original, func(r rune) bool {
		return unicode.IsControl(r) || reorders(r) || invisible(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	}) {
		return Address{}, unseen(label)
	}
	address := foldWidth(original)
	switch at := strings.Count(address, "@"); {
	case at == 0:
		return Address{}, locale.Text{
			JA: "メールアドレスを「@」を含めて最後まで入力してください(例：name@example.jp)",
			EN: "Enter your whole e-mail address with its “@”, like name@example.jp",
		}
	case strings.ContainsAny(address, `<>"()`):
		return Address{}, locale.Text{
			JA: "名前や記号を付けずに、メールアドレスだけを入力してください(例：name@example.jp)",
			EN: "Enter only the e-mail address, without a name or quotation marks, like name@example.jp",
		}
	case strings.ContainsRune(address, ' '):
		return Address{}, locale.Text{
			JA: "メールアドレスの中の空白を取り除いてください",
			EN: "Remove the space inside your e-mail address",
		}
	case at > 1:
		return Address{}, locale.Text{
			JA: "メールアドレスを1つだけ入力してください",
			EN: "Enter one e-mail address only",
		}
	}
	local, domain, _ := strings.Cut(address, "@")
	if problem := checkLocal(local); problem != (locale.Text{}) {
		return Address{}, problem
	}
	domain, problem := sendable(domain)
	if problem != (locale.Text{}) {
		return Address{}, problem
	}
	send := local + "@" + domain
	if len(send) > addressOctets {
		return Address{}, locale.Text{
			JA: "メールアドレスが長すぎます。別のメールアドレスを入力してください",
			EN: "Enter another e-mail address: this one is too long to send to",
		}
	}
	return Address{Original: original, Send: send}, locale.Text{}
}

// foldWidth writes the full-width forms of ASCII, ideographic full stops and
// the hyphens of Japanese keyboards as ASCII.
func foldWidth(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			return r - '\uff01' + '!'
		case r == '。' || r == '｡':
			return '.'
		case strings.ContainsRune("‐‑‒–—―−", r):
			return '-'
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, text)
}

func checkLocal(local string) locale.Text {
	switch {
	case local == "":
		return locale.Text{
			JA: "メールアドレスの「@」の前を入力してください(例：name@example.jp)",
			EN: "Enter the part of your e-mail address before the “@”, as in name@example.jp",
		}
	case strings.ContainsFunc(local, func(r rune) bool { return r > unicode.MaxASCII }):
		return locale.Text{
			JA: "「@」の前に日本語などの文字があるメールアドレスには送信できません。英数字のメールアドレスを入力してください",
			EN: "Enter an e-mail address with letters a to z before the “@”: we cannot send to other ones",
		}
	case len(local) > localOctets:
		return locale.Text{
			JA: "メールアドレスの「@」の前は64文字以内で入力してください",
			EN: "Use at most 64 characters before the “@” of your e-mail address",
		}
	case strings.Contains(local, "=?"):
		return locale.Text{
			JA: "メールアドレスを、符号化せずにそのまま入力してください",
			EN: "Enter your e-mail address as it is, not encoded",
		}
	}
	for _, r := range local {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+-/=?^_`{|}~", r) {
			return remove(locale.Text{JA: "メールアドレス", EN: "your e-mail address"}, r)
		}
	}
	return locale.Text{}
}

// sendable returns the domain as SMTP carries it.
func sendable(domain string) (string, locale.Text) {
	incomplete := locale.Text{
		JA: "メールアドレスの「@」のあとを最後まで入力してください(例：name@example.jp)",
		EN: "Enter the part of your e-mail address after the “@” in full, as in name@example.jp",
	}
	wrong := locale.Text{
		JA: "メールアドレスの「@」のあとを確かめて入力し直してください(例：name@example.jp)",
		EN: "Check the part of your e-mail address after the “@”, as in name@example.jp",
	}
	switch {
	case domain == "":
		return "", incomplete
	case strings.ContainsRune(domain, ','):
		return "", locale.Text{
			JA: "メールアドレスの「,」を「.」に直してください",
			EN: "Replace the comma in your e-mail address by a period",
		}
	case strings.ContainsRune(domain, '、'):
		return "", remove(locale.Text{JA: "メールアドレス", EN: "your e-mail address"}, '、')
	case strings.HasSuffix(domain, "."):
		return "", locale.Text{
			JA: "メールアドレスの末尾の「.」を取り除いてください",
			EN: "Remove the period at the end of your e-mail address",
		}
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.CheckHyphens(false)).ToASCII(domain)
	if err != nil || len(ascii) > 253 {
		return "", wrong
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!plain(label) || strings.ContainsRune(label, '_') {
			return "", wrong
		}
	}
	top := labels[len(labels)-1]
	switch {
	case len(labels) == 1:
		return "", incomplete
	case len(top) < 2 || strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") != "" && !strings.HasPrefix(top, "xn--"):
		return "", wrong // an IPv4 address, or a slip
	}
	return ascii, locale.Text{}
}
