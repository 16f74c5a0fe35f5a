package main

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/yuin/goldmark"

	"livinglab/shared/experiment/notes"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// notesTitle is the title of the list, and what its notes lie under.
var notesTitle = locale.Text{JA: "概念探究ノート", EN: "Notes on the concept"}

func (h *handler) showNotes(w http.ResponseWriter, r *http.Request) {
	web.Public(w, fresh)
	h.pages.Show(w, r, http.StatusOK, "notes", web.Page{Title: notesTitle, Up: toHome, Data: h.notes})
}

// noteView is a note with its text in the reader's language.
type noteView struct {
	notes.Note
	HTML template.HTML
}

func (h *handler) showNote(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(h.notes, func(n notes.Note) bool { return n.ID == r.PathValue("note") })
	if i < 0 {
		h.pages.Fail(w, r, web.NotFound)
		return
	}
	n := h.notes[i]
	// The renderer's default leaves out raw HTML and addresses that run scripts.
	var body bytes.Buffer
	if err := goldmark.Convert([]byte(n.Body.In(web.Lang(r))), &body); err != nil {
		h.pages.Fail(w, r, fmt.Errorf("rendering note %s: %w", n.ID, err))
		return
	}
	web.Public(w, fresh)
	h.pages.Show(w, r, http.StatusOK, "note", web.Page{
		Title:       n.Title,
		Description: n.Summary,
		Up:          web.Link{Path: "/notes", Text: notesTitle},
		Data:        noteView{n, template.HTML(body.String())},
	})
}
