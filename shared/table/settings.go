package table

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/experiment"
)

// Settings is what staff have set about the briefings of an experiment at short
// notice, and what people have been told of it. What is not set is the file's.
type Settings struct {
	Key
	Experiment string                     `dynamodbav:"experiment"`
	Version    int                        `dynamodbav:"version"` // 0: nothing was ever set or told
	Briefings  map[string]BriefingSetting `dynamodbav:"briefings"`
}

// BriefingSetting is what is set about one briefing.
type BriefingSetting struct {
	Start    Instant `dynamodbav:"start,omitempty"`
	End      Instant `dynamodbav:"end,omitempty"`
	Canceled bool    `dynamodbav:"cancelled"`
	Room     string  `dynamodbav:"room,omitempty"` // https address

	// Told is what people have been told last; nil before the first tick.
	Told *Announcement `dynamodbav:"told,omitempty"`
}

// Announcement is what people have been told of when a briefing takes place.
type Announcement struct {
	Start    Instant `dynamodbav:"start"`
	End      Instant `dynamodbav:"end"`
	Canceled bool    `dynamodbav:"cancelled"`
	Sequence int     `dynamodbav:"sequence"` // 0, and one more for each change
	At       Instant `dynamodbav:"when"`     // of the last change; never for none

	// What it was before the last change.
	OldStart Instant `dynamodbav:"oldStart,omitempty"`
	OldEnd   Instant `dynamodbav:"oldEnd,omitempty"`
}

// ErrSettingsChanged means that the settings are no longer as they were read.
var ErrSettingsChanged = errors.New("the settings have changed")

// NoSettings is an experiment of which nothing was ever set.
func NoSettings(experiment string) Settings {
	return Settings{Key: settingsKey(experiment), Experiment: experiment}
}

// Briefing returns the setting of a briefing; the zero setting for none.
func (s Settings) Briefing(id string) BriefingSetting { return s.Briefings[id] }

// With returns the settings with one briefing's replaced.
func (s Settings) With(briefing string, set BriefingSetting) Settings {
	all := make(map[string]BriefingSetting, len(s.Briefings)+1)
	maps.Copy(all, s.Briefings)
	all[briefing] = set
	s.Briefings = all
	return s
}

// Sessions returns the briefings of the experiment as they stand.
func (s Settings) Sessions(e *experiment.Experiment) []experiment.Session {
	set := make(map[string]experiment.Setting, len(s.Briefings))
	for id, b := range s.Briefings {
		one := experiment.Setting{Start: b.Start.Time(), End: b.End.Time(), Canceled: b.Canceled, Room: b.Room}
		if b.Told != nil {
			one.Sequence, one.Announced = b.Told.Sequence, b.Told.At.Time()
		}
		set[id] = one
	}
	return e.Sessions(set)
}

// Settings reads the settings of an experiment, consistently.
func (t *Table) Settings(ctx context.Context, experiment string) (Settings, error) {
	s := NoSettings(experiment)
	if err := t.readOne(ctx, s.Key, &s); err != nil && !errors.Is(err, ErrNotFound) {
		return Settings{}, fmt.Errorf("reading the settings of %s: %w", experiment, err)
	}
	return s, nil
}

// decodeSettings returns the settings of an experiment from their item, if any.
func decodeSettings(experiment string, item map[string]types.AttributeValue) (Settings, error) {
	s := NoSettings(experiment)
	if err := decode(item, &s); err != nil && !errors.Is(err, ErrNotFound) {
		return Settings{}, err
	}
	return s, nil
}

// Set replaces settings that were read before and puts the act on record, in one
// transaction. It returns ErrSettingsChanged if they are no longer the same.
func (t *Table) Set(ctx context.Context, after Settings, entry AuditEntry) error {
	entry.Key = auditKey(entry.ID, entry.At)
	err := t.decide(ctx, func() error {
		x := t.begin()
		x.putSettings(after)
		x.put(entry, isNew, nil)
		err := x.commit(ctx)
		refusal, ok := errors.AsType[*refusal](err)
		if !ok {
			return err
		}
		if item, failed := refusal.at(1); failed && item != nil {
			return nil // the entry is there: it was done, and the answer lost
		}
		return ErrSettingsChanged
	})
	if err != nil {
		return fmt.Errorf("changing the settings of %s: %w", after.Experiment, err)
	}
	return nil
}

// Announce notes what people are about to be told of a briefing. It returns
// ErrSettingsChanged if the settings are no longer as they were read: another tick
// was faster, or staff have changed them.
func (t *Table) Announce(ctx context.Context, s Settings, briefing string, told Announcement) error {
	set := s.Briefing(briefing)
	set.Told = &told
	err := t.decide(ctx, func() error {
		x := t.begin()
		x.putSettings(s.With(briefing, set))
		err := x.commit(ctx)
		if _, refused := errors.AsType[*refusal](err); refused {
			return ErrSettingsChanged
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("announcing briefing %s: %w", briefing, err)
	}
	return nil
}

// putSettings writes settings on the condition that they are still the version
// that they were read as.
func (x *transaction) putSettings(s Settings) {
	before := s.Version
	s.Version++
	if before == 0 {
		x.put(s, isNew, nil)
		return
	}
	x.put(s, "#version = :before", values{":before": before})
}

// checkSettings makes a decision depend on settings that it does not change.
func (x *transaction) checkSettings(s Settings) int {
	if s.Version == 0 {
		return x.check(s.Key, isNew, nil)
	}
	return x.check(s.Key, "#version = :version", values{":version": s.Version})
}

// Beginning is what a tick decides by: the switch of all mail, and the settings
// and seats of the experiments.
type Beginning struct {
	Switch   Switch
	Settings map[string]Settings         // by experiment
	Seats    map[string]map[string]Seats // by experiment and briefing
}

// Begin reads what a tick decides by, by one consistent read.
func (t *Table) Begin(ctx context.Context, experiments ...*experiment.Experiment) (Beginning, error) {
	keys := []Key{sendingKey()}
	for _, e := range experiments {
		keys = append(keys, settingsKey(e.ID))
		for _, b := range e.Briefings {
			keys = append(keys, seatsKey(e.ID, b.ID))
		}
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return Beginning{}, fmt.Errorf("beginning: %w", err)
	}
	found := Beginning{Settings: map[string]Settings{}, Seats: map[string]map[string]Seats{}}
	if err := decode(items[0], &found.Switch); err != nil && !errors.Is(err, ErrNotFound) {
		return Beginning{}, err
	}
	next := 1
	for _, e := range experiments {
		if found.Settings[e.ID], err = decodeSettings(e.ID, items[next]); err != nil {
			return Beginning{}, err
		}
		next++
		found.Seats[e.ID] = map[string]Seats{}
		for _, b := range e.Briefings {
			if found.Seats[e.ID][b.ID], err = decodeSeats(e.ID, b.ID, items[next]); err != nil {
				return Beginning{}, err
			}
			next++
		}
	}
	return found, nil
}

// sessionOf finds a briefing among those of an experiment as they stand.
func sessionOf(sessions []experiment.Session, id string) (experiment.Session, bool) {
	for _, s := range sessions {
		if s.ID == id {
			return s, true
		}
	}
	return experiment.Session{}, false
}

// upcoming reports whether a session has not begun and takes place.
func upcoming(s experiment.Session, now time.Time) bool { return !s.Canceled && now.Before(s.Start) }

// Told returns the settings as they are after an announcement was noted.
func (s Settings) Told(briefing string, told Announcement) Settings {
	set := s.Briefing(briefing)
	set.Told = &told
	s = s.With(briefing, set)
	s.Version++
	return s
}
