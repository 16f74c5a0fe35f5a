package experiment

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"time"
	_ "time/tzdata" // the Lambda runtime has no zones of its own
)

// The functions read the compiled form: reading the reviewed source takes
// milliseconds that every cold start would pay.
//
//go:generate go run livinglab/infra/plan compile experiments ../survey/instruments
//go:embed experiments/*.json
var compiledFiles embed.FS

// Set is the experiments of one deployment.
type Set struct {
	experiments []*Experiment
}

// Shipped parses the experiments that this build ships.
func Shipped() (Set, error) {
	names, err := fs.Glob(compiledFiles, "experiments/*.json")
	if err != nil {
		return Set{}, fmt.Errorf("listing the shipped experiments: %w", err)
	}
	var experiments []*Experiment
	for _, name := range names {
		compiled, err := compiledFiles.ReadFile(name)
		if err != nil {
			return Set{}, fmt.Errorf("reading %s: %w", name, err)
		}
		e, err := Parse(string(compiled))
		if err != nil {
			return Set{}, fmt.Errorf("parsing %s: %w", name, err)
		}
		experiments = append(experiments, e)
	}
	return NewSet(experiments...), nil
}

// NewSet returns the set of the experiments, the one that opened last first.
func NewSet(experiments ...*Experiment) Set {
	return Set{slices.SortedStableFunc(slices.Values(experiments), func(a, b *Experiment) int {
		return b.Application.Open.Compare(a.Application.Open)
	})}
}

// Experiment returns the experiment with the id and whether there is one.
func (s Set) Experiment(id string) (*Experiment, bool) {
	for _, e := range s.experiments {
		if e.ID == id {
			return e, true
		}
	}
	return nil, false
}

// All returns the experiments, the one that opened last first.
func (s Set) All() []*Experiment { return slices.Clone(s.experiments) }

// Parse reads the compiled form of a file. It trusts that the file was
// checked when it was compiled.
func Parse(compiled string) (*Experiment, error) {
	e := &Experiment{compiled: compiled}
	if err := readCompiled(compiled, e); err != nil {
		return nil, fmt.Errorf("decoding the experiment: %w", err)
	}
	zone, err := time.LoadLocation(e.Timezone)
	if err != nil {
		return nil, fmt.Errorf("loading the zone of %s: %w", e.ID, err)
	}
	e.placeIn(zone)
	return e, nil
}

// placeIn makes every instant say its time as people of the zone read it.
func (e *Experiment) placeIn(zone *time.Location) {
	e.zone = zone
	place := func(instants ...*time.Time) {
		for _, at := range instants {
			*at = at.In(zone)
		}
	}
	place(&e.Application.Open, &e.Application.Close, &e.Application.ResultNotice)
	for i := range e.Briefings {
		place(&e.Briefings[i].Start, &e.Briefings[i].End)
	}
	for i := range e.Waves {
		place(&e.Waves[i].Open, &e.Waves[i].Close)
	}
	for i := range e.HostSurveys {
		place(&e.HostSurveys[i].Open, &e.HostSurveys[i].Close)
	}
}

// Hash identifies the content of the file: the SHA-256, in hex, of its
// compiled form. Comments and layout of the source do not change it.
func (e *Experiment) Hash() string {
	sum := sha256.Sum256([]byte(e.compiled))
	return hex.EncodeToString(sum[:])
}
