package main

import (
	"net/http"

	"livinglab/shared/locale"
	"livinglab/shared/visit"
)

// showSurvey is where the link to the short survey after a briefing leads until the
// survey is open.
func (h *handler) showSurvey(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	h.pages.Show(w, r, http.StatusOK, "survey", v.Page(locale.Text{JA: "説明会のアンケート", EN: "Survey about the briefing"}, v.Experiment))
	return nil
}
