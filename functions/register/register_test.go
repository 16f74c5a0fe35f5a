package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

func TestAPersonRegistersByFormAndConfirmation(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	check := b.Post(form, w.filled(b, "hanako@example.jp", "b1")).Want(http.StatusOK)
	check.Says("入力内容の確認", "まだ送信していません", "オンライン説明会(第1回)", "2020年11月6日(金) 19:30–21:00(日本時間)", "hanako@example.jp", "架空の質問です。")
	if n := len(w.env.Items(t)); n != 0 {
		t.Fatalf("checking stored %d items", n)
	}
	receipt := b.Post(send, check.Fields()).Want(http.StatusSeeOther).Header.Get("Location")
	page := b.Get(receipt).Want(http.StatusOK)
	page.Says("説明会の登録を受け付けました", "お席をお取りしました", "hanako@example.jp", "2020年11月6日(金) 19:15(日本時間)から", "2020年11月6日(金) 19:30–21:00(日本時間)")
	b.Get(strings.Replace(receipt, "lang=ja", "lang=en", 1)).Want(http.StatusOK).Says("We have received your registration", "Fri 6 November 2020, 19:30–21:00 (Japan time)")

	link := w.receive(mail.BriefingConfirmation, mail.OpenPage)
	d := w.stored(link)
	if d.Person.FamilyName != "架空" || d.Person.GivenName != "花子" || d.Person.Address.Send != "hanako@example.jp" || d.Person.Lang != "ja" {
		t.Error("the person is not stored as typed")
	}
	r := d.Registration
	if r.Briefing != "b1" || r.Standing != table.Confirmed || r.Question != "架空の質問です。\n二行目です。" || r.Reference != w.reference(receipt) {
		t.Errorf("stored: %s for %s, reference %s", r.Standing, r.Briefing, r.Reference)
	}
	c := w.e.Registration.Consent
	want := table.Consent{Purpose: c.ID, Version: c.Version, Hash: w.e.ConsentHash(c.ID), Lang: "ja", Given: true, At: table.At(w.now)}
	if diff := cmp.Diff(want, r.Consent); diff != "" {
		t.Error(diff)
	}
}

func TestTheWayBackFromTheConfirmationLosesNothing(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	check := b.Post(form, w.filled(b, "hanako@example.jp", "b1")).Fields()
	check.Set(web.Back, question)
	back := b.Post(send, check).Want(http.StatusOK)
	kept := back.Fields()
	for _, name := range []string{briefing, submission.FamilyName, submission.GivenName, email, submission.Token, consentPrefix + "briefing"} {
		if kept.Get(name) == "" || kept.Get(name) != check.Get(name) {
			t.Errorf("%s was %q and came back as %q", name, check.Get(name), kept.Get(name))
		}
	}
	if !strings.Contains(kept.Get(question), "二行目です。") || !strings.Contains(back.Body, `name="question" rows="4" autofocus`) {
		t.Errorf("the question came back as %q, or without focus", kept.Get(question))
	}
	if n := len(w.env.Items(t)); n != 0 {
		t.Errorf("going back stored %d items", n)
	}
}

// Fifty people at once for twenty seats, through the handler, with conflicts.
func TestFiftyAtOnceForTwentySeats(t *testing.T) {
	w := newWorld(t, 20)
	random := rand.New(rand.NewPCG(27, 27))
	disturbed, _ := w.behind(faulty.Writes(faulty.Sometimes(random, 0.1, faulty.Conflict, faulty.NoAnswer)))
	people := make([]url.Values, 50)
	for i := range people {
		people[i] = w.filled(w.browser(), fmt.Sprintf("hanako%02d@example.jp", i), "b1")
	}
	receipts := make([]string, len(people))
	var all sync.WaitGroup
	for i, typed := range people {
		all.Go(func() {
			b := webtest.New(t, disturbed, w.now)
			for range 5 { // people press again while they are told that it was not received
				answer := b.Post(send, typed)
				if receipts[i] = answer.Header.Get("Location"); answer.Status == http.StatusSeeOther {
					return
				}
			}
			t.Errorf("person %d is never received", i)
		})
	}
	all.Wait()
	told := map[string]string{} // what each receipt says, by the reference
	for _, receipt := range receipts {
		page := w.browser().Get(receipt).Want(http.StatusOK)
		standing := string(table.Confirmed)
		if strings.Contains(page.Text(), "キャンセル待ちとして受け付けました") {
			standing = string(table.Waiting)
		}
		told[w.reference(receipt)] = standing
	}
	mails := map[string]table.Delivery{}
	for _, d := range w.mails() {
		if _, twice := mails[d.Person.ID]; twice {
			t.Error("a person has two mails")
		}
		mails[d.Person.ID] = d
	}
	tickets := w.tickets("b1")
	if len(tickets) != 50 || len(mails) != 50 || len(told) != 50 {
		t.Fatalf("there are %d places, %d mails and %d receipts, want 50", len(tickets), len(mails), len(told))
	}
	for i, ticket := range tickets {
		want, kind := table.Confirmed, mail.BriefingConfirmation
		if i >= 20 {
			want, kind = table.Waiting, mail.BriefingWaiting
		}
		d := mails[ticket.Person]
		if ticket.Number != i+1 || ticket.Standing != want || d.Registration.Standing != want || d.Mail.Kind != kind || told[d.Registration.Reference] != string(want) {
			t.Errorf("place %d is number %d, %s; the registration is %s, the mail %s, the receipt says %s; want %s", i+1,
				ticket.Number, ticket.Standing, d.Registration.Standing, d.Mail.Kind, told[d.Registration.Reference], want)
		}
	}
}

func TestTwentyPostsOfOneFormAreOneRegistration(t *testing.T) {
	w := newWorld(t, 20)
	typed := w.filled(w.browser(), "hanako@example.jp", "b1")
	locations := make([]string, 20)
	var all sync.WaitGroup
	for i := range locations {
		all.Go(func() {
			answer := w.browser().Post(send, typed)
			locations[i] = fmt.Sprint(answer.Status, " ", answer.Header.Get("Location"))
		})
	}
	all.Wait()
	for _, got := range locations {
		if got != locations[0] || !strings.HasPrefix(got, "303 /shiojiri-2020/registered/") {
			t.Errorf("an answer is %q, another %q", got, locations[0])
		}
	}
	if n := len(w.tickets("b1")); n != 1 {
		t.Errorf("%d places are taken", n)
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestASecondRegistrationFromOneAddressChangesNothing(t *testing.T) {
	w := newWorld(t, 20)
	first := w.register("hanako@example.jp", "b1")
	before := w.mails()[0]
	w.now = w.now.Add(time.Hour)
	b := w.browser()
	typed := w.filled(b, "ＨＡＮＡＫＯ＠example.jp", "b2")
	second := b.Post(send, typed).Want(http.StatusSeeOther).Header.Get("Location")
	if one, two := w.reference(first), w.reference(second); one == two || two == "" {
		t.Errorf("the receipts name %q and %q", one, two)
	}
	unknown := w.browser().Post(send, w.filled(w.browser(), "taro@example.jp", "b2")).Header.Get("Location")
	same := strings.NewReplacer(w.reference(second), "", w.reference(unknown), "", "ＨＡＮＡＫＯ＠example.jp", "", "taro@example.jp", "")
	if diff := cmp.Diff(same.Replace(w.browser().Get(unknown).Text()), same.Replace(w.browser().Get(second).Text())); diff != "" {
		t.Errorf("the receipt of a known address tells that it is known: %s", diff)
	}
	after, err := w.table.Delivery(t.Context(), before.Person.ID, before.Mail.ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.Registration.Briefing != "b1" || after.Registration.Version != 1 {
		t.Errorf("the registration is for %s, version %d", after.Registration.Briefing, after.Registration.Version)
	}
	for range 50 {
		w.register("hanako@example.jp", "b2")
	}
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation, mail.BriefingConfirmation, mail.RegistrationStanding}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestAFormSentAgainWithOtherAnswersIsRefused(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	typed := w.filled(b, "hanako@example.jp", "b1")
	b.Post(send, typed).Want(http.StatusSeeOther)
	typed.Set(briefing, "b2")
	b.Post(send, typed).Want(http.StatusUnprocessableEntity).Says("この登録フォームは送信済みです")
	if got := w.mails()[0].Registration.Briefing; got != "b1" {
		t.Errorf("the registration is for %s", got)
	}
}

func TestEverythingWrongIsToldAtOnceAndEverythingTypedIsKept(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	typed := w.filled(b, "hanako@example", "")
	typed.Set(submission.FamilyName, "")
	typed.Set(question, strings.Repeat("長", questionLimit)+`<script>{{.}}`)
	typed.Set(consentPrefix+"briefing", "1999-01-01")
	for _, path := range []string{form, send} {
		page := b.Post(path, typed).Want(http.StatusUnprocessableEntity).Says("改定されました")
		if !strings.HasPrefix(page.Title(), "エラー") || strings.Contains(page.Body, "<script>") {
			t.Errorf("the title is %q, or what was typed is not inert", page.Title())
		}
		for _, field := range []string{briefing, question, submission.FamilyName, email, consentPrefix + "briefing"} {
			if !strings.Contains(page.Body, `<a href="#`+field+`"`) || !strings.Contains(page.Body, `id="`+field+`"`) {
				t.Errorf("the summary does not link to %s", field)
			}
		}
		kept := page.Fields()
		for _, field := range []string{submission.GivenName, email, question} {
			if kept.Get(field) != typed.Get(field) {
				t.Errorf("%s was %q and is now %q", field, typed.Get(field), kept.Get(field))
			}
		}
	}
	typed = w.filled(b, "hanako@example.jp", "b9")
	b.Post(send, typed).Want(http.StatusUnprocessableEntity).Says("表示されている中から選び直してください")
	if n := len(w.env.Items(t)); n != 0 {
		t.Errorf("%d items are stored", n)
	}
}

func TestRegisteringIsPossibleFromTheOpeningUpToTheStart(t *testing.T) {
	w := newWorld(t, 20)
	opening, start, last := w.e.Application.Open, w.session("b1").Start, w.session("b2").Start
	for i, c := range []struct {
		name, session string
		at            time.Time
		status        int
		says          string
		form          bool
	}{
		{"just before opening", "b1", opening.Add(-time.Millisecond), http.StatusForbidden, "2020年10月30日(金) 12:00(日本時間)から", false},
		{"at the opening", "b1", opening, http.StatusSeeOther, "", true},
		{"in the last millisecond", "b1", start.Add(-time.Millisecond), http.StatusSeeOther, "", true},
		{"at the start", "b1", start, http.StatusUnprocessableEntity, "第1回)は開始時刻を過ぎました", true},
		{"at the start, for the other one", "b2", start, http.StatusSeeOther, "", true},
		{"in the last millisecond of all", "b2", last.Add(-time.Millisecond), http.StatusSeeOther, "", true},
		{"at the last start", "b2", last, http.StatusForbidden, "開催中", false},
		{"when all is over", "b2", w.session("b2").End, http.StatusForbidden, "すべて終わりました", false},
	} {
		b := w.browser()
		b.Now = c.at
		answer := b.Post(send, w.answers(fmt.Sprintf("hanako%d@example.jp", i), c.session)) // as a form hosted elsewhere posts it
		if answer.Status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, answer.Status, c.status)
			continue
		}
		if c.says != "" {
			answer.Says(c.says, "架空の質問です。")
		}
		page := b.Get(form).Want(http.StatusOK)
		if shows := len(page.Elements("form")) > 0; shows != c.form {
			t.Errorf("%s: the form is shown: %t", c.name, shows)
		}
		if offers := strings.Contains(page.Body, `value="b1"`); offers != (c.form && c.at.Before(start)) {
			t.Errorf("%s: the first session is offered: %t", c.name, offers)
		}
	}
	if n, m := len(w.tickets("b1")), len(w.tickets("b2")); n != 2 || m != 2 {
		t.Errorf("%d and %d places are taken, want 2 and 2", n, m)
	}
}

// A post whose answer was lost is sent again, perhaps after the start: it was received,
// and so it is told.
func TestWhatWasReceivedBeforeTheStartIsSaidToBeAfterIt(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	typed := w.filled(b, "hanako@example.jp", "b2")
	receipt := b.Post(send, typed).Want(http.StatusSeeOther).Header.Get("Location")
	key, body := http.Header{"Idempotency-Key": {"k-1"}}, w.posted("taro@example.jp", nil)
	first := b.PostJSON(send, body, key).Want(http.StatusCreated)
	again := func(name string) {
		t.Helper()
		if got := b.Post(send, typed).Want(http.StatusSeeOther).Header.Get("Location"); got != receipt {
			t.Errorf("%s the receipt is at %q, and was at %q", name, got, receipt)
		}
		if got := b.PostJSON(send, body, key).Want(http.StatusCreated); got.Body != first.Body {
			t.Errorf("%s the program is told %s, and was told %s", name, got.Body, first.Body)
		}
	}
	w.move("b2", w.now.Add(time.Hour))
	w.move("b1", w.now.Add(2*time.Hour))
	again("after a move")
	b.Now = w.now.Add(3 * time.Hour)
	again("after the start")
	w.cancelBriefing("b1")
	w.cancelBriefing("b2")
	again("after all are canceled")
	b.Get(receipt).Want(http.StatusOK).Says("この説明会は、その後、中止になりました")
	typed.Set(question, "別の質問")
	b.Post(send, typed).Want(http.StatusForbidden)
}

func TestNobodyIsRegisteredForAnotherTimeThanWasShown(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	typed := w.filled(b, "hanako@example.jp", "b1")
	check := b.Post(form, typed).Want(http.StatusOK).Fields()
	w.move("b1", w.session("b1").Start.Add(24*time.Hour))
	for path, posted := range map[string]url.Values{form: typed, send: check} {
		page := b.Post(path, posted).Want(http.StatusUnprocessableEntity)
		page.Says("2020年11月7日(土) 19:30–21:00(日本時間)に変わりました", "架空の質問です。")
		posted = page.Fields()
		posted.Del(submission.Trap)
		b.Post(form, posted).Want(http.StatusOK).Says("2020年11月7日(土) 19:30")
	}
	if n := len(w.tickets("b1")); n != 0 {
		t.Errorf("%d places are taken", n)
	}
}

// The settings change between reading them and deciding: what staff do to the room
// is no matter, what they do to the date is told.
func TestSettingsChangeWhileAPersonRegisters(t *testing.T) {
	w := newWorld(t, 20)
	for i, c := range []struct {
		name   string
		change func()
		status int
		says   string
	}{
		{"the room is set", func() { w.open("b1") }, http.StatusSeeOther, ""},
		{"the session moves", func() { w.move("b1", w.session("b1").Start.Add(24*time.Hour)) }, http.StatusUnprocessableEntity, "2020年11月7日(土)"},
		{"the session is canceled", func() { w.cancelBriefing("b1") }, http.StatusUnprocessableEntity, "第1回)は中止になりました"},
		{"the other one too", func() { w.cancelBriefing("b2") }, http.StatusForbidden, "説明会は中止になりました"},
	} {
		chosen := "b1"
		if i == 3 {
			chosen = "b2"
		}
		answers := w.answers(fmt.Sprintf("hanako%d@example.jp", i), chosen)
		changed := false
		late, _ := w.behind(func(r faulty.Request) faulty.Effect {
			if r.Operation == "TransactWriteItems" && !changed {
				changed = true
				c.change()
			}
			return faulty.None
		})
		answer := webtest.New(t, late, w.now).Post(send, answers)
		if answer.Status != c.status || !changed {
			t.Errorf("%s: status %d, want %d", c.name, answer.Status, c.status)
		} else if c.says != "" {
			answer.Says(c.says, "架空の質問です。")
		}
	}
	if n := len(w.tickets("b1")) + len(w.tickets("b2")); n != 1 {
		t.Errorf("%d places are taken, want 1", n)
	}
}

func TestAFullSessionHasAWaitingListAndSaysSoBeforehand(t *testing.T) {
	w := newWorld(t, 1)
	w.register("taro@example.jp", "b1")
	b := w.browser()
	b.Get(form+"?briefing=b1").Want(http.StatusOK).Says("満席です。キャンセル待ちの登録になります。", "お席があります。")
	check := b.Post(form, w.filled(b, "hanako@example.jp", "b1")).Want(http.StatusOK).Says("この回は満席です", "24時間お取り置きします")
	receipt := b.Post(send, check.Fields()).Want(http.StatusSeeOther).Header.Get("Location")
	b.Get(receipt).Want(http.StatusOK).Says("キャンセル待ちの登録を受け付けました", "24時間お取り置きします").SaysNot("お席をお取りしました")
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation, mail.BriefingWaiting}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestALinkPreselectsItsSession(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	for query, want := range map[string]string{"": "", "?briefing=b2": "b2", "?briefing=b1&source=doda": "b1", "?briefing=b9": ""} {
		if got := b.Get(form + query).Want(http.StatusOK).Fields().Get(briefing); got != want {
			t.Errorf("%q chooses %q", query, got)
		}
	}
	w.cancelBriefing("b1")
	page := b.Get(form + "?briefing=b1").Want(http.StatusOK).Says("オンライン説明会(第1回)は中止になりました。")
	if got := page.Fields().Get(briefing); got != "b2" {
		t.Errorf("of one session %q is chosen", got)
	}
}

func TestProgramsAreRefusedPolitelyAndCauseNoMail(t *testing.T) {
	w := newWorld(t, 20)
	for _, c := range []struct {
		name string
		age  time.Duration
		bait string
	}{
		{"fills in the trap", time.Minute, "http://spam.invalid"},
		{"sends after 200 ms", 200 * time.Millisecond, ""},
		{"sends a form that is 25 hours old", 25 * time.Hour, ""},
	} {
		b := w.browser()
		b.Now = w.now.Add(-c.age)
		typed := b.Get(form).Fields()
		b.Now = w.now
		maps.Copy(typed, w.answers("hanako@example.jp", "b1"))
		typed.Set(submission.Trap, c.bait)
		before := len(w.env.Items(t))
		kept := b.Post(send, typed).Want(http.StatusUnprocessableEntity).Says("登録はまだ受け付けていません").SaysNot("応募はまだ").Fields()
		if kept.Get(question) == "" || kept.Get(submission.Trap) != "" || kept.Get(briefing) != "b1" {
			t.Errorf("%s: what was typed is lost", c.name)
		}
		if n := len(w.env.Items(t)) - before; n != 1 || len(w.mails()) != 0 {
			t.Fatalf("%s: %d items are stored, want the suspect alone; %d mails", c.name, n, len(w.mails()))
		}
		b.Now = b.Now.Add(2 * time.Second)
		b.Post(form, kept).Want(http.StatusOK).Says("まだ送信していません")
	}
}

func TestAMistypedAddressIsPointedOutWithoutBlocking(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	check := b.Post(form, w.filled(b, "hanako@gmial.com", "b1")).Want(http.StatusOK).Says("hanako@gmail.com")
	receipt := b.Post(send, check.Fields()).Want(http.StatusSeeOther).Header.Get("Location")
	b.Get(receipt).Want(http.StatusOK).Says("hanako@gmial.com", "hanako@gmail.com")
}

func TestFormsHostedElsewhereMayPost(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	answers := w.answers("hanako@example.jp", "b1")
	for _, origin := range []string{"https://somebody.example", "null"} {
		b.Header.Set("Origin", origin)
		b.Post(send, answers).Want(http.StatusForbidden)
		b.Post(form, answers).Want(http.StatusForbidden)
		b.Do(http.MethodOptions, send, nil, "").Want(http.StatusForbidden)
	}
	b.Header.Set("Origin", other)
	one := b.Post(send, answers).Want(http.StatusSeeOther).Header.Get("Location")
	if two := b.Post(send, answers).Want(http.StatusSeeOther).Header.Get("Location"); one != two || len(w.tickets("b1")) != 1 {
		t.Errorf("the same post got %q and %q, and %d places", one, two, len(w.tickets("b1")))
	}
	if got := b.Do(http.MethodOptions, send, nil, "").Want(http.StatusNoContent).Header.Get("Access-Control-Allow-Origin"); got != other {
		t.Errorf("the preflight allows %q", got)
	}
	b.Header.Set("Origin", "https://lab.example") // as browsers send it with our own form
	b.Post(send, w.filled(b, "taro@example.jp", "b1")).Want(http.StatusSeeOther)
}

func TestADamagedTokenIsToldAndReplaced(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	typed := w.filled(b, "hanako@example.jp", "b1")
	typed.Set(submission.Token, "short")
	kept := b.Post(send, typed).Want(http.StatusUnprocessableEntity).Says("もう一度送信してください").Fields()
	if len(kept.Get(submission.Token)) != 26 || kept.Get(briefing) != "b1" {
		t.Errorf("the form comes back with the token %q, for %q", kept.Get(submission.Token), kept.Get(briefing))
	}
}

func TestTheReceiptIsShownForADay(t *testing.T) {
	w := newWorld(t, 20)
	receipt := w.register("hanako@example.jp", "b1")
	b := w.browser()
	b.Now = w.now.Add(24*time.Hour - time.Millisecond)
	b.Get(receipt).Want(http.StatusOK)
	b.Now = w.now.Add(24 * time.Hour)
	b.Get(receipt).Want(http.StatusNotFound).Says("24時間", "専用ページのリンクを送る")
	b.Get("/shiojiri-2020/registered/" + strings.Repeat("A", 26)).Want(http.StatusNotFound)
	b.Get("/shiojiri-2020/registered/short").Want(http.StatusNotFound)
}

func TestOtherMethodsAreRefused(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodDelete, http.MethodPut} {
		if got := b.Do(method, send, nil, "").Want(http.StatusMethodNotAllowed).Header.Get("Allow"); !strings.Contains(got, "POST") {
			t.Errorf("%s: Allow is %q", method, got)
		}
	}
	b.Do(http.MethodPost, send, http.Header{"Content-Type": {"text/plain"}}, "x").Want(http.StatusUnsupportedMediaType)
	b.Post(send, url.Values{question: {strings.Repeat("x", web.MaxBody)}}).Want(http.StatusRequestEntityTooLarge)
	b.Get("/elsewhere-2019/register").Want(http.StatusNotFound)
}

// posted is the JSON of a made-up person's registration; change edits it.
func (w *world) posted(address string, change func(map[string]any)) string {
	w.Helper()
	c := w.e.Registration.Consent
	body := map[string]any{
		"family_name": "架空", "given_name": "花子", "email": address, "briefing": "b1", "question": "架空の質問",
		"consents": map[string]any{c.ID: c.Version}, "source": "program",
	}
	if change != nil {
		change(body)
	}
	text, err := json.Marshal(body)
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}

func TestAProgramRegistersOnceByItsKey(t *testing.T) {
	w := newWorld(t, 1)
	key := http.Header{"Idempotency-Key": {"k-1"}}
	body := w.posted("hanako@gmial.com", nil)
	first := w.browser().PostJSON(send, body, key).Want(http.StatusCreated)
	var got receipt
	if err := json.Unmarshal([]byte(first.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := receipt{Reference: got.Reference, Briefing: "b1", State: table.Confirmed, Submitted: table.At(w.now), Email: "hanako@gmial.com", Suggestion: "hanako@gmail.com"}
	if diff := cmp.Diff(want, got); diff != "" || got.Reference == "" {
		t.Errorf("the receipt is %s: %s", first.Body, diff)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if again := w.browser().PostJSON(send, body, key); again.Status != first.Status || again.Body != first.Body {
				t.Errorf("again: %d %s, first: %d %s", again.Status, again.Body, first.Status, first.Body)
			}
		})
	}
	all.Wait()
	w.browser().PostJSON(send, w.posted("hanako@gmial.com", func(b map[string]any) { b["briefing"] = "b2" }), key).Want(http.StatusUnprocessableEntity)
	second := w.browser().PostJSON(send, w.posted("taro@example.jp", nil), nil).Want(http.StatusCreated)
	if !strings.Contains(second.Body, `"state":"waiting"`) || len(w.tickets("b1")) != 2 {
		t.Errorf("the second is told %s", second.Body)
	}
}

func TestJSONIsReadStrictlyAndToldFieldByField(t *testing.T) {
	w := newWorld(t, 20)
	b := w.browser()
	b.Header.Set("Accept-Language", "en")
	for _, c := range []struct {
		name, body string
		status     int
		fields     []string
	}{
		{"a lone surrogate", `{"question":"\ud83d"}`, http.StatusBadRequest, []string{"question"}},
		{"a duplicate key", `{"email":"a@example.jp","email":"b@example.jp"}`, http.StatusBadRequest, []string{"email"}},
		{"an unknown field", `{"admin":true}`, http.StatusBadRequest, []string{"admin"}},
		{"a list", `[]`, http.StatusBadRequest, []string{"request"}},
		{"nothing that is needed", `{}`, http.StatusUnprocessableEntity, []string{"briefing", "family_name", "given_name", "email", "consents/briefing"}},
		{"what is not there", w.posted("a@x,b@y", func(m map[string]any) {
			m["briefing"], m["consents"] = "b9", map[string]any{"briefing": "0", "nonsense": "1"}
		}), http.StatusUnprocessableEntity, []string{"briefing", "email", "consents/briefing", "consents/nonsense"}},
	} {
		answer := b.PostJSON(send, c.body, nil)
		var got struct{ Errors map[string]string }
		if err := json.Unmarshal([]byte(answer.Body), &got); err != nil || answer.Status != c.status || len(got.Errors) != len(c.fields) {
			t.Errorf("%s: %d %s, %v", c.name, answer.Status, answer.Body, err)
		}
		for _, field := range c.fields {
			if got.Errors[field] == "" {
				t.Errorf("%s: %s is not told: %s", c.name, field, answer.Body)
			}
		}
	}
	if n := len(w.env.Items(t)); n != 0 {
		t.Errorf("%d items are stored", n)
	}
	b.Now = w.session("b2").Start
	b.PostJSON(send, w.posted("hanako@example.jp", nil), nil).Want(http.StatusForbidden)
}
