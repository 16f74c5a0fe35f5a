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
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

// world is the function over a table of its own, at an instant that stands still until
// a story moves it.
type world struct {
	*testing.T
	env   *tabletest.Env
	table *table.Table
	e     *experiment.Experiment
	now   time.Time
	serve webtest.Handler

	handler *handler
}

// person is somebody with the links that a mail has brought.
type person struct {
	id   string
	page string // the private page
	link string // the survey that the mail is about
}

// at is a survey as the private page leads to it.
func (p person) at(wave string) string { return p.page + "/surveys/" + wave }

// newWorld starts at noon of 2 November 2020, while people apply and the first survey
// is open, with the instruments in addition to those that the lab ships.
func newWorld(t *testing.T, more ...*survey.Instrument) *world {
	t.Helper()
	t.Parallel()
	return newWorldHere(t, more...)
}

// newWorldHere is a world for a test that is not parallel itself.
func newWorldHere(t *testing.T, more ...*survey.Instrument) *world {
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
	shipped, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	h := &handler{
		table:       table.New(env.Client(t), env.Name),
		experiments: experiments,
		instruments: survey.NewSet(append(shipped.All(), more...)...),
		pages:       web.NewPages(templates, web.LabOf(experiments, "office@lab.example")),
		random:      rand.Text,
	}
	return &world{
		T: t, env: env, e: e, table: h.table, handler: h,
		now:   time.Date(2020, 11, 2, 12, 0, 0, 0, e.Zone()),
		serve: web.Handler(h.pages, h.routes()),
	}
}

// asks has the first survey ask with these instruments.
func (w *world) asks(instruments ...string) { w.wave("pre").Instruments = instruments }

func (w *world) wave(id string) *experiment.Wave {
	w.Helper()
	wave, ok := w.e.Wave(id)
	if !ok {
		w.Fatalf("there is no wave %s", id)
	}
	return wave
}

// browser is a new visitor's.
func (w *world) browser() *webtest.Browser { return webtest.New(w.T, w.serve, w.now) }

// apply has a made-up person (架空の人物) apply; the links are those of the acknowledgement.
func (w *world) apply(address string) person {
	w.Helper()
	id := strings.ToLower(rand.Text())
	_, err := w.table.Submit(w.Context(), table.Submission{
		Token: rand.Text(), Body: address, Day: "2020-11-02",
		Person: table.Person{
			ID: id, Experiment: w.e.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: table.Address{Typed: address, Send: address, Comparable: address},
		},
		Application: table.Application{Reference: rand.Text()[:10]},
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return w.receive(id, mail.Acknowledgement)
}

// applied is apply by who also agrees to the research.
func (w *world) applied(address string) person {
	w.Helper()
	p := w.apply(address)
	w.says(p, agree)
	return p
}

// says has the person answer the consent to the research on the way to a survey.
func (w *world) says(p person, what string) {
	w.Helper()
	form := w.browser().Get(p.page + "/research").Want(http.StatusOK).Fields()
	form.Set(act, what)
	w.browser().Post(p.page+"/research", form).Want(http.StatusSeeOther)
}

// receive hands out the person's waiting mail of the kind, with a link to the page and
// one to the survey.
func (w *world) receive(id string, kind mail.Kind) person {
	w.Helper()
	all, err := w.table.MailsOf(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	for _, m := range slices.Backward(all) {
		if m.Kind != kind || m.State != table.Pending {
			continue
		}
		d, err := w.table.Delivery(w.Context(), id, m.ID)
		if err != nil {
			w.Fatal(err)
		}
		page := table.Segment{Person: id, Mail: m.ID, Token: rand.Text()}
		link := table.Segment{Person: id, Mail: m.ID, Token: rand.Text()}
		claim := table.Claim{ID: rand.Text(), To: d.Person.Address.Comparable, Subject: "-", Text: "-", Now: w.now}
		for segment, purpose := range map[table.Segment]mail.Purpose{page: mail.OpenPage, link: mail.OpenSurvey} {
			claim.Grants = append(claim.Grants, table.Grant{
				Hash: table.TokenHash(segment.Token), Purpose: purpose, Minted: table.At(w.now), Until: table.At(w.now.AddDate(2, 0, 0)),
			})
		}
		if _, err := w.table.ClaimMail(w.Context(), d.Mail, claim); err != nil {
			w.Fatal(err)
		}
		return person{id, page.Path(mail.OpenPage), link.Path(mail.OpenSurvey)}
	}
	w.Fatalf("no %s mail waits", kind)
	return person{}
}

// invite sends the person a mail about a survey, and returns the person with its links.
func (w *world) invite(id string, kind mail.Kind, occasion string) person {
	w.Helper()
	_, _, err := w.table.PlanMail(w.Context(), table.Plan{
		Person: id, Experiment: w.e.ID, Lang: locale.Japanese, Kind: kind, Occasion: occasion, Due: w.now,
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return w.receive(id, kind)
}

// attend has a made-up person register for the first briefing and come to it. The
// world's time is then its end, and the links are those of the thanks.
func (w *world) attend(address string) person {
	w.Helper()
	settings, err := w.table.Settings(w.Context(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	session, _ := w.e.Session("b1", nil)
	id := strings.ToLower(rand.Text())
	_, err = w.table.Register(w.Context(), table.Registering{
		Booking: table.Booking{Token: rand.Text(), Session: session, Sessions: settings.Sessions(w.e), Settings: settings},
		Body:    address, Day: "2020-11-02",
		Person: table.Person{
			ID: id, Experiment: w.e.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
			Address: table.Address{Typed: address, Send: address, Comparable: address},
		},
		Registration: table.Registration{Reference: rand.Text()[:10]},
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.table.Attend(w.Context(), id, "b1", session.Start); err != nil {
		w.Fatal(err)
	}
	w.now = session.End
	return w.invite(id, mail.BriefingThanks, "b1 end+1d-1000")
}

// host is the contact of a listing's host, with the links of a mail about the survey.
func (w *world) host(wave string) person {
	w.Helper()
	host, err := w.table.SetHost(w.Context(), table.Person{
		ID: strings.ToLower(rand.Text()), Host: "job-1", Experiment: w.e.ID, Lang: locale.Japanese, FamilyName: "架空", GivenName: "花子",
		Address: table.Address{Typed: "hanako@example.jp", Send: "hanako@example.jp", Comparable: "hanako@example.jp"},
	}, w.entry(), w.now)
	if err != nil {
		w.Fatal(err)
	}
	return w.invite(host.ID, mail.HostSurvey, wave+" open")
}

func (w *world) entry() table.AuditEntry {
	return table.AuditEntry{ID: rand.Text(), Act: "test", Who: "staff", At: table.At(w.now)}
}

// offer offers a side job to the person, who does not answer.
func (w *world) offer(p person) {
	w.Helper()
	if err := w.table.Offer(w.Context(), p.id, "job-1", w.now.AddDate(0, 0, 6), w.entry(), w.now); err != nil {
		w.Fatal(err)
	}
}

// start has the person take a side job and start it.
func (w *world) start(p person) {
	w.Helper()
	w.offer(p)
	if err := w.table.AcceptOffer(w.Context(), p.id, w.entry(), w.now); err != nil {
		w.Fatal(err)
	}
	if err := w.table.Start(w.Context(), p.id, experiment.DateOf(w.now), w.entry(), w.now); err != nil {
		w.Fatal(err)
	}
}

// stored reads what the table has of the person's surveys.
func (w *world) stored(p person) table.Private {
	w.Helper()
	s, err := table.ParseSegment(p.page[len(table.PrivatePath):])
	if err != nil {
		w.Fatal(err)
	}
	found, err := w.table.OpenSurveys(w.Context(), s.Person, s.Mail, s.Token, mail.OpenPage, w.now, w.e.RoundIDs(), w.e.ID)
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// response is the person's response to the wave, which there must be.
func (w *world) response(p person, wave string) table.Response {
	w.Helper()
	r, ok := w.stored(p).Responses[wave]
	if !ok {
		w.Fatalf("there is no response to %s", wave)
	}
	return r
}

// fill opens a page of a survey and fills it in.
func (w *world) fill(path string, answers url.Values) url.Values {
	w.Helper()
	form := w.browser().Get(path).Want(http.StatusOK).Fields()
	maps.Copy(form, answers)
	return form
}

// leave fills a page in and leaves it by a button.
func (w *world) leave(path, button string, answers url.Values) *webtest.Answer {
	w.Helper()
	form := w.fill(path, answers)
	form.Set(going, button)
	return w.browser().Post(path, form)
}

// leads checks where an answer leads.
func (w *world) leads(a *webtest.Answer, to string) {
	w.Helper()
	if got := a.Want(http.StatusSeeOther).Header.Get("Location"); got != to {
		w.Errorf("it leads to %s, want %s", got, to)
	}
}

// seen is what the check of a survey sends, which need not be open any more.
func (w *world) seen(path string) url.Values {
	w.Helper()
	return w.browser().Get(path + "/check").Fields()
}

// send sends the answers as the check shows them.
func (w *world) send(path string) *webtest.Answer {
	w.Helper()
	return w.browser().Post(path+"/check", w.seen(path))
}

// alerts are the values that staff are alerted to.
func (w *world) alerts() []string {
	w.Helper()
	var values []string
	for a, err := range w.table.Alerts(w.Context(), w.e.ID) {
		if err != nil {
			w.Fatal(err)
		}
		values = append(values, a.Value)
	}
	return values
}

// core are answers to the twelve items, all with one value.
func core(value string) url.Values {
	form := url.Values{}
	for _, id := range []string{"D1", "D2", "D3", "A1", "A2", "A3", "X1", "X2", "X3", "C1", "C2", "C3"} {
		form.Set(id, value)
	}
	return form
}

// answer gives a whole response to a wave of the shipped experiment, and finishes it.
func (w *world) answer(p person, wave string, answers url.Values) {
	w.Helper()
	path := p.at(wave)
	for to := path + "/1"; to != path+"/check"; {
		to = w.leave(to, "next", answers).Want(http.StatusSeeOther).Header.Get("Location")
	}
	w.leads(w.send(path), path)
}

// made is an instrument for tests with every type of item and a condition.
func made(version int) *survey.Instrument {
	text := func(s string) locale.Text { return locale.Text{JA: "架空の" + s, EN: "Made-up " + s} }
	return &survey.Instrument{
		ID: "made", Version: version, Title: text("質問紙"), Lead: text("説明"),
		Items: []survey.Item{
			{ID: "M1", Type: survey.Number, Required: true, Text: text("問1"), Min: 0, Max: 80, Unit: locale.Text{JA: "時間", EN: "hours"}},
			{ID: "M2", Type: survey.Single, Text: text("問2"), Choices: []survey.Choice{{ID: "yes", Label: text("はい")}, {ID: "no", Label: text("いいえ")}}},
			{ID: "M3", Type: survey.LongText, Text: text("問3"), Max: 100, If: survey.Condition{Item: "M2", In: []string{"yes"}}},
			{ID: "M4", Type: survey.Multiple, Text: text("問4"), Max: 2, Choices: []survey.Choice{{ID: "a", Label: text("A")}, {ID: "b", Label: text("B")}, {ID: "c", Label: text("C")}}},
			{ID: "M5", Type: survey.Date, Text: text("問5")},
			{ID: "M6", Type: survey.ShortText, Text: text("問6"), Max: 20, Hint: text("注記")},
			{ID: "M7", Type: survey.Likert, Text: text("問7"), Min: 1, Labels: []locale.Text{text("低い"), text("中くらい"), text("高い")},
				Alert: survey.Alert{AtMost: 1, Note: text("注意")}},
		},
	}
}

// late is an instrument that is asked only of who said yes in the made one.
func late() *survey.Instrument {
	return &survey.Instrument{
		ID: "late", Version: 1, Title: locale.Text{JA: "架空の続き", EN: "Made-up sequel"},
		Items: []survey.Item{{
			ID: "L1", Type: survey.ShortText, Max: 20, Text: locale.Text{JA: "架空の続きの問い", EN: "Made-up question"},
			If: survey.Condition{Item: "M2", In: []string{"yes"}},
		}},
	}
}
