package main

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// agrees has a person agree to take part in the research.
func (w *world) agrees(p table.Person, at time.Time) {
	w.Helper()
	c := w.e.Research.Consent
	given := table.Consent{Purpose: c.ID, Version: c.Version, Hash: c.Hash(), Lang: locale.Japanese, Given: true, At: table.At(at)}
	if err := w.AnswerResearch(w.Context(), p, given, at); err != nil {
		w.Fatal(err)
	}
}

// participates has a person be offered a side job, accept it and start.
func (w *world) participates(id string) {
	w.Helper()
	decided := w.day(2020, 12, 14, 10)
	w.does(decided, "offer", id, "job-1")
	w.does(decided, "accept", id)
	w.does(w.day(2021, 1, 4, 9), "start", id)
}

// saves has a person leave a page of a survey with answers, in the newest version.
func (w *world) saves(p table.Person, wave, instrument string, answers map[string][]string, at time.Time) {
	w.Helper()
	f, err := w.File(w.Context(), p.ID)
	if err != nil {
		w.Fatal(err)
	}
	i, ok := instruments(w.T).Current(instrument)
	if !ok {
		w.Fatalf("there is no instrument %q", instrument)
	}
	page := table.SavedPage{
		Wave: wave, Group: f.Group(), Lang: locale.Japanese, Instrument: instrument, Answers: answers,
		Edition: table.Edition{Version: i.Version, Hash: i.Hash()}, Place: 1,
	}
	for _, it := range i.Items {
		if it.Alerted(answers[it.ID]) {
			page.Alerts = append(page.Alerts, table.Alert{Item: it.ID, Value: answers[it.ID][0]})
		}
	}
	var before *table.Response
	if r, any := f.Responses[wave]; any {
		before = &r
	}
	if err := w.SavePage(w.Context(), p, before, page, at); err != nil {
		w.Fatal(err)
	}
}

// sends has a mail be planned and sent a minute later.
func (w *world) sends(person string, kind mail.Kind, occasion string, due time.Time) {
	w.Helper()
	if _, _, err := w.PlanMail(w.Context(), table.Plan{Person: person, Experiment: shiojiri, Lang: locale.Japanese, Kind: kind, Occasion: occasion, Due: due}, due); err != nil {
		w.Fatal(err)
	}
	w.accepts(person, mail.ID(kind, person, occasion), due.Add(time.Minute))
}

// accepts has SES take a mail.
func (w *world) accepts(person, id string, at time.Time) {
	w.Helper()
	m, err := mailOf(w.Context(), session{table: w.Table}, person, id)
	if err != nil {
		w.Fatal(err)
	}
	claim := table.Claim{ID: "claim-" + id, To: w.person(person).Address.Comparable, Subject: "件名", Text: "本文", Now: at}
	if m, err = w.ClaimMail(w.Context(), m, claim); err == nil {
		err = w.Accept(w.Context(), m, "ses-"+id, at)
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) finishes(p table.Person, wave string, at time.Time) {
	w.Helper()
	if _, err := w.FinishSurvey(w.Context(), p, table.Finish{Wave: wave}, at); err != nil {
		w.Fatal(err)
	}
}

// core are answers to the twelve items of the core.
func core(value string) map[string][]string {
	answers := map[string][]string{}
	for _, scale := range []string{"D", "A", "X", "C"} {
		for _, n := range []string{"1", "2", "3"} {
			answers[scale+n] = []string{value}
		}
	}
	return answers
}

// row is what a file has of a person (and a survey, if one is named), by column.
func (w *world) row(rows [][]string, person string, survey ...string) map[string]string {
	w.Helper()
	for _, cells := range rows[1:] {
		named := map[string]string{}
		for i, name := range rows[0] {
			named[name] = cells[i]
		}
		if named["person"] == person && (len(survey) == 0 || named["survey"] == survey[0]) {
			return named
		}
	}
	w.Fatalf("there is no row of %s %v", person, survey)
	return nil
}

// sees checks cells of a row.
func (w *world) sees(row map[string]string, want map[string]string) {
	w.Helper()
	for name, value := range want {
		if got, any := row[name]; !any || got != value {
			w.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func TestAnswersComeOutAsTheyWereGivenForExcelToo(t *testing.T) {
	w := newWorld(t)
	texts := []string{"=1+1", "一行目\n\n二行目, \"引用\"", "𠮷野家で😀", " ＠SUM(A1)", "'quoted'"}
	var ids []string
	for i, text := range texts {
		p := w.submit(w.submission(text[:1]+string(rune('a'+i))+"@example.jp"), noon.Add(time.Duration(i)*time.Second))
		w.agrees(p, noon.Add(time.Minute))
		w.saves(p, "pre", "career_ownership_core", core("4"), noon.Add(2*time.Minute))
		w.saves(p, "pre", "open_questions", map[string][]string{"O1": {text}, "O2": {}}, noon.Add(3*time.Minute))
		w.finishes(p, "pre", noon.Add(4*time.Minute))
		ids = append(ids, p.ID)
	}
	rows := w.file("answers", shiojiri)
	if diff := cmp.Diff(texts, w.column(rows, "pre.O1")); diff != "" {
		t.Errorf("O1 (-want +got)\n%s", diff)
	}
	w.sees(w.row(rows, ids[0]), map[string]string{
		"group": "C", "listing": "", "research": "agreed", "research_version": w.e.Research.Consent.Version, "research_at": "2020-11-02T12:01:00.000+09:00",
		"pre.begun": "2020-11-02T12:02:00.000+09:00", "pre.saved": "2020-11-02T12:03:00.000+09:00", "pre.done": "2020-11-02T12:04:00.000+09:00",
		"pre.career_ownership_core.version": "1", "pre.D1": "4", "pre.O2": "", "post.D1": "", "unlisted": "",
		"pre.career_ownership_core.agency": "4", "pre.career_ownership_core.total": "4",
	})
	for _, name := range []string{"answers", "answers-long", "waves"} {
		raw, excel := w.staff(name, shiojiri), w.staff(name, shiojiri, "-excel")
		if strings.HasPrefix(raw.out, "\ufeff") || strings.Contains(raw.out, "\r") {
			t.Errorf("%s: the raw file has a mark or a carriage return", name)
		}
		if !strings.HasPrefix(excel.out, "\xef\xbb\xbf") || !strings.HasSuffix(excel.out, "\r\n") {
			t.Errorf("%s: the file for Excel has no mark, or no CRLF", name)
		}
		got := w.read(excel.out)
		for _, row := range got {
			for i, value := range row {
				if strings.ContainsAny(firstRune(value), "=+-@＝＋－＠") {
					t.Errorf("%s: %q stands in the file for Excel", name, value)
				}
				row[i] = strings.TrimPrefix(value, "'")
			}
		}
		if diff := cmp.Diff(w.read(raw.out), got); diff != "" {
			t.Errorf("%s: raw and Excel (-raw +excel)\n%s", name, diff)
		}
	}
}

func TestOneIdJoinsAllFilesAndNoneOfThemNamesAnybody(t *testing.T) {
	w := newWorld(t)
	s := w.submission("canary-address@example.jp")
	s.Person.FamilyName, s.Person.GivenName, s.Person.FamilyKana, s.Person.GivenKana = "canary-family", "canary-given", "canary-kana", "canary-reading"
	p := w.submit(s, noon)
	w.agrees(p, noon)
	w.saves(p, "pre", "career_ownership_core", core("3"), noon)
	w.participates(p.ID)
	w.saves(p, "mid", "load_check", map[string][]string{"W1": {"9"}, "W2": {"2"}}, w.day(2021, 2, 16, 9))
	for _, name := range []string{"applications", "people", "mails", "waves", "answers", "answers-long", "alerts"} {
		got := w.staff(name, shiojiri)
		if got.code != 0 || strings.Contains(got.say, "canary") || name != "people" && strings.Contains(got.out, "canary") {
			t.Errorf("%s: exit code %d, or it tells a name or an address:\n%s%s", name, got.code, got.out, got.say)
		}
		ids := w.column(w.read(got.out), "person")
		if len(ids) == 0 {
			t.Errorf("%s has no row", name)
		}
		for _, id := range ids {
			if id != p.ID {
				t.Errorf("%s names the person %q", name, id)
			}
		}
	}
}

func TestStaffSeeWhoHasNotAnswered(t *testing.T) {
	w := newWorld(t)
	quick, slow, silent := w.submit(w.submission("a@example.jp"), noon), w.submit(w.submission("b@example.jp"), noon), w.submit(w.submission("c@example.jp"), noon)
	for _, p := range []table.Person{quick, slow} {
		w.accepts(p.ID, w.mail(p.ID).ID, noon.Add(2*time.Minute))
		w.agrees(p, noon.Add(time.Hour))
		w.saves(p, "pre", "career_ownership_core", core("3"), noon.Add(2*time.Hour))
	}
	w.bounce(silent.ID, table.Bounced)
	w.saves(quick, "pre", "open_questions", map[string][]string{"O1": {"架空"}}, noon.Add(3*time.Hour))
	w.finishes(quick, "pre", noon.Add(4*time.Hour))

	rows := w.file("waves", shiojiri)
	w.sees(w.row(rows, quick.ID, "pre"), map[string]string{
		"group": "C", "research": "agreed", "invited": "2020-11-02T12:02:00.000+09:00", "reminders": "0", "bounced": "",
		"started": "2020-11-02T14:00:00.000+09:00", "saved": "2020-11-02T15:00:00.000+09:00", "partial": "no", "done": "2020-11-02T16:00:00.000+09:00",
	})
	w.sees(w.row(rows, slow.ID, "pre"), map[string]string{
		"started": "2020-11-02T14:00:00.000+09:00", "saved": "2020-11-02T14:00:00.000+09:00", "partial": "yes", "done": "",
	})
	w.sees(w.row(rows, silent.ID, "pre"), map[string]string{
		"group": "", "research": "", "delivered": "", "bounced": "2020-11-02T12:02:00.000+09:00", "started": "", "partial": "no", "done": "",
	})
	w.participates(slow.ID)
	opened := w.day(2021, 2, 15, 9)
	w.sends(slow.ID, mail.SurveyInvitation, "mid open", opened)
	w.sends(slow.ID, mail.SurveyReminder, "mid invited+3d-0900", opened.AddDate(0, 0, 3))
	w.sees(w.row(w.file("waves", shiojiri), slow.ID, "mid"), map[string]string{
		"group": "T", "invited": "2021-02-15T09:01:00.000+09:00", "delivered": "", "reminders": "1", "reminded": "2021-02-18T09:01:00.000+09:00", "started": "", "partial": "no",
	})
}

func TestWhoLeavesTheResearchLeavesTheAnswersOrTakesThemAlong(t *testing.T) {
	w := newWorld(t)
	keeps, erases, declines := w.submit(w.submission("a@example.jp"), noon), w.submit(w.submission("b@example.jp"), noon), w.submit(w.submission("c@example.jp"), noon)
	for _, p := range []table.Person{keeps, erases} {
		w.agrees(p, noon)
		w.saves(p, "pre", "career_ownership_core", core("3"), noon.Add(time.Hour))
	}
	left := noon.Add(2 * time.Hour)
	if err := w.LeaveResearch(t.Context(), keeps, false, left); err != nil {
		t.Fatal(err)
	}
	if err := w.LeaveResearch(t.Context(), erases, true, left); err != nil {
		t.Fatal(err)
	}
	c := w.e.Research.Consent
	if err := w.AnswerResearch(t.Context(), declines, table.Consent{Purpose: c.ID, Version: c.Version, Hash: c.Hash(), At: table.At(noon)}, noon); err != nil {
		t.Fatal(err)
	}
	rows := w.file("answers", shiojiri)
	if diff := cmp.Diff([]string{keeps.ID}, w.column(rows, "person")); diff != "" {
		t.Errorf("in the research file (-want +got)\n%s", diff)
	}
	w.sees(w.row(rows, keeps.ID), map[string]string{"research": "withdrawn", "research_left": "2020-11-02T14:00:00.000+09:00", "group": "C", "pre.D1": "3"})
	if got := slices.Compact(w.column(w.file("answers-long", shiojiri), "person")); !slices.Equal(got, []string{keeps.ID}) {
		t.Errorf("the long file has %q", got)
	}
	waves := w.file("waves", shiojiri)
	w.sees(w.row(waves, keeps.ID, "pre"), map[string]string{"research": "withdrawn", "research_left": "2020-11-02T14:00:00.000+09:00", "erased": "no", "started": "2020-11-02T13:00:00.000+09:00"})
	w.sees(w.row(waves, erases.ID, "pre"), map[string]string{"research": "withdrawn", "erased": "yes", "started": "", "partial": "no"})
	w.sees(w.row(waves, declines.ID, "pre"), map[string]string{"research": "declined", "erased": "", "research_left": ""})
}

func TestAStrainIsOnTheListUntilStaffHaveSeenToIt(t *testing.T) {
	w := newWorld(t)
	p := w.submit(w.submission("hanako@example.jp"), noon)
	w.agrees(p, noon)
	w.participates(p.ID)
	answered := w.day(2021, 2, 16, 9)
	w.saves(p, "mid", "load_check", map[string][]string{"W1": {"20"}, "W2": {"1"}}, answered)
	waits := "1 answer says that somebody may be under strain: go run ./infra/staff alerts shiojiri-2020\n"
	for name, got := range map[string]string{"status": w.staff("status").out, "work": w.staff("work", shiojiri).say} {
		if !strings.HasSuffix(got, "\n"+waits) {
			t.Errorf("%s says %q", name, got)
		}
	}
	list := w.staff("alerts", shiojiri)
	w.contains(list.say, "1 answer says that somebody may be under strain", "no host learns of them")
	w.sees(w.row(w.read(list.out), p.ID, "mid"), map[string]string{
		"item": "W2", "value": "1", "label_en": "Not at all true of me", "when": "2021-02-16T09:00:00.000+09:00",
		"text_ja": "本業・家庭・健康と無理なく両立できている。",
	})
	seen := []string{"alert-seen", p.ID, "mid", "W2"}
	if got := w.says(answered, "no\n", seen...); got.code != 1 || len(w.file("alerts", shiojiri)) != 2 {
		t.Errorf("declined: exit code %d, said %q", got.code, got.say)
	}
	if got := w.says(answered.Add(time.Hour), "yes\n", seen...); got.code != 0 || len(w.file("alerts", shiojiri)) != 1 {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	if said := w.staff("status").out + w.staff("work", shiojiri).say; strings.Contains(said, "strain") {
		t.Errorf("after it has been seen to, status and work say %q", said)
	}
	w.contains(w.does(answered.Add(2*time.Hour), seen...).say, "nothing was done: it is off the list since Tue 2021-02-16 10:00 +09:00")
	w.saves(p, "mid", "load_check", map[string][]string{"W1": {"20"}, "W2": {"1"}}, answered.Add(3*time.Hour))
	if rows := w.file("alerts", shiojiri); len(rows) != 1 {
		t.Errorf("it is on the list again: %q", rows[1:])
	}
	if got := w.staff("alert-seen", p.ID, "mid", "W1", "-yes"); got.code != 1 || !strings.HasPrefix(got.say, "there is no such alert") {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	audit := w.file("audit")
	if i := slices.Index(w.column(audit, "act"), "alert-seen"); i < 0 || w.column(audit, "details")[i] != "person "+p.ID+" survey mid question W2" {
		t.Errorf("on record is %q", audit[1:])
	}
}

func TestHostsAnswerInAFileOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	p := w.submit(w.submission("hanako@example.jp"), noon)
	w.agrees(p, noon)
	w.does(noon, "host", shiojiri, "job-1", "host@host.example", "架空 太郎")
	id := w.column(w.file("hosts", shiojiri), "person")[0]
	at := w.day(2020, 12, 16, 9)
	w.saves(w.person(id), "host_before", "host_before", map[string][]string{"H1": {"5"}, "H4": {"架空の期待"}}, at)
	w.finishes(w.person(id), "host_before", at.Add(time.Minute))
	w.does(at.Add(time.Hour), "host", shiojiri, "job-1", "next@host.example", "架空 次郎") // what was answered stays
	rows := w.file("host-answers", shiojiri)
	if len(rows) != 3 {
		t.Errorf("%d rows", len(rows)-1)
	}
	w.sees(w.row(rows, id), map[string]string{
		"host": "job-1", "host_before.H1": "5", "host_before.H4": "架空の期待", "host_before.H2": "",
		"host_before.done": "2020-12-16T09:01:00.000+09:00", "host_before.host_before.version": "1", "host_after.K1": "", "unlisted": "",
	})
	w.sees(w.row(w.file("waves", shiojiri), id, "host_before"), map[string]string{
		"host": "job-1", "group": "", "started": "2020-12-16T09:00:00.000+09:00", "done": "2020-12-16T09:01:00.000+09:00", "partial": "no",
	})
	for _, name := range []string{"answers", "answers-long", "people"} {
		if out := w.staff(name, shiojiri).out; strings.Contains(out, id) {
			t.Errorf("the contact is in %s", name)
		}
	}
}

func TestAnonymousAnswersLeadToNobody(t *testing.T) {
	w := newWorld(t)
	i, _ := instruments(t).Current("briefing_satisfaction")
	var people []string
	for n, text := range []string{"架空の一", "架空の二", "架空の三"} {
		person := w.register(string(rune('a'+n))+"@example.jp", "b1", noon)
		people = append(people, person)
		err := w.AnswerAnonymously(t.Context(), person, table.AnonymousAnswer{
			ID: rand.Text(), Experiment: shiojiri, Wave: experiment.BriefingWave("b1"), Instrument: i.ID, Day: "2020-11-07", Lang: locale.Japanese,
			Edition: table.Edition{Version: i.Version, Hash: i.Hash()}, Answers: map[string][]string{"B1": {"4"}, "B7": {text}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	got := w.staff("anonymous-answers", shiojiri)
	rows := w.read(got.out)
	if texts := w.column(rows, "B7"); !slices.Equal(slices.Sorted(slices.Values(texts)), []string{"架空の一", "架空の三", "架空の二"}) {
		t.Errorf("the answers are %q", texts)
	}
	if ids := w.column(rows, "answer"); !slices.IsSorted(ids) {
		t.Errorf("they are not in the order of their random ids: %q", ids)
	}
	for name, want := range map[string]string{"survey": "briefing-b1", "day": "2020-11-07", "B1": "4", "version": "1", "unlisted": ""} {
		if values := slices.Compact(w.column(rows, name)); !slices.Equal(values, []string{want}) {
			t.Errorf("%s is %q", name, values)
		}
	}
	for _, person := range people {
		if strings.Contains(got.out, person) {
			t.Error("a person is in the file")
		}
	}
	if strings.Contains(w.staff("waves", shiojiri).out, "briefing-b1") {
		t.Error("the file waves tells who has answered an anonymous survey")
	}
}

// A revised questionnaire is one more version beside those that were answered.
func TestTheCodebookFollowsTheFileWhenAQuestionnaireIsRevised(t *testing.T) {
	w := newWorld(t)
	p := w.submit(w.submission("hanako@example.jp"), noon)
	w.agrees(p, noon)
	w.saves(p, "pre", "career_ownership_core", core("3"), noon)
	before := w.file("answers", shiojiri)
	first, _ := instruments(t).Current("career_ownership_core")
	second := *first
	second.Version = 2
	w.instruments = survey.NewSet(append(instruments(t).All(), &second)...)
	after := w.file("answers", shiojiri)
	if diff := cmp.Diff(after[0], w.column(w.file("codebook", shiojiri, "answers"), "name")); diff != "" {
		t.Errorf("columns and codebook (-columns +codebook)\n%s", diff)
	}
	was, is := w.row(before, p.ID), w.row(after, p.ID)
	maps.DeleteFunc(is, func(name, _ string) bool { return strings.HasSuffix(name, ".v2") })
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the columns there were (-before +after)\n%s", diff)
	}
	if _, any := w.row(after, p.ID)["pre.D1.v2"]; !any {
		t.Error("the second version has no column")
	}
}
