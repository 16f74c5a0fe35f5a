package main

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// addressView is the change of address: asking for it, or confirming it.
type addressView struct {
	Experiment *experiment.Experiment
	Person     table.Person
	Field      web.Field
	Link       string
	Next       string // the address to be confirmed
	Done       bool
}

func (h *handler) showAddress(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Person.Withdrawn != "" {
		http.Redirect(w, r, v.Link, http.StatusSeeOther)
		return nil
	}
	h.pages.Show(w, r, http.StatusOK, "address", h.addressPage(v, nil, nil))
	return nil
}

func (h *handler) addressPage(v *visit.Visit, typed url.Values, errs web.Errors) web.Page {
	field := submission.EmailField(
		locale.Text{JA: "新しいメールアドレス", EN: "New e-mail address"},
		locale.Text{JA: "例：name@example.jp", EN: "For example: name@example.jp"},
	)
	field.Value = typed.Get(email)
	page := v.Step(locale.Text{JA: "メールアドレスの変更", EN: "Change your e-mail address"}, addressView{
		Experiment: v.Experiment, Person: v.Person, Link: v.Link,
		Field: web.WithErrors([]web.Field{field}, errs)[0],
	})
	page.Errors = errs
	return page
}

// askAddress mails the new address a link that confirms it.
func (h *handler) askAddress(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var errs web.Errors
	address, problem := input.Email(typed.Get(email))
	if problem == (locale.Text{}) && address.Send == v.Person.Address.Send {
		problem = locale.Text{JA: "いまと同じアドレスです。新しいメールアドレスを入力してください", EN: "Enter a new address: this is the one you have now"}
	}
	if problem != (locale.Text{}) {
		errs.Add(email, problem)
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "address", h.addressPage(v, typed, errs))
		return nil
	}
	day := web.Now(r).In(v.Experiment.Zone()).Format(time.DateOnly)
	err = h.table.AskAddress(r.Context(), v.Person, submission.Address(address), day, web.Now(r))
	switch {
	case errors.Is(err, table.ErrTooOften):
		errs.Add(email, locale.Text{JA: "今日はこれ以上変更できません。明日もう一度お試しください", EN: "You cannot change it again today. Please try again tomorrow"})
		h.pages.Show(w, r, http.StatusTooManyRequests, "address", h.addressPage(v, typed, errs))
		return nil
	case errors.Is(err, table.ErrWithdrawn):
	case err != nil:
		return submission.NotTaken(err)
	}
	http.Redirect(w, r, v.Link+"?done=asked", http.StatusSeeOther)
	return nil
}

var addressChanged = locale.Text{JA: "メールアドレスを変更しました", EN: "Your e-mail address is changed"}

// showConfirm is where the link in the mail to a new address leads.
func (h *handler) showConfirm(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	title := locale.Text{JA: "メールアドレスの確認", EN: "Confirm your new address"}
	view := addressView{Experiment: v.Experiment, Person: v.Person, Link: v.Link}
	switch next := v.Person.NewAddress; {
	case v.Person.Confirmed == v.Segment.Mail:
		title, view.Done = addressChanged, true
	case next != nil && next.Mail == v.Segment.Mail && v.Person.Withdrawn == "":
		view.Next = next.Address.Typed
	default:
		return h.links().Dead()
	}
	h.pages.Show(w, r, http.StatusOK, "confirmaddress", v.Page(title, view))
	return nil
}

// takenAddress answers when the new address belongs to somebody else. Only its
// holder can see this.
var takenAddress = &web.Problem{
	Status: http.StatusConflict,
	Title:  locale.Text{JA: "このアドレスはすでに使われています", EN: "This address is already in use"},
	Body: locale.Text{
		JA: "このアドレスでは、別の応募か説明会の登録をすでに受け付けています。あなたのメールアドレスは変わっていません。お心当たりがないときは、お問い合わせください。",
		EN: "Another application or registration has this address already. Your own address has not changed. If that surprises you, please write to us.",
	},
}

// confirmAddress moves the person to the new address.
func (h *handler) confirmAddress(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	err := h.table.ConfirmAddress(r.Context(), v.Person, v.Segment.Mail, web.Now(r))
	switch {
	case errors.Is(err, table.ErrAddressTaken):
		return takenAddress
	case errors.Is(err, table.ErrNotAsked), errors.Is(err, table.ErrWithdrawn):
		return h.links().Dead()
	case err != nil:
		return submission.NotTaken(err)
	}
	h.pages.Show(w, r, http.StatusOK, "confirmaddress", v.Page(addressChanged, addressView{Experiment: v.Experiment, Done: true}))
	return nil
}
