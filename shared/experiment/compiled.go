package experiment

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/locale"
)

// compiledReader reads the compiled form of a file: JSON exactly as
// json.Marshal writes an Experiment, without white space and with its keys in
// the order of the fields. Knowing this, it takes a quarter of the time that
// encoding/json takes when a function starts, and its strings share the
// memory of the file. Whatever it does not expect is an error.
type compiledReader struct {
	rest   string
	size   int
	err    error
	fields map[reflect.Type][]string // the beginning of each field: `"name":`
}

func readCompiled(compiled string, e *Experiment) error {
	r := compiledReader{rest: compiled, size: len(compiled), fields: map[reflect.Type][]string{}}
	r.value(reflect.ValueOf(e).Elem())
	if r.err == nil && r.rest != "" && r.rest != "\n" {
		r.fail("the end")
	}
	return r.err
}

func (r *compiledReader) value(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *locale.Text:
		r.literal(`{"ja":`)
		p.JA = r.string()
		r.literal(`,"en":`)
		p.EN = r.string()
		r.literal(`}`)
		return
	case *time.Time:
		readText(r, p, func(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) })
		return
	case *Date:
		readText(r, p, func(s string) (Date, error) {
			var d Date
			err := d.UnmarshalText([]byte(s))
			return d, err
		})
		return
	case *TimeOfDay:
		readText(r, p, ParseTimeOfDay)
		return
	case *Weekday:
		readText(r, p, ParseWeekday)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.object(v)
	case reflect.Slice:
		r.list(v)
	case reflect.String:
		v.SetString(r.string())
	case reflect.Bool:
		readToken(r, v.SetBool, strconv.ParseBool)
	case reflect.Int, reflect.Int64:
		readToken(r, v.SetInt, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
	case reflect.Float64:
		readToken(r, v.SetFloat, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
	default:
		r.fail("a field that can be read, not " + v.Type().String())
	}
}

// object reads the fields that are there; one that is left out stays zero.
func (r *compiledReader) object(v reflect.Value) {
	r.literal("{")
	first := true
	for i, key := range r.keys(v.Type()) {
		rest := r.rest
		if !first {
			rest = strings.TrimPrefix(rest, ",")
		}
		if rest, found := strings.CutPrefix(rest, key); found && key != "" {
			r.rest, first = rest, false
			r.value(v.Field(i))
		}
		if r.err != nil {
			return
		}
	}
	r.literal("}")
}

func (r *compiledReader) keys(t reflect.Type) []string {
	keys, known := r.fields[t]
	if !known {
		keys = make([]string, t.NumField())
		for i := range keys {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" {
				keys[i] = `"` + name + `":`
			}
		}
		r.fields[t] = keys
	}
	return keys
}

func (r *compiledReader) list(v reflect.Value) {
	if rest, found := strings.CutPrefix(r.rest, "null"); found {
		r.rest = rest
		return
	}
	r.literal("[")
	if rest, found := strings.CutPrefix(r.rest, "]"); found {
		r.rest = rest
		return
	}
	for r.err == nil {
		v.Grow(1)
		v.SetLen(v.Len() + 1)
		r.value(v.Index(v.Len() - 1))
		if !strings.HasPrefix(r.rest, ",") {
			break
		}
		r.rest = r.rest[1:]
	}
	r.literal("]")
}

// string reads a JSON string. Few hold an escape; those are left to encoding/json.
func (r *compiledReader) string() string {
	r.literal(`"`)
	end := strings.IndexByte(r.rest, '"')
	if end < 0 {
		r.fail("the end of a string")
		return ""
	}
	s := r.rest[:end]
	if strings.IndexByte(s, '\\') < 0 {
		r.rest = r.rest[end+1:]
		return s
	}
	for strings.HasSuffix(strings.ReplaceAll(r.rest[:end], `\\`, ""), `\`) { // the quote is escaped
		next := strings.IndexByte(r.rest[end+1:], '"')
		if next < 0 {
			r.fail("the end of a string")
			return ""
		}
		end += 1 + next
	}
	if err := json.Unmarshal([]byte(`"`+r.rest[:end]+`"`), &s); err != nil {
		r.fail("a string")
	}
	r.rest = r.rest[end+1:]
	return s
}

// token reads a number, true or false.
func (r *compiledReader) token() string {
	end := strings.IndexAny(r.rest, ",}]")
	if end < 0 {
		r.fail("the end of a value")
		return ""
	}
	token := r.rest[:end]
	r.rest = r.rest[end:]
	return token
}

func readText[T any](r *compiledReader, into *T, parse func(string) (T, error)) {
	value, err := parse(r.string())
	if err != nil {
		r.fail(fmt.Sprintf("a %T", value))
	}
	*into = value
}

func readToken[T any](r *compiledReader, set func(T), parse func(string) (T, error)) {
	value, err := parse(r.token())
	if err != nil {
		r.fail(fmt.Sprintf("a %T", value))
	}
	set(value)
}

func (r *compiledReader) literal(expected string) {
	rest, found := strings.CutPrefix(r.rest, expected)
	if !found {
		r.fail(expected)
		return
	}
	r.rest = rest
}

func (r *compiledReader) fail(expected string) {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: expected %s (run: make plan)", r.size-len(r.rest), expected)
	}
}
