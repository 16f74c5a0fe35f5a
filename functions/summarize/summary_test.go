package main

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

func TestOnTheSetDaysEverybodyOfStaffGetsOneSummaryAtNine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.staff("jiro")
	for h := range 8 * 24 { // Monday noon to the Tuesday after the next
		w.now = time.Date(2020, 11, 2, 12+h, 0, 0, 0, w.e.Zone())
		w.hour()
	}
	want := []string{"11-05 09:00 jiro", "11-05 09:00 taro", "11-09 09:00 jiro", "11-09 09:00 taro"}
	if diff := cmp.Diff(want, w.mailed()); diff != "" {
		t.Error(diff)
	}
}

func TestAnHourThatIsFiredAgainMailsNobodyAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.November, 5, 9, 0)
	var all sync.WaitGroup
	reports := make([]report, 8)
	for i := range reports {
		h := w.function()
		all.Go(func() {
			var err error
			if reports[i], err = h.summarize(w.Context(), event{ScheduledTime: w.now}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wrote := w.hour().Mailed
	for _, r := range reports {
		wrote += r.Mailed
	}
	w.on(time.November, 5, 9, 30)
	if r := w.hour(); r.Summarized != 0 {
		t.Error("half past nine is an hour")
	}
	if wrote != 1 || len(w.mailed()) != 1 {
		t.Errorf("%d mails were reported, and there are %q", wrote, w.mailed())
	}
}

// What happens after the scheduled time is left to the next summary, however late the
// function runs.
func TestASummaryThatComesFiveHoursLateIsAboutItsOwnTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	one, two := w.e.Listings[0].ID, w.e.Listings[1].ID
	w.sends(w.apply("a", one, two))
	leaves := w.apply("b", two)
	w.ends(leaves, table.Canceled)
	w.on(time.November, 3, 23, 30)
	w.must(w.table.Withdraw(w.Context(), leaves, w.e.Sessions(nil), false, w.now))
	p := w.apply("c", one)
	w.agrees(p)
	w.finishes(p, "pre")
	q := w.apply("d", one)
	w.agrees(q)
	w.begins(q, "pre")
	scheduled := time.Date(2020, 11, 5, 9, 0, 0, 0, w.e.Zone())
	h := w.function()

	w.on(time.November, 5, 9, 0) // from here on it is too late
	w.sends(p)
	w.apply("e", two)
	w.on(time.November, 5, 13, 0)
	w.finishes(q, "pre")
	w.must(w.table.Withdraw(w.Context(), p, w.e.Sessions(nil), false, w.now))
	w.on(time.November, 5, 14, 0)
	_, err := h.summarize(w.Context(), event{ScheduledTime: scheduled})
	w.must(err)

	s := w.summary()
	if !s.At.Equal(scheduled) || !s.Since.IsZero() {
		t.Errorf("it is about %v to %v", s.Since, s.At)
	}
	got := []any{s.Applied, s.Withdrawn, s.Listings[0], s.Listings[1], s.Mails.Sent, s.Mails.Canceled, s.Waves[0].Done}
	want := []any{
		mail.Count{New: 4, Total: 4}, mail.Count{New: 1, Total: 1},
		mail.ByListing{Listing: one, First: mail.Count{New: 3, Total: 3}, Any: mail.Count{New: 3, Total: 3}},
		mail.ByListing{Listing: two, Any: mail.Count{New: 1, Total: 1}},
		mail.Count{New: 1, Total: 1}, mail.Count{New: 1, Total: 1}, mail.Count{New: 1, Total: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the first (-want +got)\n%s", diff)
	}
	if n := s.PerDay[len(s.PerDay)-3:]; n[0].N != 2 || n[1].N != 0 || n[2].N != 0 || s.PerDay[len(s.PerDay)-4].N != 2 {
		t.Errorf("by day there are %+v", s.PerDay)
	}

	w.on(time.November, 9, 9, 0)
	w.hour()
	s = w.summary()
	got = []any{s.Applied, s.Withdrawn, s.Listings[1], s.Mails.Sent, s.Waves[0].Done}
	want = []any{
		mail.Count{New: 1, Total: 5}, mail.Count{New: 1, Total: 2},
		mail.ByListing{Listing: two, First: mail.Count{New: 1, Total: 1}, Any: mail.Count{New: 1, Total: 2}},
		mail.Count{New: 1, Total: 2}, mail.Count{New: 1, Total: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" || !s.Since.Equal(scheduled) {
		t.Errorf("the second, since %v (-want +got)\n%s", s.Since, diff)
	}
}

func TestAfterAStandstillTheNextSummaryCoversAllOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.November, 5, 9, 0)
	w.hour()
	w.on(time.November, 8, 15, 0)
	w.apply("a")
	w.on(time.November, 16, 9, 0) // neither the 9th nor the 12th took place
	w.hour()
	s := w.summary()
	if want := (mail.Count{New: 1, Total: 1}); s.Applied != want || s.Since.In(w.e.Zone()).Day() != 5 {
		t.Errorf("since %v there are %+v", s.Since, s.Applied)
	}
	// The 9th comes at last: it has been overtaken.
	w.on(time.November, 9, 9, 0)
	if r := w.hour(); r.Summarized != 0 || len(w.mailed()) != 2 {
		t.Errorf("it is told after all: %q", w.mailed())
	}
}

// The sender stood still for a day, and what was too late then is named.
func TestMailsThatWereMissedAreNamedInTheNextSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.November, 5, 9, 0)
	w.hour()
	var people []string
	for i := range missedPeople + 3 {
		p := w.apply(fmt.Sprint("p", i))
		people = append(people, p.ID)
	}
	due := w.now
	w.on(time.November, 7, 9, 0)
	for m, err := range w.table.Mails(w.Context(), w.e.ID) {
		w.must(err)
		if m.Kind == mail.Acknowledgement {
			m.Occasion = "b1 start-24h"
			w.must(w.table.End(w.Context(), m, table.Missed, "its time has passed", w.now))
		}
	}
	w.on(time.November, 9, 9, 0)
	w.hour()
	s := w.summary()
	if len(s.Missed) != 1 {
		t.Fatalf("%d occasions were missed: %+v", len(s.Missed), s.Missed)
	}
	m := s.Missed[0]
	if m.N != len(people) || len(m.People) != missedPeople || m.Occasion != "b1 start-24h" || m.Kind != mail.Acknowledgement || !m.Due.Equal(due) {
		t.Errorf("what was missed is %+v", m)
	}
	for _, id := range m.People {
		if !slices.Contains(people, id) {
			t.Errorf("%s missed nothing", id)
		}
	}
	if want := (mail.Count{New: len(people), Total: len(people)}); s.Mails.Missed != want {
		t.Errorf("they count %+v", s.Mails.Missed)
	}
	w.on(time.November, 12, 9, 0)
	w.hour()
	if s := w.summary(); len(s.Missed) != 0 || s.Mails.Missed.New != 0 || s.Mails.Missed.Total != len(people) {
		t.Errorf("they are named again: %+v, %+v", s.Missed, s.Mails.Missed)
	}
}

// Whoever has a great many different mails missed gets a summary that can be stored.
func TestTooManyOccasionsAreCountedAndNotNamed(t *testing.T) {
	t.Parallel()
	all := map[missedOn]*mail.MissedMails{}
	due := time.Date(2020, 11, 5, 0, 0, 0, 0, time.UTC)
	for i := range 10 * missedOccasions {
		miss(all, table.EndedMail{Person: fmt.Sprint(i), Kind: mail.Link, Occasion: fmt.Sprint(i), Due: table.At(due.Add(time.Duration(i) * time.Second))})
	}
	n := 0
	for _, m := range sorted(all) {
		n += m.N
	}
	rest := all[missedOn{mail.Link, ""}]
	if len(all) != missedOccasions+1 || n != 10*missedOccasions || rest == nil || rest.N != 9*missedOccasions || len(rest.People) != missedPeople {
		t.Errorf("%d occasions name %d mails, the rest %+v", len(all), n, rest)
	}
}

func TestMailsThatAreStuckAreCountedByReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.on(time.November, 5, 8, 30)
	w.ends(w.apply("failed"), table.Failed)
	w.ends(w.apply("suppressed"), table.Suppressed)
	overdue := w.now
	w.apply("overdue")
	putOff := w.apply("put-off")
	doubtful := w.apply("doubtful")
	m, err := w.table.ClaimMail(w.Context(), w.acknowledgement(doubtful), table.Claim{ID: "c", To: "t", Subject: "件名", Text: "本文", Now: w.now})
	w.must(err)
	w.on(time.November, 5, 8, 40)
	w.must(w.table.Doubt(w.Context(), m, "架空の理由", w.now))
	doubt := w.now
	w.on(time.November, 5, 8, 55)
	w.apply("young")
	m, err = w.table.ClaimMail(w.Context(), w.acknowledgement(putOff), table.Claim{ID: "d", To: "t", Subject: "件名", Text: "本文", Now: w.now})
	w.must(err)
	w.must(w.table.Requeue(w.Context(), m, w.now.Add(6*time.Minute), "架空の混雑")) // again, and until after the summary
	w.on(time.November, 5, 9, 0)
	w.hour()
	s := w.summary()
	want := []mail.StuckMails{
		{Kind: mail.Acknowledgement, State: "failed", N: 1, Since: overdue.UTC()},
		{Kind: mail.Acknowledgement, State: "suppressed", N: 1, Since: overdue.UTC()},
		{Kind: mail.Acknowledgement, State: "overdue", N: 2, Since: overdue.UTC()},
		{Kind: mail.Acknowledgement, State: "unknown", N: 1, Since: doubt.UTC()},
	}
	if diff := cmp.Diff(want, s.Stuck); diff != "" {
		t.Error(diff)
	}
	if s.Mails.Waiting != 3 || s.Mails.Overdue != 2 || s.Mails.Unknown != 1 {
		t.Errorf("the mails count %+v", s.Mails)
	}
}

func TestOnADayWithNothingNobodyIsMailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.e.StaffSummary.SkipEmpty = true
	w.staff("taro")
	w.on(time.August, 5, 9, 0) // 2021: everything has closed, and nothing is ahead
	if r := w.hour(); r.Summarized != 1 || r.Mailed != 0 || len(w.mailed()) != 0 {
		t.Errorf("it did %+v, and mailed %q", r, w.mailed())
	}
	first := w.summary().At
	w.on(time.August, 7, 12, 0)
	w.apply("late")
	w.on(time.August, 9, 9, 0)
	if r := w.hour(); r.Mailed != 1 || !w.summary().Since.Equal(first) {
		t.Errorf("with something to tell it did %+v, since %v", r, w.summary().Since)
	}
}

// Nothing is lost while nobody is to be told.
func TestWithoutRecipientsThereIsNoSummaryUntilThereAreSome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("a")
	w.on(time.November, 5, 9, 0)
	if r := w.hour(); r.Summarized != 0 || !w.none() {
		t.Errorf("it did %+v", r)
	}
	gone := w.staff("taro")
	w.must(w.table.RemoveStaff(w.Context(), w.e.ID, gone.ID, w.record(), w.now))
	w.on(time.November, 9, 9, 0)
	if r := w.hour(); r.Summarized != 0 || !w.none() {
		t.Errorf("with a former recipient it did %+v", r)
	}
	w.staff("jiro")
	w.on(time.November, 12, 9, 0)
	w.hour()
	if s := w.summary(); s.Applied.New != 1 || !s.Since.IsZero() {
		t.Errorf("the first summary tells of %+v since %v", s.Applied, s.Since)
	}
}

func TestWhoHasAnsweredASurveyIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.apply("silent about the research")
	for _, name := range []string{"finished", "begun", "silent", "left", "erased", "starts"} {
		p := w.apply(name)
		w.agrees(p)
		switch name {
		case "begun":
			w.begins(p, "pre")
		case "silent":
		default:
			w.finishes(p, "pre")
		}
		switch name {
		case "left":
			w.must(w.table.LeaveResearch(w.Context(), p, false, w.now))
		case "erased":
			w.must(w.table.LeaveResearch(w.Context(), p, true, w.now))
		case "starts":
			w.starts(p)
		}
	}
	never := w.apply("never asked")
	w.starts(never)
	w.on(time.November, 5, 9, 0)
	w.hour()
	waves := map[string]mail.WaveAnswers{}
	for _, a := range w.summary().Waves {
		waves[a.Round] = a
		a.Open, a.Close = time.Time{}, time.Time{}
		waves[a.Round] = a
	}
	want := map[string]mail.WaveAnswers{
		// Who left and let the answers stay has finished; who takes part was not asked yet.
		"pre": {Round: "pre", Asked: 6, Done: mail.Count{New: 3, Total: 3}, Begun: 1, Silent: 2},
		// The next to open: nobody is a host's contact.
		"host_before": {Round: "host_before"},
	}
	if diff := cmp.Diff(want, waves); diff != "" {
		t.Errorf("on 5 November (-want +got)\n%s", diff)
	}

	ada, bob := w.host(w.e.Listings[0].ID, "ada"), w.host(w.e.Listings[1].ID, "bob")
	w.host(w.e.Listings[2].ID, "eve")
	w.on(time.December, 16, 10, 0)
	w.finishes(ada, "host_before")
	w.begins(bob, "host_before")
	w.on(time.December, 17, 9, 0)
	w.hour()
	waves = map[string]mail.WaveAnswers{}
	for _, a := range w.summary().Waves {
		a.Open, a.Close = time.Time{}, time.Time{}
		waves[a.Round] = a
	}
	want = map[string]mail.WaveAnswers{
		"pre":         {Round: "pre", Asked: 6, Done: mail.Count{Total: 3}, Begun: 1, Silent: 2}, // it closed in the span
		"host_before": {Round: "host_before", Asked: 3, Done: mail.Count{New: 1, Total: 1}, Begun: 1, Silent: 1},
		"mid":         {Round: "mid", Asked: 2, Silent: 2},
	}
	if diff := cmp.Diff(want, waves); diff != "" {
		t.Errorf("on 17 December (-want +got)\n%s", diff)
	}
}

func TestWhatIsDueInAWeekIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sessions := w.e.Sessions(map[string]experiment.Setting{"b1": {Canceled: true}, "b2": {Start: w.now.AddDate(0, 0, 11)}})
	for _, c := range []struct {
		month time.Month
		day   int
		want  []string
	}{
		{time.November, 3, nil}, // the only briefing of the week does not take place
		{time.November, 12, []string{
			"11-12 12:00 オンライン説明会(第2回)のリマインドメール / Mail: reminder of Online briefing, second session",
			"11-13 11:00 オンライン説明会(第2回)のリマインドメール / Mail: reminder of Online briefing, second session",
			"11-13 12:00 オンライン説明会(第2回) / Online briefing, second session",
			"11-13 13:30 説明会のアンケートの開始 / Survey about the briefing opens",
			"11-14 10:00 オンライン説明会(第2回)のあとのご案内メール / Mail: after Online briefing, second session",
			"11-17 23:59 説明会のアンケートの締め切り / Survey about the briefing closes",
		}},
		{time.November, 26, []string{
			"11-27 10:00 応募の締め切りのお知らせメール / Mail: reminder to apply",
			"11-30 23:59 応募の締め切り / Applications close",
		}},
		{time.December, 10, []string{
			"12-13 09:00 はじめのアンケートのリマインドメール / Mail: reminder of First survey",
			"12-13 23:59 はじめのアンケートの締め切り / First survey closes",
			"12-14 12:00 選考結果のお知らせ / Applicants hear the result",
			"12-15 09:00 受け入れ前のアンケートの開始 / Survey before hosting opens",
		}},
	} {
		w.on(c.month, c.day, 9, 0)
		var got []string
		for _, u := range soon(w.e, sessions, w.now) {
			got = append(got, u.At.Format("01-02 15:04 ")+u.What.JA+" / "+u.What.EN)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("on %d %s (-want +got)\n%s", c.day, c.month, diff)
		}
	}
}
