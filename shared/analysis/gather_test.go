package analysis_test

import (
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
)

// noon is while people apply.
var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// lab is the shipped experiment with a table of its own.
type lab struct {
	*world
	table *table.Table
}

func newLab(t *testing.T) *lab {
	t.Helper()
	t.Parallel()
	env := tabletest.New(t)
	return &lab{newWorld(t), table.New(env.Client(t), env.Name)}
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) person(address string) table.Person {
	return table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: l.experiment.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
		Address: table.Address{Typed: address, Send: address, Comparable: address},
	}
}

// registers has a made-up person (架空の人物) come to the first briefing.
func (l *lab) registers(address string) table.Person {
	l.Helper()
	sessions, p := l.experiment.Sessions(nil), l.person(address)
	_, err := l.table.Register(l.Context(), table.Registering{
		Booking: table.Booking{Token: rand.Text(), Session: sessions[0], Sessions: sessions, Settings: table.NoSettings(l.experiment.ID)},
		Body:    address, Day: "2020-11-02", Person: p, Registration: table.Registration{Reference: rand.Text()[:10]},
	}, noon)
	l.must(err)
	return p
}

// applies has a made-up person apply and answer about the research.
func (l *lab) applies(address string, agrees bool) table.Person {
	l.Helper()
	p := l.person(address)
	_, err := l.table.Submit(l.Context(), table.Submission{
		Token: rand.Text(), Body: address, Day: "2020-11-02", Person: p,
		Application: table.Application{Reference: rand.Text()[:10], Choices: []string{l.experiment.Listings[0].ID}, Adult: true},
	}, noon)
	l.must(err)
	p.Applied = table.At(noon)
	consent := table.Consent{Purpose: "research", Version: "1", Hash: "h", Lang: locale.Japanese, Given: agrees, At: table.At(noon)}
	l.must(l.table.AnswerResearch(l.Context(), p, consent, noon))
	return p
}

// steps takes so many steps of a participation: offer, acceptance, start.
func (l *lab) steps(p table.Person, listing string, n int) {
	l.Helper()
	entry := func() table.AuditEntry {
		return table.AuditEntry{ID: rand.Text(), At: table.At(noon), Who: "staff", Act: "step"}
	}
	for _, step := range []func() error{
		func() error { return l.table.Offer(l.Context(), p.ID, listing, noon.Add(time.Hour), entry(), noon) },
		func() error { return l.table.AcceptOffer(l.Context(), p.ID, entry(), noon) },
		func() error { return l.table.Start(l.Context(), p.ID, l.experiment.SideJob.Start, entry(), noon) },
		func() error { return l.table.Complete(l.Context(), p.ID, l.experiment.SideJob.End, entry(), noon) },
	}[:n] {
		l.must(step())
	}
}

// answers saves so many points for each item, and finishes if that is so.
func (l *lab) answers(p table.Person, wave string, points int, finishes bool) {
	l.Helper()
	page := table.SavedPage{
		Wave: wave, Lang: locale.Japanese, Instrument: l.core.ID, Place: 2, Answers: map[string][]string{},
		Edition: table.Edition{Version: l.core.Version, Hash: l.core.Hash()},
	}
	for _, it := range l.core.Items {
		page.Answers[it.ID] = []string{strconv.Itoa(typed(l.core, it.ID, points))}
	}
	l.must(l.table.SavePage(l.Context(), p, nil, page, noon))
	if finishes {
		_, err := l.table.FinishSurvey(l.Context(), p, table.Finish{Wave: wave}, noon)
		l.must(err)
	}
}

func (l *lab) gather() analysis.Input {
	l.Helper()
	in, err := analysis.Gather(l.Context(), l.table, l.experiment, l.instruments, l.at)
	l.must(err)
	return in
}

func TestWhatPeopleDidIsGatheredFromTheTable(t *testing.T) {
	l := newLab(t)
	e := *l.experiment
	e.Regions = []experiment.Region{{ID: e.Listings[0].Region}, {ID: "elsewhere"}}
	l.experiment = &e
	listing := e.Listings[0].ID

	l.registers("visitor@example.jp")
	participant := l.applies("participant@example.jp", true)
	l.answers(participant, "pre", 2, true)
	l.steps(participant, listing, 4)
	l.answers(participant, "mid", 3, false) // never sent
	l.answers(participant, "post", 4, true)
	comparison := l.applies("comparison@example.jp", true)
	l.answers(comparison, "pre", 3, true)
	l.answers(comparison, "post", 3, true)
	left := l.applies("left@example.jp", true)
	l.answers(left, "pre", 1, true)
	l.must(l.table.LeaveResearch(t.Context(), left, false, noon))
	erased := l.applies("erased@example.jp", true)
	l.answers(erased, "pre", 5, true)
	l.must(l.table.LeaveResearch(t.Context(), erased, true, noon))
	offered := l.applies("offered@example.jp", true)
	l.answers(offered, "pre", 5, true)
	l.steps(offered, listing, 2)
	declined := l.applies("declined@example.jp", false)
	l.steps(declined, listing, 3)
	withdrew := l.applies("withdrew@example.jp", false)
	l.must(l.table.Withdraw(t.Context(), withdrew, nil, false, noon))

	in := l.gather()
	want := analysis.Flow{
		Registered: 1, Applied: 7, Withdrew: 1, Agreed: 5, Offered: 3, Accepted: 3, Started: 2, Completed: 1,
		Arms: []analysis.ArmCount{{Arm: "T", N: 2}, {Arm: "C", N: 2}},
		Waves: []analysis.WaveCount{
			{Wave: "pre", Arm: "T", Asked: 1, Answered: 1}, {Wave: "pre", Arm: "C", Asked: 2, Answered: 2},
			{Wave: "mid", Arm: "T", Asked: 1},
			{Wave: "post", Arm: "T", Asked: 1, Answered: 1}, {Wave: "post", Arm: "C", Asked: 1, Answered: 1},
			{Wave: "followup", Arm: "T", Asked: 1}, {Wave: "followup", Arm: "C", Asked: 1},
		},
	}
	if diff := cmp.Diff(want, in.Flow); diff != "" {
		t.Errorf("the flow (-want +got)\n%s", diff)
	}
	r, err := analysis.Run(in)
	l.must(err)
	if diff := cmp.Diff(want, r.Flow); diff != "" {
		t.Errorf("the flow as it was analyzed (-want +got)\n%s", diff)
	}
	l.want(r, analysis.Change, "T", "total", "pre", "post", analysis.MeanChange, 2)
	l.want(r, analysis.Wave, "C", "total", "", "pre", analysis.Mean, 2) // of who left, too, and not of who had the answers erased
	l.want(r, analysis.Difference, "", "total", "pre", "post", analysis.DID, 2)
	l.want(r, analysis.Attrition, "C", "", "pre", "post", analysis.Lost, 1)
	for _, set := range r.Sets {
		if set.Region != "" && set.Outcome == "total" && set.Waves[1] == "post" && set.N != map[string]int{e.Listings[0].Region: 1}[set.Region] {
			t.Errorf("%d people worked in %s", set.N, set.Region)
		}
	}
	if in.Plan.Hash != analysis.Hash(e.Analysis) || !in.Plan.Frozen.IsZero() {
		t.Errorf("before a plan is frozen, it is %+v", in.Plan)
	}
}

func TestAFrozenPlanIsFollowedWhateverTheFileSaysSince(t *testing.T) {
	l := newLab(t)
	frozen := l.experiment.Analysis
	frozen.MinAnsweredTotal = 12
	content, err := json.Marshal(frozen)
	l.must(err)
	_, err = l.table.FreezePlan(t.Context(), table.FrozenPlan{
		Experiment: l.experiment.ID, At: noon, Hash: analysis.Hash(frozen), Content: content, File: "the file's hash",
	})
	l.must(err)
	want := analysis.Plan{AnalysisPlan: frozen, Hash: analysis.Hash(frozen), Frozen: noon, File: "the file's hash"}
	if diff := cmp.Diff(want, l.gather().Plan); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	r, err := analysis.Run(l.gather())
	l.must(err)
	if diff := cmp.Diff(want, r.Plan); diff != "" {
		t.Errorf("as it was analyzed (-want +got)\n%s", diff)
	}
}

func TestNothingIsGatheredFromATableThatDoesNotAnswer(t *testing.T) {
	l := newLab(t)
	elsewhere := table.New(tabletest.New(t).Client(t), "no such table")
	if _, err := analysis.Gather(t.Context(), elsewhere, l.experiment, l.instruments, l.at); err == nil {
		t.Error("there is something")
	}
}
