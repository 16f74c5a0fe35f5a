package stats

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// reference reads a reference file as plain JSON, to be changed and examined.
func reference(t *testing.T, family string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(shippedReference, family+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func examined(t *testing.T, file map[string]any) *examination {
	t.Helper()
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return examine(data)
}

// Were a comparison unable to fail, its file would have fewer problems than changes.
func TestEachChangedExpectationIsNoticed(t *testing.T) {
	t.Parallel()
	results := map[string]string{"noncentral_t_cdf": "p", "f_quantile": "q", "signrank_cdf": "cdf"}
	for family := range families {
		file := reference(t, family)
		changes := 0
		cases, _ := file["cases"].([]any)
		if file["expected"] != nil {
			cases = append(cases, file)
		}
		for _, c := range cases {
			c := c.(map[string]any)
			rows, _ := c["rows"].([]any)
			for _, row := range rows {
				result := results[c["id"].(string)]
				row.(map[string]any)[result] = changed(row.(map[string]any)[result], &changes)
			}
			if c["expected"] != nil {
				c["expected"] = changed(c["expected"], &changes)
			}
		}
		if e := examined(t, file); changes == 0 || len(e.problems) != changes {
			t.Errorf("%s: %d of %d changes were noticed", family, len(e.problems), changes)
		}
	}
}

// changed returns an expectation with every value in it changed by 2 % or more, but for
// the ids that say whose it is, and counts the changes.
func changed(want any, changes *int) any {
	switch want := want.(type) {
	case map[string]any:
		for name := range want {
			if name != "id" {
				want[name] = changed(want[name], changes)
			}
		}
		return want
	case []any:
		for i := range want {
			want[i] = changed(want[i], changes)
		}
		return want
	}
	*changes++
	switch want := want.(type) {
	case float64:
		return want + 0.02*(1+max(want, -want))
	case bool:
		return !want
	case string:
		return want + " changed"
	}
	return 0.5
}

func TestAValueThatIsSlightlyOffIsNoticed(t *testing.T) {
	t.Parallel()
	file := reference(t, "paired_t")
	expected := file["cases"].([]any)[0].(map[string]any)["expected"].(map[string]any)
	expected["ci95_low"] = expected["ci95_low"].(float64) * (1 + 3e-8)
	if e := examined(t, file); len(e.problems) != 1 {
		t.Errorf("one value is off, but the problems are %q", e.problems)
	}
}

func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Parallel()
	first := func(file map[string]any) map[string]any { return file["cases"].([]any)[0].(map[string]any) }
	of := func(file map[string]any, part string) map[string]any { return first(file)[part].(map[string]any) }
	for name, change := range map[string]func(map[string]any){
		"a family":                    func(f map[string]any) { f["family"] = "manova" },
		"a part of the file":          func(f map[string]any) { f["remarks"] = "none" },
		"a part of a case":            func(f map[string]any) { first(f)["weights"] = []any{1.0} },
		"an input":                    func(f map[string]any) { of(f, "input")["mid"] = []any{1.0} },
		"an expectation":              func(f map[string]any) { of(f, "expected")["median_diff"] = 1.0 },
		"a status":                    func(f map[string]any) { of(f, "expected")["status"] = "undefined:other" },
		"a case without expectations": func(f map[string]any) { first(f)["expected"] = map[string]any{} },
		"a case without input":        func(f map[string]any) { delete(first(f), "input") },
		"a file without cases":        func(f map[string]any) { f["cases"] = []any{} },
	} {
		file := reference(t, "paired_t")
		change(file)
		if e := examined(t, file); len(e.problems) != 1 {
			t.Errorf("%s is not understood, but the problems are %q", name, e.problems)
		}
	}
	rows := reference(t, "distributions")
	first(rows)["id"] = "gamma_cdf"
	if e := examined(t, rows); len(e.problems) != 1 {
		t.Errorf("a distribution is not understood, but the problems are %q", e.problems)
	}
}
