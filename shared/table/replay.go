package table

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// Handed is what a log outside the table knows of a mail. After the table was
// restored to an earlier moment, the ledger does not know it any more.
type Handed struct {
	Person     string
	Mail       string
	Experiment string // empty if the log does not say
	Kind       mail.Kind
	Attempt    int // the last one that SES took, or may have taken

	// State is Sent, or Unknown for a mail of which the log has no outcome. Pending is a
	// mail that SES certainly did not take: it tells that something had happened.
	State State
	At    time.Time // when that was

	// What the mail is about, if the experiment's rules still lead to it.
	Occasion string
	NotAfter time.Time
}

// Replayed is what became of a mail that was replayed.
type Replayed string

// The outcomes of replaying.
const (
	AsKnown     Replayed = "as known"      // the table knows that, or more
	MarkedSent  Replayed = "sent"          // it is not sent again
	MarkedDoubt Replayed = "unknown"       // nor is it by itself: staff decide
	TakenOut    Replayed = "withdrawn"     // the person has withdrawn since
	LeftAgain   Replayed = "left research" // the person has left the research since
	LeftUnclear Replayed = "left unclear"  // the same, but whether the answers were erased is for staff to find out
	Forgotten   Replayed = "forgotten"     // it told of what the table no longer knows
	Stranger    Replayed = "no person"     // the person came after the moment
	Elsewhere   Replayed = "not concerned" // of another experiment
)

// planned are the kinds of mail that ticks write by rules alone, and that say which
// date they are about: written again, such a mail would tell nothing new. What is
// told of a decision is not among them, a briefing's new date neither: if the
// decision is forgotten and taken anew, people have to be told anew.
var planned = []mail.Kind{
	mail.BriefingReminder, mail.BriefingThanks, mail.BriefingMissed, mail.ApplicationReminder,
	mail.SurveyInvitation, mail.SurveyReminder, mail.HostSurvey, mail.HostSurveyReminder,
}

// Replay brings the ledger of a restored table up to what a log knows of one mail, so
// that it does not leave a second time. Links that a forgotten attempt carried stay
// dead: the table never learns their tokens again. The sessions are those of the
// experiments that are replayed. Replaying twice is replaying once.
func (t *Table) Replay(ctx context.Context, h Handed, sessions map[string][]experiment.Session, now time.Time) (Replayed, error) {
	var done Replayed
	err := t.decide(ctx, func() error {
		items, err := t.read(ctx, profileKey(h.Person), mailKey(h.Person, h.Mail), registrationKey(h.Person), surveysKey(h.Person))
		if err != nil {
			return err
		}
		if items[0] == nil {
			done = Stranger
			return nil
		}
		var person Person
		if err := decode(items[0], &person); err != nil {
			return err
		}
		of, concerned := sessions[person.Experiment]
		if !concerned {
			done = Elsewhere
			return nil
		}
		m, noMail := decodeIfAny[Mail](items[1])
		r, noRegistration := decodeIfAny[Registration](items[2])
		s, noSurveys := decodeIfAny[Surveys](items[3])
		if err := errors.Join(noMail, noRegistration, noSurveys); err != nil {
			return err
		}
		switch {
		case m != nil && m.Kind == mail.ResearchLeft && m.Occasion == "":
			done = LeftUnclear // as it was when it was replayed first
		case m != nil:
			done, err = t.replayOnto(ctx, *m, h, now)
		case h.Kind == mail.Withdrawn && person.Withdrawn == "":
			h.Occasion = h.occasion(withdrawnOccasion(true), withdrawnOccasion(false))
			told := h.line(person, now)
			done, err = TakenOut, t.withdraw(ctx, person, of, told, told.ErasedAnswers(), At(h.At), now)
		case h.Kind == mail.ResearchLeft:
			done, err = t.replayLeaving(ctx, person, s, h, now)
		case h.State == Pending || !h.comesAgain(r):
			done = Forgotten
		default:
			done, err = h.marked(), t.putIf(ctx, h.line(person, now), isNew)
		}
		if errors.Is(err, errCondition) {
			return fmt.Errorf("%w: the mail has changed", errConflict)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("replaying mail %s: %w", h.Mail, err)
	}
	return done, nil
}

// replayLeaving takes a person out of the research who had left it after the moment to
// which the table was restored. Whether the answers were erased is part of the mail's
// occasion, and so of its identity: it is found by trying. The person may have answered since
// the restore, so that the version of the leaving may lie before the present one. What is
// not found is neither kept nor erased for certain: the person leaves, the answers stay where
// they are, and staff are told, each time.
func (t *Table) replayLeaving(ctx context.Context, person Person, s *Surveys, h Handed, now time.Time) (Replayed, error) {
	if s == nil {
		return Forgotten, nil
	}
	var occasions []string
	for version := range s.Version + mostChanges {
		occasions = append(occasions, leftOccasion(true, version+1), leftOccasion(false, version+1))
	}
	h.Occasion = h.occasion(occasions...)
	told, done := h.line(person, now), LeftAgain
	if h.Occasion == "" && (s.Research == Agreed || s.Research == LeftResearch) {
		done = LeftUnclear
	}
	switch {
	case s.leaves(told.ErasedAnswers()):
	case done == LeftUnclear:
		return done, nil
	default:
		return Forgotten, nil
	}
	return done, t.leaveNow(ctx, person.ID, s, told.ErasedAnswers(), told, At(h.At))
}

// mostChanges is how many changes of a person's Surveys a restore may have forgotten.
const mostChanges = 5000

// occasion finds the one of several occasions that a mail is for; empty for none of them.
func (h Handed) occasion(candidates ...string) string {
	for _, o := range candidates {
		if mail.ID(h.Kind, h.Person, o) == h.Mail {
			return o
		}
	}
	return ""
}

// replayed is the reason of a mail whose state the log has told.
const replayed = "by the log, after the table was restored"

// replayOnto brings a mail up to what the log knows, unless it knows that: the end of
// an attempt is known once the mail is no longer that attempt's.
func (t *Table) replayOnto(ctx context.Context, m Mail, h Handed, now time.Time) (Replayed, error) {
	open := m.State == Sending || m.State == Unknown
	switch {
	case h.State == Pending, m.State == Sent, h.State == m.State:
		return AsKnown, nil
	case h.Attempt < m.Attempt, h.Attempt == m.Attempt && !open:
		return AsKnown, nil // staff have it sent again, or it has ended
	}
	change := "SET #status = :to, #attempt = :attempt, #reason = :reason"
	v := values{":to": h.State, ":attempt": h.Attempt, ":reason": replayed, ":before": m.State, ":was": m.Attempt}
	e := unknownEntry(m, At(now))
	if h.State == Sent {
		e = endedEntry(m, Sent, At(h.At))
		change += ", #sent = :sent"
		v[":sent"] = At(h.At)
	}
	change += ", #list = :list, #at = :at"
	v[":list"], v[":at"] = e.List, e.At
	_, err := t.change(ctx, m.Key, change, "#status = :before AND #attempt = :was", v)
	return h.marked(), err
}

func (h Handed) marked() Replayed {
	if h.State == Sent {
		return MarkedSent
	}
	return MarkedDoubt
}

// comesAgain reports whether the restored table would come to write the mail again
// by itself: by the rules, or when a kept seat lapses for the second time.
func (h Handed) comesAgain(r *Registration) bool {
	switch {
	case h.Occasion != "", slices.Contains(planned, h.Kind):
		return true
	case h.Kind == mail.SeatLapsed && r != nil && r.Standing == Offered:
		return h.Mail == mail.ID(h.Kind, h.Person, Occasion(r.Briefing, r.Version+1))
	}
	return false
}

// line is the mail as the ledger has to know it.
func (h Handed) line(person Person, now time.Time) Mail {
	m := newMail(person, h.Kind, h.Occasion, At(h.At))
	m.Key, m.ID = mailKey(person.ID, h.Mail), h.Mail
	m.NotAfter, m.State, m.Attempt = At(h.NotAfter), h.State, h.Attempt
	m.entry = dueEntry(m, m.Due)
	switch h.State {
	case Sent:
		m.entry, m.Sent, m.Reason = endedEntry(m, Sent, At(h.At)), At(h.At), replayed
	case Unknown:
		m.entry, m.Reason = unknownEntry(m, At(now)), replayed
	}
	return m
}

// tell writes the mail that a decision causes which is taken by itself. It may be
// there before the decision if the table was restored and its log replayed: the
// person has been told.
func (t *Table) tell(ctx context.Context, x *transaction, m Mail) error {
	there, err := t.read(ctx, m.Key)
	if err != nil {
		return err
	}
	if there[0] == nil {
		x.put(m, isNew, nil)
	}
	return nil
}
