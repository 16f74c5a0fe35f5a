package table

import "livinglab/shared/experiment"

// Group is the arm of the experiment that a person belongs to: experiment.GroupParticipants
// for who started a side job, experiment.GroupComparison for who agreed to the research
// and was never offered one, "" for everybody else: offered but not started, not
// agreed, left, withdrawn. Who left the research after starting stays in the arm.
func Group(person Person, p *Participation, s *Surveys) string {
	var research ResearchState
	if person.Applied != "" && person.Withdrawn == "" && s != nil {
		research = s.Research
	}
	return group(p.Step(), research)
}

// Group is the arm that the person belongs to now: see [Group]. Only who has applied is
// asked about the research, and who withdraws leaves it.
func (i Involvement) Group() string { return group(i.Step, i.Research) }

// group is the arm by how far a person has got and takes part in the research.
func group(step Step, research ResearchState) string {
	switch {
	case step == StepStarted, step == StepEndedEarly, step == StepCompleted:
		return experiment.GroupParticipants
	case step == NoStep && research == Agreed:
		return experiment.GroupComparison
	}
	return ""
}

// Arm is the arm that the person's answers count to: the group or, for who left the
// research or withdrew and let them stay, the one that they were given in.
func (i Involvement) Arm() string { return arm(i.Step, i.Research, i.Erased) }

// Arm is the arm that the person's answers count to: see [Involvement.Arm].
func (f File) Arm() string {
	if f.Surveys == nil {
		return f.Group()
	}
	return arm(f.Participation.Step(), f.Surveys.Research, f.Surveys.Erased)
}

// arm is the group, and the comparison group for who had agreed, left, let the answers
// stay and was never offered a side job: nothing else has come between.
func arm(step Step, research ResearchState, erased bool) string {
	if step == NoStep && research == LeftResearch && !erased {
		return experiment.GroupComparison
	}
	return group(step, research)
}
