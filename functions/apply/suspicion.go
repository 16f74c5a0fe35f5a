package main

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
	minFormAge = time.Second
	maxFormAge = 24 * time.Hour
)

// suspicious reports whether a post is refused because a program seems to have
// made it, or because its form is too old to count once. The post is noted and the
// person, who may be one, finds everything typed in a form that can be sent.
func (h *handler) suspicious(r *http.Request, e *experiment.Experiment, typed url.Values) (web.Notice, bool) {
	now := web.Now(r)
	age, known := formAge(typed, now)
	switch {
	case typed.Get(trap) != "":
		h.note(r, e, "trap", now)
		typed.Del(trap)
		return web.Notice{
			Kind:  web.Warning,
			Title: locale.Text{JA: "応募はまだ受け付けていません", EN: "Your application was not received yet"},
			Focus: true,
			Text: []locale.Text{{
				JA: "画面に表示されない欄に入力があり、プログラムによる自動送信と区別できませんでした。お手数ですが、下の内容をご確認のうえ、もう一度「入力内容を確認する」からお進みください。入力した内容は残っています。",
				EN: "A field that is not shown on the page was filled in, so we could not tell you from a program. Please look over your answers below and press “Check your answers” once more. Everything you typed is still there.",
			}},
		}, true
	case known && age < minFormAge:
		h.note(r, e, "fast", now)
		return web.Notice{
			Kind:  web.Warning,
			Title: locale.Text{JA: "応募はまだ受け付けていません", EN: "Your application was not received yet"},
			Focus: true,
			Text: []locale.Text{{
				JA: "フォームを開いてすぐに送信されたため、プログラムによる自動送信と区別できませんでした。お手数ですが、下の内容をご確認のうえ、もう一度「入力内容を確認する」からお進みください。入力した内容は残っています。",
				EN: "It was sent so soon after the form was opened that we could not tell you from a program. Please look over your answers below and press “Check your answers” once more. Everything you typed is still there.",
			}},
		}, true
	case known && age > maxFormAge:
		h.note(r, e, "old", now)
		h.freshen(typed, now)
		return web.Notice{
			Kind:  web.Warning,
			Title: locale.Text{JA: "フォームを開いてから1日以上たっています", EN: "This form was opened more than a day ago"},
			Focus: true,
			Text: []locale.Text{{
				JA: "今回の応募はまだ受け付けていません。下の内容をご確認のうえ、もう一度「入力内容を確認する」からお進みください。前に送信を終えている場合は、何もしていただく必要はありません。",
				EN: "Your application was not received this time. Please look over your answers below and press “Check your answers” once more. If you had already sent it, there is nothing left to do.",
			}},
		}, true
	}
	return web.Notice{}, false
}

// formAge is how long ago the form was shown. Forms hosted elsewhere do not say.
func formAge(typed url.Values, now time.Time) (time.Duration, bool) {
	millis, err := strconv.ParseInt(typed.Get(shownAt), 10, 64)
	if err != nil {
		return 0, false
	}
	return now.Sub(time.UnixMilli(millis)), true
}

// note lists the refused post for staff. It is refused all the same if that fails.
func (h *handler) note(r *http.Request, e *experiment.Experiment, reason string, now time.Time) {
	if err := h.table.NoteSuspect(r.Context(), e.ID, h.random(), reason, now); err != nil {
		slog.ErrorContext(r.Context(), "suspect not noted", "experiment", e.ID, "error", err)
	}
}
