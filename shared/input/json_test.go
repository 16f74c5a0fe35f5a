package input

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type posted struct {
	FamilyName string            `json:"family_name"`
	Choices    []string          `json:"choices"`
	Answers    map[string]string `json:"answers"`
	Adult      bool              `json:"adult"`
	Shown      float64           `json:"shown"`
	Seats      int               `json:"seats"`
}

func TestAJSONBodyIsReadAsItStands(t *testing.T) {
	t.Parallel()
	var got posted
	body := ` {"family_name":"\ud842\udfb7野","choices":["l1","l2"],"answers":{"q":"😀"},"adult":true,"shown":1.5} ` + "\n"
	if err := DecodeJSON([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := posted{FamilyName: "𠮷野", Choices: []string{"l1", "l2"}, Answers: map[string]string{"q": "😀"}, Adult: true, Shown: 1.5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAJSONBodyThatIsWrongNamesItsField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, field, reason string }{
		{"empty", "", "", "the body is empty"},
		{"white", " \n", "", "the body is empty"},
		{"not an object", `["a"]`, "", "the body is not an object"},
		{"null", `null`, "", "the body is not an object"},
		{"a number", `1`, "", "the body is not an object"},
		{"a form", `family_name=a`, "", "the body is not an object"},
		{"not JSON", `{family_name:a}`, "", "not valid JSON"},
		{"cut off", `{"family_name":"a"`, "", "the body ends too early"},
		{"a trailing comma", `{"family_name":"a",}`, "", "not valid JSON"},
		{"bad UTF-8", "{\"family_name\":\"a\xff\"}", "family_name", "not valid JSON"},
		{"a lone surrogate", `{"family_name":"\ud83d"}`, "family_name", "not valid JSON"},
		{"a lone low surrogate in a list", `{"choices":["a","\ude00"]}`, "choices/1", "not valid JSON"},
		{"NUL", `{"family_name":"a\u0000"}`, "family_name", "contains NUL"},
		{"NUL in a key", `{"a\u0000":1}`, "a\ufffd", "contains NUL"},
		{"a key twice", `{"family_name":"a","family_name":"b"}`, "family_name", "appears twice"},
		{"a key twice further down", `{"answers":{"q":"a","q":"b"}}`, "answers/q", "appears twice"},
		{"another case", `{"Family_Name":"a"}`, "Family_Name", "is unknown"},
		{"an unknown field", `{"admin":true}`, "admin", "is unknown"},
		{"another type", `{"family_name":1}`, "family_name", "has the wrong type"},
		{"another type in a list", `{"choices":["a",{}]}`, "choices/1", "has the wrong type"},
		{"a fraction of a seat", `{"seats":1.5}`, "seats", "has the wrong type"},
		{"a number out of range", `{"shown":1e999}`, "shown", "number out of range"},
		{"a number out of range where none is expected", `{"x":[-1e999]}`, "x/0", "number out of range"},
		{"something after it", `{"family_name":"a"}{"choices":[]}`, "", "something follows the object"},
		{"garbage after it", `{"family_name":"a"} x`, "", "something follows the object"},
		{"nesting of 10,000", `{"choices":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, "choices/0/0/0/0/0/0/0", "nested too deep"},
		{"nesting of 10,000 objects", strings.Repeat(`{"a":`, 10_000), "a/a/a/a/a/a/a/a", "nested too deep"},
		{"a long field", `{"` + strings.Repeat("長", 100) + `":1}`, strings.Repeat("長", 80) + "…", "is unknown"},
		{"a byte order mark", "\ufeff{}", "", "not valid JSON"},
	} {
		var got posted
		err := DecodeJSON([]byte(c.body), &got)
		wrong, ok := errors.AsType[*JSONError](err)
		if !ok {
			t.Errorf("%s: error is %v", c.name, err)
			continue
		}
		if wrong.Field != c.field || wrong.Reason != c.reason {
			t.Errorf("%s: field %q %s, want %q %s", c.name, wrong.Field, wrong.Reason, c.field, c.reason)
		}
	}
}

func TestAJSONErrorRepeatsNoValue(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"family_name":["canary"]}`, `{"shown":"canary"}`, `{"family_name":"canary\ud83d"}`, `{"choices":"canary"}`} {
		var got posted
		if err := DecodeJSON([]byte(body), &got); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: error is %v", body, err)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, body := range []string{`{"family_name":"a"}`, `{"a":1,"a":2}`, `{"choices":["\ud83d"]}`, `{"shown":1e999}`, `[[[[`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got posted
		if err := DecodeJSON(body, &got); err != nil {
			if _, ok := errors.AsType[*JSONError](err); !ok {
				t.Fatalf("error is %v", err)
			}
			return
		}
		clean(t, strings.Map(func(r rune) rune {
			if r != 0 && (r < ' ' || r >= 0x7f) {
				return -1 // left to the rules of each field
			}
			return r
		}, got.FamilyName), false)
	})
}
