// Package madeup makes up people (架空の人物) who answer an experiment's surveys, with
// effects that are known: for sample results, which say that they are made up, and for
// measuring. Nothing that ships imports it.
package madeup

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// Crowd is people who do not exist. The same crowd is the same people every time, and
// nobody of it is kept: each is made up when the turn comes.
//
// Everybody answers the first wave, and each of the later ones of the own arm or not.
type Crowd struct {
	Seed         uint64
	Participants int
	Comparison   int

	// Change is by how many points of its scale a participant's answers to the items of a
	// subscale rise after the first wave, and Drift by how many everybody's do, before
	// they are rounded to points and held to the ends of the scale.
	Change map[string]float64
	Drift  float64

	Leave float64 // share of people who do not answer a later wave, each by itself
	Skip  float64 // share of items that are left out
}

// Sample is the crowd behind the sample results: about as many people as the first
// experiment hopes for, some of whom leave, with a change in two of the four subscales.
func Sample() Crowd {
	return Crowd{
		Seed: 2020, Participants: 36, Comparison: 64,
		Change: map[string]float64{"direction": 0.5, "connection": 0.6, "agency": 0.1}, Drift: 0.05,
		Leave: 0.15, Skip: 0.01,
	}
}

// Of is a crowd of so many people, for measuring: in the proportions of the sample.
func Of(people int) Crowd {
	c := Sample()
	c.Participants = people * c.Participants / (c.Participants + c.Comparison)
	c.Comparison = people - c.Participants
	return c
}

// Subjects yields the people as an analysis takes them, the participants first, with the
// answers to the scored instruments of the experiment's waves in their newest versions.
func (c Crowd) Subjects(e *experiment.Experiment, instruments survey.Set) iter.Seq2[analysis.Subject, error] {
	return func(yield func(analysis.Subject, error) bool) {
		for s := range c.people(e, instruments) {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (c Crowd) people(e *experiment.Experiment, instruments survey.Set) iter.Seq[analysis.Subject] {
	papers := map[string][]paper{}
	for _, arm := range []string{experiment.GroupParticipants, experiment.GroupComparison} {
		papers[arm] = papersFor(arm, e, instruments)
	}
	return func(yield func(analysis.Subject) bool) {
		for n := range c.Participants + c.Comparison {
			s := analysis.Subject{Arm: experiment.GroupComparison}
			if n < c.Participants {
				s.Arm, s.Region = experiment.GroupParticipants, e.Listings[n%len(e.Listings)].Region
			}
			c.makeUp(&s, n, papers[s.Arm])
			if !yield(s) {
				return
			}
		}
	}
}

// paper is what a wave asks people of an arm that is scored.
type paper struct {
	wave     string
	first    bool
	editions map[string]int
	items    []survey.Item
}

func papersFor(arm string, e *experiment.Experiment, instruments survey.Set) []paper {
	var papers []paper
	for n, wave := range e.Waves {
		if !slices.Contains(wave.Groups, arm) {
			continue
		}
		p := paper{wave: wave.ID, first: n == 0, editions: map[string]int{}}
		for _, id := range wave.Instruments {
			if i, ok := instruments.Current(id); ok && len(i.Subscales) > 0 {
				p.editions[i.ID] = i.Version
				p.items = append(p.items, i.ForWave(wave.ID, arm)...)
			}
		}
		papers = append(papers, p)
	}
	return papers
}

// makeUp makes up one person, by the number alone.
func (c Crowd) makeUp(s *analysis.Subject, n int, papers []paper) {
	random := rand.New(rand.NewPCG(c.Seed, uint64(n)))
	s.ID, s.Responses = newID(random), make(map[string]analysis.Response, len(papers))
	p := person{random: random, level: 0.5 * random.NormFloat64(), subscales: map[string]float64{}}
	for _, paper := range papers {
		if !paper.first && random.Float64() < c.Leave {
			continue
		}
		r := analysis.Response{Editions: paper.editions, Answers: make(survey.Answers, len(paper.items))}
		for i := range paper.items {
			it := &paper.items[i]
			r.Answers[it.ID] = []string{}
			if x := p.answer(it, c.rise(s.Arm, paper.first, it.Subscale)); random.Float64() >= c.Skip {
				r.Answers[it.ID] = []string{strconv.Itoa(x)}
			}
		}
		s.Responses[paper.wave] = r
	}
}

// rise is by how much answers to a subscale have risen.
func (c Crowd) rise(arm string, first bool, subscale string) float64 {
	switch {
	case first:
		return 0
	case arm == experiment.GroupParticipants:
		return c.Drift + c.Change[subscale]
	}
	return c.Drift
}

// person is how a made-up person tends to answer, in points above what people answer in
// the mean: in all, and by subscale.
type person struct {
	random    *rand.Rand
	level     float64
	subscales map[string]float64
}

// answer is a point of an item's scale: where the person stands on the subscale, and what
// differs from one question and one day to the next. Most people answer above the middle.
func (p person) answer(it *survey.Item, rise float64) int {
	if _, known := p.subscales[it.Subscale]; !known {
		p.subscales[it.Subscale] = 0.4 * p.random.NormFloat64()
	}
	smallest, largest := it.Range()
	middle := float64(smallest+largest)/2 + 0.2
	x := int(math.Round(middle + p.level + p.subscales[it.Subscale] + rise + 0.7*p.random.NormFloat64()))
	x = min(max(x, smallest), largest)
	if it.Reverse {
		x = smallest + largest - x
	}
	return x
}

// Flow counts the crowd as an experiment that was over would count its people: with some
// who were offered a side job and never started, and some who only registered or withdrew.
func (c Crowd) Flow(e *experiment.Experiment, instruments survey.Set) analysis.Flow {
	declined, left := c.Participants/8, c.Participants/12
	flow := analysis.Flow{
		Offered: c.Participants + declined, Accepted: c.Participants + declined/2, Started: c.Participants,
		EndedEarly: left, Completed: c.Participants - left, Agreed: c.Participants + c.Comparison + declined, Withdrew: declined,
	}
	flow.Applied = flow.Agreed + c.Comparison/4 + flow.Withdrew
	flow.Registered = flow.Applied + flow.Applied/3
	sizes, answered := map[string]int{}, map[analysis.WaveCount]int{}
	for s := range c.people(e, instruments) {
		sizes[s.Arm]++
		for wave := range s.Responses {
			answered[analysis.WaveCount{Wave: wave, Arm: s.Arm}]++
		}
	}
	for _, group := range e.Groups {
		flow.Arms = append(flow.Arms, analysis.ArmCount{Arm: group.ID, N: sizes[group.ID]})
	}
	for _, wave := range e.Waves {
		for _, group := range e.Groups {
			if slices.Contains(wave.Groups, group.ID) {
				count := analysis.WaveCount{Wave: wave.ID, Arm: group.ID}
				n := answered[count]
				count.Asked, count.Answered = sizes[group.ID], n
				flow.Waves = append(flow.Waves, count)
			}
		}
	}
	return flow
}

// newID is an id as people have them: 130 bits in base32.
func newID(random *rand.Rand) string {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	id := make([]byte, 26)
	for n := range id {
		id[n] = digits[random.IntN(len(digits))]
	}
	return string(id)
}
