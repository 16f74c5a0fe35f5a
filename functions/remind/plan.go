package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// planTime is how much of a run may go into planning: what is due has to leave,
// too. A campaign goes on where it was left.
const planTime = 20 * time.Second

// lookBack is how long after its instant a mail is still planned. One that comes
// too late is missed, and told to staff; without this a new rule in the file would
// reach back to the beginning.
const lookBack = 8 * 24 * time.Hour

// plan brings about what should exist by now: it announces what has changed about
// the briefings, keeps free seats for those who wait, and writes the missing mails.
func (r *run) plan(ctx context.Context, begun table.Beginning) error {
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	var problems []error
	for _, e := range r.experiments.All() {
		settings, err := r.announce(ctx, e, begun.Settings[e.ID])
		if errors.Is(err, table.ErrSettingsChanged) {
			r.waitUntil(r.clock.now()) // another tick was faster, or staff: the next one looks again
			continue
		}
		problems = append(problems, err)
		sessions := settings.Sessions(e)
		problems = append(problems, r.fill(ctx, e, sessions, begun.Seats[e.ID]), r.campaigns(ctx, e, occasion.All(e, sessions)))
	}
	err := errors.Join(problems...)
	if ctx.Err() != nil && err != nil {
		r.waitUntil(r.clock.now()) // there is more to plan, and no more time now
		return nil
	}
	return err
}

// announce notes which briefings are no longer as people have been told, so that
// each change is told once. It returns the settings as they are then. The first
// tick notes what the file says, so that a later version of the file is news.
func (r *run) announce(ctx context.Context, e *experiment.Experiment, settings table.Settings) (table.Settings, error) {
	now := r.clock.now()
	for i, s := range settings.Sessions(e) {
		before := settings.Briefing(s.ID).Told
		told, news := occasion.News(before, e.Briefings[i], s, now)
		if !news && (before != nil || !now.Before(s.End)) {
			continue
		}
		if err := r.table.Announce(ctx, settings, s.ID, told); err != nil {
			return settings, err
		}
		settings = settings.Told(s.ID, told)
	}
	return settings, nil
}

// fill keeps seats that are free for those who wait: a briefing may have got more.
func (r *run) fill(ctx context.Context, e *experiment.Experiment, sessions []experiment.Session, seats map[string]table.Seats) error {
	for _, s := range sessions {
		if at := seats[s.ID]; at.Waiting == 0 || at.Taken >= s.Capacity {
			continue
		}
		for {
			filled, err := r.table.FillSeats(ctx, e.ID, s, r.clock.now())
			if err != nil {
				return err
			}
			if !filled {
				break
			}
		}
	}
	return nil
}

// campaigns plans the mails of the occasions whose instant has come. A process that has
// just begun reads how far those of the days since lookBack have got, some twenty while
// two surveys are open, by one request; after that only what is new.
func (r *run) campaigns(ctx context.Context, e *experiment.Experiment, all []occasion.Occasion) error {
	now := r.clock.now()
	var due []occasion.Occasion
	var ids []string
	for _, o := range all {
		_, done := r.done.Load(o.ID(e))
		switch {
		case o.At.After(now):
			r.waitUntil(o.At)
		case !done && now.Sub(o.At) < lookBack:
			due, ids = append(due, o), append(ids, o.Campaign)
		}
	}
	campaigns, err := r.table.Campaigns(ctx, e.ID, ids...)
	if err != nil {
		return err
	}
	for _, o := range due {
		c := campaigns[o.Campaign]
		if c.Done == "" {
			if err := r.carryOn(ctx, e, o, &c); err != nil {
				return err
			}
		}
		r.done.Store(o.ID(e), true)
	}
	return nil
}

// carryOn plans the mails of a campaign from where it was left.
func (r *run) carryOn(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, c *table.Campaign) error {
	if c.Started == "" {
		c.Started = table.At(r.clock.now())
	}
	var some []occasion.Addressee
	for a, err := range r.addressees(ctx, e, o.Among, c.Cursor) {
		if err != nil {
			return err
		}
		if some = append(some, a); len(some) < planBatch {
			continue
		}
		if err := r.planSome(ctx, e, o, c, some); err != nil {
			return err
		}
		if err := r.table.SaveCampaign(ctx, *c); err != nil {
			return err
		}
		some = some[:0]
	}
	if err := r.planSome(ctx, e, o, c, some); err != nil {
		return err
	}
	c.Done = table.At(r.clock.now())
	return r.table.SaveCampaign(ctx, *c)
}

// Planning one mail waits for the table, so several are planned at once.
const (
	planBatch = 200
	planners  = 8
)

// planSome writes the mails of a campaign to some people, and notes how far it has
// got then.
func (r *run) planSome(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, c *table.Campaign, some []occasion.Addressee) error {
	planned, err := r.planMails(ctx, e, o, some)
	r.report.Planned += planned
	c.Planned += planned
	if err != nil || len(some) == 0 {
		return err
	}
	c.Cursor = some[len(some)-1].Cursor
	return nil
}

// planMails writes the mails of an occasion to some people, and returns how many
// were new.
func (r *run) planMails(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, some []occasion.Addressee) (int, error) {
	now := r.clock.now()
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		planned  int
		problems []error
	)
	next := make(chan occasion.Addressee)
	for range min(planners, len(some)) {
		all.Go(func() {
			for a := range next {
				fresh, err := r.planFor(ctx, e, o, a, now)
				mu.Lock()
				planned += fresh
				problems = append(problems, err)
				mu.Unlock()
			}
		})
	}
	for _, a := range some {
		next <- a
	}
	close(next)
	all.Wait()
	return planned, errors.Join(problems...)
}

// planFor writes the mail of an occasion to one person, and the one that follows it,
// and returns how many were new. Each is written once: what the second one depends on
// is when the first was planned, by whichever tick.
func (r *run) planFor(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, a occasion.Addressee, now time.Time) (planned int, err error) {
	kind, wanted := o.To(a, now)
	if !wanted {
		return 0, nil
	}
	first, fresh, err := r.table.PlanMail(ctx, table.Plan{
		Person: a.Person, Experiment: e.ID, Lang: a.Lang,
		Kind: kind, Occasion: o.Words, Due: o.At, NotAfter: o.NotAfter,
	}, now)
	if fresh {
		planned++
	}
	if err != nil || o.Then == nil {
		return planned, err
	}
	if then, follows := o.Then(first.Time()); follows {
		more, err := r.planFor(ctx, e, then, a, now)
		return planned + more, err
	}
	return planned, nil
}
