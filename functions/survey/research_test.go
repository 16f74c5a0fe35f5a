package main

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/web/webtest"
)

func TestDecliningChangesNothingElseAndCanBeThoughtBetterOf(t *testing.T) {
	w := newWorld(t)
	p := w.apply("hanako@example.jp")
	before := w.stored(p)
	form := w.browser().Get(p.link).Want(http.StatusOK).Fields()
	form.Set(act, decline)
	w.leads(w.browser().Post(p.link+"/consent", form), p.link)
	w.leads(w.browser().Post(p.link+"/consent", form), p.link) // again
	page := w.browser().Get(p.link).Want(http.StatusOK).Says("研究に協力しない、とのお返事をいただいています", "ほかのことは何も変わりません", "気持ちが変わったとき")
	after := w.stored(p)
	if after.Person.Withdrawn != "" || after.Application.Version != before.Application.Version || after.Surveys.Research != table.Declined {
		t.Error("something else has changed")
	}
	if c := after.Surveys.Consent; c.Version != "2020-10-30" || c.Hash != w.e.Research.Consent.Hash() || c.Given {
		t.Errorf("recorded: %+v", c)
	}
	w.browser().Post(p.link+"/1", core("3")).Want(http.StatusConflict)
	yes := page.Fields()
	yes.Set(act, agree)
	w.leads(w.browser().Post(p.link+"/consent", yes), p.link)
	w.browser().Get(p.link).Want(http.StatusOK).Says("回答を始める")
	if got := w.stored(p).Surveys; got.Research != table.Agreed || !got.Consent.Given {
		t.Errorf("recorded: %v", got.Research)
	}
}

func TestANewTextIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	p, other := w.applied("hanako@example.jp"), w.applied("taro@example.jp")
	w.leads(w.leave(p.link+"/1", "next", core("3")), p.link+"/2")
	form := w.fill(p.link+"/2", nil)
	old := url.Values{act: {agree}, version: {w.e.Research.Consent.Version}}
	w.e.Research.Consent.Version = "2020-11-03"
	page := w.browser().Get(p.link).Want(http.StatusOK).Says("研究についての説明が新しくなりました", "2020-11-03版")
	w.browser().Post(p.link+"/2", form).Want(http.StatusConflict) // not before
	w.leads(w.browser().Post(p.link+"/consent", old), p.link)     // of a page that was open before
	if got := w.stored(p).Surveys.Consent.Version; got != "2020-10-30" {
		t.Errorf("agreed to %s", got)
	}
	yes := page.Fields()
	yes.Set(act, agree)
	yes.Del(answersField)
	w.leads(w.browser().Post(p.link+"/consent", yes), p.link)
	w.browser().Get(p.link).Want(http.StatusOK).Says("続きから答える")
	if got := w.stored(p).Surveys.Consent.Version; got != "2020-11-03" {
		t.Errorf("agreed to %s", got)
	}
	// Who would rather not has to say nothing about answers that there are not.
	w.browser().Get(other.page + "/research").Want(http.StatusOK).Says("新しくなった説明")
	w.leads(w.browser().Post(other.link+"/consent", url.Values{act: {leave}}), other.link)
	w.browser().Get(other.link).Want(http.StatusOK).Says("研究への協力を取りやめています")
}

func TestLeavingTheResearchKeepsOrErasesAsThePersonSays(t *testing.T) {
	w := newWorld(t)
	for address, c := range map[string]struct {
		choice string
		says   string
		kept   bool
	}{
		"hanako@example.jp": {keepThem, "研究のために残しています", true},
		"taro@example.jp":   {eraseThem, "消去しました", false},
	} {
		p := w.applied(address)
		w.answer(p, "pre", core("3"))
		path := p.page + "/research"
		page := w.browser().Get(path).Want(http.StatusOK).Says("研究への協力に同意いただいています", "2020-10-30", "すでに公開した集計から", "研究のために残す", "すべて消去する")
		if got := page.Fields().Get(answersField); got != "" {
			t.Errorf("%q is chosen beforehand", got)
		}
		form := page.Fields()
		form.Set(act, leave)
		w.browser().Post(path, form).Want(http.StatusUnprocessableEntity).Says("これまでの回答を残すか、消去するかを選んでください")
		if w.stored(p).Surveys.Research != table.Agreed {
			t.Fatal("the person has left without having chosen")
		}
		form.Set(answersField, c.choice)
		for range 2 {
			w.leads(w.browser().Post(path, form), path)
		}
		w.browser().Get(path).Want(http.StatusOK).Says("研究への協力は取りやめになっています", c.says)
		w.browser().Get(p.link).Want(http.StatusOK).Says("研究への協力を取りやめています")
		_, kept := w.stored(p).Responses["pre"]
		if kept != c.kept {
			t.Errorf("%s: the response is there: %v", c.choice, kept)
		}
		if got := w.kinds(p.id); !slices.Equal(got, []mail.Kind{mail.ResearchLeft}) {
			t.Errorf("waiting mails: %v", got)
		}
		w.browser().Post(p.link+"/1", core("5")).Want(http.StatusConflict)
	}
}

// kinds are the kinds of the person's mails that wait.
func (w *world) kinds(id string) []mail.Kind {
	w.Helper()
	all, err := w.table.MailsOf(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	var kinds []mail.Kind
	for _, m := range all {
		if m.State == table.Pending {
			kinds = append(kinds, m.Kind)
		}
	}
	return kinds
}

func TestAnswersThatWereKeptCanStillBeErasedAlsoAfterWithdrawing(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	w.answer(p, "pre", core("3"))
	if err := w.table.Withdraw(t.Context(), w.stored(p).Person, nil, false, w.now); err != nil {
		t.Fatal(err)
	}
	path := p.page + "/research"
	page := w.browser().Get(path).Want(http.StatusOK).Says("研究のために残しています", "回答をすべて消去する").SaysNot("同意する")
	w.leads(w.browser().Post(path, page.Fields()), path)
	w.browser().Get(path).Want(http.StatusOK).Says("消去しました").SaysNot("回答をすべて消去する")
	if len(w.stored(p).Responses) > 0 {
		t.Error("the response is still there")
	}
}

func TestWhoHasNotAppliedIsAskedForNothing(t *testing.T) {
	w := newWorld(t)
	p := w.attend("hanako@example.jp")
	path := p.page + "/research"
	w.browser().Get(path).Want(http.StatusOK).Says("応募された方にお願いしています").SaysNot("同意する")
	w.leads(w.browser().Post(path, url.Values{act: {agree}, version: {"2020-10-30"}}), path)
	if w.stored(p).Surveys != nil {
		t.Error("a consent was recorded")
	}
}

func TestWhoIsAskedWhen(t *testing.T) {
	w := newWorld(t)
	arms := map[string]person{}
	for _, name := range []string{"comparison", "participant", "never asked", "offered", "declined", "left"} {
		p := w.apply(name[:4] + "@example.jp")
		switch name {
		case "declined":
			w.says(p, decline)
		case "never asked":
		default:
			w.says(p, agree)
		}
		arms[name] = p
	}
	w.answer(arms["participant"], "pre", url.Values{"O2": {"架空の本音"}})
	w.now = w.e.Application.ResultNotice
	w.offer(arms["offered"])
	w.start(arms["participant"])
	w.start(arms["never asked"])
	w.browser().Post(arms["left"].page+"/research", url.Values{act: {leave}}).Want(http.StatusSeeOther)

	const begin, no = "回答を始める", "別の方にお願いしています"
	for _, c := range []struct {
		wave string
		says map[string]string
	}{
		{"mid", map[string]string{
			"comparison": no, "participant": begin, "never asked": "研究へのご協力のお願い", "offered": no,
			"declined": "協力しない、とのお返事", "left": "研究への協力を取りやめています",
		}},
		{"post", map[string]string{"comparison": begin, "participant": begin, "never asked": "研究へのご協力のお願い", "offered": no}},
	} {
		w.now = w.wave(c.wave).Open
		for name, says := range c.says {
			p := w.invite(arms[name].id, mail.SurveyInvitation, c.wave+" open")
			page := w.browser().Get(p.link).Want(http.StatusOK).Says(says)
			if says != begin {
				page.SaysNot(begin)
				w.browser().Post(p.link+"/1", core("3")).Want(http.StatusConflict)
			}
		}
	}
	// The comparison group has its own words and no questions about a side job.
	w.leads(w.leave(arms["comparison"].at("post")+"/1", "next", core("3")), arms["comparison"].at("post")+"/2")
	w.browser().Get(arms["comparison"].at("post")+"/2").Want(http.StatusOK).Says("昨年11月ごろと比べて", "2ページ目(全2ページ)")
	w.leads(w.leave(arms["comparison"].at("post")+"/2", "next", url.Values{"G1": {"-3"}}), arms["comparison"].at("post")+"/check")
	if got := w.response(arms["comparison"], "post"); got.Group != "C" || got.Answers["G1"][0] != "-3" {
		t.Errorf("stored as %q: %v", got.Group, got.Answers["G1"])
	}
	// Participants read what they wrote before.
	last := arms["participant"].at("post") + "/4"
	w.browser().Get(last).Want(http.StatusOK).Says("「架空の本音」とお書きでした")
	// Ending early changes nothing about the surveys.
	if err := w.table.EndEarly(t.Context(), arms["participant"].id, w.e.SideJob.Start.AddDays(30), "-", w.entry(), w.now); err != nil {
		t.Fatal(err)
	}
	w.browser().Get(arms["participant"].at("post")).Want(http.StatusOK).Says(begin)
}

func TestAHostAnswersWithoutAConsent(t *testing.T) {
	w := newWorld(t)
	w.now = w.e.HostSurveys[0].Open
	p := w.host("host_before")
	page := w.browser().Get(p.link).Want(http.StatusOK).Says("架空 花子 様", "受け入れ前のアンケート", "回答を始める").SaysNot("同意")
	if policy := page.Header.Get("Content-Security-Policy"); policy == "" {
		t.Error("no policy")
	}
	w.leads(w.leave(p.link+"/1", "next", url.Values{"H1": {"4"}, "H4": {"架空の本音"}}), p.link+"/check")
	w.leads(w.send(p.link), p.link)
	w.browser().Get(p.link).Want(http.StatusOK).Says("受け取り済み")
	if got := w.response(p, "host_before"); got.Answers["H4"][0] != "架空の本音" || got.Done == "" {
		t.Errorf("stored: %v", got.Answers)
	}
	w.browser().Get(p.at("pre")).Want(http.StatusOK).Says("別の方にお願いしています")
	w.browser().Get(w.apply("taro@example.jp").at("host_before")).Want(http.StatusOK).Says("別の方にお願いしています")
	w.now = w.e.HostSurveys[0].Close
	w.browser().Get(p.at("host_after")).Want(http.StatusOK).Says("まだ始まっていません")
}

func TestScoresAreShownWhenNoAnswerCanFollow(t *testing.T) {
	w := newWorld(t)
	p, nobody := w.applied("hanako@example.jp"), w.applied("taro@example.jp")
	answers := core("4")
	answers.Set("D1", "1")
	answers.Set("X1", "")
	answers.Set("X2", "")
	w.answer(p, "pre", answers)
	w.now = w.wave("post").Open
	w.leave(p.at("post")+"/1", "next", core("5")).Want(http.StatusSeeOther) // and never sent
	path := p.page + "/scores"
	from := w.wave("followup").Close
	w.now = from.Add(-time.Millisecond)
	w.browser().Get(path).Want(http.StatusOK).Says("2021年7月12日(月) 00:00(日本時間)から、このページでご覧いただけます").SaysNot("3.0")
	w.now = from
	page := w.browser().Get(path).Want(http.StatusOK).Says(
		"点は1から5までで", "心理尺度としての妥当性は、まだ確かめられていません", "方向", "12問平均", "高いほど",
		"「－」は、答えた質問が少なく", "(送信されなかったため、保存されたところまで)")
	want := map[string][]string{"方向": {"3.0", "5.0"}, "自分で決める": {"4.0", "5.0"}, "試す・学ぶ": {"－ (回答が足りません)", "5.0"}, "12問平均": {"3.7", "5.0"}}
	for _, row := range page.Elements("tr") {
		text := webtest.TextOf(row)
		for scale, cells := range want {
			if len(text) > len(scale) && text[:len(scale)] == scale {
				if text != scale+" "+cells[0]+" "+cells[1] {
					t.Errorf("the row says %q", text)
				}
				delete(want, scale)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no rows for %v", want)
	}
	if charts := page.Elements("svg"); len(charts) < 5 {
		t.Errorf("%d drawings", len(charts))
	}
	w.browser().Get(nobody.page + "/scores").Want(http.StatusOK).Says("お見せできる回答がありません")
}

func TestAnOfferThatIsNotToldYetDoesNotShow(t *testing.T) {
	w := newWorld(t)
	p := w.applied("hanako@example.jp")
	paths := []string{p.at("mid"), p.at("post"), p.at("followup"), p.page + "/scores"}
	before := map[string]string{}
	for _, path := range paths {
		before[path] = w.browser().Get(path).Want(http.StatusOK).Text()
	}
	w.offer(p)
	for _, path := range paths {
		if diff := cmp.Diff(before[path], w.browser().Get(path).Want(http.StatusOK).Text()); diff != "" {
			t.Errorf("the offer shows at %s: %s", path, diff)
		}
	}
	w.now = w.wave("post").Open.Add(-time.Millisecond) // lapsed
	w.browser().Get(p.at("post")).Says("別の方にお願いしています")
	w.now = w.wave("post").Open
	w.browser().Get(p.at("post")).Says("別の方にお願いしています")
}
