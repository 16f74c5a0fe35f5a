package mail

import (
	"html"
	"slices"
	"strings"
)

// The look of a mail: one column on white, the pages' colors, nothing that
// must be fetched. Mail programs drop style sheets, so every rule stands on its
// element; the style element only adds what dark mode needs, and whatever
// ignores it keeps the light colors.
const (
	fonts = `font-family:'Noto Sans JP',-apple-system,BlinkMacSystemFont,'Hiragino Sans','Yu Gothic UI','Segoe UI',sans-serif;`
	prose = `margin:0 0 20px;font-size:16px;line-height:1.75;`

	dark = `:root{color-scheme:light dark;supported-color-schemes:light dark}` +
		`@media (prefers-color-scheme:dark){` +
		`.page,.sheet{background:#17181c!important;color:#e8e8ec!important}` +
		`.quiet{color:#b9bac4!important}` +
		`.sheet a.link{color:#9db2ff!important}` +
		`.facts{background:#222329!important;border-color:#4a4b55!important}` +
		`.rule{border-color:#4a4b55!important}` +
		`.press,.press a{background:#9db2ff!important;color:#0b0c10!important}` +
		`.quietly{background:#17181c!important;border-color:#9db2ff!important}` +
		`.quietly a{color:#9db2ff!important}` +
		`}`
)

// html renders the letter as one HTML document.
func (l *letter) html() string {
	var b strings.Builder
	write := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
		}
		b.WriteByte('\n')
	}
	write(`<!doctype html>`)
	write(`<html lang="`, string(l.facts.Lang), `">`)
	write(`<head>`)
	write(`<meta charset="utf-8">`)
	write(`<meta name="viewport" content="width=device-width, initial-scale=1">`)
	write(`<meta name="color-scheme" content="light dark">`)
	write(`<meta name="supported-color-schemes" content="light dark">`)
	write(`<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">`)
	write(`<title>`, html.EscapeString(l.subject), `</title>`)
	write(`<style>`, dark, `</style>`)
	if slices.ContainsFunc(l.blocks, block.figured) {
		write(`<style>`, darkFigures, `</style>`)
	}
	write(`</head>`)
	write(`<body class="page" style="margin:0;padding:0;background:#ffffff;color:#333333;-webkit-text-size-adjust:100%">`)
	write(`<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#ffffff"><tr><td align="center" style="padding:0">`)
	write(`<table role="presentation" class="sheet" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;background:#ffffff;color:#333333">`)
	write(`<tr><td align="left" style="padding:28px 20px 40px;`, fonts, `color:inherit;line-break:strict;overflow-wrap:anywhere">`)
	// Whose mail it is stands above everything, as the name stands above the
	// lab's pages.
	write(`<p class="quiet rule" style="margin:0 0 24px;padding:0 0 12px;border-bottom:1px solid #c9cad1;font-size:14px;line-height:1.5;font-weight:700;color:#4d4d4d">`,
		html.EscapeString(l.values["lab"]), `</p>`)
	for _, block := range l.blocks {
		switch {
		case block.title != "":
			write(`<h1 style="margin:0 0 24px;font-size:22px;line-height:1.5;font-weight:700">`, html.EscapeString(block.title), `</h1>`)
		case block.heading != "":
			write(`<h2 style="margin:36px 0 12px;font-size:18px;line-height:1.5;font-weight:700">`, html.EscapeString(block.heading), `</h2>`)
		case block.paragraph != nil:
			write(`<p style="`, prose, `">`, running(block.paragraph), `</p>`)
		case block.list != nil:
			write(`<ul style="`, prose, `padding:0 0 0 1.4em">`)
			for _, item := range block.list {
				write(`<li style="margin:0 0 6px">`, running(item), `</li>`)
			}
			write(`</ul>`)
		case block.facts != nil:
			write(`<dl class="facts" style="margin:0 0 24px;padding:18px 20px 8px;background:#f5f6fa;border:1px solid #dcdde5;border-radius:8px;font-size:16px;line-height:1.6">`)
			for _, f := range block.facts {
				write(`<dt class="quiet" style="margin:0;font-size:14px;font-weight:700;color:#4d4d4d">`, html.EscapeString(f.label), `</dt>`)
				for i, line := range f.lines {
					below := "4px"
					if i == len(f.lines)-1 {
						below = "14px"
					}
					write(`<dd style="margin:0 0 `, below, `">`, running(line), `</dd>`)
				}
			}
			write(`</dl>`)
		case block.button != nil:
			address := html.EscapeString(block.button.address)
			cell, color := `class="press" bgcolor="#0017c1" style="border-radius:8px;background:#0017c1"`, `#ffffff`
			if block.button.quiet {
				cell, color = `class="quietly" bgcolor="#ffffff" style="border:2px solid #0017c1;border-radius:8px;background:#ffffff"`, `#0017c1`
			}
			write(`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:32px 0 12px"><tr><td `, cell, `>`,
				`<a href="`, address, `" style="display:inline-block;padding:14px 28px;font-size:16px;line-height:1.5;font-weight:700;color:`, color, `;text-decoration:none;border-radius:8px">`,
				html.EscapeString(block.button.label), `</a></td></tr></table>`)
			write(`<p class="quiet" style="margin:0 0 24px;font-size:14px;line-height:1.6;color:#4d4d4d">`, html.EscapeString(block.button.hint),
				`<br><a class="link" href="`, address, `" style="color:#00118f;word-break:break-all">`, address, `</a></p>`)
		case block.footer != nil:
			write(`<div class="rule" style="margin:40px 0 0;padding:16px 0 0;border-top:1px solid #c9cad1">`)
			for _, line := range block.footer {
				write(`<p class="quiet" style="margin:0 0 6px;font-size:14px;line-height:1.6;color:#4d4d4d">`, running(line), `</p>`)
			}
			write(`</div>`)
		case block.task != nil:
			block.task.html(write)
		case block.commands != nil:
			write(commands(block.commands, "20px"))
		case block.table != nil:
			block.table.html(write)
		case block.bars != nil:
			block.bars.html(write)
		}
	}
	write(`</td></tr></table>`)
	write(`</td></tr></table>`)
	write(`</body>`)
	write(`</html>`)
	return b.String()
}

// running is running text with the addresses behind it.
func running(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		text := html.EscapeString(s.text)
		switch {
		case s.address != "":
			text = `<a class="link" href="` + html.EscapeString(s.address) + `" style="color:#00118f">` + text + `</a>`
		case s.whole:
			text = `<span style="white-space:nowrap">` + text + `</span>`
		}
		b.WriteString(text)
	}
	return b.String()
}
