package survey

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

func choices(ids ...string) []Choice {
	var all []Choice
	for _, id := range ids {
		all = append(all, Choice{ID: id, Label: locale.Text{JA: "架空 " + id, EN: "Made-up " + id}})
	}
	return all
}

func TestAnAnswerIsCleanedAsItsQuestionTakesIt(t *testing.T) {
	t.Parallel()
	const again = "表示されている中から選び直してください"
	likert := Item{Type: Likert, Min: -1, Labels: make([]locale.Text, 3)}
	single := Item{Type: Single, Choices: choices("a", "b")}
	multiple := Item{Type: Multiple, Choices: choices("a", "b", "c"), Max: 2}
	hours := Item{Type: Number, Min: 0, Max: 80}
	few := Item{Type: Number, Min: -3, Max: 3}
	line := Item{Type: ShortText, Max: 5}
	text := Item{Type: LongText, Max: 5}
	day := Item{Type: Date}
	for _, c := range []struct {
		story   string
		item    Item
		typed   []string
		want    string // joined by |
		problem string // Japanese
	}{
		{"the smallest point", likert, []string{"-1"}, "-1", ""},
		{"the largest point", likert, []string{"1"}, "1", ""},
		{"a full-width point", likert, []string{" １ "}, "1", ""},
		{"a point below", likert, []string{"-2"}, "", again},
		{"a point above", likert, []string{"2"}, "", again},
		{"half a point", likert, []string{"0.5"}, "", again},
		{"a point written otherwise", likert, []string{"+1"}, "", again},
		{"no point", likert, []string{""}, "", ""},
		{"no field", likert, nil, "", ""},

		{"a choice", single, []string{"b"}, "b", ""},
		{"a choice beside an empty field", single, []string{"", "b"}, "b", ""},
		{"no choice that there is", single, []string{"c"}, "", again},

		{"several, in their order", multiple, []string{"c", "a", "c"}, "a|c", ""},
		{"none of several", multiple, []string{""}, "", ""},
		{"one that there is not", multiple, []string{"a", "d"}, "", again},
		{"too many", multiple, []string{"a", "b", "c"}, "", "選べるのは2つまでです。どれかを外してください"},

		{"a number", hours, []string{"12"}, "12", ""},
		{"full-width digits", hours, []string{"　１２．５　"}, "12.5", ""},
		{"zeros around it", hours, []string{"007.50"}, "7.5", ""},
		{"the smallest number", hours, []string{"0"}, "0", ""},
		{"less than nothing, almost", hours, []string{"-0"}, "0", ""},
		{"the largest number", hours, []string{"80"}, "80", ""},
		{"a little more", hours, []string{"80.01"}, "", "0から80までの数字で入力してください"},
		{"a little less", hours, []string{"-0.01"}, "", "0から80までの数字で入力してください"},
		{"thousands", Item{Type: Number, Max: 9999}, []string{"1,200"}, "1200", ""},
		{"a minus of another keyboard", few, []string{"−２"}, "-2", ""},
		{"a number in words", hours, []string{"十"}, "", "数字だけで入力してください(例：10)"},
		{"a number and its unit", hours, []string{"5時間"}, "", "数字だけで入力してください(例：10)"},
		{"a number of programs", few, []string{"1e0"}, "", "数字だけで入力してください(例：3)"},
		{"no number", few, []string{"NaN"}, "", "数字だけで入力してください(例：3)"},

		{"a line", line, []string{" ﾒﾓです "}, "ﾒﾓです", ""},
		{"two lines where one belongs", line, []string{"a\nb"}, "", "改行せずに入力してください"},
		{"as long as it may be", line, []string{"架空の一文"}, "架空の一文", ""},
		{"a character too long", line, []string{"架空の一文。"}, "", "5文字以内で入力してください"},
		{"lines", text, []string{"a \r\nb\r"}, "a\nb", ""},
		{"marks apart from their letters", text, []string{"か\u3099"}, "が", ""},
		{"white space alone", text, []string{" \n　"}, "", ""},
		{"what is no text", text, []string{"\xff"}, "", "文字を読み取れませんでした。もう一度入力してください"},

		{"a day", day, []string{"2021-03-29"}, "2021-03-29", ""},
		{"a day with slashes", day, []string{"２０２１／３／９"}, "2021-03-09", ""},
		{"a day in Japanese", day, []string{"2021年3月9日"}, "2021-03-09", ""},
		{"a day that there is not", day, []string{"2021-02-29"}, "", "日付を「2021-03-29」のように入力してください"},
		{"a day of nobody's life", day, []string{"0021-03-29"}, "", "日付を「2021-03-29」のように入力してください"},
		{"no day", day, []string{" "}, "", ""},
	} {
		got, problem := c.item.Check(c.typed)
		if strings.Join(got, "|") != c.want || problem.JA != c.problem || (problem.EN == "") != (problem.JA == "") {
			t.Errorf("%s: %q gave %q, %q", c.story, c.typed, got, problem)
		}
		if len(got) == 0 && got != nil {
			t.Errorf("%s: an answer of nothing is %#v", c.story, got)
		}
	}
}

// What is stored was checked: checking it again gives the same.
func TestACleanAnswerStaysAsItIs(t *testing.T) {
	t.Parallel()
	items := []Item{
		{Type: Likert, Min: 1, Labels: make([]locale.Text, 5)}, {Type: Single, Choices: choices("a", "b")},
		{Type: Multiple, Choices: choices("a", "b", "c")}, {Type: Number, Min: -50, Max: 5000},
		{Type: ShortText, Max: 20}, {Type: LongText, Max: 20}, {Type: Date},
	}
	typed := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9０-９abc.,/−-]{0,10}`), rapid.StringMatching(`20[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]`))
	rapid.Check(t, func(r *rapid.T) {
		it := rapid.SampledFrom(items).Draw(r, "item")
		got, problem := it.Check(rapid.SliceOfN(typed, 0, 3).Draw(r, "typed"))
		if problem != (locale.Text{}) {
			if got != nil || problem.JA == "" || problem.EN == "" {
				r.Fatalf("a %s gave %q and %q", it.Type, got, problem)
			}
			return
		}
		if again, problem := it.Check(got); !slices.Equal(got, again) || problem != (locale.Text{}) {
			r.Fatalf("a %s: %q became %q, %q", it.Type, got, again, problem)
		}
		for _, value := range got {
			if it.Say(value) == (locale.Text{}) && it.Type != Likert { // whose made-up points have no labels
				r.Fatalf("nobody can read the %s %q", it.Type, value)
			}
		}
	})
}

func TestOnlyWhatIsRequiredIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		required bool
		values   []string
		want     bool
	}{
		{true, nil, true}, {true, []string{}, true}, {true, []string{"1"}, false}, {false, nil, false},
	} {
		if got := (Item{Required: c.required}).Missing(c.values); got != c.want {
			t.Errorf("required %t, %q: missing %t", c.required, c.values, got)
		}
	}
	for _, i := range all(t).All() {
		for _, it := range i.Items {
			if it.Required {
				t.Errorf("%s must be answered, but the pages say that any question may be left out", it.ID)
			}
		}
	}
}

func TestStrainIsAnAlertAtAndUnderItsThreshold(t *testing.T) {
	t.Parallel()
	w2, _ := all(t).Item("W2")
	for x := 1; x <= 5; x++ {
		if got := w2.Alerted([]string{strconv.Itoa(x)}); got != (x <= 2) {
			t.Errorf("%d is an alert: %t", x, got)
		}
	}
	if w2.Alerted(nil) || w2.Alerted([]string{""}) || w2.Alerted([]string{"strain"}) {
		t.Error("what is no answer is an alert")
	}
	d1, _ := all(t).Item("D1")
	if d1.Alerted([]string{"1"}) {
		t.Error("a question without an alert has one")
	}
	sleep := Item{Type: Number, Max: 24, Alert: Alert{AtMost: 4, Note: locale.Text{JA: "眠れていません。", EN: "Sleeps badly."}}}
	if !sleep.Alerted([]string{"4"}) || sleep.Alerted([]string{"4.5"}) {
		t.Error("half an hour more makes no difference")
	}
}
