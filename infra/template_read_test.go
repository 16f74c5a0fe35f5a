package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// template is template.yaml as maps, lists and scalars. The short forms of its
// functions are long ones: `!Ref X` is {"Ref": "X"}.
type template map[string]any

func readTemplate(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatalf("reading the template: %v", err)
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		t.Fatalf("parsing the template: %v", err)
	}
	if len(file.Docs) != 1 {
		t.Fatalf("the template has %d documents, not one", len(file.Docs))
	}
	whole, err := plain(file.Docs[0].Body)
	if err != nil {
		t.Fatalf("parsing the template: %v", err)
	}
	return template(whole.(map[string]any))
}

// plain refuses what CloudFormation does not read, such as aliases.
func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case *ast.TagNode:
		return function(n)
	case *ast.MappingNode:
		return mapping(n.Values)
	case *ast.MappingValueNode:
		return mapping([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for _, value := range n.Values {
			item, err := plain(value)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case ast.ScalarNode:
		return n.GetValue(), nil
	}
	return nil, fmt.Errorf("line %d: a template cannot have a %s", node.GetToken().Position.Line, node.Type())
}

func mapping(values []*ast.MappingValueNode) (any, error) {
	all := make(map[string]any, len(values))
	for _, pair := range values {
		value, err := plain(pair.Value)
		if err != nil {
			return nil, err
		}
		all[pair.Key.GetToken().Value] = value
	}
	return all, nil
}

func function(tag *ast.TagNode) (any, error) {
	argument, err := plain(tag.Value)
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(tag.Start.Value, "!")
	if name == "Ref" || name == "Condition" {
		return map[string]any{name: argument}, nil
	}
	if text, ok := argument.(string); ok && name == "GetAtt" {
		resource, attribute, _ := strings.Cut(text, ".")
		argument = []any{resource, attribute}
	}
	return map[string]any{"Fn::" + name: argument}, nil
}

// at returns what lies under the keys of maps and the indices of lists, or nil.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// items is a list, or the one thing that CloudFormation takes for a list of one.
func items(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func (t template) at(path ...any) any { return at(map[string]any(t), path...) }

// properties are those of a resource; of a function, with what Globals adds.
func (t template) properties(id string) map[string]any {
	own, _ := t.at("Resources", id, "Properties").(map[string]any)
	if t.at("Resources", id, "Type") != "AWS::Serverless::Function" {
		return own
	}
	all, _ := t.at("Globals", "Function").(map[string]any)
	all = maps.Clone(all)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, own)
	return all
}

// ofType returns the logical ids of the resources of a type, sorted.
func (t template) ofType(kind string) []string {
	var ids []string
	for id := range keys(t.at("Resources")) {
		if t.at("Resources", id, "Type") == kind {
			ids = append(ids, id)
		}
	}
	return slices.Sorted(slices.Values(ids))
}

func (t template) functions() []string { return t.ofType("AWS::Serverless::Function") }

// events returns the names of a function's events of a type, sorted.
func (t template) events(function, kind string) []string {
	var names []string
	for name := range keys(t.at("Resources", function, "Properties", "Events")) {
		if t.at("Resources", function, "Properties", "Events", name, "Type") == kind {
			names = append(names, name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

func (t template) event(function, name string) any {
	return t.at("Resources", function, "Properties", "Events", name, "Properties")
}

func keys(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// text is a value as one short line, equal for equal values.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

// referred lists the parameters and resources that a part of the template
// names.
func referred(v any) []string {
	var names []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			names = append(names, referred(item)...)
		}
	case map[string]any:
		for key, value := range v {
			switch key {
			case "Ref":
				names = append(names, text(value))
			case "Fn::GetAtt":
				names = append(names, text(at(value, 0)))
			case "Fn::Sub":
				names = append(names, substituted(value)...)
			default:
				names = append(names, referred(value)...)
			}
		}
	}
	return names
}

// substituted lists what the placeholders of Fn::Sub name.
func substituted(argument any) []string {
	var names []string
	for i, part := range strings.Split(text(items(argument)[0]), "${") {
		if i == 0 {
			continue
		}
		name, _, _ := strings.Cut(part, "}")
		name, _, _ = strings.Cut(name, ".")
		names = append(names, name)
	}
	return names
}
