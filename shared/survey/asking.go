package survey

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// Asking is who is asked, when, and what they have answered so far: what decides which
// items they see, and in which words.
type Asking struct {
	Wave    string
	Group   string             // "" for a person of neither arm
	Answers Answers            // given in this wave, to any instrument
	Earlier map[string]Answers // given in earlier waves, by wave
}

// ForWave returns the items that the instrument asks a group in a wave if all
// conditions hold.
func (i *Instrument) ForWave(wave, group string) []Item {
	items := make([]Item, 0, len(i.Items))
	for _, it := range i.Items {
		if among(it.Waves, wave) && among(it.Groups, group) {
			items = append(items, it)
		}
	}
	return items
}

// among reports whether an item that is for some is for this one; no list is for all.
func among(some []string, one string) bool { return len(some) == 0 || slices.Contains(some, one) }

// Asked returns the items that the instrument asks, in their order. If there is none
// the instrument has no page.
//
// Of an item of this instrument that is not asked itself no answer counts. Answers to
// the wave's earlier instruments are taken as they are; [Given] leaves out those that no
// longer count.
func (i *Instrument) Asked(a Asking) []Item {
	counts := Answers{}
	maps.Copy(counts, a.Answers)
	for _, it := range i.Items {
		delete(counts, it.ID)
	}
	items := i.ForWave(a.Wave, a.Group)
	asked := make([]Item, 0, len(items))
	for _, it := range items {
		if !it.If.holds(counts) {
			continue
		}
		asked = append(asked, it)
		if answer, given := a.Answers[it.ID]; given {
			counts[it.ID] = answer
		}
	}
	return asked
}

func (c Condition) holds(answers Answers) bool {
	return c.Item == "" || slices.ContainsFunc(answers[c.Item], func(value string) bool { return slices.Contains(c.In, value) })
}

// Given returns the answers that count of those that were given in a wave to its
// instruments: those to items that are asked, with all that was answered since. A
// condition that no longer holds takes the answers below it along.
func Given(instruments []*Instrument, a Asking) Answers {
	given := Answers{}
	for _, i := range instruments {
		so := maps.Clone(given)
		for _, it := range i.Items {
			if answer, ok := a.Answers[it.ID]; ok {
				so[it.ID] = answer
			}
		}
		for _, it := range i.Asked(Asking{Wave: a.Wave, Group: a.Group, Answers: so}) {
			if answer, ok := so[it.ID]; ok {
				given[it.ID] = answer
			}
		}
	}
	return given
}

// Piped matches what a text repeats of an earlier wave: {{pre.O2}}, the wave and the item.
var Piped = regexp.MustCompile(`\{\{([a-z][a-z0-9_-]*)\.([A-Z][A-Za-z0-9]*)\}\}`)

// Words returns the question as it is put to a person: in the words for the comparison
// group, with the person's own earlier answers repeated, or in the words for who did
// not give them. The set is where the choices of earlier waves have their labels.
//
// The words hold what the person wrote: they are for that person's page alone.
func (it Item) Words(a Asking, set Set) locale.Text {
	if a.Group == experiment.GroupComparison && it.TextComparison != (locale.Text{}) {
		return it.TextComparison
	}
	words := locale.Text{}
	for lang, text := range map[locale.Lang]*string{locale.Japanese: &words.JA, locale.English: &words.EN} {
		missing := false
		*text = Piped.ReplaceAllStringFunc(it.Text.In(lang), func(found string) string {
			of := Piped.FindStringSubmatch(found)
			said := set.said(of[2], a.Earlier[of[1]][of[2]], lang)
			missing = missing || said == ""
			return said
		})
		if missing {
			return it.TextWithout
		}
	}
	return words
}

// said returns an answer in words, "" if there is none that can be read.
func (s Set) said(item string, values []string, lang locale.Lang) string {
	said := make([]string, 0, len(values))
	for _, value := range values {
		words := s.saidValue(item, value, lang)
		if words == "" {
			return ""
		}
		said = append(said, words)
	}
	return strings.Join(said, locale.Text{JA: "、", EN: ", "}.In(lang))
}

// saidValue finds the words in the newest version of the item that has the value: a
// later one may not offer it any more.
func (s Set) saidValue(item, value string, lang locale.Lang) string {
	for _, i := range slices.Backward(s.editions) {
		if it, ok := i.Item(item); ok {
			if words := it.Say(value).In(lang); words != "" {
				return words
			}
		}
	}
	return ""
}

// Say returns a stored value in words: the label of a point or a choice, a number with
// its unit, a day as people read it, the beginning of a text. It is empty for what the
// item does not offer.
func (it Item) Say(value string) locale.Text {
	switch it.Type {
	case Likert, Single, Multiple:
		for _, choice := range it.Points() {
			if choice.ID == value {
				return choice.Label
			}
		}
		return locale.Text{}
	case Number:
		return locale.Text{JA: value + it.Unit.JA, EN: strings.TrimSpace(value + " " + it.Unit.EN)}
	case Date:
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return locale.Text{}
		}
		return locale.Text{JA: locale.Day(locale.Japanese, day), EN: locale.Day(locale.English, day)}
	}
	beginning := shortened(value)
	return locale.Text{JA: beginning, EN: beginning}
}

// longestRepeated is how much of a text is repeated, in runes: enough to know it again.
const longestRepeated = 140

// shortened returns the beginning of a text on one line. It does not cut a character
// off from the marks that belong to it.
func shortened(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= longestRepeated {
		return string(runes)
	}
	cut := longestRepeated
	for cut > 1 && (unicode.Is(unicode.M, runes[cut]) || runes[cut] == zeroWidthJoiner || runes[cut-1] == zeroWidthJoiner) {
		cut--
	}
	return string(runes[:cut]) + "…"
}

const zeroWidthJoiner = '\u200d'
