package mail

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// Identity is from whom the lab's mails come. It is configuration: the
// experiment file names the lab and its office, the stack knows their
// addresses.
type Identity struct {
	From   string // the verified address that sends
	Office string // the address that people answer to
	Site   string // the public site, "https://..." without a slash at the end
}

// Facts is everything that a mail is written from. Which of them a kind needs
// shows in its words; one that is needed and empty fails the composition.
type Facts struct {
	ID      string // see [ID]
	Attempt int    // from 1; a new attempt has new private links
	Kind    Kind
	Lang    locale.Lang
	Date    time.Time // now: the Date header, and what is already past
	Person  string    // id, for the message tag
	To      string    // the one recipient's address

	Experiment *experiment.Experiment
	Applied    bool   // the person has applied; one who has only registered for a briefing reads of the registration instead, and no promise about applications
	Reference  string // of the application or, if the mail is about a registration or the person has only registered, of the registration
	Name       Name
	At         time.Time // when the thing happened that the mail tells of; for Standing and RegistrationStanding, when what stands was received
	Choices    []string  // ids of listings, the first wish first
	Consents   []Consent

	Session *Session  // the briefing that the mail is about; for Withdrawn, the one that the person was registered for
	Held    bool      // the person has a seat; for a mail that tells of the end of a registration, had one
	Before  *Session  // as it was before a change, nil if only its words changed; for BriefingWaiting, the one whose seat was given up for it
	Others  []Session // dates still to come that the person could choose instead
	ReplyBy time.Time // SeatOffered: until when, exclusive

	// Round is the survey that the mail is about; for the Acknowledgement the one that
	// can be answered at once, for BriefingThanks that of the briefing, nil if there is none.
	Round   *experiment.Round
	Agreed  bool    // the person takes part in the research, by its present text
	Begun   bool    // and has saved answers to the round
	Answers Answers // ResearchLeft and Withdrawn: what becomes of those given so far
	Listing string  // of whose host the person is the contact

	Summary *Summary // StaffSummary: what it tells

	Links map[Purpose]PrivateLink // those of [Kind.Links], each with a token of its own
}

// Answers is what becomes of a person's answers after leaving the research.
type Answers string

const (
	NoAnswers     Answers = ""
	AnswersKept   Answers = "kept"
	AnswersErased Answers = "erased"
)

// PrivateLink is the way to something of one person's.
type PrivateLink struct {
	Address string    // all of it; its last segment is the secret. That of Unsubscribe takes the one-click POST
	Until   time.Time // when it stops working
}

// Session is a briefing as a mail tells of it.
type Session struct {
	Title, Place locale.Text
	Start, End   time.Time

	// UID is the entry's name in the person's calendar, the same for as long as
	// the person is registered. A higher Sequence replaces the entry.
	UID      string
	Sequence int
}

// Name is a person's name with its reading. Who has only registered for a briefing
// gave no reading.
type Name struct {
	Family, Given         string
	FamilyKana, GivenKana string
}

// Consent is what a person was asked to agree to, and the answer.
type Consent struct {
	ID      string // of the experiment's consent
	Version string // of the text that the person read
	Given   bool
}

// LogValue keeps personal data out of logs.
func (f Facts) LogValue() slog.Value {
	return slog.GroupValue(slog.String("mail", f.ID), slog.String("kind", string(f.Kind)))
}

// LogValue keeps what opens something out of logs.
func (PrivateLink) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// LogValue keeps personal data out of logs.
func (Name) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// valueLimit is the length of one value in a letter, in characters. What is
// longer was never meant for a mail.
const valueLimit = 1000

// nameLimit is the length of a family or given name that is mailed to an
// address which nobody has confirmed yet, in characters. A character may carry
// up to four marks and selectors, as the form counts them.
const nameLimit = 40

// values returns what the placeholders of a letter stand for. A value that is
// not known is empty; a letter that uses it fails.
func (f Facts) values(from Identity) map[string]string {
	x, lang, zone := f.Experiment, f.Lang, f.Experiment.Zone()
	instant := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return locale.Instant(lang, at, zone)
	}
	deadline := func(closing time.Time) string {
		if closing.IsZero() {
			return ""
		}
		return locale.Deadline(lang, closing, zone)
	}
	values := map[string]string{
		"title":      x.Title.In(lang),
		"short":      x.Short.In(lang),
		"lab":        x.Lab.Name.In(lang),
		"office":     x.Mail.Office.In(lang),
		"hours":      x.Mail.Hours.In(lang),
		"contact":    from.Office,
		"page":       from.Site + "/" + x.ID,
		"deadline":   deadline(x.Application.Close),
		"reference":  f.Reference,
		"name":       f.Name.in(lang),
		"full name":  f.Name.full(lang, f.Applied),
		"address":    f.To,
		"at":         instant(f.At),
		"link until": instant(f.lasting().Until),
		"result":     "",
		"erased":     "",

		"apply":    from.Site + "/" + x.ID + "/apply",
		"join":     f.Links[Join].Address,
		"reply by": deadline(f.ReplyBy),
	}
	maps.Copy(values, f.matter())
	maps.Copy(values, f.briefing())
	maps.Copy(values, f.survey(deadline))
	if erased := x.Retention.AfterLeaving(experiment.DateOf(f.At.In(zone))); !erased.IsZero() {
		values["erased"] = erased.Print(lang)
	}
	if result := x.Application.ResultNotice; !result.IsZero() {
		values["result"] = locale.Day(lang, result.In(zone))
	}
	return values
}

// matter is what the person has with the experiment: an application, only a
// registration, or somebody to host.
func (f Facts) matter() map[string]string {
	title := f.Experiment.Title
	if f.Kind.ToHost() {
		return map[string]string{"matter": locale.Text{JA: "受け入れ", EN: "hosting"}.In(f.Lang), "yours": ""}
	}
	matter := locale.Text{JA: "登録", EN: "registration"}
	yours := locale.Text{JA: "「" + title.JA + "」の説明会の登録", EN: "registration for a briefing on “" + title.EN + "”"}
	if f.Applied {
		matter = locale.Text{JA: "応募", EN: "application"}
		yours = locale.Text{JA: "「" + title.JA + "」への応募", EN: "application to “" + title.EN + "”"}
	}
	if strings.TrimSpace(title.In(f.Lang)) == "" {
		yours = locale.Text{}
	}
	return map[string]string{"matter": matter.In(f.Lang), "yours": yours.In(f.Lang)}
}

// briefing is what, when and where, and as it was before.
func (f Facts) briefing() map[string]string {
	values := map[string]string{"session": "", "when": "", "place": "", "start": "", "join from": "", "before": ""}
	zone := f.Experiment.Zone()
	if s := f.Session; s != nil {
		values["session"], values["place"] = s.Title.In(f.Lang), s.Place.In(f.Lang)
		values["when"] = locale.Span(f.Lang, s.Start, s.End, zone)
		values["start"] = locale.Instant(f.Lang, s.Start, zone)
		values["join from"] = locale.Instant(f.Lang, s.Start.Add(-joinOpens), zone)
	}
	if s := f.Before; s != nil {
		values["before"] = locale.Span(f.Lang, s.Start, s.End, zone)
	}
	return values
}

// survey is the survey round, until when and for whom, and what it is for.
func (f Facts) survey(deadline func(time.Time) string) map[string]string {
	values := map[string]string{"survey": "", "survey close": "", "duration": "", "question": strings.TrimSuffix(f.Experiment.Question.In(f.Lang), "。"), "host": "", "listing": ""}
	if r := f.Round; r != nil {
		values["survey"], values["survey close"] = r.Title.In(f.Lang), deadline(r.Close)
		if r.Minutes > 0 {
			values["duration"] = locale.Text{JA: fmt.Sprintf("%d分ほど", r.Minutes), EN: fmt.Sprintf("about %d minutes", r.Minutes)}.In(f.Lang)
		}
	}
	if listing, ok := f.Experiment.Listing(f.Listing); ok {
		values["host"], values["listing"] = listing.Host.In(f.Lang), listing.Title.In(f.Lang)
	}
	return values
}

// in prints the name in the order of the reader's language: family name first,
// unless an English mail addresses a name in Latin letters.
func (n Name) in(lang locale.Lang) string {
	if n.Family == "" || n.Given == "" {
		return ""
	}
	if lang == locale.English && latin(n.Family+n.Given) {
		return n.Given + " " + n.Family
	}
	return n.Family + " " + n.Given
}

// full prints the name with its reading; without, if none was given and none is
// needed.
func (n Name) full(lang locale.Lang, read bool) string {
	if !read && n.FamilyKana == "" && n.GivenKana == "" {
		return n.in(lang)
	}
	if n.in(lang) == "" || n.FamilyKana == "" || n.GivenKana == "" {
		return ""
	}
	reading := n.FamilyKana + " " + n.GivenKana
	if lang == locale.English {
		return n.in(lang) + " (" + reading + ")"
	}
	return n.in(lang) + "(" + reading + ")"
}

func latin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// check refuses facts that no letter may be written from. The form refuses
// them too; here it is the mail's own promise to whoever receives it.
func (f Facts) check(from Identity) error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !f.Kind.Known() {
		bad("unknown kind %q", f.Kind)
	}
	if _, ok := locale.Parse(string(f.Lang)); !ok {
		bad("unknown language %q", f.Lang)
	}
	if f.Experiment == nil {
		bad("no experiment")
	} else if f.Experiment.Zone() == nil {
		bad("the experiment was not parsed: it has no time zone")
	}
	if !tagValue(f.ID) {
		bad("mail id is not the value of a tag")
	}
	if !tagValue(f.Person) {
		bad("person id is not the value of a tag")
	}
	if f.Attempt < 1 {
		bad("attempt %d", f.Attempt)
	}
	if f.Date.IsZero() {
		bad("no date")
	}
	for _, a := range []struct{ what, address string }{{"sender", from.From}, {"office", from.Office}, {"recipient", f.To}} {
		if _, err := mailbox(a.address); err != nil {
			bad("%s: %w", a.what, err)
		}
	}
	if !strings.HasPrefix(from.Site, "https://") && !strings.HasPrefix(from.Site, "http://") {
		bad("the site is no web address")
	}
	for _, part := range []string{f.Name.Family, f.Name.Given, f.Name.FamilyKana, f.Name.GivenKana} {
		if characters(part) > nameLimit || utf8.RuneCountInString(part) > 5*nameLimit || strings.Contains(part, "@") || strings.Contains(part, "://") {
			bad("a name holds an address or is too long")
			break
		}
	}
	return errors.Join(append(problems, f.checkLinks(), f.checkBriefings(), f.checkEntry())...)
}

// checkBriefings holds every briefing that is told of to what can be told.
func (f Facts) checkBriefings() error {
	told := slices.Clone(f.Others)
	for _, s := range []*Session{f.Session, f.Before} {
		if s != nil {
			told = append(told, *s)
		}
	}
	var problems []error
	for _, s := range told {
		problems = append(problems, s.check())
	}
	return errors.Join(problems...)
}

// checkLinks holds the links to those of the kind: none may be missing, open
// something else, or have the token of another.
func (f Facts) checkLinks() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, rule := range f.Kind.Links() {
		switch link := f.Links[rule.Purpose]; {
		case !webAddress(link.Address):
			bad("the link %q is no web address", rule.Purpose)
		case !link.Until.After(f.Date):
			bad("the link %q has already ended", rule.Purpose)
		}
	}
	for purpose := range f.Links {
		if !slices.ContainsFunc(f.Kind.Links(), func(rule LinkRule) bool { return rule.Purpose == purpose }) {
			bad("a mail of this kind has no link %q", purpose)
		}
	}
	if tokens := secrets(f); len(slices.Compact(slices.Sorted(slices.Values(tokens)))) < len(tokens) {
		bad("two links have the same token")
	}
	return errors.Join(problems...)
}

// lasting is the link that the words of the mail give an end for.
func (f Facts) lasting() PrivateLink {
	if link, ok := f.Links[ConfirmAddress]; ok {
		return link
	}
	return f.Links[OpenPage]
}

// characters counts what a reader sees as one: marks, variation selectors and
// joiners belong to the character before them.
func characters(s string) int {
	count := 0
	for _, r := range s {
		if !unicode.Is(unicode.M, r) && r != '\u200c' && r != '\u200d' {
			count++
		}
	}
	return count
}

// fit says why a value must not be printed: it would let whoever chose it
// forge a line of the letter, or hide what it says.
func fit(value string) error {
	if !utf8.ValidString(value) {
		return errors.New("is not UTF-8")
	}
	if utf8.RuneCountInString(value) > valueLimit {
		return errors.New("is too long")
	}
	if strings.ContainsFunc(value, forges) {
		return errors.New("holds a character that hides or reorders text")
	}
	return nil
}

// forges says whether a character breaks a line, reorders what is around it,
// or cannot be seen at all.
func forges(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff', r == '\u200b', r == '\u2060':
		return true
	}
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// tagValue says whether SES takes the text as the value of a message tag.
func tagValue(s string) bool {
	return s != "" && len(s) <= 256 && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}) < 0
}

// webAddress says whether the text is one http(s) address that can be written
// out as it is: printable ASCII without quotes, brackets and spaces.
func webAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	return ok && rest != "" && len(s) <= 500 && !strings.ContainsFunc(rest, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r)
	})
}
