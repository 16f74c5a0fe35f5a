package stats

import (
	"cmp"
	"encoding/json"
	"math"
)

// Status says whether a statistic could be computed, and if not, why.
type Status string

const (
	OK Status = "ok"

	Missing Status = "undefined:missing" // nothing was computed, or nothing given to compute from

	NoPeople       Status = "undefined:no_people"
	NoPairs        Status = "undefined:no_pairs"
	TooFew         Status = "undefined:n_lt_2"  // fewer than two people, or pairs, in a group
	TooFewOfTwo    Status = "undefined:n_lt_4"  // two groups and a slope leave no degree of freedom
	TooFewOfSlopes Status = "undefined:n_lt_5"  // nor do two groups and two slopes
	TooFewItems    Status = "undefined:k_lt_2"  // one item has no consistency with others
	TooFewDF       Status = "undefined:df_lt_2" // Γ(0) in the correction of Hedges

	ZeroVariance      Status = "undefined:zero_variance"       // everybody changed alike, or nobody differs
	ZeroTotalVariance Status = "undefined:zero_total_variance" // everybody has one total
	ZeroResidual      Status = "undefined:zero_residual"       // the regression leaves nothing over
	ConstantCovariate Status = "undefined:constant_covariate"  // within the groups nobody differs before
	AllZero           Status = "undefined:all_zero"            // nobody changed

	// ZeroChangeVariance: everybody changed alike, so that only what is measured in
	// units of the scores' own spread exists.
	ZeroChangeVariance Status = "partial:zero_diff_variance"

	PerfectReliability Status = "undefined:perfect_reliability" // no error is left to form an interval from
	Heywood            Status = "undefined:heywood"             // a negative unique variance
	NotIdentified      Status = "undefined:not_identified"      // the model has no single solution
	NotConverged       Status = "undefined:not_converged"
	FullLeverage       Status = "undefined:full_leverage" // one person alone decides a fitted value
	OutOfRange         Status = "undefined:out_of_range"  // an input that its definition excludes
	NotFinite          Status = "undefined:not_finite"    // larger than a float64 holds, or from such input
)

// Number is a statistic that may not exist. Its zero value does not.
type Number struct {
	value  float64
	status Status
}

// Known returns a value as a Number; if it is infinite or not a number, its absence.
func Known(value float64) Number {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Number{status: NotFinite}
	}
	return Number{value: value, status: OK}
}

// Undefined returns a Number that does not exist, for a reason.
func Undefined(why Status) Number { return Number{status: why} }

// Value returns the number, and whether it exists.
func (n Number) Value() (float64, bool) { return n.value, n.status == OK }

// Status returns OK, or why the number does not exist.
func (n Number) Status() Status { return cmp.Or(n.status, Missing) }

// MarshalJSON writes the number in full precision or, where there is none, its status.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.status == OK {
		return json.Marshal(n.value)
	}
	return json.Marshal(n.Status())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(data []byte) error {
	var why Status
	if json.Unmarshal(data, &why) == nil {
		*n = Undefined(why)
		return nil
	}
	var value float64
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	*n = Known(value)
	return nil
}

// times returns the number in another unit; what does not exist does not in any.
func (n Number) times(factor Number) Number {
	switch {
	case n.status != OK:
		return n
	case factor.status != OK:
		return factor
	}
	return Known(n.value * factor.value)
}

// minus returns the difference of two numbers that exist.
func (n Number) minus(other Number) Number {
	switch {
	case n.status != OK:
		return n
	case other.status != OK:
		return other
	}
	return Known(n.value - other.value)
}

// Interval has the limits of a 95 % confidence interval, in the unit of its estimate.
type Interval struct{ Low, High Number }

func interval(low, high float64) Interval { return Interval{Known(low), Known(high)} }

func (i Interval) times(factor Number) Interval {
	return Interval{i.Low.times(factor), i.High.times(factor)}
}
