package table_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// pre is the wave that the made-up people answer.
const pre = "pre"

// consent is an answer to a version of the text about the research.
func consent(version string, given bool) table.Consent {
	return table.Consent{
		Purpose: "research", Version: version, Hash: "hash of " + version, Lang: locale.Japanese, Given: given, At: table.At(noon),
	}
}

// agreed is an applicant who takes part in the research.
func (w *world) agreed(address string) table.Delivery {
	w.Helper()
	d := w.apply(address, noon)
	if err := w.AnswerResearch(w.Context(), d.Person, consent("1", true), noon); err != nil {
		w.Fatal(err)
	}
	return w.delivery(d.Person.ID, d.Mail.ID)
}

// page is a page of the first instrument with its answers: item, value, item, value, …
func page(answers ...string) table.SavedPage {
	p := table.SavedPage{
		Wave: pre, Lang: locale.Japanese, Instrument: "core", Edition: table.Edition{Version: 1, Hash: "h1"},
		Answers: map[string][]string{}, Place: 2,
	}
	for i := 0; i < len(answers); i += 2 {
		p.Answers[answers[i]] = []string{answers[i+1]}
	}
	return p
}

// strained is a page with an answer that staff are to look at.
func strained(value string) table.SavedPage {
	p := page("L1", value)
	p.Alerts = []table.Alert{{Item: "L1", Value: value}}
	return p
}

// file reads what there is of a person.
func (w *world) file(person string) table.File {
	w.Helper()
	f, err := w.File(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// response is a person's response to the wave; nil for none.
func (w *world) response(person string) *table.Response {
	w.Helper()
	r, ok := w.file(person).Responses[pre]
	if !ok {
		return nil
	}
	return &r
}

func (w *world) save(person table.Person, before *table.Response, p table.SavedPage, now time.Time) {
	w.Helper()
	if err := w.SavePage(w.Context(), person, before, p, now); err != nil {
		w.Fatal(err)
	}
}

func TestSavingAPageIsOneRequestAndFinishingAnother(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	client, transport := w.env.Watched(t)
	watched := table.New(client, w.env.Name)
	for i, p := range []table.SavedPage{strained("1"), page("D1", "3")} {
		before := w.response(d.Person.ID)
		transport.Reset()
		if err := watched.SavePage(t.Context(), d.Person, before, p, noon); err != nil {
			t.Fatal(err)
		}
		if got := len(transport.Requests()); got != 1 {
			t.Errorf("page %d takes %d requests", i+1, got)
		}
	}
	transport.Reset()
	if _, err := watched.FinishSurvey(t.Context(), d.Person, table.Finish{Wave: pre}, noon); err != nil || len(transport.Requests()) != 1 {
		t.Errorf("finishing takes %d requests, %v", len(transport.Requests()), err)
	}
}

func TestASaveThatLostItsAnswerIsRepeatedAndSavedOnce(t *testing.T) {
	w := newWorld(t)
	for _, effect := range []faulty.Effect{faulty.NoAnswer, faulty.Conflict, faulty.Throttle, faulty.Unreachable, faulty.Error500} {
		d := w.agreed(fmt.Sprintf("p%d@example.jp", effect))
		through := w.through(faulty.At(1, effect))
		if err := through.SavePage(t.Context(), d.Person, nil, page("D1", "3"), noon); err != nil {
			t.Fatalf("effect %d: %v", effect, err)
		}
		// The browser, too, may not have heard of it, and sends what it knows.
		w.save(d.Person, nil, page("D1", "3"), noon.Add(time.Minute))
		if err := w.through(faulty.At(1, effect)).SavePage(t.Context(), d.Person, w.response(d.Person.ID), page("D2", "4"), noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		f := w.file(d.Person.ID)
		want := map[string][]string{"D1": {"3"}, "D2": {"4"}}
		if diff := cmp.Diff(want, f.Responses[pre].Answers); diff != "" {
			t.Errorf("effect %d: (-want +got)\n%s", effect, diff)
		}
		if f.Surveys.Begun[pre] != table.At(noon) || f.Surveys.Saved[pre] != table.At(noon.Add(time.Hour)) || f.Responses[pre].Begun != table.At(noon) {
			t.Errorf("effect %d: begun %s, saved %s", effect, f.Surveys.Begun[pre], f.Surveys.Saved[pre])
		}
	}
}

func TestWhatWasLeftOutIsKeptAsLeftOut(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	p := page("D1", "3")
	p.Answers["D2"] = nil
	w.save(d.Person, nil, p, noon)
	p.Answers["D1"] = []string{}
	w.save(d.Person, w.response(d.Person.ID), p, noon)
	want := map[string][]string{"D1": {}, "D2": {}}
	if diff := cmp.Diff(want, w.response(d.Person.ID).Answers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTabsThatSaveTheFirstPageAtOnceMakeOneResponse(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	want := map[string][]string{}
	var tabs sync.WaitGroup
	for i := range 6 {
		item := fmt.Sprintf("D%d", i)
		want[item] = []string{"3"}
		tabs.Go(func() {
			if err := w.SavePage(w.Context(), d.Person, nil, page(item, "3"), noon.Add(time.Duration(i))); err != nil {
				t.Error(err)
			}
		})
	}
	tabs.Wait()
	if diff := cmp.Diff(want, w.response(d.Person.ID).Answers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTwoBlankPagesThatAreSavedAtOnceTakeNothingFromOneAnother(t *testing.T) {
	w := newWorld(t)
	p := w.agreed("hanako@example.jp").Person
	first, second := page("D1", "3"), page("D2", "4")
	first.Answers["D2"], second.Answers["D1"] = nil, []string{} // each was left with one question open
	first.Answers["D3"], second.Answers["D3"] = nil, nil
	between := w.through(faulty.Writes(func(r faulty.Request) faulty.Effect {
		if r.N == 1 {
			w.save(p, nil, first, noon)
		}
		return faulty.None
	}))
	if err := between.SavePage(t.Context(), p, nil, second, noon); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"D1": {"3"}, "D2": {"4"}, "D3": {}}
	if diff := cmp.Diff(want, w.response(p.ID).Answers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// Who has seen an answer may take it away.
	w.save(p, w.response(p.ID), table.SavedPage{
		Wave: pre, Lang: locale.Japanese, Instrument: "core", Edition: second.Edition, Answers: map[string][]string{"D1": nil}, Place: 2,
	}, noon)
	if got := w.response(p.ID).Answers["D1"]; len(got) != 0 {
		t.Errorf("the answer stays: %v", got)
	}
}

func TestTheVersionThatWasAnsweredFirstStays(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	w.save(d.Person, nil, page("D1", "3"), noon)
	next := page("D1", "5")
	next.Edition = table.Edition{Version: 2, Hash: "h2"}
	for name, before := range map[string]*table.Response{"knowing it": w.response(d.Person.ID), "from a tab that did not": nil} {
		if err := w.SavePage(t.Context(), d.Person, before, next, noon); !errors.Is(err, table.ErrOtherVersion) {
			t.Errorf("another version, %s: %v", name, err)
		}
	}
	other := next
	other.Instrument, other.Answers = "load", map[string][]string{"L1": {"4"}}
	w.save(d.Person, w.response(d.Person.ID), other, noon)
	got := w.response(d.Person.ID)
	if want := map[string]table.Edition{"core": {Version: 1, Hash: "h1"}, "load": {Version: 2, Hash: "h2"}}; !maps.Equal(got.Instruments, want) {
		t.Errorf("editions: %v, want %v", got.Instruments, want)
	}
	if got.Answers["D1"][0] != "3" {
		t.Errorf("the answer has become %v", got.Answers["D1"])
	}
}

func TestASecondClickOnTheEndHearsOfTheFirst(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	if _, err := w.FinishSurvey(t.Context(), d.Person, table.Finish{Wave: pre}, noon); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("ending what was never begun: %v", err)
	}
	w.save(d.Person, nil, page("D1", "3"), noon)
	heard := make([]table.Instant, 5)
	var clicks sync.WaitGroup
	for i := range heard {
		clicks.Go(func() {
			through := w.through(faulty.At(1, []faulty.Effect{faulty.None, faulty.NoAnswer}[i%2]))
			var err error
			if heard[i], err = through.FinishSurvey(w.Context(), d.Person, table.Finish{Wave: pre}, noon.Add(time.Duration(i)*time.Second)); err != nil {
				t.Error(err)
			}
		})
	}
	clicks.Wait()
	f := w.file(d.Person.ID)
	if some := slices.Compact(heard); len(some) != 1 || some[0] != f.Responses[pre].Done || some[0] != f.Surveys.Done[pre] {
		t.Errorf("heard %v; the response ended at %s, noted is %s", heard, f.Responses[pre].Done, f.Surveys.Done[pre])
	}
}

func TestNothingIsSavedAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	for i := range 4 { // the end comes before, at once with, or after a save
		d := w.agreed(fmt.Sprintf("p%d@example.jp", i))
		w.save(d.Person, nil, page("D1", "3"), noon)
		before := w.response(d.Person.ID)
		var saved error
		var both sync.WaitGroup
		both.Go(func() { saved = w.SavePage(w.Context(), d.Person, before, page("D1", "5"), noon.Add(time.Second)) })
		both.Go(func() {
			if _, err := w.FinishSurvey(w.Context(), d.Person, table.Finish{Wave: pre}, noon.Add(time.Second)); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		want := "5"
		if errors.Is(saved, table.ErrAnswered) {
			want = "3"
		} else if saved != nil {
			t.Error(saved)
		}
		for _, before := range []*table.Response{before, nil} {
			if err := w.SavePage(t.Context(), d.Person, before, page("D1", "1"), noon.Add(time.Minute)); !errors.Is(err, table.ErrAnswered) {
				t.Errorf("after the end: %v", err)
			}
		}
		if got := w.response(d.Person.ID).Answers["D1"][0]; got != want {
			t.Errorf("the answer is %s, want %s", got, want)
		}
	}
}

func TestOnlyWhoAgreedIsAskedAnything(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	refused := func(when string) {
		t.Helper()
		if err := w.SavePage(t.Context(), d.Person, nil, strained("1"), noon); !errors.Is(err, table.ErrNotAgreed) {
			t.Errorf("%s: %v", when, err)
		}
	}
	say := func(c table.Consent, want error) {
		t.Helper()
		if err := w.AnswerResearch(t.Context(), d.Person, c, noon); !errors.Is(err, want) {
			t.Errorf("agreeing %t to version %s: %v, want %v", c.Given, c.Version, err, want)
		}
	}
	refused("never asked")
	say(consent("1", false), nil)
	refused("declined")
	say(consent("1", false), nil) // said again
	say(consent("1", true), nil)
	w.save(d.Person, nil, page("D1", "3"), noon)
	say(consent("1", true), nil) // said again
	say(consent("2", true), nil) // asked again
	say(consent("2", false), table.ErrAnswered)
	if f := w.file(d.Person.ID); f.Surveys.Consent.Version != "2" || f.Surveys.Research != table.Agreed || f.Surveys.Begun[pre] == "" {
		t.Errorf("the person stands as %s to version %s, begun %v", f.Surveys.Research, f.Surveys.Consent.Version, f.Surveys.Begun)
	}
	if err := w.LeaveResearch(t.Context(), d.Person, false, noon); err != nil {
		t.Fatal(err)
	}
	refused("left")
	if _, err := w.FinishSurvey(t.Context(), d.Person, table.Finish{Wave: pre}, noon); !errors.Is(err, table.ErrNotAgreed) {
		t.Errorf("ending it after having left: %v", err)
	}
	say(consent("2", false), nil) // there is nothing more to decline
	if s := w.file(d.Person.ID).Surveys; s.Research != table.LeftResearch {
		t.Errorf("who left stands as %s", s.Research)
	}
	say(consent("2", true), nil)
	if s := w.file(d.Person.ID).Surveys; s.Research != table.Agreed || s.Left != "" {
		t.Errorf("who agreed again stands as %s, left %s", s.Research, s.Left)
	}
	w.save(d.Person, w.response(d.Person.ID), page("D1", "4"), noon)
}

func TestWhoLeavesKeepsOrErasesTheAnswersAndIsToldOnce(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	w.save(d.Person, nil, strained("1"), noon)
	leave := func(erase bool, after time.Duration) {
		t.Helper()
		if err := w.through(faulty.Writes(faulty.At(2, faulty.NoAnswer))).LeaveResearch(t.Context(), d.Person, erase, noon.Add(after)); err != nil {
			t.Fatal(err)
		}
	}
	told := func() (erased []bool) {
		for _, m := range w.file(d.Person.ID).Mails {
			if m.Kind == mail.ResearchLeft {
				erased = append(erased, m.ErasedAnswers())
			}
		}
		return erased
	}
	leave(false, time.Hour)
	leave(false, 2*time.Hour)
	if f := w.file(d.Person.ID); f.Surveys.Left != table.At(noon.Add(time.Hour)) || len(f.Responses) != 1 || len(f.Alerts) != 1 || !slices.Equal(told(), []bool{false}) {
		t.Errorf("left at %s with %d responses, %d alerts, told %v", f.Surveys.Left, len(f.Responses), len(f.Alerts), told())
	}
	leave(true, 3*time.Hour)
	leave(true, 4*time.Hour)
	leave(false, 5*time.Hour)
	f := w.file(d.Person.ID)
	if len(f.Responses)+len(f.Alerts)+len(f.Surveys.Begun)+len(f.Surveys.Saved) > 0 || !f.Surveys.Erased || f.Surveys.Left != table.At(noon.Add(time.Hour)) {
		t.Errorf("%d responses, %d alerts, %+v", len(f.Responses), len(f.Alerts), *f.Surveys)
	}
	if got := told(); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("told of erasures: %v", got)
	}
	stranger := w.apply("taro@example.jp", noon)
	if err := w.LeaveResearch(t.Context(), stranger.Person, true, noon); !errors.Is(err, table.ErrNotAgreed) {
		t.Errorf("leaving what one is not part of: %v", err)
	}
}

// An answer may be on its way while its person has all of them erased: before each
// request of the erasure one is saved, or begun, in time.
func TestNoAnswerComesBackAfterAnErasure(t *testing.T) {
	w := newWorld(t)
	for name, erase := range map[string]func(*table.Table, table.Person) error{
		"leaving":     func(b *table.Table, p table.Person) error { return b.LeaveResearch(w.Context(), p, true, noon) },
		"withdrawing": func(b *table.Table, p table.Person) error { return b.Withdraw(w.Context(), p, nil, true, noon) },
	} {
		for n := 1; n <= 4; n++ {
			for _, begun := range []bool{false, true} {
				d := w.agreed(fmt.Sprintf("%s-%d-%t@example.jp", name, n, begun))
				var before *table.Response
				if begun {
					w.save(d.Person, nil, page("D1", "3"), noon)
					before = w.response(d.Person.ID)
				}
				between := w.through(func(r faulty.Request) faulty.Effect {
					if r.N == n {
						w.save(d.Person, before, strained("1"), noon)
					}
					return faulty.None
				})
				if err := erase(between, d.Person); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, before := range []*table.Response{before, nil} {
					if err := w.SavePage(t.Context(), d.Person, before, strained("1"), noon); !errors.Is(err, table.ErrNotAgreed) {
						t.Errorf("%s: a save after it: %v", name, err)
					}
				}
				if f := w.file(d.Person.ID); len(f.Responses)+len(f.Alerts) > 0 || f.Surveys.Research != table.LeftResearch || !f.Surveys.Erased {
					t.Errorf("%s, a save before request %d: %d responses, %d alerts are left", name, n, len(f.Responses), len(f.Alerts))
				}
			}
		}
	}
}

func TestWhoWithdrawsMayKeepTheAnswersAndNeverAgreesAgain(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	w.save(d.Person, nil, page("D1", "3"), noon)
	if err := w.Withdraw(t.Context(), d.Person, nil, false, noon); err != nil {
		t.Fatal(err)
	}
	if err := w.AnswerResearch(t.Context(), d.Person, consent("1", true), noon); !errors.Is(err, table.ErrWithdrawn) {
		t.Errorf("agreeing after having withdrawn: %v", err)
	}
	if f := w.file(d.Person.ID); f.Surveys.Research != table.LeftResearch || f.Surveys.Erased || len(f.Responses) != 1 {
		t.Errorf("%+v, %d responses", *f.Surveys, len(f.Responses))
	}
	if err := w.LeaveResearch(t.Context(), d.Person, true, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if f := w.file(d.Person.ID); !f.Surveys.Erased || len(f.Responses) != 0 {
		t.Errorf("erased after having withdrawn: %+v, %d responses", *f.Surveys, len(f.Responses))
	}
}

func TestWhoAgreesWhileWithdrawingIsOutInTheEnd(t *testing.T) {
	w := newWorld(t)
	for n := 1; n <= 3; n++ { // just before the n-th request of the withdrawal
		d := w.apply(fmt.Sprintf("p%d@example.jp", n), noon)
		between := w.through(func(r faulty.Request) faulty.Effect {
			if r.N == n {
				_ = w.AnswerResearch(context.Background(), d.Person, consent("1", true), noon)
			}
			return faulty.None
		})
		if err := between.Withdraw(t.Context(), d.Person, nil, true, noon); err != nil {
			t.Fatal(err)
		}
		if s := w.file(d.Person.ID).Surveys; s != nil && s.Research != table.LeftResearch {
			t.Errorf("agreed before request %d: %s", n, s.Research)
		}
	}
}

func TestStaffSeeAnAlertUntilTheyCloseItAndNeverAgain(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	open := func() (values []string) {
		t.Helper()
		for a, err := range w.Alerts(t.Context(), experimentID) {
			if err != nil {
				t.Fatal(err)
			}
			if a.Person != d.Person.ID || a.Wave != pre || a.Item != "L1" || a.At != table.At(noon) {
				t.Errorf("the alert is of %s, %s, %s at %s", a.Person, a.Wave, a.Item, a.At)
			}
			values = append(values, a.Value)
		}
		for experiment, want := range map[string]int{experimentID: len(values), "another": 0} {
			if n, err := w.CountAlerts(t.Context(), experiment); err != nil || n != want {
				t.Errorf("%d alerts of %s are counted, %v; want %d", n, experiment, err, want)
			}
		}
		return values
	}
	w.save(d.Person, nil, strained("1"), noon)
	w.save(d.Person, w.response(d.Person.ID), strained("2"), noon.Add(time.Hour))
	if got := open(); !slices.Equal(got, []string{"1"}) {
		t.Errorf("staff see %v", got)
	}
	entry := table.AuditEntry{ID: "a-1", At: table.At(noon), Who: "staff", Act: "close-alert"}
	for range 2 {
		through := w.through(faulty.Writes(faulty.At(2, faulty.NoAnswer)))
		if err := through.CloseAlert(t.Context(), d.Person.ID, pre, "L1", entry, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	w.save(d.Person, w.response(d.Person.ID), strained("1"), noon.Add(2*time.Hour))
	if got := open(); got != nil {
		t.Errorf("staff see %v after having closed it", got)
	}
	if a := w.file(d.Person.ID).Alerts; len(a) != 1 || a[0].Seen != table.At(noon.Add(time.Hour)) {
		t.Errorf("on file are %d alerts", len(a))
	}
	entry.ID = "a-2"
	if err := w.CloseAlert(t.Context(), d.Person.ID, pre, "L2", entry, noon); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("closing what there is not: %v", err)
	}
}

func TestALinkReadsTheAnswersWithOneRead(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	if _, err := w.ClaimMail(t.Context(), d.Mail, claim("c", "token", noon)); err != nil {
		t.Fatal(err)
	}
	w.save(d.Person, nil, page("D1", "3"), noon)
	answer := table.AnonymousAnswer{ID: "r-1", Experiment: experimentID, Wave: "briefing-b1", Instrument: "briefing", Day: today}
	if err := w.AnswerAnonymously(t.Context(), d.Person.ID, answer); err != nil {
		t.Fatal(err)
	}
	client, transport := w.env.Watched(t)
	got, err := table.New(client, w.env.Name).OpenSurveys(t.Context(), d.Person.ID, d.Mail.ID, "token", mail.OpenPage, noon,
		[]string{pre, "mid", "briefing-b1"}, experimentID)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(transport.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	if len(got.Responses) != 1 || got.Responses[pre].Answers["D1"][0] != "3" || !maps.Equal(got.Used, map[string]bool{"briefing-b1": true}) {
		t.Errorf("responses %v, used %v", slices.Collect(maps.Keys(got.Responses)), got.Used)
	}
	if got.Surveys == nil || got.Surveys.Research != table.Agreed || got.Mail.ID != d.Mail.ID || got.Participation != nil {
		t.Errorf("with it come %+v, mail %s", got.Surveys, got.Mail.ID)
	}
}

func TestAnAnonymousAnswerIsGivenOnceAndLeadsToNobody(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	give := func(id string, faults ...faulty.Fault) error {
		return w.through(faults...).AnswerAnonymously(t.Context(), d.Person.ID, table.AnonymousAnswer{
			ID: id, Experiment: experimentID, Wave: "briefing-b1", Instrument: "briefing", Lang: locale.Japanese, Day: today,
			Answers: map[string][]string{"B1": {"4"}, "B2": nil},
		})
	}
	if err := give("r-1", faulty.At(1, faulty.NoAnswer)); err != nil {
		t.Errorf("the lost answer: %v", err)
	}
	if err := give("r-2"); !errors.Is(err, table.ErrAnswered) {
		t.Errorf("a second answer: %v", err)
	}
	n := 0
	for a, err := range w.AnonymousAnswers(t.Context(), experimentID, "briefing-b1") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; a.ID != "r-1" || a.Answers["B1"][0] != "4" || a.Answers["B2"] == nil {
			t.Errorf("kept is %s: %v", a.ID, a.Answers)
		}
	}
	if n != 1 {
		t.Errorf("%d answers are kept", n)
	}
	for _, item := range w.env.Items(t) {
		content := fmt.Sprint(item.Attributes)
		switch {
		case strings.HasPrefix(item.PK, "answers#") && (strings.Contains(content, d.Person.ID) || strings.Contains(content, "T03:00")):
			t.Errorf("an answer leads to its person or its time: %s", content)
		case strings.HasPrefix(item.SK, "used#") && (len(item.Attributes) != 4 || strings.Contains(content, "r-1") || strings.Contains(content, "2020-11")):
			t.Errorf("the mark beside the person says more than that it was used: %s", content)
		}
	}
	if err := w.Withdraw(t.Context(), d.Person, nil, true, noon); err != nil {
		t.Fatal(err)
	}
	later := table.AnonymousAnswer{ID: "r-3", Experiment: experimentID, Wave: "briefing-b2", Day: today}
	if err := w.AnswerAnonymously(t.Context(), d.Person.ID, later); !errors.Is(err, table.ErrWithdrawn) {
		t.Errorf("an answer of who has withdrawn: %v", err)
	}
}

func TestOnlyWhatWasSeenIsSentWithItsAlerts(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	w.save(d.Person, nil, page("L1", "1"), noon)
	seen := table.Finish{Wave: pre, Seen: table.At(noon), Alerts: []table.Alert{{Item: "L1", Value: "1"}}}
	w.save(d.Person, w.response(d.Person.ID), page("L1", "5"), noon.Add(time.Second))
	if _, err := w.FinishSurvey(t.Context(), d.Person, seen, noon.Add(time.Minute)); !errors.Is(err, table.ErrSavedSince) {
		t.Errorf("sent after a change: %v", err)
	}
	if got := w.response(d.Person.ID); got.Done != "" {
		t.Error("it is finished")
	}
	now := table.Finish{Wave: pre, Seen: table.At(noon.Add(time.Second))}
	first, err := w.FinishSurvey(t.Context(), d.Person, now, noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	// A second click hears of the first, also one on the older page.
	for _, f := range []table.Finish{now, seen} {
		if again, err := w.FinishSurvey(t.Context(), d.Person, f, noon.Add(time.Hour)); err != nil || again != first {
			t.Errorf("clicked again: %s, want %s; %v", again, first, err)
		}
	}
	for a, err := range w.Alerts(t.Context(), d.Person.Experiment) {
		t.Errorf("alerted to %s: %v", a.Value, err)
	}
}
