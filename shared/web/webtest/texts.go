package webtest

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"
)

// CheckTexts fails the test for every text in the templates that lacks its
// other language: a call of T without two literals that say something and take
// the same arguments, Japanese outside of T, and words of any language in the
// page itself. Names that are the same in both languages are allowed.
func CheckTexts(t testing.TB, files fs.FS, allowed ...string) {
	t.Helper()
	for _, problem := range TextProblems(t, files, allowed...) {
		t.Error(problem)
	}
}

// TextProblems returns what CheckTexts reports.
func TextProblems(t testing.TB, files fs.FS, allowed ...string) []string {
	t.Helper()
	names, err := fs.Glob(files, "templates/*.html")
	parts, _ := fs.Glob(files, "templates/parts/*.html")
	if names = append(names, parts...); err != nil || len(names) == 0 {
		t.Fatalf("no templates found: %v", err)
	}
	var problems []string
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatalf("reading %s: %v", name, err)
		}
		trees := map[string]*parse.Tree{}
		root := parse.New(name)
		root.Mode = parse.SkipFuncCheck
		if _, err := root.Parse(string(source), "", "", trees); err != nil {
			t.Fatalf("parsing %s: %v", name, err)
		}
		for _, tree := range trees {
			c := textCheck{tree: tree, allowed: allowed}
			c.walk(tree.Root)
			c.markup()
			problems = append(problems, c.problems...)
		}
	}
	slices.Sort(problems)
	return problems
}

// textCheck looks at one template.
type textCheck struct {
	tree     *parse.Tree
	allowed  []string
	page     strings.Builder // the markup, with a blank for every action
	problems []string
}

func (c *textCheck) report(n parse.Node, what string) {
	where, context := c.tree.ErrorContext(n)
	c.problems = append(c.problems, where+": "+what+": "+context)
}

func (c *textCheck) walk(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				c.walk(child)
			}
		}
	case *parse.TextNode:
		c.page.Write(n.Text)
		if japanese(string(n.Text)) {
			c.report(n, "Japanese outside of T")
		}
	case *parse.ActionNode:
		c.page.WriteByte(' ')
		c.pipe(n.Pipe)
	case *parse.TemplateNode:
		c.page.WriteByte(' ')
		c.pipe(n.Pipe)
	case *parse.IfNode:
		c.branch(&n.BranchNode)
	case *parse.RangeNode:
		c.branch(&n.BranchNode)
	case *parse.WithNode:
		c.branch(&n.BranchNode)
	}
}

func (c *textCheck) branch(b *parse.BranchNode) {
	c.pipe(b.Pipe)
	c.walk(b.List)
	c.walk(b.ElseList)
}

func (c *textCheck) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		c.command(command)
	}
}

func (c *textCheck) command(n *parse.CommandNode) {
	args := n.Args
	if callsT(args[0]) {
		if len(args) < 3 {
			c.report(n, "T without both languages")
			return
		}
		ja, okJA := args[1].(*parse.StringNode)
		en, okEN := args[2].(*parse.StringNode)
		switch {
		case !okJA || !okEN:
			c.report(n, "T without two literals")
		case strings.TrimSpace(ja.Text) == "" || strings.TrimSpace(en.Text) == "":
			c.report(n, "T with an empty text")
		case !slices.Equal(verbs(ja.Text), verbs(en.Text)):
			c.report(n, "T whose languages take different arguments")
		case len(verbs(ja.Text)) != len(args)-3:
			c.report(n, "T with too few or too many arguments")
		}
		args = args[3:]
	}
	for _, arg := range args {
		switch arg := arg.(type) {
		case *parse.StringNode:
			if japanese(arg.Text) {
				c.report(arg, "Japanese outside of T")
			}
		case *parse.PipeNode:
			c.pipe(arg)
		}
	}
}

// callsT reports whether the word is .T or $.T.
func callsT(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[len(n.Ident)-1] == "T"
	case *parse.VariableNode:
		return len(n.Ident) > 1 && n.Ident[len(n.Ident)-1] == "T"
	}
	return false
}

// verbs returns the formatting verbs of a text, sorted.
func verbs(text string) []string {
	found := verb.FindAllString(strings.ReplaceAll(text, "%%", ""), -1)
	slices.Sort(found)
	return found
}

var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-z]`)

// spoken are the attributes that people read or hear.
var spoken = []string{"alt", "aria-label", "aria-description", "placeholder", "title"}

// markup reports words that stand in the page itself.
func (c *textCheck) markup() {
	z := html.NewTokenizer(strings.NewReader(c.page.String()))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			c.words(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range z.Token().Attr {
				if slices.Contains(spoken, a.Key) {
					c.words(a.Val)
				}
			}
		}
	}
}

func (c *textCheck) words(text string) {
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, unicode.IsLetter) && !japanese(text) && !slices.Contains(c.allowed, text) {
		c.problems = append(c.problems, c.tree.ParseName+": words outside of T: "+text)
	}
}

// japanese reports whether the text has a character that only Japanese uses.
func japanese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xffef
	})
}
