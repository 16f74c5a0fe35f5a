package stack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Whoever presses the button sees results at once, also if there were none a moment ago,
// and is told everywhere that their people do not exist. Pressing it again changes nothing.
func TestSampleResultsAreSeenAtOnceAndAreMadeUp(t *testing.T) {
	t.Parallel()
	w := shipped(t)
	const results = "/shiojiri-2020/results"
	if status, text := w.call(http.MethodGet, results+".json", ""); status != http.StatusNotFound {
		t.Errorf("without results: %d %s", status, text)
	}
	if _, page := w.call(http.MethodGet, results, ""); strings.Contains(page, "架空データ") {
		t.Error("without results the page speaks of made-up data")
	}
	for _, fresh := range []bool{true, false} {
		shown := ask[struct {
			Results string
			Fresh   bool
		}](w, http.MethodPost, "/_local/sample", `{"experiment":"shiojiri-2020"}`)
		if shown.Results != results || shown.Fresh != fresh {
			t.Errorf("the sample is at %q, fresh: %v", shown.Results, shown.Fresh)
		}
	}
	status, text := w.call(http.MethodGet, results+".json", "")
	var said struct {
		Number  int
		MadeUp  bool `json:"made_up"`
		Figures []struct{ Status string }
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil || status != http.StatusOK || !said.MadeUp || said.Number != 1 || len(said.Figures) == 0 {
		t.Errorf("results.json: %d, release %d with %d figures, made up: %v, %v", status, said.Number, len(said.Figures), said.MadeUp, err)
	}
	if status, page := w.call(http.MethodGet, results, ""); status != http.StatusOK || !strings.Contains(page, "架空データ") {
		t.Errorf("the page does not say that it is made up: %d", status)
	}
	if _, rows := w.call(http.MethodGet, results+".csv", ""); !strings.Contains(rows, "made_up") || strings.Contains(rows, ",no\r\n") {
		t.Error("results.csv does not say that it is made up")
	}
}
