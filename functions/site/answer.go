package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
)

// sentence is words with figures between them.
type sentence []piece

// piece is a piece of a sentence: words, or a figure.
type piece struct {
	Words string
	Cell  *cell
}

// tell returns a sentence in the reader's language, with the figures at {0}, {1}, ...
func (r reader) tell(ja, en string, cells ...cell) sentence {
	var s sentence
	rest := r.say(ja, en)
	for {
		before, after, ok := strings.Cut(rest, "{")
		if before != "" {
			s = append(s, piece{Words: before})
		}
		if !ok {
			return s
		}
		number, behind, _ := strings.Cut(after, "}")
		if n, err := strconv.Atoi(number); err == nil && n < len(cells) {
			c := cells[n]
			c.Mark = "" // sentences say what it stands for
			s = append(s, piece{Cell: &c})
		}
		rest = behind
	}
}

// paragraph joins sentences.
func (r reader) paragraph(all []sentence) sentence {
	var joined sentence
	for i, s := range all {
		if i > 0 && r.lang == locale.English {
			joined = append(joined, piece{Words: " "})
		}
		joined = append(joined, s...)
	}
	return joined
}

// answer is what a release says of the experiment's question, in plain sentences. It is
// made from the figures of the plan's primary contrast, by these rules alone:
//
//   - Without the difference of the two groups' changes there is no answer, and why.
//   - Where its sign and that of the analysis of covariance are not seen to agree, the data
//     do not settle it.
//   - Otherwise it is whether the interval of the difference has zero in it; where a limit
//     is printed as zero, whether p is below 0.05.
//
// That the one caused the other is never said.
type answer struct {
	Verdict string
	Said    []sentence // paragraphs
}

func (r reader) answer() answer {
	w, outcome := r.primary(), r.Plan.Primary.Outcome
	did, ok := r.Figure(analysis.Difference, "", outcome, w.From, w.To, analysis.DID)
	if !ok || did.Value == nil {
		return r.noAnswer(did, ok)
	}
	changes := slices.Concat(r.tellChange(experiment.GroupParticipants, outcome, w), r.tellChange(experiment.GroupComparison, outcome, w))
	difference := slices.Concat(r.tellDifference(did), r.tellAncova(outcome, w))
	if did.Status == release.Held {
		difference = append(difference, r.tell(
			"この差は、前回までの公表と同じ数値です。その後に加わった方や抜けた方が少なく、新しい数値を出すと、それだけで、またはほかの数値と合わせて、少人数の答えが分かってしまうためです。",
			"This difference is that of an earlier release. Few people have come or gone since: a new figure, in itself or beside others, would tell of them."))
	}
	return answer{r.verdict(w, outcome, did), []sentence{r.paragraph(changes), r.paragraph(difference)}}
}

// noAnswer says why there is none.
func (r reader) noAnswer(did release.Figure, there bool) answer {
	a := answer{Verdict: r.say("データが足りず、答えを出せません。", "Not enough data for an answer.")}
	w := r.primary()
	decides, planned := r.experiment.Wave(w.To)
	switch {
	case !there && planned && !slices.Contains(r.Waves, w.To):
		a.Verdict = r.say("答えはまだ出ていません。", "There is no answer yet.")
		said := r.say("この公表は、「%s」が終わる前のものです。問いの答えは、そのあとに出します。「%s」の締め切りは%sです。",
			"This release was made before the survey that decides, “%s”, was over. The closing time of “%s” is %s.",
			r.wave(w.To), r.wave(w.To), locale.Deadline(r.lang, decides.Close, r.experiment.Zone()))
		a.Said = []sentence{{{Words: said}}}
		return a
	case there && did.Status == release.Undefined:
		a.Verdict = r.say("この答えからは、差を計算できません。", "The difference cannot be computed from these answers.")
		if why := release.NoteText(did.Note).In(r.lang); why != "" {
			a.Said = []sentence{{{Words: r.say("%s。", "%s.", why)}}}
		}
		return a
	case there && did.Status != release.NotEnoughData && did.Status != release.TooFew && did.Status != release.Coarse:
		a.Verdict = r.say("答えは公表できません。", "The answer cannot be published.")
		a.Said = []sentence{r.tell(
			"公表すると、少人数の答えが推測できてしまうためです。",
			"Published, it would let readers infer the answers of a few people.")}
		return a
	}
	said := []sentence{r.tell(
		"参加者の変化を比較グループの変化と比べるには、前後とも答えた方が、それぞれ{0}名以上必要です。",
		"To compare the participants’ change with that of the comparison group, at least {0} people in each group must have answered both times.",
		r.count("limits.min_n_per_arm", r.Limits.MinNPerArm))}
	participants, comparison := r.people(did, false), r.people(did, true)
	if participants.Text != "" && comparison.Text != "" {
		said = append(said, r.tell(
			"今回は、参加者{0}名、比較グループ{1}名でした。",
			"There were {0} participants and {1} people in the comparison group.", participants, comparison))
	}
	a.Said = []sentence{r.paragraph(said), r.tell(
		"少ない人数で差を出しても偶然と見分けられず、また、ひとりひとりの答えが分かってしまうおそれがあります。",
		"With fewer, a difference could not be told from chance, and might tell the answers of single people.")}
	return a
}

// verdict is the answer in one line.
func (r reader) verdict(w waves, outcome string, did release.Figure) string {
	switch {
	case r.unsettled(w, outcome):
		return r.say("このデータからは、どちらとも言えません。", "The data do not settle it.")
	case r.zeroWithin(w, outcome):
		return r.say("参加者と比較グループの変化に、偶然とはっきり見分けられる差はありませんでした。", "Between the changes of participants and comparison group, no difference could be told clearly from chance.")
	case r.direction(did) > 0:
		return r.say("点の変化は、参加者のほうが比較グループよりも上向きでした。", "The scores of the participants moved up relative to those of the comparison group.")
	}
	return r.say("点の変化は、参加者のほうが比較グループよりも下向きでした。", "The scores of the participants moved down relative to those of the comparison group.")
}

// direction is the sign of the difference of two changes: of its t, where it is printed
// as zero; 0 where that is, too.
func (r reader) direction(did release.Figure) int {
	if *did.Value != 0 {
		return cmp.Compare(*did.Value, 0)
	}
	t, _ := r.value(analysis.Difference, "", did.Outcome, waves{did.From, did.To}, analysis.T)
	return cmp.Compare(t, 0)
}

// unsettled reports whether there are both ways of computing the difference, and they are
// not seen to agree in direction: one that is printed as zero may have either.
func (r reader) unsettled(w waves, outcome string) bool {
	did, ok := r.Figure(analysis.Difference, "", outcome, w.From, w.To, analysis.DID)
	ancova, hasAncova := r.value(analysis.Difference, "", outcome, w, analysis.AncovaB)
	return ok && did.Value != nil && hasAncova && r.direction(did)*cmp.Compare(ancova, 0) <= 0
}

// doubt says in a table that the data do not settle a difference.
func (r reader) doubt(w waves, outcome string) string {
	if !r.unsettled(w, outcome) {
		return ""
	}
	return r.say("どちらとも言えません", "not settled")
}

// zeroWithin reports whether the interval of the difference has zero in it, or is not
// shown. A limit that is printed as zero lies on either side of it: p tells.
func (r reader) zeroWithin(w waves, outcome string) bool {
	low, hasLow := r.value(analysis.Difference, "", outcome, w, analysis.CILow)
	high, hasHigh := r.value(analysis.Difference, "", outcome, w, analysis.CIHigh)
	if !hasLow || !hasHigh {
		return true
	}
	if low == 0 || high == 0 {
		p, hasP := r.value(analysis.Difference, "", outcome, w, analysis.P)
		return !hasP || p >= 0.05
	}
	return low < 0 && high > 0
}

// tellChange says how the scores of an arm changed; nothing where that is not shown.
func (r reader) tellChange(arm, outcome string, w waves) []sentence {
	f, ok := r.Figure(analysis.Change, arm, outcome, w.From, w.To, analysis.MeanChange)
	if !ok || f.Value == nil {
		return nil
	}
	held := ""
	if f.Status == release.Held {
		held = r.say("、第%d回公表と同じ数値", "; as in release %d", f.Since)
	}
	moved := r.say("ほとんど変わりませんでした({0}点、{1}名%s)。", "hardly changed ({0} points; {1} people%s).", held)
	switch {
	case *f.Value > 0:
		moved = r.say("{0}点上がりました({1}名%s)。", "rose by {0} points ({1} people%s).", held)
	case *f.Value < 0:
		moved = r.say("{0}点下がりました({1}名%s)。", "fell by {0} points ({1} people%s).", held)
	}
	who := r.say("比較グループでは、同じ期間に", "In the same time, that of the comparison group ")
	if arm == experiment.GroupParticipants {
		who = r.say("参加者の点(%s)は、「%s」から「%s」までに平均で", "The participants’ average score (%s) from “%s” to “%s” ", r.outcome(outcome), r.wave(w.From), r.wave(w.To))
	}
	return []sentence{r.tell(who+moved, who+moved, r.cell(f).size(), r.people(f, false))}
}

// tellDifference says the difference with its interval, in words.
func (r reader) tellDifference(did release.Figure) []sentence {
	c := r.cell(did)
	w := waves{did.From, did.To}
	low, high := r.figure(analysis.Difference, "", did.Outcome, w, analysis.CILow), r.figure(analysis.Difference, "", did.Outcome, w, analysis.CIHigh)
	if low.Text == "" || high.Text == "" {
		return []sentence{r.tell("2つの変化の差(参加者 − 比較グループ)は{0}点です。", "The difference of the two changes (participants − comparison group) is {0} points.", c)}
	}
	said := []sentence{r.tell(
		"2つの変化の差(参加者 − 比較グループ)は{0}点で、95%信頼区間は{1}点から{2}点です。",
		"The difference of the two changes (participants − comparison group) is {0} points, with a 95% interval from {1} to {2}.", c, low, high)}
	if r.zeroWithin(w, did.Outcome) {
		return append(said, r.tell(
			"信頼区間は、偶然のばらつきを見込んだ幅です。この幅には0(差がない)も含まれます。差がないと確かめられたわけでもありません。",
			"The interval allows for chance. It has 0 (no difference) in it. That does not show that there is none."))
	}
	l, _ := r.value(analysis.Difference, "", did.Outcome, w, analysis.CILow)
	h, _ := r.value(analysis.Difference, "", did.Outcome, w, analysis.CIHigh)
	if l == 0 || h == 0 {
		return append(said, r.tell(
			"信頼区間は、偶然のばらつきを見込んだ幅です。端の数値は丸めたもので、この幅に0(差がない)そのものは含まれません。",
			"The interval allows for chance. It does not have 0 (no difference) in it: its end is rounded."))
	}
	return append(said, r.tell(
		"信頼区間は、偶然のばらつきを見込んだ幅です。この幅に0(差がない)は含まれません。",
		"The interval allows for chance. It does not have 0 (no difference) in it."))
}

// tellAncova says the second way of computing the difference.
func (r reader) tellAncova(outcome string, w waves) []sentence {
	b := r.figure(analysis.Difference, "", outcome, w, analysis.AncovaB)
	if b.Text == "" {
		return nil
	}
	did, _ := r.value(analysis.Difference, "", outcome, w, analysis.DID)
	ancova, _ := r.value(analysis.Difference, "", outcome, w, analysis.AncovaB)
	switch {
	case !r.unsettled(w, outcome):
		return []sentence{r.tell(
			"はじめの点が同じ人どうしで比べる計算(共分散分析)では{0}点です。",
			"Comparing people with equal first scores (analysis of covariance), it is {0} points.", b)}
	case did*ancova < 0:
		return []sentence{r.tell(
			"はじめの点が同じ人どうしで比べる計算(共分散分析)では{0}点と、向きが反対になります。2つの計算の向きが食い違うため、どちらとも言えません。",
			"Comparing people with equal first scores (analysis of covariance), it is {0} points: the other way. As the two disagree in direction, the data do not settle it.", b)}
	}
	return []sentence{r.tell(
		"はじめの点が同じ人どうしで比べる計算(共分散分析)では{0}点です。0に近すぎて、2つの計算の向きが同じとは確かめられないため、どちらとも言えません。",
		"Comparing people with equal first scores (analysis of covariance), it is {0} points. So near 0, the two cannot be seen to agree in direction: the data do not settle it.", b)}
}
