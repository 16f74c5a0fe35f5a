package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"livinglab/shared/survey"
)

// copiedInstruments returns a folder that holds a copy of the shipped instruments, and
// their compiled form beside it.
func copiedInstruments(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "instruments")
	if err := os.CopyFS(folder, os.DirFS("../../shared/survey/instruments")); err != nil {
		t.Fatal(err)
	}
	compiled, err := os.ReadFile("../../shared/survey/instruments.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+".json", compiled, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// rewrite replaces a text in a file.
func rewrite(t *testing.T, name, old, replacement string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(content), old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAQuestionThatMayHaveAnswersIsChangedInANewVersionOnly(t *testing.T) {
	t.Parallel()
	experiments, instruments := copied(t), copiedInstruments(t)
	load := filepath.Join(instruments, "load_check.yaml")
	before, err := os.ReadFile(instruments + ".json")
	if err != nil {
		t.Fatal(err)
	}

	rewrite(t, load, "本業・家庭・健康と無理なく両立できている。", "いまの暮らしと無理なく両立できている。")
	for _, command := range []string{"print", "validate", "compile"} {
		var out, errors bytes.Buffer
		if code := run([]string{command, experiments, instruments}, &out, &errors); code != 1 || out.Len() > 0 {
			t.Errorf("%s a changed question: exit code %d, printed %q", command, code, &out)
		}
		if told := errors.String(); !strings.HasPrefix(told, "load_check.yaml:") || !strings.Contains(told, ": items[1].text.ja: differs from version 1, which may have answers: raise version to 2") {
			t.Errorf("%s a changed question: told %q", command, told)
		}
	}
	after, err := os.ReadFile(instruments + ".json")
	if err != nil || !bytes.Equal(before, after) {
		t.Fatalf("what was refused is compiled: %v", err)
	}

	rewrite(t, load, "version: 1", "version: 2")
	var out, errors bytes.Buffer
	if code := run([]string{"compile", experiments, instruments}, &out, &errors); code != 0 {
		t.Fatalf("with the version raised: exit code %d, told %q", code, &errors)
	}
	after, err = os.ReadFile(instruments + ".json")
	if err != nil {
		t.Fatal(err)
	}
	set, err := survey.Parse(after)
	if err != nil {
		t.Fatal(err)
	}
	for version, words := range map[int]string{1: "本業・家庭・健康と無理なく両立できている。", 2: "いまの暮らしと無理なく両立できている。"} {
		i, ok := set.Edition("load_check", version)
		if !ok {
			t.Fatalf("version %d is lost", version)
		}
		if w2, _ := i.Item("W2"); w2.Text.JA != words {
			t.Errorf("version %d asks %q", version, w2.Text.JA)
		}
	}
}

func TestAnExperimentThatAsksWhatThereIsNotIsRefused(t *testing.T) {
	t.Parallel()
	experiments, instruments := copied(t), copiedInstruments(t)
	rewrite(t, filepath.Join(experiments, "shiojiri-2020.yaml"), "[career_ownership_core, load_check, open_questions]", "[career_ownership_core, work_load, open_questions]")
	for _, folders := range [][]string{{experiments}, {experiments, instruments}} {
		var out, errors bytes.Buffer
		if code := run(append([]string{"validate"}, folders...), &out, &errors); code != 1 || !strings.Contains(errors.String(), `: waves[1].instruments[1]: there is no instrument "work_load"`) {
			t.Errorf("in %d folders: exit code %d, told %q", len(folders), code, &errors)
		}
	}
	var out, errors bytes.Buffer
	if code := run([]string{"compile", experiments, t.TempDir()}, &out, &errors); code != 1 || !strings.Contains(errors.String(), "no instrument (*.yaml) there") {
		t.Errorf("a folder without instruments: exit code %d, told %q", code, &errors)
	}
}
