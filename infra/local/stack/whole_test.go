package stack_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/dynamodblocal"
	"livinglab/shared/table/tabletest"
)

// whole is an experiment from the first application to the published results, with the
// made-up people (架空の人物) of a reference file that R has analyzed, through the deployed
// binaries.
type whole struct {
	world
	e           *experiment.Experiment
	instruments survey.Set
	table       *table.Table
	people      []*referencePerson
	expected    expectedResults
}

// referencePerson is a person of the reference file, and how the product knows the person.
type referencePerson struct {
	ID      string            `json:"id"`
	Group   string            `json:"group"`
	Answers map[string][]*int `json:"answers"` // to the items, in their order, already reversed; nil for one that was left out

	person string // the id in the table
	link   string // the path of the private page
}

func (p *referencePerson) address() string { return strings.ToLower(p.ID) + "@example.jp" }

// newWhole reads the reference file, and starts the product.
func newWhole(t *testing.T) *whole {
	t.Helper()
	root, err := dynamodblocal.Root()
	if err != nil {
		t.Fatal(err)
	}
	folder := cmp.Or(os.Getenv("REFERENCE_DIR"), filepath.Join(root, "shared", "stats", "testdata", "reference"))
	data, err := os.ReadFile(filepath.Join(folder, "endtoend_experiment.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Input struct {
				Persons []*referencePerson `json:"persons"`
			} `json:"input"`
			Expected expectedResults `json:"expected"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 1 {
		t.Fatalf("the reference file has %d cases, want one", len(file.Cases))
	}
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	instruments, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	w := &whole{world: shipped(t), e: experiments.All()[0], instruments: instruments, people: file.Cases[0].Input.Persons, expected: file.Cases[0].Expected}
	w.table = table.New(client.DynamoDB(tabletest.Config(http.DefaultTransport), w.DynamoDB), w.Table)
	return w
}

// each does something for everybody, several at a time, as people do.
func (w *whole) each(do func(*referencePerson)) {
	w.t.Helper()
	var all sync.WaitGroup
	queue := make(chan *referencePerson)
	for range 4 {
		all.Go(func() {
			for p := range queue {
				do(p)
			}
		})
	}
	for _, p := range w.people {
		queue <- p
	}
	close(queue)
	all.Wait()
	if w.t.Failed() {
		w.t.FailNow()
	}
}

// until moves the clock.
func (w *whole) until(at time.Time) {
	w.t.Helper()
	w.local("clock", `{"now":"`+at.Format(time.RFC3339)+`"}`)
}

// everybodyApplies has everybody apply, and find the private page by the acknowledgement.
func (w *whole) everybodyApplies() {
	w.t.Helper()
	w.each(func(p *referencePerson) {
		if status, _ := w.apply(p.address(), p.ID); status != http.StatusCreated {
			w.t.Errorf("%s applies: %d", p.ID, status)
		}
	})
	w.local("clock", `{"advance":"2m"}`)
	links := w.links("acknowledgement", table.PrivatePath)
	for _, p := range w.people {
		p.link = links[p.address()]
		segment, err := table.ParseSegment(strings.TrimPrefix(p.link, table.PrivatePath))
		if err != nil {
			w.t.Fatalf("the acknowledgement of %s has no link: %q", p.ID, p.link)
		}
		p.person = segment.Person
	}
}

// links are the paths that the last mails of a kind lead to, by address.
func (w *whole) links(kind, path string) map[string]string {
	w.t.Helper()
	_, text := w.call(http.MethodGet, "/_local/mail?format=json", "")
	var all []struct {
		To, Text string
		Tags     map[string]string
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		w.t.Fatal(err)
	}
	link := regexp.MustCompile(regexp.QuoteMeta(w.URL) + "(" + regexp.QuoteMeta(path) + `[a-zA-Z0-9_-]+)`)
	links := map[string]string{}
	for _, m := range all {
		if found := link.FindStringSubmatch(m.Text); found != nil && m.Tags["kind"] == kind {
			links[m.To] = found[1]
		}
	}
	return links
}

// everybodyAgrees has everybody agree to the research, on the way to the first survey.
func (w *whole) everybodyAgrees() {
	w.t.Helper()
	agree := url.Values{"act": {"agree"}, "version": {w.e.Research.Consent.Version}}
	w.each(func(p *referencePerson) {
		survey := p.link + "/surveys/" + w.e.Waves[0].ID
		if to := w.post(survey+"/consent", agree); to != survey {
			w.t.Errorf("the consent of %s leads to %q", p.ID, to)
		}
	})
}

// participantsStart has staff offer side jobs to those whom the reference file has among
// the participants. They accept and start.
func (w *whole) participantsStart() {
	w.t.Helper()
	w.until(w.e.Application.ResultNotice)
	now := w.Clock.Now()
	entry := func(act string) table.AuditEntry {
		return table.AuditEntry{ID: rand.Text(), At: table.At(now), Who: "架空の事務局", Act: act, Experiment: w.e.ID}
	}
	ctx := context.WithoutCancel(w.t.Context())
	w.each(func(p *referencePerson) {
		if p.Group != experiment.GroupParticipants {
			return
		}
		if err := w.table.Offer(ctx, p.person, w.e.Listings[0].ID, now.AddDate(0, 0, w.e.Offers.AnswerDays), entry("offer"), now); err != nil {
			w.t.Error(err)
		}
		if err := w.table.AcceptOffer(ctx, p.person, entry("accept"), now); err != nil {
			w.t.Error(err)
		}
		if err := w.table.Start(ctx, p.person, w.e.SideJob.Start, entry("start"), now); err != nil {
			w.t.Error(err)
		}
	})
}

// everybodyAnswers has whoever answers a wave in the reference file do so: the first one
// from the private page, the later ones by the invitation.
func (w *whole) everybodyAnswers(wave experiment.Wave) {
	w.t.Helper()
	surveys := map[string]string{}
	if wave.ID != w.e.Waves[0].ID {
		surveys = w.links("survey-invitation", table.SurveyPath)
	}
	w.each(func(p *referencePerson) {
		given, answers := p.Answers[wave.ID]
		if !answers {
			return
		}
		survey := p.link + "/surveys/" + wave.ID
		if wave.ID != w.e.Waves[0].ID {
			survey = surveys[p.address()]
		}
		if survey == "" {
			w.t.Errorf("%s is not invited to %s", p.ID, wave.ID)
			return
		}
		w.answer(p, survey, wave, given)
	})
}

var seenField = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// answer answers a survey page by page, looks at the check, and sends the answers.
func (w *whole) answer(p *referencePerson, survey string, wave experiment.Wave, given []*int) {
	for next := survey + "/1"; next != survey+"/check"; {
		number, err := strconv.Atoi(strings.TrimPrefix(next, survey+"/"))
		if err != nil || number > len(wave.Instruments) {
			w.t.Errorf("the survey of %s goes on to %q", p.ID, next)
			return
		}
		to := w.post(next, w.page(wave, number, p.Group, given))
		if to == next {
			w.t.Errorf("page %d of %s does not let %s go on", number, wave.ID, p.ID)
			return
		}
		next = to
	}
	_, check := w.call(http.MethodGet, survey+"/check", "")
	seen := seenField.FindStringSubmatch(check)
	if seen == nil {
		w.t.Errorf("the check of %s cannot be sent:\n%s", p.ID, check)
		return
	}
	if to := w.post(survey+"/check", url.Values{"seen": {seen[1]}}); to != survey {
		w.t.Errorf("the check of %s leads to %q", p.ID, to)
	}
}

// page is what is sent with a page: the answers of the reference file to the items that
// are scored, as the person would have chosen them, and nothing to the others.
func (w *whole) page(wave experiment.Wave, number int, group string, given []*int) url.Values {
	i, _ := w.instruments.Current(wave.Instruments[number-1])
	form := url.Values{}
	for n, it := range i.ForWave(wave.ID, group) {
		form.Set(it.ID, "")
		if len(i.Subscales) == 0 || given[n] == nil {
			continue
		}
		x := *given[n]
		if smallest, largest := it.Range(); it.Reverse {
			x = smallest + largest - x
		}
		form.Set(it.ID, strconv.Itoa(x))
	}
	return form
}

// post sends a form as a browser does, and returns the path that the answer leads to.
func (w *whole) post(path string, form url.Values) string {
	status, header, text := w.request(http.MethodPost, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	to, err := url.Parse(header.Get("Location"))
	if status != http.StatusSeeOther || err != nil {
		w.t.Errorf("%s: %d %s", path, status, text)
		return ""
	}
	return to.Path
}

// pass lets the experiment run from its first application until all has closed.
func (w *whole) pass() {
	w.t.Helper()
	w.local("ses", `{"rate":5000}`)
	w.everybodyApplies()
	w.everybodyAgrees()
	for _, wave := range w.e.Waves {
		if at := wave.Open.Add(time.Hour); at.After(w.Clock.Now()) {
			w.until(at)
		}
		w.everybodyAnswers(wave)
		if wave.ID == w.e.Waves[0].ID {
			w.participantsStart()
		}
	}
	w.until(w.e.Waves[len(w.e.Waves)-1].Close.Add(2 * time.Hour))
}
