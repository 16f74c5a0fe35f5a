package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// nothingAnswered is said of a page that was sent empty: there is one answer for each
// link, and it would be spent.
var nothingAnswered = web.Notice{
	Kind: web.Warning, Focus: true,
	Title: locale.Text{JA: "まだ何も入力されていません", EN: "Nothing is filled in yet"},
	Text: []locale.Text{{
		JA: "1つだけでも構いません。お答えいただける質問に答えて、もう一度送ってください。",
		EN: "One answer is enough. Please fill in what you would like to, and send it again.",
	}},
}

// sendAnonymously takes the answers of nobody in particular: all at once, for nothing
// is kept of a page that is not sent.
func (h *handler) sendAnonymously(w http.ResponseWriter, r *http.Request, s *sitting, sh sheet, left leaf, typed url.Values) error {
	errs := left.errs
	for _, it := range sh.Asked(s.asking(left.all)) {
		if it.Missing(left.all[it.ID]) && errs.Of(it.ID) == (locale.Text{}) {
			errs.Add(it.ID, locale.Text{JA: "この質問にお答えください", EN: "Please answer this question"})
		}
	}
	answered := slices.ContainsFunc(sh.Items, func(it survey.Item) bool { return len(left.answers[it.ID]) > 0 })
	switch {
	case len(errs) > 0:
		return h.showSheet(w, r, http.StatusUnprocessableEntity, s, sh, left.all, nil, typed, errs)
	case left.added:
		return h.showSheet(w, r, http.StatusUnprocessableEntity, s, sh, left.all, nil, typed, nil, addedUnsaved)
	case !answered:
		return h.showSheet(w, r, http.StatusUnprocessableEntity, s, sh, left.all, nil, typed, nil, nothingAnswered)
	}
	err := h.table.AnswerAnonymously(r.Context(), s.Person.ID, table.AnonymousAnswer{
		ID: strings.ToLower(h.random()), Experiment: s.Experiment.ID, Wave: s.round.ID,
		Instrument: sh.ID, Edition: editionOf(sh), Lang: web.Lang(r),
		Day: s.now.In(s.Experiment.Zone()).Format(time.DateOnly), Answers: left.answers,
	})
	switch {
	case errors.Is(err, table.ErrAnswered), errors.Is(err, table.ErrWithdrawn):
		return seeOther(w, r, s.path)
	case err != nil:
		// Not whose: nothing ties a person to an anonymous answer.
		slog.ErrorContext(r.Context(), "anonymous answer not kept", "experiment", s.Experiment.ID, "wave", s.round.ID, "error", err)
		w.Header().Set("Retry-After", "60")
		again := submission.PressAgain(notKept(err), s.button(sh, left.all, false))
		return h.showSheet(w, r, http.StatusServiceUnavailable, s, sh, left.all, nil, typed, nil, again)
	}
	return seeOther(w, r, s.path)
}

// addedUnsaved is added where nothing is saved on the way.
var addedUnsaved = web.Notice{
	Kind: web.Info, Focus: true, Title: added.Title,
	Text: []locale.Text{{
		JA: "まだ送信していません。加わった質問を確かめて、もう一度送ってください。",
		EN: "Nothing is sent yet. Please look at what was added, and send it again.",
	}},
}
