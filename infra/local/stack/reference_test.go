package stack_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// expectedResults is what R computed of the reference file's people. Of a field that is
// null there, R has no value.
type expectedResults struct {
	Scores []struct {
		ID     string                         `json:"id"`
		Scores map[string]map[string]*float64 `json:"scores"` // by wave, then subscale
	} `json:"scores"`
	Alpha          map[string]map[string]any `json:"alpha_pre_all"`
	Paired         []map[string]any          `json:"paired_t_group"`
	DID            []map[string]any          `json:"did"`
	Response       []map[string]any          `json:"response"`
	Attrition      map[string]any            `json:"attrition_pre_post"`
	ReliableChange []map[string]any          `json:"reliable_change"`
}

// place is where a figure stands, in an analysis and in a release.
type place struct {
	section   analysis.Section
	arm       string
	outcome   string
	from, to  string
	statistic analysis.Statistic
}

// cell is one number of R's, and the figure that has to be equal to it.
type cell struct {
	place
	name string // as R's file has it
	want float64
}

// crowdCell is how many people R has behind a figure.
type crowdCell struct {
	place
	name       string
	comparison bool // those of the comparison group, of a figure of both arms
	want       int
}

// answeredCell is how many people R has answering a wave.
type answeredCell struct {
	wave, arm string
	want      int
}

// cells are all of R's numbers. What is not understood fails the test.
type cells struct {
	figures  []cell
	people   []crowdCell
	answered []answeredCell
	t        *testing.T
}

func (x expectedResults) cells(t *testing.T) cells {
	t.Helper()
	c := cells{t: t}
	for outcome, fields := range x.Alpha {
		c.row(fields, place{section: analysis.Reliability, outcome: outcome, to: "pre"}, analysis.Alpha, map[string]analysis.Statistic{
			"alpha": analysis.Alpha, "feldt95_low": analysis.CILow, "feldt95_high": analysis.CIHigh, "omega_total_1f": analysis.Omega,
		}, "omega_note")
	}
	c.rows(x.Paired, analysis.Change, experiment.GroupParticipants, analysis.MeanChange, map[string]analysis.Statistic{
		"mean_pre": analysis.MeanFrom, "mean_post": analysis.MeanTo, "mean_diff": analysis.MeanChange, "t": analysis.T, "df": analysis.DF,
		"p_t": analysis.P, "p_t_holm": analysis.PHolm, "ci95_low": analysis.CILow, "ci95_high": analysis.CIHigh, "d_z": analysis.DZ,
		"g_av": analysis.GAv, "g_av_ak_low": analysis.GAvLow, "g_av_ak_high": analysis.GAvHigh,
		"wilcoxon_v": analysis.V, "wilcoxon_p_exact": analysis.WilcoxonP, "rank_biserial": analysis.RankBiser,
	})
	c.rows(x.DID, analysis.Difference, "", analysis.DID, map[string]analysis.Statistic{
		"did": analysis.DID, "welch_t": analysis.T, "welch_df": analysis.DF, "welch_p": analysis.P, "welch_p_holm": analysis.PHolm,
		"welch_ci_low": analysis.CILow, "welch_ci_high": analysis.CIHigh, "d_ppc2": analysis.DPPC2, "baseline_g_s": analysis.BaselineG,
		"ancova_b": analysis.AncovaB, "ancova_p": analysis.AncovaP, "ancova_ci_low": analysis.AncovaLow, "ancova_ci_high": analysis.AncovaHigh,
	})
	c.rows(x.ReliableChange, analysis.ReliableChange, experiment.GroupParticipants, analysis.Increased, map[string]analysis.Statistic{
		"alpha": analysis.Alpha, "sd_pre_all": analysis.SD, "s_diff": analysis.SDifference,
		"reliable_increase": analysis.Increased, "no_reliable_change": analysis.Unchanged, "reliable_decrease": analysis.Decreased,
	})
	arms := map[string]string{"t": experiment.GroupParticipants, "c": experiment.GroupComparison}
	lost := place{section: analysis.Attrition, from: "pre", to: "post", statistic: analysis.Lost}
	for suffix, arm := range arms {
		lost.arm = arm
		c.figure("lost_"+suffix, x.Attrition["lost_"+suffix], lost)
	}
	c.figure("fisher_p", x.Attrition["fisher_p"], place{section: analysis.Attrition, from: "pre", to: "post", statistic: analysis.FisherP})
	c.only(x.Attrition, "lost_t", "lost_c", "fisher_p")
	for _, fields := range x.Response {
		wave, _ := fields["wave"].(string)
		for suffix, arm := range arms {
			c.answered = append(c.answered, answeredCell{wave, arm, c.whole("answered_"+suffix, fields["answered_"+suffix])})
		}
		c.only(fields, "wave", "answered_t", "answered_c")
	}
	return c
}

// rows are one row for each subscale, of the change from before to after.
func (c *cells) rows(rows []map[string]any, s analysis.Section, arm string, main analysis.Statistic, names map[string]analysis.Statistic) {
	for _, fields := range rows {
		outcome, _ := fields["subscale"].(string)
		c.row(fields, place{section: s, arm: arm, outcome: outcome, from: "pre", to: "post"}, main, names, "subscale")
	}
}

// row is the numbers of one place, and the people behind its main figure.
func (c *cells) row(fields map[string]any, at place, main analysis.Statistic, names map[string]analysis.Statistic, texts ...string) {
	for name, what := range names {
		at.statistic = what
		c.figure(name, fields[name], at)
	}
	at.statistic = main
	for _, name := range []string{"n_complete", "n_pairs", "n", "n_t", "n_c"} {
		if n, there := fields[name]; there {
			c.people = append(c.people, crowdCell{at, name, name == "n_c", c.whole(name, n)})
			texts = append(texts, name)
		}
	}
	c.only(fields, slices.Concat(texts, slices.Collect(maps.Keys(names)))...)
}

func (c *cells) figure(name string, value any, at place) {
	if value == nil {
		return // R has none
	}
	x, ok := value.(float64)
	if !ok {
		c.t.Errorf("%s is %v, which is not understood", name, value)
	}
	c.figures = append(c.figures, cell{at, name, x})
}

func (c *cells) whole(name string, value any) int {
	x, ok := value.(float64)
	if !ok || x != math.Trunc(x) {
		c.t.Errorf("%s is %v, which is not understood", name, value)
	}
	return int(x)
}

func (c *cells) only(fields map[string]any, known ...string) {
	for name := range fields {
		if !slices.Contains(known, name) {
			c.t.Errorf("%s is not understood", name)
		}
	}
}

// near reports whether a number is R's.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-8*math.Abs(want)+1e-12 }

// compareScores holds the answers in the table to the scores that R has of each person, and
// returns how many values it compared.
func (w *whole) compareScores() int {
	w.t.Helper()
	people, compared := map[string]*referencePerson{}, 0
	for _, p := range w.people {
		people[p.person] = p
	}
	want := map[string]map[string]map[string]*float64{}
	for _, one := range w.expected.Scores {
		want[one.ID] = one.Scores
	}
	for f, err := range w.table.Files(w.t.Context(), w.e.ID) {
		if err != nil {
			w.t.Fatal(err)
		}
		p := people[f.Person.ID]
		if f.Group() != p.Group {
			w.t.Errorf("%s is one of %q, want %s", p.ID, f.Group(), p.Group)
		}
		for wave, subscales := range want[p.ID] {
			r := f.Responses[wave]
			if answered := p.Answers[wave] != nil; answered != (r.Done != "") {
				w.t.Errorf("%s answered %s: %v", p.ID, wave, r.Done)
			}
			scores := w.core().Score(survey.Answers(r.Answers))
			for id, want := range subscales {
				score, _ := scores.Of(id)
				got, scored := score.Mean()
				if scored != (want != nil) || scored && !near(got, *want) {
					w.t.Errorf("%s of %s in %s is %v", id, p.ID, wave, got)
				}
				compared++
			}
		}
	}
	return compared
}

// core is the instrument that is scored.
func (w *whole) core() *survey.Instrument {
	i, ok := w.instruments.Current("career_ownership_core")
	if !ok {
		w.t.Fatal("there is no such instrument")
	}
	return i
}

// compareAnalysis holds the stored analysis to all of R's numbers, and returns how many
// values it compared.
func (w *whole) compareAnalysis(c cells) (analysis.Result, int) {
	w.t.Helper()
	stored, err := w.table.LastAnalysis(w.t.Context(), w.e.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := analysis.ParseResult(stored.Content)
	if err != nil {
		w.t.Fatal(err)
	}
	if stored.By != "" || len(r.Waves) != len(w.e.Waves) {
		w.t.Errorf("the analysis is of %v, by %q; it is the schedule's, of all waves", r.Waves, stored.By)
	}
	for _, one := range c.figures {
		f, ok := r.Figure(one.section, one.arm, one.outcome, one.from, one.to, one.statistic)
		if got, known := f.Value.Value(); !ok || !known || !near(got, one.want) {
			w.t.Errorf("%s of %+v is %v, and R's is %v", one.name, one.place, f.Value, one.want)
		}
	}
	for _, one := range c.people {
		f, _ := r.Figure(one.section, one.arm, one.outcome, one.from, one.to, one.statistic)
		n := 0
		if of := len(f.Sets); of > 0 && one.comparison {
			n = r.Sets[f.Sets[of-1]].N
		} else if of > 0 {
			n = r.Sets[f.Sets[0]].N
		}
		if n != one.want {
			w.t.Errorf("%s of %+v is %d, and R's is %d", one.name, one.place, n, one.want)
		}
	}
	w.compareAnswered(c, r.Flow)
	return r, len(c.figures) + len(c.people) + len(c.answered)
}

func (w *whole) compareAnswered(c cells, flow analysis.Flow) {
	w.t.Helper()
	answered := map[answeredCell]int{}
	for _, count := range flow.Waves {
		answered[answeredCell{wave: count.Wave, arm: count.Arm}] = count.Answered
	}
	for _, one := range c.answered {
		if n := answered[answeredCell{wave: one.wave, arm: one.arm}]; n != one.want {
			w.t.Errorf("%d of %s answered %s, and R has %d", n, one.arm, one.wave, one.want)
		}
	}
}
