// Package survey holds the questionnaires: what is asked, of whom, what an answer may
// be, and how answers become scores.
//
// An [Instrument] is one questionnaire in one version. Its source is a reviewed YAML
// file; every version that people may have answered stays in the compiled form for
// ever, so that an answer can always be read with the question that it was given to.
package survey

import "livinglab/shared/locale"

// Instrument is one questionnaire in one version.
type Instrument struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // from 1; raised whenever what is asked, or how it is scored, changes

	Title locale.Text `json:"title"`
	Lead  locale.Text `json:"lead,omitzero"` // how to answer, above the items

	// Of a scale that others have published: where, and by whose leave it is used.
	Source              string `json:"source,omitempty"`
	PermissionReference string `json:"permission_reference,omitempty"`

	// Anonymous answers are kept without the person: one page, no resuming.
	Anonymous bool `json:"anonymous,omitempty"`

	Min    int           `json:"min,omitempty"`    // value of the first of Labels
	Labels []locale.Text `json:"labels,omitempty"` // the points of each likert item that has none of its own

	Items     []Item      `json:"items"`
	Subscales []Subscale  `json:"subscales,omitempty"`
	Scoring   Scoring     `json:"scoring,omitzero"` // where there are subscales
	Total     Scale       `json:"total,omitzero"`   // the mean of all items of the subscales
	Caution   locale.Text `json:"caution,omitzero"` // said with scores: how far the scale can be trusted
}

// Type says how an item is answered.
type Type string

const (
	Likert    Type = "likert" // one of labeled points
	Single    Type = "single" // one choice
	Multiple  Type = "multiple"
	Number    Type = "number"
	ShortText Type = "short_text" // one line
	LongText  Type = "long_text"
	Date      Type = "date"
)

// Item is one question. Its id is unique among the items of all instruments.
type Item struct {
	ID       string      `json:"id"`
	Type     Type        `json:"type"`
	Required bool        `json:"required,omitempty"`
	Text     locale.Text `json:"text"` // may hold {{wave.item}}: the answer in an earlier wave
	Hint     locale.Text `json:"hint,omitzero"`

	// Instead of Text, for the comparison group; and for who did not give an answer that
	// Text repeats, which then is required.
	TextComparison locale.Text `json:"text_comparison,omitzero"`
	TextWithout    locale.Text `json:"text_without,omitzero"`

	Min     int           `json:"min,omitempty"`    // of a number; value of the first of Labels
	Max     int           `json:"max,omitempty"`    // of a number; most characters of a text; most choices (0: any number)
	Unit    locale.Text   `json:"unit,omitzero"`    // of a number
	Labels  []locale.Text `json:"labels,omitempty"` // of a likert item, from Min upwards
	Choices []Choice      `json:"choices,omitempty"`

	Subscale string `json:"subscale,omitempty"`
	Reverse  bool   `json:"reverse,omitempty"` // scored as min+max-x

	Waves  []string  `json:"waves,omitempty"`  // asked in these alone
	Groups []string  `json:"groups,omitempty"` // asked of these alone
	If     Condition `json:"if,omitzero"`      // asked only if an earlier answer of the same wave is so
	Alert  Alert     `json:"alert,omitzero"`   // an answer that staff are to look at
}

// Choice is one answer that an item offers.
type Choice struct {
	ID    string      `json:"id"`
	Label locale.Text `json:"label"`
}

// Condition holds if an item that stands earlier in the same wave has one of some
// answers. It does not hold while that item is unanswered or not asked itself.
type Condition struct {
	Item string   `json:"item"`
	In   []string `json:"in"` // values as they are stored
}

// Alert is an answer to a likert item or number that puts a note on the staff's list:
// at or under AtMost.
type Alert struct {
	AtMost int         `json:"at_most"`
	Note   locale.Text `json:"note"` // for staff: what it is about
}

// Subscale is a score over some items.
type Subscale struct {
	Scale
	Items []string `json:"items"`
}

// Scale is a score: its name, and what it means to who sees an own one.
type Scale struct {
	ID      string      `json:"id"`
	Title   locale.Text `json:"title"`
	Meaning locale.Text `json:"meaning"`
}

// Scoring says when there is a score: means of the answered items, if there are enough.
type Scoring struct {
	MinAnsweredPerSubscale int `json:"min_answered_per_subscale"`
	MinAnsweredTotal       int `json:"min_answered_total"`
}

// Answers are what a person has answered in one wave, by item: nothing for an item
// that was left out or not asked. A likert answer is its number, a choice its id, a date
// 2021-03-29, a number in decimal notation.
type Answers map[string][]string
