package analysis

import (
	"fmt"
	"slices"

	"livinglab/shared/survey"
)

// person is a subject as it is read: what was answered in each wave of the design.
type person struct {
	id, arm, region string
	readings        []reading
}

// reading is what a person answered in one wave.
type reading struct {
	sent    bool
	scores  []score     // by outcome
	points  [][]float64 // by outcome: of all items, in their order; nil where one was left out
	version int         // of the instrument; 0 if the person was not asked it
}

// score is exact: a sum over some answers.
type score struct {
	sum, answered int
	ok            bool // whether there are as many answers as make a score
}

func (s score) mean() float64 { return float64(s.sum) / float64(s.answered) }

// read scores a subject's answers to the waves that are for its arm.
func (d *design) read(s Subject) (person, error) {
	p := person{id: s.ID, arm: s.Arm, region: s.Region, readings: make([]reading, len(d.waves))}
	for n, wave := range d.waves {
		response, sent := s.Responses[wave.ID]
		if !sent || !d.forArm[n][s.Arm] {
			continue
		}
		of, err := d.readResponse(wave.ID, wave.Instruments, s.Arm, response)
		if err != nil {
			return person{}, fmt.Errorf("reading the wave %s of %s: %w", wave.ID, s.ID, err)
		}
		p.readings[n] = of
	}
	return p, nil
}

func (d *design) readResponse(wave string, order []string, arm string, response Response) (reading, error) {
	var asked []*survey.Instrument // up to the scored one: on those after it nothing of it depends
	for _, id := range order {
		version, ok := response.Editions[id]
		if !ok {
			continue // it came to the wave later
		}
		i, ok := d.surveys.Edition(id, version)
		if !ok {
			return reading{}, fmt.Errorf("there is no version %d of %s", version, id)
		}
		if !slices.ContainsFunc(asked, d.scores) {
			asked = append(asked, i)
		}
	}
	r := reading{sent: true, scores: make([]score, len(d.outcomes)), points: make([][]float64, len(d.outcomes))}
	i, ok := d.editions[response.Editions[d.instrument]]
	if !ok {
		return r, nil
	}
	r.version = i.Version
	given := survey.Given(asked, survey.Asking{Wave: wave, Group: arm, Answers: response.Answers})
	scores := i.Score(given)
	for n, outcome := range d.outcomes {
		s, _ := scores.Of(outcome)
		r.scores[n] = score{s.Sum, s.Answered, s.Answered >= d.minimum[outcome]}
		r.points[n] = pointsOf(i.items[n], given)
	}
	return r, nil
}

func (d *design) scores(i *survey.Instrument) bool { return i.ID == d.instrument }

// pointsOf returns the points of all items, nil if one was not answered.
func pointsOf(items []survey.Item, given survey.Answers) []float64 {
	points := make([]float64, 0, len(items))
	for _, it := range items {
		x, ok := it.Value(given[it.ID])
		if !ok {
			return nil
		}
		points = append(points, float64(x))
	}
	return points
}
