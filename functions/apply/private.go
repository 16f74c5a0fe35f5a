package main

import (
	"net/http"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// privateView is the private page: one person's, whatever came first.
type privateView struct {
	Experiment    *experiment.Experiment
	Person        table.Person
	Application   *table.Application
	Registration  *registrationView
	Participation *participationView
	Surveys       *surveysView
	Summary       [][]web.Row
	Sections      []web.Section
	Consents      []web.Row
	Link          string
	Editable      bool
	Open          bool // applications are open
	Closed        bool
	Registrable   bool // there is another briefing to register for
	Withdrawn     bool
	Leaving       leaving
	ErasedBy      experiment.Date // the data, of who has left or leaves now
	Answers       answers
	Field         web.Field // on the way out: what becomes of the answers
	Notice        *web.Notice
}

// viewOf is what the private page and those that it leads to show of a visit.
func viewOf(v *visit.Visit, r *http.Request) privateView {
	now, state := web.Now(r), v.Experiment.Application.State(web.Now(r))
	registration := registrationOf(v, web.Lang(r), now)
	leaves := now
	if v.Person.Withdrawn != "" {
		leaves = v.Person.Withdrawn.Time()
	}
	return privateView{
		Experiment: v.Experiment, Person: v.Person, Application: v.Application, Registration: registration,
		Participation: participationOf(v, web.Lang(r)), Surveys: surveysOf(v, now),
		Link: v.Link, Editable: editable(v, r), Open: state == experiment.Open, Closed: state == experiment.Closed,
		Registrable: registrable(v, now), Withdrawn: v.Person.Withdrawn != "",
		Leaving:  leavingOf(v.Application != nil, registration != nil, registration != nil && registration.Stands),
		ErasedBy: v.Experiment.Retention.AfterLeaving(experiment.DateOf(leaves.In(v.Experiment.Zone()))), Answers: answersOf(v),
	}
}

// notices are what was just done, said once on the private page.
var notices = map[string]web.Notice{
	"edited": {Kind: web.Success, Title: locale.Text{JA: "変更を保存しました", EN: "Your changes are saved"}, Text: []locale.Text{{
		JA: "変更を受け付けたことを、メールでもお知らせします。", EN: "A mail to confirm it is on its way.",
	}}},
	"nothing": {Kind: web.Info, Title: locale.Text{JA: "変更はありませんでした", EN: "There was nothing to change"}, Text: []locale.Text{{
		JA: "入力された内容は、受け付けている内容と同じです。", EN: "What you sent is what we already have.",
	}}},
	"asked": {Kind: web.Info, Title: locale.Text{JA: "新しいメールアドレスに確認のメールをお送りします", EN: "We are sending a mail to your new address"}, Text: []locale.Text{{
		JA: "メールのボタンから開くページで確認すると、アドレスが変わります。それまでは、いまのアドレスのままです。",
		EN: "Follow the button in it and confirm. Until then your address stays as it is.",
	}}},
}

func (h *handler) showPrivate(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	view := viewOf(v, r)
	if notice, ok := justDone(v, r); ok {
		view.Notice = &notice
	}
	if v.Application != nil {
		view.Sections = sections(v.Experiment, editing, typedOf(v.Person, *v.Application), nil)
		view.Summary = web.Answers(web.Lang(r), view.Sections, false)
	}
	view.Consents = consentRows(v, web.Lang(r))
	h.pages.Show(w, r, http.StatusOK, "private", v.Page(v.OwnPage().Text, view))
	return nil
}

// justDone is what was just done, if it still stands: an address remembers "done"
// for longer than that.
func justDone(v *visit.Visit, r *http.Request) (web.Notice, bool) {
	done := r.URL.Query().Get("done")
	switch {
	case v.Person.Withdrawn != "",
		done == "edited" && (v.Application == nil || v.Application.Edited == ""),
		done == "asked" && v.Person.NewAddress == nil:
		return web.Notice{}, false
	}
	notice, ok := notices[done]
	if done == "asked" {
		if address, problem := input.Email(v.Person.NewAddress.Address.Typed); problem == (locale.Text{}) {
			if slip, likely := submission.Suggestion(address); likely {
				slip.Text = append(slip.Text, notice.Text...)
				return slip, true
			}
		}
	}
	return notice, ok
}

// consentRows lists what the person agreed to, in which version and when.
func consentRows(v *visit.Visit, lang locale.Lang) []web.Row {
	var rows []web.Row
	var consents []table.Consent
	if a := v.Application; a != nil {
		consents = a.Consents
		if a.Adult {
			rows = append(rows, web.Row{
				Label: locale.Text{JA: "年齢の確認", EN: "Your age"},
				Lines: []string{locale.Text{JA: "成年であることを確認済み", EN: "Confirmed to be of legal age"}.In(lang)},
			})
		}
	}
	if r := v.Registration; r != nil {
		consents = append(slices.Clone(consents), r.Consent)
	}
	if s := v.Surveys; s != nil && s.Consent.Purpose != "" {
		consents = append(slices.Clone(consents), s.Consent)
	}
	for _, given := range consents {
		title := locale.Text{JA: given.Purpose, EN: given.Purpose}
		if c, ok := v.Experiment.Consent(given.Purpose); ok {
			title = c.Title
		}
		said := locale.Text{JA: "同意していません", EN: "Not agreed"}
		if given.Given {
			said = locale.Text{JA: "同意済み", EN: "Agreed"}
		}
		lines := []string{
			said.In(lang) + locale.Text{JA: "(" + given.Version + "版)", EN: " (version " + given.Version + ")"}.In(lang),
			locale.Instant(lang, given.At.Time(), v.Experiment.Zone()),
		}
		if s := v.Surveys; s != nil && s.Left != "" && given == s.Consent && given.Given {
			withdrawn := locale.Text{JA: "取り消し：", EN: "Withdrawn: "}
			lines = append(lines, withdrawn.In(lang)+locale.Instant(lang, s.Left.Time(), v.Experiment.Zone()))
		}
		rows = append(rows, web.Row{Label: title, Lines: lines})
	}
	return rows
}
