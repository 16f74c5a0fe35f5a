package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"iter"
	mathrand "math/rand/v2"
	"strconv"
	"testing"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// crowd is made-up people who have answered: how many, and how their answers go.
type crowd struct {
	participants, comparison int
	rise, drift              float64 // points by which the two groups' answers change
	apart                    float64 // points by which the participants' first answers are lower
	blank                    int     // one question in so many is left out; 0: none
	seed                     uint64
}

// The crowds of the stories. Their answers come from fixed seeds.
var (
	many      = crowd{participants: 34, comparison: 48, rise: 0.6, drift: 0.05, apart: 0.1, seed: 1}
	few       = crowd{participants: 7, comparison: 4, rise: 0.5, blank: 25, seed: 2}
	unsettled = crowd{participants: 24, comparison: 30, rise: 0.15, drift: 0.2, apart: -1.2, blank: 40, seed: 8}
)

// analyzed is an hour after the last wave of the trial, approved a day later.
var (
	analyzed = at("2021-04-12T01:00:00+09:00")
	approved = at("2021-06-20T15:00:00+09:00")
)

// subjects yields the people of a crowd, the participants first. More people of the same
// seed are the same ones and others.
func (c crowd) subjects(i *survey.Instrument) iter.Seq2[analysis.Subject, error] {
	return func(yield func(analysis.Subject, error) bool) {
		for _, arm := range []string{experiment.GroupParticipants, experiment.GroupComparison} {
			n := c.comparison
			if arm == experiment.GroupParticipants {
				n = c.participants
			}
			for k := range n {
				if !yield(c.subject(i, arm, k), nil) {
					return
				}
			}
		}
	}
}

func (c crowd) subject(i *survey.Instrument, arm string, k int) analysis.Subject {
	r := mathrand.New(mathrand.NewPCG(c.seed, uint64(k)+uint64(arm[0])<<32))
	level, change := 3.2+0.5*r.NormFloat64(), c.drift
	waves := []string{"pre", "post"}
	if arm == experiment.GroupParticipants {
		level, change, waves = level-c.apart, c.rise, []string{"pre", "mid", "post"}
	}
	s := analysis.Subject{ID: fmt.Sprintf("架空-%s-%d", arm, k), Arm: arm, Responses: map[string]analysis.Response{}}
	if arm == experiment.GroupParticipants {
		s.Region = "town"
	}
	for n, wave := range waves {
		if n > 0 && r.IntN(8) == 0 {
			break // answers no more
		}
		answers := survey.Answers{}
		for _, it := range i.Items {
			x := level + 0.7*r.NormFloat64()
			if n > 0 {
				x += change * float64(n) / float64(len(waves)-1)
			}
			if c.blank == 0 || r.IntN(c.blank) > 0 {
				answers[it.ID] = []string{strconv.Itoa(min(5, max(1, int(x+0.5))))}
			}
		}
		s.Responses[wave] = analysis.Response{Editions: map[string]int{i.ID: i.Version}, Answers: answers}
	}
	return s
}

// flow counts the crowd.
func (c crowd) flow(i *survey.Instrument) analysis.Flow {
	f := analysis.Flow{
		Registered: 61, Applied: c.participants + c.comparison + 9, Withdrew: 3, Agreed: c.participants + c.comparison,
		Offered: c.participants + 4, Accepted: c.participants + 1, Started: c.participants, EndedEarly: 2, Completed: c.participants - 2,
	}
	n, answered := map[string]int{}, map[[2]string]int{}
	for s := range c.subjects(i) {
		n[s.Arm]++
		for wave := range s.Responses {
			answered[[2]string{wave, s.Arm}]++
		}
	}
	for _, arm := range []string{"T", "C"} {
		f.Arms = append(f.Arms, analysis.ArmCount{Arm: arm, N: n[arm]})
	}
	for _, wave := range []string{"pre", "mid", "post"} {
		for _, arm := range []string{"T", "C"} {
			if wave != "mid" || arm == "T" {
				f.Waves = append(f.Waves, analysis.WaveCount{Wave: wave, Arm: arm, Asked: n[arm], Answered: answered[[2]string{wave, arm}]})
			}
		}
	}
	return f
}

// plan is the trial's plan as it was frozen: by default in time.
func plan(e *experiment.Experiment) analysis.Plan {
	return analysis.Plan{AnalysisPlan: e.Analysis, Hash: analysis.Hash(e.Analysis), Frozen: at("2021-03-28T10:00:00+09:00")}
}

// releases analyzes a crowd by a plan and publishes what may be shown, as the next
// release.
func (l *lab) releases(e *experiment.Experiment, c crowd, by analysis.Plan, madeUp bool) release.Release {
	l.Helper()
	instruments := shippedInstruments(l)
	core, _ := instruments.Edition("career_ownership_core", 1)
	result, err := analysis.Run(analysis.Input{
		Experiment: e, Plan: by, Instruments: instruments, Flow: c.flow(core), At: analyzed, Subjects: c.subjects(core),
	})
	if err != nil {
		l.Fatal(err)
	}
	var past []release.Past
	for earlier, err := range l.table.Releases(l.Context(), e.ID) {
		if err != nil {
			l.Fatal(err)
		}
		var one release.Past
		if one.Release, err = release.Parse(earlier.Content); err != nil {
			l.Fatal(err)
		}
		if err := json.Unmarshal(earlier.Basis, &one.Basis); err != nil {
			l.Fatal(err)
		}
		past = append(past, one)
	}
	made, basis, err := release.Make(result, e, past, approved.Add(time.Duration(len(past))*time.Hour))
	if err != nil {
		l.Fatal(err)
	}
	made.MadeUp = madeUp
	l.publishes(made, basis)
	return made
}

// publishes puts a release in the table.
func (l *lab) publishes(r release.Release, basis release.Basis) {
	l.Helper()
	content, err := r.JSON()
	if err != nil {
		l.Fatal(err)
	}
	private, err := json.Marshal(basis)
	if err != nil {
		l.Fatal(err)
	}
	err = l.table.PutRelease(l.Context(), table.Release{
		Experiment: r.Experiment, Number: r.Number, At: r.Approved, Analysis: r.Analyzed, Content: content, Basis: private,
	}, table.AuditEntry{ID: rand.Text(), At: table.At(r.Approved), Who: "架空", Act: "release"})
	if err != nil {
		l.Fatal(err)
	}
}

func shippedInstruments(t testing.TB) survey.Set {
	t.Helper()
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return instruments
}
