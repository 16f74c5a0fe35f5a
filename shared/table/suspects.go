package table

import (
	"cmp"
	"context"
	"fmt"
	"iter"
)

// Suspect is a refused post that looked automatic.
type Suspect struct {
	At     Instant
	Reason string
}

// Suspects yields the refused posts of an experiment that looked automatic,
// in the order in which they came. They are kept for 30 days.
func (t *Table) Suspects(ctx context.Context, experiment string) iter.Seq2[Suspect, error] {
	var shards []iter.Seq2[Suspect, error]
	for shard := range allShards {
		shards = append(shards, t.suspectsIn(ctx, suspectPartition(experiment, shard)))
	}
	return merged(func(a, b Suspect) int { return cmp.Compare(a.At, b.At) }, shards...)
}

func (t *Table) suspectsIn(ctx context.Context, partition string) iter.Seq2[Suspect, error] {
	return func(yield func(Suspect, error) bool) {
		for item, err := range t.partition(ctx, partition, "") {
			var stored suspect
			if err == nil {
				err = decode(item, &stored)
			}
			if err != nil {
				yield(Suspect{}, fmt.Errorf("listing suspects: %w", err))
				return
			}
			if !yield(Suspect{At: Instant(firstPart(stored.SK)), Reason: stored.Reason}, nil) {
				return
			}
		}
	}
}
