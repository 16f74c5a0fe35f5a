package table

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Due is what needs the sender, as the list of it has it: a mail or, if Mail is
// empty, the person's registration, whose offered seat goes to the next.
type Due struct {
	Person string
	Mail   string
	At     time.Time // when it is due, or its attempt's lease ends
}

// DueItems yields what needs the sender in the order of its instants.
// It goes on beyond now, so that the caller sees when there will be work again;
// the caller stops it. The list lags a little behind the items: what it names has
// to be read before it is acted upon.
func (t *Table) DueItems(ctx context.Context) iter.Seq2[Due, error] {
	var lists []iter.Seq2[Due, error]
	for shard := range allShards {
		lists = append(lists, t.dueIn(ctx, shard))
	}
	return merged(func(a, b Due) int { return a.At.Compare(b.At) }, lists...)
}

// dueIn yields what is due of one shard.
func (t *Table) dueIn(ctx context.Context, shard string) iter.Seq2[Due, error] {
	return func(yield func(Due, error) bool) {
		for item, err := range t.list(ctx, dueList(shard), duePage) {
			if err != nil {
				yield(Due{}, fmt.Errorf("listing what is due: %w", err))
				return
			}
			due := Due{Person: lastPart(text(item["pk"])), At: Instant(firstPart(text(item["at"]))).Time()}
			if key := keyOf(item); key != registrationKey(due.Person) {
				due.Mail = lastPart(key.SK)
			}
			if !yield(due, nil) {
				return
			}
		}
	}
}

// duePage is how many due items are asked for at a time: enough for a minute's
// work at a common sending rate, little enough for an idle tick.
const duePage = 100

// String names what is due by its ids.
func (d Due) String() string {
	if d.Mail == "" {
		return "registration of " + d.Person
	}
	return "mail " + d.Mail
}
