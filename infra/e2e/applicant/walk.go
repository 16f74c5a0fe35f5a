//go:build e2e

package applicant

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"livinglab/infra/e2e/browser"
	"livinglab/infra/e2e/system"
	"livinglab/shared/locale"
)

// Walk opens every page that a person may see, in the order of applying, coming
// back, and leaving, and calls look on each, by a name that file names can hold.
func Walk(ctx context.Context, s *system.System, tab *browser.Tab, lang locale.Lang, look func(page string) error) error {
	at := func(path string) string { return s.URL + path + "?lang=" + string(lang) }
	visit := func(page, path string, want int) error {
		status, err := tab.Visit(at(path))
		if err != nil {
			return err
		}
		if status != want {
			return fmt.Errorf("%s answered %d, want %d", path, status, want)
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
	answers := Made()
	slip := Made()
	slip.Typed["email"] = "sakura@gmial.com"
	moved := Made().Email()
	var private string
	// follow opens the link in the newest mail to the address.
	follow := func(page, address string) error {
		if err := s.Advance(ctx, 2*time.Minute); err != nil {
			return err
		}
		mails, err := s.MailTo(ctx, address)
		if err != nil {
			return err
		}
		if len(mails) == 0 {
			return fmt.Errorf("%s: no mail has come", page)
		}
		link, err := Link(mails[len(mails)-1].Text)
		if err != nil {
			return err
		}
		private = link
		if _, err := tab.Visit(private + "?lang=" + string(lang)); err != nil {
			return err
		}
		return look(page)
	}
	for _, step := range []func() error{
		func() error { return visit("home", "/", http.StatusOK) },
		func() error { return visit("notes", "/notes", http.StatusOK) },
		func() error { return visit("experiment", Experiment, http.StatusOK) },
		func() error { return visit("results-expected", Experiment+"/results", http.StatusOK) },
		func() error { return visit("not-found", "/nowhere", http.StatusNotFound) },
		func() error { return visit("form", Experiment+"/apply", http.StatusOK) },
		func() error { return click("form-errors", Forward, http.StatusUnprocessableEntity) },
		func() error { return Fill(tab, slip) },
		func() error { return click("check-slip", Forward, http.StatusOK) },
		func() error { return click("form-again", "button[name=edit][value=email]", http.StatusOK) },
		func() error { return Fill(tab, answers) },
		func() error { return s.Advance(ctx, 5*time.Minute) }, // who is done at once is taken for a program
		func() error { return click("check", Forward, http.StatusOK) },
		func() error { return click("receipt", Forward, http.StatusOK) },
		func() error { return follow("private", answers.Email()) },
		func() error { return click("edit", `main a[href$="/edit"]`, http.StatusOK) },
		func() error { return click("edit-check", Forward, http.StatusOK) },
		func() error { return click("edited", Forward, http.StatusOK) },
		func() error { return click("address", `main a[href$="/address"]`, http.StatusOK) },
		func() error { return click("address-errors", Forward, http.StatusUnprocessableEntity) },
		func() error { return Fill(tab, Answers{Typed: map[string]string{"email": moved}}) },
		func() error { return click("address-asked", Forward, http.StatusOK) },
		func() error { return follow("address-confirm", moved) },
		func() error { return click("address-changed", Forward, http.StatusOK) },
		func() error { return follow("private-moved", moved) },
		func() error { return click("withdraw", `main a[href$="/withdraw"]`, http.StatusOK) },
		func() error { return click("withdrawn", Forward, http.StatusOK) },
		func() error { return WalkBriefings(ctx, s, tab, lang, look) },
		func() error { return visit("lost-link", Experiment+"/link", http.StatusOK) },
		func() error { return Fill(tab, Answers{Typed: map[string]string{"email": "nobody@example.jp"}}) },
		func() error { return click("lost-link-sent", Forward, http.StatusOK) },
		func() error { return visit("bad-link", "/me/none", http.StatusNotFound) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// WalkClosed opens the pages that change when applications have closed. The clock
// has to be past that.
func WalkClosed(s *system.System, tab *browser.Tab, lang locale.Lang, look func(page string) error) error {
	for _, page := range []struct{ name, path string }{
		{"closed-home", "/"}, {"closed-experiment", Experiment}, {"closed-form", Experiment + "/apply"},
		{"closed-register", Experiment + "/register"},
	} {
		status, err := tab.Visit(s.URL + page.path + "?lang=" + string(lang))
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			return fmt.Errorf("%s answered %d", page.path, status)
		}
		if err := look(page.name); err != nil {
			return err
		}
	}
	return nil
}
