package table_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// move changes the address of a person who asked for it and confirmed it.
func (w *world) move(person table.Person, to string, day string, now time.Time) table.Person {
	w.Helper()
	if err := w.AskAddress(w.Context(), person, addressOf(to), day, now); err != nil {
		w.Fatal(err)
	}
	person = w.profile(person.ID)
	if err := w.ConfirmAddress(w.Context(), person, person.NewAddress.Mail, now); err != nil {
		w.Fatal(err)
	}
	return w.profile(person.ID)
}

// profile reads a person by any mail to them.
func (w *world) profile(person string) table.Person {
	w.Helper()
	for due, err := range w.DueItems(w.Context()) {
		if err != nil {
			w.Fatal(err)
		}
		if due.Person == person {
			return w.delivery(due.Person, due.Mail).Person
		}
	}
	w.Fatalf("nothing waits for %s", person)
	return table.Person{}
}

func TestALinkThatWentToAnEarlierAddressOpensNothing(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	w.move(d.Person, "new@example.jp", today, noon)
	// The mail was rendered for the old address and is claimed after the move.
	late := noon.Add(time.Minute)
	if _, err := w.ClaimMail(t.Context(), d.Mail, claim("c", "token-1", late)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), d.Person.ID, d.Mail.ID, "token-1", mail.OpenPage, late); !errors.Is(err, table.ErrLinkRevoked) {
		t.Errorf("the link in the old mailbox: %v", err)
	}
}

func TestAPersonWhoMovedIsServedLikeAnybodyElse(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	post := func(address, token string) {
		t.Helper()
		if _, err := w.Submit(t.Context(), submission(address, token), noon); err != nil {
			t.Errorf("a post of %s: %v", address, err)
		}
	}
	post("hanako@example.jp", "t-1")
	if err := w.SendLink(t.Context(), experimentID, addressOf("hanako@example.jp"), today, noon); err != nil {
		t.Error(err)
	}
	w.move(d.Person, "new@example.jp", today, noon)
	post("new@example.jp", "t-2")
	post("new@example.jp", "t-3")
	if err := w.SendLink(t.Context(), experimentID, addressOf("new@example.jp"), today, noon); err != nil {
		t.Error(err)
	}
	kinds := map[mail.Kind]int{}
	for due, err := range w.DueItems(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		kinds[w.delivery(due.Person, due.Mail).Mail.Kind]++
	}
	if kinds[mail.Standing] != 2 || kinds[mail.Link] != 2 {
		t.Errorf("each address gets one of a kind a day: %v", kinds)
	}
}

func TestEverythingOutsideIsListedWithThePerson(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	check := func(person table.Person) {
		t.Helper()
		var outside []table.Key
		for _, item := range w.env.Items(t) {
			if !strings.HasPrefix(item.PK, "person#") {
				outside = append(outside, table.Key{PK: item.PK, SK: item.SK})
			}
		}
		compare := func(a, b table.Key) int { return strings.Compare(a.PK, b.PK) }
		slices.SortFunc(outside, compare)
		listed := slices.SortedFunc(slices.Values(person.Outside), compare)
		if len(listed) != 2 || !slices.Equal(outside, listed) {
			t.Errorf("outside lie %v, listed are %v", outside, listed)
		}
	}
	check(d.Person)
	check(w.move(d.Person, "new@example.jp", today, noon))
}

func TestWhoHasWithdrawnDecidesNothingMore(t *testing.T) {
	w := newWorld(t)
	d := w.apply("hanako@example.jp", noon)
	if err := w.AskAddress(t.Context(), d.Person, addressOf("new@example.jp"), today, noon); err != nil {
		t.Fatal(err)
	}
	asked := w.profile(d.Person.ID)
	if err := w.Withdraw(t.Context(), asked, nil, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(2 * time.Hour)
	for name, err := range map[string]error{
		"editing":            w.Edit(t.Context(), table.Edit{Token: "t", Version: 1, Person: asked, Application: *d.Application}, later),
		"asking":             w.AskAddress(t.Context(), asked, addressOf("third@example.jp"), "2020-11-03", later),
		"confirming":         w.ConfirmAddress(t.Context(), asked, asked.NewAddress.Mail, later),
		"withdrawing (fine)": errors.Join(table.ErrWithdrawn, w.Withdraw(t.Context(), asked, nil, false, later)),
	} {
		if !errors.Is(err, table.ErrWithdrawn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := w.delivery(d.Mail.Person, d.Mail.ID)
	if got.Application.Version != 1 || got.Person.Address.Send != "hanako@example.jp" || got.Person.Withdrawn != table.At(noon.Add(time.Hour)) {
		t.Errorf("something changed: version %d, withdrawn %s", got.Application.Version, got.Person.Withdrawn)
	}
}

func TestTheSameAnswersAfterWithdrawingAreANewApplication(t *testing.T) {
	w := newWorld(t)
	s := submission("hanako@example.jp", "the digest of the answers")
	if _, err := w.Submit(t.Context(), s, noon); err != nil {
		t.Fatal(err)
	}
	if err := w.Withdraw(t.Context(), w.profile(s.Person.ID), nil, false, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	again := submission("hanako@example.jp", "the digest of the answers")
	got, err := w.Submit(t.Context(), again, noon.Add(time.Hour))
	if err != nil || got.Reference != again.Application.Reference {
		t.Errorf("the receipt is %q, %v; want %q", got.Reference, err, again.Application.Reference)
	}
	if n, err := w.CountApplications(t.Context(), experimentID); n != 1 || err != nil {
		t.Errorf("%d applications stand, %v", n, err)
	}
}
