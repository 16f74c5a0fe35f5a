package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// told is what the table says of one mail in the end.
type told struct {
	State      table.State
	Messages   []string
	Overruled  table.State
	Delivery   table.Arrival
	DeliveryAt table.Instant
	List       string // without its shard: the mails of two worlds differ
	Reasons    []table.Arrival
	Tally      table.Tally
}

func (w *world) account(m table.Mail) told {
	w.Helper()
	d := w.stands(m)
	tally, err := w.table.TallySince(w.Context(), noon)
	if err != nil {
		w.Fatal(err)
	}
	list, _, _ := strings.Cut(d.Mail.List, "#")
	a := told{
		State: d.Mail.State, Messages: d.Mail.Messages, Overruled: d.Mail.Overruled,
		Delivery: d.Mail.Delivery, DeliveryAt: d.Mail.DeliveryAt, List: list, Tally: tally,
	}
	for _, s := range d.Person.Suppressed {
		a.Reasons = append(a.Reasons, s.Reason)
	}
	return a
}

// Killing the function before and after each request to the table, and delivering
// the event again as Lambda does, leads to what an unharmed run leads to.
func TestAKilledFunctionLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for kind, detail := range map[string]object{
		"Send": {}, "Delivery": deliveredAt(1), "Bounce": bouncedAt(2, "Permanent", "General"), "Complaint": complainedAt(3, "abuse"), "Reject": {},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			unharmed := newWorld(t)
			m := unharmed.handOver(address)
			h, transport := unharmed.watched()
			if err := unharmed.tell(h, about(m, kind, "0106-1", address, detail)); err != nil {
				t.Fatal(err)
			}
			want, requests := unharmed.account(m), len(transport.Requests())
			t.Logf("%s makes %d requests to the table", kind, requests)
			for when, kill := range kills {
				for n := 1; n <= requests; n++ {
					w := newWorld(t)
					m := w.handOver(address)
					e := about(m, kind, "0106-1", address, detail)
					if err := w.tell(w.function(kill(n)), e); err == nil && when == "before" {
						t.Errorf("killed before request %d it reports no error", n)
					}
					w.told(e)
					if diff := cmp.Diff(want, w.account(m)); diff != "" {
						t.Errorf("killed %s request %d (-want +got)\n%s", when, n, diff)
					}
				}
			}
		})
	}
}

// The table's own failures lose and double nothing either, whatever the order of
// the events.
func TestTheTablesFailuresLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	want := told{
		State: table.Sent, Messages: []string{"0106-1"}, Overruled: table.Failed, Delivery: table.Complained, DeliveryAt: "2020-11-02T04:03:00.000Z", List: "ended",
		Tally: table.Tally{Bounces: 1, Complaints: 1},
	}
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			m := w.handOver(address)
			if err := w.table.Fail(t.Context(), m, "refused", noon); err != nil {
				t.Fatal(err)
			}
			events := []object{
				about(m, "Send", "0106-1", address), about(m, "Delivery", "0106-1", address, deliveredAt(1)),
				about(m, "Bounce", "0106-1", address, bouncedAt(2, "Permanent", "General")), about(m, "Complaint", "0106-1", address, complainedAt(3, "abuse")),
			}
			random := rand.New(rand.NewPCG(seed, seed))
			sometimes := faulty.Sometimes(random, 0.3, faulty.Conflict, faulty.Throttle, faulty.Error500, faulty.NoAnswer, faulty.Unreachable)
			random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			for _, e := range append(events, events...) {
				for tries := 1; ; tries++ {
					err := w.tell(w.function(sometimes), e)
					if err == nil {
						break
					}
					if errors.Is(err, table.ErrNotFound) || tries == 50 {
						t.Fatal(err)
					}
				}
			}
			got := w.account(m)
			if len(got.Reasons) != 2 {
				t.Errorf("the address is marked for %v", got.Reasons)
			}
			got.Reasons = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
