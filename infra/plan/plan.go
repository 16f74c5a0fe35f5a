package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
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
	result           mail.Kind = "result"
	offer            mail.Kind = "offer"
	offerReminder    mail.Kind = "offer-reminder"
	surveyInvitation mail.Kind = "survey-invitation"
	surveyReminder   mail.Kind = "survey-reminder"
	hostSurvey       mail.Kind = "host-survey"
)

// plan returns every message that the experiment causes: first those that
// events cause, in the order in which a person meets them, then those of an
// instant, in the order of time.
func plan(e *experiment.Experiment) []message {
	messages := slices.Concat(aboutRegistration(e), aboutBriefings(e), aboutApplication(e), aboutResults(e), aboutWaves(e), aboutHosts(e))
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
	thanks := "a short survey"
	if e.Application.State(at) == experiment.Open {
		thanks = "how to apply, for who has not; " + thanks
	}
	all := []message{{at: at, mail: mail.BriefingThanks, to: "who came to " + b.ID, why: r.String() + ": " + thanks}}
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
		{when: "on withdrawal", mail: mail.Withdrawn, to: "the applicant", why: "the last mail"},
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

func aboutWaves(e *experiment.Experiment) []message {
	var all []message
	for _, w := range e.Waves {
		withApplication := e.Application.State(w.Open) == experiment.Open
		if !withApplication {
			all = append(all, message{
				at: w.Open, mail: surveyInvitation, to: audience(e, w, w.Open), why: fmt.Sprintf("the wave %q opens", w.ID),
			})
		}
		for _, r := range e.WaveReminders {
			to := audience(e, w, w.Open)
			if r.StopWhenDone {
				to += ", if not finished"
			}
			why := fmt.Sprintf("wave %q: %s", w.ID, r)
			if withApplication && r.Moment() == experiment.MomentInvited {
				all = append(all, message{
					when: strings.Replace(r.String(), "the invitation", "the application", 1) + ", until the wave closes",
					mail: surveyReminder, to: to, why: why,
				})
				continue
			}
			all = append(all, message{at: w.RemindAt(r, w.Open, e.Zone()), mail: surveyReminder, to: to, why: why})
		}
	}
	return all
}

// audience says in words who answers a wave. Until the results are known
// there are no groups yet.
func audience(e *experiment.Experiment, w experiment.Wave, at time.Time) string {
	if at.Before(e.Application.ResultNotice) {
		return "all applicants who agreed to the research"
	}
	var groups []string
	for _, g := range e.Groups {
		if slices.Contains(w.Groups, g.ID) {
			groups = append(groups, map[string]string{
				experiment.GroupParticipants: "participants",
				experiment.GroupComparison:   "the comparison group",
			}[g.ID])
		}
	}
	return strings.Join(groups, " and ") + " who agreed to the research"
}

func aboutHosts(e *experiment.Experiment) []message {
	var all []message
	for _, h := range e.HostSurveys {
		all = append(all, message{at: h.Open, mail: hostSurvey, to: "the contact of each host", why: fmt.Sprintf("%s opens", h.Instrument)})
	}
	return all
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

// caused says what causes the message: an instant in the zone, or an event.
func (m message) caused(zone *time.Location) string {
	return cmp.Or(m.when, m.at.In(zone).Format("Mon 2006-01-02 15:04"))
}
