package main

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// on moves the time to a moment of the shipped experiment's year in Tokyo: from
// October on it is 2020.
func (w *world) on(month time.Month, day, hour, minute int) {
	year := 2021
	if month >= time.October {
		year = 2020
	}
	w.now = time.Date(year, month, day, hour, minute, 0, 0, w.e().Zone())
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// staff puts an act of made-up staff (架空) on record.
func (w *world) staff() table.AuditEntry {
	return table.AuditEntry{ID: rand.Text(), At: table.At(w.now), Who: "架空の担当者", Act: "test"}
}

// answersResearch has a person agree to the research, or decline.
func (w *world) answersResearch(p table.Person, agrees bool) {
	w.Helper()
	c := w.e().Research.Consent
	w.must(w.table.AnswerResearch(w.Context(), p, table.Consent{
		Purpose: c.ID, Version: c.Version, Hash: c.Hash(), Lang: locale.Japanese, Given: agrees, At: table.At(w.now),
	}, w.now))
}

// starts has a person take up a side job.
func (w *world) starts(p table.Person) {
	w.Helper()
	w.must(w.table.Offer(w.Context(), p.ID, w.e().Listings[0].ID, w.now.Add(time.Hour), w.staff(), w.now))
	w.must(w.table.AcceptOffer(w.Context(), p.ID, w.staff(), w.now))
	w.must(w.table.Start(w.Context(), p.ID, w.e().SideJob.Start, w.staff(), w.now))
}

// comparison is a made-up person (架空の人物) who has applied on 2 November and agreed
// to the research, and whose acknowledgement has left.
func (w *world) comparison(address string) table.Person {
	w.Helper()
	w.at(2, 12, 0, 0)
	p := w.apply(address)
	w.answersResearch(p, true)
	w.tickAt(w.function())
	return p
}

// participant is one who has taken up a side job as well.
func (w *world) participant(address string) table.Person {
	w.Helper()
	p := w.comparison(address)
	w.on(time.December, 20, 12, 0)
	w.starts(p)
	return p
}

// begins has somebody save a page of a survey, and finishes end it as well.
func (w *world) begins(p table.Person, wave string) {
	w.Helper()
	w.must(w.table.SavePage(w.Context(), p, nil, table.SavedPage{
		Wave: wave, Lang: locale.Japanese, Instrument: "core", Edition: table.Edition{Version: 1, Hash: "h"},
		Answers: map[string][]string{"D1": {"3"}}, Place: 2,
	}, w.now))
}

func (w *world) finishes(p table.Person, wave string) {
	w.Helper()
	w.begins(p, wave)
	_, err := w.table.FinishSurvey(w.Context(), p, table.Finish{Wave: wave}, w.now)
	w.must(err)
}

// host makes a made-up person (架空の人物) the contact of a listing.
func (w *world) host(listing, address string) table.Person {
	w.Helper()
	p, err := w.table.SetHost(w.Context(), table.Person{
		ID: strings.ToLower(rand.Text()), Host: listing, Experiment: w.e().ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "太郎",
		Address: table.Address{Typed: address, Send: address, Comparable: address},
	}, w.staff(), w.now)
	w.must(err)
	return p
}

// passes runs the function in the minute before nine and at nine on each day up to one.
func (w *world) passes(h *handler, month time.Month, day int) {
	w.Helper()
	last := time.Date(w.now.Year(), month, day, 9, 0, 0, 0, w.e().Zone())
	for at := time.Date(w.now.Year(), w.now.Month(), w.now.Day(), 8, 59, 0, 0, w.e().Zone()); !at.After(last); at = at.AddDate(0, 0, 1) {
		for _, minute := range []time.Duration{0, time.Minute} {
			if tick := at.Add(minute); !tick.Before(w.now) {
				w.now = tick
				w.tickAt(h)
			}
		}
	}
}

// survey lists the mails about surveys that an address was sent, by day and kind.
func (w *world) survey(address string) []string {
	w.Helper()
	var got []string
	for _, m := range w.ses.Accepted() {
		kind := mail.Kind(m.Tags["kind"])
		if m.To != address || !kind.AboutSurvey() {
			continue
		}
		d, err := w.table.Delivery(w.Context(), m.Tags["person"], m.Tags["mail"])
		w.must(err)
		got = append(got, d.Mail.Sent.Time().In(w.e().Zone()).Format("0102-1504 ")+string(kind))
	}
	return got
}

// asks checks the mails about surveys that an address was sent.
func (w *world) asks(address string, mails ...string) {
	w.Helper()
	if got := w.survey(address); !slices.Equal(got, mails) {
		w.Errorf("%s got %q, want %q", address, got, mails)
	}
}

// The rule says day 0, 3 and 7, and stop when done: who answers on day 2 gets one mail,
// who is silent three, and nobody four.
func TestWhoAnswersIsAskedNoMoreAndWhoIsSilentThreeTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.e().WaveReminders = w.e().WaveReminders[:2] // of this test's own copy of the file
	w.participant("silent@example.jp")
	answers := w.participant("answers@example.jp")
	begins := w.participant("begins@example.jp")
	w.comparison("comparison@example.jp")
	h := w.function()
	w.on(time.February, 15, 0, 0)
	w.passes(h, time.February, 17)
	w.on(time.February, 17, 20, 0)
	w.finishes(answers, "mid")
	w.begins(begins, "mid")
	w.passes(h, time.February, 25)
	w.asks("silent@example.jp", "0215-0900 survey-invitation", "0218-0900 survey-reminder", "0222-0900 survey-reminder")
	w.asks("answers@example.jp", "0215-0900 survey-invitation")
	w.asks("begins@example.jp", "0215-0900 survey-invitation", "0218-0900 survey-reminder", "0222-0900 survey-reminder")
	w.asks("comparison@example.jp")
}

// With a rule for the day of the close there is one more.
func TestOnTheLastDayWhoIsSilentIsRemindedOnceMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.participant("silent@example.jp")
	early := w.participant("early@example.jp")
	w.on(time.February, 10, 9, 0)
	day, err := experiment.ParseDate("2021-02-10")
	w.must(err)
	w.must(w.table.EndEarly(t.Context(), early.ID, day, "架空の理由", w.staff(), w.now))
	w.on(time.February, 15, 0, 0)
	w.passes(w.function(), time.February, 25)
	want := []string{"0215-0900 survey-invitation", "0218-0900 survey-reminder", "0222-0900 survey-reminder", "0223-0900 survey-reminder"}
	w.asks("silent@example.jp", want...)
	w.asks("early@example.jp", want...) // who stops early still gets the later surveys
	text := textOf(t, w.ses.Accepted()[len(w.ses.Accepted())-1].Raw)
	if !strings.Contains(text, "2021年2月23日(火) 23:59(日本時間)") {
		t.Errorf("the last one does not say when the survey closes:\n%s", text)
	}
}

// An invitation leaves at the very instant of the opening, and none at that of the
// close.
func TestASurveyIsAskedForFromItsOpeningUntilItsClose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	silent := w.participant("silent@example.jp")
	w.on(time.February, 15, 9, 0)
	w.now = w.now.Add(-30 * time.Second) // a run's clock goes on while it works
	if done := w.tickAt(w.function()); done.Planned != 0 || done.Next == nil || !done.Next.Equal(w.now.Add(30*time.Second)) {
		t.Errorf("a moment before the opening: %+v", done)
	}
	w.on(time.February, 15, 9, 0)
	w.tickAt(w.function())
	w.asks("silent@example.jp", "0215-0900 survey-invitation")
	w.on(time.February, 23, 9, 0)
	w.ses.Always(sestest.Throttle)
	w.tickAt(w.function()) // planned, and put off
	w.ses.Always(sestest.Accept)
	w.on(time.February, 24, 0, 0)
	w.tickAt(w.function())
	w.ends(silent.ID, mail.SurveyReminder, table.Missed, table.Missed, table.Missed) // the others while nothing ran

	sent := w.ses.Accepted()[len(w.ses.Accepted())-1]
	m, err := w.table.Delivery(t.Context(), sent.Tags["person"], sent.Tags["mail"])
	w.must(err)
	if until := time.Date(2021, 3, 26, 0, 0, 0, 0, w.e().Zone()); len(m.Mail.Links) != 1 || m.Mail.Links[0].Purpose != mail.OpenSurvey || !m.Mail.Links[0].Until.Time().Equal(until) {
		t.Errorf("the invitation's links are %+v, want one to the survey until %v", m.Mail.Links, until)
	}
}

// The first survey is answered with the application: the acknowledgement invites, and
// reminders count from the day of it, until one has answered or declined.
func TestWhoAppliesIsRemindedOfTheFirstSurvey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.function()
	w.at(2, 23, 59, 0)
	w.apply("silent@example.jp")
	agrees := w.apply("agrees@example.jp")
	answers := w.apply("answers@example.jp")
	declines := w.apply("declines@example.jp")
	w.at(3, 0, 0, 0)
	w.apply("next-day@example.jp")
	w.tickAt(h)
	acknowledgement := textOf(t, w.ses.Accepted()[0].Raw)
	if !strings.Contains(acknowledgement, "はじめのアンケート") || !strings.Contains(acknowledgement, "2020年12月13日(日)") {
		t.Errorf("the acknowledgement does not tell of the survey:\n%s", acknowledgement)
	}
	w.answersResearch(agrees, true)
	w.answersResearch(answers, true)
	w.finishes(answers, "pre")
	w.answersResearch(declines, false)
	w.passes(h, time.December, 14)
	silent := []string{"1105-0900 survey-reminder", "1109-0900 survey-reminder", "1213-0900 survey-reminder"}
	w.asks("silent@example.jp", silent...)
	w.asks("agrees@example.jp", silent...)
	w.asks("next-day@example.jp", "1106-0900 survey-reminder", "1110-0900 survey-reminder", "1213-0900 survey-reminder")
	w.asks("answers@example.jp")
	w.asks("declines@example.jp")
	// Who has not agreed yet is told that the page asks about that first.
	for _, m := range w.ses.Accepted() {
		if m.Tags["kind"] != "survey-reminder" || m.To != "silent@example.jp" && m.To != "agrees@example.jp" {
			continue
		}
		if first := strings.Contains(textOf(t, m.Raw), "研究への協力についての説明"); first != (m.To == "silent@example.jp") {
			t.Errorf("%s is told that the page asks first: %t", m.To, first)
		}
	}
}

func TestTheLaterSurveysAskTheirGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.participant("participant@example.jp")
	w.comparison("comparison@example.jp")
	offered := w.comparison("offered@example.jp")
	w.comparison("silent-about-it@example.jp")
	left := w.participant("left@example.jp")
	w.at(3, 12, 0, 0)
	w.apply("not-asked@example.jp")
	unasked := w.apply("participant-not-asked@example.jp")
	w.tickAt(w.function())
	w.on(time.December, 20, 12, 0)
	w.starts(unasked)
	w.must(w.table.Offer(t.Context(), offered.ID, w.e().Listings[1].ID, w.now.Add(time.Hour), w.staff(), w.now))
	w.must(w.table.LeaveResearch(t.Context(), left, false, w.now))
	w.on(time.March, 29, 9, 0)
	w.tickAt(w.function())
	for _, address := range []string{"participant@example.jp", "comparison@example.jp", "silent-about-it@example.jp", "participant-not-asked@example.jp"} {
		w.asks(address, "0329-0900 survey-invitation")
	}
	for _, address := range []string{"offered@example.jp", "left@example.jp", "not-asked@example.jp"} {
		w.asks(address)
	}
}

// Who starts a side job while a survey is open is invited on the next day at nine, and
// reminded on the days that count from that.
func TestWhoStartsLateIsInvitedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.participant("in-time@example.jp")
	late := w.comparison("late@example.jp")
	last := w.comparison("last@example.jp")
	h := w.function()
	w.on(time.February, 15, 0, 0)
	w.passes(h, time.February, 17)
	w.on(time.February, 17, 9, 1)
	w.starts(late)
	w.passes(h, time.February, 22)
	w.on(time.February, 22, 9, 1)
	w.starts(last)
	w.passes(h, time.February, 25)
	w.asks("in-time@example.jp", "0215-0900 survey-invitation", "0218-0900 survey-reminder", "0222-0900 survey-reminder", "0223-0900 survey-reminder")
	w.asks("late@example.jp", "0218-0900 survey-invitation", "0221-0900 survey-reminder", "0223-0900 survey-reminder")
	w.asks("last@example.jp", "0223-0900 survey-invitation") // the reminder of that day is not for them
}

// What people do between the planning of a mail and its sending is obeyed, and so is a
// changed file.
func TestAMailAboutASurveyFollowsTheFactsAtTheMomentOfSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := map[string]table.Person{}
	for _, name := range []string{"waits", "finishes", "unsubscribes", "leaves", "withdraws"} {
		ids[name] = w.participant(name + "@example.jp")
	}
	w.on(time.February, 15, 9, 0)
	w.tickAt(w.function())
	w.on(time.February, 18, 9, 0)
	w.ses.Always(sestest.Throttle)
	w.tickAt(w.function()) // planned, and put off
	w.finishes(ids["finishes"], "mid")
	w.must(w.table.Unsubscribe(t.Context(), ids["unsubscribes"].ID, true, w.now))
	w.must(w.table.LeaveResearch(t.Context(), ids["leaves"], false, w.now))
	w.must(w.table.Withdraw(t.Context(), ids["withdraws"], w.sessions(), false, w.now))
	w.ses.Always(sestest.Accept)
	w.on(time.February, 18, 9, 10)
	w.tickAt(w.function())
	for name, p := range ids {
		if name == "waits" {
			w.ends(p.ID, mail.SurveyReminder, table.Sent)
		} else {
			w.ends(p.ID, mail.SurveyReminder, table.Canceled)
		}
	}
	w.ses.Always(sestest.Throttle)
	w.on(time.February, 22, 9, 0)
	w.tickAt(w.function())
	w.e().WaveReminders[1].Days = 8 // a new version of the file
	w.ses.Always(sestest.Accept)
	w.on(time.February, 22, 9, 10)
	w.tickAt(w.function())
	w.ends(ids["waits"].ID, mail.SurveyReminder, table.Canceled, table.Sent)
	w.asks("unsubscribes@example.jp", "0215-0900 survey-invitation")
}

// Whoever wants no announcements is still invited to the next survey, once.
func TestAnInvitationIsNoAnnouncement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.participant("hanako@example.jp")
	w.must(w.table.Unsubscribe(t.Context(), p.ID, true, w.now))
	w.on(time.February, 15, 0, 0)
	w.passes(w.function(), time.February, 25)
	w.asks("hanako@example.jp", "0215-0900 survey-invitation")
	w.ends(p.ID, mail.SurveyReminder, table.Canceled, table.Canceled, table.Canceled)
}

func TestASurveyWhoseScheduleStoodStillAsksForNothingStale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		runs, again int // until the morning of one day of February, and from that of another on
		sent        []string
		missed      int
	}{
		"over the opening": {14, 18, []string{"0218-1000 survey-invitation", "0221-0900 survey-reminder", "0223-0900 survey-reminder"}, 0},
		"over a reminder":  {16, 20, []string{"0215-0900 survey-invitation", "0220-1000 survey-reminder", "0222-0900 survey-reminder", "0223-0900 survey-reminder"}, 0},
		"over two":         {16, 22, []string{"0215-0900 survey-invitation", "0222-1000 survey-reminder", "0223-0900 survey-reminder"}, 1},
		"over the close":   {16, 24, []string{"0215-0900 survey-invitation"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.participant("hanako@example.jp")
			w.on(time.February, 14, 0, 0)
			w.passes(w.function(), time.February, c.runs)
			w.on(time.February, c.again, 10, 0)
			w.tickAt(w.function())
			w.passes(w.function(), time.February, 25)
			w.asks("hanako@example.jp", c.sent...)
			mails, err := w.table.MailsOf(t.Context(), p.ID)
			w.must(err)
			missed := 0
			for _, m := range mails {
				if m.State == table.Missed {
					missed++
				}
			}
			if missed != c.missed {
				t.Errorf("%d mails are missed, want %d", missed, c.missed)
			}
		})
	}
}

func TestTicksAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 8 {
		w.participant(fmt.Sprintf("p%d@example.jp", i))
	}
	sometimes := faulty.Writes(faulty.Sometimes(seeded(9), 0.1, faulty.Conflict))
	for _, day := range []int{15, 18} {
		w.on(time.February, day, 9, 0)
		var all sync.WaitGroup
		for range 3 {
			h := w.function(sometimes)
			all.Go(func() { w.tickAt(h) })
		}
		all.Wait()
		for range 3 { // some, ten minutes late
			w.now = w.now.Add(4 * time.Minute)
			w.tickAt(w.function())
		}
	}
	for i := range 8 {
		if got := w.got(fmt.Sprintf("p%d@example.jp", i)); !slices.Equal(got, []string{"acknowledgement", "survey-invitation", "survey-reminder"}) {
			t.Errorf("p%d got %v", i, got)
		}
	}
}

// A process that is killed at any request while it plans or sends leaves nobody out and
// asks nobody twice: here one is invited at the same time as another is reminded.
func TestAKilledVisitIsCarriedOn(t *testing.T) {
	t.Parallel()
	prepare := func(t *testing.T) *world {
		w := newWorld(t)
		w.participant("in-time@example.jp")
		late := w.comparison("late@example.jp")
		w.on(time.February, 15, 9, 0)
		w.tickAt(w.function())
		w.on(time.February, 17, 12, 0)
		w.tickAt(w.function())
		w.starts(late)
		w.wants("in-time@example.jp", "acknowledgement", "survey-invitation")
		w.on(time.February, 18, 9, 0)
		return w
	}
	requests := func() int {
		w := prepare(t)
		h, transport := w.watched()
		w.tickAt(h)
		return len(transport.Requests())
	}()
	t.Logf("a tick that invites one and reminds another makes %d requests to the table", requests)
	for when, kill := range map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter} {
		t.Run("killed "+when, func(t *testing.T) {
			t.Parallel()
			w := prepare(t)
			again := w.fromHere()
			for n := 1; n <= requests; n++ {
				again()
				_, _ = w.function(kill(n)).remind(t.Context(), event{ScheduledTime: w.now})
				for range 2 {
					w.now = w.now.Add(3 * time.Minute)
					w.tickAt(w.function())
				}
				for address, want := range map[string]string{"in-time@example.jp": "survey-reminder", "late@example.jp": "survey-invitation"} {
					got := strings.Join(slices.DeleteFunc(w.got(address), func(kind string) bool { return !strings.HasPrefix(kind, "survey-") }), " ")
					if got != want && (!strings.HasPrefix(want, got) || !w.inDoubt(address)) {
						t.Errorf("killed %s request %d: %s got %q", when, n, address, got)
					}
				}
			}
		})
	}
}

func TestTheHostsContactsAreAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on(time.December, 1, 9, 0)
	silent := w.host(w.e().Listings[0].ID, "silent@host.example")
	answers := w.host(w.e().Listings[1].ID, "answers@host.example")
	h := w.function()
	w.passes(h, time.December, 16)
	w.on(time.December, 16, 10, 0)
	w.finishes(answers, "host_before")
	w.host(w.e().Listings[2].ID, "late@host.example")
	w.passes(h, time.December, 30)
	w.asks("silent@host.example", "1215-0900 host-survey", "1218-0900 host-survey-reminder", "1222-0900 host-survey-reminder", "1228-0900 host-survey-reminder")
	w.asks("answers@host.example", "1215-0900 host-survey")
	w.asks("late@host.example", "1217-0900 host-survey", "1220-0900 host-survey-reminder", "1224-0900 host-survey-reminder", "1228-0900 host-survey-reminder")
	first := slices.IndexFunc(w.ses.Accepted(), func(m sestest.Mail) bool { return m.Tags["person"] == silent.ID })
	text := textOf(t, w.ses.Accepted()[first].Raw)
	for _, words := range []string{"架空 太郎 様", w.e().Listings[0].Host.JA, "2020年12月28日(月) 23:59(日本時間)"} {
		if !strings.Contains(text, words) {
			t.Errorf("the letter to a host lacks %q:\n%s", words, text)
		}
	}
	if len(w.ses.Accepted()) != 9 {
		t.Errorf("%d mails left: listings without a contact are asked, too", len(w.ses.Accepted()))
	}
}

// Who takes the place of a host's contact is invited on the next day, whatever the former
// one has answered or stopped; the former one gets nothing more.
func TestAHostsNextContactIsInvitedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on(time.December, 1, 9, 0)
	silent := w.host(w.e().Listings[0].ID, "silent@host.example")
	done := w.host(w.e().Listings[1].ID, "done@host.example")
	h := w.function()
	w.passes(h, time.December, 16)
	w.on(time.December, 16, 10, 0)
	w.finishes(done, "host_before")
	// A mail waits for the contact who is replaced.
	round, _ := w.e().Round("host_before", w.sessions())
	o := occasion.SurveyMails(w.e(), round)[1]
	_, _, err := w.table.PlanMail(t.Context(), table.Plan{
		Person: silent.ID, Experiment: w.e().ID, Lang: silent.Lang, Kind: mail.HostSurveyReminder, Occasion: o.Words, Due: w.now.Add(time.Minute),
	}, w.now)
	w.must(err)
	w.host(w.e().Listings[0].ID, "next@host.example")
	w.host(w.e().Listings[1].ID, "new@host.example")
	w.passes(h, time.December, 30)
	for _, name := range []string{"silent", "done"} {
		w.asks(name+"@host.example", "1215-0900 host-survey")
	}
	for _, name := range []string{"next", "new"} {
		w.asks(name+"@host.example", "1217-0900 host-survey", "1220-0900 host-survey-reminder", "1224-0900 host-survey-reminder", "1228-0900 host-survey-reminder")
	}
	w.ends(silent.ID, mail.HostSurveyReminder, table.Canceled)
}

// Leaving the research is confirmed with what became of the answers, also to who has
// left the experiment and has them erased afterwards.
func TestLeavingTheResearchIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.comparison("none@example.jp")
	people := map[string]table.Person{}
	for _, name := range []string{"none", "keeps", "erases", "again", "erases-again", "withdraws", "withdraws-erasing"} {
		people[name] = w.comparison(name + "-of-them@example.jp")
		if name != "none" {
			w.begins(people[name], "pre")
		}
	}
	w.at(3, 12, 0, 0)
	for _, name := range []string{"none", "keeps", "again"} {
		w.must(w.table.LeaveResearch(t.Context(), people[name], false, w.now))
	}
	w.must(w.table.LeaveResearch(t.Context(), people["erases"], true, w.now))
	w.answersResearch(people["again"], true)
	w.must(w.table.LeaveResearch(t.Context(), people["erases-again"], true, w.now))
	w.answersResearch(people["erases-again"], true)
	w.must(w.table.Withdraw(t.Context(), people["withdraws"], w.sessions(), false, w.now))
	w.must(w.table.Withdraw(t.Context(), people["withdraws-erasing"], w.sessions(), true, w.now))
	w.at(3, 12, 1, 0)
	w.tickAt(w.function())
	w.at(4, 12, 0, 0)
	w.must(w.table.LeaveResearch(t.Context(), people["withdraws"], true, w.now))
	w.tickAt(w.function())
	said := map[string][]string{}
	for _, m := range w.ses.Accepted() {
		if kind := m.Tags["kind"]; kind == "research-left" || kind == "withdrawn" {
			name := strings.TrimSuffix(m.To, "-of-them@example.jp")
			said[name] = append(said[name], textOf(t, m.Raw))
		}
	}
	for name, words := range map[string][]string{
		"none": {"これまでのお答え: ありません"}, "keeps": {"これまでのお答え: 残しました"}, "erases": {"これまでのお答え: 消去しました"},
		"withdraws": {"個人が分からない形にして残します", "これまでのお答え: 消去しました"}, "withdraws-erasing": {"お申し出のとおり消去しました"},
		"again": nil, "erases-again": {"2020年11月3日(火)12:00(日本時間)これまでのお答え: 消去しました"},
	} {
		if len(said[name]) != len(words) {
			t.Errorf("%s got %d confirmations, want %d", name, len(said[name]), len(words))
			continue
		}
		for i, text := range said[name] {
			if joined := strings.Join(strings.Fields(text), ""); !strings.Contains(joined, strings.ReplaceAll(words[i], " ", "")) {
				t.Errorf("%s is not told %q:\n%s", name, words[i], text)
			}
		}
	}
	w.ends(people["again"].ID, mail.ResearchLeft, table.Canceled)
	for _, name := range []string{"keeps", "erases"} {
		w.asks(name + "-of-them@example.jp")
	}
}

// The thanks for coming lead to the survey about the briefing, and say until when it is
// open, whenever they are sent.
func TestThanksSayUntilWhenTheirSurveyIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	person := w.register("came@example.jp", "b1")
	w.at(6, 19, 25, 0)
	w.must(w.table.Attend(t.Context(), person, "b1", w.now))
	w.at(7, 10, 0, 0)
	w.tickAt(w.function())
	sent := w.ses.Accepted()[len(w.ses.Accepted())-1]
	if text := textOf(t, sent.Raw); sent.Tags["kind"] != "briefing-thanks" || !strings.Contains(strings.Join(strings.Fields(text), " "), "2020年11月10日(火) 23:59") {
		t.Errorf("a %s says:\n%s", sent.Tags["kind"], text)
	}
}

// A tick with nothing due asks no more of the table for all the surveys of the file: a
// process remembers what is done, and a new one reads the campaigns of the last eight
// days at once.
func TestATickBetweenSurveysIsCheap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.participant(fmt.Sprintf("p%d@example.jp", i))
	}
	h := w.function()
	w.on(time.April, 1, 0, 0) // post and host_after are open
	w.passes(h, time.April, 8)
	requests := func(h *handler, count func() int) int {
		w.now = w.now.Add(time.Minute)
		before := count()
		w.tickAt(h)
		return count() - before
	}
	cold, transport := w.watched()
	count := func() int { return len(transport.Requests()) }
	first, second := requests(cold, count), requests(cold, count)
	if first != second+1 {
		t.Errorf("a new process makes %d requests, and %d at its second tick", first, second)
	}
	w.on(time.September, 1, 12, 0)
	if quiet := requests(cold, count); quiet != second {
		t.Errorf("with no survey open a tick makes %d requests, with two open %d", quiet, second)
	}
	recent := 0
	for _, o := range occasion.All(w.e(), w.sessions()) {
		if age := time.Date(2021, 4, 8, 9, 1, 0, 0, w.e().Zone()).Sub(o.At); age >= 0 && age < lookBack {
			recent++
		}
	}
	if recent > 20 {
		t.Errorf("a new process reads %d campaigns", recent)
	}
	t.Logf("an idle tick makes %d requests, the first of a process %d; it reads %d campaigns then", second, first, recent)
}

// Not parallel: it reads the log.
func TestAQuarterHoursLookCountsWhoMayBeUnderStrainAndNamesNobody(t *testing.T) {
	log := captured(t)
	w := newWorld(t)
	p := w.comparison("hanako@example.jp")
	looks := func(minute int) string {
		t.Helper()
		w.at(2, 13, minute, 0)
		before := len(log.text.String())
		w.tickAt(w.function())
		return log.text.String()[before:]
	}
	if got := looks(0); !strings.Contains(got, `"alerts":0`) {
		t.Errorf("it logs %s", got)
	}
	w.must(w.table.SavePage(t.Context(), p, nil, table.SavedPage{
		Wave: "pre", Lang: locale.Japanese, Instrument: "core", Edition: table.Edition{Version: 1, Hash: "h"},
		Answers: map[string][]string{"W1": {"1"}, "W2": {"1"}}, Place: 2, Alerts: []table.Alert{{Item: "W1", Value: "1"}, {Item: "W2", Value: "1"}},
	}, w.now))
	if got := looks(14); strings.Contains(got, "alerts") {
		t.Errorf("between the quarters it logs %s", got)
	}
	if got := looks(15); !strings.Contains(got, `"alerts":2`) || strings.Contains(got, p.ID) {
		t.Errorf("it logs %s", got)
	}
	w.must(w.table.CloseAlert(t.Context(), p.ID, "pre", "W1", w.staff(), w.now))
	if got := looks(30); !strings.Contains(got, `"alerts":1`) {
		t.Errorf("after one has been seen to, it logs %s", got)
	}
}
