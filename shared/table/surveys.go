package table

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"livinglab/shared/locale"
)

// Surveys is how a person stands with the research and its surveys: one item, written
// with every answer that is saved. A host's contact has one, too, without a consent.
type Surveys struct {
	Key
	entry
	Person     string        `dynamodbav:"person"`
	Experiment string        `dynamodbav:"experiment"`
	Research   ResearchState `dynamodbav:"research,omitempty"`
	Consent    Consent       `dynamodbav:"consent"`          // the last text that the person answered
	Left       Instant       `dynamodbav:"left,omitempty"`   // when the person withdrew the consent
	Erased     bool          `dynamodbav:"erased,omitempty"` // and had the answers erased

	Begun map[string]Instant `dynamodbav:"begun"` // when the first answer was saved, by wave
	Saved map[string]Instant `dynamodbav:"saved"` // when the last was
	Done  map[string]Instant `dynamodbav:"done"`  // when the person finished

	Version int `dynamodbav:"version"` // 1, and one more for each change: an erasure misses nothing
}

// newSurveys is how a person stands who has not answered anything. Its maps are there:
// answers are noted inside them.
func newSurveys(person, experiment string) Surveys {
	return Surveys{
		Key: surveysKey(person), Person: person, Experiment: experiment,
		Begun: map[string]Instant{}, Saved: map[string]Instant{}, Done: map[string]Instant{}, Version: 1,
	}
}

// LogValue keeps personal data out of logs.
func (Surveys) LogValue() slog.Value { return redacted }

// Response is one person's answers to one wave: one item, however many tabs and devices
// they came from.
type Response struct {
	Key
	entry
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
	ErrSavedSince   = errors.New("answers have been saved since")
)

// SavedPage is one page of a survey as it is left.
type SavedPage struct {
	Wave       string
	Group      string
	Lang       locale.Lang
	Instrument string
	Edition    Edition             // that the page showed
	Answers    map[string][]string // of every item of the page; an empty list for one that was left out
	Dropped    []string            // items that are not asked any more, whose answers go
	Place      int                 // the page to go on with
	Alerts     []Alert             // answers that staff are to look at: Item and Value
}

// SavePage keeps the answers of a page. Saving it again, from another tab or because an
// answer was lost, is saving it once. It begins the response if there is none; of two that
// begin it at once, both are kept, and what one leaves out takes nothing from the other. What
// staff have been alerted to stays as it is.
//
// It is one transaction of two items, and one more for each alert, and needs no read:
// before is what the page was made from, nil for none. If there is a response meanwhile, it
// is two transactions. Errors: ErrNotAgreed (a person who has not agreed, left, or
// withdrew), ErrAnswered, ErrOtherVersion.
func (t *Table) SavePage(ctx context.Context, person Person, before *Response, p SavedPage, now time.Time) error {
	at := At(now)
	begun := before != nil
	err := t.decide(ctx, func() error {
		x := t.begin()
		atSurveys := x.noteSaved(person, p.Wave, at)
		var atResponse int
		if begun {
			atResponse = x.savePage(person, p, before == nil, at)
		} else {
			atResponse = x.beginResponse(person, p, at)
		}
		for _, a := range p.Alerts {
			x.alert(person, p.Wave, a, at)
		}
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(atSurveys); failed {
			s, err := decodeIfAny[Surveys](item)
			return errors.Join(err, s.closed(p.Wave))
		}
		item, failed := refusal.at(atResponse)
		if !failed {
			return unexplained(refusal)
		}
		stands, err := decodeIfAny[Response](item)
		if err != nil {
			return err
		}
		if stands != nil && stands.Done != "" {
			return ErrAnswered
		}
		if begun && stands != nil {
			return ErrOtherVersion
		}
		begun = stands != nil // begun elsewhere meanwhile, or erased since
		return unexplained(refusal)
	})
	if err != nil {
		return fmt.Errorf("saving a page: %w", err)
	}
	return nil
}

// closed says why nothing is saved of a wave.
func (s *Surveys) closed(wave string) error {
	if s != nil && s.Done[wave] != "" && s.Research != LeftResearch {
		return ErrAnswered
	}
	return ErrNotAgreed
}

// mayAnswer is the condition of answering: on a host's contact there is no more to it
// than to be one.
func mayAnswer(person Person, v values) string {
	if person.Host != "" {
		return "attribute_exists(#pk)"
	}
	v[":agreed"] = Agreed
	return "#research = :agreed"
}

// noteSaved notes that an answer to a wave is saved, if the person may still give one.
func (x *transaction) noteSaved(person Person, wave string, at Instant) int {
	v := values{"#wave": wave, ":now": at, ":one": 1}
	return x.update(surveysKey(person.ID),
		"SET #begun.#wave = if_not_exists(#begun.#wave, :now), #saved.#wave = :now, #version = #version + :one",
		mayAnswer(person, v)+" AND attribute_not_exists(#done.#wave)", v)
}

// beginResponse writes the first page of a response.
func (x *transaction) beginResponse(person Person, p SavedPage, at Instant) int {
	r := Response{
		Key: responseKey(person.ID, p.Wave), entry: responseEntry(person.Experiment, person.ID, p.Wave, false, at), Person: person.ID, Experiment: person.Experiment, Wave: p.Wave,
		Group: p.Group, Lang: p.Lang, Begun: at, Saved: at,
		Instruments: map[string]Edition{p.Instrument: p.Edition}, Answers: map[string][]string{}, Place: p.Place,
	}
	for item, answer := range p.Answers {
		r.Answers[item] = given(answer)
	}
	return x.put(r, isNew, nil)
}

// savePage writes a page into a response. The edition that an instrument was first
// answered in stays. A page that was made from no response knows of no answers: what it
// leaves out takes none away that was given meanwhile.
func (x *transaction) savePage(person Person, p SavedPage, unaware bool, at Instant) int {
	changes := []string{"#saved = :now", "#lang = :lang", "#place = :place", "#instruments.#instrument = :edition"}
	v := values{":now": at, ":lang": p.Lang, ":place": p.Place, "#instrument": p.Instrument, ":edition": p.Edition}
	n := 0
	for item, answer := range p.Answers {
		n++
		name, value := fmt.Sprintf("#item%d", n), fmt.Sprintf(":answer%d", n)
		kept := value
		if unaware && len(answer) == 0 {
			kept = "if_not_exists(#answers." + name + ", " + value + ")"
		}
		changes = append(changes, "#answers."+name+" = "+kept)
		v[name], v[value] = item, given(answer)
	}
	change := "SET " + strings.Join(changes, ", ")
	var dropped []string
	for i, item := range p.Dropped {
		name := fmt.Sprintf("#dropped%d", i+1)
		dropped = append(dropped, "#answers."+name)
		v[name] = item
	}
	if len(dropped) > 0 {
		change += " REMOVE " + strings.Join(dropped, ", ")
	}
	return x.update(responseKey(person.ID, p.Wave), change,
		`attribute_exists(#pk) AND attribute_not_exists(#done)
		AND (attribute_not_exists(#instruments.#instrument) OR #instruments.#instrument = :edition)`, v)
}

// given is an answer as it is stored: a list, also of nothing.
func given(answer []string) []string {
	if answer == nil {
		return []string{}
	}
	return answer
}

// Finish is a survey as it is sent.
type Finish struct {
	Wave   string
	Seen   Instant // Saved of the response that the person looked at; empty for whatever is stored
	Alerts []Alert // its answers that staff are to look at
}

// FinishSurvey ends a response, once, and returns when it was first ended: a second
// click returns the same instant. The response must have been begun (ErrNotFound), by who
// still takes part (ErrNotAgreed), and be as it was seen (ErrSavedSince). It is one
// transaction of two items, and one more for each alert.
func (t *Table) FinishSurvey(ctx context.Context, person Person, f Finish, now time.Time) (Instant, error) {
	done := At(now)
	err := t.decide(ctx, func() error {
		x := t.begin()
		v := values{"#wave": f.Wave, ":now": At(now), ":one": 1}
		atSurveys := x.update(surveysKey(person.ID), "SET #done.#wave = :now, #version = #version + :one", mayAnswer(person, v), v)
		listed := responseEntry(person.Experiment, person.ID, f.Wave, true, At(now))
		condition, seen := "attribute_exists(#pk) AND attribute_not_exists(#done)", values{":now": At(now), ":list": listed.List, ":at": listed.At}
		if f.Seen != "" {
			condition += " AND #saved = :seen"
			seen[":seen"] = f.Seen
		}
		atResponse := x.update(responseKey(person.ID, f.Wave), "SET #done = :now, #list = :list, #at = :at", condition, seen)
		for _, a := range f.Alerts {
			x.alert(person, f.Wave, a, At(now))
		}
		err := x.commit(ctx)

		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		item, _ := refusal.at(atResponse)
		stands, err := decodeIfAny[Response](item)
		if err != nil {
			return err
		}
		if stands != nil && stands.Done != "" {
			done = stands.Done
			return nil
		}
		if _, refused := refusal.at(atSurveys); refused {
			return ErrNotAgreed
		}
		if stands != nil {
			return ErrSavedSince
		}
		return ErrNotFound
	})
	if err != nil {
		return "", fmt.Errorf("finishing a survey: %w", err)
	}
	return done, nil
}
