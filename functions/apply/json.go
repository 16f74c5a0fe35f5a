package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// application is an application as JSON.
type application struct {
	FamilyName string            `json:"family_name"`
	GivenName  string            `json:"given_name"`
	FamilyKana string            `json:"family_kana"`
	GivenKana  string            `json:"given_kana"`
	Email      string            `json:"email"`
	Prefecture string            `json:"prefecture"` // JIS X 0401, or "99" for abroad
	Choices    []string          `json:"choices"`
	Motivation string            `json:"motivation"`
	Answers    map[string]answer `json:"answers"`  // by the question's id
	Consents   map[string]string `json:"consents"` // by the consent's id: the version that was read
	Adult      bool              `json:"adult"`
	Source     string            `json:"source"`
}

// receipt is the answer to an accepted application in JSON.
type receipt struct {
	Reference  string        `json:"reference"`
	Submitted  table.Instant `json:"submitted"`
	Email      string        `json:"email"`
	Suggestion string        `json:"suggestion,omitempty"` // the address that may have been meant
}

func (h *handler) submitJSON(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	body, err := web.ReadBody(r)
	if err != nil {
		return err
	}
	var posted application
	if err := input.DecodeJSON(body, &posted); err != nil {
		return submission.UnreadableJSON(w, r, err)
	}
	typed, errs := posted.values(e)
	token, keyed := submission.IdempotencyKey(r, &errs)
	if accepted, token := h.acceptedBefore(r, e, typed, token); accepted != nil {
		return writeReceipt(w, *accepted, token, typed.Get(email))
	}
	if !h.open(w, r, e, typed) {
		return nil
	}
	c, problems := check(e, applying, typed, web.Lang(r), web.Now(r))
	errs = append(errs, problems...)
	if len(errs) > 0 {
		web.WriteJSONErrors(w, r, http.StatusUnprocessableEntity, inJSON(errs))
		return nil
	}
	canonical, err := c.body()
	if err != nil {
		return err
	}
	if !keyed {
		token = submission.TokenOf(canonical)
	}
	accepted, err := h.table.Submit(r.Context(), h.submission(e, r, c, token, canonical), web.Now(r))
	switch {
	case errors.Is(err, table.ErrOtherBody):
		web.WriteJSONErrors(w, r, http.StatusUnprocessableEntity, web.Errors{{Field: "request", Text: locale.Text{
			JA: "この Idempotency-Key は別の内容で使われているため、今回の応募は受け付けていません。別のキーで送信してください",
			EN: "This Idempotency-Key was used with another body, so this application was not received. Send it with another key",
		}}})
		return nil
	case err != nil:
		w.Header().Set("Retry-After", "60")
		slog.ErrorContext(r.Context(), "application not stored", "experiment", e.ID, "error", err)
		web.WriteJSONErrors(w, r, http.StatusServiceUnavailable, web.Errors{{Field: "request", Text: h.form().NotStored(err).Title}})
		return nil
	}
	return writeReceipt(w, accepted, token, typed.Get(email))
}

// writeReceipt answers with a receipt: the same for the same post.
func writeReceipt(w http.ResponseWriter, accepted table.Receipt, token, typed string) error {
	address, err := accepted.Address(token)
	if err != nil {
		return err
	}
	better, _ := input.Suggest(typed)
	web.WriteJSON(w, http.StatusCreated, receipt{
		Reference: accepted.Reference, Submitted: accepted.Submitted, Email: address, Suggestion: better,
	})
	return nil
}

// answer is the answer to one of the file's own questions: a text or an id, or
// a list of ids.
type answer []string

// UnmarshalJSON takes a string for a list of one.
func (a *answer) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*a = make(answer, 1)
		return json.Unmarshal(data, &(*a)[0])
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// values is the application as the form would have posted it, so that one check
// serves both. What the form could not have posted is told.
func (a application) values(e *experiment.Experiment) (url.Values, web.Errors) {
	var errs web.Errors
	typed := url.Values{
		familyName: {a.FamilyName}, givenName: {a.GivenName}, familyKana: {a.FamilyKana}, givenKana: {a.GivenKana},
		email: {a.Email}, prefecture: {a.Prefecture}, choices: a.Choices, motivation: {a.Motivation}, source: {a.Source},
	}
	if a.Adult {
		typed.Set(adult, "yes")
	}
	for _, q := range e.Application.Questions {
		typed[questionPrefix+q.ID] = a.Answers[q.ID]
		delete(a.Answers, q.ID)
	}
	for _, c := range e.Application.Consents {
		typed.Set(consentPrefix+c.ID, a.Consents[c.ID])
		delete(a.Consents, c.ID)
	}
	for id := range a.Answers {
		errs.Add(questionPrefix+id, locale.Text{JA: "この質問はありません", EN: "There is no such question"})
	}
	for id := range a.Consents {
		errs.Add(consentPrefix+id, locale.Text{JA: "この同意項目はありません", EN: "There is no such consent"})
	}
	return typed, errs
}

// inJSON renames the fields of a form to where they stand in JSON.
func inJSON(errs web.Errors) web.Errors {
	renamed := make(web.Errors, len(errs))
	for i, one := range errs {
		if id, ok := strings.CutPrefix(one.Field, questionPrefix); ok {
			one.Field = "answers/" + id
		} else if id, ok := strings.CutPrefix(one.Field, consentPrefix); ok {
			one.Field = "consents/" + id
		}
		renamed[i] = one
	}
	return renamed
}
