package analysis

import (
	"slices"

	"livinglab/shared/stats"
	"livinglab/shared/survey"
)

// tally takes people in, one after the other, and keeps nobody: the same few sums and
// counts for ten people as for 100,000.
type tally struct {
	*design
	scores      []*waveTally        // by wave, then arm, then both arms
	changes     []*changeTally      // by contrast, then arm; then the participants by region
	losses      []*lossTally        // by contrast, then arm, then both arms
	reliability []*reliabilityTally // by wave
	versions    map[int]bool        // of the instrument, that somebody answered
}

// bothArms is the arm of what is of both together.
const bothArms = ""

func newTally(d *design) *tally {
	t := &tally{design: d, versions: map[int]bool{}}
	for n := range d.waves {
		for _, arm := range append(slices.Clone(d.arms), bothArms) {
			t.scores = append(t.scores, newWaveTally(d, n, arm))
		}
		t.reliability = append(t.reliability, newReliabilityTally(d, n))
	}
	for _, c := range d.contrasts {
		for _, arm := range d.armsOf(c) {
			t.changes = append(t.changes, newChangeTally(d, c, arm, ""))
			t.losses = append(t.losses, newLossTally(d, c, arm))
		}
		if d.both(c) {
			t.losses = append(t.losses, newLossTally(d, c, bothArms))
		}
		for _, region := range d.regions {
			t.changes = append(t.changes, newChangeTally(d, c, participants, region))
		}
	}
	return t
}

func (t *tally) add(p person) {
	for _, w := range t.scores {
		w.add(p)
	}
	for _, c := range t.changes {
		c.add(p)
	}
	for _, l := range t.losses {
		l.add(p)
	}
	for _, r := range t.reliability {
		r.add(p)
	}
	for _, r := range p.readings {
		if r.version > 0 {
			t.versions[r.version] = true
		}
	}
}

// of reports whether somebody of an arm belongs to those of another, which may be both.
func of(arm, person string) bool { return arm == bothArms || arm == person }

func (s *Set) add(id string) {
	s.N++
	s.People.Add(id)
}

// sample is the scores of some people in one wave.
type sample struct {
	set    Set
	scores stats.Moments
}

func (s *sample) add(id string, score float64) {
	s.set.add(id)
	s.scores.Add(score)
}

// waveTally is the scores of an arm, or of both, in one wave.
type waveTally struct {
	wave     int
	arm      string
	outcomes []sample
}

func newWaveTally(d *design, wave int, arm string) *waveTally {
	w := &waveTally{wave: wave, arm: arm}
	for _, outcome := range d.outcomes {
		w.outcomes = append(w.outcomes, sample{set: Set{Arm: arm, Outcome: outcome, Waves: []string{d.waves[wave].ID}}})
	}
	return w
}

func (w *waveTally) add(p person) {
	r := p.readings[w.wave]
	if !of(w.arm, p.arm) || !r.sent {
		return
	}
	for n, s := range r.scores {
		if s.ok {
			w.outcomes[n].add(p.id, s.mean())
		}
	}
}

// changeTally is the changes of an arm, or of its people in one region.
type changeTally struct {
	contrast
	arm, region string
	outcomes    []change
}

// change is that of who has both scores. Nothing is carried forward.
type change struct {
	set          Set
	pairs        stats.Pairs
	steps        steps
	observations stats.Observations
}

func newChangeTally(d *design, c contrast, arm, region string) *changeTally {
	t := &changeTally{contrast: c, arm: arm, region: region}
	for _, outcome := range d.outcomes {
		waves := []string{d.waves[c.from].ID, d.waves[c.to].ID}
		t.outcomes = append(t.outcomes, change{set: Set{Arm: arm, Region: region, Outcome: outcome, Waves: waves}, steps: steps{}})
	}
	return t
}

func (c *changeTally) add(p person) {
	from, to := p.readings[c.from], p.readings[c.to]
	if c.arm != p.arm || (c.region != "" && c.region != p.region) || !from.sent || !to.sent {
		return
	}
	for n := range c.outcomes {
		if before, after := from.scores[n], to.scores[n]; before.ok && after.ok {
			c.outcomes[n].add(p.id, before, after)
		}
	}
}

func (c *change) add(id string, from, to score) {
	c.set.add(id)
	c.pairs.Add(from.mean(), to.mean())
	c.steps[stepBetween(from, to)]++
	c.observations.Add(from.mean(), to.mean())
}

// lossTally is who of an arm, or of both, sent one wave and not another.
type lossTally struct {
	contrast
	arm              string
	answered, lost   Set
	stayers, leavers []sample // by outcome: their scores before
}

func newLossTally(d *design, c contrast, arm string) *lossTally {
	from, to := []string{d.waves[c.from].ID}, d.waves[c.to].ID
	l := &lossTally{contrast: c, arm: arm, answered: Set{Arm: arm, Waves: from}, lost: Set{Arm: arm, Waves: from, Without: to}}
	for _, outcome := range d.outcomes {
		l.stayers = append(l.stayers, sample{set: Set{Arm: arm, Outcome: outcome, Waves: from, With: to}})
		l.leavers = append(l.leavers, sample{set: Set{Arm: arm, Outcome: outcome, Waves: from, Without: to}})
	}
	return l
}

func (l *lossTally) add(p person) {
	from, to := p.readings[l.from], p.readings[l.to]
	if !of(l.arm, p.arm) || !from.sent {
		return
	}
	l.answered.add(p.id)
	samples := l.stayers
	if !to.sent {
		l.lost.add(p.id)
		samples = l.leavers
	}
	for n, s := range from.scores {
		if s.ok {
			samples[n].add(p.id, s.mean())
		}
	}
}

func (l *lossTally) retention() stats.Retention {
	return stats.Retention{Answered: l.answered.N, Lost: l.lost.N}
}

// reliabilityTally is the answers of both arms in one wave.
type reliabilityTally struct {
	wave     int
	outcomes [][]*itemsTally // by outcome: one for each list of items that versions of the instrument have
	at       map[int][]int   // by version: which of them its answers go to
}

// itemsTally is of who answered all items of a scale.
type itemsTally struct {
	set   Set
	ids   []string
	items *stats.Items
}

func newReliabilityTally(d *design, wave int) *reliabilityTally {
	r := &reliabilityTally{wave: wave, outcomes: make([][]*itemsTally, len(d.outcomes)), at: map[int][]int{}}
	for _, version := range d.versionsInOrder() {
		for n, items := range d.editions[version].items {
			ids := idsOf(items)
			at := slices.IndexFunc(r.outcomes[n], func(t *itemsTally) bool { return slices.Equal(t.ids, ids) })
			if at < 0 {
				set := Set{Outcome: d.outcomes[n], Waves: []string{d.waves[wave].ID}, Whole: true}
				r.outcomes[n] = append(r.outcomes[n], &itemsTally{set, ids, stats.NewItems(len(ids))})
				at = len(r.outcomes[n]) - 1
			}
			r.at[version] = append(r.at[version], at)
		}
	}
	return r
}

func idsOf(items []survey.Item) []string {
	var ids []string
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	return ids
}

func (r *reliabilityTally) add(p person) {
	reading := p.readings[r.wave]
	for n, points := range reading.points {
		if points == nil {
			continue
		}
		of := r.outcomes[n][r.at[reading.version][n]]
		of.set.add(p.id)
		of.items.Add(points)
	}
}

// largest returns the items of an outcome that most people answered all of: answers to
// versions with other items are not mixed. Of equals it is the later one.
func (r *reliabilityTally) largest(outcome int) *itemsTally {
	all := r.outcomes[outcome]
	largest := all[len(all)-1]
	for _, one := range slices.Backward(all) {
		if one.set.N > largest.set.N {
			largest = one
		}
	}
	return largest
}
