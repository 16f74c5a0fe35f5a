package stack_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
)

// weather is how SES and the table fare for a while, and when SES's events come.
type weather struct{ ses, events, table string }

var storms = []weather{
	{"ok", "prompt", "conflict"}, {"accept-no-answer", "late", "ok"}, {"error500", "prompt", "throttle"}, {"throttle", "never", "ok"},
	{"quota", "prompt", "conflict"}, {"paused", "late", "throttle"}, {"reject", "prompt", "ok"}, {"ok", "never", "commit-no-answer"},
	{"accept-no-answer", "prompt", "commit-no-answer"}, {"ok", "late", "error500"},
}

// A thousand people are written to by the deployed binaries, while SES and the table
// fare badly in every way and the processes are killed at random moments. In the end
// at most one copy of each mail was accepted, every mail has ended or is on the list
// of those that staff decide about, and none is missing.
func TestAThousandMailsThroughStormsAndKills(t *testing.T) {
	t.Parallel()
	const people = 1000
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := mathrand.New(mathrand.NewPCG(seed, seed))
	w := shipped(t)
	store := table.New(client.DynamoDB(tabletest.Config(http.DefaultTransport), w.DynamoDB), w.Table)
	started := time.Now()
	kills := 0
	for i, storm := range storms {
		part := people / len(storms)
		w.submit(store, part, i*part)
		w.local("ses", fmt.Sprintf(`{"mode":%q,"events":%q,"rate":5000}`, storm.ses, storm.events))
		w.local("table", fmt.Sprintf(`{"mode":%q,"rate":0.1}`, storm.table))
		kills += w.killing(random, func() {
			for range 6 {
				w.local("clock", `{"advance":"1m"}`)
			}
			if storm.ses == "quota" || storm.ses == "paused" {
				w.local("ses", `{"mode":"ok"}`)
				w.local("clock", `{"advance":"1h"}`) // until mail is tried again
			}
		})
	}
	w.local("table", `{"mode":"ok"}`)
	w.local("ses", `{"mode":"ok","events":"prompt"}`)
	w.local("clock", `{"advance":"3h"}`)

	states, twice := map[table.State]int{}, 0
	copies := w.copies()
	for m, err := range store.Mails(t.Context(), "shiojiri-2020") {
		if err != nil {
			t.Fatal(err)
		}
		states[m.State]++
		switch n := copies[m.ID]; {
		case n > 1:
			twice++
			t.Errorf("SES has %d copies of mail %s", n, m.ID)
		case m.State == table.Sent && n != 1:
			t.Errorf("mail %s is sent, and SES has %d", m.ID, n)
		case m.State == table.Failed && n != 0:
			t.Errorf("mail %s failed, and SES has %d", m.ID, n)
		case m.State == table.Pending, m.State == table.Sending, m.State == table.Canceled, m.State == table.Missed:
			t.Errorf("mail %s is %s", m.ID, m.State)
		}
	}
	total := 0
	for _, n := range states {
		total += n
	}
	onList := 0
	for m, err := range store.UnfinishedMails(t.Context(), "shiojiri-2020") {
		if err != nil || m.State != table.Unknown {
			t.Errorf("%s is unfinished, %v", m.State, err)
		}
		onList++
	}
	if total != people || onList != states[table.Unknown] {
		t.Errorf("%d mails are in the ledger, want %d; %d of %d unknown ones are on the list", total, people, onList, states[table.Unknown])
	}
	var counts []string
	for _, state := range slices.Sorted(maps.Keys(states)) {
		counts = append(counts, fmt.Sprintf("%d %s", states[state], state))
	}
	t.Logf("%d mails, %d kills, %v: %s; %d accepted copies, %d mails accepted twice, %d missing",
		people, kills, time.Since(started).Round(time.Second), strings.Join(counts, ", "), len(copies), twice, people-total)
}

// submit writes applications of made-up people (架空の人物), whose acknowledgements
// are due at once.
func (w world) submit(store *table.Table, n, from int) {
	w.t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		w.t.Fatal(err)
	}
	e, now := experiments.All()[0], w.Clock.Now()
	var all sync.WaitGroup
	for part := range 4 {
		all.Go(func() {
			for i := from + part; i < from+n; i += 4 {
				address := fmt.Sprintf("p%04d@example.jp", i)
				application := table.Application{Reference: rand.Text()[:10], Choices: []string{e.Listings[0].ID}}
				for _, c := range e.Application.Consents {
					application.Consents = append(application.Consents, table.Consent{Purpose: c.ID, Version: c.Version, Given: true})
				}
				_, err := store.Submit(context.WithoutCancel(w.t.Context()), table.Submission{
					Token: rand.Text(), Body: address, Day: "2020-11-02", Application: application,
					Person: table.Person{
						ID: strings.ToLower(rand.Text()), Experiment: e.ID, Lang: locale.Japanese,
						FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
						Address: table.Address{Typed: address, Send: address, Comparable: address},
					},
				}, now)
				if err != nil {
					w.t.Errorf("%s applies: %v", address, err)
				}
			}
		})
	}
	all.Wait()
}

// killing kills the processes that handle mail at random moments while something
// is done, and returns how often.
func (w world) killing(random *mathrand.Rand, do func()) int {
	done := make(chan struct{})
	var killer sync.WaitGroup
	kills := 0
	killer.Go(func() {
		for {
			wait := time.Duration(50+random.IntN(900)) * time.Millisecond
			name := []string{"remind", "remind", "feedback"}[random.IntN(3)]
			select {
			case <-done:
				return
			case <-time.After(wait):
				w.local("functions/"+name+"/kill", `{}`)
				kills++
			}
		}
	})
	do()
	close(done)
	killer.Wait()
	return kills
}

// copies counts the accepted copies of each mail.
func (w world) copies() map[string]int {
	w.t.Helper()
	_, text := w.call(http.MethodGet, "/_local/mail?format=json", "")
	var all []struct{ Tags map[string]string }
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		w.t.Fatal(err)
	}
	copies := map[string]int{}
	for _, m := range all {
		copies[m.Tags["mail"]]++
	}
	return copies
}
