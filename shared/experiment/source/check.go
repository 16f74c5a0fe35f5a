package source

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

// checker checks what a decoded file says. A part that could not be decoded
// has its mistake already and is zero; the rules are silent about it.
type checker struct {
	*decoder
	e    *experiment.Experiment
	zone *time.Location // nil if the file names none

	surveys survey.Set // the instruments that can be asked
}

func (c *checker) check() {
	c.header()
	c.partners()
	c.application()
	c.briefings()
	c.consents()
	c.registration()
	c.research()
	c.questions()
	c.offers()
	c.sideJob()
	c.listings()
	c.waves()
	c.hostSurveys()
	c.briefingSurvey()
	c.rounds()
	c.staffSummary()
	c.analysis()
	c.publication()
	c.retention()
	c.declared()
	c.allTexts()
}

// print writes an instant as the file does, so that it can be searched for.
func (c *checker) print(t time.Time) string {
	if c.zone != nil {
		t = t.In(c.zone)
	}
	return t.Format(time.RFC3339)
}

// order notes a mistake if the second instant is not after the first.
func (c *checker) order(earlierPath string, earlier time.Time, path string, later time.Time) {
	if earlier.IsZero() || later.IsZero() || later.After(earlier) {
		return
	}
	relation := "is before"
	if later.Equal(earlier) {
		relation = "is the same instant as"
	}
	c.wrong(path, "%s %s (%s)", relation, earlierPath, c.print(earlier))
}

const format = "experiment/v1"

var experimentID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// reservedIDs are the first parts of addresses that belong to the site itself.
var reservedIDs = []string{"assets", "confirm", "join", "mail", "me", "notes", "receipt", "register", "results", "staff", "static", "survey", "unsubscribe"}

func (c *checker) header() {
	if e := c.e; e.Format != "" && e.Format != format {
		c.wrong("format", "is %q; this program reads %q", e.Format, format)
	}
	switch id := c.e.ID; {
	case id == "":
	case !experimentID.MatchString(id) || len(id) > longestID:
		c.wrong("id", "%q is not an id: lower-case letters, digits and single hyphens, beginning with a letter, at most %d", id, longestID)
	case slices.Contains(reservedIDs, id):
		c.wrong("id", "%q is an address of the site itself", id)
	case id+".yaml" != c.file:
		c.wrong("id", "%q is not the name of the file; the file of this experiment is %s.yaml", id, id)
	}
	if c.e.Timezone == "" {
		return
	}
	zone, err := time.LoadLocation(c.e.Timezone)
	if err != nil || c.e.Timezone == "Local" {
		c.wrong("timezone", "%q is not a zone of the IANA database, such as Asia/Tokyo", c.e.Timezone)
		return
	}
	c.zone = zone
	for path, instant := range c.offsets {
		if _, offset := instant.at.In(zone).Zone(); offset != instant.offset {
			c.wrong(path, "has another offset than %s; there it is %s", c.e.Timezone, c.print(instant.at))
		}
	}
}

func (c *checker) partners() {
	c.https("lab.url", c.e.Lab.URL)
	c.https("recruitment.page", c.e.Recruitment.Page)
	for i, p := range c.e.Partners {
		c.https(fmt.Sprintf("partners[%d].url", i), p.URL)
	}
	c.ids("regions", len(c.e.Regions), func(i int) string { return c.e.Regions[i].ID })
}

func (c *checker) https(path, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		c.wrong(path, "%q is not an https address", address)
	}
}

func (c *checker) application() {
	a := &c.e.Application
	c.order("application.open", a.Open, "application.close", a.Close)
	if !a.Close.IsZero() && !a.ResultNotice.IsZero() && a.ResultNotice.Before(a.Close) {
		c.wrong("application.result_notice", "is before application.close (%s)", c.print(a.Close))
	}
	c.positive("application.max_choices", a.MaxChoices)
	if n := len(c.e.Listings); n > 0 && a.MaxChoices > n {
		c.wrong("application.max_choices", "is %d, but there are only %d listings", a.MaxChoices, n)
	}
	moments := []experiment.Moment{experiment.MomentOpen, experiment.MomentClose}
	c.reminders("application.reminders", a.Reminders, moments, func(path string, r experiment.Reminder) {
		if a.Open.IsZero() || a.Close.IsZero() || c.zone == nil {
			return
		}
		c.within(path, a.RemindAt(r, c.zone), "the application window", a.Open, a.Close)
	})
	if len(a.Reminders) > 0 && len(c.e.Briefings) == 0 && !c.alreadyWrong("briefings") && !c.meant["briefings"] {
		c.wrong("application.reminders", "go to people who registered for a briefing, and there is none")
	}
}

func (c *checker) within(path string, at time.Time, window string, opens, closes time.Time) {
	if opens.Before(closes) && (at.Before(opens) || !at.Before(closes)) {
		c.wrong(path, "falls on %s, which is outside %s (%s to %s)", c.print(at), window, c.print(opens), c.print(closes))
	}
}

// How long a seat that became free is kept for who waits.
const (
	shortestReply = time.Hour           // less is gone before a person reads the mail
	longestReply  = 14 * 24 * time.Hour // more leaves the seat empty
)

func (c *checker) briefings() {
	c.ids("briefings", len(c.e.Briefings), func(i int) string { return c.e.Briefings[i].ID })
	for i := range c.e.Briefings {
		b := &c.e.Briefings[i]
		path := fmt.Sprintf("briefings[%d]", i)
		c.order(path+".start", b.Start, path+".end", b.End)
		if opens := c.e.Application.Open; !b.Start.IsZero() && !b.Start.After(opens) {
			c.wrong(path+".start", "is not after application.open (%s): nobody could register for it", c.print(opens))
		}
		if closes := c.e.Application.Close; !b.Start.IsZero() && c.given("application.close") && !b.Start.Before(closes) {
			c.wrong(path+".start", "is not before application.close (%s): nobody could apply after it", c.print(closes))
		}
		c.positive(path+".capacity", b.Capacity)
		switch reply := path + ".reply"; {
		case !c.given(reply):
		case b.Reply < shortestReply:
			c.wrong(reply, "is less than 1h; a person needs time to read the mail and to answer")
		case b.Reply > longestReply:
			c.wrong(reply, "is more than 336h (14 days); the seat would stay empty for too long")
		}
		c.briefingReminders(path+".reminders", b)
		c.followUps(path+".follow_ups", b)
	}
}

func (c *checker) briefingReminders(list string, b *experiment.Briefing) {
	opens := c.e.Application.Open
	c.reminders(list, b.Reminders, []experiment.Moment{experiment.MomentStart}, func(path string, r experiment.Reminder) {
		if r.Before == "" {
			c.wrong(path+".after", "a briefing's reminders count before its start; its follow_ups count after its end")
			return
		}
		if b.Start.IsZero() || c.zone == nil {
			return
		}
		switch at := b.RemindAt(r, c.zone); {
		case !at.Before(b.Start):
			c.wrong(path, "falls on %s, which is not before the briefing starts (%s)", c.print(at), c.print(b.Start))
		case !at.After(opens) && b.Start.After(opens):
			c.wrong(path, "falls on %s, which is not after application.open (%s): nobody has registered yet", c.print(at), c.print(opens))
		}
	})
}

// latestFollowUp is how long after a briefing's end people still expect to
// hear of it.
const latestFollowUp = 14 * 24 * time.Hour

func (c *checker) followUps(list string, b *experiment.Briefing) {
	c.reminders(list, b.FollowUps, []experiment.Moment{experiment.MomentEnd}, func(path string, r experiment.Reminder) {
		if r.After == "" {
			c.wrong(path+".before", "a briefing's follow_ups count after its end; its reminders count before its start")
			return
		}
		if b.End.IsZero() || c.zone == nil {
			return
		}
		switch at := b.RemindAt(r, c.zone); {
		case !at.After(b.End):
			c.wrong(path, "falls on %s, which is not after the briefing ends (%s)", c.print(at), c.print(b.End))
		case at.After(b.End.Add(latestFollowUp)):
			c.wrong(path, "falls on %s, more than 14 days after the briefing ends (%s)", c.print(at), c.print(b.End))
		}
	})
}

// reminders checks the form of each rule, and lets the caller check when it
// falls due.
func (c *checker) reminders(list string, rules []experiment.Reminder, moments []experiment.Moment, due func(path string, r experiment.Reminder)) {
	ids := map[string]int{}
	for i := range rules {
		r := &rules[i]
		path := fmt.Sprintf("%s[%d]", list, i)
		if !c.reminderForm(path, *r, moments) {
			continue
		}
		if r.ID == "" {
			r.ID = r.DefaultID()
		} else {
			c.isID(path+".id", r.ID)
		}
		if first, twice := ids[r.ID]; twice {
			if c.given(path + ".id") {
				c.wrong(path+".id", "%q is already the id of %s[%d]", r.ID, list, first)
			} else {
				c.wrong(path, "is the same reminder as %s[%d]", list, first)
			}
			continue
		}
		ids[r.ID] = i
		due(path, *r)
	}
}

func (c *checker) reminderForm(path string, r experiment.Reminder, moments []experiment.Moment) bool {
	given := func(key string) bool { _, ok := c.positions[path+"."+key]; return ok }
	before := len(c.mistakes)
	known := make([]string, len(moments))
	for i, m := range moments {
		known[i] = string(m)
	}
	switch {
	case given("before") == given("after"):
		c.wrong(path, "needs either before or after")
	case !slices.Contains(moments, r.Moment()):
		key := "after"
		if given("before") {
			key = "before"
		}
		c.wrong(path+"."+key, "%q is not a moment here; possible: %s", r.Moment(), strings.Join(known, ", "))
	}
	switch {
	case given("offset") && (given("days") || given("at")):
		c.wrong(path, "has both an offset and days or at; use one of the two")
	case given("offset"):
	case !given("at") || !given("days"):
		c.wrong(path, `needs an offset (offset: 24h) or a day and a time (days: 1, at: "09:00")`)
	case r.Days < 0:
		c.wrong(path+".days", "is %d; before and after say the direction", r.Days)
	}
	return len(c.mistakes) == before && !slices.ContainsFunc(c.mistakes, func(m Mistake) bool { return m.Path == path || strings.HasPrefix(m.Path, path+".") })
}

// requiredConsents are the purposes that every experiment asks for: nobody applies
// without agreeing to them.
var requiredConsents = []string{experiment.ConsentPrivacy, experiment.ConsentProvision}

func (c *checker) consents() {
	const list = "application.consents"
	consents := c.e.Application.Consents
	c.ids(list, len(consents), func(i int) string { return consents[i].ID })
	for i, consent := range consents {
		if path := fmt.Sprintf("%s[%d].version", list, i); c.given(path) && consent.Version == "" {
			c.wrong(path, "is empty; a person agrees to one version of a text")
		}
	}
	if len(consents) == 0 {
		return
	}
	for _, purpose := range requiredConsents {
		i := slices.IndexFunc(consents, func(consent experiment.Consent) bool { return consent.ID == purpose })
		if i < 0 {
			c.wrong(list, "the consent %q is missing", purpose)
			continue
		}
		if path := fmt.Sprintf("%s[%d].required", list, i); c.given(path) && !consents[i].Required {
			c.wrong(path, "is false, but nobody can apply without the consent %q", purpose)
		}
	}
}

// registration checks the one consent of registering for a briefing.
func (c *checker) registration() {
	const path = "registration.consent"
	if _, given := c.positions["registration"]; !given {
		if len(c.e.Briefings) > 0 && !c.meant["registration"] {
			c.wrong("registration", "is missing; people register for the briefings")
		}
		return
	}
	consent := c.e.Registration.Consent
	if c.given(path + ".id") {
		c.isID(path+".id", consent.ID)
	}
	i := slices.IndexFunc(c.e.Application.Consents, func(other experiment.Consent) bool { return other.ID == consent.ID })
	if i >= 0 && consent.ID != "" {
		c.wrong(path+".id", "%q is already the id of application.consents[%d]", consent.ID, i)
	}
	if c.given(path+".version") && consent.Version == "" {
		c.wrong(path+".version", "is empty; a person agrees to one version of a text")
	}
	if c.given(path+".required") && !consent.Required {
		c.wrong(path+".required", "is false, but nobody can register without the consent %q", consent.ID)
	}
}

func (c *checker) questions() {
	questions := c.e.Application.Questions
	c.ids("application.questions", len(questions), func(i int) string { return questions[i].ID })
	for i, q := range questions {
		path := fmt.Sprintf("application.questions[%d]", i)
		choices := path + ".choices"
		c.ids(choices, len(q.Choices), func(i int) string { return q.Choices[i].ID })
		switch q.Type {
		case "":
		case experiment.ShortText, experiment.LongText:
			if q.Max <= 0 && !c.alreadyWrong(path+".max") {
				c.wrong(path+".max", "a text needs the most characters that it may have")
			}
			if len(q.Choices) > 0 {
				c.wrong(choices, "a text has no choices")
			}
		case experiment.SingleChoice, experiment.MultiChoice:
			if len(q.Choices) < 2 && !c.alreadyWrong(choices) {
				c.wrong(choices, "a choice needs at least two answers to choose from")
			}
			if q.Type == experiment.SingleChoice && q.Max != 0 {
				c.wrong(path+".max", "a single choice has one answer")
			}
			if n := len(q.Choices); q.Type == experiment.MultiChoice && (q.Max < 0 || q.Max > n && n > 0) {
				c.wrong(path+".max", "is %d, but there are %d answers to choose from", q.Max, n)
			}
		default:
			types := []string{string(experiment.ShortText), string(experiment.LongText), string(experiment.SingleChoice), string(experiment.MultiChoice)}
			c.wrong(path+".type", "%q is not a type of question; possible: %s", q.Type, strings.Join(types, ", "))
		}
	}
}

func (c *checker) offers() {
	o := &c.e.Offers
	c.positive("offers.answer_days", o.AnswerDays)
	moments := []experiment.Moment{experiment.MomentOffered, experiment.MomentDeadline}
	c.reminders("offers.reminders", o.Reminders, moments, func(path string, r experiment.Reminder) {
		offered := c.e.Application.ResultNotice // the first offers leave with the results
		if offered.IsZero() || o.AnswerDays <= 0 || c.zone == nil {
			return
		}
		c.within(path, o.RemindAt(r, offered, c.zone), "the time to answer an offer made with the results", offered, o.Deadline(offered, c.zone))
	})
}

func (c *checker) sideJob() {
	job := c.e.SideJob
	if job.Start.IsZero() {
		return
	}
	if !job.End.IsZero() && job.End.Compare(job.Start) <= 0 {
		c.wrong("side_job.end", "is not after side_job.start (%s)", job.Start)
	}
	if c.zone == nil || c.e.Application.ResultNotice.IsZero() || c.e.Offers.AnswerDays <= 0 {
		return
	}
	if answered := c.e.Offers.Deadline(c.e.Application.ResultNotice, c.zone); job.Start.In(c.zone).Before(answered) {
		c.wrong("side_job.start", "is before the offers made with the results are answered (%s)", c.print(answered))
	}
}

func (c *checker) listings() {
	c.ids("listings", len(c.e.Listings), func(i int) string { return c.e.Listings[i].ID })
	var regions []string
	for _, r := range c.e.Regions {
		regions = append(regions, r.ID)
	}
	for i, l := range c.e.Listings {
		path := fmt.Sprintf("listings[%d]", i)
		c.positive(path+".capacity", l.Capacity)
		c.positive(path+".hours_per_month", l.HoursPerMonth)
		if l.FeeYenPerMonth < 0 {
			c.wrong(path+".fee_yen_per_month", "is %d; it cannot be less than 0", l.FeeYenPerMonth)
		}
		if l.Region != "" && len(regions) > 0 && !slices.Contains(regions, l.Region) {
			c.wrong(path+".region", "there is no region %q%s", l.Region, didYouMean(closest(l.Region, regions)))
		}
	}
}

// What the analysis can compute.
var (
	outcomes     = []string{"total", "direction", "agency", "action", "connection"}
	tests        = []string{"welch"}
	adjustments  = []string{"holm"}
	descriptives = []string{"paired_change_T", "g_av_ci", "wilcoxon_exact", "ancova", "attrition", "alpha_omega", "reliable_change"}
)

func (c *checker) analysis() {
	plan := c.e.Analysis
	c.oneOf("analysis_plan.primary.outcome", plan.Primary.Outcome, "an outcome", outcomes)
	c.oneOf("analysis_plan.primary.test", plan.Primary.Test, "a test", tests)
	c.estimand("analysis_plan.primary.estimand", plan.Primary.Estimand)
	for i, outcome := range plan.Secondary.Outcomes {
		path := fmt.Sprintf("analysis_plan.secondary.outcomes[%d]", i)
		c.oneOf(path, outcome, "an outcome", outcomes)
		if outcome == plan.Primary.Outcome && outcome != "" {
			c.wrong(path, "%q is the primary outcome already", outcome)
		}
		if slices.Index(plan.Secondary.Outcomes, outcome) < i && outcome != "" {
			c.wrong(path, "%q is given twice", outcome)
		}
	}
	c.estimand("analysis_plan.secondary.estimand", plan.Secondary.Estimand)
	c.oneOf("analysis_plan.secondary.adjust", plan.Secondary.Adjust, "an adjustment", adjustments)
	for i, d := range plan.Descriptive {
		c.oneOf(fmt.Sprintf("analysis_plan.descriptive[%d]", i), d, "a descriptive result", descriptives)
	}
	if a := plan.Primary.Alpha; c.given("analysis_plan.primary.alpha") && (a <= 0 || a >= 0.5) {
		c.wrong("analysis_plan.primary.alpha", "is %g; it must be above 0 and below 0.5", a)
	}
	c.positive("analysis_plan.min_answered_per_subscale", plan.MinAnsweredPerSubscale)
	c.positive("analysis_plan.min_answered_total", plan.MinAnsweredTotal)
	c.positive("analysis_plan.min_n_per_arm", plan.MinNPerArm)
	c.scored("analysis_plan.primary.outcome", []string{plan.Primary.Outcome}, plan.Primary.Estimand)
	c.scored("analysis_plan.secondary.outcomes[*]", plan.Secondary.Outcomes, plan.Secondary.Estimand)
	c.enough()
	if plan.FrozenBefore == "" || len(c.e.Waves) == 0 {
		return
	}
	wave, opens := strings.CutSuffix(plan.FrozenBefore, ".open")
	if _, known := c.e.Wave(wave); !opens || !known {
		c.wrong("analysis_plan.frozen_before", "%q is not the opening of a wave, such as post.open", plan.FrozenBefore)
	}
}

func (c *checker) oneOf(path, word, what string, known []string) {
	if word != "" && !slices.Contains(known, word) {
		c.wrong(path, "%q is not %s that can be computed; possible: %s", word, what, strings.Join(known, ", "))
	}
}

// estimand checks "did_<wave>_<wave>": the difference between the arms in the
// change from the first wave to the second, both answered by both arms.
func (c *checker) estimand(path, estimand string) {
	if estimand == "" || len(c.e.Waves) == 0 {
		return
	}
	waves, isDiD := strings.CutPrefix(estimand, "did_")
	from, to, two := strings.Cut(waves, "_")
	if !isDiD || !two {
		c.wrong(path, "%q is not an estimand that can be computed; possible: did_<wave>_<wave>", estimand)
		return
	}
	for _, id := range []string{from, to} {
		wave, known := c.e.Wave(id)
		if !known {
			c.wrong(path, "there is no wave %q", id)
			continue
		}
		for _, arm := range arms {
			if !slices.Contains(wave.Groups, arm) {
				c.wrong(path, "the wave %q is not answered by the group %q", id, arm)
			}
		}
	}
}

// staffSummary checks when the summaries to staff leave. A file may do without them.
func (c *checker) staffSummary() {
	s := c.e.StaffSummary
	for i, day := range s.Days {
		path := fmt.Sprintf("staff_summary.days[%d]", i)
		if c.given(path) && slices.Index(s.Days, day) < i {
			c.wrong(path, "%q is given twice", day)
		}
	}
	if c.given("staff_summary.at") && s.At.Minute() != 0 {
		c.wrong("staff_summary.at", "is %s; a summary leaves on a full hour", s.At)
	}
}

// smallestN is the number of people below which no figure is ever published.
const smallestN = 5

func (c *checker) publication() {
	p := c.e.Publication
	if c.given("publication.min_n") && p.MinN < smallestN {
		c.wrong("publication.min_n", "is %d; no figure about fewer than %d people is published", p.MinN, smallestN)
	}
	for _, limit := range []struct {
		path string
		n    int
	}{
		{"publication.distribution_min_n", p.DistributionMinN},
		{"publication.sd_min_n", p.SDMinN},
		{"publication.per_region_min_n", p.PerRegionMinN},
		{"publication.republish_min_new_respondents", p.RepublishMinNewRespondents},
		{"analysis_plan.min_n_per_arm", c.e.Analysis.MinNPerArm},
	} {
		if c.given(limit.path) && limit.n < p.MinN {
			c.wrong(limit.path, "is %d, below publication.min_n (%d)", limit.n, p.MinN)
		}
	}
	if p.PerHost {
		c.wrong("publication.per_host", "is true, but results are never published by host")
	}
	if rules := []string{"editor_approved_only", "never"}; p.OpenText != "" && !slices.Contains(rules, p.OpenText) {
		c.wrong("publication.open_text", "%q is not a rule; possible: %s", p.OpenText, strings.Join(rules, ", "))
	}
	if c.given("publication.decimals") && (p.Decimals < 0 || p.Decimals > 2) {
		c.wrong("publication.decimals", "is %d; possible: 0, 1, 2", p.Decimals)
	}
	if last, path := c.lastClose(); path != "" && !p.Expected.IsZero() && c.zone != nil && p.Expected.In(c.zone).Before(last) {
		c.wrong("publication.expected", "is before %s (%s)", path, c.print(last))
	}
}

// lastClose returns when the last wave or host survey closes, and its path.
func (c *checker) lastClose() (time.Time, string) {
	var last time.Time
	var path string
	for i, w := range c.e.Waves {
		if w.Close.After(last) {
			last, path = w.Close, fmt.Sprintf("waves[%d].close", i)
		}
	}
	for i, h := range c.e.HostSurveys {
		if h.Close.After(last) {
			last, path = h.Close, fmt.Sprintf("host_surveys[%d].close", i)
		}
	}
	return last, path
}

func (c *checker) retention() {
	r := c.e.Retention
	if c.zone == nil {
		return
	}
	if last, path := c.lastClose(); path != "" && !r.Participants.IsZero() && r.Participants.In(c.zone).Before(last) {
		c.wrong("retention.participants", "is before %s (%s): people could no longer be asked", path, c.print(last))
	}
	a := c.e.Application
	if r.Applicants.IsZero() || a.ResultNotice.IsZero() || c.e.Offers.AnswerDays <= 0 {
		return
	}
	if answered := c.e.Offers.Deadline(a.ResultNotice, c.zone); r.Applicants.In(c.zone).Before(answered) {
		c.wrong("retention.applicants", "is before the offers made with the results are answered (%s)", c.print(answered))
	}
}

// declared checks that placeholders and provenance speak of something that
// is in the file.
func (c *checker) declared() {
	known := map[string]bool{}
	for path := range c.positions {
		known[index.ReplaceAllString(path, "[*]")] = true
	}
	check := func(path, declared string) {
		if declared != "" && !known[declared] {
			c.wrong(path, "the file has nothing at %q; paths are written as listings[*].host", declared)
		}
	}
	for i, p := range c.e.Placeholders {
		check(fmt.Sprintf("placeholders[%d].path", i), p.Path)
	}
	for i, p := range c.e.Provenance {
		check(fmt.Sprintf("provenance[%d].path", i), p.Path)
	}
}
