package main

import (
	"testing"

	"livinglab/shared/table/dynamodblocal"
)

// Few people go through all that is measured of many.
func TestTheHoursOfSummarizeAreMeasured(t *testing.T) {
	t.Parallel()
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	opened, err := windows(root, folder)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := recorded(t)
	var summarize function
	for _, name := range []string{"remind", "summarize"} {
		if summarize, err = open(t.Context(), root, folder, name, "./functions/"+name, opened); err != nil {
			t.Fatal(err)
		}
		if _, err := w.keepRunning(summarize, w.recorder.URL); err != nil {
			t.Fatal(err)
		}
	}
	const people = 60
	hours, err := w.hours(t.Context(), summarize, people)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hours {
		t.Logf("%s: %v, %+v, %+v", h.Does, h.Cost.RoundTrips, h.Cost.Units, h.Memory)
		if h.People != people || sum(h.Cost.RoundTrips) == 0 || h.Cost.Units.Read == 0 || h.Cost.CPU == 0 || h.Memory.Live == 0 {
			t.Errorf("figures of %s are missing: %+v", h.Does, h)
		}
	}
	if len(hours) != 3 {
		t.Errorf("%d hours are measured, want 3", len(hours))
	}
}

func TestAnAnalysisAloneIsMeasured(t *testing.T) {
	t.Parallel()
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	opened, err := windows(root, folder)
	if err != nil {
		t.Fatal(err)
	}
	f, err := open(t.Context(), root, folder, "alone", "./infra/bench/alone", opened)
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzeAlone(f, 200)
	if err != nil {
		t.Fatal(err)
	}
	if a.People != 200 || a.Figures == 0 || a.InUse == 0 || a.CPU == 0 || a.Memory.Heap == 0 {
		t.Errorf("figures are missing: %+v", a)
	}
}
