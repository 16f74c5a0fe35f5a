package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/stats"
	"livinglab/shared/survey"
)

// say returns the text in the reader's language; with arguments both are formats.
func (r reader) say(ja, en string, args ...any) string {
	text := locale.Text{JA: ja, EN: en}.In(r.lang)
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return text
}

// scale returns the scale that an outcome is.
func (r reader) scale(outcome string) (survey.Scale, bool) {
	if r.instrument == nil {
		return survey.Scale{}, false
	}
	if r.instrument.Total.ID == outcome {
		return r.instrument.Total, true
	}
	for _, s := range r.instrument.Subscales {
		if s.ID == outcome {
			return s.Scale, true
		}
	}
	return survey.Scale{}, false
}

func (r reader) outcome(id string) string {
	if s, ok := r.scale(id); ok {
		return s.Title.In(r.lang)
	}
	return id
}

// arm names an arm in the page's own words, which fit beside numbers.
func (r reader) arm(id string) string {
	switch id {
	case experiment.GroupParticipants:
		return r.say("参加者", "Participants")
	case experiment.GroupComparison:
		return r.say("比較グループ", "Comparison group")
	}
	return id
}

func (r reader) region(id string) string {
	if region, ok := r.experiment.Region(id); ok {
		return region.Name.In(r.lang)
	}
	return id
}

func (r reader) wave(id string) string {
	if w, ok := r.experiment.Wave(id); ok {
		return w.Title.In(r.lang)
	}
	return id
}

// during says between which waves, or in which, as the end of a title.
func (r reader) during(w waves) string {
	switch {
	case w.From != "" && w.To != "":
		return r.say("：%s → %s", ": %s → %s", r.wave(w.From), r.wave(w.To))
	case w.From != "" || w.To != "":
		return r.say("：%s", ": %s", r.wave(w.From+w.To))
	}
	return ""
}

// statuses are the reasons beside figures in the order of their letters.
var statuses = []release.Status{
	release.TooFew, release.Coarse, release.NotEnoughData, release.Complement, release.Undefined, release.Held,
}

// reason is why a figure is not shown, or that it is an earlier one.
type reason struct {
	status release.Status
	note   string // of one that is undefined: why there is no such number
}

func reasonOf(f release.Figure) reason {
	if f.Status == release.Undefined {
		return reason{f.Status, f.Note}
	}
	return reason{status: f.Status}
}

// reasons are those of the release's figures, in the order of their letters.
func (r reader) reasons() []reason {
	var all []reason
	for _, s := range statuses {
		for _, f := range r.Figures {
			if why := reasonOf(f); why.status == s && !slices.Contains(all, why) {
				all = append(all, why)
			}
		}
	}
	return all
}

// markOf returns the letter of a reason, with a number where one letter has several.
func (r reader) markOf(why reason) string {
	i := slices.Index(statuses, why.status)
	if i < 0 {
		return ""
	}
	letter := string(rune('a' + i))
	if why.note == "" {
		return letter
	}
	alike := slices.DeleteFunc(r.reasons(), func(other reason) bool { return other.status != why.status })
	if len(alike) > 1 {
		return letter + strconv.Itoa(1+slices.Index(alike, why))
	}
	return letter
}

// why says a reason in words.
func (r reader) why(of reason) string {
	switch of.status {
	case release.TooFew:
		return r.say("人数が%d名に満たないため、人数だけを示します", "fewer than %d people: only how many is shown", r.Limits.MinN)
	case release.Coarse:
		return r.say("人数が%d名に満たないため、平均だけを示します", "fewer than %d people: only means are shown", r.Limits.DetailMinN)
	case release.NotEnoughData:
		return r.say("データが足りません(両方のグループに、前後とも答えた方がそれぞれ%d名以上必要です)", "not enough data: each group needs at least %d people who answered both times", r.Limits.MinNPerArm)
	case release.Complement:
		return r.say("この数値だけで、またはほかの数値と合わせると、ひとりひとりの答えが分かってしまうおそれがあるため示しません", "withheld: by itself or together with other figures it could tell people’s answers")
	case release.Undefined:
		note := release.NoteText(of.note)
		if note.EN == "" {
			return r.say("この人数と答えからは計算できません", "cannot be computed from these answers")
		}
		return r.say("計算できません：", "cannot be computed: ") + r.say(note.JA, strings.ToLower(note.EN[:1])+note.EN[1:])
	case release.Held:
		return r.say("前回までの公表と同じ数値です(新しい数値を出すと、それだけで、またはほかの数値と合わせて、その後に加わった方や抜けた方%d名未満の答えが分かってしまうため)",
			"the figure of an earlier release: a new one, in itself or beside others, would tell of fewer than %d people who have come or gone since", r.Limits.MinNewRespondents)
	}
	return ""
}

// short says in a chart why there is no figure.
func (r reader) short(s release.Status) string {
	switch s {
	case release.NotEnoughData:
		return r.say("データが足りません", "not enough data")
	case release.TooFew, release.Coarse:
		return r.say("人数が少なく非表示", "too few people to show")
	case release.Undefined:
		return r.say("計算できません", "cannot be computed")
	}
	return r.say("非表示", "not shown")
}

// method says beside a Wilcoxon test's p how it was computed.
func (r reader) method(note string) string {
	switch stats.Method(note) {
	case stats.Exact:
		return r.say("正確", "exact")
	case stats.Normal:
		return r.say("正規近似", "normal approximation")
	}
	return ""
}

func one(ja, en string, of ...analysis.Statistic) column {
	return column{title: locale.Text{JA: ja, EN: en}, of: of}
}

func people(of analysis.Statistic) column {
	return column{title: locale.Text{JA: "n", EN: "n"}, of: []analysis.Statistic{of}, people: true}
}

// sheets are the tables that hold every figure of a release. A statistic that is in none
// of them would not be on the page: a test holds them to all that there are.
var sheets = []sheet{
	{analysis.Difference, locale.Text{JA: "変化の差(参加者 − 比較グループ)", EN: "Difference in change (participants − comparison group)"}, true, []column{
		one("差(点)", "Difference (points)", analysis.DID),
		one("95%信頼区間", "95% interval", analysis.CILow, analysis.CIHigh),
		one("t", "t", analysis.T), one("自由度", "df", analysis.DF),
		one("p", "p", analysis.P), one("p(Holm)", "p (Holm)", analysis.PHolm),
		one("標準化した差 d(ppc2)", "Standardized d (ppc2)", analysis.DPPC2),
		one("はじめの点の差 g", "Baseline difference g", analysis.BaselineG),
	}},
	{analysis.Difference, locale.Text{JA: "共分散分析(はじめの点をそろえた差)", EN: "ANCOVA (difference with the first score held equal)"}, true, []column{
		one("差(点)", "Difference (points)", analysis.AncovaB),
		one("95%信頼区間", "95% interval", analysis.AncovaLow, analysis.AncovaHigh), one("p", "p", analysis.AncovaP),
		one("95%信頼区間(HC3)", "95% interval (HC3)", analysis.AncovaHC3Low, analysis.AncovaHC3High), one("p(HC3)", "p (HC3)", analysis.AncovaHC3P),
		one("傾きの差の p", "p of unequal slopes", analysis.SlopesP),
	}},
	{analysis.Change, locale.Text{JA: "グループごとの変化", EN: "Change within each group"}, true, []column{
		one("前の平均", "Mean before", analysis.MeanFrom), one("前のSD", "SD before", analysis.SDFrom),
		one("後の平均", "Mean after", analysis.MeanTo), one("後のSD", "SD after", analysis.SDTo),
		one("変化(点)", "Change (points)", analysis.MeanChange), one("変化のSD", "SD of change", analysis.SDChange),
		one("95%信頼区間", "95% interval", analysis.CILow, analysis.CIHigh),
		one("前後の相関", "Correlation", analysis.Correlation),
	}},
	{analysis.Change, locale.Text{JA: "変化の検定", EN: "Tests of change"}, true, []column{
		one("t", "t", analysis.T), one("自由度", "df", analysis.DF), one("p", "p", analysis.P), one("p(Holm)", "p (Holm)", analysis.PHolm),
		one("ウィルコクソン V", "Wilcoxon V", analysis.V), one("p(ウィルコクソン)", "p (Wilcoxon)", analysis.WilcoxonP),
		one("順位双列相関", "Rank-biserial", analysis.RankBiser),
	}},
	{analysis.Change, locale.Text{JA: "変化の効果量", EN: "Effect sizes of change"}, true, []column{
		one("d_z", "d_z", analysis.DZ), one("d_z の95%信頼区間", "95% interval of d_z", analysis.DZLow, analysis.DZHigh),
		one("d_av", "d_av", analysis.DAv), one("d_av の95%信頼区間", "95% interval of d_av", analysis.DAvLow, analysis.DAvHigh),
		one("g_av", "g_av", analysis.GAv), one("g_av の95%信頼区間", "95% interval of g_av", analysis.GAvLow, analysis.GAvHigh),
	}},
	{analysis.ReliableChange, locale.Text{JA: "測定の誤差を超える変化(人数)", EN: "Change beyond the error of measurement (people)"}, true, []column{
		one("上がった", "Increased", analysis.Increased), one("誤差の範囲", "Within error", analysis.Unchanged), one("下がった", "Decreased", analysis.Decreased),
		one("全員のはじめのSD", "First SD, everybody", analysis.SD), one("全員のはじめのα", "First α, everybody", analysis.Alpha),
		one("測定の標準誤差", "SEM", analysis.SEM), one("差の標準誤差", "SE of a difference", analysis.SDifference),
		one("誤差を超える最小の変化", "Smallest change beyond it", analysis.SmallestChange),
	}},
	{analysis.Attrition, locale.Text{JA: "途中で答えなくなった方", EN: "Who stopped answering"}, false, []column{
		one("答えた", "Answered", analysis.Answered), one("その後は答えていない", "Not again", analysis.Lost),
		one("割合", "Share", analysis.Share), one("95%信頼区間", "95% interval", analysis.CILow, analysis.CIHigh),
		one("p(フィッシャー)", "p (Fisher)", analysis.FisherP),
	}},
	{analysis.Attrition, locale.Text{JA: "続けて答えた方と答えなくなった方の、はじめの平均", EN: "First means of those who went on answering and those who stopped"}, false, []column{
		one("続けて答えた方", "Went on", analysis.MeanStayers), people(analysis.MeanStayers),
		one("答えなくなった方", "Stopped", analysis.MeanLeavers), people(analysis.MeanLeavers),
	}},
	{analysis.Wave, locale.Text{JA: "各回の点", EN: "Scores in each survey"}, true, []column{
		one("平均", "Mean", analysis.Mean), one("SD", "SD", analysis.SD),
	}},
	{analysis.Reliability, locale.Text{JA: "質問のまとまり(信頼性)", EN: "How well the items hold together (reliability)"}, true, []column{
		one("α", "α", analysis.Alpha), one("α の95%信頼区間", "95% interval of α", analysis.CILow, analysis.CIHigh), one("ω", "ω", analysis.Omega),
	}},
}
