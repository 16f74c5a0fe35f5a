package main

import (
	"errors"
	"net/http"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// receiptView says that an application was received.
type receiptView struct {
	Experiment *experiment.Experiment
	Reference  string
	Address    string
	Submitted  time.Time
	Suggestion *web.Notice
	Survey     *nextSurvey
}

// nextSurvey leads on to the survey that is answered with the application.
type nextSurvey struct {
	experiment.Wave
	Path string // "" if the way there is the private page
}

// nextSurveyOf is the way from a receipt to the survey while it is open. Only the receipt of
// a first application opens it: who posts for an address that has applied is not known
// to be its holder, and the mail to the address leads there.
func nextSurveyOf(e *experiment.Experiment, accepted table.Receipt, token string, now time.Time) *nextSurvey {
	wave, ok := openWithApplication(e, now)
	if !ok {
		return nil
	}
	next := &nextSurvey{Wave: wave}
	if link, ok := accepted.SurveyLink(token); ok {
		next.Path = link.Path(mail.OpenSurvey)
	}
	return next
}

// openWithApplication is the survey that is answered with the application, if it is open.
func openWithApplication(e *experiment.Experiment, now time.Time) (experiment.Wave, bool) {
	wave, ok := e.WithApplication()
	return wave, ok && !now.Before(wave.Open) && now.Before(wave.Close)
}

// surveyLinkEnds is when the link to a survey stops working, as one in a mail does: a while
// after the close, but not after the data are erased.
func surveyLinkEnds(e *experiment.Experiment, wave experiment.Wave) time.Time {
	ends := wave.Close.Add(mail.SayItIsClosed)
	if erased := e.Retention.Participants.In(e.Zone()); erased.Before(ends) {
		return erased
	}
	return ends
}

// goneReceipt answers for a receipt that is not, or no longer, shown.
var goneReceipt = &web.Problem{
	Status: http.StatusNotFound,
	Title:  locale.Text{JA: "この受付の画面は表示できません", EN: "This receipt cannot be shown"},
	Body: locale.Text{
		JA: "受付の画面をご覧いただけるのは、送信から24時間です。応募の内容は、受付のメールにある専用ページで確認できます。",
		EN: "A receipt is shown for 24 hours after sending. You can see your application on the private page linked in our confirmation mail.",
	},
}

// showReceipt is the end of applying: the same page for every accepted post, as
// often as it is opened.
func (h *handler) showReceipt(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	token, problem := input.Token(r.PathValue("token"))
	if problem != (locale.Text{}) {
		return goneReceipt.Leading(visit.LinkForm(e))
	}
	accepted, err := h.table.Receipt(r.Context(), e.ID, token, web.Now(r))
	if errors.Is(err, table.ErrNotFound) {
		return goneReceipt.Leading(visit.LinkForm(e))
	}
	if err != nil {
		return err
	}
	typed, err := accepted.Address(token)
	if err != nil {
		return err
	}
	view := receiptView{Experiment: e, Reference: accepted.Reference, Address: typed, Submitted: accepted.Submitted.Time()}
	view.Survey = nextSurveyOf(e, accepted, token, web.Now(r))
	if address, problem := input.Email(typed); problem == (locale.Text{}) {
		if notice, ok := submission.Suggestion(address); ok {
			notice.Text = append(notice.Text, locale.Text{
				JA: "誤りがあるときは、下の「メールが届かないとき」をご覧ください。",
				EN: "If it is wrong, “If no mail arrives” below says what to do.",
			})
			view.Suggestion = &notice
		}
	}
	h.pages.Show(w, r, http.StatusOK, "receipt", web.About(e, locale.Text{JA: "応募を受け付けました", EN: "We have received your application"}, view))
	return nil
}
