package stats

import "math"

// Direction says whether a person's change is larger than the measurement's error.
type Direction string

const (
	ReliableIncrease Direction = "reliable_increase"
	ReliableDecrease Direction = "reliable_decrease"
	NoReliableChange Direction = "no_reliable_change"
)

// ReliableChange judges single people's changes on one scale.
type ReliableChange struct {
	Status       Status
	SEM          Number // standard error of one measurement, in points
	SDifference  Number // standard error of a difference of two, in points
	SmallestMove Number // the smallest reliable change, in points
}

// NewReliableChange takes the standard deviation of the scores before, in points, and
// their reliability (Jacobson and Truax 1991): SEM = s_pre √(1 - r), S_diff = SEM √2; a
// change is reliable from 1.959964 S_diff on, which the 0.975 quantile of the normal
// distribution is before it is rounded to 1.96. Undefined where one of the two is, where
// the reliability is below 0 or from 1 on, and where the scores do not vary.
func NewReliableChange(sdPre, reliability Number) ReliableChange {
	sd, sdKnown := sdPre.Value()
	r, rKnown := reliability.Value()
	switch {
	case !sdKnown:
		return ReliableChange{Status: sdPre.Status()}
	case !rKnown:
		return ReliableChange{Status: reliability.Status()}
	case sd == 0:
		return ReliableChange{Status: ZeroVariance}
	case r == 1:
		return ReliableChange{Status: PerfectReliability}
	case sd < 0 || r < 0 || r > 1:
		return ReliableChange{Status: OutOfRange}
	}
	sem := sd * math.Sqrt(1-r)
	difference := sem * math.Sqrt2
	return ReliableChange{
		Status: OK, SEM: Known(sem), SDifference: Known(difference), SmallestMove: Known(normalUpper * difference),
	}
}

// Of returns a person's reliable change index, (post - pre)/S_diff (no unit), and what it
// says. Where the scale's is undefined, there is no index and no direction.
func (c ReliableChange) Of(pre, post float64) (index Number, direction Direction) {
	unit, ok := c.SDifference.Value()
	if !ok {
		return Undefined(c.Status), ""
	}
	rci := (post - pre) / unit
	switch {
	case rci >= normalUpper:
		return Known(rci), ReliableIncrease
	case rci <= -normalUpper:
		return Known(rci), ReliableDecrease
	}
	return Known(rci), NoReliableChange
}
