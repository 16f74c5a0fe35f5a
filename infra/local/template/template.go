package template

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Template is what the local stack runs.
type Template struct {
	Functions         []Function // by logical id
	ConfigurationSets []ConfigurationSet
	Table             string   // the name of the one table
	NotRun            []string // events that the stack has no stand-in for, in words
}

// Function is a Lambda function.
type Function struct {
	ID          string // logical id: "SiteFunction"
	Name        string // its folder in functions/: "site"
	Package     string // "./functions/site"
	Environment map[string]string
	Timeout     time.Duration
	Memory      int // MB
	Routes      []Route
	Schedules   []Schedule
	Topics      []string // ARNs of the SNS topics that invoke it
	Streams     []Stream
}

// Route is a route of the HTTP API.
type Route struct {
	Method string // "GET", "ANY"; empty for $default
	Path   string // "/{experiment}/apply", "$default"
	Open   bool   // without authorizer
}

// Schedule is a schedule of EventBridge Scheduler.
type Schedule struct {
	Name       string
	Expression string // "rate(1 minute)", "cron(0 9 ? * MON-FRI *)"
	Zone       string // "Asia/Tokyo"; empty is UTC
	Input      string // with <aws.scheduler.scheduled-time> and its like; empty is none
	On         bool
}

// Stream is how a function listens to the stream of the table.
type Stream struct {
	Name     string        // of the event: "NewMail"
	ARN      string        // of the stream
	Patterns []string      // filters in JSON, of which a record has to match one; none takes every record
	Batch    int           // how many records at most come at once
	Retries  int           // how often a batch that failed comes again
	MaxAge   time.Duration // of a record, after which it does not come any more; 0 is none
	On       bool
}

// ConfigurationSet is an SES configuration set and where its events go.
type ConfigurationSet struct {
	Name         string
	Destinations []Destination
}

// Destination is an SNS topic that is told of events.
type Destination struct {
	Topic string   // ARN
	Types []string // "send", "delivery", "bounce", ..., in lower case
}

// Local is what takes the place of what a deployment brings.
type Local struct {
	Site       string            // the address at which the local stack answers: "http://localhost:8080"
	Parameters map[string]string // instead of the defaults of the parameters of these names; others are not used
	Names      map[string]string // of resources, by logical id
}

// Load reads the template below the root of the repository.
func Load(root string, local Local) (*Template, error) {
	name := filepath.Join(root, "template.yaml")
	whole, err := read(name)
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	l := &loader{root: root, whole: whole, resolver: resolver{
		parameters: map[string]any{},
		resources:  map[string]map[string]any{},
		conditions: at(whole, "Conditions"),
		mappings:   at(whole, "Mappings"),
		names:      local.Names,
		local:      map[string]any{"ServerlessHttpApi": "local", "ServerlessHttpApi.ApiEndpoint": local.Site},
	}}
	l.readParameters(local.Parameters)
	for id, resource := range at(whole, "Resources") {
		definition, _ := resource.(map[string]any)
		l.resources[id] = definition
		if definition["Type"] == "AWS::Serverless::HttpApi" {
			l.local[id+".ApiEndpoint"] = local.Site
		}
	}
	t, err := l.load()
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	return t, nil
}

// loader reads one template.
type loader struct {
	resolver
	root  string
	whole map[string]any
}

func (l *loader) readParameters(values map[string]string) {
	for name, definition := range at(l.whole, "Parameters") {
		parameter, _ := definition.(map[string]any)
		value, ok := parameter["Default"]
		if given, replaced := values[name]; replaced {
			value, ok = given, true
		}
		if !ok {
			continue // an error where it is used
		}
		if kind := fmt.Sprint(parameter["Type"]); strings.HasPrefix(kind, "List<") || kind == "CommaDelimitedList" {
			var list []any
			for item := range strings.SplitSeq(fmt.Sprint(value), ",") {
				list = append(list, strings.TrimSpace(item))
			}
			value = list
		} else {
			value = fmt.Sprint(value)
		}
		l.parameters[name] = value
	}
}

func (l *loader) load() (*Template, error) {
	t := &Template{}
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(l.resources)) {
		resource := l.resources[id]
		if condition, ok := resource["Condition"].(string); ok {
			if holds, err := l.condition(condition); err != nil || !holds {
				problems = append(problems, err)
				continue
			}
		}
		if err := l.resource(t, id, resource); err != nil {
			problems = append(problems, fmt.Errorf("resource %s: %w", id, err))
		}
	}
	l.attach(t, &problems)
	return t, errors.Join(problems...)
}

func (l *loader) resource(t *Template, id string, resource map[string]any) error {
	switch resource["Type"] {
	case "AWS::Serverless::Function":
		f, err := l.function(t, id, at(resource, "Properties"))
		if err != nil {
			return err
		}
		t.Functions = append(t.Functions, f)
	case "AWS::DynamoDB::Table":
		if t.Table != "" {
			return errors.New("a second table")
		}
		name, err := l.named(id, resource)
		if err != nil {
			return err
		}
		t.Table = fmt.Sprint(name)
	case "AWS::SES::ConfigurationSet":
		name, err := l.named(id, resource)
		if err != nil {
			return err
		}
		t.ConfigurationSets = append(t.ConfigurationSets, ConfigurationSet{Name: fmt.Sprint(name)})
	}
	return nil
}

// attach adds the event destinations to their configuration sets, and the
// topics' subscriptions that stand as resources of their own to the functions.
func (l *loader) attach(t *Template, problems *[]error) {
	for _, id := range slices.Sorted(maps.Keys(l.resources)) {
		kind := l.resources[id]["Type"]
		if kind != "AWS::SES::ConfigurationSetEventDestination" && kind != "AWS::SNS::Subscription" {
			continue
		}
		resolved, err := l.value(l.resources[id]["Properties"])
		if err != nil {
			*problems = append(*problems, fmt.Errorf("resource %s: %w", id, err))
			continue
		}
		properties, _ := resolved.(map[string]any)
		if kind == "AWS::SNS::Subscription" {
			for i, f := range t.Functions {
				if properties["Endpoint"] == arn("lambda", f.ID) {
					t.Functions[i].Topics = append(f.Topics, fmt.Sprint(properties["TopicArn"]))
				}
			}
			continue
		}
		destination := at(properties, "EventDestination")
		topic, ok := at(destination, "SnsDestination")["TopicARN"]
		if !ok || fmt.Sprint(destination["Enabled"]) == "false" {
			continue
		}
		var types []string
		for _, name := range texts(destination["MatchingEventTypes"]) {
			types = append(types, strings.ToLower(name))
		}
		for i, set := range t.ConfigurationSets {
			if set.Name == properties["ConfigurationSetName"] {
				t.ConfigurationSets[i].Destinations = append(set.Destinations, Destination{Topic: fmt.Sprint(topic), Types: types})
			}
		}
	}
}

// function reads one function, with what all functions have in common.
func (l *loader) function(t *Template, id string, own map[string]any) (Function, error) {
	properties, err := l.withGlobals(own)
	if err != nil {
		return Function{}, err
	}
	f := Function{ID: id, Environment: map[string]string{}, Timeout: 3 * time.Second, Memory: 128}
	if f.Name, err = l.folder(id, properties); err != nil {
		return f, err
	}
	f.Package = "./functions/" + f.Name
	if seconds := number(properties["Timeout"]); seconds > 0 {
		f.Timeout = time.Duration(seconds) * time.Second
	}
	if memory := number(properties["MemorySize"]); memory > 0 {
		f.Memory = memory
	}
	for name, value := range at(properties, "Environment", "Variables") {
		f.Environment[name] = words(value)
	}
	events := at(properties, "Events")
	for _, name := range slices.Sorted(maps.Keys(events)) {
		event, _ := events[name].(map[string]any)
		if err := l.event(t, &f, name, event); err != nil {
			return f, fmt.Errorf("event %s: %w", name, err)
		}
	}
	return f, nil
}

func (l *loader) withGlobals(own map[string]any) (map[string]any, error) {
	global, err := l.value(any(at(l.whole, "Globals", "Function")))
	if err != nil {
		return nil, err
	}
	resolved, err := l.value(own)
	if err != nil {
		return nil, err
	}
	properties := maps.Clone(global.(map[string]any))
	if properties == nil {
		properties = map[string]any{}
	}
	mine := resolved.(map[string]any)
	variables := maps.Clone(at(properties, "Environment", "Variables"))
	maps.Copy(properties, mine)
	if len(variables) > 0 {
		maps.Copy(variables, at(mine, "Environment", "Variables"))
		properties["Environment"] = map[string]any{"Variables": variables}
	}
	return properties, nil
}

// folder finds the function's folder below functions/: by what the template
// builds, or else by its logical id.
func (l *loader) folder(id string, properties map[string]any) (string, error) {
	var candidates []string
	if code := words(properties["CodeUri"]); code != "" {
		candidates = append(candidates, filepath.Base(code))
	}
	if base, ok := strings.CutSuffix(id, "Function"); ok {
		candidates = append(candidates, strings.ToLower(base))
	}
	candidates = append(candidates, strings.ToLower(id))
	for _, name := range candidates {
		if _, err := os.Stat(filepath.Join(l.root, "functions", name, "main.go")); err == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("there is no main.go in functions/%s", strings.Join(slices.Compact(candidates), " or functions/"))
}

func (l *loader) event(t *Template, f *Function, name string, event map[string]any) error {
	properties := at(event, "Properties")
	switch kind := words(event["Type"]); kind {
	case "HttpApi":
		f.Routes = append(f.Routes, l.route(properties))
	case "ScheduleV2", "Schedule":
		f.Schedules = append(f.Schedules, Schedule{
			Name:       cmp.Or(words(properties["Name"]), f.ID+name),
			Expression: cmp.Or(words(properties["ScheduleExpression"]), words(properties["Schedule"])),
			Zone:       words(properties["ScheduleExpressionTimezone"]),
			Input:      words(properties["Input"]),
			On:         words(properties["State"]) != "DISABLED" && words(properties["Enabled"]) != "false",
		})
	case "SNS":
		f.Topics = append(f.Topics, words(properties["Topic"]))
	case "DynamoDB":
		stream, err := l.stream(name, properties)
		if err != nil {
			return err
		}
		f.Streams = append(f.Streams, stream)
	default:
		t.NotRun = append(t.NotRun, fmt.Sprintf("%s of %s, a %s event", name, f.ID, kind))
	}
	return nil
}

func (l *loader) route(properties map[string]any) Route {
	r := Route{Method: strings.ToUpper(cmp.Or(words(properties["Method"]), "ANY")), Path: words(properties["Path"])}
	if r.Path == "" || r.Path == "$default" {
		r.Method, r.Path = "", "$default"
	}
	r.Open = words(at(properties, "Auth")["Authorizer"]) == "NONE" || !l.authorized(words(properties["ApiId"]))
	return r
}

// authorized reports whether routes of the API that do not say otherwise have
// an authorizer.
func (l *loader) authorized(api string) bool {
	settings := at(l.resources[api], "Properties")
	if len(settings) == 0 {
		settings = at(l.whole, "Globals", "HttpApi")
	}
	return words(at(settings, "Auth")["DefaultAuthorizer"]) != ""
}

// at returns the object under the keys; nothing if there is none.
func at(object map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}

// words is a value as a text; the empty text for none.
func words(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		return strings.Join(texts(v), ",")
	}
	return fmt.Sprint(v)
}

func number(v any) int {
	n, err := strconv.Atoi(words(v))
	if err != nil {
		return 0
	}
	return n
}
