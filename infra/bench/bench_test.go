package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/infra/bench/capacity"
	"livinglab/infra/bench/window"
)

// everything is a report as a run with made-up figures would give it.
func everything() report {
	samples := make([][]cost, len(operations))
	for i, o := range operations {
		mails := float64(o.mails)
		for round := range rounds {
			samples[i] = append(samples[i], cost{
				Function: o.function, Operation: o.name, Conflict: o.conflict,
				RoundTrips:  map[string]float64{"Query": 4, "UpdateItem": 2 * mails},
				Units:       capacity.Units{Read: 2, Write: 11 * mails},
				Allocations: 1000 + 10*mails + float64(round), Bytes: 2000, CPU: 1,
			})
		}
	}
	all := make([]timed, len(comparisons))
	for i, c := range comparisons {
		all[i] = timed{comparison: c, own: []times{{9 * time.Millisecond, 30 * time.Millisecond}}, bares: map[string][]times{}}
		for _, one := range c.beside {
			all[i].bares[one.bare] = []times{{6 * time.Millisecond, 20 * time.Millisecond}}
		}
	}
	return report{Machine: machine{CPUs: 2}, Operations: summarize(samples), Registrations: placed(), Ledger: mailed(), Results: analyzed(), ColdStarts: compare(all)}
}

func placed() []place {
	places := make([]place, len(registrations))
	for i, r := range registrations {
		places[i] = place{Operation: r.name, RoundTrips: map[string]float64{"TransactWriteItems": 1}, Units: capacity.Units{Write: 18}}
	}
	return places
}

// mailed is what mail costs, as a run with made-up figures would give it.
func mailed() ledger {
	each := func(function, operation string, n float64) cost {
		return cost{
			Function: function, Operation: operation, RoundTrips: map[string]float64{"UpdateItem": n},
			Units: capacity.Units{Read: 6 * n, Write: 2 * n}, Allocations: 500 * n, Bytes: 1 << 10, CPU: 2 * n,
		}
	}
	l := ledger{
		Ticks:    []cost{each("remind", "first of all", 2), each("remind", "first", 2), each("remind", "tick", 1), each("remind", "quarter", 2)},
		Planning: []cost{each("remind", "100 people", 1), each("remind", "1000 people", 1)},
		Sending:  []cost{each("remind", "each of 1000 mails", 4), each("bare", "a write", 1), each("bare", "the calls", 2)},
		Memory: []memory{
			{Mails: 1000, Plan: window.Weight{Resident: 20 << 20, Heap: 8 << 20}, Send: window.Weight{Resident: 20 << 20, Heap: 8 << 20}},
			{Mails: 10000, Plan: window.Weight{Resident: 30 << 20, Heap: 16 << 20}, Send: window.Weight{Resident: 22 << 20, Heap: 8 << 20}},
		},
	}
	l.compare()
	return l
}

// analyzed is what summaries and analyses cost, as a run with made-up figures would give it.
func analyzed() results {
	var r results
	for _, people := range []int{100, 1000, 10000} {
		n := float64(people)
		for _, does := range []string{analyzes, nothing, tells} {
			r.Hours = append(r.Hours, hourly{
				People: people, Does: does, Took: n / 1000, Memory: window.Weight{Resident: 20 << 20, Heap: 8 << 20, Live: 2 << 20},
				Cost: cost{RoundTrips: map[string]float64{"Query": n / 10}, Units: capacity.Units{Read: n}, CPU: n / 2},
			})
		}
		r.Alone = append(r.Alone, alone{People: 10 * people, Figures: 900, InUse: 2 << 20, CPU: n, Memory: window.Weight{Resident: 20 << 20, Heap: 8 << 20}})
	}
	r.compare()
	return r
}

func TestTheGrowthIsThatOfEachStep(t *testing.T) {
	t.Parallel()
	r := analyzed()
	for _, g := range r.Growth {
		if g.To != 10*g.From || g.RoundTrips != 10 || g.ReadUnits != 10 || g.WriteUnits != 0 || g.CPU != 10 || g.Took != 10 || g.Resident != 1 || g.Heap != 1 {
			t.Errorf("%+v", g)
		}
	}
	if len(r.Growth) != 6 {
		t.Errorf("there are %d steps, want two for each of three hours", len(r.Growth))
	}
	if diff := cmp.Diff(flat{CPU: 1, InUse: 1, Resident: 1, Heap: 1}, r.Flat); diff != "" {
		t.Error(diff)
	}
}

func TestTheJSONHasEveryRow(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := everything().printJSON(&text); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Operations []struct {
			Function, Operation string
			RoundTrips          map[string]float64
			Units               struct{ Read, Write *float64 }
			Allocations, Bytes  *float64
			CPUMilliseconds     *float64
		}
		Registrations []struct{ Operation string }
		Ledger        struct {
			IdleTicks, Planning, Sending []struct{ Operation string }
			MailsPerCPUSecond            float64
			SendingRatios                []ratio
			Memory                       []memory
			MemoryRatios                 growth
		}
		Results struct {
			Hours               []struct{ Does string }
			Growth              []steps
			AnalysisAlone       []alone
			AnalysisAloneRatios flat
		}
		ColdStarts []struct {
			Function, Bare              string
			InitRatio, FirstAnswerRatio float64
		}
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, o := range got.Operations {
		rows = append(rows, o.Function+": "+o.Operation)
		if o.RoundTrips == nil || o.Units.Read == nil || o.Units.Write == nil || o.Allocations == nil || o.Bytes == nil || o.CPUMilliseconds == nil {
			t.Errorf("%s lacks figures", o.Operation)
		}
	}
	want := []string{
		"site: show the experiment",
		"apply: show the form", "apply: check the form",
		"apply: apply, new address", "apply: apply, the same form again",
		"apply: apply, known address, first that day", "apply: apply, known address, later that day",
		"apply: apply, new address, by JSON", "apply: show the receipt",
		"apply: open the private page", "apply: edit", "apply: withdraw",
		"apply: ask for another address", "apply: confirm the other address",
		"apply: send me my link, known address", "apply: send me my link, unknown address",
		"apply: apply, new address, one conflict",
		"survey: show a survey page", "survey: save a survey page, the first of all", "survey: save a survey page", "survey: finish a survey",
		"bare: read one item, write two in one transaction",
		"remind: idle tick", "remind: tick that sends one mail", "remind: tick that sends nine mails", "remind: each further mail",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]struct{ Operation string }{
		{"register, new address"}, {"register, known address"}, {"register, registered address, first that day"},
		{"register, registered address, later that day"}, {"change the date"},
	}, got.Registrations); diff != "" {
		t.Error(diff)
	}
	l := got.Ledger
	if len(l.IdleTicks) != 4 || len(l.Planning) != 2 || len(l.Sending) != 3 || len(l.Memory) != 2 {
		t.Errorf("rows of mails are missing: %+v", l)
	}
	ratios := []ratio{{"a write", 4, 4, 4, 4}, {"the calls", 2, 2, 2, 2}}
	if diff := cmp.Diff(ratios, l.SendingRatios); diff != "" || l.MailsPerCPUSecond != 125 {
		t.Errorf("%v mails a second of processor time; %s", l.MailsPerCPUSecond, diff)
	}
	if diff := cmp.Diff(growth{Plan: 1.5, PlanHeap: 2, Send: 1.1, SendHeap: 1}, l.MemoryRatios); diff != "" {
		t.Error(diff)
	}
	if r := got.Results; len(r.Hours) != 9 || len(r.Growth) != 6 || len(r.AnalysisAlone) != 3 || r.AnalysisAloneRatios.InUse != 1 {
		t.Errorf("rows of summaries and analyses are missing: %+v", r)
	}
	var starts []string
	for _, s := range got.ColdStarts {
		starts = append(starts, s.Function+" beside one that "+s.Bare)
		if s.InitRatio != 1.5 || s.FirstAnswerRatio != 1.5 {
			t.Errorf("%s: ratios %v and %v, want 1.5", s.Function, s.InitRatio, s.FirstAnswerRatio)
		}
	}
	want = []string{
		"site beside one that reads one item, answers with one line",
		"survey beside one that reads one item, writes two in one transaction",
		"apply beside one that puts five items in one transaction",
		"remind beside one that reads one item, sends one mail",
		"remind beside one that makes the same eight and two calls",
	}
	if diff := cmp.Diff(want, starts); diff != "" {
		t.Error(diff)
	}
}

func TestAFurtherMailIsTheDifferenceOfTwoTicks(t *testing.T) {
	t.Parallel()
	costs := everything().Operations
	want := cost{
		Function: "remind", Operation: "each further mail",
		RoundTrips: map[string]float64{"UpdateItem": 2}, Units: capacity.Units{Write: 11}, Allocations: 10,
	}
	if diff := cmp.Diff(want, costs[len(costs)-1]); diff != "" {
		t.Error(diff)
	}
}

func TestTheTablesShowTheConflictApart(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := everything().print(&text); err != nil {
		t.Fatal(err)
	}
	before, after, _ := bytes.Cut(text.Bytes(), []byte("When another transaction"))
	if bytes.Contains(before, []byte("one conflict")) || !bytes.Contains(after, []byte("one conflict")) {
		t.Errorf("the conflict is not apart:\n%s", text.String())
	}
}

func TestADayOfIdleTicksHasItsQuarters(t *testing.T) {
	t.Parallel()
	if got, want := mailed().readADay(), float64((1440-96)*6+96*12); got != want {
		t.Errorf("a day reads %v units, want %v", got, want)
	}
	var text bytes.Buffer
	if err := everything().print(&text); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text.Bytes(), []byte("A day without mail costs 9216 read units.")) {
		t.Errorf("the day is not told:\n%s", text.String())
	}
}

func TestMinutesPassButForQuartersOfAnHour(t *testing.T) {
	t.Parallel()
	w := &world{now: time.Date(2020, 11, 2, 3, 13, 0, 0, time.UTC)}
	var minutes []int
	for range 3 {
		w.pass()
		minutes = append(minutes, w.now.Minute())
	}
	w.passQuarter()
	if diff := cmp.Diff([]int{14, 16, 17, 30}, append(minutes, w.now.Minute())); diff != "" {
		t.Error(diff)
	}
}

func TestTheMedianIsInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		figures []float64
		want    float64
	}{
		{[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 100}, 3},
	} {
		if got := median(c.figures); got != c.want {
			t.Errorf("the median of %v is %v, want %v", c.figures, got, c.want)
		}
	}
}
