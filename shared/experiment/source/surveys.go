package source

import (
	"fmt"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// longestSurvey is how many minutes a survey may take, to be answered at all.
const longestSurvey = 60

// minutes checks how long people are told that a survey takes.
func (c *checker) minutes(path string, n int) {
	path += ".minutes"
	if c.given(path) && (n < 1 || n > longestSurvey) {
		c.wrong(path, "is %d; it must be 1 to %d", n, longestSurvey)
	}
}

// research checks the consent to the research, which is asked apart from the others.
func (c *checker) research() {
	const path = "research.consent"
	consent := c.e.Research.Consent
	if c.given(path+".id") && consent.ID != experiment.ConsentResearch {
		c.wrong(path+".id", "is %q; the consent to the research is %q", consent.ID, experiment.ConsentResearch)
	}
	if c.given(path+".version") && consent.Version == "" {
		c.wrong(path+".version", "is empty; a person agrees to one version of a text")
	}
	if c.given(path+".required") && consent.Required {
		c.wrong(path+".required", "is true, but the consent %q is free and has no effect on selection", experiment.ConsentResearch)
	}
	others := c.e.Application.Consents
	if i := slices.IndexFunc(others, func(other experiment.Consent) bool { return other.ID == experiment.ConsentResearch }); i >= 0 {
		c.wrong(fmt.Sprintf("application.consents[%d].id", i), "%q is asked on its own page, and not for applying: it stands under %s", experiment.ConsentResearch, path)
	}
	if c.e.Registration.Consent.ID == experiment.ConsentResearch {
		c.wrong("registration.consent.id", "%q is already the id of %s", experiment.ConsentResearch, path)
	}
}

// arms are the groups that the analysis knows.
var arms = []string{experiment.GroupParticipants, experiment.GroupComparison}

func (c *checker) waves() {
	c.arms()
	waves := c.e.Waves
	c.ids("waves", len(waves), func(i int) string { return waves[i].ID })
	for i := range waves {
		w := &waves[i]
		path := fmt.Sprintf("waves[%d]", i)
		c.order(path+".open", w.Open, path+".close", w.Close)
		c.minutes(path, w.Minutes)
		if opens := c.e.Application.Open; !opens.IsZero() && !w.Open.IsZero() && w.Open.Before(opens) {
			c.wrong(path+".open", "is before application.open (%s): nobody can have agreed to the research yet", c.print(opens))
		}
		if i > 0 && !w.Open.IsZero() && w.Open.Before(waves[i-1].Close) {
			c.wrong(path+".open", "is before waves[%d].close (%s): two waves would be open at once", i-1, c.print(waves[i-1].Close))
		}
		if results := c.e.Application.ResultNotice; i == 0 && !results.IsZero() && w.Close.After(results) {
			c.wrong(path+".close", "is after application.result_notice (%s): the first wave is answered before results are known", c.print(results))
		}
		for j, group := range w.Groups {
			switch groupPath := fmt.Sprintf("%s.groups[%d]", path, j); {
			case group == "":
			case !slices.Contains(arms, group):
				c.wrong(groupPath, "there is no group %q; possible: %s", group, strings.Join(arms, ", "))
			case slices.Index(w.Groups, group) < j:
				c.wrong(groupPath, "%q is given twice", group)
			}
		}
	}
	c.people()
	due := map[string]string{} // the reminder at each instant of a wave
	moments := []experiment.Moment{experiment.MomentInvited, experiment.MomentOpen, experiment.MomentClose}
	c.reminders("wave_reminders", c.e.WaveReminders, moments, func(path string, r experiment.Reminder) {
		if r.Moment() == experiment.MomentInvited && r.Offset != 0 {
			c.wrong(path+".offset", `is counted from the minute of each invitation, which may lie at night; give days and a time (days: 3, at: "09:00")`)
			return
		}
		for _, w := range waves {
			if w.Open.IsZero() || w.Close.IsZero() || c.zone == nil {
				continue
			}
			at := w.RemindAt(r, w.Open, c.zone)
			c.within(path, at, fmt.Sprintf("the wave %q", w.ID), w.Open, w.Close)
			if other, taken := due[w.ID+c.print(at)]; taken {
				c.wrong(path, "falls on %s in the wave %q, the instant of %s", c.print(at), w.ID, other)
			}
			due[w.ID+c.print(at)] = path
		}
	})
}

func (c *checker) arms() {
	if len(c.e.Groups) == 0 {
		return
	}
	var ids []string
	for i, g := range c.e.Groups {
		path := fmt.Sprintf("groups[%d].id", i)
		switch {
		case g.ID == "":
		case !slices.Contains(arms, g.ID):
			c.wrong(path, "%q is not a group that the analysis knows; possible: %s", g.ID, strings.Join(arms, ", "))
		case slices.Contains(ids, g.ID):
			c.wrong(path, "%q is given twice", g.ID)
		}
		ids = append(ids, g.ID)
	}
	for _, arm := range arms {
		if !slices.Contains(ids, arm) {
			c.wrong("groups", "the group %q is missing", arm)
		}
	}
}

func (c *checker) hostSurveys() {
	var asked []questions
	for i, h := range c.e.HostSurveys {
		path := fmt.Sprintf("host_surveys[%d]", i)
		c.order(path+".open", h.Open, path+".close", h.Close)
		c.minutes(path, h.Minutes)
		asked = append(asked, c.only(path, h.Instrument, h.Instrument))
	}
	c.asks(asked)
}

// longestBriefingSurvey is how many days after a briefing people still know how it was.
const longestBriefingSurvey = 14

// briefingSurvey checks the survey that the mail after a briefing leads to.
func (c *checker) briefingSurvey() {
	const path = "briefing_survey"
	survey := c.e.AfterBriefing
	if _, given := c.positions[path]; !given {
		for i, b := range c.e.Briefings {
			if len(b.FollowUps) > 0 && !c.meant[path] {
				c.wrong(path, "is missing; the mail of briefings[%d].follow_ups leads who came to it", i)
				return
			}
		}
		return
	}
	if c.given(path+".days") && (survey.Days < 1 || survey.Days > longestBriefingSurvey) {
		c.wrong(path+".days", "is %d; it must be 1 to %d", survey.Days, longestBriefingSurvey)
	}
	c.minutes(path, survey.Minutes)
	c.asks([]questions{c.only(path, path, survey.Instrument)})
	if len(c.e.Briefings) == 0 && !c.alreadyWrong("briefings") && !c.meant["briefings"] {
		c.wrong(path, "is about a briefing, and there is none")
	}
	for i, b := range c.e.Briefings {
		c.ledTo(fmt.Sprintf("briefings[%d]", i), b, survey)
	}
}

// ledTo checks that a mail leads who came to the briefing to its survey, in time.
func (c *checker) ledTo(path string, b experiment.Briefing, survey experiment.BriefingSurvey) {
	list := path + ".follow_ups"
	if len(b.FollowUps) == 0 && !c.alreadyWrong(list) && !c.meant[list] {
		c.wrong(path, "has no follow_ups, whose mail leads who came to briefing_survey")
	}
	if b.End.IsZero() || c.zone == nil || survey.Days < 1 || c.anyWrong(list) {
		return
	}
	closes := survey.Closes(b.End, c.zone)
	if len(b.FollowUps) > 0 && !slices.ContainsFunc(b.FollowUps, func(r experiment.Reminder) bool { return b.RemindAt(r, c.zone).Before(closes) }) {
		c.wrong(list, "leave when the survey about the briefing has closed (%s)", c.print(closes))
	}
}

// rounds checks that each survey round has an id of its own: their answers, mails and
// links are told apart by it.
func (c *checker) rounds() {
	taken := map[string]string{}
	take := func(path, id string) {
		if id == "" {
			return
		}
		if first, twice := taken[id]; twice {
			c.wrong(path, "the survey round %q is already that of %s", id, first)
			return
		}
		taken[id] = path
	}
	for i, w := range c.e.Waves {
		path := fmt.Sprintf("waves[%d]", i)
		if !c.alreadyWrong(path + ".id") {
			take(path+".id", w.ID)
		}
	}
	for i, h := range c.e.HostSurveys {
		take(fmt.Sprintf("host_surveys[%d].instrument", i), h.Instrument)
	}
	for i, b := range c.e.Briefings {
		path := fmt.Sprintf("briefings[%d].id", i)
		if c.e.AfterBriefing.Instrument != "" && b.ID != "" && !c.alreadyWrong(path) {
			take(path, experiment.BriefingWave(b.ID))
		}
	}
}

// questions are what one round asks: its instruments with their paths, of groups.
type questions struct {
	round       string
	instruments []*survey.Instrument // nil for one that there is not
	paths       []string
	groups      []string
}

// people checks what the waves ask.
func (c *checker) people() {
	with, _ := c.e.WithApplication()
	var asked []questions
	for i, w := range c.e.Waves {
		q := questions{round: w.ID, groups: w.Groups}
		if w.ID == with.ID {
			q.groups = []string{""} // it is decided later who is in which
		}
		for j, id := range w.Instruments {
			path := fmt.Sprintf("waves[%d].instruments[%d]", i, j)
			if slices.Index(w.Instruments, id) < j && id != "" {
				c.wrong(path, "%q is given twice", id)
				continue
			}
			q.paths = append(q.paths, path)
			q.instruments = append(q.instruments, c.instrument(path, id))
		}
		asked = append(asked, q)
	}
	c.asks(asked)
}

// only is a round of one instrument, of people who are in no group.
func (c *checker) only(path, round, id string) questions {
	path += ".instrument"
	return questions{round, []*survey.Instrument{c.instrument(path, id)}, []string{path}, []string{""}}
}

func (c *checker) instrument(path, id string) *survey.Instrument {
	if id == "" || c.alreadyWrong(path) {
		return nil
	}
	i, known := c.surveys.Current(id)
	if !known {
		var ids []string
		for _, i := range c.surveys.All() {
			ids = append(ids, i.ID)
		}
		c.wrong(path, "there is no instrument %q%s", id, didYouMean(closest(id, ids)))
	}
	return i
}

// asks checks the rounds of one audience, in their order: what a question depends on
// must have been asked before it.
func (c *checker) asks(rounds []questions) {
	for n, q := range rounds {
		for j, i := range q.instruments {
			if i == nil {
				continue
			}
			if i.Anonymous && len(q.instruments) > 1 {
				c.wrong(q.paths[j], "%q is anonymous, and stands alone in its wave: its answers are kept without the person", i.ID)
			}
			items := q.items(i)
			if len(items) == 0 && len(q.groups) > 0 {
				c.wrong(q.paths[j], "%q asks nobody anything in the wave %q", i.ID, q.round)
			}
			for _, it := range items {
				c.askedBefore(q, j, it)
				c.repeated(rounds[:n], q.paths[j], i, it)
			}
		}
	}
}

// items are what an instrument asks anybody of the round.
func (q questions) items(i *survey.Instrument) []survey.Item {
	var items []survey.Item
	for _, it := range i.Items {
		if slices.ContainsFunc(q.groups, func(group string) bool {
			_, asked := findItem(i.ForWave(q.round, group), it.ID)
			return asked
		}) {
			items = append(items, it)
		}
	}
	return items
}

// asks reports whether one of the round's first n instruments asks the item.
func (q questions) asks(id string, n int) bool {
	return slices.ContainsFunc(q.instruments[:n], func(i *survey.Instrument) bool {
		if i == nil {
			return false
		}
		_, asked := findItem(q.items(i), id)
		return asked
	})
}

// scored checks that what the plan estimates is scored in the waves of its estimand, and
// from as many answers as the plan says.
func (c *checker) scored(path string, outcomes []string, estimand string) {
	from, to, _ := strings.Cut(strings.TrimPrefix(estimand, "did_"), "_")
	for n, outcome := range outcomes {
		at := strings.Replace(path, "[*]", fmt.Sprintf("[%d]", n), 1)
		for _, id := range []string{from, to} {
			wave, known := c.e.Wave(id)
			if known && outcome != "" && !c.alreadyWrong(at) && c.readable(wave) && !c.scores(wave, outcome) {
				c.wrong(at, "no instrument of the wave %q scores %q", id, outcome)
			}
		}
	}
}

// readable says whether the wave asks only instruments that there are.
func (c *checker) readable(w *experiment.Wave) bool {
	return !slices.ContainsFunc(w.Instruments, func(id string) bool {
		_, known := c.surveys.Current(id)
		return !known
	})
}

func (c *checker) scores(w *experiment.Wave, outcome string) bool {
	return slices.ContainsFunc(w.Instruments, func(id string) bool {
		i, _ := c.surveys.Current(id)
		_, scored := i.Score(nil).Of(outcome)
		return scored
	})
}

// enough checks that the plan and the instruments say the same of how many answers make a score.
func (c *checker) enough() {
	for _, w := range c.e.Waves {
		for _, id := range w.Instruments {
			i, known := c.surveys.Current(id)
			if !known || len(i.Subscales) == 0 {
				continue
			}
			c.sameNumber("analysis_plan.min_answered_per_subscale", c.e.Analysis.MinAnsweredPerSubscale, i.ID, i.Scoring.MinAnsweredPerSubscale)
			c.sameNumber("analysis_plan.min_answered_total", c.e.Analysis.MinAnsweredTotal, i.ID, i.Scoring.MinAnsweredTotal)
		}
	}
}

func (c *checker) sameNumber(path string, n int, instrument string, scored int) {
	if c.given(path) && n != scored {
		c.wrong(path, "is %d, but %q scores from %d answers", n, instrument, scored)
	}
}

func (c *checker) askedBefore(q questions, j int, it survey.Item) {
	if it.If.Item != "" && !q.asks(it.If.Item, j+1) {
		c.wrong(q.paths[j], "%s depends on the answer to %s, which nothing before it asks in the wave %q", it.ID, it.If.Item, q.round)
	}
}

func (c *checker) repeated(earlier []questions, path string, i *survey.Instrument, it survey.Item) {
	for _, piped := range survey.Piped.FindAllStringSubmatch(it.Text.JA, -1) {
		n := slices.IndexFunc(earlier, func(q questions) bool { return q.round == piped[1] })
		if n < 0 || !earlier[n].asks(piped[2], len(earlier[n].instruments)) {
			c.wrong(path, "%s of %q repeats %s, which no earlier wave %q asks", it.ID, i.ID, piped[0], piped[1])
		}
	}
}
