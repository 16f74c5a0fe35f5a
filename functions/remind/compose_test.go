package main

import (
	"testing"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// Each link of a mail opens by a token of its own, for as long as what it opens is
// there: a seat until the briefing ends, the page until its data are erased, the way
// to stop announcements as long as any were promised.
func TestEveryLinkOfAMailHasItsOwnTokenAndEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := &run{handler: w.function()}
	e := w.experiments.All()[0]
	erased := e.Retention.Applicants.In(e.Zone())
	session := &mail.Session{Start: erased.Add(-48 * time.Hour), End: erased.Add(-46 * time.Hour)}
	now := session.Start.Add(-24 * time.Hour)
	for kind, want := range map[mail.Kind]map[mail.Purpose]time.Time{
		mail.BriefingConfirmation: {mail.Join: session.End.Add(24 * time.Hour), mail.OpenPage: erased},
		mail.BriefingThanks:       {mail.OpenSurvey: now.Add(30 * 24 * time.Hour), mail.Unsubscribe: now.Add(365 * 24 * time.Hour)},
		mail.AddressConfirm:       {mail.ConfirmAddress: now.Add(48 * time.Hour)},
		mail.Withdrawn:            {},
	} {
		links, grants := r.links(mail.Facts{Kind: kind, Date: now, Experiment: e, Session: session, Person: "p", ID: "m"})
		if len(links) != len(want) || len(grants) != len(want) {
			t.Errorf("%s: %d links, %d grants, want %d", kind, len(links), len(grants), len(want))
		}
		hashes := map[string]bool{}
		for _, g := range grants {
			hashes[g.Hash] = true
			if link := links[g.Purpose]; !link.Until.Equal(want[g.Purpose]) || g.Until != table.At(link.Until) {
				t.Errorf("%s: the link to %s ends %v, its grant %v, want %v", kind, g.Purpose, link.Until, g.Until, want[g.Purpose])
			}
		}
		if len(hashes) != len(grants) {
			t.Errorf("%s: two links have one token", kind)
		}
	}
}
