package main

import (
	"net/http"

	"livinglab/shared/input"
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
	h.pages.Show(w, r, http.StatusOK, "withdraw", withdrawPage(v, r, "", nil))
	return nil
}

func withdrawPage(v *visit.Visit, r *http.Request, choice string, errs web.Errors) web.Page {
	view := viewOf(v, r)
	view.Field = answersField
	view.Field.Value, view.Field.Error = choice, errs.Of(answersName)
	page := v.Step(view.Leaving.Title, view)
	page.Errors = errs
	return page
}

// answers is what becomes of the survey answers of a person who withdraws.
type answers string

const (
	noAnswers     answers = ""
	toBeChosen    answers = "to-be-chosen" // the person has not withdrawn yet
	answersKept   answers = "kept"
	answersErased answers = "erased"
)

func answersOf(v *visit.Visit) answers {
	switch {
	case hasAnswers(v) && v.Person.Withdrawn == "":
		return toBeChosen
	case hasAnswers(v):
		return answersKept
	case v.Surveys != nil && v.Surveys.Erased:
		return answersErased
	}
	return noAnswers
}

// answersName is the field that says whether the survey answers are kept or erased.
const (
	answersName = "answers"
	keep        = "keep"
	erase       = "erase"
)

// answersField asks a person who has answered surveys what becomes of the answers.
// Nothing is chosen beforehand.
var answersField = web.Field{
	Kind: web.RadioGroup, Name: answersName, Required: true,
	Label: locale.Text{JA: "これまでのアンケートの回答", EN: "The survey answers you have given"},
	Hint: locale.Text{
		JA: "どちらを選んでも、取り下げは同じように受け付けます。",
		EN: "Your withdrawal is the same either way.",
	},
	Options: []web.Option{
		{Value: keep, Label: locale.Text{JA: "研究のために残す", EN: "Keep them for the research"}, Hint: locale.Text{
			JA: "お名前や連絡先とは分け、番号だけをつけて残します。",
			EN: "They stay under a number, apart from your name and address.",
		}},
		{Value: erase, Label: locale.Text{JA: "消去する", EN: "Erase them"}, Hint: locale.Text{
			JA: "途中まで保存した回答も含めてすぐに消去します。元には戻せません。すでに公開した集計と、無記名でいただいた回答からは取り除けません。",
			EN: "They are erased at once, those that you saved and did not finish too. It cannot be undone, and does not reach totals already published or what you answered anonymously.",
		}},
	},
}

// checkAnswers reads whether the answers are to be erased. Who has given none is not asked.
func checkAnswers(v *visit.Visit, r *http.Request) (string, web.Errors, error) {
	if answersOf(v) != toBeChosen {
		return "", nil, nil
	}
	typed, err := web.ReadForm(r)
	if err != nil {
		return "", nil, err
	}
	var errs web.Errors
	choice, problem := input.Choice(
		locale.Text{JA: "回答を残すか消去するか", EN: "whether your answers are kept or erased"},
		typed.Get(answersName), []string{keep, erase}, true)
	if problem != (locale.Text{}) {
		errs.Add(answersName, problem)
	}
	return choice, errs, nil
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

// withdraw takes the person out of the experiment, with or without the answers to its surveys.
func (h *handler) withdraw(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	choice, errs, err := checkAnswers(v, r)
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "withdraw", withdrawPage(v, r, choice, errs))
		return nil
	}
	if err := h.table.Withdraw(r.Context(), v.Person, v.Sessions(), choice == erase, web.Now(r)); err != nil {
		return submission.NotTaken(err)
	}
	http.Redirect(w, r, v.Link, http.StatusSeeOther)
	return nil
}
