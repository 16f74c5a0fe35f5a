package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// With UPDATE=1 in the environment the golden file is written anew.
func TestThePlanOfTheShippedExperiment(t *testing.T) {
	t.Parallel()
	var out, errors bytes.Buffer
	if code := run([]string{"../../shared/experiment/experiments"}, &out, &errors); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errors)
	}
	const golden = "testdata/plan.golden"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("the plan has changed; if it is right: UPDATE=1 go test ./infra/plan (-want +got):\n%s", diff)
	}
}

func TestTheWrongFileIsToldWithItsMistakesAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	folder := copied(t)
	source := filepath.Join(folder, "shiojiri-2020.yaml")
	content, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(content), "max_choices: 3", "max_choices: 7", 1)
	if err := os.WriteFile(source, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"print", "validate", "compile"} {
		var out, errors bytes.Buffer
		if code := run([]string{command, folder}, &out, &errors); code != 1 {
			t.Errorf("%s: exit code %d", command, code)
		}
		if !strings.Contains(errors.String(), ": application.max_choices: is 7, but there are only 6 listings\n") || out.Len() > 0 {
			t.Errorf("%s: told %q, printed %q", command, &errors, &out)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "shiojiri-2020.json")); !os.IsNotExist(err) {
		t.Errorf("a wrong file was compiled: %v", err)
	}
}

func TestARightFileIsCompiledBesideItsSource(t *testing.T) {
	t.Parallel()
	folder := copied(t)
	var out, errors bytes.Buffer
	if code := run([]string{"validate", folder}, &out, &errors); code != 0 || !strings.Contains(out.String(), "nothing wrong") {
		t.Errorf("validate: exit code %d, printed %q, told %q", code, &out, &errors)
	}
	if code := run([]string{"compile", folder}, &out, &errors); code != 0 {
		t.Fatalf("compile: exit code %d, told %q", code, &errors)
	}
	compiled, err := os.ReadFile(filepath.Join(folder, "shiojiri-2020.json"))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := experiment.Parse(string(compiled)); err != nil || e.ID != "shiojiri-2020" {
		t.Errorf("the compiled form: %v", err)
	}
}

func TestACallThatNobodyUnderstandsSaysHowItIsMeant(t *testing.T) {
	t.Parallel()
	var out, errors bytes.Buffer
	if code := run([]string{"print", "a", "b", "c"}, &out, &errors); code != 2 || errors.String() != usage+"\n" {
		t.Errorf("exit code %d, told %q", code, &errors)
	}
}

func TestTwoRulesWithOneOutcomeMakeOneMail(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	once := plan(e)
	e.HostSurveys = append(e.HostSurveys, e.HostSurveys[0])
	if twice := plan(e); len(twice) != len(once) {
		t.Errorf("%d messages, with the same survey twice %d", len(once), len(twice))
	}
}

func shipped(t *testing.T) *experiment.Experiment {
	t.Helper()
	set, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set.All()[0]
}

// about returns to whom the mails of a kind go, in the order of the plan.
func about(e *experiment.Experiment, kind mail.Kind) []string {
	var all []string
	for _, m := range plan(e) {
		if m.mail == kind {
			all = append(all, m.to)
		}
	}
	return all
}

func TestWhoMissedABriefingHearsOnlyOfDatesStillToCome(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	if diff := cmp.Diff([]string{"who had a seat in b1 and did not come"}, about(e, mail.BriefingMissed)); diff != "" {
		t.Errorf("the second of two dates has nothing to name (-want +got):\n%s", diff)
	}
	e.Briefings[1].Start = e.Briefings[0].RemindAt(e.Briefings[0].FollowUps[0], e.Zone())
	if got := about(e, mail.BriefingMissed); got != nil {
		t.Errorf("the other date begins as the mail would leave, but it goes to %q", got)
	}
}

func TestThanksTellHowToApplyWhileOneCan(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	e.Application.Close = e.Briefings[1].RemindAt(e.Briefings[1].FollowUps[0], e.Zone())
	var got []string
	for _, m := range plan(e) {
		if m.mail == mail.BriefingThanks {
			got = append(got, m.why)
		}
	}
	want := []string{
		"1 day after the end at 10:00; how to apply, for who has not; a short survey until Tue 2020-11-10 23:59",
		"1 day after the end at 10:00; a short survey until Fri 2020-11-20 23:59",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("thanks (-want +got):\n%s", diff)
	}
}

func TestASingleBriefingCanBeChangedForNoOther(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	e.Briefings = e.Briefings[:1]
	if got := about(e, mail.BriefingChanged); got != nil {
		t.Errorf("there is no other date, but a change is told to %q", got)
	}
	if got := about(e, mail.RegistrationCanceled); len(got) != 1 {
		t.Errorf("a cancellation is told to %q", got)
	}
}

func TestNobodyRegistersWithoutABriefing(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	e.Briefings, e.Application.Reminders = nil, nil
	for _, m := range plan(e) {
		if strings.Contains(m.to+m.when, "regist") || strings.HasPrefix(string(m.mail), "briefing") {
			t.Errorf("%s goes to %s", m.mail, m.to)
		}
	}
}

func TestTheSummariesToStaffAreInThePlan(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	summaries := func() (found []message) {
		for _, m := range plan(e) {
			if m.mail == mail.StaffSummary {
				found = append(found, m)
			}
		}
		return found
	}
	if got := summaries(); len(got) != 1 || got[0].when != "every Mon, Thu at 09:00" || !strings.HasSuffix(got[0].why, "; none where there is nothing to tell") {
		t.Errorf("summaries: %+v", got)
	}
	e.StaffSummary.SkipEmpty = false
	if got := summaries(); len(got) != 1 || strings.Contains(got[0].why, "nothing to tell") {
		t.Errorf("summaries on each of the days: %+v", got)
	}
	e.StaffSummary = experiment.StaffSummary{}
	if got := summaries(); got != nil {
		t.Errorf("the file has no summaries, but the plan has %+v", got)
	}
}

// copied returns a folder that holds a copy of the shipped source.
func copied(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../shared/experiment/experiments/shiojiri-2020.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "shiojiri-2020.yaml"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Where the first survey opens after applications do, who has applied by then is invited.
func TestAFirstSurveyThatOpensLaterHasAnInvitation(t *testing.T) {
	t.Parallel()
	e := shipped(t)
	before := len(about(e, mail.SurveyInvitation))
	e.Waves[0].Open = e.Application.Open.Add(time.Hour)
	if got := about(e, mail.SurveyInvitation); len(got) != before+1 {
		t.Errorf("invitations go to %q", got)
	}
}
