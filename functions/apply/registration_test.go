package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// registered are the ways in which a person can stand with a briefing, and the
// page of a person who does.
var registered = map[string]func(*readers) (page string){
	"seated": func(r *readers) string { return r.registers("hanako@example.jp", 100) },
	"joinable": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.now = r.sessions()[0].JoinFrom()
		return page
	},
	"moved": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.sets("b1", table.BriefingSetting{Start: table.At(r.e.Briefings[0].Start.AddDate(0, 0, 3))})
		return page
	},
	"waiting": func(r *readers) string {
		r.registers("taro@example.jp", 1)
		return r.registers("hanako@example.jp", 1)
	},
	"kept": (*readers).isKeptASeat,
	"lapsed": func(r *readers) string {
		page := r.isKeptASeat()
		r.now = r.now.Add(24 * time.Hour)
		lapsed, err := r.table.LapseSeat(r.Context(), segmentOf(r.T, page).Person, r.sessions(), r.now)
		if err != nil || !lapsed {
			r.Fatalf("the seat was taken back: %t, %v", lapsed, err)
		}
		return page
	},
	"gave-up": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		if err := r.table.CancelRegistration(r.Context(), segmentOf(r.T, page).Person, r.sessions(), r.now); err != nil {
			r.Fatal(err)
		}
		return page
	},
	"called-off": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.sets("b1", table.BriefingSetting{Canceled: true})
		return page
	},
	"attended": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.now = r.sessions()[0].Start
		if err := r.table.Attend(r.Context(), segmentOf(r.T, page).Person, "b1", r.now); err != nil {
			r.Fatal(err)
		}
		r.now = r.sessions()[0].End
		return page
	},
	"missed": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.now = r.sessions()[0].End
		return page
	},
	"missed-all": func(r *readers) string { // nothing is left to register or apply for
		page := r.registers("hanako@example.jp", 100)
		r.now = r.e.Application.Close
		return page
	},
	"left-out": func(r *readers) string {
		r.registers("taro@example.jp", 1)
		page := r.registers("hanako@example.jp", 1)
		r.now = r.sessions()[0].Start
		return page
	},
	"applied": (*readers).appliesToo,
	"applied-called-off": func(r *readers) string {
		page := r.appliesToo()
		r.sets("b1", table.BriefingSetting{Canceled: true})
		return page
	},
	"silent": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		if err := r.table.Unsubscribe(r.Context(), segmentOf(r.T, page).Person, true, r.now); err != nil {
			r.Fatal(err)
		}
		return page
	},
	"withdrawn": func(r *readers) string {
		page := r.registers("hanako@example.jp", 100)
		r.browser().Post(page+"/withdraw", nil).Want(http.StatusSeeOther)
		return page
	},
	"applied-withdrawn": func(r *readers) string {
		page := r.appliesToo()
		r.browser().Post(page+"/withdraw", nil).Want(http.StatusSeeOther)
		return page
	},
}

// registers has a person register for the first briefing, which has so many seats.
func (r *readers) registers(address string, seats int) string {
	r.Helper()
	page := r.register(address, "b1", seats)
	r.links = append(r.links, page)
	return page
}

// isKeptASeat has a person wait until somebody else withdraws.
func (r *readers) isKeptASeat() string {
	r.Helper()
	theirs := r.registers("taro@example.jp", 1)
	page := r.registers("hanako@example.jp", 1)
	r.browser().Post(theirs+"/withdraw", nil).Want(http.StatusSeeOther)
	return page
}

// appliesToo has a person register and then apply.
func (r *readers) appliesToo() string {
	r.Helper()
	page := r.registers("hanako@example.jp", 100)
	r.browser().Post("/shiojiri-2020/applications", r.typed("hanako@example.jp")).Want(http.StatusSeeOther)
	return page
}

func TestThePageOfWhoRegisteredReadsAsAgreed(t *testing.T) {
	t.Parallel()
	for name, come := range registered {
		t.Run(name, func(t *testing.T) {
			r := newReaders(t)
			page := come(r)
			r.opens("registered-"+name, http.StatusOK, page)
			switch name {
			case "seated", "waiting", "missed-all", "applied", "applied-called-off":
				r.opens("registered-"+name+"-withdraw", http.StatusOK, page+"/withdraw")
			}
		})
	}
}

func TestEachStandingIsSaidWithWhatThePersonCanDo(t *testing.T) {
	t.Parallel()
	const briefing, join, apply = "/briefing", "/join", "/shiojiri-2020/apply"
	for name, c := range map[string]struct {
		says  string
		leads []string // of briefing, join and apply
	}{
		"seated":             {"お席を確保しています", []string{briefing, apply}},
		"joinable":           {"まもなく説明会が始まります", []string{briefing, join, apply}},
		"moved":              {"2020年11月9日(月) 19:30–21:00(日本時間)", []string{briefing, apply}},
		"waiting":            {"キャンセル待ち", []string{briefing, apply}},
		"kept":               {"2020年11月3日(火) 11:59(日本時間)までに", []string{briefing, apply}},
		"lapsed":             {"期限切れ", []string{briefing, apply}},
		"gave-up":            {"取り消し済み", []string{briefing, apply}},
		"called-off":         {"開催中止", []string{briefing, apply}},
		"attended":           {"参加済み", []string{briefing, apply}},
		"missed":             {"ご参加の記録はありません", []string{briefing, apply}},
		"missed-all":         {"ご参加の記録はありません", nil},
		"left-out":           {"席なし", []string{briefing, apply}},
		"applied":            {"応募は受け付け済みです", []string{briefing}},
		"applied-called-off": {"開催中止", []string{briefing}},
		"silent":             {"お送りしていません", []string{briefing, apply}},
		"withdrawn":          {"この登録は2020年11月2日(月) 12:00(日本時間)に取りやめられました", nil},
		"applied-withdrawn":  {"この応募と説明会の登録は", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReaders(t)
			link := registered[name](r)
			page := r.browser().Get(link).Want(http.StatusOK).Says(c.says, "R7QXM-00001", "架空の質問です。")
			var leads []string
			for _, to := range []string{briefing, join, apply} {
				if strings.Contains(page.Body, `href="`+link+to+`"`) || strings.Contains(page.Body, `href="`+to+`"`) {
					leads = append(leads, to)
				}
			}
			if diff := cmp.Diff(c.leads, leads); diff != "" {
				t.Errorf("where the page leads: %s", diff)
			}
			if !strings.HasPrefix(name, "applied") {
				page.SaysNot("応募は受け付け済み", "選考", "応募を取り下げる", "締め切りまで")
			}
		})
	}
}

// The way in is there from a quarter of an hour before the start until the end.
func TestTheWayInOpensAndClosesAtTheInstant(t *testing.T) {
	w := newWorld(t)
	link := w.register("hanako@example.jp", "b1", 100)
	start, end := w.e.Briefings[0].Start, w.e.Briefings[0].End
	for at, open := range map[time.Time]bool{
		start.Add(-15*time.Minute - time.Millisecond): false,
		start.Add(-15 * time.Minute):                  true,
		end.Add(-time.Millisecond):                    true,
		end:                                           false,
	} {
		b := w.browser()
		b.Now = at
		page := b.Get(link).Want(http.StatusOK)
		if got := strings.Contains(page.Body, link+"/join"); got != open {
			t.Errorf("at %s the way in is there: %t", at, got)
		}
	}
}

func TestASeatThatIsKeptIsOfferedUntilItsDeadline(t *testing.T) {
	r := newReaders(t)
	link := r.isKeptASeat()
	b := r.browser()
	b.Now = r.now.Add(24*time.Hour - time.Millisecond)
	b.Get(link).Want(http.StatusOK).Says("席をお取りしています", "参加・不参加を答える")
	b.Now = r.now.Add(24 * time.Hour) // before any tick has said so
	b.Get(link).Want(http.StatusOK).Says("期限切れ").SaysNot("参加・不参加を答える")
}

func TestWhoRegisteredAndThenAppliesHasOnePage(t *testing.T) {
	w := newWorld(t)
	link := w.register("hanako@example.jp", "b1", 100)
	w.browser().Get(link).Want(http.StatusOK).Says("お席を確保しています", "応募する").SaysNot("応募は受け付け済みです")
	w.apply("ＨＡＮＡＫＯ＠example.jp")
	w.browser().Get(link).Want(http.StatusOK).Says("お席を確保しています", "応募は受け付け済みです", "R7QXM-00001", "架空の動機です。").
		SaysNot("説明会に参加しなくても応募できます")
	acknowledged := w.send(mail.Acknowledgement)
	if segmentOf(t, acknowledged).Person != segmentOf(t, link).Person {
		t.Error("the application has another person")
	}
	w.browser().Get(acknowledged).Want(http.StatusOK).Says("お席を確保しています", "架空の動機です。", "R7QXM-00001")
	w.browser().Get(acknowledged + "/edit").Want(http.StatusOK)
	if n := w.count(); n != 1 {
		t.Errorf("%d applications stand", n)
	}
}

func TestWhoWithdrawsGivesTheSeatToTheNext(t *testing.T) {
	w := newWorld(t)
	first := w.register("hanako@example.jp", "b1", 1)
	w.apply("hanako@example.jp")
	w.send(mail.Acknowledgement)
	second := w.register("taro@example.jp", "b1", 1)
	w.browser().Get(second).Want(http.StatusOK).Says("キャンセル待ち")
	b := w.browser()
	b.Get(first+"/withdraw").Want(http.StatusOK).Says("応募と説明会の登録を取り下げます", "お待ちの方がいれば")
	b.Post(first+"/withdraw", nil).Want(http.StatusSeeOther)
	b.Post(first+"/withdraw", nil).Want(http.StatusSeeOther) // the second click
	b.Get(first).Want(http.StatusOK).Says("この応募と説明会の登録は").SaysNot("お席を確保しています")
	w.browser().Get(second).Want(http.StatusOK).Says("席をお取りしています", "参加・不参加を答える")
	if diff := cmp.Diff([]mail.Kind{mail.SeatOffered, mail.Withdrawn}, w.kinds()); diff != "" {
		t.Error(diff)
	}
	if n := w.count(); n != 0 {
		t.Errorf("%d applications stand", n)
	}
}

func TestWhoHasOnlyRegisteredHasNoApplicationToChange(t *testing.T) {
	w := newWorld(t)
	link := w.register("hanako@example.jp", "b1", 100)
	b := w.browser()
	for _, answer := range []string{
		b.Get(link + "/edit").Want(http.StatusSeeOther).Header.Get("Location"),
		b.Post(link+"/check", nil).Want(http.StatusSeeOther).Header.Get("Location"),
		b.Post(link+"/edit", nil).Want(http.StatusSeeOther).Header.Get("Location"),
	} {
		if answer != link {
			t.Errorf("sent on to %q", answer)
		}
	}
}

func TestWhoHasAppliedFindsTheWayToABriefingWhileThereIsOne(t *testing.T) {
	w, link := applied(t)
	last := w.e.Briefings[1].Start
	for at, open := range map[time.Time]bool{w.now: true, last.Add(-time.Millisecond): true, last: false} {
		b := w.browser()
		b.Now = at
		page := b.Get(link).Want(http.StatusOK)
		if got := strings.Contains(page.Body, link+"/briefing"); got != open {
			t.Errorf("at %s the way is there: %t", at, got)
		}
	}
	w.sets("b2", table.BriefingSetting{Canceled: true})
	b := w.browser()
	b.Now = w.e.Briefings[0].Start
	b.Get(link).Want(http.StatusOK).SaysNot("説明会に登録する")
}

func TestWhoHasOnlyRegisteredMovesToAnotherAddress(t *testing.T) {
	w := newWorld(t)
	link := w.register("hanako@example.jp", "b1", 100)
	form := w.browser().Get(link + "/address").Want(http.StatusOK).SaysNot("応募").Fields()
	form.Set(email, "new@example.jp")
	w.browser().Post(link+"/address", form).Want(http.StatusSeeOther)
	confirm := w.send(mail.AddressConfirm)
	w.browser().Get(confirm).Want(http.StatusOK).Says("new@example.jp").SaysNot("応募")
	w.now = w.now.Add(time.Minute)
	w.browser().Post(confirm, nil).Want(http.StatusOK)
	w.browser().Get(link).Want(http.StatusNotFound)
	w.browser().Get(w.send(mail.AddressMoved)).Want(http.StatusOK).Says("new@example.jp", "お席を確保しています", "応募する")
}

func TestWhoHasOnlyRegisteredGetsTheLinkAgain(t *testing.T) {
	w := newWorld(t)
	w.register("hanako@example.jp", "b1", 100)
	form := w.browser().Get("/shiojiri-2020/link").Want(http.StatusOK).Fields()
	form.Set(email, "hanako@example.jp")
	w.browser().Post("/shiojiri-2020/link", form).Want(http.StatusOK).Says("応募か説明会の登録があれば")
	w.browser().Get(w.send(mail.Link)).Want(http.StatusOK).Says("お席を確保しています")
}
