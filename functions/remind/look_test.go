package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
)

// looks are the looks at the mail that were noted on 2 November.
func (w *world) looks() []table.Look {
	w.Helper()
	var all []table.Look
	day := time.Date(2020, 11, 2, 0, 0, 0, 0, w.e().Zone())
	for l, err := range w.table.Looks(w.Context(), day, day.Add(24*time.Hour)) {
		w.must(err)
		l.At = l.At.In(w.e().Zone())
		all = append(all, l)
	}
	return all
}

// A quarter of an hour without a look is one in which nobody looked after the mail: staff
// hear of it in the next summary.
func TestEachQuarterHoursLookIsNotedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 12, 7, 0)
	w.apply("hanako@example.jp")
	for _, minute := range []int{15, 15, 16, 29, 45} { // the tick of 12:15 fires twice, that of 12:30 never
		w.at(2, 12, minute, 0)
		w.tickAt(w.function())
	}
	want := []time.Time{w.now.Add(-30 * time.Minute), w.now}
	var got []time.Time
	for _, l := range w.looks() {
		got = append(got, l.At)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("looks (-want +got):\n%s", diff)
	}
	if first := w.looks()[0]; first.Oldest < 8*time.Minute || first.Oldest > 9*time.Minute || first.Unknown != 0 {
		t.Errorf("a mail has waited since 12:07, and the look of 12:15 says %+v", first)
	}
}

// What a tick without work costs changes at each quarter of an hour alone, and by one
// write.
func TestALookIsOneWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, requests := w.watched()
	w.at(2, 12, 0, 0)
	w.tickAt(h) // it learns what is done
	for minute := 1; minute <= 16; minute++ {
		requests.Reset()
		w.at(2, 12, minute, 0)
		want := 0
		if minute == 15 {
			want = 1
		}
		w.tickAt(h)
		writes := 0
		for _, r := range requests.Requests() {
			if r.Write() {
				writes++
			}
		}
		if writes != want {
			t.Errorf("the tick of 12:%02d writes %d times, want %d", minute, writes, want)
		}
	}
}
