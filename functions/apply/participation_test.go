package main

import (
	"crypto/rand"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// audit is an entry of staff's for what they do now.
func (w *world) audit(act string) table.AuditEntry {
	return table.AuditEntry{ID: rand.Text(), Act: act, Who: "架空", At: table.At(w.now)}
}

// offered has staff note an offer of job-2 to the person of the link, for five days.
func (w *world) offered(link string) {
	w.Helper()
	err := w.table.Offer(w.Context(), segmentOf(w.T, link).Person, "job-2", w.now.Add(5*24*time.Hour), w.audit("offer"), w.now)
	if err != nil {
		w.Fatal(err)
	}
}

// accepts has the person of the link accept an offer that staff make now.
func (w *world) accepts(link string) {
	w.Helper()
	w.offered(link)
	if err := w.table.AcceptOffer(w.Context(), segmentOf(w.T, link).Person, w.audit("accept"), w.now); err != nil {
		w.Fatal(err)
	}
}

// starts has the person of the link start the side job on its first day.
func (w *world) starts(link string) {
	w.Helper()
	w.accepts(link)
	if err := w.table.Start(w.Context(), segmentOf(w.T, link).Person, w.e.SideJob.Start, w.audit("start"), w.now); err != nil {
		w.Fatal(err)
	}
}

// participating are the steps of a participation, and what makes them.
var participating = map[string]func(r *readers, link string){
	"offer-accepted": func(r *readers, link string) {
		r.says(link, true)
		r.now = r.e.Application.ResultNotice
		r.accepts(link)
	},
	"started": func(r *readers, link string) {
		r.says(link, true)
		r.starts(link)
		r.now = r.wave("mid").Open
	},
	"ended": func(r *readers, link string) {
		r.says(link, true)
		r.starts(link)
		r.now = r.wave("mid").Close
		err := r.table.EndEarly(r.Context(), segmentOf(r.T, link).Person, experiment.Date{Year: 2021, Month: 2, Day: 20}, "架空の理由", r.audit("end"), r.now)
		if err != nil {
			r.Fatal(err)
		}
	},
	"completed": func(r *readers, link string) {
		r.says(link, true)
		r.starts(link)
		r.now = r.wave("post").Open
		if err := r.table.Complete(r.Context(), segmentOf(r.T, link).Person, r.e.SideJob.End, r.audit("complete"), r.now); err != nil {
			r.Fatal(err)
		}
	},
}

func TestThePageOfWhoParticipatesReadsAsAgreed(t *testing.T) {
	t.Parallel()
	readAsAgreed(t, participating)
}

// The later surveys are for groups, to which people belong only after the selection.
func TestThePrivatePageTellsOfTheSurveysOfThePersonsGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		come  func(w *world, link string)
		waves []string // that the page tells of while the closing survey is open
	}{
		"offered and not heard from":   {func(w *world, link string) { w.says(link, true); w.offered(link) }, []string{"pre"}},
		"accepted and never started":   {func(w *world, link string) { w.says(link, true); w.accepts(link) }, []string{"pre", "followup"}},
		"participant":                  {func(w *world, link string) { w.says(link, true); w.starts(link) }, []string{"pre", "mid", "post", "followup"}},
		"participant who is not asked": {(*world).starts, []string{"pre", "mid", "post", "followup"}},
		"participant who declined":     {func(w *world, link string) { w.says(link, false); w.starts(link) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, link := applied(t)
			c.come(w, link)
			if diff := cmp.Diff(c.waves, w.toldOf(w.wave("post").Open, link)); diff != "" {
				t.Errorf("the page tells of: %s", diff)
			}
		})
	}
}

// Who was selected is told by mail, to everybody at once. Nothing on the page is
// earlier than that.
func TestAnOfferShowsOnlyOnceItIsAccepted(t *testing.T) {
	w, link := applied(t)
	w.says(link, true)
	w.now = time.Date(2020, 12, 10, 12, 0, 0, 0, w.e.Zone())
	page := func() string { return w.browser().Get(link).Want(http.StatusOK).Body }
	leave := func() string { return w.browser().Get(link + "/withdraw").Want(http.StatusOK).Body }
	before, leaving := page(), leave()
	w.offered(link)
	if diff := cmp.Diff(before, page()); diff != "" {
		t.Errorf("an offer that was only noted shows: %s", diff)
	}
	if diff := cmp.Diff(leaving, leave()); diff != "" {
		t.Errorf("it shows on the way out: %s", diff)
	}
	if err := w.table.AcceptOffer(t.Context(), segmentOf(t, link).Person, w.audit("accept"), w.now); err != nil {
		t.Fatal(err)
	}
	w.browser().Get(link).Want(http.StatusOK).Says("参加が決まっています", listingTitle(w.e.Listings[1]).JA, "途中のアンケート")
}
