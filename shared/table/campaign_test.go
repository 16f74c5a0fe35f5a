package table_test

import (
	"testing"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// A mail is planned once; every call says when that was first, also one whose answer was
// lost and whoever comes after it.
func TestAMailThatIsPlannedTwiceSaysWhenItFirstWas(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	plan := table.Plan{Person: d.Person.ID, Experiment: experimentID, Lang: d.Person.Lang, Kind: mail.SurveyInvitation, Occasion: "mid open x", Due: noon}
	planned, fresh, err := w.through(faulty.At(1, faulty.NoAnswer)).PlanMail(t.Context(), plan, noon)
	if err != nil || fresh || planned != table.At(noon) {
		t.Errorf("with its answer lost: %v, fresh: %t, %v", planned, fresh, err)
	}
	planned, fresh, err = w.PlanMail(t.Context(), plan, noon.Add(time.Hour))
	if err != nil || fresh || planned != table.At(noon) {
		t.Errorf("an hour later: %v, fresh: %t, %v", planned, fresh, err)
	}
	plan.Occasion = "mid open y"
	planned, fresh, err = w.PlanMail(t.Context(), plan, noon.Add(time.Hour))
	if err != nil || !fresh || planned != table.At(noon.Add(time.Hour)) {
		t.Errorf("another occasion: %v, fresh: %t, %v", planned, fresh, err)
	}
}
