package notes

import (
	"strings"
	"testing"
	"testing/fstest"

	"livinglab/shared/locale"
)

func TestEveryNoteIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("the lab has no notes")
	}
	seen := map[string]bool{}
	for _, n := range all {
		if seen[n.ID] {
			t.Errorf("two notes have the id %s", n.ID)
		}
		seen[n.ID] = true
		if ja, en := strings.Count(n.Body.JA, "\n## "), strings.Count(n.Body.EN, "\n## "); ja != en {
			t.Errorf("note %s has %d sections in Japanese and %d in English", n.ID, ja, en)
		}
		for _, lang := range locale.Langs {
			if strings.HasPrefix(n.Body.In(lang), "# ") {
				t.Errorf("note %s repeats its title in the text (%s)", n.ID, lang)
			}
		}
	}
}

func TestABrokenNoteIsRefusedWithItsName(t *testing.T) {
	t.Parallel()
	const right = "---\ntitle: t\ndate: 2020-10-30\nkind: reading\nsummary: s\n---\n\ntext\n"
	for _, c := range []struct{ story, ja, en, want string }{
		{"English is missing", right, "", "x.en.md: file does not exist"},
		{"Japanese is missing", "", right, "x.ja.md: file does not exist"},
		{"no head", right, "text", "x.en.md: it does not begin with its title"},
		{"an unknown kind", strings.Replace(right, "reading", "rumor", 1), right, `x.ja.md: unknown kind "rumor"`},
		{"a broken date", strings.Replace(right, "10-30", "13-30", 1), right, `x.ja.md: parsing the day "2020-13-30"`},
		{"an unknown line", strings.Replace(right, "title:", "titel:", 1), right, `x.ja.md: unknown line "titel: t"`},
		{"no text", strings.Replace(right, "text\n", "", 1), right, "x.ja.md: its title, date, summary or text is missing"},
		{"different dates", strings.Replace(right, "10-30", "10-31", 1), right, "x: its two languages differ in kind or date"},
	} {
		files := fstest.MapFS{}
		if c.ja != "" {
			files["1-x.ja.md"] = &fstest.MapFile{Data: []byte(c.ja)}
		}
		if c.en != "" {
			files["1-x.en.md"] = &fstest.MapFile{Data: []byte(c.en)}
		}
		if _, err := read(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.story, err, c.want)
		}
	}
}
