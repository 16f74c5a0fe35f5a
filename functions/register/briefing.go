package main

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// briefingView is a person's own page about the briefings.
type briefingView struct {
	standing
	Experiment *experiment.Experiment
	Link       string // of the private page
	JoinFrom   time.Time
	Joinable   bool
	Notices    []web.Notice

	Fields []web.Field          // of the form that books, if there is something to book
	Full   []experiment.Session // cannot be chosen, because who has a seat does not give it up for a waiting list
	Closed []line               // cannot be chosen by anybody
	Hidden []web.Hidden
	Button locale.Text
}

// Question is what the person asked the hosts, line by line; nil for nothing.
func (v briefingView) Question() []string {
	if v.Registration == nil || v.Registration.Question == "" {
		return nil
	}
	return strings.Split(v.Registration.Question, "\n")
}

// showBriefing is the registration as it stands, with what can be done about it.
func (h *handler) showBriefing(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Person.Withdrawn != "" {
		return toOwnPage(w, r, v)
	}
	tt := timetableOf(v, r)
	typed := url.Values{submission.Token: {h.random()}}
	if v.Registration != nil {
		typed.Set(question, v.Registration.Question)
	}
	var notices []web.Notice
	if notice, ok := justDone(tt.standing(v), r.URL.Query().Get("done")); ok {
		notices = append(notices, notice)
	}
	h.pages.Show(w, r, http.StatusOK, "briefing", h.briefingPage(r, tt, v, typed, nil, notices...))
	return nil
}

// timetableOf is how the briefings stand for a visit, which has read it.
func timetableOf(v *visit.Visit, r *http.Request) timetable {
	return newTimetable(v.Experiment, v.Settings, web.Now(r))
}

// toOwnPage leads to the private page, which says what is the matter.
func toOwnPage(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	http.Redirect(w, r, v.Link, http.StatusSeeOther)
	return nil
}

// backToBriefing leads to the page about the briefings.
func (h *handler) backToBriefing(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	http.Redirect(w, r, v.Link+"/briefing", http.StatusSeeOther)
	return nil
}

// done leads to the page about the briefings, which says what was done.
func done(w http.ResponseWriter, r *http.Request, v *visit.Visit, what string) error {
	http.Redirect(w, r, v.Link+"/briefing?done="+what, http.StatusSeeOther)
	return nil
}

// justDone is what was just done, if it still stands: an address remembers "done"
// for longer than that.
func justDone(s standing, what string) (web.Notice, bool) {
	byMail := locale.Text{JA: "確認のメールをお送りします。", EN: "A mail to confirm it is on its way."}
	switch {
	case what == "booked" && s.State == seated && s.Registration.From != "":
		return web.Notice{Kind: web.Success, Title: locale.Text{JA: "参加する回を変更しました", EN: "You have changed the session"}, Text: []locale.Text{byMail}}, true
	case what == "booked" && s.State == seated:
		return web.Notice{Kind: web.Success, Title: locale.Text{JA: "説明会のお席をお取りしました", EN: "You have a seat"}, Text: []locale.Text{byMail}}, true
	case what == "booked" && (s.State == waiting || s.State == offered):
		return web.Notice{Kind: web.Success, Title: locale.Text{JA: "キャンセル待ちに登録しました", EN: "You are on the waiting list"}, Text: []locale.Text{byMail}}, true
	case what == "taken" && s.State == seated:
		return web.Notice{Kind: web.Success, Title: locale.Text{JA: "お席が確定しました", EN: "The seat is yours"}, Text: []locale.Text{byMail}}, true
	case what == "canceled" && s.State == left:
		return web.Notice{Kind: web.Success, Title: locale.Text{JA: "登録を取り消しました", EN: "Your registration is canceled"}, Text: []locale.Text{byMail}}, true
	case what == "late" && s.State != seated && s.State != offered:
		return web.Notice{Kind: web.Warning, Focus: true, Title: locale.Text{JA: "お席をお取りできませんでした", EN: "The seat could not be taken"}, Text: []locale.Text{{
			JA: "お返事の期限を過ぎたか、説明会の予定が変わっています。いまの状況は、下のとおりです。",
			EN: "The time to answer is over, or the session has changed. How things stand now is shown below.",
		}}}, true
	case what == "stale" && s.State != left:
		return web.Notice{Kind: web.Warning, Focus: true, Title: locale.Text{JA: "登録は取り消していません", EN: "Nothing was canceled"}, Text: []locale.Text{{
			JA: "取り消しの画面を開いたあとに、登録の状況が変わりました。下の内容をご確認のうえ、必要であればもう一度お手続きください。",
			EN: "Your registration changed after you had opened the page. Please look at it below, and cancel once more if you still want to.",
		}}}, true
	}
	return web.Notice{}, false
}

// bookable are the briefings that the person can choose: any that is registrable but
// for the one that the person has. Who has a seat keeps it rather than wait for another.
func (tt timetable) bookable(s standing) (open, full []experiment.Session) {
	if s.State == underway {
		return nil, nil
	}
	for _, one := range tt.registrable() {
		switch {
		case s.Holds() && one.ID == s.Session.ID:
		case s.hasSeat() && tt.full(one):
			full = append(full, one)
		default:
			open = append(open, one)
		}
	}
	return open, full
}

func (h *handler) briefingPage(r *http.Request, tt timetable, v *visit.Visit, typed url.Values, errs web.Errors, notices ...web.Notice) web.Page {
	tt = h.withSeats(r, tt)
	view := briefingView{standing: tt.standing(v), Experiment: v.Experiment, Link: v.Link, Notices: notices, Closed: tt.closedLines()}
	if view.State == seated || view.State == underway {
		view.JoinFrom, view.Joinable = view.Session.JoinFrom(), view.Session.Joinable(tt.now)
	}
	var open []experiment.Session
	open, view.Full = tt.bookable(view.standing)
	if len(open) > 0 {
		view.Fields = web.Filled(bookingFields(tt, view.standing, open), typed, errs)
		view.Hidden = append(web.Carried(nil, typed, submission.Token), shown(open)...)
		view.Button = bookingButton(view.standing)
	}
	if len(open) == 0 {
		view.Notices, errs = append(view.Notices, asNotices(typed, errs)...), nil
	}
	page := v.Step(locale.Text{JA: "説明会の登録", EN: "Your briefing"}, view)
	page.Errors = errs
	return page
}

// asNotices says what is wrong on a page that has no form left to correct it in, and
// gives the question back, for the person to keep.
func asNotices(typed url.Values, errs web.Errors) []web.Notice {
	var notices []web.Notice
	for _, one := range errs {
		notices = append(notices, web.Notice{Kind: web.Warning, Title: one.Text, Focus: len(notices) == 0})
	}
	if asked := typed.Get(question); asked != "" && len(notices) > 0 {
		notices[0].Text = []locale.Text{{JA: "入力された内容：" + asked, EN: "What you typed: " + asked}}
	}
	return notices
}

// bookingFields are what is asked for when somebody books whom we know.
func bookingFields(tt timetable, s standing, open []experiment.Session) []web.Field {
	fields := []web.Field{briefingField(tt, open)}
	if !s.Holds() {
		fields = append(fields, questionField())
	}
	if consentMissing(tt, s) {
		fields = append(fields, consentField(tt.e))
	}
	return fields
}

func bookingButton(s standing) locale.Text {
	if s.Holds() {
		return locale.Text{JA: "この回に変更する", EN: "Change to this session"}
	}
	return locale.Text{JA: "この回に登録する", EN: "Register for this session"}
}

// consentMissing reports whether a new booking needs the consent: there is none on
// record to the present text. A change of date is part of what was agreed to.
func consentMissing(tt timetable, s standing) bool {
	if s.Holds() {
		return false
	}
	return s.Registration == nil || !agreed(s.Registration.Consent, tt.e.Registration.Consent)
}

// agreed reports whether a consent was given to the text as it is now.
func agreed(given table.Consent, to experiment.Consent) bool {
	return given.Given && given.Purpose == to.ID && given.Version == to.Version
}
