package main

import (
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// participationView is what became of an offer that the person accepted.
type participationView struct {
	Standing string // accepted, started, ended or completed
	Running  bool   // it has neither ended nor been completed
	Facts    []web.Row
}

// participationOf is the participation of who accepted an offer, and nil otherwise.
func participationOf(v *visit.Visit, lang locale.Lang) *participationView {
	p := v.Participation
	if p == nil || p.Accepted == "" {
		return nil
	}
	view := &participationView{Standing: "accepted", Running: p.Ended == "" && p.Completed == ""}
	note := func(label locale.Text, line string) {
		view.Facts = append(view.Facts, web.Row{Label: label, Lines: []string{line}})
	}
	if l, ok := v.Experiment.Listing(p.Listing); ok {
		note(locale.Text{JA: "副業", EN: "Side job"}, listingTitle(*l).In(lang))
	}
	note(locale.Text{JA: "お引き受けいただいた日時", EN: "Accepted"}, locale.Instant(lang, p.Accepted.Time(), v.Experiment.Zone()))
	for _, step := range []struct {
		standing, day string
		label         locale.Text
	}{
		{"started", p.Started, locale.Text{JA: "始めた日", EN: "Started"}},
		{"ended", p.Ended, locale.Text{JA: "途中で終えた日", EN: "Ended early"}},
		{"completed", p.Completed, locale.Text{JA: "終えた日", EN: "Completed"}},
	} {
		if day, err := experiment.ParseDate(step.day); err == nil {
			view.Standing = step.standing
			note(step.label, day.Print(lang))
		}
	}
	return view
}
