package table

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"
)

// Suppression is why an address of a person takes no mail.
type Suppression struct {
	Address string  `dynamodbav:"address"` // digest of its comparable form
	Reason  Arrival `dynamodbav:"reason"`  // Bounced or Complained
	Mail    string  `dynamodbav:"mail"`    // the first one of which it was told
	At      Instant `dynamodbav:"at"`
}

// LogValue keeps the digest out of logs: an address can be guessed from it.
func (s Suppression) LogValue() slog.Value {
	return slog.GroupValue(slog.String("mail", s.Mail), slog.String("reason", string(s.Reason)))
}

// SuppressedAt reports whether an address of the person takes no mail, and why: a
// complaint counts more than a bounce. It is bound to the address, so that a
// corrected one takes mail.
func (p Person) SuppressedAt(a Address) (Suppression, bool) {
	var found Suppression
	for _, s := range p.Suppressed {
		if s.Address == digest(a.Comparable) && (found.Reason == "" || s.Reason == Complained) {
			found = s
		}
	}
	return found, found.Reason != ""
}

// feedback is a bounce or complaint as it is counted.
type feedback struct {
	Key
	Person     string `dynamodbav:"person"`
	Experiment string `dynamodbav:"experiment"`
	Expires    int64  `dynamodbav:"expires"`
}

// feedbackLife is how long a bounce or complaint is listed: as long as the table
// can be restored to a time before it.
const feedbackLife = 35 * 24 * time.Hour

// Suppress records a bounce or complaint with the mail, as MarkArrival does, and in
// the same transaction marks the person's address and counts it. It returns
// ErrNotFound for a mail or a person that there is not.
func (t *Table) Suppress(ctx context.Context, f Feedback, reason Arrival) (Mail, error) {
	var m Mail
	at := At(f.At)
	err := t.decide(ctx, func() error {
		counted := feedbackKey(f.Mail, reason, at)
		items, err := t.read(ctx, mailKey(f.Person, f.Mail), profileKey(f.Person), counted)
		if err != nil {
			return err
		}
		var person Person
		m = Mail{}
		if err := errors.Join(decode(items[0], &m), decode(items[1], &person)); err != nil {
			return err
		}
		if items[2] != nil {
			return nil // told before
		}
		x := t.begin()
		if heard := m.hear(f, reason); heard != nil {
			x.update(m.Key, heard.change, heard.condition, heard.values)
			m = heard.mail
		}
		x.suppress(person, Suppression{Address: m.wentTo(f.To), Reason: reason, Mail: f.Mail, At: at})
		if !f.Known {
			x.put(feedback{
				Key: counted, Person: person.ID, Experiment: person.Experiment, Expires: f.At.Add(feedbackLife).Unix(),
			}, isNew, nil)
		}
		if len(x.writes) == 0 {
			return nil
		}
		err = x.commit(ctx)
		if refusal, ok := errors.AsType[*refusal](err); ok {
			return unexplained(refusal)
		}
		return err
	})
	if err != nil {
		return Mail{}, fmt.Errorf("recording feedback on mail %s: %w", f.Mail, err)
	}
	return m, nil
}

// suppress marks an address of a person, once for each reason.
func (x *transaction) suppress(person Person, s Suppression) {
	same := func(other Suppression) bool { return other.Address == s.Address && other.Reason == s.Reason }
	if slices.ContainsFunc(person.Suppressed, same) {
		return
	}
	v := values{":suppressed": append(slices.Clone(person.Suppressed), s)}
	condition := "attribute_exists(#pk) AND attribute_not_exists(#suppressed)"
	if len(person.Suppressed) > 0 {
		condition = "#suppressed = :before"
		v[":before"] = person.Suppressed
	}
	x.update(profileKey(person.ID), "SET #suppressed = :suppressed", condition, v)
}

// wentTo is the digest of the address that a copy went to: the one that every
// attempt was for, which no detour through SES has altered, or else what the
// event says.
func (m Mail) wentTo(comparable string) string {
	if len(m.SentTo) == 1 {
		return m.SentTo[0]
	}
	return digest(comparable)
}

// Tally counts what came back.
type Tally struct{ Bounces, Complaints int }

// TallySince counts the bounces and complaints of all experiments from an instant
// on, of the last 35 days at the most.
func (t *Table) TallySince(ctx context.Context, since time.Time) (Tally, error) {
	var tally Tally
	for shard := range allShards {
		for item, err := range t.partitionFrom(ctx, feedbackPartition(shard), string(At(since)), "sk") {
			if err != nil {
				return Tally{}, fmt.Errorf("counting feedback: %w", err)
			}
			tally.count(Arrival(secondPart(text(item["sk"]))))
		}
	}
	return tally, nil
}

// TallyBetween counts the bounces and complaints of an experiment in [from, to), of the
// last 35 days at the most.
func (t *Table) TallyBetween(ctx context.Context, experiment string, from, to time.Time) (Tally, error) {
	var tally Tally
	if !from.Before(to) {
		return tally, nil
	}
	first := cmp.Or(string(At(from)), "0") // before every instant
	for shard := range allShards {
		for item, err := range t.partitionBetween(ctx, feedbackPartition(shard), first, string(At(to)), "sk", "experiment") {
			if err != nil {
				return Tally{}, fmt.Errorf("counting feedback: %w", err)
			}
			if text(item["experiment"]) == experiment {
				tally.count(Arrival(secondPart(text(item["sk"]))))
			}
		}
	}
	return tally, nil
}

// count adds one that came back.
func (t *Tally) count(what Arrival) {
	switch what {
	case Bounced:
		t.Bounces++
	case Complained:
		t.Complaints++
	}
}

// SuppressedPerson is an address of a person that takes no mail. It does not hold
// the address.
type SuppressedPerson struct {
	Person string
	Suppression
	Present bool // whether it is the person's address now
}

// Suppressions yields the addresses of an experiment's people that take no mail,
// person after person in the order in which they came, then the hosts' contacts and staff.
func (t *Table) Suppressions(ctx context.Context, experiment string) iter.Seq2[SuppressedPerson, error] {
	return func(yield func(SuppressedPerson, error) bool) {
		for p, err := range t.addressees(ctx, experiment) {
			if err != nil {
				yield(SuppressedPerson{}, fmt.Errorf("listing suppressed addresses: %w", err))
				return
			}
			for _, s := range p.Suppressed {
				present := s.Address == digest(p.Address.Comparable)
				if !yield(SuppressedPerson{Person: p.ID, Suppression: s, Present: present}, nil) {
					return
				}
			}
		}
	}
}
