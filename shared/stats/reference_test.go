package stats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The files in testdata/reference were computed with R 4.2.2; each says its conventions.
// REFERENCE_DIR points the test at another folder of such files.
const shippedReference = "testdata/reference"

// families computes what each family of files expects from a case's input.
var families = map[string]func(*examination, referenceCase) (fields, error){
	"ancova":               examineANCOVA,
	"attrition":            examineAttrition,
	"cronbach_alpha":       examineReliability,
	"did_welch":            examineDifference,
	"distributions":        examineDistribution,
	"effect_sizes_paired":  examineEffectSizes,
	"endtoend_experiment":  examineExperiment,
	"holm":                 examineHolm,
	"paired_t":             examinePairedT,
	"reliable_change":      examineReliableChange,
	"wilcoxon_signed_rank": examineWilcoxon,
}

func TestEveryReferenceValueIsFound(t *testing.T) {
	folder := os.Getenv("REFERENCE_DIR")
	if folder == "" {
		folder = shippedReference
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no reference files in %s", folder)
	}
	var all examination
	seen := make(map[string]bool)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		e := examine(data)
		for _, problem := range e.problems {
			t.Errorf("%s: %s", filepath.Base(name), problem)
		}
		t.Logf("%s: %d values compared, %d of them derived in the test", e.family, e.compared, e.derived)
		seen[e.family] = true
		all.compared += e.compared
		all.derived += e.derived
	}
	t.Logf("in all: %d values compared, %d of them derived in the test", all.compared, all.derived)
	if folder != shippedReference {
		return
	}
	for family := range families {
		if !seen[family] {
			t.Errorf("no file of the family %s", family)
		}
	}
}

// referenceFile is a file of cases; that of the experiment is one case itself.
type referenceFile struct {
	Family      string
	Convention  string
	Cases       []referenceCase
	Input       json.RawMessage
	Expected    json.RawMessage
	GeneratedBy any `json:"generated_by"`
}

type referenceCase struct {
	ID       string
	Title    string
	Source   string
	Tags     []string
	Input    json.RawMessage
	Rows     json.RawMessage // of a distribution: inputs and what is expected of them
	Expected json.RawMessage
}

// fields are the values of a case by the names that the files give them. A value is a
// Number, an integer, a truth value, a text, nil, a list, or fields again.
type fields map[string]any

// derived marks a value that is not among the package's own: alternatives that R
// printed for comparison, worked out in the test from the package's parts.
type derived struct{ value any }

// examination is the comparison of one file.
type examination struct {
	family   string
	compared int
	derived  int
	problems []string
}

func (e *examination) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Sprintf(format, args...))
}

func examine(data []byte) *examination {
	e := new(examination)
	var file referenceFile
	if err := strictly(data, &file); err != nil {
		e.problem("not understood: %v", err)
		return e
	}
	e.family = file.Family
	compute, ok := families[file.Family]
	if !ok {
		e.problem("the family %q is not understood", file.Family)
		return e
	}
	if file.Expected != nil {
		file.Cases = append(file.Cases, referenceCase{ID: file.Family, Input: file.Input, Expected: file.Expected})
	}
	if len(file.Cases) == 0 {
		e.problem("there is no case")
	}
	for _, c := range file.Cases {
		before := e.compared
		got, err := compute(e, c)
		if err != nil {
			e.problem("%s is not understood: %v", c.ID, err)
			continue
		}
		if c.Rows == nil {
			var want map[string]any
			if err := strictly(c.Expected, &want); err != nil {
				e.problem("%s is not understood: %v", c.ID, err)
				continue
			}
			e.compare(c.ID, got, want, toleranceOf(c.ID))
		}
		if e.compared == before {
			e.problem("%s: nothing was compared", c.ID)
		}
	}
	return e
}

// strictly reads JSON in which nothing is unknown and after which nothing follows.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows")
	}
	return nil
}

// compare holds what was computed against what is expected, down to single values.
func (e *examination) compare(path string, got, want any, within tolerance) {
	switch got := got.(type) {
	case derived:
		before := e.compared
		e.compare(path, got.value, want, within)
		e.derived += e.compared - before
		return
	case loose:
		e.compare(path, got.value, want, tolerance{max(within.relative, got.relative), max(within.floor, got.floor)})
		return
	}
	switch want := want.(type) {
	case map[string]any:
		e.compareFields(path, got, want, within)
	case []any:
		e.compareList(path, got, want, within)
	default:
		e.compared++
		e.compareValue(path, got, want, within)
	}
}

func (e *examination) compareFields(path string, got any, want map[string]any, within tolerance) {
	values, ok := got.(fields)
	if !ok {
		e.problem("%s: %v is expected, got %v", path, want, got)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := values[name]
		if !ok {
			e.problem("%s.%s is not understood", path, name)
			continue
		}
		e.compare(path+"."+name, value, want[name], within.of(name))
	}
}

func (e *examination) compareList(path string, got any, want []any, within tolerance) {
	list, ok := got.([]any)
	if !ok || len(list) != len(want) {
		e.problem("%s: %d values are expected, got %v", path, len(want), got)
		return
	}
	for i := range want {
		e.compare(fmt.Sprintf("%s.%d", path, i), list[i], want[i], within)
	}
}

func (e *examination) compareValue(path string, got, want any, within tolerance) {
	switch got := got.(type) {
	case Number:
		e.compareNumber(path, got, want, within)
	case int:
		e.compareNumber(path, Known(float64(got)), want, within)
	case Status:
		if want != string(got) {
			e.problem("%s: the status %v is expected, got %s", path, want, got)
		}
	default: // a text, a truth value, nothing
		if want != got {
			e.problem("%s: %v is expected, got %v", path, want, got)
		}
	}
}

func (e *examination) compareNumber(path string, got Number, want any, within tolerance) {
	value, ok := got.Value()
	expected, isNumber := want.(float64)
	switch {
	case want == nil && ok:
		e.problem("%s: nothing is expected, got %v", path, value)
	case want == nil:
	case !isNumber:
		e.problem("%s: %v is expected, got %v", path, want, value)
	case !ok:
		e.problem("%s: %v is expected, got %q", path, expected, got.Status())
	default:
		if off := math.Abs(value - expected); off > within.relative*math.Abs(expected) && off > within.floor {
			e.problem("%s: %v is expected, got %v, off by %.1e", path, expected, value, off)
		}
	}
}

// tolerance is how far a value may be off: relative to what is expected, or an absolute
// floor, whichever is more.
type tolerance struct{ relative, floor float64 }

// loose marks a value that R itself has less exactly.
type loose struct {
	value any
	tolerance
}

// toleranceOf returns the tolerance of a case. The floor is for what is 0 but for rounding.
func toleranceOf(id string) tolerance {
	if id == "large_effect" { // R's pt gives way to a normal approximation there
		return tolerance{2e-3, 1e-13}
	}
	return tolerance{1e-8, 1e-13}
}

// of returns the tolerance of a field. Small probabilities are meant to be small: they
// have no floor.
func (t tolerance) of(name string) tolerance {
	words := strings.Split(name, "_")
	if slices.Contains(words, "p") || slices.Contains(words, "holm") || name == "cdf" {
		t.floor = 0
	}
	return t
}
