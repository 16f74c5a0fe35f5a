package source

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/survey"
)

func smallTown(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("testdata/small-town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// testInstruments returns what the small town asks.
func testInstruments(t *testing.T) survey.Set {
	t.Helper()
	set, err := smallTownInstruments()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// smallTownInstruments are read once: nobody writes to them.
var smallTownInstruments = sync.OnceValues(func() (survey.Set, error) {
	sources, err := readSources("testdata/instruments", "instrument")
	if err != nil {
		return survey.Set{}, err
	}
	instruments, err := compileInstruments("instruments.json", sources, nil)
	return instruments.Set, err
})

func instrumentSources(t *testing.T) []sourceFile {
	t.Helper()
	sources, err := readSources("testdata/instruments", "instrument")
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

// mistakesIn returns the lines that tell what is wrong.
func mistakesIn(t *testing.T, name, content string) []string {
	t.Helper()
	_, err := Read(name, []byte(content), testInstruments(t))
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestTheSmallFileIsRight(t *testing.T) {
	t.Parallel()
	if wrong := mistakesIn(t, "small-town.yaml", smallTown(t)); wrong != nil {
		t.Errorf("got mistakes:\n%s", strings.Join(wrong, "\n"))
	}
}

func TestEachMistakeIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	right := smallTown(t)
	for _, c := range []struct{ story, old, new, want string }{
		{
			"an unknown key with a close one",
			"recruitment: { channel:", "recruitment: { chanel:",
			`small-town.yaml:17:16: recruitment: unknown key "chanel"; did you mean "channel"?`,
		},
		{
			"an unknown key that resembles none",
			"format: experiment/v1\n", "format: experiment/v1\ncolophon: x\n",
			`small-town.yaml:2:1: unknown key "colophon"`,
		},
		{
			"a key given twice",
			"timezone: Asia/Tokyo\n", "timezone: Asia/Tokyo\nid: small-town\n",
			"small-town.yaml:4:1: id: is given twice, first in line 2",
		},
		{
			"a key left out",
			"    capacity: 10\n", "",
			"small-town.yaml:19:5: briefings[0].capacity: is missing",
		},
		{
			"a list where text belongs",
			"question: { ja: 何が変わるのか。, en: What changes? }", "question: [a, b]",
			"small-town.yaml:7:1: question: expected the keys ja, en, found a list",
		},
		{
			"text where a list belongs",
			"  - { ja: 架空の目的です。, en: A made-up purpose. }", "  架空の目的です。",
			`small-town.yaml:9:3: purpose: expected a list, found the text "架空の目的です。"`,
		},
		{
			"an empty list",
			"  descriptive: [attrition]", "  descriptive: []",
			"small-town.yaml:138:3: analysis_plan.descriptive: the list is empty; give an entry or leave the key out where that is allowed",
		},
		{
			"nothing where text belongs",
			"  - id: b1\n", "  - id:\n",
			"small-town.yaml:19:5: briefings[0].id: expected text, found nothing",
		},
		{
			"text where a number belongs",
			"    capacity: 10\n", "    capacity: ten\n",
			`small-town.yaml:24:15: briefings[0].capacity: expected a whole number, found the text "ten"`,
		},
		{
			"half a place",
			"    capacity: 10\n", "    capacity: 10.5\n",
			"small-town.yaml:24:15: briefings[0].capacity: expected a whole number, found the number 10.5 (in quotes it would be text)",
		},
		{
			"a number where text belongs",
			"id: privacy\n      version: \"1\"", "id: privacy\n      version: 1",
			"small-town.yaml:58:16: application.consents[0].version: expected text, found the number 1 (in quotes it would be text)",
		},
		{
			"text where true or false belongs",
			"  adult_only: true", `  adult_only: "yes"`,
			`small-town.yaml:44:15: application.adult_only: expected true or false, found the text "yes"`,
		},
		{
			"an alias",
			"format: experiment/v1\nid: small-town", "format: experiment/v1\nid: &a small-town",
			"small-town.yaml:2:5: id: expected text, found an anchor, alias or tag of YAML, which are not used here",
		},
		{
			"broken YAML",
			"briefings:\n  - id: b1", "briefings: [\n  - id: b1",
			"small-town.yaml:30:1: cannot be read as YAML: ',' or ']' must be specified",
		},
		{
			"a second document",
			"provenance:\n", "---\nprovenance:\n",
			"small-town.yaml:1:1: provenance: is missing" + "\n" +
				"small-town.yaml:162:1: a second document begins here; one file is one experiment",
		},
		{
			"a tab",
			"lab: {", "\tlab: {",
			"small-town.yaml:12:1: cannot be read as YAML: found character tab that cannot start any token",
		},
		{
			"a missing translation",
			"title: { ja: 架空の町の実験, en: A made-up town }", "title: { ja: 架空の町の実験 }",
			"small-town.yaml:4:1: title.en: the English text is missing",
		},
		{
			"a missing original",
			"short: { ja: 架空の町, en: Made-up town }", "short: { en: Made-up town }",
			"small-town.yaml:5:1: short.ja: the Japanese text is missing",
		},
		{
			"an empty translation",
			"label: { ja: お仕事, en: Work }", `label: { ja: お仕事, en: "" }`,
			"small-town.yaml:51:29: application.questions[0].label.en: the English text is empty",
		},
		{
			"a translation of spaces",
			"label: { ja: お仕事, en: Work }", `label: { ja: "  ", en: Work }`,
			"small-town.yaml:51:20: application.questions[0].label.ja: the Japanese text is empty",
		},
		{
			"an unknown placeholder in a text",
			`en: "Until {{application.close}}"`, `en: "Until {{application.closes}}"`,
			`small-town.yaml:11:113: steps[0].text.en: unknown placeholder {{application.closes}}; did you mean "application.close"?`,
		},
		{
			"a placeholder that does not close",
			`ja: "{{application.close}}まで"`, `ja: "{{application.close}まで"`,
			"small-town.yaml:11:82: steps[0].text.ja: has braces that do not close; a placeholder is written {{name}}",
		},
		{
			"Japanese over lines that would get spaces",
			"lead: { ja: 架空の実験です。, en: A made-up experiment. }", "lead:\n  ja: 架空の\n    実験です。\n  en: A made-up experiment.",
			"small-town.yaml:7:7: lead.ja: Japanese over several lines begins with |, otherwise each line's end becomes a space",
		},
		{
			"Japanese folded with spaces",
			"lead: { ja: 架空の実験です。, en: A made-up experiment. }", "lead:\n  ja: >-\n    架空の\n    実験です。\n  en: A made-up experiment.",
			"small-town.yaml:7:7: lead.ja: Japanese over several lines begins with |, not with >, which makes each line's end a space",
		},
		{
			"two paragraphs in one text",
			"lead: { ja: 架空の実験です。, en: A made-up experiment. }", "lead:\n  ja: 架空の実験です。\n  en: |\n    One.\n\n    Two.",
			"small-town.yaml:8:7: lead.en: holds an empty line; one text is one paragraph",
		},
		{
			"a short title that is too long",
			"short: { ja: 架空の町,", "short: { ja: 架空の町の三か月にわたる小さな仕事についての最初の実験のまとめ,",
			"small-town.yaml:5:14: short.ja: has 31 characters; what uses it has room for 30",
		},
		{
			"an invisible character",
			"short: { ja: 架空の町,", "short: { ja: \"架空\\u0007の町\",",
			"small-town.yaml:5:14: short.ja: holds the character U+0007, which cannot be shown",
		},
		{
			"another format",
			"format: experiment/v1", "format: experiment/v2",
			`small-town.yaml:1:9: format: is "experiment/v2"; this program reads "experiment/v1"`,
		},
		{
			"an id with capitals",
			"id: small-town", "id: Small_Town",
			`small-town.yaml:2:5: id: "Small_Town" is not an id: lower-case letters, digits and single hyphens, beginning with a letter, at most 40`,
		},
		{
			"an id that is an address of the site",
			"id: small-town", "id: notes",
			`small-town.yaml:2:5: id: "notes" is an address of the site itself`,
		},
		{
			"an id that is not the file's name",
			"id: small-town", "id: big-town",
			`small-town.yaml:2:5: id: "big-town" is not the name of the file; the file of this experiment is big-town.yaml`,
		},
		{
			"an unknown zone",
			"timezone: Asia/Tokyo", "timezone: Asia/Tokio",
			`small-town.yaml:3:11: timezone: "Asia/Tokio" is not a zone of the IANA database, such as Asia/Tokyo`,
		},
		{
			"a broken instant",
			"start: 2020-11-06T19:30:00+09:00", "start: 2020-11-31T19:30:00+09:00",
			`small-town.yaml:21:12: briefings[0].start: expected an instant with its offset such as 2020-11-06T19:30:00+09:00, found "2020-11-31T19:30:00+09:00"`,
		},
		{
			"an instant without offset",
			"start: 2020-11-06T19:30:00+09:00", "start: 2020-11-06T19:30:00",
			`small-town.yaml:21:12: briefings[0].start: expected an instant with its offset such as 2020-11-06T19:30:00+09:00, found "2020-11-06T19:30:00"`,
		},
		{
			"an instant of another zone",
			"start: 2020-11-06T19:30:00+09:00", "start: 2020-11-06T10:30:00Z",
			"small-town.yaml:21:12: briefings[0].start: has another offset than Asia/Tokyo; there it is 2020-11-06T19:30:00+09:00",
		},
		{
			"a window that loses its last second",
			"  close: 2020-12-01T00:00:00+09:00", "  close: 2020-11-30T23:59:59+09:00",
			"small-town.yaml:41:10: application.close: is not on a full minute; what closes at the end of a day closes at 00:00 of the next",
		},
		{
			"a broken day",
			"  expected: 2021-09-30", "  expected: 2021-09-31",
			`small-town.yaml:151:13: publication.expected: expected a day such as 2021-01-04, found "2021-09-31"`,
		},
		{
			"a window that closes before it opens",
			"  close: 2020-12-01T00:00:00+09:00\n  result_notice", "  close: 2020-10-29T00:00:00+09:00\n  result_notice",
			"small-town.yaml:41:10: application.close: is before application.open (2020-10-30T12:00:00+09:00)",
		},
		{
			"a briefing that ends before it starts",
			"    end: 2020-11-06T21:00:00+09:00", "    end: 2020-11-06T19:00:00+09:00",
			"small-town.yaml:22:10: briefings[0].end: is before briefings[0].start (2020-11-06T19:30:00+09:00)",
		},
		{
			"a briefing that ends as it starts",
			"    end: 2020-11-06T21:00:00+09:00", "    end: 2020-11-06T19:30:00+09:00",
			"small-town.yaml:22:10: briefings[0].end: is the same instant as briefings[0].start (2020-11-06T19:30:00+09:00)",
		},
		{
			"a briefing after the deadline",
			"    start: 2020-11-06T19:30:00+09:00\n    end: 2020-11-06T21:00:00+09:00", "    start: 2020-12-06T19:30:00+09:00\n    end: 2020-12-06T21:00:00+09:00",
			"small-town.yaml:21:12: briefings[0].start: is not before application.close (2020-12-01T00:00:00+09:00): nobody could apply after it",
		},
		{
			"a briefing without a seat",
			"    capacity: 10\n", "    capacity: 0\n",
			"small-town.yaml:24:15: briefings[0].capacity: is 0; it must be at least 1",
		},
		{
			"a briefing as applications open",
			"    start: 2020-11-06T19:30:00+09:00", "    start: 2020-10-30T12:00:00+09:00",
			"small-town.yaml:21:12: briefings[0].start: is not after application.open (2020-10-30T12:00:00+09:00): nobody could register for it",
		},
		{
			"a briefing without a time to reply",
			"    reply: 24h\n", "",
			"small-town.yaml:19:5: briefings[0].reply: is missing",
		},
		{
			"a time to reply in another form",
			"    reply: 24h\n", "    reply: 1 day\n",
			`small-town.yaml:25:12: briefings[0].reply: expected hours and minutes such as 24h, 1h30m or 45m, found "1 day"`,
		},
		{
			"no time to reply",
			"    reply: 24h\n", "    reply: 0h\n",
			`small-town.yaml:25:12: briefings[0].reply: expected hours and minutes such as 24h, 1h30m or 45m, found "0h"`,
		},
		{
			"a reply faster than people read",
			"    reply: 24h\n", "    reply: 59m\n",
			"small-town.yaml:25:12: briefings[0].reply: is less than 1h; a person needs time to read the mail and to answer",
		},
		{
			"a seat kept for too long",
			"    reply: 24h\n", "    reply: 336h1m\n",
			"small-town.yaml:25:12: briefings[0].reply: is more than 336h (14 days); the seat would stay empty for too long",
		},
		{
			"no follow-up, but its key",
			"    follow_ups:\n      - { after: end, days: 1, at: \"10:00\" }\n", "    follow_ups: []\n",
			"small-town.yaml:28:5: briefings[0].follow_ups: the list is empty; give an entry or leave the key out where that is allowed",
		},
		{
			"a follow-up before the end",
			`      - { after: end, days: 1, at: "10:00" }`, `      - { before: end, days: 0, at: "20:30" }`,
			"small-town.yaml:29:19: briefings[0].follow_ups[0].before: a briefing's follow_ups count after its end; its reminders count before its start",
		},
		{
			"a follow-up of the start",
			`      - { after: end, days: 1, at: "10:00" }`, `      - { after: start, days: 1, at: "10:00" }`,
			`small-town.yaml:29:18: briefings[0].follow_ups[0].after: "start" is not a moment here; possible: end`,
		},
		{
			"a follow-up during the briefing",
			`      - { after: end, days: 1, at: "10:00" }`, `      - { after: end, days: 0, at: "20:30" }`,
			"small-town.yaml:29:9: briefings[0].follow_ups[0]: falls on 2020-11-06T20:30:00+09:00, which is not after the briefing ends (2020-11-06T21:00:00+09:00)",
		},
		{
			"a follow-up when the briefing is forgotten",
			`      - { after: end, days: 1, at: "10:00" }`, `      - { after: end, offset: 337h }`,
			"small-town.yaml:29:9: briefings[0].follow_ups[0]: falls on 2020-11-20T22:00:00+09:00, more than 14 days after the briefing ends (2020-11-06T21:00:00+09:00)",
		},
		{
			"a follow-up without a rule",
			`      - { after: end, days: 1, at: "10:00" }`, `      - { after: end }`,
			`small-town.yaml:29:9: briefings[0].follow_ups[0]: needs an offset (offset: 24h) or a day and a time (days: 1, at: "09:00")`,
		},
		{
			"two follow-ups with one id",
			`      - { after: end, days: 1, at: "10:00" }`, "      - { id: thanks, after: end, days: 1, at: \"10:00\" }\n      - { id: thanks, after: end, days: 2, at: \"10:00\" }",
			`small-town.yaml:30:15: briefings[0].follow_ups[1].id: "thanks" is already the id of briefings[0].follow_ups[0]`,
		},
		{
			"a reminder with the id that another has by itself",
			"      - { before: start, offset: 24h }", "      - { before: start, offset: 24h }\n      - { id: start-24h, before: start, offset: 1h }",
			`small-town.yaml:28:15: briefings[0].reminders[1].id: "start-24h" is already the id of briefings[0].reminders[0]`,
		},
		{
			"briefings that nobody can register for",
			"registration:\n", "registrations:\n",
			`small-town.yaml:30:1: unknown key "registrations"; did you mean "registration"?`,
		},
		{
			"a registration without a consent",
			"registration:\n  consent:\n", "registration:\n  notice:\n",
			"small-town.yaml:30:1: registration.consent: is missing\n" +
				`small-town.yaml:31:3: registration: unknown key "notice"`,
		},
		{
			"a consent to registering with the id of one to applying",
			"    id: briefing\n", "    id: privacy\n",
			`small-town.yaml:32:9: registration.consent.id: "privacy" is already the id of application.consents[0]`,
		},
		{
			"a consent to registering with a malformed id",
			"    id: briefing\n", "    id: The briefing\n",
			`small-town.yaml:32:9: registration.consent.id: "The briefing" is not an id: lower-case letters, digits and single hyphens or underscores, beginning with a letter, at most 40`,
		},
		{
			"a consent to registering with no id",
			"    id: briefing\n", "    id: \"\"\n",
			`small-town.yaml:32:9: registration.consent.id: "" is not an id: lower-case letters, digits and single hyphens or underscores, beginning with a letter, at most 40`,
		},
		{
			"a consent to registering with an empty version",
			"    id: briefing\n    version: \"1\"\n", "    id: briefing\n    version: \"\"\n",
			"small-town.yaml:33:14: registration.consent.version: is empty; a person agrees to one version of a text",
		},
		{
			"a consent to registering that may be refused",
			"id: briefing\n    version: \"1\"\n    required: true", "id: briefing\n    version: \"1\"\n    required: false",
			`small-town.yaml:34:15: registration.consent.required: is false, but nobody can register without the consent "briefing"`,
		},
		{
			"a consent to registering in one language",
			"title: { ja: 説明会, en: The briefing }", "title: { ja: 説明会 }",
			"small-town.yaml:35:5: registration.consent.title.en: the English text is missing",
		},
		{
			"a consent to registering with a long title",
			"title: { ja: 説明会, en: The briefing }", "title: { ja: 説明会への登録のときにお預かりする大切な個人情報の取り扱いについて, en: The briefing }",
			"small-town.yaml:35:18: registration.consent.title.ja: has 33 characters; what uses it has room for 30",
		},
		{
			"a consent to registering without words beside the box",
			"    label: { ja: 同意します, en: I agree }\n    text:\n      - { ja: 説明会の", "    label: { ja: \"\", en: I agree }\n    text:\n      - { ja: 説明会の",
			"small-town.yaml:36:18: registration.consent.label.ja: the Japanese text is empty",
		},
		{
			"a consent to registering without a text",
			"    text:\n      - { ja: 説明会のためだけに使います。, en: We use them for the briefing only. }\n", "",
			"small-town.yaml:31:3: registration.consent.text: is missing",
		},
		{
			"results before the deadline",
			"  result_notice: 2020-12-14T12:00:00+09:00", "  result_notice: 2020-11-30T12:00:00+09:00",
			"small-town.yaml:42:18: application.result_notice: is before application.close (2020-12-01T00:00:00+09:00)" + "\n" +
				"small-town.yaml:114:12: waves[0].close: is after application.result_notice (2020-11-30T12:00:00+09:00): the first wave is answered before results are known",
		},
		{
			"more choices than listings",
			"  max_choices: 2", "  max_choices: 3",
			"small-town.yaml:43:16: application.max_choices: is 3, but there are only 2 listings",
		},
		{
			"no choice at all",
			"  max_choices: 2", "  max_choices: 0",
			"small-town.yaml:43:16: application.max_choices: is 0; it must be at least 1",
		},
		{
			"an id given to two questions",
			"    - { id: skill,", "    - { id: work,",
			`small-town.yaml:55:13: application.questions[1].id: "work" is already the id of application.questions[0]`,
		},
		{
			"a malformed id of a choice",
			"{ id: employed,", `{ id: "em ployed",`,
			`small-town.yaml:53:17: application.questions[0].choices[0].id: "em ployed" is not an id: lower-case letters, digits and single hyphens or underscores, beginning with a letter, at most 40`,
		},
		{
			"a question of an unknown type",
			"      type: single_choice", "      type: radio",
			`small-town.yaml:49:13: application.questions[0].type: "radio" is not a type of question; possible: short_text, long_text, single_choice, multi_choice`,
		},
		{
			"a choice without choices",
			"      choices:\n        - { id: employed, label: { ja: 勤め, en: Employed } }\n        - { id: other, label: { ja: その他, en: Other } }\n", "",
			"small-town.yaml:48:7: application.questions[0].choices: a choice needs at least two answers to choose from",
		},
		{
			"a text without a limit",
			"type: long_text, required: false, max: 100,", "type: long_text, required: false,",
			"small-town.yaml:55:7: application.questions[1].max: a text needs the most characters that it may have",
		},
		{
			"a text with choices",
			"max: 100, label:", "max: 100, choices: [{ id: a, label: { ja: あ, en: A } }], label:",
			"small-town.yaml:55:64: application.questions[1].choices: a text has no choices",
		},
		{
			"more answers than choices",
			"      type: single_choice\n", "      type: multi_choice\n      max: 3\n",
			"small-town.yaml:50:12: application.questions[0].max: is 3, but there are 2 answers to choose from",
		},
		{
			"a consent without version",
			"id: privacy\n      version: \"1\"\n", "id: privacy\n",
			"small-town.yaml:57:7: application.consents[0].version: is missing",
		},
		{
			"a consent with an empty version",
			"id: privacy\n      version: \"1\"\n", "id: privacy\n      version: \"\"\n",
			"small-town.yaml:58:16: application.consents[0].version: is empty; a person agrees to one version of a text",
		},
		{
			"a purpose that nobody is asked for",
			"    - id: provision\n", "    - id: handover\n",
			`small-town.yaml:56:3: application.consents: the consent "provision" is missing`,
		},
		{
			"research forced on people",
			"id: research\n    version: \"1\"\n    required: false", "id: research\n    version: \"1\"\n    required: true",
			`small-town.yaml:77:15: research.consent.required: is true, but the consent "research" is free and has no effect on selection`,
		},
		{
			"a consent to the research by another name",
			"    id: research\n", "    id: study\n",
			`small-town.yaml:75:9: research.consent.id: is "study"; the consent to the research is "research"`,
		},
		{
			"a consent to the research with an empty version",
			"id: research\n    version: \"1\"", "id: research\n    version: \"\"",
			"small-town.yaml:76:14: research.consent.version: is empty; a person agrees to one version of a text",
		},
		{
			"a consent to the research with a long title",
			"title: { ja: 研究, en: Research }", "title: { ja: この実証の研究のためのアンケートに答えて協力していただくことへの同意, en: Research }",
			"small-town.yaml:78:18: research.consent.title.ja: has 34 characters; what uses it has room for 30",
		},
		{
			"no consent to the research",
			"research:\n  consent:\n", "research:\n  notice:\n",
			"small-town.yaml:73:1: research.consent: is missing\n" +
				`small-town.yaml:74:3: research: unknown key "notice"`,
		},
		{
			"the research among the consents of applying",
			"    - id: provision\n", "    - id: research\n",
			`small-town.yaml:56:3: application.consents: the consent "provision" is missing` + "\n" +
				`small-town.yaml:64:11: application.consents[1].id: "research" is asked on its own page, and not for applying: it stands under research.consent`,
		},
		{
			"the research as the consent of registering",
			"    id: briefing\n", "    id: research\n",
			`small-town.yaml:32:9: registration.consent.id: "research" is already the id of research.consent`,
		},
		{
			"a privacy notice that may be refused",
			"id: privacy\n      version: \"1\"\n      required: true", "id: privacy\n      version: \"1\"\n      required: false",
			`small-town.yaml:59:17: application.consents[0].required: is false, but nobody can apply without the consent "privacy"`,
		},
		{
			"a reminder without a rule",
			"      - { before: start, offset: 24h }", "      - { before: start }",
			`small-town.yaml:27:9: briefings[0].reminders[0]: needs an offset (offset: 24h) or a day and a time (days: 1, at: "09:00")`,
		},
		{
			"a reminder with two rules",
			"      - { before: start, offset: 24h }", "      - { before: start, offset: 24h, days: 1 }",
			"small-town.yaml:27:9: briefings[0].reminders[0]: has both an offset and days or at; use one of the two",
		},
		{
			"a reminder without a moment",
			"      - { before: start, offset: 24h }", "      - { offset: 24h }",
			"small-town.yaml:27:9: briefings[0].reminders[0]: needs either before or after",
		},
		{
			"a reminder of a moment that is not there",
			"      - { before: start, offset: 24h }", "      - { before: deadline, offset: 24h }",
			`small-town.yaml:27:19: briefings[0].reminders[0].before: "deadline" is not a moment here; possible: start`,
		},
		{
			"a reminder after what it reminds of",
			"      - { before: start, offset: 24h }", "      - { after: start, offset: 1h }",
			"small-town.yaml:27:18: briefings[0].reminders[0].after: a briefing's reminders count before its start; its follow_ups count after its end",
		},
		{
			"a reminder in the evening of the day",
			"      - { before: start, offset: 24h }", `      - { before: start, days: 0, at: "20:00" }`,
			"small-town.yaml:27:9: briefings[0].reminders[0]: falls on 2020-11-06T20:00:00+09:00, which is not before the briefing starts (2020-11-06T19:30:00+09:00)",
		},
		{
			"a reminder by a broken duration",
			"      - { before: start, offset: 24h }", "      - { before: start, offset: 1 day }",
			`small-town.yaml:27:34: briefings[0].reminders[0].offset: expected hours and minutes such as 24h, 1h30m or 45m, found "1 day"`,
		},
		{
			"a reminder at no time of day",
			`days: 1, at: "12:00"`, `days: 1, at: "12:60"`,
			`small-town.yaml:85:40: offers.reminders[0].at: expected a time of day such as "09:00", found "12:60"`,
		},
		{
			"a reminder of negative days",
			`days: 1, at: "12:00"`, `days: -1, at: "12:00"`,
			"small-town.yaml:85:33: offers.reminders[0].days: is -1; before and after say the direction",
		},
		{
			"the same reminder twice",
			"      - { before: start, offset: 24h }\n", "      - { before: start, offset: 24h }\n      - { before: start, offset: 24h }\n",
			"small-town.yaml:28:9: briefings[0].reminders[1]: is the same reminder as briefings[0].reminders[0]",
		},
		{
			"a reminder of the deadline before applications open",
			`    - { before: close, days: 1, at: "09:00" }`, `    - { before: close, days: 40, at: "09:00" }`,
			"small-town.yaml:72:7: application.reminders[0]: falls on 2020-10-21T09:00:00+09:00, which is outside the application window (2020-10-30T12:00:00+09:00 to 2020-12-01T00:00:00+09:00)",
		},
		{
			"a reminder before the offer",
			`    - { before: deadline, days: 1, at: "12:00" }`, "    - { before: deadline, offset: 240h }",
			"small-town.yaml:85:7: offers.reminders[0]: falls on 2020-12-10T00:00:00+09:00, which is outside the time to answer an offer made with the results (2020-12-14T12:00:00+09:00 to 2020-12-20T00:00:00+09:00)",
		},
		{
			"a nudge after a short wave has closed",
			`  - { after: invited, days: 3, at: "09:00", stop_when_done: true }`, `  - { after: invited, days: 9, at: "09:00", stop_when_done: true }`,
			`small-town.yaml:129:5: wave_reminders[0]: falls on 2021-02-24T09:00:00+09:00, which is outside the wave "mid" (2021-02-15T09:00:00+09:00 to 2021-02-24T00:00:00+09:00)`,
		},
		{
			"two nudges at one instant",
			`  - { after: invited, days: 3, at: "09:00", stop_when_done: true }`, `  - { after: invited, days: 8, at: "09:00", stop_when_done: true }`,
			`small-town.yaml:130:5: wave_reminders[1]: falls on 2021-02-23T09:00:00+09:00 in the wave "mid", the instant of wave_reminders[0]`,
		},
		{
			"side jobs before the offers are answered",
			"side_job: { start: 2021-01-04", "side_job: { start: 2020-12-16",
			"small-town.yaml:86:20: side_job.start: is before the offers made with the results are answered (2020-12-20T00:00:00+09:00)",
		},
		{
			"side jobs that end before they start",
			"end: 2021-03-31, text", "end: 2020-12-31, text",
			"small-town.yaml:86:37: side_job.end: is not after side_job.start (2021-01-04)",
		},
		{
			"a listing without capacity",
			"    capacity: 1\n    hours_per_month: 16\n    fee_yen_per_month: 50000\n    mode: { ja: 現地, en: On site }\ngroups", "    capacity: 0\n    hours_per_month: 16\n    fee_yen_per_month: 50000\n    mode: { ja: 現地, en: On site }\ngroups",
			"small-town.yaml:102:15: listings[1].capacity: is 0; it must be at least 1",
		},
		{
			"a listing in an unknown region",
			"  - id: job-2\n    region: town", "  - id: job-2\n    region: twon",
			`small-town.yaml:98:13: listings[1].region: there is no region "twon"; did you mean "town"?`,
		},
		{
			"two listings with one id",
			"  - id: job-2", "  - id: job-1",
			`small-town.yaml:97:9: listings[1].id: "job-1" is already the id of listings[0]`,
		},
		{
			"a wave before consent",
			"  - id: pre\n    title: { ja: 前, en: Before }\n    instruments: [core]\n    open: 2020-10-30T12:00:00+09:00", "  - id: pre\n    title: { ja: 前, en: Before }\n    instruments: [core]\n    open: 2020-10-30T09:00:00+09:00",
			"small-town.yaml:113:11: waves[0].open: is before application.open (2020-10-30T12:00:00+09:00): nobody can have agreed to the research yet",
		},
		{
			"a wave that overlaps the one before",
			"    open: 2021-03-29T09:00:00+09:00\n", "    open: 2021-02-22T09:00:00+09:00\n",
			"small-town.yaml:125:11: waves[2].open: is before waves[1].close (2021-02-24T00:00:00+09:00): two waves would be open at once",
		},
		{
			"a first wave that outlasts the results",
			"    close: 2020-12-14T00:00:00+09:00", "    close: 2020-12-15T00:00:00+09:00",
			"small-town.yaml:114:12: waves[0].close: is after application.result_notice (2020-12-14T12:00:00+09:00): the first wave is answered before results are known",
		},
		{
			"an unknown group",
			"    groups: [T]", "    groups: [P]",
			`small-town.yaml:121:14: waves[1].groups[0]: there is no group "P"; possible: T, C`,
		},
		{
			"a group given twice",
			"    groups: [T]", "    groups: [T, T]",
			`small-town.yaml:121:17: waves[1].groups[1]: "T" is given twice`,
		},
		{
			"a group that the analysis does not know",
			"  - { id: C, title", "  - { id: D, title",
			`small-town.yaml:106:1: groups: the group "C" is missing` + "\n" +
				`small-town.yaml:108:11: groups[1].id: "D" is not a group that the analysis knows; possible: T, C`,
		},
		{
			"an instrument given twice",
			"[core, load]", "[core, core]",
			`small-town.yaml:124:25: waves[2].instruments[1]: "core" is given twice`,
		},
		{
			"a host survey that closes before it opens",
			"host_after, open: 2021-03-29T09:00:00+09:00", "host_after, open: 2021-04-29T09:00:00+09:00",
			"small-town.yaml:132:112: host_surveys[0].close: is before host_surveys[0].open (2021-04-29T09:00:00+09:00)",
		},
		{
			"an instrument that there is not",
			"[core, load]", "[core, laod]",
			`small-town.yaml:124:25: waves[2].instruments[1]: there is no instrument "laod"; did you mean "load"?`,
		},
		{
			"an anonymous instrument beside another",
			"[core, load]", "[core, load, briefing_satisfaction]",
			`small-town.yaml:124:31: waves[2].instruments[2]: "briefing_satisfaction" is anonymous, and stands alone in its wave: its answers are kept without the person`,
		},
		{
			"a question that depends on one that is not asked",
			"[core, load]", "[load]",
			`small-town.yaml:124:19: waves[2].instruments[0]: L4 depends on the answer to Q3, which nothing before it asks in the wave "post"` + "\n" +
				`small-town.yaml:136:23: analysis_plan.primary.outcome: no instrument of the wave "post" scores "total"` + "\n" +
				`small-town.yaml:137:27: analysis_plan.secondary.outcomes[0]: no instrument of the wave "post" scores "direction"` + "\n" +
				`small-town.yaml:137:38: analysis_plan.secondary.outcomes[1]: no instrument of the wave "post" scores "agency"`,
		},
		{
			"a question that depends on one that comes later",
			"[core, load]", "[load, core]",
			`small-town.yaml:124:19: waves[2].instruments[0]: L4 depends on the answer to Q3, which nothing before it asks in the wave "post"`,
		},
		{
			"a question that repeats what no earlier wave asks",
			"    title: { ja: 前, en: Before }\n    instruments: [core]", "    title: { ja: 前, en: Before }\n    instruments: [host_after]",
			`small-town.yaml:124:25: waves[2].instruments[1]: L5 of "load" repeats {{pre.Q1}}, which no earlier wave "pre" asks` + "\n" +
				`small-town.yaml:136:23: analysis_plan.primary.outcome: no instrument of the wave "pre" scores "total"` + "\n" +
				`small-town.yaml:137:27: analysis_plan.secondary.outcomes[0]: no instrument of the wave "pre" scores "direction"` + "\n" +
				`small-town.yaml:137:38: analysis_plan.secondary.outcomes[1]: no instrument of the wave "pre" scores "agency"`,
		},
		{
			"questions for participants before there are any",
			"    title: { ja: 前, en: Before }\n    instruments: [core]", "    title: { ja: 前, en: Before }\n    instruments: [core, participants]",
			`small-town.yaml:112:25: waves[0].instruments[1]: "participants" asks nobody anything in the wave "pre"`,
		},
		{
			"a wave that takes no time",
			"    groups: [T]\n", "    groups: [T]\n    minutes: 0\n",
			"small-town.yaml:122:14: waves[1].minutes: is 0; it must be 1 to 60",
		},
		{
			"a host survey that nobody has the time for",
			"instrument: host_after,", "instrument: host_after, minutes: 61,",
			"small-town.yaml:132:81: host_surveys[0].minutes: is 61; it must be 1 to 60",
		},
		{
			"a briefing's survey of less than nothing",
			"days: 14 }", "days: 14, minutes: -3 }",
			"small-town.yaml:133:121: briefing_survey.minutes: is -3; it must be 1 to 60",
		},
		{
			"a host survey of an instrument that there is not",
			"instrument: host_after", "instrument: host_afters",
			`small-town.yaml:132:60: host_surveys[0].instrument: there is no instrument "host_afters"; did you mean "host_after"?`,
		},
		{
			"a host survey with the id of a wave",
			"  - id: mid\n", "  - id: host_after\n",
			`small-town.yaml:132:60: host_surveys[0].instrument: the survey round "host_after" is already that of waves[1].id`,
		},
		{
			"a wave with the id of a briefing's survey",
			"  - id: mid\n", "  - id: briefing-b1\n",
			`small-town.yaml:19:9: briefings[0].id: the survey round "briefing-b1" is already that of waves[1].id`,
		},
		{
			"a briefing's survey of an instrument that there is not",
			"instrument: briefing_satisfaction", "instrument: briefing",
			`small-town.yaml:133:79: briefing_survey.instrument: there is no instrument "briefing"`,
		},
		{
			"a mail after the briefing that leads to no survey",
			"briefing_survey: {", "briefing_surveys: {",
			`small-town.yaml:133:1: unknown key "briefing_surveys"; did you mean "briefing_survey"?`,
		},
		{
			"a briefing's survey that closes at once",
			"days: 14 }", "days: 0 }",
			"small-town.yaml:133:108: briefing_survey.days: is 0; it must be 1 to 14",
		},
		{
			"a briefing's survey that stays open until it is forgotten",
			"days: 14 }", "days: 15 }",
			"small-town.yaml:133:108: briefing_survey.days: is 15; it must be 1 to 14",
		},
		{
			"a briefing's survey that no mail leads to",
			"    follow_ups:\n      - { after: end, days: 1, at: \"10:00\" }\n", "",
			"small-town.yaml:19:5: briefings[0]: has no follow_ups, whose mail leads who came to briefing_survey",
		},
		{
			"a nudge in the night after the invitation",
			`  - { after: invited, days: 3, at: "09:00", stop_when_done: true }`, "  - { after: invited, offset: 72h, stop_when_done: true }",
			`small-town.yaml:129:31: wave_reminders[0].offset: is counted from the minute of each invitation, which may lie at night; give days and a time (days: 3, at: "09:00")`,
		},
		{
			"a plan frozen before no wave",
			"  frozen_before: post.open", "  frozen_before: after.open",
			`small-town.yaml:135:18: analysis_plan.frozen_before: "after.open" is not the opening of a wave, such as post.open`,
		},
		{
			"an unknown outcome",
			"outcomes: [direction, agency]", "outcomes: [direction, happiness]",
			`small-town.yaml:137:38: analysis_plan.secondary.outcomes[1]: "happiness" is not an outcome that can be computed; possible: total, direction, agency, action, connection`,
		},
		{
			"an outcome that no wave scores",
			"outcomes: [direction, agency]", "outcomes: [direction, connection]",
			`small-town.yaml:137:38: analysis_plan.secondary.outcomes[1]: no instrument of the wave "pre" scores "connection"`,
		},
		{
			"a score of fewer answers than the questionnaire takes",
			"  min_answered_total: 2", "  min_answered_total: 1",
			`small-town.yaml:140:23: analysis_plan.min_answered_total: is 1, but "core" scores from 2 answers`,
		},
		{
			"the primary outcome again",
			"outcomes: [direction, agency]", "outcomes: [direction, total]",
			`small-town.yaml:137:38: analysis_plan.secondary.outcomes[1]: "total" is the primary outcome already`,
		},
		{
			"an estimate over an unknown wave",
			"primary: { outcome: total, estimand: did_pre_post", "primary: { outcome: total, estimand: did_pre_end",
			`small-town.yaml:136:40: analysis_plan.primary.estimand: there is no wave "end"`,
		},
		{
			"an estimate over a wave that only one arm answers",
			"primary: { outcome: total, estimand: did_pre_post", "primary: { outcome: total, estimand: did_pre_mid",
			`small-town.yaml:136:40: analysis_plan.primary.estimand: the wave "mid" is not answered by the group "C"`,
		},
		{
			"an unknown test",
			"test: welch", "test: student",
			`small-town.yaml:136:60: analysis_plan.primary.test: "student" is not a test that can be computed; possible: welch`,
		},
		{
			"an alpha without sense",
			"alpha: 0.05", "alpha: 5",
			"small-town.yaml:136:74: analysis_plan.primary.alpha: is 5; it must be above 0 and below 0.5",
		},
		{
			"figures about too few people",
			"  min_n: 5", "  min_n: 3",
			"small-town.yaml:143:10: publication.min_n: is 3; no figure about fewer than 5 people is published",
		},
		{
			"a contrast of fewer people than may be published",
			"  min_n_per_arm: 10", "  min_n_per_arm: 4",
			"small-town.yaml:141:18: analysis_plan.min_n_per_arm: is 4, below publication.min_n (5)",
		},
		{
			"results by host",
			"  per_host: false", "  per_host: true",
			"small-town.yaml:146:13: publication.per_host: is true, but results are never published by host",
		},
		{
			"results before the last wave",
			"  expected: 2021-09-30", "  expected: 2021-03-30",
			"small-town.yaml:151:13: publication.expected: is before waves[2].close (2021-04-12T00:00:00+09:00)",
		},
		{
			"retention shorter than the last wave",
			"  participants: 2021-12-31", "  participants: 2021-04-11",
			"small-town.yaml:154:17: retention.participants: is before waves[2].close (2021-04-12T00:00:00+09:00): people could no longer be asked",
		},
		{
			"applicants erased before they can answer",
			"  applicants: 2021-03-31", "  applicants: 2020-12-15",
			"small-town.yaml:153:15: retention.applicants: is before the offers made with the results are answered (2020-12-20T00:00:00+09:00)",
		},
		{
			"an address that is not https",
			"page: https://example.org/jobs", "page: http://example.org/jobs",
			`small-town.yaml:17:54: recruitment.page: "http://example.org/jobs" is not an https address`,
		},
		{
			"a placeholder of nothing",
			`"listings[*].host"`, `"listings[0].host"`,
			`small-town.yaml:161:13: placeholders[0].path: the file has nothing at "listings[0].host"; paths are written as listings[*].host`,
		},
		{
			"a source of nothing",
			"  - { path: title, source: made up }", "  - { path: titel, source: made up }",
			`small-town.yaml:163:13: provenance[0].path: the file has nothing at "titel"; paths are written as listings[*].host`,
		},
		{
			"a summary on a day that no week has",
			"days: [mon, thu]", "days: [mon, Thu]",
			`small-town.yaml:164:30: staff_summary.days[1]: expected a day of the week: sun, mon, tue, wed, thu, fri or sat, found "Thu"`,
		},
		{
			"a summary on a day twice",
			"days: [mon, thu]", "days: [mon, thu, mon]",
			`small-town.yaml:164:35: staff_summary.days[2]: "mon" is given twice`,
		},
		{
			"a summary on no day",
			"days: [mon, thu]", "days: []",
			"small-town.yaml:164:18: staff_summary.days: the list is empty; give an entry or leave the key out where that is allowed",
		},
		{
			"a summary without its days",
			"days: [mon, thu], ", "",
			"small-town.yaml:164:1: staff_summary.days: is missing",
		},
		{
			"a summary at no time",
			`, at: "09:00", skip_empty`, ", skip_empty",
			"small-town.yaml:164:1: staff_summary.at: is missing",
		},
		{
			"a summary within an hour",
			`at: "09:00", skip_empty`, `at: "09:30", skip_empty`,
			"small-town.yaml:164:40: staff_summary.at: is 09:30; a summary leaves on a full hour",
		},
		{
			"a summary after the day is over",
			`at: "09:00", skip_empty`, `at: "24:00", skip_empty`,
			`small-town.yaml:164:40: staff_summary.at: expected a time of day such as "09:00", found "24:00"`,
		},
		{
			"a summary that is left out in words",
			"skip_empty: true", `skip_empty: "no"`,
			`small-town.yaml:164:61: staff_summary.skip_empty: expected true or false, found the text "no"`,
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if strings.Count(right, c.old) != 1 {
				t.Fatalf("%q is %d times in the right file, want once", c.old, strings.Count(right, c.old))
			}
			got := mistakesIn(t, "small-town.yaml", strings.Replace(right, c.old, c.new, 1))
			if diff := cmp.Diff(strings.Split(c.want, "\n"), got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachAddressOfTheSiteIsKeptFromTheExperiments(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"assets", "confirm", "join", "mail", "me", "notes", "receipt", "register", "results", "staff", "static", "survey", "unsubscribe"} {
		content := strings.Replace(smallTown(t), "id: small-town", "id: "+id, 1)
		want := []string{fmt.Sprintf("%s.yaml:2:5: id: %q is an address of the site itself", id, id)}
		if diff := cmp.Diff(want, mistakesIn(t, id+".yaml", content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// The briefing of the small town begins at 19:30 on the 6th and ends at
// 21:00; applications open at 12:00 on 30 October.
func TestABriefingsRulesHoldUpToTheirEdges(t *testing.T) {
	t.Parallel()
	const reminder, followUp, reply = "{ before: start, offset: 24h }", `{ after: end, days: 1, at: "10:00" }`, "reply: 24h"
	for _, c := range []struct{ story, old, new, want string }{
		{"a minute before the start", reminder, "{ before: start, offset: 1m }", ""},
		{"a minute before the start, by the time of day", reminder, `{ before: start, days: 0, at: "19:29" }`, ""},
		{"at the start, by the time of day", reminder, `{ before: start, days: 0, at: "19:30" }`, "not before the briefing starts"},
		{"a minute after applications open", reminder, "{ before: start, offset: 175h29m }", ""},
		{"a minute after applications open, by the time of day", reminder, `{ before: start, days: 7, at: "12:01" }`, ""},
		{"as applications open", reminder, "{ before: start, offset: 175h30m }", "not after application.open (2020-10-30T12:00:00+09:00): nobody has registered yet"},
		{"as applications open, by the time of day", reminder, `{ before: start, days: 7, at: "12:00" }`, "not after application.open (2020-10-30T12:00:00+09:00): nobody has registered yet"},

		{"a minute after the end", followUp, "{ after: end, offset: 1m }", ""},
		{"a minute after the end, by the time of day", followUp, `{ after: end, days: 0, at: "21:01" }`, ""},
		{"at the end, by the time of day", followUp, `{ after: end, days: 0, at: "21:00" }`, "not after the briefing ends"},
		{"fourteen days after the end", followUp, "{ after: end, offset: 336h }", ""},
		{"fourteen days after the end, by the time of day", followUp, `{ after: end, days: 14, at: "21:00" }`, ""},
		{"a minute later", followUp, "{ after: end, offset: 336h1m }", "more than 14 days after the briefing ends"},
		{"a minute later, by the time of day", followUp, `{ after: end, days: 14, at: "21:01" }`, "more than 14 days after the briefing ends"},

		{"an hour to reply", reply, "reply: 1h", ""},
		{"fourteen days to reply", reply, "reply: 336h", ""},
	} {
		got := mistakesIn(t, "small-town.yaml", strings.Replace(smallTown(t), c.old, c.new, 1))
		switch {
		case c.want == "" && got != nil:
			t.Errorf("%s is wrong: %q", c.story, got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
			t.Errorf("%s: got %q, want %q", c.story, got, c.want)
		}
	}
}

// The briefing ends on the 6th, so with one day its survey closes as the 8th begins.
func TestTheMailAfterABriefingLeavesWhileItsSurveyIsOpen(t *testing.T) {
	t.Parallel()
	const followUp = `{ after: end, days: 1, at: "10:00" }`
	short := strings.Replace(smallTown(t), "days: 14 }", "days: 1 }", 1)
	for rules, want := range map[string][]string{
		`{ after: end, days: 1, at: "23:59" }`:                        nil,
		`{ after: end, days: 2, at: "00:00" }`:                        {"small-town.yaml:28:5: briefings[0].follow_ups: leave when the survey about the briefing has closed (2020-11-08T00:00:00+09:00)"},
		followUp + "\n      - { after: end, days: 5, at: \"10:00\" }": nil, // the first leads there in time
	} {
		got := mistakesIn(t, "small-town.yaml", strings.Replace(short, followUp, rules, 1))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rules, diff)
		}
	}
}

func TestASurveyAboutBriefingsNeedsOne(t *testing.T) {
	t.Parallel()
	content := smallTown(t)
	for _, key := range []string{"briefings", "registration"} {
		content = part(key).ReplaceAllString(content, "")
	}
	content = strings.Replace(content, "  reminders:\n    - { before: close, days: 1, at: \"09:00\" }\n", "", 1)
	want := []string{"small-town.yaml:110:1: briefing_survey: is about a briefing, and there is none"}
	if diff := cmp.Diff(want, mistakesIn(t, "small-town.yaml", content)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestAMailAfterABriefingNeedsASurveyToLeadTo(t *testing.T) {
	t.Parallel()
	content := regexp.MustCompile(`(?m)^briefing_survey: .*\n`).ReplaceAllString(smallTown(t), "")
	want := []string{"small-town.yaml:1:1: briefing_survey: is missing; the mail of briefings[0].follow_ups leads who came to it"}
	if diff := cmp.Diff(want, mistakesIn(t, "small-town.yaml", content)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestAMidnightEndBelongsToTheDayThatPeopleCameOn(t *testing.T) {
	t.Parallel()
	content := strings.Replace(smallTown(t), "    end: 2020-11-06T21:00:00+09:00", "    end: 2020-11-07T00:00:00+09:00", 1)
	f, err := Read("small-town.yaml", []byte(content), testInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	b := f.Experiment.Briefings[0]
	if got, want := b.RemindAt(b.FollowUps[0], f.Experiment.Zone()).Format(time.RFC3339), "2020-11-07T10:00:00+09:00"; got != want {
		t.Errorf("the morning after: got %s, want %s", got, want)
	}
}

func TestAFileMayDoWithoutSummaries(t *testing.T) {
	t.Parallel()
	content := regexp.MustCompile(`(?m)^staff_summary: .*\n`).ReplaceAllString(smallTown(t), "")
	f, err := Read("small-town.yaml", []byte(content), testInstruments(t))
	if err != nil {
		t.Fatal(err)
	}
	if next := f.Experiment.StaffSummary.Next(f.Experiment.Application.Open, f.Experiment.Zone()); !next.IsZero() {
		t.Errorf("there is a summary at %s", next)
	}
}

// part matches a part of the file from its key to the next one.
func part(key string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^` + key + `:\n(?: .*\n)+`)
}

func TestAFileWithoutBriefingsNeedsNoRegistration(t *testing.T) {
	t.Parallel()
	without := part("briefings").ReplaceAllString(smallTown(t), "")
	without = part("registration").ReplaceAllString(without, "")
	without = regexp.MustCompile(`(?m)^briefing_survey: .*\n`).ReplaceAllString(without, "")
	want := []string{"small-town.yaml:50:3: application.reminders: go to people who registered for a briefing, and there is none"}
	if diff := cmp.Diff(want, mistakesIn(t, "small-town.yaml", without)); diff != "" {
		t.Errorf("without briefings (-want +got):\n%s", diff)
	}
	unreminded := strings.Replace(without, "  reminders:\n    - { before: close, days: 1, at: \"09:00\" }\n", "", 1)
	if wrong := mistakesIn(t, "small-town.yaml", unreminded); wrong != nil {
		t.Errorf("without briefings and reminders of them: %q", wrong)
	}
}

func TestBriefingsNeedARegistration(t *testing.T) {
	t.Parallel()
	want := []string{"small-town.yaml:1:1: registration: is missing; people register for the briefings"}
	got := mistakesIn(t, "small-town.yaml", part("registration").ReplaceAllString(smallTown(t), ""))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
