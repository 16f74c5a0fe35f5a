// Package release decides what of an analysis may be shown to everybody, and is the form
// in which it is shown: the page, results.json, results.csv and the codebook say what a
// [Release] says, and nothing else.
//
// What is not shown is said, with its reason. A release never changes after it was made.
package release

import (
	"time"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

// Release is one frozen, published set of results.
type Release struct {
	Format     string    `json:"format"` // "release/v1"
	Experiment string    `json:"experiment"`
	Number     int       `json:"number"` // from 1
	Approved   time.Time `json:"approved"`
	Analyzed   time.Time `json:"analyzed"`
	File       string    `json:"file"`              // hash of the experiment's file
	MadeUp     bool      `json:"made_up,omitempty"` // the people behind it do not exist

	Plan        analysis.Plan         `json:"plan"`
	Deviations  []analysis.Deviation  `json:"deviations,omitempty"`
	Instruments []analysis.Instrument `json:"instruments"`
	Waves       []string              `json:"waves"`
	Limits      Limits                `json:"limits"`
	Flow        analysis.Flow         `json:"flow"`
	Figures     []Figure              `json:"figures"`
}

// Limits are those of disclosure control, in people.
type Limits struct {
	MinN              int `json:"min_n"`               // fewer: nothing but how many
	DetailMinN        int `json:"detail_min_n"`        // fewer: a mean, to one decimal
	MinNPerArm        int `json:"min_n_per_arm"`       // of a contrast: fewer complete pairs in an arm are not enough data
	PerRegionMinN     int `json:"per_region_min_n"`    // fewer: nothing of a region
	MinNewRespondents int `json:"min_new_respondents"` // by how many people two figures in one place differ, if they do
	Decimals          int `json:"decimals"`
}

// LimitsOf are the limits that an experiment's file and its plan set. They are never
// below those that hold for every experiment.
func LimitsOf(p experiment.Publication, plan experiment.AnalysisPlan) Limits { return Limits{} }

// Figure is one number of a release, rounded, or why it is not there.
type Figure struct {
	Section   analysis.Section   `json:"section"`
	Outcome   string             `json:"outcome,omitempty"`
	Arm       string             `json:"arm,omitempty"`
	Region    string             `json:"region,omitempty"`
	From      string             `json:"from,omitempty"`
	To        string             `json:"to,omitempty"`
	Statistic analysis.Statistic `json:"statistic"`

	N           *int     `json:"n,omitempty"` // people behind it; of a difference, those of the participants
	NComparison *int     `json:"n_comparison,omitempty"`
	Value       *float64 `json:"value,omitempty"` // rounded to Decimals; nil if it is not shown
	Decimals    int      `json:"decimals"`
	Below       bool     `json:"below,omitempty"` // it is smaller than Value: p < 0.001
	Note        string   `json:"note,omitempty"`
	Status      Status   `json:"status"`
	Since       int      `json:"since,omitempty"` // the release whose figure it repeats: see Held
}

// Status says whether a figure is shown, and if not, why.
type Status string

const (
	Shown Status = "shown"
	// Held repeats the figure of an earlier release: the people behind it have changed
	// since by too few for another figure.
	Held          Status = "held"
	TooFew        Status = "too_few"         // fewer people than the limit for anything
	Coarse        Status = "too_few_detail"  // enough for a mean, not for this
	NotEnoughData Status = "not_enough_data" // fewer complete pairs in an arm than the plan asks for
	Complement    Status = "complement"      // with the other figures it would tell of a few people
	Uniform       Status = "uniform"         // everybody answered alike
	Undefined     Status = "undefined"       // there is no such number; Note is the stats.Status
)

// Basis is what deciding on later releases needs to know of one, and nobody else: whom
// its figures rest on. It is never published.
type Basis struct {
	Number int            `json:"number"`
	Sets   []analysis.Set `json:"sets"` // those behind figures that were shown
}

// Past is an earlier release with its basis.
type Past struct {
	Release Release
	Basis   Basis
}

// Make decides what of an analysis may be shown after all earlier releases, in their
// order. It returns an error if the analysis is not of the experiment, or where answers
// changed without the people behind them changing.
func Make(r analysis.Result, e *experiment.Experiment, past []Past, approved time.Time) (Release, Basis, error) {
	return Release{}, Basis{}, nil
}

// Figure returns the number of a section, of all regions, and whether the release has it.
func (r Release) Figure(s analysis.Section, arm, outcome, from, to string, what analysis.Statistic) (Figure, bool) {
	for _, f := range r.Figures {
		if f.Section == s && f.Arm == arm && f.Region == "" && f.Outcome == outcome && f.From == from && f.To == to && f.Statistic == what {
			return f, true
		}
	}
	return Figure{}, false
}

// Say is the figure as it is printed: "0.44", "<0.001", with a true minus sign; "" for one that is
// not shown.
func (f Figure) Say() string { return "" }

// JSON is the release as results.json: the same bytes every time.
func (r Release) JSON() ([]byte, error) { return nil, nil }

// Parse reads what JSON wrote.
func Parse(data []byte) (Release, error) { return Release{}, nil }

// CSV is the release as results.csv: UTF-8, RFC 4180, one row for each figure and each
// count of people.
func (r Release) CSV() ([]byte, error) { return nil, nil }

// Codebook is codebook.csv: one row for each column of results.csv and for each value that a
// column of codes may have, in Japanese and English.
func (r Release) Codebook(e *experiment.Experiment) ([]byte, error) { return nil, nil }
