package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"livinglab/shared/locale"
)

// Problem is an error that people may see. It says what happened and what to
// do next; it never holds what somebody typed. Err is the cause, for the log.
type Problem struct {
	Status int
	Title  locale.Text
	Body   locale.Text
	Next   []Link // where the person may go on, before the home page
	Err    error
}

func (p *Problem) Error() string {
	text := fmt.Sprintf("answering %d", p.Status)
	if p.Err != nil {
		text += ": " + p.Err.Error()
	}
	return text
}

func (p *Problem) Unwrap() error { return p.Err }

// The problems that every function may meet.
var (
	NotFound = &Problem{
		Status: http.StatusNotFound,
		Title:  locale.Text{JA: "ページが見つかりません", EN: "Page not found"},
		Body: locale.Text{
			JA: "ページのURLが変わったか、入力に誤りがあるかもしれません。URLをご確認いただくか、トップページからお探しください。",
			EN: "The address may have changed or been mistyped. Please check it, or start from the home page.",
		},
	}
	wrongMethod = &Problem{
		Status: http.StatusMethodNotAllowed,
		Title:  locale.Text{JA: "この操作はできません", EN: "This cannot be done here"},
		Body: locale.Text{
			JA: "このアドレスは、その方法では受け付けていません。前のページに戻るか、トップページからやり直してください。",
			EN: "This address does not accept that kind of request. Please go back, or start from the home page.",
		},
	}
	tooLarge = &Problem{
		Status: http.StatusRequestEntityTooLarge,
		Title:  locale.Text{JA: "送信された内容が大きすぎます", EN: "What was sent is too large"},
		Body: locale.Text{
			JA: "一度に受け取れるのは64キロバイトまでです。何も保存していません。前のページに戻り、文章を短くしてからもう一度送信してください。",
			EN: "We can take up to 64 kilobytes at once. Nothing was stored. Please go back, shorten your texts and send again.",
		},
	}
	unreadable = &Problem{
		Status: http.StatusBadRequest,
		Title:  locale.Text{JA: "送信された内容を読み取れません", EN: "What was sent cannot be read"},
		Body: locale.Text{
			JA: "途中で壊れた可能性があります。何も保存していません。前のページに戻り、もう一度送信してください。",
			EN: "It may have been damaged on the way. Nothing was stored. Please go back and send it again.",
		},
	}
	// WrongType is for a body that is neither a form nor JSON.
	WrongType = &Problem{
		Status: http.StatusUnsupportedMediaType,
		Title:  locale.Text{JA: "この形式では受け取れません", EN: "We cannot take this format"},
		Body: locale.Text{
			JA: "フォーム(application/x-www-form-urlencoded)またはJSON(application/json)で送信してください。何も保存していません。",
			EN: "Please send a form (application/x-www-form-urlencoded) or JSON (application/json). Nothing was stored.",
		},
	}
	failed = &Problem{
		Status: http.StatusInternalServerError,
		Title:  locale.Text{JA: "ページを表示できませんでした", EN: "The page could not be shown"},
		Body: locale.Text{
			JA: "こちら側の問題です。ご不便をおかけして申し訳ありません。少し時間をおいて、もう一度お試しください。送信の途中だった場合は、前のページに戻ると入力した内容が残っていることがあります。",
			EN: "The fault is ours, and we are sorry for the trouble. Please try again in a little while. If you were sending something, going back may still show what you typed.",
		},
	}
	// Busy is for work that was not done but may be done in a moment.
	Busy = &Problem{
		Status: http.StatusServiceUnavailable,
		Title:  locale.Text{JA: "ただいま混み合っています", EN: "We are busy right now"},
		Body: locale.Text{
			JA: "今回の操作は受け付けられていません。1分ほどおいて、もう一度お試しください。",
			EN: "Your request was not taken. Please wait about a minute and try again.",
		},
	}
)

// Because returns the problem with its cause, for the log.
func (p *Problem) Because(err error) *Problem {
	with := *p
	with.Err = err
	return &with
}

// Leading returns the problem with ways on from it.
func (p *Problem) Leading(to ...Link) *Problem {
	with := *p
	with.Next = to
	return &with
}

// FieldError says what to do about one field.
type FieldError struct {
	Field string // the field's name
	Text  locale.Text
}

// Errors are all mistakes of one form, in the form's order.
type Errors []FieldError

// Add adds what to do about a field.
func (e *Errors) Add(field string, text locale.Text) {
	*e = append(*e, FieldError{Field: field, Text: text})
}

// Of returns what is said about the field: the first thing, or nothing.
func (e Errors) Of(field string) locale.Text {
	for _, one := range e {
		if one.Field == field {
			return one.Text
		}
	}
	return locale.Text{}
}

// Err returns the mistakes as an error, nil if there are none.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Error names the fields, never what was typed into them.
func (e Errors) Error() string {
	names := make([]string, len(e))
	for i, one := range e {
		names[i] = one.Field
	}
	return "checking fields: " + strings.Join(names, ", ")
}

// wholeRequest stands for the field's name in JSON where the request as a
// whole is at fault.
const wholeRequest = "request"

// Answer ends a route: what it returns as an error becomes the answer, by Fail.
func (p *Pages) Answer(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			p.Fail(w, r, err)
		}
	}
}

// Fail answers with the error: the one table from errors to HTTP. It is the
// end of an error's way; what is our own fault is logged here and nowhere else.
func (p *Pages) Fail(w http.ResponseWriter, r *http.Request, err error) {
	problem := problemOf(err)
	if problem.Status >= 500 && problem.Err != nil {
		slog.ErrorContext(r.Context(), "request failed", "status", problem.Status, "error", problem.Err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	if problem.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	if WantsJSON(r) {
		WriteJSONErrors(w, r, problem.Status, problem.fields())
		return
	}
	p.showProblem(w, r, problem)
}

// problemOf is the table.
func problemOf(err error) *Problem {
	if problem, ok := errors.AsType[*Problem](err); ok {
		return problem
	}
	if fields, ok := errors.AsType[Errors](err); ok {
		return &Problem{
			Status: http.StatusUnprocessableEntity, Err: fields,
			Title: locale.Text{JA: "入力内容を確認してください", EN: "Please check what you entered"},
			Body: locale.Text{
				JA: "次の点を直して、もう一度送信してください。まだ何も保存していません。",
				EN: "Please correct the following and send again. Nothing was stored yet.",
			},
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Busy.Because(err)
	}
	return failed.Because(err)
}

// Messages are the problem's words about single fields, if it has any.
func (p *Problem) Messages() Errors {
	fields, _ := errors.AsType[Errors](p.Err)
	return fields
}

// fields returns the problem field by field.
func (p *Problem) fields() Errors {
	if fields := p.Messages(); len(fields) > 0 {
		return fields
	}
	return Errors{{Field: wholeRequest, Text: p.Title}}
}

// WriteJSONErrors answers {"errors":{field:message}} in the reader's language.
func WriteJSONErrors(w http.ResponseWriter, r *http.Request, status int, errs Errors) {
	messages := make(map[string]string, len(errs))
	for _, one := range errs {
		if _, said := messages[one.Field]; !said {
			messages[one.Field] = one.Text.In(Lang(r))
		}
	}
	WriteJSON(w, status, map[string]any{"errors": messages})
}

// WriteJSON answers with the value as JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		slog.Error("encoding an answer", "error", err)
		status, body = http.StatusInternalServerError, []byte(`{"errors":{"`+wholeRequest+`":""}}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
