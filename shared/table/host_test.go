package table_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// contact is a made-up host's contact (架空の担当者).
func contact(listing, address string) table.Person {
	return table.Person{
		ID: strings.ToLower(rand.Text()), Experiment: experimentID, Host: listing, Lang: locale.Japanese,
		FamilyName: "架空", GivenName: "太郎", Address: addressOf(address),
	}
}

func (w *world) setHost(host table.Person, now time.Time) table.Person {
	w.Helper()
	set, err := w.through(faulty.Writes(faulty.At(2, faulty.NoAnswer))).SetHost(w.Context(), host, audit("host"), now)
	if err != nil {
		w.Fatal(err)
	}
	return set
}

// invited is the mail to a host's contact, claimed with a link to the survey.
func (w *world) invited(host table.Person, token string, now time.Time) table.Mail {
	w.Helper()
	plan := table.Plan{Person: host.ID, Experiment: experimentID, Lang: host.Lang, Kind: mail.HostSurvey, Occasion: "host_before open " + token, Due: now}
	if _, _, err := w.PlanMail(w.Context(), plan, now); err != nil {
		w.Fatal(err)
	}
	m := w.delivery(host.ID, mail.ID(plan.Kind, plan.Person, plan.Occasion)).Mail
	c := claim("c", token, now)
	c.To, c.Grants[0].Purpose = host.Address.Comparable, mail.OpenSurvey
	claimed, err := w.ClaimMail(w.Context(), m, c)
	if err != nil {
		w.Fatal(err)
	}
	return claimed
}

func TestAHostsContactAnswersLikeAnybodyAndIsAmongNoApplicants(t *testing.T) {
	w := newWorld(t)
	w.apply("host@example.jp", noon) // an applicant may have the same address
	host := w.setHost(contact("job-1", "host@example.jp"), noon)
	w.invited(host, "token", noon)
	opened, err := w.OpenSurveys(t.Context(), host.ID, w.file(host.ID).Mails[0].ID, "token", mail.OpenSurvey, noon, []string{pre})
	if err != nil {
		t.Fatal(err)
	}
	w.save(opened.Person, nil, page("H1", "4"), noon)
	w.save(opened.Person, w.response(host.ID), page("H2", "5"), noon)
	if _, err := w.FinishSurvey(t.Context(), opened.Person, table.Finish{Wave: pre}, noon); err != nil {
		t.Fatal(err)
	}
	if f := w.file(host.ID); f.Surveys.Done[pre] != table.At(noon) || len(f.Responses[pre].Answers) != 2 || f.Group() != "" {
		t.Errorf("%+v, answers %v, arm %q", *f.Surveys, f.Responses[pre].Answers, f.Group())
	}
	people := 0
	for known, err := range w.People(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		if people++; known.Person.ID == host.ID {
			t.Error("the contact is among the people")
		}
	}
	kinds := map[mail.Kind]int{}
	for m, err := range w.Mails(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		kinds[m.Kind]++
	}
	if people != 1 || kinds[mail.HostSurvey] != 1 {
		t.Errorf("%d people, the ledger has %v", people, kinds)
	}
	if err := w.Offer(t.Context(), host.ID, "job-1", deadline, audit("offer"), noon); !errors.Is(err, table.ErrWrongStep) {
		t.Errorf("a contact is offered a side job: %v", err)
	}
}

func TestAListingHasOneContactWhoMayChange(t *testing.T) {
	w := newWorld(t)
	w.setHost(contact("job-2", "two@example.jp"), noon)
	first := w.setHost(contact("job-1", "one@example.jp"), noon)
	m := w.invited(first, "token", noon)
	open := func() error {
		_, err := w.Open(t.Context(), first.ID, m.ID, "token", mail.OpenSurvey, noon.Add(time.Minute))
		return err
	}
	if got := w.setHost(contact("job-1", "one@example.jp"), noon.Add(time.Minute)); got.ID != first.ID || open() != nil {
		t.Errorf("set again as it is: %s, was %s; the link: %v", got.ID, first.ID, open())
	}
	named := contact("job-1", "one@example.jp")
	named.GivenName, named.Lang = "次郎", locale.English
	if got := w.setHost(named, noon.Add(time.Minute)); got.ID != first.ID || got.GivenName != "次郎" || got.Lang != locale.English || open() != nil {
		t.Errorf("of another name: %s, was %s; the link: %v", got.ID, first.ID, open())
	}
	var listings, addresses []string
	for host, err := range w.Hosts(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		listings, addresses = append(listings, host.Host), append(addresses, host.Address.Send)
	}
	if got := strings.Join(append(listings, addresses...), " "); got != "job-1 job-2 one@example.jp two@example.jp" {
		t.Errorf("the contacts are %s", got)
	}
}

func TestAContactAtAnotherAddressIsAnotherPerson(t *testing.T) {
	w := newWorld(t)
	first := w.setHost(contact("job-1", "one@example.jp"), noon)
	w.setHost(contact("job-10", "ten@example.jp"), noon)
	m := w.invited(first, "token", noon)
	if err := w.Accept(t.Context(), m, "0106", noon); err != nil {
		t.Fatal(err)
	}
	w.save(first, nil, page("H1", "4"), noon)
	if err := w.Unsubscribe(t.Context(), first.ID, true, noon); err != nil {
		t.Fatal(err)
	}
	waits := table.Plan{Person: first.ID, Experiment: experimentID, Lang: first.Lang, Kind: mail.HostSurveyReminder, Occasion: "host_before later", Due: noon.Add(time.Hour)}
	if _, _, err := w.PlanMail(t.Context(), waits, noon); err != nil {
		t.Fatal(err)
	}
	next := w.setHost(contact("job-1", "next@example.jp"), noon.Add(time.Minute))
	if f := w.file(next.ID); next.ID == first.ID || len(f.Responses)+len(f.Surveys.Begun)+len(f.Mails) != 0 || f.Person.Unsubscribed != "" || f.Person.Withdrawn != "" {
		t.Errorf("the next contact begins as %+v", f)
	}
	if _, err := w.Open(t.Context(), first.ID, m.ID, "token", mail.OpenSurvey, noon.Add(time.Minute)); !errors.Is(err, table.ErrLinkRevoked) {
		t.Errorf("the link of the former contact: %v", err)
	}
	former := w.file(first.ID)
	if len(former.Responses[pre].Answers) != 1 || former.Person.Host != "job-1" {
		t.Errorf("of the former contact there is %+v", former)
	}
	if err := w.CorrectAddress(t.Context(), first.ID, addressOf("late@example.jp"), audit("address"), noon.Add(time.Hour)); !errors.Is(err, table.ErrWithdrawn) {
		t.Errorf("correcting the address of the former contact: %v", err)
	}
	back := w.setHost(contact("job-1", "one@example.jp"), noon.Add(2*time.Minute)) // nor is the former the same person again
	var present, every []string
	for host, err := range w.Hosts(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		present = append(present, host.Host+" "+host.Address.Send)
	}
	for host, err := range w.EveryHost(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		every = append(every, host.Host+" "+host.ID)
	}
	if diff := cmp.Diff([]string{"job-1 one@example.jp", "job-10 ten@example.jp"}, present); diff != "" || back.ID == first.ID {
		t.Error(diff)
	}
	for _, p := range []table.Person{first, next, back} {
		if !slices.Contains(every, "job-1 "+p.ID) || len(every) != 4 {
			t.Errorf("%s is not among %v", p.ID, every)
		}
	}
	states := map[mail.Kind]table.State{}
	for m, err := range w.Mails(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		states[m.Kind] = m.State
	}
	if diff := cmp.Diff(map[mail.Kind]table.State{mail.HostSurvey: table.Sent, mail.HostSurveyReminder: table.Canceled}, states); diff != "" {
		t.Error(diff)
	}
}

func TestAHostsWrongAddressIsCorrectedAndTheMailLeavesAgain(t *testing.T) {
	w := newWorld(t)
	w.apply("right@example.jp", noon)
	host := w.setHost(contact("job-1", "wrong@example.jp"), noon)
	m := w.invited(host, "token", noon)
	if err := w.Accept(t.Context(), m, "0106", noon); err != nil {
		t.Fatal(err)
	}
	bounce := table.Feedback{Person: host.ID, Mail: m.ID, Message: "0106", To: "wrong@example.jp", Accepted: noon, At: noon}
	if _, err := w.Suppress(t.Context(), bounce, table.Bounced); err != nil {
		t.Fatal(err)
	}
	var suppressed []string
	for s, err := range w.Suppressions(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		suppressed = append(suppressed, s.Person)
	}
	if len(suppressed) != 1 || suppressed[0] != host.ID {
		t.Errorf("staff see %v", suppressed)
	}
	if err := w.CorrectAddress(t.Context(), host.ID, addressOf("right@example.jp"), audit("address"), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	f := w.file(host.ID)
	if len(f.Mails) != 1 || f.Mails[0].State != table.Pending || f.Person.Address.Send != "right@example.jp" {
		t.Errorf("%d mails, the first is %s", len(f.Mails), f.Mails[0].State)
	}
	if _, suppressed := f.Person.SuppressedAt(f.Person.Address); suppressed {
		t.Error("the corrected address takes no mail")
	}
}
