package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"livinglab/shared/experiment"
)

// Hash identifies a plan: the SHA-256, in hex, of its JSON form.
func Hash(p experiment.AnalysisPlan) string {
	sum := sha256.Sum256(contentOf(p))
	return hex.EncodeToString(sum[:])
}

func contentOf(p experiment.AnalysisPlan) []byte {
	content, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Sprintf("encoding a plan: %v", err)) // it is texts and numbers
	}
	return content
}

// Deviation is one point in which a plan was changed after it was frozen.
type Deviation struct {
	Key    string `json:"key"`    // "primary.outcome"
	Frozen string `json:"frozen"` // a list as "direction, agency"
	Now    string `json:"now"`
}

// Deviations says, for staff and readers, in what a plan differs from the one that was
// frozen, by the plan's keys.
func Deviations(frozen, now experiment.AnalysisPlan) []Deviation {
	var all []Deviation
	was, is := points(frozen), points(now)
	for _, key := range slices.Sorted(maps.Keys(is)) { // every plan has all keys
		if was[key] != is[key] {
			all = append(all, Deviation{key, was[key], is[key]})
		}
	}
	return all
}

// points returns what a plan says, by key.
func points(p experiment.AnalysisPlan) map[string]string {
	content := json.NewDecoder(bytes.NewReader(contentOf(p)))
	content.UseNumber() // as it is written
	var plan map[string]any
	if err := content.Decode(&plan); err != nil {
		panic(fmt.Sprintf("decoding a plan: %v", err)) // it was encoded here
	}
	all := map[string]string{}
	flatten(all, "", plan)
	return all
}

func flatten(into map[string]string, prefix string, object map[string]any) {
	for key, value := range object {
		switch value := value.(type) {
		case map[string]any:
			flatten(into, prefix+key+".", value)
		case []any:
			var entries []string
			for _, entry := range value {
				entries = append(entries, fmt.Sprint(entry))
			}
			into[prefix+key] = strings.Join(entries, ", ")
		case nil: // a list without entries
			into[prefix+key] = ""
		default:
			into[prefix+key] = fmt.Sprint(value)
		}
	}
}
