package main

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
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
	Closed     []line      // the sessions that cannot be chosen
	Summary    [][]web.Row // on the confirmation, by section
	Hidden     []web.Hidden
	Action     string // where the form posts to
	Button     locale.Text
	Trap       string // name of the field that only programs fill in
	Notices    []web.Notice
	Failed     bool // it was confirmed, and could not be stored
}

// form is the form as what is sent with it counts, is suspected and may fail.
func (h *handler) form() submission.Form {
	return submission.Form{What: locale.Text{JA: "登録", EN: "registration"}, Table: h.table, Random: h.random}
}

// showForm is a new form with a token of its own.
func (h *handler) showForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	tt, ok, err := h.timetable(w, r, e)
	if !ok {
		return err
	}
	open := tt.registrable()
	if len(open) == 0 {
		h.pages.Show(w, r, http.StatusOK, "closed", closedPage(tt))
		return nil
	}
	asked := r.URL.Query()
	typed := url.Values{source: {input.Source(asked.Get(source))}, briefing: {asked.Get(briefing)}}
	if len(open) == 1 {
		typed.Set(briefing, open[0].ID)
	}
	h.form().Freshen(typed, tt.now)
	h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, tt, typed, nil))
	return nil
}

// checkForm shows the confirmation of what was typed, or the form with all that
// is wrong. It stores nothing.
func (h *handler) checkForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	// The token decides who can open the receipt: nobody else may choose it.
	if err := h.origins.Admit(w, r, foreignOrigin); err != nil {
		return err
	}
	tt, ok, err := h.timetable(w, r, e)
	if !ok {
		return err
	}
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !h.open(w, r, tt, typed) {
		return nil
	}
	if typed.Get(web.Back) != "" {
		h.pages.Show(w, r, http.StatusOK, "form", h.formPage(r, tt, typed, nil))
		return nil
	}
	if typed.Get(submission.Token) == "" {
		h.form().Freshen(typed, tt.now)
	}
	c, errs := check(tt, typed, web.Lang(r))
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.formPage(r, tt, typed, errs))
		return nil
	}
	h.pages.Show(w, r, http.StatusOK, "confirm", h.confirmPage(r, tt, typed, c))
	return nil
}

func (h *handler) formPage(r *http.Request, tt timetable, typed url.Values, errs web.Errors, notices ...web.Notice) web.Page {
	tt = h.withSeats(r, tt)
	hidden := append(web.Carried(nil, typed, submission.Token, submission.Shown, source), shown(tt.registrable())...)
	page := web.About(tt.e, locale.Text{JA: "説明会の登録", EN: "Register for a briefing"}, formView{
		Experiment: tt.e,
		Sections:   sections(tt, typed, errs),
		Closed:     tt.closedLines(),
		Hidden:     hidden,
		Action:     "/" + tt.e.ID + "/register?lang=" + string(web.Lang(r)),
		Button:     submission.CheckButton,
		Trap:       submission.Trap,
		Notices:    notices,
	})
	page.Errors = errs
	return page
}

func (h *handler) confirmPage(r *http.Request, tt timetable, typed url.Values, c checked) web.Page {
	tt = h.withSeats(r, tt)
	typed = maps.Clone(typed)
	maps.Copy(typed, c.typed())
	all := sections(tt, typed, nil)
	names := []string{submission.Token, submission.Shown, source, submission.Trap}
	view := formView{
		Experiment: tt.e,
		Sections:   all,
		Summary:    web.Answers(web.Lang(r), all, true),
		Hidden:     append(web.Carried(all, typed, names...), shown([]experiment.Session{c.session})...),
		Action:     "/" + tt.e.ID + "/registrations?lang=" + string(web.Lang(r)),
		Button:     locale.Text{JA: "この内容で登録する", EN: "Register"},
	}
	chosen := &view.Summary[0][0]
	chosen.Lines = append([]string{c.session.Title.In(web.Lang(r))}, append(chosen.Lines, c.session.Place.In(web.Lang(r)))...)
	if tt.full(c.session) {
		view.Notices = append(view.Notices, full(c.session))
	}
	if notice, ok := submission.Suggestion(c.address); ok {
		notice.Text = append(notice.Text, locale.Text{
			JA: "直すときは、下の「メールアドレス」の「変更する」を押してください。",
			EN: "To correct it, press “Change” beside your e-mail address below.",
		})
		view.Notices = append(view.Notices, notice)
	}
	return web.About(tt.e, locale.Text{JA: "入力内容の確認", EN: "Check your answers"}, view)
}

// full tells before sending that there is no seat.
func full(s experiment.Session) web.Notice {
	return web.Notice{
		Kind:  web.Info,
		Title: locale.Text{JA: "この回は満席です。キャンセル待ちの登録になります", EN: "This session is full: you will be on the waiting list"},
		Text: []locale.Text{{
			JA: "お席が空くと、登録の順にメールでお知らせし、" + hours(s).JA + "お取り置きします。ほかの回は「変更する」から選べます。",
			EN: "When a seat becomes free, we write in the order of registration and keep it for " + hours(s).EN + ". To choose another session, press “Change”.",
		}},
	}
}

// hours is for how long a seat is kept, in words.
func hours(s experiment.Session) locale.Text {
	if n := strconv.Itoa(int(s.Reply.Hours())); s.Reply%time.Hour == 0 && s.Reply > time.Hour {
		return locale.Text{JA: n + "時間", EN: n + " hours"}
	}
	n := strconv.Itoa(int(s.Reply.Minutes()))
	return locale.Text{JA: n + "分間", EN: n + " minutes"}
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
