package main

import (
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

// registration is a registration as JSON.
type registration struct {
	FamilyName string            `json:"family_name"`
	GivenName  string            `json:"given_name"`
	Email      string            `json:"email"`
	Briefing   string            `json:"briefing"` // its id
	Question   string            `json:"question"`
	Consents   map[string]string `json:"consents"` // by the consent's id: the version that was read
	Source     string            `json:"source"`
}

// receipt is the answer to an accepted registration in JSON.
type receipt struct {
	Reference  string         `json:"reference"`
	Briefing   string         `json:"briefing"`
	State      table.Standing `json:"state"` // confirmed or waiting
	Submitted  table.Instant  `json:"submitted"`
	Email      string         `json:"email"`
	Suggestion string         `json:"suggestion,omitempty"` // the address that may have been meant
}

func (h *handler) submitJSON(w http.ResponseWriter, r *http.Request, tt timetable) error {
	body, err := web.ReadBody(r)
	if err != nil {
		return err
	}
	var posted registration
	if err := input.DecodeJSON(body, &posted); err != nil {
		return submission.UnreadableJSON(w, r, err)
	}
	typed, errs := posted.values(tt.e)
	token, keyed := submission.IdempotencyKey(r, &errs)
	c, problems := check(tt, typed, web.Lang(r))
	errs = append(errs, problems...)
	if accepted, token, before := h.acceptedBefore(r, tt, typed, c, errs, token); before {
		return writeReceipt(w, accepted, token, posted.Email)
	}
	if !h.open(w, r, tt, typed) {
		return nil
	}
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
	accepted, tt, errs, err := h.accept(r, tt, typed, c, token, canonical)
	switch {
	case errors.Is(err, table.ErrOtherBody):
		web.WriteJSONErrors(w, r, http.StatusUnprocessableEntity, web.Errors{{Field: "request", Text: locale.Text{
			JA: "この Idempotency-Key は別の内容で使われているため、今回の登録は受け付けていません。別のキーで送信してください",
			EN: "This Idempotency-Key was used with another body, so this registration was not received. Send it with another key",
		}}})
		return nil
	case err != nil:
		h.notStoredJSON(w, r, tt.e, err)
		return nil
	case len(errs) > 0:
		web.WriteJSONErrors(w, r, http.StatusUnprocessableEntity, inJSON(errs))
		return nil
	}
	return writeReceipt(w, accepted, token, posted.Email)
}

// notStoredJSON tells a program that its registration was not received.
func (h *handler) notStoredJSON(w http.ResponseWriter, r *http.Request, e *experiment.Experiment, err error) {
	slog.ErrorContext(r.Context(), "registration not stored", "experiment", e.ID, "error", err)
	w.Header().Set("Retry-After", "60")
	web.WriteJSONErrors(w, r, http.StatusServiceUnavailable, web.Errors{{Field: "request", Text: h.form().NotStored(err).Title}})
}

// writeReceipt answers with a receipt: the same for the same post.
func writeReceipt(w http.ResponseWriter, accepted table.Receipt, token, typed string) error {
	address, err := accepted.Address(token)
	if err != nil {
		return err
	}
	better, _ := input.Suggest(typed)
	web.WriteJSON(w, http.StatusCreated, receipt{
		Reference: accepted.Reference, Briefing: accepted.Briefing, State: accepted.Standing,
		Submitted: accepted.Submitted, Email: address, Suggestion: better,
	})
	return nil
}

// values is the registration as the form would have posted it, so that one check
// serves both. What the form could not have posted is told.
func (a registration) values(e *experiment.Experiment) (url.Values, web.Errors) {
	var errs web.Errors
	typed := url.Values{
		submission.FamilyName: {a.FamilyName}, submission.GivenName: {a.GivenName}, email: {a.Email},
		briefing: {a.Briefing}, question: {a.Question}, source: {a.Source},
	}
	id := e.Registration.Consent.ID
	typed.Set(consentPrefix+id, a.Consents[id])
	for other := range a.Consents {
		if other != id {
			errs.Add(consentPrefix+other, locale.Text{JA: "この同意項目はありません", EN: "There is no such consent"})
		}
	}
	return typed, errs
}

// inJSON renames the fields of a form to where they stand in JSON.
func inJSON(errs web.Errors) web.Errors {
	renamed := make(web.Errors, len(errs))
	for i, one := range errs {
		if id, ok := strings.CutPrefix(one.Field, consentPrefix); ok {
			one.Field = "consents/" + id
		}
		renamed[i] = one
	}
	return renamed
}
