//go:build e2e

package browser

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// furthest is how many times a person presses Tab to get anywhere on a page.
const furthest = 120

// TabTo presses Tab until what the selector finds has the focus, and fails if any
// element on the way shows no focus.
func (t *Tab) TabTo(selector string) error {
	quoted, err := json.Marshal(selector)
	if err != nil {
		return fmt.Errorf("quoting a selector: %w", err)
	}
	for range furthest {
		if err := t.Do(chromedp.KeyEvent(kb.Tab)); err != nil {
			return fmt.Errorf("pressing Tab: %w", err)
		}
		at, err := Ask[struct {
			There, Shown bool
			What         string
		}](t, `(() => {
			const e = document.activeElement
			if (!e || e === document.body) return {There: false, Shown: true, What: "the page"}
			const s = getComputedStyle(e)
			const shown = (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none"
			return {There: e.matches(`+string(quoted)+`), Shown: shown, What: e.outerHTML.slice(0, 120)}
		})()`)
		switch {
		case err != nil:
			return err
		case !at.Shown:
			return errors.New("the focus cannot be seen on " + at.What)
		case at.There:
			return nil
		}
	}
	return fmt.Errorf("Tab does not lead to %s", selector)
}

// Type types a text key by key into what has the focus.
func (t *Tab) Type(text string) error { return t.Do(chromedp.KeyEvent(text)) }

// Insert puts a finished text into what has the focus, as the conversion of an
// input method does.
func (t *Tab) Insert(text string) error {
	return t.Do(send(input.InsertText, input.InsertTextParams{Text: text}))
}

// Convert types a reading, converts it and confirms the conversion with Enter, as
// an input method does: the Enter is meant for the input method alone. Browsers
// report it in one of two ways, and both are played.
func (t *Tab) Convert(reading, converted string) error {
	runes := []rune(reading)
	var steps []chromedp.Action[chromedp.Void]
	for i := range runes {
		steps = append(steps, compose(string(runes[:i+1])))
	}
	steps = append(steps, compose(converted))
	for _, key := range []string{"Process", "Enter"} {
		for _, direction := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			steps = append(steps, send(input.DispatchKeyEvent, input.DispatchKeyEventParams{
				Type: direction, Key: key, Code: "Enter", WindowsVirtualKeyCode: 229, NativeVirtualKeyCode: 229,
			}))
		}
	}
	steps = append(steps, send(input.InsertText, input.InsertTextParams{Text: converted}))
	if err := t.Do(steps...); err != nil {
		return fmt.Errorf("converting %s: %w", reading, err)
	}
	return nil
}

func compose(text string) chromedp.Action[chromedp.Void] {
	end := int64(len([]rune(text)))
	return send(input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: end, SelectionEnd: end})
}
