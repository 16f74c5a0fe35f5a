package main

import (
	"testing"

	"livinglab/shared/locale"
)

const resultsPage = "/trial-2020/results"

var published1 = at("2021-07-01T12:00:00+09:00")

func TestTheResultsReadAsAgreed(t *testing.T) {
	t.Parallel()
	e, small := trial(t), trial(t) // small: with fewer figures
	small.Analysis.Secondary.Outcomes = []string{"direction"}
	late, changed := plan(e), plan(e)
	late.Frozen = at("2021-04-02T10:00:00+09:00")
	changed.MinNPerArm, changed.Secondary.Outcomes = 12, []string{"direction", "agency"}
	late.AnalysisPlan = changed.AnalysisPlan
	for name, prepare := range map[string]func(*lab){
		"expected":  func(*lab) {},
		"full":      func(l *lab) { l.releases(e, many, plan(e), false) },
		"made-up":   func(l *lab) { l.releases(small, many, plan(small), true) },
		"few":       func(l *lab) { l.releases(small, few, plan(small), false) },
		"unsettled": func(l *lab) { l.releases(small, unsettled, plan(small), false) },
		"late":      func(l *lab) { l.releases(e, many, late, false) },
		"held": func(l *lab) {
			l.releases(small, many, plan(small), false)
			more := many
			more.participants += 2
			l.releases(small, more, plan(small), false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, e)
			prepare(l)
			for _, lang := range locale.Langs {
				b := l.visit(published1)
				b.Header.Set("Accept-Language", string(lang))
				agreed(t, "results-"+name+"."+string(lang), b.Get(resultsPage).Want(200).Body)
			}
		})
	}
}
