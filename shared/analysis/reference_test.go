package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"livinglab/shared/analysis"
	"livinglab/shared/survey"
)

// referenceFile is a whole experiment, computed with R 4.2.2; the file says its conventions.
const referenceFile = "../stats/testdata/reference/endtoend_experiment.json"

type reference struct {
	Input struct {
		Subscales map[string][]int
		Persons   []struct {
			ID      string
			Group   string
			Answers map[string][]*int
		}
	}
	Expected map[string]any
}

func readReference(t *testing.T) reference {
	t.Helper()
	content, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []reference }
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(&file); err != nil || len(file.Cases) != 1 {
		t.Fatalf("the reference is not one case: %v", err)
	}
	return file.Cases[0]
}

// subjects are the persons of the reference, answering the shipped instrument.
func (r reference) subjects(t *testing.T, core *survey.Instrument) []analysis.Subject {
	t.Helper()
	var all []analysis.Subject
	for _, person := range r.Input.Persons {
		s := analysis.Subject{ID: person.ID, Arm: person.Group, Responses: map[string]analysis.Response{}}
		for wave, points := range person.Answers {
			answers := survey.Answers{}
			for _, scale := range core.Subscales {
				for n, item := range scale.Items {
					if x := points[r.Input.Subscales[scale.ID][n]-1]; x != nil {
						answers[item] = []string{strconv.Itoa(typed(core, item, *x))}
					}
				}
			}
			s.Responses[wave] = analysis.Response{Editions: map[string]int{core.ID: core.Version}, Answers: answers}
		}
		all = append(all, s)
	}
	return all
}

// typed is what a person chose whose answer counts so many points.
func typed(core *survey.Instrument, item string, points int) int {
	it, _ := core.Item(item)
	if smallest, largest := it.Range(); it.Reverse {
		return smallest + largest - points
	}
	return points
}

// examination is the comparison of a result with what is expected.
type examination struct {
	analysis.Result
	compared int
	problems []string
}

func TestAWholeExperimentComesOutAsInR(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := readReference(t)
	e := &examination{Result: w.run(r.subjects(t, w.core)...)}
	understood := map[string]func(any){
		"scores": func(any) {}, // of single people, which no analysis shows: package survey holds them to the reference
		"alpha_pre_all": func(want any) {
			for outcome, fields := range want.(map[string]any) {
				e.row(fields, e.at(analysis.Reliability, "", outcome, "", "pre"), analysis.Alpha, map[string]analysis.Statistic{
					"alpha": analysis.Alpha, "feldt95_low": analysis.CILow, "feldt95_high": analysis.CIHigh, "omega_total_1f": analysis.Omega,
				}, "omega_note")
			}
		},
		"paired_t_group": e.rows(analysis.Change, "T", analysis.MeanChange, map[string]analysis.Statistic{
			"mean_pre": analysis.MeanFrom, "mean_post": analysis.MeanTo, "mean_diff": analysis.MeanChange, "t": analysis.T, "df": analysis.DF,
			"p_t": analysis.P, "p_t_holm": analysis.PHolm, "ci95_low": analysis.CILow, "ci95_high": analysis.CIHigh, "d_z": analysis.DZ,
			"g_av": analysis.GAv, "g_av_ak_low": analysis.GAvLow, "g_av_ak_high": analysis.GAvHigh,
			"wilcoxon_v": analysis.V, "wilcoxon_p_exact": analysis.WilcoxonP, "rank_biserial": analysis.RankBiser,
		}),
		"did": e.rows(analysis.Difference, "", analysis.DID, map[string]analysis.Statistic{
			"did": analysis.DID, "welch_t": analysis.T, "welch_df": analysis.DF, "welch_p": analysis.P, "welch_p_holm": analysis.PHolm,
			"welch_ci_low": analysis.CILow, "welch_ci_high": analysis.CIHigh, "d_ppc2": analysis.DPPC2, "baseline_g_s": analysis.BaselineG,
			"ancova_b": analysis.AncovaB, "ancova_p": analysis.AncovaP, "ancova_ci_low": analysis.AncovaLow, "ancova_ci_high": analysis.AncovaHigh,
		}),
		"reliable_change": e.rows(analysis.ReliableChange, "T", analysis.Increased, map[string]analysis.Statistic{
			"alpha": analysis.Alpha, "sd_pre_all": analysis.SD, "s_diff": analysis.SDifference,
			"reliable_increase": analysis.Increased, "no_reliable_change": analysis.Unchanged, "reliable_decrease": analysis.Decreased,
		}),
		"attrition_pre_post": func(want any) {
			fields := want.(map[string]any)
			e.value("lost_t", fields["lost_t"], e.at(analysis.Attrition, "T", "", "pre", "post")(analysis.Lost))
			e.value("lost_c", fields["lost_c"], e.at(analysis.Attrition, "C", "", "pre", "post")(analysis.Lost))
			e.value("fisher_p", fields["fisher_p"], e.at(analysis.Attrition, "", "", "pre", "post")(analysis.FisherP))
			e.only(fields, "lost_t", "lost_c", "fisher_p")
		},
		"response": func(want any) {
			for _, one := range want.([]any) {
				fields := one.(map[string]any)
				for _, arm := range []string{"T", "C"} {
					e.number("answered", fields["answered_"+strings.ToLower(arm)], float64(e.answered(fields["wave"].(string), arm)))
				}
				e.only(fields, "wave", "answered_t", "answered_c")
			}
		},
	}
	for _, key := range slices.Sorted(maps.Keys(r.Expected)) {
		compare, ok := understood[key]
		if !ok {
			t.Errorf("%s is not understood", key)
			continue
		}
		compare(r.Expected[key])
	}
	for _, problem := range e.problems {
		t.Error(problem)
	}
	t.Logf("%d values compared", e.compared)
	if e.compared < 187 {
		t.Errorf("only %d values were compared", e.compared)
	}
}

func (e *examination) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Sprintf(format, args...))
}

// at returns the figures of a row.
func (e *examination) at(s analysis.Section, arm, outcome, from, to string) func(analysis.Statistic) analysis.Figure {
	return func(what analysis.Statistic) analysis.Figure {
		f, ok := e.Figure(s, arm, outcome, from, to, what)
		if !ok {
			e.problem("there is no %s of %s/%s/%s/%s/%s", what, s, arm, outcome, from, to)
		}
		return f
	}
}

// rows compares one row for each subscale, from pre to post.
func (e *examination) rows(s analysis.Section, arm string, main analysis.Statistic, names map[string]analysis.Statistic) func(any) {
	return func(want any) {
		for _, fields := range want.([]any) {
			e.row(fields, e.at(s, arm, fields.(map[string]any)["subscale"].(string), "pre", "post"), main, names, "subscale")
		}
	}
}

// row compares every expected value of a row; the people behind its main figure are among
// them.
func (e *examination) row(want any, at func(analysis.Statistic) analysis.Figure, main analysis.Statistic, names map[string]analysis.Statistic, texts ...string) {
	fields := want.(map[string]any)
	for name, what := range names {
		e.value(name, fields[name], at(what))
	}
	sets := at(main).Sets
	for name, n := range map[string]int{"n_complete": 0, "n_pairs": 0, "n": 0, "n_t": 0, "n_c": 1} {
		if _, ok := fields[name]; ok {
			e.number(name, fields[name], float64(e.Sets[sets[n]].N))
			texts = append(texts, name)
		}
	}
	e.only(fields, slices.Concat(texts, slices.Collect(maps.Keys(names)))...)
}

// only reports what is expected and was not looked at.
func (e *examination) only(fields map[string]any, known ...string) {
	for name := range fields {
		if !slices.Contains(known, name) {
			e.problem("%s is not understood", name)
		}
	}
}

func (e *examination) value(name string, want any, got analysis.Figure) {
	x, ok := got.Value.Value()
	if !ok {
		e.problem("%s of %v: %v is expected, got %s", name, got, want, got.Value.Status())
		return
	}
	e.number(name, want, x)
}

func (e *examination) number(name string, want any, got float64) {
	e.compared++
	x, ok := want.(float64)
	if !ok || math.Abs(got-x) > 1e-8*math.Abs(x) {
		e.problem("%s: %v is expected, got %v", name, want, got)
	}
}

func (e *examination) answered(wave, arm string) int {
	for _, w := range e.Flow.Waves {
		if w.Wave == wave && w.Arm == arm {
			return w.Answered
		}
	}
	return 0
}
