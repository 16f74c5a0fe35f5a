package export

import (
	"strconv"
	"strings"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/stats"
	"livinglab/shared/table"
)

// Computed is a figure of an analysis with how many people are behind it.
type Computed struct {
	analysis.Figure
	N           string
	NComparison string // of a comparison of the arms
}

// Compute finds out how many people are behind a figure.
func Compute(f analysis.Figure, sets []analysis.Set) Computed {
	c := Computed{Figure: f}
	for _, i := range f.Sets {
		of := &c.N
		if f.Arm == "" && sets[i].Arm == experiment.GroupComparison {
			of = &c.NComparison
		}
		if *of == "" {
			*of = number(sets[i].N)
		}
	}
	return c
}

// Analysis is the file of an analysis: every figure, in full precision, without disclosure
// control.
func Analysis(e *experiment.Experiment) File[Computed] {
	of := func(name string, kind Type, choices []experiment.Choice, text locale.Text, value func(Computed) string) column[Computed] {
		return column[Computed]{name: name, text: text, kind: kind, choices: choices, value: value}
	}
	waves := waveChoices(e)
	return File[Computed]{
		of("section", Choice, labeled(sections, release.SectionText), locale.Text{JA: "結果の種類", EN: "The kind of figure"}, func(c Computed) string { return string(c.Section) }),
		of("outcome", Text, nil, locale.Text{JA: "下位尺度の番号、または合計(total)。尺度によらない値は空", EN: "The subscale, or total; empty for what is of no scale"}, func(c Computed) string { return c.Outcome }),
		of("arm", Choice, groups(e), locale.Text{JA: "群(両方の群の値は空)", EN: "The group; empty for both"}, func(c Computed) string { return c.Arm }),
		of("region", Choice, regions(e), locale.Text{JA: "地域(すべての地域の値は空)", EN: "The region; empty for all"}, func(c Computed) string { return c.Region }),
		of("from", Choice, waves, locale.Text{JA: "比べる前の調査", EN: "The survey before"}, func(c Computed) string { return c.From }),
		of("to", Choice, waves, locale.Text{JA: "調査(比べるときは後の調査)", EN: "The survey; of a change, the one after"}, func(c Computed) string { return c.To }),
		of("statistic", Choice, labeled(statistics, meaning), locale.Text{JA: "統計量", EN: "What the number is"}, func(c Computed) string { return string(c.Statistic) }),
		of("value", Number, nil, locale.Text{JA: "値(丸めていない)", EN: "The number, not rounded"}, func(c Computed) string { return exact(c.Value) }),
		of("status", Choice, statuses(), locale.Text{JA: "値があるか、ない理由", EN: "Whether there is a number, and if not, why"}, func(c Computed) string { return string(c.Value.Status()) }),
		of("n", Integer, nil, locale.Text{JA: "もとになった人数(群の比較では参加者)", EN: "People behind it; of a comparison of the groups, the participants"}, func(c Computed) string { return c.N }),
		of("n_comparison", Integer, nil, locale.Text{JA: "群の比較でもとになった比較対象者の人数", EN: "Of a comparison of the groups, people of the comparison group behind it"}, func(c Computed) string { return c.NComparison }),
		of("note", Choice, labeled([]stats.Method{stats.Exact, stats.Normal}, noted), locale.Text{JA: "計算方法(いくつかあるときだけ)", EN: "How it was computed, where there are several ways"}, func(c Computed) string { return c.Note }),
	}
}

// sections and statistics are what figures may be, in the order in which they are computed.
var (
	sections = []analysis.Section{
		analysis.Wave, analysis.Change, analysis.Difference, analysis.Reliability, analysis.Attrition, analysis.ReliableChange,
	}
	statistics = []analysis.Statistic{
		analysis.Mean, analysis.SD,
		analysis.MeanFrom, analysis.SDFrom, analysis.MeanTo, analysis.SDTo, analysis.MeanChange, analysis.SDChange,
		analysis.CILow, analysis.CIHigh, analysis.T, analysis.DF, analysis.P, analysis.PHolm, analysis.Correlation,
		analysis.DZ, analysis.DZLow, analysis.DZHigh, analysis.DAv, analysis.DAvLow, analysis.DAvHigh, analysis.GAv, analysis.GAvLow, analysis.GAvHigh,
		analysis.V, analysis.WilcoxonP, analysis.RankBiser,
		analysis.DID, analysis.DPPC2, analysis.BaselineG, analysis.AncovaB, analysis.AncovaP, analysis.AncovaLow, analysis.AncovaHigh,
		analysis.AncovaHC3Low, analysis.AncovaHC3High, analysis.AncovaHC3P, analysis.SlopesP,
		analysis.Alpha, analysis.Omega,
		analysis.Answered, analysis.Lost, analysis.Share, analysis.FisherP, analysis.MeanStayers, analysis.SDStayers, analysis.MeanLeavers, analysis.SDLeavers,
		analysis.Increased, analysis.Unchanged, analysis.Decreased, analysis.SEM, analysis.SDifference, analysis.SmallestChange,
	}
)

// statuses say whether there is a number, and if not, why.
func statuses() []experiment.Choice {
	return append([]experiment.Choice{{ID: string(stats.OK), Label: locale.Text{JA: "値がある", EN: "There is"}}}, labeled([]stats.Status{
		stats.Missing, stats.NoPeople, stats.NoPairs, stats.TooFew, stats.TooFewOfTwo, stats.TooFewOfSlopes, stats.TooFewItems, stats.TooFewDF,
		stats.ZeroVariance, stats.ZeroTotalVariance, stats.ZeroResidual, stats.ConstantCovariate, stats.AllZero, stats.ZeroChangeVariance,
		stats.PerfectReliability, stats.Heywood, stats.NotIdentified, stats.NotConverged, stats.FullLeverage, stats.OutOfRange, stats.NotFinite,
	}, noted)...)
}

// meaning says what a figure is, also one that is never released.
func meaning(s analysis.Statistic) locale.Text {
	switch s {
	case analysis.SDStayers:
		return locale.Text{JA: "後の回にも回答した方の、前の回の標準偏差(点)", EN: "Standard deviation before of those who answered after (points)"}
	case analysis.SDLeavers:
		return locale.Text{JA: "後の回に回答しなかった方の、前の回の標準偏差(点)", EN: "Standard deviation before of those who did not (points)"}
	}
	return release.StatisticText(s)
}

func noted[T ~string](note T) locale.Text { return release.NoteText(string(note)) }

// labeled are codes as the values of a column, each with what it means.
func labeled[T ~string](codes []T, text func(T) locale.Text) []experiment.Choice {
	var all []experiment.Choice
	for _, code := range codes {
		all = append(all, experiment.Choice{ID: string(code), Label: text(code)})
	}
	return all
}

// exact is a number in full precision; empty if there is none.
func exact(n stats.Number) string {
	value, exists := n.Value()
	if !exists {
		return ""
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func regions(e *experiment.Experiment) []experiment.Choice {
	var all []experiment.Choice
	for _, r := range e.Regions {
		all = append(all, experiment.Choice{ID: r.ID, Label: r.Name})
	}
	return all
}

func waveChoices(e *experiment.Experiment) []experiment.Choice {
	var all []experiment.Choice
	for _, w := range e.Waves {
		all = append(all, experiment.Choice{ID: w.ID, Label: w.Title})
	}
	return all
}

// Releases is the file of what was published.
func Releases(e *experiment.Experiment) File[release.Release] {
	of := func(name string, kind Type, text locale.Text, value func(release.Release) string) column[release.Release] {
		return column[release.Release]{name: name, text: text, kind: kind, value: value}
	}
	figures := func(are func(release.Figure) bool) func(release.Release) string {
		return func(r release.Release) string {
			n := 0
			for _, f := range r.Figures {
				if are(f) {
					n++
				}
			}
			return number(n)
		}
	}
	return File[release.Release]{
		of("release", Integer, locale.Text{JA: "公開の番号", EN: "The number of the release"}, func(r release.Release) string { return number(r.Number) }),
		of("approved", Instant, locale.Text{JA: "公開を承認した日時", EN: "When it was approved, and public"}, func(r release.Release) string { return rfc3339(table.At(r.Approved), e.Zone()) }),
		of("analyzed", Instant, locale.Text{JA: "もとの分析の日時", EN: "When the analysis behind it was made"}, func(r release.Release) string { return rfc3339(table.At(r.Analyzed), e.Zone()) }),
		{name: "waves", text: locale.Text{JA: "終わっていた調査", EN: "The surveys that had closed"}, kind: Choices, choices: waveChoices(e),
			value: func(r release.Release) string { return strings.Join(r.Waves, " ") }},
		of("plan", Text, locale.Text{JA: "分析計画のハッシュ", EN: "The hash of the plan of analysis"}, func(r release.Release) string { return r.Plan.Hash }),
		of("frozen", Instant, locale.Text{JA: "分析計画を固定した日時(固定していなければ空)", EN: "When the plan was frozen; empty if it was not"}, func(r release.Release) string { return rfc3339(table.At(r.Plan.Frozen), e.Zone()) }),
		of("deviations", Integer, locale.Text{JA: "計画と異なる点の数", EN: "In how many points the file deviates from the plan"}, func(r release.Release) string { return number(len(r.Deviations)) }),
		of("shown", Integer, locale.Text{JA: "公開した値の数", EN: "Figures that are shown"}, figures(func(f release.Figure) bool { return f.Value != nil && f.Status != release.Held })),
		of("held", Integer, locale.Text{JA: "前回の公開のままにした値の数", EN: "Figures that repeat those of an earlier release"}, figures(func(f release.Figure) bool { return f.Status == release.Held })),
		of("hidden", Integer, locale.Text{JA: "公開しない値の数", EN: "Figures that are not shown"}, figures(func(f release.Figure) bool { return f.Value == nil })),
		of("made_up", YesNo, locale.Text{JA: "架空のデータか", EN: "Whether the people behind it are made up"}, func(r release.Release) string { return yesNo(r.MadeUp) }),
	}
}
