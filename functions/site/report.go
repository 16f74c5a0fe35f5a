package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/survey"
)

// report is what the page of a release shows.
type report struct {
	*release.Release
	Experiment *experiment.Experiment
	Doubtful   bool // whether there is a later release could not be asked
	Answer     answer
	Asked      asked
	Flow       []counted
	Arms       figureTable
	Contrasts  []contrast
	Slopes     []slope
	Means      figureTable
	Tables     []figureTable
	Withheld   []mark
	HeldSince  []int
	Plan       planView
	Citation   string
	Path       string // of the page
}

// counted is a number of people with what it counts.
type counted struct {
	What string
	Cell cell
	Unit string
}

// contrast is a comparison between two waves.
type contrast struct {
	Forest forest
	Table  changeTable
}

// asked is what people were, or will be, asked.
type asked struct {
	Instruments []askedInstrument
	Waves       []askedWave
	Scales      []survey.Scale
	Smallest    int // point of the scale
	Largest     int
	Caution     locale.Text
}

type askedInstrument struct {
	Title   locale.Text
	Version int
	Hash    string
	Source  string // of a scale that others have published
}

type askedWave struct {
	Title  locale.Text
	When   string // from which day to which
	Groups []locale.Text
	Mark   bool // the dates stand in for ones that are not known
}

// planView is a plan of analysis in words.
type planView struct {
	analysis.Plan
	Primary     string
	Waves       waves
	Secondary   []string
	Descriptive []string
	Before      string    // the wave before which it is frozen
	Due         time.Time // when that opens
	Late        bool      // it was frozen after that
	Analyzed    bool      // by it, so that it is too late to freeze it
	Deviations  []analysis.Deviation
}

// expectation is what the page shows before the first release.
type expectation struct {
	Experiment *experiment.Experiment
	Stage      stage
	Late       bool // the expected day has passed
	Asked      asked
	Plan       planView
}

// read returns a reader of a release; of none for what needs no figure.
func (h *handler) read(e *experiment.Experiment, of *release.Release, lang locale.Lang) reader {
	r := reader{Release: of, experiment: e, lang: lang}
	for _, i := range of.Instruments {
		if edition, ok := h.instruments.Edition(i.ID, i.Version); ok && len(edition.Subscales) > 0 {
			r.instrument = edition
		}
	}
	return r
}

// report builds the page of a release, as it is reached at a site.
func (h *handler) report(e *experiment.Experiment, last published, site string, lang locale.Lang) report {
	r := h.read(e, last.release, lang)
	view := report{
		Release: r.Release, Experiment: e, Doubtful: last.doubtful != nil,
		Answer: r.answer(), Asked: h.asked(r), Flow: r.flow(), Arms: r.arms(),
		Slopes: r.slopes(r.primary()), Means: r.meanTable(r.primary()), Tables: r.tables(),
		Withheld: r.withheld(), HeldSince: r.held(), Plan: r.plan(r.Release.Plan, r.Deviations),
		Path: resultsPath(e),
	}
	view.Plan.Analyzed = true
	view.Citation = r.citation(site + view.Path)
	for n, w := range r.contrasts() {
		if f := r.forest(w, "forest-"+strconv.Itoa(n+1)); f != nil && (f.Shows || n == 0) {
			view.Contrasts = append(view.Contrasts, contrast{*f, r.changeTable(w)})
		}
	}
	return view
}

// expect builds the page before the first release: what will be asked, and how it will
// be analyzed.
func (h *handler) expect(e *experiment.Experiment, frozen *analysis.Plan, now time.Time, lang locale.Lang) expectation {
	plan := analysis.Plan{AnalysisPlan: e.Analysis}
	var deviations []analysis.Deviation
	if frozen != nil {
		plan, deviations = *frozen, analysis.Deviations(frozen.AnalysisPlan, e.Analysis)
	}
	of := release.Release{Plan: plan}
	for _, w := range e.Waves {
		of.Waves = append(of.Waves, w.ID)
		for _, id := range w.Instruments {
			if i, ok := h.instruments.Current(id); ok && !slices.ContainsFunc(of.Instruments, func(i analysis.Instrument) bool { return i.ID == id }) {
				of.Instruments = append(of.Instruments, analysis.Instrument{ID: id, Version: i.Version, Hash: i.Hash()})
			}
		}
	}
	r := h.read(e, &of, lang)
	return expectation{
		Experiment: e, Stage: stageOf(e, now), Late: !now.Before(e.Publication.Expected.AddDays(1).In(e.Zone())),
		Asked: h.asked(r), Plan: r.plan(plan, deviations),
	}
}

// asked says what the waves of a release asked, and of whom.
func (h *handler) asked(r reader) asked {
	var a asked
	for _, i := range r.Instruments {
		view := askedInstrument{Title: locale.Text{JA: i.ID, EN: i.ID}, Version: i.Version, Hash: i.Hash}
		if edition, ok := h.instruments.Edition(i.ID, i.Version); ok {
			view.Title, view.Source = edition.Title, edition.Source
		}
		a.Instruments = append(a.Instruments, view)
	}
	for _, w := range r.experiment.Waves {
		view := askedWave{
			Title: w.Title, Mark: r.experiment.IsPlaceholder("waves[" + w.ID + "].open"),
			When: locale.Day(r.lang, w.Open.In(r.experiment.Zone())) + " – " + locale.Day(r.lang, w.Close.Add(-time.Nanosecond).In(r.experiment.Zone())),
		}
		for _, g := range r.experiment.Groups {
			if r.experiment.ForGroup(w, g.ID) {
				view.Groups = append(view.Groups, g.Title)
			}
		}
		a.Waves = append(a.Waves, view)
	}
	if r.instrument != nil {
		for _, outcome := range r.outcomes() {
			if s, ok := r.scale(outcome); ok {
				a.Scales = append(a.Scales, s)
			}
		}
		a.Caution = r.instrument.Caution
		a.Smallest, a.Largest = r.points()
	}
	return a
}

// flow counts people from the first contact to the end of the side jobs.
func (r reader) flow() []counted {
	var all []counted
	for _, c := range []struct {
		ja, en, key string
		n           int
	}{
		{"説明会に登録", "Registered for a briefing", "registered", r.Flow.Registered},
		{"応募", "Applied", "applied", r.Flow.Applied},
		{"うち応募を取り下げ", "of them, withdrew", "withdrew", r.Flow.Withdrew},
		{"研究に協力", "Agreed to the research", "agreed", r.Flow.Agreed},
		{"副業の提案を受けた", "Were offered a side job", "offered", r.Flow.Offered},
		{"承諾", "Accepted", "accepted", r.Flow.Accepted},
		{"副業を始めた", "Started", "started", r.Flow.Started},
		{"うち途中で終えた", "of them, ended early", "ended_early", r.Flow.EndedEarly},
		{"最後まで続けた", "Completed", "completed", r.Flow.Completed},
	} {
		all = append(all, counted{r.say(c.ja, c.en), r.count("flow."+c.key, c.n), r.say("名", "")})
	}
	return all
}

// arms is who answered each wave, of whom it was for, by arm.
func (r reader) arms() figureTable {
	t := figureTable{Columns: []string{r.say("人数", "People")}}
	var order []string
	for i, c := range r.Flow.Waves {
		if i == 0 || r.Flow.Waves[i-1].Wave != c.Wave {
			order = append(order, c.Wave)
			t.Columns = append(t.Columns, r.wave(c.Wave))
		}
	}
	for n, arm := range r.Flow.Arms {
		row := figureRow{Head: []string{r.arm(arm.Arm)}, Cells: [][]cell{{r.count("flow.arms."+strconv.Itoa(n)+".n", arm.N)}}}
		for _, wave := range order {
			row.Cells = append(row.Cells, r.answered(wave, arm.Arm))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// answered returns how many people of an arm answered a wave, and of how many; nothing
// if the wave was not for the arm.
func (r reader) answered(wave, arm string) []cell {
	for i, c := range r.Flow.Waves {
		if c.Wave == wave && c.Arm == arm {
			at := "flow.waves." + strconv.Itoa(i)
			return []cell{r.count(at+".answered", c.Answered), r.count(at+".asked", c.Asked)}
		}
	}
	return nil
}

// plan puts a plan in words.
func (r reader) plan(p analysis.Plan, deviations []analysis.Deviation) planView {
	view := planView{Plan: p, Primary: r.outcome(p.Primary.Outcome), Waves: r.primary(), Deviations: deviations}
	view.Waves.From, view.Waves.To = r.wave(view.Waves.From), r.wave(view.Waves.To)
	for _, o := range p.Secondary.Outcomes {
		view.Secondary = append(view.Secondary, r.outcome(o))
	}
	for _, d := range p.Descriptive {
		view.Descriptive = append(view.Descriptive, r.descriptive(d))
	}
	if w, ok := r.experiment.Wave(strings.TrimSuffix(p.FrozenBefore, ".open")); ok {
		view.Before, view.Due = w.Title.In(r.lang), w.Open
		view.Late = p.Frozen.After(w.Open)
	}
	return view
}

// descriptive says what one of the plan's descriptive analyses is.
func (r reader) descriptive(code string) string {
	switch code {
	case "paired_change_T":
		return r.say("参加者自身の変化と95%信頼区間", "The participants’ own change with its 95% interval")
	case "g_av_ci":
		return r.say("変化の大きさ(g_av)と95%信頼区間", "The size of the change (g_av) with its 95% interval")
	case "wilcoxon_exact":
		return r.say("ウィルコクソンの符号付順位検定と順位双列相関", "Wilcoxon’s signed-rank test and the rank-biserial correlation")
	case "ancova":
		return r.say("共分散分析", "Analysis of covariance")
	case "attrition":
		return r.say("途中で答えなくなった方の表", "Who stopped answering")
	case "alpha_omega":
		return r.say("質問のまとまり(αとω)", "Reliability (alpha and omega)")
	case "reliable_change":
		return r.say("測定の誤差を超える変化", "Change beyond the error of measurement")
	}
	return code
}

// citation is a line to cite the release by.
func (r reader) citation(address string) string {
	e := r.experiment
	day := r.Approved.In(e.Zone())
	madeUp := ""
	if r.MadeUp {
		madeUp = r.say("【架空データ】", "[made-up data] ")
	}
	return r.say("%s（%d）%s「%s」結果 第%d回公表（%s） %s", "%s (%d). %s%s: results, release %d, %s. %s",
		e.Lab.Name.In(r.lang), day.Year(), madeUp, e.Title.In(r.lang), r.Number, locale.Day(r.lang, day), address)
}
