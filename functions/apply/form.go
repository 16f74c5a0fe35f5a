package main

import (
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/web"
)

// formView is the form and its confirmation.
type formView struct {
	Experiment *experiment.Experiment
	Sections   []web.Section
	Summary    [][]web.Row // on the confirmation, by section
	Hidden     []web.Hidden
	Action     string // where the form posts to
	Button     locale.Text
	Trap       string // name of the field that only programs fill in
	Closing    time.Time
	Editing    bool
	Notices    []web.Notice
	Failed     bool   // it was confirmed, and could not be stored
	Cancel     string // path back without sending
}

// form is the form as what is sent with it counts, is suspected and may fail.
func (h *handler) form() submission.Form {
	return submission.Form{What: locale.Text{JA: "応募", EN: "application"}, Table: h.table, Random: h.random}
}

// showForm is a new form with a token of its own.
func (h *handler) showForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	now := web.Now(r)
	if state := e.Application.State(now); state != experiment.Open {
		h.pages.Show(w, r, http.StatusOK, "closed", h.closedPage(e, state))
		return nil
	}
	typed := url.Values{source: {input.Source(r.URL.Query().Get(source))}}
	h.form().Freshen(typed, now)
	h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, e, typed, nil))
	return nil
}

// checkForm shows the confirmation of what was typed, or the form with all that
// is wrong. It stores nothing.
func (h *handler) checkForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	// The token decides who can open the receipt: nobody else may choose it.
	if err := h.origins.Admit(w, r, foreignOrigin); err != nil {
		return err
	}
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !h.open(w, r, e, typed) {
		return nil
	}
	if typed.Get(editField) != "" {
		h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, e, typed, nil))
		return nil
	}
	if typed.Get(formToken) == "" {
		h.form().Freshen(typed, web.Now(r))
	}
	c, errs := check(e, applying, typed, web.Lang(r), web.Now(r))
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, e, typed, errs))
		return nil
	}
	h.pages.Show(w, r, http.StatusOK, "confirm", h.confirmPage(r, e, typed, c))
	return nil
}

// failedPage is the confirmation again, after storing failed. What happened is
// its title; what to do is the notice, where the page opens.
func failedPage(page web.Page, happened web.Notice) web.Page {
	view := page.Data.(formView)
	page.Title = happened.Title
	view.Failed = true
	view.Notices = append([]web.Notice{submission.PressAgain(happened, view.Button)}, view.Notices...)
	page.Data = view
	return page
}

func (h *handler) formPage(r *http.Request, e *experiment.Experiment, typed url.Values, errs web.Errors, notices ...web.Notice) web.Page {
	title := locale.Text{JA: "応募フォーム", EN: "Application form"}
	page := web.About(e, title, formView{
		Experiment: e,
		Sections:   sections(e, applying, typed, errs),
		Hidden:     web.Carried(nil, typed, formToken, shownAt, source),
		Action:     "/" + e.ID + "/apply?lang=" + string(web.Lang(r)),
		Button:     submission.CheckButton,
		Trap:       trap,
		Closing:    e.Application.Close,
		Notices:    notices,
	})
	page.Errors = errs
	return page
}

func (h *handler) confirmPage(r *http.Request, e *experiment.Experiment, typed url.Values, c checked) web.Page {
	typed = normalized(typed, c)
	all := sections(e, applying, typed, nil)
	view := formView{
		Experiment: e,
		Sections:   all,
		Summary:    web.Answers(web.Lang(r), all, true),
		Hidden:     web.Carried(all, typed, formToken, shownAt, source, trap),
		Action:     "/" + e.ID + "/applications?lang=" + string(web.Lang(r)),
		Button:     locale.Text{JA: "この内容で応募する", EN: "Send this application"},
		Closing:    e.Application.Close,
	}
	if notice, ok := submission.Suggestion(c.address); ok {
		notice.Text = append(notice.Text, locale.Text{
			JA: "直すときは、下の「メールアドレス」の「変更する」を押してください。",
			EN: "To correct it, press “Change” beside your e-mail address below.",
		})
		view.Notices = append(view.Notices, notice)
	}
	return web.About(e, locale.Text{JA: "入力内容の確認", EN: "Check your answers"}, view)
}
