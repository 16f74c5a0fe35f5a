package table_test

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

// wishing submits an application for listings, the first wish first.
func (w *world) wishing(address string, now time.Time, listings ...string) table.Person {
	w.Helper()
	s := submission(address, crand.Text())
	s.Application.Choices = listings
	if _, err := w.Submit(w.Context(), s, now); err != nil {
		w.Fatal(err)
	}
	return w.profile(s.Person.ID)
}

func (w *world) intake(from, to time.Time) table.Intake {
	w.Helper()
	in, err := w.Intake(w.Context(), experimentID, from, to.In(tokyo))
	if err != nil {
		w.Fatal(err)
	}
	return in
}

func TestWhatCameInIsCountedByKeysAndStaysAsItWas(t *testing.T) {
	w := newWorld(t)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	w.wishing("a@example.jp", at(0), "job-1", "job-2")
	early := w.wishing("b@example.jp", at(2), "job-2")
	late := w.wishing("c@example.jp", at(12), "job-2", "job-1", "job-3") // after midnight in Tokyo
	w.wishing("d@example.jp", at(24), "job-3")
	if err := w.Edit(t.Context(), table.Edit{
		Token: "e", Version: 1, Person: early, Application: table.Application{Choices: []string{"job-3"}}, Changed: []string{"choices"},
	}, at(3)); err != nil {
		t.Fatal(err)
	}
	if err := w.Withdraw(t.Context(), early, nil, false, at(20)); err != nil {
		t.Fatal(err)
	}
	first := w.intake(time.Time{}, at(20))
	want := table.Intake{
		Applied: 3, First: map[string]int{"job-1": 1, "job-2": 1, "job-3": 1}, Any: map[string]int{"job-1": 2, "job-2": 2, "job-3": 2},
		Days: map[string]int{"2020-11-02": 2, "2020-11-03": 1},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("before anybody withdrew (-want +got)\n%s", diff)
	}
	if err := w.Withdraw(t.Context(), late, nil, false, at(30)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, w.intake(time.Time{}, at(20))); diff != "" {
		t.Errorf("the same, asked later (-then +now)\n%s", diff)
	}
	next := table.Intake{
		Applied: 1, Withdrawn: 1, First: map[string]int{"job-3": 1}, Any: map[string]int{"job-3": 1}, Days: map[string]int{"2020-11-03": 1},
	}
	if diff := cmp.Diff(next, w.intake(at(20), at(30))); diff != "" {
		t.Errorf("from there to the second withdrawal (-want +got)\n%s", diff)
	}
	c, transport := w.env.Watched(t)
	if _, err := table.New(c, w.env.Name).Intake(t.Context(), experimentID, noon, at(48)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"Query": 8}, operations(transport)); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
}

// Whenever people come and go: what came in, in any span, is what a list of them says.
func TestTheIntakeOfAnySpan(t *testing.T) {
	w := newWorld(t)
	random := seeded(t)
	type life struct{ came, left time.Time }
	var lives []life
	hour := func() time.Time { return noon.Add(time.Duration(random.IntN(100)) * time.Hour) }
	for i := range 40 {
		one := life{came: hour()}
		p := w.wishing(fmt.Sprintf("p%d@example.jp", i), one.came, "job-1")
		if random.IntN(2) == 0 {
			one.left = one.came.Add(time.Duration(random.IntN(50)) * time.Hour)
			if err := w.Withdraw(t.Context(), p, nil, false, one.left); err != nil {
				t.Fatal(err)
			}
		}
		lives = append(lives, one)
	}
	for range 40 {
		from, to := hour(), hour()
		if random.IntN(4) == 0 {
			from = time.Time{}
		}
		want := table.Intake{First: map[string]int{}, Any: map[string]int{}, Days: map[string]int{}}
		holds := func(at time.Time) bool { return !at.IsZero() && !at.Before(from) && at.Before(to) }
		for _, one := range lives {
			if holds(one.left) {
				want.Withdrawn++
			}
			if !holds(one.came) {
				continue
			}
			want.Applied++
			want.Days[one.came.In(tokyo).Format(time.DateOnly)]++
			if one.left.IsZero() || !one.left.Before(to) {
				want.First["job-1"]++
				want.Any["job-1"]++
			}
		}
		if diff := cmp.Diff(want, w.intake(from, to)); diff != "" {
			t.Errorf("from %s to %s (-want +got)\n%s", from, to, diff)
		}
	}
}

func TestWhoWithdrawsWhileApplicationsAreCountedCountsOnce(t *testing.T) {
	w := newWorld(t)
	var people []table.Person
	for i := range 8 {
		people = append(people, w.wishing(fmt.Sprintf("p%d@example.jp", i), noon, "job-1"))
	}
	to := noon.Add(time.Hour)
	for n := 1; n <= len(people); n++ { // just before the n-th query
		in, err := w.through(func(r faulty.Request) faulty.Effect {
			if r.N == n {
				if err := w.Withdraw(context.Background(), people[n-1], nil, false, to.Add(time.Minute)); err != nil {
					t.Error(err)
				}
			}
			return faulty.None
		}).Intake(t.Context(), experimentID, noon, to)
		if err != nil || in.Applied != len(people) || in.First["job-1"] != len(people) || in.Withdrawn != 0 {
			t.Errorf("withdrawn before query %d: %+v, %v", n, in, err)
		}
	}
}

func TestThousandsOfApplicationsAreCountedPageAfterPage(t *testing.T) {
	w := newWorld(t)
	p := w.wishing("first@example.jp", noon, "job-1")
	pattern := *w.file(p.ID).Application
	var items []any
	for n := range 2100 {
		id := fmt.Sprintf("%s%06d", p.ID[:20], n)
		a := pattern
		a.PK, a.Person, a.At = "person#"+id, id, strings.Replace(a.At, p.ID, id, 1)
		items = append(items, a)
	}
	w.write(items...)
	c, transport := w.env.Watched(t)
	in, err := table.New(c, w.env.Name).Intake(t.Context(), experimentID, noon, noon.Add(time.Second))
	if err != nil || in.Applied != 2101 || in.First["job-1"] != 2101 {
		t.Errorf("%+v, %v", in, err)
	}
	if diff := cmp.Diff(map[string]int{"Query": 3 + 3 + 4}, operations(transport)); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
}

func TestAnApplicationForEverythingIsListed(t *testing.T) {
	w := newWorld(t)
	var all []string
	for n := range 40 {
		all = append(all, fmt.Sprintf("job-%036d", n)) // as long as an id may be
	}
	p := w.wishing("hanako@example.jp", noon, all...)
	in := w.intake(noon, noon.Add(time.Hour))
	if in.First[all[0]] != 1 || in.Any[all[19]] != 1 {
		t.Errorf("%+v", in)
	}
	if err := w.Withdraw(t.Context(), p, nil, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if again := w.intake(noon, noon.Add(time.Hour)); !cmp.Equal(in, again) {
		t.Errorf("after the withdrawal: %+v", again)
	}
}

func TestAChangedWishListsNobodyTwice(t *testing.T) {
	w := newWorld(t)
	first := w.wishing("a@example.jp", noon, "job-1")
	w.wishing("b@example.jp", noon.Add(time.Second), "job-1")
	to := noon.Add(time.Hour)
	_, cursors := named(t, w.AppliedBetween(t.Context(), experimentID, noon, to, ""), 1)
	if err := w.Edit(t.Context(), table.Edit{
		Token: "e", Version: 1, Person: first, Application: table.Application{Choices: []string{"job-2", "job-1"}}, Changed: []string{"choices"},
	}, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, _ := named(t, w.AppliedBetween(t.Context(), experimentID, noon, to, cursors[0]), 0); !cmp.Equal(got, []string{"b@example.jp"}) {
		t.Errorf("after the first comes %v", got)
	}
}

func TestThePlacesOfABriefingAreCountedWithThoseThatWereGivenUp(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(2)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	var people []string
	for i := range 5 { // two seats, three wait
		people = append(people, w.register(fmt.Sprintf("p%d@example.jp", i), sessions, 0, at(i)))
	}
	count := func(from, to time.Time) table.Places {
		t.Helper()
		p, err := w.Places(t.Context(), experimentID, "b1", from, to)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if diff := cmp.Diff(table.Places{Booked: 5, Seats: 2, Waiting: 3}, count(time.Time{}, at(10))); diff != "" {
		t.Errorf("at first (-want +got)\n%s", diff)
	}
	for _, err := range []error{
		w.CancelRegistration(t.Context(), people[0], sessions, at(10)), // the third is kept a seat
		w.TakeSeat(t.Context(), people[2], sessions, at(11)),
		w.Withdraw(t.Context(), w.profile(people[3]), sessions, false, at(12)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.book(people[4], "token", sessions, 1, at(13)) // moves to the other briefing
	if diff := cmp.Diff(table.Places{Booked: 5, Seats: 2, Canceled: 3}, count(time.Time{}, at(14))); diff != "" {
		t.Errorf("in the end (-want +got)\n%s", diff)
	}
	if got := count(at(1), at(3)); got.Booked != 2 {
		t.Errorf("booked in the second and third hour: %d", got.Booked)
	}
	if got := count(at(10), at(14)); got.Booked != 0 {
		t.Errorf("booked when people only left and took: %d", got.Booked)
	}
	left := 0
	for _, item := range w.env.Items(t) {
		if strings.HasPrefix(item.SK, "ticket#") && item.Attributes["standing"] == string(table.Left) {
			left++
			for _, p := range people {
				if strings.Contains(fmt.Sprint(item.Attributes), p) {
					t.Errorf("a place that was given up names its person: %v", item.Attributes)
				}
			}
		}
	}
	if left != 3 {
		t.Errorf("%d places are kept as given up", left)
	}
	w.checkSeats(sessions)
}

// ended collects the mails that ended in a span as "kind state".
func (w *world) ended(from, to time.Time) []string {
	w.Helper()
	var all []string
	for m, err := range w.EndedMails(w.Context(), experimentID, from, to) {
		if err != nil {
			w.Fatal(err)
		}
		d := w.delivery(m.Person, m.Mail).Mail
		if d.State != m.State || d.Kind != m.Kind || d.Occasion != m.Occasion || d.Due != m.Due {
			w.Errorf("listed is %+v, the mail is %s, %s, %q, due %s", m, d.State, d.Kind, d.Occasion, d.Due)
		}
		all = append(all, fmt.Sprintf("%s %s %s", m.At.Time().Sub(noon), m.Kind, m.State))
	}
	return all
}

func TestEveryMailThatEndsIsListedByWhenAndHow(t *testing.T) {
	w := newWorld(t)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	ends := map[string]func(table.Mail) error{
		"1m0s acknowledgement sent":   func(m table.Mail) error { return w.Accept(t.Context(), m, "0106-1", at(1)) },
		"2m0s acknowledgement failed": func(m table.Mail) error { return w.Fail(t.Context(), m, "refused", at(2)) },
		"3m0s acknowledgement sent": func(m table.Mail) error {
			return errors.Join(w.Doubt(t.Context(), m, "no answer", noon), w.TreatAsSent(t.Context(), m.Person, m.ID, audit("treat-as-sent"), at(3)))
		},
		"4m0s acknowledgement sent": func(m table.Mail) error { // SES's events, in the wrong order
			f := told(m, "0106-4", 4)
			f.Accepted = at(4)
			doubt := w.Doubt(t.Context(), m, "no answer", noon)
			_, delivered := w.MarkArrival(t.Context(), f, table.Delivered)
			_, sent := w.MarkSent(t.Context(), f)
			return errors.Join(doubt, delivered, sent)
		},
		"5m0s acknowledgement sent": func(m table.Mail) error { // it had failed
			f := told(m, "0106-5", 5)
			f.Accepted = at(5)
			failed := w.Fail(t.Context(), m, "refused", noon)
			_, bounced := w.Suppress(t.Context(), f, table.Bounced)
			return errors.Join(failed, bounced)
		},
	}
	for i, state := range []table.State{table.Canceled, table.Missed, table.Suppressed, table.Failed} {
		ends[fmt.Sprintf("%dm0s acknowledgement %s", 6+i, state)] = func(m table.Mail) error {
			return errors.Join(w.Requeue(t.Context(), m, noon, "throttled"),
				w.End(t.Context(), w.delivery(m.Person, m.ID).Mail, state, "ended", at(6+i)))
		}
	}
	for want, end := range ends {
		m := w.sending(strings.ReplaceAll(want, " ", "-") + "@example.jp")
		before := len(w.ended(time.Time{}, at(60)))
		if err := end(m); err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		var minutes int
		if _, err := fmt.Sscanf(want, "%dm", &minutes); err != nil {
			t.Fatal(err)
		}
		if got := w.ended(at(minutes), at(minutes+1)); !cmp.Equal(got, []string{want}) {
			t.Errorf("listed is %q, want %q", got, want)
		}
		if got := w.ended(time.Time{}, at(60)); len(got) != before+1 {
			t.Errorf("%s: listed are %q", want, got)
		}
	}
	for m, err := range w.EndedMails(t.Context(), "kamaishi-2021", time.Time{}, at(60)) {
		t.Errorf("another experiment has %+v, %v", m, err)
	}
}

func TestAMailThatIsSentAgainHasNotEnded(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	if err := w.Fail(t.Context(), m, "refused", noon); err != nil {
		t.Fatal(err)
	}
	if err := w.SendAgain(t.Context(), m.Person, m.ID, audit("send-again"), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := w.ended(time.Time{}, noon.Add(48*time.Hour)); len(got) > 0 {
		t.Errorf("ended are %q", got)
	}
	c := claim("again", crand.Text(), noon.Add(time.Hour))
	again, err := w.ClaimMail(t.Context(), w.delivery(m.Person, m.ID).Mail, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Accept(t.Context(), again, "0106-2", noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := w.ended(time.Time{}, noon.Add(48*time.Hour)); !cmp.Equal(got, []string{"2h0m0s acknowledgement sent"}) {
		t.Errorf("ended are %q", got)
	}
}

func TestAReplayedMailEndedWhenTheLogSays(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	r := w.restored()
	r.replays(table.Handed{
		Person: d.Person.ID, Mail: d.Mail.ID, Experiment: experimentID, Kind: d.Mail.Kind, Attempt: 1, State: table.Sent, At: noon.Add(5 * time.Minute),
	}, table.MarkedSent)
	reminder := mail.ID(mail.ApplicationReminder, d.Person.ID, "b1 close")
	r.replays(table.Handed{
		Person: d.Person.ID, Mail: reminder, Experiment: experimentID, Kind: mail.ApplicationReminder, Occasion: "b1 close", Attempt: 1,
		State: table.Sent, At: noon.Add(6 * time.Minute),
	}, table.MarkedSent)
	got := map[string]bool{}
	for _, m := range r.ended(time.Time{}, noon.Add(time.Hour)) {
		got[m] = true
	}
	want := map[string]bool{"5m0s acknowledgement sent": true, "6m0s application-reminder sent": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestThousandsOfEndedMailsAreListedPageAfterPage(t *testing.T) {
	w := newWorld(t)
	m := w.sending("first@example.jp")
	if err := w.Accept(t.Context(), m, "0106-1", noon); err != nil {
		t.Fatal(err)
	}
	pattern := w.delivery(m.Person, m.ID).Mail
	var items []any
	for n := range 2100 {
		one := pattern
		one.ID = fmt.Sprintf("m-%d", n)
		one.SK = "mail#" + one.ID
		items = append(items, one)
	}
	w.write(items...)
	c, transport := w.env.Watched(t)
	seen := map[string]bool{}
	for m, err := range table.New(c, w.env.Name).EndedMails(t.Context(), experimentID, noon, noon.Add(time.Millisecond)) {
		if err != nil {
			t.Fatal(err)
		}
		seen[m.Mail] = true
	}
	if len(seen) != 2101 {
		t.Errorf("%d mails are listed", len(seen))
	}
	if diff := cmp.Diff(map[string]int{"Query": 3 + 3}, operations(transport)); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
}

func TestOpenMailsAreListedByTheirKeysUntilTheyEnd(t *testing.T) {
	w := newWorld(t)
	waiting := w.apply("waiting@example.jp", noon.Add(time.Hour)).Mail
	sending := w.sending("sending@example.jp")
	doubtful := w.sending("doubtful@example.jp")
	done := w.sending("done@example.jp")
	sessions := sessionsOf(1) // of another person, a seat that is kept is among what is due
	one, other := w.register("one@example.jp", sessions, 0, noon), w.register("other@example.jp", sessions, 0, noon)
	elsewhere := submission("elsewhere@example.jp", "token")
	elsewhere.Person.Experiment = "kamaishi-2021"
	_, submitted := w.Submit(t.Context(), elsewhere, noon)
	for _, err := range []error{
		submitted, w.CancelRegistration(t.Context(), one, sessions, noon),
		w.Doubt(t.Context(), doubtful, "no answer", noon.Add(time.Minute)), w.Accept(t.Context(), done, "0106-1", noon),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]table.OpenMail{}
	for _, open := range []table.OpenMail{
		{Person: waiting.Person, Mail: waiting.ID, At: table.At(noon.Add(time.Hour)), Since: table.At(noon.Add(time.Hour)), Kind: mail.Acknowledgement},
		{Person: sending.Person, Mail: sending.ID, At: table.At(noon.Add(table.Lease)), Since: table.At(noon), Kind: mail.Acknowledgement},
		{Person: doubtful.Person, Mail: doubtful.ID, At: table.At(noon.Add(time.Minute)), Since: table.At(noon.Add(time.Minute)), Kind: mail.Acknowledgement, Unknown: true},
	} {
		want[open.Mail] = open
	}
	for _, person := range []string{one, other} {
		for _, m := range w.mailsOf(person) {
			want[m.ID] = table.OpenMail{Person: person, Mail: m.ID, At: table.At(noon), Since: table.At(noon), Kind: m.Kind}
		}
	}
	got := map[string]table.OpenMail{}
	for open, err := range w.OpenMails(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		got[open.Mail] = open
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAMailThatIsGivenUpWhileOpenMailsAreListedIsListedOnce(t *testing.T) {
	w := newWorld(t)
	m := w.sending("hanako@example.jp")
	for n := 1; n <= 8; n++ {
		m := m
		if n > 1 {
			m = w.sending(fmt.Sprintf("p%d@example.jp", n))
		}
		times := 0
		for open, err := range w.through(func(r faulty.Request) faulty.Effect {
			if r.N == n {
				if err := w.Doubt(context.Background(), m, "no answer", noon); err != nil {
					t.Error(err)
				}
			}
			return faulty.None
		}).OpenMails(t.Context(), experimentID) {
			if err != nil {
				t.Fatal(err)
			}
			if open.Mail == m.ID {
				times++
			}
		}
		if times != 1 {
			t.Errorf("given up before query %d, it is listed %d times", n, times)
		}
	}
}

func TestWhatCameBackIsCountedByExperimentAndTime(t *testing.T) {
	w := newWorld(t)
	first, second := w.sending("a@example.jp"), w.sending("b@example.jp")
	_, bounced := w.Suppress(t.Context(), told(first, "0106-1", 0), table.Bounced)
	_, too := w.Suppress(t.Context(), told(second, "0106-2", 0), table.Bounced)
	_, complained := w.Suppress(t.Context(), told(second, "0106-2", 10), table.Complained)
	if err := errors.Join(bounced, too, complained); err != nil {
		t.Fatal(err)
	}
	at := told(first, "", 0).At
	for name, c := range map[string]struct {
		experiment string
		from, to   time.Time
		want       table.Tally
	}{
		"all":                     {experimentID, time.Time{}, at.Add(time.Hour), table.Tally{Bounces: 2, Complaints: 1}},
		"from then on":            {experimentID, at, at.Add(time.Millisecond), table.Tally{Bounces: 2}},
		"until then":              {experimentID, noon, at, table.Tally{}},
		"between the two":         {experimentID, at.Add(time.Millisecond), at.Add(10 * time.Minute), table.Tally{}},
		"the complaint":           {experimentID, at.Add(time.Minute), at.Add(time.Hour), table.Tally{Complaints: 1}},
		"backwards":               {experimentID, at.Add(time.Hour), at, table.Tally{}},
		"of another's experiment": {"kamaishi-2021", time.Time{}, at.Add(time.Hour), table.Tally{}},
	} {
		got, err := w.TallyBetween(t.Context(), c.experiment, c.from, c.to)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}
