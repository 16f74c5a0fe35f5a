package occasion_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

func shipped(t *testing.T) *experiment.Experiment {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return experiments.All()[0]
}

// rulesOf lists the rules of occasions with their instants in the experiment's zone.
func rulesOf(e *experiment.Experiment, all []occasion.Occasion) []string {
	var rules []string
	for _, o := range all {
		rules = append(rules, o.At.In(e.Zone()).Format("02 15:04 ")+o.Rule)
	}
	return rules
}

func TestANewDateIsNewsOnceAndMovesWhatCountsFromIt(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	settings := table.NoSettings(e.ID)
	if _, news := occasion.Untold(e, settings, noon); news != nil {
		t.Errorf("what the file says is news of %q", news)
	}
	moved := e.Briefings[0].Start.AddDate(0, 0, -3) // to 3 November, 19:30: in more than a day
	settings = settings.With("b1", table.BriefingSetting{Start: table.At(moved)})
	sessions, news := occasion.Untold(e, settings, noon)
	if diff := cmp.Diff([]string{"b1"}, news); diff != "" {
		t.Errorf("news (-want +got)\n%s", diff)
	}
	all := slices.DeleteFunc(occasion.All(e, sessions), func(o occasion.Occasion) bool { return !slices.Equal(o.Among.Briefings, []string{"b1"}) })
	want := []string{"02 12:00 ", "02 19:30 reminder 24h before the start", "03 18:30 reminder 1h before the start", "04 10:00 follow-up 1 day after the end at 10:00"}
	if diff := cmp.Diff(want, rulesOf(e, all)); diff != "" {
		t.Errorf("occasions of b1 (-want +got)\n%s", diff)
	}
	if kind, wanted := all[0].To(occasion.Addressee{Ticket: table.Ticket{Standing: table.Waiting, Booked: table.At(noon.Add(-time.Second))}}, noon); kind != mail.BriefingMoved || !wanted {
		t.Errorf("who waits is told by %q, %t", kind, wanted)
	}
	if _, wanted := all[1].To(occasion.Addressee{Ticket: table.Ticket{Standing: table.Waiting}}, noon); wanted {
		t.Error("who waits is reminded")
	}

	told := table.Announcement{Start: table.At(moved), End: table.At(sessions[0].End), Sequence: 1, At: table.At(noon)}
	settings = settings.Told("b1", told)
	if _, news := occasion.Untold(e, settings, noon.Add(time.Minute)); news != nil {
		t.Errorf("it is news again: %q", news)
	}
	over := sessions[0].End
	canceled := settings.Briefing("b1")
	canceled.Canceled = true
	if _, news := occasion.Untold(e, settings.With("b1", canceled), over); news != nil {
		t.Errorf("a briefing that is over is news: %q", news)
	}
	if late, _ := occasion.Untold(e, settings.With("b1", canceled), noon); occasion.Changes(late[0])[0].Words != "b1 2" || len(occasion.Reminders(e, late[0])) == 0 {
		t.Errorf("the second change is %q", occasion.Changes(late[0])[0].Words)
	}
}
