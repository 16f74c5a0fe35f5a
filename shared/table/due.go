package table

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// DueMail is a mail that needs the sender, as the list of due mails has it.
type DueMail struct {
	Person string
	Mail   string
	At     time.Time // when it is due, or its attempt's lease ends
}

// DueMails yields the mails that need the sender in the order of their instants.
// It goes on beyond now, so that the caller sees when there will be work again;
// the caller stops it. The list lags a little behind the items: what it names has
// to be read before it is acted upon.
func (t *Table) DueMails(ctx context.Context) iter.Seq2[DueMail, error] {
	var lists []iter.Seq2[DueMail, error]
	for shard := range allShards {
		lists = append(lists, t.dueIn(ctx, shard))
	}
	return merged(func(a, b DueMail) int { return a.At.Compare(b.At) }, lists...)
}

// dueIn yields the due mails of one shard.
func (t *Table) dueIn(ctx context.Context, shard string) iter.Seq2[DueMail, error] {
	return func(yield func(DueMail, error) bool) {
		for item, err := range t.list(ctx, dueList(shard), duePage) {
			if err != nil {
				yield(DueMail{}, fmt.Errorf("listing due mails: %w", err))
				return
			}
			due := DueMail{
				Person: lastPart(text(item["pk"])), Mail: lastPart(text(item["sk"])),
				At: Instant(firstPart(text(item["at"]))).Time(),
			}
			if !yield(due, nil) {
				return
			}
		}
	}
}

// duePage is how many due mails are asked for at a time: enough for a minute's
// work at a common sending rate, little enough for an idle tick.
const duePage = 100
