// Package analysis computes what the plan of an experiment asks of its surveys: from the
// answers of people to figures, each with the people whom it rests on.
//
// People come one at a time and nobody is kept: see package stats. What leaves this
// package is exact and for staff alone; package release decides what of it may be shown.
package analysis

import (
	"encoding/json"
	"iter"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/stats"
	"livinglab/shared/survey"
)

// Subject is a person with the surveys that the person has finished. Unfinished ones do
// not count: nobody has sent them.
type Subject struct {
	ID        string // the pseudonym
	Arm       string // experiment.GroupParticipants or GroupComparison; "" is in no figure
	Region    string // of the side job, for participants
	Responses map[string]Response
}

// Response is what a person answered in one wave.
type Response struct {
	Editions map[string]int // version by instrument
	Answers  survey.Answers
}

// Input is what an analysis is made from.
type Input struct {
	Experiment  *experiment.Experiment
	Plan        Plan
	Instruments survey.Set
	Flow        Flow
	At          time.Time
	Subjects    iter.Seq2[Subject, error]
}

// Plan is the plan by which figures are computed, as it was frozen.
type Plan struct {
	experiment.AnalysisPlan
	Hash   string    `json:"hash"`            // see [Hash]
	Frozen time.Time `json:"frozen,omitzero"` // zero: it is not frozen yet
	File   string    `json:"file,omitempty"`  // hash of the experiment's file when it was
}

// Flow counts people from the first contact to the last wave. Counts of people are no
// answers, and are public.
type Flow struct {
	Registered int `json:"registered"` // for a briefing
	Applied    int `json:"applied"`
	Withdrew   int `json:"withdrew"` // their application
	Agreed     int `json:"agreed"`   // take part in the research, or did until they left it
	Offered    int `json:"offered"`
	Accepted   int `json:"accepted"`
	Started    int `json:"started"`
	EndedEarly int `json:"ended_early"`
	Completed  int `json:"completed"`

	Arms  []ArmCount  `json:"arms"`  // in the order of the file's groups
	Waves []WaveCount `json:"waves"` // by wave, then arm, of those that the wave is for
}

// ArmCount is how many people an arm has.
type ArmCount struct {
	Arm string `json:"arm"`
	N   int    `json:"n"`
}

// WaveCount is how many people of an arm a wave was for, and how many of them sent it.
type WaveCount struct {
	Wave     string `json:"wave"`
	Arm      string `json:"arm"`
	Asked    int    `json:"asked"`
	Answered int    `json:"answered"`
}

// Section is a kind of figure.
type Section string

// The sections.
const (
	Wave           Section = "wave"            // scores in one wave (To), of all who have them
	Change         Section = "change"          // within an arm, from one wave to another
	Difference     Section = "difference"      // of the two arms' changes
	Reliability    Section = "reliability"     // of a scale in one wave (To), of both arms
	Attrition      Section = "attrition"       // who answered From and not To
	ReliableChange Section = "reliable_change" // people whose change is larger than the error of measurement
)

// Statistic is what a figure is. Its values are the names in every file that is published.
type Statistic string

// The statistics, by section. "Points" are those of the answers, whose means the scores
// are; what has another unit or none says so. An interval is of 95 %, and p two-sided.
// Formulas and sources stand at the functions of package stats that are named here.
const (
	// Of a wave.
	Mean Statistic = "mean" // of the scores, in points; Σx/n
	SD   Statistic = "sd"   // of the scores, in points; with n - 1. Of reliable change: of everybody in From

	// Of a change: those of the people who have both scores (stats.Pairs).
	MeanFrom    Statistic = "mean_from"   // of their scores before, in points
	SDFrom      Statistic = "sd_from"     // in points
	MeanTo      Statistic = "mean_to"     // of their scores after, in points
	SDTo        Statistic = "sd_to"       // in points
	MeanChange  Statistic = "mean_change" // To less From, in points: positive where scores rise
	SDChange    Statistic = "sd_change"   // in points
	Correlation Statistic = "correlation" // Pearson's r of before and after; no unit

	// Of the section's main figure: of a change in points (stats.PairedTTest), of a
	// difference in points (stats.WelchTTest), of alpha without a unit (Feldt,
	// stats.CronbachAlpha), of a share from 0 to 1 (stats.Wilson).
	CILow  Statistic = "ci_low"
	CIHigh Statistic = "ci_high"

	// Of the test of a change (stats.PairedTTest) or a difference (stats.WelchTTest).
	T     Statistic = "t"      // estimate/standard error; no unit
	DF    Statistic = "df"     // degrees of freedom; of a difference Satterthwaite's, which are not whole
	P     Statistic = "p"      // from 0 to 1
	PHolm Statistic = "p_holm" // adjusted over the plan's secondary outcomes (stats.Holm); of those alone

	// The mean change in standard deviations (stats.StandardizeChange).
	DZ      Statistic = "d_z" // of the change; Cumming 2012
	DZLow   Statistic = "d_z_low"
	DZHigh  Statistic = "d_z_high"
	DAv     Statistic = "d_av" // root mean square of before and after; limits after Algina and Keselman 2003
	DAvLow  Statistic = "d_av_low"
	DAvHigh Statistic = "d_av_high"
	GAv     Statistic = "g_av" // d_av with Hedges' correction, of n - 1 degrees of freedom
	GAvLow  Statistic = "g_av_low"
	GAvHigh Statistic = "g_av_high"

	// Of the signed ranks of the changes (stats.SignedRankTest).
	V         Statistic = "wilcoxon_v"    // sum of the ranks of the rises, a multiple of 0.5; no unit
	WilcoxonP Statistic = "wilcoxon_p"    // from 0 to 1; Note says how it was computed
	RankBiser Statistic = "rank_biserial" // from -1 to 1; Kerby 2014

	// Of a difference, the participants' change less the comparison group's: its test is
	// T, DF, P, PHolm, CILow and CIHigh.
	DID           Statistic = "did"        // of the mean changes, in points
	DPPC2         Statistic = "d_ppc2"     // in standard deviations before (stats.DifferenceInDifferences); Morris 2008
	BaselineG     Statistic = "baseline_g" // of the scores before, in standard deviations (stats.StandardizeDifference)
	AncovaB       Statistic = "ancova_b"   // after, between people equal before, in points (stats.AnalyzeCovariance)
	AncovaP       Statistic = "ancova_p"
	AncovaLow     Statistic = "ancova_ci_low"
	AncovaHigh    Statistic = "ancova_ci_high"
	AncovaHC3Low  Statistic = "ancova_hc3_ci_low" // without one residual variance; MacKinnon and White 1985
	AncovaHC3High Statistic = "ancova_hc3_ci_high"
	AncovaHC3P    Statistic = "ancova_hc3_p"
	SlopesP       Statistic = "slopes_p" // of the groups having one slope, which ANCOVA assumes

	// Of a reliability: of who answered all items of the scale. Up to 1; no unit.
	Alpha Statistic = "alpha" // stats.CronbachAlpha
	Omega Statistic = "omega" // stats.McDonaldOmega; undefined on a Heywood case

	// Of attrition (stats.CompareAttrition): in people, and a share of them.
	Answered    Statistic = "answered"     // people who sent From
	Lost        Statistic = "lost"         // of them, who did not send To
	Share       Statistic = "share"        // lost/answered, from 0 to 1
	FisherP     Statistic = "fisher_p"     // of the arms losing alike (stats.FisherExact)
	MeanStayers Statistic = "mean_stayers" // scores in From of who sent To, in points
	MeanLeavers Statistic = "mean_leavers" // and of who did not
	SDStayers   Statistic = "sd_stayers"   // of those scores, in points: whether they answered alike; never released
	SDLeavers   Statistic = "sd_leavers"

	// Of reliable change (stats.NewReliableChange, Jacobson and Truax 1991), by the SD and
	// the Alpha of everybody in From, which stand beside it.
	Increased      Statistic = "reliable_increase" // people
	Unchanged      Statistic = "no_reliable_change"
	Decreased      Statistic = "reliable_decrease"
	SEM            Statistic = "sem"             // standard error of one measurement, in points
	SDifference    Statistic = "s_difference"    // of a difference of two, in points
	SmallestChange Statistic = "smallest_change" // that is reliable, in points
)

// Figure is one number of an analysis.
type Figure struct {
	Section   Section      `json:"section"`
	Outcome   string       `json:"outcome,omitempty"` // a subscale or the total; "" for what is of no scale
	Arm       string       `json:"arm,omitempty"`     // "" for both
	Region    string       `json:"region,omitempty"`  // "" for all
	From      string       `json:"from,omitempty"`    // waves
	To        string       `json:"to,omitempty"`
	Statistic Statistic    `json:"statistic"`
	Value     stats.Number `json:"value"`
	Note      string       `json:"note,omitempty"` // of wilcoxon_p: how it was computed (stats.Method)
	Sets      []int        `json:"sets,omitempty"` // whom it rests on, as indexes of Result.Sets
}

// Set is people whose answers are behind figures.
type Set struct {
	Arm     string   `json:"arm,omitempty"`
	Region  string   `json:"region,omitempty"`
	Outcome string   `json:"outcome,omitempty"`
	Waves   []string `json:"waves"`             // they have a score in each of these or, without an outcome, sent each
	With    string   `json:"with,omitempty"`    // and sent this wave, with or without a score
	Without string   `json:"without,omitempty"` // and did not send this wave
	Whole   bool     `json:"whole,omitempty"`   // and answered every item of the outcome
	N       int      `json:"n"`
	People  Sketch   `json:"people"`
}

// Result is an analysis.
type Result struct {
	Experiment  string       `json:"experiment"`
	At          time.Time    `json:"at"`
	File        string       `json:"file"` // hash of the experiment's file
	Plan        Plan         `json:"plan"`
	Instruments []Instrument `json:"instruments"` // that were scored, in the versions that people answered
	Smallest    int          `json:"smallest"`    // point of their answers, and so of their scores
	Largest     int          `json:"largest"`     // 0, as Smallest is, if nobody answered
	Waves       []string     `json:"waves"`       // that had closed
	Flow        Flow         `json:"flow"`
	Sets        []Set        `json:"sets"`
	Figures     []Figure     `json:"figures"`
}

// Instrument is one version of a questionnaire.
type Instrument struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// JSON is the result as it is stored; ParseResult reads it.
func (r Result) JSON() ([]byte, error) { return json.Marshal(r) }

// ParseResult reads what JSON wrote.
func ParseResult(data []byte) (Result, error) {
	var r Result
	err := json.Unmarshal(data, &r)
	return r, err
}

// Figure returns the number of a section and whether the analysis has it.
func (r Result) Figure(s Section, arm, outcome, from, to string, what Statistic) (Figure, bool) {
	for _, f := range r.Figures {
		if f.Section == s && f.Arm == arm && f.Region == "" && f.Outcome == outcome && f.From == from && f.To == to && f.Statistic == what {
			return f, true
		}
	}
	return Figure{}, false
}
