package experiment

import (
	"testing"

	"livinglab/shared/locale"
)

func TestADayIsReadInOneFormOnly(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"", "2021-1-4", "2021/01/04", "2021-02-29", "2021-01-04T00:00:00Z", " 2021-01-04", "0"} {
		if d, err := ParseDate(wrong); err == nil {
			t.Errorf("%q is read as %s", wrong, d)
		}
	}
	for _, wrong := range []string{"", "9:00", "24:00", "09:60", "0900", "09:00:00"} {
		if c, err := ParseTimeOfDay(wrong); err == nil {
			t.Errorf("%q is read as %s", wrong, c)
		}
	}
}

func TestADayIsCountedAndPrinted(t *testing.T) {
	t.Parallel()
	d, err := ParseDate("2020-12-31")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.AddDays(1).String(); got != "2021-01-01" {
		t.Errorf("the next day is %s", got)
	}
	if got := d.AddDays(-366).String(); got != "2019-12-31" {
		t.Errorf("a leap year earlier is %s", got)
	}
	if d.Compare(d.AddDays(1)) != -1 || d.Compare(d) != 0 || d.Compare(d.AddDays(-31)) != 1 {
		t.Error("days are in another order")
	}
	if got := d.Print(locale.Japanese); got != "2020年12月31日(木)" {
		t.Errorf("in Japanese: %s", got)
	}
	if got := d.Print(locale.English); got != "Thu 31 December 2020" {
		t.Errorf("in English: %s", got)
	}
	if got := d.In(shiojiri(t).Zone()).Format("2006-01-02T15:04:05Z07:00"); got != "2020-12-31T00:00:00+09:00" {
		t.Errorf("it begins at %s", got)
	}
}

func TestTheDataOfWhoLeavesAreErasedByADayThatIsAhead(t *testing.T) {
	t.Parallel()
	r := Retention{Applicants: Date{2021, 3, 31}, Participants: Date{2021, 12, 31}}
	for left, want := range map[Date]Date{
		{2020, 11, 2}: r.Applicants,
		{2021, 3, 31}: r.Applicants,
		{2021, 4, 1}:  r.Participants,
	} {
		if got := r.AfterLeaving(left); got != want {
			t.Errorf("who leaves on %s is told %s, want %s", left, got, want)
		}
	}
}
