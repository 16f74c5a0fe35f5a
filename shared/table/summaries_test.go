package table_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// colleague is a made-up member of staff (架空の職員).
func colleague(address string) table.Person {
	return table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: experimentID, Lang: locale.Japanese,
		FamilyName: "架空", GivenName: "次郎", Address: addressOf(address),
	}
}

func (w *world) addStaff(address string, now time.Time) table.Person {
	w.Helper()
	p, err := w.AddStaff(w.Context(), colleague(address), audit("add-staff"), now)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// firstWrite gives the first request that writes an effect.
func firstWrite(effect faulty.Effect) faulty.Fault {
	met := false
	return faulty.Writes(func(faulty.Request) faulty.Effect {
		if met {
			return faulty.None
		}
		met = true
		return effect
	})
}

// staff is who gets the summaries.
func (w *world) staff() []table.Person {
	w.Helper()
	var all []table.Person
	for p, err := range w.Staff(w.Context(), experimentID) {
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// acts counts what staff have on record.
func (w *world) acts() int {
	w.Helper()
	n := 0
	for _, err := range w.AuditEntries(w.Context()) {
		if err != nil {
			w.Fatal(err)
		}
		n++
	}
	return n
}

func addresses(people []table.Person) string {
	var all []string
	for _, p := range people {
		all = append(all, p.Address.Send)
	}
	return strings.Join(all, " ")
}

func summaryOf(at, since time.Time) table.StaffSummary {
	return table.StaffSummary{Experiment: experimentID, At: at, Since: since, Content: []byte(`{"at":"` + at.Format(time.RFC3339) + `"}`)}
}

func (w *world) putSummary(s table.StaffSummary, to []table.Person, now time.Time) bool {
	w.Helper()
	fresh, err := w.PutSummary(w.Context(), s, to, now)
	if err != nil {
		w.Fatal(err)
	}
	return fresh
}

func TestStaffAreAddedOnceForEachAddressWhateverBecomesOfTheAnswer(t *testing.T) {
	for _, effect := range []faulty.Effect{faulty.None, faulty.NoAnswer, faulty.Conflict, faulty.Error500, faulty.Throttle} {
		t.Run(fmt.Sprint(effect), func(t *testing.T) {
			w := newWorld(t)
			w.apply("ada@example.jp", noon) // an applicant may have the same address
			entry := audit("add-staff")
			added, err := w.through(firstWrite(effect)).AddStaff(t.Context(), colleague("ada@example.jp"), entry, noon)
			if err != nil {
				t.Fatal(err)
			}
			again := w.addStaff("ada@example.jp", noon.Add(time.Minute))
			named := colleague("ADA@example.jp")
			named.GivenName, named.Lang = "三郎", locale.English
			renamed, err := w.through(firstWrite(effect)).AddStaff(t.Context(), named, audit("add-staff"), noon.Add(2*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			if again.ID != added.ID || renamed.ID != added.ID || renamed.GivenName != "三郎" || renamed.Lang != locale.English || renamed.Address.Typed != "ADA@example.jp" {
				t.Errorf("added %s, then %s, then %s as %s", added.ID, again.ID, renamed.ID, renamed.GivenName)
			}
			if diff := cmp.Diff([]table.Person{renamed}, w.staff(), cmp.AllowUnexported(table.Person{})); diff != "" {
				t.Error(diff)
			}
			if w.acts() != 2 { // what changed nothing is not on record
				t.Errorf("%d acts are on record, want 2", w.acts())
			}
		})
	}
}

func TestStaffAreAmongNoApplicantsAndTheLedgerKnowsThem(t *testing.T) {
	w := newWorld(t)
	p := w.addStaff("ada@example.jp", noon)
	w.putSummary(summaryOf(noon, time.Time{}), w.staff(), noon)
	for known, err := range w.People(t.Context(), experimentID) {
		t.Errorf("%s is among the people: %v", known.Person.ID, err)
	}
	for host, err := range w.EveryHost(t.Context(), experimentID) {
		t.Errorf("%s is among the hosts' contacts: %v", host.ID, err)
	}
	for _, list := range [][]string{
		states(t, w.Mails(t.Context(), experimentID)), states(t, w.UnfinishedMails(t.Context(), experimentID)),
	} {
		if diff := cmp.Diff([]string{"staff-summary pending"}, list); diff != "" {
			t.Error(diff)
		}
	}
	if err := w.Offer(t.Context(), p.ID, "job-1", deadline, audit("offer"), noon); !errors.Is(err, table.ErrWrongStep) {
		t.Errorf("a member of staff is offered a side job: %v", err)
	}
	if f := w.file(p.ID); f.Group() != "" || f.Surveys != nil || !f.Person.Contact() {
		t.Errorf("the file is %+v", f)
	}
}

func TestWhoIsRemovedGetsNoMoreSummariesAndBeginsAnewWhenAdded(t *testing.T) {
	for _, effect := range []faulty.Effect{faulty.None, faulty.NoAnswer, faulty.Conflict} {
		t.Run(fmt.Sprint(effect), func(t *testing.T) {
			w := newWorld(t)
			first, second := w.addStaff("ada@example.jp", noon), w.addStaff("bob@example.jp", noon.Add(time.Second))
			w.putSummary(summaryOf(noon, time.Time{}), w.staff(), noon)
			remove := func(table *table.Table, person string) error {
				return table.RemoveStaff(t.Context(), experimentID, person, audit("remove-staff"), noon.Add(time.Hour))
			}
			if err := remove(w.through(firstWrite(effect)), first.ID); err != nil {
				t.Fatal(err)
			}
			for _, nobody := range []string{first.ID, "nobody", w.apply("c@example.jp", noon).Person.ID} {
				if err := remove(w.Table, nobody); !errors.Is(err, table.ErrNotFound) {
					t.Errorf("removing %s: %v", nobody, err)
				}
			}
			if f := w.file(first.ID); f.Person.Gone() != "the person gets no summaries any more" || f.Mails[0].State != table.Canceled {
				t.Errorf("%q, the mail is %s", f.Person.Gone(), f.Mails[0].State)
			}
			if f := w.file(second.ID); f.Person.Gone() != "" || f.Mails[0].State != table.Pending {
				t.Errorf("the other one: %q, the mail is %s", f.Person.Gone(), f.Mails[0].State)
			}
			back := w.addStaff("ada@example.jp", noon.Add(2*time.Hour))
			if got := addresses(w.staff()); back.ID == first.ID || got != "bob@example.jp ada@example.jp" {
				t.Errorf("%s is back as %s: %s", first.ID, back.ID, got)
			}
			every := 0
			for p, err := range w.EveryStaff(t.Context(), experimentID) {
				if err != nil || p.Experiment != experimentID {
					t.Error(p.Experiment, err)
				}
				every++
			}
			if every != 3 || w.acts() != 4 {
				t.Errorf("%d people, and %d acts on record", every, w.acts())
			}
		})
	}
}

func TestTwoOfStaffWhoAddAtOnceDoNotGiveOneAddressToTwo(t *testing.T) {
	w := newWorld(t)
	const hands = 4
	var adding sync.WaitGroup
	for range hands {
		adding.Go(func() {
			if _, err := w.AddStaff(t.Context(), colleague("ada@example.jp"), audit("add-staff"), noon); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	if got := addresses(w.staff()); got != "ada@example.jp" {
		t.Errorf("the summaries go to %s", got)
	}
}

func TestAWrongAddressOfStaffIsCorrectedAndTheSummaryLeavesAgain(t *testing.T) {
	w := newWorld(t)
	w.apply("right@example.jp", noon)
	p := w.addStaff("wrong@example.jp", noon)
	w.addStaff("bob@example.jp", noon)
	w.putSummary(summaryOf(noon, time.Time{}), []table.Person{p}, noon)
	m := w.file(p.ID).Mails[0]
	if err := w.End(t.Context(), m, table.Suppressed, "the address takes no mail: bounced", noon); err != nil {
		t.Fatal(err)
	}
	bounce := table.Feedback{Person: p.ID, Mail: m.ID, Message: "0106", To: "wrong@example.jp", Accepted: noon, At: noon}
	if _, err := w.Suppress(t.Context(), bounce, table.Bounced); err != nil {
		t.Fatal(err)
	}
	for s, err := range w.Suppressions(t.Context(), experimentID) {
		if err != nil || s.Person != p.ID || !s.Present {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := w.CorrectAddress(t.Context(), p.ID, addressOf("bob@example.jp"), audit("address"), noon); !errors.Is(err, table.ErrAddressTaken) {
		t.Errorf("the address of another one: %v", err)
	}
	if err := w.CorrectAddress(t.Context(), p.ID, addressOf("right@example.jp"), audit("address"), noon); err != nil {
		t.Fatal(err)
	}
	f := w.file(p.ID)
	if _, suppressed := f.Person.SuppressedAt(f.Person.Address); suppressed || len(f.Mails) != 1 || f.Mails[0].State != table.Pending {
		t.Errorf("%d mails, the first is %s; suppressed is %t", len(f.Mails), f.Mails[0].State, suppressed)
	}
}

func TestMoreStaffThanOneTransactionMailsAreNotAdded(t *testing.T) {
	w := newWorld(t)
	const most = 50
	for i := range most {
		w.addStaff(fmt.Sprintf("%d@example.jp", i), noon.Add(time.Duration(i)*time.Second))
	}
	if _, err := w.AddStaff(t.Context(), colleague("more@example.jp"), audit("add-staff"), noon); !errors.Is(err, table.ErrTooManyStaff) {
		t.Errorf("one more: %v", err)
	}
	all := w.staff()
	if !w.putSummary(summaryOf(noon, time.Time{}), all, noon) {
		t.Error("the summary is not fresh")
	}
	if got := len(states(t, w.Mails(t.Context(), experimentID))); len(all) != most || got != most {
		t.Errorf("%d people get %d mails", len(all), got)
	}
	_, err := w.PutSummary(t.Context(), summaryOf(noon.Add(time.Hour), noon), append(all, colleague("more@example.jp")), noon)
	if !errors.Is(err, table.ErrTooManyStaff) {
		t.Errorf("a summary for one more: %v", err)
	}
}

func TestASummaryIsWrittenWithItsMailsOnceOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.addStaff("ada@example.jp", noon)
	w.addStaff("bob@example.jp", noon.Add(time.Second))
	staff := w.staff()
	since, made := time.Time{}, 0
	for i, c := range []struct {
		fault faulty.Fault
		fresh bool
		err   error
	}{
		{faulty.At(1, faulty.NoAnswer), true, nil}, // it recognizes itself
		{faulty.At(1, faulty.Conflict), true, nil},
		{faulty.At(1, faulty.Error500), true, nil},
		{faulty.Always(faulty.Unreachable), false, table.ErrBusy},
		{faulty.KillBefore(1), false, table.ErrUncertain},
	} {
		at := noon.Add(time.Duration(i) * 24 * time.Hour)
		late := at.Add(5 * time.Hour)
		fresh, err := w.through(c.fault).PutSummary(t.Context(), summaryOf(at, since), staff, late)
		if fresh != c.fresh || !errors.Is(err, c.err) {
			t.Errorf("%d: fresh is %t, %v", i, fresh, err)
		}
		if !c.fresh {
			if mails := states(t, w.Mails(t.Context(), experimentID)); len(mails) != made {
				t.Errorf("%d: %d mails, want %d", i, len(mails), made)
			}
			w.putSummary(summaryOf(at, since), staff, late)
		}
		if w.putSummary(summaryOf(at, since), staff, late.Add(time.Minute)) {
			t.Errorf("%d: a second time is fresh", i)
		}
		since, made = at, made+len(staff)
		if mails := states(t, w.Mails(t.Context(), experimentID)); len(mails) != made {
			t.Errorf("%d: %d mails, want %d", i, len(mails), made)
		}
	}
	last, err := w.LastSummary(t.Context(), experimentID)
	if err != nil || !last.At.Equal(since) || !last.Since.Equal(since.Add(-24*time.Hour)) || last.Mailed != 2 {
		t.Errorf("the last is %+v: %v", last, err)
	}
	for _, p := range staff {
		for i, m := range w.file(p.ID).Mails {
			at := noon.Add(time.Duration(i) * 24 * time.Hour)
			late := at.Add(5 * time.Hour)
			if m.Occasion != string(table.At(at)) || m.Due != table.At(late) || m.NotAfter != table.At(late.Add(7*24*time.Hour)) || m.ID != mail.ID(mail.StaffSummary, p.ID, m.Occasion) {
				t.Errorf("mail %d is %+v", i, m)
			}
			told, err := w.Summary(t.Context(), experimentID, m.Occasion)
			if err != nil || string(told.Content) != string(summaryOf(at, time.Time{}).Content) {
				t.Errorf("it tells of %+v: %v", told, err)
			}
		}
	}
	if _, err := w.Summary(t.Context(), experimentID, "last"); !errors.Is(err, table.ErrNotFound) {
		t.Error("the pointer to the last summary is read as one")
	}
}

func TestOneOfManyRunsWritesTheSummary(t *testing.T) {
	w := newWorld(t)
	w.addStaff("ada@example.jp", noon)
	staff := w.staff()
	var fresh atomic.Int32
	var running sync.WaitGroup
	for range 5 {
		running.Go(func() {
			ok, err := w.PutSummary(t.Context(), summaryOf(noon, time.Time{}), staff, noon)
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
	}
	running.Wait()
	if got := states(t, w.Mails(t.Context(), experimentID)); fresh.Load() != 1 || !slices.Equal(got, []string{"staff-summary pending"}) {
		t.Errorf("%d runs wrote it: %v", fresh.Load(), got)
	}
}

func TestASummaryFollowsTheOneBeforeIt(t *testing.T) {
	w := newWorld(t)
	if _, err := w.LastSummary(t.Context(), experimentID); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	day := func(n int) time.Time { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	if _, err := w.PutSummary(t.Context(), summaryOf(day(1), day(0)), nil, noon); !errors.Is(err, table.ErrSummarySince) {
		t.Errorf("after one that there is not: %v", err)
	}
	w.putSummary(summaryOf(day(0), time.Time{}), nil, noon)
	w.putSummary(summaryOf(day(2), day(0)), nil, noon)
	for _, c := range []struct {
		name      string
		at, since time.Time
		err       error
	}{
		{"overtaken", day(1), day(0), nil},
		{"overtaken, and it knows", day(1), day(2), nil},
		{"the first again", day(0), time.Time{}, nil},
		{"not knowing of the last", day(3), day(0), table.ErrSummarySince},
		{"not knowing of any", day(3), time.Time{}, table.ErrSummarySince},
	} {
		if fresh, err := w.PutSummary(t.Context(), summaryOf(c.at, c.since), nil, noon); fresh || !errors.Is(err, c.err) {
			t.Errorf("%s: fresh is %t, %v", c.name, fresh, err)
		}
	}
	if last, err := w.LastSummary(t.Context(), experimentID); err != nil || !last.At.Equal(day(2)) {
		t.Errorf("the last is of %s: %v", last.At, err)
	}
	if !w.putSummary(summaryOf(day(3), day(2)), nil, noon) {
		t.Error("the next is not fresh")
	}
}
