package main

import (
	"net/http"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// showWithdraw explains what withdrawing means, with the button that does it.
func (h *handler) showWithdraw(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Person.Withdrawn != "" {
		http.Redirect(w, r, v.Link, http.StatusSeeOther)
		return nil
	}
	h.pages.Show(w, r, http.StatusOK, "withdraw", v.Step(locale.Text{JA: "応募の取り下げ", EN: "Withdraw your application"}, privateView{
		Experiment: v.Experiment, Person: v.Person, Application: v.Application, Link: v.Link,
		Closed: v.Experiment.Application.State(web.Now(r)) == experiment.Closed,
	}))
	return nil
}

// withdraw takes the person out of the experiment.
func (h *handler) withdraw(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := h.table.Withdraw(r.Context(), v.Person, v.Sessions(), web.Now(r)); err != nil {
		return submission.NotTaken(err)
	}
	http.Redirect(w, r, v.Link, http.StatusSeeOther)
	return nil
}
