package main

import (
	"errors"
	"net/http"

	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// failedPage is the confirmation again, after storing failed. What happened is
// its title; what to do is the notice, where the page opens.
func failedPage(page web.Page, happened web.Notice) web.Page {
	view := page.Data.(formView)
	page.Title = happened.Title
	happened.Title = locale.Text{
		JA: "1分ほどおいて、もう一度「" + view.Button.JA + "」を押してください",
		EN: "Wait about a minute, then press “" + view.Button.EN + "” again",
	}
	happened.Focus = true
	view.Failed = true
	view.Notices = append([]web.Notice{happened}, view.Notices...)
	page.Data = view
	return page
}

// notStored words what it means for the person that storing failed.
func notStored(err error) web.Notice {
	if errors.Is(err, table.ErrUncertain) {
		return web.Notice{
			Kind: web.Warning,
			Title: locale.Text{
				JA: "応募の受け付けを完了できませんでした",
				EN: "We could not finish receiving your application",
			},
			Text: []locale.Text{{
				JA: "システムから応答がなく、受け付けを確認できませんでした。ご不便をおかけして申し訳ありません。応募はまだ受け付けられていないものとして、もう一度お試しください。入力した内容はこのページに残っています。何度押しても、応募が二重になることはありません。",
				EN: "Our system did not answer, so we cannot confirm it, and we are sorry for the trouble. Please take it as not received and try again. Everything you typed is still on this page. However often you send it, it counts once.",
			}},
		}
	}
	return web.Notice{
		Kind: web.Warning,
		Title: locale.Text{
			JA: "応募はまだ受け付けられていません",
			EN: "Your application was not received",
		},
		Text: []locale.Text{{
			JA: "こちらのシステムの問題で保存できませんでした。ご不便をおかけして申し訳ありません。入力した内容はこのページに残っています。何度押しても、応募が二重になることはありません。",
			EN: "Our system could not store it, and we are sorry for the trouble. Everything you typed is still on this page. However often you send it, it counts once.",
		}},
	}
}

// notSaved words what it means for the person that saving failed.
func notSaved(err error) web.Notice {
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

// unconfirmed answers for a decision whose answer was lost.
var unconfirmed = &web.Problem{
	Status: http.StatusServiceUnavailable,
	Title:  locale.Text{JA: "結果を確認できませんでした", EN: "We could not confirm the result"},
	Body: locale.Text{
		JA: "システムから応答がありませんでした。1分ほどおいて前のページに戻り、もう一度お試しください。すでに済んでいた場合も、二重になることはありません。",
		EN: "Our system did not answer. Please wait about a minute, go back and try again. If it was done already, nothing is done twice.",
	},
}

// busyOr is the page for a decision that was not taken, or may not have been.
func busyOr(err error) error {
	switch {
	case errors.Is(err, table.ErrUncertain):
		return unconfirmed.Because(err)
	case errors.Is(err, table.ErrBusy):
		return web.Busy.Because(err)
	}
	return err
}
