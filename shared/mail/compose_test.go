package mail

import (
	"bytes"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
)

// A fact is needed by a kind if its words use it. Whatever a kind needs and
// does not get fails it, in both languages.
func TestNobodyReceivesAMailWithAHole(t *testing.T) {
	t.Parallel()
	missing := map[string]struct {
		remove func(*Facts)
		kinds  []Kind
	}{
		"reference":   {func(f *Facts) { f.Reference = "" }, slices.Collect(maps.Keys(rules))},
		"name":        {func(f *Facts) { f.Name.Given = "" }, slices.Collect(maps.Keys(rules))},
		"blank name":  {func(f *Facts) { f.Name = Name{" ", " ", " ", " "} }, slices.Collect(maps.Keys(rules))},
		"kana":        {func(f *Facts) { f.Name.FamilyKana = "" }, []Kind{Acknowledgement}},
		"instant":     {func(f *Facts) { f.At = time.Time{} }, []Kind{Acknowledgement, Standing, Changed, Withdrawn, AddressChanged, AddressMoved}},
		"choices":     {func(f *Facts) { f.Choices = nil }, []Kind{Acknowledgement, Changed}},
		"listing":     {func(f *Facts) { f.Choices = []string{"job-1", "job-9"} }, []Kind{Acknowledgement, Changed}},
		"consents":    {func(f *Facts) { f.Consents = nil }, []Kind{Acknowledgement}},
		"research":    {func(f *Facts) { f.Consents = f.Consents[:2] }, []Kind{Acknowledgement}},
		"version":     {func(f *Facts) { f.Consents[0].Version = "" }, []Kind{Acknowledgement}},
		"title":       {func(f *Facts) { f.Experiment.Title.EN, f.Experiment.Title.JA = "", "" }, slices.Collect(maps.Keys(rules))},
		"result date": {func(f *Facts) { f.Experiment.Application.ResultNotice = time.Time{} }, []Kind{Acknowledgement}},
		"erasure day": {func(f *Facts) { f.Experiment.Retention.Applicants = experiment.Date{} }, []Kind{Withdrawn}},
		"link":        {func(f *Facts) { clear(f.Links) }, []Kind{Acknowledgement, Standing, Link, Changed, AddressConfirm, AddressMoved}},
		"link's end":  {func(f *Facts) { lasting(f, f.Date) }, []Kind{Acknowledgement, Standing, Link, Changed, AddressConfirm, AddressMoved}},
		"date":        {func(f *Facts) { f.Date = time.Time{} }, slices.Collect(maps.Keys(rules))},
		"person":      {func(f *Facts) { f.Person = "" }, slices.Collect(maps.Keys(rules))},
		"recipient":   {func(f *Facts) { f.To = "" }, slices.Collect(maps.Keys(rules))},
		"attempt":     {func(f *Facts) { f.Attempt = 0 }, slices.Collect(maps.Keys(rules))},
	}
	for what, c := range missing {
		for kind := range rules {
			for _, lang := range locale.Langs {
				f := facts(t, kind, lang)
				c.remove(&f)
				_, err := Compose(lab, f)
				if needed := slices.Contains(c.kinds, kind); needed != (err != nil) {
					t.Errorf("%s in %s without %s: %v", kind, lang, what, err)
				}
				if err != nil && strings.Contains(err.Error(), "花子") {
					t.Errorf("the error names a person: %v", err)
				}
			}
		}
	}
}

// lasting lets every link end at the instant.
func lasting(f *Facts, until time.Time) {
	for purpose, link := range f.Links {
		link.Until = until
		f.Links[purpose] = link
	}
}

func TestAnUnknownPlaceholderFails(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"{nmae} 様", "{", "{name", "{}", "{{name}}", "{.Name}"} {
		f := facts(t, Acknowledgement, locale.Japanese)
		l := &letter{facts: f, values: f.values(lab)}
		l.paragraph(words, "Dear {name},")
		if len(l.problems) == 0 {
			t.Errorf("%q was written as %q", words, plain(l.blocks[0].paragraph))
		}
	}
	for _, words := range []string{"{name} 様", "{reference}", "{address}"} {
		f := facts(t, Acknowledgement, locale.Japanese)
		l := &letter{facts: f, values: f.values(lab)}
		l.about(words, words)
		if len(l.problems) == 0 {
			t.Errorf("the subject %q tells of the person", words)
		}
	}
	f := facts(t, Acknowledgement, locale.Japanese)
	l := &letter{facts: f, values: f.values(lab)}
	l.paragraph("日本語だけ", "")
	if len(l.problems) == 0 {
		t.Error("a text without English was taken")
	}
}

// What a person wrote is never read as one of our placeholders, as markup or
// as another line.
func TestAHostileNameStaysAName(t *testing.T) {
	t.Parallel()
	for name, fits := range map[string]bool{
		"{link}": true, "<script>alert(1)</script>": true, `" onmouseover="x`: true, "{{.}}": true, "&amp;": true,
		"髙﨑𠮷": true, "O’Neil-山田": true,
		"花子\r\nBcc: a@b.jp": false, "花子\n\nhttps://evil.example": false, "a@b.jp": false, "https://evil.example": false,
		"\u202e子花": false, "花\x00子": false, "花\u2028子": false, "\xff": false, strings.Repeat("花", 41): false,
	} {
		for _, lang := range locale.Langs {
			f := facts(t, Acknowledgement, lang)
			f.Name.Given = name
			m, err := Compose(lab, f)
			if (err == nil) != fits {
				t.Errorf("%q: %v", name, err)
			}
			if err != nil {
				continue
			}
			if !strings.Contains(m.Text, name) {
				t.Errorf("the text does not show %q as it is", name)
			}
			if !strings.Contains(m.HTML, html.EscapeString(name)) {
				t.Errorf("the HTML takes %q for markup", name)
			}
			if diff := cmp.Diff(lower(letterhead), lower(standard(t, m.Raw).headers)); diff != "" {
				t.Error(diff)
			}
		}
	}
}

var (
	webAddresses  = regexp.MustCompile(`https?://[^\s"<>]+`)
	mailAddresses = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[A-Za-z]`)
)

// Every name, address, reference and link in a mail belongs to the person it
// goes to, however many are written at once.
func TestAMailHoldsNobodyElse(t *testing.T) {
	t.Parallel()
	x := trial(t)
	kinds := slices.Sorted(maps.Keys(rules))
	rapid.Check(t, func(r *rapid.T) {
		type person struct {
			facts Facts
			own   []string // what is this person's alone
		}
		people := make([]person, 8)
		for i := range people {
			f := facts(t, rapid.SampledFrom(kinds).Draw(r, "kind"), rapid.SampledFrom(locale.Langs[:]).Draw(r, "lang"))
			mark := fmt.Sprintf("%c%c", 'ア'+2*i, rapid.RuneFrom([]rune("一二三")).Draw(r, "mark"))
			f.Experiment = x
			f.Name = Name{"姓" + mark, "名" + mark, "セイ" + mark, "メイ" + mark}
			f.To = fmt.Sprintf("person%d@example.jp", i)
			f.Person = fmt.Sprintf("p-%d", i)
			f.Reference = fmt.Sprintf("REF-%d%d%d", i, i, i)
			f.ID = ID(f.Kind, f.Person, "first")
			for purpose := range f.Links {
				f.Links[purpose] = PrivateLink{fmt.Sprintf("https://lab.example.jp/%s/token%dtoken%s", purpose, i, purpose), f.Date.Add(day)}
			}
			people[i] = person{f, []string{mark, f.To, f.Person, f.Reference, f.ID, fmt.Sprintf("token%dtoken", i)}}
		}
		messages := make([]Message, len(people))
		done := make(chan error, len(people))
		for i := range people {
			go func() {
				m, err := Compose(lab, people[i].facts)
				messages[i] = m
				done <- err
			}()
		}
		for range people {
			if err := <-done; err != nil {
				r.Fatal(err)
			}
		}
		for i, m := range messages {
			got := standard(r, m.Raw)
			all := strings.Join([]string{string(m.Raw), m.To, m.Subject, got.text, got.html, m.Record()}, "\n")
			for j, other := range people {
				for _, own := range other.own {
					if i != j && strings.Contains(all, own) {
						r.Errorf("the mail to %s holds %q", people[i].facts.To, own)
					}
				}
			}
			if got.header("To") != people[i].facts.To {
				r.Errorf("to %q, want %q", got.header("To"), people[i].facts.To)
			}
			for _, body := range []string{got.text, got.html} {
				for _, found := range webAddresses.FindAllString(body, -1) {
					if !slices.ContainsFunc(slices.Collect(maps.Values(people[i].facts.Links)), func(l PrivateLink) bool { return l.Address == found }) && found != "https://lab.example.jp/shiojiri-2020" {
						r.Errorf("a foreign address: %q", found)
					}
				}
				for _, found := range mailAddresses.FindAllString(body, -1) {
					if found != people[i].facts.To && found != lab.Office {
						r.Errorf("a foreign mail address: %q", found)
					}
				}
			}
		}
	})
}

// The text says everything that the HTML says, and the other way round.
func TestBothPartsSayTheSame(t *testing.T) {
	t.Parallel()
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	tags := regexp.MustCompile(`(?s)<(style|title)>.*?</(style|title)>|<[^>]*>`)
	for kind := range rules {
		for _, lang := range locale.Langs {
			l, err := write(lab, facts(t, kind, lang))
			if err != nil {
				t.Fatal(err)
			}
			text := squeeze(l.text())
			page := squeeze(html.UnescapeString(tags.ReplaceAllString(l.html(), "")))
			for _, b := range l.blocks {
				var said []string
				said = append(said, b.heading, plain(b.paragraph))
				for _, item := range slices.Concat(b.list, b.footer) {
					said = append(said, plain(item))
				}
				for _, f := range b.facts {
					said = append(said, f.label)
					for _, line := range f.lines {
						said = append(said, plain(line))
					}
				}
				if b.button != nil {
					said = append(said, b.button.label, b.button.address)
				}
				for _, words := range said {
					if !strings.Contains(text, squeeze(words)) || !strings.Contains(page, squeeze(words)) {
						t.Errorf("%s in %s: only one part says %q", kind, lang, words)
					}
				}
			}
		}
	}
}

func TestTheRecordOfAMailOpensNothing(t *testing.T) {
	t.Parallel()
	for kind := range rules {
		m := compose(t, facts(t, kind, locale.Japanese))
		record := m.Record()
		for _, token := range tokens {
			if strings.Contains(record, token) {
				t.Errorf("%s: the record holds a private link", kind)
			}
		}
		if !strings.HasPrefix(record, m.Subject) || !strings.Contains(record, "SJ-7K3M-92QX") {
			t.Errorf("%s: the record does not say what was sent", kind)
		}
	}
	if got := Blank("abc", "", "b"); got != "a[…]c" {
		t.Errorf("Blank = %q", got)
	}
}

// After the closing instant no mail promises that an application can still be
// changed.
func TestAfterTheDeadlineAMailPromisesNoChange(t *testing.T) {
	t.Parallel()
	closing := trial(t).Application.Close
	for _, kind := range []Kind{Standing, Link, Changed} {
		for _, lang := range locale.Langs {
			for _, c := range []struct {
				at       time.Time
				editable bool
			}{{closing.Add(-time.Nanosecond), true}, {closing, false}} {
				f := facts(t, kind, lang)
				f.Date = c.at
				lasting(&f, c.at.Add(day))
				m := compose(t, f)
				promised := strings.Contains(m.Text, "確認・変更・取り下げ") || strings.Contains(m.Text, "View, change or withdraw")
				if promised != c.editable {
					t.Errorf("%s in %s at %v: changes promised: %v", kind, lang, c.at, promised)
				}
			}
		}
	}
}

// A mail to an address that nobody has confirmed says what to do if it came to
// the wrong person, and a mail without a link says so nowhere.
func TestWhatBelongsIntoEveryMail(t *testing.T) {
	t.Parallel()
	for kind := range rules {
		for lang, doubt := range map[locale.Lang]string{locale.Japanese: "とき\n", locale.English: "If "} {
			m := compose(t, facts(t, kind, lang))
			for _, words := range []string{doubt, "office@example.jp", "https://lab.example.jp/shiojiri-2020", "SJ-7K3M-92QX"} {
				if !strings.Contains(m.Text, words) {
					t.Errorf("%s in %s lacks %q", kind, lang, words)
				}
			}
			if (len(kind.Links()) == 0) == strings.Contains(m.Text, "/me/") {
				t.Errorf("%s in %s: links %v", kind, lang, kind.Links())
			}
			if strings.Contains(m.Subject, "花子") || strings.Contains(m.Subject, "SJ-") {
				t.Errorf("%s in %s: the subject tells of the person", kind, lang)
			}
		}
	}
}

func TestLinesOfTheTextAreShort(t *testing.T) {
	t.Parallel()
	for kind := range rules {
		for _, lang := range locale.Langs {
			for line := range strings.SplitSeq(compose(t, facts(t, kind, lang)).Text, "\n") {
				if cells(line) > columns && !strings.Contains(line, "://") {
					t.Errorf("%s in %s: %d columns: %s", kind, lang, cells(line), line)
				}
				if strings.TrimSpace(line) != line && !strings.HasPrefix(line, " ") {
					t.Errorf("%s in %s: a line ends in a space: %q", kind, lang, line)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab 、。「」()漢字かなカナーっ\u0301x@."))).Draw(t, "text")
		lines := wrap(text, 20)
		if got, want := strings.Join(strings.Fields(strings.Join(lines, "")), ""), strings.Join(strings.Fields(text), ""); got != want {
			t.Errorf("wrapping loses text: %q of %q", lines, text)
		}
	})
}

func TestLogsHoldNoPerson(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	f := facts(t, Acknowledgement, locale.Japanese)
	m := compose(t, f)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sending", "facts", f, "name", f.Name, "message", m)
	for _, secret := range []string{"花子", "hanako@", tokens[0], "SJ-7K3M"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), m.ID) {
		t.Errorf("the log does not name the mail: %s", log.String())
	}
}

// State written by newer code may name a kind that this code does not have.
func TestAnUnknownKindIsAnError(t *testing.T) {
	t.Parallel()
	f := facts(t, Acknowledgement, locale.Japanese)
	f.Kind = "from-tomorrow"
	if f.Kind.Known() {
		t.Error("it is known")
	}
	if _, err := Compose(lab, f); err == nil {
		t.Error("it was composed")
	}
}

// Every kind can be written about every experiment that this build ships, in
// both languages: a missing text or date is found here and not by an applicant.
func TestEveryShippedExperimentCanBeMailed(t *testing.T) {
	t.Parallel()
	shipped, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(shipped.All()) == 0 {
		t.Fatal("nothing is shipped")
	}
	for _, x := range shipped.All() {
		for kind := range rules {
			for _, lang := range locale.Langs {
				f := facts(t, kind, lang)
				f.Experiment, f.Choices, f.Consents = x, nil, nil
				for i := range x.Application.MaxChoices {
					f.Choices = append(f.Choices, x.Listings[i].ID)
				}
				for _, c := range x.Application.Consents {
					f.Consents = append(f.Consents, Consent{c.ID, c.Version, c.Required})
				}
				m, err := Compose(lab, f)
				if err != nil {
					t.Errorf("%s: %v", x.ID, err)
					continue
				}
				checkLines(t, m.Raw)
			}
		}
	}
}

// What the form takes for a name can be mailed: an acknowledgement must not fail
// for a name that was accepted.
func TestEveryNameThatTheFormAcceptsCanBeMailed(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		strings.Repeat("葛\U000E0100", 40), strings.Repeat("か\u3099", 40), strings.Repeat("𠮷", 40), "髙﨑", "O’Connor-塩尻",
		strings.Repeat("क\u094d\u200d", 13), strings.Repeat("e\u0301\u0302\u0303\u0304", 40),
	} {
		name, problem := input.Name(locale.Text{JA: "姓", EN: "your name"}, typed)
		if problem != (locale.Text{}) {
			t.Errorf("the form refuses %q: %s", typed, problem.EN)
			continue
		}
		for kind := range rules {
			f := facts(t, kind, locale.Japanese)
			f.Name.Family, f.Name.Given = name, name
			if _, err := Compose(lab, f); err != nil {
				t.Errorf("%s to %q: %v", kind, name, err)
			}
		}
	}
}
