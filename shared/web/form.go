package web

import (
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/locale"
)

// Kind is how a field is answered.
type Kind string

// The kinds of field.
const (
	TextField     Kind = "text"
	TextArea      Kind = "textarea"
	Select        Kind = "select"
	RadioGroup    Kind = "radios"
	CheckboxGroup Kind = "checkboxes"
	Checkbox      Kind = "checkbox" // one box; the words beside it are Options[0]
	OrderedChoice Kind = "ordered"  // first, second, third choice; all post under one name, in order
)

// Field is one question of a form, shown by {{template "field" ($.With .)}}.
// Its name is also the id that the error summary links to.
type Field struct {
	Kind     Kind
	Name     string
	Label    locale.Text
	Text     []locale.Text // paragraphs to read before answering, in a frame
	Hint     locale.Text   // under the label
	Required bool
	Max      int // characters, told as a hint; the server decides

	Type         string // of a TextField: email, tel, ...; default text
	InputMode    string
	Autocomplete string      // a token of the HTML standard
	Width        string      // "short" or "medium"; default the full column
	Rows         int         // of a TextArea; default 8
	Unit         locale.Text // of a TextField: what is counted, said behind it

	Options []Option    // of the choices
	Scale   bool        // of a RadioGroup: its options are points of a scale, side by side where there is room
	Clear   locale.Text // of a RadioGroup: the words of one more option, which takes the choice back
	Choices int         // of an OrderedChoice: how many may be chosen

	Value  string   // what is entered
	Values []string // what is chosen in a CheckboxGroup or an OrderedChoice
	Error  locale.Text
	Note   locale.Text // a remark on what was entered that does not hinder sending
	Focus  bool        // the page opens with this field focused
}

// Option is one answer that a field offers.
type Option struct {
	Value string
	Label locale.Text
	Hint  locale.Text
}

// WithErrors returns the fields, each with what is said about it.
func WithErrors(fields []Field, errs Errors) []Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		fields[i].Error = errs.Of(f.Name)
	}
	return fields
}

// DescribedBy lists the ids of the field's hint, remark, error and unit.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Unit != (locale.Text{}) {
		ids = append(ids, f.Name+"-unit")
	}
	if f.HasHint() {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Note != (locale.Text{}) {
		ids = append(ids, f.Name+"-note")
	}
	if f.Wrong() {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// HasHint reports whether a hint is shown.
func (f Field) HasHint() bool { return f.Hint != (locale.Text{}) || f.Max > 0 }

// Wrong reports whether the field has an error.
func (f Field) Wrong() bool { return f.Error != (locale.Text{}) }

// Grouped reports whether the field consists of several controls under one legend.
func (f Field) Grouped() bool {
	switch f.Kind {
	case RadioGroup, CheckboxGroup, Checkbox, OrderedChoice:
		return true
	}
	return false
}

// Chosen reports whether the option is chosen.
func (f Field) Chosen(value string) bool {
	if f.Kind == CheckboxGroup {
		return slices.Contains(f.Values, value)
	}
	return value == f.Value && value != ""
}

// Control returns the id of the i-th control of a group. The first one has the
// field's own name.
func (f Field) Control(i int) string {
	if i == 0 {
		return f.Name
	}
	return f.Name + "-" + strconv.Itoa(i+1)
}

// Rank is one place of an ordered choice.
type Rank struct {
	Number  int
	ID      string
	Value   string
	Field   Field
	Options []Option
}

// Ranks lists the places of an ordered choice.
func (f Field) Ranks() []Rank {
	ranks := make([]Rank, f.Choices)
	for i := range ranks {
		ranks[i] = Rank{Number: i + 1, ID: f.Control(i), Field: f, Options: f.Options}
		if i < len(f.Values) {
			ranks[i].Value = f.Values[i]
		}
	}
	return ranks
}

// Step is where in 入力 → 確認 → 完了 a page stands:
// {{template "steps" ($.With .Step)}}.
type Step int

// The steps of a form.
const (
	Entering Step = iota + 1
	Confirming
	Done
)

// Hidden is a value that a form carries along: {{template "hidden" ($.With .)}}.
type Hidden struct{ Name, Value string }

// Row is one line of a summary: {{template "summary" ($.With .Rows)}}.
type Row struct {
	Label locale.Text
	Lines []string // what was answered; empty shows as "not answered"
	Items []string // what was answered, as a numbered list

	// The way to change the answer: a link, or a button that posts
	// ChangeName=ChangeValue with the form around the summary.
	Change                  string
	ChangeName, ChangeValue string
}

// Notice is a box: {{template "notice" ($.With .)}}.
type Notice struct {
	Kind  NoticeKind
	Title locale.Text
	Text  []locale.Text
	Focus bool // the page opens with the notice focused: what was asked for did not happen
}

// NoticeKind is the weight of a notice.
type NoticeKind string

// The kinds of notice.
const (
	Info    NoticeKind = "info"
	Warning NoticeKind = "warning"
	Success NoticeKind = "success"
)
