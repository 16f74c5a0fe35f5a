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
	r, err := run(in)
	if err != nil {
		return Result{}, fmt.Errorf("analyzing %s: %w", in.Experiment.ID, err)
	}
	return r, nil
}

func run(in Input) (Result, error) {
	d, err := newDesign(in)
	if err != nil {
		return Result{}, err
	}
	t := newTally(d)
	sent := map[WaveCount]int{} // by wave and arm
	for subject, err := range in.Subjects {
		if err != nil {
			return Result{}, err
		}
		if !slices.Contains(d.arms, subject.Arm) {
			continue
		}
		p, err := d.read(subject)
		if err != nil {
			return Result{}, err
		}
		t.add(p)
		for wave := range subject.Responses {
			sent[WaveCount{Wave: wave, Arm: subject.Arm}]++
		}
	}
	instruments, err := t.instruments()
	if err != nil {
		return Result{}, err
	}
	r := Result{
		Experiment: in.Experiment.ID, At: in.At, File: in.Experiment.Hash(), Plan: in.Plan,
		Instruments: instruments, Waves: []string{}, Flow: in.Flow,
	}
	if len(instruments) > 0 {
		r.Smallest, r.Largest = t.editions[instruments[0].Version].points()
	}
	r.Sets, r.Figures = t.figures()
	r.Flow.Waves = []WaveCount{}
	for _, wave := range closed(in.Experiment, in.At) {
		r.Waves = append(r.Waves, wave.ID)
		for _, arm := range d.arms {
			if in.Experiment.ForGroup(wave, arm) {
				w := WaveCount{Wave: wave.ID, Arm: arm}
				r.Flow.Waves = append(r.Flow.Waves, WaveCount{w.Wave, w.Arm, in.Flow.asked(w), sent[w]})
			}
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
	all := []Instrument{}
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
