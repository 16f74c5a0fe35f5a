package table

import (
	"log/slog"

	"livinglab/shared/locale"
)

// Application is a person's request to take part.
type Application struct {
	Key
	entry
	Person     string  `dynamodbav:"person"`
	Experiment string  `dynamodbav:"experiment"`
	Reference  string  `dynamodbav:"reference"` // what the person quotes to the office
	Submitted  Instant `dynamodbav:"submitted"`
	Source     string  `dynamodbav:"source,omitempty"` // which page sent the person

	Choices    []string            `dynamodbav:"choices"` // listings, the first wish first
	Motivation string              `dynamodbav:"motivation"`
	Answers    map[string][]string `dynamodbav:"answers"` // to the file's own questions, by their id
	Adult      bool                `dynamodbav:"adult"`
	Consents   []Consent           `dynamodbav:"consents"`

	Version   int     `dynamodbav:"version"` // 1, and one more for each edit
	Edited    Instant `dynamodbav:"edited,omitempty"`
	EditToken string  `dynamodbav:"editToken,omitempty"` // digest of the last edit's form token
	Withdrawn Instant `dynamodbav:"withdrawn,omitempty"`
}

// EditedBy reports whether the form with the token made the last edit.
func (a Application) EditedBy(token string) bool { return a.EditToken == digest(token) }

// Consent records what a person was asked to agree to, and the answer.
type Consent struct {
	Purpose string      `dynamodbav:"purpose"`
	Version string      `dynamodbav:"version"`
	Hash    string      `dynamodbav:"hash"` // of the text in both languages
	Lang    locale.Lang `dynamodbav:"lang"` // in which it was read
	Given   bool        `dynamodbav:"given"`
	At      Instant     `dynamodbav:"when"`
}

// LogValue keeps personal data out of logs.
func (Application) LogValue() slog.Value { return redacted }
