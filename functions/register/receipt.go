package main

import (
	"errors"
	"net/http"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// receiptView says that a registration was received.
type receiptView struct {
	Experiment *experiment.Experiment
	Reference  string
	Address    string
	Submitted  time.Time
	Session    line // as it stands now
	Waiting    bool // instead of having a seat
	Kept       locale.Text
	Others     bool // there are other sessions to choose
	Suggestion *web.Notice
}

// goneReceipt answers for a receipt that is not, or no longer, shown.
var goneReceipt = &web.Problem{
	Status: http.StatusNotFound,
	Title:  locale.Text{JA: "この受付の画面は表示できません", EN: "This receipt cannot be shown"},
	Body: locale.Text{
		JA: "受付の画面をご覧いただけるのは、送信から24時間です。登録を取り消すと、それより前に見られなくなります。登録の内容は、受付のメールにある専用ページで確認できます。",
		EN: "A receipt is shown for 24 hours after sending, or until the registration is canceled. You can see your registration on the private page linked in our mail.",
	},
}

// showReceipt is the end of registering: the same page for every accepted post, as
// often as it is opened, with the session's present date.
func (h *handler) showReceipt(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	token, problem := input.Token(r.PathValue("token"))
	if problem != (locale.Text{}) {
		return goneReceipt.Leading(visit.LinkForm(e))
	}
	accepted, err := h.table.RegistrationReceipt(r.Context(), e.ID, token, web.Now(r))
	if errors.Is(err, table.ErrNotFound) {
		return goneReceipt.Leading(visit.LinkForm(e))
	}
	if err != nil {
		return submission.NotTaken(err)
	}
	typed, err := accepted.Address(token)
	if err != nil {
		return err
	}
	tt, ok, err := h.timetable(w, r, e)
	if !ok {
		return err
	}
	s, ok := tt.session(accepted.Briefing)
	if !ok {
		return goneReceipt.Leading(visit.LinkForm(e))
	}
	view := receiptView{
		Experiment: e, Reference: accepted.Reference, Address: typed, Submitted: accepted.Submitted.Time(),
		Session: tt.line(s), Waiting: accepted.Standing == table.Waiting, Kept: hours(s),
	}
	for _, other := range tt.registrable() {
		view.Others = view.Others || other.ID != s.ID
	}
	if address, problem := input.Email(typed); problem == (locale.Text{}) {
		if notice, ok := submission.Suggestion(address); ok {
			notice.Text = append(notice.Text, locale.Text{
				JA: "誤りがあるときは、下の「メールが届かないとき」をご覧ください。",
				EN: "If it is wrong, “If no mail arrives” below says what to do.",
			})
			view.Suggestion = &notice
		}
	}
	title := locale.Text{JA: "説明会の登録を受け付けました", EN: "We have received your registration"}
	if view.Waiting {
		title = locale.Text{JA: "キャンセル待ちの登録を受け付けました", EN: "You are on the waiting list"}
	}
	h.pages.Show(w, r, http.StatusOK, "receipt", web.About(e, title, view))
	return nil
}
