package source

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// allTexts checks every text in both languages and fills in what it takes
// from the file.
func (c *checker) allTexts() {
	names := c.names()
	for _, t := range c.texts {
		for _, lang := range locale.Langs {
			text := &t.text.JA
			if lang == locale.English {
				text = &t.text.EN
			}
			path := t.path + "." + string(lang)
			if _, given := c.positions[path]; !given || c.alreadyWrong(path) {
				continue
			}
			*text = c.fill(path, *text, lang, names)
			c.text(path, *text, lang)
		}
	}
}

// experimentLimits are those of an experiment's texts.
var experimentLimits = limits{
	"title":                          {60, 120},
	"short":                          {30, 60},
	"lead":                           {200, 400},
	"question":                       {100, 200},
	"steps[*].when":                  {40, 60},
	"steps[*].title":                 {20, 40},
	"lab.name":                       {30, 60},
	"partners[*].name":               {60, 120},
	"partners[*].role":               {30, 80},
	"regions[*].name":                {20, 60},
	"recruitment.channel":            {30, 60},
	"briefings[*].title":             {40, 80},
	"briefings[*].place":             {60, 120},
	"application.questions[*].label": {60, 120},
	"application.questions[*].hint":  {120, 240},
	"application.questions[*].choices[*].label": {40, 80},
	"application.consents[*].title":             {30, 60},
	"application.consents[*].label":             {80, 160},
	"registration.consent.title":                {30, 60},
	"registration.consent.label":                {80, 160},
	"research.consent.title":                    {30, 60},
	"research.consent.label":                    {80, 160},
	"listings[*].host":                          {40, 80},
	"listings[*].title":                         {40, 80},
	"listings[*].mode":                          {60, 120},
	"groups[*].title":                           {30, 60},
	"waves[*].title":                            {30, 60},
	"host_surveys[*].title":                     {30, 60},
	"briefing_survey.title":                     {30, 60},
	"mail.from_name":                            {30, 60},
	"mail.office":                               {40, 80},
	"mail.hours":                                {40, 80},
	"placeholders[*].note":                      {120, 240},
}

var braces = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// fill replaces {{name}} by what the file says under the name, so that a date
// stands in one place only.
func (c *checker) fill(path, text string, lang locale.Lang, names map[string]func(locale.Lang) string) string {
	for _, found := range braces.FindAllStringSubmatch(text, -1) {
		if _, known := names[found[1]]; !known {
			c.wrong(path, "unknown placeholder %s%s", found[0], didYouMean(closest(found[1], slices.Sorted(maps.Keys(names)))))
			return text
		}
	}
	if left := braces.ReplaceAllString(text, ""); strings.Contains(left, "{{") || strings.Contains(left, "}}") {
		c.wrong(path, "has braces that do not close; a placeholder is written {{name}}")
		return text
	}
	if c.zone == nil {
		return text
	}
	return braces.ReplaceAllStringFunc(text, func(found string) string {
		return names[strings.Trim(found, "{}")](lang)
	})
}

// names are the placeholders that a text can use. Those that print a text
// name one that has no placeholder itself.
func (c *checker) names() map[string]func(locale.Lang) string {
	e := c.e
	names := map[string]func(locale.Lang) string{
		"lab.name":                  e.Lab.Name.In,
		"mail.office":               e.Mail.Office.In,
		"application.open":          func(l locale.Lang) string { return locale.Instant(l, e.Application.Open, c.zone) },
		"application.close":         func(l locale.Lang) string { return locale.Deadline(l, e.Application.Close, c.zone) },
		"application.result_notice": func(l locale.Lang) string { return locale.Instant(l, e.Application.ResultNotice, c.zone) },
		"application.max_choices":   func(locale.Lang) string { return strconv.Itoa(e.Application.MaxChoices) },
		"offers.answer_days":        func(locale.Lang) string { return strconv.Itoa(e.Offers.AnswerDays) },
		"publication.min_n":         func(locale.Lang) string { return strconv.Itoa(e.Publication.MinN) },
	}
	for name, day := range map[string]experiment.Date{
		"side_job.start":         e.SideJob.Start,
		"side_job.end":           e.SideJob.End,
		"publication.expected":   e.Publication.Expected,
		"retention.applicants":   e.Retention.Applicants,
		"retention.participants": e.Retention.Participants,
	} {
		names[name] = day.Print
	}
	return names
}
