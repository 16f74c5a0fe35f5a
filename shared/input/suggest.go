package input

import (
	"slices"
	"strings"
)

// mailDomains are those that many people in Japan and elsewhere have their
// mail at, with names long enough that a slip in them can be told from another name.
var mailDomains = [...]string{
	"gmail.com", "googlemail.com", "icloud.com", "outlook.com", "outlook.jp", "hotmail.com", "hotmail.co.jp",
	"yahoo.co.jp", "yahoo.ne.jp", "yahoo.com", "ymail.ne.jp", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "i.softbank.jp",
	"vodafone.ne.jp", "disney.ne.jp", "ymobile.ne.jp", "rakuten.jp", "nifty.com", "biglobe.ne.jp", "so-net.ne.jp",
	"plala.or.jp", "infoweb.ne.jp", "excite.co.jp", "protonmail.com",
}

// soleSuffix names those that are at one domain only, however people end it.
var soleSuffix = map[string]string{
	"gmail": "com", "icloud": "com", "docomo": "ne.jp", "ezweb": "ne.jp",
}

// endings are slips in the last labels, none of which exists.
var endings = [...][2]string{
	{".con", ".com"}, {".cmo", ".com"}, {".ocm", ".com"}, {".comm", ".com"}, {".vom", ".com"}, {".xom", ".com"},
	{".cpm", ".com"}, {".coom", ".com"}, {".ckm", ".com"}, {".copm", ".com"}, {".cim", ".com"},
	{".nejp", ".ne.jp"}, {".cojp", ".co.jp"}, {".orjp", ".or.jp"}, {".acjp", ".ac.jp"}, {".jpp", ".jp"},
	{".ne.pj", ".ne.jp"}, {".co.pj", ".co.jp"},
	{".nett", ".net"}, {".ogr", ".org"},
}

// neighbors are domains in use that lie one slip from one of mailDomains.
var neighbors = [...]string{
	"ymail.com", "email.com", "mail.com", "gmail.ru", "hotmail.co.id", "hotmail.co.th", "hotmail.cl", "outlook.cl",
	"yahoo.cn", "yahoo.ca", "yahoo.co.id", "yahoo.co.kr", "yahoo.co.th", "yahoo.co.in", "yahoo.co.il",
	"odn.ne.jp", "ocn.ne.jp", "ymobile1.ne.jp", "protonmail.ch",
}

// Suggest returns the address that was probably meant, if the domain looks like
// a slip of a known one: gmial.com, yaho.co.jp, docomo.nejp, co,jp. It takes
// what was typed, whether or not Email accepts it, and blocks nothing.
func Suggest(typed string) (string, bool) {
	local, domain, ok := strings.Cut(foldWidth(trim(typed)), "@")
	if !ok {
		return "", false
	}
	domain = strings.ToLower(strings.Trim(strings.NewReplacer(",", ".", "、", ".", " ", "", ";", ".").Replace(domain), "."))
	for strings.Contains(domain, "..") {
		domain = strings.ReplaceAll(domain, "..", ".")
	}
	meant, problem := Email(local + "@" + probable(domain))
	if problem.JA != "" {
		return "", false
	}
	if as, problem := Email(typed); problem.JA == "" && as.Send == meant.Send {
		return "", false
	}
	return meant.Send, true
}

// probable returns the known domain nearest to this one, or the domain itself if
// none is near.
func probable(domain string) string {
	if slices.Contains(mailDomains[:], domain) || slices.Contains(neighbors[:], domain) {
		return domain
	}
	for _, slip := range endings {
		if before, ok := strings.CutSuffix(domain, slip[0]); ok && before != "" {
			return probable(before + slip[1])
		}
	}
	name, suffix, _ := strings.Cut(domain, ".")
	if sole, ok := soleSuffix[name]; ok {
		return name + "." + sole
	}
	for _, known := range mailDomains {
		if begins(domain, known) && slips(domain, known) <= 1 {
			return known
		}
	}
	for _, known := range mailDomains {
		knownName, knownSuffix, _ := strings.Cut(known, ".")
		if len(knownName) > 4 && begins(name, knownName) && slips(name, knownName) <= 1 && slips(suffix, knownSuffix) <= 1 {
			return known
		}
	}
	return domain
}

// begins says whether both begin alike. People seldom miss the first
// letter, and many real names differ in it alone (ymail.com).
func begins(typed, known string) bool {
	return typed != "" && (typed[0] == known[0] || len(typed) > 1 && typed[0] == known[1] && typed[1] == known[0])
}

// slips counts what turns one word into the other: letters left out, doubled,
// mistaken or swapped with the next (optimal string alignment).
func slips(a, b string) int {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return max(d, -d)
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
