package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// A member of staff who gets summaries is a person of the table whose Staff says so: the
// ledger, its addresses and its states serve the summaries, too. It is not among the people of
// the experiment, has no application, and is in none of their files.

// staffRoll changes with whoever gets the summaries of an experiment, so that two changes at
// once do not give one address to two people, or let there be too many.
type staffRoll struct {
	Key
	Version int `dynamodbav:"version"` // 0: nobody ever got any
}

// maxStaff is how many people may get the summaries of an experiment: all their mails
// are written in one transaction.
const maxStaff = 50

// ErrTooManyStaff means that no more people can get summaries.
var ErrTooManyStaff = errors.New("no more people can get summaries")

// AddStaff has summaries of an experiment sent to a person, on record, once for each
// address: at the address of one that there is, it changes the name and language of
// that one. staff.Experiment, Lang, FamilyName, GivenName and Address are given, and an ID
// for a new one. It returns the person as it is then. Adding the same again changes nothing;
// who was removed begins anew. It returns ErrTooManyStaff.
func (t *Table) AddStaff(ctx context.Context, staff Person, entry AuditEntry, now time.Time) (Person, error) {
	entry.Key = auditKey(entry.ID, entry.At)
	var set Person
	err := t.decide(ctx, func() error {
		roll, noted, err := t.staffRoll(ctx, staff.Experiment, entry)
		if err != nil {
			return err
		}
		all, err := t.everyStaff(ctx, staff.Experiment)
		if err != nil {
			return err
		}
		present := slices.DeleteFunc(slices.Clone(all), func(p Person) bool { return p.Withdrawn != "" })
		i := slices.IndexFunc(present, func(p Person) bool { return p.Address.Comparable == staff.Address.Comparable })
		switch {
		case noted: // it was done, and the answer lost
			set, err = doneFor(staff, present, all)
		case i >= 0:
			set, err = t.introduce(ctx, present[i], staff, entry)
		case len(present) >= maxStaff:
			err = ErrTooManyStaff
		default:
			x := t.begin()
			set = x.addStaff(staff, roll, entry, now)
			err = x.commitOrLookAgain(ctx)
		}
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("adding staff to %s: %w", staff.Experiment, err)
	}
	return set, nil
}

// doneFor finds whom adding a member of staff has added or changed.
func doneFor(staff Person, present, all []Person) (Person, error) {
	for _, p := range slices.Concat(present, all) {
		if p.ID == staff.ID || p.Address.Comparable == staff.Address.Comparable {
			return p, nil
		}
	}
	return Person{}, ErrNotFound
}

// addStaff makes a new person a member of staff.
func (x *transaction) addStaff(staff Person, roll staffRoll, entry AuditEntry, now time.Time) Person {
	at := staffKey(staff.Experiment, staff.ID)
	staff.Key, staff.Staff, staff.Created, staff.Outside = profileKey(staff.ID), true, At(now), []Key{at}
	x.put(entry, isNew, nil)
	x.putStaffRoll(roll)
	x.put(contact{Key: at, Person: staff.ID}, isNew, nil)
	x.put(staff, isNew, nil)
	return staff
}

// RemoveStaff sends no more summaries to a person, on record: mails that wait are not
// wanted any more. ErrNotFound for who gets none.
func (t *Table) RemoveStaff(ctx context.Context, experiment, person string, entry AuditEntry, now time.Time) error {
	entry.Key = auditKey(entry.ID, entry.At)
	err := t.decide(ctx, func() error {
		items, err := t.read(ctx, profileKey(person), entry.Key)
		if err != nil {
			return err
		}
		var p Person
		if err := decode(items[0], &p); err != nil {
			return err
		}
		switch {
		case items[1] != nil:
			return nil // it was done, and the answer lost
		case !p.Staff, p.Experiment != experiment, p.Withdrawn != "":
			return ErrNotFound
		}
		x := t.begin()
		x.put(entry, isNew, nil)
		x.update(p.Key, "SET #withdrawn = :now, #linksFrom = :now", "#staff = :yes AND attribute_not_exists(#withdrawn)",
			values{":now": At(now), ":yes": true})
		return x.commitOrLookAgain(ctx)
	})
	if err != nil {
		return fmt.Errorf("removing staff from %s: %w", experiment, err)
	}
	return nil
}

// Staff yields who gets the summaries of an experiment, by when they were added, consistently.
func (t *Table) Staff(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for p, err := range t.EveryStaff(ctx, experiment) {
			if err == nil && p.Withdrawn != "" {
				continue
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// EveryStaff yields who gets the summaries of an experiment and who did, who are Withdrawn
// since: by when they were added, consistently.
func (t *Table) EveryStaff(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		all, err := t.everyStaff(ctx, experiment)
		if err != nil {
			yield(Person{}, fmt.Errorf("listing staff: %w", err))
			return
		}
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// everyStaff is EveryStaff at once: they are few.
func (t *Table) everyStaff(ctx context.Context, experiment string) ([]Person, error) {
	var all []Person
	for pointers, err := range chunked(batch, t.partition(ctx, staffKey(experiment, "").PK, "")) {
		if err != nil {
			return nil, err
		}
		var keys []Key
		for _, item := range pointers {
			if person := text(item["person"]); person != "" { // the roll names nobody
				keys = append(keys, profileKey(person))
			}
		}
		staff, err := t.profiles(ctx, keys)
		if err != nil {
			return nil, err
		}
		all = append(all, staff...)
	}
	slices.SortFunc(all, func(a, b Person) int { return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// staffRoll reads the roll of an experiment, and whether an act is on record already.
func (t *Table) staffRoll(ctx context.Context, experiment string, entry AuditEntry) (roll staffRoll, noted bool, err error) {
	items, err := t.read(ctx, staffRollKey(experiment), entry.Key)
	if err != nil {
		return staffRoll{}, false, err
	}
	roll.Key = staffRollKey(experiment)
	if err := decode(items[0], &roll); err != nil && !errors.Is(err, ErrNotFound) {
		return staffRoll{}, false, err
	}
	return roll, items[1] != nil, nil
}

// putStaffRoll changes the roll, if it is as it was read: before the people on it were.
func (x *transaction) putStaffRoll(roll staffRoll) {
	before := roll.Version
	roll.Version++
	if before == 0 {
		x.put(roll, isNew, nil)
		return
	}
	x.put(roll, "#version = :before", values{":before": before})
}

// moveStaff has a member of staff move to an address that no other one has.
func (t *Table) moveStaff(ctx context.Context, x *transaction, p Person, next Address, entry AuditEntry) error {
	roll, _, err := t.staffRoll(ctx, p.Experiment, entry)
	if err != nil {
		return err
	}
	for other, err := range t.Staff(ctx, p.Experiment) {
		if err != nil {
			return err
		}
		if other.ID != p.ID && other.Address.Comparable == next.Comparable {
			return ErrAddressTaken
		}
	}
	x.putStaffRoll(roll)
	return nil
}
