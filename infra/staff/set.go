package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// errMistaken is a change that cannot be made.
var errMistaken = errors.New("nothing was changed")

func mistaken(problems []string) error {
	return fmt.Errorf("%w:\n  %s", errMistaken, strings.Join(problems, "\n  "))
}

// set changes what is set of the briefings, after it has shown what that changes and
// which mails it causes.
func (d desk) set(ctx context.Context, s session, o order) error {
	e := o.experiment
	settings, err := s.table.Settings(ctx, e.ID)
	if err != nil {
		return err
	}
	wish, problems := wished(e, settings, o.arguments[1:])
	before, after := settings.Sessions(e), wish.Sessions(e)
	if len(problems) == 0 {
		problems = forbidden(before, after, d.now())
	}
	if len(problems) > 0 {
		return mistaken(problems)
	}
	d.showChange(before, after)
	if err := d.forecast(ctx, s, e, settings, wish); err != nil {
		return err
	}
	if err := d.confirm(o, "\nThis will be set."); err != nil {
		return err
	}
	if problems := forbidden(before, after, d.now()); len(problems) > 0 {
		return mistaken(problems) // a briefing has begun since it was asked
	}
	err = s.table.Set(ctx, wish, d.entry(s, o, record(differences(before, after))))
	if errors.Is(err, table.ErrSettingsChanged) {
		return errors.New("nothing was changed: somebody else has just changed the settings. Run it again, and look at what is set now")
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintln(d.out, "It is set.")
	return nil
}

// record is what is put on record of a change: what, from, and to.
func record(all []difference) string {
	var said []string
	for _, c := range all {
		said = append(said, c.key+" from "+c.from+" to "+c.to)
	}
	return strings.Join(said, "; ")
}

// showChange prints the briefings that change, as they are and as they will be.
func (d desk) showChange(before, after []experiment.Session) {
	out := tabwriter.NewWriter(d.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(out, "\tNOW\tTHEN\t")
	for i, was := range before {
		will := after[i]
		if len(differences(before[i:i+1], after[i:i+1])) == 0 {
			continue
		}
		mark := func(differs bool) string {
			if differs {
				return "changes"
			}
			return ""
		}
		fmt.Fprintf(out, "%s.start\t%s\t%s\t%s\n", was.ID, clock(was.Start), clock(will.Start), mark(!was.Start.Equal(will.Start)))
		fmt.Fprintf(out, "%s.end\t%s\t%s\t%s\n", was.ID, clock(was.End), clock(will.End), mark(!was.End.Equal(will.End)))
		fmt.Fprintf(out, "%s.cancelled\t%s\t%s\t%s\n", was.ID, yesNo(was.Canceled), yesNo(will.Canceled), mark(was.Canceled != will.Canceled))
		then := roomIn(will.Room)
		if was.Room != will.Room && will.Room != "" {
			then = will.Room // as it was typed just now
		}
		fmt.Fprintf(out, "%s.room\t%s\t%s\t%s\n", was.ID, roomIn(was.Room), then, mark(was.Room != will.Room))
	}
	_ = out.Flush() // to a person
}

// settings prints what is set of the briefings and what people have been told.
func (d desk) settings(ctx context.Context, s session, o order) error {
	e := o.experiment
	settings, err := s.table.Settings(ctx, e.ID)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(d.out, 0, 0, 3, ' ', 0)
	for _, b := range settings.Sessions(e) {
		set := settings.Briefing(b.ID)
		whose := func(at table.Instant) string {
			if at == "" {
				return "as in the file"
			}
			return "set"
		}
		room := b.Room
		if room == "" {
			room = "none"
		}
		fmt.Fprintf(out, "%s.start\t%s\t%s\n", b.ID, clock(b.Start), whose(set.Start))
		fmt.Fprintf(out, "%s.end\t%s\t%s\n", b.ID, clock(b.End), whose(set.End))
		fmt.Fprintf(out, "%s.cancelled\t%s\t\n", b.ID, yesNo(b.Canceled))
		fmt.Fprintf(out, "%s.room\t%s\t\n", b.ID, room)
		fmt.Fprintf(out, "%s told\t%s\t\n", b.ID, toldOf(e, set.Told))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing the settings: %w", err)
	}
	return nil
}

// toldOf says what people have been told of a briefing.
func toldOf(e *experiment.Experiment, told *table.Announcement) string {
	if told == nil {
		return "what the file says"
	}
	zone := e.Zone()
	said := clock(told.Start.Time().In(zone)) + " to " + clock(told.End.Time().In(zone))
	if told.Canceled {
		said = "that it is cancelled"
	}
	if told.Sequence == 0 {
		return said + ", from the beginning (sequence 0)"
	}
	return fmt.Sprintf("%s, at %s (sequence %d)", said, clock(told.At.Time().In(zone)), told.Sequence)
}
