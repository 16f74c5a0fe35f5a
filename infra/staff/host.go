package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
)

// setHost makes somebody the contact of a side job's host. The entry on record names
// the side job alone, and comes with the change: the contact before is told by its id.
func (d desk) setHost(ctx context.Context, s session, o order) error {
	e := o.experiment
	listing, known := e.Listing(o.arguments[1])
	if !known {
		return fmt.Errorf("there is no side job %q, but: %s", o.arguments[1], strings.Join(listingsOf(e), ", "))
	}
	host, err := contact(o, o.arguments[2], o.arguments[3:])
	if err != nil {
		return err
	}
	host.ID, host.Experiment, host.Host = strings.ToLower(rand.Text()), e.ID, listing.ID
	before, any, err := hostOf(ctx, s, e.ID, listing.ID)
	if any && o.lang == "" {
		host.Lang = before.Lang
	}
	switch {
	case err != nil:
		return err
	case !any:
		fmt.Fprintf(d.say, "%s (%s) has no contact so far.\n", listing.ID, listing.Host.EN)
	case same(before, host):
		fmt.Fprintf(d.say, "nothing was done, because that is so already: the contact of %s is %s\n", listing.ID, before.ID)
		return nil
	default:
		fmt.Fprintf(d.say, "%s (%s) has a contact: %s, who is named in the file hosts.\n", listing.ID, listing.Host.EN, before.ID)
		if before.Address.Comparable != host.Address.Comparable {
			fmt.Fprintln(d.say, "Links that went to that contact stop working. The new one begins anew; what the former one answered is kept.")
		}
	}
	if better, ok := input.Suggest(host.Address.Typed); ok {
		fmt.Fprintf(d.say, "Is the address right? It looks much like %s.\n", better)
	}
	question := fmt.Sprintf("The contact will be %s (family name), %s (given name), %s.", host.FamilyName, host.GivenName, host.Address.Typed)
	if err := d.confirm(o, question); err != nil {
		return err
	}
	stands, err := s.table.SetHost(ctx, host, d.entry(s, o, "listing "+listing.ID), d.now())
	if err != nil {
		return undone(err)
	}
	fmt.Fprintf(d.say, "it is noted: the contact of %s is %s\n", listing.ID, stands.ID)
	return nil
}

// contact reads who is to answer for a host or to get summaries: an address and the
// words of a name.
func contact(o order, typed string, name []string) (table.Person, error) {
	address, problem := input.Email(typed)
	if problem != (locale.Text{}) {
		return table.Person{}, fmt.Errorf("nothing was done: %s / %s", problem.EN, problem.JA)
	}
	names := strings.Fields(strings.Join(name, " "))
	if len(names) < 2 {
		return table.Person{}, fmt.Errorf("nothing was done: give the family name and then the given name, such as \"山田 花子\"")
	}
	person := table.Person{Lang: locale.Japanese, Address: submission.Address(address)}
	switch o.lang {
	case "", string(locale.Japanese):
	case string(locale.English):
		person.Lang = locale.English
	default:
		return table.Person{}, fmt.Errorf("nothing was done: mails are in ja or en, not in %q", o.lang)
	}
	if person.FamilyName, problem = input.Name(locale.Text{JA: "姓", EN: "the family name"}, names[0]); problem == (locale.Text{}) {
		person.GivenName, problem = input.Name(locale.Text{JA: "名", EN: "the given name"}, strings.Join(names[1:], " "))
	}
	if problem != (locale.Text{}) {
		return table.Person{}, fmt.Errorf("nothing was done: %s / %s", problem.EN, problem.JA)
	}
	return person, nil
}

// hostOf is the contact of a side job's host and whether there is one.
func hostOf(ctx context.Context, s session, experiment, listing string) (table.Person, bool, error) {
	for p, err := range s.table.Hosts(ctx, experiment) {
		if err != nil || p.Host == listing {
			return p, err == nil, err
		}
	}
	return table.Person{}, false, nil
}

// same reports whether two contacts have the same name, address and language.
func same(a, b table.Person) bool {
	return a.FamilyName == b.FamilyName && a.GivenName == b.GivenName && a.Address == b.Address && a.Lang == b.Lang
}
