package source

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

type position struct{ line, column int }

// decoder fills an Experiment or an Instrument from the syntax tree. It goes on after
// a mistake, so that all are told at once, and remembers where everything stands
// for the checks that follow.
type decoder struct {
	file      string
	noun      string // what one file is
	limits    limits // of its texts
	mistakes  Mistakes
	positions map[string]position // of each path that the file gives
	meant     map[string]bool     // the paths that unknown keys were probably meant to be
	offsets   map[string]instantAt
	texts     []textAt // every text in two languages
}

// instantAt is an instant of the experiment with the offset that the file
// gives it, to be checked against the zone.
type instantAt struct {
	at     time.Time
	offset int // seconds east of UTC
}

// textAt is one text of the experiment, to be checked and filled in.
type textAt struct {
	path string
	text *locale.Text
}

func newDecoder(file, noun string, limits limits) *decoder {
	return &decoder{file: file, noun: noun, limits: limits, positions: map[string]position{}, meant: map[string]bool{}, offsets: map[string]instantAt{}}
}

// document fills the struct that into points to.
func (d *decoder) document(content []byte, into any) {
	start := position{1, 1}
	file, err := parser.ParseBytes(content, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		message := err.Error()
		if syntax, ok := errors.AsType[*yaml.SyntaxError](err); ok {
			start, message = positionOf(syntax.Token), syntax.Message
		}
		d.mistake(start, "", "cannot be read as YAML: %s", strings.ReplaceAll(message, "'\t'", "tab"))
		return
	}
	if len(file.Docs) > 1 {
		d.mistake(positionOf(file.Docs[1].Start), "", "a second document begins here; one file is one %s", d.noun)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		d.mistake(start, "", "the file is empty")
		return
	}
	d.value(file.Docs[0].Body, reflect.ValueOf(into).Elem(), "", start)
}

func (d *decoder) mistake(at position, path, format string, args ...any) {
	d.mistakes = append(d.mistakes, Mistake{d.file, at.line, at.column, path, fmt.Sprintf(format, args...)})
}

var (
	textType      = reflect.TypeFor[locale.Text]()
	timeType      = reflect.TypeFor[time.Time]()
	durationType  = reflect.TypeFor[time.Duration]()
	dateType      = reflect.TypeFor[experiment.Date]()
	timeOfDayType = reflect.TypeFor[experiment.TimeOfDay]()
	weekdayType   = reflect.TypeFor[experiment.Weekday]()
)

// value decodes one node. A mapping or list is said to stand at its key, a
// single value where it begins.
func (d *decoder) value(node ast.Node, into reflect.Value, path string, key position) {
	at := key
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.NullNode:
	default:
		at = positionOf(node.GetToken())
	}
	d.positions[path] = at

	switch into.Type() {
	case textType:
		d.texts = append(d.texts, textAt{path, into.Addr().Interface().(*locale.Text)})
	case timeType:
		d.instant(node, into, path, at)
		return
	case durationType:
		d.duration(node, into, path, at)
		return
	case dateType:
		d.parsed(node, path, at, "a day such as 2021-01-04", func(s string) error {
			date, err := experiment.ParseDate(s)
			into.Set(reflect.ValueOf(date))
			return err
		})
		return
	case timeOfDayType:
		d.parsed(node, path, at, `a time of day such as "09:00"`, func(s string) error {
			clock, err := experiment.ParseTimeOfDay(s)
			into.Set(reflect.ValueOf(clock))
			return err
		})
		return
	case weekdayType:
		d.parsed(node, path, at, "a day of the week: sun, mon, tue, wed, thu, fri or sat", func(s string) error {
			day, err := experiment.ParseWeekday(s)
			into.Set(reflect.ValueOf(day))
			return err
		})
		return
	}

	switch into.Kind() {
	case reflect.Struct:
		d.mapping(node, into, path, at)
	case reflect.Slice:
		d.list(node, into, path, at)
	case reflect.String:
		if s, ok := d.scalar(node, path, at); ok {
			into.SetString(s)
		}
	case reflect.Bool:
		b, ok := node.(*ast.BoolNode)
		if !ok {
			d.mistake(at, path, "expected true or false, found %s", describe(node))
			return
		}
		into.SetBool(b.Value)
	case reflect.Int:
		n, err := strconv.Atoi(node.GetToken().Value)
		if _, ok := node.(*ast.IntegerNode); !ok || err != nil {
			d.mistake(at, path, "expected a whole number, found %s", describe(node))
			return
		}
		into.SetInt(int64(n))
	case reflect.Float64:
		f, err := strconv.ParseFloat(node.GetToken().Value, 64)
		if err != nil {
			d.mistake(at, path, "expected a number, found %s", describe(node))
			return
		}
		into.SetFloat(f)
	default:
		d.mistake(at, path, "is a %s, which a file cannot give", into.Type())
	}
}

// mapping fills a struct: each key has the name of its JSON form, and may be
// left out only if that form leaves it out as well.
func (d *decoder) mapping(node ast.Node, into reflect.Value, path string, at position) {
	m, ok := node.(ast.MapNode)
	if !ok {
		d.mistake(at, path, "expected %s, found %s", keysOf(into.Type()), describe(node))
		return
	}
	fields := fieldsOf(into.Type())
	seen := map[string]position{}
	for entries := m.MapRange(); entries.Next(); {
		key := entries.Key()
		name, where := key.GetToken().Value, positionOf(key.GetToken())
		if key.IsMergeKey() {
			d.mistake(where, path, "merge keys are not used here; write the keys out")
			continue
		}
		if first, twice := seen[name]; twice {
			d.mistake(where, join(path, name), "is given twice, first in line %d", first.line)
			continue
		}
		seen[name] = where
		f, known := fields.byName[name]
		if !known {
			meant := closest(name, fields.names)
			d.mistake(where, path, "unknown key %q%s", name, didYouMean(meant))
			d.meant[join(path, meant)] = true
			continue
		}
		d.value(entries.Value(), into.FieldByIndex(f.index), join(path, name), where)
	}
	for _, name := range fields.names {
		if _, given := seen[name]; !given && !d.meant[join(path, name)] && !fields.byName[name].optional {
			if into.Type() == textType {
				d.mistake(at, join(path, name), "the %s text is missing", languageNames[locale.Lang(name)])
				continue
			}
			d.mistake(at, join(path, name), "is missing")
		}
	}
}

func (d *decoder) list(node ast.Node, into reflect.Value, path string, at position) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		d.mistake(at, path, "expected a list, found %s", describe(node))
		return
	}
	if len(list.Values) == 0 {
		d.mistake(at, path, "the list is empty; give an entry or leave the key out where that is allowed")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list.Values), len(list.Values)))
	for i, entry := range list.Values {
		d.value(entry, into.Index(i), fmt.Sprintf("%s[%d]", path, i), startOf(entry))
	}
}

func (d *decoder) instant(node ast.Node, into reflect.Value, path string, at position) {
	d.parsed(node, path, at, "an instant with its offset such as 2020-11-06T19:30:00+09:00", func(s string) error {
		t, err := time.Parse("2006-01-02T15:04:05Z07:00", s)
		if err == nil && t.Truncate(time.Minute) != t {
			d.mistake(at, path, "is not on a full minute; what closes at the end of a day closes at 00:00 of the next")
		} else if err == nil {
			_, offset := t.Zone()
			d.offsets[path] = instantAt{t, offset}
			into.Set(reflect.ValueOf(t.UTC()))
		}
		return err
	})
}

func (d *decoder) duration(node ast.Node, into reflect.Value, path string, at position) {
	d.parsed(node, path, at, "hours and minutes such as 24h, 1h30m or 45m", func(s string) error {
		duration, err := time.ParseDuration(s)
		if err == nil && (duration <= 0 || duration%time.Minute != 0) {
			return errors.New("not whole minutes after zero")
		}
		into.SetInt(int64(duration))
		return err
	})
}

// parsed reads a value that is written as text in one strict form.
func (d *decoder) parsed(node ast.Node, path string, at position, form string, parse func(string) error) {
	s, ok := node.(*ast.StringNode)
	if !ok {
		d.mistake(at, path, "expected %s, found %s", form, describe(node))
		return
	}
	if parse(s.Value) != nil {
		d.mistake(at, path, "expected %s, found %q", form, s.Value)
	}
}

// scalar returns the text of a node. A block (|) is one paragraph: its lines
// are joined as each language joins them.
func (d *decoder) scalar(node ast.Node, path string, at position) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		if strings.HasSuffix(path, ".ja") && strings.Contains(strings.TrimSpace(n.GetToken().Origin), "\n") {
			d.mistake(at, path, "Japanese over several lines begins with |, otherwise each line's end becomes a space")
			return "", false
		}
		return n.Value, true
	case *ast.LiteralNode:
		text := strings.TrimSpace(n.Value.Value)
		if n.Start.Type == token.FoldedType && strings.HasSuffix(path, ".ja") {
			d.mistake(at, path, "Japanese over several lines begins with |, not with >, which makes each line's end a space")
			return "", false
		}
		if strings.Contains(text, "\n\n") {
			d.mistake(at, path, "holds an empty line; one text is one paragraph")
			return "", false
		}
		return joinLines(text), true
	}
	d.mistake(at, path, "expected text, found %s", describe(node))
	return "", false
}

// joinLines makes one line of a paragraph: with nothing between the lines
// where one of the two characters is full-width, with a space elsewhere.
func joinLines(text string) string {
	var joined strings.Builder
	var last rune
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		for i, r := range line {
			if i == 0 && last != 0 && !fullWidth(last) && !fullWidth(r) {
				joined.WriteByte(' ')
			}
			last = r
			joined.WriteRune(r)
		}
	}
	return joined.String()
}

func fullWidth(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF || r == 'ー'
}

type field struct {
	index    []int
	optional bool
}

type fields struct {
	names  []string // in the order of the struct
	byName map[string]field
}

func fieldsOf(t reflect.Type) fields {
	fs := fields{byName: map[string]field{}}
	for _, f := range reflect.VisibleFields(t) { // those of an embedded struct, too
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		fs.names = append(fs.names, name)
		fs.byName[name] = field{f.Index, options != ""}
	}
	return fs
}

func keysOf(t reflect.Type) string {
	return "the keys " + strings.Join(fieldsOf(t).names, ", ")
}

var languageNames = map[locale.Lang]string{locale.Japanese: "Japanese", locale.English: "English"}

// describe says in plain words what a node is.
func describe(node ast.Node) string {
	switch n := node.(type) {
	case *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", n.Value)
	case *ast.LiteralNode:
		return "a text of several lines"
	case *ast.BoolNode:
		return fmt.Sprintf("%t (in quotes it would be text)", n.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.NanNode, *ast.InfinityNode:
		return fmt.Sprintf("the number %s (in quotes it would be text)", n.GetToken().Value)
	case *ast.SequenceNode:
		return "a list"
	case ast.MapNode:
		return "a group of keys"
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		return "an anchor, alias or tag of YAML, which are not used here"
	}
	return "something else"
}

func positionOf(t *token.Token) position {
	return position{t.Position.Line, t.Position.Column}
}

// startOf returns where a node begins: a mapping begins at its first key, not
// at the colon that YAML's parser names.
func startOf(node ast.Node) position {
	switch n := node.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return positionOf(n.Values[0].Key.GetToken())
		}
	case *ast.MappingValueNode:
		return positionOf(n.Key.GetToken())
	}
	return positionOf(node.GetToken())
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
