package submission

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// Between these ages a form may be sent. Nobody fills it in within the first;
// the second is how long its receipt would be known by.
const (
	minAge = time.Second
	maxAge = 24 * time.Hour
)

// Suspicious reports whether a post is refused because a program seems to have
// made it, or because its form is too old to count once. The post is noted and the
// person, who may be one, finds everything typed in a form that can be sent.
func (f Form) Suspicious(r *http.Request, e *experiment.Experiment, typed url.Values) (web.Notice, bool) {
	now := web.Now(r)
	age, known := ageOf(typed, now)
	switch {
	case typed.Get(Trap) != "":
		f.Note(r, e, "trap")
		typed.Del(Trap)
		return f.notYet(locale.Text{
			JA: "画面に表示されない欄に入力があり、プログラムによる自動送信と区別できませんでした。",
			EN: "A field that is not shown on the page was filled in, so we could not tell you from a program.",
		}), true
	case known && age < minAge:
		f.Note(r, e, "fast")
		return f.notYet(locale.Text{
			JA: "フォームを開いてすぐに送信されたため、プログラムによる自動送信と区別できませんでした。",
			EN: "It was sent so soon after the form was opened that we could not tell you from a program.",
		}), true
	case known && age > maxAge:
		f.Note(r, e, "old")
		f.Freshen(typed, now)
		return f.tooOld(), true
	}
	return web.Notice{}, false
}

// notYet is said above a form that was refused, with the reason.
func (f Form) notYet(why locale.Text) web.Notice {
	return web.Notice{
		Kind:  web.Warning,
		Title: locale.Text{JA: f.What.JA + "はまだ受け付けていません", EN: "Your " + f.What.EN + " was not received yet"},
		Focus: true,
		Text: []locale.Text{{
			JA: why.JA + "お手数ですが、下の内容をご確認のうえ、もう一度「" + CheckButton.JA + "」からお進みください。入力した内容は残っています。",
			EN: why.EN + " Please look over your answers below and press “" + CheckButton.EN + "” once more. Everything you typed is still there.",
		}},
	}
}

// tooOld is said above a form that was shown too long ago. It has a new token.
func (f Form) tooOld() web.Notice {
	return web.Notice{
		Kind:  web.Warning,
		Title: locale.Text{JA: "フォームを開いてから1日以上たっています", EN: "This form was opened more than a day ago"},
		Focus: true,
		Text: []locale.Text{{
			JA: "今回の" + f.What.JA + "はまだ受け付けていません。下の内容をご確認のうえ、もう一度「" + CheckButton.JA + "」からお進みください。前に送信を終えている場合は、何もしていただく必要はありません。",
			EN: "Your " + f.What.EN + " was not received this time. Please look over your answers below and press “" + CheckButton.EN + "” once more. If you had already sent it, there is nothing left to do.",
		}},
	}
}

// ageOf is how long ago the form was shown. Forms hosted elsewhere do not say.
func ageOf(typed url.Values, now time.Time) (time.Duration, bool) {
	millis, err := strconv.ParseInt(typed.Get(Shown), 10, 64)
	if err != nil {
		return 0, false
	}
	return now.Sub(time.UnixMilli(millis)), true
}

// Note lists a refused post for staff. It is refused all the same if that fails.
func (f Form) Note(r *http.Request, e *experiment.Experiment, reason string) {
	if err := f.Table.NoteSuspect(r.Context(), e.ID, f.Random(), reason, web.Now(r)); err != nil {
		slog.ErrorContext(r.Context(), "suspect not noted", "experiment", e.ID, "error", err)
	}
}
