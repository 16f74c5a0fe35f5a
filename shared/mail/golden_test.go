package mail

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with the file, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "mails", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update and read what it wrote", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; run the test with -update and read the change\n%s", path, diff)
	}
}

func TestEveryKindReadsAsReviewed(t *testing.T) {
	t.Parallel()
	var files []string
	reviewed := func(name, got string) {
		golden(t, name, got)
		files = append(files, name)
	}
	for _, lang := range locale.Langs {
		for _, kind := range slices.Sorted(maps.Keys(rules)) {
			m := compose(t, facts(t, kind, lang))
			reviewed(fmt.Sprintf("%s.%s.txt", kind, lang), "Subject: "+m.Subject+"\n\n"+m.Text)
			reviewed(fmt.Sprintf("%s.%s.html", kind, lang), m.HTML)
		}
		for _, name := range slices.Sorted(maps.Keys(variants)) {
			m := compose(t, variant(t, name, lang))
			reviewed(fmt.Sprintf("%s.%s.txt", name, lang), "Subject: "+m.Subject+"\n\n"+m.Text)
		}
		for _, kind := range []Kind{BriefingConfirmation, BriefingChanged, RegistrationCanceled} {
			reviewed(fmt.Sprintf("%s.%s.ics", kind, lang), lf(calendarOf(t, facts(t, kind, lang))))
		}
	}
	// One of each shape: two parts, a calendar to enter, one to clear, and a way to
	// unsubscribe.
	for _, kind := range []Kind{Acknowledgement, BriefingConfirmation, RegistrationCanceled, BriefingThanks, SurveyReminder} {
		reviewed(fmt.Sprintf("%s.ja.eml", kind), lf(string(compose(t, facts(t, kind, locale.Japanese)).Raw)))
	}

	entries, err := os.ReadDir("testdata/mails")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(files, entry.Name()) {
			t.Errorf("testdata/mails/%s belongs to no kind", entry.Name())
		}
	}
}

// lf is the text as editors like it.
func lf(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
