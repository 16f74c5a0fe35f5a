package web

import (
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// About is a page about an experiment: it belongs to the experiment's own, names
// its privacy notice, and prints times in its zone.
func About(e *experiment.Experiment, title locale.Text, data any) Page {
	return Page{
		Title:   title,
		Data:    data,
		Up:      Link{Path: "/" + e.ID, Text: e.Short},
		Privacy: "/" + e.ID + "#privacy",
		Zone:    e.Zone(),
	}
}
