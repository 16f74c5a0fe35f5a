package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// stuckAfter is how long a mail is due, or in doubt, before it counts as stuck. The sender
// comes by every minute, and SES's own events settle nearly all doubt before that.
const stuckAfter = 15 * time.Minute

// ended counts the mails that have ended by how they did, and names those that came too
// late to be of use, and those that staff have to look at.
func (c *count) ended(ctx context.Context) error {
	missed := map[missedOn]*mail.MissedMails{}
	stuck := stuckMails{}
	for m, err := range c.table.EndedMails(ctx, c.e.ID, time.Time{}, c.At) {
		if err != nil {
			return err
		}
		recent := c.recent(m.At)
		if counted := c.endedAs(m.State); counted != nil {
			counted.Total++
			if recent {
				counted.New++
			}
		}
		switch {
		case !recent:
		case m.State == table.Missed:
			miss(missed, m)
		case m.State == table.Failed || m.State == table.Suppressed:
			stuck.add(m.Kind, string(m.State), m.At)
		}
	}
	c.Missed = sorted(missed)
	c.Stuck = append(c.Stuck, stuck.sorted()...)
	return nil
}

// endedAs is where mails that ended in a state are counted; nil for no such state.
func (c *count) endedAs(s table.State) *mail.Count {
	switch s {
	case table.Sent:
		return &c.Mails.Sent
	case table.Failed:
		return &c.Mails.Failed
	case table.Missed:
		return &c.Mails.Missed
	case table.Suppressed:
		return &c.Mails.Suppressed
	case table.Canceled:
		return &c.Mails.Canceled
	}
	return nil
}

// open counts the mails that had not ended by the summary's time. Those that came after
// it are left to the next.
func (c *count) open(ctx context.Context) error {
	now, stuck := table.At(c.At), stuckMails{}
	for m, err := range c.table.OpenMails(ctx, c.e.ID) {
		if err != nil {
			return err
		}
		long := m.Since.Passed(c.At.Add(-stuckAfter))
		switch {
		case m.Since >= now:
		case m.Unknown:
			c.Mails.Unknown++
			if long {
				stuck.add(m.Kind, "unknown", m.Since)
			}
		default:
			c.Mails.Waiting++
			if long {
				c.Mails.Overdue++
				stuck.add(m.Kind, "overdue", m.Since)
			}
		}
	}
	c.Stuck = append(c.Stuck, stuck.sorted()...)
	return nil
}

// returned counts the mails that came back in the span.
func (c *count) returned(ctx context.Context) error {
	tally, err := c.table.TallyBetween(ctx, c.e.ID, c.Since, c.At)
	c.Bounced, c.Complained = tally.Bounces, tally.Complaints
	return err
}

// missedOn is one occasion on which mails were missed.
type missedOn struct {
	kind     mail.Kind
	occasion string
}

// How much a summary names of what was missed: it is one item of the table, and is read
// by people. What is beyond is counted.
const (
	missedOccasions = 50
	missedPeople    = 20
)

// miss adds a mail to those that were missed on its occasion. Beyond so many occasions the
// others of one kind are counted as one, with no occasion.
func miss(all map[missedOn]*mail.MissedMails, m table.EndedMail) {
	on := missedOn{m.Kind, m.Occasion}
	if all[on] == nil && len(all) >= missedOccasions {
		on.occasion = ""
	}
	if all[on] == nil {
		all[on] = &mail.MissedMails{Kind: on.kind, Occasion: on.occasion, Due: m.Due.Time()}
	}
	missed := all[on]
	missed.N++
	if due := m.Due.Time(); due.Before(missed.Due) {
		missed.Due = due
	}
	if len(missed.People) < missedPeople {
		missed.People = append(missed.People, m.Person)
	}
}

// sorted returns what was missed, by when it was due.
func sorted(all map[missedOn]*mail.MissedMails) []mail.MissedMails {
	var missed []mail.MissedMails
	for _, m := range all {
		slices.Sort(m.People)
		missed = append(missed, *m)
	}
	slices.SortFunc(missed, func(a, b mail.MissedMails) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Occasion, b.Occasion))
	})
	return missed
}

// stuckFor is one kind of mails that are stuck for one reason.
type stuckFor struct {
	kind  mail.Kind
	state string
}

// stuckMails are the mails that are stuck, by kind and reason.
type stuckMails map[stuckFor]*mail.StuckMails

func (all stuckMails) add(kind mail.Kind, state string, since table.Instant) {
	of, at := stuckFor{kind, state}, since.Time()
	if all[of] == nil {
		all[of] = &mail.StuckMails{Kind: kind, State: state, Since: at}
	}
	all[of].N++
	if at.Before(all[of].Since) {
		all[of].Since = at
	}
}

// sorted returns them, the oldest first.
func (all stuckMails) sorted() []mail.StuckMails {
	var stuck []mail.StuckMails
	for _, s := range all {
		stuck = append(stuck, *s)
	}
	slices.SortFunc(stuck, func(a, b mail.StuckMails) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.State, b.State), cmp.Compare(a.Kind, b.Kind))
	})
	return stuck
}
