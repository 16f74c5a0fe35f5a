package table_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func (w *world) looks(from, to time.Time) []table.Look {
	w.Helper()
	var all []table.Look
	for l, err := range w.Looks(w.Context(), from, to) {
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func (w *world) alarms(from, to time.Time) []table.Alarm {
	w.Helper()
	var all []table.Alarm
	for a, err := range w.Alarms(w.Context(), from, to) {
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func TestLooksAreNotedOnceAndListedFromOneInstantToAnother(t *testing.T) {
	w := newWorld(t)
	var all []table.Look
	for i := range 12 { // over midnight in UTC
		l := table.Look{
			At: noon.Add(20*time.Hour + time.Duration(i)*15*time.Minute), Oldest: time.Duration(i) * time.Minute, Unknown: i, Alerts: 2 * i,
		}
		all = append(all, l)
		if err := w.through(faulty.Writes(faulty.At(1, faulty.NoAnswer))).NoteLook(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		l.Unknown++
		if err := w.NoteLook(t.Context(), l); err != nil { // twice fired
			t.Fatal(err)
		}
	}
	end := noon.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		from, to time.Time
		want     []table.Look
	}{
		"all":               {noon, end, all},
		"without the last":  {all[0].At, all[11].At, all[:11]},
		"from the second":   {all[1].At, end, all[1:]},
		"from just after":   {all[1].At.Add(time.Millisecond), end, all[2:]},
		"of a single look":  {all[5].At, all[5].At.Add(time.Millisecond), all[5:6]},
		"of nothing":        {all[5].At, all[5].At, nil},
		"backwards":         {end, noon, nil},
		"of a day before":   {noon.Add(-24 * time.Hour), noon, nil},
		"from long ago":     {time.Time{}, end, all},
		"of five weeks ago": {time.Time{}, noon.Add(36*24*time.Hour + 20*time.Hour), all[12:]},
	} {
		if diff := cmp.Diff(c.want, w.looks(c.from, c.to), cmp.Transformer("none", none[table.Look])); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// none makes an empty list nil.
func none[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestAlarmsAreListedByTimeOverTheEndOfAMonth(t *testing.T) {
	w := newWorld(t)
	begin := time.Date(2020, 11, 30, 23, 0, 0, 0, time.UTC)
	rings := table.Alarm{Name: "Remind errors#1", About: "Mail cannot be sent.", At: begin, Rings: true}
	other := table.Alarm{Name: "Tick missing", About: "No look at the mail for 15 minutes.", At: begin, Rings: true}
	over := table.Alarm{Name: rings.Name, About: rings.About, At: begin.Add(2 * time.Hour)}
	for _, a := range []table.Alarm{over, other, rings, rings} {
		if err := w.through(faulty.Writes(faulty.At(1, faulty.NoAnswer))).NoteAlarm(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	all := []table.Alarm{rings, other, over}
	for name, c := range map[string]struct {
		from, to time.Time
		want     []table.Alarm
	}{
		"all":           {begin, begin.Add(3 * time.Hour), all},
		"of November":   {begin.Add(-24 * time.Hour), begin.Add(time.Hour), all[:2]},
		"until it ends": {begin, over.At, all[:2]},
		"since":         {begin.Add(time.Millisecond), begin.Add(3 * time.Hour), all[2:]},
	} {
		if diff := cmp.Diff(c.want, w.alarms(c.from, c.to)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestWhatIsNotedOfTheSystemExpires(t *testing.T) {
	w := newWorld(t)
	if err := w.NoteLook(t.Context(), table.Look{At: noon}); err != nil {
		t.Fatal(err)
	}
	if err := w.NoteAlarm(t.Context(), table.Alarm{Name: "Tick missing", At: noon, Rings: true}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, item := range w.env.Items(t) {
		if !strings.HasPrefix(item.PK, "look#") && !strings.HasPrefix(item.PK, "alarm#") {
			continue
		}
		n++
		if got, want := item.Attributes["expires"], float64(noon.Add(35*24*time.Hour).Unix()); got != want {
			t.Errorf("%s expires at %v, want %v", item.PK, got, want)
		}
	}
	if n != 2 {
		t.Errorf("%d items are noted", n)
	}
}
