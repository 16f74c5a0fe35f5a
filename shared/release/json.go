package release

import (
	"encoding/json"
	"fmt"
)

// JSON is the release as results.json: the same bytes every time.
func (r Release) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encoding release %d: %w", r.Number, err)
	}
	return append(text, '\n'), nil
}

// Parse reads what JSON wrote.
func Parse(data []byte) (Release, error) {
	var r Release
	if err := json.Unmarshal(data, &r); err != nil {
		return Release{}, fmt.Errorf("decoding a release: %w", err)
	}
	if r.Format != format {
		return Release{}, fmt.Errorf("a release has the format %q, not %q", r.Format, format)
	}
	return r, nil
}
