package table

import (
	"context"
	"errors"
	"iter"
	"time"
)

// A host's contact is a person of the table whose Host names the listing: the same
// mails, links and surveys serve it. It is not among the people of the experiment, has
// no application, and is in none of their files.

// SetHost makes a person the contact of a listing, or changes name, address and language of
// the one that there is, on record. Links that went to a former address open nothing any more.
// host.Host, Experiment, Lang, FamilyName, GivenName and Address are given, and an ID for a new one.
func (t *Table) SetHost(ctx context.Context, host Person, entry AuditEntry, now time.Time) (Person, error) {
	return Person{}, errors.ErrUnsupported
}

// Hosts yields the contacts of an experiment's hosts, by listing.
func (t *Table) Hosts(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) { yield(Person{}, errors.ErrUnsupported) }
}
