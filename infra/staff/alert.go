package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// alertsSaid says what the alerts are for.
func alertsSaid(count int) string {
	return strained(count) + ". They are for staff alone: no host learns of them, or of who answered what.\n" +
		"Once you have seen to one: alert-seen PERSON SURVEY QUESTION"
}

// strained counts the answers of an experiment that staff are to look at.
func strained(count int) string {
	n := fmt.Sprintf("%d answers say", count)
	if count == 1 {
		n = "1 answer says"
	}
	return n + " that somebody may be under strain"
}

// strain says how many answers of an experiment wait to be looked at, and how staff see
// them; nothing if there are none. It shows nothing of anybody.
func strain(ctx context.Context, s session, e *experiment.Experiment) (string, error) {
	count, err := s.table.CountAlerts(ctx, e.ID)
	if err != nil || count == 0 {
		return "", err
	}
	return strained(count) + ": go run ./infra/staff alerts " + e.ID, nil
}

// closeAlert takes an alert off the list.
func (d desk) closeAlert(ctx context.Context, s session, o order) error {
	wave, item := o.arguments[1], o.arguments[2]
	f, err := d.find(ctx, s, o.arguments[0])
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Alerts, func(a table.Alert) bool { return a.Wave == wave && a.Item == item })
	if i < 0 {
		return errNoAlert
	}
	if seen := f.Alerts[i].Seen; seen != "" {
		fmt.Fprintln(d.say, "nothing was done: it is off the list since "+clock(seen.Time().In(f.experiment.Zone())))
		return nil
	}
	if err := d.confirm(o, "It will be off the list, because you have seen to it."); err != nil {
		return err
	}
	entry := d.entry(s, o, "person "+f.Person.ID, "survey "+wave, "question "+item)
	entry.Experiment = f.experiment.ID
	err = s.table.CloseAlert(ctx, f.Person.ID, wave, item, entry, d.now())
	if errors.Is(err, table.ErrNotFound) {
		return errNoAlert
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintln(d.say, "it is off the list")
	return nil
}

var errNoAlert = errors.New("there is no such alert: take person, survey and question from the file alerts")
