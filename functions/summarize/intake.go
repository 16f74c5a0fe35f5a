package main

import (
	"context"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/mail"
)

// chartDays is how many days the chart of applications shows.
const chartDays = 14

// intake counts who applied and who withdrew, in the span and in all.
func (c *count) intake(ctx context.Context) error {
	total, err := c.table.Intake(ctx, c.e.ID, time.Time{}, c.At)
	if err != nil {
		return err
	}
	span := total
	if !c.Since.IsZero() {
		if span, err = c.table.Intake(ctx, c.e.ID, c.Since, c.At); err != nil {
			return err
		}
	}
	c.Applied = mail.Count{New: span.Applied, Total: total.Applied}
	c.Withdrawn = mail.Count{New: span.Withdrawn, Total: total.Withdrawn}
	for _, l := range c.e.Listings {
		c.Listings = append(c.Listings, mail.ByListing{
			Listing: l.ID,
			First:   mail.Count{New: span.First[l.ID], Total: total.First[l.ID]},
			Any:     mail.Count{New: span.Any[l.ID], Total: total.Any[l.ID]},
		})
	}
	c.PerDay = lastDays(total.Days, experiment.DateOf(c.At))
	return nil
}

// lastDays are the days up to one with what was counted on each; none if nothing was.
func lastDays(counted map[string]int, today experiment.Date) []mail.DayCount {
	var days []mail.DayCount
	some := 0
	for n := range chartDays {
		day := today.AddDays(n + 1 - chartDays)
		some += counted[day.String()]
		days = append(days, mail.DayCount{Day: day, N: counted[day.String()]})
	}
	if some == 0 {
		return nil
	}
	return days
}

// briefings counts the places of those that are ahead or took place in the span.
func (c *count) briefings(ctx context.Context) error {
	for _, s := range c.sessions {
		if s.Canceled || s.End.Before(c.Since) {
			continue
		}
		p, err := c.table.Places(ctx, c.e.ID, s.ID, c.Since, c.At)
		if err != nil {
			return err
		}
		c.Briefings = append(c.Briefings, mail.ByBriefing{
			Briefing: s.ID, New: p.Booked, Seats: p.Seats, Waiting: p.Waiting, Canceled: p.Canceled, Capacity: s.Capacity,
		})
	}
	return nil
}
