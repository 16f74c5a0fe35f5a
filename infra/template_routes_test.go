package infra

import (
	"maps"
	"slices"
	"strings"
)

// routes is every route that is open to the public, and the function behind it.
// A new route is added here with intent, or the tests fail.
var routes = map[string]string{
	"ANY /":                            "SiteFunction",
	"ANY /{experiment}":                "SiteFunction",
	"ANY /{experiment}/results":        "SiteFunction",
	"ANY /{experiment}/results/{file}": "SiteFunction",
	"ANY /{experiment}/results.json":   "SiteFunction",
	"ANY /{experiment}/results.csv":    "SiteFunction",
	"ANY /{experiment}/codebook.csv":   "SiteFunction",
	"ANY /notes":                       "SiteFunction",
	"ANY /notes/{note}":                "SiteFunction",
	"ANY /assets/{name}":               "SiteFunction",
	"ANY /robots.txt":                  "SiteFunction",
	"ANY /favicon.svg":                 "SiteFunction",
	"$default":                         "SiteFunction",

	"ANY /{experiment}/apply":           "ApplyFunction",
	"ANY /{experiment}/applications":    "ApplyFunction",
	"ANY /{experiment}/receipt/{token}": "ApplyFunction",
	"ANY /{experiment}/link":            "ApplyFunction",
	"ANY /me/{link}":                    "ApplyFunction",
	"ANY /me/{link}/{action}":           "ApplyFunction",
	"ANY /confirm/{link}":               "ApplyFunction",

	"ANY /{experiment}/register":           "RegisterFunction",
	"ANY /{experiment}/registrations":      "RegisterFunction",
	"ANY /{experiment}/registered/{token}": "RegisterFunction",
	"ANY /me/{link}/briefing":              "RegisterFunction",
	"ANY /me/{link}/briefing/{action}":     "RegisterFunction",
	"ANY /me/{link}/join":                  "RegisterFunction",
	"ANY /me/{link}/mails":                 "RegisterFunction",
	"ANY /join/{link}":                     "RegisterFunction",
	"ANY /unsubscribe/{link}":              "RegisterFunction",
	"ANY /survey/{link}":                   "SurveyFunction",
	"ANY /survey/{link}/{page}":            "SurveyFunction",
	"ANY /me/{link}/surveys/{wave}":        "SurveyFunction",
	"ANY /me/{link}/surveys/{wave}/{page}": "SurveyFunction",
	"ANY /me/{link}/research":              "SurveyFunction",
	"ANY /me/{link}/scores":                "SurveyFunction",
}

// causingMail are the routes that write or make mail leave.
var causingMail = []string{
	"ANY /{experiment}/applications", "ANY /{experiment}/link", "ANY /me/{link}/{action}", "ANY /confirm/{link}",
	"ANY /{experiment}/registrations", "ANY /me/{link}/briefing/{action}", "ANY /me/{link}/mails", "ANY /unsubscribe/{link}",
	"ANY /me/{link}/research",
}

// requests are what the functions answer, and who has to be asked.
var requests = map[string]string{
	"/":                                   "SiteFunction",
	"/shiojiri-2020":                      "SiteFunction",
	"/shiojiri-2020/results":              "SiteFunction",
	"/shiojiri-2020/results/results.json": "SiteFunction",
	"/shiojiri-2020/results.json":         "SiteFunction",
	"/shiojiri-2020/results.csv":          "SiteFunction",
	"/shiojiri-2020/codebook.csv":         "SiteFunction",
	"/notes":                              "SiteFunction",
	"/notes/2-reading":                    "SiteFunction",
	"/assets/style.css":                   "SiteFunction",
	"/robots.txt":                         "SiteFunction",
	"/favicon.svg":                        "SiteFunction",
	"/shiojiri-2020/":                     "SiteFunction", // sent on without the slash
	"/shiojiri-2020/no-such-page":         "SiteFunction",
	"/no/such/page":                       "SiteFunction",

	"/shiojiri-2020/apply":        "ApplyFunction",
	"/shiojiri-2020/applications": "ApplyFunction",
	"/shiojiri-2020/receipt/abc":  "ApplyFunction",
	"/shiojiri-2020/link":         "ApplyFunction",
	"/me/abc":                     "ApplyFunction",
	"/me/abc/edit":                "ApplyFunction",
	"/me/abc/check":               "ApplyFunction",
	"/me/abc/withdraw":            "ApplyFunction",
	"/me/abc/address":             "ApplyFunction",
	"/confirm/abc":                "ApplyFunction",

	"/shiojiri-2020/register":       "RegisterFunction",
	"/shiojiri-2020/registrations":  "RegisterFunction",
	"/shiojiri-2020/registered/abc": "RegisterFunction",
	"/me/abc/briefing":              "RegisterFunction",
	"/me/abc/briefing/book":         "RegisterFunction",
	"/me/abc/briefing/take":         "RegisterFunction",
	"/me/abc/briefing/cancel":       "RegisterFunction",
	"/me/abc/join":                  "RegisterFunction",
	"/me/abc/mails":                 "RegisterFunction",
	"/join/abc":                     "RegisterFunction",
	"/unsubscribe/abc":              "RegisterFunction",
	"/survey/abc":                   "SurveyFunction",
	"/survey/abc/consent":           "SurveyFunction",
	"/survey/abc/1":                 "SurveyFunction",
	"/survey/abc/check":             "SurveyFunction",
	"/me/abc/surveys/pre":           "SurveyFunction",
	"/me/abc/surveys/pre/2":         "SurveyFunction",
	"/me/abc/research":              "SurveyFunction",
	"/me/abc/scores":                "SurveyFunction",
}

// routeKey is the route of an HttpApi event as API Gateway names it.
func routeKey(event any) string {
	path, _ := at(event, "Path").(string)
	if path == "" || path == "$default" {
		return "$default"
	}
	method, _ := at(event, "Method").(string)
	return strings.ToUpper(method) + " " + path
}

// reached returns the function behind the most specific route for the path, as
// API Gateway chooses it: a fixed segment before a variable one, and $default
// when nothing fits.
func reached(path string, table map[string]string) string {
	best, rank := "$default", ""
	for _, key := range slices.Sorted(maps.Keys(table)) {
		_, pattern, ok := strings.Cut(key, " ")
		if !ok {
			continue
		}
		if r, fits := fit(strings.Split(pattern, "/"), strings.Split(path, "/")); fits && r > rank {
			best, rank = key, r
		}
	}
	return table[best]
}

// fit tells whether the segments match, and how well: greater is more specific.
func fit(pattern, path []string) (rank string, ok bool) {
	if len(pattern) != len(path) {
		return "", false
	}
	for i, segment := range pattern {
		switch {
		case segment == path[i]:
			rank += "2"
		case strings.HasPrefix(segment, "{") && path[i] != "":
			rank += "1"
		default:
			return "", false
		}
	}
	return rank, true
}
