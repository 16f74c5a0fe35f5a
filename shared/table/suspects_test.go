package table_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
)

func TestSuspectsAreListedInTheOrderInWhichTheyCame(t *testing.T) {
	w := newWorld(t)
	var want []table.Suspect
	for i, reason := range []string{"trap", "fast", "old", "fast", "fast", "trap", "old", "fast"} {
		at := noon.Add(time.Duration(i) * time.Second)
		if err := w.NoteSuspect(t.Context(), experimentID, fmt.Sprintf("s-%d", i), reason, at); err != nil {
			t.Fatal(err)
		}
		want = append(want, table.Suspect{At: table.At(at), Reason: reason})
	}
	if err := w.NoteSuspect(t.Context(), "kamaishi-2021", "s", "trap", noon); err != nil {
		t.Fatal(err)
	}
	var got []table.Suspect
	for s, err := range w.Suspects(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
