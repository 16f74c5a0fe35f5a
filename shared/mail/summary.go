package mail

import (
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// Summary is what a staff summary tells: of one experiment, about the span from Since to
// At, half-open, and as things stood at At. It names nobody: people are counted, and where
// one has to be found there are ids.
type Summary struct {
	Since time.Time `json:"since,omitzero"` // zero: from the beginning
	At    time.Time `json:"at"`

	Applied    Count          `json:"applied"`
	Withdrawn  Count          `json:"withdrawn"`
	Listings   []ByListing    `json:"listings,omitempty"` // in the file's order
	PerDay     []DayCount     `json:"per_day,omitempty"`  // applications of the last 14 days, for the chart
	Briefings  []ByBriefing   `json:"briefings,omitempty"`
	DueSoon    []Upcoming     `json:"due_soon,omitempty"` // in the next seven days, by time
	Mails      MailCounts     `json:"mails"`
	Stuck      []StuckMails   `json:"stuck,omitempty"`
	Missed     []MissedMails  `json:"missed,omitempty"`
	Bounced    int            `json:"bounced"`         // in the span
	Complained int            `json:"complained"`      // in the span
	Waves      []WaveAnswers  `json:"waves,omitempty"` // open ones, those that closed in the span, and those that open next
	Alerts     int            `json:"alerts"`          // answers that say that somebody may be under strain, not seen to
	Health     Health         `json:"health"`
	Analyses   []AnalysisNote `json:"analyses,omitempty"` // made in the span, not released
}

// Count is something since the last summary, and in total.
type Count struct {
	New   int `json:"new"`
	Total int `json:"total"`
}

// ByListing counts applications that stand by the side job they wish for.
type ByListing struct {
	Listing string `json:"listing"`
	First   Count  `json:"first"` // as the first wish
	Any     Count  `json:"any"`   // as any wish
}

// DayCount counts applications of one day in the experiment's zone.
type DayCount struct {
	Day experiment.Date `json:"day"`
	N   int             `json:"n"`
}

// ByBriefing counts the places of a briefing.
type ByBriefing struct {
	Briefing string `json:"briefing"`
	New      int    `json:"new"` // registrations in the span
	Seats    int    `json:"seats"`
	Waiting  int    `json:"waiting"`
	Canceled int    `json:"cancelled"`
	Capacity int    `json:"capacity"`
}

// Upcoming is a date of the experiment, or mails to many that will leave.
type Upcoming struct {
	At   time.Time   `json:"at"`
	What locale.Text `json:"what"`
}

// MailCounts counts mails by state: those that ended in the span, and those that wait.
type MailCounts struct {
	Sent       Count `json:"sent"`
	Failed     Count `json:"failed"`
	Missed     Count `json:"missed"`
	Suppressed Count `json:"suppressed"`
	Canceled   Count `json:"cancelled"`
	Unknown    int   `json:"unknown"` // in doubt now
	Waiting    int   `json:"waiting"` // now, due or not yet
	Overdue    int   `json:"overdue"` // of them, due
}

// StuckMails are mails that need staff, or that nothing moves, for one reason.
type StuckMails struct {
	Kind  Kind      `json:"kind"`
	State string    `json:"state"` // "unknown", "failed", "overdue", "suppressed"
	N     int       `json:"n"`
	Since time.Time `json:"since"` // of the oldest
}

// MissedMails are mails on one occasion that were too late to be of use.
type MissedMails struct {
	Kind     Kind      `json:"kind"`
	Occasion string    `json:"occasion"`
	Due      time.Time `json:"due"`
	People   []string  `json:"people"` // ids, at most 20
	N        int       `json:"n"`
}

// WaveAnswers counts who has answered a survey round.
type WaveAnswers struct {
	Round  string    `json:"round"`
	Open   time.Time `json:"open"`
	Close  time.Time `json:"close"`
	Asked  int       `json:"asked"`
	Done   Count     `json:"done"`
	Begun  int       `json:"begun"`  // and not finished
	Silent int       `json:"silent"` // neither
}

// Health is how the system fared in the span.
type Health struct {
	Looks    int           `json:"looks"`    // quarter hours in which mail was looked after
	Expected int           `json:"expected"` // quarter hours
	Oldest   time.Duration `json:"oldest"`   // the longest that a due mail had waited
	Paused   bool          `json:"paused"`   // mail is held back now
	Reason   string        `json:"reason,omitempty"`
	Alarms   []AlarmNote   `json:"alarms,omitempty"`
}

// AlarmNote is an alarm that rang in the span, or rings.
type AlarmNote struct {
	Name  string    `json:"name"`
	About string    `json:"about"` // its description
	Since time.Time `json:"since"`
	Over  time.Time `json:"over,omitzero"` // zero: it rings
}

// AnalysisNote is an analysis that was made.
type AnalysisNote struct {
	At    time.Time `json:"at"`
	Waves []string  `json:"waves"` // that had closed
}

// Empty reports whether there is nothing to tell: nothing came in, is stuck, was missed or
// rang, nobody needs looking after, and nothing is due in the next seven days.
func (s Summary) Empty() bool {
	return !s.moved() && !s.needsYou() && len(s.DueSoon) == 0 && len(s.Analyses) == 0
}

// moved reports whether anything came in during the span.
func (s Summary) moved() bool {
	return s.Applied.New > 0 || s.Withdrawn.New > 0 ||
		slices.ContainsFunc(s.Briefings, func(b ByBriefing) bool { return b.New > 0 }) ||
		slices.ContainsFunc(s.Waves, func(w WaveAnswers) bool { return w.Done.New > 0 })
}

// needsYou reports whether anything needs staff, or went wrong in the span.
func (s Summary) needsYou() bool {
	return s.Alerts > 0 || s.Bounced > 0 || s.Complained > 0 ||
		len(s.Stuck) > 0 || len(s.Missed) > 0 || s.Health.troubled()
}

// troubled reports whether the system did not do what it should.
func (h Health) troubled() bool { return h.Looks < h.Expected || h.Paused || len(h.Alarms) > 0 }
