package gateway

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Route leads requests to a function.
type Route struct {
	Method   string // "GET", "ANY"; empty for $default
	Path     string // "/{experiment}/apply", "/files/{proxy+}", "$default"
	Open     bool   // anybody may call it; others are closed here, where nobody signs requests
	Function string
}

// key is how API Gateway names a route: "GET /{experiment}/apply", "$default".
func (r Route) key() string {
	if r.Path == "$default" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// routes are the routes of an API, the most specific first.
type routes []Route

// sorted orders routes as HTTP API chooses between them: a full match before a
// greedy one, a literal segment before a variable, a method before ANY, and
// $default when nothing else matches.
func sorted(all []Route) routes {
	list := slices.Clone(all)
	slices.SortStableFunc(list, func(a, b Route) int {
		return cmp.Or(slices.Compare(a.rank(), b.rank()), cmp.Compare(a.anyMethod(), b.anyMethod()))
	})
	return list
}

func (r Route) anyMethod() int {
	if r.Method == "ANY" {
		return 1
	}
	return 0
}

// rank is smaller the more specific a path is: first its kind, then segment by
// segment.
func (r Route) rank() []int {
	if r.Path == "$default" {
		return []int{2}
	}
	rank := []int{0}
	for _, s := range segments(r.Path) {
		switch {
		case greedy(s):
			rank[0] = 1
			rank = append(rank, 2)
		case variable(s):
			rank = append(rank, 1)
		default:
			rank = append(rank, 0)
		}
	}
	return rank
}

func segments(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

func variable(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func greedy(segment string) bool { return strings.HasSuffix(segment, "+}") }

// match finds the route of a request and the values of its variables. The path
// is still escaped: a slash within a segment is no separator.
func (all routes) match(method, escapedPath string) (Route, map[string]string, bool) {
	parts := segments(escapedPath)
	for i, part := range parts {
		if unescaped, err := url.PathUnescape(part); err == nil {
			parts[i] = unescaped
		}
	}
	for _, r := range all {
		if r.Path == "$default" {
			return r, nil, true
		}
		if r.Method != "ANY" && r.Method != method {
			continue
		}
		if values, ok := r.values(parts); ok {
			return r, values, true
		}
	}
	return Route{}, nil, false
}

// values are those of the route's variables, if the path is one of its paths.
func (r Route) values(parts []string) (map[string]string, bool) {
	wanted := segments(r.Path)
	values := map[string]string{}
	for i, segment := range wanted {
		name := strings.TrimSuffix(strings.Trim(segment, "{}"), "+")
		switch {
		case i >= len(parts):
			return nil, false
		case greedy(segment):
			values[name] = strings.Join(parts[i:], "/")
			return values, values[name] != ""
		case variable(segment) && parts[i] == "":
			return nil, false
		case variable(segment):
			values[name] = parts[i]
		case segment != parts[i]:
			return nil, false
		}
	}
	return values, len(parts) == len(wanted)
}
