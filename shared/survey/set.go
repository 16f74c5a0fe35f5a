package survey

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
)

// The functions read the compiled form, one line for each version of each instrument.
// A line that is there never changes and never goes.
//
//go:generate go run livinglab/infra/plan compile ../experiment/experiments instruments
//go:embed instruments.json
var compiled []byte

// Set is instruments in all their versions.
type Set struct {
	editions []*Instrument // by id, the versions upwards
}

// Shipped parses the instruments that this build ships.
func Shipped() (Set, error) { return Parse(compiled) }

// Parse reads the compiled form. It trusts that the instruments were checked when they
// were compiled.
func Parse(compiled []byte) (Set, error) {
	var editions []*Instrument
	if err := jsonv2.Unmarshal(compiled, &editions, jsonv2.RejectUnknownMembers(true)); err != nil {
		return Set{}, fmt.Errorf("decoding the instruments: %w", err)
	}
	return NewSet(editions...), nil
}

// NewSet returns the set of the instruments. Every likert item has its own points
// there, also one that takes them from its instrument.
func NewSet(editions ...*Instrument) Set {
	filled := make([]*Instrument, len(editions))
	for n, i := range editions {
		filled[n] = i.filled()
	}
	slices.SortFunc(filled, func(a, b *Instrument) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	return Set{filled}
}

// filled returns the instrument with the points of each likert item written out.
func (i *Instrument) filled() *Instrument {
	filled := *i
	filled.Items = slices.Clone(i.Items)
	for n := range filled.Items {
		if it := &filled.Items[n]; it.Type == Likert && len(it.Labels) == 0 {
			it.Min, it.Labels = i.Min, i.Labels
		}
	}
	return &filled
}

// Current returns the newest version of an instrument, which a new response gets, and
// whether there is one.
func (s Set) Current(id string) (*Instrument, bool) {
	for _, i := range slices.Backward(s.editions) {
		if i.ID == id {
			return i, true
		}
	}
	return nil, false
}

// Edition returns one version of an instrument and whether there is one.
func (s Set) Edition(id string, version int) (*Instrument, bool) {
	for _, i := range s.editions {
		if i.ID == id && i.Version == version {
			return i, true
		}
	}
	return nil, false
}

// All returns every version of every instrument: by id, the versions upwards.
func (s Set) All() []*Instrument { return slices.Clone(s.editions) }

// Item returns the item with the id, as the newest version that has it asks it.
func (s Set) Item(id string) (Item, bool) {
	for _, i := range slices.Backward(s.editions) {
		if it, ok := i.Item(id); ok {
			return it, true
		}
	}
	return Item{}, false
}

// Item returns the item with the id and whether the instrument has it.
func (i *Instrument) Item(id string) (Item, bool) {
	for _, it := range i.Items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// Hash identifies the content of the instrument, its version included: the SHA-256, in
// hex, of its JSON form as encoding/json writes it, with the points of each likert item
// written out. The keys stand in the order of the fields, and what is empty is left
// out, so that a field that later instruments may have changes no hash of earlier ones.
// Comments and layout of the source do not count.
func (i *Instrument) Hash() string {
	content, err := json.Marshal(i.filled())
	if err != nil {
		panic(fmt.Sprintf("encoding the instrument %s: %v", i.ID, err)) // it is texts and numbers
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
