package visit_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/visit"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// world is a function that greets whoever opens a private page, over a table in
// which a made-up person (架空の人物) has applied.
type world struct {
	*testing.T
	env         *tabletest.Env
	experiments experiment.Set
	page        table.Segment // of the person's own link
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, env: tabletest.New(t), experiments: experiments}
	w.page = w.applied("shiojiri-2020", "hanako@example.jp")
	return w
}

// applied has a person of the experiment apply, and mails the link.
func (w *world) applied(e, address string) table.Segment {
	w.Helper()
	store := table.New(w.env.Client(w.T), w.env.Name)
	s := table.Submission{
		Token: rand.Text(), Body: address, Day: "2020-11-02",
		Person: table.Person{
			ID: strings.ToLower(rand.Text()), Experiment: e, Lang: locale.Japanese, FamilyName: "架空",
			Address: table.Address{Typed: address, Send: address, Comparable: address},
		},
		Application: table.Application{Reference: rand.Text()[:10]},
	}
	if _, err := store.Submit(w.Context(), s, noon); err != nil {
		w.Fatal(err)
	}
	d, err := store.Delivery(w.Context(), s.Person.ID, mail.ID(mail.Acknowledgement, s.Person.ID, s.Application.Reference))
	if err != nil {
		w.Fatal(err)
	}
	segment := table.Segment{Person: s.Person.ID, Mail: d.Mail.ID, Token: rand.Text()}
	_, err = store.ClaimMail(w.Context(), d.Mail, table.Claim{
		ID: rand.Text(), To: address, Subject: "-", Text: "-", Now: noon,
		Grants: []table.Grant{{
			Hash: table.TokenHash(segment.Token), Purpose: mail.OpenPage,
			Minted: table.At(noon), Until: table.At(noon.Add(24 * time.Hour)),
		}},
	})
	if err != nil {
		w.Fatal(err)
	}
	return segment
}

// browser opens the function as it reaches the table through the faults.
func (w *world) browser(faults ...faulty.Fault) *webtest.Browser {
	w.Helper()
	links := visit.Links{
		Table: table.New(w.env.Client(w.T, faults...), w.env.Name), Experiments: w.experiments,
		Pages: web.NewPages(nil, web.Lab{}),
	}
	mux := http.NewServeMux()
	for pattern, purpose := range map[string]mail.Purpose{
		"/me/{link}": mail.OpenPage, "POST /me/{link}/check": mail.OpenPage, "/confirm/{link}": mail.ConfirmAddress,
	} {
		mux.HandleFunc(pattern, links.Pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
			return links.Open(w, r, purpose, greet)
		}))
	}
	return webtest.New(w.T, web.Handler(links.Pages, mux), noon)
}

// greet writes who came, and where the pages of the visit lead.
func greet(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	title := locale.Text{JA: "題", EN: "Title"}
	fmt.Fprintf(w, "%s of %s; own page %s, again %s, up %s", v.Person.FamilyName, v.Experiment.ID,
		v.OwnPage().Path, v.Page(title, nil).Self, v.Step(title, nil).Up.Path)
	return nil
}

func TestALinkOpensWhatItIsForAndNothingElse(t *testing.T) {
	w := newWorld(t)
	own := w.page.Path(mail.OpenPage)
	got := w.browser().Get(own).Want(http.StatusOK).Body
	if want := fmt.Sprintf("架空 of shiojiri-2020; own page %s, again %s, up %s", own, own, own); got != want {
		t.Errorf("the visit is %q, want %q", got, want)
	}
	otherToken := w.page
	otherToken.Token = rand.Text()
	for name, path := range map[string]string{
		"for a page, on the way to confirm an address": w.page.Path(mail.ConfirmAddress),
		"with another token":                           otherToken.Path(mail.OpenPage),
		"cut short":                                    own[:len(own)-1],
		"of an experiment that is not there":           w.applied("elsewhere-2019", "hanako@example.jp").Path(mail.OpenPage),
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			answer := w.browser().Do(method, path, nil, "")
			if answer.Status != http.StatusNotFound || !strings.Contains(answer.Body, "このリンクは使えません") ||
				!strings.Contains(answer.Body, `href="/shiojiri-2020/link"`) {
				t.Errorf("a link %s is answered %d: %s", name, answer.Status, answer.Text())
			}
		}
	}
	late := w.browser()
	late.Now = noon.Add(24 * time.Hour)
	late.Get(own).Want(http.StatusNotFound)
}

func TestAPostIsKeptWhileItsLinkCannotBeChecked(t *testing.T) {
	w := newWorld(t)
	path, form := w.page.Path(mail.OpenPage), url.Values{"motivation": {"架空の動機"}}
	broken := w.browser(faulty.Always(faulty.Throttle))
	broken.Get(path).Want(http.StatusServiceUnavailable).SaysNot("もう一度送信する")
	kept := broken.Post(path+"/check", form).Want(http.StatusServiceUnavailable).Says("もう一度送信する").Fields()
	if kept.Get("motivation") != "架空の動機" {
		t.Errorf("what was typed came back as %q", kept.Get("motivation"))
	}
	w.browser().Post(path+"/check", kept).Want(http.StatusOK)
}
