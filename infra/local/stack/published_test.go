package stack_test

import (
	"encoding/csv"
	"math"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/analysis"
	"livinglab/shared/release"
	"livinglab/shared/table/dynamodblocal"
)

// Sixty-four people apply, agree to the research, answer every wave on its pages, and some
// of them work meanwhile; after the last wave the schedule analyzes their answers, staff
// publish what may be shown, and everybody can fetch it. Each number is the one that R
// computed of the same answers.
func TestAWholeExperimentComesOutAsRComputedIt(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	started := time.Now()
	w.pass()
	passed := time.Since(started)
	scores := w.compareScores()
	expected := w.expected.cells(t)
	result, analyzed := w.compareAnalysis(expected)

	before, _ := w.call(http.MethodGet, "/"+w.e.ID+"/results.json", "")
	if before != http.StatusNotFound {
		t.Errorf("before it is released, results.json is answered with %d", before)
	}
	w.staffRelease()
	published := w.published()
	released, withheld := w.compareReleased(expected, published)
	figures := w.compareFigures(result, published)
	rows := w.compareCSV(published)
	w.compareAnswered(expected, published.Flow)
	w.namesNobody()
	t.Logf("compared with R: %d scores of people, %d values of the analysis, %d values of results.json, where %v are not shown", scores, analyzed, released, withheld)
	t.Logf("compared with the analysis: all %d figures of results.json that are shown; with results.json: all %d rows of results.csv", figures, rows)
	t.Logf("the experiment took %v, all together %v", passed.Round(time.Second), time.Since(started).Round(time.Second))
	if scores == 0 || analyzed < 150 || released < 100 {
		t.Error("that is too little")
	}
}

// staffRelease publishes the last analysis as staff do, a day after it was made.
func (w *whole) staffRelease() {
	w.t.Helper()
	w.local("clock", `{"advance":"24h"}`)
	root, err := dynamodblocal.Root()
	if err != nil {
		w.t.Fatal(err)
	}
	command := exec.CommandContext(w.t.Context(), "go", "run", "./infra/staff", "release", w.e.ID, "-local", w.URL, "-yes")
	command.Dir = root
	if said, err := command.CombinedOutput(); err != nil {
		w.t.Fatalf("staff release: %v\n%s", err, said)
	}
	w.local("clock", `{"advance":"10m"}`) // the page is looked for again
}

// published fetches results.json.
func (w *whole) published() release.Release {
	w.t.Helper()
	status, text := w.call(http.MethodGet, "/"+w.e.ID+"/results.json", "")
	if status != http.StatusOK {
		w.t.Fatalf("results.json: %d %s", status, text)
	}
	r, err := release.Parse([]byte(text))
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Number != 1 || r.Experiment != w.e.ID || r.MadeUp {
		w.t.Errorf("it is release %d of %s, made up: %v", r.Number, r.Experiment, r.MadeUp)
	}
	return r
}

// compareReleased holds results.json to R's numbers, and returns how many it compared, and
// how many are not shown, by the reason.
func (w *whole) compareReleased(c cells, r release.Release) (compared int, withheld map[release.Status]int) {
	w.t.Helper()
	withheld = map[release.Status]int{}
	for _, one := range c.figures {
		f, ok := r.Figure(one.section, one.arm, one.outcome, one.from, one.to, one.statistic)
		switch {
		case !ok && one.section == analysis.ReliableChange && one.outcome != w.e.Analysis.Primary.Outcome:
			withheld["of a subscale"]++ // reliable change is told of the total alone
		case !ok:
			w.t.Errorf("the release has no %s of %+v", one.name, one.place)
		case f.Value == nil:
			withheld[f.Status]++
		default:
			w.rounds(f, one.want)
			compared++
		}
	}
	for _, one := range c.people {
		f, _ := r.Figure(one.section, one.arm, one.outcome, one.from, one.to, one.statistic)
		n := f.N
		if one.comparison {
			n = f.NComparison
		}
		if f.Value == nil || n == nil {
			continue
		}
		if *n != one.want {
			w.t.Errorf("%s of %+v is %d, and R's is %d", one.name, one.place, *n, one.want)
		}
		compared++
	}
	return compared, withheld
}

// rounds holds a published figure to an exact number: it is the nearest with its decimals
// or, where it says so, above it.
func (w *whole) rounds(f release.Figure, exact float64) {
	w.t.Helper()
	unit := math.Pow10(-f.Decimals)
	steps := *f.Value / unit
	if math.Abs(steps-math.Round(steps)) > 1e-6 {
		w.t.Errorf("%+v is not rounded: %v", f, *f.Value)
	}
	if f.Below && exact >= *f.Value || !f.Below && math.Abs(*f.Value-exact) > unit/2+1e-9 {
		w.t.Errorf("%+v is %v (below: %v), and exactly %v", f, *f.Value, f.Below, exact)
	}
}

// compareFigures holds everything that is shown to the analysis, and returns how much that is.
func (w *whole) compareFigures(exact analysis.Result, r release.Release) int {
	w.t.Helper()
	compared := 0
	for _, f := range r.Figures {
		of, ok := exact.Figure(f.Section, f.Arm, f.Outcome, f.From, f.To, f.Statistic)
		value, known := of.Value.Value()
		switch {
		case (f.Value != nil) != (f.Status == release.Shown):
			w.t.Errorf("%+v has the value %v and is %s", f, f.Value, f.Status)
		case f.Value == nil:
		case !ok || !known:
			w.t.Errorf("%+v is in no analysis", f)
		default:
			w.rounds(f, value)
			compared++
		}
	}
	return compared
}

// compareCSV holds results.csv to results.json, and returns how many rows it compared.
func (w *whole) compareCSV(r release.Release) int {
	w.t.Helper()
	status, text := w.call(http.MethodGet, "/"+w.e.ID+"/results.csv", "")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || status != http.StatusOK || len(rows) == 0 {
		w.t.Fatalf("results.csv: %d, %v", status, err)
	}
	at := map[string]int{}
	for n, name := range rows[0] {
		at[name] = n
	}
	var fromCSV, fromJSON []map[string]string
	for _, row := range rows[1:] {
		if row[at["section"]] == "flow" {
			continue
		}
		one := map[string]string{}
		for _, name := range []string{"section", "outcome", "arm", "region", "from", "to", "statistic", "n", "n_comparison", "value", "below", "status"} {
			one[name] = row[at[name]]
		}
		if x, err := strconv.ParseFloat(one["value"], 64); err == nil {
			one["value"] = strconv.FormatFloat(x, 'g', -1, 64)
		}
		fromCSV = append(fromCSV, one)
	}
	for _, f := range r.Figures {
		one := map[string]string{
			"section": string(f.Section), "outcome": f.Outcome, "arm": f.Arm, "region": f.Region, "from": f.From, "to": f.To,
			"statistic": string(f.Statistic), "n": "", "n_comparison": "", "value": "", "below": "no", "status": string(f.Status),
		}
		if f.N != nil {
			one["n"] = strconv.Itoa(*f.N)
		}
		if f.NComparison != nil {
			one["n_comparison"] = strconv.Itoa(*f.NComparison)
		}
		if f.Value != nil {
			one["value"] = strconv.FormatFloat(*f.Value, 'g', -1, 64)
		}
		if f.Below {
			one["below"] = "yes"
		}
		fromJSON = append(fromJSON, one)
	}
	if diff := cmp.Diff(fromJSON, fromCSV); diff != "" {
		w.t.Error(diff)
	}
	return len(fromCSV)
}

// namesNobody looks for people in all that is public of the results.
func (w *whole) namesNobody() {
	w.t.Helper()
	for _, name := range []string{"results", "results.json", "results.csv", "codebook.csv"} {
		status, text := w.call(http.MethodGet, "/"+w.e.ID+"/"+name, "")
		if status != http.StatusOK {
			w.t.Errorf("%s: %d", name, status)
		}
		for _, p := range w.people {
			for _, word := range []string{p.person, p.address()} {
				if strings.Contains(text, word) {
					w.t.Errorf("%s names %s", name, p.ID)
				}
			}
		}
	}
}
