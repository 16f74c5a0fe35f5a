package table_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// surveysModel is one person at three tabs, each of which knows the response as it was
// when it was last looked at, over a connection that loses answers.
type surveysModel struct {
	*world
	now    time.Time
	person table.Person
	tabs   [3]*table.Response

	// What should be there.
	research table.ResearchState
	out      bool // withdrawn from the experiment
	answers  map[string][]string
	edition  table.Edition // of the response, if it has begun
	begun    bool
	done     table.Instant
	alerted  string // the first answer that staff were alerted to
}

// Whatever several tabs save, end, leave and erase in any order: the table holds what
// was saved while the person took part, once, and nothing of it after an erasure.
func TestTabsInAnyOrder(t *testing.T) {
	w := newWorld(t)
	attempts := 0
	rapid.Check(t, func(r *rapid.T) {
		attempts++
		m := &surveysModel{world: w, now: noon, person: w.apply(fmt.Sprintf("p%d@example.jp", attempts), noon).Person, answers: map[string][]string{}}
		for _, step := range rapid.SliceOfN(rapid.SampledFrom(surveySteps), 15, 25).Draw(r, "steps") {
			m.now = m.now.Add(time.Duration(rapid.IntRange(0, 1).Draw(r, "seconds")) * time.Second)
			m.take(r, step)
			m.check(r)
		}
	})
}

// surveySteps are what may happen next, some of them more often than others.
var surveySteps = slices.Concat(
	slices.Repeat([]string{"save", "look"}, 5), slices.Repeat([]string{"agree"}, 3), slices.Repeat([]string{"finish", "leave"}, 2),
	[]string{"decline", "erase", "withdraw"},
)

// take does one step, and wants the answer that the model gives.
func (m *surveysModel) take(r *rapid.T, step string) {
	effect := rapid.SampledFrom([]faulty.Effect{faulty.None, faulty.None, faulty.NoAnswer, faulty.Conflict}).Draw(r, "effect")
	through := m.through(faulty.Writes(faulty.At(rapid.IntRange(1, 2).Draw(r, "request"), effect)))
	var got, want error
	switch step {
	case "look":
		m.tabs[m.tab(r)] = m.response(m.person.ID)
	case "save":
		got, want = m.save(r, through)
	case "finish":
		got, want = m.finish(r, through)
	case "agree", "decline":
		got = through.AnswerResearch(m.Context(), m.person, consent("1", step == "agree"), m.now)
		want = m.answered(step == "agree")
	case "leave", "erase":
		got = through.LeaveResearch(m.Context(), m.person, step == "erase", m.now)
		want = m.left(step == "erase")
	case "withdraw":
		erase := rapid.Bool().Draw(r, "erase")
		got = through.Withdraw(m.Context(), m.person, nil, erase, m.now)
		if !m.out && m.research != "" && m.research != table.Declined {
			want = m.left(erase)
		}
		m.out = true
	}
	if !errors.Is(got, want) {
		r.Fatalf("%s: %v, want %v", step, got, want)
	}
}

func (m *surveysModel) tab(r *rapid.T) int { return rapid.IntRange(0, 2).Draw(r, "tab") }

func (m *surveysModel) save(r *rapid.T, through *table.Table) (got, want error) {
	before := m.tabs[m.tab(r)]
	item, value := rapid.SampledFrom([]string{"D1", "D2", "L1"}).Draw(r, "item"), rapid.StringMatching("[1-5]").Draw(r, "value")
	p := page(item, value)
	if p.Edition.Version = rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(r, "version"); item == "L1" {
		p.Alerts = []table.Alert{{Item: item, Value: value}}
	}
	got = through.SavePage(m.Context(), m.person, before, p, m.now)
	switch {
	case m.research != table.Agreed:
		return got, table.ErrNotAgreed
	case m.done != "":
		return got, table.ErrAnswered
	case m.begun && m.edition != p.Edition:
		return got, table.ErrOtherVersion
	}
	m.begun, m.edition, m.answers[item] = true, p.Edition, p.Answers[item]
	if item == "L1" && m.alerted == "" {
		m.alerted = value
	}
	return got, nil
}

func (m *surveysModel) finish(r *rapid.T, through *table.Table) (got, want error) {
	at, err := through.FinishSurvey(m.Context(), m.person, table.Finish{Wave: pre}, m.now)
	switch {
	case m.done != "":
	case m.research != table.Agreed:
		return err, table.ErrNotAgreed
	case !m.begun:
		return err, table.ErrNotFound
	default:
		m.done = table.At(m.now)
	}
	if at != m.done {
		r.Fatalf("ended at %s, want %s", at, m.done)
	}
	return err, nil
}

// answered is what the model says to a consent, or to its refusal.
func (m *surveysModel) answered(given bool) error {
	switch {
	case given && m.research == table.Agreed, !given && m.research != "" && m.research != table.Agreed:
		return nil // said before, or nothing to decline
	case m.research == table.Agreed:
		return table.ErrAnswered
	case m.out:
		return table.ErrWithdrawn
	case given:
		m.research = table.Agreed
	default:
		m.research = table.Declined
	}
	return nil
}

// left is what the model says to leaving.
func (m *surveysModel) left(erase bool) error {
	if m.research != table.Agreed && m.research != table.LeftResearch {
		return table.ErrNotAgreed
	}
	m.research = table.LeftResearch
	if erase {
		m.begun, m.done, m.alerted, m.answers = false, "", "", map[string][]string{}
	}
	return nil
}

// check compares the table with the model after every step.
func (m *surveysModel) check(r *rapid.T) {
	f := m.file(m.person.ID)
	var research table.ResearchState
	var done table.Instant
	var begun, noted bool
	if f.Surveys != nil {
		research, done = f.Surveys.Research, f.Surveys.Done[pre]
		noted = f.Surveys.Begun[pre] != ""
	}
	response, begun := f.Responses[pre]
	answers := response.Answers
	if !begun {
		answers = map[string][]string{}
	}
	if diff := cmp.Diff(m.answers, answers); diff != "" {
		r.Fatalf("the answers (-want +got)\n%s", diff)
	}
	if research != m.research || begun != m.begun || noted != m.begun || done != m.done || response.Done != m.done {
		r.Fatalf("the person stands as %q, begun %t, noted %t, done %q and %q; want %q, %t, %q",
			research, begun, noted, done, response.Done, m.research, m.begun, m.done)
	}
	if want := map[string]table.Edition{"core": m.edition}; begun && !maps.Equal(response.Instruments, want) {
		r.Fatalf("the answers are to %v, want %v", response.Instruments, want)
	}
	var alerted, want []string
	for _, a := range f.Alerts {
		alerted = append(alerted, a.Value)
	}
	if m.alerted != "" {
		want = []string{m.alerted}
	}
	if !slices.Equal(alerted, want) {
		r.Fatalf("staff were alerted to %q, want %q", alerted, want)
	}
}
