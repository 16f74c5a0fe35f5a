package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// exports are the commands by which data leave.
var exports = [][]string{
	{"applications", shiojiri}, {"applications", shiojiri, "-excel"}, {"people", shiojiri}, {"people", shiojiri, "-excel"},
	{"mails", shiojiri}, {"mails", shiojiri, "-unfinished"}, {"suspects", shiojiri},
	{"registrations", shiojiri}, {"work", shiojiri}, {"suppressed", shiojiri}, {"hosts", shiojiri},
	{"waves", shiojiri}, {"answers", shiojiri}, {"answers", shiojiri, "-excel"}, {"answers-long", shiojiri},
	{"host-answers", shiojiri}, {"anonymous-answers", shiojiri}, {"alerts", shiojiri},
	{"staff", shiojiri}, {"analysis", shiojiri}, {"releases", shiojiri},
}

// uninformed is what status says before anybody gets summaries.
const uninformed = "nobody gets the summaries of shiojiri-2020, so none are written: go run ./infra/staff add-staff shiojiri-2020 ADDRESS \"FAMILY-NAME GIVEN-NAME\"\n"

// turns are the other commands that are put on record before they do anything.
var turns = [][]string{{"pause"}, {"resume"}, {"settings", shiojiri}, {"summary", shiojiri}}

func TestExcelAndProgramsGetTheSameRowsAndColumns(t *testing.T) {
	w := newWorld(t)
	for i, text := range []string{"=1+1", "一行目\n\n二行目, \"引用\"", "𠮷野家で😀", " ＠SUM(A1)", "'quoted'", "-5", "髙﨑"} {
		s := w.submission(fmt.Sprintf("+%d@example.jp", i))
		s.Application.Motivation, s.Person.FamilyName = text, text
		w.submit(s, noon.Add(time.Duration(i)*time.Second))
	}
	for _, name := range []string{"applications", "people"} {
		raw, excel := w.staff(name, shiojiri), w.staff(name, shiojiri, "-excel")
		if strings.HasPrefix(raw.out, "\ufeff") || strings.Contains(raw.out, "\r") {
			t.Errorf("%s: the raw file has a mark or a carriage return", name)
		}
		if !strings.HasPrefix(excel.out, "\xef\xbb\xbf") || strings.Count(excel.out, "\r\n") != 8 || !strings.HasSuffix(excel.out, "\r\n") {
			t.Errorf("%s: the file for Excel has no mark, or not a CRLF for each row: %q", name, excel.out)
		}
		want, got := w.read(raw.out), w.read(excel.out)
		for _, row := range got {
			for i, value := range row {
				if strings.ContainsAny(firstRune(value), "=+-@＝＋－＠") {
					t.Errorf("%s: %q stands in the file for Excel", name, value)
				}
				row[i] = strings.TrimPrefix(value, "'")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: raw and Excel (-raw +excel)\n%s", name, diff)
		}
	}
	want := []string{"=1+1", "一行目\n\n二行目, \"引用\"", "𠮷野家で😀", " ＠SUM(A1)", "'quoted'", "-5", "髙﨑"}
	if diff := cmp.Diff(want, w.column(w.file("applications", shiojiri), "motivation")); diff != "" {
		t.Errorf("motivation (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(want, w.column(w.file("people", shiojiri), "family_name")); diff != "" {
		t.Errorf("family name (-want +got)\n%s", diff)
	}
}

func firstRune(value string) string {
	for _, r := range strings.TrimSpace(value) {
		return string(r)
	}
	return ""
}

func TestARowSaysEverythingThatAPersonAskedFor(t *testing.T) {
	w := newWorld(t)
	s := w.submission("hanako@example.jp")
	person := w.submit(s, noon)
	edited := s.Application
	edited.Motivation = "変更後の動機"
	if err := w.Edit(t.Context(), table.Edit{Token: "edit", Version: 1, Person: w.person(person.ID), Application: edited, Changed: []string{"motivation"}}, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := w.Withdraw(t.Context(), person, nil, false, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	rows := w.file("applications", shiojiri)
	if len(rows) != 2 {
		t.Fatalf("%d rows, want the header and one", len(rows))
	}
	got := map[string]string{}
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	want := map[string]string{
		"person": person.ID, "reference": s.Application.Reference, "status": "withdrawn",
		"submitted": "2020-11-02T12:00:00.000+09:00", "edited": "2020-11-02T13:00:00.000+09:00", "withdrawn": "2020-11-02T14:00:00.000+09:00",
		"version": "2", "language": "ja", "source": "doda", "prefecture": "01",
		"choice_1": "job-2", "choice_2": "job-1", "choice_3": "", "motivation": "変更後の動機",
		"answer_current_work": "employee", "answer_contribution": "架空の経験", "answer_weekly_hours": "",
		"adult": "yes", "unlisted": "", "offer": "", "offered": "", "offer_until": "", "accepted": "",
		"started": "", "ended_early": "", "ended_reason": "", "completed": "",
	}
	for _, c := range w.e.Application.Consents {
		want["consent_"+c.ID] = map[bool]string{true: "yes", false: "no"}[c.Required]
		want["consent_"+c.ID+"_version"] = c.Version
		want["consent_"+c.ID+"_at"] = "2020-11-02T12:00:00.000+09:00"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnswersToAnOlderFileStayInSight(t *testing.T) {
	w := newWorld(t)
	s := w.submission("hanako@example.jp")
	s.Application.Choices = []string{"job-1", "job-2", "job-3", "job-4"}
	s.Application.Answers["hobby"] = []string{"<登山> & 写真"}
	s.Application.Consents = append(s.Application.Consents, table.Consent{Purpose: "newsletter", Version: "1", Lang: locale.Japanese, Given: true})
	w.submit(s, noon)
	got := w.column(w.file("applications", shiojiri), "unlisted")
	want := []string{`{"choices":["job-4"],"answers":{"hobby":["<登山> & 写真"]},"consents_given":["newsletter 1"]}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNamesAndAddressesLeaveInTheirOwnFileAlone(t *testing.T) {
	w := newWorld(t)
	s := w.submission("canary-address@example.jp")
	s.Person.FamilyName, s.Person.GivenName, s.Person.FamilyKana, s.Person.GivenKana = "canary-family", "canary-given", "canary-kana", "canary-reading"
	s.Person.Address.Send, s.Person.Address.Comparable = "canary-send@example.jp", "canary-comparable"
	person := w.submit(s, noon)
	next := table.Address{Typed: "canary-new@example.jp", Send: "canary-new@example.jp", Comparable: "canary-new@example.jp"}
	if err := w.AskAddress(t.Context(), person, next, today, noon); err != nil {
		t.Fatal(err)
	}
	if err := w.NoteSuspect(t.Context(), shiojiri, "s-1", "trap", noon); err != nil {
		t.Fatal(err)
	}
	for _, command := range slices.Concat(exports, turns, [][]string{{"audit"}, {"status"}, {"codebook", shiojiri, "people"}}) {
		got := w.staff(command...)
		if got.code != 0 || got.out == "" {
			t.Errorf("%q: exit code %d: %s", command, got.code, got.say)
		}
		if strings.Contains(got.say, "canary") || command[0] != "people" && strings.Contains(got.out, "canary") {
			t.Errorf("%q tells a name or an address:\n%s%s", command, got.out, got.say)
		}
	}
	want := [][]string{
		{"person", "status", "family_name", "given_name", "family_kana", "given_kana", "address", "address_sent_to", "new_address"},
		{person.ID, "submitted", "canary-family", "canary-given", "canary-kana", "canary-reading", "canary-address@example.jp", "canary-send@example.jp", "canary-new@example.jp"},
	}
	if diff := cmp.Diff(want, w.file("people", shiojiri)); diff != "" {
		t.Errorf("people (-want +got)\n%s", diff)
	}
	for _, name := range []string{"applications", "mails"} {
		for _, id := range w.column(w.file(name, shiojiri), "person") {
			if id != person.ID {
				t.Errorf("%s names the person %q, people %q", name, id, person.ID)
			}
		}
	}
}

func TestTheCodebookHasOneRowForEachColumn(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	for _, name := range []string{
		"applications", "registrations", "people", "hosts", "mails", "work", "suppressed",
		"waves", "answers", "answers-long", "host-answers", "anonymous-answers", "alerts",
		"staff", "analysis", "releases",
	} {
		book := w.staff("codebook", shiojiri, name)
		if len(book.requests) != 0 {
			t.Errorf("the codebook of %s asked the table %d times", name, len(book.requests))
		}
		rows := w.read(book.out)
		if diff := cmp.Diff(w.file(name, shiojiri)[0], w.column(rows, "name")); diff != "" {
			t.Errorf("%s: columns and codebook (-columns +codebook)\n%s", name, diff)
		}
		for _, row := range rows[1:] {
			if row[1] == "" || row[2] == "" || row[3] == "" || (strings.HasPrefix(row[3], "choice") || row[3] == "likert") != (row[4] != "") {
				t.Errorf("%s: a row says too little: %q", name, row)
			}
		}
	}
}

func TestManyApplicationsComeOutInOrderWhoeverWithdrew(t *testing.T) {
	w := newWorld(t)
	const many = 130
	want := make([]string, many)
	var applying sync.WaitGroup
	for worker := range 4 {
		applying.Go(func() {
			for i := worker; i < many; i += 4 {
				s := w.submission(fmt.Sprintf("%d@example.jp", i))
				want[i] = s.Application.Reference
				_, err := w.Submit(t.Context(), s, noon.Add(time.Duration(i)*time.Millisecond))
				if err == nil && i%50 == 0 {
					err = w.Withdraw(t.Context(), s.Person, nil, false, noon.Add(time.Hour-time.Duration(i)*time.Second))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	applying.Wait()
	rows := w.file("applications", shiojiri)
	if got := w.column(rows, "reference"); !slices.Equal(got, want) {
		t.Errorf("%d applications in the order of submission, want %d", len(got), many)
	}
	withdrawn := slices.DeleteFunc(w.column(rows, "status"), func(s string) bool { return s != "withdrawn" })
	if len(withdrawn) != 3 {
		t.Errorf("%d of them are withdrawn, want 3", len(withdrawn))
	}
	if got, want := w.column(w.file("people", shiojiri), "person"), w.column(rows, "person"); !slices.Equal(got, want) {
		t.Error("the people are not those of the applications, in their order")
	}
}

func TestWhatCannotBePutOnRecordIsNotDone(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	for _, command := range slices.Concat(exports, turns) {
		got := w.staffThrough(faulty.Writes(faulty.Always(faulty.Error500)), command...)
		if got.code != 1 || got.out != "" || !strings.HasPrefix(got.say, "nothing was done, because it cannot be put on record: ") {
			t.Errorf("%q: exit code %d, printed %q, said %q", command, got.code, got.out, got.say)
		}
		for _, r := range got.requests {
			if r.Operation != "PutItem" {
				t.Errorf("%q: asked the table to %s without a record of it", command, r.Operation)
			}
		}
	}
	if rows := w.file("audit"); len(rows) != 1 {
		t.Errorf("what was not done is on record: %q", rows[1:])
	}
}

func TestWhatStaffDidIsOnRecordBeforeItIsDone(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	var want [][]string
	for _, command := range slices.Concat(exports, turns) {
		got := w.staff(command...)
		if got.code != 0 || got.requests[0].Operation != "PutItem" || !bytes.Contains(got.requests[0].Body, []byte("made-up staff")) {
			t.Errorf("%q: exit code %d; it first asked the table to %s", command, got.code, got.requests[0].Operation)
		}
		row := []string{"2020-11-02T12:00:00.000+09:00", "made-up staff", command[0], "", ""}
		if len(command) > 1 {
			row[3] = command[1]
		}
		if len(command) > 2 {
			row[4] = strings.TrimPrefix(command[2], "-")
		}
		want = append(want, row)
	}
	w.file("codebook", shiojiri, "people")
	w.staff("status")
	got := w.file("audit")[1:]
	// All of it happened at one instant here.
	for _, rows := range [][][]string{want, got} {
		slices.SortFunc(rows, slices.Compare[[]string])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the audit (-want +got)\n%s", diff)
	}
}

func TestAFileThatBreaksOffSaysSo(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	for _, command := range exports {
		got := w.staffThrough(faulty.KillBefore(2), command...)
		if got.code != 1 || !strings.HasPrefix(got.say, "the file is not complete, throw it away: ") {
			t.Errorf("%q: exit code %d, said %q", command, got.code, got.say)
		}
	}
}

func TestStaffHoldTheMailBackAndLetItLeave(t *testing.T) {
	w := newWorld(t)
	story := []struct{ command, want string }{
		{"status", "mail may leave\nno mail is due\n" + uninformed},
		{"pause", "mail is paused by staff: nothing leaves before resume\nno mail is due\n" + uninformed},
		{"status", "mail is paused by staff: nothing leaves before resume\nno mail is due\n" + uninformed},
		{"resume", "mail may leave\nno mail is due\n" + uninformed},
	}
	for _, step := range story {
		if got := w.staff(step.command); got.code != 0 || got.out != step.want {
			t.Errorf("%s: exit code %d, printed %q, said %q", step.command, got.code, got.out, got.say)
		}
		if sw, err := w.Switch(t.Context()); err != nil || sw.Open(noon) != strings.HasPrefix(step.want, "mail may leave\n") {
			t.Errorf("after %s: open is %v, %v", step.command, sw.Open(noon), err)
		}
	}
	if err := w.StopUntil(t.Context(), noon.Add(time.Hour), "AccountSendingPausedException"); err != nil {
		t.Fatal(err)
	}
	want := "mail is stopped until 2020-11-02T13:00:00+09:00, because SES refused to send: AccountSendingPausedException\nno mail is due\n" + uninformed
	if got := w.staff("status"); got.out != want {
		t.Errorf("after a stop it prints %q", got.out)
	}
	if paused, err := w.PauseFor(t.Context(), table.Switch{Resumed: table.At(noon)}, "12 of 100 mails bounced", noon); err != nil || !paused {
		t.Fatal(paused, err)
	}
	want = "mail paused itself at 2020-11-02T12:00:00+09:00, because 12 of 100 mails bounced: nothing leaves before resume, after which the count begins anew\nno mail is due\n" + uninformed
	if got := w.staff("status"); got.out != want {
		t.Errorf("after it paused itself it prints %q", got.out)
	}
	if got := w.staff("resume"); got.out != "mail may leave\nno mail is due\n"+uninformed {
		t.Errorf("after resume it prints %q", got.out)
	}
}

func TestTheLedgerSaysWhatBecameOfEachMail(t *testing.T) {
	w := newWorld(t)
	first := w.submit(w.submission("a@example.jp"), noon)
	w.submit(w.submission("b@example.jp"), noon.Add(time.Second))
	for m, err := range w.Mails(t.Context(), shiojiri) {
		if err != nil {
			t.Fatal(err)
		}
		if m.Person == first.ID {
			if err := w.End(t.Context(), m, table.Failed, "a fact is missing", noon); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := w.file("mails", shiojiri)
	for name, want := range map[string][]string{
		"kind": {"acknowledgement", "acknowledgement"}, "state": {"failed", "pending"}, "reason": {"a fact is missing", ""},
		"due": {"2020-11-02T12:00:00.000+09:00", "2020-11-02T12:00:01.000+09:00"}, "attempt": {"0", "0"}, "sent": {"", ""},
	} {
		if diff := cmp.Diff(want, w.column(all, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if diff := cmp.Diff([]string{"pending"}, w.column(w.file("mails", "-unfinished", shiojiri), "state")); diff != "" {
		t.Errorf("unfinished (-want +got)\n%s", diff)
	}
}

func TestSuspectsAreListedAndCounted(t *testing.T) {
	w := newWorld(t)
	for i, reason := range []string{"trap", "fast", "trap"} {
		if err := w.NoteSuspect(t.Context(), shiojiri, fmt.Sprintf("s-%d", i), reason, noon.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	got := w.staff("suspects", shiojiri)
	out := "at,reason\n2020-11-02T12:00:00.000+09:00,trap\n2020-11-02T12:00:01.000+09:00,fast\n2020-11-02T12:00:02.000+09:00,trap\n"
	if say := "3 refused posts in the last 30 days\n     1 fast\n     2 trap\n"; got.out != out || got.say != say {
		t.Errorf("printed %q, said %q", got.out, got.say)
	}
}

func TestAMistakeIsToldAndNothingPrinted(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		command string
		code    int
		say     string
	}{
		{"", 2, "usage: "},
		{"-help", 0, "usage: "},
		{"applications -h", 0, "usage: "},
		{"aplications shiojiri-2020", 2, `there is no command "aplications"`},
		{"applications", 2, "the command is: applications EXPERIMENT"},
		{"applications shiojiri", 1, `there is no experiment "shiojiri", but: shiojiri-2020`},
		{"applications shiojiri-2020 -exel", 2, "flag provided but not defined: -exel"},
		{"people shiojiri-2020 -unfinished", 2, "-unfinished belongs to mails"},
		{"set shiojiri-2020", 2, "the command is: set EXPERIMENT KEY=VALUE ..."},
		{"replay shiojiri-2020 kamaishi", 1, `there is no experiment "kamaishi"`},
		{"pause -yes", 2, "-yes belongs to set, send-again, address, offer, accept, start, end-early, complete, alert-seen, host, add-staff, remove-staff, freeze, analyze and release"},
		{"add-staff shiojiri-2020 ada@example.jp", 2, "the command is: add-staff EXPERIMENT ADDRESS NAME ..."},
		{"releases shiojiri-2020 -dry results.json", 2, "-dry belongs to release"},
		{"codebook shiojiri-2020 suspects", 2, `there is no codebook of "suspects"`},
		{"people shiojiri-2020 -table=", 2, "which table?"},
		{"people shiojiri-2020 -table nowhere", 1, `there is no table "nowhere" here: check the name, the region and the account`},
		{"status -table nowhere", 1, `there is no table "nowhere" here`},
	} {
		got := w.staff(strings.Fields(c.command)...)
		if got.code != c.code || got.out != "" || !strings.HasPrefix(got.say, c.say) {
			t.Errorf("%q: exit code %d, printed %q, said %q", c.command, got.code, got.out, got.say)
		}
	}
}
