package main

import (
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/experiment"
)

// newAddress is an address that nobody has used.
func newAddress() string { return strings.ToLower(rand.Text()) + "@example.jp" }

// motivation is as long as people make it.
var motivation = strings.Repeat("架空の応募者が、地域の仕事で試したいことを書いています。", 8)

// application is the form as a made-up person (架空の人物) with the address
// posts it, shown a minute ago.
func application(e *experiment.Experiment, address string, now time.Time) url.Values {
	form := url.Values{
		"family_name": {"架空"}, "given_name": {"花子"}, "family_kana": {"かくう"}, "given_kana": {"はなこ"},
		"email": {address}, "prefecture": {"13"}, "choices": {e.Listings[0].ID, e.Listings[1].ID, ""},
		"motivation": {motivation}, "adult": {"yes"},
		"token": {rand.Text()}, "shown": {strconv.FormatInt(now.Add(-time.Minute).UnixMilli(), 10)},
	}
	for _, c := range e.Application.Consents {
		form.Set("consent_"+c.ID, c.Version)
	}
	for id, answer := range answers(e) {
		form.Set("q_"+id, answer)
	}
	return form
}

// applicationJSON is the same as JSON.
func applicationJSON(e *experiment.Experiment, address string) map[string]any {
	consents, given := map[string]string{}, map[string]any{}
	for _, c := range e.Application.Consents {
		consents[c.ID] = c.Version
	}
	for _, q := range e.Application.Questions {
		given[q.ID] = []string{answers(e)[q.ID]}
	}
	return map[string]any{
		"family_name": "架空", "given_name": "花子", "family_kana": "カクウ", "given_kana": "ハナコ",
		"email": address, "prefecture": "13", "choices": []string{e.Listings[0].ID, e.Listings[1].ID}, "motivation": motivation,
		"answers": given, "consents": consents, "adult": true,
	}
}

// edited is the form of an edit of a first version.
func edited(e *experiment.Experiment, now time.Time) url.Values {
	form := application(e, "", now)
	form.Set("motivation", motivation+"変えました。")
	form.Set("version", "1")
	return form
}

// answers are the answers to the file's own questions.
func answers(e *experiment.Experiment) map[string]string {
	all := map[string]string{}
	for _, q := range e.Application.Questions {
		all[q.ID] = "架空の回答"
		if len(q.Choices) > 0 {
			all[q.ID] = q.Choices[0].ID
		}
	}
	return all
}
