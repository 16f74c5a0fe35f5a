package submission

import (
	"errors"
	"net/http"
	"strings"

	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// UnreadableJSON answers 400 to JSON that cannot be read, naming the field. An error
// of any other kind is returned.
func UnreadableJSON(w http.ResponseWriter, r *http.Request, err error) error {
	wrong, ok := errors.AsType[*input.JSONError](err)
	if !ok {
		return err
	}
	field := wrong.Field
	if field == "" {
		field = "request"
	}
	web.WriteJSONErrors(w, r, http.StatusBadRequest, web.Errors{{Field: field, Text: locale.Text{
		JA: "JSONとして読み取れません: " + wrong.Reason, EN: "This cannot be read: " + wrong.Reason,
	}}})
	return nil
}

// IdempotencyKey returns the token that a client's Idempotency-Key stands for.
// It is kept apart from the tokens of forms, because a client may choose a key
// that is easily guessed, and a form's token opens its receipt.
func IdempotencyKey(r *http.Request, errs *web.Errors) (token string, ok bool) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return "", false
	}
	if len(key) > 255 || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		errs.Add("Idempotency-Key", locale.Text{
			JA: "空白のない英数字と記号を255文字以内で指定してください", EN: "Use at most 255 visible ASCII characters",
		})
	}
	return "Idempotency-Key " + key, true
}
