//go:build e2e

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Rules is the source of axe-core, which checks a page for accessibility.
type Rules string

// ReadRules reads axe-core from the file that LIVINGLAB_AXE names, or from where
// `make verify` keeps it below the root of the repository.
func ReadRules(root string) (Rules, error) {
	path := os.Getenv("LIVINGLAB_AXE")
	if path == "" {
		found, err := filepath.Glob(filepath.Join(root, ".cache/axe-*/node_modules/axe-core/axe.min.js"))
		if err != nil || len(found) == 0 {
			return "", fmt.Errorf("axe-core was not found: run `make verify` once, it fetches it")
		}
		path = found[len(found)-1]
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading axe-core: %w", err)
	}
	return Rules(source), nil
}

// Violation is a rule of accessibility that a page breaks.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string `json:"failureSummary"`
	}
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n\t%.300s\n\t%s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t"))
	}
	return b.String()
}

// Violations checks the page against WCAG 2.2 A and AA and axe's own practices.
func (t *Tab) Violations(rules Rules) ([]Violation, error) {
	if _, err := Ask[bool](t, string(rules)+"\n;true"); err != nil {
		return nil, fmt.Errorf("loading axe-core: %w", err)
	}
	return Ask[[]Violation](t, `axe.run(document, {
		resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then(found => found.violations.map(v => ({
		ID: v.id, Impact: v.impact, Help: v.help,
		Nodes: v.nodes.map(n => ({HTML: n.html, failureSummary: n.failureSummary || ""})),
	})))`)
}

// Overflow is by how many CSS pixels the page is wider than its window.
func (t *Tab) Overflow() (int, error) {
	return Ask[int](t, `Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth`)
}

// SmallTargets lists what can be pressed but is lower or narrower than 44 CSS
// pixels. A box counts with its label, a link may be as narrow as its word, and
// one within text as high as its line.
func (t *Tab) SmallTargets() ([]string, error) {
	return Ask[[]string](t, `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
		.filter(e => e.tabIndex >= 0 && e.getClientRects().length && getComputedStyle(e).display !== "inline")
		.filter(e => !e.matches(".skip, .button-link"))
		.map(e => [e, [e, ...(e.labels || [])].map(part => part.getBoundingClientRect())])
		.filter(([e, parts]) => !parts.some(r => r.height >= 43.5 && r.width >= (e.matches("a") ? 24 : 43.5)))
		.map(([e, parts]) => Math.round(parts[0].width) + "x" + Math.round(parts[0].height) + " " + e.outerHTML.slice(0, 120))`)
}
