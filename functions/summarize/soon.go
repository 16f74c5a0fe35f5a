package main

import (
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
)

// aWeek is how far a summary looks ahead.
const aWeek = 7 * 24 * time.Hour

// soon returns what the experiment has in store in the week from an instant on, by the
// file and its briefings as they stand, in the order of time: its dates, and the mails to
// many. A close is named by the last instant before it, as everywhere.
func soon(e *experiment.Experiment, sessions []experiment.Session, now time.Time) []mail.Upcoming {
	c := &calendar{e: e, from: now, to: now.Add(aWeek)}
	c.application()
	for _, s := range sessions {
		if !s.Canceled {
			c.briefing(s, sessions)
		}
	}
	for _, r := range e.Rounds(sessions) {
		c.round(r)
	}
	c.days()
	slices.SortStableFunc(c.entries, func(a, b mail.Upcoming) int { return a.At.Compare(b.At) })
	return slices.Compact(c.entries)
}

// calendar is what lies in a span of time.
type calendar struct {
	e        *experiment.Experiment
	from, to time.Time // half-open
	entries  []mail.Upcoming
}

func (c *calendar) add(at time.Time, ja, en string) {
	if at.Before(c.from) || !at.Before(c.to) {
		return
	}
	c.entries = append(c.entries, mail.Upcoming{At: at.In(c.e.Zone()), What: locale.Text{JA: ja, EN: en}})
}

// about adds what is said of something that has a title.
func (c *calendar) about(at time.Time, title locale.Text, ja, en string) {
	c.add(at, fmt.Sprintf(ja, title.JA), fmt.Sprintf(en, title.EN))
}

// until adds the end of what is open.
func (c *calendar) until(at time.Time, title locale.Text, ja, en string) {
	c.about(at.Add(-time.Nanosecond), title, ja, en)
}

func (c *calendar) application() {
	a := c.e.Application
	c.add(a.Open, "応募の受付開始", "Applications open")
	c.add(a.Close.Add(-time.Nanosecond), "応募の締め切り", "Applications close")
	for _, rule := range a.Reminders {
		c.add(a.RemindAt(rule, c.e.Zone()), "応募の締め切りのお知らせメール", "Mail: reminder to apply")
	}
	c.add(a.ResultNotice, "選考結果のお知らせ", "Applicants hear the result")
}

func (c *calendar) briefing(s experiment.Session, all []experiment.Session) {
	c.about(s.Start, s.Title, "%s", "%s")
	for _, o := range occasion.Reminders(c.e, s) {
		c.about(o.At, s.Title, "%sのリマインドメール", "Mail: reminder of %s")
	}
	for _, o := range occasion.FollowUps(c.e, s, all) {
		c.about(o.At, s.Title, "%sのあとのご案内メール", "Mail: after %s")
	}
}

// round adds a survey round. Of its reminders those that count from the day of each
// application are not named: there is one a day.
func (c *calendar) round(r experiment.Round) {
	c.about(r.Open, r.Title, "%sの開始", "%s opens")
	c.until(r.Close, r.Title, "%sの締め切り", "%s closes")
	if r.Audience == experiment.ToAttendees {
		return
	}
	with, ok := c.e.WithApplication()
	for _, rule := range c.e.WaveReminders {
		if ok && with.ID == r.ID && rule.Moment() == experiment.MomentInvited {
			continue
		}
		if at := r.RemindAt(rule, r.Open, c.e.Zone()); at.After(r.Open) && at.Before(r.Close) {
			c.about(at, r.Title, "%sのリマインドメール", "Mail: reminder of %s")
		}
	}
}

// days adds what is on a day, as a whole: it is named by its beginning.
func (c *calendar) days() {
	for _, d := range []struct {
		day    experiment.Date
		ja, en string
	}{
		{c.e.SideJob.Start, "副業の開始日", "Side jobs start"},
		{c.e.SideJob.End, "副業の最終日", "Side jobs end"},
		{c.e.Publication.Expected, "結果の公開予定日", "Results are expected"},
		{c.e.Retention.Applicants, "応募者(不参加の方)の情報の消去期限", "Erase the data of applicants who do not take part"},
		{c.e.Retention.Participants, "参加者・協力者の氏名と連絡先の消去期限", "Erase the names and addresses of participants and of the comparison group"},
	} {
		if !d.day.IsZero() {
			c.add(d.day.In(c.e.Zone()), d.ja, d.en)
		}
	}
}
