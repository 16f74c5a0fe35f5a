package main

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
	"livinglab/shared/visit"
)

// surveysView is what the private page tells an applicant of the surveys and of the
// research that they are for.
type surveysView struct {
	Rounds   []roundView
	Consent  experiment.Consent // the present text
	Research research
	Agreed   table.Consent // what the person said, and to which text; of who was asked
	Left     time.Time
	Kept     bool // the answers of who left are still there
	Open     bool // there is a survey to answer now
	Ahead    bool // or there will be

	Scores bool      // the person can see the own results now
	From   time.Time // or, who has answered, from then on
}

// roundView is one survey.
type roundView struct {
	experiment.Wave
	Standing answering
	At       time.Time // received: when it was finished; begun and partly: when it was saved last
	Path     string    // of its pages
}

// answering is how a person stands at an instant with a survey.
type answering string

const (
	toCome     answering = "to-come"    // not open yet
	toAnswer   answering = "to-answer"  // open, and not begun
	begun      answering = "begun"      // open, and partly answered
	received   answering = "received"   // finished
	partly     answering = "partly"     // closed with what was saved
	unanswered answering = "unanswered" // closed without an answer
)

// research is how a person stands with the research.
type research string

const (
	unasked  research = "unasked"
	agreed   research = "agreed"
	outdated research = "outdated" // agreed to a text that has changed since
	declined research = "declined"
	left     research = "left" // agreed, and withdrew the consent
)

// surveysOf is how an applicant who has not withdrawn stands with the surveys; nil for
// everybody else, and where there is none. It needs no more than the visit has read.
func surveysOf(v *visit.Visit, now time.Time) *surveysView {
	if v.Application == nil || v.Person.Withdrawn != "" || len(v.Experiment.Waves) == 0 {
		return nil
	}
	s := v.Surveys
	if s == nil {
		s = new(table.Surveys)
	}
	view := &surveysView{
		Consent: v.Experiment.Research.Consent, Research: researchOf(v.Experiment, s),
		Agreed: s.Consent, Left: s.Left.Time(), Kept: hasAnswers(v),
	}
	for _, wave := range v.Experiment.Waves {
		if !isFor(v, wave, view.Research, now) {
			continue
		}
		round := roundView{Wave: wave, Standing: answeringOf(wave, view.Research, s, now), Path: v.Link + "/surveys/" + wave.ID}
		switch round.Standing {
		case received:
			round.At = s.Done[wave.ID].Time()
		case begun, partly:
			round.At = s.Saved[wave.ID].Time()
		}
		view.Open = view.Open || round.Standing == toAnswer || round.Standing == begun
		view.Ahead = view.Ahead || view.Open || round.Standing == toCome
		view.Rounds = append(view.Rounds, round)
	}
	if from, ok := v.Experiment.ResultsFrom(table.Group(v.Person, v.Participation.Known(now), s)); ok && view.Kept {
		view.From, view.Scores = from, !now.Before(from)
	}
	return view
}

func researchOf(e *experiment.Experiment, s *table.Surveys) research {
	switch s.Research {
	case table.Agreed:
		if s.Consent.Version != e.Research.Consent.Version {
			return outdated
		}
		return agreed
	case table.Declined:
		return declined
	case table.LeftResearch:
		return left
	}
	return unasked
}

// hasAnswers reports whether there are answers of the person, to any survey.
func hasAnswers(v *visit.Visit) bool { return v.Surveys != nil && len(v.Surveys.Begun) > 0 }

// isFor reports whether a survey is or was for the person. Who has begun it keeps it. Who does
// not take part in the research has no other. Until a survey opens, an offer that nobody has told
// the person of yet must not show by it.
func isFor(v *visit.Visit, wave experiment.Wave, r research, now time.Time) bool {
	switch {
	case v.Surveys != nil && v.Surveys.Begun[wave.ID] != "":
		return true
	case r == declined || r == left:
		return false
	case !now.Before(wave.Open):
		return v.Experiment.ForGroup(wave, table.Group(v.Person, v.Participation, v.Surveys))
	}
	p := v.Participation.Known(now)
	if p != nil && p.Accepted != "" { // and about to start
		return v.Experiment.ForGroup(wave, experiment.GroupParticipants)
	}
	return v.Experiment.ForGroup(wave, table.Group(v.Person, p, v.Surveys))
}

func answeringOf(wave experiment.Wave, r research, s *table.Surveys, now time.Time) answering {
	began := s.Begun[wave.ID] != ""
	over := !now.Before(wave.Close) || r == declined || r == left
	switch {
	case s.Done[wave.ID] != "":
		return received
	case began && over:
		return partly
	case over:
		return unanswered
	case began:
		return begun
	case now.Before(wave.Open):
		return toCome
	}
	return toAnswer
}
