package console

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"livinglab/infra/local/clock"
	"livinglab/infra/local/mailbox"
	"livinglab/infra/local/runtime"
	"livinglab/infra/local/ses"
	"livinglab/infra/local/store"
)

//go:embed pages.html
var pageText string

//go:embed style.css
var style string

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) },
	"local": func(at time.Time) string { return at.In(clock.Tokyo).Format("Mon 2 Jan 2006, 15:04:05") },
	"input": func(at time.Time) string { return at.In(clock.Tokyo).Format("2006-01-02T15:04") },
	"links": links,
	"frame": frame,
}).Parse(pageText))

// recent is how many mails the first page shows.
const recent = 12

// running is a function with its processes.
type running struct {
	Function
	Processes []runtime.Process
}

func (c *Console) showHome(w http.ResponseWriter, _ *http.Request) {
	functions := make([]running, 0, len(c.Functions))
	processes := c.Runtime.Processes()
	for _, f := range c.Functions {
		own := slices.DeleteFunc(slices.Clone(processes), func(p runtime.Process) bool { return p.Function != f.Name })
		functions = append(functions, running{f, own})
	}
	mails := newest(c.Mailbox.All())
	show(w, "home", map[string]any{
		"Title": "Local stack", "Now": c.Clock.Now(), "Frozen": c.Clock.Frozen(),
		"Functions": functions, "Limit": runtime.Limit,
		"Mails": mails[:min(recent, len(mails))], "Count": len(mails),
		"SES": c.SES.Settings(), "Modes": ses.Modes, "Timings": ses.Timings,
		"Table": c.Store.Settings(), "TableModes": store.Modes,
		"Schedules": c.schedules(), "Streams": c.Streams(), "Experiments": c.Experiments,
	})
}

// newest reads the mails, the newest first.
func newest(all []mailbox.Stored) []mailbox.Mail {
	mails := make([]mailbox.Mail, 0, len(all))
	for _, s := range slices.Backward(all) {
		mails = append(mails, s.Read())
	}
	return mails
}

// showMails is the mailbox: for programs the oldest first, for people the newest.
func (c *Console) showMails(w http.ResponseWriter, r *http.Request) {
	mails := newest(c.Mailbox.All())
	if r.URL.Query().Get("format") == "json" {
		slices.Reverse(mails)
		writeJSON(w, http.StatusOK, mails)
		return
	}
	show(w, "mails", map[string]any{"Title": "Mailbox", "Mails": mails, "Now": c.Clock.Now(), "Frozen": c.Clock.Frozen()})
}

// showMail is one mail: as a page, or raw if the name ends in .eml.
func (c *Console) showMail(w http.ResponseWriter, r *http.Request) {
	id, raw := strings.CutSuffix(r.PathValue("file"), ".eml")
	found, err := c.Mailbox.Find(id)
	if err != nil {
		http.Error(w, "There is no such mail.", http.StatusNotFound)
		return
	}
	if raw {
		w.Header().Set("Content-Type", "message/rfc822")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": id + ".eml"}))
		_, _ = w.Write(found.Raw)
		return
	}
	mail := found.Read()
	show(w, "mail", map[string]any{"Title": mail.Subject, "Mail": mail, "Now": c.Clock.Now(), "Frozen": c.Clock.Frozen()})
}

// tail is how much of a log is shown.
const tail = 256 << 10

func (c *Console) showLog(w http.ResponseWriter, r *http.Request) {
	name := c.functionName(r.PathValue("name"))
	i := slices.IndexFunc(c.Functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		http.Error(w, "There is no such function.", http.StatusNotFound)
		return
	}
	text, err := readTail(c.Functions[i].Log)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text)
}

func readTail(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading a log: %w", err)
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		_, err = f.Seek(max(0, size-tail), io.SeekStart)
		if err != nil {
			return nil, fmt.Errorf("reading a log: %w", err)
		}
	}
	return io.ReadAll(f)
}

func show(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		slog.Error("a page was not made", "page", name, "error", err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = page.WriteTo(w)
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// links makes the addresses in a text links.
func links(text string) template.HTML {
	var out strings.Builder
	last := 0
	for _, span := range address.FindAllStringIndex(text, -1) {
		template.HTMLEscape(&out, []byte(text[last:span[0]]))
		url := template.HTMLEscapeString(text[span[0]:span[1]])
		fmt.Fprintf(&out, `<a href="%s">%s</a>`, url, url)
		last = span[1]
	}
	template.HTMLEscape(&out, []byte(text[last:]))
	return template.HTML(out.String())
}

// frame is the HTML of a mail for a frame in which nothing runs. Its links open
// in the whole window.
func frame(html string) string { return `<base target="_top">` + html }
