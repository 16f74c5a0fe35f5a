package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

func TestAnAcknowledgementLeavesAtTheNextTickAndItsLinkOpensThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.apply("hanako@example.jp")
	done, err := w.tick(w.function())
	if err != nil || done.Settled != 1 {
		t.Fatalf("the tick reports %+v, %v", done, err)
	}
	accepted := w.ses.Accepted()
	if len(accepted) != 1 || accepted[0].To != "hanako@example.jp" {
		t.Fatalf("SES took %d mails", len(accepted))
	}
	m := w.one()
	if m.State != table.Sent || len(m.Messages) != 1 || m.Sent == "" || m.Attempt != 1 {
		t.Errorf("the ledger says %s, %v, attempt %d", m.State, m.Messages, m.Attempt)
	}
	want := map[string]string{"mail": m.ID, "attempt": "1", "kind": "acknowledgement", "person": person.ID}
	for name, value := range want {
		if accepted[0].Tags[name] != value {
			t.Errorf("the tag %s is %q, want %q", name, accepted[0].Tags[name], value)
		}
	}
	segment := linkIn(t, accepted[0].Raw)
	if strings.Contains(m.Text, segment.Token) || m.Text == "" {
		t.Error("the ledger keeps the link's token, or no text at all")
	}
	opened, err := w.table.Open(t.Context(), segment.Person, segment.Mail, segment.Token, mail.OpenPage, w.now)
	if err != nil || opened.Person.ID != person.ID {
		t.Errorf("the mailed link opens %v, %v", opened.Person.ID, err)
	}
	if _, err := w.tick(w.function()); err != nil || len(w.ses.Accepted()) != 1 {
		t.Errorf("a second tick: %v, %d mails", err, len(w.ses.Accepted()))
	}
}

func TestATickWithoutWorkSaysWhenThereWillBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = w.now.Add(time.Hour)
	w.apply("later@example.jp")
	due := w.now
	w.now = w.now.Add(-30 * time.Minute)
	done, err := w.tick(w.function())
	if err != nil || done.Settled != 0 || done.Next == nil || !done.Next.Equal(due) {
		t.Errorf("the tick reports %+v, %v; the mail is due at %v", done, err, due)
	}
	if sends, quotas := w.ses.Requests(); sends+quotas != 0 {
		t.Errorf("an idle tick asks SES %d times", sends+quotas)
	}
}

func TestThreeTicksAtOnceSendEachMailOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 30 {
		w.apply(fmt.Sprintf("p%d@example.jp", i))
	}
	w.now = w.now.Add(time.Minute)
	sometimes := faulty.Sometimes(seeded(3), 0.1, faulty.Conflict)
	var all sync.WaitGroup
	for range 3 {
		h := w.function(sometimes)
		all.Go(func() {
			if _, err := h.remind(t.Context(), event{ScheduledTime: w.now}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, m := range w.states() {
		if n := w.ses.Copies()[m.ID]; m.State != table.Sent || n != 1 {
			t.Errorf("a mail is %s with %d copies", m.State, n)
		}
	}
}

func TestAWithdrawnPersonGetsTheConfirmationAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.apply("hanako@example.jp")
	if err := w.table.Withdraw(t.Context(), person, nil, false, w.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())
	if m := w.one(); m.State != table.Canceled || m.Reason == "" {
		t.Errorf("the acknowledgement is %s because %q", m.State, m.Reason)
	}
	accepted := w.ses.Accepted()
	if len(accepted) != 1 || accepted[0].Tags["kind"] != "withdrawn" {
		t.Errorf("SES took %v", accepted)
	}
}

func TestAMailGoesToTheAddressOfTheMomentItIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.apply("old@example.jp")
	w.ses.Always(sestest.Throttle)
	w.tick(w.function())
	moved := table.Address{Typed: "new@example.jp", Send: "new@example.jp", Comparable: "new@example.jp"}
	if err := w.table.AskAddress(t.Context(), person, moved, "2020-11-02", w.now); err != nil {
		t.Fatal(err)
	}
	d, err := w.table.Delivery(t.Context(), person.ID, w.mails[0].mail)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.table.ConfirmAddress(t.Context(), d.Person, d.Person.NewAddress.Mail, w.now); err != nil {
		t.Fatal(err)
	}
	w.ses.Always(sestest.Accept)
	w.now = w.now.Add(2 * time.Minute)
	w.tick(w.function())
	for _, m := range w.ses.Accepted() {
		if m.To == "old@example.jp" && m.Tags["kind"] != "address-changed" {
			t.Errorf("a mail of kind %s goes to the old address", m.Tags["kind"])
		}
		if m.Tags["kind"] == "address-confirm" {
			t.Error("an address that is confirmed already is asked to confirm")
		}
	}
	if m := w.one(); m.State != table.Sent {
		t.Errorf("the acknowledgement is %s", m.State)
	}
}

func TestEachAnswerOfSESLeadsToItsState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer sestest.Answer
		state  table.State
		sends  int // in the tick and the one a minute after it
		final  table.State
	}{
		{"accept", sestest.Accept, table.Sent, 1, table.Sent},
		{"accept without an answer", sestest.AcceptNoAnswer, table.Unknown, 1, table.Unknown},
		{"accept and fail", sestest.AcceptError500, table.Unknown, 1, table.Unknown},
		{"fail", sestest.Error500, table.Unknown, 1, table.Unknown},
		{"reject", sestest.Reject, table.Failed, 1, table.Failed},
		{"throttle", sestest.Throttle, table.Pending, 2, table.Sent},
		{"quota", sestest.Quota, table.Pending, 1, table.Sent},
		{"paused", sestest.Paused, table.Pending, 1, table.Sent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.apply("hanako@example.jp")
			w.ses.Always(c.answer)
			w.tick(w.function())
			if got := w.one(); got.State != c.state || got.State != table.Sent && got.Reason == "" {
				t.Errorf("the mail is %s because %q, want %s", got.State, got.Reason, c.state)
			}
			if c.answer == sestest.Throttle {
				w.now = w.now.Add(time.Minute)
			}
			w.tick(w.function())
			if sends, _ := w.ses.Requests(); sends != c.sends {
				t.Errorf("it was handed over %d times, want %d", sends, c.sends)
			}
			// SES is well again, and two hours pass.
			w.ses.Always(sestest.Accept)
			for range 24 {
				w.now = w.now.Add(5 * time.Minute)
				w.tick(w.function())
			}
			if got := w.one(); got.State != c.final {
				t.Errorf("in the end the mail is %s, want %s", got.State, c.final)
			}
			if n := len(w.ses.Accepted()); n > 1 {
				t.Errorf("%d copies were accepted", n)
			}
		})
	}
}

func TestAStopHoldsAllMailBackAndLetsItLeaveInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 10 {
		w.now = w.now.Add(time.Second)
		w.apply(fmt.Sprintf("p%d@example.jp", i))
	}
	w.ses.Answers(func(m sestest.Mail) sestest.Answer {
		if m.To >= "p4" {
			return sestest.Quota
		}
		return sestest.Accept
	})
	h := w.function()
	w.tick(h)
	done, _ := w.tick(h)
	if n := len(w.ses.Accepted()); n != 4 {
		t.Fatalf("%d mails left before the quota, want 4", n)
	}
	if done.Next == nil || done.Next.Before(w.now.Add(50*time.Minute)) {
		t.Errorf("the next try is at %v", done.Next)
	}
	w.ses.Always(sestest.Accept)
	w.now = w.now.Add(time.Hour)
	w.tick(h)
	var order []string
	for _, m := range w.ses.Accepted() {
		order = append(order, m.To)
	}
	if len(order) != 10 {
		t.Fatalf("%d mails left: %v", len(order), order)
	}
	for i, to := range order {
		if to != fmt.Sprintf("p%d@example.jp", i) {
			t.Errorf("mail %d went to %s", i, to)
		}
	}
}

func TestPausedMailWaitsUntilStaffResume(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("hanako@example.jp")
	if err := w.table.Pause(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.tick(w.function())
	}
	if n := len(w.ses.Accepted()); n != 0 {
		t.Fatalf("%d mails left", n)
	}
	if err := w.table.Resume(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())
	if n := len(w.ses.Accepted()); n != 1 {
		t.Errorf("%d mails left, want 1", n)
	}
}

func TestAMailThatCannotBeWrittenFailsAndTheOthersLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("a@example.jp")
	bad := w.apply("not an address")
	w.apply("c@example.jp")
	if _, err := w.tick(w.function()); err != nil {
		t.Error(err)
	}
	for id, m := range w.states() {
		want := table.Sent
		if m.Person == bad.ID {
			want = table.Failed
		}
		if m.State != want || want == table.Failed && m.Reason == "" {
			t.Errorf("mail %s is %s because %q, want %s", id, m.State, m.Reason, want)
		}
	}
}

func TestAPanicInOneMailIsThatMailsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("a@example.jp")
	w.apply("b@example.jp")
	h := w.function()
	calls := 0
	h.random = func() string {
		if calls++; calls == 1 {
			panic("架空") // while the first mail's link is minted
		}
		return rand.Text()
	}
	if _, err := w.tick(h); err != nil {
		t.Error(err)
	}
	count := map[table.State]int{}
	for _, m := range w.states() {
		count[m.State]++
	}
	if count[table.Failed] != 1 || count[table.Sent] != 1 {
		t.Errorf("the states are %v", count)
	}
}

func TestARunStopsInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("hanako@example.jp")
	ctx, cancel := contextWithin(t, timeToSend-time.Second)
	defer cancel()
	done, err := w.function().remind(ctx, event{ScheduledTime: w.now})
	if err != nil || done.Settled != 0 || done.Next == nil {
		t.Errorf("the tick reports %+v, %v", done, err)
	}
	if sends, _ := w.ses.Requests(); sends != 0 {
		t.Error("a mail was begun without time to finish it")
	}
}

func TestATickWithoutATimeIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := newWorld(t).function().remind(t.Context(), event{}); err == nil {
		t.Error("a tick without a scheduled time was accepted")
	}
}

func TestEachMailGoesToWhomItIsFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hanako, taro := w.apply("hanako@example.jp"), w.apply("taro@example.jp")
	w.tick(w.function())
	moved := table.Address{Typed: "new@example.jp", Send: "new@example.jp", Comparable: "new@example.jp"}
	if err := w.table.AskAddress(t.Context(), hanako, moved, "2020-11-02", w.now); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())
	d, err := w.table.Delivery(t.Context(), hanako.ID, w.mails[0].mail)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.table.ConfirmAddress(t.Context(), d.Person, d.Person.NewAddress.Mail, w.now); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())
	if err := w.table.Withdraw(t.Context(), taro, nil, false, w.now); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())

	got := map[string]string{}
	for _, m := range w.ses.Accepted() {
		got[m.Tags["kind"]+" of "+map[string]string{hanako.ID: "hanako", taro.ID: "taro"}[m.Tags["person"]]] += m.To
		for _, other := range []string{"hanako@", "new@", "taro@"} {
			if !strings.HasPrefix(m.To, other) && strings.Contains(textOf(t, m.Raw), other) {
				t.Errorf("a %s to %s names %s", m.Tags["kind"], m.To, other)
			}
		}
	}
	want := map[string]string{
		"acknowledgement of hanako": "hanako@example.jp", "acknowledgement of taro": "taro@example.jp",
		"address-confirm of hanako": "new@example.jp", "address-changed of hanako": "hanako@example.jp",
		"address-moved of hanako": "new@example.jp", "withdrawn of taro": "taro@example.jp",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheOldAddressHearsOfTheMoveEvenIfThePersonWithdraws(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.apply("old@example.jp")
	w.tick(w.function())
	moved := table.Address{Typed: "new@example.jp", Send: "new@example.jp", Comparable: "new@example.jp"}
	if err := w.table.AskAddress(t.Context(), person, moved, "2020-11-02", w.now); err != nil {
		t.Fatal(err)
	}
	read := func() table.Person {
		d, err := w.table.Delivery(t.Context(), person.ID, w.mails[0].mail)
		if err != nil {
			t.Fatal(err)
		}
		return d.Person
	}
	if err := w.table.ConfirmAddress(t.Context(), read(), read().NewAddress.Mail, w.now); err != nil {
		t.Fatal(err)
	}
	if err := w.table.Withdraw(t.Context(), read(), nil, false, w.now); err != nil {
		t.Fatal(err)
	}
	w.tick(w.function())
	var kinds []string
	for _, m := range w.ses.Accepted()[1:] {
		kinds = append(kinds, m.Tags["kind"]+" to "+m.To)
	}
	slices.Sort(kinds)
	if diff := cmp.Diff([]string{"address-changed to old@example.jp", "withdrawn to new@example.jp"}, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestOfManyChangesTheLastIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.apply("hanako@example.jp")
	w.tick(w.function())
	for version := 1; version <= 3; version++ {
		d, err := w.table.Delivery(t.Context(), person.ID, w.mails[0].mail)
		if err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Second)
		err = w.table.Edit(t.Context(), table.Edit{Token: fmt.Sprint(version), Version: version, Person: d.Person, Application: *d.Application}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		w.mails = append(w.mails, sent{person.ID, mail.ID(mail.Changed, person.ID, fmt.Sprint(version+1))})
	}
	changed := w.now
	w.tick(w.function())
	states := w.states()
	var got []table.State
	for _, m := range w.mails[1:] {
		got = append(got, states[m.mail].State)
	}
	if diff := cmp.Diff([]table.State{table.Canceled, table.Canceled, table.Sent}, got); diff != "" {
		t.Error(diff)
	}
	last := w.ses.Accepted()[1]
	said := locale.Instant(locale.Japanese, changed, w.experiments.All()[0].Zone())
	if text := textOf(t, last.Raw); !strings.Contains(text, said) {
		t.Errorf("the mail does not say when it was changed, %s:\n%s", said, text)
	}
}

func TestAMailWhoseTimeHasPassedIsMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("hanako@example.jp")
	w.limit(w.mails[0], w.now.Add(time.Minute))
	w.tick(w.function()) // at that very instant
	if m := w.one(); m.State != table.Missed || m.Reason == "" {
		t.Errorf("the mail is %s because %q", m.State, m.Reason)
	}
	if n := len(w.ses.Accepted()); n != 0 {
		t.Errorf("%d mails left", n)
	}
	claimed := w.one()
	claimed.State, claimed.Attempt = table.Pending, 0
	if _, err := w.table.ClaimMail(t.Context(), claimed, table.Claim{ID: "c", Now: w.now}); !errors.Is(err, table.ErrTaken) {
		t.Errorf("a missed mail was claimed: %v", err)
	}
}

// limit gives a mail the instant after which it is of no use.
func (w *world) limit(m sent, notAfter time.Time) {
	w.Helper()
	_, err := w.env.Client(w.T).UpdateItem(w.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.env.Name,
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "person#" + m.person}, "sk": &types.AttributeValueMemberS{Value: "mail#" + m.mail},
		},
		UpdateExpression:          aws.String("SET notAfter = :at"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":at": &types.AttributeValueMemberS{Value: string(table.At(notAfter))}},
	})
	if err != nil {
		w.Fatal(err)
	}
}

func TestARefusalOfAllMailIsAnErrorForTheAlarm(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]sestest.Answer{"paused": sestest.Paused, "quota": sestest.Quota} {
		w := newWorld(t)
		w.apply("hanako@example.jp")
		w.ses.Always(answer)
		if _, err := w.tick(w.function()); err == nil {
			t.Errorf("%s: the tick succeeds, and no alarm rings", name)
		}
	}
}

func TestAPaceThatLeavesNoTimeEndsTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply("a@example.jp")
	w.apply("b@example.jp")
	h := w.function()
	h.pace.Sleep = func(ctx context.Context, _ time.Duration) error { // longer than there is
		<-ctx.Done()
		return ctx.Err()
	}
	_ = h.pace.Wait(t.Context(), sending.Quota{Rate: 0.001})
	ctx, cancel := contextWithin(t, timeToSend+2*time.Second)
	defer cancel()
	started := time.Now()
	done, err := h.remind(ctx, event{ScheduledTime: w.now})
	if err != nil || done.Next == nil || ctx.Err() != nil {
		t.Errorf("the tick reports %+v, %v after %v", done, err, time.Since(started))
	}
	if sends, _ := w.ses.Requests(); sends != 0 {
		t.Errorf("%d mails were begun", sends)
	}
}
