package table_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

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
	next := contact("job-1", "next@example.jp")
	next.GivenName = "次郎"
	if got := w.setHost(next, noon.Add(time.Minute)); got.ID != first.ID || got.GivenName != "次郎" {
		t.Errorf("the contact is now %s, was %s", got.ID, first.ID)
	}
	if err := open(); !errors.Is(err, table.ErrLinkRevoked) {
		t.Errorf("the link at the former address: %v", err)
	}
	var listings, addresses []string
	for host, err := range w.Hosts(t.Context(), experimentID) {
		if err != nil {
			t.Fatal(err)
		}
		listings, addresses = append(listings, host.Host), append(addresses, host.Address.Send)
	}
	if got := strings.Join(append(listings, addresses...), " "); got != "job-1 job-2 next@example.jp two@example.jp" {
		t.Errorf("the contacts are %s", got)
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
