package main

import (
	"errors"
	"net/http"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// What the buttons of a consent post, and with which version of its text.
const (
	act     = "act"
	agree   = "agree"
	decline = "decline"
	leave   = "leave"   // the research, after having agreed
	version = "version" // that was read
)

// What becomes of the answers of who leaves.
const (
	answersField = "answers"
	keepThem     = "keep"
	eraseThem    = "erase"
)

// consentView is the text of the consent with its buttons.
type consentView struct {
	Consent experiment.Consent
	Action  string // where they post to
	Open    bool   // the survey that it is asked for can be answered
	Leaving web.Field
}

// answerConsent takes the answer to the consent on the way to a survey.
func (h *handler) answerConsent(w http.ResponseWriter, r *http.Request, s *sitting) error {
	switch s.state() {
	case unconsented, outdated, declined, leftIt:
	default: // there is nothing to decide, or not here
		return seeOther(w, r, s.path)
	}
	errs, err := h.decide(r, s.Visit)
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.showStanding(w, r, http.StatusUnprocessableEntity, s, errs, nil)
	}
	return seeOther(w, r, s.path)
}

// researchView is what a person has said about the research, and can still say.
type researchView struct {
	Experiment *experiment.Experiment
	State      table.ResearchState
	Version    string // of the text that was answered last
	At         time.Time
	Left       time.Time
	Erased     bool
	Outdated   bool // that text is not the present one
	Answers    bool // there are some that could be kept or erased
	Applied    bool
	Withdrawn  bool
	Consent    consentView
}

var researchTitle = locale.Text{JA: "研究への協力", EN: "Taking part in the research"}

// showResearch says how a person stands with the research. It belongs to the private page.
func (h *handler) showResearch(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return h.showResearchWith(w, r, http.StatusOK, v, nil)
}

func (h *handler) showResearchWith(w http.ResponseWriter, r *http.Request, status int, v *visit.Visit, errs web.Errors) error {
	path := v.Link + "/research"
	view := researchView{
		Experiment: v.Experiment, Applied: v.Person.Applied != "" && v.Person.Host == "", Withdrawn: v.Person.Withdrawn != "",
		Consent: consentView{Consent: v.Experiment.Research.Consent, Action: path, Open: true, Leaving: leavingField(errs)},
	}
	if s := v.Surveys; s != nil {
		view.State, view.Version, view.At = s.Research, s.Consent.Version, s.Consent.At.Time()
		view.Left, view.Erased, view.Answers = s.Left.Time(), s.Erased, len(s.Begun) > 0
		view.Outdated = s.Consent.Version != v.Experiment.Research.Consent.Version
	}
	page := v.Step(researchTitle, view)
	page.Self, page.Errors = path, errs
	h.pages.Show(w, r, status, "research", page)
	return nil
}

// changeResearch takes what a person decides about the research, and shows how it stands.
func (h *handler) changeResearch(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	errs, err := h.decide(r, v)
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.showResearchWith(w, r, http.StatusUnprocessableEntity, v, errs)
	}
	return seeOther(w, r, v.Link+"/research")
}

// decide does what the button says: it agrees, declines, or leaves. A button of a page
// that is out of date does nothing; the page that follows says how things are.
func (h *handler) decide(r *http.Request, v *visit.Visit) (web.Errors, error) {
	typed, err := web.ReadForm(r)
	if err != nil {
		return nil, err
	}
	text := v.Experiment.Research.Consent
	if v.Person.Applied == "" || v.Person.Host != "" {
		return nil, nil
	}
	switch typed.Get(act) {
	case agree, decline:
		if typed.Get(version) != text.Version || v.Person.Withdrawn != "" {
			return nil, nil
		}
		err = h.table.AnswerResearch(r.Context(), v.Person, table.Consent{
			Purpose: text.ID, Version: text.Version, Hash: text.Hash(), Lang: web.Lang(r),
			Given: typed.Get(act) == agree, At: table.At(web.Now(r)),
		}, web.Now(r))
	case leave:
		erase, errs := checkLeaving(v, typed.Get(answersField))
		if len(errs) > 0 {
			return errs, nil
		}
		err = h.table.LeaveResearch(r.Context(), v.Person, erase, web.Now(r))
	}
	if errors.Is(err, table.ErrAnswered) || errors.Is(err, table.ErrNotAgreed) || errors.Is(err, table.ErrWithdrawn) {
		return nil, nil
	}
	return nil, submission.NotTaken(err)
}

// checkLeaving reads what is to become of the answers; who has given none is not asked.
func checkLeaving(v *visit.Visit, choice string) (erase bool, errs web.Errors) {
	switch {
	case choice == eraseThem:
		return true, nil
	case choice == keepThem, v.Surveys == nil, len(v.Surveys.Begun) == 0:
		return false, nil
	}
	return false, web.Errors{{Field: answersField, Text: locale.Text{
		JA: "これまでの回答を残すか、消去するかを選んでください",
		EN: "Choose whether the answers you have given are kept or erased",
	}}}
}

// leavingField asks what is to become of the answers. Nothing is chosen beforehand.
func leavingField(errs web.Errors) web.Field {
	return web.WithErrors([]web.Field{{
		Kind: web.RadioGroup, Name: answersField, Required: true,
		Label: locale.Text{JA: "これまでにいただいた回答", EN: "The answers you have given so far"},
		Options: []web.Option{
			{Value: keepThem, Label: locale.Text{JA: "研究のために残す", EN: "Keep them for the research"}, Hint: locale.Text{
				JA: "お名前や連絡先とは分けたまま、番号だけをつけて保管し、個人が分からない形の集計に使います。",
				EN: "They stay under a number, apart from your name and address, and are used only in totals that identify no one.",
			}},
			{Value: eraseThem, Label: locale.Text{JA: "すべて消去する", EN: "Erase them all"}, Hint: locale.Text{
				JA: "途中まで保存した回答も含めて消去します。元には戻せません。",
				EN: "Those that you saved and did not finish are erased, too. It cannot be undone.",
			}},
		},
	}}, errs)[0]
}
