package analysis

// Sketch stands for a set of people without naming them: it tells how far two sets
// differ, exactly as far as that is fewer than [SketchLimit] people, and nothing else.
// The zero Sketch is the empty set.
type Sketch struct {
	Sums [2*SketchLimit - 1]uint64 `json:"sums"`
}

// SketchLimit is up to how many people a difference is told exactly.
const SketchLimit = 5

// Add takes a person in, who must not be in it already.
func (s *Sketch) Add(id string) {}

// Support returns on how many people a combination of sets rests, Σ weight × set: those
// whose weights do not cancel out; SketchLimit for that many or more. Weights are small.
func Support(weights []int, sets []Sketch) int { return SketchLimit }
