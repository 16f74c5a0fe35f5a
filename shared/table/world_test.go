package table_test

import (
	"crypto/rand"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
)

const (
	experimentID = "shiojiri-2020"
	today        = "2020-11-02"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// world is a table of its own.
type world struct {
	*testing.T
	*table.Table
	env *tabletest.Env
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	env := tabletest.New(t)
	return &world{T: t, Table: table.New(env.Client(t), env.Name), env: env}
}

// through is the same table reached through faults.
func (w *world) through(faults ...faulty.Fault) *table.Table {
	return table.New(w.env.Client(w.T, faults...), w.env.Name)
}

// submission is a post of the form by a made-up person (架空の人物).
func submission(address, token string) table.Submission {
	return table.Submission{
		Token: token, Body: "the answers of " + address, Day: today,
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: experimentID, Lang: locale.Japanese, Address: addressOf(address),
			FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
		},
		Application: table.Application{
			Reference: rand.Text()[:10], Choices: []string{"job-1"}, Motivation: "架空の動機", Adult: true,
			Answers:  map[string][]string{"work": {"employee"}},
			Consents: []table.Consent{{Purpose: "privacy", Version: "1", Hash: "h", Lang: locale.Japanese, Given: true, At: table.At(noon)}},
		},
	}
}

func addressOf(text string) table.Address {
	return table.Address{Typed: text, Send: text, Comparable: strings.ToLower(text)}
}

// apply submits an application and returns its person and acknowledgement.
func (w *world) apply(address string, now time.Time) table.Delivery {
	w.Helper()
	s := submission(address, rand.Text())
	if _, err := w.Submit(w.Context(), s, now); err != nil {
		w.Fatal(err)
	}
	return w.delivery(s.Person.ID, mail.ID(mail.Acknowledgement, s.Person.ID, s.Application.Reference))
}

func (w *world) delivery(person, id string) table.Delivery {
	w.Helper()
	d, err := w.Delivery(w.Context(), person, id)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// claim is an attempt with a link to the private page.
func claim(id, token string, now time.Time) table.Claim {
	return table.Claim{ID: id, To: "hanako@example.jp", Subject: "件名", Text: "本文", Now: now, Grants: []table.Grant{{
		Hash: table.TokenHash(token), Purpose: mail.OpenPage, Minted: table.At(now), Until: table.At(now.Add(time.Hour)),
	}}}
}

// seeded is randomness whose seed a failure prints.
func seeded(t *testing.T) *mathrand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return mathrand.New(mathrand.NewPCG(seed, seed))
}
