package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
)

// message is one mail that the file causes: at an instant, or whenever
// something happens.
type message struct {
	at   time.Time // zero if an event causes it
	when string    // the event, in words
	mail mail.Kind
	to   string
	why  string
}

// The kinds of mail that a file foresees and this version does not send yet.
const (
	result        mail.Kind = "result"
	offer         mail.Kind = "offer"
	offerReminder mail.Kind = "offer-reminder"
)

// plan returns every message that the experiment causes: first those that
// events cause, in the order in which a person meets them, then those of an
// instant, in the order of time.
func plan(e *experiment.Experiment) []message {
	messages := slices.Concat(aboutRegistration(e), aboutBriefings(e), aboutApplication(e), aboutResults(e), aboutSurveys(e), aboutStaff(e))
	slices.SortStableFunc(messages, func(a, b message) int { return a.at.Compare(b.at) })
	return compact(messages)
}

// compact leaves one of the messages that one person would get as one mail.
func compact(messages []message) []message {
	seen := map[message]bool{}
	return slices.DeleteFunc(messages, func(m message) bool {
		twice := seen[m]
		seen[m] = true
		return twice
	})
}

// aboutRegistration returns what follows from what people do about their
// registration, and staff about a briefing.
func aboutRegistration(e *experiment.Experiment) []message {
	if len(e.Briefings) == 0 {
		return nil
	}
	var all []message
	for _, b := range e.Briefings {
		all = append(all,
			message{
				when: fmt.Sprintf("on registration for %s, until it starts", b.ID), mail: mail.BriefingConfirmation,
				to: "who registered and has a seat", why: "calendar file; says at once what a reminder already due would have said",
			},
			message{
				when: fmt.Sprintf("on registration for %s when its %s are taken", b.ID, seats(b.Capacity)), mail: mail.BriefingWaiting,
				to: "who registered and waits", why: "on the waiting list; the private page shows dates with room",
			},
			message{
				when: fmt.Sprintf("on a seat of %s that becomes free", b.ID), mail: mail.SeatOffered,
				to: "who waits longest", why: fmt.Sprintf("to be answered within %s, never beyond the start", experiment.HoursAndMinutes(b.Reply)),
			})
	}
	all = append(all,
		message{when: "on taking the seat", mail: mail.BriefingConfirmation, to: "who waited", why: "as on registration"},
		message{when: "on no answer until the end of that time", mail: mail.SeatLapsed, to: "who was offered the seat", why: "it goes to who waits next"})
	if len(e.Briefings) > 1 {
		all = append(all,
			message{when: "on a change of date to one with a seat", mail: mail.BriefingChanged, to: "who changed", why: "calendar file, the next in its sequence"},
			message{when: "on a change of date to one that is full", mail: mail.BriefingWaiting, to: "who changed", why: "on the waiting list of that date"})
	}
	return append(all,
		message{when: "on canceling the registration", mail: mail.RegistrationCanceled, to: "who canceled", why: "takes the entry out of the calendar if a seat was held"},
		message{when: "on a further post of a registered address", mail: mail.RegistrationStanding, to: "who registered", why: "at most one a day"},
		message{when: "when staff move a briefing", mail: mail.BriefingMoved, to: "everyone registered for it, with a seat or waiting", why: "calendar file if a seat is held, the next in its sequence; its reminders and follow-ups move along"},
		message{when: "when staff cancel a briefing", mail: mail.BriefingCanceled, to: "everyone registered for it, with a seat or waiting", why: "takes the entry out of the calendar if a seat is held; its reminders and follow-ups end"})
}

// aboutBriefings returns what is due before and after the briefings, and
// before applications close.
func aboutBriefings(e *experiment.Experiment) []message {
	var all []message
	for _, b := range e.Briefings {
		for _, r := range b.Reminders {
			all = append(all, message{
				at: b.RemindAt(r, e.Zone()), mail: mail.BriefingReminder,
				to: "everyone with a seat in " + b.ID, why: r.String(),
			})
		}
		for _, r := range b.FollowUps {
			all = append(all, followUp(e, b, r)...)
		}
	}
	for _, r := range e.Application.Reminders {
		all = append(all, message{
			at: e.Application.RemindAt(r, e.Zone()), mail: mail.ApplicationReminder,
			to: "people with a place at a briefing, or waiting for one, who have not applied", why: r.String(),
		})
	}
	return all
}

// followUp returns the thanks to who came and, while another date is still to
// come, the word to who did not.
func followUp(e *experiment.Experiment, b experiment.Briefing, r experiment.Reminder) []message {
	at := b.RemindAt(r, e.Zone())
	why := r.String()
	if e.Application.State(at) == experiment.Open {
		why += "; how to apply, for who has not"
	}
	if survey, ok := e.Round(experiment.BriefingWave(b.ID), e.Sessions(nil)); ok && survey.State(at) == experiment.Open {
		why += "; a short survey until " + survey.Close.Add(-time.Nanosecond).In(e.Zone()).Format(minute)
	}
	all := []message{{at: at, mail: mail.BriefingThanks, to: "who came to " + b.ID, why: why}}
	var ahead []string
	for _, other := range e.Briefings {
		if other.ID != b.ID && other.Start.After(at) {
			ahead = append(ahead, other.ID)
		}
	}
	if len(ahead) == 0 {
		return all
	}
	return append(all, message{
		at: at, mail: mail.BriefingMissed, to: fmt.Sprintf("who had a seat in %s and did not come", b.ID),
		why: fmt.Sprintf("%s: still to come is %s", r, strings.Join(ahead, ", ")),
	})
}

func aboutApplication(*experiment.Experiment) []message {
	return []message{
		{when: "on application", mail: mail.Acknowledgement, to: "the applicant", why: "reference, choices, consents, private link; the first survey if one is open"},
		{when: "on a further post of a known address", mail: mail.Standing, to: "the applicant", why: "at most one a day"},
		{when: "on asking for the private link", mail: mail.Link, to: "the applicant, if there is one", why: "at most one a day"},
		{when: "on changing the application", mail: mail.Changed, to: "the applicant", why: "the latest change only"},
		{when: "on asking for another address", mail: mail.AddressConfirm, to: "the new address", why: "until it is confirmed, nothing else goes there"},
		{when: "on confirming the new address", mail: mail.AddressChanged, to: "the old address", why: "the last mail to it"},
		{when: "on confirming the new address", mail: mail.AddressMoved, to: "the new address", why: "with a new link: those sent to the old one have stopped working"},
		{when: "on leaving the research", mail: mail.ResearchLeft, to: "who leaves", why: "whether the answers were kept or erased, and what stays"},
		{when: "on withdrawal", mail: mail.Withdrawn, to: "the applicant", why: "the last mail; whether answers were kept or erased"},
	}
}

func aboutResults(e *experiment.Experiment) []message {
	all := []message{
		{at: e.Application.ResultNotice, mail: result, to: "all applicants", why: "application.result_notice; to whom a listing is proposed: as the offer"},
		{when: "on an offer made later", mail: offer, to: "the applicant", why: fmt.Sprintf("to be answered until the end of the day %s after it", days(e.Offers.AnswerDays))},
	}
	for _, r := range e.Offers.Reminders {
		all = append(all,
			message{
				at: e.Offers.RemindAt(r, e.Application.ResultNotice, e.Zone()), mail: offerReminder,
				to: "who has not answered an offer made with the results", why: r.String(),
			},
			message{
				when: r.String() + " of an offer made later", mail: offerReminder,
				to: "who has not answered it", why: r.String(),
			})
	}
	return all
}

// aboutSurveys returns what the survey rounds cause. The mail that thanks for coming to a
// briefing leads to that briefing's.
func aboutSurveys(e *experiment.Experiment) []message {
	var all []message
	first, _ := e.WithApplication()
	for _, r := range e.Rounds(nil) {
		if r.Audience == experiment.ToPeople && r.ID == first.ID {
			all = append(all, aboutFirstSurvey(e, r)...)
		} else {
			all = append(all, aboutSurvey(e, r)...)
		}
	}
	return all
}

// aboutSurvey returns the invitation to a round and its reminders, and what becomes of
// who comes to be asked while it is open.
func aboutSurvey(e *experiment.Experiment, r experiment.Round) []message {
	invitation, reminder, whom, late := mail.SurveyInvitation, mail.SurveyReminder, asked(e, r), "who starts a side job or agrees to the research"
	if r.Audience == experiment.ToHosts {
		invitation, reminder, late = mail.HostSurvey, mail.HostSurveyReminder, "who becomes the contact of a host"
	}
	all := []message{
		{at: r.Open, mail: invitation, to: whom, why: fmt.Sprintf("the survey %s opens", r.ID)},
		{
			when: fmt.Sprintf("while %s is open, once a day", r.ID), mail: invitation,
			to: late + " later and is asked then", why: "as at the opening; reminders count from that day",
		},
	}
	for _, o := range occasion.SurveyReminders(e, r, r.Open) {
		all = append(all, message{at: o.At, mail: reminder, to: unfinished(r, whom), why: o.Rule})
	}
	return all
}

// aboutFirstSurvey returns what the round causes that is answered with the application:
// the acknowledgement invites to it.
func aboutFirstSurvey(e *experiment.Experiment, r experiment.Round) []message {
	var all []message
	whom := asked(e, r)
	if e.Application.Open.Before(r.Open) {
		all = append(all, message{at: r.Open, mail: mail.SurveyInvitation, to: whom + ", and applied before", why: fmt.Sprintf("the survey %s opens", r.ID)})
	}
	for _, rule := range e.WaveReminders {
		m := message{mail: mail.SurveyReminder, to: unfinished(r, whom), why: fmt.Sprintf("the survey %s: %s", r.ID, rule)}
		if rule.Moment() == experiment.MomentInvited {
			m.when = strings.Replace(rule.String(), "the invitation", "the application", 1) + fmt.Sprintf(", while %s is open", r.ID)
		} else {
			m.at = r.RemindAt(rule, r.Open, e.Zone())
		}
		all = append(all, m)
	}
	return all
}

// aboutStaff returns the summaries to staff.
func aboutStaff(e *experiment.Experiment) []message {
	s := e.StaffSummary
	if len(s.Days) == 0 {
		return nil
	}
	var names []string
	for _, day := range s.Days {
		names = append(names, time.Weekday(day).String()[:len("Mon")])
	}
	why := "what came in, is due, is stuck or was missed since the last one"
	if s.SkipEmpty {
		why += "; none where there is nothing to tell"
	}
	return []message{{when: fmt.Sprintf("every %s at %s", strings.Join(names, ", "), s.At), mail: mail.StaffSummary, to: "staff who get summaries", why: why}}
}

// unfinished says in words whom a round reminds.
func unfinished(r experiment.Round, whom string) string {
	if r.Audience == experiment.ToHosts {
		return whom + " who have not finished"
	}
	return whom + ", and have not finished"
}

// asked says in words whom a round asks.
func asked(e *experiment.Experiment, r experiment.Round) string {
	if r.Audience == experiment.ToHosts {
		return "the contacts of all hosts"
	}
	const unless = " who have not declined or left the research"
	if first, ok := e.WithApplication(); ok && first.ID == r.ID {
		return "all applicants" + unless
	}
	var groups []string
	for _, g := range e.Groups {
		if slices.Contains(r.Groups, g.ID) {
			groups = append(groups, map[string]string{
				experiment.GroupParticipants: "participants",
				experiment.GroupComparison:   "the comparison group",
			}[g.ID])
		}
	}
	return strings.Join(groups, " and ") + unless
}

func seats(n int) string {
	if n == 1 {
		return "1 seat"
	}
	return fmt.Sprintf("%d seats", n)
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// minute is how an instant is printed.
const minute = "Mon 2006-01-02 15:04"

// caused says what causes the message: an instant in the zone, or an event.
func (m message) caused(zone *time.Location) string {
	return cmp.Or(m.when, m.at.In(zone).Format(minute))
}
