package table_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// restored is the world as a restore to this moment gives it.
func (w *world) restored() *world {
	w.Helper()
	env := w.env.Restored(w.T)
	return &world{T: w.T, Table: table.New(env.Client(w.T), env.Name), env: env}
}

var replaying = map[string][]experiment.Session{experimentID: nil}

// handed is what the log knows of a mail.
func handed(m table.Mail, attempt int, state table.State) table.Handed {
	return table.Handed{Person: m.Person, Mail: m.ID, Experiment: experimentID, Kind: m.Kind, Attempt: attempt, State: state, At: noon.Add(time.Minute)}
}

// replays replays a mail twice, and wants the second time to change nothing.
func (w *world) replays(h table.Handed, want table.Replayed) {
	w.Helper()
	got, err := w.Replay(w.Context(), h, replaying, noon.Add(time.Hour))
	if err != nil || got != want {
		w.Errorf("replaying the %s gives %q, %v, want %q", h.Kind, got, err, want)
	}
	once := w.items()
	if _, err := w.Replay(w.Context(), h, replaying, noon.Add(2*time.Hour)); err != nil {
		w.Errorf("replaying the %s twice: %v", h.Kind, err)
	}
	if diff := cmp.Diff(once, w.items()); diff != "" {
		w.Errorf("replaying the %s once and twice (-once +twice)\n%s", h.Kind, diff)
	}
}

// items is everything in the table.
func (w *world) items() map[string]map[string]any {
	w.Helper()
	all := map[string]map[string]any{}
	for _, item := range w.env.Items(w.T) {
		all[item.PK+" "+item.SK] = item.Attributes
	}
	return all
}

// due counts what needs the sender.
func (w *world) due() int {
	w.Helper()
	n, err := w.CountDue(w.Context(), noon.Add(24*time.Hour))
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func TestWhatLeftAfterTheMomentOfARestoreDoesNotLeaveAgain(t *testing.T) {
	w := newWorld(t)
	waiting, doubted, refused := w.apply("hanako@example.jp", noon), w.apply("b@example.jp", noon), w.apply("c@example.jp", noon)
	underWay := w.apply("d@example.jp", noon)
	claimed, err := w.ClaimMail(t.Context(), underWay.Mail, claim("c", "t", noon))
	if err != nil {
		t.Fatal(err)
	}
	r := w.restored()
	sent, err := w.ClaimMail(t.Context(), waiting.Mail, claim("c-1", "t-1", noon))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Accept(t.Context(), sent, "ses-1", noon); err != nil {
		t.Fatal(err)
	}
	r.replays(handed(waiting.Mail, 1, table.Sent), table.MarkedSent)
	r.replays(handed(doubted.Mail, 1, table.Unknown), table.MarkedDoubt)
	r.replays(handed(claimed, 1, table.Sent), table.MarkedSent)
	if got := r.delivery(waiting.Person.ID, waiting.Mail.ID).Mail; got.State != table.Sent || got.Attempt != 1 || got.Sent == "" || got.Reason == "" {
		t.Errorf("what left is %+v", got)
	}
	if got := r.delivery(doubted.Person.ID, doubted.Mail.ID).Mail; got.State != table.Unknown {
		t.Errorf("what may have left is %s", got.State)
	}
	if n, err := r.CountUnknown(t.Context(), noon.Add(2*time.Hour)); err != nil || n != 1 {
		t.Errorf("%d mails are in doubt, %v", n, err)
	}
	if got := r.delivery(refused.Person.ID, refused.Mail.ID).Mail; got.State != table.Pending || r.due() != 1 {
		t.Errorf("what did not leave is %s, and %d mails are due", got.State, r.due())
	}
	// SES tells late: the doubt is settled.
	r.replays(handed(doubted.Mail, 1, table.Sent), table.MarkedSent)
	// The link that left after the moment opens nothing here.
	open := func(w *world) error {
		_, err := w.Open(t.Context(), waiting.Person.ID, waiting.Mail.ID, "t-1", mail.OpenPage, noon)
		return err
	}
	if err := open(w); err != nil {
		t.Errorf("the link does not open the table: %v", err)
	}
	if err := open(r); err == nil {
		t.Error("the link opens the restored table")
	}
}

func TestAMailThatStaffSendAgainIsNotTakenForTheOneThatLeft(t *testing.T) {
	w := newWorld(t)
	d := w.apply("a@example.jp", noon)
	m, err := w.ClaimMail(t.Context(), d.Mail, claim("c-1", "t-1", noon))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Doubt(t.Context(), m, "no answer", noon); err != nil {
		t.Fatal(err)
	}
	if err := w.SendAgain(t.Context(), m.Person, m.ID, table.AuditEntry{ID: "again", At: table.At(noon)}, noon); err != nil {
		t.Fatal(err)
	}
	r := w.restored()
	r.replays(handed(m, 1, table.Unknown), table.AsKnown)
	r.replays(handed(m, 1, table.Sent), table.AsKnown)
	if r.due() != 1 {
		t.Error("what staff want to be sent again is not")
	}
	r.replays(handed(m, 2, table.Sent), table.MarkedSent)
	if r.due() != 0 {
		t.Error("it leaves a second time")
	}
}

func TestAMailThatTheRulesWouldWriteAgainIsInTheLedgerBeforeThem(t *testing.T) {
	w := newWorld(t)
	d := w.apply("a@example.jp", noon)
	r := w.restored()
	reminder := table.Mail{Person: d.Person.ID, Kind: mail.BriefingReminder, ID: mail.ID(mail.BriefingReminder, d.Person.ID, "b1 start-24h x")}
	h := handed(reminder, 1, table.Sent)
	h.Occasion, h.NotAfter = "b1 start-24h x", noon.Add(time.Hour)
	r.replays(h, table.MarkedSent)
	_, fresh, err := r.PlanMail(t.Context(), table.Plan{
		Person: d.Person.ID, Experiment: experimentID, Lang: d.Person.Lang, Kind: mail.BriefingReminder, Occasion: "b1 start-24h x", Due: noon,
	}, noon)
	if err != nil || fresh || r.due() != 1 { // the acknowledgement
		t.Errorf("it is planned anew: %t, %v; %d are due", fresh, err, r.due())
	}
	got := r.delivery(d.Person.ID, reminder.ID).Mail
	if got.State != table.Sent || got.Occasion != h.Occasion || got.NotAfter != table.At(h.NotAfter) || got.Experiment != experimentID || got.Lang != d.Person.Lang {
		t.Errorf("the ledger has %+v", got)
	}
	// In doubt it stands where staff find it.
	missed := table.Mail{Person: d.Person.ID, Kind: mail.BriefingMissed, ID: mail.ID(mail.BriefingMissed, d.Person.ID, "b1 end+1d-1000")}
	r.replays(handed(missed, 1, table.Unknown), table.MarkedDoubt)
	if n, err := r.CountUnknown(t.Context(), noon.Add(2*time.Hour)); err != nil || n != 1 {
		t.Errorf("%d mails are in doubt, %v", n, err)
	}
}

func TestASeatLapsesAgainWithoutBeingToldAgain(t *testing.T) {
	w := newWorld(t)
	sessions := sessionsOf(1)
	first := w.register("first@example.jp", sessions, 0, noon)
	second := w.register("second@example.jp", sessions, 0, noon)
	if err := w.CancelRegistration(t.Context(), first, sessions, noon); err != nil {
		t.Fatal(err)
	}
	r := w.restored()
	deadline := w.registration(second).Until.Time()
	told := mail.ID(mail.SeatLapsed, second, table.Occasion(sessions[0].ID, w.registration(second).Version+1))
	if lapsed, err := w.LapseSeat(t.Context(), second, sessions, deadline); err != nil || !lapsed {
		t.Fatalf("it lapses: %t, %v", lapsed, err)
	}
	r.replays(handed(w.delivery(second, told).Mail, 1, table.Sent), table.MarkedSent)
	if lapsed, err := r.LapseSeat(t.Context(), second, sessions, deadline); err != nil || !lapsed {
		t.Errorf("it lapses in the restored table: %t, %v", lapsed, err)
	}
	if got := r.delivery(second, told); got.Mail.State != table.Sent || got.Registration.Standing != table.Lapsed {
		t.Errorf("the mail is %s, the registration %s", got.Mail.State, got.Registration.Standing)
	}
}

func TestWhatIsDecidedAnewIsToldAnew(t *testing.T) {
	w := newWorld(t)
	d := w.apply("a@example.jp", noon)
	r := w.restored()
	edit := table.Edit{Token: "e", Version: 1, Person: d.Person, Application: *d.Application, Changed: []string{"motivation"}}
	if err := w.Edit(t.Context(), edit, noon); err != nil {
		t.Fatal(err)
	}
	changed := w.delivery(d.Person.ID, mail.ID(mail.Changed, d.Person.ID, "2")).Mail
	r.replays(handed(changed, 1, table.Sent), table.Forgotten)
	if err := r.Edit(t.Context(), edit, noon); err != nil {
		t.Fatal(err)
	}
	if got := r.delivery(d.Person.ID, changed.ID).Mail; got.State != table.Pending {
		t.Errorf("the new edit is told by a mail that is %s", got.State)
	}
	came := w.apply("later@example.jp", noon)
	r.replays(handed(came.Mail, 1, table.Sent), table.Stranger)
	other := handed(d.Mail, 1, table.Sent)
	if got, err := r.Replay(t.Context(), other, map[string][]experiment.Session{"kamaishi-2021": nil}, noon); err != nil || got != table.Elsewhere {
		t.Errorf("for another experiment: %q, %v", got, err)
	}
}

func TestWhoHasWithdrawnSinceIsTakenOutAgain(t *testing.T) {
	for name, c := range map[string]struct {
		state table.State
		due   int
	}{"and knows it": {table.Sent, 0}, "and may know it": {table.Unknown, 0}, "and is still to be told": {table.Pending, 1}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d := w.apply("a@example.jp", noon)
			if err := w.End(t.Context(), d.Mail, table.Canceled, "for this test", noon); err != nil {
				t.Fatal(err)
			}
			r := w.restored()
			if err := w.Withdraw(t.Context(), d.Person, nil, false, noon); err != nil {
				t.Fatal(err)
			}
			farewell := w.delivery(d.Person.ID, mail.ID(mail.Withdrawn, d.Person.ID, "")).Mail
			r.replays(handed(farewell, 1, c.state), table.TakenOut)
			got := r.delivery(d.Person.ID, farewell.ID)
			if got.Person.Withdrawn != table.At(noon.Add(time.Minute)) || got.Application.Withdrawn == "" || got.Mail.State != c.state || r.due() != c.due {
				t.Errorf("withdrawn at %q, the mail is %s, %d are due", got.Person.Withdrawn, got.Mail.State, r.due())
			}
			r.apply("a@example.jp", noon) // the address is free again
		})
	}
}

func TestReplayingIsCarriedOnWhereItBrokeOff(t *testing.T) {
	kills := map[string]func(int) faulty.Fault{"before": faulty.KillBefore, "after": faulty.KillAfter}
	for name, kill := range kills {
		t.Run("killed "+name, func(t *testing.T) {
			w := newWorld(t)
			d := w.apply("a@example.jp", noon)
			farewell := table.Mail{Person: d.Person.ID, Kind: mail.Withdrawn, ID: mail.ID(mail.Withdrawn, d.Person.ID, "")}
			reminder := table.Mail{Person: d.Person.ID, Kind: mail.BriefingReminder, ID: "reminder"}
			for n := 1; n <= 8; n++ {
				r := w.restored()
				killed := r.through(kill(n))
				all := []table.Handed{handed(d.Mail, 1, table.Sent), handed(reminder, 1, table.Sent), handed(farewell, 1, table.Sent)}
				for _, h := range all {
					_, _ = killed.Replay(t.Context(), h, replaying, noon)
				}
				for _, h := range all {
					if _, err := r.Replay(t.Context(), h, replaying, noon); err != nil {
						t.Errorf("request %d: %v", n, err)
					}
					if got := r.delivery(h.Person, h.Mail); got.Mail.State != table.Sent {
						t.Errorf("request %d: the %s is %s", n, h.Kind, got.Mail.State)
					}
				}
				if p := r.delivery(d.Person.ID, d.Mail.ID).Person; p.Withdrawn == "" || r.due() != 0 {
					t.Errorf("request %d: withdrawn at %q, %d mails are due", n, p.Withdrawn, r.due())
				}
			}
		})
	}
}

// confirmation is the mail to a person that confirms a leaving.
func (w *world) confirmation(person string, kind mail.Kind) table.Mail {
	w.Helper()
	for _, m := range w.file(person).Mails {
		if m.Kind == kind {
			return m
		}
	}
	w.Fatalf("there is no %s", kind)
	return table.Mail{}
}

func TestALeavingIsReplayedAsItWas(t *testing.T) {
	w := newWorld(t)
	for _, erase := range []bool{false, true} {
		for kind, leave := range map[mail.Kind]func(table.Person) error{
			mail.ResearchLeft: func(p table.Person) error { return w.LeaveResearch(t.Context(), p, erase, noon) },
			mail.Withdrawn:    func(p table.Person) error { return w.Withdraw(t.Context(), p, nil, erase, noon) },
		} {
			d := w.agreed(string(kind) + map[bool]string{true: "-erased@example.jp", false: "-kept@example.jp"}[erase])
			w.save(d.Person, nil, strained("1"), noon)
			r := w.restored()
			for range 3 { // what the table forgets, beside the leaving
				w.save(d.Person, w.response(d.Person.ID), page("D1", "3"), noon)
			}
			if err := leave(d.Person); err != nil {
				t.Fatal(err)
			}
			want := table.TakenOut
			if kind == mail.ResearchLeft {
				want = table.LeftAgain
			}
			r.replays(handed(w.confirmation(d.Person.ID, kind), 1, table.Sent), want)
			f := r.file(d.Person.ID)
			if gone := len(f.Responses)+len(f.Alerts) == 0; f.Surveys.Research != table.LeftResearch || gone != erase || f.Surveys.Erased != erase {
				t.Errorf("%s, erased %t: %s with %d responses", kind, erase, f.Surveys.Research, len(f.Responses))
			}
			if m := r.confirmation(d.Person.ID, kind); m.State != table.Sent || m.ErasedAnswers() != erase {
				t.Errorf("the %s is %s, says erased %t", kind, m.State, m.ErasedAnswers())
			}
		}
	}
	never := w.apply("never@example.jp", noon)
	r := w.restored()
	if err := w.AnswerResearch(t.Context(), never.Person, consent("1", true), noon); err != nil {
		t.Fatal(err)
	}
	if err := w.LeaveResearch(t.Context(), never.Person, false, noon); err != nil {
		t.Fatal(err)
	}
	r.replays(handed(w.confirmation(never.Person.ID, mail.ResearchLeft), 1, table.Sent), table.Forgotten)
}

// Who goes on with a survey after a restore has changed more than was forgotten, when the log
// is replayed: the erasure is found all the same. If a leaving cannot be told from the log,
// staff hear of it each time, and the answers do not vanish.
func TestAnErasureIsFoundWhateverHappenedSinceTheRestore(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("taro@example.jp")
	w.save(d.Person, nil, page("D1", "3"), noon)
	r := w.restored()
	if err := w.LeaveResearch(t.Context(), d.Person, true, noon); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r.save(d.Person, r.response(d.Person.ID), page("D1", "4"), noon)
	}
	logged := handed(w.confirmation(d.Person.ID, mail.ResearchLeft), 1, table.Sent)
	unclear := logged
	unclear.Mail = mail.ID(mail.ResearchLeft, d.Person.ID, "erased 1000000")
	other := r.restored()
	r.replays(logged, table.LeftAgain)
	if f := r.file(d.Person.ID); len(f.Responses) != 0 || !f.Surveys.Erased {
		t.Errorf("%d responses are there, erased %t", len(f.Responses), f.Surveys.Erased)
	}
	for range 2 {
		other.replays(unclear, table.LeftUnclear)
		if f := other.file(d.Person.ID); len(f.Responses) != 1 || f.Surveys.Research != table.LeftResearch || f.Surveys.Erased {
			t.Errorf("%d responses are there, %s, erased %t", len(f.Responses), f.Surveys.Research, f.Surveys.Erased)
		}
	}
}
