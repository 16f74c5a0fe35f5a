package main

import (
	"net/http"
	"net/url"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// open reports whether there is a briefing to register for now. If not, it has
// answered: with the reason, whom to ask, and what was typed.
func (h *handler) open(w http.ResponseWriter, r *http.Request, tt timetable, typed url.Values) bool {
	if len(tt.registrable()) > 0 {
		return true
	}
	page := closedPage(tt)
	view := page.Data.(closedView)
	if web.WantsJSON(r) {
		web.WriteJSONErrors(w, r, http.StatusForbidden, web.Errors{{Field: "request", Text: view.Reason}})
		return false
	}
	view.Refused = true
	var fields []web.Field
	for _, s := range sections(tt, typed, nil)[:2] {
		for _, f := range s.Fields {
			if f.Name != briefing {
				fields = append(fields, f)
			}
		}
	}
	view.Typed = web.Answers(web.Lang(r), []web.Section{{Fields: fields}}, false)[0]
	page.Data = view
	h.pages.Show(w, r, http.StatusForbidden, "closed", page)
	return false
}

// closedView says why nobody can register now.
type closedView struct {
	Experiment *experiment.Experiment
	NotYet     bool
	Applying   bool // applications are open
	Reason     locale.Text
	Lines      []line
	Refused    bool // a registration was sent and not taken
	Typed      []web.Row
}

func closedPage(tt timetable) web.Page {
	canceled, under := 0, 0
	for _, l := range tt.lines() {
		if l.Canceled {
			canceled++
		} else if l.Begun && !l.Over {
			under++
		}
	}
	view := closedView{
		Experiment: tt.e, Lines: tt.lines(), NotYet: tt.now.Before(tt.e.Application.Open) && canceled < len(tt.sessions),
		Applying: tt.e.Application.State(tt.now) == experiment.Open,
	}
	title := locale.Text{JA: "説明会の登録は終了しました", EN: "Registration for the briefings is over"}
	switch {
	case canceled == len(tt.sessions):
		title = locale.Text{JA: "説明会は中止になりました", EN: "The briefings are canceled"}
		view.Reason = locale.Text{
			JA: "予定していた説明会は、すべて中止になりました。楽しみにしてくださった方には申し訳ありません。",
			EN: "All briefings that were planned are canceled. We are sorry if you were looking forward to one.",
		}
	case view.NotYet:
		title = locale.Text{JA: "説明会の登録はまだ始まっていません", EN: "Registration for the briefings is not open yet"}
		view.Reason = locale.Text{
			JA: "登録は" + locale.Instant(locale.Japanese, tt.e.Application.Open, tt.e.Zone()) + "から受け付けます。",
			EN: "Registration opens on " + locale.Instant(locale.English, tt.e.Application.Open, tt.e.Zone()) + ".",
		}
	case under > 0:
		view.Reason = locale.Text{
			JA: "説明会はただいま開催中で、新しい登録は受け付けていません。登録がお済みの方は、受付のメールの「説明会に参加する」からお入りください。",
			EN: "A briefing is under way, and no new registrations are taken. If you have registered, please come in by the button in our mail.",
		}
	default:
		view.Reason = locale.Text{
			JA: "予定していた説明会は、すべて終わりました。",
			EN: "All briefings that were planned are over.",
		}
	}
	return web.About(tt.e, title, view)
}

// foreignOrigin answers a post from a page that is not on the list.
var foreignOrigin = &web.Problem{
	Status: http.StatusForbidden,
	Title:  locale.Text{JA: "このページからは登録できません", EN: "You cannot register from that page"},
	Body: locale.Text{
		JA: "登録フォームは、このサイトの募集ページから開いてください。登録は受け付けられていません。",
		EN: "Please open the registration form from the experiment's page on this site. No registration was received.",
	},
}

// usedForm answers a form that was accepted before with other answers.
var usedForm = &web.Problem{
	Status: http.StatusUnprocessableEntity,
	Title:  locale.Text{JA: "この登録フォームは送信済みです", EN: "This form has been sent already"},
	Body: locale.Text{
		JA: "先に送信された内容で受け付けており、今回の変更は反映していません。ほかの回に変えたいときは、受付のメールにある専用ページからお願いします。",
		EN: "Your registration stands as you sent it the first time; what you have changed since is not in it. To choose another session, please use the private page linked in our mail.",
	},
}
