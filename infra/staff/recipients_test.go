package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// recipients are who gets the summaries, as "family given address language until".
func (w *world) recipients() []string {
	w.Helper()
	var all []string
	for _, row := range w.file("staff", shiojiri)[1:] {
		all = append(all, strings.Join(slices.Concat(row[1:4], row[5:6], row[7:8]), " "))
	}
	return all
}

// summarized writes a summary, mailed to all staff.
func (w *world) summarized(told mail.Summary) {
	w.Helper()
	content, err := json.Marshal(told)
	if err != nil {
		w.Fatal(err)
	}
	var to []table.Person
	for p, err := range w.Staff(w.Context(), shiojiri) {
		if err != nil {
			w.Fatal(err)
		}
		to = append(to, p)
	}
	s := table.StaffSummary{Experiment: shiojiri, At: told.At, Since: told.Since, Content: content}
	if fresh, err := w.PutSummary(w.Context(), s, to, told.At); err != nil || !fresh {
		w.Fatal(fresh, err)
	}
}

func TestStaffSayWhoGetsTheSummaries(t *testing.T) {
	w := newWorld(t)
	add := []string{"add-staff", shiojiri, "canary-one@lab.example", "架空 太郎"}
	if got := w.says(noon, "no\n", add...); got.code != 1 || len(w.recipients()) != 0 {
		t.Errorf("declined: exit code %d, said %q", got.code, got.say)
	}
	got := w.says(noon, "yes\n", add...)
	if got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.say)
	}
	w.contains(got.say, "The summaries of shiojiri-2020 will go to 架空 (family name), 太郎 (given name), canary-one@lab.example.",
		"it is noted: the summaries of shiojiri-2020 go to ", "The next one is due at Thu 2020-11-05 09:00 +09:00.")
	w.contains(w.does(noon.Add(time.Second), add...).say, "nothing was done, because that is so already")
	w.does(noon.Add(time.Minute), "add-staff", shiojiri, "canary-two@lab.example", "Made-up", "Mary", "Ann", "-lang", "en")
	if got := w.staff("status").out; !strings.HasSuffix(got, "\n2 people get the summaries of shiojiri-2020\n") {
		t.Errorf("status prints %q", got)
	}
	ids := w.column(w.file("staff", shiojiri), "person")
	renamed := w.does(noon.Add(time.Hour), "add-staff", shiojiri, "canary-two@lab.example", "架空 次郎") // stays in English
	w.contains(renamed.say, "The address is that of "+ids[1], "go to "+ids[1])
	want := []string{"架空 太郎 canary-one@lab.example ja ", "架空 次郎 canary-two@lab.example en "}
	if diff := cmp.Diff(want, w.recipients()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	remove := []string{"remove-staff", shiojiri, ids[0]}
	if got := w.says(noon.Add(2*time.Hour), "no\n", remove...); got.code != 1 || !strings.Contains(w.staff("status").out, "2 people") {
		t.Errorf("declined: exit code %d, said %q", got.code, got.say)
	}
	w.contains(w.does(noon.Add(2*time.Hour), remove...).say, "the person gets no more summaries")
	w.contains(w.does(noon.Add(3*time.Hour), remove...).say, "nothing was done: the person gets no summaries since Mon 2020-11-02 14:00 +09:00")
	if got := w.says(noon, "no\n", "remove-staff", shiojiri, ids[1]); !strings.HasPrefix(got.say, "Nobody else gets the summaries of shiojiri-2020") {
		t.Errorf("of the last one it says %q", got.say)
	}
	if got := w.staff("remove-staff", shiojiri, "nobody", "-yes"); got.code != 1 || !strings.HasPrefix(got.say, "nobody who gets the summaries") {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	w.contains(w.staff("status").out, "\n1 person gets the summaries of shiojiri-2020\n")
	want[0] += "2020-11-02T14:00:00.000+09:00"
	if diff := cmp.Diff(want, w.recipients()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, command := range [][]string{{"people", shiojiri}, {"hosts", shiojiri}, {"mails", shiojiri}, {"status"}, {"audit"}} {
		if got := w.staff(command...); strings.Contains(got.out+got.say, "canary") {
			t.Errorf("%q names staff:\n%s", command, got.out)
		}
	}
	audit := w.file("audit")
	acts := strings.Join(w.column(audit, "act"), " ")
	if strings.Count(acts, "add-staff") != 3 || strings.Count(acts, "remove-staff") != 1 || !slices.Contains(w.column(audit, "details"), "person "+ids[0]) {
		t.Errorf("on record is %q", audit[1:])
	}
	for _, c := range []struct{ say, command string }{
		{"nothing was done: Enter your whole e-mail address", "add-staff shiojiri-2020 x 架空 太郎"},
		{"nothing was done: give the family name and then the given name", "add-staff shiojiri-2020 x@lab.example 架空"},
		{`nothing was done: mails are in ja or en, not in "fr"`, "add-staff shiojiri-2020 x@lab.example 架空 太郎 -lang fr"},
	} {
		if got := w.staff(strings.Fields(c.command)...); got.code != 1 || !strings.HasPrefix(got.say, c.say) {
			t.Errorf("%q: exit code %d, said %q", c.command, got.code, got.say)
		}
	}
}

func TestMailsToStaffAreInTheLedgersFilesAndAWrongAddressIsCorrected(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	w.does(noon, "add-staff", shiojiri, "wrong@lab.example", "架空 太郎")
	id := w.column(w.file("staff", shiojiri), "person")[0]
	w.summarized(mail.Summary{At: noon})
	for _, args := range [][]string{{"mails", shiojiri}, {"mails", shiojiri, "-unfinished"}} {
		rows := w.file(args...)
		kinds := w.column(rows, "kind")
		if i := slices.Index(kinds, "staff-summary"); len(kinds) != 2 || i < 0 || w.column(rows, "person")[i] != id {
			t.Errorf("%q: %q", args, rows)
		}
	}
	w.bounce(id, table.Bounced)
	work := w.file("work", shiojiri)
	if got := w.column(work, "concern"); !slices.Equal(got, []string{"came-back"}) || w.column(work, "person")[0] != id {
		t.Errorf("the work is %q", work)
	}
	if got := w.column(w.file("suppressed", shiojiri), "person"); !slices.Equal(got, []string{id}) {
		t.Errorf("suppressed is %q", got)
	}
	if rows := w.file("waves", shiojiri); slices.Contains(w.column(rows, "person"), id) {
		t.Errorf("staff are asked to answer: %q", rows)
	}
	got := w.does(noon.Add(time.Hour), "address", id, "right@lab.example")
	w.contains(got.say, "The person gets the summaries of shiojiri-2020, and no mail about it", "1 mail goes again to the new address, unless no longer wanted: staff-summary", "it is corrected")
	if m := w.mail(id); m.State != table.Pending {
		t.Errorf("the mail is %s", m.State)
	}
	if got := w.staff("offer", id, "job-1", "-yes"); got.code != 1 || !strings.Contains(got.say, "the person has not applied") {
		t.Errorf("staff are offered a side job: exit code %d, said %q", got.code, got.say)
	}
}

func TestTheLastSummaryIsPrintedInWords(t *testing.T) {
	w := newWorld(t)
	w.contains(w.staff("summary", shiojiri).out, "there is no summary of shiojiri-2020 so far. The next one is due at Thu 2020-11-05 09:00 +09:00.")
	w.does(noon, "add-staff", shiojiri, "ada@lab.example", "架空 太郎")
	at := w.day(2020, time.November, 5, 9)
	w.summarized(mail.Summary{At: at.Add(-72 * time.Hour)})
	next := 100
	n := func() int { next++; return next } // each number stands for itself
	count := func() mail.Count { return mail.Count{New: n(), Total: n()} }
	told := mail.Summary{
		Since: at.Add(-72 * time.Hour), At: at, Applied: count(), Withdrawn: count(),
		Listings:  []mail.ByListing{{Listing: "job-1", First: count(), Any: count()}},
		Briefings: []mail.ByBriefing{{Briefing: "b1", New: n(), Seats: n(), Waiting: n(), Canceled: n(), Capacity: n()}},
		DueSoon:   []mail.Upcoming{{At: at.Add(24 * time.Hour), What: locale.Text{JA: "締切", EN: "applications close"}}},
		Mails:     mail.MailCounts{Sent: count(), Failed: count(), Missed: count(), Suppressed: count(), Canceled: count(), Unknown: n(), Waiting: n(), Overdue: n()},
		Stuck:     []mail.StuckMails{{Kind: mail.BriefingReminder, State: "failed", N: n(), Since: at.Add(-time.Hour)}},
		Missed:    []mail.MissedMails{{Kind: mail.BriefingReminder, Occasion: "b1 1-day", Due: at.Add(-2 * time.Hour), People: []string{"p-1", "p-2"}, N: n()}},
		Bounced:   n(), Complained: n(), Alerts: n(),
		Waves:    []mail.WaveAnswers{{Round: "pre", Asked: n(), Done: count(), Begun: n(), Silent: n()}},
		Health:   mail.Health{Looks: n(), Expected: n(), Oldest: time.Duration(n()) * time.Second, Paused: true, Reason: "too much came back", Alarms: []mail.AlarmNote{{Name: "RemindSilent", About: "no look", Since: at.Add(-3 * time.Hour)}, {Name: "RemindErrors", About: "errors", Since: at.Add(-5 * time.Hour), Over: at.Add(-4 * time.Hour)}}},
		Analyses: []mail.AnalysisNote{{At: at.Add(-time.Minute), Waves: []string{"pre"}}},
	}
	w.summarized(told)
	got := w.staff("summary", shiojiri)
	if got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.say)
	}
	for i := 101; i <= next; i++ {
		if !regexp.MustCompile(fmt.Sprintf(`\b(%d|%s)\b`, i, time.Duration(i)*time.Second)).MatchString(got.out) {
			t.Errorf("%d is missing in\n%s", i, got.out)
		}
	}
	w.contains(got.out, "shiojiri-2020, since Mon 2020-11-02 09:00 +09:00, until Thu 2020-11-05 09:00 +09:00",
		"answers say that somebody may be under strain: alerts shiojiri-2020", "mails are stuck (briefing-reminder), failed since Thu 2020-11-05 08:00 +09:00: work shiojiri-2020",
		"mails were too late (briefing-reminder, b1 1-day), due Thu 2020-11-05 07:00 +09:00: p-1 p-2", "mail was held back: too much came back",
		"alarm RemindSilent (no look) since Thu 2020-11-05 06:00 +09:00, and rang still", "alarm RemindErrors (errors) since Thu 2020-11-05 04:00 +09:00, until Thu 2020-11-05 05:00 +09:00",
		"pre analyzed at Thu 2020-11-05 08:59 +09:00, not published: release shiojiri-2020", "Fri 2020-11-06 09:00 +09:00   applications close")
	w.contains(got.say, "it was mailed to 1 of staff. The next one is due at Thu 2020-11-05 09:00 +09:00.")
}
