package table_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// states collects a ledger as "kind state", and holds it to what a ledger may say.
func states(t *testing.T, mails iter.Seq2[table.Mail, error]) []string {
	t.Helper()
	var all []string
	for m, err := range mails {
		if err != nil {
			t.Fatal(err)
		}
		if m.To != nil || m.Subject != "" || m.Text != "" || m.Links != nil {
			t.Errorf("mail %s comes with an address, a text or a link: %+v", m.ID, m)
		}
		all = append(all, string(m.Kind)+" "+string(m.State))
	}
	return all
}

func TestTheLedgerListsEveryMailAndTheUnfinishedOnesAlone(t *testing.T) {
	w := newWorld(t)
	first := w.apply("a@example.jp", noon)
	second := w.apply("b@example.jp", noon.Add(time.Second))
	third := w.apply("c@example.jp", noon.Add(2*time.Second))
	later := noon.Add(time.Minute)

	sent, err := w.ClaimMail(t.Context(), first.Mail, claim("c-1", "t-1", later))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Accept(t.Context(), sent, "ses-1", later); err != nil {
		t.Fatal(err)
	}
	if err := w.AskAddress(t.Context(), first.Person, addressOf("new@example.jp"), today, later); err != nil {
		t.Fatal(err)
	}
	lost, err := w.ClaimMail(t.Context(), second.Mail, claim("c-2", "t-2", later))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Doubt(t.Context(), lost, "no answer", later); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClaimMail(t.Context(), third.Mail, claim("c-3", "t-3", later)); err != nil {
		t.Fatal(err)
	}

	all := []string{"acknowledgement sent", "address-confirm pending", "acknowledgement unknown", "acknowledgement sending"}
	if diff := cmp.Diff(all, states(t, w.Mails(t.Context(), experimentID))); diff != "" {
		t.Errorf("the ledger (-want +got)\n%s", diff)
	}
	unfinished := []string{"address-confirm pending", "acknowledgement sending", "acknowledgement unknown"}
	if diff := cmp.Diff(unfinished, states(t, w.UnfinishedMails(t.Context(), experimentID))); diff != "" {
		t.Errorf("what is unfinished (-want +got)\n%s", diff)
	}
	if got := states(t, w.UnfinishedMails(t.Context(), "kamaishi-2021")); got != nil {
		t.Errorf("another experiment has %q", got)
	}
}

func TestAMailGivenUpMeanwhileIsListedOnce(t *testing.T) {
	w := newWorld(t)
	d := w.apply("a@example.jp", noon)
	lost, err := w.ClaimMail(t.Context(), d.Mail, claim("c-1", "t-1", noon))
	if err != nil {
		t.Fatal(err)
	}
	got := states(t, w.through(func(r faulty.Request) faulty.Effect {
		if r.N == 5 { // the four parts of what is due have been read, what is unknown has not
			if err := w.Doubt(context.Background(), lost, "no answer", noon); err != nil {
				t.Error(err)
			}
		}
		return faulty.None
	}).UnfinishedMails(t.Context(), experimentID))
	if diff := cmp.Diff([]string{"acknowledgement unknown"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
