package main

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// standing is how a person stands at an instant with the briefing that the
// registration is for, as the private page tells it.
type standing string

const (
	seated    standing = "seated"     // has a seat
	waiting   standing = "waiting"    // is on the waiting list
	kept      standing = "kept"       // is kept a seat that became free
	gaveUp    standing = "gave-up"    // stepped back
	lapsed    standing = "lapsed"     // did not answer for the seat in time
	calledOff standing = "called-off" // the lab does not hold the briefing
	attended  standing = "attended"   // it is over, and the person was there
	missed    standing = "missed"     // it is over, and the person had a seat
	leftOut   standing = "left-out"   // it began before a seat became free
)

func standingOf(r *table.Registration, s experiment.Session, now time.Time) standing {
	over := !now.Before(s.End)
	switch {
	case r.Standing == table.Left:
		return gaveUp
	case r.Standing == table.Lapsed:
		return lapsed
	case s.Canceled:
		return calledOff
	case r.Standing == table.Confirmed && over && r.Attended != "":
		return attended
	case r.Standing == table.Confirmed && over:
		return missed
	case r.Standing == table.Confirmed:
		return seated
	case r.Standing == table.Offered && r.Until.Passed(now): // the tick that says so is still to come
		return lapsed
	case !now.Before(s.Start):
		return leftOut
	case r.Standing == table.Offered:
		return kept
	}
	return waiting
}

// registrationView is a person's registration for a briefing.
type registrationView struct {
	Session  experiment.Session
	Standing standing
	Stands   bool      // for a briefing that takes place and is not over
	Until    time.Time // kept: until when, exclusive
	Joinable bool      // the person can go there now
	Begun    bool
	Facts    []web.Row
}

// registrationOf is the registration of the visit's person, if there is one.
func registrationOf(v *visit.Visit, lang locale.Lang, now time.Time) *registrationView {
	r := v.Registration
	if r == nil {
		return nil
	}
	session, _ := v.Experiment.Session(r.Briefing, nil)
	for _, s := range v.Sessions() {
		if s.ID == r.Briefing {
			session = s
		}
	}
	how := standingOf(r, session, now)
	return &registrationView{
		Session: session, Standing: how, Stands: r.Stands(v.Sessions(), now), Until: r.Until.Time(),
		Joinable: how == seated && session.Joinable(now), Begun: !now.Before(session.Start),
		Facts: registrationFacts(v, session, lang),
	}
}

// registrationFacts are what is on record of a registration.
func registrationFacts(v *visit.Visit, s experiment.Session, lang locale.Lang) []web.Row {
	r, zone := v.Registration, v.Experiment.Zone()
	when := []string{locale.Span(lang, s.Start, s.End, zone)}
	if planned, moved := s.Moved(v.Experiment); moved {
		first := locale.Span(lang, planned.Start, planned.End, zone)
		when = append(when, locale.Text{JA: "日程が変わりました。当初の日程：" + first, EN: "The date has changed. It was first planned for " + first + "."}.In(lang))
	}
	rows := []web.Row{
		{Label: locale.Text{JA: "説明会", EN: "Briefing"}, Lines: []string{s.Title.In(lang)}},
		{Label: locale.Text{JA: "日程", EN: "When"}, Lines: when},
		{Label: locale.Text{JA: "会場", EN: "Where"}, Lines: []string{s.Place.In(lang)}},
		{Label: locale.Text{JA: "登録の受付番号", EN: "Reference"}, Lines: []string{r.Reference}},
		{Label: locale.Text{JA: "登録日時", EN: "Registered"}, Lines: []string{locale.Instant(lang, r.Booked.Time(), zone)}},
	}
	if r.Attended != "" {
		rows = append(rows, web.Row{Label: locale.Text{JA: "参加の記録", EN: "Joined"}, Lines: []string{locale.Instant(lang, r.Attended.Time(), zone)}})
	}
	if r.Question != "" {
		rows = append(rows, web.Row{Label: locale.Text{JA: "いただいたご質問", EN: "Your question"}, Lines: []string{r.Question}})
	}
	if before := pastBriefings(v, lang); len(before) > 0 {
		rows = append(rows, web.Row{Label: locale.Text{JA: "これまでの登録", EN: "Before that"}, Lines: before})
	}
	return rows
}

// pastBriefings are the briefings that the registration was for before.
func pastBriefings(v *visit.Visit, lang locale.Lang) []string {
	var lines []string
	for _, past := range v.Registration.Past {
		b, ok := v.Experiment.Briefing(past.Briefing)
		if !ok {
			continue
		}
		line := b.Title.In(lang)
		if past.Attended != "" {
			line += locale.Text{JA: "：参加済み", EN: ": you were there"}.In(lang)
		}
		lines = append(lines, line)
	}
	return lines
}

// registrable reports whether the person could choose a briefing now that the
// registration is not for.
func registrable(v *visit.Visit, now time.Time) bool {
	for _, s := range v.Sessions() {
		other := v.Registration == nil || s.ID != v.Registration.Briefing || !v.Registration.Stands(v.Sessions(), now)
		if other && s.Registrable(v.Experiment, now) {
			return true
		}
	}
	return false
}
