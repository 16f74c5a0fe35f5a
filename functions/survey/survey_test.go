package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web/webtest"
)

func TestASurveyIsAnsweredPageByPageAndReceivedOnce(t *testing.T) {
	w := newWorld(t)
	p := w.apply("hanako@example.jp")
	b := w.browser()
	start := b.Get(p.link).Want(http.StatusOK).Says("研究へのご協力のお願い", w.e.Research.Consent.Text[0].JA, "2020-10-30版", "同意する", "協力しない")
	consent := start.Fields()
	consent.Set(act, agree)
	w.leads(b.Post(p.link+"/consent", consent), p.link)
	b.Get(p.link).Want(http.StatusOK).Says("全2ページ", "分ほど", "時間の制限はありません", "2020年12月13日(日) 23:59", "回答を始める")

	b.Get(p.link+"/1").Want(http.StatusOK).Says("1ページ目(全2ページ)", "答えたくない問いは空欄のままで構いません。")
	w.now = w.now.Add(time.Minute)
	w.leads(w.leave(p.link+"/1", "next", core("4")), p.link+"/2")
	w.leads(w.leave(p.link+"/2", "next", url.Values{"O1": {"架空の本音です。\n二行目です。"}}), p.link+"/check")
	w.browser().Get(p.link+"/check").Want(http.StatusOK).Says("ややあてはまる", "架空の本音です。", "答えていない質問が1件あります", "まだ送信していません")
	if w.response(p, "pre").Done != "" {
		t.Error("the check has sent the answers")
	}
	w.now = w.now.Add(time.Minute)
	w.leads(w.send(p.link), p.link)
	w.now = w.now.Add(time.Hour)
	for _, path := range []string{p.link, p.at("pre")} {
		w.browser().Get(path).Want(http.StatusOK).Says("回答を受け取りました", "受け取り済み", "2020年11月2日(月) 12:02(日本時間)").SaysNot("回答を始める")
	}

	got := w.response(p, "pre")
	instrument, _ := w.handler.instruments.Current("career_ownership_core")
	if got.Instruments["career_ownership_core"] != (table.Edition{Version: 1, Hash: instrument.Hash()}) {
		t.Errorf("the answers are to %v", got.Instruments)
	}
	if got.Answers["D1"][0] != "4" || got.Answers["O1"][0] != "架空の本音です。\n二行目です。" || len(got.Answers["O2"]) != 0 || got.Answers["O2"] == nil {
		t.Errorf("answers %v", got.Answers)
	}
	if got.Begun != table.At(w.now.Add(-time.Hour-time.Minute)) || got.Done != table.At(w.now.Add(-time.Hour)) || got.Group != "" {
		t.Errorf("begun %s, done %s, as group %q", got.Begun, got.Done, got.Group)
	}
}

func TestASurveyOpensAndClosesToTheMillisecond(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	opens, closes := w.wave("pre").Open, w.wave("pre").Close
	form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}})
	for _, c := range []struct {
		at     time.Time
		says   string
		status int // of a post
	}{
		{opens.Add(-time.Millisecond), "2020年10月30日(金) 12:00(日本時間)から答えられます", http.StatusConflict},
		{opens, "続きからお答えいただけます", http.StatusSeeOther},
		{closes.Add(-time.Millisecond), "続きからお答えいただけます", http.StatusSeeOther},
		{closes, "2020年12月13日(日) 23:59(日本時間)に締め切りました", http.StatusConflict},
	} {
		w.now = c.at
		w.browser().Get(p.link).Want(http.StatusOK).Says(c.says)
		w.browser().Post(p.link+"/2", form).Want(c.status)
	}
	// What was saved stays; nothing can be sent any more.
	w.browser().Get(p.link).Want(http.StatusOK).Says("途中まで保存された回答は、そのまま残っています")
	w.leads(w.send(p.link), p.link)
	w.leads(w.browser().Get(p.link+"/1"), p.link)
	if got := w.response(p, "pre"); got.Done != "" || got.Answers["D1"][0] != "3" || got.Saved != table.At(closes.Add(-time.Millisecond)) {
		t.Errorf("stored: %s %s %v", got.Done, got.Saved, got.Answers["D1"])
	}
}

func TestASurveyThatClosesWhileItsPageIsOpenKeepsWhatWasSaved(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}, going: {"next"}})
	w.now = w.wave("pre").Close
	w.browser().Post(p.link+"/2", form).Want(http.StatusConflict).
		Says("アンケートは終了しました", "いま送られた内容は、受け取っていません", "途中まで保存された回答は、そのまま残っています", "架空の本音")
	form.Set(going, goKeep)
	if answer := w.browser().Post(p.link+"/2", form).Want(http.StatusConflict); answer.Body != "アンケートが終了したため、保存していません\n" {
		t.Errorf("the script hears %q", answer.Body)
	}
	if got := w.response(p, "pre").Answers; got["O1"] != nil || got["D1"][0] != "3" {
		t.Errorf("stored: %v", got)
	}
	never := w.apply("taro@example.jp")
	w.browser().Get(never.link).Want(http.StatusOK).Says("アンケートは終了しました").SaysNot("途中まで保存された")
}

func TestAnotherDeviceGoesOnAtTheSamePlace(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("2")), p.link+"/2")
	phone := w.browser()
	for _, path := range []string{p.link, p.at("pre")} {
		page := phone.Get(path).Want(http.StatusOK).Says("2ページ目(全2ページ)", "続きから答える")
		if !slices.Contains(page.Links(), path+"/2") {
			t.Errorf("no link to %s/2 in %v", path, page.Links())
		}
	}
	if got := phone.Get(p.link + "/1").Want(http.StatusOK).Fields().Get("D1"); got != "2" {
		t.Errorf("page 1 shows %q", got)
	}
	// Back saves, too, and is the place then.
	w.leads(w.leave(p.link+"/2", goBack, url.Values{"O1": {"架空の本音"}}), p.link+"/1")
	w.leads(w.leave(p.link+"/1", goBack, nil), p.link)
	if got := w.response(p, "pre"); got.Answers["O1"][0] != "架空の本音" || got.Place != 1 {
		t.Errorf("stored: place %d, %v", got.Place, got.Answers["O1"])
	}
	w.leads(w.leave(p.link+"/1", "next", nil), p.link+"/2")
	w.leads(w.leave(p.link+"/2", "next", nil), p.link+"/check")
	phone.Get(p.link).Want(http.StatusOK).Says("回答の確認と送信")
}

func TestTwoTabsTwoDevicesAndADoubleClickMakeOneResponse(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	first, second := w.fill(p.link+"/1", core("1")), w.fill(p.link+"/1", core("5"))
	var all sync.WaitGroup
	for _, form := range []url.Values{first, second, first, second} {
		all.Go(func() { w.browser().Post(p.link+"/1", form).Want(http.StatusSeeOther) })
	}
	all.Wait()
	if got := w.response(p, "pre"); len(got.Answers) != 12 {
		t.Errorf("there are %d answers", len(got.Answers))
	}
	open := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}})
	check := w.seen(p.link)
	for range 4 {
		all.Go(func() { w.leads(w.browser().Post(p.link+"/check", check), p.link) })
	}
	all.Wait()
	done := w.response(p, "pre").Done
	w.now = w.now.Add(time.Hour)
	w.leads(w.send(p.link), p.link)
	// A tab that was left open changes nothing any more, and says so.
	w.browser().Post(p.link+"/2", open).Want(http.StatusConflict).Says("回答を受け取りました", "いま送られた内容は、受け取っていません", "架空の本音")
	open.Set(going, goKeep)
	if answer := w.browser().Post(p.link+"/2", open).Want(http.StatusConflict); answer.Body != "回答は送信済みのため、保存していません\n" {
		t.Errorf("the script hears %q", answer.Body)
	}
	if got := w.response(p, "pre"); got.Done != done || got.Answers["O1"] != nil {
		t.Errorf("the response has changed: %s, want %s; %v", got.Done, done, got.Answers["O1"])
	}
	responses := 0
	for _, item := range w.env.Items(t) {
		if strings.HasPrefix(item.SK, "response") {
			responses++
		}
	}
	if responses != 1 {
		t.Errorf("there are %d responses", responses)
	}
}

func TestWhatCannotBeReadIsShownAgainAndAllElseIsSaved(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("made")
	p := w.applied("hanako@example.jp")
	typed := url.Values{"M1": {"とても長い"}, "M2": {"no"}, "M4": {"a", "b", "c"}, "M5": {"来月"}, "M6": {"架空の本音"}, "M7": {"3"}}
	page := w.leave(p.link+"/1", "next", typed).Want(http.StatusUnprocessableEntity).
		Says("エラー：3件の入力を確認してください", "数字だけで入力してください", "選べるのは2つまでです", "日付を")
	for name, want := range map[string]string{"M1": "とても長い", "M2": "no", "M5": "来月", "M6": "架空の本音"} {
		if got := page.Fields().Get(name); got != want {
			t.Errorf("%s shows %q, want %q", name, got, want)
		}
	}
	if got := page.Fields()["M4"]; len(got) != 3 {
		t.Errorf("M4 shows %v", got)
	}
	got := w.response(p, "pre")
	if diff := cmp.Diff(map[string][]string{"M2": {"no"}, "M6": {"架空の本音"}, "M7": {"3"}}, got.Answers); diff != "" {
		t.Errorf("stored: %s", diff)
	}
	fixed := page.Fields()
	for name, value := range map[string]string{"M1": "１２．５", "M4": "b", "M5": "2021/3/29"} {
		fixed.Set(name, value)
	}
	fixed.Set(going, "next")
	w.leads(w.browser().Post(p.link+"/1", fixed), p.link+"/check")
	got = w.response(p, "pre")
	if got.Answers["M1"][0] != "12.5" || got.Answers["M4"][0] != "b" || got.Answers["M5"][0] != "2021-03-29" {
		t.Errorf("stored: %v", got.Answers)
	}
	// What cannot be read does not take away what was there.
	w.leave(p.link+"/1", goBack, url.Values{"M1": {"100"}}).Want(http.StatusUnprocessableEntity).Says("0から80までの数字で入力してください")
	if got := w.response(p, "pre").Answers["M1"][0]; got != "12.5" {
		t.Errorf("M1 is %s", got)
	}
}

func TestARequiredQuestionMayWaitAndIsAskedForBeforeSending(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("made")
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", url.Values{"M2": {"no"}}), p.link+"/check")
	way := p.link + "/1?from=check#M1"
	for _, page := range []*webtest.Answer{
		w.browser().Get(p.link + "/check").Want(http.StatusOK),
		w.send(p.link).Want(http.StatusUnprocessableEntity).Says("まだ送信していません"),
	} {
		page.Says("必須の質問に、まだ答えていないものがあります(1件)").SaysNot("回答を送る")
		if !slices.Contains(page.Links(), way) {
			t.Errorf("no way to the question among %v", page.Links())
		}
	}
	if w.response(p, "pre").Done != "" {
		t.Error("it was sent")
	}
	from := p.link + "/1?from=check"
	w.browser().Get(from).Want(http.StatusOK).Says("保存して確認に戻る")
	w.leads(w.leave(from, "next", url.Values{"M1": {"7"}}), p.link+"/check")
	w.browser().Get(p.link+"/check").Want(http.StatusOK).Says("7時間", "回答を送る")
	w.leads(w.send(p.link), p.link)
}

func TestAnAnswerAddsQuestionsAndTakesThemAway(t *testing.T) {
	w := newWorld(t, made(1), late())
	w.asks("made", "late")
	p := w.applied("hanako@example.jp")
	w.browser().Get(p.link+"/1").Want(http.StatusOK).Says("1ページ目(全1ページ)", "架空の問2").SaysNot("架空の問3")
	w.leads(w.browser().Get(p.link+"/2"), p.link) // asks nothing yet
	yes := url.Values{"M1": {"1"}, "M2": {"yes"}}
	again := w.leave(p.link+"/1", "next", yes)
	w.leads(again, p.link+"/1?more=1")
	w.browser().Get(p.link+"/1?more=1").Want(http.StatusOK).Says("このページに質問が加わりました", "架空の問3", "1ページ目(全2ページ)")
	w.leads(w.leave(p.link+"/1", "next", url.Values{"M3": {"架空の本音"}}), p.link+"/2")
	w.leads(w.leave(p.link+"/2", "next", url.Values{"L1": {"架空"}}), p.link+"/check")
	if got := w.response(p, "pre").Answers; got["M3"][0] != "架空の本音" || got["L1"][0] != "架空" {
		t.Errorf("stored: %v", got)
	}
	// Who says no after all has not been asked: neither here nor on the later page.
	w.leads(w.leave(p.link+"/1", "next", url.Values{"M2": {"no"}}), p.link+"/check")
	if got := w.response(p, "pre").Answers; got["M3"] != nil || got["L1"] != nil || got["M1"][0] != "1" {
		t.Errorf("stored: %v", got)
	}
	w.browser().Get(p.link+"/check").Want(http.StatusOK).SaysNot("架空の問3", "架空の続き")
}

func TestAnAnswerCanBeTakenBack(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.browser().Get(p.link + "/1").Want(http.StatusOK).SaysNot("選択を取り消す")
	w.leads(w.leave(p.link+"/1", "next", core("4")), p.link+"/2")
	w.browser().Get(p.link + "/1").Want(http.StatusOK).Says("選択を取り消す(答えない)")
	w.leads(w.leave(p.link+"/1", "next", url.Values{"D1": {""}}), p.link+"/2")
	if got := w.response(p, "pre").Answers; len(got["D1"]) != 0 || got["D2"][0] != "4" {
		t.Errorf("stored: %v", got)
	}
}

func TestEachChoiceIsSavedWhileThePageIsFilledIn(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("career_ownership_core", "made")
	p := w.applied("hanako@example.jp")
	page := w.browser().Get(p.link + "/1").Want(http.StatusOK)
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'; connect-src 'self'") {
		t.Errorf("the policy is %s", policy)
	}
	if scripts := page.Elements("script"); len(scripts) != 1 {
		t.Errorf("%d scripts", len(scripts))
	} else if src, _ := webtest.Attr(scripts[0], "src"); !strings.HasPrefix(src, "/assets/keep.") || scripts[0].FirstChild != nil {
		t.Errorf("the script is at %q, and says %v", src, scripts[0].FirstChild)
	}
	if answer := w.leave(p.link+"/1", goKeep, url.Values{"D1": {"2"}}).Want(http.StatusNoContent); answer.Body != "" {
		t.Errorf("the script gets %q", answer.Body)
	}
	if got := w.response(p, "pre"); got.Answers["D1"][0] != "2" || got.Place != 1 {
		t.Errorf("stored: place %d, %v", got.Place, got.Answers)
	}
	wrong := w.leave(p.link+"/2", goKeep, url.Values{"M1": {"?"}, "M6": {"架空の本音"}}).Want(http.StatusUnprocessableEntity)
	if !strings.HasPrefix(wrong.Header.Get("Content-Type"), "text/plain") || !strings.HasPrefix(wrong.Body, "読み取れない入力があります") {
		t.Errorf("the script gets %q", wrong.Body)
	}
	if got := w.response(p, "pre"); got.Answers["M6"][0] != "架空の本音" || got.Place != 2 {
		t.Errorf("stored: place %d, %v", got.Place, got.Answers)
	}
	for _, path := range []string{p.link, p.link + "/check", p.page + "/research"} {
		other := w.browser().Get(path).Want(http.StatusOK)
		if len(other.Elements("script")) > 0 || strings.Contains(other.Header.Get("Content-Security-Policy"), "script-src") {
			t.Errorf("%s has a script", path)
		}
	}
}

func TestAStrainIsNotedForStaffOnce(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("made")
	p := w.applied("hanako@example.jp")
	for _, value := range []string{"1", "1", "3"} {
		w.leave(p.link+"/1", "next", url.Values{"M7": {value}}).Want(http.StatusSeeOther)
	}
	var alerts []table.Alert
	for a, err := range w.table.Alerts(t.Context(), w.e.ID) {
		if err != nil {
			t.Fatal(err)
		}
		alerts = append(alerts, a)
	}
	if len(alerts) != 1 || alerts[0].Person != p.id || alerts[0].Item != "M7" || alerts[0].Value != "1" || alerts[0].Wave != "pre" {
		t.Errorf("alerts: %d", len(alerts))
	}
}

func TestAResponseGoesOnWithTheQuestionsThatItBeganWith(t *testing.T) {
	w := newWorld(t, made(1), late())
	w.asks("made", "late")
	p, later := w.applied("hanako@example.jp"), w.applied("taro@example.jp")
	w.leave(p.link+"/1", goKeep, url.Values{"M6": {"架空"}}).Want(http.StatusNoContent)
	second := made(2)
	second.Items[0].Text = locale.Text{JA: "架空の新しい問1", EN: "Made-up new question 1"}
	open := w.fill(later.link+"/1", nil)
	w.handler.instruments = survey.NewSet(append(w.handler.instruments.All(), second)...)
	w.browser().Get(p.link + "/1").Want(http.StatusOK).SaysNot("架空の新しい問1")
	w.browser().Get(later.link + "/1").Want(http.StatusOK).Says("架空の新しい問1")
	w.browser().Post(later.link+"/1", open).Want(http.StatusSeeOther)
	w.leave(p.link+"/1", "next", url.Values{"M6": {"本音"}}).Want(http.StatusSeeOther)
	for who, version := range map[person]int{p: 1, later: 2} {
		if got := w.response(who, "pre").Instruments["made"].Version; got != version {
			t.Errorf("the answers are to version %d, want %d", got, version)
		}
	}
}

func TestNobodyReachesAnybodyElsesSurvey(t *testing.T) {
	w := newWorld(t)
	p, other := w.applied("hanako@example.jp"), w.applied("taro@example.jp")
	form := w.fill(p.link+"/1", core("5"))
	form.Set("O1", "架空の本音") // an item of another page
	form.Set("person", other.id)
	form.Set("wave", "mid")
	w.browser().Post(p.link+"/1", form).Want(http.StatusSeeOther)
	if got := w.response(p, "pre").Answers; got["O1"] != nil || len(got) != 12 {
		t.Errorf("stored: %v", got)
	}
	if len(w.stored(other).Responses) > 0 {
		t.Error("somebody else has a response")
	}
	mixed := table.SurveyPath + other.id + p.link[len(table.SurveyPath)+len(other.id):]
	own := table.PrivatePath + p.link[len(table.SurveyPath):]
	survey := table.SurveyPath + p.page[len(table.PrivatePath):]
	for _, path := range []string{mixed, mixed + "/1", own + "/surveys/pre", own + "/research", own + "/scores", survey, "/survey/short", p.at("none"), p.link + "/0", p.link + "/3", p.link + "/01", p.link + "/x"} {
		w.browser().Get(path).Want(http.StatusNotFound).SaysNot("架空", "回答")
	}
	for _, path := range []string{mixed + "/1", survey + "/1", p.link + "/3"} {
		w.browser().Post(path, form).Want(http.StatusNotFound)
	}
	w.browser().Post(p.link, form).Want(http.StatusMethodNotAllowed)
}

func TestOpeningAPageChangesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	unasked := w.apply("taro@example.jp")
	before := w.env.Items(t)
	for _, who := range []person{p, unasked} {
		for _, path := range []string{
			who.link, who.link + "/1", who.link + "/2", who.link + "/check", who.link + "/consent", who.at("pre"), who.at("pre") + "/1", who.at("mid"),
			who.page + "/research", who.page + "/scores",
		} {
			w.browser().Get(path)
			if head := w.browser().Do(http.MethodHead, path, nil, ""); head.Body != "" || head.Status >= 400 {
				t.Errorf("HEAD %s: %d", path, head.Status)
			}
		}
	}
	if diff := cmp.Diff(before, w.env.Items(t)); diff != "" {
		t.Errorf("opening pages changed the table:\n%s", diff)
	}
}

func TestABodyThatIsTooLongIsRefused(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	w.leave(p.link+"/2", "next", url.Values{"O1": {strings.Repeat("長", 1001)}, "O2": {"本音"}}).Want(http.StatusUnprocessableEntity).Says("エラー：1件")
	w.leave(p.link+"/2", "next", url.Values{"O1": {strings.Repeat("長", 9000)}}).Want(http.StatusRequestEntityTooLarge)
	if got := w.response(p, "pre").Answers; len(got["O1"]) != 0 || got["O2"][0] != "本音" {
		t.Errorf("stored: %v", got)
	}
}

func TestAnAnonymousAnswerIsTakenOnceAndLeadsToNobody(t *testing.T) {
	w := newWorld(t)
	p := w.attend("hanako@example.jp")
	w.now = w.now.Add(-time.Millisecond)
	w.browser().Get(p.link).Want(http.StatusOK).Says("アンケートはまだ始まっていません")
	w.now = w.now.Add(time.Millisecond)
	w.browser().Get(p.link).Want(http.StatusOK).Says("無記名", "無作為につけた番号", "お一人1回です", "回答を始める")
	page := w.browser().Get(p.link+"/1").Want(http.StatusOK).Says("回答を送る").SaysNot("ページ目", "前のページへ戻る")
	if len(page.Elements("script")) > 0 {
		t.Error("an anonymous page is saved while it is filled in")
	}
	form := page.Fields()
	w.browser().Post(p.link+"/1", form).Want(http.StatusUnprocessableEntity).Says("まだ何も入力されていません")
	form.Set(going, goKeep)
	w.browser().Post(p.link+"/1", form).Want(http.StatusUnprocessableEntity)
	form.Set(going, "next")
	form.Set("B1", "5")
	form.Set("B7", "架空の本音")
	w.leads(w.browser().Post(p.link+"/1", form), p.link)
	form.Set("B1", "1")
	w.browser().Post(p.link+"/1", form).Want(http.StatusConflict).Says("いま送られた内容は、受け取っていません")
	w.leads(w.browser().Get(p.link+"/1"), p.link)
	w.leads(w.browser().Get(p.link+"/check"), p.link)
	w.leads(w.send(p.link), p.link)
	w.browser().Get(p.link).Want(http.StatusOK).Says("回答は受け取り済みです", "時刻は残していません").SaysNot("2020年11月6日")

	var all []table.AnonymousAnswer
	for a, err := range w.table.AnonymousAnswers(t.Context(), w.e.ID, "briefing-b1") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if len(all) != 1 || all[0].Day != "2020-11-06" || all[0].Answers["B1"][0] != "5" || all[0].Edition.Version != 1 {
		t.Fatalf("%d answers: %v", len(all), all)
	}
	for _, item := range w.env.Items(t) {
		held := fmt.Sprint(item)
		if strings.Contains(held, all[0].ID) && strings.Contains(held, p.id) {
			t.Errorf("%s %s ties the answer to the person", item.PK, item.SK)
		}
	}
	w.now = time.Date(2020, 11, 11, 0, 0, 0, 0, w.e.Zone())
	late := w.invite(p.id, mail.BriefingThanks, "b2 end+1d-1000")
	w.browser().Get(late.link).Want(http.StatusOK).Says("まだ始まっていません") // the second briefing's
}

func TestTheSurveyAfterABriefingIsForWhoCame(t *testing.T) {
	w := newWorld(t)
	p, other := w.attend("hanako@example.jp"), w.apply("taro@example.jp")
	w.browser().Get(p.at("briefing-b1")).Want(http.StatusOK).Says("無記名")
	w.browser().Get(p.at("briefing-b2")).Want(http.StatusOK).Says("別の方にお願いしています")
	w.browser().Get(other.at("briefing-b1")).Want(http.StatusOK).Says("別の方にお願いしています")
	w.browser().Post(other.at("briefing-b1")+"/1", url.Values{"B1": {"1"}}).Want(http.StatusConflict)
	w.browser().Get(p.at("pre")).Want(http.StatusOK).Says("別の方にお願いしています") // has not applied
	closes := time.Date(2020, 11, 11, 0, 0, 0, 0, w.e.Zone())
	w.now = closes.Add(-time.Millisecond)
	w.browser().Get(p.link).Want(http.StatusOK).Says("回答を始める")
	w.now = closes
	w.browser().Get(p.link).Want(http.StatusOK).Says("アンケートは終了しました", "2020年11月10日(火) 23:59")
}

func TestWithdrawingEndsSurveys(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	form := w.fill(p.link+"/2", url.Values{"O1": {"架空の本音"}})
	if err := w.table.Withdraw(t.Context(), w.stored(p).Person, nil, false, w.now); err != nil {
		t.Fatal(err)
	}
	w.browser().Get(p.link).Want(http.StatusOK).Says("お申し込みは取りやめになっています").SaysNot("回答を始める", "続きから")
	w.browser().Post(p.link+"/2", form).Want(http.StatusConflict)
	w.leads(w.send(p.link), p.link)
	w.leads(w.browser().Post(p.link+"/consent", url.Values{act: {agree}, version: {"2020-10-30"}}), p.link)
	if got := w.response(p, "pre"); got.Done != "" || got.Answers["O1"] != nil {
		t.Errorf("stored: %v", got.Answers)
	}
}

func TestAnOldPageChangesOnlyWhatWasChangedOnIt(t *testing.T) {
	for _, button := range []string{goKeep, "next"} {
		t.Run(button, func(t *testing.T) {
			w := newWorld(t)
			p := w.applied("hanako@example.jp")
			phone := w.fill(p.link+"/1", nil) // open, and nothing chosen yet
			w.leads(w.leave(p.link+"/1", "next", core("4")), p.link+"/2")
			phone.Set("D1", "5")
			phone.Set(going, button)
			if status := w.browser().Post(p.link+"/1", phone).Status; status != http.StatusNoContent && status != http.StatusSeeOther {
				t.Errorf("status %d", status)
			}
			got := w.response(p, "pre").Answers
			for id := range core("4") {
				if want := map[bool]string{true: "5", false: "4"}[id == "D1"]; len(got[id]) != 1 || got[id][0] != want {
					t.Errorf("%s is %v, want %s", id, got[id], want)
				}
			}
			// A choice is taken back where it was seen.
			w.leave(p.link+"/1", button, url.Values{"D2": {""}})
			if got := w.response(p, "pre").Answers; got["D2"] == nil || len(got["D2"]) != 0 || got["D3"][0] != "4" {
				t.Errorf("taken back: %v", got)
			}
		})
	}
}

func TestAnOldPageDropsNothingThatIsAskedByNow(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("made")
	p := w.applied("hanako@example.jp")
	phone := w.fill(p.link+"/1", nil)
	w.leads(w.leave(p.link+"/1", "next", url.Values{"M2": {"yes"}, "M4": {"a", "c"}}), p.link+"/1?more=1")
	w.leads(w.leave(p.link+"/1", "next", url.Values{"M3": {"架空の本音\r\n二行目"}}), p.link+"/check")
	phone.Set("M1", "とても")
	phone.Set("M6", "架空の注記")
	phone.Set(going, "next")
	again := w.browser().Post(p.link+"/1", phone).Want(http.StatusUnprocessableEntity).Fields()
	want := url.Values{
		"M1": {"とても"}, "M2": {"yes"}, "M3": {"架空の本音\n二行目"}, "M4": {"a", "c"}, "M6": {"架空の注記"},
		was + "M1": {""}, was + "M2": {"yes"}, was + "M3": {"架空の本音\n二行目"}, was + "M4": {"a", "c"}, was + "M6": {"架空の注記"},
	}
	for name, values := range want {
		if diff := cmp.Diff(values, again[name]); diff != "" {
			t.Errorf("the page shows %s: %s", name, diff)
		}
	}
	stored := map[string][]string{
		"M1": {}, "M2": {"yes"}, "M3": {"架空の本音\n二行目"}, "M4": {"a", "c"}, "M5": {}, "M6": {"架空の注記"}, "M7": {},
	}
	if diff := cmp.Diff(stored, w.response(p, "pre").Answers); diff != "" {
		t.Errorf("stored: %s", diff)
	}
	broken, _ := w.behind(faulty.Writes(faulty.Always(faulty.Unreachable)))
	kept := webtest.New(t, broken, w.now).Post(p.link+"/1", url.Values{
		shown: {"M2", "M4"}, was + "M2": {""}, was + "M4": {"b"}, "M4": {"a"},
	}).Want(http.StatusServiceUnavailable).Fields()
	if kept.Get("M2") != "yes" || kept.Get("M3") == "" || len(kept["M4"]) != 1 || len(kept[was+"M4"]) != 2 {
		t.Errorf("the page that is not saved shows %v", kept)
	}
}

func TestOnlyWhatTheCheckShowedIsSent(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("4")), p.link+"/2")
	check := w.seen(p.link)
	w.now = w.now.Add(time.Second)
	w.leave(p.link+"/1", goKeep, url.Values{"D1": {"1"}}).Want(http.StatusNoContent)
	again := w.browser().Post(p.link+"/check", check).Want(http.StatusConflict).Says("別の画面で回答が保存されています", "まったくあてはまらない")
	w.browser().Post(p.link+"/check", nil).Want(http.StatusConflict)
	if w.response(p, "pre").Done != "" {
		t.Error("it was sent")
	}
	w.leads(w.browser().Post(p.link+"/check", again.Fields()), p.link)
	done := w.response(p, "pre").Done
	w.now = w.now.Add(time.Second)
	w.leads(w.browser().Post(p.link+"/check", check), p.link) // a second click, on the old check
	if got := w.response(p, "pre").Done; got != done || done == "" {
		t.Errorf("done %s, then %s", done, got)
	}
}

func TestAStrainIsNotedOnceItIsMeant(t *testing.T) {
	w := newWorld(t, made(1))
	w.asks("made")
	passing, meaning := w.applied("hanako@example.jp"), w.applied("taro@example.jp")
	w.leave(passing.link+"/1", goKeep, url.Values{"M7": {"1"}}).Want(http.StatusNoContent)
	w.leave(passing.link+"/1", "next", url.Values{"M7": {"3"}}).Want(http.StatusSeeOther)
	w.leave(meaning.link+"/1", goKeep, url.Values{"M1": {"1"}, "M7": {"1"}}).Want(http.StatusNoContent)
	if got := w.alerts(); len(got) > 0 {
		t.Errorf("alerted to %v", got)
	}
	w.leads(w.send(meaning.link), meaning.link)
	if got := w.alerts(); len(got) != 1 || got[0] != "1" {
		t.Errorf("after the end alerted to %v", got)
	}
}
