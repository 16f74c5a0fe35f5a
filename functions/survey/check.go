package main

import (
	"errors"
	"log/slog"
	"net/http"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// checkView is the answers to a survey before they are sent.
type checkView struct {
	Experiment *experiment.Experiment
	Round      experiment.Round
	Pages      []checkedPage
	Missing    []web.Link // the questions that have to be answered, each with the way to it
	Action     string
	Back       string // to the last page
	Seen       []web.Hidden
	Refused    bool // it was sent, and something is missing
	Blank      int  // questions without an answer
	Button     locale.Text
	Notice     *web.Notice
}

// checkedPage is one page's answers, each with the way back to it.
type checkedPage struct {
	Title locale.Text
	Rows  []web.Row
}

// showCheck shows what was answered, before it is sent.
func (h *handler) showCheck(w http.ResponseWriter, r *http.Request, s *sitting) error {
	if s.anonymous() || s.state() != begun {
		return seeOther(w, r, s.path)
	}
	h.pages.Show(w, r, http.StatusOK, "check", s.checkPage(r))
	return nil
}

func (s *sitting) checkPage(r *http.Request) web.Page {
	lang, answers := web.Lang(r), s.given()
	view := checkView{
		Experiment: s.Experiment, Round: s.round, Action: s.path + "/check?lang=" + string(lang),
		Back: s.pathOf(s.before(len(s.sheets)+1, answers)), Seen: []web.Hidden{{Name: seen, Value: string(s.response.Saved)}}, Button: locale.Text{JA: "回答を送る", EN: "Send my answers"},
	}
	for _, sh := range s.turns(answers) {
		page := checkedPage{Title: sh.Title}
		for _, it := range sh.Asked(s.asking(answers)) {
			row := web.Row{Label: it.Words(s.asking(answers), s.set), Lines: said(it, answers[it.ID], lang)}
			row.Change = s.pathOf(sh.number) + "?" + from + "=" + fromCheck + "#" + it.ID
			page.Rows = append(page.Rows, row)
			if len(answers[it.ID]) == 0 {
				view.Blank++
			}
			if it.Missing(answers[it.ID]) {
				view.Missing = append(view.Missing, web.Link{Path: row.Change, Text: row.Label})
			}
		}
		view.Pages = append(view.Pages, page)
	}
	return s.page(locale.Text{JA: "回答の確認", EN: "Check your answers"}, s.path+"/check", view)
}

// said is an answer in words: a text in full.
func said(it survey.Item, values []string, lang locale.Lang) []string {
	var lines []string
	for _, value := range values {
		if it.Type == survey.ShortText || it.Type == survey.LongText {
			lines = append(lines, value)
			continue
		}
		words := it.Say(value).In(lang)
		if words == "" { // no longer offered
			words = value
		}
		lines = append(lines, words)
	}
	return lines
}

// changed is said on a check that shows other answers than the one that was sent.
var changed = web.Notice{
	Kind: web.Warning, Focus: true,
	Title: locale.Text{JA: "まだ送信していません。別の画面で回答が保存されています", EN: "Nothing was sent yet: answers were saved in another window"},
	Text: []locale.Text{{
		JA: "いまの回答を下に表示しています。確かめて、もう一度送ってください。",
		EN: "Your answers as they are now are shown below. Please look through them, and send them again.",
	}},
}

// changedSince shows the check again, with what has been saved since it was shown.
func (h *handler) changedSince(w http.ResponseWriter, r *http.Request, s *sitting) error {
	if s.state() != begun {
		return seeOther(w, r, s.path)
	}
	page := s.checkPage(r)
	view := page.Data.(checkView)
	view.Notice = &changed
	page.Data = view
	h.pages.Show(w, r, http.StatusConflict, "check", page)
	return nil
}

// finish sends the answers that the check showed. However often and from wherever that is
// done, there is one response, with one time.
func (h *handler) finish(w http.ResponseWriter, r *http.Request, s *sitting) error {
	if s.anonymous() || s.state() != begun {
		return seeOther(w, r, s.path)
	}
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	page := s.checkPage(r)
	if view := page.Data.(checkView); len(view.Missing) > 0 {
		view.Refused = true
		page.Data = view
		h.pages.Show(w, r, http.StatusUnprocessableEntity, "check", page)
		return nil
	}
	if typed.Get(seen) != string(s.response.Saved) {
		return h.changedSince(w, r, s)
	}
	finish := table.Finish{Wave: s.round.ID, Seen: s.response.Saved}
	for _, sh := range s.sheets {
		finish.Alerts = append(finish.Alerts, alerts(sh, s.given())...)
	}
	_, err = h.table.FinishSurvey(r.Context(), s.Person, finish, s.now)
	switch {
	case errors.Is(err, table.ErrSavedSince):
		return h.readAgain(w, r, s, h.changedSince)
	case errors.Is(err, table.ErrNotFound), errors.Is(err, table.ErrNotAgreed):
		return seeOther(w, r, s.path)
	case err != nil:
		return h.notFinished(w, r, s, err)
	}
	return seeOther(w, r, s.path)
}

// notFinished shows the check again, whose button sends the answers once more.
func (h *handler) notFinished(w http.ResponseWriter, r *http.Request, s *sitting, err error) error {
	slog.ErrorContext(r.Context(), "survey not finished", "experiment", s.Experiment.ID, "person", s.Person.ID, "wave", s.round.ID, "error", err)
	page := s.checkPage(r)
	view := page.Data.(checkView)
	happened := web.Notice{Kind: web.Warning, Text: []locale.Text{{
		JA: "回答を受け取れたか確認できませんでした。ご不便をおかけして申し訳ありません。保存した回答はそのまま残っています。何度押しても、回答が二重になることはありません。",
		EN: "We could not confirm that your answers were received, and we are sorry for the trouble. What you saved is kept. However often you press it, it counts once.",
	}}}
	again := submission.PressAgain(happened, view.Button)
	view.Notice = &again
	page.Data = view
	w.Header().Set("Retry-After", "60")
	h.pages.Show(w, r, http.StatusServiceUnavailable, "check", page)
	return nil
}
