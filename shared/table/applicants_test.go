package table_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// references reads an experiment's applications as staff see them.
func references(ctx context.Context, t *testing.T, from *table.Table) []string {
	t.Helper()
	var all []string
	for a, err := range from.Applicants(ctx, experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		if a.Person.ID != a.Application.Person {
			t.Errorf("%s comes with the person %s", a.Application.Person, a.Person.ID)
		}
		all = append(all, a.Application.Reference)
	}
	return all
}

func TestApplicationsComeInTheOrderOfSubmissionWhoeverWithdraws(t *testing.T) {
	w := newWorld(t)
	var want []string
	var people []table.Person
	for i := range 12 {
		d := w.apply(fmt.Sprintf("%d@example.jp", i), noon.Add(time.Duration(i)*time.Second))
		want = append(want, d.Application.Reference)
		people = append(people, d.Person)
	}
	for _, i := range []int{7, 0, 3} { // in another order than they came
		if err := w.Withdraw(t.Context(), people[i], nil, false, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	other := submission("0@example.jp", "token")
	other.Person.Experiment = "kamaishi-2021"
	if _, err := w.Submit(t.Context(), other, noon); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, references(t.Context(), t, w.Table)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWhoWithdrawsMeanwhileIsListedOnce(t *testing.T) {
	w := newWorld(t)
	var want []string
	var people []table.Person
	for i := range 6 {
		d := w.apply(fmt.Sprintf("%d@example.jp", i), noon.Add(time.Duration(i)*time.Second))
		want = append(want, d.Application.Reference)
		people = append(people, d.Person)
	}
	for n := 1; n <= len(people); n++ { // just before the n-th read
		got := references(t.Context(), t, w.through(func(r faulty.Request) faulty.Effect {
			if r.N == n {
				if err := w.Withdraw(context.Background(), people[n-1], nil, false, noon.Add(time.Hour)); err != nil {
					t.Error(err)
				}
			}
			return faulty.None
		}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("withdrawn before read %d (-want +got)\n%s", n, diff)
		}
	}
}

func TestManyApplicationsAreReadPageAfterPage(t *testing.T) {
	w := newWorld(t)
	const many = 60 // two reads of at most a hundred items
	want := make([]string, many)
	var applying sync.WaitGroup
	for worker := range 4 {
		applying.Go(func() {
			for i := worker; i < many; i += 4 {
				s := submission(fmt.Sprintf("%d@example.jp", i), fmt.Sprintf("token-%d", i))
				want[i] = s.Application.Reference
				if _, err := w.Submit(w.Context(), s, noon.Add(time.Duration(i)*time.Millisecond)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	applying.Wait()
	if got := references(t.Context(), t, w.Table); !slices.Equal(got, want) {
		t.Errorf("%d applications in the order of submission, want %d", len(got), many)
	}
}

func TestAListThatCannotBeReadSaysSoOnce(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp", noon)
	errs := 0
	for _, err := range w.through(faulty.KillBefore(9)).Applicants(t.Context(), experimentID) {
		if err == nil {
			t.Error("an application came although the read of it failed")
		} else {
			errs++
		}
	}
	if errs != 1 {
		t.Errorf("%d errors, want 1", errs)
	}
}
