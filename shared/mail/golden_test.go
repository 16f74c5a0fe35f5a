package mail

import (
	"flag"
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
	for _, kind := range slices.Sorted(maps.Keys(rules)) {
		for _, lang := range locale.Langs {
			m := compose(t, facts(t, kind, lang))
			name := string(kind) + "." + string(lang)
			golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, name+".html", m.HTML)
			files = append(files, name+".html", name+".txt")
		}
	}
	m := compose(t, facts(t, Acknowledgement, locale.Japanese))
	golden(t, "acknowledgement.ja.eml", strings.ReplaceAll(string(m.Raw), "\r\n", "\n"))
	files = append(files, "acknowledgement.ja.eml")

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
