// Package template reads the part of template.yaml that the local stack needs:
// the functions with their environment, the events that invoke them, and the
// names of the resources that they are told of.
package template

import (
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// read returns the template with its short functions in their long form: !Ref X
// as {"Ref": "X"}, !Sub X as {"Fn::Sub": "X"}.
func read(name string) (map[string]any, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) == 0 {
		return nil, fmt.Errorf("%s is empty", name)
	}
	whole, err := plain(file.Docs[0].Body)
	if err != nil {
		return nil, err
	}
	object, ok := whole.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is not an object", name)
	}
	return object, nil
}

// plain turns a node into maps, lists, strings, numbers and booleans.
func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return "", nil
	case *ast.TagNode:
		return function(n)
	case *ast.AnchorNode:
		return plain(n.Value)
	case *ast.MappingNode:
		return object(n.Values)
	case *ast.MappingValueNode:
		return object([]*ast.MappingValueNode{n})
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
	return nil, fmt.Errorf("line %d: a %s is not understood", node.GetToken().Position.Line, node.Type())
}

func object(values []*ast.MappingValueNode) (any, error) {
	all := make(map[string]any, len(values))
	for _, pair := range values {
		value, err := plain(pair.Value)
		if err != nil {
			return nil, err
		}
		key := pair.Key.GetToken().Value
		if _, twice := all[key]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", pair.Key.GetToken().Position.Line, key)
		}
		all[key] = value
	}
	return all, nil
}

// function turns a tag into the long form of its function.
func function(tag *ast.TagNode) (any, error) {
	name := strings.TrimPrefix(tag.Start.Value, "!")
	argument, err := plain(tag.Value)
	if err != nil {
		return nil, err
	}
	switch name {
	case "Ref", "Condition":
		return map[string]any{name: argument}, nil
	case "GetAtt":
		if text, ok := argument.(string); ok {
			resource, attribute, _ := strings.Cut(text, ".")
			argument = []any{resource, attribute}
		}
	}
	return map[string]any{"Fn::" + name: argument}, nil
}
