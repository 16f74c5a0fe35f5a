// Package experiment reads the file that defines an experiment: its texts,
// dates, listings, questions, waves, reminders, retention and analysis plan.
// Handlers hold no fact about a particular experiment; they ask this package.
package experiment

import (
	"fmt"
	"slices"
	"time"

	"livinglab/shared/locale"
)

// Experiment is one trial, from recruitment to published results, as its
// checked file defines it. It is read-only after loading.
//
// Every text is ready to print: what the source file says as {{name}} has
// been filled in when it was compiled.
type Experiment struct {
	Format   string `json:"format"`   // "experiment/v1"
	ID       string `json:"id"`       // part of URLs and keys: lower case, digits, hyphens
	Timezone string `json:"timezone"` // IANA name; every local date of the file is in it

	Title    locale.Text   `json:"title"`
	Short    locale.Text   `json:"short"`    // a title of a few words, for mail subjects and lists
	Lead     locale.Text   `json:"lead"`     // two or three sentences for the top of the page
	Question locale.Text   `json:"question"` // what the experiment asks
	Purpose  []locale.Text `json:"purpose"`  // paragraphs
	Steps    []Step        `json:"steps"`    // what happens to a person, in order

	Lab         Lab         `json:"lab"`
	Partners    []Partner   `json:"partners"`
	Regions     []Region    `json:"regions"`
	Recruitment Recruitment `json:"recruitment"`

	Briefings    []Briefing   `json:"briefings,omitempty"`
	Registration Registration `json:"registration,omitzero"` // required where there are briefings
	Application  Application  `json:"application"`
	Research     Research     `json:"research"`
	Offers       Offers       `json:"offers"`
	SideJob      SideJob      `json:"side_job"`
	Listings     []Listing    `json:"listings"`

	Groups        []Group        `json:"groups"`
	Waves         []Wave         `json:"waves"`
	WaveReminders []Reminder     `json:"wave_reminders,omitempty"`
	HostSurveys   []HostSurvey   `json:"host_surveys,omitempty"`
	AfterBriefing BriefingSurvey `json:"briefing_survey,omitzero"` // where there are briefings
	StaffSummary  StaffSummary   `json:"staff_summary,omitzero"`
	Analysis      AnalysisPlan   `json:"analysis_plan"`
	Publication   Publication    `json:"publication"`
	Retention     Retention      `json:"retention"`
	Mail          MailIdentity   `json:"mail"`
	Placeholders  []Placeholder  `json:"placeholders,omitempty"`
	Provenance    []ProvenanceOf `json:"provenance"`

	zone     *time.Location // of Timezone
	compiled string         // what it was parsed from
}

// Step is one thing that happens to a person in the course of the experiment.
type Step struct {
	When  locale.Text `json:"when"`
	Title locale.Text `json:"title"`
	Text  locale.Text `json:"text"`
}

// Lab is the operator of the experiment.
type Lab struct {
	Name locale.Text `json:"name"`
	URL  string      `json:"url"`
}

// Partner is an organization that carries the experiment.
type Partner struct {
	Name locale.Text `json:"name"`
	Role locale.Text `json:"role"`
	URL  string      `json:"url,omitempty"`
}

// Region is a place in which the hosts are.
type Region struct {
	ID   string      `json:"id"`
	Name locale.Text `json:"name"`
	Text locale.Text `json:"text"`
}

// Recruitment is where people learn of the experiment.
type Recruitment struct {
	Channel locale.Text `json:"channel"`
	Page    string      `json:"page"`
}

// Briefing is one information session.
type Briefing struct {
	ID        string        `json:"id"`
	Title     locale.Text   `json:"title"`
	Start     time.Time     `json:"start"`
	End       time.Time     `json:"end"`
	Place     locale.Text   `json:"place"` // "online", in words
	Capacity  int           `json:"capacity"`
	Reply     time.Duration `json:"reply"`                // how long a seat that became free is kept for who waits; never beyond the start
	Reminders []Reminder    `json:"reminders,omitempty"`  // before start, to who has a seat
	FollowUps []Reminder    `json:"follow_ups,omitempty"` // after end, at most 14 days: thanks to who came, the other date to who did not
}

// Registration is the rule of registering for a briefing: from the opening of
// applications until the briefing starts.
type Registration struct {
	Consent Consent `json:"consent"` // the privacy notice of registering; required
}

// Research is the rule of taking part in the research: surveys are answered by who
// agrees, which changes nothing about the selection.
type Research struct {
	Consent Consent `json:"consent"` // asked on its own page; never required
}

// Application is the rule of applying: half-open [Open, Close).
type Application struct {
	Open         time.Time     `json:"open"`
	Close        time.Time     `json:"close"`
	ResultNotice time.Time     `json:"result_notice"` // when applicants learn the result
	MaxChoices   int           `json:"max_choices"`   // listings that a person may choose, in order
	AdultOnly    bool          `json:"adult_only"`
	Conditions   []locale.Text `json:"conditions"`          // who may apply, what to know before
	Questions    []Question    `json:"questions,omitempty"` // the file's own questions, after motivation
	Consents     []Consent     `json:"consents"`
	Reminders    []Reminder    `json:"reminders,omitempty"` // before close or after open, to people with a place at a briefing, or waiting for one, who have not applied
}

// QuestionType says how a question of the application form is answered.
type QuestionType string

const (
	ShortText    QuestionType = "short_text"
	LongText     QuestionType = "long_text"
	SingleChoice QuestionType = "single_choice"
	MultiChoice  QuestionType = "multi_choice"
)

// Question is a question of the application form.
type Question struct {
	ID       string       `json:"id"`
	Type     QuestionType `json:"type"`
	Required bool         `json:"required"`
	Max      int          `json:"max,omitempty"` // characters, for texts; answers, for several choices (0: any number)
	Label    locale.Text  `json:"label"`
	Hint     locale.Text  `json:"hint,omitzero"`
	Choices  []Choice     `json:"choices,omitempty"`
}

// Choice is one answer that a question offers.
type Choice struct {
	ID    string      `json:"id"`
	Label locale.Text `json:"label"`
}

// The purposes that every experiment asks consent for.
const (
	ConsentPrivacy   = "privacy"   // the privacy notice; required
	ConsentProvision = "provision" // handing the application to the chosen hosts; required
	ConsentResearch  = "research"  // answering surveys for research; optional, no effect on selection
)

// Consent is a text that a person agrees to: when applying, when registering for a
// briefing, or to the research. Its hash and version are recorded with the agreement.
type Consent struct {
	ID       string        `json:"id"`
	Version  string        `json:"version"`
	Required bool          `json:"required"`
	Title    locale.Text   `json:"title"`
	Label    locale.Text   `json:"label"` // the words beside the box
	Text     []locale.Text `json:"text"`  // paragraphs
}

// Offers is the rule of answering an offer: until the end of the day that
// lies AnswerDays after the day of the offer.
type Offers struct {
	AnswerDays int        `json:"answer_days"`
	Reminders  []Reminder `json:"reminders,omitempty"` // before deadline or after offered, until answered
}

// SideJob says when and how people work. Start and End are days.
type SideJob struct {
	Start Date        `json:"start"`
	End   Date        `json:"end"`
	Text  locale.Text `json:"text"`
}

// Listing is one side job that a host offers.
type Listing struct {
	ID             string      `json:"id"`
	Region         string      `json:"region"`
	Host           locale.Text `json:"host"`
	Title          locale.Text `json:"title"`
	Text           locale.Text `json:"text"`
	Capacity       int         `json:"capacity"`
	HoursPerMonth  int         `json:"hours_per_month"`
	FeeYenPerMonth int         `json:"fee_yen_per_month"`
	Mode           locale.Text `json:"mode"`
}

// The arms that the analysis knows.
const (
	GroupParticipants = "T" // accepted an offer and started
	GroupComparison   = "C" // agreed to surveys, has not withdrawn, was never offered a listing
)

// Group is an arm of the experiment.
type Group struct {
	ID    string      `json:"id"`
	Title locale.Text `json:"title"`
}

// Wave is one survey round: half-open [Open, Close). Its reminders are the
// experiment's WaveReminders; the invitation leaves when the wave opens or,
// for the wave that is answered with the application, when a person applies.
type Wave struct {
	ID          string      `json:"id"`
	Title       locale.Text `json:"title"`
	Instruments []string    `json:"instruments"` // in the order in which they are asked
	Open        time.Time   `json:"open"`
	Close       time.Time   `json:"close"`
	Groups      []string    `json:"groups"`
	Minutes     int         `json:"minutes,omitempty"` // that answering takes, about; 0 if people are not told
}

// HostSurvey is one round of questions to the hosts: half-open [Open, Close). Its
// reminders are the experiment's WaveReminders.
type HostSurvey struct {
	Title      locale.Text `json:"title"`
	Instrument string      `json:"instrument"`
	Open       time.Time   `json:"open"`
	Close      time.Time   `json:"close"`
	Minutes    int         `json:"minutes,omitempty"` // as of a wave
}

// BriefingSurvey is the short survey of who came to a briefing, from its end until the
// end of the day that lies Days after it. The mail that thanks for coming leads to it.
type BriefingSurvey struct {
	Title      locale.Text `json:"title"`
	Instrument string      `json:"instrument"`
	Days       int         `json:"days"`
	Minutes    int         `json:"minutes,omitempty"` // as of a wave
}

// Retention says when personal data are erased. Each is a day.
type Retention struct {
	Applicants   Date        `json:"applicants"`   // names, addresses and answers of those not taking part
	Participants Date        `json:"participants"` // names and addresses of participants and the comparison group
	Text         locale.Text `json:"text"`
}

// MailIdentity is how the lab signs its mails. The addresses themselves are
// parameters of the stack: the repository holds no address of a person.
type MailIdentity struct {
	FromName locale.Text `json:"from_name"`
	Office   locale.Text `json:"office"` // the name of the office that answers
	Hours    locale.Text `json:"hours"`  // when it answers
}

// StaffSummary is the rule of the scheduled report to staff.
type StaffSummary struct {
	Days      []Weekday `json:"days"`                 // none: there are no summaries
	At        TimeOfDay `json:"at"`                   // a full hour
	SkipEmpty bool      `json:"skip_empty,omitempty"` // none is mailed where there is nothing to tell
}

// DueAt reports whether a summary is due at the instant, to the minute. Where the clocks
// change there is one on the day all the same, and never a second.
func (s StaffSummary) DueAt(at time.Time, zone *time.Location) bool {
	minute := at.Truncate(time.Minute)
	return s.Next(minute.Add(-time.Nanosecond), zone).Equal(minute)
}

// Next returns the first instant after the given one at which a summary is due; the zero
// time if there are none.
func (s StaffSummary) Next(after time.Time, zone *time.Location) time.Time {
	day := DateOf(after.In(zone))
	for n := range 8 {
		d := day.AddDays(n)
		at := time.Date(d.Year, d.Month, d.Day, s.At.Hour(), s.At.Minute(), 0, 0, zone)
		if at.After(after) && slices.Contains(s.Days, Weekday(at.Weekday())) {
			return at
		}
	}
	return time.Time{}
}

// Weekday is a day of the week, in the file "mon" to "sun".
type Weekday time.Weekday

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWeekday reads "mon" and the like, and nothing else.
func ParseWeekday(s string) (Weekday, error) {
	i := slices.Index(weekdays, s)
	if i < 0 {
		return 0, fmt.Errorf("parsing the day of the week %q: not as in mon", s)
	}
	return Weekday(i), nil
}

// String returns "mon".
func (d Weekday) String() string { return weekdays[d%7] }

// MarshalText writes the day as String does.
func (d Weekday) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Weekday) UnmarshalText(text []byte) error {
	day, err := ParseWeekday(string(text))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// AnalysisPlan is the plan that is frozen before the post wave opens.
type AnalysisPlan struct {
	FrozenBefore           string    `json:"frozen_before"` // "<wave>.open"
	Primary                Estimate  `json:"primary"`
	Secondary              Estimates `json:"secondary"`
	Descriptive            []string  `json:"descriptive"`
	MinAnsweredPerSubscale int       `json:"min_answered_per_subscale"`
	MinAnsweredTotal       int       `json:"min_answered_total"`
	MinNPerArm             int       `json:"min_n_per_arm"`
}

// Estimate is one planned estimate.
type Estimate struct {
	Outcome  string  `json:"outcome"`
	Estimand string  `json:"estimand"`
	Test     string  `json:"test"`
	Alpha    float64 `json:"alpha"`
}

// Estimates is a family of planned estimates with one adjustment.
type Estimates struct {
	Outcomes []string `json:"outcomes"`
	Estimand string   `json:"estimand"`
	Adjust   string   `json:"adjust"`
}

// Publication holds the limits of disclosure control, in people.
type Publication struct {
	MinN                       int    `json:"min_n"`
	DistributionMinN           int    `json:"distribution_min_n"`
	SDMinN                     int    `json:"sd_min_n"`
	PerHost                    bool   `json:"per_host"`
	PerRegionMinN              int    `json:"per_region_min_n"`
	OpenText                   string `json:"open_text"`
	Decimals                   int    `json:"decimals"`
	RepublishMinNewRespondents int    `json:"republish_min_new_respondents"`
	Expected                   Date   `json:"expected"` // the day by which results are expected
}

// Placeholder is a fact that is not public and stands in until it is known;
// the page marks it.
type Placeholder struct {
	Path string      `json:"path"` // as in the file: "listings[*].host"; what lies under it is meant too
	Note locale.Text `json:"note"`
}

// ProvenanceOf says where a fact of the file comes from.
type ProvenanceOf struct {
	Path   string `json:"path"`
	Source string `json:"source"`
}
