package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonDepth is how deep a body may nest: an object of lists of objects.
const jsonDepth = 8

// JSONError says which field of a body could not be read, for a 400. It
// repeats no value, because values are personal data.
type JSONError struct {
	Field  string // path with slashes, as "choices/1"; "" is the body as a whole
	Reason string // in English: those who read it write programs
}

func (e *JSONError) Error() string {
	if e.Field == "" {
		return "reading JSON: " + e.Reason
	}
	return fmt.Sprintf("reading JSON: field %q: %s", e.Field, e.Reason)
}

// DecodeJSON reads a body that is exactly one JSON object into a struct, and
// takes nothing on trust that encoding/json would repair or overlook: bad UTF-8, unpaired
// surrogates, NUL, duplicate, unknown or differently cased keys, deep nesting, numbers
// out of range, anything after the object. The error is a *JSONError.
func DecodeJSON[T any](body []byte, into *T) error {
	if err := checkJSON(body); err != nil {
		return err
	}
	if err := json.Unmarshal(body, into, json.RejectUnknownMembers(true)); err != nil {
		return jsonError(err)
	}
	return nil
}

// checkJSON reads the tokens once for what the decoder leaves to its caller.
func checkJSON(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return &JSONError{Reason: "the body is empty"}
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	if d.PeekKind() != '{' && d.PeekKind() != 0 {
		return &JSONError{Reason: "the body is not an object"}
	}
	for {
		token, err := d.ReadToken()
		switch {
		case err != nil:
			return jsonError(err)
		case d.StackDepth() > jsonDepth:
			return &JSONError{Field: field(d.StackPointer()), Reason: "nested too deep"}
		case d.StackDepth() == 0 && len(bytes.TrimSpace(body[d.InputOffset():])) > 0:
			return &JSONError{Reason: "something follows the object"}
		case d.StackDepth() == 0:
			return nil
		}
		switch token.Kind() {
		case '"':
			switch text := token.String(); {
			case strings.ContainsRune(text, 0):
				return &JSONError{Field: field(d.StackPointer()), Reason: "contains NUL"}
			case strings.ContainsRune(text, unicode.ReplacementChar):
				// API Gateway hands a body over as text: bytes that are not UTF-8 arrive so.
				return &JSONError{Field: field(d.StackPointer()), Reason: "was not UTF-8"}
			}
		case '0':
			if n, err := token.Float(); err != nil || math.IsInf(n, 0) {
				return &JSONError{Field: field(d.StackPointer()), Reason: "number out of range"}
			}
		}
	}
}

// jsonError words an error of the decoder without the value it is about.
func jsonError(err error) *JSONError {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		reason := "not valid JSON"
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			reason = "appears twice"
		case errors.Is(err, io.ErrUnexpectedEOF):
			reason = "the body ends too early"
		}
		return &JSONError{Field: field(syntactic.JSONPointer), Reason: reason}
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		reason := "has the wrong type"
		if errors.Is(err, json.ErrUnknownName) {
			reason = "is unknown"
		}
		return &JSONError{Field: field(semantic.JSONPointer), Reason: reason}
	}
	return &JSONError{Reason: "not valid JSON"}
}

// field turns a JSON pointer into the path of a field that can be shown: it may
// be as long as the body and hold anything.
func field(pointer jsontext.Pointer) string {
	path := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.TrimPrefix(string(pointer), "/")))
	if len(path) > 80 {
		return string(path[:80]) + "…"
	}
	return string(path)
}
