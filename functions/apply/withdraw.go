package main

import (
	"net/http"

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
	view := viewOf(v, r)
	h.pages.Show(w, r, http.StatusOK, "withdraw", v.Step(view.Leaving.Title, view))
	return nil
}

// leaving is what withdrawing is to a person, by what there is to withdraw.
type leaving struct {
	Title  locale.Text
	Button locale.Text
}

// leavingOf words it for a person who has applied or registered for a briefing, or
// both. A registration stands if its briefing is still to come.
func leavingOf(applied, registered, stands bool) leaving {
	switch {
	case applied && registered && stands:
		return leaving{
			Title:  locale.Text{JA: "応募と説明会の登録の取り下げ", EN: "Withdraw your application and registration"},
			Button: locale.Text{JA: "応募と登録を取り下げる", EN: "Withdraw my application and registration"},
		}
	case applied:
		return leaving{
			Title:  locale.Text{JA: "応募の取り下げ", EN: "Withdraw your application"},
			Button: locale.Text{JA: "応募を取り下げる", EN: "Withdraw my application"},
		}
	case stands:
		return leaving{
			Title:  locale.Text{JA: "登録の取りやめと情報の消去", EN: "Give up your registration and have your data erased"},
			Button: locale.Text{JA: "登録を取りやめ、情報の消去を求める", EN: "Give up my registration and have my data erased"},
		}
	}
	return leaving{
		Title:  locale.Text{JA: "登録の情報の消去", EN: "Have your data erased"},
		Button: locale.Text{JA: "登録の情報の消去を求める", EN: "Have my data erased"},
	}
}

// withdraw takes the person out of the experiment.
func (h *handler) withdraw(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := h.table.Withdraw(r.Context(), v.Person, v.Sessions(), false, web.Now(r)); err != nil {
		return submission.NotTaken(err)
	}
	http.Redirect(w, r, v.Link, http.StatusSeeOther)
	return nil
}
