package stats

import (
	"cmp"
	"slices"
)

// Holm adjusts the p of a family of tests so that the chance of one false finding or
// more stays at the level of one test (Holm 1979): of m of them the i-th smallest
// becomes the largest of (m - j + 1) p(j) for j up to i, at most 1. An undefined p stays
// so and does not count towards m. The order of the result is that of the input; m is
// returned too.
func Holm(p []Number) (adjusted []Number, m int) {
	adjusted = slices.Clone(p)
	var order []int
	for i := range p {
		if p[i].status == OK {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a].value, p[b].value) })
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, float64(len(order)-rank)*p[i].value)
		adjusted[i] = Known(min(largest, 1))
	}
	return adjusted, len(order)
}
