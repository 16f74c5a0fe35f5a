package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

const (
	shippedFolder     = "../experiments"
	instrumentsFolder = "../../survey/instruments"
)

// shippedInstruments returns what the shipped sources say, whatever is compiled.
func shippedInstruments(t *testing.T) survey.Set {
	t.Helper()
	instruments, err := ReadInstruments(instrumentsFolder)
	if err != nil {
		t.Fatalf("the shipped instruments are wrong:\n%v", err)
	}
	return instruments.Set
}

func TestTheCompiledFormsAreUpToDate(t *testing.T) {
	t.Parallel()
	files, err := ReadFolder(shippedFolder, shippedInstruments(t))
	if err != nil {
		t.Fatalf("the shipped files are wrong:\n%v", err)
	}
	var want []string
	for _, f := range files {
		want = append(want, f.CompiledName())
		compiled, err := os.ReadFile(f.CompiledName())
		if err != nil || string(compiled) != string(f.Compiled) {
			t.Errorf("%s is not the compiled form of %s (run: go generate ./shared/experiment)", f.CompiledName(), f.Name)
		}
	}
	got, err := filepath.Glob(filepath.Join(shippedFolder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("compiled files (-of a source +there):\n%s", diff)
	}
}

// shippedFile returns the name and the lines of the first experiment's source.
func shippedFile(t *testing.T) (string, []string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(shippedFolder, "shiojiri-2020.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return "shiojiri-2020.yaml", strings.SplitAfter(string(content), "\n")
}

// leaf is a line that gives a key and its value, or where its text begins.
var leaf = regexp.MustCompile(`^([ -]*)([a-z_]+): [^{]`)

func TestEachMistypedKeyOfTheShippedFileIsFoundWhereItStands(t *testing.T) {
	t.Parallel()
	name, lines := shippedFile(t)
	var places []string
	text := 0 // the indent of the text that the lines belong to, 0 outside
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " -"))
		if text > 0 && indent > text {
			continue
		}
		text = 0
		if strings.HasSuffix(line, ": |\n") {
			text = indent
		}
		if key := leaf.FindStringSubmatch(line); key != nil {
			lines[i] = key[1] + "x" + strings.TrimPrefix(line, key[1])
			places = append(places, fmt.Sprintf("%s:%d:%d: ", name, i+1, len(key[1])+1))
		}
	}
	if len(places) < 100 {
		t.Fatalf("the file has %d keys only", len(places))
	}
	_, err := Read(name, []byte(strings.Join(lines, "")), shippedInstruments(t))
	if err == nil {
		t.Fatal("nothing is told of any mistyped key")
	}
	told := strings.Split(err.Error(), "\n")
	for _, place := range places {
		if !slices.ContainsFunc(told, func(m string) bool {
			return strings.HasPrefix(m, place) && strings.Contains(m, "unknown key")
		}) {
			t.Errorf("nothing is told of the mistyped key at %s", place)
		}
	}
}

func TestALineLostFromTheShippedFileIsNoticed(t *testing.T) {
	t.Parallel()
	name, lines := shippedFile(t)
	instruments := shippedInstruments(t)
	right, err := Read(name, []byte(strings.Join(lines, "")), instruments)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		if i%13 != 7 || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		without := slices.Delete(slices.Clone(lines), i, i+1)
		f, err := Read(name, []byte(strings.Join(without, "")), instruments)
		if _, told := errors.AsType[Mistakes](err); err != nil && !told {
			t.Errorf("without line %d (%q): %v", i+1, line, err)
		}
		if err == nil && f.Experiment.Hash() == right.Experiment.Hash() {
			t.Errorf("nothing changes without line %d: %q", i+1, line)
		}
	}
}

func TestEveryMistakeIsToldAtOnceInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer(
		"timezone: Asia/Tokyo", "timezone: Asia/Tokio",
		"    capacity: 10\n", "    capacity: none\n",
		"id: privacy\n      version: \"1\"\n", "id: privacy\n",
		"    region: town\n    host: { ja: 架空の畑", "    region: twon\n    host: { ja: 架空の畑",
		"retention:\n", "retention:\n  hosts: 2021-12-31\n",
	).Replace(smallTown(t))
	want := []string{
		`small-town.yaml:3:11: timezone: "Asia/Tokio" is not a zone of the IANA database, such as Asia/Tokyo`,
		`small-town.yaml:24:15: briefings[0].capacity: expected a whole number, found the text "none"`,
		`small-town.yaml:57:7: application.consents[0].version: is missing`,
		`small-town.yaml:97:13: listings[1].region: there is no region "twon"; did you mean "town"?`,
		`small-town.yaml:152:3: retention: unknown key "hosts"`,
	}
	if diff := cmp.Diff(want, mistakesIn(t, "small-town.yaml", broken)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestAFolderTellsTheMistakesOfAllItsFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"small-town.yaml": smallTown(t),
		"a.yaml":          strings.Replace(smallTown(t), "id: small-town", "id: b", 1),
		"c.yaml":          "",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := ReadFolder(folder, testInstruments(t))
	want := `a.yaml:2:5: id: "b" is not the name of the file; the file of this experiment is b.yaml
c.yaml:1:1: the file is empty`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want:\n%s", err, want)
	}
	if _, err := ReadFolder(t.TempDir(), testInstruments(t)); err == nil {
		t.Error("a folder without experiments is taken for right")
	}
}

func TestTextsAreFilledInFromTheFile(t *testing.T) {
	t.Parallel()
	f, err := Read("small-town.yaml", []byte(smallTown(t)), testInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	step := f.Experiment.Steps[0].Text
	if want := "2020年11月30日(月) 23:59(日本時間)まで"; step.JA != want {
		t.Errorf("got %q, want %q", step.JA, want)
	}
	if want := "Until Mon 30 November 2020, 23:59 (Japan time)"; step.EN != want {
		t.Errorf("got %q, want %q", step.EN, want)
	}
}

func TestAParagraphOverSeveralLinesIsJoinedAsItsLanguageJoins(t *testing.T) {
	t.Parallel()
	content := strings.Replace(smallTown(t), "lead: { ja: 架空の実験です。, en: A made-up experiment. }",
		"lead:\n  ja: |\n    架空の実験です。\n    doda と AWS\n    Lambda を\n    使います。\n  en: |\n    A made-up\n    experiment.", 1)
	f, err := Read("small-town.yaml", []byte(content), testInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := "架空の実験です。doda と AWS Lambda を使います。"; f.Experiment.Lead.JA != want {
		t.Errorf("got %q, want %q", f.Experiment.Lead.JA, want)
	}
	if want := "A made-up experiment."; f.Experiment.Lead.EN != want {
		t.Errorf("got %q, want %q", f.Experiment.Lead.EN, want)
	}
}

func TestARuleWithoutAnIDIsNamedByItself(t *testing.T) {
	t.Parallel()
	f, err := Read("small-town.yaml", []byte(smallTown(t)), testInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rules := range [][]experiment.Reminder{f.Experiment.Briefings[0].Reminders, f.Experiment.Briefings[0].FollowUps, f.Experiment.Application.Reminders, f.Experiment.WaveReminders} {
		for _, r := range rules {
			got = append(got, r.ID)
		}
	}
	if diff := cmp.Diff([]string{"start-24h", "end+1d-1000", "close-1d-0900", "invited+3d-0900", "close-0d-0900"}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

// What is computed and published beside the tests was planned: the first experiment's plan
// names all of it.
func TestTheShippedPlanNamesEveryDescriptiveResult(t *testing.T) {
	t.Parallel()
	name, lines := shippedFile(t)
	f, err := Read(name, []byte(strings.Join(lines, "")), shippedInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(descriptives, f.Experiment.Analysis.Descriptive); diff != "" {
		t.Errorf("descriptive results (-computed +planned):\n%s", diff)
	}
}
