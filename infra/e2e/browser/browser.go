//go:build e2e

// Package browser drives Chromium as a person does: with keys, clicks and
// conversion text, in windows of different widths, languages and colors.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"livinglab/shared/locale"
)

// patience is how long one act of a person may take, a cold start of a function
// included.
const patience = 30 * time.Second

// Browser is a running Chromium without a window on screen.
type Browser struct {
	ctx   context.Context //nolint:containedctx // chromedp finds its browser in a context
	close func()
}

// Start starts Chromium. Close ends it.
func Start(ctx context.Context) (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // containers seldom allow it, and only our own pages are opened
		chromedp.Flag("hide-scrollbars", false),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("font-render-hinting", "none"),
	)
	allocator, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	browser, endBrowser := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		endBrowser()
		endAllocator()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return &Browser{ctx: browser, close: func() { endBrowser(); endAllocator() }}, nil
}

// Close ends the browser and all its tabs.
func (b *Browser) Close() { b.close() }

func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium was found: install it with `apt-get install chromium`")
}

// Window is how a person has set up their browser.
type Window struct {
	Width, Height int
	Scale         float64 // device pixels per CSS pixel; 1 if zero
	Lang          locale.Lang
	Dark          bool
	NoScript      bool
	FontSize      int // of text without a size of its own; 16 if zero
}

// Tab is one page in a browser context of its own: it shares no cookie with any
// other.
type Tab struct {
	ctx   context.Context //nolint:containedctx // chromedp finds its tab in a context
	close func()
}

// Open opens an empty tab.
func (b *Browser) Open(w Window) (*Tab, error) {
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tab := &Tab{ctx: ctx, close: end}
	if err := tab.Set(w); err != nil {
		end()
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	return tab, nil
}

// Close closes the tab and forgets its cookies.
func (t *Tab) Close() { t.close() }

// Set changes the window; the page that is open adapts as it would for a person.
func (t *Tab) Set(w Window) error {
	scheme := "light"
	if w.Dark {
		scheme = "dark"
	}
	scale := w.Scale
	if scale == 0 {
		scale = 1
	}
	size := int64(w.FontSize)
	if size == 0 {
		size = 16
	}
	accept := "ja"
	if w.Lang == locale.English {
		accept = "en"
	}
	return chromedp.Do(t.ctx,
		send(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(w.Width), Height: int64(w.Height), DeviceScaleFactor: scale,
		}),
		send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
		send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: w.NoScript}),
		send(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome", AcceptLanguage: accept,
		}),
		send(page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: size, Fixed: size - 3}}),
	)
}

// send is a command whose answer holds nothing.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// Visit opens an address and returns the status of the answer.
func (t *Tab) Visit(url string) (int, error) {
	return t.load("opening "+url, chromedp.Navigate(url))
}

// Click clicks what the selector finds and waits for the page that it leads to.
func (t *Tab) Click(selector string) (int, error) {
	return t.load("clicking "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Press presses keys, such as kb.Enter, that lead to another page.
func (t *Tab) Press(keys string) (int, error) {
	return t.load("pressing a key", chromedp.KeyEvent(keys))
}

func (t *Tab) load(doing string, step chromedp.Action[chromedp.Void]) (int, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	if answer == nil {
		return 0, nil // a page from the history
	}
	return int(answer.Status), nil
}

// Do runs steps that stay on the page.
func (t *Tab) Do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Ask evaluates an expression in the page. It works where scripts of the page do
// not.
func Ask[T any](t *Tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return answer, fmt.Errorf("asking the page: %w", err)
	}
	return answer, nil
}

// Picture is the whole page as PNG.
func (t *Tab) Picture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	// A scrollbar would be cut off the picture together with what lies under it.
	hide := send(emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true})
	if err := chromedp.Do(ctx, hide); err != nil {
		return nil, fmt.Errorf("hiding the scrollbars: %w", err)
	}
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}
