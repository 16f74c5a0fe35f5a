package table

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"livinglab/shared/locale"
)

// ResearchState is whether a person takes part in the research.
type ResearchState string

// Before the first of these the person has not been asked, or has not answered.
const (
	Agreed       ResearchState = "agreed"
	Declined     ResearchState = "declined"
	LeftResearch ResearchState = "withdrawn" // after having agreed
)

// Surveys is how a person stands with the research and its surveys: one item, written
// with every answer that is saved. A host's contact has one, too, without a consent.
type Surveys struct {
	Key
	Person     string        `dynamodbav:"person"`
	Experiment string        `dynamodbav:"experiment"`
	Research   ResearchState `dynamodbav:"research,omitempty"`
	Consent    Consent       `dynamodbav:"consent"`          // the last text that the person answered
	Left       Instant       `dynamodbav:"left,omitempty"`   // when the person withdrew the consent
	Erased     bool          `dynamodbav:"erased,omitempty"` // and had the answers erased

	Begun map[string]Instant `dynamodbav:"begun"` // when the first answer was saved, by wave
	Saved map[string]Instant `dynamodbav:"saved"` // when the last was
	Done  map[string]Instant `dynamodbav:"done"`  // when the person finished
}

// LogValue keeps personal data out of logs.
func (Surveys) LogValue() slog.Value { return redacted }

// Response is one person's answers to one wave: one item, however many tabs and devices
// they came from.
type Response struct {
	Key
	Person     string      `dynamodbav:"person"`
	Experiment string      `dynamodbav:"experiment"`
	Wave       string      `dynamodbav:"wave"`
	Group      string      `dynamodbav:"group,omitempty"` // the person's when the response began
	Lang       locale.Lang `dynamodbav:"lang"`            // of the page saved last
	Begun      Instant     `dynamodbav:"begun"`
	Saved      Instant     `dynamodbav:"saved"`
	Done       Instant     `dynamodbav:"done,omitempty"`

	Instruments map[string]Edition  `dynamodbav:"instruments"` // by instrument: which version the answers are to
	Answers     map[string][]string `dynamodbav:"answers"`     // by item; an item that was seen and left out has an empty list
	Place       int                 `dynamodbav:"place"`       // the page to go on with, from 1
}

// Edition is the version of an instrument that answers are to.
type Edition struct {
	Version int    `dynamodbav:"version"`
	Hash    string `dynamodbav:"hash"` // of its content
}

// LogValue keeps personal data out of logs.
func (Response) LogValue() slog.Value { return redacted }

// Errors of answering.
var (
	ErrNotAgreed    = errors.New("the person does not take part in the research")
	ErrAnswered     = errors.New("the survey is finished")
	ErrOtherVersion = errors.New("the answers are to another version of the instrument")
)

// SavedPage is one page of a survey as it is left.
type SavedPage struct {
	Wave       string
	Group      string
	Instrument string
	Asked      Asked
	Answers    map[string][]string // of every item of the page; an empty list for one that was left out
	Place      int                 // the page to go on with
	Alerts     []Alert             // answers that staff are to look at
}

// SavePage keeps the answers of a page. Saving it again, from another tab or because an
// answer was lost, is saving it once. It begins the response if there is none. It is one
// transaction, and needs no read: before is what the page was made from, nil for none.
// Errors: ErrNotAgreed (a person who has not agreed, left, or withdrew), ErrAnswered, ErrOtherVersion.
func (t *Table) SavePage(ctx context.Context, person Person, before *Response, p SavedPage, now time.Time) error {
	return errors.ErrUnsupported
}

// FinishSurvey ends a response, once, and returns when it was first ended: a second
// click returns the same instant. The response must have been begun (ErrNotFound).
func (t *Table) FinishSurvey(ctx context.Context, person Person, wave string, now time.Time) (Instant, error) {
	return "", errors.ErrUnsupported
}

// AnswerResearch records that a person agrees to take part in the research, or declines.
// Saying the same again to the same text changes nothing. Who has agreed leaves with LeaveResearch
// and not by declining: that is ErrAnswered. Who declined or left may agree (again).
func (t *Table) AnswerResearch(ctx context.Context, person Person, c Consent, now time.Time) error {
	return errors.ErrUnsupported
}

// LeaveResearch withdraws a person's consent to the research: no survey is offered any
// more. The answers given so far are kept or, with erase, erased in the same
// transaction, alerts included; a mail confirms it (mail.ResearchLeft; its
// occasion is the instant). Leaving twice is leaving once; who left keeping the answers
// may still have them erased.
func (t *Table) LeaveResearch(ctx context.Context, person Person, erase bool, now time.Time) error {
	return errors.ErrUnsupported
}
