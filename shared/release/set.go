package release

import (
	"encoding/json"
	"fmt"
	"slices"

	"livinglab/shared/analysis"
)

func apart(a, b analysis.Set) int {
	return a.People.Plus(-1, b.People).People(analysis.SketchLimit)
}

// moved reports whether, for all that is known, somebody with scores in a wave was in one arm for
// one release and in another for a later one. Who moves leaves the one and comes to the
// other, which is seen where few came or went.
func (c *control) moved(wave string) bool {
	now := scored(c.result)
	for i, p := range c.past {
		for _, later := range c.past[i+1:] {
			if movedBetween(p.Basis.Scored, later.Basis.Scored, wave) {
				return true
			}
		}
		if movedBetween(p.Basis.Scored, now, wave) {
			return true
		}
	}
	return false
}

func movedBetween(before, now []analysis.Set, wave string) bool {
	changes := map[string][]analysis.Sketch{} // by scale: who came into each arm, less who left it
	for _, set := range now {
		if !slices.Contains(set.Waves, wave) {
			continue
		}
		change := set.People
		for _, was := range before {
			if slotOf(was) == slotOf(set) {
				change = change.Plus(-1, was.People)
			}
		}
		changes[set.Outcome] = append(changes[set.Outcome], change)
	}
	for _, arms := range changes {
		if overlap(arms) {
			return true
		}
	}
	return false
}

// overlap reports whether somebody may be in more than one of some combinations.
func overlap(of []analysis.Sketch) bool {
	var all analysis.Sketch
	people, some := 0, 0
	for _, one := range of {
		n := one.People(analysis.SketchLimit)
		if n > 0 {
			some++
		}
		people += n
		all = all.Plus(1, one)
	}
	return some > 1 && (people >= analysis.SketchLimit || all.People(analysis.SketchLimit) != people)
}

// scored are everybody with a score, by scale, wave and arm.
func scored(r analysis.Result) []analysis.Set {
	var all []analysis.Set
	taken := map[int]bool{}
	for _, f := range r.Figures {
		for _, set := range f.Sets {
			if f.Section == analysis.Wave && !taken[set] {
				taken[set] = true
				all = append(all, r.Sets[set])
			}
		}
	}
	return all
}

// partsOf returns a set by arm. One of both arms is known by the sets of the arms, which are the
// same but for the arm; it has no parts if they do not make it up.
func partsOf(set analysis.Set, all []analysis.Set) (parts, bool) {
	if set.Arm != "" {
		return parts{set.Arm: set.People}, true
	}
	p := parts{}
	rest := set.People
	for _, part := range all {
		if of := part; of.Arm != "" {
			of.Arm = ""
			if _, ok := p[part.Arm]; !ok && slotOf(of) == slotOf(set) {
				p[part.Arm] = part.People
				rest = rest.Plus(-1, part.People)
			}
		}
	}
	return p, rest.People(analysis.SketchLimit) == 0
}

// slotOf names what a set is of, whoever is in it.
func slotOf(set analysis.Set) string {
	set.N, set.People = 0, analysis.Sketch{}
	name, err := json.Marshal(set)
	if err != nil {
		panic(fmt.Sprintf("naming a set: %v", err)) // it is texts and numbers
	}
	return string(name)
}
