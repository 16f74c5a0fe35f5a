package analysis

import (
	"errors"

	"livinglab/shared/experiment"
)

// Run computes the analysis of the waves that had closed at Input.At, by one pass over
// the people. It fails where the subjects fail, and where an answer is to a version of an
// instrument that the set does not have.
func Run(Input) (Result, error) { return Result{}, errors.ErrUnsupported }

// Hash identifies a plan: the SHA-256, in hex, of its JSON form.
func Hash(experiment.AnalysisPlan) string { return "" }

// Deviations says, for staff and readers, in what a plan differs from the one that was
// frozen, by the plan's keys.
func Deviations(frozen, now experiment.AnalysisPlan) []Deviation { return nil }

// Deviation is one point in which a plan was changed after it was frozen.
type Deviation struct {
	Key    string `json:"key"` // "primary.outcome"
	Frozen string `json:"frozen"`
	Now    string `json:"now"`
}
