package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// together are the colors that are used on one another, with the contrast
// that WCAG 2.2 asks for: 4.5 for text, 3 for lines that mean something.
var together = []struct {
	front, back string
	ratio       float64
}{
	{"ink", "paper", 7}, {"ink", "wash", 7}, {"ink-soft", "paper", 4.5}, {"ink-soft", "wash", 4.5},
	{"ink", "warning-wash", 4.5}, {"ink", "success-wash", 4.5}, {"ink", "error-wash", 4.5},
	{"link", "paper", 4.5}, {"link", "wash", 4.5}, {"link", "warning-wash", 4.5}, {"link", "success-wash", 4.5},
	{"action", "paper", 4.5}, {"action", "wash", 4.5}, {"action-hover", "wash", 4.5},
	{"on-action", "action", 4.5}, {"on-action", "action-hover", 4.5},
	{"error", "paper", 4.5}, {"error", "wash", 4.5}, {"error", "error-wash", 4.5},
	{"warning", "warning-wash", 4.5}, {"success", "success-wash", 4.5},
	{"field-line", "paper", 3}, {"field-line", "wash", 3},
	{"focus", "paper", 3}, {"focus", "wash", 3}, {"focus", "focus-ring", 3},
}

func TestColoursCanBeToldApartInLightAndDark(t *testing.T) {
	t.Parallel()
	for name, colors := range map[string]map[string]string{"light": palette(t, false), "dark": palette(t, true)} {
		for _, pair := range together {
			front, back := colors[pair.front], colors[pair.back]
			if front == "" || back == "" {
				t.Errorf("%s: %s or %s is not defined", name, pair.front, pair.back)
				continue
			}
			if got := contrast(t, front, back); got < pair.ratio {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, pair.front, pair.back, got, pair.ratio)
			}
		}
	}
}

func TestBothPalettesDefineTheSameColours(t *testing.T) {
	t.Parallel()
	light, dark := palette(t, false), palette(t, true)
	for name := range light {
		if dark[name] == "" {
			t.Errorf("%s has no dark color", name)
		}
	}
	for name := range dark {
		if light[name] == "" {
			t.Errorf("%s has no light color", name)
		}
	}
	for _, m := range regexp.MustCompile(`var\(--([a-z-]+)\)`).FindAllStringSubmatch(string(style), -1) {
		if light[m[1]] == "" {
			t.Errorf("%s is used and not defined", m[1])
		}
	}
}

func TestTheStylesheetFetchesNothing(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"url(", "@import", "@font-face", "letter-spacing", "!important"} {
		if strings.Contains(string(style), word) {
			t.Errorf("the stylesheet contains %s", word)
		}
	}
}

// palette returns the custom properties of the first :root rule, light, or of
// the first one within the dark scheme.
func palette(t *testing.T, dark bool) map[string]string {
	t.Helper()
	css := string(style)
	if dark {
		_, css, _ = strings.Cut(css, "@media (prefers-color-scheme: dark)")
	}
	_, css, _ = strings.Cut(css, ":root {")
	css, _, _ = strings.Cut(css, "}")
	colors := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
		colors[m[1]] = m[2]
	}
	if len(colors) == 0 {
		t.Fatal("no colors found")
	}
	return colors
}

// contrast is the contrast ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	channel := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
