package main

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// Killing the function before and after each request to the table, whatever
// SES does with the mail, leaves at most one accepted copy, and every mail ends:
// sent, failed, or on the list of those that staff decide about.
func TestAKilledSenderSendsNothingTwiceAndLosesNothing(t *testing.T) {
	t.Parallel()
	requests := func() int {
		w := newWorld(t)
		w.apply("a@example.jp")
		h, transport := w.watched()
		if _, err := w.tick(h); err != nil {
			t.Fatal(err)
		}
		return len(transport.Requests())
	}()
	t.Logf("a tick with one mail makes %d requests to the table", requests)
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for answer, name := range map[sestest.Answer]string{
		sestest.Accept: "accept", sestest.AcceptNoAnswer: "accept-no-answer", sestest.AcceptError500: "accept-error500",
		sestest.Error500: "error500", sestest.Throttle: "throttle", sestest.Reject: "reject", sestest.Quota: "quota", sestest.Paused: "paused",
	} {
		for when, kill := range kills {
			t.Run(fmt.Sprintf("SES %s, killed %s", name, when), func(t *testing.T) {
				t.Parallel()
				for n := 1; n <= requests; n++ {
					w := newWorld(t)
					w.apply("a@example.jp")
					w.ses.Always(answer)
					_, _ = w.tick(w.function(kill(n)))
					w.ses.Always(sestest.Accept)
					for _, later := range []time.Duration{2 * time.Minute, 5 * time.Minute, time.Hour, time.Hour} {
						w.now = w.now.Add(later)
						if _, err := w.tick(w.function()); err != nil {
							t.Fatalf("request %d: a later tick: %v", n, err)
						}
					}
					if err := w.kept(); err != nil {
						t.Errorf("killed %s request %d: %v", when, n, err)
					}
				}
			})
		}
	}
}

// kept checks the promise of the ledger.
func (w *world) kept() error {
	copies := w.ses.Copies()
	for id, m := range w.states() {
		switch {
		case copies[id] > 1:
			return fmt.Errorf("%d copies were accepted of a mail that is %s", copies[id], m.State)
		case m.State == table.Sent && copies[id] != 1:
			return fmt.Errorf("a mail is sent, of which SES has %d", copies[id])
		case m.State == table.Pending, m.State == table.Sending:
			return fmt.Errorf("a mail is still %s", m.State)
		case m.State == table.Unknown && m.List == "":
			return fmt.Errorf("a doubtful mail is on no list")
		}
	}
	return nil
}

// The table's own failures lose and double nothing either.
func TestTheTablesFailuresLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range 8 {
				w.apply(fmt.Sprintf("p%d@example.jp", i))
			}
			random := seeded(seed)
			for range 4 {
				_, _ = w.tick(w.function(faulty.Sometimes(random, 0.3,
					faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.NoAnswer)))
			}
			for range 4 {
				w.now = w.now.Add(4 * time.Minute)
				if _, err := w.tick(w.function()); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.kept(); err != nil {
				t.Error(err)
			}
		})
	}
}

var linkPattern = regexp.MustCompile(`https://lab\.example/me/([A-Za-z0-9_-]+)`)

// linkIn finds the private link in a raw message.
func linkIn(t *testing.T, raw string) table.Segment {
	t.Helper()
	found := linkPattern.FindStringSubmatch(textOf(t, raw))
	if found == nil {
		t.Fatal("the mail holds no link")
	}
	segment, err := table.ParseSegment(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return segment
}

func contextWithin(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}
