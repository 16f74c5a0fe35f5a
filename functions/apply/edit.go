package main

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// editVersion is the field that says which version of the application the form
// showed, so that two windows do not overwrite each other.
const editVersion = "version"

// editable reports whether the application may still be changed.
func editable(v *visit.Visit, r *http.Request) bool {
	return v.Application != nil && v.Person.Withdrawn == "" &&
		v.Experiment.Application.State(web.Now(r)) == experiment.Open
}

// editClosed answers for what can no longer be changed.
var editClosed = &web.Problem{
	Status: http.StatusForbidden,
	Title:  locale.Text{JA: "変更の受付は終了しました", EN: "Changes are closed"},
	Body: locale.Text{
		JA: "応募の締め切りを過ぎたあとや、応募を取り下げたあとは、内容を変更できません。やむを得ない事情があるときは、お問い合わせください。",
		EN: "An application cannot be changed once applications have closed or it has been withdrawn. If there is a pressing reason, please write to us.",
	},
}

// changedElsewhere is said above the form whose changes were not saved.
var changedElsewhere = web.Notice{
	Kind: web.Warning, Focus: true,
	Title: locale.Text{JA: "別の画面で変更されています", EN: "It was changed in another window"},
	Text: []locale.Text{{
		JA: "この画面を開いたあとに、別の画面か端末で応募の内容が変更されました。今回の変更はまだ保存していません。下には、今回入力した内容を表示しています。このまま進むと、別の画面での変更は置き換わります。",
		EN: "After you opened this page, your application was changed in another window or on another device. The changes you made here are not saved yet; they are shown below. If you go on, they replace those made elsewhere.",
	}},
}

// showEdit is the form with the application as it stands.
func (h *handler) showEdit(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if v.Application == nil {
		http.Redirect(w, r, v.Link, http.StatusSeeOther)
		return nil
	}
	if !editable(v, r) {
		return editClosed.Leading(v.OwnPage())
	}
	typed := typedOf(v.Person, *v.Application)
	typed.Set(formToken, h.random())
	typed.Set(editVersion, strconv.Itoa(v.Application.Version))
	h.pages.Show(w, r, http.StatusOK, "form", h.editPage(v, r, typed, nil))
	return nil
}

// checkEdit shows the confirmation of an edit, or the form with all that is
// wrong. It stores nothing.
func (h *handler) checkEdit(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, c, ok, err := h.readEdit(w, r, v)
	if err != nil || !ok {
		return err
	}
	h.pages.Show(w, r, http.StatusOK, "confirm", h.confirmEditPage(v, r, typed, c))
	return nil
}

func (h *handler) confirmEditPage(v *visit.Visit, r *http.Request, typed url.Values, c checked) web.Page {
	typed = normalized(typed, c)
	all := sections(v.Experiment, editing, typed, nil)
	return v.Step(locale.Text{JA: "変更内容の確認", EN: "Check your changes"}, formView{
		Experiment: v.Experiment,
		Sections:   all,
		Summary:    web.Answers(web.Lang(r), all, true),
		Hidden:     web.Carried(all, typed, formToken, editVersion),
		Action:     v.Link + "/edit?lang=" + string(web.Lang(r)),
		Button:     locale.Text{JA: "この内容に変更する", EN: "Save these changes"},
		Closing:    v.Experiment.Application.Close,
		Editing:    true,
		Cancel:     v.Link,
	})
}

// edit saves a confirmed edit.
func (h *handler) edit(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	typed, c, ok, err := h.readEdit(w, r, v)
	if err != nil || !ok {
		return err
	}
	token, problem := input.Token(typed.Get(formToken))
	if problem != (locale.Text{}) {
		typed.Set(formToken, h.random())
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.editPage(v, r, typed, nil, h.form().OddToken()))
		return nil
	}
	person := v.Person
	person.FamilyName, person.GivenName = c.person.FamilyName, c.person.GivenName
	person.FamilyKana, person.GivenKana = c.person.FamilyKana, c.person.GivenKana
	person.Prefecture = c.person.Prefecture
	changed := changes(v, person, c.application)
	if len(changed) == 0 && !v.Application.EditedBy(token) {
		http.Redirect(w, r, v.Link+"?done=nothing", http.StatusSeeOther)
		return nil
	}
	err = h.table.Edit(r.Context(), table.Edit{
		Token: token, Version: version(typed), Person: person, Application: c.application, Changed: changed,
	}, web.Now(r))
	switch {
	case errors.Is(err, table.ErrChangedElsewhere):
		typed.Set(formToken, h.random())
		typed.Set(editVersion, strconv.Itoa(v.Application.Version))
		h.pages.Show(w, r, http.StatusConflict, "form", h.editPage(v, r, typed, nil, changedElsewhere))
		return nil
	case errors.Is(err, table.ErrWithdrawn):
		return editClosed.Leading(v.OwnPage())
	case err != nil:
		slog.ErrorContext(r.Context(), "edit not saved", "experiment", v.Experiment.ID, "error", err)
		w.Header().Set("Retry-After", "60")
		h.pages.Show(w, r, http.StatusServiceUnavailable, "confirm", failedPage(h.confirmEditPage(v, r, typed, c), submission.NotSaved(err)))
		return nil
	}
	http.Redirect(w, r, v.Link+"?done=edited", http.StatusSeeOther)
	return nil
}

// readEdit reads and checks a posted edit. If it is not ok it has answered.
func (h *handler) readEdit(w http.ResponseWriter, r *http.Request, v *visit.Visit) (url.Values, checked, bool, error) {
	typed, err := web.ReadForm(r)
	if err != nil {
		return nil, checked{}, false, err
	}
	if v.Application == nil {
		http.Redirect(w, r, v.Link, http.StatusSeeOther)
		return nil, checked{}, false, nil
	}
	if !editable(v, r) {
		if v.Application.EditedBy(typed.Get(formToken)) { // before the close: it was saved
			http.Redirect(w, r, v.Link+"?done=edited", http.StatusSeeOther)
			return nil, checked{}, false, nil
		}
		return nil, checked{}, false, editClosed.Leading(v.OwnPage())
	}
	if typed.Get(editField) != "" { // a way back on the confirmation was pressed
		h.pages.Show(w, r, http.StatusOK, "form", h.editPage(v, r, typed, nil))
		return nil, checked{}, false, nil
	}
	c, errs := check(v.Experiment, editing, typed, web.Lang(r), web.Now(r))
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "form", h.editPage(v, r, typed, errs))
		return nil, checked{}, false, nil
	}
	return typed, c, true, nil
}

func (h *handler) editPage(v *visit.Visit, r *http.Request, typed url.Values, errs web.Errors, notices ...web.Notice) web.Page {
	page := v.Step(locale.Text{JA: "応募内容の変更", EN: "Change your application"}, formView{
		Experiment: v.Experiment,
		Sections:   sections(v.Experiment, editing, typed, errs),
		Hidden:     web.Carried(nil, typed, formToken, editVersion),
		Action:     v.Link + "/check?lang=" + string(web.Lang(r)),
		Button:     locale.Text{JA: "変更内容を確認する", EN: "Check your changes"},
		Closing:    v.Experiment.Application.Close,
		Editing:    true,
		Notices:    notices,
		Cancel:     v.Link,
	})
	page.Errors = errs
	return page
}

// changes names the fields in which an edit differs from what stands.
func changes(v *visit.Visit, person table.Person, next table.Application) []string {
	var names []string
	note := func(name string, same bool) {
		if !same {
			names = append(names, name)
		}
	}
	old, a := v.Person, v.Application
	note(familyName, old.FamilyName == person.FamilyName)
	note(givenName, old.GivenName == person.GivenName)
	note(familyKana, old.FamilyKana == person.FamilyKana)
	note(givenKana, old.GivenKana == person.GivenKana)
	note(prefecture, old.Prefecture == person.Prefecture)
	note(choices, slices.Equal(a.Choices, next.Choices))
	note(motivation, a.Motivation == next.Motivation)
	note("answers", maps.EqualFunc(a.Answers, next.Answers, slices.Equal[[]string]))
	return names
}
