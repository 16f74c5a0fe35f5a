package madeup_test

import (
	"context"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/madeup"
	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
)

func shipped(t testing.TB) (*experiment.Experiment, survey.Set) {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return experiments.All()[0], instruments
}

func everybody(t *testing.T, c madeup.Crowd) []analysis.Subject {
	t.Helper()
	var all []analysis.Subject
	e, instruments := shipped(t)
	for s, err := range c.Subjects(e, instruments) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestTheSameCrowdIsTheSamePeople(t *testing.T) {
	t.Parallel()
	c := madeup.Sample()
	first := everybody(t, c)
	if diff := cmp.Diff(first, everybody(t, c)); diff != "" {
		t.Error(diff)
	}
	c.Seed++
	if cmp.Equal(first, everybody(t, c)) {
		t.Error("another seed makes up the same people")
	}
	ids := map[string]bool{}
	for _, s := range first {
		ids[s.ID] = true
	}
	if len(ids) != c.Participants+c.Comparison {
		t.Errorf("%d people have %d ids", c.Participants+c.Comparison, len(ids))
	}
}

// The change of the answers is the one that was asked for, within four standard errors
// and but for what the ends of the scale take away: there no answer can rise.
func TestTheEffectIsTheOneThatIsKnown(t *testing.T) {
	t.Parallel()
	c := madeup.Crowd{
		Seed: 7, Participants: 4000, Comparison: 4000, Leave: 0.2, Skip: 0.05, Drift: 0.1,
		Change: map[string]float64{"direction": 0.5, "action": -0.4},
	}
	t.Logf("seed %d", c.Seed)
	_, instruments := shipped(t)
	core, _ := instruments.Current("career_ownership_core")
	sum, n := map[string]float64{}, map[string]float64{}
	left, items, skipped := 0, 0, 0
	for _, s := range everybody(t, c) {
		pre, post := core.Score(s.Responses["pre"].Answers), core.Score(s.Responses["post"].Answers)
		for _, subscale := range core.Subscales {
			before, _ := pre.Of(subscale.ID)
			after, _ := post.Of(subscale.ID)
			x, some := before.Mean()
			y, other := after.Mean()
			if some && other {
				sum[s.Arm+subscale.ID] += y - x
				n[s.Arm+subscale.ID]++
			}
		}
		if _, answered := s.Responses["post"]; !answered {
			left++
		}
		for _, answer := range s.Responses["pre"].Answers {
			items++
			if len(answer) == 0 {
				skipped++
			}
		}
	}
	for _, subscale := range core.Subscales {
		change := func(arm string) float64 { return sum[arm+subscale.ID] / n[arm+subscale.ID] }
		did, want := change(experiment.GroupParticipants)-change(experiment.GroupComparison), c.Change[subscale.ID]
		if math.Abs(did-want) > 0.06+0.15*math.Abs(want) {
			t.Errorf("%s: the difference is %.3f, want %.2f", subscale.ID, did, want)
		}
	}
	if share := float64(left) / 8000; math.Abs(share-c.Leave) > 0.03 {
		t.Errorf("%.3f left, want %.2f", share, c.Leave)
	}
	if share := float64(skipped) / float64(items); math.Abs(share-c.Skip) > 0.01 {
		t.Errorf("%.3f of the items were left out, want %.2f", share, c.Skip)
	}
}

func TestNobodyAnswersOutsideOfAScaleOrAWaveOfTheOtherArm(t *testing.T) {
	t.Parallel()
	e, instruments := shipped(t)
	for _, s := range everybody(t, madeup.Crowd{Seed: 3, Participants: 300, Comparison: 300, Change: map[string]float64{"agency": 3}}) {
		for id, response := range s.Responses {
			i := slices.IndexFunc(e.Waves, func(w experiment.Wave) bool { return w.ID == id })
			if i < 0 || !slices.Contains(e.Waves[i].Groups, s.Arm) {
				t.Errorf("%s answers %s", s.Arm, id)
			}
			for item, answer := range response.Answers {
				it, _ := instruments.Item(item)
				smallest, largest := it.Range()
				if x, err := strconv.Atoi(answer[0]); err != nil || x < smallest || x > largest {
					t.Errorf("the answer to %s is %v", item, answer)
				}
			}
		}
	}
}

func TestTheFlowCountsTheCrowd(t *testing.T) {
	t.Parallel()
	e, instruments := shipped(t)
	c := madeup.Sample()
	flow := c.Flow(e, instruments)
	if flow.Started != c.Participants || flow.EndedEarly+flow.Completed != flow.Started || flow.Accepted < flow.Started ||
		flow.Offered < flow.Accepted || flow.Agreed < c.Participants+c.Comparison || flow.Applied < flow.Agreed || flow.Registered < flow.Applied {
		t.Errorf("%+v", flow)
	}
	if diff := cmp.Diff([]analysis.ArmCount{{Arm: "T", N: c.Participants}, {Arm: "C", N: c.Comparison}}, flow.Arms); diff != "" {
		t.Error(diff)
	}
	answered := map[analysis.WaveCount]int{}
	for _, s := range everybody(t, c) {
		for wave := range s.Responses {
			answered[analysis.WaveCount{Wave: wave, Arm: s.Arm}]++
		}
	}
	for _, w := range flow.Waves {
		if n := answered[analysis.WaveCount{Wave: w.Wave, Arm: w.Arm}]; w.Answered != n || n == 0 || n > w.Asked {
			t.Errorf("%+v, and %d answered", w, n)
		}
	}
	if len(flow.Waves) != 7 {
		t.Errorf("there are %d waves and arms, want 7: midway there are participants alone", len(flow.Waves))
	}
}

// Whoever is copied into the table stands there as if all had been done by the person.
func TestCopiesAreInTheTableAsWhoeverDidItAll(t *testing.T) {
	t.Parallel()
	e, instruments := shipped(t)
	env := tabletest.New(t)
	client := env.Client(t)
	people := table.New(client, env.Name)
	applies := e.Application.Open.Add(24 * time.Hour)
	of, err := madeup.Originals(t.Context(), people, e, instruments, applies)
	if err != nil {
		t.Fatal(err)
	}
	c := madeup.Crowd{Seed: 11, Participants: 12, Comparison: 20, Leave: 0.4, Skip: 0.1}
	put(t.Context(), t, client, env.Name, c, of)

	want := map[string]analysis.Subject{}
	for _, s := range everybody(t, c) {
		want[s.ID] = s
	}
	found, mails := map[string]int{}, map[string]bool{}
	for f, err := range people.Files(t.Context(), e.ID) {
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range f.Mails {
			if mails[m.ID] || m.Person != f.Person.ID || m.ID != mail.ID(m.Kind, m.Person, m.Occasion) {
				t.Errorf("a mail to one of %s is another's", f.Group())
			}
			mails[m.ID] = true
		}
		s, isCopy := want[f.Person.ID]
		if !isCopy {
			continue
		}
		found[f.Group()]++
		if f.Group() != s.Arm || f.Application == nil || f.Application.Person != s.ID || len(f.Mails) == 0 || len(f.Surveys.Done) != len(s.Responses) {
			t.Errorf("one of %s is one of %s, with %d mails and answers to %v", s.Arm, f.Group(), len(f.Mails), f.Surveys.Done)
		}
		given := map[string]survey.Answers{}
		for wave, r := range f.Responses {
			given[wave] = r.Answers
			if r.Done == "" || r.Person != s.ID {
				t.Errorf("%s is not finished", wave)
			}
		}
		answered := map[string]survey.Answers{}
		for wave, r := range s.Responses {
			answered[wave] = r.Answers
		}
		if diff := cmp.Diff(answered, given); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(map[string]int{"T": c.Participants, "C": c.Comparison}, found); diff != "" {
		t.Error(diff)
	}
	listed := 0
	for a, err := range people.Answered(t.Context(), e.ID, "pre", "mid", "post", "followup") {
		if err != nil {
			t.Fatal(err)
		}
		s, isCopy := want[a.Person]
		if !isCopy {
			continue
		}
		listed++
		if a.Arm() != s.Arm || len(a.Responses) != len(s.Responses) || len(a.Rounds) != len(s.Responses) {
			t.Errorf("one of %s is listed as one of %s with %v", s.Arm, a.Arm(), a.Rounds)
		}
	}
	if listed != len(want) {
		t.Errorf("%d of %d people are listed with their answers", listed, len(want))
	}
}

// put writes the copies of a crowd.
func put(ctx context.Context, t *testing.T, client *dynamodb.Client, name string, c madeup.Crowd, of []madeup.Original) {
	t.Helper()
	e, instruments := shipped(t)
	var all sync.WaitGroup
	for item, err := range c.Copies(ctx, client, name, of, e, instruments) {
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &name, Item: item}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
