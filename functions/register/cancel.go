package main

import (
	"errors"
	"net/http"
	"strconv"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// cancelVersion is the field that says which version of the registration the page
// showed, so that nobody gives up what came after it.
const cancelVersion = "version"

// cancelView explains what canceling means.
type cancelView struct {
	standing
	Experiment *experiment.Experiment
	Link       string
	Hidden     []web.Hidden
	Applied    bool
}

// showCancel explains what canceling means, with the button that does it.
func (h *handler) showCancel(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	at := timetableOf(v, r).standing(v)
	switch {
	case v.Person.Withdrawn != "":
		return toOwnPage(w, r, v)
	case !at.Holds():
		return h.backToBriefing(w, r, v)
	}
	page := v.Step(locale.Text{JA: "説明会の登録の取り消し", EN: "Cancel your registration"}, cancelView{
		standing: at, Experiment: v.Experiment, Link: v.Link, Applied: v.Application != nil,
		Hidden: []web.Hidden{{Name: cancelVersion, Value: strconv.Itoa(at.Registration.Version)}},
	})
	h.pages.Show(w, r, http.StatusOK, "cancel", page)
	return nil
}

// cancel gives the person's place up.
func (h *handler) cancel(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	at := timetableOf(v, r).standing(v)
	switch {
	case v.Person.Withdrawn != "":
		return toOwnPage(w, r, v)
	case at.State == left:
		return done(w, r, v, "canceled")
	case at.Holds() && typed.Get(cancelVersion) != strconv.Itoa(at.Registration.Version):
		return done(w, r, v, "stale")
	}
	err = h.table.CancelRegistration(r.Context(), v.Person.ID, v.Sessions(), web.Now(r))
	switch {
	case errors.Is(err, table.ErrWithdrawn):
		return toOwnPage(w, r, v)
	case errors.Is(err, table.ErrNotRegistered):
		return h.backToBriefing(w, r, v)
	case err != nil:
		return submission.NotTaken(err)
	}
	return done(w, r, v, "canceled")
}
