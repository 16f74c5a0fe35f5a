package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

const (
	shiojiri = "shiojiri-2020"
	today    = "2020-11-02"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// world is a desk at a table of its own.
type world struct {
	*testing.T
	*table.Table
	env *tabletest.Env
	e   *experiment.Experiment

	instruments survey.Set // those of the desk
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	env := tabletest.New(t)
	e, ok := shipped(t).Experiment(shiojiri)
	if !ok {
		t.Fatal("the shipped experiment is missing")
	}
	return &world{T: t, Table: table.New(env.Client(t), env.Name), env: env, e: e, instruments: instruments(t)}
}

func shipped(t *testing.T) experiment.Set {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return experiments
}

func instruments(t *testing.T) survey.Set {
	t.Helper()
	set, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// answer is what a command printed and said.
type answer struct {
	code     int
	out, say string
	requests []faulty.Request
}

// staff gives a command at the table.
func (w *world) staff(args ...string) answer { w.Helper(); return w.staffAt(noon, "", nil, args...) }

// staffThrough gives a command with a fault between the desk and the table.
func (w *world) staffThrough(fault faulty.Fault, args ...string) answer {
	w.Helper()
	return w.staffAt(noon, "", fault, args...)
}

// says gives a command at a time and types something.
func (w *world) says(at time.Time, typed string, args ...string) answer {
	w.Helper()
	return w.staffAt(at, typed, nil, args...)
}

// staffAt gives a command at a time, with what is typed and a fault between the desk
// and the table.
func (w *world) staffAt(at time.Time, typed string, fault faulty.Fault, args ...string) answer {
	w.Helper()
	var faults []faulty.Fault
	if fault != nil {
		faults = append(faults, fault)
	}
	client, transport := w.env.Watched(w.T, faults...)
	var out, say bytes.Buffer
	d := desk{
		experiments: shipped(w.T), instruments: w.instruments, now: func() time.Time { return at }, in: strings.NewReader(typed), out: &out, say: &say,
		getenv: func(name string) string { return map[string]string{"TABLE": w.env.Name}[name] },
		connect: func(_ context.Context, name, _ string) (session, error) {
			return session{table: table.New(client, name), who: "made-up staff"}, nil
		},
	}
	code := d.run(w.Context(), args)
	return answer{code, out.String(), say.String(), transport.Requests()}
}

// file gives a command that succeeds and reads the rows that it printed, the
// names of the columns first.
func (w *world) file(args ...string) [][]string {
	w.Helper()
	got := w.staff(args...)
	if got.code != 0 {
		w.Fatalf("%q: exit code %d: %s", args, got.code, got.say)
	}
	return w.read(got.out)
}

func (w *world) read(text string) [][]string {
	w.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		w.Fatal(err)
	}
	return rows
}

// column is what a file has under a name, row by row.
func (w *world) column(rows [][]string, name string) []string {
	w.Helper()
	for i, header := range rows[0] {
		if header == name {
			var values []string
			for _, row := range rows[1:] {
				values = append(values, row[i])
			}
			return values
		}
	}
	w.Fatalf("there is no column %q in %q", name, rows[0])
	return nil
}

// submission is a post of the form by a made-up person (架空の人物).
func (w *world) submission(address string) table.Submission {
	s := table.Submission{
		Token: rand.Text(), Body: address, Day: today,
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: shiojiri, Lang: locale.Japanese,
			Address:    table.Address{Typed: address, Send: address, Comparable: strings.ToLower(address)},
			FamilyName: "髙橋", GivenName: "花子", FamilyKana: "タカハシ", GivenKana: "ハナコ", Prefecture: "01",
		},
		Application: table.Application{
			Reference: rand.Text()[:10], Choices: []string{"job-2", "job-1"}, Motivation: "架空の動機", Adult: true, Source: "doda",
			Answers: map[string][]string{"current_work": {"employee"}, "contribution": {"架空の経験"}},
		},
	}
	for _, c := range w.e.Application.Consents {
		s.Application.Consents = append(s.Application.Consents, table.Consent{
			Purpose: c.ID, Version: c.Version, Hash: c.Hash(), Lang: locale.Japanese, Given: c.Required, At: table.At(noon),
		})
	}
	return s
}

// submit stores an application and returns its person.
func (w *world) submit(s table.Submission, at time.Time) table.Person {
	w.Helper()
	if _, err := w.Submit(w.Context(), s, at); err != nil {
		w.Fatal(err)
	}
	return s.Person
}
