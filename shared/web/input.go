package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"livinglab/shared/locale"
)

// ReadForm returns the fields of a posted form. A body of another type is
// WrongType; text that is not UTF-8 or holds NUL is refused, naming the field.
func ReadForm(r *http.Request) (url.Values, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media != "application/x-www-form-urlencoded" {
		return nil, WrongType
	}
	body, err := ReadBody(r)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, unreadable
	}
	var errs Errors
	for name, values := range form {
		for _, value := range values {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				errs.Add(strings.ToValidUTF8(name, "?"), locale.Text{
					JA: "読み取れない文字があります。入力し直してください",
					EN: "Some characters cannot be read. Please enter it again",
				})
			}
		}
	}
	if len(errs) > 0 {
		return nil, &Problem{Status: http.StatusBadRequest, Title: unreadable.Title, Body: unreadable.Body, Err: errs}
	}
	return form, nil
}

// ReadBody returns the body, which is at most MaxBody long.
func ReadBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, MaxBody))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return body, nil
}
