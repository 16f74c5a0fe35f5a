package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"livinglab/shared/analysis"
	"livinglab/shared/locale"
	"livinglab/shared/release"
	"livinglab/shared/stats"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/web/webtest"
)

const resultsPage = "/trial-2020/results"

var (
	// afterwards is when the results of the stories are out.
	afterwards = at("2021-07-01T12:00:00+09:00")
	files      = []string{"/trial-2020/results.json", "/trial-2020/results.csv", "/trial-2020/codebook.csv"}
)

// states are what the page may have to show.
func states(t *testing.T) map[string]func(*lab) {
	t.Helper()
	e, small := trial(t), trial(t) // small: with fewer figures
	small.Analysis.Secondary.Outcomes = []string{"direction"}
	late := plan(small)
	late.Frozen = at("2021-04-02T10:00:00+09:00")
	late.MinNPerArm, late.Secondary.Outcomes = 12, []string{"agency"}
	return map[string]func(*lab){
		"expected":  func(*lab) {},
		"planned":   func(l *lab) { l.freezes(late) },
		"full":      func(l *lab) { l.releases(e, many, plan(e), false) },
		"made-up":   func(l *lab) { l.releases(small, many, plan(small), true) },
		"few":       func(l *lab) { l.releases(small, few, plan(small), false) },
		"unsettled": func(l *lab) { l.releases(small, unsettled, plan(small), false) },
		"late":      func(l *lab) { l.releases(small, many, late, false) },
		"held": func(l *lab) {
			l.releases(small, many, plan(small), false)
			more := many
			more.participants += 2
			l.releases(small, more, plan(small), false)
		},
	}
}

func TestTheResultsReadAsAgreed(t *testing.T) {
	t.Parallel()
	for name, prepare := range states(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			prepare(l)
			for _, lang := range locale.Langs {
				b := l.visit(afterwards)
				b.Header.Set("Accept-Language", string(lang))
				agreed(t, "results-"+name+"."+string(lang), b.Get(resultsPage).Want(200).Body)
			}
		})
	}
}

// The page, the charts within it and results.json say the same: each printed number is
// looked up in the file, and each figure that the file shows has to be printed.
func TestEveryNumberOnThePageIsInTheFile(t *testing.T) {
	t.Parallel()
	for name, prepare := range states(t) {
		if name == "expected" || name == "planned" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			prepare(l)
			file := readFile(t, l.visit(afterwards).Get(resultsPage+".json").Want(200).Body)
			for _, lang := range locale.Langs {
				b := l.visit(afterwards)
				b.Header.Set("Accept-Language", string(lang))
				page := b.Get(resultsPage).Want(200)
				printed := map[string]bool{}
				for _, tag := range []string{"span", "text"} {
					for _, n := range page.Elements(tag) {
						file.compare(t, n, printed)
					}
				}
				for key, f := range file.figures {
					if f.Value != nil && !printed[key] {
						t.Errorf("%s: %s is in the file and not on the page", lang, key)
					}
				}
				if len(printed) < 50 && name != "few" {
					t.Errorf("%s: only %d figures are compared", lang, len(printed))
				}
				for _, number := range unmarked(page) {
					t.Errorf("%s: the page says %s, which is no figure", lang, number)
				}
			}
		})
	}
}

// resultsFile is results.json as a reader takes it: without the packages that wrote it.
type resultsFile struct {
	whole   map[string]any
	figures map[string]release.Figure
}

func readFile(t *testing.T, body string) resultsFile {
	t.Helper()
	f := resultsFile{figures: map[string]release.Figure{}}
	var figures struct {
		Figures []release.Figure `json:"figures"`
	}
	for _, into := range []any{&f.whole, &figures} {
		if err := json.Unmarshal([]byte(body), into); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range figures.Figures {
		f.figures[keyOf(one)] = one
	}
	return f
}

// compare holds one printed number to the file.
func (f resultsFile) compare(t *testing.T, n *html.Node, printed map[string]bool) {
	t.Helper()
	said := webtest.TextOf(n)
	key, isFigure := webtest.Attr(n, "data-figure")
	count, isCount := webtest.Attr(n, "data-count")
	figure, known := f.figures[key]
	switch {
	case isFigure && !known:
		t.Errorf("the file has no figure %s", key)
	case isFigure && isCount:
		people := figure.N
		if count == "n_comparison" {
			people = figure.NComparison
		}
		if people == nil || strconv.Itoa(*people) != said {
			t.Errorf("%s rests on %s people on the page, and on %v in the file", key, said, people)
		}
	case isFigure:
		printed[key] = true
		if figure.Value == nil {
			t.Errorf("%s is %s on the page, and not shown in the file", key, said)
			return
		}
		want := strconv.FormatFloat(*figure.Value, 'f', figure.Decimals, 64)
		if _, size := webtest.Attr(n, "data-size"); size {
			want = strings.TrimPrefix(want, "-")
		}
		if figure.Below {
			want = "<" + want
		}
		if strings.Replace(said, "−", "-", 1) != want {
			t.Errorf("%s is %s on the page, and %s in the file", key, said, want)
		}
	case isCount:
		if got := f.at(count); got != said {
			t.Errorf("%s is %s on the page, and %s in the file", count, said, got)
		}
	}
}

// at returns what lies at a path of the file: flow.waves.0.answered.
func (f resultsFile) at(path string) string {
	var v any = f.whole
	for key := range strings.SplitSeq(path, ".") {
		switch within := v.(type) {
		case map[string]any:
			v = within[key]
		case []any:
			if i, err := strconv.Atoi(key); err == nil && i < len(within) {
				v = within[i]
			}
		}
	}
	return fmt.Sprint(v)
}

var decimal = regexp.MustCompile(`\d+\.\d+`)

// unmarked returns the decimal numbers on the page that are no figures, beside those of
// the charts' axes.
func unmarked(page *webtest.Answer) []string {
	var found []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		_, figure := webtest.Attr(n, "data-figure")
		class, _ := webtest.Attr(n, "class")
		if figure || strings.Contains(class, "axis") || class == "hash" {
			return
		}
		if n.Type == html.TextNode {
			found = append(found, decimal.FindAllString(n.Data, -1)...)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	for _, main := range page.Elements("main") {
		walk(main)
	}
	return found
}

func TestChartsPlaceValuesInProportion(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	made := l.releases(trial(t), many, plan(trial(t)), false)
	h := &handler{instruments: shippedInstruments(t)}
	r := h.read(trial(t), &made, locale.English)
	w := r.primary()
	f := r.forest(w, "forest")
	perPoint := float64(f.Ticks[len(f.Ticks)-1].X-f.Zero) / r.reach(w)
	lines := 0
	for n, outcome := range r.outcomes() {
		for _, line := range f.Blocks[n].Lines {
			section, arm, what := analysis.Change, "T", analysis.MeanChange
			switch line.Kind {
			case "comparison":
				arm = "C"
			case "difference":
				section, arm, what = analysis.Difference, "", analysis.DID
			}
			for place, what := range map[int]analysis.Statistic{line.X: what, line.Low: analysis.CILow, line.High: analysis.CIHigh} {
				v, ok := r.value(section, arm, outcome, w, what)
				if want := float64(f.Zero) + v*perPoint; !ok || math.Abs(float64(place)-want) > 0.51 {
					t.Errorf("%s of %s %s is at %d, and belongs at %.1f", what, line.Kind, outcome, place, want)
				}
			}
			lines++
		}
	}
	if lines != 15 {
		t.Errorf("the chart has %d lines", lines)
	}
	for _, s := range r.slopes(w) {
		bottom, top := s.Ticks[0], s.Ticks[len(s.Ticks)-1]
		for _, line := range s.Lines {
			for text, y := range map[string]int{line.From.Text: line.Y1, line.To.Text: line.Y2} {
				v, err := strconv.ParseFloat(text, 64)
				want := float64(bottom.Y) + (v-float64(bottom.Value))/float64(top.Value-bottom.Value)*float64(top.Y-bottom.Y)
				if err != nil || math.Abs(float64(y)-want) > 0.51 {
					t.Errorf("%s of %s is at %d, and belongs at %.1f", text, s.Title, y, want)
				}
			}
			if gap := math.Abs(float64(s.Lines[0].Text2 - s.Lines[1].Text2)); gap < 12 {
				t.Errorf("the numbers of %s are %v apart", s.Title, gap)
			}
		}
	}
}

func TestTheAnswerFollowsFromTheFigures(t *testing.T) {
	t.Parallel()
	shown := func(s analysis.Section, arm string, what analysis.Statistic, v float64) release.Figure {
		return release.Figure{
			Section: s, Arm: arm, Outcome: "total", From: "pre", To: "post", Statistic: what,
			Value: &v, Decimals: 2, Status: release.Shown, N: new(20), NComparison: new(25),
		}
	}
	compared := func(did, low, high, ancova float64) []release.Figure {
		return []release.Figure{
			shown(analysis.Change, "T", analysis.MeanChange, 0.3), shown(analysis.Change, "C", analysis.MeanChange, -0.12),
			shown(analysis.Difference, "", analysis.DID, did), shown(analysis.Difference, "", analysis.CILow, low),
			shown(analysis.Difference, "", analysis.CIHigh, high), shown(analysis.Difference, "", analysis.AncovaB, ancova),
		}
	}
	without := func(s release.Status) []release.Figure {
		return []release.Figure{{
			Section: analysis.Difference, Outcome: "total", From: "pre", To: "post", Statistic: analysis.DID, Status: s, N: new(12), NComparison: new(3),
		}}
	}
	tested := func(figures []release.Figure, t, p float64) []release.Figure {
		return append(figures, shown(analysis.Difference, "", analysis.T, t), shown(analysis.Difference, "", analysis.P, p))
	}
	held := compared(0.42, 0.1, 0.7, 0.4)
	held[2].Status, held[2].Since = release.Held, 1
	undefined := without(release.Undefined)
	undefined[0].Note = string(stats.TooFew)
	still := compared(0.3, 0.1, 0.7, 0.4)
	still[1].Value = new(0.0)
	still[0].Status, still[0].Since = release.Held, 1
	for name, c := range map[string]struct {
		figures []release.Figure
		says    []string
		saysNot []string
	}{
		"above zero":                                         {compared(0.42, 0.1, 0.7, 0.4), []string{"moved up relative to", "rose by 0.30 points (20 people)", "fell by 0.12 points (20 people)", "is 0.42 points, with a 95% interval from 0.10 to 0.70", "does not have 0", "it is 0.40 points."}, []string{"settle"}},
		"below zero":                                         {compared(-0.42, -0.7, -0.1, -0.4), []string{"moved down relative to", "from −0.70 to −0.10", "does not have 0"}, nil},
		"zero within":                                        {compared(0.2, -0.1, 0.5, 0.1), []string{"no difference could be told clearly from chance", "It has 0 (no difference) in it", "does not show that there is none"}, []string{"moved"}},
		"zero at the end":                                    {compared(0.2, 0, 0.4, 0.1), []string{"no difference could be told"}, nil},
		"signs disagree":                                     {compared(0.42, 0.1, 0.7, -0.05), []string{"The data do not settle it.", "−0.05 points: the other way"}, []string{"moved"}},
		"a limit above zero that prints as it":               {tested(compared(0.2, 0, 0.4, 0.1), 1.99, 0.049), []string{"moved up relative to", "does not have 0 (no difference) in it: its end is rounded"}, []string{"It has 0"}},
		"a limit below zero that prints as it":               {tested(compared(-0.2, -0.4, 0, -0.1), -1.99, 0.049), []string{"moved down relative to", "does not have 0"}, []string{"It has 0"}},
		"a limit that prints as zero, beyond it":             {tested(compared(0.2, 0, 0.4, 0.1), 1.97, 0.051), []string{"no difference could be told", "It has 0"}, []string{"moved"}},
		"a difference that prints as zero":                   {tested(compared(0, -0.3, 0.31, 0.1), 0.02, 0.98), []string{"no difference could be told"}, []string{"settle"}},
		"a difference that prints as zero, the other way":    {tested(compared(0, -0.31, 0.3, 0.1), -0.02, 0.98), []string{"The data do not settle it.", "cannot be seen to agree in direction"}, []string{"the other way"}},
		"a covariance that prints as zero":                   {tested(compared(0.42, 0.1, 0.7, 0), 2.9, 0.006), []string{"The data do not settle it.", "So near 0"}, []string{"moved", "the other way"}},
		"both print as zero":                                 {tested(compared(0, -0.3, 0.3, 0), 0, 0.999), []string{"The data do not settle it."}, []string{"moved"}},
		"held":                                               {held, []string{"moved up", "that of an earlier release. Few people have come or gone since: a new figure, in itself or beside others"}, []string{"added"}},
		"a change that is held, and one that prints as zero": {still, []string{"rose by 0.30 points (20 people; as in release 1)", "hardly changed (0.00 points; 20 people)"}, []string{"did not change"}},
		"too few":            {without(release.NotEnoughData), []string{"Not enough data", "at least 10 people in each group", "12 participants and 3 people"}, []string{"interval", "rose"}},
		"fewer than anybody": {without(release.TooFew), []string{"Not enough data"}, nil},
		"withheld":           {without(release.Complement), []string{"cannot be published"}, []string{"Not enough data"}},
		"not computable":     {undefined, []string{"cannot be computed", "There are fewer than two people."}, nil},
		"nothing":            {nil, []string{"Not enough data"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			l.publishes(release.Release{
				Format: "release/v1", Experiment: "trial-2020", Number: 1, Approved: approved, Analyzed: analyzed, Plan: plan(trial(t)), Figures: c.figures, Waves: []string{"pre", "mid", "post"},
				Limits:      release.Limits{MinN: 5, DetailMinN: 10, MinNPerArm: 10, MinNewRespondents: 5, Decimals: 2},
				Instruments: []analysis.Instrument{{ID: "career_ownership_core", Version: 1}},
			}, release.Basis{Number: 1})
			page := l.visit(afterwards).Get(resultsPage + "?lang=en").Want(200)
			said := answerOf(page)
			for _, words := range c.says {
				if !strings.Contains(said, words) {
					t.Errorf("it does not say %q: %s", words, said)
				}
			}
			for _, words := range append(c.saysNot, "because of", "significant", "effect") {
				if strings.Contains(said, words) {
					t.Errorf("it says %q: %s", words, said)
				}
			}
			if !strings.Contains(said, "it does not show that the side job caused it") {
				t.Errorf("it does not warn of taking it for a cause: %s", said)
			}
		})
	}
}

// answerOf is what the page says first.
func answerOf(page *webtest.Answer) string {
	for _, s := range page.Elements("section") {
		if by, _ := webtest.Attr(s, "aria-labelledby"); by == "answer" {
			return strings.ReplaceAll(strings.Join(strings.Fields(innerText(s)), " "), "( ", "(")
		}
	}
	return ""
}

// innerText joins the text of a node as it is written, without blanks between elements.
func innerText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestFewPeopleAreToldOfAsNotEnoughData(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	made := l.releases(trial(t), few, plan(trial(t)), false)
	page := l.visit(afterwards).Get(resultsPage).Want(200)
	page.Says("データが足りず、答えを出せません", "人数が5名に満たないため")
	for _, f := range made.Figures {
		if f.Arm == "C" && f.Value != nil && f.Section != analysis.Attrition {
			t.Errorf("four people's %s is shown", keyOf(f))
		}
	}
}

func TestBeforeTheLastSurveyIsOverThePageSaysThatAndWhen(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.publishes(release.Release{
		Format: "release/v1", Experiment: "trial-2020", Number: 1, Approved: approved, Analyzed: analyzed, Plan: plan(trial(t)), Waves: []string{"pre", "mid"},
		Limits:      release.Limits{MinN: 5, DetailMinN: 10, MinNPerArm: 10, MinNewRespondents: 5, Decimals: 2},
		Instruments: []analysis.Instrument{{ID: "career_ownership_core", Version: 1}},
	}, release.Basis{Number: 1})
	for lang, words := range map[string][]string{
		"ja": {"答えはまだ出ていません。", "「終わりのアンケート」の締め切りは2021年4月11日(日) 23:59(日本時間)です。"},
		"en": {"There is no answer yet.", "“Closing survey” is Sun 11 April 2021, 23:59 (Japan time)."},
	} {
		said := answerOf(l.visit(afterwards).Get(resultsPage + "?lang=" + lang).Want(200))
		for _, want := range words {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say %q: %s", want, said)
			}
		}
		if strings.Contains(said, "データが足り") || strings.Contains(said, "Not enough data") {
			t.Errorf("it says that there are too few people: %s", said)
		}
	}
}

// What cannot be computed says why, each reason by a letter of its own.
func TestWhatCannotBeComputedSaysWhy(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	made := l.releases(trial(t), many, plan(trial(t)), false)
	notes := map[analysis.Statistic]stats.Status{analysis.Omega: stats.Heywood, analysis.BaselineG: stats.NotFinite}
	for i, f := range made.Figures {
		if note, ok := notes[f.Statistic]; ok {
			made.Figures[i].Status, made.Figures[i].Note, made.Figures[i].Value = release.Undefined, string(note), nil
		}
	}
	made.Number = 2
	l.publishes(made, release.Basis{Number: 2})
	for lang, words := range map[string][]string{
		"ja": {"計算できません：独自分散が負になりました(Heywoodケース)", "計算できません：値が大きすぎて表せません"},
		"en": {"cannot be computed: a unique variance is negative (a Heywood case)", "cannot be computed: the value is too large to be held"},
	} {
		page := l.visit(afterwards).Get(resultsPage + "?lang=" + lang).Want(200).Says(words...)
		letters := map[string]bool{}
		for _, n := range page.Elements("dt") {
			letters[webtest.TextOf(n)] = true
		}
		letter := string(rune('a' + slices.Index(statuses, release.Undefined)))
		if letters[letter] || !letters[letter+"1"] || !letters[letter+"2"] || letters[letter+"3"] {
			t.Errorf("%s: explained are %v", lang, letters)
		}
	}
}

func TestGroupsThatDifferFromTheStartDoNotSettleIt(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.releases(trial(t), unsettled, plan(trial(t)), false)
	l.visit(afterwards).Get(resultsPage).Says("このデータからは、どちらとも言えません。", "2つの計算の向きが食い違うため、どちらとも言えません。")
}

// A difference that the two computations do not agree on is marked wherever it is printed, and no
// other is.
func TestEachDifferenceThatIsNotSettledIsMarked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]crowd{"many": many, "unsettled": unsettled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			made := l.releases(trial(t), c, plan(trial(t)), false)
			page := l.visit(afterwards).Get(resultsPage + "?lang=en").Want(200)
			seen, doubted := 0, 0
			for _, row := range page.Elements("tr") {
				for n := range row.Descendants() {
					key, _ := webtest.Attr(n, "data-figure")
					of := strings.Split(key, "/")
					if _, people := webtest.Attr(n, "data-count"); people || of[0] != "difference" || of[6] != "did" && of[6] != "ancova_b" {
						continue
					}
					did, _ := made.Figure(analysis.Difference, "", of[1], of[4], of[5], analysis.DID)
					ancova, _ := made.Figure(analysis.Difference, "", of[1], of[4], of[5], analysis.AncovaB)
					disagree := *did.Value**ancova.Value <= 0
					if marked := strings.Contains(innerText(row), "not settled"); marked != disagree {
						t.Errorf("%s is marked as not settled: %v; it is %v, and by covariance %v", key, marked, *did.Value, *ancova.Value)
					}
					seen++
					if disagree {
						doubted++
					}
				}
			}
			if seen != 15 || (doubted > 0) != (name == "unsettled") {
				t.Errorf("%d of %d differences are in doubt", doubted, seen)
			}
		})
	}
}

func TestMadeUpDataAreCalledSoEverywhere(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.releases(trial(t), many, plan(trial(t)), true)
	page := l.visit(afterwards).Get(resultsPage).Want(200)
	if !strings.HasPrefix(page.Title(), "【架空データ】") {
		t.Errorf("the title is %q", page.Title())
	}
	for _, svg := range page.Elements("svg") {
		if role, _ := webtest.Attr(svg, "role"); role == "img" && strings.Count(webtest.TextOf(svg), "架空データ") < 2 {
			t.Errorf("a chart does not say it: %s", webtest.TextOf(svg))
		}
	}
	if n := strings.Count(page.Text(), "架空データ"); n < 10 {
		t.Errorf("the page says it %d times", n)
	}
	l.visit(afterwards).Get(resultsPage + ".json").Says(`"made_up": true`)

	other := newLab(t, trial(t))
	other.releases(trial(t), many, plan(trial(t)), false)
	other.visit(afterwards).Get(resultsPage).SaysNot("架空データ")
}

func TestTheFilesAreOpenData(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	made := l.releases(trial(t), many, plan(trial(t)), false)
	want, err := made.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		got := l.visit(afterwards).Get(file).Want(200)
		for name, value := range map[string]string{"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60", "X-Robots-Tag": "", "Vary": ""} {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s is %q", file, name, got.Header.Get(name))
			}
		}
		beneath := l.visit(afterwards).Get(strings.Replace(file, "/trial-2020/", resultsPage+"/", 1)).Want(200)
		if beneath.Body != got.Body {
			t.Errorf("%s is another file beneath the page", file)
		}
		if head := l.visit(afterwards).Do("HEAD", file, nil, "").Want(200); head.Body != "" {
			t.Errorf("%s: HEAD has a body", file)
		}
		if allow := l.visit(afterwards).Post(file, nil).Want(405).Header.Get("Allow"); allow != "GET, HEAD" {
			t.Errorf("%s: Allow %q", file, allow)
		}
	}
	page := l.visit(afterwards).Get(resultsPage)
	if page.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("the page is open to other origins")
	}
	file := l.visit(afterwards).Get(files[0])
	if file.Body != string(want) || file.Header.Get("Content-Type") != "application/json" {
		t.Errorf("results.json is %s of %d bytes, and was published with %d", file.Header.Get("Content-Type"), len(file.Body), len(want))
	}
	for i, name := range []string{"trial-2020-1-results.csv", "trial-2020-1-codebook.csv"} {
		file := l.visit(afterwards).Get(files[i+1])
		rows, err := csv.NewReader(strings.NewReader(file.Body)).ReadAll()
		if err != nil || len(rows) < 10 {
			t.Errorf("%s has %d rows, %v", name, len(rows), err)
		}
		if got := file.Header.Get("Content-Disposition"); got != "attachment; filename="+name {
			t.Errorf("%s: Content-Disposition %q", name, got)
		}
	}
	for _, file := range files {
		found := false
		for _, link := range page.Links() {
			found = found || link == file
		}
		if !found {
			t.Errorf("the page has no link to %s", file)
		}
	}
}

func TestBeforeTheReleaseThePageSaysWhenAndHow(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	for _, now := range instants {
		page := l.visit(now).Get(resultsPage).Want(200).Says("12問平均", "終わりのアンケート", "まだ確定していません", "2021年3月29日(月) 09:00(日本時間)までに確定")
		if now.Before(instants[concluded]) {
			page.Says("2021年6月30日(水)までに、このページで公表する予定です").SaysNot("遅れています")
		} else {
			page.Says("結果の公表が、予定より遅れています")
		}
		page.Says(stageWords(stageOf(trial(t), now)))
	}
	for _, file := range files {
		got := l.visit(instants[running]).Get(file).Want(404)
		for _, words := range []string{"結果はまだ公表していません", "have not been published yet"} {
			if !strings.Contains(got.Body, words) {
				t.Errorf("%s says %s", file, got.Body)
			}
		}
	}
	if err := json.Unmarshal([]byte(l.visit(instants[running]).Get(files[0]).Body), new(any)); err != nil {
		t.Error(err)
	}
	l.visit(instants[running]).Get(resultsPage + "/other.json").Want(404)
}

// stageWords begins what the page of a stage says of it.
func stageWords(s stage) string {
	return map[stage]string{
		announced: "応募受付前", open: "応募受付中", selecting: "選考中", preparing: "開始準備中", running: "実施中", evaluating: "結果の取りまとめ中", concluded: "実施終了",
	}[s]
}

func TestTheFrozenPlanIsShownAsItWasFrozen(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	frozen := plan(trial(t))
	frozen.MinNPerArm = 15
	frozen.Hash = analysis.Hash(frozen.AnalysisPlan)
	l.freezes(frozen)
	page := l.visit(instants[evaluating]).Get(resultsPage).Want(200)
	page.Says("2021年3月28日(日) 10:00(日本時間)に確定しました", frozen.Hash, "それぞれのグループに15名以上", "確定したあとに変わった点", "min_n_per_arm 15 10")
	page.SaysNot("まだ確定していません", "よりも、あとです")
}

func TestAPlanThatWasNotFrozenInTimeIsCalledSo(t *testing.T) {
	t.Parallel()
	late, never := plan(trial(t)), plan(trial(t))
	late.Frozen, never.Frozen = at("2021-03-29T09:00:01+09:00"), time.Time{}
	for words, by := range map[string]analysis.Plan{
		"2021年3月29日(月) 09:00(日本時間)より、あとです": late,
		"計画は確定されないまま、分析されました":              never,
		"2021年3月29日(月) 09:00(日本時間)よりも前です":  plan(trial(t)),
	} {
		l := newLab(t, trial(t))
		l.releases(trial(t), many, by, false)
		page := l.visit(afterwards).Get(resultsPage).Says(words)
		if inTime := strings.Contains(words, "よりも前"); strings.Contains(page.Text(), "集まる前に確定した") != inTime {
			t.Errorf("%s: the page says otherwise elsewhere", words)
		}
	}
}

func TestThereIsOneQueryForReleasesInHalfAMinute(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.releases(trial(t), few, plan(trial(t)), false)
	for _, c := range []struct {
		after time.Duration
		path  string
		want  []string
	}{
		{0, resultsPage, []string{"Query"}},
		{time.Second, files[0], nil},
		{2 * time.Second, files[1] + "?lang=en", nil},
		{lookAgain - time.Millisecond, resultsPage, nil},
		{lookAgain, files[2], []string{"Query"}},
		{lookAgain, "/trial-2020", []string{"GetItem"}},
	} {
		l.watch.Reset()
		l.visit(afterwards.Add(c.after)).Get(c.path).Want(200)
		var asked []string
		for _, r := range l.watch.Requests() {
			asked = append(asked, r.Operation)
		}
		if fmt.Sprint(asked) != fmt.Sprint(c.want) {
			t.Errorf("%s after %s asks the table to %v", c.path, c.after, asked)
		}
	}
}

func TestALaterReleaseTakesThePlaceOfTheFirst(t *testing.T) {
	t.Parallel()
	l := newLab(t, trial(t))
	l.visit(afterwards).Get(resultsPage).Says("予定より遅れています")
	l.releases(trial(t), few, plan(trial(t)), false)
	l.visit(afterwards.Add(lookAgain)).Get(resultsPage).Says("第1回公表")
	l.releases(trial(t), many, plan(trial(t)), false)
	l.visit(afterwards.Add(2*lookAgain)).Get(resultsPage).Says("第2回公表", "第2回公表（2021年6月20日(日)） https://lab.example/trial-2020/results")
}

func TestResultsThatAreKnownStayWithoutTheTable(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]faulty.Effect{"unreachable": faulty.Unreachable, "throttled": faulty.Throttle, "hanging": faulty.Hang} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			l.releases(trial(t), few, plan(trial(t)), false)
			l.watch.Set(faulty.Always(effect))
			for _, path := range append([]string{resultsPage}, files...) {
				l.visit(afterwards).Get(path).Want(http.StatusServiceUnavailable).Says("結果をいま表示できません")
			}
			l.watch.Set()
			l.visit(afterwards.Add(lookAgain)).Get(resultsPage).Want(200).SaysNot("確認できません")
			l.watch.Set(faulty.Always(effect))
			l.visit(afterwards.Add(2*lookAgain)).Get(resultsPage).Want(200).Says("新しい公表があるかどうかを、いま確認できません", "第1回公表")
			l.visit(afterwards.Add(2 * lookAgain)).Get(files[0]).Want(200)
		})
	}
}

func TestTheResultsAreReadByHeadingsAndUniqueNames(t *testing.T) {
	t.Parallel()
	for name, prepare := range states(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, trial(t))
			prepare(l)
			page := l.visit(afterwards).Get(resultsPage).Want(200)
			headingsInOrder(t, resultsPage, page)
			ids, named := map[string]bool{}, []string{}
			for n := range page.Elements("html")[0].Descendants() {
				if id, ok := webtest.Attr(n, "id"); ok {
					if ids[id] {
						t.Errorf("%s is there twice", id)
					}
					ids[id] = true
				}
				if by, ok := webtest.Attr(n, "aria-labelledby"); ok {
					named = append(named, strings.Fields(by)...)
				}
				if href, ok := webtest.Attr(n, "href"); ok && strings.HasPrefix(href, "#") {
					named = append(named, href[1:])
				}
				if _, ok := webtest.Attr(n, "style"); ok {
					t.Errorf("%s has a style that the policy forbids", n.Data)
				}
			}
			for _, id := range named {
				if !ids[id] {
					t.Errorf("there is no %s", id)
				}
			}
			if strings.Contains(page.Body, "<script") || strings.Contains(page.Body, "***") {
				t.Error("the page runs something, or has stars")
			}
		})
	}
}

// freezes freezes a plan.
func (l *lab) freezes(p analysis.Plan) {
	l.Helper()
	content, err := json.Marshal(p.AnalysisPlan)
	if err != nil {
		l.Fatal(err)
	}
	if _, err := l.table.FreezePlan(l.Context(), table.FrozenPlan{Experiment: "trial-2020", At: p.Frozen, Hash: p.Hash, Content: content}); err != nil {
		l.Fatal(err)
	}
}
