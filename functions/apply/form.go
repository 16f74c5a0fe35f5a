package main

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
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

// showForm is a new form with a token of its own.
func (h *handler) showForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	now := web.Now(r)
	if state := e.Application.State(now); state != experiment.Open {
		h.pages.Show(w, r, http.StatusOK, "closed", h.closedPage(e, state))
		return nil
	}
	typed := url.Values{source: {input.Source(r.URL.Query().Get(source))}}
	h.freshen(typed, now)
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
		h.freshen(typed, web.Now(r))
	}
	c, errs := check(e, applying, typed, web.Lang(r), web.Now(r))
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, e, typed, errs))
		return nil
	}
	h.pages.Show(w, r, http.StatusOK, "confirm", h.confirmPage(r, e, typed, c))
	return nil
}

// freshen gives a form a token of its own and the time it is shown at.
func (h *handler) freshen(typed url.Values, now time.Time) {
	typed.Set(formToken, h.random())
	typed.Set(shownAt, strconv.FormatInt(now.UnixMilli(), 10))
}

func (h *handler) formPage(r *http.Request, e *experiment.Experiment, typed url.Values, errs web.Errors, notices ...web.Notice) web.Page {
	title := locale.Text{JA: "応募フォーム", EN: "Application form"}
	page := web.About(e, title, formView{
		Experiment: e,
		Sections:   sections(e, applying, typed, errs),
		Hidden:     web.Carried(nil, typed, formToken, shownAt, source),
		Action:     "/" + e.ID + "/apply?lang=" + string(web.Lang(r)),
		Button:     locale.Text{JA: "入力内容を確認する", EN: "Check your answers"},
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
	if notice, ok := suggestion(c.address); ok {
		notice.Text = append(notice.Text, locale.Text{
			JA: "直すときは、下の「メールアドレス」の「変更する」を押してください。",
			EN: "To correct it, press “Change” beside your e-mail address below.",
		})
		view.Notices = append(view.Notices, notice)
	}
	return web.About(e, locale.Text{JA: "入力内容の確認", EN: "Check your answers"}, view)
}

// suggestion points out what looks like a slip in an address, without insisting.
func suggestion(address input.Address) (web.Notice, bool) {
	better, ok := input.Suggest(address.Original)
	if !ok {
		return web.Notice{}, false
	}
	return web.Notice{
		Kind: web.Warning,
		Title: locale.Text{
			JA: "メールアドレスは「" + better + "」ではありませんか？",
			EN: "Did you mean “" + better + "”?",
		},
		Text: []locale.Text{{
			JA: "入力されたのは「" + address.Original + "」です。このアドレスで正しければ、直す必要はありません。",
			EN: "You entered “" + address.Original + "”. If that is right, there is nothing to change.",
		}},
	}, true
}
