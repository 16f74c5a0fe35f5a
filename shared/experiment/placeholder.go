package experiment

import (
	"strings"

	"livinglab/shared/locale"
)

// IsPlaceholder says whether what lies at the path stands in for a fact that
// is not known: "briefings[0].start", "listings[*].host", "side_job". Between
// the brackets of the path an index, an id or * may stand; all mean the same,
// because a placeholder is one for the whole list.
func (e *Experiment) IsPlaceholder(path string) bool {
	_, ok := e.PlaceholderNote(path)
	return ok
}

// PlaceholderNote returns what the file says of the placeholder at the path
// and whether it is one.
func (e *Experiment) PlaceholderNote(path string) (locale.Text, bool) {
	for _, p := range e.Placeholders {
		if under(p.Path, path) {
			return p.Note, true
		}
	}
	return locale.Text{}, false
}

// under says whether the path is the declared one or lies below it.
func under(declared, path string) bool {
	for declared != "" {
		name, rest, _ := strings.Cut(declared, "[*]")
		if !strings.HasPrefix(path, name) {
			return false
		}
		path = path[len(name):]
		if rest == "" && !strings.HasSuffix(declared, "[*]") {
			break
		}
		if !strings.HasPrefix(path, "[") {
			return false
		}
		_, after, closed := strings.Cut(path, "]")
		if !closed {
			return false
		}
		path, declared = after, rest
	}
	return path == "" || path[0] == '.' || path[0] == '['
}
