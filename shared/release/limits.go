package release

import (
	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

// The limits that hold for every experiment, whatever its file says.
const (
	leastN         = 5  // nothing is told of fewer
	leastDetail    = 10 // nothing but a mean
	leastPerArm    = 10 // no contrast
	leastChange    = 5  // no second figure
	mostDecimals   = 2
	decimalsOfMean = 1 // of fewer than the limit of detail
	decimalsOfP    = 3
)

// LimitsOf are the limits that an experiment's file and its plan set. They are never
// below those that hold for every experiment.
func LimitsOf(p experiment.Publication, plan experiment.AnalysisPlan) Limits {
	least := max(p.MinN, leastN)
	return Limits{
		MinN:              least,
		DetailMinN:        max(p.DistributionMinN, p.SDMinN, least, leastDetail),
		MinNPerArm:        max(plan.MinNPerArm, least, leastPerArm),
		PerRegionMinN:     max(p.PerRegionMinN, least),
		MinNewRespondents: max(p.RepublishMinNewRespondents, leastChange),
		Decimals:          max(0, min(p.Decimals, mostDecimals)),
	}
}

// guarded is of how many people, at least, any combination of published sums must be. A
// file may ask for more than sketches tell apart; then it is as many as they do.
func (l Limits) guarded() int {
	return min(max(l.MinN, l.MinNewRespondents), analysis.SketchLimit)
}
