package input

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
)

var (
	listings = []string{"l1", "l2", "l3", "l4"}
	listing  = locale.Text{JA: "希望する副業", EN: "a side job"}
)

func TestAChoiceIsOneOfThoseOffered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, want, problem string
		required             bool
	}{
		{"l2", "l2", "", true},
		{"", "", "", false},
		{"", "", "希望する副業を選んでください", true},
		{"l9", "", "希望する副業を、表示されている中から選び直してください", false},
		{"<script>", "", "希望する副業を、表示されている中から選び直してください", true},
	} {
		got, problem := Choice(listing, c.typed, listings, c.required)
		if got != c.want || problem.JA != c.problem {
			t.Errorf("%q gave %q, %q; want %q, %q", c.typed, got, problem.JA, c.want, c.problem)
		}
	}
}

func TestAQuestionIsNamedInItsProblem(t *testing.T) {
	t.Parallel()
	work := Question(locale.Text{JA: "いまのお仕事", EN: "Your present work"})
	_, problem := Choice(work, "", listings, true)
	if want := (locale.Text{JA: "「いまのお仕事」を選んでください", EN: "Choose your answer to “Your present work”"}); problem != want {
		t.Errorf("got %q, want %q", problem, want)
	}
}

func TestSeveralChoicesComeInTheOrderOffered(t *testing.T) {
	t.Parallel()
	got, problem := Choices(listing, []string{"l3", "", "l1", "l3"}, listings, true)
	if !slices.Equal(got, []string{"l1", "l3"}) || problem != (locale.Text{}) {
		t.Errorf("got %q, %q", got, problem.JA)
	}
	if _, problem := Choices(listing, []string{""}, listings, true); problem.JA != "希望する副業を選んでください" {
		t.Errorf("nothing chosen: %q", problem.JA)
	}
	if got, problem := Choices(listing, []string{"l1", "l9"}, listings, false); got != nil || problem == (locale.Text{}) {
		t.Errorf("an unknown choice: %q, %q", got, problem.JA)
	}
}

func TestChoicesAreOrderedByThePerson(t *testing.T) {
	t.Parallel()
	const (
		none    = "希望する副業を選んでください"
		unknown = "希望する副業を、表示されている中から選び直してください"
		twice   = "同じものは一度だけ選べます。別のものを選ぶか、空欄にしてください"
		many    = "3つまで選べます。ここは空欄にしてください"
	)
	for _, c := range []struct {
		name     string
		typed    []string
		want     []string
		problems map[int]string
	}{
		{"three of them", []string{"l3", "l1", "l2"}, []string{"l3", "l1", "l2"}, nil},
		{"the second left empty", []string{"l3", "", "l2"}, []string{"l3", "l2"}, nil},
		{"none", nil, nil, map[int]string{0: none}},
		{"all empty", []string{"", ""}, nil, map[int]string{0: none}},
		{"one twice", []string{"l1", "l2", "l1"}, nil, map[int]string{2: twice}},
		{"unknown ones", []string{"x", "l1", "y"}, nil, map[int]string{0: unknown, 2: unknown}},
		{"too many", []string{"l1", "l2", "l3", "l4"}, nil, map[int]string{3: many}},
	} {
		got, problems := OrderedChoices(listing, c.typed, listings, 3)
		var said map[int]string
		for i, problem := range problems {
			if said == nil {
				said = map[int]string{}
			}
			said[i] = problem.JA
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: choices (-want +got)\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.problems, said); diff != "" {
			t.Errorf("%s: problems (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestOnlyACheckedBoxIsConsent(t *testing.T) {
	t.Parallel()
	title := locale.Text{JA: "個人情報の取り扱い", EN: "Privacy notice"}
	const unread = "「個人情報の取り扱い」を読み、同意する場合はチェックを入れてください"
	const revised = "「個人情報の取り扱い」の内容が改定されました。もう一度読んでからチェックを入れてください"
	for _, c := range []struct {
		typed    string
		required bool
		given    bool
		problem  string
	}{
		{"2020-10-30", true, true, ""},
		{"2020-10-30", false, true, ""},
		{"", true, false, unread},
		{"", false, false, ""},
		{"2019-04-01", true, false, revised},
		{"2019-04-01", false, false, revised},
		{"on", true, false, revised}, // says not which text was read
	} {
		got, problem := Consent(title, c.typed, "2020-10-30", c.required)
		if got != c.given || problem.JA != c.problem {
			t.Errorf("%q, required %t: %t, %q", c.typed, c.required, got, problem.JA)
		}
	}
	if got, problem := Adult("", true); got || problem.EN != "Check the box to confirm that you are of legal age" {
		t.Errorf("an unconfirmed age: %v, %q", got, problem.EN)
	}
}

func TestPrefecturesHaveTheirCodes(t *testing.T) {
	t.Parallel()
	if len(Prefectures) != 48 {
		t.Fatalf("there are %d", len(Prefectures))
	}
	for i, p := range Prefectures[:47] {
		if want := string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)); p.Code != want {
			t.Errorf("%s has code %s, want %s", p.Name.JA, p.Code, want)
		}
	}
	if p, ok := PrefectureByCode("20"); !ok || p.Name != (locale.Text{JA: "長野県", EN: "Nagano"}) {
		t.Errorf("20 is %v", p)
	}
	for typed, want := range map[string]string{"13": "13", Abroad: Abroad, "": "", "48": "", "1": "", "東京都": ""} {
		got, problem := PrefectureCode(typed)
		if got != want || (problem == locale.Text{}) != (want != "") {
			t.Errorf("%q gave %q, %q", typed, got, problem.JA)
		}
	}
}

func TestAFormTokenHasRoomFor128Bits(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{rand.Text(), "9f0b1c3e-5a7d-4e2b-8c6f-0a1b2c3d4e5f", strings.Repeat("a", 22), strings.Repeat("a", 64)} {
		if got, problem := Token(typed); got != typed || problem != (locale.Text{}) {
			t.Errorf("%q gave %q, %q", typed, got, problem.JA)
		}
	}
	for _, typed := range []string{"", strings.Repeat("a", 21), strings.Repeat("a", 65), rand.Text() + "#", "あ" + rand.Text()} {
		if got, problem := Token(typed); got != "" || problem == (locale.Text{}) {
			t.Errorf("%q was taken", typed)
		}
	}
}

func TestAnOddSourceIsDropped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"doda": "doda", "line_2020-11": "line_2020-11", "": "", strings.Repeat("a", 40): strings.Repeat("a", 40),
		strings.Repeat("a", 41): "", "a b": "", "<script>": "", "日本": "",
	} {
		if got := Source(typed); got != want {
			t.Errorf("%q gave %q, want %q", typed, got, want)
		}
	}
}
