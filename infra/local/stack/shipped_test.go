package stack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/stack"
	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/dynamodblocal"
	"livinglab/shared/table/tabletest"
)

// shipped is the product itself, its clock standing still at nine on 2 November.
// Its gateway waits as long for a process as a busy machine takes.
func shipped(t *testing.T) world {
	t.Helper()
	return newWorld(t, func(o *stack.Options) {
		o.Patience = 20 * time.Second
		root, err := dynamodblocal.Root()
		if err != nil {
			t.Fatal(err)
		}
		o.Root = root
	})
}

// apply posts the application of a made-up person (架空の人物) and returns the
// answer's status and reference.
func (w world) apply(address, key string) (int, string) {
	w.t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		w.t.Fatal(err)
	}
	e := experiments.All()[0]
	consents, answers := map[string]string{}, map[string]string{}
	for _, c := range e.Application.Consents {
		consents[c.ID] = c.Version
	}
	for _, q := range e.Application.Questions {
		answers[q.ID] = "架空の回答"
		if len(q.Choices) > 0 {
			answers[q.ID] = q.Choices[0].ID
		}
	}
	body, err := json.Marshal(map[string]any{
		"family_name": "架空", "given_name": "花子", "family_kana": "カクウ", "given_kana": "ハナコ", "email": address, "prefecture": "13",
		"choices": []string{e.Listings[0].ID}, "motivation": "架空の動機", "answers": answers, "consents": consents, "adult": true,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	status, text := w.call(http.MethodPost, "/"+e.ID+"/applications", string(body), "Content-Type", "application/json", "Idempotency-Key", key)
	var receipt struct{ Reference string }
	_ = json.Unmarshal([]byte(text), &receipt)
	return status, receipt.Reference
}

// local posts to the stack's own routes.
func (w world) local(path, body string) {
	w.t.Helper()
	if status, text := w.call(http.MethodPost, "/_local/"+path, body, "Content-Type", "application/json"); status != http.StatusOK {
		w.t.Fatalf("%s: %d %s", path, status, text)
	}
}

// mails lists what lies in the mailbox: when, to whom and what.
func (w world) mails() []string {
	w.t.Helper()
	_, text := w.call(http.MethodGet, "/_local/mail?format=json", "")
	var all []struct {
		To   string
		Date time.Time
		Tags map[string]string
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, m := range all {
		name, _, _ := strings.Cut(m.To, "@")
		lines = append(lines, m.Date.Format("01-02 15:04 ")+name+" "+m.Tags["kind"])
	}
	return lines
}

// A month passes in seconds through the deployed binaries, and every mail leaves
// at its instant: when its cause is written, the hour after a quota was used up, or three
// and seven days after an application whose survey is not answered.
func TestAMonthPassesAndEveryMailLeavesAtItsInstant(t *testing.T) {
	t.Parallel()
	w := shipped(t)
	started := time.Now()
	applies := func(address string) {
		t.Helper()
		if status, reference := w.apply(address, address); status != http.StatusCreated || reference == "" {
			t.Fatalf("%s applies: %d %q", address, status, reference)
		}
	}
	applies("first@example.jp")
	w.local("clock", `{"advance":"10d"}`)
	applies("second@example.jp")
	w.call(http.MethodPost, "/shiojiri-2020/link", "email=first%40example.jp", "Content-Type", "application/x-www-form-urlencoded")
	w.local("clock", `{"advance":"8d"}`)
	w.local("ses", `{"mode":"quota"}`)
	applies("third@example.jp")
	w.local("clock", `{"advance":"30m"}`)
	w.local("ses", `{"mode":"ok"}`)
	w.local("clock", `{"advance":"12d"}`)
	if status, _ := w.apply("late@example.jp", "late"); status != http.StatusForbidden {
		t.Errorf("after the close: status %d", status)
	}
	want := []string{
		"11-02 09:00 first acknowledgement",
		"11-05 09:00 first survey-reminder",
		"11-09 09:00 first survey-reminder",
		"11-12 09:00 first link",
		"11-12 09:00 second acknowledgement",
		"11-15 09:00 second survey-reminder",
		"11-19 09:00 second survey-reminder",
		"11-20 10:01 third acknowledgement",
		"11-23 09:00 third survey-reminder",
		"11-27 09:00 third survey-reminder",
	}
	got := w.mails()
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	t.Logf("a month passed in %v", time.Since(started))
}

// A week passes in seconds, and staff are told of it: that somebody applied, and that mail
// was looked after all the time.
func TestAWeekPassesAndStaffAreTold(t *testing.T) {
	t.Parallel()
	w := shipped(t)
	ledger := table.New(client.DynamoDB(tabletest.Config(http.DefaultTransport), w.DynamoDB), w.Table)
	if _, err := ledger.AddStaff(t.Context(), table.Person{
		ID: "staff", Experiment: "shiojiri-2020", Lang: locale.Japanese, FamilyName: "架空", GivenName: "太郎",
		Address: table.Address{Typed: "staff@example.jp", Send: "staff@example.jp", Comparable: "staff@example.jp"},
	}, table.AuditEntry{ID: "e-1", At: table.At(stack.Beginning), Who: "架空の担当者", Act: "add-staff"}, stack.Beginning); err != nil {
		t.Fatal(err)
	}
	w.apply("hanako@example.jp", "one-key")
	started := time.Now()
	w.local("clock", `{"advance":"7d"}`)
	t.Logf("a week passed in %v", time.Since(started))
	last, err := ledger.LastSummary(t.Context(), "shiojiri-2020")
	if err != nil {
		t.Fatal(err)
	}
	var s mail.Summary
	if err := json.Unmarshal(last.Content, &s); err != nil {
		t.Fatal(err)
	}
	if !s.At.Equal(stack.Beginning.AddDate(0, 0, 7)) || s.At.Sub(s.Since) != 4*24*time.Hour {
		t.Errorf("the last summary is about %v to %v", s.Since, s.At)
	}
	if want := (mail.Count{Total: 1}); s.Applied != want || s.Health.Looks != 4*96 || s.Health.Expected != 4*96 {
		t.Errorf("it tells of %+v, and of %d looks in %d quarter hours", s.Applied, s.Health.Looks, s.Health.Expected)
	}
}

func TestFiftyPostsAtOnceThroughTheGatewayAreOneApplication(t *testing.T) {
	t.Parallel()
	w := shipped(t)
	w.local("table", `{"mode":"conflict","rate":0.2}`)
	answers := make([]string, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			status, reference := w.apply("hanako@example.jp", "one-key")
			answers[i] = fmt.Sprint(status, " ", reference)
		})
	}
	all.Wait()
	w.local("table", `{"mode":"ok"}`)
	slices.Sort(answers)
	if distinct := slices.Compact(answers); len(distinct) != 1 || !strings.HasPrefix(distinct[0], "201 ") {
		t.Errorf("the answers are %v", distinct)
	}
	w.local("clock", `{"advance":"1h"}`)
	if got := w.mails(); len(got) != 1 {
		t.Errorf("the mailbox holds %v", got)
	}
}

// Events come when SES is told to send them, and settle what its answer did not.
func TestWhatComesBackMarksThePerson(t *testing.T) {
	t.Parallel()
	w := shipped(t)
	ledger := table.New(client.DynamoDB(tabletest.Config(http.DefaultTransport), w.DynamoDB), w.Table)
	marked := func() []string {
		t.Helper()
		var lines []string
		for s, err := range ledger.Suppressions(t.Context(), "shiojiri-2020") {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(s.Reason))
		}
		slices.Sort(lines)
		return lines
	}
	states := func() []string {
		t.Helper()
		var lines []string
		for m, err := range ledger.Mails(t.Context(), "shiojiri-2020") {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s", m.State, m.Delivery)))
		}
		return lines
	}
	for _, step := range []struct {
		ses, name, advance string
		marked             []string
		state              string
	}{
		{`{"events":"prompt"}`, "bounce+hanako", "1m", []string{"bounced"}, "sent bounced"},
		{`{"events":"late"}`, "complaint+taro", "5m", []string{"bounced"}, "sent"},
		{`{}`, "success", "8m", []string{"bounced", "complained"}, "sent"},
		{`{"events":"never"}`, "bounce+jiro", "1h", []string{"bounced", "complained"}, "sent"},
		{`{"events":"prompt","mode":"accept-no-answer"}`, "success+saburo", "1m", []string{"bounced", "complained"}, "sent delivered"},
		{`{"mode":"ok"}`, "transient", "1m", []string{"bounced", "complained"}, "sent returned"},
		{`{}`, "ooto", "1m", []string{"bounced", "complained"}, "sent delivered"},
		{`{}`, "reject", "1m", []string{"bounced", "complained"}, "sent rejected"},
	} {
		w.local("ses", step.ses)
		if status, _ := w.apply(step.name+"@simulator.amazonses.com", step.name); status != http.StatusCreated {
			t.Fatalf("%s applies: %d", step.name, status)
		}
		w.local("clock", `{"advance":"`+step.advance+`"}`)
		w.eventually(step.name+" is told", func() bool {
			all := states()
			return cmp.Equal(step.marked, marked()) && all[len(all)-1] == step.state
		})
	}
}
