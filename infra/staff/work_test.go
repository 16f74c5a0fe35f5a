package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
)

func (w *world) person(id string) table.Person {
	w.Helper()
	p, _, err := w.PersonWithSettings(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// mail is the one mail of a person.
func (w *world) mail(person string) table.Mail {
	w.Helper()
	all, err := w.MailsOf(w.Context(), person)
	if err != nil || len(all) != 1 {
		w.Fatalf("%d mails: %v", len(all), err)
	}
	return all[0]
}

// claim has an attempt begin.
func (w *world) claim(person string) table.Mail {
	w.Helper()
	m := w.mail(person)
	m, err := w.ClaimMail(w.Context(), m, table.Claim{ID: "claim-" + m.ID, To: w.person(person).Address.Comparable, Subject: "件名", Text: "本文", Now: noon.Add(time.Minute)})
	if err != nil {
		w.Fatal(err)
	}
	return m
}

// bounce has a mail come back.
func (w *world) bounce(person string, reason table.Arrival) table.Mail {
	w.Helper()
	m := w.claim(person)
	f := table.Feedback{Person: person, Mail: m.ID, Message: "ses-" + m.ID, Accepted: noon.Add(time.Minute), At: noon.Add(2 * time.Minute), To: w.person(person).Address.Comparable}
	m, err := w.Suppress(w.Context(), f, reason)
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func TestTheWorkIsWhatWaitsForStaff(t *testing.T) {
	w := newWorld(t)
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	doubtful := w.register("canary-a@example.jp", "b1", at(0))
	fresh := w.register("canary-b@example.jp", "b1", at(1))
	failed := w.submit(w.submission("canary-c@example.jp"), at(2)).ID
	returned := w.register("canary-d@example.jp", "b1", at(3))
	spam := w.register("canary-e@example.jp", "b1", at(4))
	held := w.register("canary-f@example.jp", "b1", at(5))
	w.register("canary-g@example.jp", "b1", at(6)) // waits for the sender, not for staff
	for person, when := range map[string]time.Time{doubtful: at(60), fresh: at(600)} {
		if err := w.Doubt(t.Context(), w.claim(person), "no answer", when); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Fail(t.Context(), w.claim(failed), "MessageRejected", noon); err != nil {
		t.Fatal(err)
	}
	w.bounce(returned, table.Bounced)
	w.bounce(spam, table.Complained)
	if err := w.End(t.Context(), w.mail(held), table.Suppressed, "the address takes no mail: bounced", noon); err != nil {
		t.Fatal(err)
	}
	got := w.says(at(16*60), "", "work", shiojiri)
	if got.code != 0 || strings.Contains(got.out+got.say, "canary") {
		t.Fatalf("exit code %d, printed %s, said %s", got.code, got.out, got.say)
	}
	w.contains(got.say, "5 mails wait for you")
	rows := w.read(got.out)
	for name, want := range map[string][]string{
		"person":  {doubtful, failed, returned, spam, held},
		"concern": {"unknown", "failed", "came-back", "complained", "suppressed"},
		"state":   {"unknown", "failed", "sent", "sent", "suppressed"},
		"reason":  {"no answer", "MessageRejected", "", "", "the address takes no mail: bounced"},
		"since": {"2020-11-02T12:01:00.000+09:00", "2020-11-02T12:03:00.000+09:00", "2020-11-02T12:02:00.000+09:00",
			"2020-11-02T12:02:00.000+09:00", "2020-11-02T12:00:05.000+09:00"},
	} {
		if diff := cmp.Diff(want, w.column(rows, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	all := w.file("mails", shiojiri)
	if diff := cmp.Diff([]string{"", "", "", "bounced", "complained", "", ""}, w.column(all, "delivery")); diff != "" {
		t.Errorf("delivery (-want +got)\n%s", diff)
	}
	suppressed := w.file("suppressed", shiojiri)
	if diff := cmp.Diff([][]string{
		{"person", "reason", "since", "mail", "present"},
		{returned, "bounced", "2020-11-02T12:02:00.000+09:00", w.mail(returned).ID, "yes"},
		{spam, "complained", "2020-11-02T12:02:00.000+09:00", w.mail(spam).ID, "yes"},
	}, suppressed); diff != "" {
		t.Errorf("suppressed (-want +got)\n%s", diff)
	}
}

func TestStaffDecideAboutAMailInDoubt(t *testing.T) {
	w := newWorld(t)
	first, second := w.register("a@example.jp", "b1", noon), w.register("b@example.jp", "b1", noon)
	for _, person := range []string{first, second} {
		if err := w.Doubt(t.Context(), w.claim(person), "no answer", noon); err != nil {
			t.Fatal(err)
		}
	}
	again := []string{"send-again", first, w.mail(first).ID}
	if got := w.says(noon, "no\n", again...); got.code != 1 || w.mail(first).State != table.Unknown {
		t.Errorf("declined: exit code %d, the mail is %s", got.code, w.mail(first).State)
	}
	got := w.says(noon, "yes\n", again...)
	if got.code != 0 || w.mail(first).State != table.Pending {
		t.Errorf("send-again: exit code %d, the mail is %s", got.code, w.mail(first).State)
	}
	w.contains(got.say, "it arrives twice")
	if got := w.staff("treat-as-sent", second, w.mail(second).ID); got.code != 0 || w.mail(second).State != table.Sent {
		t.Errorf("treat-as-sent: exit code %d: %s", got.code, got.say)
	}
	for _, c := range []struct {
		say     string
		command []string
	}{
		{"nothing was done: the mail is pending", append(again, "-yes")},
		{"nothing was done: the mail is sent", []string{"treat-as-sent", second, w.mail(second).ID}},
		{"there is no such mail", []string{"treat-as-sent", second, "nothing"}},
		{"there is no such mail", []string{"send-again", "nobody", w.mail(second).ID}},
	} {
		if got := w.staff(c.command...); got.code != 1 || !strings.HasPrefix(got.say[strings.LastIndex(strings.TrimSpace(got.say), "\n")+1:], c.say) {
			t.Errorf("%q: exit code %d, said %q", c.command, got.code, got.say)
		}
	}
	want := map[string]bool{"send-again person " + first + " mail " + w.mail(first).ID: true, "treat-as-sent person " + second + " mail " + w.mail(second).ID: true}
	audit := w.file("audit")
	acts, details := w.column(audit, "act"), w.column(audit, "details")
	for i := range acts {
		if !want[acts[i]+" "+details[i]] {
			t.Errorf("on record is %s %s", acts[i], details[i])
		}
	}
	if len(acts) != len(want) {
		t.Errorf("%d acts are on record, want %d", len(acts), len(want))
	}
}

func TestACorrectedAddressGetsWhatCameBack(t *testing.T) {
	w := newWorld(t)
	person := w.register("hanako@exmaple.jp", "b1", noon)
	w.register("taken@example.jp", "b1", noon)
	w.bounce(person, table.Bounced)
	for _, c := range []struct{ id, address, say string }{
		{person, "hanako", "nothing was done: Enter your whole e-mail address"},
		{person, "hanako@exmaple.jp", "nothing was done: that is the person's address"},
		{"nobody", "hanako@example.jp", "there is no such person"},
	} {
		if got := w.staff("address", c.id, c.address, "-yes"); got.code != 1 || !strings.HasPrefix(got.say, c.say) {
			t.Errorf("%s: exit code %d, said %q", c.address, got.code, got.say)
		}
	}
	got := w.staff("address", person, "taken@example.jp", "-yes")
	if got.code != 1 {
		t.Errorf("a taken address: exit code %d", got.code)
	}
	w.contains(got.say, "belongs to another person")
	got = w.says(noon.Add(time.Hour), "yes\n", "address", person, "canary@example.jp")
	if got.code != 0 || w.person(person).Address.Send != "canary@example.jp" {
		t.Fatalf("exit code %d: %s", got.code, got.say)
	}
	w.contains(got.say, "1 mail goes again to the new address, unless no longer wanted: briefing-confirmation", "links that went to the old one stop working")
	audit := w.file("audit")
	if diff := cmp.Diff([]string{"person " + person}, w.column(audit, "details")); diff != "" {
		t.Errorf("on record (-want +got)\n%s", diff)
	}
	if got := w.file("work", shiojiri); len(got) != 1 {
		t.Errorf("it still waits for staff: %q", got[1:])
	}
	sessions := w.stands().Sessions(w.e)
	if err := w.Withdraw(t.Context(), w.person(person), sessions, false, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.contains(w.staff("address", person, "late@example.jp", "-yes").say, "the person has withdrawn")
}

func TestAHostsCorrectedAddressIsPromisedNoMail(t *testing.T) {
	w := newWorld(t)
	w.does(noon, "host", shiojiri, "job-1", "taro@exmaple.jp", "架空 太郎")
	id := w.column(w.file("hosts", shiojiri), "person")[0]
	got := w.does(noon, "address", id, "taro@example.jp")
	w.contains(got.say, "Links that went to the old address stop working. A host's contact gets no mail about it")
	if all, err := w.MailsOf(t.Context(), id); err != nil || len(all) != 0 || strings.Contains(got.say, "gets a mail") {
		t.Errorf("%d mails (%v), and it said %q", len(all), err, got.say)
	}
}

func TestStatusSaysHowMuchIsDueAndWhenItIsDone(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{"a@example.jp", "b@example.jp", "c@example.jp"} {
		w.register(address, "b1", noon)
	}
	status := func() string { return w.says(noon.Add(10*time.Second), "", "status").out }
	if got, want := status(), "mail may leave\n3 mails are due, the oldest since 2020-11-02T12:00:00+09:00; how fast they leave is known once a mail has left\n"+uninformed; got != want {
		t.Errorf("it prints %q", got)
	}
	if err := w.NoteRate(t.Context(), 0.05); err != nil {
		t.Fatal(err)
	}
	if got, want := status(), "mail may leave\n3 mails are due, the oldest since 2020-11-02T12:00:00+09:00; at 0.025 a second in 45 of 60 seconds they will have left at about 2020-11-02 12:03\n"+uninformed; got != want {
		t.Errorf("it prints %q", got)
	}
	if err := w.StopUntil(t.Context(), noon.Add(time.Hour), "Quota"); err != nil {
		t.Fatal(err)
	}
	w.contains(status(), "they will have left at about 2020-11-02 13:03")
	if err := w.Pause(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if got, want := status(), "mail is paused by staff: nothing leaves before resume\n3 mails are due, the oldest since 2020-11-02T12:00:00+09:00\n"+uninformed; got != want {
		t.Errorf("it prints %q", got)
	}
}
