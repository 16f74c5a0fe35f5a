//go:build e2e

// Package applicant does what people who apply do in a browser.
package applicant

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"livinglab/infra/e2e/browser"
)

// Experiment is the experiment that people apply to.
const Experiment = "/shiojiri-2020"

// Answers is what a made-up person types and chooses, by the name of the field.
type Answers struct {
	Typed   map[string]string // text fields
	Chosen  map[string]string // lists to choose from, by the id of the list
	Checked []string          // selectors of buttons and boxes
}

// Email is the address in the answers.
func (a Answers) Email() string { return a.Typed["email"] }

// Made returns answers of a made-up person (架空) with an address of their own.
func Made() Answers {
	return Answers{
		Typed: map[string]string{
			"family_name": "𠮷野", "given_name": "さくら",
			"family_kana": "よしの", "given_kana": "ｻｸﾗ",
			"email":          "sakura+" + strings.ToLower(rand.Text()[:8]) + "@example.jp",
			"motivation":     "地域の仕事に、これまでの経験を試してみたいです。\n架空の応募です。",
			"q_contribution": "記録を続けることが得意です。",
		},
		Chosen: map[string]string{"prefecture": "20", "choices": "job-2", "choices-2": "job-5"},
		Checked: []string{
			"input[name=q_current_work][value=employee]", "input[name=q_weekly_hours][value=from_3]",
			"input[name=adult]", "input[name=consent_privacy]", "input[name=consent_provision]",
		},
	}
}

// Fill fills in the form that is open with clicks and finished text, as a person
// with a telephone does.
func Fill(tab *browser.Tab, a Answers) error {
	for name, text := range a.Typed {
		field := chromedp.CSS(`[name="` + name + `"]`)
		if err := tab.Do(chromedp.ScrollIntoView(field), chromedp.Click(field), chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete)); err != nil {
			return fmt.Errorf("emptying %s: %w", name, err)
		}
		if err := tab.Insert(text); err != nil {
			return fmt.Errorf("filling in %s: %w", name, err)
		}
	}
	for id, value := range a.Chosen {
		if err := tab.Do(chromedp.SetValue(chromedp.CSS("#"+id), value)); err != nil {
			return fmt.Errorf("choosing in %s: %w", id, err)
		}
	}
	for _, box := range a.Checked {
		checked, err := browser.Ask[bool](tab, "document.querySelector(`"+box+"`).checked")
		if err != nil {
			return fmt.Errorf("looking at %s: %w", box, err)
		}
		if !checked {
			if err := tab.Do(chromedp.Click(chromedp.CSS(box))); err != nil {
				return fmt.Errorf("checking %s: %w", box, err)
			}
		}
	}
	return nil
}

// Forward is the button of a form that leads on.
const Forward = "main .actions button"

// Link returns the private link in a mail.
func Link(text string) (string, error) { return LinkTo(text, "/me/", "/confirm/") }

// LinkTo returns the first link in a mail that leads to one of the paths.
func LinkTo(text string, paths ...string) (string, error) {
	for word := range strings.FieldsSeq(text) {
		for _, path := range paths {
			if strings.HasPrefix(word, "http") && strings.Contains(word, path) {
				return word, nil
			}
		}
	}
	return "", fmt.Errorf("there is no link to %q in %q", paths, text)
}
