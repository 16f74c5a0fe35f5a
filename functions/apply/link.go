package main

import (
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// linkView asks for an address to send the link to, or says that it was sent.
type linkView struct {
	Experiment *experiment.Experiment
	Field      web.Field
	Action     string
	Trap       string
}

// showLinkForm is for those who lost the mail with their link.
func (h *handler) showLinkForm(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	h.pages.Show(w, r, http.StatusOK, "link", h.linkPage(r, e, nil, nil))
	return nil
}

// sendLink mails the private page's link to the address, if it has one. The
// answer is the same whether or not it has.
func (h *handler) sendLink(w http.ResponseWriter, r *http.Request, e *experiment.Experiment) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	address, problem := input.Email(typed.Get(email))
	if problem != (locale.Text{}) {
		errs := web.Errors{{Field: email, Text: problem}}
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "link", h.linkPage(r, e, typed, errs))
		return nil
	}
	if typed.Get(trap) != "" {
		h.form().Note(r, e, "trap")
	} else {
		day := web.Now(r).In(e.Zone()).Format(time.DateOnly)
		err := h.table.SendLink(r.Context(), e.ID, submission.Address(address), day, web.Now(r))
		if err != nil {
			return submission.NotTaken(err)
		}
	}
	h.pages.Show(w, r, http.StatusOK, "linksent", web.About(e, locale.Text{JA: "リンクの再送を受け付けました", EN: "We have received your request"}, linkView{Experiment: e}))
	return nil
}

func (h *handler) linkPage(r *http.Request, e *experiment.Experiment, typed url.Values, errs web.Errors) web.Page {
	field := submission.EmailField(locale.Text{JA: "応募や説明会の登録に使ったメールアドレス", EN: "The e-mail address you applied or registered with"}, locale.Text{})
	field.Value = typed.Get(email)
	page := web.About(e, visit.LinkForm(e).Text, linkView{
		Experiment: e, Field: web.WithErrors([]web.Field{field}, errs)[0], Trap: trap,
		Action: "/" + e.ID + "/link?lang=" + string(web.Lang(r)),
	})
	page.Errors = errs
	return page
}
