package analysis

import (
	"testing"

	"pgregory.net/rapid"

	"livinglab/shared/stats"
)

// Totals are means of nine to twelve answers: whole in 1980ths of a point, in which package
// stats counts them. Ranks of fractions have to come out as those.
func TestFractionsRankAsWholeNumbersDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const unit = 1980 // divisible by 9, 10, 11 and 12
		one := rapid.Custom(func(t *rapid.T) score {
			answered := rapid.IntRange(9, 12).Draw(t, "answered")
			return score{rapid.IntRange(answered, 5*answered).Draw(t, "sum"), answered, true}
		})
		whole := func(s score) int { return s.sum * (unit / s.answered) }
		fractions, differences := steps{}, stats.Differences{}
		for range rapid.IntRange(0, 40).Draw(t, "people") {
			from, to := one.Draw(t, "from"), one.Draw(t, "to")
			fractions[stepBetween(from, to)]++
			differences.Add(whole(to) - whole(from))
		}
		if got, want := fractions.signedRanks(), stats.SignedRankTest(differences); got != want {
			t.Fatalf("the ranks are %+v, not %+v", got, want)
		}
		people := 0
		for step, n := range fractions {
			people += n
			if step.under <= 0 || greatestDivisor(max(step.over, -step.over), step.under) != 1 {
				t.Fatalf("%v is not reduced", step)
			}
		}
		counted := 0.0
		for _, n := range fractions.directions(stats.NewReliableChange(stats.Known(0.8), stats.Known(0.7))) {
			x, _ := n.Value()
			counted += x
		}
		if counted != float64(people) {
			t.Fatalf("%v people have a direction, of %d", counted, people)
		}
	})
}
