package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ledgerLine names the attributes of a mail that say what became of it. None is
// an address, a text or a link.
var ledgerLine = []string{
	"pk", "sk", "id", "person", "experiment", "kind", "occasion", "lang", "status", "reason",
	"created", "due", "notAfter", "attempt", "lease", "sent", "messages", "overruled", "delivery", "deliveryAt",
}

// Mails yields the ledger of an experiment: the mails of everybody who has
// applied, person after person in the order of submission, each one's by when they
// were planned. It reads neither addresses nor texts nor links.
func (t *Table) Mails(ctx context.Context, experiment string) iter.Seq2[Mail, error] {
	return func(yield func(Mail, error) bool) {
		order, err := t.submissions(ctx, experiment)
		if err != nil {
			yield(Mail{}, fmt.Errorf("listing mails: %w", err))
			return
		}
		for _, l := range order {
			mails, err := t.mailsOf(ctx, l.person)
			if err != nil {
				yield(Mail{}, fmt.Errorf("listing mails: %w", err))
				return
			}
			for _, m := range mails {
				if !yield(m, nil) {
					return
				}
			}
		}
	}
}

func (t *Table) mailsOf(ctx context.Context, person string) ([]Mail, error) {
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
	slices.SortFunc(mails, func(a, b Mail) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
	})
	return mails, nil
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
		for due, err := range t.DueMails(ctx) {
			if err != nil {
				yield(Key{}, err)
				return
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
