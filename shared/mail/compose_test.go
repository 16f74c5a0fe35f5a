package mail

import (
	"bytes"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"path"
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
	all := slices.Collect(maps.Keys(rules))
	linked := slices.DeleteFunc(slices.Clone(all), func(k Kind) bool { return len(k.Links()) == 0 })
	received := []Kind{BriefingConfirmation, BriefingWaiting}
	placed := append([]Kind{SeatOffered, SeatLapsed, BriefingChanged, RegistrationCanceled, RegistrationStanding, BriefingReminder, BriefingMoved, BriefingCanceled}, received...)
	personal := slices.DeleteFunc(slices.Clone(all), func(k Kind) bool { return k.ToHost() || k.ToStaff() })
	asking := slices.DeleteFunc(slices.Clone(all), func(k Kind) bool { return !k.AboutSurvey() })
	toHosts := slices.DeleteFunc(slices.Clone(all), func(k Kind) bool { return !k.ToHost() })
	entered := []Kind{BriefingConfirmation, BriefingChanged, RegistrationCanceled, BriefingMoved, BriefingCanceled}
	missing := map[string]struct {
		remove func(*Facts)
		kinds  []Kind
	}{
		"reference":      {func(f *Facts) { f.Reference = "" }, personal},
		"name":           {func(f *Facts) { f.Name.Given = "" }, all},
		"blank name":     {func(f *Facts) { f.Name = Name{" ", " ", " ", " "} }, all},
		"half a reading": {func(f *Facts) { f.Name.FamilyKana, f.Name.GivenKana = "", "ハナコ" }, append([]Kind{Acknowledgement}, received...)},
		"kana":           {func(f *Facts) { f.Name.FamilyKana, f.Name.GivenKana = "", "" }, []Kind{Acknowledgement}},
		"instant": {func(f *Facts) { f.At = time.Time{} }, append([]Kind{
			Acknowledgement, Standing, Changed, Withdrawn, AddressChanged, AddressMoved, RegistrationCanceled, RegistrationStanding, ResearchLeft,
		}, received...)},
		"choices":     {func(f *Facts) { f.Choices = nil }, []Kind{Acknowledgement, Changed}},
		"listing":     {func(f *Facts) { f.Choices = []string{"job-1", "job-9"} }, []Kind{Acknowledgement, Changed}},
		"consents":    {func(f *Facts) { f.Consents = nil }, append([]Kind{Acknowledgement}, received...)},
		"consent":     {func(f *Facts) { f.Consents[0].ID = "" }, append([]Kind{Acknowledgement}, received...)},
		"version":     {func(f *Facts) { f.Consents[0].Version = "" }, append([]Kind{Acknowledgement}, received...)},
		"title":       {func(f *Facts) { f.Experiment.Title.EN, f.Experiment.Title.JA = "", "" }, all},
		"result date": {func(f *Facts) { f.Experiment.Application.ResultNotice = time.Time{} }, []Kind{Acknowledgement}},
		"deadline":    {func(f *Facts) { f.Experiment.Application.Close = time.Time{} }, []Kind{Standing, Link, Changed, AddressMoved, ApplicationReminder}},
		"erasure day": {func(f *Facts) { f.Experiment.Retention = experiment.Retention{} }, []Kind{Withdrawn}},
		"links":       {func(f *Facts) { clear(f.Links) }, linked},
		"a link": {func(f *Facts) {
			for purpose := range f.Links {
				delete(f.Links, purpose)
				break
			}
		}, linked},
		"links' end": {func(f *Facts) { lasting(f, f.Date) }, linked},
		"date":       {func(f *Facts) { f.Date = time.Time{} }, all},
		"person":     {func(f *Facts) { f.Person = "" }, all},
		"recipient":  {func(f *Facts) { f.To = "" }, all},
		"attempt":    {func(f *Facts) { f.Attempt = 0 }, all},
		"briefing":   {func(f *Facts) { f.Session = nil }, append([]Kind{BriefingThanks, BriefingMissed}, placed...)},
		"place": {func(f *Facts) {
			if f.Session != nil {
				f.Session.Place = locale.Text{}
			}
		}, placed},
		"former date":    {func(f *Facts) { f.Before = nil }, []Kind{BriefingChanged}},
		"other dates":    {func(f *Facts) { f.Others = nil }, []Kind{BriefingMissed}},
		"time to answer": {func(f *Facts) { f.ReplyBy = time.Time{} }, []Kind{SeatOffered}},
		"entry": {func(f *Facts) {
			if f.Session != nil {
				f.Session.UID = ""
			}
		}, entered},
		"survey":              {func(f *Facts) { f.Round = nil }, asking},
		"closed":              {func(f *Facts) { f.Date = f.Date.Add(15 * day); lasting(f, f.Date.Add(day)) }, asking},
		"survey title":        {func(f *Facts) { f.round(func(r *experiment.Round) { r.Title = locale.Text{} }) }, append([]Kind{Acknowledgement}, asking...)},
		"question":            {func(f *Facts) { f.Experiment.Question = locale.Text{} }, asking},
		"listing of the host": {func(f *Facts) { f.Listing = "job-9" }, toHosts},
		"seat":                {func(f *Facts) { f.Held = false }, []Kind{BriefingConfirmation, BriefingChanged, BriefingReminder}},
		"summary":             {func(f *Facts) { f.Summary = nil }, []Kind{StaffSummary}},
		"the want":            {func(f *Facts) { f.Held = true }, []Kind{BriefingWaiting, SeatOffered, SeatLapsed}},
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

// round changes the survey that a mail is about.
func (f *Facts) round(change func(*experiment.Round)) {
	if f.Round != nil {
		change(f.Round)
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
			for _, s := range []*Session{f.Session, f.Before} {
				if s != nil {
					s.UID = fmt.Sprintf("uid-%d@lab.example.jp", i)
				}
			}
			people[i] = person{f, []string{mark, f.To, f.Person, f.Reference, f.ID, fmt.Sprintf("token%dtoken", i), fmt.Sprintf("uid-%d@", i)}}
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
			calendar := strings.ReplaceAll(got.calendar, "\r\n ", "")
			all := strings.Join([]string{string(m.Raw), m.To, m.Subject, got.text, got.html, calendar, m.Record()}, "\n")
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
			for _, body := range []string{got.text, got.html, strings.ReplaceAll(calendar, `\n`, " ")} {
				for _, found := range webAddresses.FindAllString(body, -1) {
					if !slices.ContainsFunc(slices.Collect(maps.Values(people[i].facts.Links)), func(l PrivateLink) bool { return l.Address == found }) && found != "https://lab.example.jp/shiojiri-2020" && found != "https://lab.example.jp/shiojiri-2020/apply" {
						r.Errorf("a foreign address: %q", found)
					}
				}
				for _, found := range mailAddresses.FindAllString(body, -1) {
					if found != people[i].facts.To && found != lab.Office && !strings.HasPrefix(found, fmt.Sprintf("uid-%d@", i)) {
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
	for _, f := range everything(t) {
		l, err := write(lab, f)
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
			said = append(said, b.commands...)
			if b.task != nil {
				said = append(append(said, b.task.what, plain(b.task.todo)), b.task.commands...)
			}
			if b.table != nil {
				said = append(said, b.table.head...)
				for _, r := range b.table.rows {
					said = append(said, r.label)
					for _, f := range r.figures {
						said = append(said, f.number+f.added)
					}
				}
			}
			if b.bars != nil {
				said = append(append(said, b.bars.caption), b.bars.key...)
				for _, r := range b.bars.rows {
					said = append(said, r.label, r.said)
				}
			}
			for _, words := range said {
				if !strings.Contains(text, squeeze(words)) || !strings.Contains(page, squeeze(words)) {
					t.Errorf("%s in %s: only one part says %q", f.Kind, f.Lang, words)
				}
			}
		}
	}
}

func TestTheRecordOfAMailOpensNothing(t *testing.T) {
	t.Parallel()
	for _, f := range everything(t) {
		kind, m := f.Kind, compose(t, f)
		record := m.Record()
		for _, secret := range append(tokens[:], "VCALENDAR", first().UID) {
			if strings.Contains(record, secret) {
				t.Errorf("%s: the record holds %s", kind, secret)
			}
		}
		if got, want := strings.Count(record, "[…]"), strings.Count(m.Text, tokens[0])+strings.Count(m.Text, tokens[1]); got != want {
			t.Errorf("%s: %d of %d links are blanked", kind, got, want)
		}
		if !strings.HasPrefix(record, m.Subject) || !f.Kind.ToHost() && !f.Kind.ToStaff() && !strings.Contains(record, "SJ-7K3M-92QX") {
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

// Who has registered and not applied learns how to, and until when; after that, or
// when it is done, nobody is asked to.
func TestNobodyIsAskedToApplyInVain(t *testing.T) {
	t.Parallel()
	closing := trial(t).Application.Close
	for _, lang := range locale.Langs {
		for _, c := range []struct {
			at             time.Time
			applied, asked bool
		}{
			{closing.Add(-time.Nanosecond), false, true}, {closing.Add(-time.Nanosecond), true, false}, {closing, false, false},
		} {
			f := facts(t, BriefingThanks, lang)
			f.Date, f.Applied = c.at, c.applied
			lasting(&f, c.at.Add(day))
			if asked := strings.Contains(compose(t, f).Text, "/apply\n"); asked != c.asked {
				t.Errorf("thanks in %s at %v, applied: %v: asked to apply: %v", lang, c.at, c.applied, asked)
			}
			f = facts(t, ApplicationReminder, lang)
			f.Date, f.Applied = c.at, c.applied
			lasting(&f, c.at.Add(day))
			if _, err := Compose(lab, f); (err == nil) != c.asked {
				t.Errorf("a reminder in %s at %v, applied: %v: %v", lang, c.at, c.applied, err)
			}
		}
	}
}

// Who has only registered reads nothing of an application, unless it is how to make
// one.
func TestWhoHasNotAppliedReadsOfTheRegistration(t *testing.T) {
	t.Parallel()
	for _, f := range everything(t) {
		if f.Applied || f.Kind == BriefingThanks || f.Kind == ApplicationReminder || f.Kind.ToStaff() {
			continue
		}
		m := compose(t, f)
		for _, application := range []string{"応募", "選考", "application", "apply"} {
			if strings.Contains(m.Subject+"\n"+m.Text, application) {
				t.Errorf("%s in %s speaks of %q", f.Kind, f.Lang, application)
			}
		}
	}
}

// No mail says "tomorrow" or "soon": it may be late, or read late.
func TestMailsNameInstants(t *testing.T) {
	t.Parallel()
	for _, f := range everything(t) {
		m := compose(t, f)
		for _, word := range []string{"明日", "本日", "今日", "まもなく", "tomorrow", "today", "in an hour", "soon "} {
			if strings.Contains(m.Subject+m.Text, word) {
				t.Errorf("%s in %s says %q", f.Kind, f.Lang, word)
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
				if (kind.ToHost() || kind.ToStaff()) && strings.HasPrefix(words, "SJ-") {
					continue // hosts and staff have no reference
				}
				if !strings.Contains(m.Text, words) {
					t.Errorf("%s in %s lacks %q", kind, lang, words)
				}
			}
			at := 0
			for _, rule := range kind.Links() {
				found := strings.Index(m.Text, "/"+tokenOf(facts(t, kind, lang), rule.Purpose))
				if found < at {
					t.Errorf("%s in %s: the link %q is missing or out of order", kind, lang, rule.Purpose)
				}
				at = found
			}
			if n := strings.Count(m.Text, "\nhttps://lab.example.jp/"); n != len(kind.Links())+strings.Count(m.Text, "\nhttps://lab.example.jp/shiojiri-2020/apply\n") {
				t.Errorf("%s in %s: %d addresses", kind, lang, n)
			}
			if strings.Contains(m.Subject, "花子") || strings.Contains(m.Subject, "SJ-") {
				t.Errorf("%s in %s: the subject tells of the person", kind, lang)
			}
		}
	}
}

// tokenOf is the secret of a link.
func tokenOf(f Facts, purpose Purpose) string { return path.Base(f.Links[purpose].Address) }

func TestLinesOfTheTextAreShort(t *testing.T) {
	t.Parallel()
	for _, f := range everything(t) {
		for line := range strings.SplitSeq(compose(t, f).Text, "\n") {
			if cells(line) > columns && !strings.Contains(line, "://") {
				t.Errorf("%s in %s: %d columns: %s", f.Kind, f.Lang, cells(line), line)
			}
			if strings.TrimSpace(line) != line && !strings.HasPrefix(line, " ") {
				t.Errorf("%s in %s: a line ends in a space: %q", f.Kind, f.Lang, line)
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
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sending", "facts", f, "name", f.Name, "link", f.Links[OpenPage], "message", m)
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
				f.Experiment, f.Choices = x, nil
				for i := range x.Application.MaxChoices {
					f.Choices = append(f.Choices, x.Listings[i].ID)
				}
				if f.Applied {
					f.Consents = nil
					for _, c := range x.Application.Consents {
						f.Consents = append(f.Consents, Consent{c.ID, c.Version, c.Required})
					}
				} else if c := x.Registration.Consent; c.ID != "" {
					f.Consents = []Consent{{c.ID, c.Version, c.Required}}
				} else {
					f.Experiment = new(*x) // its file registers nobody yet
					f.Experiment.Registration = trial(t).Registration
				}
				if kind.ToHost() {
					f.Consents, f.Listing = nil, x.Listings[0].ID
				}
				if b := x.Briefings[0]; f.Session != nil {
					f.Session.Title, f.Session.Place, f.Session.Start, f.Session.End = b.Title, b.Place, b.Start, b.End
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
