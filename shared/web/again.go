package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
)

// again carries a form that could not be worked on.
type again struct {
	Hidden []Hidden
	Action string
}

// SendAgain answers 503 and keeps what a form brought while it cannot be worked
// on: one button sends the same to the same address.
func (p *Pages) SendAgain(w http.ResponseWriter, r *http.Request) error {
	typed, err := ReadForm(r)
	if errors.Is(err, WrongType) { // a button without fields
		typed, err = nil, nil
	}
	if err != nil {
		return err
	}
	view := again{Action: r.URL.RequestURI()}
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		for _, value := range typed[name] {
			view.Hidden = append(view.Hidden, Hidden{Name: name, Value: value})
		}
	}
	w.Header().Set("Retry-After", "60")
	p.Show(w, r, http.StatusServiceUnavailable, againPage, Page{Title: Busy.Title, Data: view})
	return nil
}
