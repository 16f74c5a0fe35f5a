package table_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// involved lists how everybody stands, by person.
func (w *world) involved() map[string]table.Involvement {
	w.Helper()
	all := map[string]table.Involvement{}
	for i, err := range w.Involvements(w.Context(), experimentID) {
		if err != nil {
			w.Fatal(err)
		}
		if _, twice := all[i.Person]; twice {
			w.Errorf("person %s is listed twice", i.Person)
		}
		all[i.Person] = i
	}
	return all
}

func (w *world) finish(person table.Person, wave string, now time.Time) {
	w.Helper()
	if _, err := w.FinishSurvey(w.Context(), person, table.Finish{Wave: wave}, now); err != nil {
		w.Fatal(err)
	}
}

func TestTheKeysOfAListTellWhoIsInWhichArmAndWhoAnsweredWhat(t *testing.T) {
	w := newWorld(t)
	visitor := w.apply("visitor@example.jp", noon).Person // never asked
	participant := w.agreed("participant@example.jp").Person
	w.save(participant, nil, page("D1", "3"), noon)
	w.finish(participant, pre, noon)
	w.steps(participant.ID, "started")
	mid := page("D1", "4")
	mid.Wave = "mid"
	w.save(participant, nil, mid, noon)
	comparison := w.agreed("comparison@example.jp").Person
	offered := w.agreed("offered@example.jp").Person
	w.steps(offered.ID, "accepted")
	left := w.agreed("left@example.jp").Person
	w.save(left, nil, page("D1", "3"), noon)
	w.finish(left, pre, noon)
	withdrew := w.agreed("withdrew@example.jp").Person
	erased := w.agreed("erased@example.jp").Person
	w.save(erased, nil, page("D1", "3"), noon)
	declined := w.apply("declined@example.jp", noon).Person
	host := w.setHost(contact("job-1", "host@example.jp"), noon)
	w.save(host, nil, page("H1", "3"), noon)
	for _, err := range []error{
		w.LeaveResearch(t.Context(), left, false, noon),
		w.Withdraw(t.Context(), withdrew, nil, false, noon),
		w.Withdraw(t.Context(), erased, nil, true, noon),
		w.AnswerResearch(t.Context(), declined, consent("2", false), noon),
		w.AnswerAnonymously(t.Context(), visitor.ID, table.AnonymousAnswer{ID: "r-1", Experiment: experimentID, Wave: "briefing-b1", Day: today}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]table.Involvement{
		participant.ID: {Research: table.Agreed, Consent: "1", Listing: "job-1", Step: table.StepStarted, Rounds: map[string]bool{pre: true, "mid": false}},
		comparison.ID:  {Research: table.Agreed, Consent: "1"},
		offered.ID:     {Research: table.Agreed, Consent: "1", Listing: "job-1", Step: table.StepAccepted},
		left.ID:        {Research: table.LeftResearch, Consent: "1", Rounds: map[string]bool{pre: true}},
		withdrew.ID:    {Research: table.LeftResearch, Consent: "1"},
		erased.ID:      {Research: table.LeftResearch, Consent: "1", Erased: true},
		declined.ID:    {Research: table.Declined, Consent: "2"},
		host.ID:        {Rounds: map[string]bool{pre: false}},
	}
	for id, i := range want {
		i.Person = id
		if i.Rounds == nil {
			i.Rounds = map[string]bool{}
		}
		i.When = map[string]table.Instant{}
		for round := range i.Rounds {
			i.When[round] = table.At(noon)
		}
		want[id] = i
	}
	got := w.involved()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	arms := map[string]string{}
	for id, i := range got {
		arms[id] = i.Group() + "/" + i.Arm()
	}
	wantArms := map[string]string{
		participant.ID: "T/T", comparison.ID: "C/C", offered.ID: "/", left.ID: "/C", withdrew.ID: "/C", erased.ID: "/", declined.ID: "/", host.ID: "/",
	}
	if diff := cmp.Diff(wantArms, arms); diff != "" {
		t.Errorf("the arms (-want +got)\n%s", diff)
	}
}

func TestOnlyWhoHasAppliedIsAskedAboutTheResearch(t *testing.T) {
	w := newWorld(t)
	visitor := w.profile(w.register("visitor@example.jp", sessionsOf(5), 0, noon))
	host := w.setHost(contact("job-1", "host@example.jp"), noon)
	for _, p := range []table.Person{visitor, host, {ID: "nobody", Experiment: experimentID}} {
		if err := w.AnswerResearch(t.Context(), p, consent("1", true), noon); err == nil {
			t.Errorf("%s agrees", p.ID)
		}
	}
	if got := w.involved(); len(got) > 0 {
		t.Errorf("listed are %v", got)
	}
}

// Whatever people, staff and the network do in any order: how the list says that everybody
// stands is how the items say it.
func TestTheListSaysWhatTheItemsSay(t *testing.T) {
	w := newWorld(t)
	random := seeded(t)
	sometimes := w.through(faulty.Writes(faulty.Sometimes(random, 0.2, faulty.Conflict, faulty.NoAnswer)))
	crowd := []table.Person{w.setHost(contact("job-1", "host@example.jp"), noon)}
	for i := range 9 {
		crowd = append(crowd, w.apply(fmt.Sprintf("p%d@example.jp", i), noon).Person)
	}
	for n := range 400 {
		p := crowd[random.IntN(len(crowd))]
		act := slices.Sorted(maps.Keys(acts))[random.IntN(len(acts))]
		// What does not follow is refused, and changes nothing.
		_ = acts[act](sometimes, p, random, noon.Add(time.Duration(n)*time.Hour))
		if n%10 > 0 {
			continue
		}
		listed := w.involved()
		for _, p := range crowd {
			w.saysTheSame(listed[p.ID], w.file(p.ID))
		}
		if t.Failed() {
			t.Fatalf("after act %d, %s", n, act)
		}
	}
}

// acts are what may happen to a person.
var acts = map[string]func(*table.Table, table.Person, *rand.Rand, time.Time) error{
	"agree": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		return t.AnswerResearch(context.Background(), p, consent(fmt.Sprint(1+r.IntN(2)), true), now)
	},
	"agree again": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.AnswerResearch(context.Background(), p, consent("3", true), now)
	},
	"decline": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.AnswerResearch(context.Background(), p, consent("1", false), now)
	},
	"leave": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		return t.LeaveResearch(context.Background(), p, r.IntN(2) == 0, now)
	},
	"withdraw": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		if p.Host != "" || r.IntN(4) > 0 {
			return nil
		}
		return t.Withdraw(context.Background(), p, nil, r.IntN(2) == 0, now)
	},
	"save": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		saved := page("D1", "3")
		saved.Wave = waves[r.IntN(len(waves))]
		return t.SavePage(context.Background(), p, nil, saved, now)
	},
	"finish": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		_, err := t.FinishSurvey(context.Background(), p, table.Finish{Wave: waves[r.IntN(len(waves))]}, now)
		return err
	},
	"offer": func(t *table.Table, p table.Person, r *rand.Rand, now time.Time) error {
		return t.Offer(context.Background(), p.ID, fmt.Sprintf("job-%d", 1+r.IntN(3)), now.Add(20*time.Hour), audit("offer"), now)
	},
	"accept": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.AcceptOffer(context.Background(), p.ID, audit("accept"), now)
	},
	"start": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.Start(context.Background(), p.ID, january4, audit("start"), now)
	},
	"end early": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.EndEarly(context.Background(), p.ID, march1, "架空の理由", audit("end"), now)
	},
	"complete": func(t *table.Table, p table.Person, _ *rand.Rand, now time.Time) error {
		return t.Complete(context.Background(), p.ID, march1, audit("complete"), now)
	},
}

var waves = []string{pre, "mid", "post"}

// saysTheSame compares how the list has a person with all that there is of the person.
func (w *world) saysTheSame(got table.Involvement, f table.File) {
	w.Helper()
	want := table.Involvement{Step: f.Participation.Step(), Rounds: map[string]bool{}, When: map[string]table.Instant{}}
	if s := f.Surveys; s != nil {
		want.Research, want.Erased, want.Consent = s.Research, s.Erased, s.Consent.Version
	}
	if p := f.Participation; p != nil {
		want.Listing = p.Listing
	}
	for wave, r := range f.Responses {
		want.Rounds[wave], want.When[wave] = r.Done != "", r.Begun
		if r.Done != "" {
			want.When[wave] = r.Done
		}
	}
	if want.Research != "" || want.Step != table.NoStep || len(want.Rounds) > 0 {
		want.Person = f.Person.ID
	} else {
		want.Rounds, want.When = nil, nil // such a person is not listed
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("person %s (-items +list)\n%s", f.Person.ID, diff)
	}
	if got.Group() != f.Group() || got.Arm() != f.Arm() {
		w.Errorf("person %s is in %q, answers count to %q; the items say %q and %q", f.Person.ID, got.Group(), got.Arm(), f.Group(), f.Arm())
	}
}

// write puts items into the table, many at a time.
func (w *world) write(items ...any) {
	w.Helper()
	c := w.env.Client(w.T)
	for some := range slices.Chunk(items, 25) {
		var requests []types.WriteRequest
		for _, item := range some {
			attributes, err := attributevalue.MarshalMap(item)
			if err != nil {
				w.Fatal(err)
			}
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: attributes}})
		}
		for len(requests) > 0 {
			out, err := c.BatchWriteItem(w.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.env.Name: requests}})
			if err != nil {
				w.Fatal(err)
			}
			requests = out.UnprocessedItems[w.env.Name]
		}
	}
}

// crowd writes the finished responses of so many made-up people (架空の人物), all of them
// in one part of the list, and returns their ids in order.
func (w *world) crowd(people int, rounds ...string) []string {
	w.Helper()
	first := w.agreed("first@example.jp").Person
	w.save(first, nil, page("D1", "3"), noon)
	w.finish(first, pre, noon)
	pattern := *w.response(first.ID)
	ids := []string{first.ID}
	var items []any
	for n := range people {
		id := fmt.Sprintf("%s%06d", first.ID[:20], n)
		ids = append(ids, id)
		for _, round := range rounds {
			r := pattern
			r.PK, r.SK, r.Person, r.Wave = "person#"+id, "response#"+round, id, round
			r.At = strings.Join([]string{id, "response", round, "done"}, "#")
			items = append(items, r)
		}
	}
	w.write(items...)
	slices.Sort(ids)
	return ids
}

// operations counts the requests to the table by what they do.
func operations(transport *faulty.Transport) map[string]int {
	count := map[string]int{}
	for _, r := range transport.Requests() {
		count[r.Operation]++
	}
	return count
}

func TestThousandsOfAnswersAreReadPageAfterPageAndAHundredAtATime(t *testing.T) {
	w := newWorld(t)
	want := w.crowd(2100, pre)
	c, transport := w.env.Watched(t)
	watched := table.New(c, w.env.Name)
	var got []string
	for a, err := range watched.Answered(t.Context(), experimentID, pre, "mid") {
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := a.Responses[pre]; !ok || r.Person != a.Person || r.Answers["D1"][0] != "3" || len(a.Responses) != 1 {
			t.Fatalf("person %s comes with %v", a.Person, a.Responses)
		}
		got = append(got, a.Person)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d people came, in order: %t; want %d", len(got), slices.IsSorted(got), len(want))
	}
	// Three pages and an empty one of each other part, and a read for each hundred.
	if diff := cmp.Diff(map[string]int{"Query": 3 + 3, "BatchGetItem": 22}, operations(transport)); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
	transport.Reset()
	for range watched.Answered(t.Context(), experimentID, pre) {
		break
	}
	if got := operations(transport); got["BatchGetItem"] != 1 || got["Query"] > 4 {
		t.Errorf("requests for the first of them: %v", got)
	}
}

func TestPeopleWithSeveralAnswersAreNeverTornApart(t *testing.T) {
	w := newWorld(t)
	want := w.crowd(50, pre, "mid", "post") // the hundredth item is in the middle of a person
	n := 0
	for a, err := range w.Answered(t.Context(), experimentID, "post", pre, "mid") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; len(a.Responses) != len(a.Rounds) {
			t.Errorf("person %s comes with %d of %d responses", a.Person, len(a.Responses), len(a.Rounds))
		}
	}
	if n != len(want) {
		t.Errorf("%d people, want %d", n, len(want))
	}
	for a, err := range w.Answered(t.Context(), experimentID) {
		t.Errorf("asked for no round, %s comes: %v", a.Person, err)
	}
}

func TestWhatIsErasedWhileAnswersAreReadIsNotAmongThem(t *testing.T) {
	w := newWorld(t)
	stays, erases, anew := w.agreed("stays@example.jp").Person, w.agreed("erases@example.jp").Person, w.agreed("anew@example.jp").Person
	for _, p := range []table.Person{stays, erases, anew} {
		w.save(p, nil, page("D1", "3"), noon)
		w.finish(p, pre, noon)
	}
	between := w.through(func(r faulty.Request) faulty.Effect {
		if r.Operation != "BatchGetItem" {
			return faulty.None
		}
		for _, err := range []error{
			w.LeaveResearch(w.Context(), erases, true, noon), w.LeaveResearch(w.Context(), anew, true, noon),
			w.AnswerResearch(w.Context(), anew, consent("1", true), noon), w.SavePage(w.Context(), anew, nil, page("D1", "1"), noon),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		return faulty.None
	})
	var got []string
	for a, err := range between.Answered(t.Context(), experimentID, pre) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, a.Person)
	}
	if !slices.Equal(got, []string{stays.ID}) {
		t.Errorf("answers come of %v, want %s alone", got, stays.ID)
	}
}

func TestAListOfThoseInvolvedThatCannotBeReadSaysSoOnce(t *testing.T) {
	w := newWorld(t)
	p := w.agreed("hanako@example.jp").Person
	w.save(p, nil, page("D1", "3"), noon)
	w.finish(p, pre, noon)
	for n := 1; n <= 5; n++ { // four parts of the list, and a read of the response
		errs, after := 0, 0
		for _, err := range w.through(faulty.KillBefore(n)).Answered(t.Context(), experimentID, pre) {
			switch {
			case err != nil:
				errs++
			case errs > 0:
				after++
			}
		}
		if errs != 1 || after != 0 {
			t.Errorf("killed before request %d: %d errors, %d people after it", n, errs, after)
		}
	}
}
