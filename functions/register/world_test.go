package main

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

// world is the function over a table of its own, at an instant that stands
// still until a story moves it.
type world struct {
	*testing.T
	env   *tabletest.Env
	table *table.Table
	e     *experiment.Experiment
	now   time.Time
	serve webtest.Handler

	handler *handler
}

const (
	office = "office@lab.example"
	other  = "https://partner.example" // may post forms too
	roomAt = "https://meet.example/j/123?pwd=a%2Fb"

	form = "/shiojiri-2020/register"
	send = "/shiojiri-2020/registrations"
)

// newWorld starts at noon of 2 November 2020, four days before the first briefing, with
// so many seats at each.
func newWorld(t *testing.T, seats int) *world {
	t.Helper()
	t.Parallel()
	return newWorldHere(t, seats)
}

// newWorldHere is a world for a test that is not parallel itself.
func newWorldHere(t *testing.T, seats int) *world {
	t.Helper()
	env := tabletest.New(t)
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	e, ok := experiments.Experiment("shiojiri-2020")
	if !ok {
		t.Fatal("the shipped experiment is missing")
	}
	for i := range e.Briefings {
		e.Briefings[i].Capacity = seats
	}
	h := &handler{
		table:       table.New(env.Client(t), env.Name),
		experiments: experiments,
		pages:       web.NewPages(templates, web.LabOf(experiments, office)),
		origins:     []string{other},
		random:      rand.Text,
	}
	return &world{
		T: t, env: env, e: e, table: h.table, handler: h,
		now:   time.Date(2020, 11, 2, 12, 0, 0, 0, e.Zone()),
		serve: web.Handler(h.pages, h.routes()),
	}
}

// browser is a new visitor's.
func (w *world) browser() *webtest.Browser { return webtest.New(w.T, w.serve, w.now) }

// answers are what a made-up person (架空の人物) types into the form.
func (w *world) answers(address, session string) url.Values {
	return url.Values{
		submission.FamilyName: {"架空"}, submission.GivenName: {"花子"}, email: {address},
		briefing: {session}, question: {"架空の質問です。\n二行目です。"},
		consentPrefix + w.e.Registration.Consent.ID: {w.e.Registration.Consent.Version},
	}
}

// filled is the form as a browser has it, with the answers typed in a minute ago.
func (w *world) filled(b *webtest.Browser, address, session string) url.Values {
	w.Helper()
	b.Now = w.now.Add(-time.Minute)
	typed := b.Get(form).Want(http.StatusOK).Fields()
	b.Now = w.now
	maps.Copy(typed, w.answers(address, session))
	return typed
}

// register sends a registration and returns its receipt's path.
func (w *world) register(address, session string) string {
	w.Helper()
	b := w.browser()
	return b.Post(send, w.filled(b, address, session)).Want(http.StatusSeeOther).Header.Get("Location")
}

// apply has a made-up person apply, and returns the private page.
func (w *world) apply(address string) string {
	w.Helper()
	s := table.Submission{
		Token: rand.Text(), Body: address, Day: "2020-11-02",
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: w.e.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: table.Address{Typed: address, Send: address, Comparable: address},
		},
		Application: table.Application{Reference: rand.Text()[:10]},
	}
	if _, err := w.table.Submit(w.Context(), s, w.now); err != nil {
		w.Fatal(err)
	}
	return w.receive(mail.Acknowledgement, mail.OpenPage)
}

// reference reads the reference on a receipt.
func (w *world) reference(receipt string) string {
	w.Helper()
	page := w.browser().Get(receipt).Want(http.StatusOK)
	for _, p := range page.Elements("p") {
		if class, _ := webtest.Attr(p, "class"); class == "reference" {
			return webtest.TextOf(p)
		}
	}
	w.Fatalf("the receipt shows no reference:\n%s", page.Body)
	return ""
}

// mails lists the mails in the ledger that wait.
func (w *world) mails() []table.Delivery {
	w.Helper()
	var found []table.Delivery
	for due, err := range w.table.DueItems(w.Context()) {
		if err != nil {
			w.Fatal(err)
		}
		if due.Mail == "" { // a seat that is kept
			continue
		}
		d, err := w.table.Delivery(w.Context(), due.Person, due.Mail)
		if err != nil {
			w.Fatal(err)
		}
		found = append(found, d)
	}
	return found
}

// kinds lists the kinds of the mails that wait, sorted.
func (w *world) kinds() []mail.Kind {
	w.Helper()
	var kinds []mail.Kind
	for _, d := range w.mails() {
		kinds = append(kinds, d.Mail.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// receive hands every waiting mail of the kind out, and returns the link with the
// purpose in the last one. Each mail has a link for everything.
func (w *world) receive(kind mail.Kind, purpose mail.Purpose) string {
	w.Helper()
	link := ""
	for _, d := range w.mails() {
		if d.Mail.Kind != kind {
			continue
		}
		claim := table.Claim{ID: rand.Text(), To: d.Person.Address.Comparable, Subject: "-", Text: "-", Now: w.now}
		for _, p := range []mail.Purpose{mail.OpenPage, mail.Join, mail.Unsubscribe} {
			segment := table.Segment{Person: d.Person.ID, Mail: d.Mail.ID, Token: rand.Text()}
			claim.Grants = append(claim.Grants, table.Grant{
				Hash: table.TokenHash(segment.Token), Purpose: p, Minted: table.At(w.now), Until: table.At(w.now.Add(60 * 24 * time.Hour)),
			})
			if p == purpose {
				link = segment.Path(p)
			}
		}
		m, err := w.table.ClaimMail(w.Context(), d.Mail, claim)
		if err != nil {
			w.Fatal(err)
		}
		if err := w.table.Accept(w.Context(), m, "0106-"+rand.Text(), w.now); err != nil {
			w.Fatal(err)
		}
	}
	if link == "" {
		w.Fatalf("no %s mail waits", kind)
	}
	return link
}

// registered has a made-up person register, and returns the private page.
func (w *world) registered(address, session string) string {
	w.Helper()
	w.register(address, session)
	kind := mail.BriefingConfirmation
	if slices.Contains(w.kinds(), mail.BriefingWaiting) {
		kind = mail.BriefingWaiting
	}
	return w.receive(kind, mail.OpenPage)
}

// stored reads what is stored of the link's person.
func (w *world) stored(link string) table.Delivery {
	w.Helper()
	s, err := table.ParseSegment(link[strings.LastIndexByte(link, '/')+1:])
	if err != nil {
		w.Fatal(err)
	}
	d, err := w.table.Delivery(w.Context(), s.Person, s.Mail)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// stands returns the standing of the link's person and for which briefing it is.
func (w *world) stands(link string) string {
	w.Helper()
	r := w.stored(link).Registration
	if r == nil {
		return "none"
	}
	return fmt.Sprint(r.Standing, " ", r.Briefing)
}

// is checks where the link's person is.
func (w *world) is(link, want string) {
	w.Helper()
	if got := w.stands(link); got != want {
		w.Errorf("the person is %s, want %s", got, want)
	}
}

// tickets lists the places at a briefing in their order.
func (w *world) tickets(session string) []table.Ticket {
	w.Helper()
	var all []table.Ticket
	for ticket, err := range w.table.Tickets(w.Context(), w.e.ID, session, 0) {
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, ticket)
	}
	return all
}

// set changes what staff have set of a briefing.
func (w *world) set(session string, change func(*table.BriefingSetting)) {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	one := settings.Briefing(session)
	change(&one)
	entry := table.AuditEntry{ID: rand.Text(), At: table.At(w.now)}
	if err := w.table.Set(w.Context(), settings.With(session, one), entry); err != nil {
		w.Fatal(err)
	}
}

func (w *world) cancelBriefing(session string) {
	w.Helper()
	w.set(session, func(b *table.BriefingSetting) { b.Canceled = true })
}

func (w *world) move(session string, start time.Time) {
	w.Helper()
	w.set(session, func(b *table.BriefingSetting) { b.Start = table.At(start) })
}

func (w *world) open(session string) {
	w.Helper()
	w.set(session, func(b *table.BriefingSetting) { b.Room = roomAt })
}

// session is a briefing of the file.
func (w *world) session(id string) experiment.Session {
	s, _ := w.e.Session(id, nil)
	return s
}

// sessions are the briefings as they stand.
func (w *world) sessions() []experiment.Session {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	return settings.Sessions(w.e)
}
