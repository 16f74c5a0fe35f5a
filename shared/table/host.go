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

// contact names the person who is the contact of a listing.
type contact struct {
	Key
	Person string `dynamodbav:"person"`
}

// SetHost makes a person the contact of a listing, or changes name, address and language of
// the one that there is, on record. Links that went to a former address open nothing any more.
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
			set, err = t.addHost(ctx, host, entry, now)
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

// addHost makes a person the contact of a listing that has none.
func (t *Table) addHost(ctx context.Context, host Person, entry AuditEntry, now time.Time) (Person, error) {
	at := hostKey(host.Experiment, host.Host)
	host.Key, host.Created, host.Outside = profileKey(host.ID), At(now), []Key{at}
	x := t.begin()
	x.put(entry, isNew, nil)
	x.put(contact{Key: at, Person: host.ID}, isNew, nil)
	x.put(host, isNew, nil)
	x.put(newSurveys(host.ID, host.Experiment), isNew, nil)
	return host, x.commitOrLookAgain(ctx)
}

// changeHost changes a contact, unless it is so already.
func (t *Table) changeHost(ctx context.Context, person string, host Person, entry AuditEntry, now time.Time) (Person, error) {
	var p Person
	if err := t.readOne(ctx, profileKey(person), &p); err != nil {
		return Person{}, unsettledList(err)
	}
	before := p
	p.Lang, p.FamilyName, p.GivenName, p.Address = host.Lang, host.FamilyName, host.GivenName, host.Address
	if p.Lang == before.Lang && p.FamilyName == before.FamilyName && p.GivenName == before.GivenName && p.Address == before.Address {
		return p, nil
	}
	if p.Address.Comparable != before.Address.Comparable {
		p.LinksFrom = At(now)
	}
	v := values{
		":lang": p.Lang, ":familyName": p.FamilyName, ":givenName": p.GivenName, ":address": p.Address,
		":wasLang": before.Lang, ":wasFamilyName": before.FamilyName, ":wasGivenName": before.GivenName, ":was": before.Address,
	}
	change := "SET #lang = :lang, #familyName = :familyName, #givenName = :givenName, #address = :address"
	if p.LinksFrom != "" {
		change += ", #linksFrom = :linksFrom"
		v[":linksFrom"] = p.LinksFrom
	}
	x := t.begin()
	x.put(entry, isNew, nil)
	x.update(p.Key, change,
		"#lang = :wasLang AND #familyName = :wasFamilyName AND #givenName = :wasGivenName AND #address = :was", v)
	return p, x.commitOrLookAgain(ctx)
}

// Hosts yields the contacts of an experiment's hosts, by listing, consistently.
func (t *Table) Hosts(ctx context.Context, experiment string) iter.Seq2[Person, error] {
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
