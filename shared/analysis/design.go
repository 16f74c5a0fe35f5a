package analysis

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

const (
	participants = experiment.GroupParticipants
	comparison   = experiment.GroupComparison
)

// design is what is computed, by the plan, the experiment's file and what had closed.
type design struct {
	outcomes   []string // the primary, then the secondary ones in the plan's order
	secondary  []int    // of outcomes
	instrument string   // that scores them
	editions   map[int]edition
	minimum    map[string]int // answers that make a score, by outcome

	waves     []experiment.Wave // that had closed and ask the instrument
	forArm    []map[string]bool // by wave: whether it is for the arm
	contrasts []contrast
	arms      []string
	regions   []string // where there is more than one

	surveys survey.Set
}

// contrast is two waves, as indexes of a design's.
type contrast struct{ from, to int }

// edition is one version of the scored instrument.
type edition struct {
	*survey.Instrument
	items [][]survey.Item // of each outcome
}

func newDesign(in Input) (*design, error) {
	plan := in.Plan.AnalysisPlan
	d := &design{outcomes: outcomesOf(plan), surveys: in.Instruments}
	for _, outcome := range plan.Secondary.Outcomes {
		if i := slices.Index(d.outcomes, outcome); !slices.Contains(d.secondary, i) {
			d.secondary = append(d.secondary, i)
		}
	}
	if err := d.findInstrument(in.Experiment); err != nil {
		return nil, err
	}
	for _, group := range in.Experiment.Groups {
		if group.ID == participants || group.ID == comparison {
			d.arms = append(d.arms, group.ID)
		}
	}
	if len(in.Experiment.Regions) > 1 {
		for _, region := range in.Experiment.Regions {
			d.regions = append(d.regions, region.ID)
		}
	}
	d.minimum = map[string]int{}
	for _, outcome := range d.outcomes {
		d.minimum[outcome] = d.minimumOf(plan, outcome)
	}
	return d, d.findContrasts(in)
}

func outcomesOf(plan experiment.AnalysisPlan) []string {
	all := []string{plan.Primary.Outcome}
	for _, outcome := range plan.Secondary.Outcomes {
		if !slices.Contains(all, outcome) {
			all = append(all, outcome)
		}
	}
	return all
}

// findInstrument finds the one that the waves ask and whose scales the outcomes are.
func (d *design) findInstrument(e *experiment.Experiment) error {
	for _, wave := range e.Waves {
		for _, id := range wave.Instruments {
			editions := map[int]edition{}
			for _, i := range d.surveys.All() {
				if i.ID == id && d.scoredBy(i) {
					editions[i.Version] = edition{i, d.itemsOf(i)}
				}
			}
			if len(editions) > 0 {
				d.instrument, d.editions = id, editions
				return nil
			}
		}
	}
	return fmt.Errorf("no instrument of %s scores %v", e.ID, d.outcomes)
}

func (d *design) scoredBy(i *survey.Instrument) bool {
	scores := i.Score(nil)
	return !slices.ContainsFunc(d.outcomes, func(outcome string) bool {
		_, ok := scores.Of(outcome)
		return !ok
	})
}

// itemsOf returns the items of each outcome.
func (d *design) itemsOf(i *survey.Instrument) [][]survey.Item {
	all := make([][]survey.Item, len(d.outcomes))
	for n, outcome := range d.outcomes {
		for _, scale := range i.Subscales {
			if outcome != scale.ID && outcome != i.Total.ID {
				continue
			}
			for _, id := range scale.Items {
				if it, ok := i.Item(id); ok {
					all[n] = append(all[n], it)
				}
			}
		}
	}
	return all
}

// minimumOf is how many answers make a score. The plan decides, which is frozen and
// published; the instrument's own number, which the file was checked against, is for what
// people see of their own scores. A plan that says nothing leaves it to the instrument.
func (d *design) minimumOf(plan experiment.AnalysisPlan, outcome string) int {
	newest := d.newest()
	planned, own := plan.MinAnsweredPerSubscale, newest.Scoring.MinAnsweredPerSubscale
	if outcome == newest.Total.ID {
		planned, own = plan.MinAnsweredTotal, newest.Scoring.MinAnsweredTotal
	}
	if planned > 0 {
		return planned
	}
	return max(own, 1)
}

// newest returns the newest version.
func (d *design) newest() edition { return d.editions[slices.Max(d.versionsInOrder())] }

func (d *design) versionsInOrder() []int { return slices.Sorted(maps.Keys(d.editions)) }

// findContrasts finds what had closed and is compared: the first wave with each later
// one, and what the plan names.
func (d *design) findContrasts(in Input) error {
	asks := func(w experiment.Wave) bool { return slices.Contains(w.Instruments, d.instrument) }
	first := slices.IndexFunc(in.Experiment.Waves, asks)
	for _, wave := range closed(in.Experiment, in.At) {
		if !asks(wave) {
			continue
		}
		arms := map[string]bool{}
		for _, arm := range d.arms {
			arms[arm] = in.Experiment.ForGroup(wave, arm)
		}
		d.waves, d.forArm = append(d.waves, wave), append(d.forArm, arms)
	}
	for _, wave := range d.waves {
		d.contrast(in.Experiment.Waves[first].ID, wave.ID)
	}
	estimands := []string{in.Plan.Primary.Estimand}
	if len(d.secondary) > 0 {
		estimands = append(estimands, in.Plan.Secondary.Estimand)
	}
	for _, estimand := range estimands {
		from, to, err := wavesOf(in.Experiment, estimand)
		if err != nil {
			return err
		}
		d.contrast(from, to)
	}
	return nil
}

// closed returns the waves that had closed.
func closed(e *experiment.Experiment, at time.Time) []experiment.Wave {
	var all []experiment.Wave
	for _, wave := range e.Waves {
		if wave.Close.Before(at) {
			all = append(all, wave)
		}
	}
	return all
}

// contrast takes one in, once, if both waves had closed.
func (d *design) contrast(from, to string) {
	is := func(id string) func(experiment.Wave) bool {
		return func(w experiment.Wave) bool { return w.ID == id }
	}
	c := contrast{slices.IndexFunc(d.waves, is(from)), slices.IndexFunc(d.waves, is(to))}
	if c.from >= 0 && c.to >= 0 && c.from != c.to && !slices.Contains(d.contrasts, c) {
		d.contrasts = append(d.contrasts, c)
	}
}

// wavesOf returns the waves that an estimand names: did_pre_post.
func wavesOf(e *experiment.Experiment, estimand string) (from, to string, err error) {
	for _, a := range e.Waves {
		for _, b := range e.Waves {
			if estimand == "did_"+a.ID+"_"+b.ID {
				return a.ID, b.ID, nil
			}
		}
	}
	return "", "", fmt.Errorf("the estimand %q of %s names no two waves", estimand, e.ID)
}

// armsOf returns the arms that a contrast is for.
func (d *design) armsOf(c contrast) []string {
	return slices.DeleteFunc(slices.Clone(d.arms), func(arm string) bool { return !d.forArm[c.from][arm] || !d.forArm[c.to][arm] })
}

// both reports whether a contrast is for both arms.
func (d *design) both(c contrast) bool { return len(d.armsOf(c)) == 2 }
