package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// submit accepts an application, as a form or as JSON. A form is answered with
// 303 to its receipt, JSON with 201 and the receipt itself.
func (h *handler) submit(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	if err := h.origins.Admit(w, r, foreignOrigin); err != nil {
		return err
	}
	if web.HasJSON(r) {
		return h.submitJSON(w, r, e)
	}
	return h.submitForm(w, r, e)
}

// preflight answers a browser that asks whether a page elsewhere may post JSON.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request, _ *experiment.Experiment) error {
	return h.origins.Preflight(w, r, foreignOrigin)
}

// foreignOrigin answers a post from a page that is not on the list.
var foreignOrigin = &web.Problem{
	Status: http.StatusForbidden,
	Title:  locale.Text{JA: "このページからは応募できません", EN: "Applications cannot be sent from that page"},
	Body: locale.Text{
		JA: "応募フォームは、このサイトの募集ページから開いてください。応募は受け付けられていません。",
		EN: "Please open the application form from the experiment's page on this site. No application was received.",
	},
}

func (h *handler) submitForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if accepted, token := h.acceptedBefore(r, e, typed, typed.Get(formToken)); accepted != nil {
		return redirectToReceipt(w, r, e, token)
	}
	if !h.open(w, r, e, typed) {
		return nil
	}
	if typed.Get(editField) != "" { // a way back on the confirmation was pressed
		h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, e, typed, nil))
		return nil
	}
	if notice, refused := h.form().Suspicious(r, e, typed); refused {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, e, typed, nil, notice))
		return nil
	}
	c, errs := check(e, applying, typed, web.Lang(r), web.Now(r))
	token, problem := typed.Get(formToken), locale.Text{}
	if token != "" {
		token, problem = input.Token(token)
	}
	var notices []web.Notice
	if problem != (locale.Text{}) {
		notices = append(notices, h.form().OddToken())
	}
	if len(errs)+len(notices) > 0 {
		if token == "" { // none came, or none that can be used
			h.form().Freshen(typed, web.Now(r))
		}
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, e, typed, errs, notices...))
		return nil
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	own := token != ""
	if !own { // of a form hosted elsewhere
		token = submission.TokenOf(body)
	}
	s := h.submission(e, r, c, token, body)
	if wave, open := openWithApplication(e, web.Now(r)); own && open { // what a token opens must not follow from what was typed
		s.Survey = surveyLinkEnds(e, wave)
	}
	_, err = h.table.Submit(r.Context(), s, web.Now(r))
	switch {
	case errors.Is(err, table.ErrOtherBody):
		return usedForm.Leading(visit.LinkForm(e))
	case err != nil:
		slog.ErrorContext(r.Context(), "application not stored", "experiment", e.ID, "error", err)
		w.Header().Set("Retry-After", "60")
		h.pages.Show(w, r, http.StatusServiceUnavailable, "confirm", failedPage(h.confirmPage(r, e, typed, c), h.form().NotStored(err)))
		return nil
	}
	return redirectToReceipt(w, r, e, token)
}

func redirectToReceipt(w http.ResponseWriter, r *http.Request, e *experiment.Experiment, token string) error {
	http.Redirect(w, r, "/"+e.ID+"/receipt/"+token+"?lang="+string(web.Lang(r)), http.StatusSeeOther)
	return nil
}

// acceptedBefore returns the receipt, with its token, of a post that comes again
// after the close and was accepted before it: to say that it was not received would
// be untrue. There is none while applications are open, when Submit itself finds it.
func (h *handler) acceptedBefore(r *http.Request, e *experiment.Experiment, typed url.Values, token string) (*table.Receipt, string) {
	if e.Application.State(web.Now(r)) != experiment.Closed || typed.Get(editField) != "" {
		return nil, ""
	}
	c, errs := check(e, applying, typed, web.Lang(r), web.Now(r))
	body, err := c.body()
	if len(errs) > 0 || err != nil {
		return nil, ""
	}
	if token == "" {
		token = submission.TokenOf(body)
	}
	accepted, err := h.table.Receipt(r.Context(), e.ID, token, web.Now(r))
	if err != nil || !accepted.IsOf(body) {
		return nil, ""
	}
	return &accepted, token
}

// usedForm answers a form that was accepted before with other answers.
var usedForm = &web.Problem{
	Status: http.StatusUnprocessableEntity,
	Title:  locale.Text{JA: "この応募フォームは送信済みです", EN: "This form has been sent already"},
	Body: locale.Text{
		JA: "先に送信された内容で受け付けており、今回の変更は反映していません。内容を変えたいときは、受付のメールにある専用ページからお願いします。",
		EN: "Your application stands as you sent it the first time; what you have changed since is not in it. To change it, please use the private page linked in our confirmation mail.",
	},
}

// submission is what the table stores of a checked application.
func (h *handler) submission(e *experiment.Experiment, r *http.Request, c checked, token, body string) table.Submission {
	c.person.ID = strings.ToLower(h.random())
	c.application.Reference = submission.Reference(h.random())
	return table.Submission{
		Token: token, Body: body, Person: c.person, Application: c.application,
		Day: web.Now(r).In(e.Zone()).Format(time.DateOnly),
	}
}
