package main

import (
	"errors"
	"fmt"
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

// submit accepts a registration, as a form or as JSON. A form is answered with
// 303 to its receipt, JSON with 201 and the receipt itself.
func (h *handler) submit(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	if err := h.origins.Admit(w, r, foreignOrigin); err != nil {
		return err
	}
	tt, ok, err := h.timetable(w, r, e)
	if !ok {
		return err
	}
	if web.HasJSON(r) {
		return h.submitJSON(w, r, tt)
	}
	return h.submitForm(w, r, tt)
}

// preflight answers a browser that asks whether a page elsewhere may post JSON.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request, _ *experiment.Experiment) error {
	return h.origins.Preflight(w, r, foreignOrigin)
}

func (h *handler) submitForm(w http.ResponseWriter, r *http.Request, tt timetable) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, errs := check(tt, typed, web.Lang(r))
	if _, token, before := h.acceptedBefore(r, tt, typed, c, errs, typed.Get(submission.Token)); before {
		return redirectToReceipt(w, r, tt.e, token)
	}
	if !h.open(w, r, tt, typed) {
		return nil
	}
	if typed.Get(web.Back) != "" { // a way back on the confirmation was pressed
		h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, tt, typed, nil))
		return nil
	}
	if notice, refused := h.form().Suspicious(r, tt.e, typed); refused {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, tt, typed, nil, notice))
		return nil
	}
	token, problem := typed.Get(submission.Token), locale.Text{}
	if token != "" {
		token, problem = input.Token(token)
	}
	var notices []web.Notice
	if problem != (locale.Text{}) {
		notices = append(notices, h.form().OddToken())
	}
	if len(errs)+len(notices) > 0 {
		if token == "" { // none came, or none that can be used
			h.form().Freshen(typed, tt.now)
		}
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, tt, typed, errs, notices...))
		return nil
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	if token == "" { // of a form hosted elsewhere
		token = submission.TokenOf(body)
	}
	_, tt, errs, err = h.accept(r, tt, typed, c, token, body)
	switch {
	case errors.Is(err, table.ErrOtherBody):
		return usedForm.Leading(visit.LinkForm(tt.e))
	case err != nil:
		slog.ErrorContext(r.Context(), "registration not stored", "experiment", tt.e.ID, "error", err)
		w.Header().Set("Retry-After", "60")
		h.pages.Show(w, r, http.StatusServiceUnavailable, "confirm", failedPage(h.confirmPage(r, tt, typed, c), h.form().NotStored(err)))
		return nil
	case len(errs) > 0 && h.open(w, r, tt, typed):
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, tt, typed, errs))
		return nil
	case len(errs) > 0:
		return nil
	}
	return redirectToReceipt(w, r, tt.e, token)
}

func redirectToReceipt(w http.ResponseWriter, r *http.Request, e *experiment.Experiment, token string) error {
	http.Redirect(w, r, "/"+e.ID+"/registered/"+token+"?lang="+string(web.Lang(r)), http.StatusSeeOther)
	return nil
}

// acceptedBefore returns the receipt, with its token, of a post that comes again when
// its briefing can no longer be registered for, or is at another time, and that was
// accepted before: to say that it was not received would be untrue. Otherwise
// Register itself finds it.
func (h *handler) acceptedBefore(r *http.Request, tt timetable, typed url.Values, c checked, errs web.Errors, token string) (table.Receipt, string, bool) {
	onlyTheBriefing := len(errs) == 1 && errs[0].Field == briefing && c.session.ID != ""
	if !onlyTheBriefing || typed.Get(web.Back) != "" {
		return table.Receipt{}, "", false
	}
	body, err := c.body()
	if err != nil {
		return table.Receipt{}, "", false
	}
	if token == "" {
		token = submission.TokenOf(body)
	}
	accepted, err := h.table.RegistrationReceipt(r.Context(), tt.e.ID, token, tt.now)
	return accepted, token, err == nil && accepted.IsOf(body)
}

// looks is how often a registration is decided on while the settings change under it.
const looks = 3

// accept stores a checked registration. If the settings have changed since they were
// read, for instance because staff set the room, they are read again; what the change
// makes wrong with the answers is returned, with the timetable by which it is.
func (h *handler) accept(r *http.Request, tt timetable, typed url.Values, c checked, token, body string) (table.Receipt, timetable, web.Errors, error) {
	c.person.ID = strings.ToLower(h.random())
	c.registration.Reference = submission.Reference(h.random())
	typed.Set(shownPrefix+c.session.ID, stamp(c.session))
	for look := 1; ; look++ {
		accepted, err := h.table.Register(r.Context(), table.Registering{
			Booking: tt.booking(c.session, token), Body: body, Person: c.person, Registration: c.registration,
			Day: tt.now.In(tt.e.Zone()).Format(time.DateOnly),
		}, tt.now)
		if !errors.Is(err, table.ErrSettingsChanged) {
			return accepted, tt, nil, err
		}
		if look == looks {
			return table.Receipt{}, tt, nil, fmt.Errorf("%w: %w", table.ErrBusy, err)
		}
		settings, err := h.table.Settings(r.Context(), tt.e.ID)
		if err != nil {
			return table.Receipt{}, tt, nil, err
		}
		tt = newTimetable(tt.e, settings, tt.now)
		again, errs := check(tt, typed, c.person.Lang)
		if len(errs) > 0 {
			return table.Receipt{}, tt, errs, nil
		}
		c.session = again.session
	}
}

// booking is the wish for a place at the session.
func (tt timetable) booking(s experiment.Session, token string) table.Booking {
	return table.Booking{Token: token, Session: s, Sessions: tt.sessions, Settings: tt.settings}
}
