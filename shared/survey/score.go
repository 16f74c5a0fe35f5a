package survey

import "strconv"

// Score is one person's score on a scale in one wave. Its sum is whole, so that scores
// can be ranked without the rounding of means.
type Score struct {
	Scale
	Sum      int  // of the answered items, reversed where they are
	Answered int  // items that were answered
	Of       int  // items that the scale has
	Enough   bool // whether as many were answered as the instrument asks for
}

// Mean returns the mean of the answered items, and whether there is one: not if too few
// were answered.
func (s Score) Mean() (float64, bool) {
	if !s.Enough {
		return 0, false
	}
	return float64(s.Sum) / float64(s.Answered), true
}

// Scores are the scores of one wave: the subscales in their order, then the total. An
// instrument without subscales has none.
type Scores []Score

// Of returns the score on the scale with the id and whether there is one.
func (s Scores) Of(id string) (Score, bool) {
	for _, score := range s {
		if score.ID == id {
			return score, true
		}
	}
	return Score{}, false
}

// Score scores the answers of one wave. A score is the mean of the answered items of its
// subscale, the total that of all items of the subscales, if there are as many answers
// as the instrument asks for; nothing is put in the place of an answer that is not there.
// A reversed item counts min+max-x. What is no point of its item counts as not answered.
func (i *Instrument) Score(answers Answers) Scores {
	if len(i.Subscales) == 0 {
		return nil
	}
	scores := make(Scores, 0, len(i.Subscales)+1)
	total := Score{Scale: i.Total}
	for _, subscale := range i.Subscales {
		score := Score{Scale: subscale.Scale, Of: len(subscale.Items)}
		for _, id := range subscale.Items {
			if it, ok := i.Item(id); ok {
				score.add(it, answers[id])
			}
		}
		score.Enough = score.Answered >= max(i.Scoring.MinAnsweredPerSubscale, 1)
		scores = append(scores, score)
		total.Sum, total.Answered, total.Of = total.Sum+score.Sum, total.Answered+score.Answered, total.Of+score.Of
	}
	total.Enough = total.Answered >= max(i.Scoring.MinAnsweredTotal, 1)
	return append(scores, total)
}

func (s *Score) add(it Item, values []string) {
	if x, ok := it.Value(values); ok {
		s.Sum += x
		s.Answered++
	}
}

// Value returns what an answer to a likert item counts in a score, reversed where the item
// is, and whether it is one: not if it is no point of the item.
func (it Item) Value(values []string) (int, bool) {
	if len(values) != 1 {
		return 0, false
	}
	smallest, largest := it.Range()
	x, err := strconv.Atoi(values[0])
	if err != nil || x < smallest || x > largest {
		return 0, false
	}
	if it.Reverse {
		x = smallest + largest - x
	}
	return x, true
}
