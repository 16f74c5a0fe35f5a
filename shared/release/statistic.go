package release

import (
	"slices"

	"livinglab/shared/analysis"
	"livinglab/shared/stats"
)

func isP(s analysis.Statistic) bool {
	return slices.Contains([]analysis.Statistic{
		analysis.P, analysis.PHolm, analysis.WilcoxonP, analysis.AncovaP, analysis.AncovaHC3P, analysis.SlopesP, analysis.FisherP,
	}, s)
}

// isMean reports whether a figure is a mean of scores: what is told of fewer people, too.
func isMean(s analysis.Statistic) bool {
	return slices.Contains([]analysis.Statistic{
		analysis.Mean, analysis.MeanFrom, analysis.MeanTo, analysis.MeanChange, analysis.MeanStayers, analysis.MeanLeavers,
	}, s)
}

// isScore reports whether a figure is a mean on the scale itself, and not one of changes.
func isScore(s analysis.Statistic) bool { return isMean(s) && s != analysis.MeanChange }

func isSD(s analysis.Statistic) bool {
	return slices.Contains([]analysis.Statistic{
		analysis.SD, analysis.SDFrom, analysis.SDTo, analysis.SDChange, analysis.SDStayers, analysis.SDLeavers,
	}, s)
}

// isCountOfAnswers reports whether a figure says how many people answered in one way.
func isCountOfAnswers(s analysis.Statistic) bool {
	return s == analysis.Increased || s == analysis.Unchanged || s == analysis.Decreased
}

func isCount(s analysis.Statistic) bool {
	return isCountOfAnswers(s) || s == analysis.Answered || s == analysis.Lost
}

// tellsAlike reports whether why there is no number tells that people answered alike, or by one rule:
// one that does not vary, or that their scores before give their scores after.
func tellsAlike(why stats.Status) bool {
	return slices.Contains([]stats.Status{
		stats.ZeroVariance, stats.ZeroTotalVariance, stats.ZeroResidual, stats.ZeroChangeVariance, stats.AllZero,
		stats.ConstantCovariate, stats.PerfectReliability, stats.FullLeverage,
	}, why)
}

// peopleAlone reports whether a figure comes from how many people answered, and not from
// what: that is public.
func peopleAlone(f analysis.Figure) bool {
	return f.Section == analysis.Attrition && !isMean(f.Statistic) && !isSD(f.Statistic)
}
