package source

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"livinglab/shared/locale"
	"livinglab/shared/survey"
)

// instrumentChecker checks what a decoded instrument says, among the others.
type instrumentChecker struct {
	*decoder
	i      *survey.Instrument
	others []*survey.Instrument // every version of every other instrument, the sources' first
}

// instrumentLimits are those of an instrument's texts.
var instrumentLimits = limits{
	"title":                     {60, 120},
	"labels[*]":                 {20, 40},
	"items[*].text":             {200, 400},
	"items[*].text_comparison":  {200, 400},
	"items[*].text_without":     {200, 400},
	"items[*].hint":             {120, 240},
	"items[*].unit":             {10, 20},
	"items[*].labels[*]":        {20, 40},
	"items[*].choices[*].label": {40, 80},
	"items[*].alert.note":       {120, 240},
	"subscales[*].title":        {20, 40},
	"subscales[*].meaning":      {200, 400},
	"total.title":               {30, 60},
	"total.meaning":             {200, 400},
}

// checkInstruments decodes all files first: they speak of each other's items.
func checkInstruments(compiled string, sources []sourceFile, before []edition) ([]*instrumentChecker, error) {
	var files []*instrumentChecker
	for _, s := range sources {
		c := &instrumentChecker{decoder: newDecoder(s.file(), "instrument", instrumentLimits), i: &survey.Instrument{}}
		c.document(s.content, c.i)
		files = append(files, c)
	}
	var errs []error
	for _, c := range files {
		c.others = othersOf(c.i.ID, files, before)
		c.check()
		if len(c.mistakes) == 0 {
			c.immutable(compiled, before)
		}
		if len(c.mistakes) > 0 {
			errs = append(errs, c.mistakes.sorted())
		}
	}
	for _, id := range withoutSource(files, before) {
		errs = append(errs, fmt.Errorf("%s:1:1: the instrument %q may have answers, and its source is gone: put %s.yaml back", compiled, id, id))
	}
	for _, e := range before {
		if e.Version > 1 && !slices.ContainsFunc(before, func(other edition) bool { return other.ID == e.ID && other.Version == e.Version-1 }) {
			errs = append(errs, fmt.Errorf("%s:1:1: version %d of %q may have answers, and its line is gone: put it back", compiled, e.Version-1, e.ID))
		}
	}
	return files, errors.Join(errs...)
}

func othersOf(id string, files []*instrumentChecker, before []edition) []*survey.Instrument {
	var others []*survey.Instrument
	for _, f := range files {
		if f.i.ID != id {
			others = append(others, f.i)
		}
	}
	for _, e := range before {
		if e.ID != id {
			others = append(others, e.Instrument)
		}
	}
	return others
}

func withoutSource(files []*instrumentChecker, before []edition) []string {
	gone := map[string]bool{}
	for _, e := range before {
		gone[e.ID] = true
	}
	for _, f := range files {
		delete(gone, strings.TrimSuffix(f.file, ".yaml"))
	}
	return slices.Sorted(maps.Keys(gone))
}

func (c *instrumentChecker) check() {
	c.header()
	c.points("", c.i.Min, c.i.Labels)
	c.itemIDs()
	for n := range c.i.Items {
		c.item(fmt.Sprintf("items[%d]", n), &c.i.Items[n], c.i.Items[:n])
	}
	c.scales()
	c.allTexts()
}

func (c *instrumentChecker) header() {
	switch id := c.i.ID; {
	case id == "", !c.isID("id", id):
	case id+".yaml" != c.file:
		c.wrong("id", "%q is not the name of the file; the file of this instrument is %s.yaml", id, id)
	}
	c.positive("version", c.i.Version)
	switch {
	case c.i.Source != "" && c.i.PermissionReference == "":
		c.wrong("source", "a scale of others needs permission_reference: by whose leave, and where it is written, the scale is used")
	case c.i.Source == "" && c.i.PermissionReference != "":
		c.wrong("permission_reference", "needs source: whose scale it is and where it was published")
	}
}

// points checks the points of the instrument (no path) or of a likert item.
func (c *instrumentChecker) points(path string, smallest int, labels []locale.Text) {
	list := join(path, "labels")
	switch {
	case len(labels) == 1:
		c.wrong(list, "a likert item needs at least two points")
	case len(labels) == 0 && smallest != 0 && path == "":
		c.wrong("min", "is the value of the first of labels, and there are none")
	}
	for n, label := range labels {
		if first := slices.Index(labels, label); first < n && label != (locale.Text{}) {
			c.wrong(fmt.Sprintf("%s[%d]", list, n), "is the same as %s[%d]", list, first)
		}
	}
}

// itemID is what a column of a file and a field of a form are named by.
var itemID = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,19}$`)

func (c *instrumentChecker) itemIDs() {
	for n, it := range c.i.Items {
		path := fmt.Sprintf("items[%d].id", n)
		if it.ID == "" {
			continue
		}
		if !itemID.MatchString(it.ID) {
			c.wrong(path, "%q is not an id of an item: a capital letter, then letters and digits, at most 20", it.ID)
			continue
		}
		if first := slices.IndexFunc(c.i.Items, func(other survey.Item) bool { return other.ID == it.ID }); first < n {
			c.wrong(path, "%q is already the id of items[%d]", it.ID, first)
			continue
		}
		for _, other := range c.others {
			if _, taken := other.Item(it.ID); taken {
				c.wrong(path, "%q is already the id of an item of %s", it.ID, other.ID)
				break
			}
		}
	}
}

// keysOfType are the keys that say how an item of a type is answered; the others of
// these make no sense for it.
var keysOfType = map[survey.Type][]string{
	survey.Likert:    {"min", "labels", "subscale", "reverse", "alert"},
	survey.Single:    {"choices"},
	survey.Multiple:  {"choices", "max"},
	survey.Number:    {"min", "max", "unit", "alert"},
	survey.ShortText: {"max"},
	survey.LongText:  {"max"},
	survey.Date:      {},
}

var typedKeys = []string{"min", "max", "unit", "labels", "choices", "subscale", "reverse", "alert"}

var itemTypes = []string{
	string(survey.Likert), string(survey.Single), string(survey.Multiple), string(survey.Number),
	string(survey.ShortText), string(survey.LongText), string(survey.Date),
}

func (c *instrumentChecker) item(path string, it *survey.Item, earlier []survey.Item) {
	keys, known := keysOfType[it.Type]
	if it.Type != "" && !known {
		c.wrong(path+".type", "%q is not a type of item; possible: %s", it.Type, strings.Join(itemTypes, ", "))
	}
	for _, key := range typedKeys {
		if known && c.given(path+"."+key) && !slices.Contains(keys, key) {
			c.wrong(path+"."+key, "has no meaning for an item of the type %s", it.Type)
		}
	}
	c.answers(path, it)
	c.alert(path+".alert", it)
	c.subscaleOf(path, it)
	c.audience(path, it)
	c.condition(path+".if", it.If, earlier)
	c.repeats(path, it)
}

// answers checks what an item offers to choose from, or how much one may write.
func (c *instrumentChecker) answers(path string, it *survey.Item) {
	c.ids(path+".choices", len(it.Choices), func(n int) string { return it.Choices[n].ID })
	switch it.Type {
	case survey.Likert:
		c.points(path, it.Min, it.Labels)
		if len(it.Labels)+len(c.i.Labels) == 0 && !c.alreadyWrong(path+".labels") && !c.alreadyWrong("labels") {
			c.wrong(path+".labels", "a likert item needs labels, its own or the instrument's")
		}
		if len(it.Labels) == 0 && it.Min != 0 {
			c.wrong(path+".min", "is the value of the first of the item's labels, and it has none of its own")
		}
	case survey.Single, survey.Multiple:
		if n := len(it.Choices); n < 2 && !c.alreadyWrong(path+".choices") {
			c.wrong(path+".choices", "a choice needs at least two answers to choose from")
		} else if it.Type == survey.Multiple && (it.Max < 0 || it.Max > n) {
			c.wrong(path+".max", "is %d, but there are %d answers to choose from", it.Max, n)
		}
	case survey.Number:
		if it.Max <= it.Min && !c.alreadyWrong(path+".max") && !c.alreadyWrong(path+".min") {
			c.wrong(path+".max", "is %d; a number needs a max above its min (%d)", it.Max, it.Min)
		}
	case survey.ShortText, survey.LongText:
		if it.Max <= 0 && !c.alreadyWrong(path+".max") {
			c.wrong(path+".max", "a text needs the most characters that it may have")
		}
	}
}

// filled returns the item with the points that it takes from its instrument.
func (c *instrumentChecker) filled(it survey.Item) survey.Item {
	if it.Type == survey.Likert && len(it.Labels) == 0 {
		it.Min, it.Labels = c.i.Min, c.i.Labels
	}
	return it
}

func (c *instrumentChecker) alert(path string, it *survey.Item) {
	if !c.given(path) {
		return
	}
	if c.i.Anonymous {
		c.wrong(path, "an anonymous answer leads to nobody: there is no one to look after")
	}
	smallest, largest := c.filled(*it).Range()
	if it.Type != survey.Likert && it.Type != survey.Number || largest <= smallest || !c.given(path+".at_most") {
		return
	}
	if at := it.Alert.AtMost; at < smallest || at >= largest {
		c.wrong(path+".at_most", "is %d; the answers are %d to %d, and not each of them can be an alert", at, smallest, largest)
	}
}

func (c *instrumentChecker) subscaleOf(path string, it *survey.Item) {
	if it.Reverse && it.Subscale == "" && it.Type == survey.Likert {
		c.wrong(path+".reverse", "has no meaning for an item that is in no subscale")
	}
	if it.Subscale == "" || it.Type != survey.Likert {
		return
	}
	n := slices.IndexFunc(c.i.Subscales, func(s survey.Subscale) bool { return s.ID == it.Subscale })
	if n < 0 {
		var ids []string
		for _, s := range c.i.Subscales {
			ids = append(ids, s.ID)
		}
		c.wrong(path+".subscale", "there is no subscale %q%s", it.Subscale, didYouMean(closest(it.Subscale, ids)))
		return
	}
	if !slices.Contains(c.i.Subscales[n].Items, it.ID) && it.ID != "" {
		c.wrong(path+".subscale", "subscales[%d].items does not name %s", n, it.ID)
	}
}

func (c *instrumentChecker) audience(path string, it *survey.Item) {
	for n, wave := range it.Waves {
		at := fmt.Sprintf("%s.waves[%d]", path, n)
		if wave != "" && c.isID(at, wave) && slices.Index(it.Waves, wave) < n {
			c.wrong(at, "%q is given twice", wave)
		}
	}
	for n, group := range it.Groups {
		switch at := fmt.Sprintf("%s.groups[%d]", path, n); {
		case group == "":
		case !slices.Contains(arms, group):
			c.wrong(at, "there is no group %q; possible: %s", group, strings.Join(arms, ", "))
		case slices.Index(it.Groups, group) < n:
			c.wrong(at, "%q is given twice", group)
		}
	}
}

// condition checks that it looks back, and at values that can be. Whether an item of
// another instrument stands earlier is for the experiment to say.
func (c *instrumentChecker) condition(path string, condition survey.Condition, earlier []survey.Item) {
	if condition.Item == "" {
		return
	}
	of, known := findItem(earlier, condition.Item)
	if later, own := c.i.Item(condition.Item); !known && own {
		c.wrong(path+".item", "%s does not stand before this item", later.ID)
		return
	}
	if !known {
		of, known = c.elsewhere(condition.Item)
	}
	if !known {
		c.wrong(path+".item", "there is no item %q", condition.Item)
		return
	}
	if of.Type != survey.Likert && of.Type != survey.Single && of.Type != survey.Multiple {
		c.wrong(path+".item", "%s is a %s; a condition looks at an item to choose from: likert, single, multiple", of.ID, of.Type)
		return
	}
	if of = c.filled(of); len(of.Points()) < 2 {
		return
	}
	for n, value := range condition.In {
		at := fmt.Sprintf("%s.in[%d]", path, n)
		if value != "" && !offers(of, value) {
			c.wrong(at, "%q is no answer to %s; possible: %s", value, of.ID, strings.Join(valuesOf(of), ", "))
		} else if slices.Index(condition.In, value) < n {
			c.wrong(at, "%q is given twice", value)
		}
	}
}

func findItem(items []survey.Item, id string) (survey.Item, bool) {
	n := slices.IndexFunc(items, func(it survey.Item) bool { return it.ID == id })
	if n < 0 {
		return survey.Item{}, false
	}
	return items[n], true
}

// elsewhere returns an item of the newest version of another instrument, with its points.
func (c *instrumentChecker) elsewhere(id string) (survey.Item, bool) {
	return survey.NewSet(c.others...).Item(id)
}

func offers(it survey.Item, value string) bool { return slices.Contains(valuesOf(it), value) }

func valuesOf(it survey.Item) []string {
	var values []string
	for _, point := range it.Points() {
		values = append(values, point.ID)
	}
	return values
}

// repeats checks the earlier answers that the question repeats. Whether they are given
// in an earlier wave is for the experiment to say.
func (c *instrumentChecker) repeats(path string, it *survey.Item) {
	text := path + ".text"
	japanese, english := placeholdersOf(it.Text.JA), placeholdersOf(it.Text.EN)
	if !slices.Equal(japanese, english) && c.given(text+".ja") && c.given(text+".en") {
		c.wrong(text+".en", "repeats other answers than the Japanese text")
	}
	if len(japanese)+len(english) == 0 {
		if c.given(path + ".text_without") {
			c.wrong(path+".text_without", "is for who did not give an answer that text repeats, and text repeats none")
		}
		return
	}
	if c.i.Anonymous {
		c.wrong(text, "repeats an earlier answer, but nobody knows whose answers an anonymous instrument gets")
	}
	if it.TextWithout == (locale.Text{}) && !c.alreadyWrong(path+".text_without") {
		c.wrong(text, "repeats an earlier answer; text_without must say what is asked of who did not give it")
	}
	for _, found := range japanese {
		piped := survey.Piped.FindStringSubmatch(found)
		if piped == nil {
			c.wrong(text+".ja", "unknown placeholder %s; an earlier answer is written {{wave.item}}, as in {{pre.O2}}", found)
			continue
		}
		if _, own := c.i.Item(piped[2]); own {
			continue
		}
		if _, known := c.elsewhere(piped[2]); !known {
			c.wrong(text+".ja", "%s: there is no item %q", found, piped[2])
		}
	}
}

// placeholdersOf returns what a text holds in double braces, braces included, sorted.
func placeholdersOf(text string) []string {
	return slices.Sorted(slices.Values(braces.FindAllString(text, -1)))
}

// scales checks the subscales, and that what belongs to scores is there with them alone.
func (c *instrumentChecker) scales() {
	scored := []string{"scoring", "total", "caution"}
	if len(c.i.Subscales) == 0 {
		for _, key := range scored {
			if c.given(key) && !c.alreadyWrong("subscales") && !c.meant["subscales"] {
				c.wrong(key, "belongs to scores, and there are no subscales")
			}
		}
		return
	}
	for _, key := range scored {
		if _, given := c.positions[key]; !given && !c.meant[key] {
			c.wrong("subscales", "%s is missing, which subscales need", key)
		}
	}
	c.ids("subscales", len(c.i.Subscales), func(n int) string { return c.i.Subscales[n].ID })
	if c.i.Total.ID != "" && c.isID("total.id", c.i.Total.ID) && slices.ContainsFunc(c.i.Subscales, func(s survey.Subscale) bool { return s.ID == c.i.Total.ID }) {
		c.wrong("total.id", "%q is already the id of a subscale", c.i.Total.ID)
	}
	smallest, all := 0, 0
	for n, s := range c.i.Subscales {
		c.subscale(fmt.Sprintf("subscales[%d]", n), s)
		if all += len(s.Items); smallest == 0 || len(s.Items) < smallest {
			smallest = len(s.Items)
		}
	}
	c.enough("scoring.min_answered_per_subscale", c.i.Scoring.MinAnsweredPerSubscale, smallest)
	c.enough("scoring.min_answered_total", c.i.Scoring.MinAnsweredTotal, all)
}

func (c *instrumentChecker) enough(path string, n, items int) {
	if c.given(path) && (n < 1 || n > items) {
		c.wrong(path, "is %d, of %d items", n, items)
	}
}

func (c *instrumentChecker) subscale(path string, s survey.Subscale) {
	for n, id := range s.Items {
		at := fmt.Sprintf("%s.items[%d]", path, n)
		it, known := c.i.Item(id)
		switch {
		case id == "":
		case !known:
			c.wrong(at, "there is no item %q", id)
		case slices.Index(s.Items, id) < n:
			c.wrong(at, "%q is given twice", id)
		case it.Type != survey.Likert:
			c.wrong(at, "%s is a %s; only likert items are scored", id, it.Type)
		case it.Subscale == "":
			c.wrong(at, "%s does not say that it is in a subscale (subscale: %s)", id, s.ID)
		case it.Subscale != s.ID:
			c.wrong(at, "%s says that it is in the subscale %q", id, it.Subscale)
		case !c.samePoints(it):
			c.wrong(at, "%s has other points than the items scored before it: their mean would mean nothing", id)
		}
	}
}

// samePoints says whether a scored item has the range of the first one.
func (c *instrumentChecker) samePoints(it survey.Item) bool {
	first, known := c.i.Item(c.i.Subscales[0].Items[0])
	if !known || first.Type != survey.Likert {
		return true
	}
	smallest, largest := c.filled(it).Range()
	s, l := c.filled(first).Range()
	return smallest == s && largest == l
}

// question matches the path of what alone may repeat an earlier answer.
var question = regexp.MustCompile(`^items\[\d+\]\.text$`)

// allTexts checks every text in both languages.
func (c *instrumentChecker) allTexts() {
	for _, t := range c.texts {
		for _, lang := range locale.Langs {
			path, text := t.path+"."+string(lang), t.text.In(lang)
			if _, given := c.positions[path]; !given || c.alreadyWrong(path) {
				continue
			}
			if left := braces.ReplaceAllString(text, ""); strings.Contains(left, "{{") || strings.Contains(left, "}}") {
				c.wrong(path, "has braces that do not close; an earlier answer is written {{wave.item}}")
				continue
			}
			if braces.MatchString(text) && !question.MatchString(t.path) {
				c.wrong(path, "repeats an answer; only an item's text can")
				continue
			}
			c.text(path, text, lang)
		}
	}
}
