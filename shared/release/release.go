// Package release decides what of an analysis may be shown to everybody, and is the form
// in which it is shown: the page, results.json, results.csv and the codebook say what a
// [Release] says, and nothing else.
//
// It controls sums over the same scale. Who left a subscale out is in the sums of the total and
// not in those of the subscale: no contrast of all people is hidden for that, since a planned
// outcome would be hidden with every item that somebody skips. Of a region, a single wave, and
// who stayed or left, where a scale is withheld, the total and the other subscales of the
// same people do not tell it; and nothing tells what everybody answered alike.
//
// What is not shown is said, with its reason. A release never changes after it was made.
package release

import (
	"time"

	"livinglab/shared/analysis"
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
	// since by too few for another figure, in itself or beside others.
	Held          Status = "held"
	TooFew        Status = "too_few"         // fewer people than the limit for anything
	Coarse        Status = "too_few_detail"  // enough for a mean, not for this
	NotEnoughData Status = "not_enough_data" // fewer complete pairs in an arm than the plan asks for
	Complement    Status = "complement"      // it would tell people's answers, by itself or with the other figures
	Undefined     Status = "undefined"       // there is no such number; Note is the stats.Status
)

// Figure returns the number of a section, of all regions, and whether the release has it.
func (r Release) Figure(s analysis.Section, arm, outcome, from, to string, what analysis.Statistic) (Figure, bool) {
	for _, f := range r.Figures {
		if f.Section == s && f.Arm == arm && f.Region == "" && f.Outcome == outcome && f.From == from && f.To == to && f.Statistic == what {
			return f, true
		}
	}
	return Figure{}, false
}
