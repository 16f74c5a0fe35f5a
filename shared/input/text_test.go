package input

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

var motivation = locale.Text{JA: "応募の動機", EN: "why you apply"}

func TestFreeTextKeepsWhatPeopleMean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, want string }{
		{"line breaks of every system", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"white around and at the ends of lines", "\n\u3000 a \u3000\nb\t\n\n", "a\nb"},
		{"an indented paragraph", "a\n\u3000b", "a\n\u3000b"},
		{"a tab", "a\tb", "a b"},
		{"emoji", "楽しみ👨‍👩‍👧1️⃣", "楽しみ👨‍👩‍👧1️⃣"},
		{"decomposed", "か\u3099\ufa19", "が\ufa19"},
		{"markup is only text", "<script>{{.}}\"onfocus=", "<script>{{.}}\"onfocus="},
		{"nothing that can be seen", "\u200b\u3000\n\u2060", ""},
		{"ten characters with marks", strings.Repeat("か\u309a", 10), strings.Repeat("か\u309a", 10)},
	} {
		got, problem := Text(motivation, c.typed, 40, false)
		if got != c.want || problem != (locale.Text{}) {
			t.Errorf("%s: %q became %q with problem %q, want %q", c.name, c.typed, got, problem.JA, c.want)
		}
	}
}

func TestFreeTextThatCannotBeStoredSaysWhatToDo(t *testing.T) {
	t.Parallel()
	const unseen = "応募の動機に画面に表示されない文字が含まれています。コピーせずに入力し直してください"
	for _, c := range []struct{ name, typed, want string }{
		{"nothing", "", "応募の動機を入力してください"},
		{"nothing that can be seen", "\u200b\n\u202e", "応募の動機を入力してください"},
		{"NUL", "a\x00b", unseen},
		{"an escape", "a\x1b[2Jb", unseen},
		{"a C1 control", "a\u009bb", unseen},
		{"a noncharacter", "a\uffffb", unseen},
		{"an annotation", "a\ufff9b", unseen},
		{"eleven characters", strings.Repeat("あ", 11), "応募の動機は10文字以内で入力してください"},
		{"no UTF-8", "\xff", "応募の動機の文字を読み取れませんでした。もう一度入力してください"},
	} {
		got, problem := Text(motivation, c.typed, 10, true)
		if got != "" || problem.JA != c.want || problem.EN == "" {
			t.Errorf("%s: %q gave %q with problem %q, want %q", c.name, c.typed, got, problem.JA, c.want)
		}
	}
}

func TestALineHasNoLineBreaks(t *testing.T) {
	t.Parallel()
	if got, problem := Line(motivation, " 塩尻 \r\n", 40, true); got != "塩尻" || problem != (locale.Text{}) {
		t.Errorf("got %q, %q", got, problem.JA)
	}
	for _, typed := range []string{"a\nb", "a\r\nBcc: b", "a\u2028b"} {
		if got, problem := Line(motivation, typed, 40, false); got != "" || problem.JA != "応募の動機は改行せずに入力してください" {
			t.Errorf("%q gave %q, %q", typed, got, problem.JA)
		}
	}
	if _, problem := Line(locale.Text{}, "", 40, true); problem.JA != "入力してください" || problem.EN != "Enter an answer" {
		t.Errorf("without a label: %q", problem)
	}
}

func TestTextReadTwiceIsTheSameText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { textHolds(t, anything().Draw(t, "typed")) })
}

func textHolds(t interface{ Fatalf(string, ...any) }, typed string) {
	text, problem := Text(motivation, typed, 50, false)
	clean(t, text, true)
	if text != "" && problem != (locale.Text{}) || Count(text) > 50 || len(text) > 5*4*50 {
		t.Fatalf("%q gave %q with problem %q", typed, text, problem.JA)
	}
	if again, _ := Text(motivation, text, 50, false); again != text {
		t.Fatalf("%q became %q and then %q", typed, text, again)
	}
	line, _ := Line(motivation, typed, 50, false)
	clean(t, line, false)
	if line != "" && line != text {
		t.Fatalf("%q is the line %q and the text %q", typed, line, text)
	}
	if source := Source(typed); source != "" && source != typed {
		t.Fatalf("%q became the source %q", typed, source)
	}
}

func FuzzText(f *testing.F) {
	for _, typed := range []string{"a\r\nb", "か\u3099", "\u202e", "\u2028 \u0085", "\U0002F81A\u3099"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) { textHolds(t, typed) })
}

func TestMarksThatCameAlongInAPasteAreDropped(t *testing.T) {
	t.Parallel()
	got, problem := Text(motivation, "\u202a一行目\u202c\v二\u200e行\u2066目\u2069\u202e", 10, true)
	if got != "一行目\n二行目" || problem != (locale.Text{}) {
		t.Errorf("%q, %q", got, problem.EN)
	}
}
