package main

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// reportsTo has a made-up member of staff (架空の担当者) get the summaries.
func (w *world) reportsTo(address string, lang locale.Lang) table.Person {
	w.Helper()
	p, err := w.table.AddStaff(w.Context(), table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: w.e().ID, Lang: lang, FamilyName: "架空", GivenName: "次郎",
		Address: table.Address{Typed: address, Send: address, Comparable: address},
	}, w.staff(), w.now)
	w.must(err)
	return p
}

// sumsUp makes the summary of this very time, and the mails that tell of it.
func (w *world) sumsUp(since time.Time, content string, to ...table.Person) {
	w.Helper()
	fresh, err := w.table.PutSummary(w.Context(), table.StaffSummary{
		Experiment: w.e().ID, At: w.now, Since: since, Content: []byte(content),
	}, to, w.now)
	if err != nil || !fresh {
		w.Fatalf("the summary of %s is fresh: %v, %v", w.now, fresh, err)
	}
}

// made is a summary as it is stored: so many have applied since the last one.
func (w *world) made(applied int) string {
	w.Helper()
	content, err := json.Marshal(mail.Summary{At: w.now, Applied: mail.Count{New: applied, Total: 1234}})
	w.must(err)
	return string(content)
}

func TestASummaryGoesToEachMemberOfStaffOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(5, 9, 0, 0)
	jiro, pat := w.reportsTo("jiro@lab.example", locale.Japanese), w.reportsTo("pat@lab.example", locale.English)
	w.sumsUp(time.Time{}, w.made(17), jiro, pat)
	w.tickAt(w.function())
	w.tickAt(w.function())
	w.wants("jiro@lab.example", "staff-summary")
	w.wants("pat@lab.example", "staff-summary")
	w.ends(jiro.ID, mail.StaffSummary, table.Sent)
	for _, m := range w.ses.Accepted() {
		if text := textOf(t, m.Raw); !strings.Contains(text, "1234 +17") || strings.Contains(text, "/me/") || strings.Contains(m.Raw, "List-Unsubscribe") {
			t.Errorf("the summary to %s reads\n%s", m.To, text)
		}
	}
}

// A summary is told as it was made, however late its mail leaves.
func TestALateMailTellsOfItsOwnSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(5, 9, 0, 0)
	first := w.now
	jiro := w.reportsTo("jiro@lab.example", locale.Japanese)
	w.sumsUp(time.Time{}, w.made(17), jiro)
	w.at(9, 9, 0, 0)
	w.sumsUp(first, w.made(3), jiro)
	w.tickAt(w.function())
	w.wants("jiro@lab.example", "staff-summary", "staff-summary")
	for i, want := range []string{"1234 +17", "1234 +3"} {
		text := strings.Join(strings.Fields(textOf(t, w.ses.Accepted()[i].Raw)), " ")
		if want = strings.Join(strings.Fields(want), " "); !strings.Contains(text, want) {
			t.Errorf("mail %d does not say %q:\n%s", i, want, text)
		}
	}
}

func TestWhoWasTakenOffTheListGetsNoSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(5, 9, 0, 0)
	jiro := w.reportsTo("jiro@lab.example", locale.Japanese)
	w.sumsUp(time.Time{}, w.made(17), jiro)
	w.must(w.table.RemoveStaff(t.Context(), w.e().ID, jiro.ID, w.staff(), w.now))
	w.tickAt(w.function())
	w.wants("jiro@lab.example")
	w.ends(jiro.ID, mail.StaffSummary, table.Canceled)
}

// A mail whose summary is not there, or cannot be read, is work for staff, and holds up no
// other one.
func TestAMailWithoutItsSummaryFailsWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(5, 9, 0, 0)
	jiro := w.reportsTo("jiro@lab.example", locale.Japanese)
	w.sumsUp(time.Time{}, `{"at":`, jiro)
	_, planned, err := w.table.PlanMail(t.Context(), table.Plan{
		Person: jiro.ID, Experiment: w.e().ID, Lang: jiro.Lang, Kind: mail.StaffSummary, Occasion: "of no time", Due: w.now, NotAfter: w.now.Add(time.Hour),
	}, w.now)
	if err != nil || !planned {
		t.Fatal(planned, err)
	}
	w.apply("hanako@example.jp")
	w.tickAt(w.function())
	w.ends(jiro.ID, mail.StaffSummary, table.Failed, table.Failed)
	w.wants("jiro@lab.example")
	w.wants("hanako@example.jp", "acknowledgement")
	mails, err := w.table.MailsOf(t.Context(), jiro.ID)
	w.must(err)
	for _, m := range mails {
		if !strings.Contains(m.Reason, "summary") {
			t.Errorf("the mail of %s failed because %q", m.Occasion, m.Reason)
		}
	}
}

// That the table does not answer is no reason to give a summary up.
func TestASummaryThatCannotBeReadNowIsSentLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(5, 9, 0, 0)
	jiro := w.reportsTo("jiro@lab.example", locale.Japanese)
	w.sumsUp(time.Time{}, w.made(17), jiro)
	h, _ := w.watched(func(r faulty.Request) faulty.Effect {
		if strings.Contains(string(r.Body), "summary#") {
			return faulty.Error500
		}
		return faulty.None
	})
	if _, err := h.remind(t.Context(), event{ScheduledTime: w.now}); err == nil {
		t.Error("nobody hears that the table does not answer")
	}
	w.ends(jiro.ID, mail.StaffSummary, table.Pending)
	w.now = w.now.Add(time.Minute)
	w.tickAt(w.function())
	w.wants("jiro@lab.example", "staff-summary")
}

// Only a summary costs the read of one.
func TestOtherMailsReadNoSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("hanako@example.jp")
	h, requests := w.watched()
	if _, err := w.tick(h); err != nil {
		t.Fatal(err)
	}
	for _, r := range requests.Requests() {
		if strings.Contains(string(r.Body), "summary#") {
			t.Errorf("%s: %s", r.Operation, r.Body)
		}
	}
}
