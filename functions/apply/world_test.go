package main

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
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
)

// newWorld starts at noon of 2 November 2020, when applications are open.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return newWorldHere(t)
}

// newWorldHere is a world for a test that is not parallel itself.
func newWorldHere(t *testing.T) *world {
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
func (w *world) answers(address string) url.Values {
	form := url.Values{
		familyName: {"架空"}, givenName: {"花子"}, familyKana: {"かくう"}, givenKana: {"ﾊﾅｺ"},
		email: {address}, prefecture: {"13"}, choices: {"job-2", "job-1", ""},
		motivation: {"架空の動機です。\n二行目です。"}, adult: {"yes"},
	}
	for _, c := range w.e.Application.Consents {
		form.Set(consentPrefix+c.ID, c.Version)
	}
	for _, q := range w.e.Application.Questions {
		switch q.Type {
		case experiment.SingleChoice, experiment.MultiChoice:
			form.Set(questionPrefix+q.ID, q.Choices[0].ID)
		default:
			form.Set(questionPrefix+q.ID, "架空の回答")
		}
	}
	return form
}

// filled is the form as a browser has it, with the answers typed in a minute ago.
func (w *world) filled(b *webtest.Browser, address string) url.Values {
	w.Helper()
	b.Now = w.now.Add(-time.Minute)
	form := b.Get("/shiojiri-2020/apply").Want(http.StatusOK).Fields()
	b.Now = w.now
	maps.Copy(form, w.answers(address))
	return form
}

// apply sends an application and returns its receipt's path.
func (w *world) apply(address string) string {
	w.Helper()
	b := w.browser()
	answer := b.Post("/shiojiri-2020/applications", w.filled(b, address)).Want(http.StatusSeeOther)
	return answer.Header.Get("Location")
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

// mails lists the mails in the ledger that wait, by the order of their instants.
func (w *world) mails() []table.Delivery {
	w.Helper()
	var found []table.Delivery
	for due, err := range w.table.DueItems(w.Context()) {
		if err != nil {
			w.Fatal(err)
		}
		if due.Mail == "" { // a seat that is kept until then
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

// send hands every waiting mail of the kind out, and returns the link of the
// last one.
func (w *world) send(kind mail.Kind) string {
	w.Helper()
	links := kind.Links()
	if len(links) == 0 {
		w.Fatalf("a %s mail has no link", kind)
	}
	return w.sendFor(kind, links[0].Purpose)
}

// sendFor is send with a link for the purpose.
func (w *world) sendFor(kind mail.Kind, purpose mail.Purpose) string {
	w.Helper()
	link := ""
	for _, d := range w.mails() {
		if d.Mail.Kind != kind {
			continue
		}
		segment := table.Segment{Person: d.Person.ID, Mail: d.Mail.ID, Token: rand.Text()}
		to := d.Person.Address
		if d.Mail.To != nil {
			to = *d.Mail.To
		}
		link = segment.Path(purpose)
		m, err := w.table.ClaimMail(w.Context(), d.Mail, table.Claim{
			ID: rand.Text(), To: to.Comparable, Subject: "-", Text: "-", Now: w.now,
			Grants: []table.Grant{{
				Hash: table.TokenHash(segment.Token), Purpose: purpose,
				Minted: table.At(w.now), Until: table.At(w.now.Add(180 * 24 * time.Hour)),
			}},
		})
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

// register has a made-up person (架空の人物) register for a briefing that has so
// many seats, as the registration form does, and returns the person's page.
func (w *world) register(address, briefing string, seats int) string {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	typed, problem := input.Email(address)
	if problem != (locale.Text{}) {
		w.Fatal(problem)
	}
	b := table.Booking{Token: rand.Text(), Settings: settings, Sessions: settings.Sessions(w.e)}
	for _, s := range b.Sessions {
		if s.ID == briefing {
			b.Session = s
			b.Session.Capacity = seats
		}
	}
	consent := w.e.Registration.Consent
	receipt, err := w.table.Register(w.Context(), table.Registering{
		Booking: b, Body: address, Day: w.now.In(w.e.Zone()).Format(time.DateOnly),
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: w.e.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: submission.Address(typed),
		},
		Registration: table.Registration{
			Reference: "R7QXM-00001", Question: "架空の質問です。\n二行目です。",
			Consent: table.Consent{
				Purpose: consent.ID, Version: consent.Version, Hash: consent.Hash(), Lang: locale.Japanese, Given: true, At: table.At(w.now),
			},
		},
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	if receipt.Standing == table.Waiting {
		return w.sendFor(mail.BriefingWaiting, mail.OpenPage)
	}
	return w.sendFor(mail.BriefingConfirmation, mail.OpenPage)
}

// sets has staff set something about a briefing.
func (w *world) sets(briefing string, set table.BriefingSetting) {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	err = w.table.Set(w.Context(), settings.With(briefing, set), table.AuditEntry{ID: rand.Text(), Act: "set", Who: "架空", At: table.At(w.now)})
	if err != nil {
		w.Fatal(err)
	}
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

// count is the number of applications that stand.
func (w *world) count() int {
	w.Helper()
	n, err := w.table.CountApplications(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// person reads what is stored of the one person to whom a mail waits.
func (w *world) person() table.Delivery {
	w.Helper()
	all := w.mails()
	if len(all) == 0 {
		w.Fatal("no mail waits")
	}
	return all[0]
}

// segmentOf takes the link's segment out of its path.
func segmentOf(t *testing.T, link string) table.Segment {
	t.Helper()
	s, err := table.ParseSegment(link[strings.LastIndexByte(link, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	return s
}
