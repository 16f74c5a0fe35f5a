package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Region and Account are those of the local stack.
const (
	Region  = "ap-northeast-1"
	Account = "000000000000"
)

// resolver gives the template's functions their local values.
type resolver struct {
	parameters map[string]any            // with the local stack's own values
	resources  map[string]map[string]any // by logical id, unresolved
	conditions map[string]any
	mappings   map[string]any
	names      map[string]string
	local      map[string]any // values that only the stack knows: "Api.ApiEndpoint"
}

// absent is the value of AWS::NoValue: what holds it is left out.
type absent struct{}

func (r *resolver) value(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			value, err := r.value(item)
			if err != nil {
				return nil, err
			}
			if value != (absent{}) {
				list = append(list, value)
			}
		}
		return list, nil
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || name == "Condition" && isText(argument) || strings.HasPrefix(name, "Fn::") {
					return r.call(name, argument)
				}
			}
		}
		all := make(map[string]any, len(v))
		for name, item := range v {
			value, err := r.value(item)
			if err != nil {
				return nil, err
			}
			if value != (absent{}) {
				all[name] = value
			}
		}
		return all, nil
	}
	return v, nil
}

func isText(v any) bool { _, ok := v.(string); return ok }

// call is one of the template's functions.
func (r *resolver) call(name string, argument any) (any, error) {
	list, _ := argument.([]any)
	switch {
	case name == "Ref":
		return r.ref(fmt.Sprint(argument))
	case name == "Condition":
		return r.condition(fmt.Sprint(argument))
	case name == "Fn::GetAtt" && len(list) == 2:
		return r.attribute(fmt.Sprint(list[0]), fmt.Sprint(list[1]))
	case name == "Fn::Sub":
		return r.substitute(argument)
	case name == "Fn::If" && len(list) == 3:
		holds, err := r.condition(fmt.Sprint(list[0]))
		if err != nil {
			return nil, err
		}
		if holds {
			return r.value(list[1])
		}
		return r.value(list[2])
	}
	value, err := r.value(argument)
	if err != nil {
		return nil, err
	}
	list, _ = value.([]any)
	switch {
	case name == "Fn::Equals" && len(list) == 2:
		return fmt.Sprint(list[0]) == fmt.Sprint(list[1]), nil
	case name == "Fn::Not" && len(list) == 1:
		return list[0] != true, nil
	case name == "Fn::And":
		return !slices.ContainsFunc(list, func(v any) bool { return v != true }), nil
	case name == "Fn::Or":
		return slices.Contains(list, any(true)), nil
	case name == "Fn::Join" && len(list) == 2:
		return strings.Join(texts(list[1]), fmt.Sprint(list[0])), nil
	case name == "Fn::Split" && len(list) == 2:
		var parts []any
		for part := range strings.SplitSeq(fmt.Sprint(list[1]), fmt.Sprint(list[0])) {
			parts = append(parts, part)
		}
		return parts, nil
	case name == "Fn::Select" && len(list) == 2:
		return r.choose(list)
	case name == "Fn::FindInMap" && len(list) == 3:
		return r.find(list)
	}
	return nil, fmt.Errorf("%s is not known to the local stack, or not with these arguments", name)
}

func texts(v any) []string {
	list, _ := v.([]any)
	all := make([]string, 0, len(list))
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

func (r *resolver) choose(list []any) (any, error) {
	var n int
	if _, err := fmt.Sscan(fmt.Sprint(list[0]), &n); err != nil {
		return nil, fmt.Errorf("Fn::Select: %w", err)
	}
	from, _ := list[1].([]any)
	if n < 0 || n >= len(from) {
		return nil, fmt.Errorf("Fn::Select: there is no item %d", n)
	}
	return from[n], nil
}

func (r *resolver) find(list []any) (any, error) {
	at := any(r.mappings)
	for _, key := range list {
		level, _ := at.(map[string]any)
		next, ok := level[fmt.Sprint(key)]
		if !ok {
			return nil, fmt.Errorf("Fn::FindInMap: there is no %v", key)
		}
		at = next
	}
	return at, nil
}

func (r *resolver) condition(name string) (bool, error) {
	expression, ok := r.conditions[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	value, err := r.value(expression)
	if err != nil {
		return false, fmt.Errorf("condition %s: %w", name, err)
	}
	return value == true, nil
}

// pseudo are the parameters that CloudFormation brings.
var pseudo = map[string]any{
	"AWS::Region": Region, "AWS::AccountId": Account, "AWS::Partition": "aws",
	"AWS::StackName": "local", "AWS::StackId": "local", "AWS::URLSuffix": "localhost",
	"AWS::NoValue": absent{},
}

func (r *resolver) ref(name string) (any, error) {
	if value, ok := pseudo[name]; ok {
		return value, nil
	}
	if value, ok := r.parameters[name]; ok {
		return value, nil
	}
	if resource, ok := r.resources[name]; ok {
		return r.named(name, resource)
	}
	if value, ok := r.local[name]; ok {
		return value, nil
	}
	return nil, fmt.Errorf("there is no parameter or resource %q", name)
}

// named is what Ref gives for a resource: mostly its name, which is the
// template's own or, as the stack makes none up, the logical id.
func (r *resolver) named(id string, resource map[string]any) (any, error) {
	if name, ok := r.names[id]; ok {
		return name, nil
	}
	kind := fmt.Sprint(resource["Type"])
	if kind == "AWS::SNS::Topic" {
		return arn("sns", id), nil
	}
	properties, _ := resource["Properties"].(map[string]any)
	for _, property := range []string{"TableName", "FunctionName", "Name"} {
		if given, ok := properties[property]; ok && !strings.HasPrefix(kind, "AWS::Serverless::HttpApi") {
			return r.value(given)
		}
	}
	return id, nil
}

func (r *resolver) attribute(id, attribute string) (any, error) {
	if value, ok := r.local[id+"."+attribute]; ok {
		return value, nil
	}
	resource, ok := r.resources[id]
	if !ok {
		return nil, fmt.Errorf("there is no resource %q", id)
	}
	switch kind := fmt.Sprint(resource["Type"]); {
	case attribute == "Arn":
		parts := strings.Split(kind, "::")
		service := strings.ToLower(parts[min(1, len(parts)-1)])
		if service == "serverless" {
			service = "lambda"
		}
		return arn(service, id), nil
	case kind == "AWS::SNS::Topic" && attribute == "TopicArn":
		return arn("sns", id), nil
	case kind == "AWS::DynamoDB::Table" && attribute == "StreamArn":
		name, err := r.named(id, resource)
		return arn("dynamodb", fmt.Sprintf("table/%v/stream/%s", name, streamLabel)), err
	}
	return id + "." + attribute, nil
}

// streamLabel stands for the instant at which a stream began.
const streamLabel = "2020-01-01T00:00:00.000"

func arn(service, id string) string {
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + id
}

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// substitute is Fn::Sub: a text, or a text and a map of its own names.
func (r *resolver) substitute(argument any) (any, error) {
	own := map[string]any{}
	text, ok := argument.(string)
	if list, _ := argument.([]any); len(list) == 2 {
		text, ok = list[0].(string)
		own, _ = list[1].(map[string]any)
	}
	if !ok {
		return nil, fmt.Errorf("Fn::Sub wants a text")
	}
	var failed error
	result := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := strings.TrimSpace(match[2 : len(match)-1])
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		var value any
		var err error
		if given, ok := own[name]; ok {
			value, err = r.value(given)
		} else if id, attribute, dotted := strings.Cut(name, "."); dotted {
			value, err = r.attribute(id, attribute)
		} else {
			value, err = r.ref(name)
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("Fn::Sub: %w", err)
		}
		return fmt.Sprint(value)
	})
	return result, failed
}
