package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ledgerLine names the attributes of a mail that say what became of it. None is
// an address, a text or a link.
var ledgerLine = []string{
	"pk", "sk", "id", "person", "experiment", "kind", "occasion", "lang", "status", "reason",
	"created", "due", "notAfter", "attempt", "lease", "sent", "messages", "overruled", "delivery", "deliveryAt", "at",
}

// Mails yields the ledger of an experiment: the mails of everybody who has applied
// or registered, person after person in the order in which they came, then of the hosts'
// contacts and of staff, each one's by when they were planned. The mails of a withdrawn person that had not ended are
// canceled, whatever their stored state. It reads neither texts nor links.
func (t *Table) Mails(ctx context.Context, experiment string) iter.Seq2[Mail, error] {
	return func(yield func(Mail, error) bool) {
		for person, err := range t.addressees(ctx, experiment) {
			var mails []Mail
			if err == nil {
				mails, err = t.MailsOf(ctx, person.ID)
			}
			if err != nil {
				yield(Mail{}, fmt.Errorf("listing mails: %w", err))
				return
			}
			for _, m := range mails {
				if !yield(m.of(person), nil) {
					return
				}
			}
		}
	}
}

// addressees yields everybody of an experiment who may get mail: its people, then the
// contacts of its hosts and who gets its summaries, former ones too.
func (t *Table) addressees(ctx context.Context, experiment string) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for known, err := range t.People(ctx, experiment) {
			if !yield(known.Person, err) || err != nil {
				return
			}
		}
		for host, err := range t.EveryHost(ctx, experiment) {
			if !yield(host, err) || err != nil {
				return
			}
		}
		for staff, err := range t.EveryStaff(ctx, experiment) {
			if !yield(staff, err) || err != nil {
				return
			}
		}
	}
}

// of is the mail as the person's withdrawal leaves it.
func (m Mail) of(p Person) Mail {
	if gone := p.Gone(); gone != "" && m.State == Pending && !m.Kind.OutlivesWithdrawal() {
		m.State, m.Reason = Canceled, gone
	}
	return m
}

// MailsOf returns the mails of one person, by when they were planned, without
// addresses, texts and links.
func (t *Table) MailsOf(ctx context.Context, person string) ([]Mail, error) {
	var mails []Mail
	prefix := mailKey(person, "")
	for item, err := range t.partition(ctx, prefix.PK, prefix.SK, ledgerLine...) {
		if err != nil {
			return nil, err
		}
		m, err := ledgerLineOf(item)
		if err != nil {
			return nil, err
		}
		mails = append(mails, m)
	}
	sortMails(mails)
	return mails, nil
}

// sortMails orders mails by when they were planned.
func sortMails(mails []Mail) {
	slices.SortFunc(mails, func(a, b Mail) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
	})
}

// UnfinishedMails yields the mails of an experiment that have not ended: those
// that wait or are under way, by when they need the sender, and then those of
// which nobody knows whether SES took them.
func (t *Table) UnfinishedMails(ctx context.Context, experiment string) iter.Seq2[Mail, error] {
	return func(yield func(Mail, error) bool) {
		for keys, err := range chunked(batch, t.unfinished(ctx)) {
			if err != nil {
				yield(Mail{}, fmt.Errorf("listing unfinished mails: %w", err))
				return
			}
			items, err := t.read(ctx, keys...)
			if err != nil {
				yield(Mail{}, fmt.Errorf("listing unfinished mails: %w", err))
				return
			}
			for _, item := range items {
				if item == nil {
					continue // erased since it was listed
				}
				m, err := ledgerLineOf(item)
				if err != nil {
					yield(Mail{}, fmt.Errorf("listing unfinished mails: %w", err))
					return
				}
				open := m.State == Pending || m.State == Sending || m.State == Unknown
				if open && m.Experiment == experiment && !yield(m, nil) {
					return
				}
			}
		}
	}
}

// unfinished yields the keys of all mails that have not ended, each once, although
// they move meanwhile: put off, to a later place of the first list, and given up, to
// the second.
func (t *Table) unfinished(ctx context.Context) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		seen := map[Key]bool{}
		for due, err := range t.DueItems(ctx) {
			if err != nil {
				yield(Key{}, err)
				return
			}
			if due.Mail == "" {
				continue
			}
			key := mailKey(due.Person, due.Mail)
			if seen[key] {
				continue
			}
			seen[key] = true
			if !yield(key, nil) {
				return
			}
		}
		for shard := range allShards {
			for key, err := range t.keysOn(ctx, unknownList(shard)) {
				if seen[key] {
					continue
				}
				if !yield(key, err) || err != nil {
					return
				}
			}
		}
	}
}

// ledgerLineOf decodes a mail without its address, text and links.
func ledgerLineOf(item map[string]types.AttributeValue) (Mail, error) {
	line := make(map[string]types.AttributeValue, len(ledgerLine))
	for _, name := range ledgerLine {
		if value, ok := item[name]; ok {
			line[name] = value
		}
	}
	var m Mail
	if err := decode(line, &m); err != nil {
		return Mail{}, err
	}
	return m, nil
}

// CountUnknown counts the mails of which nobody knows since before an instant
// whether SES took them: work for staff.
func (t *Table) CountUnknown(ctx context.Context, before time.Time) (int, error) {
	count := 0
	for shard := range allShards {
		for item, err := range t.list(ctx, unknownList(shard), 0) {
			if err != nil {
				return 0, fmt.Errorf("counting unknown mails: %w", err)
			}
			if Instant(firstPart(text(item["at"]))).Time().After(before) {
				break // they come in the order of their instants
			}
			count++
		}
	}
	return count, nil
}

// CountDue counts what needs the sender at an instant.
func (t *Table) CountDue(ctx context.Context, now time.Time) (int, error) {
	count := 0
	for shard := range allShards {
		for due, err := range t.dueIn(ctx, shard) {
			if err != nil {
				return 0, err
			}
			if due.At.After(now) {
				break
			}
			count++
		}
	}
	return count, nil
}
