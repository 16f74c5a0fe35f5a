package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gomail "github.com/emersion/go-message/mail"

	"livinglab/shared/table"
)

// someone is a made-up person (架空の人物) whose name and addresses nobody else has.
type someone struct {
	id        string
	name      string
	addresses []string // the present one last
}

// privateLinks finds every private link in a text.
var privateLinks = regexp.MustCompile(`https://lab\.example/(?:me|confirm|join|unsubscribe|survey)/([A-Za-z0-9_-]+)`)

// Whatever people do, in any order and while two senders are at work, every name,
// address and link in a mail belongs to the person that it is to.
func TestEverythingInAMailBelongsToItsPerson(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.at(2, 9, 0, 0)
			random := rand.New(rand.NewPCG(seed, 7))
			people := w.crowd(10, random)
			for range 12 {
				for range 4 {
					w.act(people[random.IntN(len(people))], random)
				}
				w.now = w.now.Add(time.Duration(random.IntN(20)) * time.Hour)
				var all sync.WaitGroup
				for range 2 {
					h := w.function()
					all.Go(func() { w.tickAt(h) })
				}
				all.Wait()
			}
			w.checkBelonging(people)
		})
	}
}

// crowd has people come, by either door.
func (w *world) crowd(n int, random *rand.Rand) []*someone {
	var people []*someone
	for i := range n {
		address := fmt.Sprintf("only%02d@example.jp", i)
		var id string
		if random.IntN(2) == 0 {
			id = w.apply(address).ID
		} else {
			id = w.register(address, []string{"b1", "b2"}[random.IntN(2)])
		}
		name := fmt.Sprintf("架空%c", '甲'+rune(i)) // a character of one's own
		w.rename(id, name)
		people = append(people, &someone{id: id, name: name, addresses: []string{address}})
	}
	return people
}

// rename gives a person a name that nobody else has.
func (w *world) rename(person, family string) {
	w.Helper()
	d := w.profile(person)
	if d.Applied == "" {
		// Applying is what names a person who has only registered.
		return
	}
	a, err := w.table.Known(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	d.FamilyName = family
	err = w.table.Edit(w.Context(), table.Edit{Token: "rename " + person, Version: a.Application.Version, Person: d, Application: *a.Application}, w.now)
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) profile(person string) table.Person {
	w.Helper()
	p, _, err := w.table.PersonWithSettings(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// act has a person do something; what is not possible is refused.
func (w *world) act(s *someone, random *rand.Rand) {
	w.Helper()
	p := w.profile(s.id)
	settings, err := w.table.Settings(w.Context(), w.e().ID)
	if err != nil {
		w.Fatal(err)
	}
	sessions := settings.Sessions(w.e())
	switch random.IntN(6) {
	case 0:
		err = w.table.CancelRegistration(w.Context(), s.id, sessions, w.now)
	case 1:
		to := sessions[random.IntN(len(sessions))]
		if !to.Registrable(w.e(), w.now) || p.Applied != "" {
			return
		}
		err = w.table.Book(w.Context(), s.id, table.Booking{
			Token: fmt.Sprint(random.Uint64()), Session: to, Sessions: sessions, Settings: settings,
		}, table.Registration{}, w.now)
	case 2:
		err = w.table.SendLink(w.Context(), p.Experiment, p.Address, w.now.Format(time.DateOnly), w.now)
	case 3:
		next := fmt.Sprintf("also%s%d@example.jp", strings.TrimSuffix(s.addresses[0], "@example.jp"), len(s.addresses))
		to := table.Address{Typed: next, Send: next, Comparable: next}
		if err = w.table.AskAddress(w.Context(), p, to, w.now.Format(time.DateOnly), w.now); err == nil {
			s.addresses = append(s.addresses, next)
		}
	case 4:
		if p.NewAddress != nil {
			err = w.table.ConfirmAddress(w.Context(), p, p.NewAddress.Mail, w.now)
		}
	case 5:
		if random.IntN(4) == 0 {
			err = w.table.Withdraw(w.Context(), p, sessions, false, w.now)
		}
	}
	for _, refused := range []error{table.ErrNotRegistered, table.ErrWithdrawn, table.ErrTooOften, table.ErrFull, table.ErrNotAsked} {
		if errors.Is(err, refused) {
			err = nil
		}
	}
	if err != nil {
		w.Error(err)
	}
}

// checkBelonging reads every accepted message, all its parts, and compares what is
// in it with whose it is.
func (w *world) checkBelonging(people []*someone) {
	w.Helper()
	byID := map[string]*someone{}
	for _, s := range people {
		byID[s.id] = s
	}
	kinds := map[string]int{}
	for _, m := range w.ses.Accepted() {
		kinds[m.Tags["kind"]]++
		owner := byID[m.Tags["person"]]
		if owner == nil || !slices.Contains(owner.addresses, m.To) {
			w.Errorf("a %s of %s goes to %s", m.Tags["kind"], m.Tags["person"], m.To)
			continue
		}
		said := allOf(w, m.Raw)
		for _, other := range people {
			if other == owner {
				continue
			}
			for _, theirs := range append([]string{other.name + " ", other.id}, other.addresses...) {
				if strings.Contains(said, theirs) {
					w.Errorf("a %s to %s holds %q", m.Tags["kind"], m.To, theirs)
				}
			}
		}
		for _, found := range privateLinks.FindAllStringSubmatch(said, -1) {
			if segment, err := table.ParseSegment(found[1]); err != nil || segment.Person != owner.id || segment.Mail != m.Tags["mail"] {
				w.Errorf("a %s to %s holds a link of somebody else, or a broken one: %v", m.Tags["kind"], m.To, err)
			}
		}
	}
	w.Logf("%d mails were read: %v", len(w.ses.Accepted()), kinds)
}

// allOf is everything that a message says: its headers and all of its parts.
func allOf(w *world, raw string) string {
	w.Helper()
	var said strings.Builder
	r, err := gomail.CreateReader(strings.NewReader(raw))
	if err != nil {
		w.Fatal(err)
	}
	for fields := r.Header.Fields(); fields.Next(); {
		text, err := fields.Text()
		if err != nil {
			text = fields.Value()
		}
		said.WriteString(fields.Key() + ": " + text + "\n")
	}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return said.String()
		}
		if err != nil {
			w.Fatal(err)
		}
		text, err := io.ReadAll(part.Body)
		if err != nil {
			w.Fatal(err)
		}
		// Calendar files fold their lines.
		said.WriteString(strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n ", ""), "\n ", "") + "\n")
	}
}
