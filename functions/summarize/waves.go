package main

import (
	"context"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// waves counts who has answered the survey rounds that are open, that closed in the span,
// and that open next. The surveys after briefings are not among them: who answered those
// is nobody in particular.
func (c *count) waves(ctx context.Context) error {
	rounds := c.rounds()
	if len(rounds) == 0 {
		return nil
	}
	hosts, err := c.hosts(ctx)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		w := mail.WaveAnswers{Round: r.ID, Open: r.Open.In(c.e.Zone()), Close: r.Close.In(c.e.Zone())}
		if r.Audience == experiment.ToHosts {
			w.Asked, w.Silent = len(hosts), len(hosts) // until one is found to have begun
		}
		c.Waves = append(c.Waves, w)
	}
	for i, err := range c.table.Involvements(ctx, c.e.ID) {
		if err != nil {
			return err
		}
		for n, r := range rounds {
			if r.Audience == experiment.ToHosts {
				c.byHost(&c.Waves[n], i, hosts[i.Person])
			} else {
				c.byPerson(&c.Waves[n], r, i)
			}
		}
	}
	return nil
}

// rounds are the survey rounds to tell of, in the order in which they open.
func (c *count) rounds() []experiment.Round {
	var now, ahead []experiment.Round
	for _, r := range c.e.Rounds(c.sessions) {
		switch {
		case r.Audience == experiment.ToAttendees:
		case r.Open.After(c.At):
			ahead = append(ahead, r)
		case r.Close.After(c.Since):
			now = append(now, r)
		}
	}
	byOpen := func(a, b experiment.Round) int { return a.Open.Compare(b.Open) }
	slices.SortStableFunc(ahead, byOpen)
	for _, r := range ahead {
		if r.Open.Equal(ahead[0].Open) {
			now = append(now, r)
		}
	}
	slices.SortStableFunc(now, byOpen)
	return now
}

// hosts are the hosts' contacts whom surveys ask: a few, one for each listing.
func (c *count) hosts(ctx context.Context) (map[string]bool, error) {
	asked := map[string]bool{}
	for p, err := range c.table.Hosts(ctx, c.e.ID) {
		if err != nil {
			return nil, err
		}
		if _, listed := c.e.Listing(p.Host); listed {
			asked[p.ID] = true
		}
	}
	return asked, nil
}

// byHost counts a host's contact who has begun a round. Who finished it and is the contact
// no more was asked, too.
func (c *count) byHost(w *mail.WaveAnswers, i table.Involvement, asked bool) {
	switch has := c.stage(i, w.Round); {
	case has == silent:
	case has == finished:
		if asked {
			w.Silent--
		} else {
			w.Asked++
		}
		c.finish(w, i)
	case asked:
		w.Silent--
		w.Begun++
	}
}

// byPerson counts a person whom a round asks or, if it does not any more, who has finished it.
func (c *count) byPerson(w *mail.WaveAnswers, r experiment.Round, i table.Involvement) {
	switch has := c.stage(i, r.ID); {
	case has == finished:
		w.Asked++
		c.finish(w, i)
	case !asks(c.e, r, i):
	case has == begun:
		w.Asked++
		w.Begun++
	default:
		w.Asked++
		w.Silent++
	}
}

// stage is how far somebody has got with a round.
type stage int

const (
	silent stage = iota
	begun
	finished
)

// stage is how far somebody had got with a round by the summary's time.
func (c *count) stage(i table.Involvement, round string) stage {
	done, any := i.Rounds[round]
	switch {
	case !any || i.When[round] >= table.At(c.At):
		return silent
	case done:
		return finished
	}
	return begun
}

// finish counts somebody who has finished a round.
func (c *count) finish(w *mail.WaveAnswers, i table.Involvement) {
	w.Done.Total++
	if c.recent(i.When[w.Round]) {
		w.Done.New++
	}
}

// asks reports whether a round asks a person, as occasion.NotAsked does by the items: who
// agreed to the research, and who takes part and was never asked about it. Who applied and
// has not said yes or no to the research has nothing to answer yet.
func asks(e *experiment.Experiment, r experiment.Round, i table.Involvement) bool {
	group := i.Group()
	willing := i.Research == table.Agreed || i.Research == "" && group == experiment.GroupParticipants
	return willing && e.ForGroup(r.Wave, group)
}
