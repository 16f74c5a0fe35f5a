package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
)

// logOf is the sender's log of mails that left.
func logOf(mails ...table.Mail) string {
	var all strings.Builder
	for _, m := range mails {
		for _, message := range []string{`mail handed over"`, `mail","state":"sent"`} {
			fmt.Fprintf(&all, `{"timestamp":"2020-11-02T12:05:00+09:00","level":"INFO","message":"%s,"mail":%q,"person":%q,"experiment":%q,"kind":%q,"attempt":1}`+"\n",
				message, m.ID, m.Person, m.Experiment, m.Kind)
		}
	}
	return all.String()
}

func TestALogIsReplayedIntoARestoredTableWhileMailIsPaused(t *testing.T) {
	w := newWorld(t)
	first, second := w.mail(w.register("a@example.jp", "b1", noon)), w.mail(w.register("b@example.jp", "b1", noon))
	stranger, elsewhere, forgotten := first, second, second
	stranger.Person, elsewhere.Experiment = "canary", "kamaishi-2021"
	stranger.ID, elsewhere.ID, forgotten.ID, forgotten.Kind = "s", "e", "f", "registration-cancelled"
	log := "START\n" + logOf(first, stranger, elsewhere, forgotten)

	got := w.says(noon.Add(time.Hour), log, "replay", shiojiri)
	if got.code != 1 || w.mail(first.Person).State != table.Pending || len(w.file("audit")) != 1 {
		t.Errorf("while mail may leave: exit code %d", got.code)
	}
	w.contains(got.say, "nothing was done: pause all mail first")
	if err := w.Pause(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	got = w.says(noon.Add(time.Hour), "nothing of ours\n", "replay", shiojiri)
	w.contains(got.say, "no line of the log tells of a mail")

	want := "8 lines of the log tell of mails; of the mails of shiojiri-2020\n" +
		"     1 left and are now sent; the links in them stay dead\n" +
		"     1 told of what the table no longer knows\n" +
		"     1 went to people whom the table no longer knows\n" +
		"no longer known: a registration-cancelled to person " + second.Person + "\n" +
		"no longer known: person canary\n"
	got = w.says(noon.Add(time.Hour), log, "replay", shiojiri)
	if diff := cmp.Diff(want, got.out); got.code != 0 || diff != "" {
		t.Errorf("exit code %d (-want +got)\n%s", got.code, diff)
	}
	if a, b := w.mail(first.Person).State, w.mail(second.Person).State; a != table.Sent || b != table.Pending {
		t.Errorf("what left is %s, what did not is %s", a, b)
	}
	w.contains(w.says(noon.Add(time.Hour), log, "replay", shiojiri).out, "     1 are known to the table")
	audit := w.file("audit")
	if diff := cmp.Diff([]string{"replay", "replay", "replay"}, w.column(audit, "act")); diff != "" {
		t.Errorf("on record (-want +got)\n%s", diff)
	}
}
