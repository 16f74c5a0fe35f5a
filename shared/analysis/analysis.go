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

// The statistics, by section. Where none is named after the figure, it is in points of the
// scale or has no unit; package stats has formulas and sources.
const (
	// Of a wave, and of the people of a change before (From) and after (To).
	Mean     Statistic = "mean"
	SD       Statistic = "sd"
	MeanFrom Statistic = "mean_from"
	SDFrom   Statistic = "sd_from"
	MeanTo   Statistic = "mean_to"
	SDTo     Statistic = "sd_to"

	// Of a change: the mean change with its paired t test.
	MeanChange  Statistic = "mean_change"
	SDChange    Statistic = "sd_change"
	CILow       Statistic = "ci_low"  // of the section's main figure: change, difference, alpha, share
	CIHigh      Statistic = "ci_high" // 95 %
	T           Statistic = "t"
	DF          Statistic = "df"
	P           Statistic = "p"
	PHolm       Statistic = "p_holm" // adjusted over the plan's secondary outcomes
	Correlation Statistic = "correlation"
	DZ          Statistic = "d_z"
	DZLow       Statistic = "d_z_low"
	DZHigh      Statistic = "d_z_high"
	DAv         Statistic = "d_av"
	DAvLow      Statistic = "d_av_low"
	DAvHigh     Statistic = "d_av_high"
	GAv         Statistic = "g_av"
	GAvLow      Statistic = "g_av_low"
	GAvHigh     Statistic = "g_av_high"
	V           Statistic = "wilcoxon_v"
	WilcoxonP   Statistic = "wilcoxon_p"
	RankBiser   Statistic = "rank_biserial"

	// Of a difference: of the mean changes, by Welch's test (T, DF, P, PHolm, CILow, CIHigh).
	DID           Statistic = "did"
	DPPC2         Statistic = "d_ppc2"
	BaselineG     Statistic = "baseline_g" // of the scores before
	AncovaB       Statistic = "ancova_b"
	AncovaP       Statistic = "ancova_p"
	AncovaLow     Statistic = "ancova_ci_low"
	AncovaHigh    Statistic = "ancova_ci_high"
	AncovaHC3Low  Statistic = "ancova_hc3_ci_low"
	AncovaHC3High Statistic = "ancova_hc3_ci_high"
	AncovaHC3P    Statistic = "ancova_hc3_p"
	SlopesP       Statistic = "slopes_p" // of unequal slopes

	Alpha Statistic = "alpha"
	Omega Statistic = "omega"

	// Of attrition: people, and a share of 0 to 1 (CILow, CIHigh after Wilson).
	Answered    Statistic = "answered" // From
	Lost        Statistic = "lost"     // of them, without To
	Share       Statistic = "share"
	FisherP     Statistic = "fisher_p"     // of both arms
	MeanStayers Statistic = "mean_stayers" // scores in From
	MeanLeavers Statistic = "mean_leavers"

	// Of reliable change: people, and points.
	Increased      Statistic = "reliable_increase"
	Unchanged      Statistic = "no_reliable_change"
	Decreased      Statistic = "reliable_decrease"
	SEM            Statistic = "sem"
	SDifference    Statistic = "s_difference"
	SmallestChange Statistic = "smallest_change"
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
	Waves   []string `json:"waves"`             // they have a score in each of these, which figures tell of
	Without string   `json:"without,omitempty"` // and did not send this wave
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
