package stats

import "math"

// Retention counts the people of a group who answered before, and those of them who did
// not answer after.
type Retention struct{ Answered, Lost int }

// Attrition is who was lost between two waves. Whether those who left differed before
// from those who stayed is said by WelchTTest and StandardizeDifference of their scores.
type Attrition struct {
	Overall                  Number // share of all who answered before, from 0 to 1
	Participants, Comparison Number // share of each group
	Differential             Number // the first less the second
	ParticipantsCI           Interval
	ComparisonCI             Interval
	FisherP                  Number
}

// CompareAttrition compares the losses of two groups. Shares and their Wilson intervals are
// undefined for a group in which nobody answered.
func CompareAttrition(participants, comparison Retention) Attrition {
	a := Attrition{
		Overall:        share(participants.Lost+comparison.Lost, participants.Answered+comparison.Answered),
		Participants:   share(participants.Lost, participants.Answered),
		Comparison:     share(comparison.Lost, comparison.Answered),
		ParticipantsCI: Wilson(participants.Lost, participants.Answered),
		ComparisonCI:   Wilson(comparison.Lost, comparison.Answered),
		FisherP:        FisherExact(participants.Lost, participants.Answered, comparison.Lost, comparison.Answered),
	}
	a.Differential = a.Participants.minus(a.Comparison)
	return a
}

// share returns k/n.
func share(k, n int) Number {
	if why := countable(k, n); why != OK {
		return Undefined(why)
	}
	return Known(float64(k) / float64(n))
}

// countable reports whether k of n is a share of somebody.
func countable(k, n int) Status {
	switch {
	case n == 0:
		return NoPeople
	case k < 0 || k > n:
		return OutOfRange
	}
	return OK
}

// Wilson returns the score interval of the share k/n (Wilson 1927), which lies within
// [0, 1]: (k + z²/2 ± z √(k (n - k)/n + z²/4))/(n + z²) with z = 1.959964. Undefined for
// n = 0 and a k that is not among 0 to n.
func Wilson(k, n int) Interval {
	if why := countable(k, n); why != OK {
		return Interval{Undefined(why), Undefined(why)}
	}
	z := normalUpper
	middle := float64(k) + z*z/2
	half := z * math.Sqrt(float64(k)*float64(n-k)/float64(n)+z*z/4)
	i := interval(max((middle-half)/(float64(n)+z*z), 0), min((middle+half)/(float64(n)+z*z), 1))
	if k == 0 {
		i.Low = Known(0) // exactly, by the formula
	}
	if k == n {
		i.High = Known(1)
	}
	return i
}

// FisherExact returns the two-sided p for whether the shares k1/n1 and k2/n2 differ, given
// their margins (Fisher 1935): the probability of all tables that are no likelier than
// the one seen. Tables within 1e-7 of its probability count as no likelier, as R's
// fisher.test has it, so that rounding does not part equals. Undefined where a share is.
func FisherExact(k1, n1, k2, n2 int) Number {
	for _, why := range []Status{countable(k1, n1), countable(k2, n2)} {
		if why != OK {
			return Undefined(why)
		}
	}
	events := k1 + k2
	// Probabilities relative to that of the table seen, walking away from it: each is
	// its neighbor's times a ratio of four counts.
	seen, unlikely := 1.0, 1.0
	walk := func(step func(k float64) float64, from, to, by int) {
		relative := 1.0
		for k := from; k != to; k += by {
			relative *= step(float64(k))
			seen += relative
			if relative <= 1+1e-7 {
				unlikely += relative
			}
		}
	}
	first, second, all := float64(n1), float64(n2), float64(events)
	walk(func(k float64) float64 { return (first - k) * (all - k) / ((k + 1) * (second - all + k + 1)) }, k1, min(n1, events), 1)
	walk(func(k float64) float64 { return k * (second - all + k) / ((first - k + 1) * (all - k + 1)) }, k1, max(0, events-n2), -1)
	return Known(min(unlikely/seen, 1))
}
