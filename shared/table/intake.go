package table

import (
	"context"
	"fmt"
	"iter"
	"time"

	"livinglab/shared/mail"
)

// Intake is what came in, in a span of time.
type Intake struct {
	Applied   int            // whatever became of them
	Withdrawn int            // whenever they had come
	First     map[string]int // applications of the span that stood at its end, by the listing wished for first
	Any       map[string]int // and by each listing wished for
	Days      map[string]int // applications by day, 2020-11-07, in the zone of the span's end
}

// Intake counts the applications and withdrawals in [from, to), from the beginning for a
// zero from. It reads keys alone, and says the same whenever it is asked, but for wishes that
// were changed since.
func (t *Table) Intake(ctx context.Context, experiment string, from, to time.Time) (Intake, error) {
	in := Intake{First: map[string]int{}, Any: map[string]int{}, Days: map[string]int{}}
	for shard := range allShards {
		if err := t.intakeIn(ctx, experiment, shard, span{At(from), At(to), to.Location()}, &in); err != nil {
			return Intake{}, fmt.Errorf("counting what came in: %w", err)
		}
	}
	return in, nil
}

// intakeIn counts what came in of one shard. Who withdraws moves from one list to the
// other: the one that people leave is read first, so that whoever moves meanwhile is on
// either, and who is on both counts once.
func (t *Table) intakeIn(ctx context.Context, experiment, shard string, s span, in *Intake) error {
	counted := map[string]bool{}
	for item, err := range t.listBetween(ctx, applicationList(experiment, shard), string(s.from), string(s.to), keyPage) {
		if err != nil {
			return err
		}
		place := parts(text(item["at"]))
		submitted, person, wishes := Instant(place[0]), place[1], place[2:]
		counted[person] = true
		in.applied(s.day(submitted), wishes)
	}
	// Who came in the span may have withdrawn at any time after it began.
	for item, err := range t.listBetween(ctx, withdrawnList(experiment, shard), string(s.from), "", keyPage) {
		if err != nil {
			return err
		}
		place := parts(text(item["at"]))
		if len(place) < 3 {
			continue
		}
		withdrawn, person, submitted, wishes := Instant(place[0]), place[1], Instant(place[2]), place[3:]
		stood := !s.holds(withdrawn)
		if !stood {
			in.Withdrawn++
			wishes = nil
		}
		if s.holds(submitted) && !counted[person] {
			in.applied(s.day(submitted), wishes)
		}
	}
	return nil
}

// applied counts an application of a day, with its wishes if it stood.
func (in *Intake) applied(day string, wishes []string) {
	in.Applied++
	in.Days[day]++
	for i, listing := range wishes {
		if i == 0 {
			in.First[listing]++
		}
		in.Any[listing]++
	}
}

// span is from one instant to another, which is not part of it, in a zone.
type span struct {
	from, to Instant // from the beginning if from is empty
	zone     *time.Location
}

func (s span) holds(at Instant) bool { return s.from <= at && at < s.to }

func (s span) day(at Instant) string { return at.Time().In(s.zone).Format(time.DateOnly) }

// Places is how many places of a briefing there are, by how they stand.
type Places struct {
	Booked   int // in the span, whatever became of them
	Seats    int // held or kept for somebody who was offered one
	Waiting  int
	Canceled int // given up: left for good or for another briefing, or not answered for
}

// Places counts the places of a briefing as they are now, and those booked in [from, to).
func (t *Table) Places(ctx context.Context, experiment, briefing string, from, to time.Time) (Places, error) {
	var p Places
	s := span{from: At(from), to: At(to)}
	for ticket, err := range t.everyTicket(ctx, experiment, briefing, 0) {
		if err != nil {
			return Places{}, fmt.Errorf("counting the places of %s: %w", briefing, err)
		}
		if s.holds(ticket.Came) {
			p.Booked++
		}
		switch ticket.Standing {
		case Confirmed, Offered:
			p.Seats++
		case Waiting:
			p.Waiting++
		default:
			p.Canceled++
		}
	}
	return p, nil
}

// EndedMail is a mail that has ended, as the keys of a list have it.
type EndedMail struct {
	Person, Mail string
	At           Instant // when it ended
	State        State
	Kind         mail.Kind
	Occasion     string
	Due          Instant
}

// EndedMails yields the mails of an experiment that ended in [from, to), from the
// beginning for a zero from, shard after shard. It reads keys alone. A mail that ended
// twice, because staff had it sent again or SES told of it after all, is where it ended
// last.
func (t *Table) EndedMails(ctx context.Context, experiment string, from, to time.Time) iter.Seq2[EndedMail, error] {
	return func(yield func(EndedMail, error) bool) {
		for shard := range allShards {
			for item, err := range t.listBetween(ctx, endedList(experiment, shard), string(At(from)), string(At(to)), keyPage) {
				if err != nil {
					yield(EndedMail{}, fmt.Errorf("listing ended mails: %w", err))
					return
				}
				place, key := parts(text(item["at"])), keyOf(item)
				if len(place) < 5 {
					continue // for newer code
				}
				ended := EndedMail{
					Person: lastPart(key.PK), Mail: lastPart(key.SK), At: Instant(place[0]), State: State(place[1]),
					Kind: mail.Kind(place[2]), Due: Instant(place[3]), Occasion: place[4],
				}
				if !yield(ended, nil) {
					return
				}
			}
		}
	}
}

// OpenMail is a mail that has not ended, as the keys of a list have it.
type OpenMail struct {
	Person, Mail string
	At           Instant // when it needs the sender or, in doubt, since when it is
	Since        Instant // since when it is wanted, however often it was put off; in doubt, At
	Unknown      bool
	Kind         mail.Kind
}

// OpenMails yields the mails of an experiment that have not ended, shard after shard: those
// that wait or are under way, and then those in doubt, each once although they move
// meanwhile. It reads keys alone.
func (t *Table) OpenMails(ctx context.Context, experiment string) iter.Seq2[OpenMail, error] {
	return func(yield func(OpenMail, error) bool) {
		for shard := range allShards {
			seen := map[Key]bool{}
			for _, list := range []string{dueList(shard), unknownList(shard)} {
				for item, err := range t.list(ctx, list, keyPage) {
					if err != nil {
						yield(OpenMail{}, fmt.Errorf("listing open mails: %w", err))
						return
					}
					place, key := parts(text(item["at"])), keyOf(item)
					if len(place) < 4 || place[2] != experiment || seen[key] {
						continue // a registration, or another experiment's
					}
					seen[key] = true
					open := OpenMail{
						Person: lastPart(key.PK), Mail: lastPart(key.SK), At: Instant(place[0]),
						Unknown: list == unknownList(shard), Kind: mail.Kind(place[3]),
					}
					open.Since = open.At
					if !open.Unknown && len(place) > 4 {
						open.Since = Instant(place[4])
					}
					if !yield(open, nil) {
						return
					}
				}
			}
		}
	}
}
