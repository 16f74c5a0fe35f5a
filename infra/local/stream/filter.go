package stream

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// filter is a pattern of Lambda's event filtering, or a part of it: the fields
// of an object that all have to match, or the conditions of a value of which
// one has to.
type filter struct {
	fields     map[string]filter
	conditions []condition
}

// condition says whether a value, if it is there, is wanted.
type condition func(value any, there bool) bool

// parseFilter reads a pattern such as {"eventName": ["INSERT"], "dynamodb":
// {"Keys": {"sk": {"S": [{"prefix": "mail#"}]}}}}. Of the comparisons it knows
// exact values, prefix, suffix, exists and anything-but.
func parseFilter(pattern string) (filter, error) {
	var whole map[string]any
	if err := json.Unmarshal([]byte(pattern), &whole); err != nil {
		return filter{}, fmt.Errorf("pattern %s: %w", pattern, err)
	}
	for name := range whole {
		if name != "eventName" && name != "dynamodb" {
			return filter{}, fmt.Errorf("pattern %s: a record is filtered by eventName and dynamodb, not by %q", pattern, name)
		}
	}
	f, err := parseObject(whole)
	if err != nil {
		return filter{}, fmt.Errorf("pattern %s: %w", pattern, err)
	}
	return f, nil
}

func parseObject(object map[string]any) (filter, error) {
	if len(object) == 0 {
		return filter{}, errors.New("an object without fields")
	}
	f := filter{fields: map[string]filter{}}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if strings.HasPrefix(name, "$") {
			return filter{}, fmt.Errorf("%s is not known to the local stack", name)
		}
		var field filter
		var err error
		switch value := object[name].(type) {
		case map[string]any:
			field, err = parseObject(value)
		case []any:
			field, err = parseList(value)
		default:
			err = errors.New("a value stands in a list")
		}
		if err != nil {
			return filter{}, fmt.Errorf("%s: %w", name, err)
		}
		f.fields[name] = field
	}
	return f, nil
}

func parseList(list []any) (filter, error) {
	if len(list) == 0 {
		return filter{}, errors.New("an empty list")
	}
	var f filter
	for _, item := range list {
		wanted, err := parseCondition(item)
		if err != nil {
			return filter{}, err
		}
		f.conditions = append(f.conditions, wanted)
	}
	return f, nil
}

func parseCondition(item any) (condition, error) {
	comparison, ok := item.(map[string]any)
	if !ok {
		if _, ok := item.([]any); ok {
			return nil, errors.New("a list in a list")
		}
		return each(func(value any) bool { return value == item }), nil
	}
	names := slices.Collect(maps.Keys(comparison))
	if len(names) != 1 {
		return nil, fmt.Errorf("%d comparisons in one object", len(names))
	}
	wanted, err := parseComparison(names[0], comparison[names[0]])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	return wanted, nil
}

func parseComparison(name string, argument any) (condition, error) {
	text, isText := argument.(string)
	switch name {
	case "prefix", "suffix":
		if !isText {
			return nil, errors.New("it takes a text")
		}
		compare := strings.HasPrefix
		if name == "suffix" {
			compare = strings.HasSuffix
		}
		return each(func(value any) bool {
			s, ok := value.(string)
			return ok && compare(s, text)
		}), nil
	case "exists":
		wanted, ok := argument.(bool)
		if !ok {
			return nil, errors.New("it takes true or false")
		}
		return func(value any, there bool) bool {
			_, object := value.(map[string]any) // only what has no fields counts
			return (there && !object) == wanted
		}, nil
	case "anything-but":
		return parseAnythingBut(argument)
	}
	return nil, errors.New("it is not known to the local stack")
}

// parseAnythingBut reads the texts and numbers that a value must not be, or the
// prefix or suffix that it must not have.
func parseAnythingBut(argument any) (condition, error) {
	var but []condition
	list, ok := argument.([]any)
	if !ok {
		list = []any{argument}
	}
	for _, item := range list {
		switch item := item.(type) {
		case string, float64:
		case map[string]any:
			if _, exists := item["exists"]; exists || len(list) > 1 {
				return nil, errors.New("it takes texts, numbers, or one prefix or suffix")
			}
		default:
			return nil, errors.New("it takes texts, numbers, or one prefix or suffix")
		}
		unwanted, err := parseCondition(item)
		if err != nil {
			return nil, err
		}
		but = append(but, unwanted)
	}
	if len(but) == 0 {
		return nil, errors.New("an empty list")
	}
	return each(func(value any) bool {
		return !slices.ContainsFunc(but, func(unwanted condition) bool { return unwanted(value, true) })
	}), nil
}

// each is a condition of a value that is there, or of one of several.
func each(wanted func(value any) bool) condition {
	return func(value any, there bool) bool {
		switch v := value.(type) {
		case map[string]any:
			return false
		case []any:
			return slices.ContainsFunc(v, func(item any) bool { return scalar(item) && wanted(item) })
		}
		return there && wanted(value)
	}
}

// scalar reports whether a value is a single one.
func scalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// matches reports whether a record is wanted.
func (f filter) matches(r map[string]any) bool { return f.match(r, true) }

func (f filter) match(value any, there bool) bool {
	if f.fields == nil {
		return slices.ContainsFunc(f.conditions, func(wanted condition) bool { return wanted(value, there) })
	}
	object, _ := value.(map[string]any)
	for name, field := range f.fields {
		inner, found := object[name]
		if !field.match(inner, found) {
			return false
		}
	}
	return true
}
