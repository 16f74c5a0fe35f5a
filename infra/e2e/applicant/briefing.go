//go:build e2e

package applicant

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"livinglab/infra/e2e/browser"
	"livinglab/infra/e2e/system"
	"livinglab/shared/locale"
)

// MadeRegistration returns what a made-up person (架空) with an address of their own
// types and chooses to register for a briefing.
func MadeRegistration() Answers {
	return Answers{
		Typed: map[string]string{
			"family_name": "𠮷野", "given_name": "さくら",
			"email":    "sakura+" + strings.ToLower(rand.Text()[:8]) + "@example.jp",
			"question": "週末だけでも加われますか。\n架空の質問です。",
		},
		Checked: []string{"input[name=briefing][value=b2]", "input[name=consent_briefing]"},
	}
}

// WalkBriefings opens every page about the briefings that a person may see, in the
// order of registering, changing the date, joining too early, and canceling.
func WalkBriefings(ctx context.Context, s *system.System, tab *browser.Tab, lang locale.Lang, look func(page string) error) error {
	open := func(page, address string) error {
		status, err := tab.Visit(address + "?lang=" + string(lang))
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			return fmt.Errorf("%s answered %d", page, status)
		}
		return look(page)
	}
	click := func(page, selector string, want int) error {
		status, err := tab.Click(selector)
		if err != nil {
			return err
		}
		if status != want {
			return fmt.Errorf("%s answered %d, want %d", page, status, want)
		}
		return look(page)
	}
	answers, slip := MadeRegistration(), MadeRegistration()
	slip.Typed["email"] = "sakura@gmial.com"
	var private, door string
	receive := func() error {
		if err := s.Advance(ctx, 2*time.Minute); err != nil {
			return err
		}
		mails, err := s.MailTo(ctx, answers.Email())
		if err != nil {
			return err
		}
		if len(mails) == 0 {
			return fmt.Errorf("no mail has come about the briefing")
		}
		if private, err = Link(mails[0].Text); err != nil {
			return err
		}
		door, err = LinkTo(mails[0].Text, "/join/")
		return err
	}
	for _, step := range []func() error{
		func() error { return open("register", s.URL+Experiment+"/register") },
		func() error { return click("register-errors", Forward, http.StatusUnprocessableEntity) },
		func() error { return Fill(tab, slip) },
		func() error { return click("register-check-slip", Forward, http.StatusOK) },
		func() error { return click("register-again", "button[name=edit][value=email]", http.StatusOK) },
		func() error { return Fill(tab, answers) },
		func() error { return s.Advance(ctx, 5*time.Minute) }, // who is done at once is taken for a program
		func() error { return click("register-check", Forward, http.StatusOK) },
		func() error { return click("registered", Forward, http.StatusOK) },
		receive,
		func() error { return open("briefing", private+"/briefing") },
		func() error { return click("briefing-errors", Forward, http.StatusUnprocessableEntity) },
		func() error { return Fill(tab, Answers{Checked: []string{"input[name=briefing][value=b1]"}}) },
		func() error { return click("briefing-changed", Forward, http.StatusOK) },
		func() error { return open("join-early", door) },
		func() error { return open("mails", private+"/mails") },
		func() error { return click("mails-stopped", Forward, http.StatusOK) },
		func() error { return click("mails-resumed", Forward, http.StatusOK) },
		func() error { return open("briefing-again", private+"/briefing") },
		func() error { return click("cancel", `main a[href$="/briefing/cancel"]`, http.StatusOK) },
		func() error { return click("canceled", Forward, http.StatusOK) },
		func() error { return open("join-canceled", door) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
