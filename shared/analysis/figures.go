package analysis

import (
	"slices"

	"livinglab/shared/stats"
)

// sheet is figures as they are written down, with the sets that they rest on: each set
// once, in the order in which figures came to it.
type sheet struct {
	figures []Figure
	sets    []Set
	known   map[*Set]int
}

// value is one number of a figure's row.
type value struct {
	what Statistic
	is   stats.Number
}

// put writes down the numbers of one row, which rests on some sets. A number that was not
// computed has the row's reason.
func (s *sheet) put(row Figure, why stats.Status, sets []*Set, values ...value) {
	row.Sets = nil
	for _, set := range sets {
		row.Sets = append(row.Sets, s.at(set))
	}
	for _, v := range values {
		row.Statistic, row.Value = v.what, v.is
		if v.is.Status() == stats.Missing && why != stats.OK {
			row.Value = stats.Undefined(why)
		}
		s.figures = append(s.figures, row)
	}
}

func (s *sheet) at(set *Set) int {
	i, ok := s.known[set]
	if !ok {
		i = len(s.sets)
		s.sets = append(s.sets, *set)
		s.known[set] = i
	}
	return i
}

func count(n int) stats.Number { return stats.Known(float64(n)) }

// figures writes down all that the people add up to.
func (t *tally) figures() ([]Set, []Figure) {
	s := &sheet{figures: []Figure{}, sets: []Set{}, known: map[*Set]int{}}
	for _, w := range t.scores {
		if w.arm != bothArms && t.forArm[w.wave][w.arm] {
			t.putWave(s, w)
		}
	}
	for _, c := range t.changes {
		t.putChange(s, c)
	}
	for _, c := range t.contrasts {
		if t.both(c) {
			t.putDifference(s, c)
		}
	}
	for _, r := range t.reliability {
		t.putReliability(s, r)
	}
	for _, l := range t.losses {
		t.putAttrition(s, l)
	}
	for _, c := range t.changes {
		if c.arm == participants && c.region == "" {
			t.putReliableChange(s, c)
		}
	}
	return s.sets, s.figures
}

func (t *tally) putWave(s *sheet, w *waveTally) {
	for n, outcome := range t.outcomes {
		row := Figure{Section: Wave, Outcome: outcome, Arm: w.arm, To: t.waves[w.wave].ID}
		scores := &w.outcomes[n]
		s.put(row, stats.OK, []*Set{&scores.set}, value{Mean, scores.scores.Mean()}, value{SD, scores.scores.SD()})
	}
}

// row is a figure of a contrast.
func (t *tally) row(section Section, c contrast, arm, outcome string) Figure {
	return Figure{Section: section, Outcome: outcome, Arm: arm, From: t.waves[c.from].ID, To: t.waves[c.to].ID}
}

func (t *tally) putChange(s *sheet, c *changeTally) {
	adjusted := t.holm(func(n int) stats.Number { return stats.PairedTTest(c.outcomes[n].pairs).P })
	for n, outcome := range t.outcomes {
		of := &c.outcomes[n]
		row := t.row(Change, c.contrast, c.arm, outcome)
		row.Region = c.region
		sets := []*Set{&of.set}

		p, test := of.pairs, stats.PairedTTest(of.pairs)
		s.put(row, test.Status, sets,
			value{MeanFrom, p.Pre().Mean()}, value{SDFrom, p.Pre().SD()}, value{MeanTo, p.Post().Mean()}, value{SDTo, p.Post().SD()},
			value{MeanChange, test.Estimate}, value{SDChange, p.Change().SD()}, value{CILow, test.CI.Low}, value{CIHigh, test.CI.High},
			value{T, test.T}, value{DF, test.DF}, value{P, test.P})
		if c.region == "" && slices.Contains(t.secondary, n) {
			s.put(row, test.Status, sets, value{PHolm, adjusted[n]})
		}
		effect := stats.StandardizeChange(p)
		z, average := effect.Z, effect.Average
		s.put(row, effect.Status, sets,
			value{Correlation, p.Correlation()},
			value{DZ, z.D}, value{DZLow, z.DCI.Low}, value{DZHigh, z.DCI.High},
			value{DAv, average.D}, value{DAvLow, average.DCI.Low}, value{DAvHigh, average.DCI.High},
			value{GAv, average.G}, value{GAvLow, average.GCI.Low}, value{GAvHigh, average.GCI.High})
		ranks := of.steps.signedRanks()
		s.put(row, ranks.Status, sets, value{V, ranks.Positive}, value{RankBiser, ranks.RankBiserial})
		row.Note = string(ranks.Method)
		s.put(row, ranks.Status, sets, value{WilcoxonP, ranks.P})
	}
}

// holm adjusts the p of the secondary outcomes, and returns them by outcome.
func (t *tally) holm(p func(outcome int) stats.Number) map[int]stats.Number {
	var family []stats.Number
	for _, n := range t.secondary {
		family = append(family, p(n))
	}
	adjusted, _ := stats.Holm(family)
	all := map[int]stats.Number{}
	for i, n := range t.secondary {
		all[n] = adjusted[i]
	}
	return all
}

// changesOf returns the changes of an arm, of all regions.
func (t *tally) changesOf(c contrast, arm string) *changeTally {
	return t.changes[slices.IndexFunc(t.changes, func(one *changeTally) bool {
		return one.contrast == c && one.arm == arm && one.region == ""
	})]
}

func (t *tally) putDifference(s *sheet, c contrast) {
	first, second := t.changesOf(c, participants).outcomes, t.changesOf(c, comparison).outcomes
	adjusted := t.holm(func(n int) stats.Number {
		return stats.WelchTTest(first[n].pairs.Change(), second[n].pairs.Change()).P
	})
	for n, outcome := range t.outcomes {
		row := t.row(Difference, c, bothArms, outcome)
		sets := []*Set{&first[n].set, &second[n].set}

		d := stats.DifferenceInDifferences(first[n].pairs, second[n].pairs)
		s.put(row, d.Welch.Status, sets,
			value{DID, d.Welch.Estimate}, value{CILow, d.Welch.CI.Low}, value{CIHigh, d.Welch.CI.High},
			value{T, d.Welch.T}, value{DF, d.Welch.DF}, value{P, d.Welch.P})
		if slices.Contains(t.secondary, n) {
			s.put(row, d.Welch.Status, sets, value{PHolm, adjusted[n]})
		}
		s.put(row, d.BaselineStandardized.Status, sets, value{DPPC2, d.DPPC2}, value{BaselineG, d.BaselineStandardized.G})
		a := stats.AnalyzeCovariance(first[n].observations, second[n].observations)
		s.put(row, a.Status, sets,
			value{AncovaB, a.Group.Estimate}, value{AncovaLow, a.Group.CI.Low}, value{AncovaHigh, a.Group.CI.High}, value{AncovaP, a.Group.P},
			value{AncovaHC3Low, a.HC3CI.Low}, value{AncovaHC3High, a.HC3CI.High}, value{AncovaHC3P, a.HC3P}, value{SlopesP, a.InteractionP})
	}
}

func (t *tally) putReliability(s *sheet, r *reliabilityTally) {
	for n, outcome := range t.outcomes {
		of := r.largest(n)
		alpha := stats.CronbachAlpha(of.items)
		row := Figure{Section: Reliability, Outcome: outcome, To: t.waves[r.wave].ID}
		s.put(row, alpha.Status, []*Set{&of.set},
			value{Alpha, alpha.Alpha}, value{CILow, alpha.CI.Low}, value{CIHigh, alpha.CI.High}, value{Omega, stats.McDonaldOmega(of.items).Total})
	}
}

func (t *tally) putAttrition(s *sheet, l *lossTally) {
	row := t.row(Attrition, l.contrast, l.arm, "")
	sets := []*Set{&l.answered, &l.lost}
	alone := stats.CompareAttrition(l.retention(), stats.Retention{})
	s.put(row, stats.OK, sets,
		value{Answered, count(l.answered.N)}, value{Lost, count(l.lost.N)},
		value{Share, alone.Participants}, value{CILow, alone.ParticipantsCI.Low}, value{CIHigh, alone.ParticipantsCI.High})
	if l.arm == bothArms {
		first, second := t.lossesOf(l.contrast, participants), t.lossesOf(l.contrast, comparison)
		s.put(row, stats.OK, []*Set{&first.answered, &first.lost, &second.answered, &second.lost},
			value{FisherP, stats.CompareAttrition(first.retention(), second.retention()).FisherP})
	}
	for n, outcome := range t.outcomes {
		row.Outcome = outcome
		stayers, leavers := &l.stayers[n], &l.leavers[n]
		s.put(row, stats.OK, []*Set{&stayers.set}, value{MeanStayers, stayers.scores.Mean()}, value{SDStayers, stayers.scores.SD()})
		s.put(row, stats.OK, []*Set{&leavers.set}, value{MeanLeavers, leavers.scores.Mean()}, value{SDLeavers, leavers.scores.SD()})
	}
}

func (t *tally) lossesOf(c contrast, arm string) *lossTally {
	return t.losses[slices.IndexFunc(t.losses, func(one *lossTally) bool { return one.contrast == c && one.arm == arm })]
}

// putReliableChange measures the participants' changes by the spread and the consistency of
// everybody's answers before.
func (t *tally) putReliableChange(s *sheet, c *changeTally) {
	everybody := t.scores[slices.IndexFunc(t.scores, func(w *waveTally) bool { return w.wave == c.from && w.arm == bothArms })]
	for n, outcome := range t.outcomes {
		row := t.row(ReliableChange, c.contrast, c.arm, outcome)
		before, items := &everybody.outcomes[n], t.reliability[c.from].largest(n)
		sd, consistency := before.scores.SD(), stats.CronbachAlpha(items.items)
		alpha := consistency.Alpha
		if consistency.Status != stats.OK {
			alpha = stats.Undefined(consistency.Status)
		}
		s.put(row, stats.OK, []*Set{&before.set}, value{SD, sd})
		s.put(row, stats.OK, []*Set{&items.set}, value{Alpha, alpha})

		scale := stats.NewReliableChange(sd, alpha)
		s.put(row, scale.Status, []*Set{&before.set, &items.set},
			value{SEM, scale.SEM}, value{SDifference, scale.SDifference}, value{SmallestChange, scale.SmallestMove})
		sets := []*Set{&c.outcomes[n].set, &before.set, &items.set}
		of := c.outcomes[n].steps.directions(scale)
		s.put(row, scale.Status, sets,
			value{Increased, of[stats.ReliableIncrease]}, value{Unchanged, of[stats.NoReliableChange]}, value{Decreased, of[stats.ReliableDecrease]})
	}
}
