package console

import (
	"cmp"
	"fmt"
	"net/http"
)

// Sampled is an experiment of which sample results can be shown.
type Sampled struct {
	ID    string
	Title string
}

// showSample publishes sample results of an experiment, by default of the first, and leads
// to their page. Where results are published already nothing changes.
func (c *Console) showSample(w http.ResponseWriter, r *http.Request) {
	posted, err := readFields(w, r, "experiment")
	if err != nil {
		fail(w, r, http.StatusBadRequest, err)
		return
	}
	for _, e := range c.Experiments {
		if cmp.Or(posted["experiment"], c.Experiments[0].ID) != e.ID {
			continue
		}
		fresh, err := c.Sample(r.Context(), e.ID)
		if err != nil {
			fail(w, r, http.StatusServiceUnavailable, err)
			return
		}
		results := "/" + e.ID + "/results"
		if fromPage(r) {
			http.Redirect(w, r, results, http.StatusSeeOther)
			return
		}
		writeJSON(w, http.StatusOK, map[string]any{"results": results, "fresh": fresh})
		return
	}
	fail(w, r, http.StatusNotFound, fmt.Errorf("there is no experiment %q", posted["experiment"]))
}
