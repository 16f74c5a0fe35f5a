package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// day is an instant of a day in Shiojiri.
func (w *world) day(year int, month time.Month, day, hour int) time.Time {
	return time.Date(year, month, day, hour, 0, 0, 0, w.e.Zone())
}

// does gives a command at a time that is to succeed, without being asked.
func (w *world) does(at time.Time, args ...string) answer {
	w.Helper()
	got := w.says(at, "", append(args, "-yes")...)
	if got.code != 0 {
		w.Fatalf("%q: exit code %d: %s", args, got.code, got.say)
	}
	return got
}

// last is the last line of what was said.
func last(said string) string {
	said = strings.TrimSpace(said)
	return said[strings.LastIndex(said, "\n")+1:]
}

// applied is what the file of applications has of the one person, by column.
func (w *world) applied() map[string]string {
	w.Helper()
	rows := w.file("applications", shiojiri)
	if len(rows) != 2 {
		w.Fatalf("%d rows", len(rows))
	}
	cells := map[string]string{}
	for i, name := range rows[0] {
		cells[name] = rows[1][i]
	}
	return cells
}

func TestStaffNoteWhatBecomesOfAPersonStepByStep(t *testing.T) {
	w := newWorld(t)
	id := w.submit(w.submission("hanako@example.jp"), noon).ID
	mails := len(w.file("mails", shiojiri))
	decided := w.day(2020, 12, 14, 10)
	story := []struct {
		at      time.Time
		command []string
		asks    string
		says    string
		again   string // what stands, said the second time
	}{
		{decided, []string{"offer", id, "job-2"},
			"The person wished for job-2 and job-1. job-2 (", "it is offered", "job-2 was offered at Mon 2020-12-14 10:00 +09:00, until Sun 2020-12-20 00:00 +09:00."},
		{w.day(2020, 12, 15, 9), []string{"accept", id},
			"The person accepted the offer.", "it is accepted", "accepted at Tue 2020-12-15 09:00 +09:00."},
		{w.day(2021, 1, 5, 9), []string{"start", id},
			"The person started on 2021-01-04, and belongs to the participants from now on: the surveys are mid, post and followup.", "the person is a participant", "started on 2021-01-04."},
		{w.day(2021, 4, 1, 9), []string{"complete", id, "-day", "2021-03-26"},
			"The person completed the side job on 2021-03-26.", "the completion is noted", "completed on 2021-03-26."},
	}
	for _, step := range story {
		if got := w.says(step.at, "no\n", step.command...); got.code != 1 || last(got.say) == step.says {
			t.Errorf("%q was declined: exit code %d, said %q", step.command, got.code, got.say)
		}
		got := w.says(step.at, "yes\n", step.command...)
		if got.code != 0 {
			t.Fatalf("%q: exit code %d: %s", step.command, got.code, got.say)
		}
		w.contains(got.say, step.asks, "No mail tells the person", step.says)
		got = w.says(step.at.Add(time.Hour), "", step.command...)
		if got.code != 0 {
			t.Errorf("%q again: exit code %d", step.command, got.code)
		}
		w.contains(got.say, "nothing was done, because that is so already", step.again)
	}
	cells := w.applied()
	for name, want := range map[string]string{
		"offer": "job-2", "offered": "2020-12-14T10:00:00.000+09:00", "offer_until": "2020-12-20T00:00:00.000+09:00",
		"accepted": "2020-12-15T09:00:00.000+09:00", "started": "2021-01-04", "ended_early": "", "ended_reason": "", "completed": "2021-03-26",
	} {
		if cells[name] != want {
			t.Errorf("%s is %q, want %q", name, cells[name], want)
		}
	}
	if f, err := w.File(t.Context(), id); err != nil || f.Group() != "T" {
		t.Errorf("the group is %q, %v", f.Group(), err)
	}
	if got := len(w.file("mails", shiojiri)); got != mails {
		t.Errorf("%d mails were planned", got-mails)
	}
	audit := w.file("audit")
	var acts []string
	for i, act := range w.column(audit, "act") {
		if details := w.column(audit, "details")[i]; strings.HasPrefix(details, "person") {
			acts = append(acts, act+" "+details)
		}
	}
	want := []string{
		"offer person " + id + " listing job-2 until 2020-12-20T00:00:00+09:00", "accept person " + id + " ",
		"start person " + id + " day 2021-01-04", "complete person " + id + " day 2021-03-26",
	}
	slices.Sort(acts)
	slices.Sort(want)
	if diff := cmp.Diff(want, acts); diff != "" {
		t.Errorf("on record (-want +got)\n%s", diff)
	}
}

func TestAnEarlyEndKeepsItsReasonOutOfTheRecord(t *testing.T) {
	w := newWorld(t)
	id := w.submit(w.submission("hanako@example.jp"), noon).ID
	decided := w.day(2020, 12, 14, 10)
	w.does(decided, "offer", id, "job-2")
	w.does(decided, "accept", id)
	w.does(w.day(2021, 1, 5, 9), "start", id)
	stopped := w.day(2021, 2, 15, 9)
	if got := w.says(stopped, "yes\n", "end-early", id, "-day", "2021-02-14"); got.code != 2 {
		t.Errorf("without a reason: exit code %d, said %q", got.code, got.say)
	}
	w.does(stopped, "end-early", id, "-day", "2021-02-14", "-reason", "架空の理由")
	w.contains(w.does(stopped, "end-early", id, "-day", "2021-02-14", "-reason", "架空の理由").say, "nothing was done, because that is so already")
	cells := w.applied()
	if cells["ended_early"] != "2021-02-14" || cells["ended_reason"] != "架空の理由" {
		t.Errorf("the end is %q, the reason %q", cells["ended_early"], cells["ended_reason"])
	}
	if f, err := w.File(t.Context(), id); err != nil || f.Group() != "T" {
		t.Errorf("the group is %q, %v", f.Group(), err)
	}
	if audit := w.staff("audit").out; strings.Contains(audit, "架空の理由") || !strings.Contains(audit, "end-early") {
		t.Errorf("on record is\n%s", audit)
	}
}

func TestAStepThatDoesNotFollowIsRefusedInWords(t *testing.T) {
	w := newWorld(t)
	applicant := w.submit(w.submission("a@example.jp"), noon).ID
	left := w.submit(w.submission("b@example.jp"), noon)
	if err := w.Withdraw(t.Context(), left, nil, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	visitor := w.register("c@example.jp", "b1", noon)
	decided := w.day(2020, 12, 14, 10)
	refused := func(at time.Time, code int, say string, command ...string) {
		t.Helper()
		if got := w.says(at, "yes\n", command...); got.code != code || !strings.Contains(last(got.say), say) {
			t.Errorf("%q: exit code %d, said %q", command, got.code, got.say)
		}
	}
	const nothing = "nothing was done: "
	refused(decided, 1, "there is no such person", "offer", "nobody", "job-1")
	refused(decided, 1, "there is no such person", "accept", "NOBOD-Y0000")
	refused(decided, 1, `there is no side job "job-99", but: job-1`, "offer", applicant, "job-99")
	refused(decided, 1, nothing+"Mon 2020-12-14 00:00 +09:00 is past", "offer", applicant, "job-1", "-until", "2020-12-13")
	refused(decided, 1, nothing+`"soon" is no time such as`, "offer", applicant, "job-1", "-until", "soon")
	refused(decided, 1, nothing+"the person has withdrawn", "offer", left.ID, "job-1")
	refused(decided, 1, nothing+"the person has not applied", "offer", visitor, "job-1")
	refused(decided, 1, nothing+"the person was never offered a side job", "accept", applicant)
	refused(decided, 1, nothing+"the person has not accepted an offer", "start", applicant)
	w.does(decided, "offer", applicant, "job-1", "-until", "2020-12-14")
	refused(decided, 1, nothing+"the offer of job-1 can still be accepted", "offer", applicant, "job-2")
	refused(w.day(2020, 12, 15, 0), 1, nothing+"the offer has lapsed", "accept", applicant)
	refused(decided, 1, nothing+"the person has not started", "complete", applicant)
	w.does(w.day(2020, 12, 15, 0).Add(-time.Millisecond), "accept", applicant)
	refused(decided, 1, nothing+`"4 January" is no day such as 2021-01-04`, "start", applicant, "-day", "4 January")
	w.does(w.day(2021, 1, 4, 9), "start", applicant)
	refused(w.day(2021, 1, 4, 9), 1, nothing+"the person started on 2021-01-04 already", "start", applicant, "-day", "2021-01-11")
	refused(w.day(2021, 1, 4, 9), 1, nothing+"the person started later, on 2021-01-04", "complete", applicant, "-day", "2020-12-28")
	w.does(w.day(2021, 2, 1, 9), "end-early", applicant, "-day", "2021-01-29", "-reason", "架空の理由")
	refused(w.day(2021, 4, 1, 9), 1, nothing+"the person ended early on 2021-01-29", "complete", applicant)
}

func TestAnOfferThatLapsedCanBeMadeAgain(t *testing.T) {
	w := newWorld(t)
	id := w.submit(w.submission("hanako@example.jp"), noon).ID
	w.does(w.day(2020, 12, 14, 10), "offer", id, "job-1")
	w.does(w.day(2020, 12, 15, 10), "offer", id, "job-1", "-until", "2020-12-16 18:00")
	if got := w.applied(); got["offer_until"] != "2020-12-16T18:00:00.000+09:00" {
		t.Errorf("the offer stands until %s", got["offer_until"])
	}
	w.does(w.day(2020, 12, 17, 10), "offer", id, "job-1")
	if got := w.applied(); got["offer_until"] != "2020-12-23T00:00:00.000+09:00" {
		t.Errorf("made again, it stands until %s", got["offer_until"])
	}
	w.does(w.day(2020, 12, 23, 0), "offer", id, "job-2")
	if got := w.applied(); got["offer"] != "job-2" || got["offered"] != "2020-12-23T00:00:00.000+09:00" {
		t.Errorf("%s was offered at %s", got["offer"], got["offered"])
	}
}

func TestAPersonIsFoundByTheReferenceOfTheApplication(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		s := w.submission(fmt.Sprintf("%d@example.jp", i))
		s.Application.Reference = fmt.Sprintf("R7QXM-0000%d", i)
		w.submit(s, noon)
	}
	w.does(w.day(2020, 12, 14, 10), "offer", "r7qxm-00001", "job-1")
	rows := w.file("applications", shiojiri)
	offers := map[string]string{}
	for i, reference := range w.column(rows, "reference") {
		offers[reference] = w.column(rows, "offer")[i]
	}
	want := map[string]string{"R7QXM-00000": "", "R7QXM-00001": "job-1", "R7QXM-00002": ""}
	if diff := cmp.Diff(want, offers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// contacts are the hosts' contacts as the file has them, without their ids and since when.
func (w *world) contacts() [][]string {
	w.Helper()
	rows := w.file("hosts", shiojiri)
	var all [][]string
	for i := range rows[1:] {
		var cells []string
		for _, name := range []string{"host", "family_name", "given_name", "address", "language"} {
			cells = append(cells, w.column(rows, name)[i])
		}
		all = append(all, cells)
	}
	return all
}

func TestAHostHasAContactWhomStaffCanReplace(t *testing.T) {
	w := newWorld(t)
	w.submit(w.submission("hanako@example.jp"), noon)
	set := []string{"host", shiojiri, "job-1", "canary-one@host.example", "架空 太郎"}
	if got := w.says(noon, "no\n", set...); got.code != 1 || len(w.contacts()) != 0 {
		t.Errorf("declined: exit code %d, said %q", got.code, got.say)
	}
	got := w.says(noon, "yes\n", set...)
	if got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.say)
	}
	w.contains(got.say, "has no contact so far", "The contact will be 架空 (family name), 太郎 (given name), canary-one@host.example.", "it is noted: the contact of job-1 is ")
	w.contains(w.does(noon, set...).say, "nothing was done, because that is so already")
	w.does(noon, "host", shiojiri, "job-2", "canary-two@host.example", "Made-up", "Mary", "Ann", "-lang", "en")
	want := [][]string{{"job-1", "架空", "太郎", "canary-one@host.example", "ja"}, {"job-2", "Made-up", "Mary Ann", "canary-two@host.example", "en"}}
	if diff := cmp.Diff(want, w.contacts()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	id := w.column(w.file("hosts", shiojiri), "person")[1]
	other := []string{"host", shiojiri, "job-2", "canary-three@host.example", "架空 次郎"}
	acts := len(w.file("audit"))
	if got := w.says(noon, "no\n", other...); strings.Contains(got.out+got.say, "canary-two") || strings.Contains(got.out+got.say, "Mary") || len(w.file("audit")) != acts {
		t.Errorf("declined, and so not on record, it tells %s%s", got.out, got.say)
	}
	w.contains(w.does(noon, other...).say, "has a contact: "+id+", who is named in the file hosts.", "Links that went to that contact stop working.")
	want = slices.Insert(want, 1, []string{"job-2", "架空", "次郎", "canary-three@host.example", "en"})
	if diff := cmp.Diff(want, w.contacts()); diff != "" {
		t.Errorf("replaced (-want +got)\n%s", diff)
	}
	hosts := w.file("hosts", shiojiri)
	if got := w.column(hosts, "person"); got[1] == id || got[2] != id {
		t.Errorf("the contacts are %v, the former one is %s", got, id)
	}
	if diff := cmp.Diff([]string{"", "", "2020-11-02T12:00:00.000+09:00"}, w.column(hosts, "until")); diff != "" {
		t.Errorf("until when (-want +got)\n%s", diff)
	}
	for _, name := range []string{"people", "applications", "answers", "audit"} {
		args := []string{name, shiojiri}
		if name == "audit" {
			args = args[:1]
		}
		if out := w.staff(args...).out; strings.Contains(out, "canary") || strings.Contains(out, id) {
			t.Errorf("the contact is in %s:\n%s", name, out)
		}
	}
	for _, c := range []struct{ say, command string }{
		{`there is no side job "job-99"`, "host shiojiri-2020 job-99 x@host.example 架空 太郎"},
		{"nothing was done: Enter your whole e-mail address", "host shiojiri-2020 job-1 x 架空 太郎"},
		{"nothing was done: give the family name and then the given name", "host shiojiri-2020 job-1 x@host.example 架空"},
		{`nothing was done: mails are in ja or en, not in "fr"`, "host shiojiri-2020 job-1 x@host.example 架空 太郎 -lang fr"},
	} {
		if got := w.staff(strings.Fields(c.command)...); got.code != 1 || !strings.HasPrefix(got.say, c.say) {
			t.Errorf("%q: exit code %d, said %q", c.command, got.code, got.say)
		}
	}
}
