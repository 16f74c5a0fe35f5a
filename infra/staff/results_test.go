package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// answering are made-up people (架空の人物) of an arm who answered before and after, the n-th
// always alike: those who take part rise by a point in most items, but for every fifth, and of the
// others every second does.
func answering(arm string, people int) []analysis.Subject {
	given := func(person, rise int) analysis.Response {
		r := analysis.Response{Editions: map[string]int{"career_ownership_core": 1}, Answers: survey.Answers{}}
		for i, item := range []string{"D1", "D2", "D3", "A1", "A2", "A3", "X1", "X2", "X3", "C1", "C2", "C3"} {
			point := 2 + person%2 + (person/2+i)%2
			if (person+i)%4 > 0 {
				point += rise
			}
			r.Answers[item] = []string{strconv.Itoa(point)}
		}
		return r
	}
	var all []analysis.Subject
	for i := range people {
		rise := i % 2
		if arm == experiment.GroupParticipants {
			rise = 1 - i%5/4
		}
		all = append(all, analysis.Subject{
			ID: fmt.Sprintf("%s-%d", arm, i), Arm: arm, Region: "shiojiri",
			Responses: map[string]analysis.Response{"pre": given(i, 0), "post": given(i, rise)},
		})
	}
	return all
}

// analyzed keeps an analysis of made-up people, as many of each arm, by a plan that was frozen a
// day before the last wave.
func (w *world) analyzed(participants, comparison int, at time.Time) analysis.Result {
	w.Helper()
	post, _ := w.e.Wave("post")
	return w.analyzedBy(analysis.Plan{AnalysisPlan: w.e.Analysis, Hash: analysis.Hash(w.e.Analysis), Frozen: post.Open.AddDate(0, 0, -1)}, participants, comparison, at)
}

func (w *world) analyzedBy(plan analysis.Plan, participants, comparison int, at time.Time) analysis.Result {
	w.Helper()
	people := slices.Concat(answering(experiment.GroupParticipants, participants), answering(experiment.GroupComparison, comparison))
	r, err := analysis.Run(analysis.Input{
		Experiment: w.e, Plan: plan, Instruments: w.instruments, At: at,
		Subjects: func(yield func(analysis.Subject, error) bool) {
			for _, p := range people {
				if !yield(p, nil) {
					return
				}
			}
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	content, err := r.JSON()
	if err != nil {
		w.Fatal(err)
	}
	if err := w.NoteAnalysis(w.Context(), table.Analysis{Experiment: shiojiri, At: at, Waves: r.Waves, Content: content}, nil); err != nil {
		w.Fatal(err)
	}
	return r
}

// published is the last release.
func (w *world) published() release.Release {
	w.Helper()
	stored, err := w.LastRelease(w.Context(), shiojiri)
	if err != nil {
		w.Fatal(err)
	}
	r, err := release.Parse(stored.Content)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func TestStaffSeeWhatWillBePublicBeforeTheyPublishIt(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	if got := w.staffAt(at, "", nil, "release", shiojiri, "-yes"); got.code != 1 || got.say != "nothing was done, because there is no analysis so far: analyze shiojiri-2020\n" {
		t.Errorf("before any analysis: exit code %d, said %q", got.code, got.say)
	}
	w.analyzed(14, 12, at)
	hour := func(n int) time.Time { return at.Add(time.Duration(n) * time.Hour) }
	got := w.says(hour(1), "no\n", "release", shiojiri)
	w.contains(got.say, "Release 1 of shiojiri-2020 shows the analysis of Tue 2021-06-01 09:00 +09:00.", "It was frozen at ",
		"WILL BE PUBLIC\nwave:", "difference:\n  total, pre to post (n 14 and 12): did ", "WILL NOT BE SHOWN", "This will be public as release 1, and can neither be changed nor taken back.")
	if _, err := w.LastRelease(t.Context(), shiojiri); got.code != 1 || !errors.Is(err, table.ErrNotFound) {
		t.Errorf("declined: exit code %d, and there is %v", got.code, err)
	}
	got = w.says(hour(1), "yes\n", "release", shiojiri)
	if got.code != 0 || !strings.HasSuffix(got.say, "release 1 is public: /shiojiri-2020/results of the lab's site\n") {
		t.Fatalf("exit code %d, said %q", got.code, got.say)
	}
	first := w.published()
	if first.Number != 1 || !first.Approved.Equal(hour(1)) || !first.Analyzed.Equal(at) || len(first.Figures) == 0 {
		t.Errorf("release %d was approved at %s, of %s", first.Number, first.Approved, first.Analyzed)
	}
	if got := w.does(hour(2), "release", shiojiri); got.code != 0 || !strings.HasPrefix(got.say, "nothing was done, because release 1 shows the last analysis already") {
		t.Errorf("a second time: exit code %d, said %q", got.code, got.say)
	}

	w.analyzed(22, 19, hour(3))
	got = w.does(hour(4), "release", shiojiri)
	w.contains(got.say, "SINCE RELEASE 1\n", "difference, total, pre to post: did was ", ", will be ", "release 2 is public")
	rows := w.file("releases", shiojiri)
	if diff := cmp.Diff([]string{"1", "2"}, w.column(rows, "release")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2021-06-01T10:00:00.000+09:00", "2021-06-01T13:00:00.000+09:00"}, w.column(rows, "approved")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i, r := range []release.Release{first, w.published()} {
		shown, held, hidden := 0, 0, 0
		for _, f := range r.Figures {
			switch {
			case f.Status == release.Held:
				held++
			case f.Value != nil:
				shown++
			default:
				hidden++
			}
		}
		if got, want := rows[i+1][7:10], []string{strconv.Itoa(shown), strconv.Itoa(held), strconv.Itoa(hidden)}; !slices.Equal(got, want) || shown == 0 {
			t.Errorf("release %d: shown, held and hidden are %v, want %v", r.Number, got, want)
		}
	}
	audit := w.file("audit")
	acts, details := w.column(audit, "act"), w.column(audit, "details")
	for _, n := range []string{"release 1", "release 2"} {
		if i := slices.Index(details, n); i < 0 || acts[i] != "release" {
			t.Errorf("%s is not on record: %q", n, audit[1:])
		}
	}
}

func TestNothingIsReleasedThatFollowsNoFrozenPlan(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	w.analyzedBy(analysis.Plan{AnalysisPlan: w.e.Analysis, Hash: analysis.Hash(w.e.Analysis)}, 14, 12, at)
	for _, command := range [][]string{{"release", shiojiri, "-yes"}, {"release", shiojiri, "-dry", "results.json"}} {
		got := w.staffAt(at, "", nil, command...)
		if want := "nothing was done, because the last analysis follows a plan that is not frozen. First: freeze shiojiri-2020, then: analyze shiojiri-2020\n"; got.code != 1 || got.say != want || got.out != "" {
			t.Errorf("%v: exit code %d, said %q, printed %q", command, got.code, got.say, got.out)
		}
	}
	if got := w.does(at, "analyze", shiojiri); !strings.Contains(got.say, "cannot be released. For that, first: freeze shiojiri-2020") {
		t.Errorf("analyze says %q", got.say)
	}
	w.does(at.Add(time.Hour), "freeze", shiojiri)
	got := w.staffAt(at.Add(time.Hour), "", nil, "release", shiojiri, "-yes")
	if want := "nothing was done, because the plan was frozen after the last analysis. First: analyze shiojiri-2020\n"; got.code != 1 || got.say != want {
		t.Errorf("frozen since: exit code %d, said %q", got.code, got.say)
	}
	if _, err := w.LastRelease(t.Context(), shiojiri); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("there is a release: %v", err)
	}
	w.does(at.Add(2*time.Hour), "analyze", shiojiri)
	w.contains(w.does(at.Add(2*time.Hour), "release", shiojiri).say, "That was late, and the release says so", "release 1 is public")
}

func TestNothingIsReleasedBeforeTheSurveysThatDecideHaveClosed(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.March, 1, 9) // the midway survey has closed, and the last one not
	w.analyzed(14, 12, at)
	got := w.staffAt(at, "", nil, "release", shiojiri, "-yes")
	if got.code != 1 || !strings.HasPrefix(got.say, "nothing was done, because the surveys that the plan compares first have not all closed") {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	if _, err := w.LastRelease(t.Context(), shiojiri); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("there is a release: %v", err)
	}
}

func TestAPreviewSaysEveryFigureThatWillBeShownAndWhyOthersAreNot(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	w.analyzed(12, 3, at)
	said := w.says(at, "no\n", "release", shiojiri).say
	public, hidden, _ := strings.Cut(said, "WILL NOT BE SHOWN")
	w.contains(hidden, "fewer than 5 people (too_few):\n", "  wave, total, C, pre: mean sd\n", "not enough data: fewer than 10 complete pairs in a group (not_enough_data):\n")
	w.does(at, "release", shiojiri)
	for _, f := range w.published().Figures {
		switch {
		case f.Value != nil && !strings.Contains(public, string(f.Statistic)+" "+f.Say()):
			t.Errorf("%s %s (%s) will be public, and is not said", placeOf(f), f.Statistic, f.Say())
		case f.Value == nil && !strings.Contains(hidden, fmt.Sprintf("  %s, %s: ", f.Section, placeOf(f))):
			t.Errorf("%s %s will not be shown (%s), and that is not said", placeOf(f), f.Statistic, f.Status)
		}
	}
	for _, why := range []release.Status{release.TooFew, release.Coarse, release.NotEnoughData, release.Complement, release.Undefined} {
		if !slices.ContainsFunc(reasons(release.Limits{}), func(r reason) bool { return r.status == why }) {
			t.Errorf("%s has no words", why)
		}
	}
}

func TestFewPeopleShowNothing(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	w.analyzed(3, 2, at)
	w.contains(w.does(at, "release", shiojiri).say, "fewer than 5 people (too_few):", "release 1 is public")
	for _, f := range w.published().Figures {
		if f.Value != nil && f.Section != analysis.Attrition {
			t.Errorf("%s %s is shown: %s", placeOf(f), f.Statistic, f.Say())
		}
	}
}

func TestAFileOfAReleaseIsSeenWithoutPublishingIt(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	w.analyzed(14, 12, at)
	dry := map[string]string{}
	for _, name := range []string{"results.json", "results.csv", "codebook.csv"} {
		got := w.staffAt(at, "", nil, "release", shiojiri, "-dry", name)
		if got.code != 0 || last(got.say) != "nothing was published: this is "+name+" as release 1 would have it" {
			t.Errorf("%s: exit code %d, said %q", name, got.code, got.say)
		}
		dry[name] = got.out
	}
	if _, err := w.LastRelease(t.Context(), shiojiri); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("it is public: %v", err)
	}
	if got := w.staff("release", shiojiri, "-dry", "results.pdf"); got.code != 2 || !strings.HasPrefix(got.say, "-dry is results.json, results.csv or codebook.csv") {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	got := w.staffThrough(faulty.Writes(faulty.Always(faulty.Error500)), "release", shiojiri, "-dry", "results.json")
	if got.code != 1 || got.out != "" || !strings.HasPrefix(got.say, "nothing was done, because it cannot be put on record: ") {
		t.Errorf("off the record: exit code %d, said %q", got.code, got.say)
	}
	w.does(at, "release", shiojiri)
	r := w.published()
	content, err := r.JSON()
	if err != nil || string(content) != dry["results.json"] {
		t.Errorf("what was seen is not what was published: %v", err)
	}
	if rows, err := csv.NewReader(strings.NewReader(dry["results.csv"])).ReadAll(); err != nil || len(rows) <= len(r.Figures) {
		t.Errorf("results.csv has %d rows: %v", len(rows), err)
	}
	if details := w.column(w.file("audit"), "details"); !slices.Contains(details, "dry results.csv") {
		t.Errorf("on record is %q", details)
	}
}

func TestWhoPublishesAtTheSameTimeLooksAgain(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	w.analyzed(14, 12, at)
	overtaken := false
	got := w.staffAt(at, "", faulty.Writes(func(faulty.Request) faulty.Effect {
		if !overtaken {
			overtaken = true
			w.does(at, "release", shiojiri)
		}
		return faulty.None
	}), "release", shiojiri, "-yes")
	if got.code != 1 || !strings.Contains(got.say, "nothing was done, because somebody else has just published a release") {
		t.Errorf("exit code %d, said %q", got.code, got.say)
	}
	lost := false
	w.analyzed(22, 19, at.Add(time.Hour))
	got = w.staffAt(at.Add(time.Hour), "", faulty.Writes(func(faulty.Request) faulty.Effect {
		if lost {
			return faulty.None
		}
		lost = true
		return faulty.NoAnswer
	}), "release", shiojiri, "-yes")
	if got.code != 0 || !strings.Contains(got.say, "release 2 is public") || w.published().Number != 2 {
		t.Errorf("whose answer was lost: exit code %d, said %q", got.code, got.say)
	}
}

func TestTheAnalysisComesOutInFullAndItsCodebookKnowsAllOfIt(t *testing.T) {
	w := newWorld(t)
	at := w.day(2021, time.June, 1, 9)
	if got := w.staff("analysis", shiojiri); got.say != "there is no analysis so far: analyze\n" {
		t.Errorf("before any it says %q", got.say)
	}
	r := w.analyzed(14, 12, at)
	rows := w.file("analysis", shiojiri)
	if len(rows)-1 != len(r.Figures) {
		t.Fatalf("%d rows for %d figures", len(rows)-1, len(r.Figures))
	}
	values, statuses := w.column(rows, "value"), w.column(rows, "status")
	n, comparison := w.column(rows, "n"), w.column(rows, "n_comparison")
	for i, f := range r.Figures {
		value, exists := f.Value.Value()
		read, err := strconv.ParseFloat(values[i], 64)
		if exists && (err != nil || read != value) || !exists && values[i] != "" || statuses[i] != string(f.Value.Status()) {
			t.Errorf("%s %s is %q (%s), want %v", f.Section, f.Statistic, values[i], statuses[i], f.Value)
		}
		if f.Section == analysis.Difference && f.To == "post" && (n[i] != "14" || comparison[i] != "12") {
			t.Errorf("%s %s rests on %s and %s people", f.Section, f.Statistic, n[i], comparison[i])
		}
	}
	book := w.file("codebook", shiojiri, "analysis")
	for i, choices := range w.column(book, "choices") {
		if strings.Contains(choices+"\n", " =  / \n") {
			t.Errorf("the codebook has no words for a %s: %s", book[i+1][0], choices)
		}
		for _, value := range w.column(rows, book[i+1][0]) {
			if choices != "" && value != "" && !strings.Contains("\n"+choices, "\n"+value+" = ") {
				t.Fatalf("the codebook does not know the %s %q", book[i+1][0], value)
			}
		}
	}
}

func TestStaffAnalyzeWhatHasClosedAndPublishIt(t *testing.T) {
	w := newWorld(t)
	if got := w.says(noon, "", "analyze", shiojiri); got.code != 1 || got.say != "nothing was done, because no survey of shiojiri-2020 has closed\n" {
		t.Errorf("before any survey has closed: exit code %d, said %q", got.code, got.say)
	}
	pre, _ := w.e.Wave("pre")
	post, _ := w.e.Wave("post")
	for i := range 7 {
		at := noon.Add(time.Duration(i) * time.Minute)
		p := w.submit(w.submission(fmt.Sprintf("%d@example.jp", i)), at)
		w.agrees(p, at)
		w.saves(p, "pre", "career_ownership_core", core(strconv.Itoa(2+i%2)), at.Add(time.Second))
		w.finishes(p, "pre", at.Add(time.Minute))
		if i < 4 {
			w.participates(p.ID)
		}
		if i%3 == 2 {
			continue // leaves the survey after unanswered
		}
		w.saves(p, "post", "career_ownership_core", core("4"), post.Open.Add(time.Hour))
		w.finishes(p, "post", post.Open.Add(2*time.Hour))
	}
	w.does(post.Open.Add(-time.Hour), "freeze", shiojiri)

	early := w.says(pre.Close.Add(time.Minute), "yes\n", "analyze", shiojiri)
	w.contains(early.say, "The answers to pre will be analyzed.")
	w.contains(early.out, "pre      T Participants       4       4", "total (did_pre_post)   not yet: its surveys have not closed")

	at := post.Close.Add(time.Minute)
	if got := w.says(at, "no\n", "analyze", shiojiri); got.code != 1 || got.out != "" {
		t.Errorf("declined: exit code %d, printed %q", got.code, got.out)
	}
	got := w.staffAt(at, "", faulty.Writes(faulty.Always(faulty.Error500)), "analyze", shiojiri, "-yes")
	if got.code != 1 || got.out != "" {
		t.Errorf("off the record: exit code %d, printed %q", got.code, got.out)
	}
	got = w.does(at, "analyze", shiojiri)
	w.contains(got.say, "The analysis follows the plan as it was frozen at ", "it is kept. All figures: analysis shiojiri-2020. To publish what may be shown of it: release shiojiri-2020")
	w.contains(got.out, "0 registered for a briefing, 7 applied (0 withdrew), 7 agreed to the research.\n4 were offered a side job, 4 accepted, 4 started: 0 ended early, 0 completed.\n",
		"post     T Participants       4       3", "post     C Comparison group   3       2", "TOTAL (did_pre_post)", "n T 3, n C 2", "did                    -0.6667") // (2+1+1)/3 - (2+2)/2
	kept, err := w.LastAnalysis(t.Context(), shiojiri)
	if err != nil || !kept.At.Equal(at) || kept.By != "made-up staff" || !slices.Equal(kept.Waves, []string{"pre", "mid", "post"}) {
		t.Errorf("kept is the analysis of %s by %q of %v: %v", kept.At, kept.By, kept.Waves, err)
	}
	audit := w.file("audit")
	if i := slices.Index(w.column(audit, "details"), "waves pre mid post plan "+analysis.Hash(w.e.Analysis)); i < 0 || w.column(audit, "act")[i] != "analyze" {
		t.Errorf("on record is %q", audit[1:])
	}
	said := w.does(at.Add(time.Hour), "release", shiojiri).say
	w.contains(said, "It was frozen at ", "The experiment's file has the same plan.", "release 1 is public")
	if strings.Contains(said, "late") {
		t.Errorf("it says that the plan was frozen late: %s", said)
	}
}

func TestTheAddressOfTheResultsIsThatOfTheStackWhereItRuns(t *testing.T) {
	t.Parallel()
	e := &experiment.Experiment{ID: shiojiri}
	for _, c := range []struct {
		now   func() time.Time
		local string
		want  string
	}{
		{nil, "", "/shiojiri-2020/results of the lab's site"},
		{nil, "http://localhost:8000", "/shiojiri-2020/results of the lab's site"}, // of a DynamoDB Local, which has no pages
		{time.Now, "http://localhost:8080/", "http://localhost:8080/shiojiri-2020/results"},
	} {
		if got := address(e, session{now: c.now}, order{local: c.local}); got != c.want {
			t.Errorf("%q: %s, want %s", c.local, got, c.want)
		}
	}
}
