package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/occasion"
	"livinglab/shared/table"
)

// forecast prints which mails a change of the settings will cause, by the rules by
// which they are planned.
func (d desk) forecast(ctx context.Context, s session, e *experiment.Experiment, settings, wish table.Settings) error {
	now := d.now()
	before, file := settings.Sessions(e), wish.Sessions(e)
	after, news := occasion.Untold(e, wish, now)
	quiet := true
	for i, was := range before {
		if !moves(was, file[i]) {
			continue
		}
		quiet = false
		tickets, err := ticketsOf(ctx, s, e, was.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "\nMails about %s:\n", was.ID)
		if !slices.Contains(news, was.ID) {
			fmt.Fprintln(d.out, "  no news: that is what people have been told")
			d.forecastRules(e, was, after[i], tickets, before, after)
			continue
		}
		for _, o := range occasion.Changes(after[i]) {
			kind, to := addressees(o, tickets, now)
			fmt.Fprintf(d.out, "  within a minute: %s to %s\n", kind, to)
		}
		d.forecastRules(e, was, after[i], tickets, before, after)
		if err := d.examples(e, settings, after, after[i]); err != nil {
			return err
		}
	}
	if quiet {
		fmt.Fprintln(d.out, "\nThis causes no mail: a room is found through the links that people have.")
		return nil
	}
	sw, err := s.table.Switch(ctx)
	if err != nil {
		return err
	}
	if !sw.Open(now) {
		fmt.Fprintln(d.out, "\nNote: "+d.standing(sw)+".")
	}
	return nil
}

func ticketsOf(ctx context.Context, s session, e *experiment.Experiment, briefing string) ([]table.Ticket, error) {
	var all []table.Ticket
	for ticket, err := range s.table.Tickets(ctx, e.ID, briefing, 0) {
		if err != nil {
			return nil, err
		}
		all = append(all, ticket)
	}
	return all, nil
}

// addressees says which mail how many people get, by how they stand.
func addressees(o occasion.Occasion, tickets []table.Ticket, now time.Time) (kind mail.Kind, words string) {
	count := map[table.Standing]int{}
	kind, _ = o.To(occasion.Addressee{Ticket: table.Ticket{Standing: table.Confirmed}}, now)
	for _, ticket := range tickets {
		if k, wanted := o.To(occasion.Addressee{Ticket: ticket}, now); wanted {
			kind = k
			count[ticket.Standing]++
		}
	}
	words = fmt.Sprintf("%d with a seat", count[table.Confirmed])
	if n := count[table.Offered]; n > 0 {
		words += fmt.Sprintf(", %d who are kept one", n)
	}
	return kind, words + fmt.Sprintf(", %d waiting", count[table.Waiting])
}

// forecastRules prints what becomes of the reminders and follow-ups of a briefing.
func (d desk) forecastRules(e *experiment.Experiment, was, will experiment.Session, tickets []table.Ticket, before, after []experiment.Session) {
	seats := 0
	for _, ticket := range tickets {
		if ticket.Standing == table.Confirmed {
			seats++
		}
	}
	old, next := dueOf(e, was, before), dueOf(e, will, after)
	unhindered := will
	unhindered.Canceled, unhindered.Announced = false, time.Time{}
	for _, rule := range rulesOf(e, unhindered, after) {
		words := d.fate(rule, old[rule.Rule], next[rule.Rule], will.Canceled)
		if words != "" {
			fmt.Fprintf(d.out, "  %s: %s (%d with a seat now)\n", rule.Rule, words, seats)
		}
	}
}

// rulesOf are the reminders and follow-ups of a briefing.
func rulesOf(e *experiment.Experiment, s experiment.Session, all []experiment.Session) []occasion.Occasion {
	return slices.Concat(occasion.Reminders(e, s), occasion.FollowUps(e, s, all))
}

// dueOf are the instants of a briefing's reminders and follow-ups, by their rule.
func dueOf(e *experiment.Experiment, s experiment.Session, all []experiment.Session) map[string]time.Time {
	due := map[string]time.Time{}
	if s.Canceled {
		return due
	}
	for _, o := range rulesOf(e, s, all) {
		due[o.Rule] = o.At
	}
	return due
}

// fate says in words what becomes of a reminder or a follow-up: from when, to when.
func (d desk) fate(rule occasion.Occasion, from, to time.Time, canceled bool) string {
	left := !from.IsZero() && !from.After(d.now())
	switch {
	case left && to.IsZero():
		return "left at " + clock(from)
	case canceled && from.IsZero():
		return ""
	case canceled:
		return "taken back, was due at " + clock(from)
	case to.IsZero():
		return "not sent, because " + clock(rule.At) + " is past"
	case from.IsZero():
		return "due at " + clock(to)
	case from.Equal(to):
		return "stays due at " + clock(to)
	case left:
		return "left at " + clock(from) + ", and leaves again at " + clock(to)
	}
	return "moves from " + clock(from) + " to " + clock(to)
}

// examples prints the mail that tells of the change, in both languages, to a made-up
// person (架空の人物) with a seat.
func (d desk) examples(e *experiment.Experiment, settings table.Settings, all []experiment.Session, s experiment.Session) error {
	from := mail.Identity{From: "no-reply@lab.example", Office: "office@lab.example", Site: "https://lab.example"}
	kind := mail.BriefingMoved
	if s.Canceled {
		kind = mail.BriefingCanceled
	}
	for _, lang := range locale.Langs {
		facts := mail.Facts{
			ID: "example", Attempt: 1, Kind: kind, Lang: lang, Date: d.now(), Person: "example", To: "kakuu@example.jp",
			Experiment: e, Reference: "KAKUU-REIJI", Name: mail.Name{Family: "架空", Given: "花子"}, At: d.now(),
			Session: exampleSession(s), Before: whatWasTold(e, settings, s), Held: true, Links: exampleLinks(from, kind, s),
		}
		for _, other := range occasion.Others(all, s.ID, d.now()) {
			facts.Others = append(facts.Others, *exampleSession(other))
		}
		message, err := mail.Compose(from, facts)
		if err != nil {
			return fmt.Errorf("writing the example: %w", err)
		}
		fmt.Fprintf(d.out, "\n--- An example to a made-up person (架空) with a seat, %s ---\n", lang)
		fmt.Fprintln(d.out, strings.TrimRight(message.Record(), "\n"))
		fmt.Fprintln(d.out, "---")
	}
	return nil
}

func exampleSession(s experiment.Session) *mail.Session {
	return &mail.Session{Title: s.Title, Place: s.Place, Start: s.Start, End: s.End, UID: "example@lab.example", Sequence: s.Sequence}
}

// whatWasTold is the briefing as people know it, if its start changes.
func whatWasTold(e *experiment.Experiment, settings table.Settings, s experiment.Session) *mail.Session {
	before := exampleSession(s)
	if told := settings.Briefing(s.ID).Told; told != nil {
		before.Start, before.End = told.Start.Time(), told.End.Time()
	} else if b, ok := e.Briefing(s.ID); ok {
		before.Start, before.End = b.Start, b.End
	}
	if s.Canceled || before.Start.Equal(s.Start) {
		return nil
	}
	return before
}

// exampleLinks open nothing; what would is blanked when the mail is printed.
func exampleLinks(from mail.Identity, kind mail.Kind, s experiment.Session) map[mail.Purpose]mail.PrivateLink {
	links := map[mail.Purpose]mail.PrivateLink{}
	for _, rule := range kind.Links() {
		segment := table.Segment{Person: "example", Mail: "example", Token: "example-" + string(rule.Purpose)}
		links[rule.Purpose] = mail.PrivateLink{Address: from.Site + segment.Path(rule.Purpose), Until: s.End}
	}
	return links
}
