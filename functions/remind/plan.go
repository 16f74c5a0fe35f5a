package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
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

// campaigns plans the mails of the occasions whose instant has come.
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
	from, after := readCursor(c.Cursor)
	for _, briefing := range o.Briefings {
		if from != "" && briefing != from {
			continue // it was done before
		}
		from = ""
		if err := r.planFor(ctx, e, o, c, briefing, after); err != nil {
			return err
		}
		after = 0
	}
	c.Done = table.At(r.clock.now())
	return r.table.SaveCampaign(ctx, *c)
}

// planFor plans the mails of a campaign to the people of one briefing, some at a
// time.
func (r *run) planFor(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, c *table.Campaign, briefing string, after int) error {
	var some []table.Ticket
	flush := func() error {
		planned, err := r.planMails(ctx, e, o, some)
		r.report.Planned += planned
		c.Planned += planned
		if err != nil || len(some) == 0 {
			return err
		}
		c.Cursor = cursor(briefing, some[len(some)-1].Number)
		full := len(some) == planBatch
		some = some[:0]
		if !full {
			return nil // the campaign is saved as a whole
		}
		return r.table.SaveCampaign(ctx, *c)
	}
	for ticket, err := range r.table.Tickets(ctx, e.ID, briefing, after) {
		if err != nil {
			return err
		}
		if some = append(some, ticket); len(some) < planBatch {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}

// Planning one mail waits for the table, so several are planned at once.
const (
	planBatch = 200
	planners  = 8
)

// planMails writes the mails of an occasion to some people, and returns how many
// were new.
func (r *run) planMails(ctx context.Context, e *experiment.Experiment, o occasion.Occasion, tickets []table.Ticket) (int, error) {
	now := r.clock.now()
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		planned  int
		problems []error
	)
	next := make(chan table.Ticket)
	for range min(planners, len(tickets)) {
		all.Go(func() {
			for ticket := range next {
				kind, wanted := o.To(ticket, now)
				if !wanted {
					continue
				}
				fresh, err := r.table.PlanMail(ctx, table.Plan{
					Person: ticket.Person, Experiment: e.ID, Lang: ticket.Lang,
					Kind: kind, Occasion: o.Words, Due: o.At, NotAfter: o.NotAfter,
				}, now)
				mu.Lock()
				if fresh {
					planned++
				}
				problems = append(problems, err)
				mu.Unlock()
			}
		})
	}
	for _, ticket := range tickets {
		next <- ticket
	}
	close(next)
	all.Wait()
	return planned, errors.Join(problems...)
}

// cursor says whom a campaign has reached: the last ticket of a briefing.
func cursor(briefing string, ticket int) string { return fmt.Sprintf("%s %d", briefing, ticket) }

func readCursor(text string) (briefing string, ticket int) {
	briefing, number, _ := strings.Cut(text, " ")
	ticket, err := strconv.Atoi(number)
	if err != nil {
		return "", 0
	}
	return briefing, ticket
}
