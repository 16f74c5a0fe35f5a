// Package submission is what the functions share that take what people send in
// with a form. A form counts once, by its token. What looks automatic is refused
// politely. Whatever goes wrong, people are told what became of it and what to do,
// and nothing that they typed is lost.
//
// A function has a Form for each kind of thing that is sent to it:
//
//	form := submission.Form{
//		What:  locale.Text{JA: "登録", EN: "registration"},
//		Table: h.table, Random: h.random,
//	}
package submission

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// What a form carries beside its fields.
const (
	Token = "token"   // 128 random bits, by which a form counts once
	Shown = "shown"   // when the form was shown, in Unix milliseconds
	Trap  = "website" // shown to nobody; only programs fill it in
)

// Form is a form that is checked on a page of its own and then sent.
type Form struct {
	What   locale.Text   // what is sent with it, as within a sentence: 応募, application
	Table  *table.Table  // where refused posts are noted
	Random func() string // at least 128 random bits as base32 text
}

// CheckButton leads from a form to its confirmation. What is said above a form
// names it.
var CheckButton = locale.Text{JA: "入力内容を確認する", EN: "Check your answers"}

// Freshen gives a form a token of its own and the time it is shown at.
func (f Form) Freshen(typed url.Values, now time.Time) {
	typed.Set(Token, f.Random())
	typed.Set(Shown, strconv.FormatInt(now.UnixMilli(), 10))
}

// OddToken is said above a form whose token was damaged. It has a new one.
func (f Form) OddToken() web.Notice {
	return web.Notice{
		Kind: web.Warning, Focus: true,
		Title: locale.Text{JA: "もう一度送信してください", EN: "Please send it once more"},
		Text: []locale.Text{{
			JA: "フォームの一部が正しく届きませんでした。" + f.What.JA + "はまだ受け付けていません。内容をご確認のうえ、もう一度お進みください。",
			EN: "Part of the form did not arrive intact. Your " + f.What.EN + " was not received yet. Please check your answers and go on once more.",
		}},
	}
}

// TokenOf stands for the token of a post that has none: the same post again is
// the same one.
func TokenOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Reference is what a person quotes to the office: 50 random bits in two groups
// of letters and digits that are not mistaken for each other.
func Reference(random string) string { return random[:5] + "-" + random[5:10] }
