package table_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"livinglab/shared/table"
)

// named lists the given names of people, and where to go on after each.
func named(t *testing.T, people iter.Seq2[table.Subject, error], most int) (names, cursors []string) {
	t.Helper()
	for s, err := range people {
		if err != nil {
			t.Fatal(err)
		}
		names, cursors = append(names, s.Person.Address.Send), append(cursors, s.Cursor)
		if len(names) == most {
			break
		}
	}
	return names, cursors
}

func TestPeopleAreListedFromAnyoneOn(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 30 { // more than one read
		address := fmt.Sprintf("p%02d@example.jp", i)
		w.apply(address, noon.Add(time.Duration(i/2)*time.Second)) // two at each instant
		want = append(want, address)
	}
	all, cursors := named(t, w.PeopleAfter(t.Context(), experimentID, ""), 0)
	if sorted := slices.Sorted(slices.Values(all)); !slices.Equal(sorted, want) {
		t.Fatalf("%d people: %v", len(all), all)
	}
	for i, cursor := range cursors {
		got, _ := named(t, w.PeopleAfter(t.Context(), experimentID, cursor), 3)
		if next := all[i+1 : min(i+4, len(all))]; !slices.Equal(got, next) {
			t.Errorf("after %s come %v, want %v", all[i], got, next)
		}
	}
	if got, _ := named(t, w.PeopleAfter(t.Context(), "kamaishi-2021", ""), 0); len(got) > 0 {
		t.Errorf("another experiment has %v", got)
	}
}

func TestWhoAppliedBetweenTwoInstantsIsListedWithoutWhoWithdrew(t *testing.T) {
	w := newWorld(t)
	from, to := noon.Add(time.Second), noon.Add(4*time.Second)
	var second table.Person
	for i := range 5 {
		for j, at := range []time.Duration{0, time.Second - time.Millisecond} {
			d := w.apply(fmt.Sprintf("%d.%d@example.jp", i, j), noon.Add(time.Duration(i)*time.Second+at))
			if i == 2 && j == 0 {
				second = d.Person
			}
		}
	}
	if err := w.Withdraw(t.Context(), second, nil, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := w.AnswerResearch(t.Context(), w.file(second.ID).Person, consent("1", true), noon); err == nil {
		t.Error("who withdrew agrees")
	}
	got, cursors := named(t, w.AppliedBetween(t.Context(), experimentID, from, to, ""), 0)
	if want := []string{"1.0@example.jp", "1.1@example.jp", "2.1@example.jp", "3.0@example.jp", "3.1@example.jp"}; !slices.Equal(got, want) {
		t.Fatalf("applied: %v, want %v", got, want)
	}
	for i, cursor := range cursors {
		if rest, _ := named(t, w.AppliedBetween(t.Context(), experimentID, from, to, cursor), 0); !slices.Equal(rest, got[i+1:]) {
			t.Errorf("after %s: %v, want %v", got[i], rest, got[i+1:])
		}
	}
	if rest, _ := named(t, w.AppliedBetween(t.Context(), experimentID, noon, from, cursors[0]), 0); len(rest) > 0 {
		t.Errorf("from beyond the end on: %v", rest)
	}
}

func TestASubjectComesWithAllThatDecides(t *testing.T) {
	w := newWorld(t)
	d := w.agreed("hanako@example.jp")
	w.steps(d.Person.ID, "started")
	for s, err := range w.PeopleAfter(t.Context(), experimentID, "") {
		if err != nil {
			t.Fatal(err)
		}
		if s.Application == nil || s.Surveys == nil || s.Surveys.Research != table.Agreed || s.Group() != "T" {
			t.Errorf("application %t, %+v, arm %q", s.Application != nil, s.Surveys, s.Group())
		}
	}
	var files []string
	other := w.apply("taro@example.jp", noon.Add(time.Second))
	for f, err := range w.Files(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f.Person.ID)
		if len(f.Mails) != 1 || f.Application == nil {
			t.Errorf("the file has %d mails", len(f.Mails))
		}
	}
	if !slices.Equal(files, []string{d.Person.ID, other.Person.ID}) {
		t.Errorf("files of %v", files)
	}
}
