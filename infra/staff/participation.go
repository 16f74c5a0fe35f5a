package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// untold is what staff have to know of every step of a participation.
const untold = "No mail tells the person: please do."

// step is one step of a participation as staff take it.
type step struct {
	question string                         // asked before it is taken
	details  string                         // put on record beside the person
	taken    func(table.Participation) bool // whether it has been taken so before
	take     func(context.Context, table.AuditEntry) error
	said     string // once it is taken
}

// take takes a step that concerns a person, unless it was taken before.
func (d desk) take(ctx context.Context, s session, o order, f found, st step) error {
	if p := f.Participation; p != nil && st.taken(*p) {
		fmt.Fprintln(d.say, "nothing was done, because that is so already: "+standing(f.experiment, p))
		return nil
	}
	fmt.Fprintln(d.say, standing(f.experiment, f.Participation))
	if err := d.confirm(o, st.question+" "+untold); err != nil {
		return err
	}
	entry := d.entry(s, o, "person "+f.Person.ID, st.details)
	entry.Experiment = f.experiment.ID
	err := st.take(ctx, entry)
	if wrong, ok := errors.AsType[*table.WrongStep](err); ok {
		return errors.New("nothing was done: " + wrong.Why)
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintln(d.say, st.said)
	return nil
}

// offer offers a side job to an applicant.
func (d desk) offer(ctx context.Context, s session, o order) error {
	f, err := d.find(ctx, s, o.arguments[0])
	if err != nil {
		return err
	}
	listing, known := f.experiment.Listing(o.arguments[1])
	if !known {
		return fmt.Errorf("there is no side job %q, but: %s", o.arguments[1], strings.Join(listingsOf(f.experiment), ", "))
	}
	now := d.now()
	until, err := untilOf(o, f.experiment, now)
	if err != nil {
		return err
	}
	wish := ""
	if a := f.Application; a != nil {
		wish = "The person wished for " + listed(a.Choices) + ". "
	}
	return d.take(ctx, s, o, f, step{
		question: fmt.Sprintf("%s%s (%s, %s) will be offered, to be accepted before %s.",
			wish, listing.ID, listing.Title.EN, listing.Host.EN, clock(until)),
		details: "listing " + listing.ID + " until " + until.Format(time.RFC3339),
		taken: func(p table.Participation) bool {
			stands := o.until == "" && (p.Accepted != "" || !p.Until.Passed(now))
			return p.Listing == listing.ID && (stands || p.Until == table.At(until))
		},
		take: func(ctx context.Context, entry table.AuditEntry) error {
			return s.table.Offer(ctx, f.Person.ID, listing.ID, until, entry, now)
		},
		said: "it is offered. When the person accepts: accept " + f.Person.ID,
	})
}

// accept records that a person accepted the offer.
func (d desk) accept(ctx context.Context, s session, o order) error {
	f, err := d.find(ctx, s, o.arguments[0])
	if err != nil {
		return err
	}
	return d.take(ctx, s, o, f, step{
		question: "The person accepted the offer.",
		taken:    func(p table.Participation) bool { return p.Accepted != "" },
		take: func(ctx context.Context, entry table.AuditEntry) error {
			return s.table.AcceptOffer(ctx, f.Person.ID, entry, d.now())
		},
		said: "it is accepted. When the person starts: start " + f.Person.ID,
	})
}

// start records that a person started the side job.
func (d desk) start(ctx context.Context, s session, o order) error {
	f, day, err := d.findWithDay(ctx, s, o, func(e *experiment.Experiment) experiment.Date { return e.SideJob.Start })
	if err != nil {
		return err
	}
	return d.take(ctx, s, o, f, step{
		question: fmt.Sprintf("The person started on %s, and belongs to the participants from now on: %s.", day, surveysOf(f.experiment, experiment.GroupParticipants)),
		details:  "day " + day.String(),
		taken:    func(p table.Participation) bool { return p.Started != "" && (o.day == "" || p.Started == day.String()) },
		take: func(ctx context.Context, entry table.AuditEntry) error {
			return s.table.Start(ctx, f.Person.ID, day, entry, d.now())
		},
		said: "the person is a participant",
	})
}

// endEarly records that a person stopped before the end.
func (d desk) endEarly(ctx context.Context, s session, o order) error {
	if o.day == "" || strings.TrimSpace(o.reason) == "" {
		return fmt.Errorf("say when and why: end-early PERSON -day 2021-02-15 -reason \"WORDS\" (%w)", errUsage)
	}
	f, day, err := d.findWithDay(ctx, s, o, nil)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(o.reason)
	return d.take(ctx, s, o, f, step{
		question: fmt.Sprintf("The person stopped on %s, for the reason you gave, and still gets the surveys of participants.", day),
		details:  "day " + day.String(), // the reason may say what belongs to the person alone
		taken:    func(p table.Participation) bool { return p.Ended == day.String() && p.Reason == reason },
		take: func(ctx context.Context, entry table.AuditEntry) error {
			return s.table.EndEarly(ctx, f.Person.ID, day, reason, entry, d.now())
		},
		said: "the early end is noted",
	})
}

// complete records that a person completed the side job.
func (d desk) complete(ctx context.Context, s session, o order) error {
	f, day, err := d.findWithDay(ctx, s, o, func(e *experiment.Experiment) experiment.Date { return e.SideJob.End })
	if err != nil {
		return err
	}
	return d.take(ctx, s, o, f, step{
		question: fmt.Sprintf("The person completed the side job on %s.", day),
		details:  "day " + day.String(),
		taken: func(p table.Participation) bool {
			return p.Completed != "" && (o.day == "" || p.Completed == day.String())
		},
		take: func(ctx context.Context, entry table.AuditEntry) error {
			return s.table.Complete(ctx, f.Person.ID, day, entry, d.now())
		},
		said: "the completion is noted",
	})
}

// findWithDay finds the person of an order, and the day: the file's if none was given.
func (d desk) findWithDay(ctx context.Context, s session, o order, otherwise func(*experiment.Experiment) experiment.Date) (found, experiment.Date, error) {
	var day experiment.Date
	if o.day != "" {
		var err error
		if day, err = experiment.ParseDate(o.day); err != nil {
			return found{}, day, fmt.Errorf("nothing was done: %q is no day such as 2021-01-04", o.day)
		}
	}
	f, err := d.find(ctx, s, o.arguments[0])
	if err == nil && o.day == "" {
		day = otherwise(f.experiment)
	}
	return f, day, err
}

// untilOf is until when an offer can be accepted: the end of a day, a time, or what
// the file says.
func untilOf(o order, e *experiment.Experiment, now time.Time) (time.Time, error) {
	if o.until == "" {
		return e.Offers.Deadline(now, e.Zone()), nil
	}
	var until time.Time
	if day, err := experiment.ParseDate(o.until); err == nil {
		until = day.AddDays(1).In(e.Zone())
	} else {
		at, problem := instantOf(o.until, e.Zone())
		if problem != "" {
			return time.Time{}, fmt.Errorf("nothing was done: %s, and no day such as 2020-12-20", problem)
		}
		until = at.Time().In(e.Zone())
	}
	if !now.Before(until) {
		return time.Time{}, fmt.Errorf("nothing was done: %s is past", clock(until))
	}
	return until, nil
}

// standing says what has become of a person after the selection.
func standing(e *experiment.Experiment, p *table.Participation) string {
	if p == nil {
		return "The person was not offered a side job so far."
	}
	at := func(i table.Instant) string { return clock(i.Time().In(e.Zone())) }
	said := []string{fmt.Sprintf("%s was offered at %s, until %s", p.Listing, at(p.Offered), at(p.Until))}
	if p.Accepted != "" {
		said = append(said, "accepted at "+at(p.Accepted))
	}
	for _, step := range []struct{ words, day string }{{"started", p.Started}, {"stopped early", p.Ended}, {"completed", p.Completed}} {
		if step.day != "" {
			said = append(said, step.words+" on "+step.day)
		}
	}
	return strings.Join(said, "; ") + "."
}

// surveysOf says which surveys a group gets.
func surveysOf(e *experiment.Experiment, group string) string {
	var ids []string
	with, _ := e.WithApplication()
	for _, w := range e.Waves {
		if w.ID != with.ID && e.ForGroup(w, group) {
			ids = append(ids, w.ID)
		}
	}
	return "the surveys are " + listed(ids)
}

func listingsOf(e *experiment.Experiment) []string {
	var ids []string
	for _, l := range e.Listings {
		ids = append(ids, l.ID)
	}
	return ids
}
