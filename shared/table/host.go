package table

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// A host's contact is a person of the table whose Host names the listing: the same
// mails, links and surveys serve it. It is not among the people of the experiment, has
// no application, and is in none of their files. Its address may be anybody's, too: of
// several listings, or of who applied.

// contact names the person who is the contact of a listing, or a member of staff.
type contact struct {
	Key
	Person string `dynamodbav:"person"`
}

// SetHost makes a person the contact of a listing, on record. At the address of the contact
// that there is, it changes the name and the language of that one. Another address is another
// person, who begins anew: with a new id, without answers, asked for all announcements. The
// former contact keeps the answers given so far and is among EveryHost, but its links open
// nothing and its mails are not wanted any more. (CorrectAddress mends a typing mistake in the
// address and keeps the person.)
// host.Host, Experiment, Lang, FamilyName, GivenName and Address are given, and an ID for a new
// one. It returns the contact as it is then. Setting the same again changes nothing.
func (t *Table) SetHost(ctx context.Context, host Person, entry AuditEntry, now time.Time) (Person, error) {
	entry.Key = auditKey(entry.ID, entry.At)
	var set Person
	err := t.decide(ctx, func() error {
		items, err := t.read(ctx, hostKey(host.Experiment, host.Host), entry.Key)
		if err != nil {
			return err
		}
		there, err := decodeIfAny[contact](items[0])
		switch {
		case err != nil:
		case there == nil:
			x := t.begin()
			set = x.addHost(host, entry, isNew, nil, now)
			err = x.commitOrLookAgain(ctx)
		case items[1] != nil: // it was set, and the answer lost
			err = t.readOne(ctx, profileKey(there.Person), &set)
		default:
			set, err = t.changeHost(ctx, there.Person, host, entry, now)
		}
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("setting the contact of %s: %w", host.Host, err)
	}
	return set, nil
}

// addHost makes a new person the contact of a listing, if it has the contact that the
// condition says.
func (x *transaction) addHost(host Person, entry AuditEntry, condition string, v values, now time.Time) Person {
	at := hostKey(host.Experiment, host.Host)
	host.Key, host.Created, host.Outside = profileKey(host.ID), At(now), []Key{at}
	x.put(entry, isNew, nil)
	x.put(contact{Key: at, Person: host.ID}, condition, v)
	x.put(host, isNew, nil)
	x.put(newSurveys(host.ID, host.Experiment), isNew, nil)
	return host
}

// changeHost changes a contact or puts another in its place, unless it is so already.
func (t *Table) changeHost(ctx context.Context, person string, host Person, entry AuditEntry, now time.Time) (Person, error) {
	var p Person
	if err := t.readOne(ctx, profileKey(person), &p); err != nil {
		return Person{}, unsettledList(err)
	}
	if p.Address.Comparable != host.Address.Comparable {
		return t.replaceHost(ctx, p, host, entry, now)
	}
	return t.introduce(ctx, p, host, entry)
}

// introduce gives a contact the name, language and spelling of the address that another has,
// on record, unless it is so already.
func (t *Table) introduce(ctx context.Context, p, as Person, entry AuditEntry) (Person, error) {
	before := p
	p.Lang, p.FamilyName, p.GivenName, p.Address = as.Lang, as.FamilyName, as.GivenName, as.Address
	if p.Lang == before.Lang && p.FamilyName == before.FamilyName && p.GivenName == before.GivenName && p.Address == before.Address {
		return p, nil
	}
	x := t.begin()
	x.put(entry, isNew, nil)
	x.update(p.Key, "SET #lang = :lang, #familyName = :familyName, #givenName = :givenName, #address = :address",
		"#lang = :wasLang AND #familyName = :wasFamilyName AND #givenName = :wasGivenName AND #address = :was AND attribute_not_exists(#withdrawn)",
		values{
			":lang": p.Lang, ":familyName": p.FamilyName, ":givenName": p.GivenName, ":address": p.Address,
			":wasLang": before.Lang, ":wasFamilyName": before.FamilyName, ":wasGivenName": before.GivenName, ":was": before.Address,
		})
	return p, x.commitOrLookAgain(ctx)
}

// replaceHost puts another person in the place of a contact.
func (t *Table) replaceHost(ctx context.Context, former, host Person, entry AuditEntry, now time.Time) (Person, error) {
	past := formerHostKey(former.Experiment, former.Host, former.ID)
	x := t.begin()
	host = x.addHost(host, entry, "#person = :former", values{":former": former.ID}, now)
	x.put(contact{Key: past, Person: former.ID}, isNew, nil)
	x.update(former.Key, "SET #withdrawn = :now, #linksFrom = :now, #outside = :outside",
		"#address.#comparable = :address AND attribute_not_exists(#withdrawn)",
		values{":now": At(now), ":outside": []Key{past}, ":address": former.Address.Comparable})
	return host, x.commitOrLookAgain(ctx)
}

// Hosts yields the contacts of an experiment's hosts, by listing, consistently.
func (t *Table) Hosts(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for host, err := range t.EveryHost(ctx, experiment) {
			if err == nil && host.Withdrawn != "" {
				continue
			}
			if !yield(host, err) {
				return
			}
		}
	}
}

// EveryHost yields the contacts of an experiment's hosts and those who were so before, who
// are Withdrawn since: by listing, the present one first, consistently.
func (t *Table) EveryHost(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for pointers, err := range chunked(batch, t.partition(ctx, hostKey(experiment, "").PK, "")) {
			var hosts []Person
			if err == nil {
				keys := make([]Key, len(pointers))
				for i, item := range pointers {
					keys[i] = profileKey(text(item["person"]))
				}
				hosts, err = t.profiles(ctx, keys)
			}
			if err != nil {
				yield(Person{}, fmt.Errorf("listing hosts: %w", err))
				return
			}
			for _, host := range hosts {
				if !yield(host, nil) {
					return
				}
			}
		}
	}
}

// profiles reads the people under the keys, without who has been erased.
func (t *Table) profiles(ctx context.Context, keys []Key) ([]Person, error) {
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, err
	}
	var people []Person
	for _, item := range items {
		p, err := decodeIfAny[Person](item)
		if err != nil {
			return nil, err
		}
		if p != nil {
			people = append(people, *p)
		}
	}
	return people, nil
}
