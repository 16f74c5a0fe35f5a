package source

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func smallTown(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("testdata/small-town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// mistakesIn returns the lines that tell what is wrong.
func mistakesIn(t *testing.T, name, content string) []string {
	t.Helper()
	_, err := Read(name, []byte(content))
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
			"small-town.yaml:123:3: analysis_plan.descriptive: the list is empty; give an entry or leave the key out where that is allowed",
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
			"small-town.yaml:46:16: application.consents[0].version: expected text, found the number 1 (in quotes it would be text)",
		},
		{
			"text where true or false belongs",
			"  adult_only: true", `  adult_only: "yes"`,
			`small-town.yaml:32:15: application.adult_only: expected true or false, found the text "yes"`,
		},
		{
			"an alias",
			"format: experiment/v1\nid: small-town", "format: experiment/v1\nid: &a small-town",
			"small-town.yaml:2:5: id: expected text, found an anchor, alias or tag of YAML, which are not used here",
		},
		{
			"broken YAML",
			"briefings:\n  - id: b1", "briefings: [\n  - id: b1",
			"small-town.yaml:27:1: cannot be read as YAML: ',' or ']' must be specified",
		},
		{
			"a second document",
			"provenance:\n", "---\nprovenance:\n",
			"small-town.yaml:1:1: provenance: is missing" + "\n" +
				"small-town.yaml:147:1: a second document begins here; one file is one experiment",
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
			"small-town.yaml:39:29: application.questions[0].label.en: the English text is empty",
		},
		{
			"a translation of spaces",
			"label: { ja: お仕事, en: Work }", `label: { ja: "  ", en: Work }`,
			"small-town.yaml:39:20: application.questions[0].label.ja: the Japanese text is empty",
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
			"small-town.yaml:29:10: application.close: is not on a full minute; what closes at the end of a day closes at 00:00 of the next",
		},
		{
			"a broken day",
			"  expected: 2021-09-30", "  expected: 2021-09-31",
			`small-town.yaml:136:13: publication.expected: expected a day such as 2021-01-04, found "2021-09-31"`,
		},
		{
			"a window that closes before it opens",
			"  close: 2020-12-01T00:00:00+09:00\n  result_notice", "  close: 2020-10-29T00:00:00+09:00\n  result_notice",
			"small-town.yaml:29:10: application.close: is before application.open (2020-10-30T12:00:00+09:00)",
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
			"results before the deadline",
			"  result_notice: 2020-12-14T12:00:00+09:00", "  result_notice: 2020-11-30T12:00:00+09:00",
			"small-town.yaml:30:18: application.result_notice: is before application.close (2020-12-01T00:00:00+09:00)" + "\n" +
				"small-town.yaml:100:12: waves[0].close: is after application.result_notice (2020-11-30T12:00:00+09:00): the first wave is answered before results are known",
		},
		{
			"more choices than listings",
			"  max_choices: 2", "  max_choices: 3",
			"small-town.yaml:31:16: application.max_choices: is 3, but there are only 2 listings",
		},
		{
			"no choice at all",
			"  max_choices: 2", "  max_choices: 0",
			"small-town.yaml:31:16: application.max_choices: is 0; it must be at least 1",
		},
		{
			"an id given to two questions",
			"    - { id: skill,", "    - { id: work,",
			`small-town.yaml:43:13: application.questions[1].id: "work" is already the id of application.questions[0]`,
		},
		{
			"a malformed id of a choice",
			"{ id: employed,", `{ id: "em ployed",`,
			`small-town.yaml:41:17: application.questions[0].choices[0].id: "em ployed" is not an id: lower-case letters, digits and single hyphens or underscores, beginning with a letter, at most 40`,
		},
		{
			"a question of an unknown type",
			"      type: single_choice", "      type: radio",
			`small-town.yaml:37:13: application.questions[0].type: "radio" is not a type of question; possible: short_text, long_text, single_choice, multi_choice`,
		},
		{
			"a choice without choices",
			"      choices:\n        - { id: employed, label: { ja: 勤め, en: Employed } }\n        - { id: other, label: { ja: その他, en: Other } }\n", "",
			"small-town.yaml:36:7: application.questions[0].choices: a choice needs at least two answers to choose from",
		},
		{
			"a text without a limit",
			"type: long_text, required: false, max: 100,", "type: long_text, required: false,",
			"small-town.yaml:43:7: application.questions[1].max: a text needs the most characters that it may have",
		},
		{
			"a text with choices",
			"max: 100, label:", "max: 100, choices: [{ id: a, label: { ja: あ, en: A } }], label:",
			"small-town.yaml:43:64: application.questions[1].choices: a text has no choices",
		},
		{
			"more answers than choices",
			"      type: single_choice\n", "      type: multi_choice\n      max: 3\n",
			"small-town.yaml:38:12: application.questions[0].max: is 3, but there are 2 answers to choose from",
		},
		{
			"a consent without version",
			"id: privacy\n      version: \"1\"\n", "id: privacy\n",
			"small-town.yaml:45:7: application.consents[0].version: is missing",
		},
		{
			"a consent with an empty version",
			"id: privacy\n      version: \"1\"\n", "id: privacy\n      version: \"\"\n",
			"small-town.yaml:46:16: application.consents[0].version: is empty; a person agrees to one version of a text",
		},
		{
			"a purpose that nobody is asked for",
			"    - id: provision\n", "    - id: handover\n",
			`small-town.yaml:44:3: application.consents: the consent "provision" is missing`,
		},
		{
			"research forced on people",
			"id: research\n      version: \"1\"\n      required: false", "id: research\n      version: \"1\"\n      required: true",
			`small-town.yaml:61:17: application.consents[2].required: is true, but the consent "research" is free and has no effect on selection`,
		},
		{
			"a privacy notice that may be refused",
			"id: privacy\n      version: \"1\"\n      required: true", "id: privacy\n      version: \"1\"\n      required: false",
			`small-town.yaml:47:17: application.consents[0].required: is false, but nobody can apply without the consent "privacy"`,
		},
		{
			"a reminder without a rule",
			"      - { before: start, offset: 24h }", "      - { before: start }",
			`small-town.yaml:26:9: briefings[0].reminders[0]: needs an offset (offset: 24h) or a day and a time (days: 1, at: "09:00")`,
		},
		{
			"a reminder with two rules",
			"      - { before: start, offset: 24h }", "      - { before: start, offset: 24h, days: 1 }",
			"small-town.yaml:26:9: briefings[0].reminders[0]: has both an offset and days or at; use one of the two",
		},
		{
			"a reminder without a moment",
			"      - { before: start, offset: 24h }", "      - { offset: 24h }",
			"small-town.yaml:26:9: briefings[0].reminders[0]: needs either before or after",
		},
		{
			"a reminder of a moment that is not there",
			"      - { before: start, offset: 24h }", "      - { before: deadline, offset: 24h }",
			`small-town.yaml:26:19: briefings[0].reminders[0].before: "deadline" is not a moment here; possible: start`,
		},
		{
			"a reminder after what it reminds of",
			"      - { before: start, offset: 24h }", "      - { after: start, offset: 1h }",
			"small-town.yaml:26:9: briefings[0].reminders[0]: falls on 2020-11-06T20:30:00+09:00, which is not before the briefing starts (2020-11-06T19:30:00+09:00)",
		},
		{
			"a reminder in the evening of the day",
			"      - { before: start, offset: 24h }", `      - { before: start, days: 0, at: "20:00" }`,
			"small-town.yaml:26:9: briefings[0].reminders[0]: falls on 2020-11-06T20:00:00+09:00, which is not before the briefing starts (2020-11-06T19:30:00+09:00)",
		},
		{
			"a reminder by a broken duration",
			"      - { before: start, offset: 24h }", "      - { before: start, offset: 1 day }",
			`small-town.yaml:26:34: briefings[0].reminders[0].offset: expected hours and minutes such as 24h, 1h30m or 45m, found "1 day"`,
		},
		{
			"a reminder at no time of day",
			`days: 1, at: "12:00"`, `days: 1, at: "12:60"`,
			`small-town.yaml:71:40: offers.reminders[0].at: expected a time of day such as "09:00", found "12:60"`,
		},
		{
			"a reminder of negative days",
			`days: 1, at: "12:00"`, `days: -1, at: "12:00"`,
			"small-town.yaml:71:33: offers.reminders[0].days: is -1; before and after say the direction",
		},
		{
			"the same reminder twice",
			"      - { before: start, offset: 24h }\n", "      - { before: start, offset: 24h }\n      - { before: start, offset: 24h }\n",
			"small-town.yaml:27:9: briefings[0].reminders[1]: is the same reminder as briefings[0].reminders[0]",
		},
		{
			"a reminder of the deadline before applications open",
			`    - { before: close, days: 1, at: "09:00" }`, `    - { before: close, days: 40, at: "09:00" }`,
			"small-town.yaml:67:7: application.reminders[0]: falls on 2020-10-21T09:00:00+09:00, which is outside the application window (2020-10-30T12:00:00+09:00 to 2020-12-01T00:00:00+09:00)",
		},
		{
			"a reminder before the offer",
			`    - { before: deadline, days: 1, at: "12:00" }`, "    - { before: deadline, offset: 240h }",
			"small-town.yaml:71:7: offers.reminders[0]: falls on 2020-12-10T00:00:00+09:00, which is outside the time to answer an offer made with the results (2020-12-14T12:00:00+09:00 to 2020-12-20T00:00:00+09:00)",
		},
		{
			"a nudge after a short wave has closed",
			`  - { after: invited, days: 3, at: "09:00", stop_when_done: true }`, `  - { after: invited, days: 9, at: "09:00", stop_when_done: true }`,
			`small-town.yaml:115:5: wave_reminders[0]: falls on 2021-02-24T09:00:00+09:00, which is outside the wave "mid" (2021-02-15T09:00:00+09:00 to 2021-02-24T00:00:00+09:00)`,
		},
		{
			"two nudges at one instant",
			`  - { after: invited, days: 3, at: "09:00", stop_when_done: true }`, `  - { after: invited, days: 8, at: "09:00", stop_when_done: true }`,
			`small-town.yaml:116:5: wave_reminders[1]: falls on 2021-02-23T09:00:00+09:00 in the wave "mid", the instant of wave_reminders[0]`,
		},
		{
			"side jobs before the offers are answered",
			"side_job: { start: 2021-01-04", "side_job: { start: 2020-12-16",
			"small-town.yaml:72:20: side_job.start: is before the offers made with the results are answered (2020-12-20T00:00:00+09:00)",
		},
		{
			"side jobs that end before they start",
			"end: 2021-03-31, text", "end: 2020-12-31, text",
			"small-town.yaml:72:37: side_job.end: is not after side_job.start (2021-01-04)",
		},
		{
			"a listing without capacity",
			"    capacity: 1\n    hours_per_month: 16\n    fee_yen_per_month: 50000\n    mode: { ja: 現地, en: On site }\ngroups", "    capacity: 0\n    hours_per_month: 16\n    fee_yen_per_month: 50000\n    mode: { ja: 現地, en: On site }\ngroups",
			"small-town.yaml:88:15: listings[1].capacity: is 0; it must be at least 1",
		},
		{
			"a listing in an unknown region",
			"  - id: job-2\n    region: town", "  - id: job-2\n    region: twon",
			`small-town.yaml:84:13: listings[1].region: there is no region "twon"; did you mean "town"?`,
		},
		{
			"two listings with one id",
			"  - id: job-2", "  - id: job-1",
			`small-town.yaml:83:9: listings[1].id: "job-1" is already the id of listings[0]`,
		},
		{
			"a wave before consent",
			"  - id: pre\n    title: { ja: 前, en: Before }\n    instruments: [core]\n    open: 2020-10-30T12:00:00+09:00", "  - id: pre\n    title: { ja: 前, en: Before }\n    instruments: [core]\n    open: 2020-10-30T09:00:00+09:00",
			"small-town.yaml:99:11: waves[0].open: is before application.open (2020-10-30T12:00:00+09:00): nobody can have agreed to the research yet",
		},
		{
			"a wave that overlaps the one before",
			"    open: 2021-03-29T09:00:00+09:00\n", "    open: 2021-02-22T09:00:00+09:00\n",
			"small-town.yaml:111:11: waves[2].open: is before waves[1].close (2021-02-24T00:00:00+09:00): two waves would be open at once",
		},
		{
			"a first wave that outlasts the results",
			"    close: 2020-12-14T00:00:00+09:00", "    close: 2020-12-15T00:00:00+09:00",
			"small-town.yaml:100:12: waves[0].close: is after application.result_notice (2020-12-14T12:00:00+09:00): the first wave is answered before results are known",
		},
		{
			"an unknown group",
			"    groups: [T]", "    groups: [P]",
			`small-town.yaml:107:14: waves[1].groups[0]: there is no group "P"; possible: T, C`,
		},
		{
			"a group given twice",
			"    groups: [T]", "    groups: [T, T]",
			`small-town.yaml:107:17: waves[1].groups[1]: "T" is given twice`,
		},
		{
			"a group that the analysis does not know",
			"  - { id: C, title", "  - { id: D, title",
			`small-town.yaml:92:1: groups: the group "C" is missing` + "\n" +
				`small-town.yaml:94:11: groups[1].id: "D" is not a group that the analysis knows; possible: T, C`,
		},
		{
			"an instrument given twice",
			"[core, load]", "[core, core]",
			`small-town.yaml:110:25: waves[2].instruments[1]: "core" is given twice`,
		},
		{
			"a host survey that closes before it opens",
			"host_after, open: 2021-03-29T09:00:00+09:00", "host_after, open: 2021-04-29T09:00:00+09:00",
			"small-town.yaml:118:71: host_surveys[0].close: is before host_surveys[0].open (2021-04-29T09:00:00+09:00)",
		},
		{
			"a plan frozen before no wave",
			"  frozen_before: post.open", "  frozen_before: after.open",
			`small-town.yaml:120:18: analysis_plan.frozen_before: "after.open" is not the opening of a wave, such as post.open`,
		},
		{
			"an unknown outcome",
			"outcomes: [direction, agency]", "outcomes: [direction, happiness]",
			`small-town.yaml:122:38: analysis_plan.secondary.outcomes[1]: "happiness" is not an outcome that can be computed; possible: total, direction, agency, action, connection`,
		},
		{
			"the primary outcome again",
			"outcomes: [direction, agency]", "outcomes: [direction, total]",
			`small-town.yaml:122:38: analysis_plan.secondary.outcomes[1]: "total" is the primary outcome already`,
		},
		{
			"an estimate over an unknown wave",
			"primary: { outcome: total, estimand: did_pre_post", "primary: { outcome: total, estimand: did_pre_end",
			`small-town.yaml:121:40: analysis_plan.primary.estimand: there is no wave "end"`,
		},
		{
			"an estimate over a wave that only one arm answers",
			"primary: { outcome: total, estimand: did_pre_post", "primary: { outcome: total, estimand: did_pre_mid",
			`small-town.yaml:121:40: analysis_plan.primary.estimand: the wave "mid" is not answered by the group "C"`,
		},
		{
			"an unknown test",
			"test: welch", "test: student",
			`small-town.yaml:121:60: analysis_plan.primary.test: "student" is not a test that can be computed; possible: welch`,
		},
		{
			"an alpha without sense",
			"alpha: 0.05", "alpha: 5",
			"small-town.yaml:121:74: analysis_plan.primary.alpha: is 5; it must be above 0 and below 0.5",
		},
		{
			"figures about too few people",
			"  min_n: 5", "  min_n: 3",
			"small-town.yaml:128:10: publication.min_n: is 3; no figure about fewer than 5 people is published",
		},
		{
			"a contrast of fewer people than may be published",
			"  min_n_per_arm: 10", "  min_n_per_arm: 4",
			"small-town.yaml:126:18: analysis_plan.min_n_per_arm: is 4, below publication.min_n (5)",
		},
		{
			"results by host",
			"  per_host: false", "  per_host: true",
			"small-town.yaml:131:13: publication.per_host: is true, but results are never published by host",
		},
		{
			"results before the last wave",
			"  expected: 2021-09-30", "  expected: 2021-03-30",
			"small-town.yaml:136:13: publication.expected: is before waves[2].close (2021-04-12T00:00:00+09:00)",
		},
		{
			"retention shorter than the last wave",
			"  participants: 2021-12-31", "  participants: 2021-04-11",
			"small-town.yaml:139:17: retention.participants: is before waves[2].close (2021-04-12T00:00:00+09:00): people could no longer be asked",
		},
		{
			"applicants erased before they can answer",
			"  applicants: 2021-03-31", "  applicants: 2020-12-15",
			"small-town.yaml:138:15: retention.applicants: is before the offers made with the results are answered (2020-12-20T00:00:00+09:00)",
		},
		{
			"an address that is not https",
			"page: https://example.org/jobs", "page: http://example.org/jobs",
			`small-town.yaml:17:54: recruitment.page: "http://example.org/jobs" is not an https address`,
		},
		{
			"a placeholder of nothing",
			`"listings[*].host"`, `"listings[0].host"`,
			`small-town.yaml:146:13: placeholders[0].path: the file has nothing at "listings[0].host"; paths are written as listings[*].host`,
		},
		{
			"a source of nothing",
			"  - { path: title, source: made up }", "  - { path: titel, source: made up }",
			`small-town.yaml:148:13: provenance[0].path: the file has nothing at "titel"; paths are written as listings[*].host`,
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
