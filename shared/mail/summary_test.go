package mail

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// sumUp adds what a summary tells, and makes the person a member of staff (架空).
func (f *Facts) sumUp() {
	if f.Kind != StaffSummary {
		return
	}
	f.Applied, f.Reference, f.Choices = false, "", nil
	f.Name.FamilyKana, f.Name.GivenKana = "", ""
	f.Summary = fullSummary()
	f.Date = f.Summary.At.Add(time.Minute)
}

// minute is one of the made-up days of the summaries, in November 2020.
func minute(day, hour, minute int) time.Time {
	return time.Date(2020, 11, day, hour, minute, 0, 0, tokyo)
}

// people are made-up ids (架空) as the table has them.
func people(n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("k%02d7q2m4x6v3t5n8r2w4y6z%02d", i, 99-i))
	}
	return ids
}

// fullSummary has everything, on a bad day. Most of its counts are numbers of their own, so
// that it shows where one is missing.
func fullSummary() *Summary {
	s := &Summary{
		Since: minute(5, 9, 0), At: minute(9, 9, 0),
		Applied: Count{31, 204}, Withdrawn: Count{2, 7},
		Listings: []ByListing{
			{"job-1", Count{18, 111}, Count{26, 163}}, {"job-3", Count{13, 86}, Count{22, 142}},
		},
		Briefings: []ByBriefing{
			{"b1", 15, 97, 12, 8, 100}, {"b2", 21, 64, 3, 5, 120},
		},
		DueSoon: []Upcoming{
			{minute(10, 23, 59), locale.Text{JA: "架空の締め切り", EN: "A made-up deadline"}},
			{minute(15, 19, 30), locale.Text{JA: "「説明会の前のお知らせ」を送ります", EN: "“briefing: reminder” leaves"}},
			{minute(16, 19, 30), locale.Text{JA: "説明会(第2回)", EN: "Briefing, second session"}},
		},
		Mails: MailCounts{
			Sent: Count{418, 1623}, Failed: Count{4, 6}, Missed: Count{60, 62}, Suppressed: Count{9, 14}, Canceled: Count{19, 37},
			Unknown: 3, Waiting: 88, Overdue: 17,
		},
		Stuck: []StuckMails{
			{SurveyReminder, "overdue", 17, minute(9, 8, 10)},
			{Acknowledgement, "unknown", 1, minute(7, 14, 5)},
			{BriefingReminder, "unknown", 2, minute(6, 18, 31)},
			{BriefingConfirmation, "failed", 4, minute(8, 20, 16)},
			{SurveyInvitation, "suppressed", 9, minute(6, 9, 45)},
		},
		Missed: []MissedMails{
			{BriefingReminder, "b1 start-1h 2020-11-06T10:30:00Z", minute(6, 18, 30), people(20), 57},
			{SeatOffered, "b1 4", minute(7, 11, 20), people(22)[20:], 2},
			{SeatLapsed, "", minute(7, 12, 45), people(23)[22:], 1},
		},
		Bounced: 11, Complained: 1,
		Waves: []WaveAnswers{
			{"pre", time.Date(2020, 10, 30, 12, 0, 0, 0, tokyo), time.Date(2020, 12, 14, 0, 0, 0, 0, tokyo), 197, Count{28, 123}, 16, 58},
			{"host_before", minute(1, 9, 0), minute(9, 0, 0), 83, Count{40, 41}, 0, 42},
			{"mid", time.Date(2021, 2, 15, 9, 0, 0, 0, tokyo), time.Date(2021, 2, 24, 0, 0, 0, 0, tokyo), 0, Count{}, 0, 0},
		},
		Alerts: 10,
		Health: Health{
			Looks: 380, Expected: 384, Oldest: 73 * time.Minute, Paused: true, Reason: "届かずに戻るメールが多すぎます",
			Alarms: []AlarmNote{
				{"MailDelayed", "A due mail has waited for more than ten minutes.", minute(9, 8, 25), time.Time{}},
				{"RemindErrors", "functions/remind fails.", minute(6, 18, 40), minute(6, 19, 55)},
			},
		},
		Analyses: []AnalysisNote{{minute(8, 1, 0), []string{"pre", "mid"}}},
	}
	for i, n := range []int{0, 0, 5, 9, 4, 7, 2, 0, 6, 14, 1, 3, 23, 20} {
		s.PerDay = append(s.PerDay, DayCount{experiment.Date{Year: 2020, Month: 10, Day: 27}.AddDays(i), n})
	}
	return s
}

// firstSummary is the first of an experiment, a few days after applications opened.
func firstSummary() *Summary {
	return &Summary{
		At: minute(2, 9, 0), Applied: Count{1, 1},
		Listings: []ByListing{{"job-1", Count{1, 1}, Count{1, 1}}, {"job-3", Count{}, Count{1, 1}}},
		PerDay:   []DayCount{{experiment.Date{Year: 2020, Month: 11, Day: 1}, 1}},
		Mails:    MailCounts{Sent: Count{1, 1}},
		Waves: []WaveAnswers{
			{"pre", time.Date(2020, 10, 30, 12, 0, 0, 0, tokyo), time.Date(2020, 12, 14, 0, 0, 0, 0, tokyo), 1, Count{}, 0, 1},
		},
		Health: Health{Looks: 270, Expected: 270},
	}
}

// quietSummary has nothing new.
func quietSummary() *Summary {
	return &Summary{
		Since: minute(16, 9, 0), At: minute(19, 9, 0), Applied: Count{0, 1},
		Mails: MailCounts{Sent: Count{0, 2}}, Health: Health{Looks: 288, Expected: 288, Oldest: 20 * time.Second},
	}
}

// summaryTo is the letter of a summary.
func summaryTo(t testing.TB, s *Summary, lang locale.Lang) Message {
	t.Helper()
	f := facts(t, StaffSummary, lang)
	f.Summary = s
	return compose(t, f)
}

var figureTags = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)

// numbersIn are the whole numbers that people read in a part of a mail.
func numbersIn(part string) map[string]bool {
	found := map[string]bool{}
	for _, n := range regexp.MustCompile(`\d+`).FindAllString(figureTags.ReplaceAllString(part, " "), -1) {
		found[n] = true
	}
	return found
}

// counts are all numbers of a value that count something, wherever they stand in it.
func counts(v reflect.Value, at string, into map[string]int64) {
	switch v.Kind() {
	case reflect.Int:
		into[at] = v.Int()
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[experiment.Date]() {
			return
		}
		for i := range v.NumField() {
			counts(v.Field(i), at+"."+v.Type().Field(i).Name, into)
		}
	case reflect.Slice:
		for i := range v.Len() {
			counts(v.Index(i), fmt.Sprintf("%s[%d]", at, i), into)
		}
	}
}

func TestEveryCountOfASummaryIsInBothParts(t *testing.T) {
	t.Parallel()
	all := map[string]int64{}
	counts(reflect.ValueOf(*fullSummary()), "summary", all)
	if len(all) < 70 {
		t.Fatalf("only %d counts were found: %v", len(all), all)
	}
	for _, lang := range locale.Langs {
		m := summaryTo(t, fullSummary(), lang)
		for part, text := range map[string]string{"text": m.Text, "HTML": m.HTML} {
			shown := numbersIn(text)
			for at, n := range all {
				if strings.HasPrefix(at, "summary.PerDay") && n == 0 {
					continue // a chart begins with the first day on which somebody applied
				}
				if !shown[strconv.FormatInt(n, 10)] {
					t.Errorf("the %s in %s does not say %s, which is %d", part, lang, at, n)
				}
			}
		}
	}
}

func TestASummaryNamesItsWordsAndIds(t *testing.T) {
	t.Parallel()
	s := fullSummary()
	for _, lang := range locale.Langs {
		m := summaryTo(t, s, lang)
		squeezed := map[string]string{"text": squeeze(m.Text), "HTML": squeeze(figureTags.ReplaceAllString(m.HTML, ""))}
		said := []string{"MailDelayed", "RemindErrors", s.Health.Reason, "b1 start-1h 2020-11-06T10:30:00Z"}
		for _, missed := range s.Missed {
			said = append(append(said, missed.Kind.Title().In(lang), locale.Brief(lang, missed.Due, tokyo)), missed.People...)
		}
		for _, stuck := range s.Stuck {
			said = append(said, stuck.Kind.Title().In(lang), locale.Brief(lang, stuck.Since, tokyo))
		}
		for _, due := range s.DueSoon {
			said = append(said, due.What.In(lang), locale.Brief(lang, due.At, tokyo))
		}
		for _, command := range []string{
			"alerts shiojiri-2020", "alert-seen PERSON", "work shiojiri-2020", "send-again PERSON MAIL", "treat-as-sent PERSON MAIL",
			"address PERSON", "suppressed shiojiri-2020", "mails shiojiri-2020", "status", "resume", "applications shiojiri-2020",
			"registrations shiojiri-2020", "waves shiojiri-2020", "release shiojiri-2020", "remove-staff shiojiri-2020 p-hanako",
		} {
			said = append(said, "go run ./infra/staff "+command)
		}
		for part, text := range squeezed {
			for _, words := range said {
				if !strings.Contains(text, squeeze(words)) {
					t.Errorf("the %s in %s does not say %q", part, lang, words)
				}
			}
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// Mail programs cut off what is longer than some 100 kB, and the record of a mail is part
// of an item of the table.
func TestASummaryOfAVeryBadDayIsStillReadable(t *testing.T) {
	t.Parallel()
	s := fullSummary()
	for i := range 400 {
		s.Missed = append(s.Missed, MissedMails{SurveyReminder, fmt.Sprintf("pre %d", i), minute(6, 9, 0), people(20), 20})
	}
	for _, lang := range locale.Langs {
		m := summaryTo(t, s, lang)
		if len(m.HTML) > 100_000 || len(m.Record()) > 100_000 {
			t.Errorf("in %s the HTML has %d bytes and the record %d", lang, len(m.HTML), len(m.Record()))
		}
		if rest := strconv.Itoa((len(s.Missed) - mostMissed) * 20); !numbersIn(m.Text)[rest] {
			t.Errorf("in %s nothing says that there are %s more", lang, rest)
		}
	}
}

func TestASubjectLeadsWithWhatMattersMost(t *testing.T) {
	t.Parallel()
	quiet := func(change func(*Summary)) *Summary {
		s := quietSummary()
		change(s)
		return s
	}
	for _, c := range []struct {
		story  string
		s      *Summary
		ja, en string
	}{
		{"a bad day", fullSummary(), "【要確認10件】塩尻市の地方短期副業: 11月5日(木)–11月9日(月)のまとめ", "[10 to see to] Side jobs in Shiojiri: summary, Thu 5 Nov – Mon 9 Nov"},
		{"the first", firstSummary(), "【応募 新規1件】塩尻市の地方短期副業: 11月2日(月)までのまとめ", "[1 new application] Side jobs in Shiojiri: summary up to Mon 2 Nov"},
		{"registrations", quiet(func(s *Summary) { s.Briefings = []ByBriefing{{New: 2}, {New: 3}} }), "【説明会 新規5件】", "[5 new registrations]"},
		{"answers", quiet(func(s *Summary) { s.Waves = []WaveAnswers{{Done: Count{4, 9}}} }), "【回答 新規4件】", "[4 new answers]"},
		{"withdrawals", quiet(func(s *Summary) { s.Withdrawn.New = 1 }), "【取り下げ1件】", "[1 withdrawal]"},
		{"an analysis", quiet(func(s *Summary) { s.Analyses = []AnalysisNote{{At: s.At}} }), "【分析の結果】", "[an analysis is ready]"},
		{"dates", quiet(func(s *Summary) { s.DueSoon = make([]Upcoming, 3) }), "【予定3件】", "[3 ahead]"},
		{"nothing", quietSummary(), "【動きなし】", "[nothing new]"},
	} {
		for lang, want := range map[locale.Lang]string{locale.Japanese: c.ja, locale.English: c.en} {
			if got := summaryTo(t, c.s, lang).Subject; !strings.HasPrefix(got, want) {
				t.Errorf("%s in %s: %q, want %q", c.story, lang, got, want)
			}
		}
	}
}

// What the system says of itself may hold anything, and a summary leaves all the same.
func TestASummaryLeavesWhateverTheSystemSays(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"", "two\nlines", "\u202eback", "\xff", "%d {name} <b>&amp;", strings.Repeat("長", 5000)} {
		s := fullSummary()
		s.Health.Reason, s.Health.Alarms[0].Name, s.Health.Alarms[0].About = words, words, words
		s.Stuck[0].State, s.Stuck[1].Kind, s.Missed[0].Occasion, s.Missed[0].People = words, Kind(words), words, []string{words}
		s.Waves[0].Round, s.Listings[0].Listing, s.Briefings[0].Briefing, s.Analyses[0].Waves = words, words, words, []string{words}
		s.DueSoon[0].What = locale.Text{JA: words, EN: words}
		for _, lang := range locale.Langs {
			m := summaryTo(t, s, lang)
			checkLines(t, m.Raw)
			if strings.Contains(m.Text+m.HTML, "%!") || strings.Contains(m.HTML, "<b>") {
				t.Errorf("%q in %s is taken for more than words", words, lang)
			}
		}
	}
}

func TestThereIsNothingToTellWithoutNews(t *testing.T) {
	t.Parallel()
	if s := (Summary{}); !s.Empty() {
		t.Error("there is something in no summary at all")
	}
	if !quietSummary().Empty() {
		t.Error("a quiet time has something to tell")
	}
	for story, change := range map[string]func(*Summary){
		"an application":     func(s *Summary) { s.Applied.New = 1 },
		"a withdrawal":       func(s *Summary) { s.Withdrawn.New = 1 },
		"a registration":     func(s *Summary) { s.Briefings = []ByBriefing{{}, {New: 1}} },
		"an answer":          func(s *Summary) { s.Waves = []WaveAnswers{{}, {Done: Count{New: 1}}} },
		"a date":             func(s *Summary) { s.DueSoon = make([]Upcoming, 1) },
		"a stuck mail":       func(s *Summary) { s.Stuck = make([]StuckMails, 1) },
		"a missed mail":      func(s *Summary) { s.Missed = make([]MissedMails, 1) },
		"a bounce":           func(s *Summary) { s.Bounced = 1 },
		"a complaint":        func(s *Summary) { s.Complained = 1 },
		"somebody in strain": func(s *Summary) { s.Alerts = 1 },
		"a gap":              func(s *Summary) { s.Health.Looks-- },
		"a pause":            func(s *Summary) { s.Health.Paused = true },
		"an alarm":           func(s *Summary) { s.Health.Alarms = make([]AlarmNote, 1) },
		"an analysis":        func(s *Summary) { s.Analyses = make([]AnalysisNote, 1) },
	} {
		s := quietSummary()
		change(s)
		if s.Empty() {
			t.Errorf("%s is nothing to tell", story)
		}
	}
	for story, change := range map[string]func(*Summary){
		"people who are silent":        func(s *Summary) { s.Waves = []WaveAnswers{{Asked: 9, Begun: 2, Silent: 7}} },
		"mail that left and waits":     func(s *Summary) { s.Mails.Sent, s.Mails.Waiting = Count{3, 9}, 4 },
		"a briefing without new seats": func(s *Summary) { s.Briefings = []ByBriefing{{Seats: 9, Waiting: 2}} },
	} {
		s := quietSummary()
		change(s)
		if !s.Empty() {
			t.Errorf("%s: a summary for this alone", story)
		}
	}
}

// A summary is kept in the table as JSON, and comes back as it was.
func TestASummaryComesBackFromTheTableAsItWas(t *testing.T) {
	t.Parallel()
	for _, s := range []*Summary{fullSummary(), firstSummary(), quietSummary()} {
		written, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var read Summary
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, &read); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestEveryKindHasATitleOfItsOwn(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(rules)), slices.Sorted(maps.Keys(titles))); diff != "" {
		t.Errorf("kinds (-of the rules +of the titles):\n%s", diff)
	}
	seen := map[string]Kind{}
	for kind, title := range titles {
		for _, words := range []string{title.JA, title.EN} {
			if other, taken := seen[words]; taken || words == "" || cells(words) > 40 {
				t.Errorf("%s is called %q, as is %q", kind, words, other)
			}
			seen[words] = kind
		}
	}
	if title := Kind("from-tomorrow").Title(); title.JA != "from-tomorrow" || title.EN != title.JA {
		t.Errorf("a kind that only newer code knows is called %q", title)
	}
}

// What there is can be seen in a bar, which never grows longer than a whole one, and a
// larger part has no less of it.
func TestABarIsDividedAsItsNumbersAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parts  []int
		most   int
		length int
		want   []int
	}{
		{[]int{50, 25, 25}, 100, 24, []int{12, 6, 6}},
		{[]int{1, 0, 999}, 1000, 24, []int{1, 0, 23}},
		{[]int{999, 1, 0}, 1000, 24, []int{23, 1, 0}},
		{[]int{0}, 12, 24, []int{0}},
		{[]int{0, 0, 0}, 0, 24, []int{0, 0, 0}},
		{[]int{6}, 12, 24, []int{12}},
	} {
		if diff := cmp.Diff(c.want, shares(c.parts, c.most, c.length)); diff != "" {
			t.Errorf("%v of %d (-want +got):\n%s", c.parts, c.most, diff)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.IntRange(0, 100_000), 1, 3).Draw(t, "parts")
		sum := 0
		for _, part := range parts {
			sum += part
		}
		most := sum + rapid.IntRange(0, 1000).Draw(t, "more")
		length := rapid.SampledFrom([]int{barLength, 100}).Draw(t, "length")
		got, used := shares(parts, most, length), 0
		for i, share := range got {
			used += share
			if (share > 0) != (parts[i] > 0) {
				t.Errorf("%v of %d: %v", parts, most, got)
			}
			for j := range got {
				if parts[i] >= parts[j] && share < got[j]-1 {
					t.Errorf("%v of %d: %v", parts, most, got)
				}
			}
		}
		if used > length || sum == most && sum > 0 && used != length {
			t.Errorf("%v of %d: %v are %d of %d", parts, most, got, used, length)
		}
	})
}
