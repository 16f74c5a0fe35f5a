package mail

import (
	"cmp"
	"fmt"
	"html"
	"strconv"
	"strings"

	"livinglab/shared/locale"
)

// What a mail to staff has besides running text: things to do, with the commands that do
// them, tables and bars. Mail programs show neither images nor SVG by themselves, so a bar
// is a row of cells with a background, and in the text part a row of characters. Each
// number stands beside its bar in words: nobody has to see it, or its color.

// task is one thing that somebody has to do.
type task struct {
	what     string
	todo     []span
	commands []string
}

// table is numbers in rows and columns.
type table struct {
	head []string // of the labels, and of each column
	rows []row
}

type row struct {
	label   string
	figures []figure // one for each column
}

// figure is a number and, where it is counted, how much of it is new.
type figure struct{ number, added string }

// bars are numbers, each drawn as a bar to one scale.
type bars struct {
	caption string
	most    int // what a whole bar stands for
	rows    []bar
	key     []string // says what the parts of a bar are, in their order; a bar of one part has none
}

type bar struct {
	label string // with a key: none
	parts []int
	said  string // the number in words; with a key: none
}

// figured says whether the block needs the style of figures.
func (b block) figured() bool {
	return b.task != nil || b.commands != nil || b.table != nil || b.bars != nil
}

// The shades of a bar's parts differ in lightness, not only in color: they can be told
// apart in grey print as well.
var shadeClasses = [...]struct{ name, color string }{{"full", "#0017c1"}, {"half", "#8795e0"}, {"none", "#dfe1ea"}}

const darkFigures = `@media (prefers-color-scheme:dark){` +
	`.full{background:#9db2ff!important}.half{background:#5467b0!important}.none{background:#3a3c47!important}` +
	`.key-full{color:#9db2ff!important}.key-half{color:#7f92dc!important}.key-none{color:#8f919c!important}` +
	`.task{border-color:#9db2ff!important}` +
	`.command{background:#222329!important;color:#e8e8ec!important}` +
	`.bar{border-color:#8f919c!important}` +
	`}`

// shades are the characters of a bar's parts in the text part.
func shades(lang locale.Lang) []string {
	if lang == locale.English {
		return []string{"#", "+", "."}
	}
	return []string{"■", "□", "・"}
}

func (t *task) html(write func(...string)) {
	write(`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 24px;font-size:16px;line-height:1.7;color:inherit"><tr><td class="task" style="padding:0 0 0 16px;border-left:4px solid #0017c1">`)
	write(`<p style="margin:0 0 4px;font-weight:700">`, html.EscapeString(t.what), `</p>`)
	write(`<p style="margin:0 0 10px">`, running(t.todo), `</p>`)
	write(commands(t.commands, "0"))
	write(`</td></tr></table>`)
}

func (t *task) text(b *strings.Builder, mark string) {
	indent := strings.Repeat(" ", cells(mark))
	paragraph(b, mark, indent, t.what)
	paragraph(b, indent, indent, plain(t.todo))
	for _, command := range t.commands {
		paragraph(b, indent+"$ ", indent+"    ", command)
	}
}

// commands are lines for a terminal, with so much room below.
func commands(lines []string, below string) string {
	escaped := make([]string, len(lines))
	for i, line := range lines {
		escaped[i] = html.EscapeString(line)
	}
	return `<p class="command" style="margin:0 0 ` + below + `;padding:8px 12px;background:#f5f6fa;border-radius:6px;` +
		`font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;line-height:1.7;overflow-wrap:anywhere">` +
		strings.Join(escaped, "<br>") + `</p>`
}

// counted reports which columns say how much is new: those are two cells
// wide, so that the numbers stand below one another.
func (t *table) counted() []bool {
	counted := make([]bool, len(t.head)-1)
	for _, r := range t.rows {
		for i, c := range r.figures {
			counted[i] = counted[i] || c.added != ""
		}
	}
	return counted
}

const (
	cellStyle = `padding:6px 0 6px 10px;border-bottom:1px solid #c9cad1;white-space:nowrap;font-variant-numeric:tabular-nums`
	newStyle  = `padding:6px 0 6px 6px;border-bottom:1px solid #c9cad1;white-space:nowrap;font-variant-numeric:tabular-nums;font-size:13px;color:#4d4d4d`
	nameStyle = `padding:6px 0;border-bottom:1px solid #c9cad1;font-weight:400`
	headStyle = `border-bottom:2px solid #c9cad1;font-size:13px;font-weight:700;color:#4d4d4d;vertical-align:bottom`
)

func (t *table) html(write func(...string)) {
	counted := t.counted()
	write(`<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 28px;border-collapse:collapse;font-size:15px;line-height:1.5;color:inherit">`)
	write(`<tr><th scope="col" align="left" class="quiet rule" style="padding:6px 0;`, headStyle, `">`, html.EscapeString(t.head[0]), `</th>`)
	for i, head := range t.head[1:] {
		wide := ""
		if counted[i] {
			wide = ` colspan="2"`
		}
		write(`<th scope="col" align="right" class="quiet rule"`, wide, ` style="padding:6px 0 6px 10px;overflow-wrap:normal;word-break:keep-all;`, headStyle, `">`, html.EscapeString(head), `</th>`)
	}
	write(`</tr>`)
	for _, r := range t.rows {
		write(`<tr><th scope="row" align="left" class="rule" style="`, nameStyle, `">`, html.EscapeString(r.label), `</th>`)
		for i, c := range r.figures {
			write(`<td align="right" class="rule" style="`, cellStyle, `">`, html.EscapeString(c.number), `</td>`)
			if counted[i] {
				write(`<td align="right" width="1" class="quiet rule" style="`, newStyle, `">`, html.EscapeString(c.added), `</td>`)
			}
		}
		write(`</tr>`)
	}
	write(`</table>`)
}

// text writes the table with its columns below one another. A label that is too long
// for its line takes several, and the numbers stand in the last.
func (t *table) text(b *strings.Builder) {
	numbers, added, columnWidths := t.widths()
	room := columns
	for _, width := range columnWidths {
		room -= width + 2
	}
	names := cells(t.head[0])
	for _, r := range t.rows {
		names = max(names, cells(r.label))
	}
	names = min(names, room)
	line := func(label string, values []string) {
		lines := wrap(cmp.Or(label, "-"), names)
		for _, part := range lines[:len(lines)-1] {
			b.WriteString(part + "\n")
		}
		var text strings.Builder
		text.WriteString(padRight(lines[len(lines)-1], names))
		for i, value := range values {
			text.WriteString("  " + padLeft(value, columnWidths[i]))
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
	line(t.head[0], t.head[1:])
	b.WriteString(strings.Repeat("-", columns-room+names) + "\n")
	for _, r := range t.rows {
		var values []string
		for i, c := range r.figures {
			value := padLeft(c.number, numbers[i])
			if added[i] > 0 {
				value += " " + padLeft(c.added, added[i])
			}
			values = append(values, value)
		}
		line(r.label, values)
	}
}

// widths returns how wide the numbers of each column are, what is new of them, and the
// column itself.
func (t *table) widths() (numbers, added, all []int) {
	n := len(t.head) - 1
	numbers, added, all = make([]int, n), make([]int, n), make([]int, n)
	for _, r := range t.rows {
		for i, c := range r.figures {
			numbers[i], added[i] = max(numbers[i], cells(c.number)), max(added[i], cells(c.added))
		}
	}
	for i := range all {
		all[i] = numbers[i]
		if added[i] > 0 {
			all[i] += 1 + added[i]
		}
		all[i] = max(all[i], cells(t.head[i+1]))
	}
	return numbers, added, all
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-cells(text))) + text
}

func padRight(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-cells(text)))
}

func (g *bars) html(write func(...string)) {
	if g.caption != "" {
		below := "8px"
		if len(g.rows) == 0 {
			below = "20px"
		}
		write(`<p style="margin:0 0 `, below, `;font-size:16px;line-height:1.5;font-weight:700">`, html.EscapeString(g.caption), `</p>`)
	}
	if len(g.rows) == 0 {
		return
	}
	write(`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 `, g.below(), `;font-size:14px;line-height:1.3;color:inherit">`)
	for _, r := range g.rows {
		write(`<tr>`)
		if r.label != "" {
			write(`<td width="1" style="padding:3px 10px 3px 0;white-space:nowrap">`, html.EscapeString(r.label), `</td>`)
		}
		write(`<td style="padding:3px 0">`, g.drawn(r), `</td>`)
		if r.said != "" {
			write(`<td width="1" align="right" style="padding:3px 0 3px 10px;white-space:nowrap;font-variant-numeric:tabular-nums">`, html.EscapeString(r.said), `</td>`)
		}
		write(`</tr>`)
	}
	write(`</table>`)
	if g.key == nil {
		return
	}
	write(`<p style="margin:0 0 12px;font-size:15px;line-height:1.7">`)
	for i, words := range g.key {
		shade := shadeClasses[i]
		color := shade.color
		if shade.name == "none" {
			color = "#a9abb8" // as light as its part it would not be seen
		}
		write(`<span style="white-space:nowrap;margin:0 14px 0 0"><span class="key-`, shade.name, `" aria-hidden="true" style="color:`, color, `">■</span> `, html.EscapeString(words), `</span>`)
	}
	write(`</p>`)
}

// below is the room beneath the bars: what their parts are stands close.
func (g *bars) below() string {
	if g.key != nil {
		return "4px"
	}
	return "28px"
}

// drawn is one bar. One with a key is drawn within a frame, which shows what all of it is.
func (g *bars) drawn(r bar) string {
	frame := ""
	if g.key != nil {
		frame = ` class="bar" style="border:1px solid #6b6d7a"`
	}
	var b strings.Builder
	b.WriteString(`<table role="presentation" aria-hidden="true" width="100%" cellpadding="0" cellspacing="0" border="0"` + frame + `><tr>`)
	rest := 100
	for i, share := range shares(r.parts, g.most, 100) {
		if share == 0 {
			continue
		}
		rest -= share
		shade := shadeClasses[i]
		fmt.Fprintf(&b, `<td width="%d%%" height="12" class="%s" bgcolor="%s" style="background:%s;font-size:1px;line-height:12px">&nbsp;</td>`, share, shade.name, shade.color, shade.color)
	}
	if rest > 0 {
		fmt.Fprintf(&b, `<td width="%d%%" height="12" style="font-size:1px;line-height:12px">&nbsp;</td>`, rest)
	}
	b.WriteString(`</tr></table>`)
	return b.String()
}

// barLength is how many characters a whole bar has in the text part.
const barLength = 24

func (g *bars) text(b *strings.Builder, shades []string) {
	if g.caption != "" {
		b.WriteString(g.caption + "\n")
	}
	names := 0
	for _, r := range g.rows {
		names = max(names, cells(r.label))
	}
	for _, r := range g.rows {
		line := ""
		if r.label != "" {
			line = padRight(r.label, names) + " "
		}
		for i, share := range shares(r.parts, g.most, barLength) {
			line += strings.Repeat(shades[i], share)
		}
		if r.said != "" {
			line += " " + r.said
		}
		if line = strings.TrimRight(line, " "); line != "" {
			b.WriteString(line + "\n")
		}
	}
	for i, words := range g.key {
		paragraph(b, shades[i]+" ", "  ", words)
	}
}

// shares divides the length of a bar among its parts: what there is has at least one,
// and together they are never longer than the bar.
func shares(parts []int, most, length int) []int {
	found := make([]int, len(parts))
	sum, end, used := 0, 0, 0
	for i, part := range parts {
		sum += part
		next := 0
		if most > 0 {
			next = min(length, (2*sum*length+most)/(2*most))
		}
		found[i] = next - end
		end = next
		if part > 0 {
			found[i] = max(1, found[i])
		}
		used += found[i]
	}
	for ; used > length; used-- {
		longest := 0
		for i := range found {
			if found[i] > found[longest] {
				longest = i
			}
		}
		found[longest]--
	}
	return found
}

// counted is a number and how much of it is new.
func counted(c Count) figure { return figure{strconv.Itoa(c.Total), fmt.Sprintf("+%d", c.New)} }

// number is a number alone.
func number(n int) figure { return figure{number: strconv.Itoa(n)} }
