package mail

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"livinglab/shared/locale"
)

// columns is how wide a line of the text part gets: below the 76 that mail
// programs show side by side with a quote mark, full-width characters counted
// as two.
const columns = 72

// text renders the letter for people and programs that read plain text.
func (l *letter) text() string {
	var b strings.Builder
	gap := ""
	for _, block := range l.blocks {
		b.WriteString(gap)
		gap = "\n"
		switch {
		case block.title != "":
			// The subject says it already, right above the text.
			gap = ""
		case block.heading != "":
			b.WriteString(heading(l.facts.Lang, block.heading))
			gap = ""
		case block.paragraph != nil:
			paragraph(&b, "", "", plain(block.paragraph))
		case block.list != nil:
			for _, item := range block.list {
				paragraph(&b, l.in("・", "- "), "  ", plain(item))
			}
		case block.facts != nil:
			for _, f := range block.facts {
				record(&b, f)
			}
		case block.button != nil:
			paragraph(&b, l.in("▼ ", "> "), "", block.button.label)
			b.WriteString(block.button.address + "\n")
		case block.footer != nil:
			b.WriteString(strings.Repeat("-", columns/2) + "\n")
			for _, line := range block.footer {
				paragraph(&b, "", "", plain(line))
			}
		case block.task != nil:
			block.task.text(&b, l.in("◆ ", "* "))
		case block.commands != nil:
			for _, command := range block.commands {
				paragraph(&b, "$ ", "    ", command)
			}
		case block.table != nil:
			block.table.text(&b)
		case block.bars != nil:
			block.bars.text(&b, shades(l.facts.Lang))
		}
	}
	return b.String()
}

func heading(lang locale.Lang, title string) string {
	if lang == locale.English {
		return title + "\n" + strings.Repeat("-", cells(title)) + "\n"
	}
	return "■ " + title + "\n"
}

// record writes "label: value", or the label and its lines beneath.
func record(b *strings.Builder, f fact) {
	if line := f.label + ": " + plain(f.lines[0]); len(f.lines) == 1 && cells(line) <= columns {
		b.WriteString(line + "\n")
		return
	}
	b.WriteString(f.label + ":\n")
	for _, line := range f.lines {
		paragraph(b, "  ", "    ", plain(line))
	}
}

// paragraph writes running text, its first line and the others indented.
func paragraph(b *strings.Builder, first, others, text string) {
	indent := first
	for _, line := range wrap(text, columns-max(cells(first), cells(others))) {
		b.WriteString(indent + line + "\n")
		indent = others
	}
}

// wrap breaks running text into lines of at most so many cells, by sense where
// it can: the best place in the last third of the line. A word that is longer
// than a line, such as an address, is never broken.
func wrap(text string, limit int) []string {
	var lines []string
	for runes := []rune(text); len(runes) > 0; {
		end, endsAt, sense := 0, 0, 0
		used := 0
		for i, r := range runes {
			used += cell(r)
			if used > limit && end > 0 {
				break
			}
			s := breakable(runes, i)
			if s > 0 && (s >= sense || endsAt < limit*2/3) {
				end, endsAt, sense = i+1, used, s
			}
		}
		lines = append(lines, strings.TrimSpace(string(runes[:end])))
		runes = runes[end:]
	}
	return lines
}

// breakable says how well a line may end after the character at i: 0 not at
// all, 1 between two characters, 2 where a word probably begins, 3 after a
// comma or a word, 4 after a sentence, 5 at the end of the text.
func breakable(runes []rune, i int) int {
	if i+1 == len(runes) {
		return 5
	}
	before, after := runes[i], runes[i+1]
	switch {
	case strings.ContainsRune(notAtStart, after) || strings.ContainsRune(notAtEnd, before):
		return 0
	case unicode.IsSpace(after):
		return 0
	case unicode.IsSpace(before):
		if i > 0 && (wide(runes[i-1]) || wide(after)) {
			return 2
		}
		return 3
	case strings.ContainsRune("。!?", before):
		return 4
	case strings.ContainsRune("、」", before):
		return 3
	case !wide(before) || !wide(after):
		return 0
	case unicode.Is(unicode.Hiragana, before) && !unicode.Is(unicode.Hiragana, after) &&
		!strings.ContainsRune("おご", before) && unicode.IsLetter(after):
		return 2
	case unicode.Is(unicode.Katakana, before) && unicode.Is(unicode.Katakana, after):
		return 0
	}
	return 1
}

// What a Japanese line does not begin or end with.
const (
	notAtStart = "、。,.・:;?!)」』】〉》〕]}’”ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)"
	notAtEnd   = "(「『【〈《〔[{‘“("
)

// cells is how many columns the text takes.
func cells(text string) int {
	n := 0
	for _, r := range text {
		n += cell(r)
	}
	return n
}

func cell(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case wide(r):
		return 2
	}
	return 1
}

// wide says whether the character takes two columns. Those whose width is
// ambiguous count as wide, as Japanese terminals and fonts have them.
func wide(r rune) bool {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return true
	}
	return false
}
