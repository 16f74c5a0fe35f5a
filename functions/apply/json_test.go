package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"livinglab/shared/experiment"
)

// posted is the JSON of a made-up person's application; change edits it.
func (w *world) posted(address string, change func(map[string]any)) string {
	w.Helper()
	consents, answers := map[string]any{}, map[string]any{}
	for _, c := range w.e.Application.Consents {
		consents[c.ID] = c.Version
	}
	for _, q := range w.e.Application.Questions {
		switch q.Type {
		case experiment.SingleChoice:
			answers[q.ID] = q.Choices[0].ID
		case experiment.MultiChoice:
			answers[q.ID] = []string{q.Choices[0].ID}
		default:
			answers[q.ID] = "架空の回答"
		}
	}
	body := map[string]any{
		"family_name": "架空", "given_name": "花子", "family_kana": "カクウ", "given_kana": "ハナコ",
		"email": address, "prefecture": "13", "choices": []string{"job-1"}, "motivation": "架空の動機",
		"answers": answers, "consents": consents, "adult": true, "source": "program",
	}
	if change != nil {
		change(body)
	}
	text, err := json.Marshal(body)
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}

func TestAProgramAppliesOnceByItsKey(t *testing.T) {
	w := newWorld(t)
	key := http.Header{"Idempotency-Key": {"k-1"}}
	body := w.posted("hanako@gmial.com", nil)
	first := w.browser().PostJSON("/shiojiri-2020/applications", body, key).Want(http.StatusCreated)
	var got receipt
	if err := json.Unmarshal([]byte(first.Body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Reference == "" || got.Email != "hanako@gmial.com" || got.Suggestion != "hanako@gmail.com" || got.Submitted == "" {
		t.Errorf("the receipt is %s", first.Body)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			again := w.browser().PostJSON("/shiojiri-2020/applications", body, key)
			if again.Status != first.Status || again.Body != first.Body {
				t.Errorf("again: %d %s, first: %d %s", again.Status, again.Body, first.Status, first.Body)
			}
		})
	}
	all.Wait()
	other := w.posted("hanako@gmial.com", func(b map[string]any) { b["motivation"] = "別の動機" })
	w.browser().PostJSON("/shiojiri-2020/applications", other, key).Want(http.StatusUnprocessableEntity)
	if n, mails := w.count(), len(w.mails()); n != 1 || mails != 1 {
		t.Errorf("%d applications and %d mails, want one of each", n, mails)
	}
}

func TestJSONIsReadStrictly(t *testing.T) {
	w := newWorld(t)
	valid := w.posted("hanako@example.jp", nil)
	with := func(field, raw string) string {
		var body map[string]json.RawMessage
		if err := json.Unmarshal([]byte(valid), &body); err != nil {
			t.Fatal(err)
		}
		parts := []string{`"` + field + `":` + raw}
		for name, value := range body {
			if name != field {
				parts = append(parts, `"`+name+`":`+string(value))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	for _, c := range []struct{ name, body, field string }{
		{"bad UTF-8", with("motivation", "\"\xff\""), "motivation"},
		{"a lone surrogate", with("motivation", `"\ud83d"`), "motivation"},
		{"NUL", with("motivation", `"a\u0000b"`), "motivation"},
		{"a duplicate key", `{"email":"a@example.jp","email":"b@example.jp"}`, "email"},
		{"a key in the wrong case", `{"Email":"a@example.jp"}`, "Email"},
		{"an unknown field", with("admin", "true"), "admin"},
		{"nesting", with("answers", `{"x":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+"}"), "answers"},
		{"a number out of range", with("adult", "1e999"), "adult"},
		{"a number for a text", with("motivation", "1"), "motivation"},
		{"a list", "[]", "request"},
		{"nothing", "", "request"},
		{"half a body", valid[:len(valid)/2], ""},
		{"two bodies", valid + valid, "request"},
	} {
		answer := w.browser().PostJSON("/shiojiri-2020/applications", c.body, nil)
		var got struct{ Errors map[string]string }
		if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
			t.Errorf("%s: %v in %s", c.name, err, answer.Body)
			continue
		}
		named := c.field == ""
		for field := range got.Errors {
			named = named || strings.HasPrefix(field, c.field)
		}
		if answer.Status != http.StatusBadRequest || !named {
			t.Errorf("%s: %d %s, want 400 naming %q", c.name, answer.Status, answer.Body, c.field)
		}
	}
	if n := w.count(); n != 0 {
		t.Errorf("%d applications are stored", n)
	}
}

func TestJSONTellsEveryFieldThatIsWrong(t *testing.T) {
	w := newWorld(t)
	body := w.posted("a@x,b@y", func(b map[string]any) {
		b["family_name"] = "\u202e"
		b["choices"] = []string{"job-99"}
		b["prefecture"] = "48"
		b["adult"] = false
		b["consents"] = map[string]any{"privacy": "0", "research": w.e.Research.Consent.Version}
		b["answers"] = map[string]any{"nonsense": "x"}
	})
	b := w.browser()
	b.Header.Set("Accept-Language", "en")
	answer := b.PostJSON("/shiojiri-2020/applications", body, nil).Want(http.StatusUnprocessableEntity)
	var got struct{ Errors map[string]string }
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{
		"family_name", "email", "choices", "prefecture", "adult", "consents/privacy", "consents/provision", "consents/research", "answers/nonsense",
	} {
		if got.Errors[field] == "" {
			t.Errorf("%s is not told: %s", field, answer.Body)
		}
	}
	if got.Errors["given_name"] != "" {
		t.Errorf("a good field is told: %s", answer.Body)
	}
}

func TestALargeBodyIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{64<<10 + 1, 1 << 20} {
		w.browser().PostJSON("/shiojiri-2020/applications", strings.Repeat(" ", size), nil).Want(http.StatusRequestEntityTooLarge)
		w.browser().Post("/shiojiri-2020/applications", map[string][]string{"motivation": {strings.Repeat("x", size)}}).Want(http.StatusRequestEntityTooLarge)
	}
}

func TestPagesElsewhereMayPostJSONIfAllowed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.Header.Set("Origin", other)
	preflight := b.Do(http.MethodOptions, "/shiojiri-2020/applications", nil, "").Want(http.StatusNoContent)
	if got := preflight.Header.Get("Access-Control-Allow-Origin"); got != other {
		t.Errorf("the preflight allows %q", got)
	}
	answer := b.PostJSON("/shiojiri-2020/applications", w.posted("hanako@example.jp", nil), nil).Want(http.StatusCreated)
	if got := answer.Header.Get("Access-Control-Allow-Origin"); got != other {
		t.Errorf("the answer allows %q", got)
	}
	b.Header.Set("Origin", "https://somebody.example")
	b.Do(http.MethodOptions, "/shiojiri-2020/applications", nil, "").Want(http.StatusForbidden)
}
