package input

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

var familyName = locale.Text{JA: "姓", EN: "your family name"}

func TestPeopleKeepTheNameTheyWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, want string }{
		{"a kanji outside of the basic plane", "𠮷野", "𠮷野"},
		{"the ladder-shaped taka", "髙橋", "髙橋"},
		{"the standing saki", "山﨑", "山﨑"},
		{"a compatibility ideograph that NFC would replace", "\ufa19田", "\ufa19田"},
		{"a variation sequence", "辻\U000E0100", "辻\U000E0100"},
		{"a decomposed が", "か\u3099", "が"},
		{"a compatibility ideograph beside a decomposed が", "\ufa19か\u3099", "\ufa19が"},
		{"half-width katakana", "ｶﾞﾙｼｱ", "ｶﾞﾙｼｱ"},
		{"a full-width space", " 山田 太郎　", "山田 太郎"},
		{"spaces that follow each other", "de  la\u00a0Cruz", "de la Cruz"},
		{"a repeated kanji and a small ke", "佐々木ヶ〆〇", "佐々木ヶ〆〇"},
		{"an apostrophe", "O’Brien", "O’Brien"},
		{"an apostrophe first", "'t Hooft", "'t Hooft"},
		{"a middle dot and a double hyphen", "ジャン＝リュック・ゴダール", "ジャン＝リュック・ゴダール"},
		{"initials", "J.R.R. Tolkien", "J.R.R. Tolkien"},
		{"a suffix", "Davis, Jr.", "Davis, Jr."},
		{"the third of its name", "ジョン3世", "ジョン3世"},
		{"marks that no letter is composed with", "q\u0308", "q\u0308"},
		{"Arabic", "محمد", "محمد"},
		{"a joiner that Persian needs", "علی\u200cرضا", "علی\u200cرضا"},
		{"a joiner that no kanji needs", "山\u200d田", "山田"},
		{"an invisible space pasted along", "\u200b山田\ufeff", "山田"},
		{"forty characters", strings.Repeat("𠮷\U000E0101", 40), strings.Repeat("𠮷\U000E0101", 40)},
		{"a byte order mark and a tab", "\ufeff\t山田\r\n", "山田"},
	} {
		got, problem := Name(familyName, c.typed)
		if got != c.want || problem != (locale.Text{}) {
			t.Errorf("%s: %q became %q with problem %q, want %q", c.name, c.typed, got, problem.JA, c.want)
		}
	}
}

func TestANameThatCannotBeOneSaysWhatToDo(t *testing.T) {
	t.Parallel()
	const (
		missing = "姓を入力してください"
		unseen  = "姓に画面に表示されない文字が含まれています。コピーせずに入力し直してください"
		symbols = "姓から絵文字や記号を取り除いてください"
		period  = "姓の「.」のあとには空白を入れてください。URLは入力できません"
	)
	for _, c := range []struct{ name, typed, want string }{
		{"nothing", "", missing},
		{"spaces only", " 　\t", missing},
		{"zero-width characters only", "\u200b\u200d\ufeff\u2060", missing},
		{"Hangul fillers only", "\u3164\u115f", missing},
		{"variation selectors only", "\ufe0f\U000E0100", missing},
		{"right-to-left override", "山田\u202e太郎", unseen},
		{"bidi controls only", "\u202e\u2066", unseen},
		{"left-to-right mark", "山田\u200e", unseen},
		{"NUL", "山\x00田", unseen},
		{"a header smuggled in", "山田\r\nBcc: x", unseen},
		{"a family of emoji", "山田👨‍👩‍👧", symbols},
		{"a keycap", "山田1\ufe0f\u20e3", unseen},
		{"a flag", "🇯🇵", symbols},
		{"a company sign", "㈱山田", symbols},
		{"private use", "山\ue000", "姓に外字など、ほかの画面では表示できない文字が含まれています。別の文字で入力してください"},
		{"an at sign", "山田@example", "姓から「@」を取り除いてください"},
		{"a full-width at sign", "山田＠", "姓から「＠」を取り除いてください"},
		{"a tag", "<script>", "姓から「<」を取り除いてください"},
		{"a template", "山田{{.}}", "姓から「{」を取り除いてください"},
		{"an attribute", `山"onfocus=`, "姓から「\"」を取り除いてください"},
		{"a formula", "=1+1", "姓から「=」を取り除いてください"},
		{"a full-width formula", "＝cmd", "姓から「＝」を取り除いてください"},
		{"a leading hyphen", "-山田", "姓から「-」を取り除いてください"},
		{"a URL", "https://example.com", "姓から「:」を取り除いてください"},
		{"a host name", "evil.example", period},
		{"a host name in full width", "ｅｖｉｌ．ｊｐ", period},
		{"a telephone number", "山田09012345678", "姓に数字は3桁まで使えます。電話番号などは取り除いてください"},
		{"a mark without a letter", "\u0301a", unseen},
		{"two hundred kanji", strings.Repeat("寿", 200), "姓は40文字以内で入力してください"},
		{"a tower of marks", "Z" + strings.Repeat("\u0301", 200), "姓は40文字以内で入力してください"},
		{"bytes that are no UTF-8", "山\xff", "姓の文字を読み取れませんでした。もう一度入力してください"},
	} {
		got, problem := Name(familyName, c.typed)
		if got != "" || problem.JA != c.want {
			t.Errorf("%s: %q gave %q with problem %q, want %q", c.name, c.typed, got, problem.JA, c.want)
		}
		if problem.EN == "" || strings.ContainsFunc(problem.JA+problem.EN, reorders) {
			t.Errorf("%s: the sentence is missing in English or harmful: %+q", c.name, problem)
		}
	}
}

func TestReadingsBecomeKatakana(t *testing.T) {
	t.Parallel()
	label := locale.Text{JA: "セイ", EN: "the reading of your family name"}
	const kana = "セイはカタカナで入力してください(ひらがなでも構いません)"
	for _, c := range []struct{ name, typed, want, problem string }{
		{"katakana", "ヤマダ", "ヤマダ", ""},
		{"hiragana", "やまだ", "ヤマダ", ""},
		{"half-width with voiced marks", "ﾔﾏﾀﾞ ﾊﾟﾌﾟ", "ヤマダ パプ", ""},
		{"decomposed", "か\u3099", "ガ", ""},
		{"spacing voiced marks", "か゛", "ガ", ""},
		{"a hyphen for a long vowel", "おｰの-ﾉ−", "オーノーノー", ""},
		{"small kana and iteration marks", "いすゞヶゎ", "イスヾヶヮ", ""},
		{"a middle dot and a full-width space", "ﾏﾘｱ･ﾃﾚｻ　カ", "マリア・テレサ カ", ""},
		{"a squared word", "㌔", "キロ", ""},
		{"nothing", " ", "", "セイを入力してください"},
		{"kanji", "山田", "", kana},
		{"Latin", "Yamada", "", kana},
		{"a long vowel alone", "ー", "", kana},
		{"a hyphen first", "-ヤマダ", "", kana},
		{"emoji", "ヤマダ😀", "", kana},
		{"an override", "ヤマ\u202eダ", "", "セイに画面に表示されない文字が含まれています。コピーせずに入力し直してください"},
		{"forty-one", strings.Repeat("あ", 41), "", "セイは40文字以内で入力してください"},
		{"no UTF-8", "\xe3", "", "セイの文字を読み取れませんでした。もう一度入力してください"},
	} {
		got, problem := Kana(label, c.typed)
		if got != c.want || problem.JA != c.problem {
			t.Errorf("%s: %q became %q with problem %q, want %q with %q", c.name, c.typed, got, problem.JA, c.want, c.problem)
		}
	}
}

// anything draws strings in which the characters that make trouble are as
// frequent as those that make none.
func anything() *rapid.Generator[string] {
	trouble := rapid.SampledFrom([]rune("か゛\u3099\u309aｶﾞ- 　\t\r\n\x00\u0085\u200b\u200c\u200d\u202e\u2066\ufe0f\U000E0100𠮷﨑\ufa19\U0002F81A神辻👨\u0301\u0327e.,'@<>{}=+ＡーＺ＠。１1９㈱㌀ﷺ\u1100\u1161\u11a8\u3164\ufdd0\ue000علی\u061cक्ष"))
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(trouble),
		rapid.StringOf(rapid.OneOf(trouble, rapid.Rune())),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

// clean fails the test if the value could not be stored, shown or sent.
func clean(t interface{ Fatalf(string, ...any) }, value string, newlines bool) {
	if !utf8.ValidString(value) {
		t.Fatalf("%q is not UTF-8", value)
	}
	for _, r := range value {
		if unicode.IsControl(r) && !(newlines && r == '\n') || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%q holds %U", value, r)
		}
	}
}

func TestANameReadTwiceIsTheSameName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { nameHolds(t, anything().Draw(t, "typed")) })
}

func nameHolds(t interface{ Fatalf(string, ...any) }, typed string) {
	name, problem := Name(familyName, typed)
	clean(t, name, false)
	if (name == "") == (problem == (locale.Text{})) {
		t.Fatalf("%q gave %q with problem %q", typed, name, problem.JA)
	}
	if Count(name) > NameLimit || len(name) > 5*4*NameLimit || strings.ContainsAny(name, "@<>{}:/\"") {
		t.Fatalf("%q gave %q", typed, name)
	}
	if again, _ := Name(familyName, name); again != name {
		t.Fatalf("%q became %q and then %q", typed, name, again)
	}
}

func TestAReadingReadTwiceIsTheSameReading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { kanaHolds(t, anything().Draw(t, "typed")) })
}

func kanaHolds(t interface{ Fatalf(string, ...any) }, typed string) {
	kana, problem := Kana(familyName, typed)
	clean(t, kana, false)
	if (kana == "") == (problem == (locale.Text{})) || !norm.NFC.IsNormalString(kana) {
		t.Fatalf("%q gave %q with problem %q", typed, kana, problem.JA)
	}
	if again, _ := Kana(familyName, kana); again != kana {
		t.Fatalf("%q became %q and then %q", typed, kana, again)
	}
}

func FuzzName(f *testing.F) {
	for _, typed := range []string{"山田", "か\u3099", "\ufa19\u3099", "a\u202e", "x.y", "ｶﾞ"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		nameHolds(t, typed)
		kanaHolds(t, typed)
	})
}
