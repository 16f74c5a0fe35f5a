package table_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func TestTheAuditListsActsInOrderAndAgainAndAgainTheSame(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 10 {
		e := table.AuditEntry{ID: fmt.Sprintf("a-%d", i), At: table.At(noon.Add(time.Duration(i) * time.Second)), Who: "staff", Act: "people", Experiment: experimentID}
		if i == 3 { // its answer is lost, so the client writes it twice
			if err := w.through(faulty.At(1, faulty.NoAnswer)).NoteAudit(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		} else if err := w.NoteAudit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e.ID)
	}
	for range 2 {
		var got []string
		for e, err := range w.AuditEntries(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
