package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// shipped are the shipped experiment and its instruments.
func shipped(t *testing.T) (*experiment.Experiment, survey.Set) {
	t.Helper()
	experiments, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	set, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return experiments.All()[0], set
}

// revised is the set with a second version of an instrument: another wording of the
// first item, and one item more.
func revised(t *testing.T, set survey.Set, id string) survey.Set {
	t.Helper()
	first, ok := set.Current(id)
	if !ok {
		t.Fatalf("there is no instrument %q", id)
	}
	second := *first
	second.Version++
	second.Items = slices.Clone(first.Items)
	second.Items[0].Text = locale.Text{JA: "言い換えた質問", EN: "The question in other words"}
	second.Items = append(second.Items, survey.Item{ID: "Z9", Type: survey.ShortText, Max: 40, Text: locale.Text{JA: "新しい質問", EN: "A new question"}})
	return survey.NewSet(append(set.All(), &second)...)
}

// rowsOf writes a file and reads its rows, the names of the columns first.
func rowsOf[T any](t *testing.T, f File[T], rows ...T) [][]string {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(NewSheet(&out, Raw), each(rows...)); err != nil {
		t.Fatal(err)
	}
	return read(t, out.String())
}

func codebookOf[T any](t *testing.T, f File[T]) [][]string {
	t.Helper()
	var out bytes.Buffer
	if err := f.Codebook(NewSheet(&out, Raw)); err != nil {
		t.Fatal(err)
	}
	return read(t, out.String())
}

func read(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func each[T any](rows ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// under is what the rows have under a name, in their order.
func under(t *testing.T, rows [][]string, name string) []string {
	t.Helper()
	i := slices.Index(rows[0], name)
	if i < 0 {
		t.Fatalf("there is no column %q", name)
	}
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[i])
	}
	return values
}

// made is the file of a made-up person (架空の人物) who has answered a survey.
func made(id, wave string, answers map[string][]string, editions map[string]table.Edition) table.File {
	f := table.File{Surveys: &table.Surveys{Research: table.Agreed}, Responses: map[string]table.Response{}}
	f.Person = table.Person{ID: id, Applied: "2020-11-02T03:00:00.000Z", Lang: locale.Japanese}
	f.Responses[wave] = table.Response{
		Person: id, Wave: wave, Lang: locale.Japanese, Begun: "2020-11-02T03:00:00.000Z", Saved: "2020-11-02T03:01:00.000Z",
		Instruments: editions, Answers: answers,
	}
	return f
}

// twelve are the same answer to the twelve items of the core.
func twelve(value string) map[string][]string {
	answers := map[string][]string{}
	for _, scale := range []string{"D", "A", "X", "C"} {
		for n := range 3 {
			answers[fmt.Sprintf("%s%d", scale, n+1)] = []string{value}
		}
	}
	return answers
}

func edition(set survey.Set, id string, version int) table.Edition {
	i, _ := set.Edition(id, version)
	return table.Edition{Version: version, Hash: i.Hash()}
}

func TestTheCodebookOfTwoVersionsHasOneRowForEachColumn(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	for _, id := range []string{"career_ownership_core", "host_before", "briefing_satisfaction"} {
		set = revised(t, set, id)
	}
	s := NewSurveys(e, set)
	for name, books := range map[string][2][][]string{
		"answers":           {rowsOf(t, s.Answers()), codebookOf(t, s.Answers())},
		"answers-long":      {rowsOf(t, s.AnswersLong()), codebookOf(t, s.AnswersLong())},
		"host-answers":      {rowsOf(t, s.HostAnswers()), codebookOf(t, s.HostAnswers())},
		"anonymous-answers": {rowsOf(t, s.AnonymousAnswers()), codebookOf(t, s.AnonymousAnswers())},
		"waves":             {rowsOf(t, s.Waves()), codebookOf(t, s.Waves())},
		"alerts":            {rowsOf(t, s.Alerts()), codebookOf(t, s.Alerts())},
	} {
		columns, book := books[0][0], books[1]
		if diff := cmp.Diff(columns, under(t, book, "name")); diff != "" {
			t.Errorf("%s: columns and codebook (-columns +codebook)\n%s", name, diff)
		}
		if once := slices.Compact(slices.Sorted(slices.Values(columns))); len(once) != len(columns) {
			t.Errorf("%s: %d names for %d columns", name, len(once), len(columns))
		}
		for _, row := range book[1:] {
			if row[1] == "" || row[2] == "" || row[3] == "" {
				t.Errorf("%s: a row says too little: %q", name, row)
			}
		}
	}
	for file, want := range map[string][]string{
		"answers":           {"pre.D1", "pre.D1.v2", "pre.Z9.v2", "post.D1.v2", "pre.career_ownership_core.total", "pre.career_ownership_core.total.v2"},
		"host-answers":      {"host_before.H1", "host_before.H1.v2"},
		"anonymous-answers": {"B1", "B1.v2"},
	} {
		columns := map[string][]string{
			"answers": rowsOf(t, s.Answers())[0], "host-answers": rowsOf(t, s.HostAnswers())[0], "anonymous-answers": rowsOf(t, s.AnonymousAnswers())[0],
		}[file]
		for _, name := range want {
			if !slices.Contains(columns, name) {
				t.Errorf("%s has no column %s", file, name)
			}
		}
	}
}

func TestANewVersionAddsColumnsAndChangesNone(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	before := codebookOf(t, NewSurveys(e, set).Answers())
	after := codebookOf(t, NewSurveys(e, revised(t, set, "career_ownership_core")).Answers())
	var kept [][]string
	for _, row := range after {
		if !strings.HasSuffix(row[0], ".v2") {
			kept = append(kept, row)
		}
	}
	if diff := cmp.Diff(before, kept); diff != "" {
		t.Errorf("the first version's columns (-before +after)\n%s", diff)
	}
	if len(after) == len(before) {
		t.Error("the second version has no columns")
	}
}

func TestTheCodebookSaysHowAQuestionIsAskedAndScored(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	core, _ := set.Current("career_ownership_core")
	turned := *core
	turned.Version, turned.Items = 2, slices.Clone(core.Items)
	turned.Items[0].Reverse = true
	book := codebookOf(t, NewSurveys(e, survey.NewSet(append(set.All(), &turned)...)).Answers())
	row := func(name string) map[string]string {
		i := slices.Index(under(t, book, "name"), name)
		if i < 0 {
			t.Fatalf("there is no row %q", name)
		}
		cells := map[string]string{}
		for n, column := range book[0] {
			cells[column] = book[i+1][n]
		}
		return cells
	}
	check := func(name string, want map[string]string) {
		t.Helper()
		got := row(name)
		for column, value := range want {
			if got[column] != value {
				t.Errorf("%s of %s is %q, want %q", column, name, got[column], value)
			}
		}
	}
	check("pre.D1", map[string]string{
		"type": "likert", "instrument": "career_ownership_core", "version": "1", "min": "1", "max": "5", "scale": "direction", "reverse": "no",
		"text_ja": core.Items[0].Text.JA, "text_en": core.Items[0].Text.EN,
	})
	if choices := strings.Split(row("pre.D1")["choices"], "\n"); len(choices) != 5 || choices[0] != "1 = まったくあてはまらない / Not at all true of me" {
		t.Errorf("the points of pre.D1 are %q", choices)
	}
	check("pre.D1.v2", map[string]string{"version": "2", "reverse": "yes"})
	check("pre.career_ownership_core.direction", map[string]string{"type": "number", "scale": "D1 D2 D3", "min": "1", "max": "5", "version": "1"})
	check("mid.W1", map[string]string{"type": "number", "min": "0", "max": "80", "condition": "group in T"})
	check("mid.W2", map[string]string{"condition": "group in T"})
	if text := row("post.G1")["text_ja"]; !strings.Contains(text, "\n(比較グループには)") {
		t.Errorf("the words for the comparison group are missing: %q", text)
	}
	for _, name := range under(t, book, "name") {
		if name == "post.O1" || name == "pre.W1" {
			t.Errorf("%s has a column, and is never asked", name)
		}
	}
}

func TestEachAnswerStandsUnderTheVersionItWasGivenTo(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	set = revised(t, set, "career_ownership_core")
	old, now := twelve("2"), twelve("4")
	now["Z9"] = []string{"架空の答え"}
	s := NewSurveys(e, set)
	first := made("first", "pre", old, map[string]table.Edition{"career_ownership_core": edition(set, "career_ownership_core", 1)})
	second := made("second", "pre", now, map[string]table.Edition{"career_ownership_core": edition(set, "career_ownership_core", 2)})
	rows := rowsOf(t, s.Answers(), first, second)
	for name, want := range map[string][]string{
		"person": {"first", "second"}, "group": {"C", "C"}, "research": {"agreed", "agreed"},
		"pre.D1": {"2", ""}, "pre.D1.v2": {"", "4"}, "pre.Z9.v2": {"", "架空の答え"},
		"pre.career_ownership_core.version": {"1", "2"},
		"pre.career_ownership_core.hash":    {first.Responses["pre"].Instruments["career_ownership_core"].Hash, second.Responses["pre"].Instruments["career_ownership_core"].Hash},
		"pre.career_ownership_core.total":   {"2", ""}, "pre.career_ownership_core.total.v2": {"", "4"},
		"pre.begun": {"2020-11-02T12:00:00.000+09:00", "2020-11-02T12:00:00.000+09:00"}, "pre.done": {"", ""},
		"unlisted": {"", ""},
	} {
		if diff := cmp.Diff(want, under(t, rows, name)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestAScoreOfTooFewAnswersIsEmpty(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	answers := twelve("5")
	answers["D1"], answers["A1"], answers["A2"] = []string{"1"}, []string{}, nil
	f := made("p", "pre", answers, map[string]table.Edition{"career_ownership_core": edition(set, "career_ownership_core", 1)})
	rows := rowsOf(t, NewSurveys(e, set).Answers(), f)
	for name, want := range map[string]string{
		"pre.career_ownership_core.direction": "3.6666666666666665", "pre.career_ownership_core.agency": "",
		"pre.career_ownership_core.total": "4.6", "pre.A1": "", "pre.A3": "5",
	} {
		if got := under(t, rows, name)[0]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestTheLongFileHasTheAnswersOfTheWideOne(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	set = revised(t, set, "career_ownership_core")
	s := NewSurveys(e, set)
	answers := maps.Clone(twelve("3"))
	answers["O1"] = []string{"=1+1"}
	answers["O2"] = []string{}
	f := made("p", "pre", answers, map[string]table.Edition{
		"career_ownership_core": edition(set, "career_ownership_core", 2), "open_questions": edition(set, "open_questions", 1),
	})
	wide := rowsOf(t, s.Answers(), f)
	var given []Given
	for g, err := range s.OneByOne(each(f)) {
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, g)
	}
	long := rowsOf(t, s.AnswersLong(), given...)
	if len(long)-1 != len(answers) {
		t.Errorf("%d rows for %d answers", len(long)-1, len(answers))
	}
	items, values, versions := under(t, long, "item"), under(t, long, "value"), under(t, long, "version")
	for i, item := range items {
		name := "pre." + item
		if versions[i] != "1" {
			name += ".v" + versions[i]
		}
		if got := under(t, wide, name)[0]; got != values[i] {
			t.Errorf("%s is %q in the wide file, %q in the long one", name, got, values[i])
		}
	}
	if want := []string{"D1", "D2", "D3", "A1"}; !slices.Equal(items[:4], want) {
		t.Errorf("they come as %q", items)
	}
	if got := under(t, long, "label_ja")[0]; got != "どちらともいえない" {
		t.Errorf("the label is %q", got)
	}
}

func TestNoStoredAnswerGoesOutOfSight(t *testing.T) {
	t.Parallel()
	e, set := shipped(t)
	s := NewSurveys(e, set)
	f := made("p", "pre", map[string][]string{"D1": {"3"}, "OLD": {"<x>"}}, map[string]table.Edition{"career_ownership_core": {Version: 1}, "gone": {Version: 1}})
	f.Responses["former"] = table.Response{Wave: "former", Answers: map[string][]string{"D1": {"4"}, "D2": {}}, Instruments: map[string]table.Edition{"career_ownership_core": {Version: 1}}}
	f.Responses["mid"] = table.Response{Wave: "mid", Answers: map[string][]string{"D1": {"5"}}, Instruments: map[string]table.Edition{"career_ownership_core": {Version: 9}}}
	rows := rowsOf(t, s.Answers(), f)
	if got, want := under(t, rows, "unlisted")[0], `{"former":{"D1":["4"]},"mid":{"D1":["5"]},"pre":{"OLD":["<x>"]}}`; got != want {
		t.Errorf("unlisted is %s, want %s", got, want)
	}
	var items []string
	for g := range s.OneByOne(each(f)) {
		items = append(items, g.response.Wave+"."+g.item.ID)
	}
	if want := []string{"pre.D1", "pre.OLD", "mid.D1", "former.D1", "former.D2"}; !slices.Equal(items, want) {
		t.Errorf("the long file has %q, want %q", items, want)
	}
}

func TestWhoLetTheAnswersStayIsInTheResearchFilesAndWhoErasedThemIsNot(t *testing.T) {
	t.Parallel()
	stays := made("p", "pre", twelve("3"), nil)
	stays.Surveys.Research = table.LeftResearch
	for name, c := range map[string]struct {
		file table.File
		want bool
	}{
		"agrees and has not answered": {table.File{Surveys: &table.Surveys{Research: table.Agreed}}, true},
		"left, and the answers stay":  {stays, true},
		"left, and erased them":       {table.File{Surveys: &table.Surveys{Research: table.LeftResearch, Erased: true}}, false},
		"declined":                    {table.File{Surveys: &table.Surveys{Research: table.Declined}}, false},
		"was not asked":               {table.File{}, false},
	} {
		if got := InResearch(c.file); got != c.want {
			t.Errorf("who %s: %v", name, got)
		}
	}
}
