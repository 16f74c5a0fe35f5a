package main

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/submission"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// pageView is one page of a survey with its form.
type pageView struct {
	Experiment *experiment.Experiment
	Round      experiment.Round
	Instrument *survey.Instrument
	Fields     []web.Field
	Shown      []web.Hidden // what the page asks, and what is stored of it
	Action     string
	Turn       int // which page it is, from 1, of those that ask something
	Turns      int
	First      bool
	Returning  bool // the check led here, and the button leads back to it
	Anonymous  bool
	Notices    []web.Notice
	Button     locale.Text
}

// from is the parameter that says which page led here.
const from, fromCheck = "from", "check"

// more is the parameter after which a page says that questions were added to it.
const more = "more"

func (s *sitting) button(sh sheet, answers survey.Answers, returning bool) locale.Text {
	switch {
	case s.anonymous():
		return locale.Text{JA: "回答を送る", EN: "Send my answers"}
	case returning:
		return locale.Text{JA: "保存して確認に戻る", EN: "Save and return to the check"}
	case s.after(sh.number, answers) > len(s.sheets):
		return locale.Text{JA: "確認へ進む", EN: "Go on to the check"}
	}
	return locale.Text{JA: "次へ進む", EN: "Next"}
}

// showPage shows a page with what was saved of it.
func (h *handler) showPage(w http.ResponseWriter, r *http.Request, s *sitting) error {
	sh, ok := s.sheet(r)
	if !ok {
		return web.NotFound.Leading(s.way())
	}
	answers := s.given()
	if !s.open() || len(sh.Asked(s.asking(answers))) == 0 {
		return seeOther(w, r, s.path)
	}
	var notices []web.Notice
	if r.URL.Query().Has(more) {
		notices = append(notices, added)
	}
	return h.showSheet(w, r, http.StatusOK, s, sh, answers, answers, url.Values(answers), nil, notices...)
}

// way leads to where the person stands with the survey.
func (s *sitting) way() web.Link { return web.Link{Path: s.path, Text: s.round.Title} }

// added is said on a page to which an answer has added questions.
var added = web.Notice{
	Kind: web.Info, Focus: true,
	Title: locale.Text{JA: "お答えに応じて、このページに質問が加わりました", EN: "Your answers have added to this page"},
	Text: []locale.Text{{
		JA: "ここまでの回答は保存しました。加わった質問を確かめて、もう一度進んでください。",
		EN: "What you answered so far is saved. Please look at what was added, and go on again.",
	}},
}

// showSheet shows a page that asks what follows from the answers, filled in with what was
// typed. With what is stored it tells later what was changed on it.
func (h *handler) showSheet(w http.ResponseWriter, r *http.Request, status int, s *sitting, sh sheet, answers, stored survey.Answers, typed url.Values, errs web.Errors, notices ...web.Notice) error {
	asked := sh.Asked(s.asking(answers))
	returning := r.URL.Query().Get(from) == fromCheck && !s.anonymous()
	view := pageView{
		Experiment: s.Experiment, Round: s.round, Instrument: sh.Instrument, Fields: s.fields(asked, typed, errs),
		Action: s.pathOf(sh.number) + "?lang=" + string(web.Lang(r)), First: s.before(sh.number, answers) == 0,
		Returning: returning, Anonymous: s.anonymous(), Notices: notices, Button: s.button(sh, answers, returning),
	}
	if returning {
		view.Action += "&" + from + "=" + fromCheck
	}
	for _, it := range asked {
		view.Shown = append(view.Shown, web.Hidden{Name: shown, Value: it.ID})
		if !s.anonymous() {
			view.Shown = append(view.Shown, wasFields(it, stored[it.ID])...)
		}
	}
	turns := s.turns(answers)
	view.Turns = len(turns)
	view.Turn = 1 + slices.IndexFunc(turns, func(t sheet) bool { return t.number == sh.number })
	page := s.page(sh.Title, "", view)
	page.Errors, page.Keeps = numbered(asked, errs), !s.anonymous()
	h.pages.Show(w, r, status, "page", page)
	return nil
}

// wasFields carry along what was stored of an item when its page was shown: one for each
// value, and an empty one for none.
func wasFields(it survey.Item, stored []string) []web.Hidden {
	if len(stored) == 0 {
		return []web.Hidden{{Name: was + it.ID}}
	}
	var fields []web.Hidden
	for _, value := range stored {
		fields = append(fields, web.Hidden{Name: was + it.ID, Value: value})
	}
	return fields
}

// untouched reports whether an item was sent as its page showed it. Where the form does not
// say what that was, as a program's, all that is sent is taken.
func untouched(it survey.Item, typed url.Values) bool {
	before, told := typed[was+it.ID]
	if !told {
		return false
	}
	old, unreadable := it.Check(before)
	answer, problem := it.Check(typed[it.ID])
	return unreadable == (locale.Text{}) && problem == (locale.Text{}) && slices.Equal(old, answer)
}

// leaf is a page as it is left.
type leaf struct {
	answers survey.Answers // of the page, as they are to be stored: what is not there stays as it is stored
	typed   url.Values     // to show the page again: what was typed, and what is stored of the untouched
	all     survey.Answers // of the whole survey with them: those that count
	dropped []string       // items that are not asked any more
	errs    web.Errors     // of what cannot be read; what was stored before stays
	added   bool           // there are questions that the page did not show
}

// leaf reads what was sent with a page. Only what the page asks is taken, and of that only
// what was changed on it: the page may be older than what another window has saved.
func (s *sitting) leaf(sh sheet, typed url.Values) leaf {
	stored := s.given()
	answers := maps.Clone(stored)
	problems, stays := map[string]locale.Text{}, map[string]bool{}
	shows := maps.Clone(typed)
	sent := sent(typed)
	for _, it := range sh.ForWave(s.round.ID, s.group) {
		if !sent(it.ID) {
			shows[it.ID] = stored[it.ID]
			continue
		}
		if untouched(it, typed) {
			shows[it.ID] = stored[it.ID]
			if _, stays[it.ID] = stored[it.ID]; !stays[it.ID] {
				answers[it.ID] = []string{}
			}
			continue
		}
		answer, problem := it.Check(typed[it.ID])
		if problem != (locale.Text{}) {
			problems[it.ID] = problem
			continue
		}
		answers[it.ID] = slices.Concat([]string{}, answer)
	}
	left := leaf{answers: survey.Answers{}, typed: shows, all: survey.Given(s.instruments(), s.asking(answers))}
	for _, it := range sh.Asked(s.asking(answers)) {
		if !sent(it.ID) {
			left.added = true
			continue
		}
		if problem, wrong := problems[it.ID]; wrong {
			left.errs.Add(it.ID, problem)
			continue
		}
		if !stays[it.ID] {
			left.answers[it.ID] = answers[it.ID]
		}
	}
	left.dropped = s.dropped(left.all)
	return left
}

// dropped are the stored answers to this survey's questions that do not count any more.
func (s *sitting) dropped(counting survey.Answers) []string {
	var ids []string
	for _, sh := range s.sheets {
		for _, it := range sh.Items {
			_, counts := counting[it.ID]
			if s.response != nil && s.response.Answers[it.ID] != nil && !counts {
				ids = append(ids, it.ID)
			}
		}
	}
	return ids
}

// sent says of which items a form sends the answers. Of an item that a page did not show
// nothing is known; a program that does not say what it was shown answers all of them.
func sent(typed url.Values) func(item string) bool {
	items, told := typed[shown]
	return func(item string) bool { return !told || slices.Contains(items, item) }
}

// savePage saves a page that is left, and leads on. What cannot be read is shown again;
// all the rest is saved nevertheless.
func (h *handler) savePage(w http.ResponseWriter, r *http.Request, s *sitting) error {
	sh, ok := s.sheet(r)
	if !ok {
		return web.NotFound.Leading(s.way())
	}
	typed, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !s.open() {
		return h.refusePage(w, r, s, sh, typed)
	}
	left := s.leaf(sh, typed)
	if s.anonymous() {
		return h.sendAnonymously(w, r, s, sh, left, typed)
	}
	leads := s.leads(r, sh, left, typed)
	err = h.table.SavePage(r.Context(), s.Person, s.response, table.SavedPage{
		Wave: s.round.ID, Group: s.group, Lang: web.Lang(r),
		Instrument: sh.ID, Edition: editionOf(sh), Answers: left.answers, Dropped: left.dropped,
		Place: max(leads.number, 1), Alerts: left.alerts(sh, typed),
	}, s.now)
	switch {
	case errors.Is(err, table.ErrAnswered), errors.Is(err, table.ErrNotAgreed), errors.Is(err, table.ErrOtherVersion):
		return h.overtaken(w, r, s, sh, typed)
	case err != nil:
		return h.notSaved(w, r, s, sh, left, typed, err)
	case typed.Get(going) == goKeep:
		return kept(w, r, left)
	case len(left.errs) > 0:
		return h.showSheet(w, r, http.StatusUnprocessableEntity, s, sh, left.all, left.all, left.typed, left.errs)
	}
	return seeOther(w, r, leads.path)
}

// lead is where a page leads once it is saved.
type lead struct {
	number int // of the page
	path   string
}

// leads is the page after the one that is left: that one again while there is something
// to look at.
func (s *sitting) leads(r *http.Request, sh sheet, left leaf, typed url.Values) lead {
	back, toCheck := typed.Get(going) == goBack, r.URL.Query().Get(from) == fromCheck
	switch {
	case len(left.errs) > 0, typed.Get(going) == goKeep:
		return lead{sh.number, s.pathOf(sh.number)}
	case back:
		number := s.before(sh.number, left.all)
		return lead{number, s.pathOf(number)}
	case left.added:
		again := s.pathOf(sh.number) + "?" + more + "=1"
		if toCheck {
			again += "&" + from + "=" + fromCheck
		}
		return lead{sh.number, again}
	case toCheck:
		return lead{len(s.sheets) + 1, s.path + "/check"}
	}
	number := s.after(sh.number, left.all)
	return lead{number, s.pathOf(number)}
}

func editionOf(sh sheet) table.Edition {
	return table.Edition{Version: sh.Version, Hash: sh.Hash()}
}

// alerts are those of a page that is left by a button: the keys that move between the
// points of a scale pass through answers that nobody means.
func (l leaf) alerts(sh sheet, typed url.Values) []table.Alert {
	if typed.Get(going) == goKeep {
		return nil
	}
	return alerts(sh, l.all)
}

// alerts are the answers of a page that staff are to look at.
func alerts(sh sheet, answers survey.Answers) []table.Alert {
	var all []table.Alert
	for _, it := range sh.Items {
		if answer := answers[it.ID]; it.Alerted(answer) {
			all = append(all, table.Alert{Item: it.ID, Value: answer[0]})
		}
	}
	return all
}

// kept answers the script: all that could be read is saved.
func kept(w http.ResponseWriter, r *http.Request, left leaf) error {
	if len(left.errs) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return say(w, r, http.StatusUnprocessableEntity, locale.Text{
		JA: "読み取れない入力があります。そのほかの回答は保存しました",
		EN: "Something you typed cannot be read. All other answers are saved",
	})
}

// say answers the script in words, which it shows.
func say(w http.ResponseWriter, r *http.Request, status int, words locale.Text) error {
	http.Error(w, words.In(web.Lang(r)), status)
	return nil
}

// refusals are the words with which the script hears that nothing is saved any more.
var refusals = map[state]locale.Text{
	closed:   {JA: "アンケートが終了したため、保存していません", EN: "The survey has closed, and this is not saved"},
	received: {JA: "回答は送信済みのため、保存していません", EN: "Your answers have been sent, and this is not saved"},
}

var refused = locale.Text{JA: "このアンケートには回答できないため、保存していません", EN: "This survey cannot be answered, and this is not saved"}

// refusePage is for a page that comes when no answers are taken: with the reason, and
// what was typed, to keep a copy.
func (h *handler) refusePage(w http.ResponseWriter, r *http.Request, s *sitting, sh sheet, typed url.Values) error {
	if typed.Get(going) == goKeep {
		words, ok := refusals[s.state()]
		if !ok {
			words = refused
		}
		return say(w, r, http.StatusConflict, words)
	}
	var fields []web.Field
	for _, f := range s.fields(sh.ForWave(s.round.ID, s.group), typed, nil) {
		if typed.Get(f.Name) != "" {
			fields = append(fields, f)
		}
	}
	rows := web.Answers(web.Lang(r), []web.Section{{Fields: fields}}, false)[0]
	return h.showStanding(w, r, http.StatusConflict, s, nil, rows)
}

// overtaken is for a page that something else has overtaken since it was opened: the
// survey was finished or left elsewhere, or begun with an older version. It says which, and
// gives back what was typed.
func (h *handler) overtaken(w http.ResponseWriter, r *http.Request, s *sitting, sh sheet, typed url.Values) error {
	return h.readAgain(w, r, s, func(w http.ResponseWriter, r *http.Request, now *sitting) error {
		return h.refusePage(w, r, now, sh, typed)
	})
}

// readAgain opens the survey once more, by the same link, and serves it as it is by now.
func (h *handler) readAgain(w http.ResponseWriter, r *http.Request, s *sitting, serve func(http.ResponseWriter, *http.Request, *sitting) error) error {
	if s.own {
		return h.links().OpenSurveys(w, r, mail.OpenPage, h.sitByPage(serve))
	}
	return h.links().OpenSurveys(w, r, mail.OpenSurvey, h.sitByMail(serve))
}

// notSaved shows a page again that could not be saved, with all that was typed and a
// button to send it again.
func (h *handler) notSaved(w http.ResponseWriter, r *http.Request, s *sitting, sh sheet, left leaf, typed url.Values, err error) error {
	slog.ErrorContext(r.Context(), "survey page not saved", "experiment", s.Experiment.ID, "person", s.Person.ID, "wave", s.round.ID, "error", err)
	w.Header().Set("Retry-After", "60")
	if typed.Get(going) == goKeep {
		return say(w, r, http.StatusServiceUnavailable, locale.Text{
			JA: "保存できませんでした。もう一度選ぶか、下のボタンで進むときに保存されます",
			EN: "This could not be saved. It will be when you choose again, or go on by the button below",
		})
	}
	button := s.button(sh, left.all, r.URL.Query().Get(from) == fromCheck)
	happened := notKept(err)
	again := submission.PressAgain(happened, button)
	again.Text = slices.Concat([]locale.Text{{JA: happened.Title.JA + "。", EN: happened.Title.EN + "."}}, again.Text)
	return h.showSheet(w, r, http.StatusServiceUnavailable, s, sh, left.all, s.given(), left.typed, left.errs, again)
}

// notKept words it for a person that a page was not saved.
func notKept(err error) web.Notice {
	twice := locale.Text{
		JA: "入力した内容はこのページに残っています。何度押しても、回答が二重になることはありません。",
		EN: "Everything you entered is still on this page. However often you press it, it counts once.",
	}
	if errors.Is(err, table.ErrUncertain) {
		return web.Notice{
			Kind:  web.Warning,
			Title: locale.Text{JA: "回答を保存できたか確認できませんでした", EN: "We could not confirm that your answers were saved"},
			Text: []locale.Text{{
				JA: "システムから応答がありませんでした。ご不便をおかけして申し訳ありません。" + twice.JA,
				EN: "Our system did not answer, and we are sorry for the trouble. " + twice.EN,
			}},
		}
	}
	return web.Notice{
		Kind:  web.Warning,
		Title: locale.Text{JA: "このページの回答はまだ保存されていません", EN: "The answers on this page are not saved yet"},
		Text: []locale.Text{{
			JA: "こちらのシステムの問題で保存できませんでした。ご不便をおかけして申し訳ありません。" + twice.JA,
			EN: "Our system could not store them, and we are sorry for the trouble. " + twice.EN,
		}},
	}
}
