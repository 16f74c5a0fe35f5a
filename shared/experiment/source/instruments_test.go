package source

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/survey"
)

// with returns the small town's instruments with one text replaced in one file.
func with(t *testing.T, file, old, replacement string) []sourceFile {
	t.Helper()
	sources := instrumentSources(t)
	for n, s := range sources {
		if s.file() != file {
			continue
		}
		if count := strings.Count(string(s.content), old); count != 1 {
			t.Fatalf("%q is %d times in %s, want once", old, count, file)
		}
		sources[n].content = []byte(strings.Replace(string(s.content), old, replacement, 1))
		return sources
	}
	t.Fatalf("there is no %s", file)
	return nil
}

func instrumentMistakes(sources []sourceFile, before []byte) []string {
	_, err := compileInstruments("testdata/instruments.json", sources, before)
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestEachMistakeOfAnInstrumentIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, file, old, new, want string }{
		{
			"an unknown key",
			"core.yaml", "caution: {", "cautoin: {",
			`core.yaml:19:1: unknown key "cautoin"; did you mean "caution"?`,
		},
		{
			"a missing translation",
			"core.yaml", "text: { ja: 自分で決める。, en: I decide. }", "text: { ja: 自分で決める。 }",
			"core.yaml:13:47: items[2].text.en: the English text is missing",
		},
		{
			"an empty translation of a point",
			"load.yaml", "{ ja: ふつう, en: Fine }", `{ ja: "", en: Fine }`,
			"load.yaml:12:15: items[1].labels[1].ja: the Japanese text is empty",
		},
		{
			"a point that does not fit",
			"load.yaml", "en: Fine }", "en: Fine but for a few days of this past month }",
			"load.yaml:12:24: items[1].labels[1].en: has 42 characters; what uses it has room for 40",
		},
		{
			"a second document",
			"core.yaml", "scoring: {", "---\nscoring: {",
			"core.yaml:14:1: subscales: scoring is missing, which subscales need|core.yaml:14:1: subscales: total is missing, which subscales need|core.yaml:14:1: subscales: caution is missing, which subscales need|core.yaml:17:1: a second document begins here; one file is one instrument",
		},
		{
			"an id that is not the name of the file",
			"core.yaml", "id: core", "id: center",
			`core.yaml:1:5: id: "center" is not the name of the file; the file of this instrument is center.yaml`,
		},
		{
			"no version",
			"core.yaml", "version: 1", "version: 0",
			"core.yaml:2:10: version: is 0; it must be at least 1",
		},
		{
			"a scale of others without their leave",
			"core.yaml", "min: 1\n", "source: A made-up journal, 1999\nmin: 1\n",
			"core.yaml:5:9: source: a scale of others needs permission_reference: by whose leave, and where it is written, the scale is used",
		},
		{
			"a leave for nothing",
			"core.yaml", "min: 1\n", "permission_reference: A made-up letter\nmin: 1\n",
			"core.yaml:5:23: permission_reference: needs source: whose scale it is and where it was published",
		},
		{
			"an item's id in lower case",
			"host_after.yaml", "id: H1", "id: h1",
			`host_after.yaml:5:11: items[0].id: "h1" is not an id of an item: a capital letter, then letters and digits, at most 20`,
		},
		{
			"an item's id twice in a file",
			"host_after.yaml", "id: H2", "id: H1",
			`host_after.yaml:6:11: items[1].id: "H1" is already the id of items[0]`,
		},
		{
			"an item's id of another instrument",
			"host_after.yaml", "id: H2", "id: B1",
			`briefing_satisfaction.yaml:6:11: items[0].id: "B1" is already the id of an item of host_after|host_after.yaml:6:11: items[1].id: "B1" is already the id of an item of briefing_satisfaction`,
		},
		{
			"an unknown type",
			"host_after.yaml", "type: date", "type: time",
			`host_after.yaml:6:21: items[1].type: "time" is not a type of item; possible: likert, single, multiple, number, short_text, long_text, date`,
		},
		{
			"a choice given twice",
			"load.yaml", "id: home,", "id: work,",
			`load.yaml:23:15: items[2].choices[1].id: "work" is already the id of items[2].choices[0]`,
		},
		{
			"a single choice of one",
			"load.yaml", "      - { id: other, label: { ja: 違う, en: Different } }\n", "",
			"load.yaml:32:5: items[4].choices: a choice needs at least two answers to choose from",
		},
		{
			"more choices than there are",
			"load.yaml", "    max: 2\n", "    max: 4\n",
			"load.yaml:20:10: items[2].max: is 4, but there are 3 answers to choose from",
		},
		{
			"likert without points",
			"core.yaml", "labels:\n  - { ja: いいえ, en: \"No\" }\n  - { ja: どちらでも, en: Neither }\n  - { ja: はい, en: \"Yes\" }\n", "",
			"core.yaml:5:6: min: is the value of the first of labels, and there are none|core.yaml:7:5: items[0].labels: a likert item needs labels, its own or the instrument's|core.yaml:8:5: items[1].labels: a likert item needs labels, its own or the instrument's|core.yaml:9:5: items[2].labels: a likert item needs labels, its own or the instrument's",
		},
		{
			"likert with one point",
			"load.yaml", "      - { ja: ふつう, en: Fine }\n      - { ja: 楽, en: Easy }\n", "",
			"load.yaml:10:5: items[1].labels: a likert item needs at least two points",
		},
		{
			"the same point twice",
			"core.yaml", "{ ja: はい, en: \"Yes\" }", "{ ja: いいえ, en: \"No\" }",
			"core.yaml:9:5: labels[2]: is the same as labels[0]",
		},
		{
			"a first point's value without points",
			"core.yaml", "{ id: Q1, type: likert, ", "{ id: Q1, type: likert, min: 2, ",
			"core.yaml:11:34: items[0].min: is the value of the first of the item's labels, and it has none of its own",
		},
		{
			"likert with a max",
			"load.yaml", "    min: -1\n", "    min: -1\n    max: 1\n",
			"load.yaml:10:10: items[1].max: has no meaning for an item of the type likert",
		},
		{
			"a day with choices and a unit",
			"host_after.yaml", "type: date,", "type: date, unit: { ja: 日, en: day }, reverse: true,",
			"host_after.yaml:6:27: items[1].unit: has no meaning for an item of the type date|host_after.yaml:6:62: items[1].reverse: has no meaning for an item of the type date",
		},
		{
			"a number without a largest",
			"load.yaml", "min: 0, max: 80,", "min: 0,",
			"load.yaml:5:5: items[0].max: is 0; a number needs a max above its min (0)",
		},
		{
			"a text without an end",
			"host_after.yaml", "max: 40, ", "",
			"host_after.yaml:5:5: items[0].max: a text needs the most characters that it may have",
		},
		{
			"an alert on a text",
			"host_after.yaml", "max: 40, ", "max: 40, alert: { at_most: 1, note: { ja: 注意, en: Beware } }, ",
			"host_after.yaml:5:42: items[0].alert: has no meaning for an item of the type short_text",
		},
		{
			"an alert that every answer is",
			"load.yaml", "at_most: -1", "at_most: 1",
			"load.yaml:16:23: items[1].alert.at_most: is 1; the answers are -1 to 1, and not each of them can be an alert",
		},
		{
			"an alert about nobody",
			"load.yaml", "version: 1\n", "version: 1\nanonymous: true\n",
			"load.yaml:17:5: items[1].alert: an anonymous answer leads to nobody: there is no one to look after|load.yaml:31:5: items[4].text: repeats an earlier answer, but nobody knows whose answers an anonymous instrument gets",
		},
		{
			"an unknown group",
			"load.yaml", "groups: [T]", "groups: [T, X, T]",
			`load.yaml:8:17: items[1].groups[1]: there is no group "X"; possible: T, C|load.yaml:8:20: items[1].groups[2]: "T" is given twice`,
		},
		{
			"a wave twice",
			"load.yaml", "waves: [post], max", "waves: [post, post], max",
			`load.yaml:26:46: items[3].waves[1]: "post" is given twice`,
		},
		{
			"a condition on nothing",
			"load.yaml", "{ item: L2,", "{ item: L9,",
			`load.yaml:19:17: items[2].if.item: there is no item "L9"`,
		},
		{
			"a condition on itself",
			"load.yaml", "{ item: L2,", "{ item: L3,",
			"load.yaml:19:17: items[2].if.item: L3 does not stand before this item",
		},
		{
			"a condition on what comes later",
			"load.yaml", "{ item: L2,", "{ item: L5,",
			"load.yaml:19:17: items[2].if.item: L5 does not stand before this item",
		},
		{
			"a condition on a text",
			"load.yaml", "{ item: L2,", "{ item: L1,",
			"load.yaml:19:17: items[2].if.item: L1 is a number; a condition looks at an item to choose from: likert, single, multiple",
		},
		{
			"a condition on an answer that cannot be given",
			"load.yaml", `in: ["-1", "0"]`, `in: ["-1", "2"]`,
			`load.yaml:19:32: items[2].if.in[1]: "2" is no answer to L2; possible: -1, 0, 1`,
		},
		{
			"a condition on an answer of another instrument that cannot be given",
			"load.yaml", `if: { item: Q3, in: ["1"] }`, `if: { item: Q3, in: ["0", "1", "1"] }`,
			`load.yaml:26:78: items[3].if.in[0]: "0" is no answer to Q3; possible: 1, 2, 3|load.yaml:26:88: items[3].if.in[2]: "1" is given twice`,
		},
		{
			"an answer repeated without words for who gave none",
			"load.yaml", "    text_without: { ja: いまはどうですか。, en: How is it now? }\n", "",
			"load.yaml:30:5: items[4].text: repeats an earlier answer; text_without must say what is asked of who did not give it",
		},
		{
			"words for who gave no answer to nothing",
			"host_after.yaml", "text: { ja: 一言で。", "text_without: { ja: さて。, en: So. }, text: { ja: 一言で。",
			"host_after.yaml:5:42: items[0].text_without: is for who did not give an answer that text repeats, and text repeats none",
		},
		{
			"an answer repeated of no item",
			"load.yaml", "{ ja: \"前に「{{pre.Q1}}」とお答えでした。いまは。\", en: \"You answered “{{pre.Q1}}”. And now?\" }", "{ ja: \"前に「{{pre.Q9}}」とお答えでした。いまは。\", en: \"You answered “{{pre.Q9}}”. And now?\" }",
			`load.yaml:30:17: items[4].text.ja: {{pre.Q9}}: there is no item "Q9"`,
		},
		{
			"an answer repeated of no wave",
			"load.yaml", "{ ja: \"前に「{{pre.Q1}}」とお答えでした。いまは。\", en: \"You answered “{{pre.Q1}}”. And now?\" }", "{ ja: \"前に「{{Q1}}」とお答えでした。いまは。\", en: \"You answered “{{Q1}}”. And now?\" }",
			"load.yaml:30:17: items[4].text.ja: unknown placeholder {{Q1}}; an earlier answer is written {{wave.item}}, as in {{pre.O2}}",
		},
		{
			"an answer repeated in one language",
			"load.yaml", "“{{pre.Q1}}”", "something",
			"load.yaml:30:51: items[4].text.en: repeats other answers than the Japanese text",
		},
		{
			"an answer repeated in a hint",
			"host_after.yaml", "text: { ja: 一言で。", "hint: { ja: \"{{pre.Q1}}でした。\", en: It was. }, text: { ja: 一言で。",
			"host_after.yaml:5:54: items[0].hint.ja: repeats an answer; only an item's text can",
		},
		{
			"braces that do not close",
			"host_after.yaml", "en: In a word. }", `en: "In a {{word." }`,
			"host_after.yaml:5:64: items[0].text.en: has braces that do not close; an earlier answer is written {{wave.item}}",
		},
		{
			"an item of no subscale in one",
			"core.yaml", "{ id: Q3, type: likert, subscale: agency,", "{ id: Q3, type: likert,",
			"core.yaml:16:59: subscales[1].items[0]: Q3 does not say that it is in a subscale (subscale: agency)",
		},
		{
			"an item in another subscale than it says",
			"core.yaml", "subscale: agency,", "subscale: direction,",
			`core.yaml:13:39: items[2].subscale: subscales[0].items does not name Q3|core.yaml:16:59: subscales[1].items[0]: Q3 says that it is in the subscale "direction"`,
		},
		{
			"an item in no subscale that there is",
			"core.yaml", "subscale: agency,", "subscale: agent,",
			`core.yaml:13:39: items[2].subscale: there is no subscale "agent"; did you mean "agency"?|core.yaml:16:59: subscales[1].items[0]: Q3 says that it is in the subscale "agent"`,
		},
		{
			"a subscale of what there is not",
			"core.yaml", "items: [Q3]", "items: [Q3, Q4, Q3]",
			`core.yaml:16:63: subscales[1].items[1]: there is no item "Q4"|core.yaml:16:67: subscales[1].items[2]: "Q3" is given twice`,
		},
		{
			"a subscale of a text",
			"core.yaml", "{ id: Q3, type: likert,", "{ id: Q3, type: long_text, max: 9,",
			"core.yaml:13:50: items[2].subscale: has no meaning for an item of the type long_text|core.yaml:16:59: subscales[1].items[0]: Q3 is a long_text; only likert items are scored|load.yaml:26:69: items[3].if.item: Q3 is a long_text; a condition looks at an item to choose from: likert, single, multiple",
		},
		{
			"a mean of other points",
			"core.yaml", "{ id: Q3, type: likert,", "{ id: Q3, type: likert, labels: [{ ja: いいえ, en: \"No\" }, { ja: はい, en: \"Yes\" }],",
			"core.yaml:16:59: subscales[1].items[0]: Q3 has other points than the items scored before it: their mean would mean nothing",
		},
		{
			"two subscales of one name",
			"core.yaml", "  - { id: agency,", "  - { id: direction,",
			`core.yaml:13:39: items[2].subscale: there is no subscale "agency"|core.yaml:16:11: subscales[1].id: "direction" is already the id of subscales[0]|core.yaml:16:62: subscales[1].items[0]: Q3 says that it is in the subscale "agency"`,
		},
		{
			"a total with the name of a subscale",
			"core.yaml", "total: { id: total,", "total: { id: agency,",
			`core.yaml:18:14: total.id: "agency" is already the id of a subscale`,
		},
		{
			"scores from no answer, and from more than there are",
			"core.yaml", "min_answered_per_subscale: 1, min_answered_total: 2", "min_answered_per_subscale: 0, min_answered_total: 4",
			"core.yaml:17:39: scoring.min_answered_per_subscale: is 0, of 1 items|core.yaml:17:62: scoring.min_answered_total: is 4, of 3 items",
		},
		{
			"scores that say not how far they can be trusted",
			"core.yaml", "caution: { ja: 架空です。, en: Made up. }\n", "",
			"core.yaml:14:1: subscales: caution is missing, which subscales need",
		},
		{
			"a caution about no scores",
			"host_after.yaml", "items:\n", "caution: { ja: 架空です。, en: Made up. }\nitems:\n",
			"host_after.yaml:4:1: caution: belongs to scores, and there are no subscales",
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got := instrumentMistakes(with(t, c.file, c.old, c.new), nil)
			if diff := cmp.Diff(strings.Split(c.want, "|"), got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheMistakesOfAllInstrumentsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	sources := with(t, "core.yaml", "version: 1", "version: none")
	for n := range sources {
		sources[n].content = []byte(strings.Replace(string(sources[n].content), "max: 40", "max: 0", 1))
	}
	want := []string{
		`core.yaml:2:10: version: expected a whole number, found the text "none"`,
		"host_after.yaml:5:38: items[0].max: a text needs the most characters that it may have",
	}
	if diff := cmp.Diff(want, instrumentMistakes(sources, nil)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

// compiledTown returns the compiled form of the small town's instruments.
func compiledTown(t *testing.T) []byte {
	t.Helper()
	instruments, err := compileInstruments("testdata/instruments.json", instrumentSources(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return instruments.Compiled
}

func TestAChangedQuestionIsRefusedUntilTheVersionIsRaised(t *testing.T) {
	t.Parallel()
	before := compiledTown(t)
	changed := with(t, "core.yaml", "自分で決める。", "自分で選んでいる。")
	want := []string{`core.yaml:13:59: items[2].text.ja: differs from version 1, which may have answers: raise version to 2 (or, if nobody can have answered it yet, take its line out of instruments.json)`}
	if diff := cmp.Diff(want, instrumentMistakes(changed, before)); diff != "" {
		t.Fatalf("a changed question (-want +got):\n%s", diff)
	}

	for n, s := range changed {
		if s.file() == "core.yaml" {
			changed[n].content = []byte(strings.Replace(string(s.content), "version: 1", "version: 2", 1))
		}
	}
	raised, err := compileInstruments("testdata/instruments.json", changed, before)
	if err != nil {
		t.Fatalf("with the version raised: %v", err)
	}
	for version, words := range map[int]string{1: "自分で決める。", 2: "自分で選んでいる。"} {
		i, ok := raised.Set.Edition("core", version)
		if !ok {
			t.Fatalf("version %d is lost", version)
		}
		if it, _ := i.Item("Q3"); it.Text.JA != words {
			t.Errorf("version %d asks %q", version, it.Text.JA)
		}
	}
	if i, _ := raised.Set.Current("core"); i.Version != 2 {
		t.Errorf("a new response gets version %d", i.Version)
	}
	for line := range strings.Lines(string(before)) {
		if line := strings.TrimRight(line, ",\n"); !strings.Contains(string(raised.Compiled), line) {
			t.Errorf("what was compiled before has changed: %.60s...", line)
		}
	}
	again, err := compileInstruments("testdata/instruments.json", changed, raised.Compiled)
	if err != nil || string(again.Compiled) != string(raised.Compiled) {
		t.Errorf("compiled once more it is another: %v", err)
	}
}

func TestEachChangeOfAVersionThatMayHaveAnswersIsRefusedWhereItStands(t *testing.T) {
	t.Parallel()
	before := compiledTown(t)
	const refused = `: differs from version 1, which may have answers: raise version to 2 (or, if nobody can have answered it yet, take its line out of instruments.json)`
	for _, c := range []struct{ story, file, old, new, want string }{
		{"another point", "core.yaml", "en: Neither", "en: Perhaps", "core.yaml:8:22: labels[1].en" + refused},
		{"scored the other way", "core.yaml", "reverse: true", "reverse: false", "core.yaml:12:59: items[1].reverse" + refused},
		{"asked of everybody", "load.yaml", "    groups: [T]\n", "", "load.yaml:6:5: items[1].groups" + refused},
		{"asked in a wave only", "load.yaml", "    groups: [T]\n", "    waves: [mid]\n    groups: [T]\n", "load.yaml:8:5: items[1].waves" + refused},
		{"a choice less", "load.yaml", "      - { id: health, label: { ja: 健康, en: Health } }\n", "", "load.yaml:21:5: items[2].choices[2]" + refused},
		{"a question more", "host_after.yaml", "  - { id: H2", "  - { id: H3, type: date, text: { ja: 始まった日, en: The day it began } }\n  - { id: H2", "host_after.yaml:6:11: items[1].id" + refused},
		{"another meaning of a score", "core.yaml", "決めることです。", "選ぶことです。", "core.yaml:16:79: subscales[1].meaning.ja" + refused},
		{"a version that skips one", "core.yaml", "version: 1", "version: 3", "core.yaml:2:10: version: is 3, but the newest so far is 1; the next is 2"},
	} {
		got := instrumentMistakes(with(t, c.file, c.old, c.new), before)
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.story, diff)
		}
	}
	for story, change := range map[string]func(string) string{
		"a comment": func(s string) string { return "# Asked since 2020.\n" + s },
		"another layout": func(s string) string {
			return strings.Replace(s, "lead: { ja: 選んでください。, en: Choose. }", "lead:\n  en: |\n    Choose.\n  ja: 選んでください。", 1)
		},
		"points written out": func(s string) string {
			return strings.Replace(s, "{ id: Q3, type: likert,", "{ id: Q3, type: likert, min: 1, labels: [{ ja: いいえ, en: \"No\" }, { ja: どちらでも, en: Neither }, { ja: はい, en: \"Yes\" }],", 1)
		},
	} {
		sources := instrumentSources(t)
		for n, s := range sources {
			if s.file() == "core.yaml" {
				sources[n].content = []byte(change(string(s.content)))
			}
		}
		same, err := compileInstruments("testdata/instruments.json", sources, before)
		if err != nil || string(same.Compiled) != string(before) {
			t.Errorf("%s is taken for a change: %v", story, err)
		}
	}
}

func TestAVersionNeverGoesBackAndNewOnesBeginWithOne(t *testing.T) {
	t.Parallel()
	second := with(t, "core.yaml", "version: 1", "version: 2")
	want := []string{"core.yaml:2:10: version: is 2; a new instrument begins with version 1"}
	if diff := cmp.Diff(want, instrumentMistakes(second, nil)); diff != "" {
		t.Errorf("a new instrument (-want +got):\n%s", diff)
	}
	raised, err := compileInstruments("testdata/instruments.json", second, compiledTown(t))
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"core.yaml:2:10: version: is 1, but version 2 was compiled already and may have answers; a version never goes back"}
	if diff := cmp.Diff(want, instrumentMistakes(instrumentSources(t), raised.Compiled)); diff != "" {
		t.Errorf("the first version again (-want +got):\n%s", diff)
	}
}

func TestAnInstrumentThatMayHaveAnswersIsNotTakenAway(t *testing.T) {
	t.Parallel()
	var without []sourceFile
	for _, s := range instrumentSources(t) {
		if s.file() != "host_after.yaml" {
			without = append(without, s)
		}
	}
	want := []string{`instruments.json:1:1: the instrument "host_after" may have answers, and its source is gone: put host_after.yaml back`}
	if diff := cmp.Diff(want, instrumentMistakes(without, compiledTown(t))); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestALineOfAnEarlierVersionIsNotTakenAway(t *testing.T) {
	t.Parallel()
	second := with(t, "core.yaml", "version: 1", "version: 2")
	raised, err := compileInstruments("testdata/instruments.json", second, compiledTown(t))
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(raised.Compiled)) {
		if !strings.Contains(line, `{"id":"core","version":1,`) {
			kept = append(kept, line)
		}
	}
	want := []string{`instruments.json:1:1: version 1 of "core" may have answers, and its line is gone: put it back`}
	if diff := cmp.Diff(want, instrumentMistakes(second, []byte(strings.Join(kept, "")))); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestAnItemsIDIsNotUsedAgainByAnotherInstrument(t *testing.T) {
	t.Parallel()
	before := compiledTown(t)
	sources := with(t, "host_after.yaml", "id: H2", "id: H9") // H2 was asked once
	for n, s := range sources {
		switch s.file() {
		case "host_after.yaml":
			sources[n].content = []byte(strings.Replace(string(s.content), "version: 1", "version: 2", 1))
		case "participants.yaml":
			sources[n].content = []byte(strings.NewReplacer("version: 1", "version: 2", "id: P1", "id: H2").Replace(string(s.content)))
		}
	}
	want := []string{`participants.yaml:5:11: items[0].id: "H2" is already the id of an item of host_after`}
	if diff := cmp.Diff(want, instrumentMistakes(sources, before)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestTheCompiledInstrumentsAreUpToDate(t *testing.T) {
	t.Parallel()
	instruments, err := ReadInstruments(instrumentsFolder)
	if err != nil {
		t.Fatalf("the shipped instruments are wrong:\n%v", err)
	}
	compiled, err := os.ReadFile(instruments.Name)
	if err != nil || string(compiled) != string(instruments.Compiled) {
		t.Errorf("%s is not the compiled form of its sources (run: go generate ./shared/survey)", instruments.Name)
	}
	shipped, err := survey.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shipped.All(), instruments.Set.All()); diff != "" {
		t.Errorf("shipped and compiled are not the same (-shipped +compiled):\n%s", diff)
	}
}

func TestAFolderThatWasNeverCompiledBeginsWithNothing(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "instruments")
	if err := os.CopyFS(folder, os.DirFS("testdata/instruments")); err != nil {
		t.Fatal(err)
	}
	instruments, err := ReadInstruments(folder)
	if err != nil {
		t.Fatal(err)
	}
	if instruments.Name != folder+".json" || string(instruments.Compiled) != string(compiledTown(t)) {
		t.Errorf("compiled as %s:\n%s", instruments.Name, instruments.Compiled)
	}
	if err := os.WriteFile(instruments.Name, instruments.Compiled[:200], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadInstruments(folder); err == nil {
		t.Error("a damaged compiled form is taken for nothing, and its versions are lost")
	}
	if _, err := ReadInstruments(t.TempDir()); err == nil {
		t.Error("a folder without instruments is taken for right")
	}
}

// A line of a shipped instrument that nobody would miss is one that means nothing. Each
// file is read alone, so that it takes no longer than it must.
func TestALineLostFromAShippedInstrumentIsNoticed(t *testing.T) {
	t.Parallel()
	sources, err := readSources(instrumentsFolder, "instrument")
	if err != nil {
		t.Fatal(err)
	}
	meaningless := regexp.MustCompile(`^\s*(#.*|min: 0)?$`)
	for _, s := range sources {
		right, err := compileInstruments("instruments.json", []sourceFile{s}, nil)
		if err != nil {
			t.Fatalf("%s alone: %v", s.file(), err)
		}
		lines := strings.SplitAfter(string(s.content), "\n")
		for n, line := range lines {
			if n%7 != 3 && n%11 != 5 || meaningless.MatchString(line) {
				continue
			}
			without := strings.Join(slices.Delete(slices.Clone(lines), n, n+1), "")
			if told := instrumentMistakes([]sourceFile{{s.name, []byte(without)}}, right.Compiled); len(told) == 0 {
				t.Errorf("nothing is told of %s without line %d: %q", s.file(), n+1, line)
			}
		}
	}
}
