package experiment

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"livinglab/shared/locale"
)

func shiojiri(t *testing.T) *Experiment {
	t.Helper()
	set, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	e, ok := set.Experiment("shiojiri-2020")
	if !ok {
		t.Fatal("the first experiment is not shipped")
	}
	return e
}

func TestTheFirstExperimentSaysWhatWasAnnounced(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	if want := "地方短期副業によるキャリアオーナーシップの変化についての実証プロジェクト"; e.Title.JA != want {
		t.Errorf("title: got %q, want %q", e.Title.JA, want)
	}
	if e.Lab.URL != "https://co-livinglab.persol-career.co.jp/" || e.Recruitment.Page != "https://doda.jp/event/fukugyo/shiojiri.html" {
		t.Errorf("addresses: got %s and %s", e.Lab.URL, e.Recruitment.Page)
	}
	var partners []string
	for _, p := range e.Partners {
		partners = append(partners, p.Name.JA)
	}
	if diff := cmp.Diff([]string{"パーソルキャリア株式会社", "特定非営利活動法人ミラツク", "一般社団法人 地域・人材共創機構(CAREER FOR)", "塩尻市シティプロモーション協議会"}, partners); diff != "" {
		t.Errorf("partners (-want +got):\n%s", diff)
	}
	var briefings []string
	for _, b := range e.Briefings {
		briefings = append(briefings, locale.Day(locale.Japanese, b.Start))
	}
	if diff := cmp.Diff([]string{"2020年11月6日(金)", "2020年11月16日(月)"}, briefings); diff != "" {
		t.Errorf("briefings (-want +got):\n%s", diff)
	}
	if len(e.Listings) != 6 || e.Regions[0].Name.JA != "長野県塩尻市" {
		t.Errorf("%d listings in %s", len(e.Listings), e.Regions[0].Name.JA)
	}
	if from, to := e.SideJob.Start, e.SideJob.End; from.Year != 2021 || from.Month != time.January || to.Year != 2021 || to.Month != time.March {
		t.Errorf("side jobs from %s to %s", from, to)
	}
}

func TestWhatIsNotPublicIsMarked(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	for _, path := range []string{
		"briefings[*].start", "briefings[b2].start", "briefings[0].end", "briefings[*].capacity", "briefings[b1].reply", "registration.consent.text[0]", "research.consent.text[0]", "application.close", "application", "application.questions[0].label",
		"listings[*].host", "listings[job-3].fee_yen_per_month", "listings[5]", "side_job.start", "waves[pre].open", "retention.applicants",
	} {
		if !e.IsPlaceholder(path) {
			t.Errorf("%s is shown as a fact", path)
		}
	}
	for _, path := range []string{"title", "partners", "partners[0].name", "regions[0].name", "briefings", "briefings[0].title", "briefings[0].place", "recruitment.page", "listings", "lab", "app", "applications", "publication.min_n"} {
		if e.IsPlaceholder(path) {
			t.Errorf("%s is marked as not public", path)
		}
	}
	if note, ok := e.PlaceholderNote("listings[*].host"); !ok || note.JA == "" || note.EN == "" {
		t.Errorf("the hosts have the note %q", note)
	}
}

func TestEveryPlaceholderOfTheListingsSaysSoItself(t *testing.T) {
	t.Parallel()
	for _, l := range shiojiri(t).Listings {
		for _, text := range []locale.Text{l.Host, l.Title} {
			if !strings.Contains(text.JA, "(仮)") || !strings.Contains(text.EN, "(placeholder)") {
				t.Errorf("listing %s: %q / %q reads like a fact", l.ID, text.JA, text.EN)
			}
		}
	}
}

func TestTheFastReaderReadsWhatEncodingJSONReads(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	awkward := *e
	awkward.Title = locale.Text{JA: `「"引用"」と\と` + "\n改行", EN: `ends with a backslash \`}
	awkward.Purpose, awkward.Steps, awkward.Regions = nil, []Step{}, nil
	awkward.Retention.Applicants = Date{}
	for name, compiled := range map[string]string{"the shipped form": e.compiled, "an awkward one": marshal(t, &awkward)} {
		var want Experiment
		if err := json.Unmarshal([]byte(compiled), &want); err != nil {
			t.Fatal(err)
		}
		got, err := Parse(compiled)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(&want, got, cmpopts.IgnoreUnexported(Experiment{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-encoding/json +fast reader):\n%s", name, diff)
		}
	}
}

func marshal(t *testing.T, e *Experiment) string {
	t.Helper()
	compiled, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(compiled)
}

func TestADamagedCompiledFormIsRefused(t *testing.T) {
	t.Parallel()
	compiled := shiojiri(t).compiled
	for n := 0; n < len(compiled)-2; n += 97 {
		if _, err := Parse(compiled[:n]); err == nil {
			t.Errorf("the first %d bytes are taken for the whole", n)
		}
	}
	for _, damaged := range []string{
		strings.Replace(compiled, `"capacity":100`, `"capacity":many`, 1),
		strings.Replace(compiled, `"capacity":100`, `"seats":100`, 1),
		strings.Replace(compiled, `"adult_only":true`, `"adult_only":yes`, 1),
		strings.Replace(compiled, `"start":"2021-01-04"`, `"start":"2021-01-44"`, 1),
		strings.Replace(compiled, `"at":"09:00"`, `"at":"29:00"`, 1),
		strings.Replace(compiled, "Asia/Tokyo", "Asia/Tokio", 1),
		compiled + "{}",
	} {
		if damaged == compiled {
			t.Fatal("nothing was damaged")
		}
		if _, err := Parse(damaged); err == nil {
			t.Error("a damaged form is accepted")
		}
	}
}

// Compiled keys are names of fields in order; an untagged field would be lost.
func TestEveryFieldHasAKey(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		if typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || typ == reflect.TypeFor[time.Time]() || typ == reflect.TypeFor[Date]() {
			return
		}
		seen[typ] = true
		for field := range typ.Fields() {
			if field.IsExported() && field.Tag.Get("json") == "" {
				t.Errorf("%s.%s has no key", typ, field.Name)
			}
			visit(field.Type)
		}
	}
	visit(reflect.TypeFor[Experiment]())
}

func TestInstantsAreInTheZoneOfTheFile(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	if got := e.Application.Close.Format(time.RFC3339); got != "2020-12-01T00:00:00+09:00" {
		t.Errorf("got %s", got)
	}
	if e.Zone().String() != "Asia/Tokyo" || e.Waves[0].Open.Location() != e.Zone() {
		t.Errorf("zone %s, waves in %s", e.Zone(), e.Waves[0].Open.Location())
	}
}

func TestTheLatestExperimentComesFirst(t *testing.T) {
	t.Parallel()
	first := shiojiri(t)
	second := *first
	second.ID = "kamaishi-2021"
	second.Application.Open = first.Application.Open.AddDate(1, 0, 0)
	set := NewSet(first, &second)
	var ids []string
	for _, e := range set.All() {
		ids = append(ids, e.ID)
	}
	if diff := cmp.Diff([]string{"kamaishi-2021", "shiojiri-2020"}, ids); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if e, ok := set.Experiment("kamaishi-2021"); !ok || e != &second {
		t.Error("the second experiment is not found")
	}
	if _, ok := set.Experiment("nowhere"); ok {
		t.Error("an unknown experiment is found")
	}
}

func TestTheHashChangesWithTheContentOnly(t *testing.T) {
	t.Parallel()
	e, again := shiojiri(t), shiojiri(t)
	if e.Hash() != again.Hash() || len(e.Hash()) != 64 {
		t.Errorf("hashes %s and %s", e.Hash(), again.Hash())
	}
	changed, err := Parse(strings.Replace(e.compiled, `"max_choices":3`, `"max_choices":2`, 1))
	if err != nil {
		t.Fatal(err)
	}
	if changed.Hash() == e.Hash() {
		t.Error("another content has the same hash")
	}
}

func BenchmarkShipped(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Shipped(); err != nil {
			b.Fatal(err)
		}
	}
}
