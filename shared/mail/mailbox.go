package mail

import (
	"errors"
	"strings"
)

// mailbox returns the address as it is written in a header and handed to SES:
// exactly one address, in ASCII (SES takes no other), without a display name.
//
// The local parts of old mobile addresses (a..b@, .a@, a.@docomo.ne.jp) are no
// dot-atoms and are real; they are quoted, which makes them valid (RFC 5322,
// 3.4.1). SES words its complaints as JavaMail does ("Local address contains
// illegal character"), which checks dots only outside of quotes.
func mailbox(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 || len(address) > 254 || at > 64 {
		return "", errors.New("not one mail address")
	}
	local, domain := address[:at], address[at+1:]
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || strings.Trim(label, letters+digits+"-") != "" {
			return "", errors.New("not a mail domain")
		}
	}
	switch {
	case quoted(local), dotAtom(local):
		return address, nil
	case strings.Trim(local, atext+".") == "":
		return `"` + local + `"@` + domain, nil
	}
	return "", errors.New("not one mail address")
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	atext   = letters + digits + "!#$%&'*+-/=?^_`{|}~" // RFC 5322, 3.2.3
)

func dotAtom(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.Trim(atom, atext) != "" {
			return false
		}
	}
	return true
}

// quoted says whether the local part is a quoted string without escapes.
func quoted(local string) bool {
	if len(local) < 3 || local[0] != '"' || local[len(local)-1] != '"' {
		return false
	}
	return !strings.ContainsFunc(local[1:len(local)-1], func(r rune) bool {
		return r < ' ' || r >= 0x7f || r == '"' || r == '\\'
	})
}
