package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web/webtest"
)

// does posts to a page under the private page, and follows where that leads.
func (w *world) does(link, act string, form url.Values) *webtest.Answer {
	w.Helper()
	b := w.browser()
	to := b.Post(link+act, form).Want(http.StatusSeeOther).Header.Get("Location")
	return b.Get(to).Want(http.StatusOK)
}

// canceling is the form of the page that cancels.
func (w *world) canceling(link string) url.Values {
	w.Helper()
	return w.browser().Get(link + "/briefing/cancel").Want(http.StatusOK).Fields()
}

func TestAnApplicantBooksFromThePrivatePage(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("hanako@example.jp")
	w.browser().Get(link+"/briefing").Want(http.StatusOK).Says("まだ説明会に登録していません", "説明会の登録と個人情報の取り扱い", "お席があります")
	typed := w.booking(link, "b1")
	typed.Del(consentPrefix + "briefing")
	kept := w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity).Says("読み、同意する場合は", "架空の質問です。").Fields()
	kept.Set(consentPrefix+"briefing", w.e.Registration.Consent.Version)
	w.does(link, "/briefing/book", kept).Says("説明会のお席をお取りしました", "架空の質問です。", "2020年11月6日(金) 19:30")
	w.is(link, "confirmed b1")
	r := w.stored(link).Registration
	if !r.Consent.Given || r.Consent.Version != w.e.Registration.Consent.Version || r.Reference == "" {
		t.Errorf("consent given %t to %q, reference %q", r.Consent.Given, r.Consent.Version, r.Reference)
	}
	w.does(link, "/briefing/book", kept).Says("説明会のお席をお取りしました") // the second click
	if diff := cmp.Diff([]mail.Kind{mail.BriefingConfirmation}, w.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestAPersonChangesTheDate(t *testing.T) {
	w := newWorld(t, 20)
	link := w.registered("hanako@example.jp", "b1")
	page := w.browser().Get(link+"/briefing").Want(http.StatusOK).Says("説明会のお席を確保しています", "ほかの回に変更する", "2020年11月16日(月)")
	if strings.Contains(page.Body, `value="b1"`) || strings.Contains(page.Body, consentPrefix) {
		t.Error("the session that the person has is offered, or the consent asked for again")
	}
	typed := w.booking(link, "b2")
	for range 2 {
		w.does(link, "/briefing/book", typed).Says("参加する回を変更しました", "オンライン説明会(第2回)", "架空の質問です。")
	}
	w.is(link, "confirmed b2")
	if diff := cmp.Diff([]mail.Kind{mail.BriefingChanged}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	if err := w.holds("", "confirmed", mail.BriefingChanged); err != nil {
		t.Error(err)
	}
}

func TestWhoHasASeatKeepsItRatherThanWait(t *testing.T) {
	w := newWorld(t, 1)
	link := w.registered("hanako@example.jp", "b1")
	typed := w.booking(link, "b2") // while there is a seat
	w.register("taro@example.jp", "b2")
	page := w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity)
	page.Says("選んだ回は満席になったため、変更していません。いまのお席はそのままです", "説明会のお席を確保しています")
	if strings.Contains(page.Body, "error-summary") {
		t.Error("an error leads to a form that is not there")
	}
	page = w.browser().Get(link + "/briefing").Want(http.StatusOK).Says("第2回)は満席です。いまのお席がなくならないように")
	if strings.Contains(page.Body, `value="b2"`) {
		t.Error("the full session can be chosen")
	}
	w.is(link, "confirmed b1")
	// Who has no seat may wait for either.
	waits := w.registered("waits@example.jp", "b1")
	w.browser().Get(waits+"/briefing").Want(http.StatusOK).Says("キャンセル待ちです", "満席です。キャンセル待ちの登録になります。")
	w.does(waits, "/briefing/book", w.booking(waits, "b2")).Says("キャンセル待ちに登録しました")
	w.is(waits, "waiting b2")
}

func TestASeatThatBecameFreeIsTakenUntilTheDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		after time.Duration
		want  string
		says  string
	}{
		{"in the last millisecond", 24*time.Hour - time.Millisecond, "confirmed b1", "お席が確定しました"},
		{"at the deadline", 24 * time.Hour, "offered b1", "お席をお取りできませんでした"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1)
			link := w.offered()
			w.browser().Get(link+"/briefing").Want(http.StatusOK).Says("2020年11月3日(火) 11:59(日本時間)まで、あなたのためにお取り置きしています", "参加すると返事する")
			w.now = w.now.Add(c.after)
			for range 2 {
				w.does(link, "/briefing/take", nil).Says(c.says)
			}
			w.is(link, c.want)
		})
	}
}

func TestCancelingGivesTheSeatToTheNext(t *testing.T) {
	w := newWorld(t, 1)
	link := w.registered("hanako@example.jp", "b1")
	next := w.registered("taro@example.jp", "b1")
	w.browser().Get(link+"/briefing/cancel").Want(http.StatusOK).Says("下のボタンを押すまで、取り消されません", "説明会に参加しなくても、応募はできます")
	typed := w.canceling(link)
	for range 2 {
		w.does(link, "/briefing/cancel", typed).Says("登録を取り消しました", "説明会に登録する")
	}
	w.is(link, "cancelled b1")
	w.is(next, "offered b1")
	w.browser().Get(link + "/briefing/cancel").Want(http.StatusSeeOther)
	if diff := cmp.Diff([]mail.Kind{mail.RegistrationCanceled, mail.SeatOffered}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	// Registering anew, from the page or from the form, is possible.
	w.does(link, "/briefing/book", w.booking(link, "b2")).Says("説明会のお席をお取りしました")
	if got := w.stored(link).Registration.Question; got != "架空の質問です。" {
		t.Errorf("the question is %q", got)
	}
}

// The page was open when the registration changed on another device.
func TestAStalePageGivesUpNothingThatCameAfterIt(t *testing.T) {
	w := newWorld(t, 1)
	link := w.registered("hanako@example.jp", "b1")
	stale := w.canceling(link)
	w.does(link, "/briefing/book", w.booking(link, "b2"))
	w.does(link, "/briefing/cancel", stale).Says("登録は取り消していません", "オンライン説明会(第2回)")
	w.does(link, "/briefing/cancel", url.Values{}).Says("登録は取り消していません")
	w.is(link, "confirmed b2")
	w.does(link, "/briefing/cancel", w.canceling(link)).Says("登録を取り消しました")
	w.does(link, "/briefing/take", nil).Says("お席をお取りできませんでした")
	w.is(link, "cancelled b2")
}

// Between opening the page and pressing the button the lab, or time, was faster.
func TestWhatHappensMeanwhileIsToldAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(*world)
		says      []string
	}{
		"the session has begun":   {func(w *world) { w.now = w.session("b1").Start }, []string{"第1回)は開始時刻を過ぎました"}},
		"the lab has canceled it": {func(w *world) { w.cancelBriefing("b1") }, []string{"第1回)は中止になりました"}},
		"the lab has moved it": {func(w *world) { w.move("b1", w.session("b1").Start.Add(time.Hour)) },
			[]string{"2020年11月6日(金) 20:30–22:00(日本時間)に変わりました", "はじめにお知らせした2020年11月6日(金) 19:30–21:00(日本時間)から変わりました"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 20)
			link := w.apply("hanako@example.jp")
			typed := w.booking(link, "b1")
			c.meanwhile(w)
			kept := w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity).Says(append(c.says, "架空の質問です。")...).Fields()
			w.is(link, "none")
			kept.Set(briefing, "b2")
			w.does(link, "/briefing/book", kept).Says("説明会のお席をお取りしました")
			w.is(link, "confirmed b2")
		})
	}
}

func TestTheSettingsChangeWhileAPersonBooks(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("hanako@example.jp")
	typed := w.booking(link, "b1")
	for _, c := range []struct {
		change func()
		status int
	}{
		{func() { w.move("b1", w.session("b1").Start.Add(time.Hour)) }, http.StatusUnprocessableEntity},
		{func() { w.open("b1") }, http.StatusSeeOther},
	} {
		changed := false
		late, _ := w.behind(func(r faulty.Request) faulty.Effect {
			if r.Operation == "TransactWriteItems" && !changed {
				changed = true
				c.change()
			}
			return faulty.None
		})
		answer := webtest.New(t, late, w.now).Post(link+"/briefing/book", typed).Want(c.status)
		if c.status != http.StatusSeeOther {
			typed = answer.Says("20:30–22:00").Fields()
		}
	}
	w.is(link, "confirmed b1")
}

// The last session is called off while a question to it is typed.
func TestAQuestionIsGivenBackWhenThereIsNothingLeftToBook(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("hanako@example.jp")
	typed := w.booking(link, "b1")
	w.cancelBriefing("b1")
	w.cancelBriefing("b2")
	page := w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity)
	page.Says("第1回)は中止になりました", "架空の質問です。", "いま登録できる説明会はありません").SaysNot("ほかの回を選んでください")
	if strings.Contains(page.Body, "error-summary") {
		t.Error("an error leads to a form that is not there")
	}
}

// Whoever presses "book" again after the session has begun is not told that it failed.
func TestABookingSentAgainLaterIsStillDone(t *testing.T) {
	w := newWorld(t, 20)
	link := w.apply("hanako@example.jp")
	typed := w.booking(link, "b1")
	w.does(link, "/briefing/book", typed)
	w.now = w.session("b1").Start
	w.does(link, "/briefing/book", typed).Says("ただいま開催中です")
	w.browser().Get(link + "/briefing/book").Want(http.StatusSeeOther)
	typed.Set(submission.Token, "short")
	w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity).Says("もう一度送信してください")
	typed.Set(submission.Token, rand.Text())
	typed.Set(briefing, "b2")
	w.browser().Post(link+"/briefing/book", typed).Want(http.StatusUnprocessableEntity).Says("開催中は変更できません")
	w.is(link, "confirmed b1")
}

func TestWhoHasLeftTheExperimentIsLedToTheirPage(t *testing.T) {
	w := newWorld(t, 20)
	link := w.registered("hanako@example.jp", "b1")
	canceling, booking := w.canceling(link), w.booking(link, "b2")
	join := w.joinLink("taro@example.jp", "b1")
	for _, l := range []string{link, join} {
		d := w.stored(l)
		if err := w.table.Withdraw(t.Context(), d.Person, nil, false, w.now); err != nil {
			t.Fatal(err)
		}
	}
	b := w.browser()
	for path, form := range map[string]url.Values{"/briefing/book": booking, "/briefing/take": nil, "/briefing/cancel": canceling} {
		if to := b.Post(link+path, form).Want(http.StatusSeeOther).Header.Get("Location"); to != link {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	b.Get(link + "/briefing").Want(http.StatusSeeOther)
	b.Get(link + "/briefing/cancel").Want(http.StatusSeeOther)
	b.Get(join).Want(http.StatusOK).Says("取りやめになっている")
	b.Get(link + "/mails").Want(http.StatusOK).Says("お知らせをお送りすることはありません").SaysNot("止める")
}

func TestWhatWasDoneIsSaidOnlyWhileItStands(t *testing.T) {
	w := newWorld(t, 20)
	link := w.registered("hanako@example.jp", "b1")
	b := w.browser()
	for _, done := range []string{"canceled", "late", "nonsense"} {
		b.Get(link+"/briefing?done="+done).Want(http.StatusOK).SaysNot("取り消しました", "お取りできませんでした", "完了")
	}
	w.does(link, "/briefing/cancel", w.canceling(link)).Says("登録を取り消しました")
	for _, done := range []string{"booked", "taken", "stale"} {
		b.Get(link+"/briefing?done="+done).Want(http.StatusOK).SaysNot("お取りしました", "確定しました", "取り消していません")
	}
}

// joinLink has a made-up person register and returns the link to join in the mail.
func (w *world) joinLink(address, session string) string {
	w.Helper()
	w.register(address, session)
	return w.receive(mail.BriefingConfirmation, mail.Join)
}

func TestTheDoorOpensFifteenMinutesBeforeAndUntilTheEnd(t *testing.T) {
	w := newWorld(t, 20)
	join := w.joinLink("hanako@example.jp", "b1")
	w.open("b1")
	start, end := w.session("b1").Start, w.session("b1").End
	for _, c := range []struct {
		name   string
		at     time.Time
		open   bool
		status int
		says   string
	}{
		{"before", start.Add(-15*time.Minute - time.Millisecond), false, http.StatusConflict, "2020年11月6日(金) 19:15(日本時間)から"},
		{"fifteen minutes before", start.Add(-15 * time.Minute), true, http.StatusSeeOther, "参加する"},
		{"at the start", start, true, http.StatusSeeOther, "参加する"},
		{"in the last millisecond", end.Add(-time.Millisecond), true, http.StatusSeeOther, "参加する"},
		{"at the end", end, false, http.StatusConflict, "この説明会は終わりました"},
	} {
		b := w.browser()
		b.Now = c.at
		page := b.Get(join).Want(http.StatusOK).Says(c.says)
		if open := len(page.Elements("form")) > 0; open != c.open {
			t.Errorf("%s: the door is open: %t", c.name, open)
		}
		if leaves := strings.Contains(page.Header.Get("Content-Security-Policy"), "form-action 'self' https:;"); leaves != c.open {
			t.Errorf("%s: the form may lead away: %t", c.name, leaves)
		}
		to := b.Post(join, nil).Want(c.status).Header.Get("Location")
		if c.open && to != roomAt || !c.open && to != "" {
			t.Errorf("%s: it leads to %q", c.name, to)
		}
		if page.Body != "" && strings.Contains(page.Body, "meet.example") {
			t.Errorf("%s: the page tells the room", c.name)
		}
	}
	if got := w.stored(join).Registration.Attended; got != table.At(start.Add(-15*time.Minute)) {
		t.Errorf("attended at %q", got)
	}
}

func TestThePrivatePageLeadsToTheRoomAsWell(t *testing.T) {
	w := newWorld(t, 20)
	link := w.registered("hanako@example.jp", "b1")
	w.open("b1")
	w.now = w.session("b1").Start
	w.browser().Get(link + "/briefing").Want(http.StatusOK).Says("説明会に参加する")
	w.browser().Get(link + "/join").Want(http.StatusOK).Says("参加する")
	if to := w.browser().Post(link+"/join", nil).Want(http.StatusSeeOther).Header.Get("Location"); to != roomAt {
		t.Errorf("it leads to %q", to)
	}
	if w.stored(link).Registration.Attended == "" {
		t.Error("it is not noted")
	}
	w.now = w.session("b1").End
	w.browser().Get(link+"/briefing").Want(http.StatusOK).Says("ご参加いただき、ありがとうございました", "オンライン説明会(第1回)", "説明会に登録する")
	w.browser().Get(link + "/join").Want(http.StatusOK).Says("ご参加いただき")
}

func TestOnlyTheStaffsAddressOverTLSLeadsAway(t *testing.T) {
	w := newWorld(t, 20)
	join := w.joinLink("hanako@example.jp", "b1")
	w.now = w.session("b1").Start
	for _, address := range []string{"", "http://meet.example/j", "javascript:alert(1)", "//meet.example", "/shiojiri-2020", "https://", "https://x\r\nSet-Cookie: a=b", "https://lab@meet.example"} {
		w.set("b1", func(b *table.BriefingSetting) { b.Room = address })
		b := w.browser()
		b.Get(join).Want(http.StatusOK).Says("会場を準備しています", office)
		if to := b.Post(join, nil).Want(http.StatusConflict).Header.Get("Location"); to != "" {
			t.Errorf("%q leads to %q", address, to)
		}
	}
	if got := w.stored(join).Registration.Attended; got != "" {
		t.Errorf("who found no room is noted as having come at %s", got)
	}
}

// To get in matters more than the note: a table that cannot be written to, or that
// does not answer, keeps nobody out.
func TestAFailingNoteKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]faulty.Effect{
		"throttled": faulty.Throttle, "in conflict": faulty.Conflict, "failing": faulty.Error500, "unreachable": faulty.Unreachable, "hanging": faulty.Hang,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 20)
			join := w.joinLink("hanako@example.jp", "b1")
			w.open("b1")
			w.now = w.session("b1").Start
			broken, _ := w.behind(faulty.Writes(faulty.Always(effect)))
			if to := webtest.New(t, broken, w.now).Post(join, nil).Want(http.StatusSeeOther).Header.Get("Location"); to != roomAt {
				t.Errorf("it leads to %q", to)
			}
			w.browser().Post(join, nil).Want(http.StatusSeeOther)
			if w.stored(join).Registration.Attended == "" {
				t.Error("pressed again, it is not noted")
			}
		})
	}
}

func TestWhoHasNoSeatIsToldAtTheDoor(t *testing.T) {
	w := newWorld(t, 1)
	hanako := w.joinLink("hanako@example.jp", "b1")
	w.register("taro@example.jp", "b1")
	waits := w.receive(mail.BriefingWaiting, mail.Join)
	w.open("b1")
	w.now = w.session("b1").Start.Add(-15 * time.Minute)
	says := func(link string, words ...string) {
		t.Helper()
		w.browser().Get(link).Want(http.StatusOK).Says(append(words, "専用ページのリンクを送る")...)
		if to := w.browser().Post(link, nil).Want(http.StatusConflict).Header.Get("Location"); to != "" {
			t.Errorf("it leads to %q", to)
		}
	}
	says(waits, "キャンセル待ちのため、まだお入りいただけません")
	person := w.stored(hanako).Person.ID
	if err := w.table.CancelRegistration(t.Context(), person, w.sessions(), w.now); err != nil {
		t.Fatal(err)
	}
	says(hanako, "この登録は取り消されているため")
	says(waits, "19:29(日本時間)までに、専用ページで「参加すると返事する」")
	w.cancelBriefing("b1")
	says(waits, "この説明会は中止になりました", "2020年11月6日(金) 19:30–21:00")
}

// A seat may be given up between opening the page and pressing the button.
func TestASeatThatIsGivenUpMeanwhileOpensNothing(t *testing.T) {
	w := newWorld(t, 20)
	join := w.joinLink("hanako@example.jp", "b1")
	w.open("b1")
	w.now = w.session("b1").Start
	person, reads := w.stored(join).Person.ID, 0
	late, _ := w.behind(func(r faulty.Request) faulty.Effect {
		if reads++; reads == 2 { // the link was checked; now the note is to be taken
			if err := w.table.CancelRegistration(t.Context(), person, w.sessions(), w.now); err != nil {
				t.Error(err)
			}
		}
		return faulty.None
	})
	if to := webtest.New(t, late, w.now).Post(join, nil).Want(http.StatusSeeOther).Header.Get("Location"); to != join {
		t.Errorf("it leads to %q", to)
	}
}

func TestASessionThatMovedOpensAtItsNewTime(t *testing.T) {
	w := newWorld(t, 20)
	join := w.joinLink("hanako@example.jp", "b1")
	w.open("b1")
	w.move("b1", w.session("b1").Start.Add(24*time.Hour))
	w.now = w.session("b1").Start
	w.browser().Get(join).Want(http.StatusOK).Says("2020年11月7日(土) 19:15(日本時間)から", "はじめにお知らせした2020年11月6日(金)")
	w.browser().Post(join, nil).Want(http.StatusConflict)
	w.now = w.now.Add(24 * time.Hour)
	w.browser().Post(join, nil).Want(http.StatusSeeOther)
}

func TestOneClickStopsAnnouncementsAndNothingElse(t *testing.T) {
	t.Parallel()
	const boundary = "boundary"
	multipart := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--" + boundary + "--\r\n"
	for name, c := range map[string]struct{ media, body string }{
		"a form":           {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		"a multipart form": {"multipart/form-data; boundary=" + boundary, multipart},
		"nothing":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 20)
			w.register("hanako@example.jp", "b1")
			link := w.receive(mail.BriefingConfirmation, mail.Unsubscribe)
			b := w.browser()
			b.Get(link).Want(http.StatusOK).Says("お知らせのメールをお送りしています", "登録した説明会が近づいたときのご案内")
			for range 3 {
				answer := w.browser().Do(http.MethodPost, link, http.Header{"Content-Type": {c.media}}, c.body).Want(http.StatusOK)
				if to := answer.Header.Get("Location"); to != "" {
					t.Errorf("it leads to %q", to)
				}
			}
			d := w.stored(link)
			if d.Person.Unsubscribed != table.At(w.now) || d.Registration.Standing != table.Confirmed || d.Person.Withdrawn != "" {
				t.Errorf("unsubscribed %q, %s, withdrawn %q", d.Person.Unsubscribed, d.Registration.Standing, d.Person.Withdrawn)
			}
			if n := len(w.mails()); n != 0 {
				t.Errorf("%d mails follow", n)
			}
			// The page itself lets them come again.
			page := b.Get(link).Want(http.StatusOK).Says("お知らせのメールは止まっています")
			b.Header.Set("Origin", "https://mail.example")
			b.Post(link, page.Fields()).Want(http.StatusOK).Says("お知らせのメールを再開しました")
			if got := w.stored(link).Person.Unsubscribed; got != "" {
				t.Errorf("still unsubscribed since %s", got)
			}
		})
	}
}

func TestAnnouncementsAreStoppedFromThePrivatePage(t *testing.T) {
	w := newWorld(t, 20)
	link := w.registered("hanako@example.jp", "b1")
	b := w.browser()
	stopping := b.Get(link + "/mails").Want(http.StatusOK).Fields()
	for range 2 {
		b.Post(link+"/mails", stopping).Want(http.StatusOK).Says("お知らせのメールを止めました")
	}
	b.Post(link+"/mails", url.Values{"List-Unsubscribe": {"One-Click"}}).Want(http.StatusOK).Says("お知らせのメールは止まっています").SaysNot("止めました")
	b.Post(link+"/mails", b.Get(link+"/mails").Fields()).Want(http.StatusOK).Says("お知らせのメールを再開しました")
	w.browser().Do(http.MethodPost, link+"/mails", http.Header{"Content-Type": {"text/plain"}}, "act=stop").Want(http.StatusUnsupportedMediaType)
	if got := w.stored(link).Person.Unsubscribed; got != "" {
		t.Errorf("unsubscribed since %s", got)
	}
}

func TestOpeningLinksChangesNothing(t *testing.T) {
	w := newWorld(t, 1)
	offered := w.offered()
	w.register("waits@example.jp", "b1")
	w.open("b1")
	var links []string
	for _, purpose := range []mail.Purpose{mail.OpenPage, mail.Join, mail.Unsubscribe} {
		w.register(fmt.Sprintf("hanako-%s@example.jp", purpose), "b2")
		links = append(links, w.receive(kindOf(purpose), purpose))
	}
	links = append(links, offered+"/briefing", offered+"/briefing/cancel", offered+"/join", offered+"/mails")
	links = append(links, links[0]+"/briefing", links[0]+"/briefing/cancel", links[0]+"/join", links[0]+"/mails")
	links = slices.Delete(links, 0, 1) // the page itself is another function's
	before := w.env.Items(t)
	for _, at := range []time.Time{w.now, w.session("b1").Start.Add(-time.Minute), w.session("b2").Start} {
		for range 3 {
			for _, path := range links {
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					b := w.browser()
					b.Now = at
					if answer := b.Do(method, path, nil, ""); answer.Status != http.StatusOK && answer.Status != http.StatusSeeOther {
						t.Errorf("%s %s: %d", method, path, answer.Status)
					}
				}
			}
		}
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("opening links changed the table:\n%s", diff)
	}
}

// kindOf is a mail that the first or a later person at the second briefing gets.
func kindOf(purpose mail.Purpose) mail.Kind {
	if purpose == mail.OpenPage {
		return mail.BriefingConfirmation
	}
	return mail.BriefingWaiting
}

func TestALinkOpensWhatItIsForAndNothingElse(t *testing.T) {
	w := newWorld(t, 20)
	paths := map[mail.Purpose][]string{
		mail.OpenPage:    {"/me/%s/briefing", "/me/%s/briefing/cancel", "/me/%s/join", "/me/%s/mails"},
		mail.Join:        {"/join/%s"},
		mail.Unsubscribe: {"/unsubscribe/%s"},
	}
	for purpose := range paths {
		w.register(fmt.Sprintf("hanako-%s@example.jp", purpose), "b1")
		link := w.receive(mail.BriefingConfirmation, purpose)
		segment := link[strings.LastIndexByte(link, '/')+1:]
		for other, patterns := range paths {
			for _, pattern := range patterns {
				want := http.StatusNotFound
				if other == purpose {
					want = http.StatusOK
				}
				if answer := w.browser().Get(fmt.Sprintf(pattern, segment)); answer.Status != want {
					t.Errorf("a link for %s on %s: %d, want %d", purpose, pattern, answer.Status, want)
				}
			}
		}
	}
	w.browser().Post("/me/short/briefing/take", nil).Want(http.StatusNotFound).Says("このリンクは使えません")
	w.browser().Post("/unsubscribe/short", nil).Want(http.StatusNotFound)
	w.browser().Do(http.MethodDelete, "/join/short", nil, "").Want(http.StatusMethodNotAllowed)
}
