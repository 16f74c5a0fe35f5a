//go:build e2e

// Command screenshots writes pictures of every page, at three widths, light and
// dark, in both languages, for looking at.
//
//	go run -tags e2e ./infra/e2e/screenshots [-out folder] [-lang ja] [-page form]
//
// It starts the product unless LIVINGLAB_URL names one that runs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"livinglab/infra/e2e/applicant"
	"livinglab/infra/e2e/browser"
	"livinglab/infra/e2e/system"
	"livinglab/shared/locale"
)

func main() {
	out := flag.String("out", ".cache/screenshots", "folder to write to")
	lang := flag.String("lang", "", "only this language")
	page := flag.String("page", "", "only pages whose name begins so")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := take(ctx, *out, *lang, *page); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func take(ctx context.Context, out, only, prefix string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	s, err := system.Start(ctx, ".", os.Stderr)
	if err != nil {
		return err
	}
	defer s.Stop()
	b, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	langs := locale.Langs[:]
	if only != "" {
		langs = []locale.Lang{locale.Lang(only)}
	}
	for _, lang := range langs {
		tab, err := b.Open(browser.Window{Width: 390, Height: 800, Lang: lang})
		if err != nil {
			return err
		}
		err = applicant.Walk(ctx, s, tab, lang, func(page string) error {
			if !strings.HasPrefix(page, prefix) {
				return nil
			}
			return picture(tab, lang, filepath.Join(out, page))
		})
		tab.Close()
		if err != nil {
			return fmt.Errorf("walking in %s: %w", lang, err)
		}
	}
	fmt.Println("wrote", out)
	return nil
}

// picture writes the open page in all its forms.
func picture(tab *browser.Tab, lang locale.Lang, path string) error {
	for _, width := range []int{320, 390, 1280} {
		for _, dark := range []bool{false, true} {
			if err := tab.Set(browser.Window{Width: width, Height: 800, Lang: lang, Dark: dark}); err != nil {
				return err
			}
			png, err := tab.Picture()
			if err != nil {
				return fmt.Errorf("taking a picture: %w", err)
			}
			scheme := "light"
			if dark {
				scheme = "dark"
			}
			name := fmt.Sprintf("%s-%s-%d-%s.png", path, lang, width, scheme)
			if err := os.WriteFile(name, png, 0o644); err != nil {
				return fmt.Errorf("writing a picture: %w", err)
			}
		}
	}
	return nil
}
