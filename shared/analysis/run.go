package analysis

import (
	"fmt"
	"maps"
	"slices"
)

// Run computes the analysis of the waves that had closed at Input.At, by one pass over
// the people. It fails where the subjects fail, and where an answer is to a version of an
// instrument that the set does not have.
//
// How many people sent each wave is counted here, so that figures and flow say the same.
func Run(in Input) (Result, error) {
	d, err := newDesign(in)
	if err != nil {
		return Result{}, fmt.Errorf("analyzing: %w", err)
	}
	t, sent := newTally(d), map[WaveCount]int{}
	for subject, err := range in.Subjects {
		if err != nil {
			return Result{}, fmt.Errorf("analyzing: %w", err)
		}
		if !slices.Contains(d.arms, subject.Arm) {
			continue
		}
		p, err := d.read(subject)
		if err != nil {
			return Result{}, fmt.Errorf("analyzing: %w", err)
		}
		t.add(p)
		for wave := range subject.Responses {
			sent[WaveCount{Wave: wave, Arm: subject.Arm}]++
		}
	}
	instruments, err := t.instruments()
	if err != nil {
		return Result{}, fmt.Errorf("analyzing: %w", err)
	}
	figures := t.figures()
	r := Result{
		Experiment: in.Experiment.ID, At: in.At, File: in.Experiment.Hash(), Plan: in.Plan,
		Instruments: instruments, Flow: in.Flow, Sets: figures.sets, Figures: figures.figures,
	}
	r.Flow.Waves = nil
	for _, wave := range in.Experiment.Waves {
		if !wave.Close.Before(in.At) {
			continue
		}
		r.Waves = append(r.Waves, wave.ID)
		for _, arm := range d.arms {
			if !in.Experiment.ForGroup(wave, arm) {
				continue
			}
			of := WaveCount{Wave: wave.ID, Arm: arm}
			r.Flow.Waves = append(r.Flow.Waves, WaveCount{wave.ID, arm, in.Flow.asked(of), sent[of]})
		}
	}
	return r, nil
}

// asked returns how many people of an arm a wave was for.
func (f Flow) asked(of WaveCount) int {
	for _, w := range f.Waves {
		if w.Wave == of.Wave && w.Arm == of.Arm {
			return w.Asked
		}
	}
	return 0
}

// instruments returns the versions that people answered. Their scores go together only if
// they are on the same points.
func (t *tally) instruments() ([]Instrument, error) {
	var all []Instrument
	for _, version := range slices.Sorted(maps.Keys(t.versions)) {
		i := t.editions[version]
		all = append(all, Instrument{i.ID, version, i.Hash()})
		smallest, largest := i.points()
		if a, b := t.editions[all[0].Version].points(); a != smallest || b != largest {
			return nil, fmt.Errorf("version %d of %s is answered from %d to %d, version %d from %d to %d",
				version, i.ID, smallest, largest, all[0].Version, a, b)
		}
	}
	return all, nil
}

// points returns the smallest and the largest point of the items that are scored.
func (e edition) points() (smallest, largest int) {
	for n, it := range slices.Concat(e.items...) {
		a, b := it.Range()
		if n == 0 {
			smallest, largest = a, b
		}
		smallest, largest = min(smallest, a), max(largest, b)
	}
	return smallest, largest
}

// Unsettled reports whether the two ways of comparing the arms disagree about the sign of
// their difference: then the data do not settle it.
func (r Result) Unsettled(outcome, from, to string) bool {
	did, _ := r.Figure(Difference, bothArms, outcome, from, to, DID)
	ancova, _ := r.Figure(Difference, bothArms, outcome, from, to, AncovaB)
	a, known := did.Value.Value()
	b, alsoKnown := ancova.Value.Value()
	return known && alsoKnown && a*b < 0
}
