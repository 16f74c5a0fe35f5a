package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web/webtest"
)

// says has the person of the link agree to take part in the research, or decline.
func (w *world) says(link string, yes bool) {
	w.Helper()
	c := w.e.Research.Consent
	w.saysTo(link, table.Consent{
		Purpose: c.ID, Version: c.Version, Hash: w.e.ConsentHash(c.ID), Lang: locale.Japanese, Given: yes, At: table.At(w.now),
	})
}

func (w *world) saysTo(link string, c table.Consent) {
	w.Helper()
	if err := w.table.AnswerResearch(w.Context(), w.stored(link).Person, c, w.now); err != nil {
		w.Fatal(err)
	}
}

// begins has the person of the link save the first page of a survey.
func (w *world) begins(link, wave string) {
	w.Helper()
	err := w.table.SavePage(w.Context(), w.stored(link).Person, nil, table.SavedPage{
		Wave: wave, Lang: locale.Japanese, Instrument: "career_ownership_core", Edition: table.Edition{Version: 1, Hash: "-"},
		Answers: map[string][]string{"D1": {"4"}}, Place: 2,
	}, w.now)
	if err != nil {
		w.Fatal(err)
	}
}

// finishes has the person of the link answer a survey.
func (w *world) finishes(link, wave string) {
	w.Helper()
	w.begins(link, wave)
	if _, err := w.table.FinishSurvey(w.Context(), w.stored(link).Person, table.Finish{Wave: wave}, w.now); err != nil {
		w.Fatal(err)
	}
}

// leaves has the person of the link withdraw the consent to the research.
func (w *world) leaves(link string, erase bool) {
	w.Helper()
	if err := w.table.LeaveResearch(w.Context(), w.stored(link).Person, erase, w.now); err != nil {
		w.Fatal(err)
	}
}

// wave is a survey of the experiment.
func (w *world) wave(id string) experiment.Wave {
	w.Helper()
	wave, ok := w.e.Wave(id)
	if !ok {
		w.Fatalf("there is no wave %q", id)
	}
	return *wave
}

// at opens the page at an instant.
func (w *world) at(now time.Time, path string) *webtest.Answer {
	w.Helper()
	b := w.browser()
	b.Now = now
	return b.Get(path).Want(http.StatusOK)
}

// onward is where a receipt leads on to the survey, "" if it does not.
func onward(receipt *webtest.Answer) string {
	for _, to := range receipt.Links() {
		if strings.HasPrefix(to, table.SurveyPath) {
			return to
		}
	}
	return ""
}

// surveyed are the ways in which an applicant can stand with the surveys, and what
// makes it so.
var surveyed = map[string]func(r *readers, link string){
	"agreed":   func(r *readers, link string) { r.says(link, true) },
	"declined": func(r *readers, link string) { r.says(link, false) },
	"begun": func(r *readers, link string) {
		r.says(link, true)
		r.begins(link, "pre")
	},
	"received": func(r *readers, link string) {
		r.says(link, true)
		r.finishes(link, "pre")
	},
	"partly": func(r *readers, link string) {
		r.says(link, true)
		r.begins(link, "pre")
		r.now = r.wave("pre").Close
	},
	"unanswered": func(r *readers, _ string) { r.now = r.wave("pre").Close },
	"outdated": func(r *readers, link string) {
		r.saysTo(link, table.Consent{
			Purpose: experiment.ConsentResearch, Version: "2020-09-01", Hash: "-", Lang: locale.Japanese, Given: true, At: table.At(r.now),
		})
	},
	"left-kept": func(r *readers, link string) {
		r.says(link, true)
		r.finishes(link, "pre")
		r.leaves(link, false)
	},
	"left-erased": func(r *readers, link string) {
		r.says(link, true)
		r.finishes(link, "pre")
		r.leaves(link, true)
	},
	"withdrawn-kept": func(r *readers, link string) {
		r.says(link, true)
		r.finishes(link, "pre")
		r.browser().Post(link+"/withdraw", choice(keep)).Want(http.StatusSeeOther)
	},
	"withdrawn-erased": func(r *readers, link string) {
		r.says(link, true)
		r.finishes(link, "pre")
		r.browser().Post(link+"/withdraw", choice(erase)).Want(http.StatusSeeOther)
	},
}

func TestThePageOfWhoIsAskedSurveysReadsAsAgreed(t *testing.T) {
	t.Parallel()
	readAsAgreed(t, surveyed)
}

// readAsAgreed compares the pages of applicants, to each of whom something happens.
func readAsAgreed(t *testing.T, all map[string]func(r *readers, link string)) {
	t.Helper()
	for name, come := range all {
		t.Run(name, func(t *testing.T) {
			r := newReaders(t)
			r.browser().Post("/shiojiri-2020/applications", r.typed("hanako@example.jp")).Want(http.StatusSeeOther)
			link := r.receives(mail.Acknowledgement)
			come(r, link)
			r.opens("surveys-"+name, http.StatusOK, link)
			switch name {
			case "begun":
				r.sends("surveys-withdraw-unchosen", http.StatusUnprocessableEntity, link+"/withdraw", url.Values{})
				fallthrough
			case "started", "completed":
				r.opens("surveys-"+name+"-withdraw", http.StatusOK, link+"/withdraw")
			}
		})
	}
}

func TestWhoAppliesGoesStraightOnToTheFirstSurvey(t *testing.T) {
	w := newWorld(t)
	path := w.apply("hanako@example.jp")
	receipt := w.browser().Get(path).Want(http.StatusOK)
	receipt.Says("よろしければ、続けて「はじめのアンケート」にお答えください", "選考には影響しません", "2020年12月13日(日) 23:59(日本時間)まで")
	link := onward(receipt)
	if link == "" || link != onward(w.browser().Get(path)) {
		t.Fatalf("the receipt leads on to %q", link)
	}
	segment := segmentOf(t, link)
	opens := func(purpose mail.Purpose, now time.Time) error {
		_, err := w.table.Open(t.Context(), segment.Person, segment.Mail, segment.Token, purpose, now)
		return err
	}
	if err := opens(mail.OpenSurvey, w.now); err != nil {
		t.Errorf("it does not open: %v", err)
	}
	if opens(mail.OpenPage, w.now) == nil {
		t.Error("it opens the private page")
	}
	closed := time.Date(2021, time.January, 12, 23, 59, 0, 0, time.FixedZone("JST", 9*60*60)) // thirty days after the close
	if err := opens(mail.OpenSurvey, closed.Add(-time.Second)); err != nil {
		t.Errorf("when the survey is closed: %v", err)
	}
	if opens(mail.OpenSurvey, closed.Add(time.Minute)) == nil {
		t.Error("it opens for longer than a link in a mail")
	}
	own := w.send(mail.Acknowledgement)
	if segmentOf(t, own).Person != segment.Person {
		t.Error("it is somebody else's")
	}
	if err := opens(mail.OpenSurvey, w.now); err != nil {
		t.Errorf("once the mail has been sent: %v", err)
	}
}

func TestWhoRegisteredBeforeGoesStraightOnToo(t *testing.T) {
	w := newWorld(t)
	page := w.register("hanako@example.jp", "b1", 100)
	link := onward(w.browser().Get(w.apply("hanako@example.jp")).Want(http.StatusOK))
	if link == "" || segmentOf(t, link).Person != segmentOf(t, page).Person {
		t.Errorf("the receipt leads on to %q", link)
	}
}

// Whoever fills in the form for somebody else's address learns from a missing button that
// the address has applied before. That is accepted: it takes a whole application to
// look, and the address gets a mail about it. What must not be is that the button opens
// somebody else's survey.
func TestAReceiptOfAKnownAddressOpensNoSurvey(t *testing.T) {
	w := newWorld(t)
	w.apply("hanako@example.jp")
	known := w.browser().Get(w.apply("hanako@example.jp")).Want(http.StatusOK)
	known.Says("よろしければ、続けて「はじめのアンケート」にお答えください", "メールにある専用ページからいつでも開けます").SaysNot("アンケートに進む")
	if to := onward(known); to != "" {
		t.Errorf("it leads on to %q", to)
	}
	if !slices.Contains(w.kinds(), mail.Standing) {
		t.Error("the address is not told")
	}
}

// What opens a survey must not follow from what was typed, as it would for a form that
// came without a token of ours.
func TestAFormFromElsewhereLeadsToTheMail(t *testing.T) {
	w := newWorld(t)
	form := w.answers("hanako@example.jp")
	sent := w.browser().Post("/shiojiri-2020/applications", form).Want(http.StatusSeeOther)
	receipt := w.browser().Get(sent.Header.Get("Location")).Want(http.StatusOK)
	receipt.Says("メールにある専用ページからいつでも開けます")
	if to := onward(receipt); to != "" {
		t.Errorf("it leads on to %q", to)
	}
}

func TestAReceiptLeadsOnWhileTheSurveyIsOpen(t *testing.T) {
	t.Parallel()
	day := time.Date(2020, 11, 2, 0, 0, 0, 0, time.UTC)
	e := &experiment.Experiment{
		Application: experiment.Application{Open: day, Close: day.AddDate(0, 0, 9)},
		Waves:       []experiment.Wave{{ID: "pre", Open: day.AddDate(0, 0, 1), Close: day.AddDate(0, 0, 2)}},
	}
	for at, want := range map[time.Time]bool{
		e.Waves[0].Open.Add(-time.Millisecond):  false,
		e.Waves[0].Open:                         true,
		e.Waves[0].Close.Add(-time.Millisecond): true,
		e.Waves[0].Close:                        false,
	} {
		if got := nextSurveyOf(e, table.Receipt{}, "", at) != nil; got != want {
			t.Errorf("at %s it leads on: %t", at, got)
		}
	}
	e.Waves[0].Open = e.Application.Close // it is not answered with the application
	if nextSurveyOf(e, table.Receipt{}, "", e.Waves[0].Open) != nil {
		t.Error("it leads on to a survey for who was selected")
	}
}

// The private page leads to the survey from its opening until its close, and says how the
// person stands with it.
func TestThePrivatePageTellsOfTheFirstSurvey(t *testing.T) {
	w, link := applied(t)
	survey, last := link+"/surveys/pre", w.wave("pre").Close.Add(-time.Millisecond)
	leads := func(now time.Time, want bool, says ...string) {
		t.Helper()
		page := w.at(now, link).Says(says...)
		if got := slices.Contains(page.Links(), survey); got != want {
			t.Errorf("at %s the page leads to the survey: %t", now, got)
		}
	}
	leads(w.now, true, "答える", "2020年12月13日(日) 23:59(日本時間)まで答えられます", "協力していただけるかどうかをおたずねします")
	leads(last, true, "受付中")
	leads(w.wave("pre").Close, false, "回答なし", "2020年12月13日(日) 23:59(日本時間)に締め切りました")

	w.says(link, true)
	w.begins(link, "pre")
	leads(w.now, true, "続きから答える", "2020年11月2日(月) 12:00(日本時間)までの回答を保存しています", "協力に同意していただきました")
	leads(last, true, "回答の途中")
	leads(w.wave("pre").Close, false, "途中まで回答")

	w.now = w.now.Add(time.Hour)
	w.finishes(link, "pre")
	leads(w.now, false, "回答済み", "2020年11月2日(月) 13:00(日本時間)に受け付けました")
	leads(w.wave("pre").Close, false, "回答済み")
}

// toldOf lists the surveys that the page tells of at an instant.
func (w *world) toldOf(now time.Time, path string) []string {
	w.Helper()
	page := w.at(now, path)
	var told []string
	for _, wave := range w.e.Waves {
		if strings.Contains(page.Body, "<h3>"+wave.Title.JA+"</h3>") {
			told = append(told, wave.ID)
		}
	}
	return told
}

func TestThePrivatePageTellsOfTheSurveysOfWhoTakesPartInTheResearch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		come  func(w *world, link string)
		waves []string // that the page tells of while the closing survey is open
	}{
		"never asked": {func(*world, string) {}, []string{"pre"}},
		"declined":    {func(w *world, link string) { w.says(link, false) }, nil},
		"comparison":  {func(w *world, link string) { w.says(link, true) }, []string{"pre", "post", "followup"}},
		"left and kept": {func(w *world, link string) {
			w.says(link, true)
			w.finishes(link, "pre")
			w.leaves(link, false)
		}, []string{"pre"}},
		"left and erased": {func(w *world, link string) {
			w.says(link, true)
			w.finishes(link, "pre")
			w.leaves(link, true)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, link := applied(t)
			c.come(w, link)
			if diff := cmp.Diff(c.waves, w.toldOf(w.wave("post").Open, link)); diff != "" {
				t.Errorf("the page tells of: %s", diff)
			}
		})
	}
}

func TestThePrivatePageLeadsToTheOwnResultsAfterTheLastSurvey(t *testing.T) {
	w, link := applied(t)
	from := w.wave("followup").Close
	w.now = w.wave("pre").Close.Add(-time.Hour)
	fresh := w.browser().Get("/shiojiri-2020/link").Fields() // a link that lives as long as the surveys
	fresh.Set(email, "hanako@example.jp")
	for range 2 {
		w.now = w.now.AddDate(0, 2, 0)
		w.browser().Post("/shiojiri-2020/link", fresh).Want(http.StatusOK)
		link = w.send(mail.Link)
	}
	scores := link + "/scores"
	if slices.Contains(w.at(from, link).Links(), scores) {
		t.Error("who has answered nothing is led to results")
	}
	w.says(link, true)
	w.finishes(link, "pre")
	for at, want := range map[time.Time]bool{w.now: false, from.Add(-time.Millisecond): false, from: true} {
		page := w.at(at, link).Says("ご自身の結果")
		if got := slices.Contains(page.Links(), scores); got != want {
			t.Errorf("at %s the page leads to the results: %t", at, got)
		}
	}
	w.at(w.now, link).Says("2021年7月12日(月) 00:00(日本時間)から")
}

func TestARevisedConsentToTheResearchIsAskedAgain(t *testing.T) {
	w, link := applied(t)
	w.saysTo(link, table.Consent{
		Purpose: experiment.ConsentResearch, Version: "1999-01-01", Hash: "-", Lang: locale.Japanese, Given: true, At: table.At(w.now),
	})
	page := w.browser().Get(link).Want(http.StatusOK).Says("(1999-01-01版)は、改定されました", "同意済み(1999-01-01版)")
	if !slices.Contains(page.Links(), link+"/research") || !slices.Contains(page.Links(), link+"/surveys/pre") {
		t.Errorf("the page leads to %v", page.Links())
	}
}

// holds compares what the table holds with what it should, the answers to surveys included.
func (w *world) holds(applications int, answers bool, waiting ...mail.Kind) error {
	w.Helper()
	found := slices.ContainsFunc(w.env.Items(w.T), func(i tabletest.Item) bool { return strings.HasPrefix(i.SK, "response#") })
	if found != answers {
		return fmt.Errorf("there are answers: %t", found)
	}
	return w.stands(applications, waiting...)
}

// choice is a form that says what becomes of the survey answers.
func choice(of string) url.Values { return url.Values{answersName: {of}} }

func TestWhoWithdrawsSaysWhatBecomesOfTheAnswers(t *testing.T) {
	t.Parallel()
	for what, says := range map[string]string{
		keep:  "番号だけをつけたアンケートの回答を残し",
		erase: "アンケートの回答は消去しました",
	} {
		t.Run(what, func(t *testing.T) {
			w, link := applied(t)
			w.says(link, true)
			w.begins(link, "pre")
			b := w.browser()
			page := b.Get(link+"/withdraw").Want(http.StatusOK).Says("これまでのアンケートの回答", "研究のために残す", "消去する")
			if chosen := page.Fields().Get(answersName); chosen != "" {
				t.Errorf("%q is chosen beforehand", chosen)
			}
			for _, nothing := range []url.Values{nil, choice("everything")} {
				b.Post(link+"/withdraw", nothing).Want(http.StatusUnprocessableEntity).Says("エラー", "回答を残すか消去するか")
			}
			if n := w.count(); n != 1 {
				t.Fatal("without an answer the application is withdrawn")
			}
			b.Post(link+"/withdraw", choice(what)).Want(http.StatusSeeOther)
			b.Post(link+"/withdraw", choice(what)).Want(http.StatusSeeOther) // the second click
			b.Post(link+"/withdraw", nil).Want(http.StatusSeeOther)          // and one from elsewhere
			b.Get(link).Want(http.StatusOK).Says("取り下げられました", says, "取り消し：2020年11月2日(月) 12:00(日本時間)").SaysNot("答える")
			if err := w.holds(0, what == keep, mail.Withdrawn); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhoHasAnsweredNothingIsNotAskedAboutAnswers(t *testing.T) {
	t.Parallel()
	for name, come := range map[string]func(w *world, link string){
		"not asked": func(*world, string) {},
		"agreed":    func(w *world, link string) { w.says(link, true) },
		"declined":  func(w *world, link string) { w.says(link, false) },
		"erased": func(w *world, link string) {
			w.says(link, true)
			w.begins(link, "pre")
			w.leaves(link, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, link := applied(t)
			come(w, link)
			w.browser().Get(link + "/withdraw").Want(http.StatusOK).SaysNot("これまでのアンケートの回答")
			w.browser().Post(link+"/withdraw", nil).Want(http.StatusSeeOther)
			if n := w.count(); n != 0 {
				t.Errorf("%d applications stand", n)
			}
		})
	}
}
