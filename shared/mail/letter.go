package mail

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// letter is what a kind writes: a subject and blocks, in the reader's language.
// Every text is given in both languages; "{reference}" in it stands for a fact.
// What cannot be written is collected and fails the letter.
type letter struct {
	facts    Facts
	values   map[string]string
	subject  string
	blocks   []block
	file     string // the calendar file, if the mail is about a seat
	problems []error
}

// block is one part of a letter. Exactly one field is set.
type block struct {
	title     string
	heading   string
	paragraph []span
	list      [][]span
	facts     []fact
	button    *button
	footer    [][]span

	task     *task
	commands []string
	table    *table
	bars     *bars
}

// fact is one labeled value of a letter, of one line or several.
type fact struct {
	label string
	lines [][]span
}

// button is a thing to do, with its address written out beneath. After the first,
// which is the one that the letter is about, they are quiet.
type button struct {
	label, address, hint string
	quiet                bool
}

// span is a piece of running text, perhaps with an address behind it, or one
// that is not broken over two lines.
type span struct {
	text    string
	address string
	whole   bool
}

func (l *letter) problem(format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(format, args...))
}

// in chooses the words of the reader's language.
func (l *letter) in(ja, en string) string { return locale.Text{JA: ja, EN: en}.In(l.facts.Lang) }

// about sets the subject. It is seen by whoever sees the mail's events, so it
// holds nothing about the person.
func (l *letter) about(ja, en string) {
	l.subject = plain(l.fill(ja, en, "title", "short", "lab", "office", "matter", "start", "survey", "survey close"))
}

// title is the first line that a person reads.
func (l *letter) title(ja, en string) {
	l.blocks = append(l.blocks, block{title: plain(l.fill(ja, en))})
}

func (l *letter) heading(ja, en string) {
	l.blocks = append(l.blocks, block{heading: plain(l.fill(ja, en))})
}

func (l *letter) paragraph(ja, en string) {
	l.blocks = append(l.blocks, block{paragraph: l.fill(ja, en)})
}

// list is for things of equal weight; each is a pair of texts.
func (l *letter) list(items ...locale.Text) {
	b := block{}
	for _, item := range items {
		b.list = append(b.list, l.fill(item.JA, item.EN))
	}
	l.blocks = append(l.blocks, b)
}

// dates lists briefings by title and time.
func (l *letter) dates(sessions []Session) {
	b := block{list: [][]span{}}
	for _, s := range sessions {
		b.list = append(b.list, append([]span{{text: s.Title.In(l.facts.Lang) + l.in(" ", ": ")}},
			unbroken(locale.Span(l.facts.Lang, s.Start, s.End, l.facts.Experiment.Zone()))...))
	}
	l.blocks = append(l.blocks, b)
}

// record is a list of labeled facts.
func (l *letter) record(facts ...fact) {
	for _, f := range facts {
		if len(f.lines) == 0 {
			l.problem("empty fact %q", f.label)
		}
		for _, line := range f.lines {
			if err := fit(plain(line)); err != nil {
				l.problem("fact %q %w", f.label, err)
			}
		}
	}
	l.blocks = append(l.blocks, block{facts: facts})
}

// fact is one labeled value; its text is the same in both languages.
func (l *letter) fact(ja, en, text string) fact {
	return fact{l.in(ja, en), [][]span{l.fill(text, text)}}
}

// press is the button of a private link. Pressing it opens a page; nothing happens
// before a button on that page is pressed too.
func (l *letter) press(purpose Purpose, ja, en string) {
	link, ok := l.facts.Links[purpose]
	if !ok {
		l.problem("a button without a link %q", purpose)
	}
	l.lead(link.Address, ja, en)
}

// lead is a button to an address.
func (l *letter) lead(address, ja, en string) {
	l.blocks = append(l.blocks, block{button: &button{
		label:   plain(l.fill(ja, en)),
		address: address,
		quiet:   slices.ContainsFunc(l.blocks, func(b block) bool { return b.button != nil }),
		hint: l.in("ボタンを押しても開けないときは、次のアドレスをブラウザーに貼り付けてください。",
			"If the button does not open, paste this address into your browser:"),
	}})
}

// greet opens a letter: whose it is, to whom.
func (l *letter) greet() { l.paragraph("{name} 様", "Dear {name},") }

// sign closes a letter: why it came, how to stop such letters, who answers.
func (l *letter) sign(ja, en string) {
	lines := [][]span{l.fill(ja, en)}
	if stop, ok := l.facts.Links[Unsubscribe]; ok {
		lines = append(lines,
			l.fill("このようなお知らせは、次のページで止められます。{matter}に必要なご連絡は、その後もお届けします。",
				"You can stop announcements like this one on the page below. We will still send the mails that your {matter} needs."),
			[]span{{text: stop.Address, address: stop.Address}})
	}
	l.blocks = append(l.blocks, block{footer: append(lines,
		l.fill("このメールは自動で送信していますが、ご返信は{office}が拝見します。",
			"This mail was sent automatically, but a person reads the replies."),
		l.fill("{lab}", "{lab}"),
		l.fill("お問い合わせ: {contact}", "Contact: {contact}"),
		l.fill("受付時間: {hours}", "Office hours: {hours}"),
		l.fill("実証のページ: {page}", "The experiment: {page}"),
	)})
}

// choices lists the chosen listings by title, the first wish first.
func (l *letter) choices() fact {
	f := fact{label: l.in("希望する副業", "Side jobs you chose")}
	for i, id := range l.facts.Choices {
		x, ok := l.facts.Experiment.Listing(id)
		if !ok {
			l.problem("unknown listing %q", id)
			continue
		}
		f.lines = append(f.lines, []span{{text: fmt.Sprintf(l.in("第%d希望: %s / %s", "%d. %s / %s"),
			i+1, x.Title.In(l.facts.Lang), x.Host.In(l.facts.Lang))}})
	}
	return f
}

// consents lists what the person agreed to, and did not, with the version of
// the text that was read.
func (l *letter) consents() fact {
	f := fact{label: l.in("同意の記録", "What you agreed to")}
	for _, c := range l.facts.Consents {
		x, ok := l.facts.Experiment.Consent(c.ID)
		if registration := &l.facts.Experiment.Registration.Consent; !ok && c.ID != "" && c.ID == registration.ID {
			x, ok = registration, true
		}
		if !ok || c.Version == "" {
			l.problem("unknown consent %q", c.ID)
			continue
		}
		answer := l.in("同意しない", "not agreed")
		if c.Given {
			answer = l.in("同意する", "agreed")
		}
		f.lines = append(f.lines, []span{
			{text: x.Title.In(l.facts.Lang) + ": " + answer + l.in("", " ")},
			{text: fmt.Sprintf(l.in("(%s版)", "(version %s)"), c.Version), whole: true},
		})
	}
	return f
}

// editable says whether an application may still be changed.
func (l *letter) editable() bool {
	return l.facts.Experiment.Application.State(l.facts.Date) == experiment.Open
}

// fill puts the facts into the text of the reader's language. Only the text is
// searched for placeholders, never what a person wrote. If allowed is given,
// no other placeholders may be used.
func (l *letter) fill(ja, en string, allowed ...string) []span {
	var spans []span
	rest := l.in(ja, en)
	if ja == "" || en == "" {
		l.problem("a text lacks a language: %q %q", ja, en)
	}
	for rest != "" {
		before, after, found := strings.Cut(rest, "{")
		if before != "" {
			spans = append(spans, span{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(after, "}")
		rest = after
		value, known := l.values[name]
		switch {
		case !closed || !known:
			l.problem("unknown placeholder {%s}", name)
		case len(allowed) > 0 && !slices.Contains(allowed, name):
			l.problem("placeholder {%s} is not for a subject", name)
		case strings.TrimSpace(value) == "":
			l.problem("empty placeholder {%s}", name)
		default:
			if err := fit(value); err != nil {
				l.problem("placeholder {%s} %w", name, err)
			}
		}
		switch name {
		case "contact":
			spans = append(spans, span{text: value, address: "mailto:" + value})
		case "page":
			spans = append(spans, span{text: value, address: value})
		case "at", "deadline", "link until", "survey close", "when", "before", "join from", "reply by":
			spans = append(spans, unbroken(value)...)
		default:
			spans = append(spans, span{text: value})
		}
	}
	return spans
}

// unbroken is a time as it is printed. It breaks at its spaces alone, not within
// 11月6日 or 19:30–21:00, where programs break it too.
func unbroken(text string) []span {
	var spans []span
	for i, piece := range strings.Split(text, " ") {
		if i > 0 {
			spans = append(spans, span{text: " "})
		}
		spans = append(spans, span{text: piece, whole: strings.ContainsFunc(piece, func(r rune) bool { return r >= utf8.RuneSelf })})
	}
	return spans
}

// plain is running text without the addresses behind it.
func plain(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

// write runs the kind's own words over the facts.
func write(from Identity, f Facts) (*letter, error) {
	if err := f.check(from); err != nil {
		return nil, err
	}
	l := &letter{facts: f, values: f.values(from)}
	rules[f.Kind].write(l)
	l.file = l.calendar(from)
	if l.subject == "" {
		l.problem("no subject")
	}
	return l, errors.Join(l.problems...)
}
