package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func TestAPlanIsFrozenOnceAndLaterDeviationsAreTold(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.January, 10, 9)
	if got := w.says(at, "no\n", "freeze", shiojiri); got.code != 1 || !strings.Contains(got.say, `"outcome": "total"`) || !strings.Contains(got.say, analysis.Hash(w.e.Analysis)) {
		t.Errorf("declined: exit code %d, said %q", got.code, got.say)
	}
	if _, err := w.FrozenPlan(t.Context(), shiojiri); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("declined, it is frozen: %v", err)
	}
	got := w.staffAt(at, "", faulty.Writes(faulty.Always(faulty.Error500)), "freeze", shiojiri, "-yes")
	if got.code != 1 || !strings.Contains(got.say, "nothing was done, because it cannot be put on record: ") {
		t.Errorf("off the record: exit code %d, said %q", got.code, got.say)
	}
	got = w.does(at, "freeze", shiojiri)
	if got.code != 0 || strings.Contains(got.say, "late") || last(got.say) != "it is frozen" {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	again := w.does(w.day(2021, time.June, 1, 9), "freeze", shiojiri)
	w.contains(again.say, "nothing was done, because the plan is frozen already", "It was frozen at Sun 2021-01-10 09:00 +09:00. Its hash is "+analysis.Hash(w.e.Analysis), "The experiment's file has the same plan.")
	frozen, err := w.FrozenPlan(t.Context(), shiojiri)
	if err != nil || !frozen.At.Equal(at) || frozen.File != w.e.Hash() {
		t.Errorf("frozen is %+v: %v", frozen, err)
	}
}

func TestAPlanThatWasFrozenLateAndAFileThatDeviatesAreTold(t *testing.T) {
	w := newWorld(t)
	post, _ := w.e.Wave("post")
	w.contains(w.says(post.Open, "no\n", "freeze", shiojiri).say, "the results will say that it was frozen late")
	other := w.e.Analysis
	other.MinNPerArm = 77
	content, err := json.Marshal(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.FreezePlan(t.Context(), table.FrozenPlan{Experiment: shiojiri, At: post.Open, Hash: analysis.Hash(other), Content: content}); err != nil {
		t.Fatal(err)
	}
	w.contains(w.does(post.Open, "freeze", shiojiri).say, "That was late", "another plan now", `min_n_per_arm: frozen as "77", now "10"`)
}
