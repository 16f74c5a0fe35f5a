package submission

import (
	"errors"
	"net/http"

	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// NotStored words what it means for the person that storing the form failed.
func (f Form) NotStored(err error) web.Notice {
	twice := locale.Text{
		JA: "何度押しても、" + f.What.JA + "が二重になることはありません。",
		EN: "However often you send it, it counts once.",
	}
	if errors.Is(err, table.ErrUncertain) {
		return web.Notice{
			Kind: web.Warning,
			Title: locale.Text{
				JA: f.What.JA + "の受け付けを完了できませんでした",
				EN: "We could not finish receiving your " + f.What.EN,
			},
			Text: []locale.Text{{
				JA: "システムから応答がなく、受け付けを確認できませんでした。ご不便をおかけして申し訳ありません。" + f.What.JA + "はまだ受け付けられていないものとして、もう一度お試しください。入力した内容はこのページに残っています。" + twice.JA,
				EN: "Our system did not answer, so we cannot confirm it, and we are sorry for the trouble. Please take it as not received and try again. Everything you typed is still on this page. " + twice.EN,
			}},
		}
	}
	return web.Notice{
		Kind: web.Warning,
		Title: locale.Text{
			JA: f.What.JA + "はまだ受け付けられていません",
			EN: "Your " + f.What.EN + " was not received",
		},
		Text: []locale.Text{{
			JA: "こちらのシステムの問題で保存できませんでした。ご不便をおかけして申し訳ありません。入力した内容はこのページに残っています。" + twice.JA,
			EN: "Our system could not store it, and we are sorry for the trouble. Everything you typed is still on this page. " + twice.EN,
		}},
	}
}

// NotSaved words what it means for the person that saving changes failed.
func NotSaved(err error) web.Notice {
	notice := web.Notice{
		Kind:  web.Warning,
		Title: locale.Text{JA: "変更はまだ保存されていません", EN: "Your changes were not saved"},
		Text: []locale.Text{{
			JA: "こちらのシステムの問題で保存できませんでした。ご不便をおかけして申し訳ありません。入力した内容はこのページに残っています。",
			EN: "Our system could not store them, and we are sorry for the trouble. Everything you typed is still on this page.",
		}},
	}
	if errors.Is(err, table.ErrUncertain) {
		notice.Title = locale.Text{JA: "変更を保存できたか確認できませんでした", EN: "We could not confirm that your changes were saved"}
		notice.Text = []locale.Text{{
			JA: "システムから応答がありませんでした。ご不便をおかけして申し訳ありません。入力した内容はこのページに残っています。もう一度押しても、変更が二重になることはありません。",
			EN: "Our system did not answer, and we are sorry for the trouble. Everything you typed is still on this page. If they were saved already, nothing is done twice.",
		}}
	}
	return notice
}

// PressAgain turns what happened into what to do: for the confirmation whose
// title says what happened, and which opens at this notice.
func PressAgain(happened web.Notice, button locale.Text) web.Notice {
	happened.Title = locale.Text{
		JA: "1分ほどおいて、もう一度「" + button.JA + "」を押してください",
		EN: "Wait about a minute, then press “" + button.EN + "” again",
	}
	happened.Focus = true
	return happened
}

// unconfirmed answers for a decision whose answer was lost.
var unconfirmed = &web.Problem{
	Status: http.StatusServiceUnavailable,
	Title:  locale.Text{JA: "結果を確認できませんでした", EN: "We could not confirm the result"},
	Body: locale.Text{
		JA: "システムから応答がありませんでした。1分ほどおいて前のページに戻り、もう一度お試しください。すでに済んでいた場合も、二重になることはありません。",
		EN: "Our system did not answer. Please wait about a minute, go back and try again. If it was done already, nothing is done twice.",
	},
}

// NotTaken is the page for a decision that was not taken, or may not have been.
// Errors of any other kind stay what they are.
func NotTaken(err error) error {
	switch {
	case errors.Is(err, table.ErrUncertain):
		return unconfirmed.Because(err)
	case errors.Is(err, table.ErrBusy):
		return web.Busy.Because(err)
	}
	return err
}
