package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// book gives the person a place at a session: a first one, or another in the place of
// the one that there is.
func (h *handler) book(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	tt := timetableOf(v, r)
	token, problem := input.Token(typed.Get(submission.Token))
	switch {
	case v.Person.Withdrawn != "":
		return toOwnPage(w, r, v)
	case v.Registration.ChangedBy(token): // sent again; by now the session may have begun
		return done(w, r, v, "booked")
	case problem != (locale.Text{}):
		typed.Set(submission.Token, h.random())
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "briefing", h.briefingPage(r, tt, v, typed, nil, h.form().OddToken()))
		return nil
	}
	errs, err := h.tryToBook(r, v, typed, token)
	switch {
	case errors.Is(err, table.ErrWithdrawn):
		return toOwnPage(w, r, v)
	case errors.Is(err, table.ErrFull):
		errs = web.Errors{{Field: briefing, Text: locale.Text{
			JA: "選んだ回は満席になったため、変更していません。いまのお席はそのままです",
			EN: "Nothing was changed: the session you chose is full, and you keep your present seat",
		}}}
	case err != nil:
		slog.ErrorContext(r.Context(), "booking not saved", "experiment", v.Experiment.ID, "error", err)
		w.Header().Set("Retry-After", "60")
		h.pages.Show(w, r, http.StatusServiceUnavailable, "briefing", h.notBookedPage(r, v, typed, err))
		return nil
	}
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "briefing", h.briefingPage(r, timetableOf(v, r), v, typed, errs))
		return nil
	}
	return done(w, r, v, "booked")
}

// tryToBook checks and books. If the settings have changed since they were read they
// are read again, into the visit; what the change makes wrong is returned.
func (h *handler) tryToBook(r *http.Request, v *visit.Visit, typed url.Values, token string) (web.Errors, error) {
	reference := submission.Reference(h.random())
	for look := 1; ; look++ {
		tt := timetableOf(v, r)
		s, wish, errs := checkBooking(tt, tt.standing(v), typed, web.Lang(r))
		if len(errs) > 0 {
			return errs, nil
		}
		wish.Reference = reference
		typed.Set(shownPrefix+s.ID, stamp(s))
		err := h.table.Book(r.Context(), v.Person.ID, tt.booking(s, token), wish, tt.now)
		if !errors.Is(err, table.ErrSettingsChanged) {
			return nil, err
		}
		if look == looks {
			return nil, fmt.Errorf("%w: %w", table.ErrBusy, err)
		}
		settings, err := h.table.Settings(r.Context(), v.Experiment.ID)
		if err != nil {
			return nil, err
		}
		v.Settings = settings
	}
}

// checkBooking reads what was typed by somebody whom we know.
func checkBooking(tt timetable, at standing, typed url.Values, lang locale.Lang) (s experiment.Session, wish table.Registration, errs web.Errors) {
	note := noting(&errs)
	s = checkBriefing(tt, typed, note)
	if at.State == underway {
		note(briefing, locale.Text{
			JA: "説明会の開催中は変更できません。終わってから、もう一度お手続きください",
			EN: "Come back once your session is over: it cannot be changed while it is on",
		})
	}
	if !at.Holds() {
		wish.Question = checkQuestion(typed, note)
	}
	if consentMissing(tt, at) {
		wish.Consent = checkConsent(tt, typed, lang, note)
	}
	return s, wish, errs
}

// notBookedPage is the form again, after booking failed. What happened is its title;
// what to do is the notice, where the page opens.
func (h *handler) notBookedPage(r *http.Request, v *visit.Visit, typed url.Values, err error) web.Page {
	happened := submission.NotSaved(err)
	tt := timetableOf(v, r)
	page := h.briefingPage(r, tt, v, typed, nil, submission.PressAgain(happened, bookingButton(tt.standing(v))))
	page.Title = happened.Title
	return page
}

// takeSeat answers for the seat that is kept.
func (h *handler) takeSeat(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	err := h.table.TakeSeat(r.Context(), v.Person.ID, v.Sessions(), web.Now(r))
	switch {
	case errors.Is(err, table.ErrWithdrawn):
		return toOwnPage(w, r, v)
	case errors.Is(err, table.ErrNotOffered):
		return done(w, r, v, "late")
	case err != nil:
		return submission.NotTaken(err)
	}
	return done(w, r, v, "taken")
}
