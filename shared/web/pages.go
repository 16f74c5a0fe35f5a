package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"livinglab/shared/locale"
)

//go:embed templates
var shared embed.FS

// Lab is what every page says about who runs it.
type Lab struct {
	Name    locale.Text
	URL     string      // the lab's own site
	Office  locale.Text // the office that answers
	Hours   locale.Text // when it answers
	Contact string      // the office's mail address
}

// Pages are the pages of one function. They are parsed when first shown, each
// with the layout, the parts, and the function's own parts: a cold start pays
// for one page only. Pages are safe for concurrent use.
type Pages struct {
	lab   Lab
	files fs.FS
	style string // the stylesheet's path
	keep  string // the script's path

	mu     sync.Mutex
	parsed map[string]*template.Template
}

// The pages that this package brings itself.
const (
	problemPage = "problem"
	againPage   = "again"
)

// NewPages returns the pages in files: templates/NAME.html is the page NAME and
// defines "content"; templates/parts/*.html hold parts for all of them. The names
// "problem" and "again" are taken. Nothing is parsed yet.
func NewPages(files fs.FS, lab Lab) *Pages {
	return &Pages{lab: lab, files: files, style: stylesheet.path(), keep: keeping.path(), parsed: make(map[string]*template.Template)}
}

// Page is what one page shows.
type Page struct {
	Title       locale.Text // empty on the home page alone
	Description locale.Text // for search engines
	Data        any         // what the page's own template reads
	Errors      Errors      // mistakes in a form: their summary is shown above the content

	Up      Link           // where the page belongs: shown above its title
	Self    string         // path and query that show this page again; default: the request's own, if it was a GET
	Privacy string         // path of the privacy notice; default "/#privacy"
	Zone    *time.Location // of the times that the page prints; default UTC
	Keeps   bool           // a form of the page (data-keep) is saved while it is filled in: brings the script
}

// Link is a link in both languages.
type Link struct {
	Path string
	Text locale.Text
}

// Show renders the page completely and then writes it.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, status int, name string, page Page) {
	if err := p.write(w, r, status, name, page); err != nil {
		p.Fail(w, r, err)
	}
}

// showProblem renders the page of a problem; should that fail as well, the
// answer is one plain line.
func (p *Pages) showProblem(w http.ResponseWriter, r *http.Request, problem *Problem) {
	page := Page{Title: problem.Title, Data: problem}
	if err := p.write(w, r, problem.Status, problemPage, page); err != nil {
		http.Error(w, problem.Title.In(Lang(r)), problem.Status)
	}
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, name string, page Page) error {
	t, err := p.template(name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "layout.html", p.view(r, page)); err != nil {
		return fmt.Errorf("rendering page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if page.Keeps {
		allowScript(w.Header())
	}
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
	return nil
}

// template returns the parsed page. Each is parsed by itself, with all that it
// may call: the one that a cold start shows need not be cloned from another.
func (p *Pages) template(name string) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.parsed[name]; ok {
		return t, nil
	}
	t, err := template.ParseFS(shared, "templates/layout.html", "templates/parts.html", "templates/form.html")
	if err != nil {
		return nil, fmt.Errorf("parsing the layout: %w", err)
	}
	files := p.files
	if name == problemPage || name == againPage {
		files = shared
	}
	own := []string{"templates/" + name + ".html"}
	if parts, _ := fs.Glob(files, "templates/parts/*.html"); len(parts) > 0 {
		own = append(parts, own...)
	}
	if t, err = t.ParseFS(files, own...); err != nil {
		return nil, fmt.Errorf("parsing page %s: %w", name, err)
	}
	p.parsed[name] = t
	return t, nil
}

// View is the dot of every template: the page, the reader's language, and the
// words for printing. A part is called with {{template "name" ($.With .X)}} and
// finds X in its own .Data.
type View struct {
	Page
	Lang locale.Lang
	Now  time.Time
	Lab  Lab
	Home bool // whether this is the home page

	Stylesheet string // its path
	Script     string // its path, for a page that keeps
	self       string
}

func (p *Pages) view(r *http.Request, page Page) View {
	v := View{Page: page, Lang: Lang(r), Now: Now(r), Lab: p.lab, Home: r.URL.Path == "/", Stylesheet: p.style, Script: p.keep, self: page.Self}
	if v.self == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		v.self = r.URL.RequestURI()
	}
	if v.Privacy == "" {
		v.Privacy = "/#privacy"
	}
	if v.Zone == nil {
		v.Zone = time.UTC
	}
	return v
}

// With returns the view for a part, with data in the place of the page's.
func (v View) With(data any) View {
	v.Data = data
	return v
}

// InZone returns the view for a part whose times are in another zone.
func (v View) InZone(zone *time.Location) View {
	v.Zone = zone
	return v
}

// T returns the text in the reader's language. Both are literals in the
// template, side by side; with arguments they are formats as fmt knows them.
func (v View) T(ja, en string, args ...any) string {
	text := locale.Text{JA: ja, EN: en}.In(v.Lang)
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return text
}

// In returns a text of the data in the reader's language.
func (v View) In(text locale.Text) string { return text.In(v.Lang) }

// Instant prints an instant in the page's zone.
func (v View) Instant(at time.Time) string { return locale.Instant(v.Lang, at, v.Zone) }

// Deadline prints the last minute before a closing instant.
func (v View) Deadline(closing time.Time) string { return locale.Deadline(v.Lang, closing, v.Zone) }

// Span prints from when until when.
func (v View) Span(start, end time.Time) string { return locale.Span(v.Lang, start, end, v.Zone) }

// Day prints a day, of an instant as its location has it.
func (v View) Day(at time.Time) string { return locale.Day(v.Lang, at) }

// Number prints a whole number with its thousands separated.
func (v View) Number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// DocumentTitle is the title of the browser's window: an error comes first, so
// that it is the first thing heard.
func (v View) DocumentTitle() string {
	title := v.Lab.Name.In(v.Lang)
	if own := v.Title.In(v.Lang); own != "" {
		title = own + " | " + title
	}
	if len(v.Errors) > 0 {
		title = v.T("エラー：", "Error: ") + title
	}
	return title
}

// InOtherLang is the address that shows the same page in the other language,
// or empty if no address does (the answer to a post).
func (v View) InOtherLang() string {
	u, err := url.ParseRequestURI(v.self)
	if err != nil {
		return ""
	}
	query := u.Query()
	query.Set("lang", string(v.Lang.Other()))
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: query.Encode()}).String()
}
