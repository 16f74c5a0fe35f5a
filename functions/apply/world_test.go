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
	"livinglab/shared/mail"
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
		claim := table.Claim{ID: rand.Text(), To: to.Comparable, Subject: "-", Text: "-", Now: w.now}
		for _, l := range kind.Links() {
			link = segment.Path(l.Purpose)
			claim.Grants = append(claim.Grants, table.Grant{
				Hash: table.TokenHash(segment.Token), Purpose: l.Purpose, Minted: table.At(w.now), Until: table.At(w.now.Add(l.Lifetime)),
			})
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
		w.Fatalf("no %s mail with a link waits", kind)
	}
	return link
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
